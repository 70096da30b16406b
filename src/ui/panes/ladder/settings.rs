//! What the user chooses in a ladder: `group` (step of the price grouping), `static` (prices stay in place), `sides` (bids and
//! asks beside the price), `list-columns` and `side-columns` (names), `large` (a size as entered).

use super::columns::{COLUMNS, LIST, SIDES, read, write};
use super::{COARSEST, LARGE, LadderPane};
use crate::app::commands::Command;
use crate::app::dialogs::Prompt;
use crate::ui::pane::{Action, Handled};
use crate::ui::panes::threshold::Threshold;
use toml::Value;

impl LadderPane {
    /// Answers a command that changes how the book is shown.
    pub(super) fn choose(&mut self, command: Command, count: u32) -> Handled {
        match command {
            Command::BookCoarser => self.group = self.group.saturating_add(count).min(COARSEST),
            Command::BookFiner => self.group = self.group.saturating_sub(count),
            Command::BookCentre => self.centre(),
            Command::BookLock => {
                self.locked = !self.locked;
                self.centre();
            }
            Command::BookLayout => {
                self.sides = !self.sides;
                self.centre();
            }
            Command::BookColumns => {
                let all = write(&COLUMNS.map(|(column, _)| column));
                let hint = format!("in their order, of: {all}; nothing for the usual ones");
                let now = write(self.columns());
                return Handled::Run(Action::Ask(Box::new(Prompt::of_pane(command, "Columns", hint, &now))));
            }
            Command::BookLarge => {
                let hint = "6x is times the median of the rows, 5 in base units, $500k in quote units; nothing is 6x";
                let now = self.large.to_string();
                return Handled::Run(Action::Ask(Box::new(Prompt::of_pane(command, "Large from", hint, &now))));
            }
            _ => return Handled::No,
        }
        self.changes.forget();
        Handled::Yes
    }

    /// Takes in what was entered.
    pub(super) fn entered(&mut self, command: Command, text: &str) -> Result<(), String> {
        match command {
            Command::BookColumns => {
                let usual = if self.sides { SIDES } else { LIST };
                let columns = if text.is_empty() { usual.to_vec() } else { read(text)? };
                if self.sides {
                    self.side_columns = columns;
                } else {
                    self.list_columns = columns;
                }
            }
            Command::BookLarge => self.large = if text.is_empty() { LARGE } else { text.parse()? },
            _ => {}
        }
        Ok(())
    }

    pub(super) fn chosen(&self) -> toml::Table {
        let text = |value: String| Value::String(value);
        [
            ("group", Value::Integer(self.group.into())),
            ("static", Value::Boolean(self.locked)),
            ("sides", Value::Boolean(self.sides)),
            ("list-columns", text(write(&self.list_columns))),
            ("side-columns", text(write(&self.side_columns))),
            ("large", text(self.large.to_string())),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    pub(super) fn take_back(&mut self, table: &toml::Table) {
        let flag = |name: &str, now: bool| table.get(name).and_then(Value::as_bool).unwrap_or(now);
        let text = |name: &str| table.get(name).and_then(Value::as_str);
        if let Some(group) = table.get("group").and_then(Value::as_integer).and_then(|group| u32::try_from(group).ok()) {
            self.group = group.min(COARSEST);
        }
        self.locked = flag("static", self.locked);
        self.sides = flag("sides", self.sides);
        if let Some(columns) = text("list-columns").and_then(|text| read(text).ok()) {
            self.list_columns = columns;
        }
        if let Some(columns) = text("side-columns").and_then(|text| read(text).ok()) {
            self.side_columns = columns;
        }
        if let Some(large) = text("large").and_then(|text| text.parse::<Threshold>().ok()) {
            self.large = large;
        }
        self.centre();
    }
}
