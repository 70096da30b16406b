//! The statistics of pairs against statsmodels, pandas and exact fractions: `tests/reference/pairs.py` makes the file read here.
//! Series that are not real are recipes, calculated here by the same additions and products.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::analytics::adf::{Adf, adf};
use rtai_tui::analytics::cointegration::coint;
use rtai_tui::analytics::correlation::{correlation, log_returns};
use rtai_tui::analytics::huber::huber;
use rtai_tui::analytics::kalman::Kalman;
use rtai_tui::analytics::regression::ols;
use rtai_tui::analytics::reversion::half_life;
use rtai_tui::analytics::summary::{summary, z_score};
use rtai_tui::analytics::{Undefined, summary as figures};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// SplitMix64; a step of noise is the sum of four uniforms less 2.
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 * f64::EPSILON / 2.0
    }

    fn step(&mut self) -> f64 {
        self.uniform() + self.uniform() + self.uniform() + self.uniform() - 2.0
    }
}

fn series(kind: &str, n: usize, seed: u64) -> Vec<f64> {
    let mut noise = Noise(seed);
    let (mut level, mut speed, mut push) = (0.0, 0.0, 0.0);
    let step = |_| {
        match kind {
            "white" => level = noise.step(),
            "walk" | "stale" => level += noise.step(),
            "reverting" => level = 0.9 * level + noise.step(),
            "slow" => level = 0.99 * level + noise.step(),
            "drift" => level = level + 0.3 + noise.step(),
            "heavy" => level = 0.95 * level + noise.step() / (0.02 + noise.step().abs()),
            "smooth" => {
                push = 0.98 * push + noise.step();
                speed = 0.98 * speed + push;
                level += speed;
            }
            "still" => {
                let up = f64::from(noise.uniform() < 0.02);
                level = level + up - f64::from(noise.uniform() < 0.02);
            }
            "far" => {
                speed = 0.95 * speed + noise.step();
                level = 100_000.0 + 0.01 * speed;
            }
            other => panic!("{other}"),
        }
        if kind == "stale" { level.floor() } else { level }
    };
    (0..n).map(step).collect()
}

/// y and x.
fn pair(kind: &str, n: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut x = series("walk", n, seed);
    let mut noise = Noise(seed + 1);
    let mut level = 0.0;
    match kind {
        "far" => x.iter_mut().for_each(|x| *x = 100_000.0 + 0.01 * *x),
        "prices" => x.iter_mut().for_each(|x| *x = 3000.0 + 4.0 * *x),
        _ => {}
    }
    let y = |x: &f64| match kind {
        "together" => {
            level = 0.8 * level + noise.step();
            3.0 + 1.7 * x + level
        }
        "apart" => {
            level += noise.step();
            level
        }
        "outliers" => 2.0 - 0.6 * x + if noise.uniform() < 0.05 { 40.0 } else { 0.0 } + noise.step(),
        "tight" => 1.0 + 2.0 * x + 0.05 * noise.step(),
        "far" => 5000.0 + 0.05 * x + 0.001 * noise.step(),
        "prices" => {
            level = 0.9 * level + noise.step();
            20.0 + 0.06 * x + 0.2 * level
        }
        other => panic!("{other}"),
    };
    (x.iter().map(y).collect(), x)
}

