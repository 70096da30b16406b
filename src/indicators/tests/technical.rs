//! Technical indicators against TA-Lib's values (tests/reference/README.md), and what holds of any bars.

use crate::domain::{Bar, Nanos, Price, Volume};
use crate::indicator::{Build, Params, Reading, Spec, Study};
use crate::indicators;
use flate2::read::GzDecoder;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// From this bar on the values have to be TA-Lib's.
const FROM: usize = 200;
const TOLERANCE: f64 = 1e-8;

/// Columns of the reference: indicator, which of its values (`None`: the raw one), and whether it goes through zero.
const COLUMNS: &[(&str, &str, Option<&str>, bool)] = &[
    ("sma", "sma", None, false),
    ("ema", "ema", None, false),
    ("wma", "wma", None, false),
    ("bb_upper", "bbands", Some("upper"), false),
    ("bb_middle", "bbands", None, false),
    ("bb_lower", "bbands", Some("lower"), false),
    ("rsi", "rsi", None, false),
    ("macd", "macd", None, true),
    ("macd_signal", "macd", Some("signal"), true),
    ("macd_hist", "macd", Some("histogram"), true),
    ("stoch_k", "stoch", None, false),
    ("stoch_d", "stoch", Some("d"), false),
    ("atr", "atr", None, false),
    ("adx", "adx", None, false),
    ("plus_di", "adx", Some("plus_di"), false),
    ("minus_di", "adx", Some("minus_di"), false),
    ("obv", "obv", None, true),
    ("roc", "roc", None, true),
    ("supertrend", "supertrend", None, false),
    ("supertrend_dir", "supertrend", Some("direction"), false),
    ("dc_upper", "donchian", Some("upper"), false),
    ("dc_middle", "donchian", None, false),
    ("dc_lower", "donchian", Some("lower"), false),
    ("kc_upper", "keltner", Some("upper"), false),
    ("kc_middle", "keltner", None, false),
    ("kc_lower", "keltner", Some("lower"), false),
];

fn study(spec: &Spec, params: &Params) -> Box<dyn Study> {
    match spec.build {
        Build::Bars(make) => make(params),
        Build::Flow(_) => panic!("{} is no study", spec.name),
    }
}

