use super::{Bench, bar, bars, symbols};
use crate::domain::Price;
use crate::strategy::SignalSide::{Buy, Exit, Sell};
use proptest::prelude::*;

/// Bars around 100 that end with a fall (or rise) out of the bands, and flow that has turned (or not).
fn out_of_the_band(setup: &str, to: f64, zs: &[f64], vpin: f64) -> Bench {
    let mut bench = Bench::new(setup);
    let closes: Vec<f64> = (0..30).map(|at| if at % 2 == 0 { 100.0 } else { 101.0 }).collect();
    for bar in bars(&closes) {
        bench.sample(&[("ofi", 0.0, 0.0), ("vpin", vpin, 0.0)]);
        bench.bar(bar);
    }
    for z in zs {
        bench.sample(&[("ofi", *z, *z), ("vpin", vpin, 0.0)]);
    }
    bench.bar(bar(30, 101.0, to));
    bench
}

#[test]
fn buys_below_the_band_once_the_selling_turns() {
    let mut bench = out_of_the_band("rtai", 97.0, &[-1.0, -2.5, -1.9], 0.4);
    assert_eq!(bench.sides(), [(30, Buy)]);
    // Of 97 once, 100 nine and 101 ten times the mean is 100.35 and the deviation 0.91. 1 % of 100,000 by twice the range (13·1 + 4)/14.
    assert_eq!(
        bench.why(0),
        "close 97.0 is below the lower band 98.5; ofi's z turned up from −2.50 to −1.90 (beyond −1.50); vpin 0.40 is below 0.8; \
         411.764 with a stop at 94.6 risk 1 % of the equity"
    );
    bench.bar(bar(31, 97.0, 98.0));
    assert_eq!(bench.fills, [(31, symbols()[0], 411.764, 97.0)]);
    assert_eq!(bench.strategy.status().text, "long for 1 bar; out at 100.2, stop 94.6");
}

#[test]
fn waits_where_any_part_is_missing() {
    let bought = |to, zs: &[f64], vpin| !out_of_the_band("rtai", to, zs, vpin).signals.is_empty();
    assert!(bought(97.0, &[-2.5, -1.9], 0.4));
    assert!(!bought(99.5, &[-2.5, -1.9], 0.4), "inside the band");
    assert!(!bought(97.0, &[-1.4, -1.0], 0.4), "no one-sided flow");
    assert!(!bought(97.0, &[-1.9, -2.5], 0.4), "still going down");
    assert!(!bought(97.0, &[-2.5, -1.9], 0.8), "toxic");
    assert!(!bought(104.0, &[2.5, 1.9], 0.4), "short only when told");
}

#[test]
fn the_short_side_mirrors_it() {
    let mut bench = out_of_the_band("rtai(short=true)", 104.0, &[1.0, 2.5, 1.9], 0.4);
    assert_eq!(bench.sides(), [(30, Sell)]);
    assert!(
        bench
            .why(0)
            .starts_with("close 104.0 is above the upper band 102.5; ofi's z turned down from 2.50 to 1.90 (beyond 1.50);")
    );
    bench.bar(bar(31, 104.0, 103.0));
    assert!(bench.held(symbols()[0]) < 0.0);
    bench.bar(bar(32, 103.0, 100.0));
    assert_eq!(bench.sides().last(), Some(&(32, Exit)));
    assert!(bench.why(1).starts_with("close 100.0 is back at the middle band 100.8"), "{}", bench.why(1));
}

