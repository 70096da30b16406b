use super::{Bench, bars, symbols};
use crate::strategies::parse;
use crate::strategies::rolling_mean::RollingMean;
use crate::strategy::SignalSide::{Buy, Exit, Sell};
use proptest::prelude::*;

/// Prices on a coarse tick with flat stretches, and what pandas makes of them (`tests/reference/rolling_mean.py`).
const REFERENCE: &str = include_str!("../../../tests/reference/rolling_mean.csv");
/// At which bars' opens backtesting.py enters and leaves (`tests/reference/ma_cross.py`).
const TRADES: &str = include_str!("../../../tests/reference/ma_cross.csv");

#[test]
fn means_are_those_of_pandas_to_the_last_bit() {
    let mut lines = REFERENCE.lines();
    let lengths: Vec<usize> = lines.next().unwrap().split(',').skip(2).map(|name| name[4..].parse().unwrap()).collect();
    let mut series = "";
    let mut means: Vec<RollingMean> = Vec::new();
    let mut checked = 0;
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[0] != series {
            series = fields[0];
            means = lengths.iter().map(|length| RollingMean::new(*length)).collect();
        }
        let close: f64 = fields[1].parse().unwrap();
        for (mean, wanted) in means.iter_mut().zip(&fields[2..]) {
            let wanted: Option<f64> = (!wanted.is_empty()).then(|| wanted.parse().unwrap());
            assert_eq!(mean.push(close).map(f64::to_bits), wanted.map(f64::to_bits), "{line}");
            checked += usize::from(wanted.is_some());
        }
    }
    assert!(checked > 10_000);
}

fn run(setup: &str, closes: &[f64]) -> Bench {
    let mut bench = Bench::new(setup);
    for bar in bars(closes) {
        bench.bar(bar);
    }
    bench
}

#[test]
fn buys_where_fast_crosses_above_slow_and_closes_where_it_crosses_below() {
    // Means of 1 and 3: 10 10 10 | 9 < 9.67 | 12 > 10.33 buy | 13 | 8 < 11 exit | 8 | 9 > 8.33 buy.
    let bench = run("ma_cross(fast=1,slow=3)", &[10.0, 10.0, 10.0, 9.0, 12.0, 13.0, 8.0, 8.0, 9.0, 9.0]);
    assert_eq!(bench.sides(), [(4, Buy), (6, Exit), (8, Buy)]);
    assert_eq!(bench.why(0), "fast 12.0 crossed above slow 10.3 (means of 1 and 3 closes of 1m)");
    // At the next open, which is the close before: 12, 8, 9.
    let fills: Vec<(usize, f64)> = bench.fills.iter().map(|(at, _, _, price)| (*at, *price)).collect();
    assert_eq!(fills, [(5, 12.0), (7, 8.0), (9, 9.0)]);
    assert!((bench.fills[0].2 - 100_000.0 / 12.0).abs() < 1e-6, "the whole equity");
    assert_eq!(bench.strategy.status().text, "long; fast 9.0 above slow 8.7");
}

#[test]
fn trades_at_the_bars_at_which_backtesting_py_does() {
    let rows: Vec<Vec<&str>> = TRADES.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let closes: Vec<f64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    let bench = run("ma_cross(fast=3,slow=8)", &closes);
    let at = |column: usize| rows.iter().enumerate().filter(move |(_, row)| row[column] == "1").map(|(at, _)| at);
    let fills = |bought: bool| bench.fills.iter().filter(move |(_, _, qty, _)| (*qty > 0.0) == bought).map(|(at, ..)| *at);
    assert_eq!(fills(true).collect::<Vec<_>>(), at(1).collect::<Vec<_>>());
    // It ends what is open at the last bar; here that is held.
    let left: Vec<usize> = at(2).filter(|at| at + 1 < closes.len()).collect();
    assert_eq!(fills(false).collect::<Vec<_>>(), left);
    assert!(left.len() > 50);
}

#[test]
fn touching_is_no_cross() {
    // fast = slow at the fourth bar: neither below before the fifth nor above after it.
    let bench = run("ma_cross(fast=1,slow=2)", &[10.0, 9.0, 8.0, 8.0, 9.0, 10.0]);
    assert!(bench.signals.is_empty(), "{:?}", bench.signals);
}

