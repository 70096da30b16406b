//! What the statistics of pairs cost, and beside them statsmodels on the same series in the same run, where `python3` has it.
//!
//! `cargo bench --bench pairs`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use divan::{Bencher, black_box};
use rand::{RngExt as _, SeedableRng as _};
use rtai_tui::analytics::adf::Solver;
use rtai_tui::analytics::cointegration::Pair;
use rtai_tui::analytics::huber::Huber;
use rtai_tui::analytics::kalman::Kalman;
use rtai_tui::analytics::regression::ols;
use rtai_tui::analytics::reversion::half_life;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A wandering x, and y bound to it by a spread with memory.
fn pair(n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = rand_pcg::Pcg64::seed_from_u64(n as u64);
    let mut noise = || (0..4).map(|_| random.random::<f64>()).sum::<f64>() - 2.0;
    let (mut x, mut spread) = (3_000.0, 0.0);
    (0..n)
        .map(|_| {
            x += noise();
            spread = 0.95 * spread + 0.1 * noise();
            (20.0 + 0.06 * x + spread, x)
        })
        .unzip()
}

/// The spread of a pair.
fn spread(n: usize) -> Vec<f64> {
    let (y, x) = pair(n);
    y.iter().zip(&x).map(|(y, x)| y - 0.06 * x).collect()
}

/// A series whose changes are so alike that sums of products do not do.
fn smooth(n: usize) -> Vec<f64> {
    let (mut push, mut speed, mut level) = (0.0, 0.0, 0.0);
    let steps = pair(n).1;
    let step = |pair: &[f64]| {
        push = 0.98 * push + (pair[1] - pair[0]);
        speed = 0.98 * speed + push;
        level += speed;
        level
    };
    steps.windows(2).map(step).collect()
}

/// One comparison: what it is called, how often Python is to repeat it, what it does there, and on how many bars.
const COMPARED: &[(&str, usize, &str)] = &[
    ("ADF by AIC, 500 bars", 500, "adfuller(s, autolag='AIC')"),
    ("ADF by AIC, 1,000 bars", 1_000, "adfuller(s, autolag='AIC')"),
    ("cointegration, 500 bars", 500, "coint(y, x)"),
    ("cointegration, 40,320 bars", 40_320, "coint(y, x)"),
    ("OLS, 100 bars", 100, "sm.OLS(y, sm.add_constant(x)).fit().rsquared"),
    ("OLS, 1,000 bars", 1_000, "sm.OLS(y, sm.add_constant(x)).fit().rsquared"),
    ("Huber, 100 bars", 100, "sm.RLM(y, sm.add_constant(x), M=sm.robust.norms.HuberT()).fit().params"),
    ("Huber, 1,000 bars", 1_000, "sm.RLM(y, sm.add_constant(x), M=sm.robust.norms.HuberT()).fit().params"),
    ("half-life, 1,000 bars", 1_000, "sm.OLS(np.diff(s), sm.add_constant(s[:-1])).fit().params"),
];

/// Reads `[[statement, y, x, s], …]`, prints the median seconds of each.
const PYTHON: &str = r"
import json, sys, time, warnings
import numpy as np
import statsmodels.api as sm
from statsmodels.tsa.stattools import adfuller, coint
warnings.simplefilter('ignore')
out = []
for statement, *series in json.load(sys.stdin):
    y, x, s = map(np.array, series)
    code = compile(statement, '', 'eval')
    taken, begun = [], time.perf_counter()
    while not taken or (len(taken) < 300 and time.perf_counter() - begun < 1.5):
        t = time.perf_counter()
        eval(code)
        taken.append(time.perf_counter() - t)
    out.append(float(np.median(taken)))
print(json.dumps(out))
";

