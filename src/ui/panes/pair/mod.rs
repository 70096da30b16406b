//! Panes about a pair of symbols: its course over time, its scatter, its tests, and all pairs beside it.

mod columns;
pub mod course;
mod draw;
mod figures;
mod input;
#[cfg(test)]
mod tests;

pub use course::{CoursePane, What};

use crate::analytics::pairs::{Method, PairSetup};
use crate::app::pairs::PairWork;
use crate::ui::text;

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

/// Which symbol's bars are old, and how old; `None` while both come.
pub(super) fn stale(work: &PairWork, ascii: bool) -> Option<String> {
    let (symbol, behind) = work.stale_leg()?;
    let who = if work.is_both_stale() { "both".to_owned() } else { symbol.to_string() };
    let since = if behind.0 > 0 { format!(" {}", text::span(behind, ascii)) } else { String::new() };
    Some(format!("{who} stale{since}"))
}
