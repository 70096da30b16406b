//! The zone times are shown in.

use super::dialogs::{Choice, Purpose};
use super::openers::entry;
use super::{App, Effect, Keep, Shown};
use crate::domain::Nanos;
use crate::feed::Severity;
use jiff::Timestamp;
use jiff::tz::TimeZone;

impl Shown {
    /// The zone times are shown in.
    pub fn time_zone(&self) -> TimeZone {
        if self.utc { TimeZone::UTC } else { self.zone.clone() }
    }
}

/// The zone of a name: `UTC`, `local`, or such as `Asia/Kolkata`. `None` where the system knows none of that name.
pub fn named(name: &str) -> Option<TimeZone> {
    match name {
        "local" => Some(TimeZone::system()),
        "UTC" | "utc" => Some(TimeZone::UTC),
        other => TimeZone::get(other).ok(),
    }
}

impl App {
    /// Opens the list of zones, with what the clock shows in each.
    pub(super) fn open_zones(&mut self, now: Nanos) {
        let stamp = Timestamp::from_nanosecond(i128::from(now.0)).unwrap_or_default();
        let shown = |zone: &TimeZone| stamp.to_zoned(zone.clone()).strftime("%H:%M  %:z  %Z").to_string();
        let row = |name: &str, zone: &TimeZone| entry("", name, shown(zone), Choice::Zone(name.to_owned()));
        let mut entries = vec![row("local", &TimeZone::system()), row("UTC", &TimeZone::UTC)];
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let places = names.iter().filter(|name| name.contains('/') && !name.starts_with("Etc/"));
        entries.extend(places.filter_map(|name| Some(row(name, &TimeZone::get(name).ok()?))));
        let current = self.shown.time_zone();
        let cursor = match current.iana_name() {
            _ if self.shown.utc => 1,
            Some(name) => entries.iter().position(|entry| entry.label == name).unwrap_or(0),
            None => 0,
        };
        self.pick(Purpose::Choose, "Times in", entries, cursor);
    }

    /// Shows times in the zone of a name from now on.
    pub(super) fn choose_zone(&mut self, name: String, now: Nanos) -> Vec<Effect> {
        match named(&name) {
            Some(_) if name == "UTC" => self.shown.utc = true,
            Some(zone) => (self.shown.utc, self.shown.zone) = (false, zone),
            None => {
                self.say(now, Severity::Error, format!("{name}: the system knows no such zone"));
                return Vec::new();
            }
        }
        self.say(now, Severity::Info, format!("times are shown in {name}, kept in the configuration"));
        vec![Effect::Keep(Keep::Zone(name))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_zones() {
        assert_eq!(named("UTC"), Some(TimeZone::UTC));
        assert!(named("local").is_some());
        assert!(named("Nowhere/Atall").is_none());
    }
}
