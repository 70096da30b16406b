//! The list of everything that can be configured. Reading, the commented default file and the documentation come from it.

use super::{Config, database, delivery, recording, trading};
use crate::domain::Symbol;
use std::path::PathBuf;
use toml::de::DeValue;

/// One setting.
#[derive(Clone, Copy)]
pub struct Field {
    /// The table it is in; empty for the top of the file.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// The default as TOML; empty for a setting that has no value unless it is given.
    pub default: &'static str,
    /// Takes the value in, or says what was expected.
    pub read: fn(&mut Config, &DeValue<'_>) -> Result<(), String>,
}

impl Field {
    /// Its name with its table: `recording.enabled`.
    pub fn path(&self) -> String {
        if self.table.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.table, self.name) }
    }

    /// Whether its value must not be shown: it is a secret, or may have one written into it by mistake.
    pub fn is_secret(&self) -> bool {
        self.table == "delivery" && matches!(self.name, "webhook" | "webhook_env" | "smtp" | "smtp_password_env")
    }
}

/// Every setting but the open-ended tables `[keys]` and `[venues.NAME]`, in the order of the file.
pub const FIELDS: &[Field] = &joined();

/// The lists of the tables, one after the other.
const PARTS: [&[Field]; 4] = [GENERAL, recording::FIELDS, &database::FIELDS, &trading::FIELDS];

const fn count() -> usize {
    let (mut sum, mut part) = (0, 0);
    while part < PARTS.len() {
        sum += PARTS[part].len();
        part += 1;
    }
    sum
}

const fn joined() -> [Field; count()] {
    let mut all = [GENERAL[0]; count()];
    let (mut at, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut of_part = 0;
        while of_part < PARTS[part].len() {
            all[at] = PARTS[part][of_part];
            at += 1;
            of_part += 1;
        }
        part += 1;
    }
    all
}

const GENERAL: &[Field] = &[
    Field {
        table: "",
        name: "venue",
        about: "Where live data comes from: binance-futures, binance-spot or demo",
        default: "\"binance-futures\"",
        read: |config, value| text(value).map(|v| config.venue = v),
    },
    Field {
        table: "",
        name: "symbols",
        about: "The symbols followed from the start",
        default: "[\"BTCUSDT\", \"ETHUSDT\"]",
        read: |config, value| symbols(value).map(|v| config.symbols = v),
    },
    Field {
        table: "",
        name: "theme",
        about: "Colours: a shipped theme, or a file of the folder `themes` beside this one",
        default: "\"midnight\"",
        read: |config, value| text(value).map(|v| config.theme = v),
    },
    Field {
        table: "",
        name: "indicators",
        about: "Indicators worked out for every symbol, such as [\"ofi\", \"vpin(bucket_volume=5)\"]; all of them unless given",
        default: "",
        read: |config, value| texts(value).map(|v| config.indicators = Some(v)),
    },
    Field {
        table: "",
        name: "fps",
        about: "Frames drawn per second at most, 1 to 120",
        default: "30",
        read: |config, value| whole(value, 1, 120).map(|v| config.fps = v),
    },
    Field {
        table: "",
        name: "utc",
        about: "Show times in UTC rather than in local time",
        default: "false",
        read: |config, value| truth(value).map(|v| config.utc = v),
    },
    Field {
        table: "",
        name: "time_zone",
        about: "The zone times are shown in: local, UTC, or such as Asia/Kolkata",
        default: "\"local\"",
        read: |config, value| zone(value).map(|v| config.time_zone = v),
    },
    Field {
        table: "",
        name: "mouse",
        about: "Use the mouse; false leaves it to the terminal, for selecting text",
        default: "true",
        read: |config, value| truth(value).map(|v| config.mouse = v),
    },
    Field {
        table: "",
        name: "data_dir",
        about: "Folder of recordings and the log; the system's data folder unless given",
        default: "",
        read: |config, value| text(value).map(|v| config.data_dir = Some(PathBuf::from(v))),
    },
    Field {
        table: "",
        name: "log_level",
        about: "What is logged: error, warn, info, debug or trace; of modules by \"warn,drive::store=debug\"",
        default: "\"info\"",
        read: |config, value| levels(value).map(|v| config.log_level = v),
    },
    Field {
        table: "log",
        name: "file_size",
        about: "MiB after which the log goes on in the next file, 1 to 1000",
        default: "10",
        read: |config, value| whole(value, 1, 1_000).map(|v| config.log.file_size = v),
    },
    Field {
        table: "log",
        name: "files",
        about: "Files of the log that are kept, 1 to 1000; the oldest go",
        default: "10",
        read: |config, value| whole(value, 1, 1_000).map(|v| config.log.files = v),
    },
    Field {
        table: "delivery",
        name: "default",
        about: "How a new alert is delivered: of bell, terminal, desktop, command, webhook, mail",
        default: "[\"bell\"]",
        read: |config, value| delivery::channels(value).map(|v| config.delivery.default = v),
    },
    Field {
        table: "delivery",
        name: "command",
        about: "A program run for an alert, with its arguments: [\"/home/me/alert.sh\", \"--loud\"]; it has the alert as variables and on stdin",
        default: "",
        read: |config, value| delivery::command(value).map(|v| config.delivery.command = v),
    },
    Field {
        table: "delivery",
        name: "command_limit",
        about: "The longest that program may run",
        default: "\"10s\"",
        read: |config, value| delivery::limit(value).map(|v| config.delivery.command_limit = v),
    },
    Field {
        table: "delivery",
        name: "webhook",
        about: "A web address alerts are posted to as JSON, in Slack's form; better kept out of this file by webhook_env",
        default: "",
        read: |config, value| delivery::webhook(value).map(|v| config.delivery.webhook = Some(v)),
    },
    Field {
        table: "delivery",
        name: "webhook_env",
        about: "The environment variable that holds that web address",
        default: "",
        read: |config, value| delivery::variable(value).map(|v| config.delivery.webhook_env = Some(v)),
    },
    Field {
        table: "delivery",
        name: "mail_to",
        about: "Who mails go to: [\"me@example.org\"]",
        default: "",
        read: |config, value| delivery::addresses(value).map(|v| config.delivery.mail_to = v),
    },
    Field {
        table: "delivery",
        name: "mail_from",
        about: "Who mails come from; the first they go to unless given",
        default: "",
        read: |config, value| delivery::address(value).map(|v| config.delivery.mail_from = Some(v)),
    },
    Field {
        table: "delivery",
        name: "smtp",
        about: "The mail server: smtps://user@host:465, smtp://user@host:587 (STARTTLS) or smtp+plain://127.0.0.1:25",
        default: "",
        read: |config, value| delivery::smtp(value).map(|v| config.delivery.smtp = Some(v)),
    },
    Field {
        table: "delivery",
        name: "smtp_password_env",
        about: "The environment variable that holds the mail server's password",
        default: "",
        read: |config, value| delivery::variable(value).map(|v| config.delivery.smtp_password_env = Some(v)),
    },
];

