#![allow(clippy::unwrap_used)]

use super::hits;
use super::ranks::{self, Order, Places, spearman};
use super::{Missing, deciles, forward, hac, student};
use proptest::prelude::*;

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

/// Samples, some missing, many equal.
fn samples(length: usize) -> impl Strategy<Value = Vec<Option<f64>>> {
    let sample = prop_oneof![
        6 => (-1e6..1e6).prop_map(Some),
        3 => (-3..3_i32).prop_map(|n| Some(f64::from(n))),
        1 => Just(None),
        1 => Just(Some(f64::NAN)),
        1 => Just(Some(f64::INFINITY)),
    ];
    prop::collection::vec(sample, length)
}

fn pair() -> impl Strategy<Value = (Vec<Option<f64>>, Vec<Option<f64>>, usize)> {
    (3..120_usize, 1..40_usize).prop_flat_map(|(length, overlap)| (samples(length), samples(length), Just(overlap)))
}

#[test]
fn equal_values_share_their_average_rank() {
    let series = some(&[3.0, 1.0, 3.0, -0.0, 0.0, 9.0]);
    let mut ranks = Vec::new();
    let n = Order::new(&series).centred_ranks(&Places::of(&series), &mut ranks);
    assert_eq!((n, ranks), (6, vec![1.0, -0.5, 1.0, -2.0, -2.0, 2.5]));
}

#[test]
fn what_never_changes_has_no_correlation_and_says_so() {
    let (flat, rising) = (some(&[5.0; 8]), some(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]));
    assert_eq!(spearman(&flat, &rising, 1), Err(Missing::ConstantSignal));
    assert_eq!(spearman(&rising, &flat, 1), Err(Missing::ConstantReturns));
    assert_eq!(spearman(&rising[..2], &rising[..2], 1), Err(Missing::TooFew(2, 3)));
    assert_eq!(Missing::TooFew(43, 100).to_string(), "too little data: 43 of 100 samples needed");
    let same = spearman(&rising, &rising, 1).unwrap();
    assert_eq!((same.rho, same.t, same.p), (1.0, None, Some(0.0)));
}

#[test]
fn forward_returns_look_ahead_only_and_never_over_a_gap() {
    let mids = [Some(100.0), Some(101.0), None, Some(102.0), Some(103.0), Some(0.0), Some(104.0)];
    let ln = |to: f64, from: f64| Some((to / from).ln());
    assert_eq!(forward::returns(&mids, 1), [ln(101.0, 100.0), None, None, ln(103.0, 102.0), None, None, None]);
    assert_eq!(forward::returns(&mids, 2), [None; 7]);
    assert_eq!(forward::returns(&mids, 0), [None; 7]);
    // Nothing before a sample is in its return.
    let mut other = mids;
    other[3] = Some(1.0);
    assert_eq!(forward::returns(&other, 1)[4..], forward::returns(&mids, 1)[4..]);
}

