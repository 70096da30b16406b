//! What is said of a firing, in the forms the channels need.

use crate::domain::{AlertId, Firing, Nanos, Price, Symbol};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::sync::Arc;

/// The longest expression or note in a line of text, in characters.
const LONGEST: usize = 300;
/// The most values in a line of text; all of them are in the JSON.
const MOST_VALUES: usize = 8;

/// A firing as it is told to the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The alert.
    pub id: AlertId,
    /// Where its symbol is traded.
    pub venue: String,
    /// When it fired: engine time.
    pub at: Nanos,
    /// Its symbol.
    pub symbol: Symbol,
    /// Its expression, as it was written.
    pub expr: Arc<str>,
    /// What made it true, by name.
    pub values: Arc<[(Arc<str>, f64)]>,
    /// The symbol's last price.
    pub price: Option<Price>,
    /// What the user wants to be told with it, as it was written.
    pub note: Arc<str>,
    /// Other firings of the same alert this message stands for.
    pub more: usize,
}

impl Message {
    /// The message of a firing.
    pub fn new(firing: &Firing, venue: &str) -> Self {
        Self {
            id: firing.id,
            venue: venue.to_owned(),
            at: firing.at,
            symbol: firing.symbol,
            expr: Arc::clone(&firing.expr),
            values: Arc::clone(&firing.values),
            price: firing.price,
            note: Arc::clone(&firing.note),
            more: 0,
        }
    }

    /// What it is about: `BTCUSDT price crosses above 65000`, with the note before it where there is one. One line, safe to print.
    pub fn title(&self) -> String {
        let expr = line(&self.expr, LONGEST);
        let note = line(&self.note, LONGEST);
        let note = if note.is_empty() { note } else { format!("{note} — ") };
        // An expression that begins with its symbol says it already.
        let said = expr.strip_prefix(self.symbol.as_str()).is_some_and(|rest| rest.trim_start().starts_with(':'));
        if said { format!("{note}{expr}") } else { format!("{note}{} {expr}", self.symbol) }
    }

    /// What made it true and when: `price 65010.5 · 23:54:10 UTC`. One line, safe to print.
    pub fn body(&self) -> String {
        let mut said: Vec<String> = Vec::new();
        if let Some(price) = self.price.filter(|_| !self.values.iter().any(|(name, _)| &**name == "price")) {
            said.push(format!("price {price}"));
        }
        for (name, value) in self.values.iter().filter(|(_, value)| value.is_finite()).take(MOST_VALUES) {
            // A movement is told in percent.
            let value = if name.contains(" moves in ") { format!("{value:+.3}%") } else { figure(*value) };
            said.push(format!("{} {value}", line(name, 60)));
        }
        let mut text = said.join(", ");
        if !text.is_empty() {
            text.push_str(" · ");
        }
        text.push_str(&clock_time(self.at));
        if self.more > 0 {
            let _ = write!(text, " · and {} more of this alert", self.more);
        }
        text
    }

    /// All of it in one line: `BTCUSDT price crosses above 65000: price 65010.5 · 23:54:10 UTC`. Safe to print.
    pub fn text(&self) -> String {
        format!("{}: {}", self.title(), self.body())
    }

    /// All of it as a JSON object: `ts` in seconds, `sym`, `expr`, `values`, `price`, `note`, `id`, `venue`, and `more` where it stands
    /// for several firings. Texts are as they were written.
    pub fn json(&self) -> Map<String, Value> {
        let mut seconds = String::new();
        let _ = self.at.write_secs(&mut seconds);
        let mut object = Map::new();
        object.insert("ts".to_owned(), serde_json::from_str(&seconds).unwrap_or(Value::Null));
        object.insert("sym".to_owned(), json!(self.symbol.as_str()));
        object.insert("expr".to_owned(), json!(&*self.expr));
        object.insert("values".to_owned(), Value::Object(self.values_json()));
        object.insert("price".to_owned(), self.price.map_or(Value::Null, |price| json!(price.to_f64())));
        object.insert("note".to_owned(), json!(&*self.note));
        object.insert("id".to_owned(), json!(self.id));
        object.insert("venue".to_owned(), json!(self.venue));
        if self.more > 0 {
            object.insert("more".to_owned(), json!(self.more));
        }
        object
    }

    /// The values by name.
    pub fn values_json(&self) -> Map<String, Value> {
        self.values.iter().map(|(name, value)| (name.to_string(), json!(value))).collect()
    }
}

