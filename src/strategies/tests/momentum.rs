use super::{Bench, bar, bars, symbols};
use crate::strategies::parse;
use crate::strategy::SignalSide::{Buy, Exit, Sell};
use proptest::prelude::*;

const SETUP: &str = "momentum(period=2,threshold=1,trend=5,atr=3,stop=2";

/// Closes of 100 and the ones that follow.
fn run(more: &str, follow: &[f64]) -> Bench {
    let mut bench = Bench::new(&format!("{SETUP}{more})"));
    let mut closes = vec![100.0, 100.5, 100.0, 100.5, 100.0, 100.5, 100.0, 100.5];
    closes.extend(follow);
    for bar in bars(&closes) {
        bench.bar(bar);
    }
    bench
}

#[test]
fn enters_where_the_move_begins_and_trails_its_stop() {
    let bench = run("", &[100.0, 102.0, 104.0, 106.0, 105.0, 102.0, 102.0]);
    assert_eq!(bench.sides(), [(9, Buy), (13, Exit)]);
    assert_eq!(
        bench.why(0),
        "rate of change 1.49 % rose above 1.00 %; close 102.0 above its mean 100.6; 500 with a stop at 100.0 risk 1 % of the equity"
    );
    // Ranges of 3 bars: 1 at the entry, 1.56 at the close of 106: 106 − 2 · 1.56.
    assert_eq!(bench.why(1), "close 102.0 is beyond the trailing stop 102.9 after 4 bars");
    assert_eq!(bench.held(symbols()[0]), 0.0);
    assert!(bench.strategy.status().text.starts_with("flat; change"));
}

#[test]
fn a_move_that_goes_on_is_not_entered_twice_and_the_trend_has_to_agree() {
    // Stopped out while the rate of change stays above: nothing new before it has been below.
    let bench = run("", &[100.0, 102.0, 112.0, 104.0, 113.5, 106.0]);
    assert_eq!(bench.sides(), [(9, Buy), (11, Exit)]);
    // Up from far below the mean.
    let bench = run("", &[90.0, 80.0, 81.5, 83.0]);
    assert!(bench.signals.is_empty(), "{:?}", bench.signals);
}

#[test]
fn the_short_side_mirrors_it() {
    assert!(run("", &[100.0, 98.5, 96.0]).signals.is_empty());
    let bench = run(",short=true", &[100.5, 98.5, 96.0, 94.0, 98.0, 98.0]);
    assert_eq!(bench.sides(), [(9, Sell), (12, Exit)]);
    assert!(
        bench.why(0).starts_with("rate of change −1.99 % fell below −1.00 %; close 98.5 below its mean 100.0;"),
        "{}",
        bench.why(0)
    );
}

#[test]
fn the_rate_of_change_is_of_no_longer_than_the_trend() {
    let error = parse("momentum(period=200)").unwrap_err().to_string();
    assert!(error.contains("period 200 is longer than trend 100"), "{error}");
}

proptest! {
    #[test]
    fn later_bars_change_no_earlier_answer(steps in proptest::collection::vec(-20_i32..20, 1..200), cut in 0_usize..200) {
        let run = |steps: &[i32]| {
            let mut bench = Bench::new(&format!("{SETUP},short=true)"));
            let mut close = 1_000.0;
            for (at, step) in steps.iter().enumerate() {
                let open = close;
                close += f64::from(*step);
                bench.bar(bar(at, open, close));
            }
            bench
        };
        let cut = cut.min(steps.len());
        let (whole, part) = (run(&steps), run(&steps[..cut]));
        let before: Vec<_> = whole.signals.iter().filter(|(at, _)| *at < cut).cloned().collect();
        prop_assert_eq!(&part.signals, &before);
        let entries = whole.signals.iter().filter(|(_, signal)| signal.side != Exit);
        prop_assert!(entries.clone().all(|(_, signal)| signal.why.contains("rate of change")));
        prop_assert_eq!(part.digest(), Bench::with(part.strategy.boxed()).digest());
    }
}
