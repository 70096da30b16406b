//! Indicators on built-in bars, against values that other people's programs computed (tests/reference/README.md): TA-Lib's, and for
//! Supertrend, Donchian and Keltner those of a plain computation of their definitions in Python.

use super::bench::Bench;
use super::report::Found;
use crate::domain::{Bar, Nanos, Price, Qty};
use crate::indicator::{Build, Params, Reading, Spec};
use crate::indicators as catalogue;
use std::collections::BTreeSet;

/// Bars of a minute: start, open, high, low, close, volume.
const BARS: &str = include_str!("golden/bars.csv");
/// Values at some of them: start, then a column a value.
const VALUES: &str = include_str!("golden/values.csv");
/// The relative error allowed.
const TOLERANCE: f64 = 1e-8;

/// The columns: the value's name there, the indicator, which of its values (`None`: the raw one).
const COLUMNS: &[(&str, &str, Option<&str>)] = &[
    ("sma", "sma", None),
    ("ema", "ema", None),
    ("wma", "wma", None),
    ("bb_upper", "bbands", Some("upper")),
    ("bb_middle", "bbands", None),
    ("bb_lower", "bbands", Some("lower")),
    ("rsi", "rsi", None),
    ("macd", "macd", None),
    ("macd_signal", "macd", Some("signal")),
    ("macd_hist", "macd", Some("histogram")),
    ("stoch_k", "stoch", None),
    ("stoch_d", "stoch", Some("d")),
    ("atr", "atr", None),
    ("adx", "adx", None),
    ("plus_di", "adx", Some("plus_di")),
    ("minus_di", "adx", Some("minus_di")),
    ("obv", "obv", None),
    ("roc", "roc", None),
    ("supertrend", "supertrend", None),
    ("supertrend_dir", "supertrend", Some("direction")),
    ("dc_upper", "donchian", Some("upper")),
    ("dc_middle", "donchian", None),
    ("dc_lower", "donchian", Some("lower")),
    ("kc_upper", "keltner", Some("upper")),
    ("kc_middle", "keltner", None),
    ("kc_lower", "keltner", Some("lower")),
];

/// Holds every column against its values.
pub fn indicators(_bench: &Bench) -> Found {
    judge(BARS, VALUES)
}

/// Holds every column against its values.
pub fn judge(bars: &str, values: &str) -> Found {
    let broken = |what: &str| Found::fail(format!("the built-in {what} cannot be read"), "install the program anew");
    let Some(bars) = bars.lines().skip(1).map(bar).collect::<Option<Vec<Bar>>>() else { return broken("bars") };
    let mut rows = values.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (Some(head), rows) = (rows.next(), rows.collect::<Vec<_>>()) else { return broken("values") };
    let (mut compared, mut worst, mut wrong) = (0, 0.0_f64, Vec::new());
    for (column, name, extra) in COLUMNS {
        let place = head.iter().position(|head| head == column);
        let (Some(place), Some(values)) = (place, course(name, *extra, &bars)) else {
            wrong.push(format!("{column} is missing"));
            continue;
        };
        for row in &rows {
            let at = row.first().and_then(|start| start.parse().ok()).map(Nanos::from_secs);
            let index = bars.iter().position(|bar| Some(bar.start) == at);
            let wanted: Option<f64> = row.get(place).and_then(|text| text.parse().ok());
            let (Some(index), Some(wanted)) = (index, wanted) else { return broken("values") };
            let found = values.get(index).copied().flatten();
            let off = found.map_or(f64::INFINITY, |found| (found - wanted).abs() / wanted.abs().max(1e-3));
            compared += 1;
            worst = worst.max(off);
            if off > TOLERANCE {
                let found = found.map_or_else(|| "nothing".to_owned(), |found| found.to_string());
                wrong.push(format!("{column} is {found}, should be {wanted}"));
            }
        }
    }
    let names: BTreeSet<&str> = COLUMNS.iter().map(|(_, name, _)| *name).collect();
    match wrong.first() {
        None => Found::pass(format!("{compared} values of {} indicators, off by {worst:.0e} at most", names.len()))
            .fact("values", compared)
            .fact("indicators", names.len())
            .fact("worst_relative_error", worst),
        Some(first) => {
            let fix = "figures of this build cannot be trusted: build it anew with the toolchain of Cargo.toml, else report it";
            Found::fail(format!("{} of {compared} values are wrong: {first}", wrong.len()), fix)
        }
    }
}

fn bar(line: &str) -> Option<Bar> {
    let fields: Vec<&str> = line.split(',').collect();
    let [start, open, high, low, close, volume] = fields[..] else { return None };
    let price = |text: &str| text.parse::<Price>().ok();
    let start = Nanos::from_secs(start.parse().ok()?);
    let volume = volume.parse::<Qty>().ok()?.volume();
    Some(Bar { open: price(open)?, high: price(high)?, low: price(low)?, volume, trades: 1, ..Bar::flat(start, price(close)?) })
}

/// An indicator's value at each bar.
fn course(name: &str, extra: Option<&str>, bars: &[Bar]) -> Option<Vec<Option<f64>>> {
    let spec = catalogue::find(name).ok()?;
    let Build::Bars(make) = spec.build else { return None };
    let mut study = make(&Params::default_of(spec));
    Some(bars.iter().map(|bar| study.on_bar(bar).and_then(|reading| part(spec, &reading, extra))).collect())
}

fn part(spec: &Spec, reading: &Reading, extra: Option<&str>) -> Option<f64> {
    match extra {
        None => Some(reading.value()),
        Some(name) => reading.extra(spec.extras.iter().position(|extra| extra.name == name)?),
    }
}