/// A text in one line that can do a terminal, a chat or a mail header no harm: runs of white space and control characters become one
/// space, marks that cannot be seen or turn the writing direction are left out.
pub fn line(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let (mut space, mut length) = (false, 0);
    for c in text.chars().filter(|c| !is_hidden(*c)) {
        if c.is_control() || c.is_whitespace() {
            space = length > 0;
            continue;
        }
        if length + usize::from(space) >= limit {
            out.push('…');
            return out;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
            length += 1;
        }
        out.push(c);
        length += 1;
    }
    out
}

/// Marks that take no room or turn the writing direction; those that join emoji stay.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// A value with eight significant digits, or two decimals where that is more.
fn figure(value: f64) -> String {
    let magnitude = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    if !(-9..=15).contains(&magnitude) {
        return format!("{value:e}");
    }
    let decimals = usize::try_from(7 - magnitude).unwrap_or(0).max(2);
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// `23:54:10 UTC`.
fn clock_time(at: Nanos) -> String {
    let second = at.secs().rem_euclid(86_400);
    format!("{:02}:{:02}:{:02} UTC", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::domain::Channels;

    /// A firing of 2024-08-08 23:54:10 UTC.
    pub fn firing(expr: &str, note: &str) -> Firing {
        Firing {
            number: 1,
            id: 7,
            at: Nanos::from_millis(1_723_161_250_500),
            symbol: Symbol::new("BTCUSDT").unwrap(),
            expr: expr.into(),
            values: [("price".into(), 65010.5), ("ofi.z".into(), -2.314_159_265_358)].into(),
            price: Some(Price::from_f64(65010.5)),
            deliver: Channels::NONE,
            note: note.into(),
        }
    }

    #[test]
    fn a_firing_is_one_line() {
        let mut message = Message::new(&firing("price crosses above 65000", ""), "binance-futures");
        let line = "BTCUSDT price crosses above 65000: price 65010.5, ofi.z -2.3141593 · 23:54:10 UTC";
        assert_eq!(message.text(), line);
        message.more = 37;
        assert_eq!(message.text(), format!("{line} · and 37 more of this alert"));
        message.values = [("spread".into(), f64::NAN)].into();
        message.more = 0;
        message.note = "sell\nhalf".into();
        assert_eq!(message.text(), "sell half — BTCUSDT price crosses above 65000: price 65010.5 · 23:54:10 UTC");
        message.expr = "BTCUSDT: price > 1".into();
        assert_eq!(message.title(), "sell half — BTCUSDT: price > 1");
    }

    #[test]
    fn json_has_everything_as_it_was_written() {
        let nasty = "\u{1b}]0;x\u{7} \"quoted\"; rm -rf $(~)\n\u{202e}🚀";
        let json = Message::new(&firing("price > 1", nasty), "demo").json();
        let back: Value = serde_json::from_str(&Value::Object(json).to_string()).unwrap();
        let expected = json!({
            "ts": 1_723_161_250.5, "sym": "BTCUSDT", "expr": "price > 1", "values": {"price": 65010.5, "ofi.z": -2.314_159_265_358},
            "price": 65010.5, "note": nasty, "id": 7, "venue": "demo"
        });
        assert_eq!(back, expected);
    }

    #[test]
    fn nothing_in_a_line_can_do_harm() {
        let nasty = "a\u{1b}[31m\u{9b}b\r\nBcc: x\t\u{7}\u{202e}\u{200b}\u{2066}c\u{0} 👩‍🚀 ";
        let text = Message::new(&firing(nasty, nasty), "demo").text();
        assert!(text.starts_with("a [31m b Bcc: x c 👩‍🚀 — BTCUSDT a [31m b"), "{text}");
        assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
        assert_eq!(line("abc def", 5), "abc d…");
        assert_eq!(line("abc  ", 3), "abc");
        assert_eq!(line("abc  d", 3), "abc…");
    }

    #[test]
    fn figures_are_short_and_lose_nothing_that_matters() {
        let cases = [
            (65010.5, "65010.5"),
            (0.000_012_345_678_9, "0.000012345679"),
            (123_456_789.129, "123456789.13"),
            (-0.0, "0"),
            (3.0, "3"),
            (1e-12, "1e-12"),
            (-2.0, "-2"),
            (0.05, "0.05"),
            (100.0, "100"),
            (1e20, "1e20"),
        ];
        for (value, text) in cases {
            assert_eq!(figure(value), text);
        }
    }
}