#[test]
fn overlap_makes_a_mean_less_sure() {
    // A wave of five up and five down, known by heart: all of it hangs together.
    let slow: Vec<f64> = (0..200).map(|i| if i / 5 % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let (alone, together) = (hac::mean(&some(&slow), 1).unwrap(), hac::mean(&some(&slow), 5).unwrap());
    assert_eq!((alone.n, alone.mean), (200, 0.0));
    assert!((alone.error - 1.0 / 200.0_f64.sqrt()).abs() < 1e-12);
    // 1 + 2·(0.8·0.6 + 0.6·0.2 − 0.4·0.2 − 0.2·0.6), but for the ends.
    assert!((together.error / alone.error - 1.8_f64.sqrt()).abs() < 0.02, "{}", together.error / alone.error);
    assert_eq!(hac::mean(&[None, None], 3), None);
}

#[test]
fn medians_and_hits_leave_out_what_points_nowhere() {
    assert_eq!(hits::median([1.0, 2.0, 4.0].into_iter()), Some(2.0));
    assert_eq!(hits::median([1.0, 2.0, 4.0, 9.0].into_iter()), Some(3.0));
    assert_eq!(hits::median(std::iter::empty()), None);
    let signal = [Some(1.0), Some(2.0), Some(3.0), Some(4.0), None, Some(5.0)];
    let returns = [Some(-1.0), Some(1.0), Some(1.0), Some(0.0), Some(1.0), Some(-1.0)];
    // From 2: below and down, at it, above and up, unmoved, missing, above and down.
    let rate = hits::rate(&signal, &returns, 2.0, 1).unwrap();
    assert_eq!((rate.n, rate.mean), (3, 2.0 / 3.0));
    assert_eq!(hits::rate(&signal[..1], &returns[..1], 1.0, 1), None);
}

#[test]
fn chances_without_freedom_are_certain() {
    assert_eq!((student::two_sided(3.0, 0.0), student::two_sided(f64::NAN, 3.0)), (1.0, 1.0));
    assert_eq!(student::two_sided(f64::INFINITY, 3.0), 0.0);
    assert_eq!(student::two_sided(0.0, 3.0), 1.0);
}

proptest! {
    #[test]
    fn a_correlation_is_bounded_finite_and_symmetric((x, y, overlap) in pair()) {
        let found = spearman(&x, &y, overlap);
        match (found, spearman(&y, &x, overlap)) {
            (Ok(a), Ok(b)) => {
                prop_assert!((a.rho - b.rho).abs() < 1e-12);
                prop_assert!((-1.0..=1.0).contains(&a.rho));
                prop_assert!(a.effective_n > 0.0 && a.effective_n <= a.n as f64);
                prop_assert!(a.t.is_none_or(f64::is_finite) && a.p.is_none_or(|p| (0.0..=1.0).contains(&p)));
                prop_assert_eq!(a.t.is_some_and(|t| t != 0.0), a.rho != 0.0 && a.t.is_some());
            }
            (Err(Missing::TooFew(a, _)), Err(Missing::TooFew(b, _))) => prop_assert_eq!(a, b),
            (Err(_), Err(_)) => {}
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn only_the_order_of_values_matters((x, y, overlap) in pair()) {
        // Strictly rising, and exact on these numbers: halving and adding lose nothing there.
        let stretch = |v: &Option<f64>| v.map(|v| if v > 0.0 { v * 4.0 } else { v / 2.0 });
        let stretched: Vec<_> = x.iter().map(stretch).collect();
        prop_assert_eq!(spearman(&stretched, &y, overlap), spearman(&x, &y, overlap));
        let turned: Vec<_> = x.iter().map(|v| v.map(|v| -v)).collect();
        if let (Ok(a), Ok(b)) = (spearman(&x, &y, overlap), spearman(&turned, &y, overlap)) {
            prop_assert_eq!(a.rho, -b.rho);
            prop_assert_eq!(a.effective_n, b.effective_n);
        }
    }

    #[test]
    fn windows_are_bartletts_kernel(d in prop::collection::vec(-10.0..10.0_f64, 1..60), m in 1..80_usize) {
        let mut slow = 0.0;
        for (t, a) in d.iter().enumerate() {
            for (s, b) in d.iter().enumerate() {
                slow += (1.0 - t.abs_diff(s) as f64 / m as f64).max(0.0) * a * b;
            }
        }
        let fast = hac::windowed(d.iter().copied(), m);
        prop_assert!(fast >= 0.0);
        prop_assert!((fast - slow).abs() < 1e-8 * (1.0 + slow.abs()), "{} {}", fast, slow);
    }

    #[test]
    fn deciles_hold_every_pair_once((x, y, overlap) in pair()) {
        let (order, places) = (Order::new(&x), Places::of(&y));
        let mut centred = Vec::new();
        let n = order.centred_ranks(&places, &mut centred);
        let split = deciles::split(&x, &centred, &y, n, overlap);
        let groups: Vec<_> = split.groups.iter().flatten().collect();
        prop_assert_eq!(groups.iter().map(|group| group.mean.n).sum::<usize>(), n);
        for pair in groups.windows(2) {
            prop_assert!(pair[0].high < pair[1].low);
        }
        for group in groups {
            prop_assert!(group.mean.mean.is_finite() && group.mean.error.is_finite() && group.mean.error >= 0.0);
        }
    }

    #[test]
    fn what_was_shuffled_correlates_only_by_chance(seed in 0..1_000_u64) {
        use rand::{RngExt as _, SeedableRng as _, seq::SliceRandom as _};
        let mut random = rand_pcg::Pcg64::seed_from_u64(seed);
        let x: Vec<_> = (0..500).map(|_| Some(random.random::<f64>())).collect();
        let mut y = x.clone();
        y.shuffle(&mut random);
        // 5.5 standard deviations: one in tens of millions.
        let found = ranks::spearman(&x, &y, 1).unwrap();
        prop_assert!(found.rho.abs() < 5.5 / 499.0_f64.sqrt(), "{}", found.rho);
    }
}
