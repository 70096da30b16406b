//! What is kept of the market in the database: what `[database]` sets.

use super::fields::{Field, truth, whole};
use toml::de::DeValue;

/// What is kept of the market in the database, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Database {
    /// Whether bars are kept, and shown at the next start.
    pub bars: bool,
    /// Whether single trades are kept.
    pub ticks: bool,
    /// Days that bars of less than an hour are kept.
    pub bars_days: u32,
    /// Hours that single trades are kept.
    pub ticks_hours: u32,
    /// Room for all of it, in MB of 1,000,000 bytes.
    pub max_mb: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { bars: true, ticks: true, bars_days: 400, ticks_hours: 24, max_mb: 1_024 }
    }
}

impl Database {
    /// The value of a setting of `[database]` as TOML.
    pub fn shown(&self, name: &str) -> String {
        match name {
            "bars" => self.bars.to_string(),
            "ticks" => self.ticks.to_string(),
            "bars_days" => self.bars_days.to_string(),
            "ticks_hours" => self.ticks_hours.to_string(),
            "max_mb" => self.max_mb.to_string(),
            _ => String::new(),
        }
    }
}

const fn field(
    name: &'static str,
    about: &'static str,
    default: &'static str,
    read: fn(&mut super::Config, &DeValue<'_>) -> Result<(), String>,
) -> Field {
    Field { table: "database", name, about, default, read }
}

/// The settings of `[database]`, in the order of the file.
pub(super) const FIELDS: [Field; 5] = [
    field("bars", "Keep bars of live sessions, and show them at once at the next start", "true", |config, value| {
        truth(value).map(|v| config.database.bars = v)
    }),
    field("ticks", "Keep single trades of live sessions", "true", |config, value| {
        truth(value).map(|v| config.database.ticks = v)
    }),
    field("bars_days", "Days that bars of less than an hour are kept, 1 to 36500", "400", |config, value| {
        whole(value, 1, 36_500).map(|v| config.database.bars_days = v)
    }),
    field("ticks_hours", "Hours that single trades are kept, 1 to 87600", "24", |config, value| {
        whole(value, 1, 87_600).map(|v| config.database.ticks_hours = v)
    }),
    field(
        "max_mb",
        "Room for the database in MB, 16 to 1000000; beyond it the oldest trades go first, then the oldest bars",
        "1024",
        |config, value| whole(value, 16, 1_000_000).map(|v| config.database.max_mb = v),
    ),
];
