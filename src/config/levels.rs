//! What is logged: a level for all, and levels of modules, such as `warn,drive::store=debug`.

use super::did_you_mean;
use std::fmt;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// The crate's name in the targets of its own lines.
const CRATE: &str = "rtai_tui";
/// The target of the lines of a session's own log, which the screen shows already.
pub const SESSION: &str = "rtai_tui::session";

/// The modules that a level can be set for; what lies below one of them is named with it in front.
pub const MODULES: &[&str] = &[
    "alert",
    "analytics",
    "app",
    "bars",
    "book",
    "broker",
    "cli",
    "codecs",
    "config",
    "demo",
    "domain",
    "drive",
    "drive::backtest",
    "drive::clock",
    "drive::dataset",
    "drive::deliver",
    "drive::dataset",
    "drive::demo_server",
    "drive::journal",
    "drive::live",
    "drive::monitor",
    "drive::previews",
    "drive::replay",
    "drive::rest",
    "drive::socket",
    "drive::store",
    "drive::tabulate",
    "engine",
    "exchanges",
    "feed",
    "footprint",
    "indicator",
    "indicators",
    "liquidity",
    "recording",
    "session",
    "strategies",
    "strategy",
    "tables",
    "ui",
];

/// The levels, from the fewest lines to the most.
const LEVELS: &[(&str, LevelFilter)] = &[
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

/// What is logged. Its text form is what was read, tidied up: `warn,drive::store=debug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    usual: LevelFilter,
    /// Modules without the crate's name, in the order given.
    modules: Vec<(String, LevelFilter)>,
}

impl Default for Levels {
    fn default() -> Self {
        Self { usual: LevelFilter::INFO, modules: Vec::new() }
    }
}

impl Levels {
    /// As the filter of lines.
    pub fn targets(&self) -> Targets {
        let modules = self.modules.iter().map(|(module, level)| (format!("{CRATE}::{module}"), *level));
        Targets::new().with_default(self.usual).with_targets(modules)
    }
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.usual)?;
        self.modules.iter().try_for_each(|(module, level)| write!(f, ",{module}={level}"))
    }
}

impl std::str::FromStr for Levels {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut levels = Self::default();
        for part in text.split(',').map(str::trim) {
            let Some((module, level)) = part.split_once('=') else {
                levels.usual = if part.trim_start_matches(CRATE).starts_with("::") || MODULES.contains(&part) {
                    return Err(format!("`{part}` needs a level: write {part}=debug"));
                } else {
                    self::level(part)?
                };
                continue;
            };
            let (module, level) = (self::module(module.trim())?, self::level(level.trim())?);
            levels.modules.retain(|(known, _)| *known != module);
            levels.modules.push((module, level));
        }
        Ok(levels)
    }
}

fn level(text: &str) -> Result<LevelFilter, String> {
    let found = LEVELS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    found.map(|(_, level)| *level).ok_or_else(|| {
        let text: String = text.chars().take(40).collect();
        format!(
            "`{}` is no level of the log: {} (a module's is set by MODULE=LEVEL, such as drive::store=debug)",
            text.escape_debug(),
            did_you_mean(&text, LEVELS.iter().map(|(name, _)| *name))
        )
    })
}

/// A module without the crate's name.
fn module(text: &str) -> Result<String, String> {
    let short = text.strip_prefix("rtai_tui::").or_else(|| text.strip_prefix("rtai-tui::")).unwrap_or(text);
    let is_below = |known: &str| short.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    // What is below `drive` is listed; elsewhere a root module says enough.
    let known = MODULES.iter().filter(|known| is_below(known)).max_by_key(|known| known.len());
    match known {
        Some(known) if short == *known || *known != "drive" => Ok(short.to_owned()),
        _ => {
            let text: String = short.chars().take(40).collect();
            Err(format!("there is no module `{}`: {}", text.escape_debug(), did_you_mean(&text, MODULES.iter().copied())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use tracing::Level;

    #[test]
    fn levels_of_all_and_of_modules_are_read_in_every_spelling() {
        let levels: Levels = "WARN, rtai_tui::drive::store=debug,ui=error".parse().unwrap();
        assert_eq!(levels.to_string(), "warn,drive::store=debug,ui=error");
        assert_eq!(levels.to_string().parse::<Levels>().unwrap(), levels);
        let targets = levels.targets();
        assert!(targets.would_enable("rtai_tui::drive::store::worker", &Level::DEBUG));
        assert!(!targets.would_enable("rtai_tui::drive::live", &Level::INFO));
        assert!(targets.would_enable("rtai_tui::drive::live", &Level::WARN));
        assert!(!targets.would_enable("rtai_tui::ui::run", &Level::WARN));
        assert!(targets.would_enable("hyper", &Level::WARN));
    }

    #[test]
    fn what_cannot_be_says_what_was_meant() {
        let said = |text: &str| text.parse::<Levels>().unwrap_err();
        assert!(said("inof").contains("did you mean `info`?"), "{}", said("inof"));
        assert!(said("warn,drive::stroe=debug").contains("no module `drive::stroe`: did you mean `drive::store`?"));
        assert!(said("exchange=debug").contains("did you mean `exchanges`?"));
        assert!(said("drive=loud").contains("no level"));
        assert!(said("drive").contains("write drive=debug"));
        assert!(said("").contains("expected one of off, error"));
        assert!(said("a\u{1b}[31m=info").contains("\\u{1b}"));
    }

    #[test]
    fn the_modules_that_are_named_are_there() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let there = |module: &str| {
            let path = src.join(module.replace("::", "/"));
            path.is_dir() || path.with_extension("rs").is_file()
        };
        for module in MODULES.iter().filter(|module| **module != "session") {
            assert!(there(module), "{module}");
        }
        for entry in std::fs::read_dir(&src).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
            let name = entry.file_name().into_string().unwrap();
            assert!(MODULES.contains(&name.as_str()), "{name} is not listed");
        }
    }
}
