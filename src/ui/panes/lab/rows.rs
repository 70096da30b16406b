//! The list: an indicator a row, its coefficient at each horizon as a figure and a bar.

use super::{LabPane, horizon_text};
use crate::analytics::lab::{Cell, HORIZONS, Report, Row, Verdict};
use crate::ui::pane::Cx;
use crate::ui::panes::list::{Column, cell};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

const NAME: Column = Column { title: "indicator", width: 12, right: false };
const VERDICT: Column = Column { title: "verdict", width: 11, right: false };
const HIT: Column = Column { title: "hits", width: 5, right: true };
/// Cells of a figure with its stars, and the gap.
const FIGURE: u16 = 9;
/// Cells of a bar, half of them for each sign, its axis, and the gap.
const BAR: u16 = 7;

/// What there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fitting {
    /// Horizons, as places in [`HORIZONS`]: from and to, the chosen one among them.
    pub horizons: (usize, usize),
    bars: bool,
    hit: bool,
    verdict: bool,
}

impl Fitting {
    /// In so many cells, with the horizon of that place chosen.
    pub fn of(width: u16, chosen: usize) -> Self {
        let all = HORIZONS.len();
        let name = NAME.width + 1;
        let left = width.saturating_add(1).saturating_sub(name + FIGURE);
        let verdict = left > VERDICT.width;
        let left = left.saturating_sub(if verdict { VERDICT.width + 1 } else { 0 });
        let more = usize::from(left / FIGURE).min(all - 1);
        let left = left - more as u16 * FIGURE;
        let from = chosen.saturating_sub(more / 2).min(all - 1 - more);
        let hit = more == all - 1 && left > HIT.width;
        let left = left.saturating_sub(if hit { HIT.width + 1 } else { 0 });
        let bars = hit && left >= BAR * all as u16;
        Self { horizons: (from, from + more + 1), bars, hit, verdict }
    }

    /// Cells a row takes with everything in it.
    pub const fn whole() -> u16 {
        NAME.width + 1 + HORIZONS.len() as u16 * (FIGURE + BAR) + HIT.width + 1 + VERDICT.width
    }

    const fn step(self) -> u16 {
        FIGURE + if self.bars { BAR } else { 0 }
    }

    /// The horizon whose column is at so many cells from the left, as a place in [`HORIZONS`].
    pub fn horizon_at(self, x: u16) -> Option<usize> {
        let at = x.checked_sub(NAME.width + 1)? / self.step();
        Some(self.horizons.0 + usize::from(at)).filter(|place| *place < self.horizons.1)
    }
}

/// The headings; the chosen horizon stands out.
pub fn heading(fitting: Fitting, chosen: usize, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme;
    let mut spans = vec![cell(NAME.title, &NAME, theme.dim, theme.ascii)];
    for (place, horizon) in HORIZONS.iter().enumerate().take(fitting.horizons.1).skip(fitting.horizons.0) {
        let name = horizon_text(*horizon);
        let (text, style) = if place == chosen { (format!("[{name}]"), theme.accent) } else { (format!("{name} "), theme.dim) };
        // Over the figure's last digit: the stars hang over.
        spans.push(Span::styled(format!("{text:>7}{:w$}", "", w = usize::from(fitting.step() - 7)), style));
    }
    if fitting.hit {
        spans.push(cell(HIT.title, &HIT, theme.dim, theme.ascii));
    }
    if fitting.verdict {
        spans.push(cell(VERDICT.title, &VERDICT, theme.dim, theme.ascii));
    }
    Line::from(spans)
}

