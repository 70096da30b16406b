use super::{Solver, Trend};
use rand::{RngExt as _, SeedableRng as _};

#[test]
fn both_ways() {
    let mut random = rand_pcg::Pcg64::seed_from_u64(1);
    let mut solver = Solver::default();
    for memory in [0.0, 0.5, 0.9, 0.99, 1.0] {
        for length in [5, 8, 20, 21, 100, 1000, 5000] {
            let mut value = 0.0;
            let series: Vec<f64> = (0..length)
                .map(|_| {
                    value = value * memory + random.random::<f64>() - 0.5;
                    value
                })
                .collect();
            for trend in [Trend::Constant, Trend::None] {
                let (a, b) = (solver.search(&series, trend, false), solver.search(&series, trend, true));
                let rel = match (a, b) {
                    (Ok(a), Ok(b)) => ((a.stat - b.stat) / b.stat).abs(),
                    _ => 0.0,
                };
                println!("{memory} {length} {rel:.1e} {a:?} {b:?}");
            }
        }
    }
}
