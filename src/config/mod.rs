//! The configuration file: what can be set, reading it with every mistake named by file, line and key, and its default text.

mod alerts;
mod database;
mod delivery;
mod edit;
mod fields;
mod levels;
mod problem;
mod read;
mod recording;
mod secret;
mod trading;

pub use alerts::AlertEntry;
pub use database::Database;
pub use delivery::{Delivery, Smtp, SmtpError, SmtpSecurity};
pub use edit::{EditError, set_keys, set_list, set_text, set_truth};
pub use fields::{FIELDS, Field};
pub use levels::{Levels, MODULES, SESSION};
pub use problem::{Problem, Source, did_you_mean, nearest};
pub use recording::Recording;
pub use secret::Secret;
pub use trading::Trading;

use crate::domain::Symbol;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What the user has configured; what the file leaves out has its default.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where live data comes from.
    pub venue: String,
    /// The symbols followed from the start, at least one.
    pub symbols: Vec<Symbol>,
    /// The theme's name.
    pub theme: String,
    /// The indicators of events worked out for every symbol, in their text form, not yet checked; all of them where it is not given.
    pub indicators: Option<Vec<String>>,
    /// Frames drawn per second at most, 1 to 120.
    pub fps: u32,
    /// Times in UTC rather than in the zone.
    pub utc: bool,
    /// The zone times are shown in when not in UTC: `local`, `UTC` or such as `Asia/Kolkata`.
    pub time_zone: String,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Folder of recordings and the log, where the user chose one.
    pub data_dir: Option<PathBuf>,
    /// What is logged: [`Levels`] in their text form.
    pub log_level: String,
    /// The files of the log.
    pub log: Log,
    /// What is recorded, where, and how long it is kept.
    pub recording: Recording,
    /// How alerts reach the user outside the program.
    pub delivery: Delivery,
    /// How paper trading begins.
    pub trading: Trading,
    /// What is kept of the market in the database.
    pub database: Database,
    /// The alerts that are there from the start, in the order of the file.
    pub alerts: Vec<AlertEntry>,
    /// Endpoints by venue.
    pub venues: BTreeMap<String, VenueUrls>,
    /// Key bindings by command name, in the order of the file.
    pub keys: Vec<Binding>,
}

/// The files of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// MiB after which the next file is begun, 1 to 1,000.
    pub file_size: u32,
    /// Files kept over all runs, 1 to 1,000.
    pub files: u32,
}

/// Endpoints of a venue that replace its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VenueUrls {
    /// Base WebSocket URL.
    pub ws_url: Option<String>,
    /// Base REST URL.
    pub rest_url: Option<String>,
    /// The line of its table.
    pub line: usize,
}

/// The keys a user gives a command; an empty list takes all its keys away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The command's name, not yet checked.
    pub command: String,
    /// Its keys, not yet checked.
    pub keys: Vec<String>,
    /// The file it was read from.
    pub file: String,
    /// The line it stands on.
    pub line: usize,
}

impl Binding {
    /// A mistake in this binding.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem { file: self.file.clone(), line: self.line, key: format!("keys.{}", self.command), message: message.into() }
    }
}

impl Default for Config {
    fn default() -> Self {
        let symbol = |text| Symbol::new(text).unwrap_or(Symbol::UNKNOWN);
        Self {
            venue: "binance-futures".to_owned(),
            symbols: vec![symbol("BTCUSDT"), symbol("ETHUSDT")],
            theme: "midnight".to_owned(),
            indicators: None,
            fps: 30,
            utc: false,
            time_zone: "local".to_owned(),
            mouse: true,
            data_dir: None,
            log_level: "info".to_owned(),
            log: Log { file_size: 10, files: 10 },
            recording: Recording::default(),
            delivery: Delivery::default(),
            trading: Trading::default(),
            database: Database::default(),
            alerts: Vec::new(),
            venues: BTreeMap::new(),
            keys: Vec::new(),
        }
    }
}

/// The text of a configuration file that says what can be set, with every default as a comment.
///
/// `commands` are the name, description and default keys of each command.
pub fn default_text<'c>(commands: impl IntoIterator<Item = (&'c str, &'c str, &'c [&'c str])>) -> String {
    let mut text =
        String::from("# rtai-tui configuration. Every line that begins with # shows a default; take the # away to change it.\n");
    let mut table = "";
    for field in FIELDS {
        if field.table != table {
            table = field.table;
            let _ = write!(text, "\n[{table}]\n");
        }
        let default = if field.default.is_empty() { "\"\"" } else { field.default };
        let _ = write!(text, "\n# {}\n# {} = {default}\n", field.about, field.name);
    }
    text.push_str(
        "\n# An alert that is there from the start; as many of these tables as wanted.\n\
         # rearm: auto, once, always or \"cooldown 15m\"; deliver: [delivery] default unless given\n\
         # [[alerts]]\n# symbol = \"BTCUSDT\"\n# expr = \"price crosses above 65000\"\n# rearm = \"auto\"\n\
         # deliver = [\"bell\", \"desktop\"]\n# note = \"take profit\"\n\
         \n# Other endpoints for a venue: base URLs to which the exchange's paths are appended\n\
         # [venues.binance-futures]\n# ws_url = \"wss://fstream.binance.com\"\n# rest_url = \"https://fapi.binance.com\"\n\
         \n# Keys by command: a list replaces the command's keys, an empty list takes them away.\n\
         # Written as: q, Q, ctrl-c, alt-left, shift-tab, f1, space, enter, esc, \"g g\" (one after the other)\n[keys]\n\n",
    );
    for (name, about, keys) in commands {
        let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
        let _ = write!(text, "# {about}\n# {name:?} = [{}]\n", keys.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_defaults_are_the_defaults() {
        let mut text = String::new();
        let mut table = "";
        for field in FIELDS.iter().filter(|field| !field.default.is_empty()) {
            if field.table != table {
                table = field.table;
                let _ = writeln!(text, "[{table}]");
            }
            let _ = writeln!(text, "{} = {}", field.name, field.default);
        }
        assert_eq!(Config::parse("config.toml", &text), (Config::default(), Vec::new()));
    }

    #[test]
    fn the_default_text_changes_nothing_and_reads_without_a_mistake() {
        let text = default_text([("chart.zoom-in", "Fewer bars", &["=", "up"][..])]);
        assert_eq!(Config::parse("config.toml", &text), (Config::default(), Vec::new()));
        let text = text.replace("# [", "[");
        let uncommented: String = text
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line))
            .filter(|line| !line.ends_with("\"\""))
            .fold(String::new(), |text, line| text + line + "\n");
        let (config, problems) = Config::parse("config.toml", &uncommented);
        assert_eq!(problems, Vec::new(), "{uncommented}");
        assert_eq!(config.keys[0].keys, ["=", "up"]);
        assert_eq!(config.alerts[0].expr, "price crosses above 65000");
        assert_eq!(config.venues["binance-futures"].rest_url.as_deref(), Some("https://fapi.binance.com"));
    }
}