#[test]
fn leaves_at_the_middle_at_the_stop_or_when_its_time_is_up() {
    let entered = || out_of_the_band("rtai(bars=3)", 97.0, &[-2.5, -1.9], 0.4);
    let mut bench = entered();
    bench.bar(bar(31, 97.0, 98.0));
    bench.bar(bar(32, 98.0, 101.0));
    assert_eq!(bench.sides(), [(30, Buy), (32, Exit)]);
    bench.bar(bar(33, 101.0, 101.0));
    assert_eq!(bench.held(symbols()[0]), 0.0);

    let mut bench = entered();
    for at in 31..36 {
        bench.bar(bar(at, 97.0, 97.0));
    }
    assert_eq!(bench.sides(), [(30, Buy), (33, Exit)]);
    assert!(bench.why(1).starts_with("held for 3 bars, which is the limit"), "{}", bench.why(1));

    // The stop at the exchange takes it within the bar; the strategy finds itself flat and looks for the next.
    let mut bench = entered();
    bench.bar(bar(31, 97.0, 97.0));
    let mut deep = bar(32, 97.0, 96.0);
    deep.low = Price::from_f64(94.0);
    bench.bar(deep);
    assert_eq!(bench.sides(), [(30, Buy)]);
    assert_eq!(bench.fills.last().map(|(at, _, _, price)| (*at, *price)), Some((32, 94.6)));
    assert!(bench.strategy.status().text.starts_with("flat"));
}

#[test]
fn costs_no_more_than_the_equity_and_no_less_than_can_be_traded() {
    let bench = out_of_the_band("rtai(risk=100)", 97.0, &[-2.5, -1.9], 0.4);
    assert!(bench.why(0).contains("1029.382 with a stop"), "{}", bench.why(0));
    let mut bench = Bench::new("rtai(risk=0.01)");
    bench.cash = 0.2;
    let closes: Vec<f64> = (0..30).map(|at| if at % 2 == 0 { 100.0 } else { 101.0 }).collect();
    for bar in bars(&closes) {
        bench.bar(bar);
    }
    bench.sample(&[("ofi", -2.5, -2.5), ("vpin", 0.4, 0.0)]);
    bench.sample(&[("ofi", -1.9, -1.9)]);
    bench.bar(bar(30, 101.0, 97.0));
    assert!(bench.answers.is_empty());
    assert_eq!(bench.strategy.status().text, "flat; what the risk allows is less than can be traded");
}

#[test]
fn a_position_from_before_it_began_gets_a_stop_and_is_closed_at_the_middle() {
    let mut bench = out_of_the_band("rtai", 97.0, &[-2.5, -1.9], 0.4);
    bench.bar(bar(31, 97.0, 97.0));
    let mut later = Bench::new("rtai(bars=3)");
    later.past(&bench.market.bars["main"].iter().copied().collect::<Vec<_>>());
    later.positions = bench.positions.clone();
    later.cash = bench.cash;
    later.bar(bar(32, 97.0, 98.0));
    // Held since the bar before.
    assert!(
        later.strategy.status().text.starts_with("long for 2 bars; out at 100.1, stop 94."),
        "{}",
        later.strategy.status().text
    );
    later.bar(bar(33, 98.0, 93.0));
    assert!(later.why(0).starts_with("close 93.0 is beyond the stop 94."), "{}", later.why(0));
}

proptest! {
    #[test]
    fn later_bars_change_no_earlier_answer(
        steps in proptest::collection::vec((-20_i32..20, -40_i32..40), 1..200), cut in 0_usize..200, short: bool,
    ) {
        let run = |steps: &[(i32, i32)]| {
            let mut bench = Bench::new(&format!("rtai(period=5,deviations=1,atr=3,k=0.5,bars=8,short={short})"));
            let mut close = 1_000.0;
            for (at, (step, z)) in steps.iter().enumerate() {
                let open = close;
                close += f64::from(*step);
                bench.sample(&[("ofi", 1.0, f64::from(*z) / 10.0), ("vpin", 0.5, 0.0)]);
                bench.bar(bar(at, open, close));
            }
            bench
        };
        let cut = cut.min(steps.len());
        let (whole, part) = (run(&steps), run(&steps[..cut]));
        let before: Vec<_> = whole.signals.iter().filter(|(at, _)| *at < cut).cloned().collect();
        prop_assert_eq!(&part.signals, &before);
        let copy = Bench::with(part.strategy.boxed());
        prop_assert_eq!(part.digest(), copy.digest());
        // Never more than the equity, and never two entries without an end between them.
        for (at, _, qty, price) in &whole.fills {
            prop_assert!(qty.abs() * price <= 110_000.0 * 2.0, "bar {}", at);
        }
        prop_assert!(short || whole.signals.iter().all(|(_, signal)| signal.side != Sell));
    }
}
