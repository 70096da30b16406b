//! What holds of the statistics of pairs for every input.

use super::adf::{Adf, adf};
use super::cointegration::coint;
use super::correlation::{correlation, log_returns};
use super::huber::huber;
use super::kalman::Kalman;
use super::regression::ols;
use super::reversion::half_life;
use super::summary::{annualised_volatility, summary, z_score};
use super::undefined::Undefined;
use proptest::prelude::*;

/// Anything a slice of numbers can hold, often what goes wrong: not a number, enormous, tiny, the same again.
fn anything() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![
        4 => proptest::num::f64::ANY,
        4 => -1e3..1e3,
        1 => prop::sample::select(vec![0.0, -0.0, 1e300, -1e300, 1e-300, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY]),
    ];
    let finite = prop_oneof![
        Just(1e5).boxed(),
        (1e5..1e5 + 1e-6).boxed(),
        (-1e140..1e140).boxed(),
        (-1e-150..1e-150).boxed(),
        prop::sample::select(vec![0.0, 1.0, 1e139, 1e-139, -1e154, 1e20]).boxed(),
        (0..3_i32).prop_map(f64::from).boxed(),
    ];
    prop_oneof![
        prop::collection::vec(value, 0..60),
        prop::collection::vec(finite, 0..60),
        (0..3_usize, -10.0..10.0, 0..60_usize)
            .prop_map(|(power, step, length)| { (0..length).map(|i| step * (i as f64).powi(power as i32)).collect() }),
    ]
}

/// A series that wanders or reverts, of numbers as prices are.
fn ordinary(least: usize) -> impl Strategy<Value = Vec<f64>> {
    (0.0..1.0, prop::collection::vec(-1.0..1.0, least..150)).prop_map(|(memory, steps)| {
        let mut level = 0.0;
        steps
            .into_iter()
            .map(|step: f64| {
                level = memory * level + step;
                level
            })
            .collect()
    })
}

fn two(least: usize) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    (ordinary(least), ordinary(least)).prop_map(|(mut a, mut b)| {
        let length = a.len().min(b.len());
        a.truncate(length);
        b.truncate(length);
        (a, b)
    })
}

