//! Text on a screen: made safe, fitted to its room, and figures as people read them.

use crate::alert::Kind;
use crate::domain::{Nanos, Price};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Text from outside without anything that could move the cursor, change colours or turn the writing direction.
pub fn safe(text: &str) -> Cow<'_, str> {
    let bad = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if text.contains(bad) {
        Cow::Owned(text.chars().filter_map(|c| if c == '\t' || c == '\n' { Some(' ') } else { (!bad(c)).then_some(c) }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Cells a text takes.
pub fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// The beginning of a text that fits into so many cells, with an ellipsis where something is left out.
pub fn fit(text: &str, room: u16, ascii: bool) -> Cow<'_, str> {
    let text = safe(text);
    if width(&text) <= room {
        return text;
    }
    let dots = if ascii { "~" } else { "…" };
    let left = room.saturating_sub(1);
    let mut out = String::new();
    for c in text.chars() {
        let before = out.len();
        out.push(c);
        // Characters that follow may widen what came before, so that all of it is measured.
        if width(&out) > left {
            out.truncate(before);
            break;
        }
    }
    if room > 0 {
        out.push_str(dots);
    }
    Cow::Owned(out)
}

/// A text in exactly so many cells, at the left.
pub fn left(text: &str, room: u16, ascii: bool) -> String {
    let text = fit(text, room, ascii);
    let pad = room.saturating_sub(width(&text)) as usize;
    format!("{text}{:pad$}", "")
}

/// A text in exactly so many cells, at the right.
pub fn right(text: &str, room: u16, ascii: bool) -> String {
    let text = fit(text, room, ascii);
    let pad = room.saturating_sub(width(&text)) as usize;
    format!("{:pad$}{text}", "")
}

/// A quantity's value as people read it: `65,000.1`, `2.5%`, `1.3s`, `yes`. Some five figures, more before the point.
pub fn value(kind: Kind, value: f64, ascii: bool) -> String {
    let figures = |value: f64| {
        let size = value.abs();
        if size >= 1e10 || (size < 1e-7 && size > 0.0) {
            return format!("{value:.4e}");
        }
        let places = if size >= 1.0 { 4 - (size.log10().floor() as i32).min(2) } else { 5 };
        let text = format!("{:#.*}", places as usize, Price::from_f64(value));
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        if text.trim_start_matches('-') == "0" && size > 0.0 { format!("{value:.2e}") } else { text.to_owned() }
    };
    match kind {
        _ if !value.is_finite() => "-".to_owned(),
        Kind::Number => figures(value),
        Kind::Share => format!("{}%", figures(value * 100.0)),
        Kind::Duration => span(Nanos((value * 1e9) as i64), ascii),
        Kind::Truth => if value == 0.0 { "no" } else { "yes" }.to_owned(),
    }
}

/// A length of time as briefly as it can be read: `450µs`, `12ms`, `1.3s`, `4m 10s`, `3h 5m`.
pub fn span(time: Nanos, ascii: bool) -> String {
    let (sign, nanos) = if time.0 < 0 { ("-", time.0.unsigned_abs()) } else { ("", time.0.unsigned_abs()) };
    let text = match nanos {
        0 => "0".to_owned(),
        n if n < 1_000_000 => format!("{}{}", n.div_ceil(1_000), if ascii { "us" } else { "µs" }),
        n if n < 1_000_000_000 => format!("{}ms", n / 1_000_000),
        n if n < 60_000_000_000 => format!("{:.1}s", n as f64 / 1e9),
        n if n < 3_600_000_000_000 => format!("{}m {}s", n / 60_000_000_000, n / 1_000_000_000 % 60),
        n if n < 172_800_000_000_000 => format!("{}h {}m", n / 3_600_000_000_000, n / 60_000_000_000 % 60),
        n => format!("{}d {}h", n / 86_400_000_000_000, n / 3_600_000_000_000 % 24),
    };
    format!("{sign}{text}")
}

/// Bytes: `12.3 MB`.
pub fn bytes(count: u64) -> String {
    match count {
        n if n < 1_000 => format!("{n} B"),
        n if n < 1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        n if n < 1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        n => format!("{:.2} GB", n as f64 / 1e9),
    }
}

/// A whole number with its thousands apart: `1,234,567`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A large number in four or five cells: `12.3k`, `4.56M`, `1.20B`.
pub fn short(value: f64) -> String {
    let size = value.abs();
    match size {
        n if !n.is_finite() => "-".to_owned(),
        n if n < 1e3 => format!("{value:.1}"),
        n if n < 1e6 => format!("{:.1}k", value / 1e3),
        n if n < 1e9 => format!("{:.2}M", value / 1e6),
        n if n < 1e12 => format!("{:.2}B", value / 1e9),
        _ => format!("{:.2}T", value / 1e12),
    }
}

/// A moment's time of day.
pub fn time_of_day(at: Nanos, zone: &jiff::tz::TimeZone, format: &str) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(at.0))
        .map(|stamp| stamp.to_zoned(zone.clone()).strftime(format).to_string())
        .unwrap_or_default()
}

