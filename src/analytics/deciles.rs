//! The mean forward return in each tenth of a signal's values.

use super::{hac, known};

/// Groups the samples are put in.
pub const GROUPS: usize = 10;

/// One tenth of the samples, by the signal's rank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decile {
    /// Least value of the signal in it.
    pub low: f64,
    /// Greatest value of the signal in it.
    pub high: f64,
    /// The mean of the returns, and its standard error by Newey and West ([`hac`]): that of a regression on ten dummies.
    pub mean: hac::Mean,
}

/// What is known of the ten groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Deciles {
    /// The groups from the lowest tenth to the highest; `None` where equal values leave one empty: they are not torn apart.
    pub groups: [Option<Decile>; GROUPS],
    /// Mean of the highest group less that of the lowest, with its standard error.
    pub spread: Option<hac::Mean>,
}

/// The group of a sample by its average rank less the mean rank, of `n`.
fn group(centred_rank: f64, n: usize) -> usize {
    let below = centred_rank + n as f64 / 2.0;
    ((below * GROUPS as f64 / n as f64) as usize).min(GROUPS - 1)
}

/// Splits samples by the rank of the signal. `centred_ranks` are of the `n` samples that have both a signal and a return.
pub fn split(signal: &[Option<f64>], centred_ranks: &[f64], returns: &[Option<f64>], n: usize, overlap: usize) -> Deciles {
    let pairs =
        || signal.iter().zip(centred_ranks).zip(returns).map(|((x, rank), y)| Some((known(*x)?, group(*rank, n), known(*y)?)));
    let mut counts = [0_usize; GROUPS];
    let mut sums = [0.0_f64; GROUPS];
    let mut ranges = [(f64::INFINITY, f64::NEG_INFINITY); GROUPS];
    for (value, group, y) in pairs().flatten() {
        counts[group] += 1;
        sums[group] += y;
        ranges[group] = (ranges[group].0.min(value), ranges[group].1.max(value));
    }
    let means: [f64; GROUPS] = std::array::from_fn(|g| if counts[g] == 0 { 0.0 } else { sums[g] / counts[g] as f64 });
    let deviations = || pairs().map(|pair| pair.map_or((GROUPS, 0.0), |(_, g, y)| (g, y - means[g])));
    let squares = windowed_by_group(deviations(), overlap);
    let groups = std::array::from_fn(|g| {
        let n = counts[g];
        let mean = hac::Mean { n, mean: means[g], error: squares[g].sqrt() / n.max(1) as f64 };
        (n > 0 && mean.mean.is_finite() && mean.error.is_finite()).then_some(Decile { low: ranges[g].0, high: ranges[g].1, mean })
    });
    Deciles { groups, spread: spread(&groups, &counts, deviations(), overlap) }
}

/// [`hac::windowed`] of every group, the others' samples being 0 in it, in one pass. A window's sum stays until a sample of its group
/// comes or leaves, so that only those two are looked at each time.
fn windowed_by_group(deviations: impl Iterator<Item = (usize, f64)>, overlap: usize) -> [f64; GROUPS] {
    let width = overlap.max(1);
    let samples: Vec<(usize, f64)> = deviations.collect();
    let (mut sums, mut squares, mut since) = ([0.0; GROUPS + 1], [0.0; GROUPS + 1], [0_usize; GROUPS + 1]);
    let mut change = |at: usize, group: usize, by: f64| {
        squares[group] += sums[group] * sums[group] * (at - since[group]) as f64;
        sums[group] += by;
        since[group] = at;
    };
    for at in 0..samples.len() + width {
        if let Some((group, gone)) = at.checked_sub(width).and_then(|old| samples.get(old)) {
            change(at, *group, -gone);
        }
        if let Some((group, d)) = samples.get(at) {
            change(at, *group, *d);
        }
    }
    std::array::from_fn(|g| squares[g] / width as f64)
}

fn spread(
    groups: &[Option<Decile>; GROUPS],
    counts: &[usize; GROUPS],
    deviations: impl Iterator<Item = (usize, f64)>,
    overlap: usize,
) -> Option<hac::Mean> {
    let (low, high) = (groups[0]?, groups[GROUPS - 1]?);
    let weigh = |(group, d): (usize, f64)| match group {
        0 => -d / counts[0] as f64,
        g if g == GROUPS - 1 => d / counts[g] as f64,
        _ => 0.0,
    };
    let error = hac::windowed(deviations.map(weigh), overlap).sqrt();
    let mean = high.mean.mean - low.mean.mean;
    Some(hac::Mean { n: low.mean.n + high.mean.n, mean, error }).filter(|m| m.mean.is_finite() && m.error.is_finite())
}
