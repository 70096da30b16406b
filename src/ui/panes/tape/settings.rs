//! What the user chooses in a tape: `minimum`, `large` (sizes as entered), `merge`, `delta`, `liquidations` (true or false).

use super::{LARGE, TapePane};
use crate::app::commands::Command;
use crate::app::dialogs::Prompt;
use crate::ui::pane::{Action, Handled};
use crate::ui::panes::threshold::{FIRST, Threshold};
use toml::Value;

impl TapePane {
    /// Answers a command that changes what is shown.
    pub(super) fn choose(&mut self, command: Command, count: i64) -> Handled {
        match command {
            Command::TapeMinimum | Command::ListFilter => {
                let now = self.rule.minimum.map(|least| least.to_string()).unwrap_or_default();
                let hint = "0.5 is in base units, $50k in quote units; nothing shows all";
                return ask(Command::TapeMinimum, "Smallest trade shown", hint, &now);
            }
            Command::TapeLarge => {
                let hint = "10x is times the median, 0.5 in base units, $100k in quote units; nothing is 10x";
                return ask(command, "Large from", hint, &self.large.to_string());
            }
            Command::TapeLarger | Command::TapeSmaller => {
                let larger = command == Command::TapeLarger;
                for _ in 0..count.min(100) {
                    self.rule.minimum = match self.rule.minimum {
                        Some(least) => least.step(larger),
                        None => larger.then_some(Threshold::Quote(FIRST)),
                    };
                }
            }
            Command::TapeMerge => self.rule.merge = !self.rule.merge,
            Command::TapeDelta => self.delta = !self.delta,
            Command::TapeLiquidations => self.rule.liquidations = !self.rule.liquidations,
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Takes in what was entered.
    pub(super) fn entered(&mut self, command: Command, text: &str) -> Result<(), String> {
        let size = if text.is_empty() { None } else { Some(text.parse::<Threshold>()?) };
        match (command, size) {
            (Command::TapeMinimum, Some(Threshold::Times(_))) => {
                return Err("the smallest size shown has to stay the same: give it in base units (0.5) or as $50k".to_owned());
            }
            (Command::TapeMinimum, size) => self.rule.minimum = size,
            (Command::TapeLarge, size) => self.large = size.unwrap_or(LARGE),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn chosen(&self) -> toml::Table {
        let mut table = toml::Table::new();
        if let Some(least) = self.rule.minimum {
            table.insert("minimum".to_owned(), Value::String(least.to_string()));
        }
        table.insert("large".to_owned(), Value::String(self.large.to_string()));
        for (name, value) in [("merge", self.rule.merge), ("delta", self.delta), ("liquidations", self.rule.liquidations)] {
            table.insert(name.to_owned(), Value::Boolean(value));
        }
        table
    }

    pub(super) fn take_back(&mut self, table: &toml::Table) {
        let size = |name: &str| table.get(name).and_then(Value::as_str).and_then(|text| text.parse::<Threshold>().ok());
        self.rule.minimum = size("minimum").filter(|least| !matches!(least, Threshold::Times(_))).or(self.rule.minimum);
        self.large = size("large").unwrap_or(self.large);
        let flag = |name: &str, now: bool| table.get(name).and_then(Value::as_bool).unwrap_or(now);
        self.rule.merge = flag("merge", self.rule.merge);
        self.delta = flag("delta", self.delta);
        self.rule.liquidations = flag("liquidations", self.rule.liquidations);
    }
}

/// Asks for a line.
pub(in crate::ui::panes) fn ask(command: Command, title: &'static str, hint: &str, now: &str) -> Handled {
    Handled::Run(Action::Ask(Box::new(Prompt::of_pane(command, title, hint, now))))
}