/// The greatest error of each quantity against what is allowed.
#[derive(Default)]
struct Errors(BTreeMap<&'static str, (f64, String, usize)>);

impl Errors {
    /// Holds a value to a relative error, in units of `scale` where the value may be nearer zero than its parts.
    #[track_caller]
    fn hold(&mut self, what: &'static str, case: &str, ours: f64, theirs: &Value, scale: f64, allowed: f64) {
        let theirs = theirs.as_f64().unwrap();
        let error = (ours - theirs).abs() / theirs.abs().max(scale).max(1e-300);
        assert!(error <= allowed, "{what} of {case}: {ours}, should be {theirs} ({error:.1e} of {allowed:.0e})");
        let worst = self.0.entry(what).or_default();
        worst.2 += 1;
        if error >= worst.0 {
            (worst.0, worst.1) = (error, case.to_owned());
        }
    }

    fn print(&self, of: &str) {
        for (what, (error, case, count)) in &self.0 {
            println!("{of}: {what:<16} {count:>4} held, worst {error:.1e} ({case})");
        }
    }

    fn adf(&mut self, case: &str, ours: Adf, theirs: &Value) {
        assert_eq!(
            (ours.lags as u64, ours.n as u64),
            (theirs["lags"].as_u64().unwrap(), theirs["n"].as_u64().unwrap()),
            "{case}"
        );
        // The statistic is the quotient of a slope and its error: near 0 it is as exact as the slope is beside its error.
        self.hold("ADF statistic", case, ours.stat, &theirs["stat"], 0.1, 1e-7);
        self.hold("ADF p", case, ours.p, &theirs["p"], 1.0, 1e-7);
        for i in 0..3 {
            self.hold("ADF critical", case, ours.crit[i], &theirs["crit"][i], 0.0, 1e-13);
        }
    }

    fn one(&mut self, case: &str, values: &[f64], wanted: &Value) {
        self.adf(case, adf(values).unwrap(), &wanted["adf"]);
        match (half_life(values), &wanted["half_life"]) {
            (Err(Undefined::NotReverting { lambda }), Value::Null) => assert!(lambda >= 0.0, "{case}"),
            (bars, wanted) => self.hold("half-life", case, bars.unwrap(), wanted, 0.0, 1e-8),
        }
        let found = summary(values).unwrap();
        assert_eq!(found.n, values.len());
        self.hold("mean", case, found.mean, &wanted["mean"], found.sd, 1e-12);
        self.hold("sd", case, found.sd, &wanted["sd"], 0.0, 1e-11);
        self.hold("extremes", case, found.min, &wanted["min"], 0.0, 0.0);
        self.hold("extremes", case, found.max, &wanted["max"], 0.0, 0.0);
        self.hold("z", case, z_score(values).unwrap(), &wanted["z"], 1.0, 1e-10);
        if !wanted["skew"].is_null() {
            self.hold("skew", case, found.skew.unwrap(), &wanted["skew"], 1.0, 1e-10);
            self.hold("kurtosis", case, found.kurtosis.unwrap(), &wanted["kurtosis"], 1.0, 1e-10);
        }
    }

    fn two(&mut self, case: &str, y: &[f64], x: &[f64], wanted: &Value) {
        let line = ols(y, x).unwrap();
        // α is a difference of two that may be much greater.
        let level = (line.beta * x[0]).abs().max(y[0].abs());
        self.hold("OLS beta", case, line.beta, &wanted["ols"][0], 0.0, 1e-10);
        self.hold("OLS alpha", case, line.alpha, &wanted["ols"][1], level * 1e-3, 1e-10);
        self.hold("OLS r2", case, line.r2.unwrap(), &wanted["ols"][2], 1e-3, 1e-10);
        let robust = huber(y, x).unwrap();
        self.hold("Huber beta", case, robust.beta, &wanted["huber"][0], 0.0, 1e-7);
        self.hold("Huber alpha", case, robust.alpha, &wanted["huber"][1], level * 1e-3, 1e-7);
        assert_eq!((robust.r2, robust.n), (None, y.len()));
        self.hold("correlation", case, correlation(y, x).unwrap(), &wanted["corr"], 1e-2, 1e-10);

        let theirs = &wanted["coint"];
        if theirs.is_null() {
            assert!(matches!(coint(y, x), Err(Undefined::Collinear | Undefined::TooShort { .. })), "{case}");
        } else {
            let ours = coint(y, x).unwrap();
            assert_eq!(Value::from(ours.lags), theirs["lags"], "{case}");
            assert_eq!(Value::from(ours.n), theirs["n"], "{case}");
            self.hold("coint statistic", case, ours.stat, &theirs["stat"], 0.1, 1e-7);
            self.hold("coint p", case, ours.p, &theirs["p"], 1.0, 1e-7);
            for i in 0..3 {
                self.hold("coint critical", case, ours.crit[i], &theirs["crit"][i], 0.0, 1e-13);
            }
        }

        if !wanted["adf"].is_null() {
            let spread: Vec<f64> = y.iter().zip(x).map(|(y, x)| line.spread(*y, *x)).collect();
            self.adf(&format!("{case}, spread"), adf(&spread).unwrap(), &wanted["adf"]);
            match (half_life(&spread), &wanted["half_life"]) {
                (Err(Undefined::NotReverting { lambda }), Value::Null) => assert!(lambda >= 0.0, "{case}"),
                (bars, wanted) => self.hold("half-life", case, bars.unwrap(), wanted, 0.0, 1e-6),
            }
        }

        let mut filter = Kalman::default();
        let mut spots = wanted["kalman"].as_array().unwrap().iter();
        let mut next = spots.next();
        for (at, (y, x)) in y.iter().zip(x).enumerate() {
            let step = filter.update(*y, *x).unwrap();
            let Some(spot) = next.filter(|spot| spot[0] == at) else { continue };
            self.hold("Kalman beta", case, step.beta, &spot[1], 0.0, 1e-8);
            self.hold("Kalman alpha", case, step.alpha, &spot[2], 1e-3, 1e-8);
            self.hold("Kalman error", case, step.error, &spot[3], y.abs() * 1e-3, 1e-8);
            self.hold("Kalman deviation", case, step.deviation, &spot[4], 0.0, 1e-8);
            next = spots.next();
        }
        assert!(next.is_none(), "{case}");
    }
}

fn reference() -> Value {
    serde_json::from_str(include_str!("reference/pairs.json")).unwrap()
}

fn recipe(case: &Value) -> (&str, usize, u64, String) {
    let (kind, n) = (case["kind"].as_str().unwrap(), case["n"].as_u64().unwrap() as usize);
    (kind, n, case["seed"].as_u64().unwrap(), format!("{kind} {n}"))
}

#[test]
fn statistics_of_one_series_are_those_of_statsmodels_and_pandas() {
    let (reference, mut errors) = (reference(), Errors::default());
    for case in reference["series"].as_array().unwrap() {
        let (kind, n, seed, name) = recipe(case);
        let values = series(kind, n, seed);
        assert_eq!(values.last().copied(), case["last"].as_f64(), "the recipe of {name} is made otherwise");
        errors.one(&name, &values, case);
    }
    errors.print("series");
    assert!(errors.0["ADF statistic"].2 > 100);
}

#[test]
fn statistics_of_two_series_are_those_of_statsmodels() {
    let (reference, mut errors) = (reference(), Errors::default());
    for case in reference["pairs"].as_array().unwrap() {
        let (kind, n, seed, name) = recipe(case);
        let (y, x) = pair(kind, n, seed);
        assert_eq!((y.last().copied(), x.last().copied()), (case["last"][0].as_f64(), case["last"][1].as_f64()), "{name}");
        errors.two(&name, &y, &x, case);
    }
    errors.print("pairs");
    assert!(errors.0["coint statistic"].2 > 50);
}

fn text(name: &str) -> Option<String> {
    let folder = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let Ok(file) = File::open(folder.join(name)) else {
        eprintln!("skipped: {name} is not here (set RTAI_DATA_DIR)");
        return None;
    };
    let mut text = String::new();
    match name.rsplit('.').next().unwrap() {
        "gz" => flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap(),
        "zip" => zip::ZipArchive::new(file).unwrap().by_index(0).unwrap().read_to_string(&mut text).unwrap(),
        _ => { file }.read_to_string(&mut text).unwrap(),
    };
    Some(text)
}

/// The closes of a file of klines.
fn minutes(name: &str) -> Option<Vec<f64>> {
    let close = |line: &str| line.split(',').nth(4).unwrap().parse().unwrap();
    Some(text(&format!("klines/{name}"))?.lines().skip(1).map(close).collect())
}

/// Both closes of the days that have both.
fn daily(name: &str) -> Option<(Vec<f64>, Vec<f64>)> {
    let text = text(&format!("daily/{name}"))?;
    let closes = |line: &str| {
        let mut closes = line.trim_end().split(',').skip(1).map(|close| close.parse::<f64>().ok());
        Some((closes.next()??, closes.next()??))
    };
    Some(text.lines().skip(1).filter_map(closes).unzip())
}

fn real(set: &str) -> Option<(Vec<f64>, Vec<f64>)> {
    match set {
        "crypto" => Some((minutes("2025_ETHUSDT_1m.csv.gz")?, minutes("2025_BTCUSDT_1m.csv.gz")?)),
        "alts" => Some((minutes("LINKUSDT-1m-2026-02.zip")?, minutes("LTCUSDT-1m-2026-02.zip")?)),
        "shell" => daily("shell-rdp-close_USD.csv"),
        "bkd" => daily("BKD_ESC_2009_2011.csv"),
        other => panic!("{other}"),
    }
}

#[test]
fn statistics_of_real_prices_are_those_of_statsmodels() {
    let (reference, mut errors) = (reference(), Errors::default());
    for set in ["crypto", "alts", "shell", "bkd"] {
        let Some((ys, xs)) = real(set) else { continue };
        for case in reference["real"]["windows"].as_array().unwrap().iter().filter(|case| case["set"] == set) {
            let (start, n) = (case["start"].as_u64().unwrap() as usize, case["n"].as_u64().unwrap() as usize);
            let name = format!("{set} {start} {n}");
            errors.two(&name, &ys[start..start + n], &xs[start..start + n], case);
            errors.one(&name, &ys[start..start + n], &case["y"]);
        }
    }
    errors.print("real");
}

#[test]
fn the_course_bar_by_bar_is_that_of_pandas() {
    const WINDOW: usize = 100;
    const Z: usize = 20;
    let mut table = csv::Reader::from_reader(flate2::read::GzDecoder::new(
        File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/pairs_course.csv.gz")).unwrap(),
    ));
    let rows: Vec<BTreeMap<String, Option<f64>>> = table
        .deserialize::<BTreeMap<String, String>>()
        .map(|row| row.unwrap().into_iter().map(|(name, text)| (name, text.parse().ok())).collect())
        .collect();
    let (ys, xs): (Vec<f64>, Vec<f64>) = rows.iter().map(|row| (row["y"].unwrap(), row["x"].unwrap())).unzip();
    let (mut errors, mut filter) = (Errors::default(), Kalman::default());
    for (t, row) in rows.iter().enumerate() {
        let case = &format!("bar {t}");
        let wanted = |name: &str| Value::from(row[name].unwrap());
        let step = filter.update(ys[t], xs[t]).unwrap();
        errors.hold("Kalman beta", case, step.beta, &wanted("kalman_beta"), 0.0, 1e-8);
        errors.hold("Kalman alpha", case, step.alpha, &wanted("kalman_alpha"), 1e-3, 1e-8);
        errors.hold("Kalman z", case, step.z(), &wanted("kalman_z"), 1e-3, 1e-8);
        if t >= Z {
            let returns = |closes: &[f64]| log_returns(&closes[t - Z..=t]);
            errors.hold("correlation", case, correlation(&returns(&ys), &returns(&xs)).unwrap(), &wanted("corr"), 1e-3, 1e-9);
        } else {
            assert_eq!(row["corr"], None);
        }
        if t + 1 < WINDOW {
            assert_eq!(row["ols_beta"], None);
            continue;
        }
        let window = t + 1 - WINDOW..t + 1;
        let (y, x) = (&ys[window.clone()], &xs[window]);
        let least = ols(y, x).unwrap();
        errors.hold("OLS r2", case, least.r2.unwrap(), &wanted("ols_r2"), 1e-3, 1e-10);
        for (name, line, allowed) in [("ols", least, 1e-9), ("huber", huber(y, x).unwrap(), 1e-6)] {
            let wanted = |column: &str| wanted(&format!("{name}_{column}"));
            errors.hold("beta", case, line.beta, &wanted("beta"), 0.0, allowed);
            errors.hold("alpha", case, line.alpha, &wanted("alpha"), 1.0, allowed);
            let spread: Vec<f64> = (WINDOW - Z..WINDOW).map(|i| line.spread(y[i], x[i])).collect();
            errors.hold("spread", case, spread[Z - 1], &wanted("spread"), 1.0, allowed);
            errors.hold("z", case, z_score(&spread).unwrap(), &wanted("z"), 1.0, allowed * 10.0);
        }
    }
    errors.print("course");
}

#[test]
fn volatility_a_year_is_the_deviation_of_log_returns_times_the_root_of_bars() {
    // np.std(np.diff(np.log([100, 101, 99.5, 102])), ddof=1) * np.sqrt(365)
    let found = figures::annualised_volatility(&[100.0, 101.0, 99.5, 102.0], 365.0).unwrap();
    assert!((found - VOLATILITY).abs() < 1e-12, "{found}");
    assert_eq!(figures::annualised_volatility(&[100.0, 0.0, 99.5], 365.0), Err(Undefined::NotFinite { at: 1 }));
}

const VOLATILITY: f64 = 0.38399916745341217;