#[test]
fn a_part_of_the_equity_and_the_short_side() {
    let closes = [10.0, 10.0, 10.0, 9.0, 12.0, 13.0, 8.0, 8.0, 9.0, 9.0];
    let bench = run("ma_cross(fast=1,slow=3,size=0.5,short=true)", &closes);
    assert_eq!(bench.sides(), [(4, Buy), (6, Sell), (8, Buy)]);
    let amounts: Vec<f64> = bench.fills.iter().map(|(_, _, qty, price)| (qty * price).round()).collect();
    // Long for half of it; closed at 8 and half of what is left sold; closed at 9 and turned.
    assert_eq!(amounts, [50_000.0, -33_333.0, -41_667.0, 46_875.0, 39_063.0]);
    assert!(bench.held(symbols()[0]) > 0.0);
}

#[test]
fn what_was_refused_is_tried_at_the_next_cross() {
    let mut bench = Bench::new("ma_cross(fast=1,slow=2)");
    bench.refuses = vec![symbols()[0]];
    let all = bars(&[10.0, 9.0, 11.0, 11.0, 11.0, 9.0, 10.0, 10.0]);
    for bar in &all[..4] {
        bench.bar(*bar);
    }
    assert_eq!(bench.sides(), [(2, Buy)]);
    assert!(bench.strategy.status().text.starts_with("flat"), "{}", bench.strategy.status().text);
    bench.refuses.clear();
    for bar in &all[4..] {
        bench.bar(*bar);
    }
    assert_eq!(bench.sides(), [(2, Buy), (6, Buy)], "nothing to close in between");
    assert!(bench.held(symbols()[0]) > 0.0);
}

#[test]
fn bars_of_the_past_warm_it_up_and_lead_to_nothing() {
    let all = bars(&[10.0, 10.0, 10.0, 9.0, 12.0, 13.0, 8.0, 8.0, 9.0]);
    let mut bench = Bench::new("ma_cross(fast=1,slow=3)");
    // It crosses above at the fifth, and what it answers is not carried out.
    bench.past(&all[..6]);
    assert_eq!(bench.strategy.status().text, "flat; fast 13.0 above slow 11.3");
    all[6..].iter().for_each(|bar| bench.bar(*bar));
    assert_eq!(bench.sides(), [(2, Buy)], "nothing was held where it crossed below");
}

#[test]
fn fast_has_to_be_below_slow() {
    let error = parse("ma_cross(fast=30)").unwrap_err().to_string();
    assert_eq!(error, "strategy `ma_cross`: fast 30 is not below slow 30: expected fast < slow");
    assert!(parse("ma_cross(fast=30,slow=31)").is_ok());
    assert!(parse("ma_cross(size=2)").unwrap_err().to_string().contains("from 0.01 to 1"));
}

proptest! {
    #[test]
    fn later_bars_change_no_earlier_answer(ticks in proptest::collection::vec(95_u32..105, 1..120), cut in 0_usize..120, short: bool) {
        let closes: Vec<f64> = ticks.iter().map(|tick| f64::from(*tick)).collect();
        let setup = format!("ma_cross(fast=2,slow=5,short={short})");
        let whole = run(&setup, &closes);
        let cut = cut.min(closes.len());
        let part = run(&setup, &closes[..cut]);
        let before: Vec<_> = whole.signals.iter().filter(|(at, _)| *at < cut).cloned().collect();
        prop_assert_eq!(&part.signals, &before);
        // Side by side with the plain rule.
        let mean = |end: usize, n: usize| closes[end + 1 - n..=end].iter().sum::<f64>() / n as f64;
        let mut held = 0;
        let mut wanted = Vec::new();
        for at in 5..closes.len() {
            let (before, now) = (mean(at - 1, 2) - mean(at - 1, 5), mean(at, 2) - mean(at, 5));
            if before.abs() < 1e-9 || now.abs() < 1e-9 {
                continue;
            }
            let aim = match (before > 0.0, now > 0.0, short) {
                (false, true, _) => 1,
                (true, false, true) => -1,
                (true, false, false) => 0,
                _ => continue,
            };
            if aim != held {
                wanted.push((at, match aim { 1 => Buy, -1 => Sell, _ => Exit }));
                held = aim;
            }
        }
        prop_assert_eq!(whole.sides(), wanted);
        let copy = Bench::with(part.strategy.boxed());
        prop_assert_eq!(part.digest(), copy.digest());
    }
}
