//! What the lab found, for people.

use super::Found;
use crate::analytics::lab::{Cell, HORIZONS, LEAST_SAMPLES, Report, Row, Verdict};
use crate::cli::out::grouped;
use std::fmt::Write as _;

/// A horizon as briefly as it can be read.
fn horizon(seconds: u32) -> String {
    if seconds >= 60 && seconds.is_multiple_of(60) { format!("{} m", seconds / 60) } else { format!("{seconds} s") }
}

/// A coefficient with its stars; in brackets where there is too little for a verdict.
fn figure(cell: Option<&Cell>, report: &Report) -> String {
    let Some((cell, Ok(ic))) = cell.map(|cell| (cell, cell.ic)) else { return "-  ".to_owned() };
    if cell.enough() { format!("{:+.3}{:<2}", ic.rho, report.verdict(cell).stars()) } else { format!("({:+.3}) ", ic.rho) }
}

fn line(row: &Row, report: &Report, width: usize) -> String {
    let mut text = format!("  {:<width$}", row.name);
    for seconds in HORIZONS {
        let _ = write!(text, "{:>10}", figure(row.at(seconds), report));
    }
    let verdict = report.verdict_of(row);
    let best = row.best().filter(|_| !matches!(verdict, Verdict::TooLittle(..)));
    let at = best.map_or_else(|| "-".to_owned(), |cell| horizon(cell.horizon));
    let hits = best.and_then(|cell| cell.hits).map_or_else(|| "-".to_owned(), |hits| format!("{:.1} %", hits.mean * 100.0));
    let _ = writeln!(text, "  {at:>5}  {hits:>7}  {}", verdict.words());
    text
}

/// The page of one symbol.
pub fn page(found: &Found, report: &Report) -> String {
    let (from, to) = found.span;
    let every = f64::from(report.step_ms) / 1e3;
    let mut text = format!(
        "{}  {} to {}\n  {} samples every {every} s, {} with a mid price; of each indicator its {}\n\n",
        found.symbol,
        from.rfc3339(),
        to.rfc3339(),
        grouped(report.samples as u64),
        grouped(report.mids as u64),
        if report.of.name() == "z" { "z-score" } else { "value" },
    );
    let width = report.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(9);
    let _ = write!(text, "  {:<width$}", "indicator");
    for seconds in HORIZONS {
        let _ = write!(text, "{:>8}  ", horizon(seconds));
    }
    let _ = writeln!(text, "  {:>5}  {:>7}  verdict", "best", "hits");
    for row in &report.rows {
        text.push_str(&line(row, report, width));
    }
    text.push('\n');
    text.push_str(&notes(report));
    text
}

/// What the figures mean and how far they can be believed.
fn notes(report: &Report) -> String {
    let judged = &report.judged;
    let mut text =
        "  Spearman's rank correlation with the mid's return from the sample on. ( ) too little for a verdict, which takes\n"
            .to_owned();
    let _ = writeln!(
        text,
        "  {LEAST_SAMPLES} samples and ten horizons beside each other. hits: samples that point where the price went."
    );
    if judged.tests > 0 {
        let _ = writeln!(
            text,
            "  {} tests at once: by chance alone {:.0} would pass p 5 %, {} do. * {} pass Benjamini-Hochberg, ** {} pass Bonferroni.",
            judged.tests,
            judged.tests as f64 / 20.0,
            judged.alone,
            judged.discoveries,
            judged.bonferroni,
        );
    }
    text
}
