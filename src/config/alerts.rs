//! The alerts of the configuration file: what each `[[alerts]]` says.

use super::delivery::channels;
use super::fields::{describe, text};
use super::{Config, Problem, Source, did_you_mean};
use crate::domain::{Channels, Rearm, Symbol};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// An alert of the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertEntry {
    /// The symbol its expression is about where that names none; the first symbol followed where neither does.
    pub symbol: Option<Symbol>,
    /// Its expression, not yet checked.
    pub expr: String,
    /// When it may fire again.
    pub rearm: Rearm,
    /// How it is delivered.
    pub deliver: Channels,
    /// What the user wants to be told with it.
    pub note: String,
    /// The file it was read from.
    pub file: String,
    /// The line its expression stands on.
    pub line: usize,
}

impl AlertEntry {
    /// The longest note, in characters.
    pub const LONGEST_NOTE: usize = 500;

    /// A mistake in its expression.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem { file: self.file.clone(), line: self.line, key: "alerts.expr".to_owned(), message: message.into() }
    }
}

const KEYS: [&str; 5] = ["symbol", "expr", "rearm", "deliver", "note"];

impl Config {
    /// Takes in the alerts. To be called last: an alert that does not say how it is delivered has the default.
    pub(super) fn read_alerts(
        &mut self,
        source: &Source<'_>,
        at: usize,
        value: &Spanned<DeValue<'_>>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(items) = value.get_ref().as_array() else {
            problems.push(source.problem(at, "alerts", "expected tables: write [[alerts]] on a line before each"));
            return;
        };
        for item in items {
            let at = item.span().start;
            if let Some(table) = item.get_ref().as_table() {
                self.alerts.extend(read_alert(source, at, table, self.delivery.default, problems));
            } else {
                let found = describe(item.get_ref());
                let message = format!("expected a table such as {{ expr = \"price > 65000\" }}, found {found}");
                problems.push(source.problem(at, "alerts", message));
            }
        }
    }
}

/// One alert; none where it has no expression or its symbol is wrong, for it would watch something else.
fn read_alert(
    source: &Source<'_>,
    at: usize,
    table: &DeTable<'_>,
    usual: Channels,
    problems: &mut Vec<Problem>,
) -> Option<AlertEntry> {
    let (file, line) = (source.file.to_owned(), source.line(at));
    let mut alert = AlertEntry {
        symbol: None,
        expr: String::new(),
        rearm: Rearm::default(),
        deliver: usual,
        note: String::new(),
        file,
        line,
    };
    let mut usable = true;
    for (name, value) in table {
        let (at, key) = (name.span().start, format!("alerts.{}", name.get_ref()));
        let value = value.get_ref();
        let (read, instead): (Result<(), String>, &str) = match name.get_ref().as_ref() {
            "symbol" => (symbol(value).map(|v| alert.symbol = Some(v)), "this alert is left out"),
            "expr" => {
                alert.line = source.line(at);
                (text(value).map(|v| alert.expr = v), "this alert is left out")
            }
            "rearm" => (rearm(value).map(|v| alert.rearm = v), "auto is used"),
            "deliver" => (channels(value).map(|v| alert.deliver = v), "[delivery] default is used"),
            "note" => (note(value).map(|v| alert.note = v), "it has none"),
            other => (Err(format!("there is no such setting: {}", did_you_mean(other, KEYS))), ""),
        };
        if let Err(expected) = read {
            usable &= instead != "this alert is left out";
            let instead = if instead.is_empty() { String::new() } else { format!("; {instead}") };
            problems.push(source.problem(at, key, format!("{expected}{instead}")));
        }
    }
    if usable && alert.expr.is_empty() {
        let message = "there is no expr = \"…\" to say when it fires; this alert is left out";
        problems.push(source.problem(at, "alerts", message));
    }
    (usable && !alert.expr.is_empty()).then_some(alert)
}

fn symbol(value: &DeValue<'_>) -> Result<Symbol, String> {
    let written = text(value)?;
    Symbol::new(&written).map_err(|error| format!("{written:?}: {error}"))
}

fn rearm(value: &DeValue<'_>) -> Result<Rearm, String> {
    text(value)?.parse().map_err(|error: crate::domain::alert::RearmError| error.to_string())
}

fn note(value: &DeValue<'_>) -> Result<String, String> {
    let note = value.as_str().ok_or_else(|| format!("expected a text in quotes, found {}", describe(value)))?.trim();
    if note.chars().nth(AlertEntry::LONGEST_NOTE).is_some() {
        return Err(format!("expected at most {} characters", AlertEntry::LONGEST_NOTE));
    }
    Ok(note.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<AlertEntry>, Vec<String>) {
        let (config, problems) = Config::parse("config.toml", text);
        (config.alerts, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn alerts_are_read_and_have_the_default_channels_wherever_it_stands() {
        let text = "[[alerts]]\nsymbol = \"ETHUSDT\"\nexpr = \"price > 3000\"\nrearm = \"cooldown 15m\"\ndeliver = \"none\"\nnote = \"sell\"\n\
                    [[alerts]]\nexpr = \"drawdown > 5%\"\n[delivery]\ndefault = [\"webhook\"]\n";
        let (alerts, problems) = parse(text);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(alerts[0].symbol.as_deref(), Some("ETHUSDT"));
        assert_eq!((alerts[0].expr.as_str(), alerts[0].note.as_str(), alerts[0].line), ("price > 3000", "sell", 3));
        assert_eq!((alerts[0].rearm.to_string(), alerts[0].deliver), ("cooldown 15m".to_owned(), Channels::NONE));
        assert_eq!((alerts[1].symbol, alerts[1].deliver.to_string().as_str(), alerts[1].rearm), (None, "webhook", Rearm::Auto));
        let problem = alerts[1].problem("no quantity `drawdow`").to_string();
        assert_eq!(problem, "config.toml:8: `alerts.expr`: no quantity `drawdow`");
    }

    #[test]
    fn a_wrong_one_costs_only_itself() {
        let text = "[[alerts]]\nexpr = 5\n[[alerts]]\nexpr = \"a\"\nrearm = \"never\"\ndeliver = [\"bell\", \"pigeon\"]\nnotes = \"x\"\n\
                    [[alerts]]\nnote = \"only\"\n[[alerts]]\nsymbol = \"B C\"\nexpr = \"b\"\n[[alerts]]\nexpr = \"c\"\n";
        let (alerts, problems) = parse(text);
        assert_eq!(alerts.iter().map(|alert| alert.expr.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        let lines: Vec<&str> = problems.iter().filter_map(|said| said.split("`: ").next()).collect();
        assert_eq!(
            lines,
            [
                "config.toml:2: `alerts.expr",
                "config.toml:5: `alerts.rearm",
                "config.toml:6: `alerts.deliver",
                "config.toml:7: `alerts.notes",
                "config.toml:8: `alerts",
                "config.toml:11: `alerts.symbol"
            ],
            "{problems:#?}"
        );
        assert!(problems[1].ends_with("; auto is used") && problems[3].ends_with("did you mean `note`?"), "{problems:#?}");
    }

    #[test]
    fn what_is_no_list_of_tables_says_so() {
        assert!(parse("alerts = 5\n").1[0].contains("[[alerts]]"));
        assert!(parse("[alerts]\nexpr = \"x\"\n").1[0].contains("[[alerts]]"));
        assert!(parse("alerts = [\"price > 5\"]\n").1[0].contains("expected a table such as"));
        assert_eq!(parse("alerts = [{ expr = \"price > 5\" }]\n").0.len(), 1);
    }
}