fn reference(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

fn bars() -> Vec<Bar> {
    let mut rows = csv::Reader::from_path(reference("technical_bars.csv")).unwrap();
    let bar = |row: csv::StringRecord| {
        let price = |i: usize| row[i].parse::<Price>().unwrap();
        let volume = row[5].parse::<crate::domain::Qty>().unwrap().volume();
        let start = Nanos::from_secs(row[0].parse().unwrap());
        Bar { open: price(1), high: price(2), low: price(3), volume, trades: 1, ..Bar::flat(start, price(4)) }
    };
    rows.records().map(|row| bar(row.unwrap())).collect()
}

fn columns() -> BTreeMap<String, Vec<Option<f64>>> {
    let file = std::fs::File::open(reference("technical.csv.gz")).unwrap();
    let mut rows = csv::Reader::from_reader(GzDecoder::new(file));
    let names: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    let mut columns: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for row in rows.records() {
        for (name, field) in names.iter().zip(&row.unwrap()) {
            columns.entry(name.clone()).or_default().push(field.parse().ok());
        }
    }
    columns
}

fn part(spec: &Spec, reading: &Reading, extra: Option<&str>) -> Option<f64> {
    match extra {
        None => Some(reading.value()),
        Some(name) => reading.extra(spec.extras.iter().position(|extra| extra.name == name).unwrap()),
    }
}

#[test]
fn values_are_those_of_the_reference() {
    let (bars, columns) = (bars(), columns());
    let mut wrong = Vec::new();
    for (column, name, extra, through_zero) in COLUMNS {
        let spec = indicators::find(name).unwrap();
        let mut study = study(spec, &Params::default_of(spec));
        let expected = &columns[*column];
        let scale = expected.iter().flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
        let (mut worst, mut first) = (0.0_f64, None);
        for (i, bar) in bars.iter().enumerate() {
            let value = study.on_bar(bar).and_then(|reading| part(spec, &reading, *extra));
            if value.is_some() && first.is_none() {
                first = Some(i);
            }
            if i < FROM {
                continue;
            }
            let (value, expected) = (value.expect(column), expected[i].expect(column));
            let size = if *through_zero { scale } else { expected.abs() };
            worst = worst.max((value - expected).abs() / size.max(f64::MIN_POSITIVE));
        }
        let reference = expected.iter().position(Option::is_some);
        println!("{column:15} first {first:?} (reference {reference:?}) off by {worst:.1e}");
        if worst > TOLERANCE || worst.is_nan() {
            wrong.push(*column);
        }
    }
    assert!(wrong.is_empty(), "not TA-Lib's: {wrong:?}");
}

/// Bars from closes and ranges, a minute each.
fn walk(moves: &[(i64, u32, u32)], start: i64) -> Vec<Bar> {
    let mut close = start;
    let mut bar = |(i, (step, reach, volume)): (usize, &(i64, u32, u32))| {
        let open = close;
        close = close.saturating_add(*step).clamp(1, i64::MAX / 4);
        let (high, low) = (open.max(close).saturating_add(i64::from(*reach)), (open.min(close) - i64::from(*reach)).max(1));
        let price = Price::from_units;
        let start = Nanos::from_secs(60 * i as i64);
        let volume = crate::domain::Qty::from_units(i64::from(*volume)).volume();
        Bar { open: price(open), high: price(high), low: price(low), volume, ..Bar::flat(start, price(close)) }
    };
    moves.iter().enumerate().map(&mut bar).collect()
}

fn moves() -> impl Strategy<Value = (Vec<(i64, u32, u32)>, i64)> {
    let size = prop_oneof![Just(0_i64), Just(1), Just(1_000_000), Just(100_000_000_000), Just(1_000_000_000_000_000_000)];
    let start = prop_oneof![Just(1_i64), 1..1_000_000_000_000_i64, Just(i64::MAX / 4)];
    let moves = size
        .prop_flat_map(|size| prop::collection::vec((-size..=size, 0..1_000_u32, prop_oneof![Just(0), any::<u32>()]), 1..120));
    (moves, start)
}

fn same(a: Option<Reading>, b: Option<Reading>) -> bool {
    a == b
        || a.zip(b).is_some_and(|(a, b)| a.packed().map(f64::to_bits) == b.packed().map(f64::to_bits) && a.value() == b.value())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn values_stay_in_bounds_and_a_preview_is_what_the_close_gives((moves, start) in moves()) {
        let bars = walk(&moves, start);
        for spec in indicators::technical() {
            let params = Params::default_of(spec);
            let (mut studied, mut untouched) = (study(spec, &params), study(spec, &params));
            for (i, bar) in bars.iter().enumerate() {
                // A preview of something else leaves no trace.
                let other = Bar { close: bar.high, volume: Volume::ZERO, ..*bar };
                studied.preview(&other);
                let previewed = studied.preview(bar);
                let reading = studied.on_bar(bar);
                prop_assert!(same(previewed, reading), "{} at {i}: {previewed:?} then {reading:?}", spec.name);
                prop_assert!(same(reading, untouched.on_bar(bar)), "{} at {i}: a preview was taken in", spec.name);
                let Some(reading) = reading else { continue };
                let (least, most) = (spec.range.least.unwrap_or(f64::MIN), spec.range.most.unwrap_or(f64::MAX));
                prop_assert!((least..=most).contains(&reading.value()), "{} at {i}: {reading:?}", spec.name);
                let bounded = spec.range.most.is_some();
                let extras = (0..spec.extras.len()).map(|extra| reading.extra(extra));
                for extra in extras {
                    prop_assert!(extra.is_some_and(|extra| !bounded || (least..=most).contains(&extra)), "{} at {i}: {reading:?}", spec.name);
                }
            }
        }
    }

    #[test]
    fn values_over_a_history_are_those_of_its_bars((moves, start) in moves(), seen in 0..120_usize, before in 0..40_usize) {
        let bars = walk(&moves, start);
        let symbol = "BTCUSDT".parse::<crate::domain::Symbol>().unwrap();
        let spec = crate::domain::BarSpec::Time(crate::domain::Timeframe::M1);
        let before = before.min(bars.len());
        for name in ["ema", "bbands", "stoch"] {
            let entry = indicators::find(name).unwrap();
            let mut over = crate::indicator::Over::new(crate::indicator::Setup::of(entry)).unwrap();
            let mut view = crate::bars::BarView::default();
            // Some come, one forming; then the rest; then older ones are put in front.
            for (i, bar) in bars[before..].iter().enumerate() {
                view.forming = Some(*bar);
                if i == seen {
                    over.update(symbol, spec, &view);
                }
                view.closed.push(*bar);
                view.forming = None;
            }
            over.update(symbol, spec, &view);
            prop_assert!(agrees(&over, entry, &bars[before..]), "{name} appended");
            view.closed.prepend(bars[..before].to_vec(), usize::MAX);
            over.update(symbol, spec, &view);
            prop_assert!(agrees(&over, entry, &bars), "{name} with older ones in front");
        }
    }
}

#[test]
fn the_bars_before_the_first_value_are_known() {
    for (text, bars) in [("sma(7)", 7), ("rsi", 15), ("macd", 34), ("adx", 28), ("keltner", 20), ("delta", 1), ("stoch", 18)] {
        let over = crate::indicator::Over::new(indicators::parse(text).unwrap()).unwrap();
        assert_eq!(over.warm_up(), bars, "{text}");
    }
}

fn agrees(over: &crate::indicator::Over, spec: &Spec, bars: &[Bar]) -> bool {
    let mut study = study(spec, &Params::default_of(spec));
    over.len() == bars.len() && bars.iter().enumerate().all(|(i, bar)| same(over.get(i), study.on_bar(bar)))
}

#[test]
fn constant_prices_give_numbers() {
    let bars: Vec<Bar> = (0..300).map(|i| Bar::flat(Nanos::from_secs(60 * i), Price::from_units(6_000_000_000_000))).collect();
    for spec in indicators::technical() {
        let mut study = study(spec, &Params::default_of(spec));
        let last = bars.iter().fold(None, |_, bar| study.on_bar(bar));
        let reading = last.unwrap_or_else(|| panic!("{}: no value", spec.name));
        if matches!(spec.name, "sma" | "ema" | "wma" | "bbands" | "donchian" | "keltner" | "supertrend") {
            assert!((reading.value() - 60_000.0).abs() < 1e-6, "{}: {reading:?}", spec.name);
        }
        if matches!(spec.name, "atr" | "obv" | "roc" | "macd") {
            assert!(reading.value().abs() < 1e-6, "{}: {reading:?}", spec.name);
        }
    }
}

#[test]
fn a_spike_leaves_no_trace_once_it_is_out_of_the_window() {
    let calm = |i: i64| Bar::flat(Nanos::from_secs(60 * i), Price::from_units(100_000_000 + i % 3));
    let mut bars: Vec<Bar> = (0..200).map(calm).collect();
    bars[30] = Bar::flat(bars[30].start, Price::from_units(1_000_000_000_000_000));
    for name in ["sma", "wma", "bbands", "donchian", "roc"] {
        let spec = indicators::find(name).unwrap();
        let (mut whole, mut after) = (study(spec, &Params::default_of(spec)), study(spec, &Params::default_of(spec)));
        for bar in &bars[..100] {
            whole.on_bar(bar);
        }
        let last = |study: &mut Box<dyn Study>| bars[100..].iter().fold(None, |_, bar| study.on_bar(bar)).unwrap();
        let (whole, after) = (last(&mut whole), last(&mut after));
        assert!((whole.value() - after.value()).abs() < 1e-8, "{name}: {whole:?} {after:?}");
        for extra in 0..spec.extras.len() {
            assert!((whole.extra(extra).unwrap() - after.extra(extra).unwrap()).abs() < 1e-8, "{name}: {whole:?} {after:?}");
        }
    }
}

#[test]
fn averages_of_macd_may_be_given_either_way_round() {
    let bars = bars();
    let value = |text: &str| {
        let setup = indicators::parse(text).unwrap();
        let mut study = study(setup.spec, &setup.params);
        bars.iter().fold(None, |_, bar| study.on_bar(bar))
    };
    assert!(same(value("macd(fast=12,slow=26)"), value("macd(fast=26,slow=12)")));
    assert!(value("macd(fast=5,slow=5)").is_some_and(|reading| reading.value() == 0.0));
}

#[test]
fn delta_is_unknown_where_bars_do_not_tell_who_bought() {
    let volume = |text: &str| text.parse::<crate::domain::Qty>().unwrap().volume();
    let bar = |minute: i64, bought: &str, trades: u32| {
        let flat = Bar::flat(Nanos::from_secs(60 * minute), Price::from_units(100_000_000));
        Bar { volume: volume("10"), buy_volume: volume(bought), trades, ..flat }
    };
    let bars = [bar(0, "6", 3), bar(1, "1", 3), bar(2, "0", 0), bar(3, "0", 3), bar(60, "10", 0)];
    let values = |text: &str| {
        let setup = indicators::parse(text).unwrap();
        let mut study = study(setup.spec, &setup.params);
        bars.iter().map(|bar| study.on_bar(bar).map(|reading| reading.value())).collect::<Vec<_>>()
    };
    assert_eq!(values("delta"), [Some(2.0), Some(-8.0), None, Some(-10.0), Some(10.0)]);
    assert_eq!(values("cumdelta"), [Some(2.0), Some(-6.0), None, Some(-10.0), Some(0.0)]);
    assert_eq!(values("cumdelta(hours=1)"), [Some(2.0), Some(-6.0), None, Some(-10.0), Some(10.0)]);
}
