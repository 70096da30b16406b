use super::{Bench, bar, symbols};
use crate::analytics::pairs::{Course, Mark, PairSetup};
use crate::domain::{Bar, Nanos};
use crate::strategies::parse;
use crate::strategy::SignalSide::{Buy, Exit, Sell};
use proptest::prelude::*;

const SETUP: &str = "pairs(window=30,z=10)";

/// Closes of y and x: y is 2·x but for noise, and what is added to it.
fn closes(length: usize, added: impl Fn(usize) -> f64) -> Vec<(f64, f64)> {
    let mut random = 7_u64;
    let mut x = 100.0;
    (0..length)
        .map(|at| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            x += ((random >> 40) % 11) as f64 / 10.0 - 0.5;
            let noise = ((random >> 50) % 11) as f64 / 50.0 - 0.1;
            (((2.0 * x + noise + added(at)) * 10.0).round() / 10.0, (x * 10.0).round() / 10.0)
        })
        .collect()
}

fn pair(at: usize, (y, x): (f64, f64)) -> [Option<Bar>; 2] {
    [Some(bar(at, y, y)), Some(bar(at, x, x))]
}

fn run(setup: &str, closes: &[(f64, f64)]) -> Bench {
    let mut bench = Bench::new(setup);
    bench.symbols = 2;
    for (at, closes) in closes.iter().enumerate() {
        bench.bars(pair(at, *closes));
    }
    bench
}

#[test]
fn sells_a_wide_spread_and_closes_it_when_it_has_come_back() {
    let all = closes(60, |at| if (50..53).contains(&at) { 0.45 } else { 0.0 });
    let bench = run(SETUP, &all);
    let [y, x] = symbols();
    let first: Vec<_> = bench.signals.iter().filter(|(at, _)| *at >= 50).take(4).collect();
    let told: Vec<_> = first.iter().map(|(_, signal)| (signal.symbol, signal.side)).collect();
    assert_eq!(told, [(y, Sell), (x, Buy), (y, Exit), (x, Exit)], "{:?}", bench.signals);
    assert!(first[0].1.why.starts_with("spread z 2."), "{}", first[0].1.why);
    // Both legs at the next open, together worth the equity, x by the hedge ratio.
    let fills: Vec<_> = bench.fills.iter().filter(|(at, ..)| *at == first[0].0 + 1).collect();
    assert_eq!((fills.len(), fills[0].1, fills[1].1), (2, y, x));
    let worth: f64 = fills.iter().map(|(_, _, qty, price)| (qty * price).abs()).sum();
    assert!((worth - 99_850.0).abs() < 300.0, "{worth}");
    let ratio = fills[1].2 / -fills[0].2;
    let setup = PairSetup { window: 30, z: 10, ..PairSetup::default() };
    let mut course = Course::new(setup);
    all.iter().enumerate().take(first[0].0 + 1).for_each(|(at, (y, x))| course.push(Nanos(at as i64), *y, *x));
    assert!((ratio - course.last().unwrap().beta.unwrap()).abs() < 1e-4, "{ratio}");
}

#[test]
fn does_at_every_bar_what_the_rule_says() {
    // The filter expects errors of a hundredth of x: its z is small.
    for (method, entry, stop) in [("ols", 2.0, 3.0), ("huber", 2.0, 3.0), ("kalman", 0.2, 1.0)] {
        let all = closes(400, |at| (at as f64 / 9.0).sin() * 0.3 + if at % 97 < 3 { 1.5 } else { 0.0 });
        let bench = run(&format!("pairs(method={method},window=30,z=10,entry={entry},stop={stop})"), &all);
        let setup = PairSetup { method: method.parse().unwrap(), window: 30, z: 10, entry, stop, ..PairSetup::default() };
        let mut course = Course::new(setup);
        let mut wanted = Vec::new();
        for (at, (y, x)) in all.iter().enumerate() {
            course.push(Nanos(at as i64), *y, *x);
            let sides = match course.last().unwrap().mark {
                Some(Mark::EnterLong) => [Buy, Sell],
                Some(Mark::EnterShort) => [Sell, Buy],
                Some(Mark::Exit | Mark::Stop) => [Exit, Exit],
                None => continue,
            };
            wanted.extend(sides.map(|side| (at, side)));
        }
        assert_eq!(bench.sides(), wanted, "{method}");
        assert!(wanted.len() > 8, "{method}: {}", wanted.len());
    }
}

