//! What is in a recording, for people.

use super::summary::{Exact, Summary};
use crate::cli::out::{grouped, size};
use std::fmt::Write as _;

/// Gaps, marks and bad lines shown.
const SHOWN: usize = 10;

fn rest(text: &mut String, total: usize, shown: usize) {
    if total > shown {
        let _ = writeln!(text, "  and {} more", grouped((total - shown) as u64));
    }
}

/// A count of things, in the singular where it is one.
fn many(count: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { more })
}

/// The page of one file.
pub fn page(summary: &Summary) -> String {
    let mut text = format!("{}\n", summary.file);
    let mut row = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<10} {value}");
    };
    if !summary.converted_from.is_empty() {
        row("format", format!("{}, converted to read it", summary.converted_from.join(", ")));
    }
    let venue = if summary.venue.is_empty() { "not said" } else { &summary.venue };
    let app = if summary.app.is_empty() { String::new() } else { format!(", written by {}", summary.app) };
    row("venue", format!("{venue}{app}"));
    if let (Some(from), Some(to)) = (summary.from, summary.to) {
        row("span", format!("{} to {} ({})", from.0.rfc3339(), to.0.rfc3339(), span(summary.seconds)));
    }
    row("size", format!("{} ({} of text, {} lines)", size(summary.bytes), size(summary.inflated), grouped(summary.lines)));
    row("events", format!("{}, {:.1} a second", grouped(summary.inputs), summary.events_per_second));
    if summary.derived > 0 {
        row("derived", grouped(summary.derived));
    }
    for (name, symbol) in &summary.symbols {
        let exact = |value: Option<Exact>| value.map_or_else(|| "-".to_owned(), |value| value.0.to_string());
        let _ = write!(text, "\n  {name}");
        if symbol.tick.is_some_and(|tick| !tick.0.is_zero()) {
            let _ = write!(text, "  tick {}, lot {}", exact(symbol.tick), exact(symbol.lot));
        }
        text.push('\n');
        for (topic, count) in &symbol.topics {
            let _ = writeln!(text, "    {topic:<14} {:>12}", grouped(*count));
        }
        if symbol.low.is_some() {
            let _ = writeln!(
                text,
                "    {:<14} {} to {}, first {}, last {}",
                "price",
                exact(symbol.low),
                exact(symbol.high),
                exact(symbol.first),
                exact(symbol.last)
            );
        }
    }
    text.push('\n');
    troubles(summary, &mut text);
    text
}

fn troubles(summary: &Summary, text: &mut String) {
    if summary.gap_count == 0 {
        text.push_str("  no gaps\n");
    } else {
        let _ = writeln!(text, "  {}", many(summary.gap_count, "gap", "gaps"));
        for gap in summary.gaps.iter().take(SHOWN) {
            let whose = gap.symbol.as_deref().unwrap_or("all");
            let to = gap.to.map_or_else(|| "the end".to_owned(), |to| to.0.rfc3339());
            let _ = writeln!(text, "    {} to {to}, {whose}: {}", gap.from.0.rfc3339(), gap.why);
        }
        rest(text, summary.gap_count as usize, SHOWN);
    }
    for mark in summary.marks.iter().take(SHOWN) {
        let _ = writeln!(text, "  mark at {} {}", mark.at.0.rfc3339(), mark.label);
    }
    rest(text, summary.marks.len(), SHOWN);
    for damage in &summary.damage {
        let _ = writeln!(text, "  damage: {damage}");
    }
    if let Some(end) = &summary.truncated {
        let lines = grouped(end.salvaged_lines);
        let _ = writeln!(
            text,
            "  cut off at byte {}: {lines} lines can be read; `rtai-tui repair` writes them to a new file",
            end.byte
        );
    }
    if summary.bad > 0 {
        let _ = writeln!(text, "  {} cannot be read", many(summary.bad, "line", "lines"));
        for bad in summary.bad_lines.iter().take(SHOWN) {
            let _ = writeln!(text, "    line {}: {}", bad.line, bad.reason);
        }
    }
    if summary.backwards > 0 {
        let what = many(summary.backwards, "event is", "events are");
        let _ = writeln!(text, "  {what} earlier than the one before");
    }
    for (topic, count) in &summary.unknown_topics {
        let _ = writeln!(text, "  {} of the unknown topic `{topic}`", many(*count, "line", "lines"));
    }
    if let Some(check) = &summary.check {
        let _ = writeln!(
            text,
            "  check: {} derived lines compared, {} differ, {} of kinds that are not computed; {} book breaks; digest {}",
            grouped(check.compared),
            grouped(check.differing),
            grouped(check.passed_over),
            grouped(summary.book_breaks),
            check.digest
        );
        if let Some(first) = &check.first {
            let _ = writeln!(
                text,
                "    line {}: recorded {}\n    {:>w$}computed {}",
                first.line,
                first.recorded,
                "",
                first.computed,
                w = 6 + first.line.to_string().len()
            );
        }
    }
}

/// A length of time for people.
fn span(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60);
    match whole {
        0..60 => format!("{seconds:.3} s"),
        60..3_600 => format!("{minutes} min {} s", whole % 60),
        3_600..86_400 => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}
