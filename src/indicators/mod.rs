//! The catalogue of indicators: one file each, listed once in [`ALL`]. Palette, dialogs, command line and documentation read it.

mod adx;
mod atr;
mod bbands;
mod cumdelta;
mod cvd;
pub mod delta;
mod donchian;
mod ema;
mod instant;
mod keltner;
mod kyle;
mod lp_incentive;
mod lpi;
mod macd;
pub(crate) mod mlofi;
mod mpd;
mod obv;
pub(crate) mod ofi;
mod qi;
mod rate;
mod roc;
mod rsi;
mod rv;
mod session;
mod sma;
mod spread;
mod stoch;
mod studies;
mod supertrend;
#[cfg(test)]
mod tests;
mod tfi;
mod tobi;
mod vpin;
mod vwap;
mod wall;
mod wma;

use crate::book::Top;
use crate::domain::{Nanos, Side};
use crate::indicator::{Break, Cell, Extra, Params, Setup, SetupError, Spec, TimeWindow, Unit};

/// The most bars a technical indicator looks back.
const LONGEST: u32 = 1_000;

/// Bars know nothing of what was not seen between them.
const ACROSS_GAPS: &str = "goes on from bar to bar: time without bars is not there";

/// What a channel gives beside its middle.
const BANDS: &[Extra] = &[
    Extra { name: "upper", about: "the upper band", unit: Unit::Price },
    Extra { name: "lower", about: "the lower band", unit: Unit::Price },
];

/// Every indicator, those of events first.
pub static ALL: &[&Spec] = &[
    &ofi::SPEC,
    &mlofi::SPEC,
    &tfi::SPEC,
    &vpin::SPEC,
    &kyle::SPEC,
    &mpd::SPEC,
    &qi::SPEC,
    &tobi::SPEC,
    &wall::SPEC,
    &lpi::SPEC,
    &lp_incentive::SPEC,
    &cvd::SPEC,
    &vwap::SPEC,
    &spread::SPEC,
    &rv::SPEC,
    &rate::SPEC,
    &sma::SPEC,
    &ema::SPEC,
    &wma::SPEC,
    &bbands::SPEC,
    &keltner::SPEC,
    &donchian::SPEC,
    &supertrend::SPEC,
    &rsi::SPEC,
    &macd::SPEC,
    &stoch::SPEC,
    &atr::SPEC,
    &adx::SPEC,
    &obv::SPEC,
    &roc::SPEC,
    &delta::SPEC,
    &cumdelta::SPEC,
];

/// The indicators of events: trades, quotes, books, liquidations.
pub fn flow() -> impl Iterator<Item = &'static Spec> {
    ALL.iter().copied().filter(|spec| spec.is_flow())
}

/// The indicators of bars.
pub fn technical() -> impl Iterator<Item = &'static Spec> {
    ALL.iter().copied().filter(|spec| !spec.is_flow())
}

/// The indicator of that name.
///
/// # Errors
/// [`SetupError::Unknown`] with the nearest name.
pub fn find(name: &str) -> Result<&'static Spec, SetupError> {
    ALL.iter().copied().find(|spec| spec.name == name).ok_or_else(|| {
        let nearest = ALL.iter().map(|spec| (strsim::damerau_levenshtein(spec.name, name), spec.name)).min();
        let hint = match nearest {
            Some((distance, nearest)) if distance <= 2 => format!("; did you mean `{nearest}`?"),
            _ => format!(": there are {}", ALL.iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ")),
        };
        SetupError::Unknown { name: name.chars().filter(|c| !c.is_control()).take(40).collect(), hint }
    })
}

/// Reads an indicator with its parameters: `ofi`, `ofi(30)`, `vpin(bucket_volume=5, buckets=20)`.
///
/// # Errors
/// [`SetupError`] when there is none of that name or it cannot be set up so.
pub fn parse(text: &str) -> Result<Setup, SetupError> {
    let text = text.trim();
    let name = text.find('(').map_or(text, |at| &text[..at]);
    Setup::read(find(name.trim())?, &text[name.len()..])
}

/// Reads a list: `ofi, vpin(bucket_volume=5, buckets=20)`.
///
/// # Errors
/// As [`parse`].
pub fn parse_list(text: &str) -> Result<Vec<Setup>, SetupError> {
    let mut depth = 0_usize;
    let parts = text.split(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.filter(|part| !part.trim().is_empty()).map(parse).collect()
}

/// A parameter in seconds as a length of time.
fn seconds(params: &Params, index: usize) -> Nanos {
    Nanos((params.get(index) * 1e9).round() as i64)
}

/// The quantity at the best price of a side, base units.
fn qty(top: &Top, side: Side) -> f64 {
    match side {
        Side::Buy => top.bid_qty,
        Side::Sell => top.ask_qty,
    }
    .to_f64()
}

/// When a cell begins, as the moment that stands for its events: all of them are in every look-back that reaches to its beginning.
fn start(cell: &Cell) -> Nanos {
    cell.end - cell.length
}

/// Puts a cell's sums into a look-back, which begins anew where a break was.
fn recall_sums<const N: usize>(window: &mut TimeWindow<N>, cell: &Cell, reset_by: Break, sums: [i128; N]) {
    if cell.broken(reset_by) {
        window.clear();
    }
    if sums.iter().any(|sum| *sum != 0) {
        window.push(start(cell), sums);
    }
}
