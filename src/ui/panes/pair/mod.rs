//! Panes about a pair of symbols: its course over time, its scatter, its tests, and all pairs beside it.

mod columns;
pub mod course;
mod draw;
mod figures;
mod input;
pub mod list;
pub mod matrix;
pub mod scatter;
mod short;
mod statistics;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use course::{CoursePane, What};
pub use list::PairsPane;
pub use matrix::MatrixPane;
pub use scatter::ScatterPane;
pub use verdict::TestsPane;

use crate::analytics::pairs::{Method, PairSetup};
use crate::app::commands::Command;
use crate::app::pairs::PairWork;
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::text;
use ratatui::text::{Line, Span};

/// The pair as it is traded: `ETHUSDT − 0.037214·BTCUSDT`; with a slash while there is no ratio.
pub(super) fn names(work: &PairWork, ascii: bool) -> String {
    let (y, x) = (work.key.y, work.key.x);
    let (minus, times) = if ascii { ("-", "*") } else { ("−", "·") };
    match work.latest_point().and_then(|point| point.beta) {
        Some(beta) if beta >= 0.0 => format!("{y} {minus} {}{times}{x}", figures::significant(beta, 5)),
        Some(beta) => format!("{y} + {}{times}{x}", figures::significant(-beta, 5)),
        None => format!("{y}/{x}"),
    }
}

/// How the hedge ratio is estimated, briefly: `ols 100`.
pub(super) fn method(setup: &PairSetup) -> String {
    match setup.method {
        Method::Kalman => setup.method.to_string(),
        method => format!("{method} {}", figures::bars(setup.window)),
    }
}

/// Esc takes the crosshair away; nothing else is for a pane that only shows.
pub(super) fn cancel(command: Command, cx: &Cx<'_>) -> Handled {
    match command {
        Command::Cancel if cx.cross.is_some() => Handled::Run(Action::Cross(None)),
        _ => Handled::No,
    }
}

/// Which symbol's bars are old, and how old; `None` while both come.
pub(super) fn stale(work: &PairWork, ascii: bool) -> Option<String> {
    let (symbol, behind) = work.stale_leg()?;
    let who = if work.is_both_stale() { "both".to_owned() } else { symbol.to_string() };
    let since = if behind.0 > 0 { format!(" {}", text::span(behind, ascii)) } else { String::new() };
    Some(format!("{who} stale{since}"))
}

/// A title: what it is, the pair, the bars' length, how it is looked at, and whether it is old.
pub(super) fn title(name: &'static str, cx: &Cx<'_>, how: impl Fn(&PairWork) -> String) -> Line<'static> {
    let theme = cx.theme;
    let mut spans = vec![Span::raw(name)];
    let Ok(work) = cx.pair() else { return Line::from(spans) };
    spans.push(Span::styled(format!(" {}/{}", work.key.y, work.key.x), theme.accent));
    spans.push(Span::styled(format!(" {}", work.key.timeframe), theme.dim));
    spans.push(Span::styled(format!(" {}", how(work)), theme.dim));
    if let Some(stale) = stale(work, theme.ascii) {
        spans.push(Span::styled(format!(" {stale}"), theme.warning));
    }
    if work.is_working() {
        spans.push(Span::styled(if theme.ascii { " working..." } else { " working…" }, theme.warning));
    }
    Line::from(spans)
}

/// A text without what a terminal of ASCII cannot show.
pub(super) fn plain(text: &str) -> String {
    const PLAIN: [(char, &str); 12] = [
        ('−', "-"),
        ('β', "beta"),
        ('α', "alpha"),
        ('ρ', "rho"),
        ('²', "2"),
        ('…', "..."),
        ('·', "*"),
        ('±', "+-"),
        ('–', "-"),
        ('≥', ">="),
        ('≤', "<="),
        ('√', "sqrt"),
    ];
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match PLAIN.iter().find(|(from, _)| *from == c) {
            Some((_, to)) => out.push_str(to),
            None => out.push(c),
        }
    }
    out
}
