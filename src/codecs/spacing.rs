//! How long a table's bars are, where only the rows say it.

use super::ImportError;
use crate::domain::{Nanos, Symbol, Timeframe};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows looked at to tell how long the bars are.
pub(super) const LOOKED_AT: usize = 1_000;

/// How long the bars are: the most frequent distance of neighbouring rows of a symbol, the shortest of several. Rows are a
/// line's number, its symbol and its time; `given` is what the user said.
///
/// # Errors
/// When the rows run backwards, or do not tell it and the user did not either.
pub(super) fn timeframe(
    file: &Path,
    rows: impl Iterator<Item = (u64, Symbol, Nanos)>,
    given: Option<Timeframe>,
) -> Result<Timeframe, ImportError> {
    let mut last: BTreeMap<Symbol, Nanos> = BTreeMap::new();
    let mut counts: BTreeMap<Nanos, u32> = BTreeMap::new();
    let (mut rising, mut falling) = (0_u32, (0_u32, 0));
    for (line, symbol, at) in rows {
        match last.insert(symbol, at) {
            Some(before) if at < before => falling = (falling.0 + 1, line),
            Some(before) if at > before => {
                rising += 1;
                *counts.entry(at.saturating_sub(before)).or_default() += 1;
            }
            _ => {}
        }
    }
    if falling.0 > rising {
        return Err(ImportError::Backwards { file: file.to_path_buf(), line: falling.1 });
    }
    if let Some(given) = given {
        return Ok(given);
    }
    let unknown = |what: String| ImportError::NoTimeframe { file: file.to_path_buf(), what };
    let step = counts.iter().rev().max_by_key(|(_, count)| **count).map(|(step, _)| *step);
    let Some(step) = step else { return Err(unknown("there are not two rows to tell the bars' length by".to_owned())) };
    u32::try_from(step.secs())
        .ok()
        .and_then(Timeframe::from_secs)
        .filter(|timeframe| timeframe.nanos() == step)
        .ok_or_else(|| unknown(format!("rows are {} s apart, which is no length of a bar", step.to_secs_f64())))
}

/// The start of a bar that closes at a moment, which may be its last moment (…59.999) rather than the end.
pub(super) fn close_to_start(close: Nanos, timeframe: Timeframe) -> Nanos {
    timeframe.start_of(Nanos(close.0.saturating_sub(1)))
}
