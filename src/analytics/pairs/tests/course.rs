use super::super::{Course, Joined, Mark, Method, PairSetup, Point, Rule, Signal};
use super::{Noise, bars, close};
use crate::analytics::correlation::{correlation, log_returns};
use crate::analytics::huber::huber;
use crate::analytics::kalman::Kalman;
use crate::analytics::regression::ols;
use crate::analytics::summary::z_score;
use crate::domain::Nanos;
use proptest::prelude::*;

fn setup(method: Method, window: usize, z: usize) -> PairSetup {
    PairSetup { method, window, z, ..PairSetup::default() }
}

/// A point by the definitions.
fn from_scratch(setup: &PairSetup, bars: &[Joined], at: usize) -> Point {
    let (y, x): (Vec<f64>, Vec<f64>) = bars[..=at].iter().map(|bar| (bar.y, bar.x)).unzip();
    let newest = |values: &[f64], n: usize| values.len().checked_sub(n).map(|from| values[from..].to_vec());
    let both = |n: usize| Some((newest(&y, n)?, newest(&x, n)?));
    let mut point = Point {
        at: bars[at].at,
        y: y[at],
        x: x[at],
        beta: None,
        alpha: None,
        r2: None,
        spread: None,
        z: None,
        corr: None,
        mark: None,
    };
    point.corr = if setup.returns {
        both(setup.z + 1).and_then(|(y, x)| correlation(&log_returns(&y), &log_returns(&x)).ok())
    } else {
        both(setup.z).and_then(|(y, x)| correlation(&y, &x).ok())
    };
    if setup.method == Method::Kalman {
        let mut filter = Kalman::default();
        let step = y.iter().zip(&x).map(|(y, x)| filter.update(*y, *x)).last().unwrap().unwrap();
        (point.beta, point.alpha, point.z) = (Some(step.beta), Some(step.alpha), Some(step.z()));
    } else {
        let line =
            both(setup.window).and_then(|(y, x)| if setup.method == Method::Ols { ols(&y, &x) } else { huber(&y, &x) }.ok());
        if let Some(line) = line {
            (point.beta, point.alpha, point.r2) = (Some(line.beta), Some(line.alpha), line.r2);
            point.z = both(setup.z)
                .and_then(|(y, x)| z_score(&y.iter().zip(&x).map(|(y, x)| y - line.beta * x).collect::<Vec<_>>()).ok());
        }
    }
    point.spread = point.beta.map(|beta| y[at] - beta * x[at]);
    point
}

fn check(setup: &PairSetup, course: &Course, bars: &[Joined]) {
    assert_eq!(course.len(), bars.len());
    let mut rule = Rule::new(setup);
    for (at, point) in course.iter().enumerate() {
        let scratch = from_scratch(setup, bars, at);
        for (name, a, b) in [
            ("beta", point.beta, scratch.beta),
            ("alpha", point.alpha, scratch.alpha),
            ("r2", point.r2, scratch.r2),
            ("spread", point.spread, scratch.spread),
            ("z", point.z, scratch.z),
            ("corr", point.corr, scratch.corr),
        ] {
            assert!(close(a, b, 1e-8), "{name} {a:?} {b:?} at {at} of {setup}");
        }
        let mark = if at + 1 < setup.window { None } else { rule.step(point.z) };
        assert_eq!(point.mark, mark, "at {at}");
    }
    assert_eq!(course.signal(), rule.signal());
}

#[test]
fn rolling_figures_are_those_of_the_definitions() {
    let bars = bars(1, 700);
    for method in Method::ALL {
        for (window, z, returns) in [(100, 20, true), (30, 60, false), (10, 5, true)] {
            let setup = PairSetup { returns, ..setup(method, window, z) };
            check(&setup, &Course::of(setup, &bars), &bars);
        }
    }
}

#[test]
fn legs_that_hardly_differ_and_legs_that_stand_still() {
    let mut noise = Noise(3);
    let mut still = bars(2, 400);
    for (i, bar) in still.iter_mut().enumerate() {
        match i {
            100..160 => bar.x = 61_000.0,
            200..240 => bar.y = 3_000.0,
            // The same line but for a cent.
            240..400 => bar.y = 0.05 * bar.x + 0.01 * noise.next(),
            _ => {}
        }
    }
    for method in [Method::Ols, Method::Kalman] {
        let setup = setup(method, 50, 20);
        let course = Course::of(setup, &still);
        assert_eq!(course.get(155).unwrap().beta.is_none(), method == Method::Ols, "x stands still");
        check(&setup, &course, &still);
    }
    let line: Vec<Joined> = bars(4, 80).iter().map(|bar| Joined { y: 2.0 * bar.x, ..*bar }).collect();
    let course = Course::of(setup(Method::Ols, 20, 10), &line);
    assert!(course.last().unwrap().beta.is_some());
    assert!(course.iter().all(|point| point.z.is_none()), "what is left of a line is rounding, not a spread");
    assert!(course.latest().z.is_err() && course.latest().coint.is_err());
}

#[test]
fn huber_is_filled_newest_first_in_pieces() {
    let bars = bars(5, 300);
    let setup = setup(Method::Huber, 40, 20);
    let mut course = Course::new(setup);
    for bar in &bars {
        course.push_later(bar.at, bar.y, bar.x);
    }
    assert!(!course.is_filled() && course.last().unwrap().beta.is_none());
    assert!(!course.work(40));
    assert!(course.last().unwrap().z.is_some(), "the newest first");
    assert!(course.get(298).unwrap().beta.is_none());
    // What closes meanwhile is there at once.
    let mut noise = Noise(9);
    let more: Vec<Joined> = (300..310)
        .map(|i| Joined { at: Nanos::from_secs(60 * i), y: 3_200.0 + noise.next(), x: 60_000.0 + 20.0 * noise.next() })
        .collect();
    let mut pieces = 1;
    for bar in &more {
        course.push_later(bar.at, bar.y, bar.x);
        assert!(course.last().unwrap().beta.is_some());
    }
    while !course.work(1_000) {
        pieces += 1;
    }
    assert_eq!(pieces, 1 + (300 - 39 - 1) / 25);
    assert!(course.work(0));
    check(&setup, &course, &[bars, more].concat());
}

