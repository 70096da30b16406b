//! What is known of the chosen indicator at the chosen horizon: in words, by decile, over horizons.

use super::{LabPane, horizon_text, plots, rows};
use crate::analytics::lab::{Cell, Report, Row, Verdict};
use crate::ui::pane::Cx;
use crate::ui::text;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::paint;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns from which on the two charts stand beside each other.
const TWO: u16 = 66;
/// Least rows of a chart.
const CHART: u16 = 5;

/// How much was looked at, and how much of that is found in noise.
pub fn chances(area: Rect, buf: &mut Buffer, report: &Report, cx: &Cx<'_>) {
    if area.height < 2 {
        return;
    }
    let judged = &report.judged;
    let dot = if cx.theme.ascii { '-' } else { '·' };
    let texts = if judged.tests == 0 {
        vec![format!("no verdicts yet: they take {} samples", crate::analytics::lab::LEAST_SAMPLES)]
    } else {
        let (tests, alone) = (judged.tests, judged.alone);
        let expected = (tests as f64 / 20.0).round();
        let (weak, clear) = (judged.discoveries, judged.bonferroni);
        vec![
            format!(
                "{tests} tests at once: {expected} pass p 5 % by chance alone, {alone} do {dot} * {weak} pass Benjamini-Hochberg {dot} ** {clear} pass Bonferroni {dot} ? too little data"
            ),
            format!(
                "{tests} tests at once: {expected} pass p 5 % by chance alone, {alone} do {dot} * {weak} pass Benjamini-Hochberg {dot} ** {clear} pass Bonferroni"
            ),
            format!(
                "{tests} tests: {expected} pass p 5 % by chance, {alone} do {dot} * {weak} pass B-H {dot} ** {clear} Bonferroni"
            ),
            format!("{tests} tests, {alone} at 5 % ({expected} by chance) {dot} {weak} * {dot} {clear} **"),
            format!("{tests} tests {dot} {weak} * {dot} {clear} **"),
        ]
    };
    if let Some(text) = texts.iter().find(|text| paint::cells(text) <= area.width) {
        paint::text(buf, area.x, area.y, area.width, text, cx.theme.dim);
    }
}

/// The verdict in words, with what it rests on; the longest text first.
fn verdict_texts(cell: &Cell, verdict: Option<Verdict>, report: &Report) -> Vec<String> {
    let words = match verdict {
        None => "working it out".to_owned(),
        Some(verdict) => verdict.words(),
    };
    let Ok(ic) = cell.ic else { return vec![words] };
    let tests = report.judged.tests;
    let why = match verdict {
        Some(Verdict::Clear) => format!(", one of {tests} tests and still beyond chance"),
        Some(Verdict::Weak) => format!(" for one of {tests} tests: about 1 in 20 such is chance"),
        Some(Verdict::NoEvidence) => format!(" for one of {tests} tests"),
        _ => String::new(),
    };
    let chance = match (ic.t, ic.p) {
        (Some(t), Some(p)) => format!(" (t {t:+.1}, p {})", chance(p)),
        _ => String::new(),
    };
    vec![
        format!("IC {:+.3}{chance}: {words}{why}", ic.rho),
        format!("IC {:+.3}{chance}: {words}", ic.rho),
        format!("IC {:+.3}: {words}", ic.rho),
        words,
    ]
}

/// A chance in few cells.
fn chance(p: f64) -> String {
    if p >= 0.001 {
        format!("{p:.3}")
    } else if p >= 1e-9 {
        format!("{p:.0e}")
    } else {
        "<1e-9".to_owned()
    }
}