/// A row of blocks that shows how values went, oldest first, one cell each.
pub fn sparkline(values: &[f64], ascii: bool) -> String {
    let glyphs: &[char] =
        if ascii { &['_', '.', '-', '=', '+', '*', '#'] } else { &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] };
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = (most - least).max(f64::MIN_POSITIVE);
    let flat = most - least <= 0.0;
    values
        .iter()
        .map(|value| {
            let at = if flat { 0.0 } else { (value - least) / range * (glyphs.len() - 1) as f64 };
            glyphs[(at.round() as usize).min(glyphs.len() - 1)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_reaches_the_terminal_as_an_order() {
        assert_eq!(safe("BTC\u{1b}[31m\u{7}\u{202e}X\ny"), "BTC[31mX y");
        assert_eq!(safe("牛来USDT"), "牛来USDT");
    }

    #[test]
    fn text_fits_its_cells() {
        assert_eq!(fit("BTCUSDT", 5, false), "BTCU…");
        assert_eq!(width(&fit("牛来牛来", 4, false)), 3);
        assert_eq!(left("ab", 4, false), "ab  ");
        assert_eq!(right("牛", 4, false), "  牛");
        assert_eq!(fit("abc", 0, false), "");
        // A mark over a letter takes no cell, a variation selector makes a heart two cells wide.
        assert_eq!((fit("e\u{301}tude", 4, false), width("e\u{301}")), ("e\u{301}tu…".into(), 1));
        for room in 0..8 {
            let fitted = fit("\u{2764}\u{fe0f}\u{2764}\u{fe0f}abc牛", room, false);
            assert!(width(&fitted) <= room, "{fitted:?} in {room}");
        }
    }

    #[test]
    fn figures_are_brief() {
        let spans = [450_000, 12_000_000, 1_300_000_000, -1_300_000_000, 250_000_000_000, 11_100_000_000_000];
        let texts: Vec<_> = spans.iter().map(|n| span(Nanos(*n), false)).collect();
        assert_eq!(texts, ["450µs", "12ms", "1.3s", "-1.3s", "4m 10s", "3h 5m"]);
        let values = [
            value(Kind::Number, 65_000.1, false),
            value(Kind::Number, 1_234.567_89, false),
            value(Kind::Number, -45.231_26, false),
            value(Kind::Number, 0.000_001_5, false),
            value(Kind::Number, 0.0, false),
            value(Kind::Number, f64::NAN, false),
            value(Kind::Share, 0.025, false),
            value(Kind::Duration, 1.3, false),
            value(Kind::Truth, 1.0, false),
        ];
        assert_eq!(values, ["65,000.1", "1,234.57", "-45.231", "1.50e-6", "0", "-", "2.5%", "1.3s", "yes"]);
        assert_eq!(bytes(12_345_678), "12.3 MB");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!((short(1_204_000_000.0), short(999.0)), ("1.20B".to_owned(), "999.0".to_owned()));
        assert_eq!(sparkline(&[1.0, 2.0, 8.0], false), "▁▂█");
        assert_eq!(sparkline(&[1.0, 1.0], false), "▁▁");
    }
}