#[test]
fn one_leg_alone_is_no_pair() {
    let all = closes(60, |at| if (50..56).contains(&at) { 0.45 } else { 0.0 });
    let mut bench = Bench::new(SETUP);
    bench.symbols = 2;
    bench.refuses = vec![symbols()[1]];
    for (at, closes) in all.iter().enumerate().take(54) {
        bench.bars(pair(at, *closes));
    }
    assert!(bench.signals.iter().any(|(_, signal)| signal.why.contains("the other alone is no pair")), "{:?}", bench.signals);
    assert_eq!(bench.held(symbols()[0]), 0.0);
    assert!(bench.strategy.status().text.contains("a leg was refused"));
}

#[test]
fn bars_of_one_leg_alone_are_passed_over() {
    let all = closes(60, |at| if (50..53).contains(&at) { 0.45 } else { 0.0 });
    let whole = run(SETUP, &all);
    let mut bench = Bench::new(SETUP);
    bench.symbols = 2;
    let mut at = 0;
    let mut moved = Vec::new();
    for (index, closes) in all.iter().enumerate() {
        bench.bars(pair(at, *closes));
        moved.push(at);
        at += 1;
        if index % 7 == 0 {
            // A minute in which only one of them traded.
            let [y, _] = pair(at, (closes.0 + 3.0, closes.1));
            bench.bars([y, None]);
            at += 1;
        }
    }
    let wanted: Vec<_> = whole.sides().into_iter().map(|(at, side)| (moved[at], side)).collect();
    assert_eq!(bench.sides(), wanted);
}

#[test]
fn bars_from_before_it_began_count_and_what_is_held_without_reason_is_closed() {
    let all = closes(70, |at| if (50..53).contains(&at) { 0.45 } else { 0.0 });
    let whole = run(SETUP, &all);
    let mut bench = Bench::new(SETUP);
    bench.symbols = 2;
    for (at, closes) in all.iter().enumerate().take(45) {
        for (symbol, bar) in symbols().into_iter().zip(pair(at, *closes).into_iter().flatten()) {
            bench.now = bar.start + super::BAR.nanos();
            bench.show(symbol, &bar);
        }
    }
    for (at, closes) in all.iter().enumerate().skip(45) {
        bench.bars(pair(at, *closes));
    }
    let later = |bench: &Bench, from: usize| bench.sides().into_iter().map(|(at, side)| (at + from, side)).collect::<Vec<_>>();
    let wanted: Vec<_> = whole.sides().into_iter().filter(|(at, _)| *at >= 45).collect();
    assert_eq!(later(&bench, 45), wanted);

    let held = run(SETUP, &all[..52]).positions;
    assert_eq!(held.len(), 2);
    let mut bench = Bench::new(SETUP);
    (bench.symbols, bench.positions) = (2, held);
    bench.bars(pair(60, all[0]));
    assert_eq!(bench.sides(), [(0, Exit), (0, Exit)]);
}

#[test]
fn thresholds_have_to_go_together_and_there_have_to_be_two_symbols() {
    let error = parse("pairs(exit=2)").unwrap_err().to_string();
    assert!(error.contains("expected 0 ≤ exit < entry < stop"), "{error}");
    let mut bench = Bench::new("pairs");
    bench.bar(bar(0, 1.0, 1.0));
    assert_eq!(bench.strategy.status().text, "flat; there is no second symbol");
}

proptest! {
    #[test]
    fn later_bars_change_no_earlier_answer(steps in proptest::collection::vec((-9_i32..9, -9_i32..9), 1..150), cut in 0_usize..150) {
        let mut last = (1_000, 500);
        let all: Vec<(f64, f64)> = steps
            .iter()
            .map(|(y, x)| {
                last = (last.0 + y, last.1 + x);
                (f64::from(last.0), f64::from(last.1))
            })
            .collect();
        let cut = cut.min(all.len());
        let setup = "pairs(window=12,z=6,entry=1,stop=3)";
        let (whole, part) = (run(setup, &all), run(setup, &all[..cut]));
        let before: Vec<_> = whole.signals.iter().filter(|(at, _)| *at < cut).cloned().collect();
        prop_assert_eq!(&part.signals, &before);
        prop_assert_eq!(part.digest(), Bench::with(part.strategy.boxed()).digest());
    }
}
