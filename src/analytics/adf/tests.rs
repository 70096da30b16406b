use super::factor::Factor;
use super::gram::Gram;
use super::{Sample, Solver, Trend};
use rand::{RngExt as _, SeedableRng as _};

/// A series whose changes are filtered `times` times by a memory, around `far`, in steps of `size`.
fn series(random: &mut rand_pcg::Pcg64, length: usize, memory: f64, times: usize, far: f64, size: f64) -> Vec<f64> {
    let mut stages = vec![0.0; times + 1];
    (0..length)
        .map(|_| {
            let mut value = random.random::<f64>() - 0.5;
            for stage in &mut stages {
                *stage = memory * *stage + value;
                value = *stage;
            }
            far + size * value
        })
        .collect()
}

#[test]
fn both_ways_to_the_factor_lead_to_the_same_statistic() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(1);
    let mut solver = Solver::default();
    let (mut worst, mut compared) = (0.0_f64, 0);
    for memory in [0.0, 0.5, 0.9, 0.99, 1.0] {
        for times in 0..4 {
            for (far, size) in [(0.0, 1.0), (1e5, 1e-2), (-3e-7, 1e-9), (1e9, 1e3)] {
                for length in [21, 50, 300, 1_000, 4_000] {
                    let series = series(&mut random, length, memory, times, far, size);
                    // Without a constant a level far away is a constant itself; residuals are not there.
                    for trend in if far == 0.0 { &[Trend::Constant, Trend::None][..] } else { &[Trend::Constant] } {
                        let (fast, sure) = (solver.search(&series, *trend, false), solver.search(&series, *trend, true));
                        let (Ok(fast), Ok(sure)) = (fast, sure) else {
                            assert_eq!(fast, sure, "{memory} {times} {far} {length}");
                            continue;
                        };
                        assert_eq!((fast.lags, fast.n), (sure.lags, sure.n), "{memory} {times} {far} {length}");
                        let error = (fast.stat - sure.stat).abs() / sure.stat.abs().max(0.1);
                        worst = worst.max(error);
                        compared += 1;
                    }
                }
            }
        }
    }
    println!("{compared} compared, worst {worst:.1e}");
    assert!(worst < 1e-8 && compared > 400, "{worst:.1e} of {compared}");
}

#[test]
fn sums_of_products_are_left_where_columns_are_almost_alike() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(2);
    let mut by_sums = |memory: f64, times: usize| {
        let level = series(&mut random, 1_000, memory, times, 0.0, 1.0);
        let change: Vec<f64> = level.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let sample = Sample { level: &level, change: &change, trend: Trend::Constant };
        Gram::default().search(&sample, 22, &mut Factor::default())
    };
    assert!(by_sums(0.0, 0) && by_sums(0.9, 0) && by_sums(1.0, 0), "what prices are like is fast");
    assert!(!by_sums(0.99, 3));
}

#[test]
fn a_lag_that_adds_nothing_is_passed_over() {
    // One step in a still price: the lags before it are columns of zeros.
    let mut series = vec![5.0; 60];
    series[58..].copy_from_slice(&[6.0, 6.5]);
    let found = Solver::default().adf(&series);
    assert!(found.is_ok_and(|test| test.stat.is_finite()) || found == Err(super::Undefined::Deterministic), "{found:?}");
}

#[test]
fn a_solver_does_not_remember_the_series_before() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(3);
    let long = series(&mut random, 500, 0.99, 2, 10.0, 1.0);
    let short = series(&mut random, 60, 0.9, 0, 10.0, 1.0);
    let mut used = Solver::default();
    used.adf(&long).unwrap();
    assert_eq!(used.adf(&short), super::adf(&short));
    assert_eq!(used.adf(&long), super::adf(&long));
}
