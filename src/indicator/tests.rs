use super::*;
use crate::domain::Nanos;
use proptest::prelude::*;

/// The z-score as pandas would have it: `rolling(300, min_periods=30)`.
fn plainly(values: &[f64]) -> Option<f64> {
    let window = &values[values.len().saturating_sub(WINDOW)..];
    let n = window.len() as f64;
    let mean = window.iter().sum::<f64>() / n;
    let sd = (window.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    (window.len() >= LEAST_SAMPLES && sd > 0.0).then(|| (values[values.len() - 1] - mean) / sd)
}

proptest! {
    #[test]
    fn z_scores_are_those_of_the_window(values in proptest::collection::vec(-1e6..1e6_f64, 1..700)) {
        let mut zscore = ZScore::default();
        for end in 1..=values.len() {
            match (zscore.push(values[end - 1]), plainly(&values[..end])) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} {b}"),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn sums_over_a_look_back_are_those_of_its_entries(
        entries in proptest::collection::vec((0..400_000_000_i64, any::<i64>()), 1..300),
        length in 1..3_000_000_000_i64,
    ) {
        let mut window = TimeWindow::<1>::new(Nanos(length));
        let mut at = 0;
        let mut all = Vec::new();
        for (gap, figure) in entries {
            at += gap;
            all.push((at, i128::from(figure)));
            window.push(Nanos(at), [i128::from(figure)]);
            let wanted: i128 = all.iter().filter(|(then, _)| *then >= at - length).map(|(_, figure)| figure).sum();
            prop_assert_eq!(window.sums(Nanos(at)), [wanted]);
        }
    }

    #[test]
    fn a_sum_forgets_what_was_huge(large in 1e6..1e20_f64, small in proptest::collection::vec(-1.0..1.0_f64, 1..50)) {
        let mut sum = Sum::default();
        for value in &small {
            sum.add(*value);
        }
        sum.add(large);
        sum.add(-large);
        let plain: f64 = small.iter().sum();
        prop_assert!((sum.value() - plain).abs() <= 1e-12 * small.len() as f64);
    }

    #[test]
    fn weighted_means_do_not_depend_on_how_they_are_grouped(
        values in proptest::collection::vec((1.0..1e13_f64, 1..1_000_000_000_i128), 1..80),
        cut in 0..80_usize,
    ) {
        let gather = |values: &[(f64, i128)]| {
            let mut gathered = Weighted::default();
            for (value, weight) in values {
                gathered.add(*value, *weight);
            }
            gathered
        };
        let whole = gather(&values);
        let (head, tail) = values.split_at(cut.min(values.len()));
        let mut joined = gather(head);
        joined.join(&gather(tail));
        prop_assert_eq!(whole.weight(), joined.weight());
        prop_assert!((whole.mean() - joined.mean()).abs() <= 1e-12 * whole.mean());
        prop_assert!((whole.deviation() - joined.deviation()).abs() <= 1e-9 * whole.deviation().max(1e-3 * whole.mean()));
    }
}

#[test]
fn what_does_not_vary_has_no_z_score() {
    let mut zscore = ZScore::default();
    assert!((0..400).all(|_| zscore.push(0.1 + 0.2).is_none()));
    assert_eq!((zscore.len(), zscore.push(f64::NAN), zscore.len()), (300, None, 300));
    assert!(zscore.push(0.31).is_some_and(|z| z > 17.0));
}

#[test]
fn the_oscillator_is_the_share_of_the_normal_distribution_below() {
    for (z, share) in [(0.0, 50.0), (1.0, 84.134_474_606_854_3), (-1.0, 15.865_525_393_145_7), (3.0, 99.865_010_196_836_98)] {
        assert!((oscillator(z) - share).abs() < 1e-10, "{z}");
    }
    assert_eq!((oscillator(-60.0), oscillator(60.0)), (0.0, 100.0));
}

#[test]
fn readings_are_finite() {
    assert_eq!(Reading::new(f64::NAN), None);
    assert_eq!(Reading::new(f64::INFINITY), None);
    let reading = Reading::with(-0.0, &[1.0, f64::NAN]).unwrap();
    assert!(reading.value().is_sign_positive());
    assert_eq!((reading.extra(0), reading.extra(1), reading.extra(9)), (Some(1.0), None, None));
}

#[test]
fn reasons_read_as_sentences() {
    let at = Nanos::from_secs(1_722_945_783);
    assert_eq!(Lack::WarmingUp(12, 50, "buckets").to_string(), "warming up 12/50 buckets");
    assert_eq!(Lack::BookLost(at, "updates are missing".into()).to_string(), "book out of sync since 12:03:03");
    assert_eq!(Lack::LinkDown(at, "trades").to_string(), "trades lost since 12:03:03");
    assert_eq!(Lack::Waiting("a trade").to_string(), "waiting for a trade");
}
