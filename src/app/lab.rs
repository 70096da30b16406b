//! What the signals lab looks at, taken from the engine's samples.

use crate::analytics::hits::Centre;
use crate::analytics::lab::{Column, LADDER, Of, Sheet};
use crate::domain::Nanos;
use crate::engine::snapshot::{FlowView, IndicatorView};
use crate::indicators;

/// The newest samples of a symbol's indicators, at most so many of them; of the series that are asked for.
///
/// Where samples are missing their places stay empty, so that neighbours are neighbours in time; a gap longer than the longest horizon
/// is shortened to it, which no figure can tell.
pub fn sheet(flow: &FlowView, most: usize, of: &[Of]) -> Sheet {
    let every = flow.every.0.max(1);
    let longest = i64::from(LADDER[LADDER.len() - 1]) * Nanos::SECOND.0 / every + 1;
    let mut places = Vec::new();
    let (mut place, mut before) = (0_usize, None::<i64>);
    for at in flow.times.iter_from(flow.len().saturating_sub(most)) {
        if let Some(before) = before {
            place += ((at.0 - before) / every).clamp(1, longest) as usize;
        }
        before = Some(at.0);
        places.push(place);
    }
    let first = flow.len() - places.len();
    let length = places.last().map_or(0, |last| last + 1);
    let spread = |get: &dyn Fn(usize) -> Option<f64>| {
        let mut series = vec![None; length];
        for (index, place) in places.iter().enumerate() {
            series[*place] = get(first + index);
        }
        series
    };
    let column = |row: &IndicatorView| Column {
        name: row.id.to_string(),
        centre: row.setup.spec.range.neutral.map_or(Centre::Median, Centre::At),
        value: if of.contains(&Of::Value) { spread(&|index| flow.value(row, index)) } else { Vec::new() },
        z: if of.contains(&Of::Z) { spread(&|index| flow.z(row, index)) } else { Vec::new() },
    };
    Sheet {
        step_ms: u32::try_from(every / 1_000_000).unwrap_or(u32::MAX),
        mids: spread(&|index| flow.mid(index)),
        columns: flow.rows.iter().map(column).collect(),
    }
}

/// The name of the indicator of that text form, short: `ofi 60` of `ofi(window=60)`.
pub fn label(id: &str) -> String {
    match indicators::parse(id) {
        Ok(setup) => format!("{} {}", setup.spec.name, setup.short()).trim_end().to_owned(),
        Err(_) => id.to_owned(),
    }
}

/// What people call the indicator of that text form.
pub fn title(id: &str) -> Option<&'static str> {
    indicators::parse(id).ok().map(|setup| setup.spec.title)
}