/// One indicator.
pub fn row(row: &Row, report: &Report, whole: bool, fitting: Fitting, pane: &LabPane, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme;
    let most = pane.most;
    let mut spans = vec![cell(&crate::app::lab::label(&row.name), &NAME, theme.text, theme.ascii)];
    for horizon in &HORIZONS[fitting.horizons.0..fitting.horizons.1] {
        let cell = row.at(*horizon);
        let verdict = cell.map(|cell| report.verdict(cell)).filter(|_| whole);
        let style = ic_style(cell, verdict, cx);
        let little = cell.is_some_and(|cell| cell.ic.is_ok() && !cell.enough());
        let stars = if little { "?" } else { verdict.map_or("", Verdict::stars) };
        let figure = cell.map_or_else(String::new, ic_text);
        spans.push(Span::styled(format!("{figure:>6}{stars:<2} "), style));
        if fitting.bars {
            let share = cell.and_then(|cell| cell.ic.ok()).map_or(0.0, |ic| ic.rho / most);
            spans.push(Span::styled(signed_bar(share, theme.ascii), style));
        }
    }
    if fitting.hit {
        let hits = row.at(pane.horizon()).and_then(|cell| cell.hits);
        let text = hits.map_or_else(|| "-".to_owned(), |hits| format!("{:.1}%", hits.mean * 100.0));
        spans.push(cell(&text, &HIT, if hits.is_some() { theme.text } else { theme.dim }, theme.ascii));
    }
    if fitting.verdict {
        let (text, style) = if whole { verdict(row, report, cx) } else { (String::new(), theme.dim) };
        spans.push(cell(&text, &VERDICT, style, theme.ascii));
    }
    Line::from(spans)
}

/// A coefficient with its sign; `-` where there is none.
pub fn ic_text(cell: &Cell) -> String {
    cell.ic.map_or_else(|_| "-".to_owned(), |ic| format!("{:+.3}", ic.rho))
}

/// What stands out is what is believed.
pub fn ic_style(cell: Option<&Cell>, verdict: Option<Verdict>, cx: &Cx<'_>) -> Style {
    let theme = cx.theme;
    let rho = cell.and_then(|cell| cell.ic.ok()).map_or(0.0, |ic| ic.rho);
    match verdict {
        Some(Verdict::Clear | Verdict::Weak) => super::super::direction(theme, rho),
        Some(Verdict::NoEvidence) => theme.text,
        _ => theme.dim,
    }
}

/// An indicator's verdict in a word or two, with the horizon it is of.
fn verdict(row: &Row, report: &Report, cx: &Cx<'_>) -> (String, Style) {
    let theme = cx.theme;
    let at = || row.best().map(|cell| horizon_text(cell.horizon)).unwrap_or_default();
    match report.verdict_of(row) {
        Verdict::Clear => (format!("clear {}", at()), theme.bright),
        Verdict::Weak => (format!("weak {}", at()), theme.text),
        Verdict::NoEvidence => ("no evidence".to_owned(), theme.dim),
        Verdict::TooLittle(0, _) => ("no samples".to_owned(), theme.dim),
        Verdict::TooLittle(..) => ("too little".to_owned(), theme.dim),
        Verdict::None(_) => ("unchanged".to_owned(), theme.dim),
    }
}

/// A bar to the left or to the right of an axis, in steps of half a cell, and a gap.
fn signed_bar(share: f64, ascii: bool) -> String {
    let halves = if share == 0.0 || !share.is_finite() { 0 } else { ((share.abs().min(1.0) * 4.0).round() as usize).max(1) };
    let (full, half) = match (ascii, share < 0.0) {
        (false, true) => ("█", "▐"),
        (false, false) => ("█", "▌"),
        (true, _) => ("=", "-"),
    };
    let half = if halves % 2 == 1 { half } else { "" };
    let bar = if share < 0.0 { format!("{half}{}", full.repeat(halves / 2)) } else { full.repeat(halves / 2) + half };
    let pad = " ".repeat(2 - halves.div_ceil(2));
    let axis = if ascii { "|" } else { "│" };
    if share < 0.0 { format!("{pad}{bar}{axis}    ") } else { format!("  {axis}{bar}{pad}  ") }
}