/// The statistic of the same series told in other units is the same, but for rounding: nearly no residual is all rounding.
fn same(a: Adf, b: Adf) -> Result<(), TestCaseError> {
    if (a.lags, a.n) == (b.lags, b.n) {
        prop_assert!((a.stat - b.stat).abs() <= 1e-6 * a.stat.abs().max(1.0), "{} {}", a.stat, b.stat);
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_that_is_not_a_number_comes_out(a in anything(), b in anything()) {
        let length = a.len().min(b.len());
        for (y, x) in [(&a[..], &b[..]), (&a[..length], &b[..length])] {
            for line in [ols(y, x), huber(y, x)].into_iter().flatten() {
                prop_assert!(line.beta.is_finite() && line.alpha.is_finite() && line.r2.is_none_or(|r2| (0.0..=1.0).contains(&r2)));
            }
            if let Ok(value) = correlation(y, x) {
                prop_assert!((-1.0..=1.0).contains(&value));
            }
            if let Ok(test) = coint(y, x) {
                prop_assert!(test.stat.is_finite() && (0.0..=1.0).contains(&test.p) && test.crit.iter().all(|c| c.is_finite()));
            }
            let mut filter = Kalman::default();
            for (y, x) in y.iter().zip(x) {
                let before = filter;
                if let Some(step) = filter.update(*y, *x) {
                    let numbers = [step.beta, step.alpha, step.error, step.deviation, step.z()];
                    prop_assert!(numbers.iter().all(|v| v.is_finite()) && step.deviation > 0.0);
                } else {
                    prop_assert_eq!(before, filter);
                }
            }
        }
        if let Ok(test) = adf(&a) {
            prop_assert!(test.stat.is_finite() && (0.0..=1.0).contains(&test.p) && test.crit.iter().all(|c| c.is_finite()));
            prop_assert!(test.n + test.lags + 1 == a.len());
        }
        if let Ok(bars) = half_life(&a) {
            prop_assert!(bars.is_finite() && bars > 0.0);
        }
        if let Ok(z) = z_score(&a) {
            prop_assert!(z.is_finite());
        }
        if let Ok(volatility) = annualised_volatility(&a, 525_600.0) {
            prop_assert!(volatility.is_finite() && volatility >= 0.0);
        }
        if let Ok(s) = summary(&a) {
            let numbers = [s.mean, s.sd, s.min, s.max, s.skew.unwrap_or(0.0), s.kurtosis.unwrap_or(0.0)];
            prop_assert!(numbers.iter().all(|v| v.is_finite()) && s.sd >= 0.0 && (s.min..=s.max).contains(&s.mean));
        }
    }

    #[test]
    fn a_line_is_found_again(x in ordinary(5), alpha in -1e3..1e3_f64, beta in prop_oneof![0.01..10.0_f64, -10.0..-0.01_f64]) {
        let y: Vec<f64> = x.iter().map(|x| alpha + beta * x).collect();
        for line in [ols(&y, &x).unwrap(), huber(&y, &x).unwrap()] {
            // A line is as steep as its digits tell: α takes some away from where x hardly moves.
            let digits = 1e-13 * (f64::abs(alpha) + 1.0) / summary(&x).unwrap().sd;
            prop_assert!((line.beta - beta).abs() <= digits * 10.0 && (line.alpha - alpha).abs() <= digits * 1e3, "{line:?}");
        }
        prop_assert_eq!(coint(&y, &x), Err(Undefined::Collinear));
        prop_assert!((correlation(&y, &x).unwrap() - beta.signum()).abs() < 1e-9);
    }

    #[test]
    fn the_unit_root_test_does_not_depend_on_units(series in ordinary(5), shift in -1e3..1e3, scale in 1e-3..1e3) {
        let other: Vec<f64> = series.iter().map(|value| shift + scale * value).collect();
        match (adf(&series), adf(&other)) {
            // Below twenty bars the most lags leave one observation, whose residual may be rounding alone.
            (Ok(a), Ok(b)) if series.len() >= 20 && scale > 0.1 => same(a, b)?,
            (Ok(_), Ok(_)) => {}
            (a, b) => prop_assert!(a.is_err() && b.is_err() || series.len() < 20, "{a:?} {b:?}"),
        }
    }

    #[test]
    fn cointegration_does_not_depend_on_units((y, x) in two(30), scale in 0.1..100.0, shift in -100.0..100.0) {
        let other_y: Vec<f64> = y.iter().map(|value| shift + scale * value).collect();
        let other_x: Vec<f64> = x.iter().map(|value| value / scale - shift).collect();
        let (a, b) = (coint(&y, &x).unwrap(), coint(&other_y, &other_x).unwrap());
        prop_assert_eq!(a.crit, b.crit);
        if a.lags == b.lags {
            prop_assert!((a.stat - b.stat).abs() <= 1e-6 * a.stat.abs().max(1.0), "{} {}", a.stat, b.stat);
        }
    }

    #[test]
    fn correlation_is_symmetric_and_without_units((a, b) in two(5), scale in 0.01..100.0, shift in -100.0..100.0) {
        let value = correlation(&a, &b).unwrap();
        prop_assert!((value - correlation(&b, &a).unwrap()).abs() < 1e-14);
        let other: Vec<f64> = b.iter().map(|value| shift - scale * value).collect();
        prop_assert!((value + correlation(&a, &other).unwrap()).abs() < 1e-9);
    }

    #[test]
    fn a_series_half_as_far_each_bar_has_a_half_life_of_one_bar_less(length in 5..40_usize, start in 0.1..100.0) {
        // s − s₋₁ = −s₋₁/2: λ is −½ and the half-life 2·ln 2.
        let series: Vec<f64> = (0..length).map(|i| start * 0.5_f64.powi(i as i32)).collect();
        prop_assert!((half_life(&series).unwrap() - 2.0 * std::f64::consts::LN_2).abs() < 1e-9);
    }
}

#[test]
fn what_is_degenerate_says_why() {
    let line: Vec<f64> = (0..50).map(f64::from).collect();
    let same = [7.1; 50];
    let wave: Vec<f64> = (0..50).map(|i| f64::from(i * i % 7)).collect();
    let mut hole = wave.clone();
    hole[37] = f64::NAN;

    assert_eq!(ols(&wave, &same), Err(Undefined::ConstantX));
    assert_eq!(huber(&same, &wave), Err(Undefined::ConstantY));
    assert_eq!(ols(&wave[..2], &line[..2]), Err(Undefined::TooShort { have: 2, need: 3 }));
    assert_eq!(ols(&wave[..9], &line), Err(Undefined::TooShort { have: 9, need: 50 }));
    assert_eq!(ols(&hole, &line), Err(Undefined::NotFinite { at: 37 }));
    assert_eq!(correlation(&same, &wave), Err(Undefined::ConstantX));
    assert_eq!(z_score(&same), Err(Undefined::Constant));
    assert_eq!(adf(&same), Err(Undefined::Constant));
    assert_eq!(adf(&line), Err(Undefined::Deterministic));
    assert_eq!(adf(&wave[..4]), Err(Undefined::TooShort { have: 4, need: 5 }));
    assert_eq!(coint(&line, &line), Err(Undefined::Collinear));
    assert_eq!(coint(&wave[..10], &line[..10]), Err(Undefined::TooShort { have: 10, need: 11 }));
    assert_eq!(half_life(&line), Err(Undefined::NotReverting { lambda: 0.0 }));
    assert_eq!(half_life(&same), Err(Undefined::Constant));
    assert!(matches!(half_life(&[1.0, 2.0, 4.0, 8.0, 16.5]), Err(Undefined::NotReverting { lambda }) if lambda > 1.0));
    assert_eq!(summary(&[1e200, 0.0]), Err(Undefined::OutOfRange));
    assert_eq!(annualised_volatility(&[1.0, 2.0, 3.0], 0.0), Err(Undefined::OutOfRange));
    assert_eq!(log_returns(&[1.0]), [0.0; 0]);
    assert_eq!(Undefined::TooShort { have: 60, need: 100 }.to_string(), "60 of 100 bars");
    assert_eq!(Undefined::NotReverting { lambda: 0.001 }.to_string(), "does not revert (slope 1.00e-3)");
}

#[test]
fn a_line_through_most_bars_exactly_is_hubers_line() {
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| if *x == 11.0 { 90.0 } else { 3.0 + 2.0 * x }).collect();
    let line = huber(&y, &x).unwrap();
    assert!((line.beta - 2.0).abs() < 1e-6 && (line.alpha - 3.0).abs() < 1e-5, "{line:?}");
    assert!((ols(&y, &x).unwrap().beta - 2.0).abs() > 0.05);
}

#[test]
fn a_filter_that_may_not_change_is_least_squares_in_the_end() {
    // With δ = 0 the state begins at 0 and is sure of it: nothing is ever learnt.
    let mut still = Kalman::new(0.0, 1e-3);
    assert_eq!(still.update(10.0, 2.0).unwrap().beta, 0.0);
    // Out of range and not a number are taken to what is nearest.
    assert!(Kalman::new(f64::NAN, -1.0).update(1.0, 1.0).is_some());
    assert!(Kalman::new(2.0, f64::INFINITY).update(1.0, 1.0).is_none_or(|step| step.z().is_finite()));
    let mut filter = Kalman::default();
    let bars = (0..5_000).map(|i| 50.0 + f64::from(i * 37 % 101));
    let last = bars.map(|x| filter.update(4.0 + 1.5 * x, x).unwrap()).last().unwrap();
    assert!((last.beta - 1.5).abs() < 1e-3 && last.error.abs() < 0.01, "{last:?}");
    assert_eq!(filter.update(f64::NAN, 1.0), None);
}