/// What else is known, the longest text first.
fn figure_texts(cell: &Cell, cx: &Cx<'_>) -> Vec<String> {
    let dot = if cx.theme.ascii { '-' } else { '·' };
    let within = if cx.theme.ascii { "+/-" } else { "±" };
    let count = |n: usize| text::count(n as u64);
    let samples = match cell.ic {
        Ok(ic) => format!("n {}, as good as {} alone", count(cell.n), count(ic.effective_n.round() as usize)),
        Err(_) => format!("n {}", count(cell.n)),
    };
    let hits = |n: bool| {
        cell.hits.map(|hits| {
            let of = if n { format!(" of {}", count(hits.n)) } else { String::new() };
            format!("hits {:.1} {within} {:.1} %{of}", hits.mean * 100.0, hits.error * 100.0)
        })
    };
    let spread = cell.deciles.as_ref().and_then(|deciles| deciles.spread);
    let spread = spread
        .map(|spread| format!("highest less lowest tenth {:+.2} {within} {:.2} bps", spread.mean * 1e4, spread.error * 1e4));
    let join = |parts: Vec<Option<String>>| parts.into_iter().flatten().collect::<Vec<_>>().join(&format!(" {dot} "));
    vec![
        join(vec![Some(samples.clone()), hits(true), spread]),
        join(vec![Some(samples.clone()), hits(true)]),
        join(vec![Some(samples), hits(false)]),
        join(vec![Some(format!("n {}", count(cell.n))), hits(false)]),
        format!("n {}", count(cell.n)),
    ]
}

fn first_fitting(texts: &[String], area: Rect) -> Option<&String> {
    texts.iter().find(|text| paint::cells(text) <= area.width).or(texts.last())
}

/// Draws all of it, as much as there is room for; the deciles have a place of their own or not.
pub fn draw(
    area: Rect,
    plot: Option<Rect>,
    buf: &mut Buffer,
    row: &Row,
    report: &Report,
    pane: &LabPane,
    dots: &mut Dots,
    cx: &Cx<'_>,
) {
    let theme = cx.theme;
    if area.height < 2 || area.width < 20 {
        return;
    }
    let line = |buf: &mut Buffer, y: u16, text: &str, style| paint::text(buf, area.x, area.y + y, area.width, text, style);
    let of = if report.of.name() == "z" { ", z-score" } else { "" };
    let title = crate::app::lab::title(&row.name).map(|title| format!(" {title}")).unwrap_or_default();
    let name = format!("{}{title}{of}, {} ahead ", row.name, horizon_text(pane.horizon()));
    let end = line(buf, 0, &text::fit(&name, area.width, theme.ascii), theme.bright);
    for x in area.x + end..area.right() {
        paint::put(buf, x, area.y, if theme.ascii { '-' } else { '─' }, theme.border);
    }
    let Some(cell) = row.at(pane.horizon()) else {
        let text = if pane.rolling.is_whole() { "the horizon is no whole number of samples" } else { "working it out" };
        line(buf, 1, text, theme.dim);
        return;
    };
    let verdict = pane.rolling.is_whole().then(|| report.verdict(cell));
    if let Some(text) = first_fitting(&verdict_texts(cell, verdict, report), area) {
        line(buf, 1, text, rows::ic_style(Some(cell), verdict, cx));
    }
    if area.height < 3 {
        return;
    }
    if let Some(text) = first_fitting(&figure_texts(cell, cx), area) {
        line(buf, 2, text, theme.text);
    }
    let above = if area.height > 12 { 4 } else { 3 };
    let rest = Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area };
    if let Some(plot) = plot {
        plots::deciles(plot, buf, cell, cx);
    }
    if rest.height < CHART {
        return;
    }
    if plot.is_some() {
        plots::decay(rest, buf, row, pane.horizon(), dots, cx);
    } else if rest.width >= TWO {
        let half = (rest.width - 3) / 2;
        plots::deciles(Rect { width: half, ..rest }, buf, cell, cx);
        plots::decay(Rect { x: rest.x + half + 3, width: rest.width - half - 3, ..rest }, buf, row, pane.horizon(), dots, cx);
    } else if rest.height > 2 * CHART + 3 {
        let upper = rest.height / 2;
        plots::deciles(Rect { height: upper, ..rest }, buf, cell, cx);
        let lower = Rect { y: rest.y + upper + 1, height: rest.height - upper - 1, ..rest };
        plots::decay(lower, buf, row, pane.horizon(), dots, cx);
    } else {
        plots::deciles(rest, buf, cell, cx);
    }
}
