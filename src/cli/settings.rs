//! The settings in force: flag, then `RTAI_*` environment variable, then config file, then default.

use super::args::Global;
use super::folders::Folders;
use crate::config::{Config, Delivery, FIELDS, Field, Problem};
use crate::indicators;
use anyhow::bail;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::de::DeTable;

/// Where a setting's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The config file.
    File,
    /// An environment variable.
    Environment,
    /// A flag.
    Flag,
}

/// Everything that is set, and where files are.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The values.
    pub config: Config,
    /// Where those that are not defaults come from, by the setting's path.
    pub origins: BTreeMap<String, Origin>,
    /// The configuration file, whether it is there or not.
    pub file: PathBuf,
    /// Where files are kept.
    pub folders: Folders,
    /// The venues to collect from at the same time; the first is that of the configuration.
    pub venues: Vec<String>,
    /// The flags they were gathered with.
    pub flags: Global,
    /// Mistakes in the configuration file.
    pub problems: Vec<Problem>,
    /// The layout the screen begins with, where one was named.
    pub layout: Option<String>,
    /// Whether the screen begins as shipped, and how it is left is not kept.
    pub fresh: bool,
}

/// The environment variable of a setting.
pub fn variable(field: &Field) -> String {
    match field.path().as_str() {
        "data_dir" => "RTAI_DATA_PATH".to_owned(),
        path => format!("RTAI_{}", path.to_uppercase().replace('.', "_")),
    }
}

impl Settings {
    /// Gathers the settings. `env` looks an environment variable up; `creating` says that the configuration file is about to
    /// be written and need not be there.
    ///
    /// # Errors
    /// When a variable has a value that cannot be, or a configuration file that was named is not there.
    pub fn gather(global: &Global, env: &dyn Fn(&str) -> Option<String>, creating: bool) -> anyhow::Result<Self> {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        let named = global.config.clone().or_else(|| set("RTAI_CONFIG_PATH").map(PathBuf::from));
        let data_hint = global.data_dir.clone().or_else(|| set("RTAI_DATA_PATH").map(PathBuf::from));
        let file = match &named {
            Some(file) if !file.exists() && !creating => {
                bail!("{}: there is no such configuration file (`rtai-tui config --init` writes one)", file.display())
            }
            Some(file) => file.clone(),
            None => Folders::find(data_hint.as_deref())?.config.join("config.toml"),
        };
        let (mut config, mut problems) = Config::load(&file);
        let mut origins = BTreeMap::new();
        let defaults = Config::default();
        for field in FIELDS {
            if shown(field, &config) != shown(field, &defaults) {
                origins.insert(field.path(), Origin::File);
            }
        }
        for field in FIELDS {
            let name = variable(field);
            if let Some(value) = set(&name) {
                let read = read(field, &mut config, &value);
                let value = if field.is_secret() { "…" } else { &value };
                read.map_err(|expected| anyhow::anyhow!("{name}={value}: {expected}"))?;
                origins.insert(field.path(), Origin::Environment);
            }
        }
        let known: Vec<&str> = super::venues();
        problems.extend(config.check_venues(&file.display().to_string(), &known));
        let listed_in = match origins.get("indicators") {
            Some(Origin::Environment) => "RTAI_INDICATORS".to_owned(),
            _ => file.display().to_string(),
        };
        problems.extend(config.check_indicators(&listed_in, &flow_indicators));
        for (venue, urls) in &config.venues {
            for (name, url) in [("ws_url", &urls.ws_url), ("rest_url", &urls.rest_url)] {
                if url.is_some() {
                    origins.insert(format!("venues.{venue}.{name}"), Origin::File);
                }
            }
        }
        let mut settings = Self {
            folders: Folders::find(data_hint.as_deref())?,
            venues: Vec::new(),
            flags: global.clone(),
            config,
            origins,
            file,
            problems,
            layout: global.layout.clone(),
            fresh: global.no_restore,
        };
        settings.flags(global, &set)?;
        if settings.venues.is_empty() {
            settings.venues.push(settings.config.venue.clone());
        }
        if let Some(data) = settings.config.data_dir.clone() {
            settings.folders = Folders::find(Some(&data))?;
        }
        Ok(settings)
    }

