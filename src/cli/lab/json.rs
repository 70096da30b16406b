//! What the lab found, for programs (`docs/formats.md`).

use super::Found;
use crate::analytics::deciles::Decile;
use crate::analytics::hac::Mean;
use crate::analytics::lab::{Cell, Judged, Report, Row};
use serde_json::{Map, Value, json};

/// Returns are told in hundredths of a percent.
const BPS: f64 = 1e4;

/// The whole document.
pub fn document(files: &[String], found: &[Found]) -> Value {
    json!({ "files": files, "symbols": found.iter().map(symbol).collect::<Vec<_>>() })
}

fn symbol(found: &Found) -> Value {
    let [value, z] = &found.reports;
    json!({
        "symbol": found.symbol.to_string(),
        "from": found.span.0.rfc3339(),
        "to": found.span.1.rfc3339(),
        "every_seconds": f64::from(value.step_ms) / 1e3,
        "samples": value.samples,
        "mids": value.mids,
        "value": series(value),
        "z": series(z),
    })
}

fn series(report: &Report) -> Value {
    let Judged { tests, alone, discoveries, bonferroni, .. } = report.judged;
    json!({
        "tests": tests,
        "p_below_5_percent": alone,
        "benjamini_hochberg": discoveries,
        "bonferroni": bonferroni,
        "indicators": report.rows.iter().map(|row| indicator(row, report)).collect::<Vec<_>>(),
    })
}

fn indicator(row: &Row, report: &Report) -> Value {
    let verdict = report.verdict_of(row);
    json!({
        "name": row.name,
        "verdict": verdict.name(),
        "words": verdict.words(),
        "best_seconds": row.best().map(|cell| cell.horizon),
        "horizons": row.tested().map(|cell| horizon(cell, report)).collect::<Vec<_>>(),
        "decay": row.cells.iter().map(coefficient).collect::<Vec<_>>(),
    })
}

/// What the decay curve is made of.
fn coefficient(cell: &Cell) -> Value {
    let ic = cell.ic.ok();
    json!({
        "seconds": cell.horizon,
        "n": cell.n,
        "effective_n": ic.map(|ic| ic.effective_n),
        "ic": ic.map(|ic| ic.rho),
        "t": ic.and_then(|ic| ic.t),
        "p": ic.and_then(|ic| ic.p),
    })
}

fn horizon(cell: &Cell, report: &Report) -> Value {
    let verdict = report.verdict(cell);
    let groups =
        cell.deciles.as_ref().map(|deciles| deciles.groups.iter().map(|group| group.as_ref().map(decile)).collect::<Vec<_>>());
    let more = json!({
        "needed": cell.needed,
        "verdict": verdict.name(),
        "words": verdict.words(),
        "centre": cell.centre,
        "hits": cell.hits.map(|hits| json!({ "n": hits.n, "rate": hits.mean, "error": hits.error })),
        "deciles": groups,
        "highest_less_lowest": cell.deciles.as_ref().and_then(|deciles| deciles.spread).map(mean),
    });
    let join =
        |parts: [Value; 2]| parts.into_iter().filter_map(|part| if let Value::Object(map) = part { Some(map) } else { None });
    Value::Object(join([coefficient(cell), more]).flatten().collect::<Map<_, _>>())
}

fn mean(mean: Mean) -> Value {
    json!({ "n": mean.n, "mean_bps": mean.mean * BPS, "error_bps": mean.error * BPS })
}

fn decile(decile: &Decile) -> Value {
    json!({
        "low": decile.low,
        "high": decile.high,
        "n": decile.mean.n,
        "mean_bps": decile.mean.mean * BPS,
        "error_bps": decile.mean.error * BPS,
    })
}