fn statsmodels() -> Option<Vec<f64>> {
    let mut child = Command::new("python3")
        .args(["-c", PYTHON])
        // One thread to one thread.
        .envs([("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let work = |(_, n, statement): &(&str, usize, &str)| {
        let (y, x) = pair(*n);
        serde_json::json!([statement, y, x, spread(*n)])
    };
    let work: serde_json::Value = COMPARED.iter().map(work).collect();
    // Without statsmodels the child is gone before it has read all.
    child.stdin.take()?.write_all(work.to_string().as_bytes()).ok()?;
    serde_json::from_slice(&child.wait_with_output().ok()?.stdout).ok()
}

/// The median time of one call.
fn median<T>(mut call: impl FnMut() -> T) -> Duration {
    let begun = Instant::now();
    let mut taken = Vec::new();
    while taken.len() < 5 || (taken.len() < 20_000 && begun.elapsed() < Duration::from_millis(400)) {
        let one = Instant::now();
        black_box(call());
        taken.push(one.elapsed());
    }
    taken.sort_unstable();
    taken[taken.len() / 2]
}

fn ours(name: &str, n: usize) -> Duration {
    let ((y, x), s) = (pair(n), spread(n));
    let (mut solver, mut tests, mut robust) = (Solver::default(), Pair::default(), Huber::default());
    match name.split([',', ' ']).next().unwrap() {
        "ADF" => median(|| solver.adf(black_box(&s))),
        "cointegration" => median(|| tests.coint(black_box(&y), &x)),
        "OLS" => median(|| ols(black_box(&y), &x)),
        "Huber" => median(|| robust.fit(black_box(&y), &x)),
        "half-life" => median(|| half_life(black_box(&s))),
        other => panic!("{other}"),
    }
}

fn main() {
    let theirs = statsmodels();
    if theirs.is_none() {
        println!("python3 has no statsmodels: nothing to compare with");
    }
    println!("{:<28} {:>12} {:>14} {:>20}", "median of a call", "ours", "statsmodels", "ours / statsmodels");
    for (i, (name, n, _)) in COMPARED.iter().enumerate() {
        let ours = ours(name, *n);
        print!("{name:<28} {:>12}", format!("{:.1} µs", ours.as_secs_f64() * 1e6));
        match &theirs {
            Some(theirs) => {
                let ratio = theirs[i] / ours.as_secs_f64();
                println!(" {:>14} {:>20}", format!("{:.1} µs", theirs[i] * 1e6), format!("1 / {ratio:.0}"));
            }
            None => println!(),
        }
    }
    divan::main();
}

#[divan::bench(args = [100, 500, 1_000, 5_000, 40_320])]
fn adf(bencher: Bencher, n: usize) {
    let (series, mut solver) = (spread(n), Solver::default());
    bencher.bench_local(|| solver.adf(black_box(&series)));
}

#[divan::bench(args = [100, 1_000, 40_320])]
fn adf_by_reflections(bencher: Bencher, n: usize) {
    let (series, mut solver) = (smooth(n), Solver::default());
    bencher.bench_local(|| solver.adf(black_box(&series)));
}

#[divan::bench(args = [100, 500, 40_320])]
fn coint(bencher: Bencher, n: usize) {
    let ((y, x), mut tests) = (pair(n), Pair::default());
    bencher.bench_local(|| tests.coint(black_box(&y), &x));
}

/// All 21 pairs of seven symbols over a month of minutes.
#[divan::bench(sample_count = 5)]
fn scan_of_a_month(bencher: Bencher) {
    let symbols: Vec<Vec<f64>> = (0..7).map(|i| pair(40_320 + i).1.split_off(i)).collect();
    let mut tests = Pair::default();
    bencher.bench_local(|| {
        for (i, y) in symbols.iter().enumerate() {
            for x in &symbols[i + 1..] {
                black_box(tests.coint(y, x)).ok();
            }
        }
    });
}

#[divan::bench(args = [100, 1_000, 50_000])]
fn least_squares(bencher: Bencher, n: usize) {
    let (y, x) = pair(n);
    bencher.bench_local(|| ols(black_box(&y), &x));
}

#[divan::bench(args = [100, 1_000, 50_000])]
fn huber(bencher: Bencher, n: usize) {
    let ((y, x), mut robust) = (pair(n), Huber::default());
    bencher.bench_local(|| robust.fit(black_box(&y), &x));
}

#[divan::bench(args = [50_000])]
fn kalman(bencher: Bencher, n: usize) {
    let (y, x) = pair(n);
    bencher.bench_local(|| {
        let mut filter = Kalman::default();
        y.iter().zip(&x).filter_map(|(y, x)| filter.update(*y, *x)).last()
    });
}