    fn flags(&mut self, global: &Global, env: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<()> {
        let config = &mut self.config;
        let mut flag = |path: &str| self.origins.insert(path.to_owned(), Origin::Flag);
        if let Some(venue) = &global.venue {
            for venue in venue.split(',').map(str::trim) {
                let known = super::venues();
                if !known.contains(&venue) {
                    bail!("--venue {venue}: there is no such venue: {}", crate::config::did_you_mean(venue, known));
                }
                if !self.venues.iter().any(|named| named == venue) {
                    self.venues.push(venue.to_owned());
                }
            }
            config.venue.clone_from(&self.venues[0]);
            flag("venue");
        }
        if !global.symbols.is_empty() {
            config.symbols.clone_from(&global.symbols);
            flag("symbols");
        }
        if let Some(theme) = &global.theme {
            config.theme.clone_from(theme);
            flag("theme");
        }
        if let Some(level) = &global.log_level {
            config.log_level.clone_from(level);
            flag("log_level");
        }
        if let Some(folder) = &global.data_dir {
            config.data_dir = Some(folder.clone());
            flag("data_dir");
        }
        if global.no_record {
            config.recording.enabled = false;
            flag("recording.enabled");
        }
        let given = |flag: &Option<String>, variable: &str| {
            let flag = flag.clone().map(|url| (url, Origin::Flag));
            flag.or_else(|| env(variable).map(|url| (url, Origin::Environment)))
        };
        if self.venues.len() > 1 && (global.ws_url.is_some() || global.rest_url.is_some()) {
            bail!("--ws-url and --rest-url are of one venue: set [venues.NAME] in the configuration for several");
        }
        let venue = config.venue.clone();
        if let Some((url, origin)) = given(&global.ws_url, "RTAI_WS_URL") {
            config.venues.entry(venue.clone()).or_default().ws_url = Some(url);
            self.origins.insert(format!("venues.{venue}.ws_url"), origin);
        }
        if let Some((url, origin)) = given(&global.rest_url, "RTAI_REST_URL") {
            config.venues.entry(venue.clone()).or_default().rest_url = Some(url);
            self.origins.insert(format!("venues.{venue}.rest_url"), origin);
        }
        Ok(())
    }

    /// The folder that live data is recorded in.
    pub fn recordings(&self) -> PathBuf {
        self.config.recording.path.clone().unwrap_or_else(|| self.folders.data.join("recordings"))
    }

    /// The endpoints in force: setting, URL and origin, in the order of the venues.
    pub fn endpoints(&self) -> Vec<(String, String, Origin)> {
        let mut found = Vec::new();
        for exchange in crate::exchanges::EXCHANGES {
            let (venue, own) = (exchange.name(), self.config.venues.get(exchange.name()));
            let urls = [
                ("ws_url", own.and_then(|urls| urls.ws_url.as_deref()), exchange.venue.ws_url),
                ("rest_url", own.and_then(|urls| urls.rest_url.as_deref()), exchange.venue.rest_url),
            ];
            for (name, own, usual) in urls {
                let path = format!("venues.{venue}.{name}");
                let origin = self.origins.get(&path).copied().unwrap_or(Origin::Default);
                found.push((path, own.unwrap_or(usual).to_owned(), origin));
            }
        }
        found
    }

    /// A setting's value as TOML, its origin beside it.
    pub fn value(&self, field: &Field) -> (String, Origin) {
        (shown(field, &self.config), self.origins.get(&field.path()).copied().unwrap_or(Origin::Default))
    }
}

/// The indicators of events that a text names, in their text form.
fn flow_indicators(text: &str) -> Result<Vec<String>, String> {
    let found = indicators::parse_list(text).map_err(|error| error.to_string())?;
    match found.iter().find(|setup| !setup.spec.is_flow()) {
        Some(other) => Err(format!("`{}` is worked out of bars: a chart shows it", other.spec.name)),
        None => Ok(found.iter().map(ToString::to_string).collect()),
    }
}

/// A setting's value as TOML; empty where there is none.
fn shown(field: &Field, config: &Config) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let folder = |path: &Option<PathBuf>| path.as_ref().map(|path| text(&path.display().to_string())).unwrap_or_default();
    match field.path().as_str() {
        "venue" => text(&config.venue),
        "symbols" => {
            format!("[{}]", config.symbols.iter().map(|symbol| text(symbol)).collect::<Vec<_>>().join(", "))
        }
        "theme" => text(&config.theme),
        "indicators" => config
            .indicators
            .as_ref()
            .map_or_else(String::new, |list| format!("[{}]", list.iter().map(|one| text(one)).collect::<Vec<_>>().join(", "))),
        "fps" => config.fps.to_string(),
        "utc" => config.utc.to_string(),
        "time_zone" => text(&config.time_zone),
        "mouse" => config.mouse.to_string(),
        "data_dir" => folder(&config.data_dir),
        "log_level" => text(&config.log_level),
        "log.file_size" => config.log.file_size.to_string(),
        "log.files" => config.log.files.to_string(),
        _ if field.table == "recording" => config.recording.shown(field.name),
        _ if field.table == "trading" => config.trading.shown(field.name),
        _ if field.table == "database" => config.database.shown(field.name),
        _ => shown_delivery(field, &config.delivery),
    }
}

