//! Ranks and Spearman's rank correlation, and how many independent samples it rests on.
//!
//! Sources: C. Spearman, *The proof and measurement of association between two things*, American Journal of Psychology 15 (1904);
//! tied samples get the average of their ranks (M. G. Kendall, *Rank Correlation Methods*, chapter 3).
//! Effective samples: M. S. Bartlett, *Some aspects of the time-correlation problem*, Journal of the Royal Statistical Society 98 (1935).

use super::{Missing, hac, known, student};

/// The samples of a series in the order of their values. Made once, it ranks any choice of them without sorting again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Order {
    sorted: Vec<(f64, u32)>,
    length: usize,
}

impl Order {
    /// Sorts the samples that have a value.
    pub fn new(series: &[Option<f64>]) -> Self {
        let length = series.len().min(u32::MAX as usize);
        let values = series[..length].iter().zip(0_u32..);
        let mut sorted: Vec<(f64, u32)> = values.filter_map(|(value, at)| known(*value).map(|value| (value, at))).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Self { sorted, length }
    }

    /// Samples with a value, by value: value and place.
    pub fn sorted(&self) -> &[(f64, u32)] {
        &self.sorted
    }

    /// Samples of the series, those without a value among them.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Writes the average rank of every sample both series have, less the mean rank, to its place in `ranks`, and 0 everywhere else.
    /// Returns how many there are. `other` is the other series' [`Places`].
    pub fn centred_ranks(&self, other: &Places, ranks: &mut Vec<f64>) -> usize {
        ranks.clear();
        ranks.resize(self.length, 0.0);
        let chosen = || self.sorted.iter().filter(|(_, at)| other.has(*at));
        let count = chosen().count();
        let mean = f64::midpoint(count as f64, 1.0);
        let mut samples = chosen().peekable();
        let mut tied: Vec<u32> = Vec::new();
        let mut below = 0_usize;
        while let Some((value, at)) = samples.next() {
            tied.push(*at);
            if samples.peek().is_some_and(|next| next.0 == *value) {
                continue;
            }
            // Ranks below + 1 to below + tied, averaged.
            let rank = below as f64 + f64::midpoint(tied.len() as f64, 1.0) - mean;
            for place in &tied {
                if let Some(cell) = ranks.get_mut(*place as usize) {
                    *cell = rank;
                }
            }
            below += tied.len();
            tied.clear();
        }
        count
    }
}

/// Where a series has a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(Vec<bool>);

impl Places {
    /// Of a series.
    pub fn of(series: &[Option<f64>]) -> Self {
        Self(series.iter().map(|value| known(*value).is_some()).collect())
    }

    /// Whether there is a value at a place.
    pub fn has(&self, at: u32) -> bool {
        self.0.get(at as usize).copied().unwrap_or(false)
    }
}

/// Spearman's rank correlation and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Pairs of samples.
    pub n: usize,
    /// The correlation of the ranks, −1 to 1.
    pub rho: f64,
    /// As many independent pairs would tell as much, 0 to `n`; see [`effective`].
    pub effective_n: f64,
    /// Student's t of it with `effective_n` − 2 degrees of freedom; `None` with no freedom left, or a perfect correlation.
    pub t: Option<f64>,
    /// How likely a t at least as far from 0 is when the one says nothing of the other, 0 to 1.
    pub p: Option<f64>,
}

/// Least pairs a correlation is told of.
pub const LEAST: usize = 3;

/// Correlates by rank. `overlap` is how many neighbouring samples of the second series share part of what they measure: 1 for none.
///
/// # Errors
/// Why there is no correlation.
pub fn spearman(signal: &[Option<f64>], returns: &[Option<f64>], overlap: usize) -> Result<Correlation, Missing> {
    let mut ranks = (Vec::new(), Vec::new());
    let (x, y) = (Order::new(signal), Order::new(returns));
    let n = x.centred_ranks(&Places::of(returns), &mut ranks.0);
    y.centred_ranks(&Places::of(signal), &mut ranks.1);
    of_ranks(&ranks.0, &ranks.1, n, overlap)
}

/// As [`spearman`], from the centred ranks of `n` pairs; zeros elsewhere.
///
/// # Errors
/// Why there is no correlation.
pub fn of_ranks(x: &[f64], y: &[f64], n: usize, overlap: usize) -> Result<Correlation, Missing> {
    if n < LEAST {
        return Err(Missing::TooFew(n, LEAST));
    }
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    if xx <= 0.0 {
        return Err(Missing::ConstantSignal);
    }
    if yy <= 0.0 {
        return Err(Missing::ConstantReturns);
    }
    let rho = (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0);
    let effective_n = effective(x, n, overlap);
    let freedom = effective_n - 2.0;
    let t = if freedom > 0.0 { Some(rho * (freedom / (1.0 - rho * rho)).sqrt()).filter(|t| t.is_finite()) } else { None };
    let p = match t {
        Some(t) => Some(student::two_sided(t, freedom)),
        // A perfect correlation cannot be had by chance.
        None => (freedom > 0.0).then_some(0.0),
    };
    Ok(Correlation { n, rho, effective_n, t, p })
}

/// How many independent pairs tell as much as `n` pairs whose second series overlaps:
///
/// n / (1 + 2 Σₖ (1 − k/m)·ρ(k)), k = 1 … m − 1
///
/// with ρ the autocorrelation of the signal's ranks and m the overlap. It is Bartlett's n / (1 + 2 Σ ρx(k)·ρy(k)) for two series that
/// have nothing to do with each other, with ρy(k) = 1 − k/m: the autocorrelation of sums over m steps of a walk whose steps are
/// independent. A signal without memory loses nothing, one that hardly moves keeps n/m, the number of horizons beside each other.
pub fn effective(centred_ranks: &[f64], n: usize, overlap: usize) -> f64 {
    let own: f64 = centred_ranks.iter().map(|rank| rank * rank).sum();
    if own <= 0.0 {
        return 0.0;
    }
    let factor = hac::windowed(centred_ranks.iter().copied(), overlap) / own;
    // A signal that swings would gain samples by the formula; that is not relied on.
    n as f64 / factor.max(1.0)
}