fn zone(value: &DeValue<'_>) -> Result<String, String> {
    let name = text(value)?;
    if matches!(name.as_str(), "local" | "UTC") || jiff::tz::TimeZone::get(&name).is_ok() {
        return Ok(name);
    }
    Err(format!("`{}` is no zone this system knows: expected local, UTC or such as Asia/Kolkata", name.escape_debug()))
}

pub(super) fn text(value: &DeValue<'_>) -> Result<String, String> {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        Some(_) => Err("expected a text, found an empty one".to_owned()),
        None => Err(format!("expected a text in quotes, found {}", describe(value))),
    }
}

fn levels(value: &DeValue<'_>) -> Result<String, String> {
    text(value)?.parse().map(|levels: super::Levels| levels.to_string())
}

pub(super) fn truth(value: &DeValue<'_>) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("expected true or false, found {}", describe(value)))
}

pub(super) fn whole(value: &DeValue<'_>, least: u32, most: u32) -> Result<u32, String> {
    value
        .as_integer()
        .and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok())
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| format!("expected a whole number from {least} to {most}, found {}", describe(value)))
}

/// A list of texts; a single text is a list of one.
fn texts(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    texts_like(value, "[\"ofi\", \"vpin(bucket_volume=5)\"]")
}

/// A list of texts, of which `example` is one; a single text is a list of one.
pub(super) fn texts_like(value: &DeValue<'_>, example: &str) -> Result<Vec<String>, String> {
    let expected = || format!("expected a list such as {example}, found {}", describe(value));
    if let Some(one) = value.as_str() {
        return Ok(vec![one.to_owned()]);
    }
    let items = value.as_array().ok_or_else(expected)?.iter();
    items.map(|item| item.get_ref().as_str().map(str::to_owned).ok_or_else(expected)).collect()
}

fn symbols(value: &DeValue<'_>) -> Result<Vec<Symbol>, String> {
    let expected = || format!("expected a list such as [\"BTCUSDT\", \"ETHUSDT\"], found {}", describe(value));
    let mut symbols = Vec::new();
    for item in value.as_array().ok_or_else(expected)? {
        let text = item.get_ref().as_str().ok_or_else(expected)?;
        let symbol = Symbol::new(text).map_err(|error| format!("{text:?}: {error}"))?;
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    if symbols.is_empty() { Err("expected at least one symbol".to_owned()) } else { Ok(symbols) }
}

/// A value as messages show it, short and safe to print.
pub(super) fn describe(value: &DeValue<'_>) -> String {
    let shown = match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(n) => n.as_str().to_owned(),
        DeValue::Float(n) => n.as_str().to_owned(),
        DeValue::Boolean(b) => b.to_string(),
        other => format!("a {}", other.type_str()),
    };
    shown.chars().take(60).collect()
}
