//! Reading the configuration file: each value by itself, so that one mistake costs only its own setting.

use super::fields::describe;
use super::{Binding, Config, FIELDS, Problem, Source, VenueUrls, did_you_mean};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Beyond this many bytes a file is no configuration.
const LARGEST: u64 = 1 << 20;

impl Config {
    /// Reads a configuration file. What could not be used has its default and is listed.
    ///
    /// A file that does not exist gives the defaults and no problem.
    pub fn load(path: &Path) -> (Self, Vec<Problem>) {
        let file = path.display().to_string();
        let whole = |message: String| Problem { file: file.clone(), line: 0, key: String::new(), message };
        match std::fs::metadata(path) {
            Ok(meta) if meta.len() > LARGEST => {
                let message = format!("{} bytes is too large for a configuration: defaults are used", meta.len());
                return (Self::default(), vec![whole(message)]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (Self::default(), Vec::new()),
            _ => {}
        }
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(error) => (Self::default(), vec![whole(format!("cannot be read ({error}): defaults are used"))]),
        }
    }

    /// Reads the text of a configuration file; `file` is its name in messages.
    pub fn parse(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let source = Source { file, text };
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut problems: Vec<Problem> = errors.iter().map(|error| source.syntax(error)).collect();
        let mut config = Self::default();
        let mut alerts = None;
        for (name, value) in table.get_ref() {
            let at = name.span().start;
            match name.get_ref().as_ref() {
                "alerts" => alerts = Some((at, value)),
                "keys" => config.read_keys(&source, at, value, &mut problems),
                "venues" => config.read_venues(&source, at, value, &mut problems),
                table if FIELDS.iter().any(|field| field.table == table) => match value.get_ref().as_table() {
                    Some(inner) => inner.iter().for_each(|(name, value)| {
                        config.read_field(&source, table, name, value, &mut problems);
                    }),
                    None => problems.push(source.problem(at, table, format!("expected a table: write [{table}] on a line"))),
                },
                _ => config.read_field(&source, "", name, value, &mut problems),
            }
        }
        if let Some((at, value)) = alerts {
            config.read_alerts(&source, at, value, &mut problems);
        }
        problems.sort_by_key(|problem| problem.line);
        (config, problems)
    }

    fn read_field(
        &mut self,
        source: &Source<'_>,
        table: &str,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        problems: &mut Vec<Problem>,
    ) {
        let written = name.get_ref().as_ref();
        let path = if table.is_empty() { written.to_owned() } else { format!("{table}.{written}") };
        let at = name.span().start;
        let Some(field) = FIELDS.iter().find(|field| field.table == table && field.name == written) else {
            let mut known: Vec<&str> = FIELDS.iter().filter(|field| field.table == table).map(|field| field.name).collect();
            if table.is_empty() {
                known.extend(FIELDS.iter().map(|field| field.table).filter(|table| !table.is_empty()));
                known.extend(["alerts", "venues", "keys"]);
                known.dedup();
            }
            problems.push(source.problem(at, path, format!("there is no such setting: {}", did_you_mean(written, known))));
            return;
        };
        if let Err(expected) = (field.read)(self, value.get_ref()) {
            let default = if field.default.is_empty() { "nothing" } else { field.default };
            problems.push(source.problem(at, path, format!("{expected}; {default} is used")));
        }
    }

    fn read_keys(&mut self, source: &Source<'_>, at: usize, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) {
        let Some(table) = value.get_ref().as_table() else {
            problems.push(source.problem(at, "keys", "expected a table: write [keys] on a line"));
            return;
        };
        for (name, value) in table {
            let at = name.span().start;
            let command = name.get_ref().to_string();
            let keys = match value.get_ref() {
                DeValue::String(key) => Some(vec![key.to_string()]),
                DeValue::Array(items) => {
                    items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
                }
                _ => None,
            };
            match keys {
                Some(keys) => {
                    self.keys.push(Binding { command, keys, file: source.file.to_owned(), line: source.line(at) });
                }
                None if value.get_ref().is_table() => {
                    let message = "a command's name has dots: put it in quotes, such as \"chart.zoom-in\" = [\"+\"]";
                    problems.push(source.problem(at, format!("keys.{command}"), message));
                }
                None => {
                    let message =
                        format!("expected a list of keys such as [\"+\", \"ctrl-up\"], found {}", describe(value.get_ref()));
                    problems.push(source.problem(at, format!("keys.{command}"), message));
                }
            }
        }
        self.keys.sort_by_key(|binding| binding.line);
    }

    fn read_venues(&mut self, source: &Source<'_>, at: usize, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) {
        let Some(table) = value.get_ref().as_table() else {
            problems.push(source.problem(at, "venues", "expected tables such as [venues.binance-futures]"));
            return;
        };
        for (name, value) in table {
            let at = name.span().start;
            let venue = name.get_ref().to_string();
            let Some(inner) = value.get_ref().as_table() else {
                let message = format!("expected a table: write [venues.{venue}] on a line");
                problems.push(source.problem(at, format!("venues.{venue}"), message));
                continue;
            };
            let mut urls = VenueUrls { line: source.line(at), ..VenueUrls::default() };
            for (name, value) in inner {
                let path = format!("venues.{venue}.{}", name.get_ref());
                let at = name.span().start;
                let (slot, schemes) = match name.get_ref().as_ref() {
                    "ws_url" => (&mut urls.ws_url, ["ws://", "wss://"]),
                    "rest_url" => (&mut urls.rest_url, ["http://", "https://"]),
                    other => {
                        let hint = did_you_mean(other, ["ws_url", "rest_url"]);
                        problems.push(source.problem(at, path, format!("there is no such setting: {hint}")));
                        continue;
                    }
                };
                match value.get_ref().as_str() {
                    Some(url) if schemes.iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme)) => {
                        *slot = Some(url.trim_end_matches('/').to_owned());
                    }
                    _ => {
                        let found = describe(value.get_ref());
                        let message = format!(
                            "expected a URL that begins with {} or {}, found {found}; the venue's own is used",
                            schemes[0], schemes[1]
                        );
                        problems.push(source.problem(at, path, message));
                    }
                }
            }
            self.venues.insert(venue, urls);
        }
    }

    /// Mistakes that only show against the indicators there are: `check` reads a text and says those it names in their text form,
    /// or why it cannot be. What cannot be is left out.
    pub fn check_indicators(&mut self, file: &str, check: &dyn Fn(&str) -> Result<Vec<String>, String>) -> Vec<Problem> {
        let Some(listed) = self.indicators.take() else { return Vec::new() };
        let (mut known, mut problems) = (Vec::new(), Vec::new());
        for text in listed {
            match check(&text) {
                Ok(found) => known.extend(found),
                Err(why) => {
                    let key = "indicators".to_owned();
                    problems.push(Problem { file: file.to_owned(), line: 0, key, message: format!("{why}; it is left out") });
                }
            }
        }
        self.indicators = Some(known);
        problems
    }

    /// Mistakes that only show against the venues there are: `venue` and the names of `[venues.NAME]`.
    ///
    /// A venue that is not known is replaced by the default.
    pub fn check_venues(&mut self, file: &str, known: &[&str]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut unknown = |line, key: String, name: &str| {
            let message = format!("there is no venue `{name}`: {}", did_you_mean(name, known.iter().copied()));
            problems.push(Problem { file: file.to_owned(), line, key, message });
        };
        if !known.contains(&self.venue.as_str()) {
            unknown(0, "venue".to_owned(), &self.venue);
            self.venue = Self::default().venue;
        }
        for (name, urls) in &self.venues {
            if !known.contains(&name.as_str()) {
                unknown(urls.line, format!("venues.{name}"), name);
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        Config::parse("config.toml", text).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_mistake_names_its_place_and_the_rest_counts() {
        let text = "fps = 500\nthem = \"daylight\"\nutc = true\n[recording]\nenabled = \"yes\"\n[keys]\nquit = 5\n";
        let (config, _) = Config::parse("config.toml", text);
        assert!(config.utc);
        assert_eq!(config.fps, 30);
        assert_eq!(
            problems(text),
            [
                "config.toml:1: `fps`: expected a whole number from 1 to 120, found 500; 30 is used",
                "config.toml:2: `them`: there is no such setting: did you mean `theme`?",
                "config.toml:5: `recording.enabled`: expected true or false, found \"yes\"; true is used",
                "config.toml:7: `keys.quit`: expected a list of keys such as [\"+\", \"ctrl-up\"], found 5",
            ]
        );
    }

    #[test]
    fn broken_toml_is_one_clear_message() {
        let found = problems("utc = true\ntheme = \"day\nfps = 10\n");
        assert!(found[0].starts_with("config.toml:2: not valid TOML: "), "{found:?}");
    }

    #[test]
    fn symbols_are_checked() {
        assert!(problems("symbols = [\"BTC\\u001b[31m\"]")[0].contains("no spaces or control characters"));
        assert_eq!(
            problems("symbols = []"),
            ["config.toml:1: `symbols`: expected at least one symbol; [\"BTCUSDT\", \"ETHUSDT\"] is used"]
        );
    }

    #[test]
    fn venues_are_checked() {
        let text =
            "venue = \"binance-future\"\n[venues.binance-spott]\nws_url = \"http://x\"\nrest_url = \"http://127.0.0.1:8080/\"\n";
        let (mut config, found) = Config::parse("config.toml", text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(config.venues["binance-spott"].rest_url.as_deref(), Some("http://127.0.0.1:8080"));
        let found = config.check_venues("config.toml", &["binance-futures", "binance-spot", "demo"]);
        assert_eq!(
            found[0].to_string(),
            "config.toml: `venue`: there is no venue `binance-future`: did you mean `binance-futures`?"
        );
        assert_eq!(found[1].line, 2);
        assert_eq!(config.venue, "binance-futures");
    }

    #[test]
    fn indicators_are_checked_one_by_one() {
        let (mut config, found) = Config::parse("config.toml", "indicators = [\"ofi\", \"ofj\", \"tfi\"]\n");
        assert_eq!(found, Vec::new());
        let check = |text: &str| if text == "ofj" { Err(format!("no `{text}`")) } else { Ok(vec![text.to_owned()]) };
        let found = config.check_indicators("config.toml", &check);
        assert_eq!(found[0].to_string(), "config.toml: `indicators`: no `ofj`; it is left out");
        assert_eq!((found.len(), config.indicators.unwrap()), (1, vec!["ofi".to_owned(), "tfi".to_owned()]));
        assert!(problems("indicators = [1]")[0].contains("expected a list such as"));
    }

    #[test]
    fn a_missing_file_is_no_problem() {
        assert_eq!(Config::load(Path::new("/nonexistent/config.toml")), (Config::default(), Vec::new()));
    }
}