#[test]
fn the_filter_may_not_trade_before_it_has_seen_a_window() {
    let course = Course::of(setup(Method::Kalman, 100, 20), &bars(6, 300));
    assert!(course.get(0).unwrap().z.is_some());
    assert!(course.iter().take(99).all(|point| point.mark.is_none()));
}

#[test]
fn a_trade_is_marked_where_it_begins_and_ends() {
    let mut noise = Noise(8);
    let mut bars: Vec<Joined> = (0..200)
        .map(|i| {
            let x = 100.0 + f64::from(i % 17) + noise.next();
            Joined { at: Nanos(i64::from(i)), y: 2.0 * x + 0.2 * noise.next(), x }
        })
        .collect();
    bars[150].y += 0.6;
    let course = Course::of(setup(Method::Ols, 100, 20), &bars);
    assert_eq!(course.get(150).unwrap().mark, Some(Mark::EnterShort));
    let end = course.iter().skip(151).find_map(|point| point.mark);
    assert_eq!(end, Some(Mark::Exit));
    assert_eq!(course.signal(), Signal::Flat);
}

#[test]
fn the_last_bar_says_the_same_from_the_definitions() {
    for method in Method::ALL {
        let course = Course::of(setup(method, 100, 20), &bars(7, 400));
        let (point, latest) = (course.last().unwrap(), course.latest());
        let line = latest.line.unwrap();
        assert!(close(Some(line.beta), point.beta, 1e-9) && close(Some(line.alpha), point.alpha, 1e-9));
        assert!(close(latest.spread.ok(), point.spread, 1e-9) && close(latest.z.ok(), point.z, 1e-8));
        assert!(close(latest.corr.ok(), point.corr, 1e-9) && close(line.r2, point.r2, 1e-9));
        assert_eq!(line.n, if method == Method::Kalman { 400 } else { 100 });
        assert!(latest.half_life.is_ok() && latest.adf.is_ok() && latest.coint.is_ok());
        assert_eq!(course.spreads().len(), 100);
    }
    let short = Course::of(setup(Method::Ols, 100, 20), &bars(7, 60)).latest();
    for why in [short.line.err(), short.half_life.err(), short.adf.err(), short.coint.err(), short.z.err(), short.spread.err()] {
        assert_eq!(why.unwrap().to_string(), "60 of 100 bars");
    }
    assert!(short.corr.is_ok());
    assert_eq!(Course::new(PairSetup::default()).latest().at, None);
}

fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        Just(f64::NAN),
        Just(0.0),
        Just(1e-300),
        Just(1e300),
        Just(100.0),
        1.0..200.0_f64,
        1.0..200.0_f64,
        Just(-5.0),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_that_is_no_number_comes_out(closes in proptest::collection::vec((wild(), wild()), 0..120), method in 0_usize..3, returns: bool) {
        let setup = PairSetup { returns, ..setup(Method::ALL[method], 10, 5) };
        let mut course = Course::new(setup);
        for (i, (y, x)) in closes.iter().enumerate() {
            let at = Nanos(i as i64);
            let preview = course.preview(at, *y, *x);
            let before = course.len();
            course.push(at, *y, *x);
            prop_assert_eq!(preview, if course.len() > before { course.last() } else { None });
            course.push(at, 1.0, 1.0);
        }
        prop_assert!(course.len() <= closes.len());
        for point in course.iter() {
            for value in [point.beta, point.alpha, point.r2, point.spread, point.z, point.corr].into_iter().flatten() {
                prop_assert!(value.is_finite());
            }
            prop_assert!(point.corr.is_none_or(|r| (-1.0..=1.0).contains(&r)) && point.r2.is_none_or(|r| (0.0..=1.0).contains(&r)));
        }
        let latest = course.latest();
        let numbers = [latest.spread.ok(), latest.z.ok(), latest.half_life.ok(), latest.corr.ok(), latest.coint.ok().map(|c| c.stat), latest.adf.ok().map(|a| a.stat)];
        prop_assert!(numbers.into_iter().flatten().all(f64::is_finite));
    }

    #[test]
    fn what_is_let_go_in_front_changes_nothing_behind(drops in proptest::collection::vec(0_usize..40, 1..12), method in 0_usize..3, window in 10_usize..80) {
        let setup = setup(Method::ALL[method], window, 20);
        let bars = bars(11, 40 * drops.len());
        let whole = Course::of(setup, &bars);
        let mut course = Course::new(setup);
        let mut gone = 0;
        for (drop, bars) in drops.iter().zip(bars.chunks(40)) {
            for bar in bars {
                course.push(bar.at, bar.y, bar.x);
            }
            gone += drop.min(&course.len());
            course.drop_front(*drop);
        }
        prop_assert_eq!(course.len(), bars.len() - gone);
        prop_assert_eq!(course.seen(), bars.len());
        prop_assert!(course.iter().eq(whole.iter().skip(gone)));
        prop_assert_eq!(course.position(Nanos::from_secs(60 * gone as i64)), 0);
        prop_assert_eq!(course.latest().line, whole.latest().line);
    }
}
