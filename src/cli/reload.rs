//! The configuration file while the workstation runs: looked at once a second, read anew when it changed.

use super::settings::Settings;
use super::{keeping, screen};
use crate::app::keymap::Keymap;
use crate::config::{Config, FIELDS, Levels, Problem};
use crate::ui::reload::{Reloaded, Why};
use crate::ui::theme::Themes;
use std::path::Path;
use std::time::SystemTime;

/// Settings that are put into force while the program runs; the others wait for the next start.
pub const AT_ONCE: &[&str] = &["theme", "fps", "utc", "time_zone", "mouse", "log_level", "trading.confirm", "delivery.default"];

/// How a file looks from outside; `None` where it is not there.
type Stamp = Option<(Option<SystemTime>, u64)>;

/// Looks an environment variable up.
pub type Env = Box<dyn Fn(&str) -> Option<String>>;

/// Watches the configuration.
pub struct Watcher {
    /// The settings as they were last read.
    settings: Settings,
    themes: Themes,
    env: Env,
    set_levels: Box<dyn Fn(&Levels)>,
    /// How the file was when it was last read, and how it looked the last time where that was different.
    read: Stamp,
    seen: Stamp,
}

impl Watcher {
    /// Watches the file of these settings; `set_levels` changes what is logged.
    pub fn new(settings: Settings, themes: Themes, env: Env, set_levels: Box<dyn Fn(&Levels)>) -> Self {
        let read = stamp(&settings.file);
        Self { settings, themes, env, set_levels, read, seen: read }
    }

    /// Looks at the file. Nothing when there is nothing to say of it; in words what is wrong with it, and then all stays as it was.
    pub fn look(&mut self, why: Why) -> Option<Result<Reloaded, String>> {
        let now = stamp(&self.settings.file);
        let settled = now == self.seen;
        self.seen = now;
        // An editor may be in the middle of replacing it: it is read when it looks the same twice.
        let changed = now.is_some() && now != self.read && settled;
        if why == Why::Watching && !changed {
            return None;
        }
        self.read = now;
        match self.again() {
            Ok(settings) => {
                let before = std::mem::replace(&mut self.settings, settings);
                (why != Why::Written).then(|| Ok(self.changes(&before)))
            }
            Err(error) => (why != Why::Written).then_some(Err(error)),
        }
    }

    /// The settings as they are now, if nothing is wrong with them.
    fn again(&self) -> Result<Settings, String> {
        let settings = Settings::gather(&self.settings.flags, &self.env, false).map_err(|error| format!("{error:#}"))?;
        let mut problems = settings.problems.clone();
        problems.extend(Keymap::new(&settings.config.keys).1);
        problems.extend(keeping::configured(&settings).1);
        screen::known_theme(&settings, &self.themes, &mut problems);
        // Those of a line first: they say where to look.
        problems.sort_by_key(|problem| if problem.line == 0 { usize::MAX } else { problem.line });
        // There is one such file: its name says enough where there is little room.
        for problem in &mut problems {
            if let Some(name) = Path::new(&problem.file).file_name() {
                problem.file = name.to_string_lossy().into_owned();
            }
        }
        match problems.as_slice() {
            [] => Ok(settings),
            [only] => Err(format!("the configuration stays as it was: {only}")),
            [first, rest @ ..] => Err(format!("the configuration stays as it was: {first} (and {} more)", rest.len())),
        }
    }

    fn changes(&self, before: &Settings) -> Reloaded {
        let (old, new) = (&before.config, &self.settings.config);
        let mut reloaded = Reloaded {
            theme: (old.theme != new.theme).then(|| new.theme.clone()),
            keymap: (bindings(old) != bindings(new)).then(|| Keymap::new(&new.keys).0),
            fps: (old.fps != new.fps).then_some(new.fps),
            utc: (old.utc != new.utc).then_some(new.utc),
            zone: (old.time_zone != new.time_zone).then(|| screen::zone(&self.settings)),
            mouse: (old.mouse != new.mouse).then_some(new.mouse),
            confirm: (old.trading.confirm != new.trading.confirm).then_some(new.trading.confirm),
            channels: (old.delivery.default != new.delivery.default).then_some(new.delivery.default),
            ..Reloaded::default()
        };
        if old.log_level != new.log_level
            && let Ok(levels) = new.log_level.parse()
        {
            (self.set_levels)(&levels);
            reloaded.applied.push("log_level".to_owned());
        }
        let waits = |field: &&crate::config::Field| {
            !AT_ONCE.contains(&field.path().as_str()) && before.value(field).0 != self.settings.value(field).0
        };
        reloaded.later = FIELDS.iter().filter(waits).map(crate::config::Field::path).collect();
        let mut later = |name: &str, differs: bool| {
            if differs && !reloaded.later.iter().any(|known| known == name) {
                reloaded.later.push(name.to_owned());
            }
        };
        // A secret is shown as `…` whatever it is.
        later("delivery.webhook", old.delivery.webhook != new.delivery.webhook);
        later("[[alerts]]", alerts(old) != alerts(new));
        let urls = |settings: &Settings| -> Vec<(String, String)> {
            settings.endpoints().into_iter().map(|(name, url, _)| (name, url)).collect()
        };
        later("[venues]", urls(before) != urls(&self.settings));
        reloaded
    }
}

/// The keys that are set, wherever in the file.
fn bindings(config: &Config) -> Vec<(&str, &[String])> {
    config.keys.iter().map(|binding| (binding.command.as_str(), binding.keys.as_slice())).collect()
}

/// The alerts that are set, wherever in the file.
fn alerts(config: &Config) -> Vec<String> {
    let told = |entry: &crate::config::AlertEntry| {
        format!("{:?} {} {:?} {:?} {:?}", entry.symbol, entry.expr, entry.rearm, entry.deliver, entry.note)
    };
    config.alerts.iter().map(told).collect()
}

fn stamp(file: &Path) -> Stamp {
    let meta = std::fs::metadata(file).ok()?;
    Some((meta.modified().ok(), meta.len()))
}

/// A problem of a setting that was read without its place: the line that sets it, as far as that can be told.
pub fn with_line(mut problem: Problem, text: &str) -> Problem {
    if problem.line == 0 && !problem.key.is_empty() {
        let sets = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == problem.key);
        problem.line = text.lines().position(sets).map_or(0, |at| at + 1);
    }
    problem
}

#[cfg(test)]
mod tests;
