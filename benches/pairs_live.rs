//! What pairs cost while bars close: all pairs of twenty symbols at a close, the tests of a ranking, and the course of a long history.
//!
//! `cargo bench --bench pairs_live`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;
use rtai_tui::analytics::pairs::{Matrix, Method, PairSetup, Pairing, Ranking};
use rtai_tui::bars::{BarView, Series};
use rtai_tui::domain::{Bar, Nanos, Price, Symbol, Timeframe};
use std::time::{Duration, Instant};

const SYMBOLS: usize = 20;
const BARS: usize = 20_000;
const CLOSES: usize = 2_000;
/// A bar close of all pairs is to take no longer than this.
const LIMIT: Duration = Duration::from_millis(5);

/// Walks that share a part, so that pairs hang together.
struct Market {
    random: Pcg64,
    levels: Vec<f64>,
    minute: i64,
}

impl Market {
    fn new() -> Self {
        Self { random: Pcg64::seed_from_u64(1), levels: (0..SYMBOLS).map(|i| 10.0 * 1.6_f64.powi(i as i32)).collect(), minute: 0 }
    }

    fn close(&mut self, views: &mut [BarView]) {
        let common = self.random.random::<f64>() - 0.5;
        for (level, view) in self.levels.iter_mut().zip(views) {
            *level *= 1.0 + 0.001 * (common + self.random.random::<f64>() - 0.5);
            view.closed.push(Bar::flat(Nanos::from_secs(60 * self.minute), Price::from_f64(*level)));
        }
        self.minute += 1;
    }
}

fn symbol(i: usize) -> Symbol {
    Symbol::new(&format!("S{i:02}USDT")).unwrap()
}

fn report(what: &str, mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{what:<58} median {:>10.1?}  99 % {:>10.1?}  most {:>10.1?}", at(0.5), at(0.99), at(1.0));
    at(0.99)
}

fn timed(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

fn main() {
    let mut market = Market::new();
    let mut views: Vec<BarView> = (0..SYMBOLS).map(|_| BarView { closed: Series::with_capacity(BARS), forming: None }).collect();
    for _ in 0..BARS {
        market.close(&mut views);
    }
    let list = |views: &[BarView]| -> Vec<(Symbol, BarView)> { (0..SYMBOLS).map(|i| (symbol(i), views[i].clone())).collect() };

    for window in [100, 500, 5_000] {
        let mut matrix = Matrix::new(window, 20, Timeframe::M1);
        let first = list(&views);
        let refs: Vec<(Symbol, &BarView)> = first.iter().map(|(symbol, view)| (*symbol, view)).collect();
        report(&format!("matrix: 190 pairs, window {window}, from nothing"), vec![timed(|| _ = matrix.update(&refs))]);
        let mut times = Vec::new();
        let mut reading = Vec::new();
        for _ in 0..CLOSES {
            market.close(&mut views);
            let held = list(&views);
            let refs: Vec<(Symbol, &BarView)> = held.iter().map(|(symbol, view)| (*symbol, view)).collect();
            times.push(timed(|| _ = matrix.update(&refs)));
            let mut sum = 0.0;
            reading.push(timed(|| sum = matrix.cells().filter_map(|cell| Some(cell.corr? + cell.z?)).sum()));
            assert!(sum.is_finite() && matrix.cells().all(|cell| cell.corr.is_some() && cell.z.is_some()));
        }
        let most = report(&format!("matrix: 190 pairs, window {window}, a bar close"), times);
        report(&format!("matrix: 190 pairs, window {window}, reading all cells"), reading);
        assert!(window != 500 || most <= LIMIT, "{most:?} at a bar close");
    }

    for method in Method::ALL {
        for window in [100, 500] {
            let setup = PairSetup { method, window, ..PairSetup::default() };
            let mut ranking = Ranking::new(setup, Timeframe::M1);
            ranking.follow((0..SYMBOLS).map(symbol));
            let mut times = Vec::new();
            for _ in 0..60 {
                times.push(timed(|| {
                    ranking.step(|wanted| (0..SYMBOLS).find(|i| symbol(*i) == wanted).map(|i| &views[i]));
                }));
            }
            report(&format!("ranking: one pair, {method}, window {window}"), times);
        }
    }

    for method in Method::ALL {
        let setup = PairSetup { method, ..PairSetup::default() };
        let mut pairing = Pairing::new(setup, Timeframe::M1, symbol(1), symbol(0));
        let now = Nanos::from_secs(60 * market.minute);
        let bars = views[0].closed.len();
        let mut pieces = Vec::new();
        let all = timed(|| {
            pairing.update(&views[1], &views[0], now);
            while !pairing.is_filled() {
                pieces.push(timed(|| _ = pairing.work(2_500)));
            }
        });
        report(&format!("course: {bars} bars, {method}"), vec![all]);
        if !pieces.is_empty() {
            report(&format!("course: {method}, a piece of 25 lines"), pieces);
        }
        let mut times = Vec::new();
        let mut previews = Vec::new();
        for _ in 0..300 {
            market.close(&mut views);
            let forming = |view: &BarView| view.closed.last().map(|bar| Bar { start: bar.start + Timeframe::M1.nanos(), ..*bar });
            let now = Nanos::from_secs(60 * market.minute);
            let (mut y, mut x) = (views[1].clone(), views[0].clone());
            times.push(timed(|| pairing.update(&y, &x, now)));
            (y.forming, x.forming) = (forming(&y), forming(&x));
            previews.push(timed(|| pairing.update(&y, &x, now)));
            assert!(pairing.preview().is_some());
        }
        report(&format!("course: {method}, a bar close"), times);
        report(&format!("course: {method}, the bar still forming"), previews);
        report(&format!("course: {method}, all that is said of the last bar"), vec![timed(|| _ = pairing.analysis().at)]);
    }
}
