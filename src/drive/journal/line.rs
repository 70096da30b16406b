//! One line of the log: what was said, without anything that could harm who reads it.

use crate::domain::Nanos;
use std::fmt::{self, Write as _};
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// Longest text of a line, characters; an exchange may answer with a page.
const LONGEST: usize = 4_000;
/// Shorter texts are no secrets: hiding them would blot out words.
const SHORTEST_SECRET: usize = 4;

/// The message and the fields of an event, on one line, every control character written out.
pub(super) fn said(event: &Event<'_>) -> String {
    let mut said = Said::default();
    event.record(&mut said);
    let Said { message, fields } = said;
    let text = if message.is_empty() { fields.trim_start().to_owned() } else { message + &fields };
    harmless(&text)
}

#[derive(Default)]
struct Said {
    message: String,
    fields: String,
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a text cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value}"),
            name => write!(self.fields, " {name}={value}"),
        };
    }
}

/// A text whose control and invisible characters are written out, cut where it is too long.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}');
        if c.is_control() || invisible { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// The module of a target, without the crate's own name.
pub(super) fn module(target: &str) -> &str {
    target.strip_prefix("rtai_tui::").unwrap_or(target)
}

/// The line of the file.
pub(super) fn written(at: Nanos, level: Level, module: &str, said: &str) -> String {
    format!("{} {level:>5} {module}: {said}\n", stamp(at))
}

/// A moment as RFC 3339 in UTC, to the microsecond, so that columns stand below each other.
pub(super) fn stamp(at: Nanos) -> String {
    let whole = Nanos(at.0 - at.0.rem_euclid(Nanos::SECOND.0)).rfc3339();
    format!("{}.{:06}Z", whole.trim_end_matches('Z'), at.0.rem_euclid(Nanos::SECOND.0) / 1_000)
}

/// Texts that are never logged.
pub(super) struct Hidden(Vec<String>);

impl Hidden {
    /// Hides these texts; of a web address also its path and what follows, which holds the key.
    pub(super) fn new(secrets: Vec<String>) -> Self {
        let mut hidden = Vec::new();
        for secret in secrets {
            if let Some((_, rest)) = secret.split_once("://")
                && let Some((_, path)) = rest.split_once('/')
            {
                hidden.push(path.to_owned());
            }
            hidden.push(secret);
        }
        hidden.retain(|text| text.chars().count() >= SHORTEST_SECRET);
        // The longest first: what is left of it after a shorter one was hidden would tell the rest.
        hidden.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        hidden.dedup();
        Self(hidden)
    }

    /// The text with `…` for each of them, and for what stands before the `@` of a web address.
    pub(super) fn without(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "…");
            }
        }
        crate::drive::words::without_passwords(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_harm_a_terminal_nor_begin_a_line() {
        let said = harmless("bad \u{1b}[2J\u{9b}31m\r\n2026-01-01 fake\u{202e}\u{7}é\t1");
        assert_eq!(said, "bad \\u{1b}[2J\\u{9b}31m\\r\\n2026-01-01 fake\\u{202e}\\u{7}é\\t1");
        assert_eq!(harmless(&"x".repeat(9_000)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let hidden =
            Hidden::new(vec!["https://hooks.example/services/T0/B0/abcdef".to_owned(), "hunter22".to_owned(), "x".to_owned()]);
        assert_eq!(
            hidden.without("POST https://hooks.example/services/T0/B0/abcdef?x=1: /services/T0/B0/abcdef x hunter22"),
            "POST …?x=1: /… x …"
        );
        assert_eq!(hidden.without("ws://me:pw12@host:1/a and http://a@b/"), "ws://me:…@host:1/a and http://a@b/");
        assert_eq!(Hidden::new(Vec::new()).without("nothing : // to hide"), "nothing : // to hide");
    }

    #[test]
    fn stamps_are_utc_and_all_of_one_width() {
        assert_eq!(stamp(Nanos(1_700_000_000_000_000_000)), "2023-11-14T22:13:20.000000Z");
        assert_eq!(stamp(Nanos(1_700_000_000_012_345_678)), "2023-11-14T22:13:20.012345Z");
    }
}