fn shown_delivery(field: &Field, delivery: &Delivery) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let list = |texts: &[String]| match texts {
        [] => String::new(),
        texts => format!("[{}]", texts.iter().map(|one| text(one)).collect::<Vec<_>>().join(", ")),
    };
    let given = |value: &Option<String>| value.as_deref().map(text).unwrap_or_default();
    match field.path().as_str() {
        "delivery.default" => {
            format!("[{}]", delivery.default.iter().map(|channel| text(channel.name())).collect::<Vec<_>>().join(", "))
        }
        "delivery.command" => list(&delivery.command),
        "delivery.command_limit" => text(&delivery.command_limit.span()),
        "delivery.webhook" => delivery.webhook.as_ref().map(|secret| text(&secret.to_string())).unwrap_or_default(),
        "delivery.webhook_env" => given(&delivery.webhook_env),
        "delivery.mail_to" => list(&delivery.mail_to),
        "delivery.mail_from" => given(&delivery.mail_from),
        "delivery.smtp" => delivery.smtp.as_ref().map(|smtp| text(&smtp.to_string())).unwrap_or_default(),
        "delivery.smtp_password_env" => given(&delivery.smtp_password_env),
        _ => String::new(),
    }
}

/// Reads an environment variable's value: as TOML, else as a text, else as a list separated by commas.
fn read(field: &Field, config: &mut Config, value: &str) -> Result<(), String> {
    let quoted = |text: &str| toml::Value::String(text.trim().to_owned()).to_string();
    let truth = match value {
        "1" | "yes" | "on" => Some("true"),
        "0" | "no" | "off" => Some("false"),
        _ => None,
    };
    let list = format!("[{}]", value.split(',').map(quoted).collect::<Vec<_>>().join(", "));
    let forms = [Some(value.to_owned()), truth.map(str::to_owned), Some(quoted(value)), Some(list)];
    let mut first = None;
    let mut last = String::new();
    for form in forms.into_iter().flatten() {
        let text = format!("value = {form}");
        let Ok(table) = DeTable::parse(&text) else { continue };
        let Some(parsed) = table.get_ref().get("value") else { continue };
        match (field.read)(config, parsed.get_ref()) {
            Ok(()) => return Ok(()),
            Err(expected) => {
                first.get_or_insert_with(|| expected.clone());
                last = expected;
            }
        }
    }
    // What was expected of the value as it stands says most; a list's own complaint is about its items.
    Err(if field.path() == "symbols" { last } else { first.unwrap_or(last) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Symbol;

    fn gather(global: &Global, file: &str, env: &[(&str, &str)]) -> anyhow::Result<Settings> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, file).unwrap();
        let global = Global { config: Some(path), ..global.clone() };
        Settings::gather(&global, &|name| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()), false)
    }

    #[test]
    fn a_flag_beats_a_variable_beats_the_file_beats_the_default() {
        let file = "theme = \"daylight\"\nlog_level = \"warn\"\nfps = 10\n";
        let env = [("RTAI_THEME", "mono"), ("RTAI_LOG_LEVEL", "debug"), ("RTAI_RECORDING_ENABLED", "false")];
        let global = Global { log_level: Some("trace".to_owned()), ..Global::default() };
        let settings = gather(&global, file, &env).unwrap();
        let config = &settings.config;
        assert_eq!((config.fps, config.theme.as_str(), config.log_level.as_str()), (10, "mono", "trace"));
        assert!(!config.recording.enabled);
        let origin = |path: &str| settings.origins.get(path).copied();
        assert_eq!(
            [origin("fps"), origin("theme"), origin("log_level"), origin("utc")],
            [Some(Origin::File), Some(Origin::Environment), Some(Origin::Flag), None]
        );
    }

    #[test]
    fn variables_are_read_as_people_write_them() {
        let env = [("RTAI_SYMBOLS", "BTCUSDT, SOLUSDT"), ("RTAI_UTC", "1"), ("RTAI_DATA_PATH", "/data")];
        let settings = gather(&Global::default(), "", &env).unwrap();
        assert_eq!(settings.config.symbols, ["BTCUSDT", "SOLUSDT"].map(|text| Symbol::new(text).unwrap()));
        assert!(settings.config.utc);
        assert_eq!(settings.recordings(), PathBuf::from("/data/recordings"));
    }

    #[test]
    fn indicators_are_of_the_catalogue() {
        let settings = gather(&Global::default(), "indicators = [\"ofj\", \"vpin(buckets=20)\"]\n", &[]).unwrap();
        assert_eq!(settings.config.indicators, Some(vec!["vpin(buckets=20)".to_owned()]));
        let said = settings.problems[0].to_string();
        assert!(said.contains("`indicators`: no indicator `ofj`; did you mean `ofi`?; it is left out"), "{said}");
        let settings = gather(&Global::default(), "", &[("RTAI_INDICATORS", "tfi, mlofi(window=30)")]).unwrap();
        assert_eq!(settings.config.indicators, Some(vec!["tfi".to_owned(), "mlofi(window=30)".to_owned()]));
    }

    #[test]
    fn a_bad_variable_names_itself_and_what_was_expected() {
        let said = gather(&Global::default(), "", &[("RTAI_FPS", "many")]).unwrap_err().to_string();
        assert!(said.starts_with("RTAI_FPS=many: expected a whole number from 1 to 120"), "{said}");
        let said = gather(&Global::default(), "", &[("RTAI_LOG_LEVEL", "loud")]).unwrap_err().to_string();
        assert!(said.starts_with("RTAI_LOG_LEVEL=loud: `loud` is no level"), "{said}");
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let env = [("RTAI_DELIVERY_WEBHOOK", "hunter2")];
        let said = gather(&Global::default(), "", &env).unwrap_err().to_string();
        assert!(said.starts_with("RTAI_DELIVERY_WEBHOOK=…: expected a web address"), "{said}");
        let env = [("RTAI_DELIVERY_WEBHOOK", "https://x/hunter2"), ("RTAI_DELIVERY_COMMAND", "/bin/say, a b")];
        let settings = gather(&Global::default(), "[delivery]\nmail_to = \"a@b\"\n", &env).unwrap();
        assert_eq!(settings.config.delivery.command, ["/bin/say", "a b"]);
        let all: Vec<String> = FIELDS.iter().map(|field| shown(field, &settings.config)).collect();
        assert!(all.contains(&"[\"a@b\"]".to_owned()) && !all.concat().contains("hunter2"), "{all:?}");
    }

    #[test]
    fn every_setting_shows_its_value() {
        let config = Config::default();
        for field in FIELDS.iter().filter(|field| !field.default.is_empty()) {
            assert_eq!(shown(field, &config), field.default, "{}", field.path());
        }
    }

    #[test]
    fn endpoints_are_of_the_venue_chosen() {
        let global = Global { venue: Some("binance-spot".to_owned()), ws_url: Some("ws://x".to_owned()), ..Global::default() };
        let settings = gather(&global, "", &[]).unwrap();
        assert_eq!(settings.config.venues["binance-spot"].ws_url.as_deref(), Some("ws://x"));
    }
}
