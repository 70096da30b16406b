//! Rates and delays, by engine time, in constant memory.

use crate::domain::Nanos;

/// Buckets per doubling of a duration: quantiles are right to about 4 %.
const PER_OCTAVE: u32 = 16;
/// Buckets in all: from 1 µs to over an hour.
const BUCKETS: usize = 32 * PER_OCTAVE as usize;

/// A histogram of durations over the last minute or so: two halves of 30 s, the older one dropped in turn.
#[derive(Debug, Clone)]
pub struct Histogram {
    halves: [Box<[u32; BUCKETS]>; 2],
    counts: [u64; 2],
    least: [Option<Nanos>; 2],
    turned: Nanos,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { halves: [Box::new([0; BUCKETS]), Box::new([0; BUCKETS])], counts: [0; 2], least: [None; 2], turned: Nanos::ZERO }
    }
}

impl Histogram {
    /// How long a half lasts.
    const HALF: Nanos = Nanos::from_secs(30);

    /// Takes in a duration measured at a moment.
    #[inline]
    pub fn record(&mut self, at: Nanos, duration: Nanos) {
        if at.saturating_sub(self.turned) > Self::HALF {
            self.halves.swap(0, 1);
            self.halves[0].fill(0);
            self.counts = [0, self.counts[0]];
            self.least = [None, self.least[0]];
            self.turned = at;
        }
        self.halves[0][bucket_of(duration)] += 1;
        self.counts[0] += 1;
        self.least[0] = Some(self.least[0].map_or(duration, |least| least.min(duration)));
    }

    /// The quantiles of what was taken in.
    pub fn quantiles(&self) -> Quantiles {
        let count = self.counts[0] + self.counts[1];
        let at = |share: f64| {
            let rank = ((count as f64) * share).ceil().max(1.0) as u64;
            let mut seen = 0_u64;
            (0..BUCKETS)
                .find(|&i| {
                    seen += u64::from(self.halves[0][i]) + u64::from(self.halves[1][i]);
                    seen >= rank
                })
                .map_or(Nanos::ZERO, value_of)
        };
        if count == 0 {
            return Quantiles::default();
        }
        Quantiles { count, p50: at(0.50), p99: at(0.99), least: self.least.iter().flatten().min().copied().unwrap_or_default() }
    }

    /// The share of each of `n` equal groups of octaves, for a drawn histogram: pairs of upper bound and count.
    pub fn groups(&self) -> Vec<(Nanos, u64)> {
        let per = PER_OCTAVE as usize;
        (0..BUCKETS / per)
            .map(|g| {
                let sum = (g * per..(g + 1) * per).map(|i| u64::from(self.halves[0][i]) + u64::from(self.halves[1][i])).sum();
                (value_of((g + 1) * per - 1), sum)
            })
            .collect()
    }
}

fn bucket_of(duration: Nanos) -> usize {
    let micros = (duration.0 / 1_000).max(1) as u64;
    let octave = micros.ilog2();
    let within = if octave == 0 { 0 } else { ((micros - (1 << octave)) * u64::from(PER_OCTAVE)) >> octave };
    ((octave * PER_OCTAVE) as usize + within as usize).min(BUCKETS - 1)
}

fn value_of(bucket: usize) -> Nanos {
    let (octave, within) = (bucket as u32 / PER_OCTAVE, bucket as u32 % PER_OCTAVE);
    let micros = (1_u64 << octave) as f64 * (1.0 + (f64::from(within) + 0.5) / f64::from(PER_OCTAVE));
    Nanos((micros * 1_000.0) as i64)
}

/// Quantiles of a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quantiles {
    /// How many durations they are of; the rest means nothing when 0.
    pub count: u64,
    /// The median.
    pub p50: Nanos,
    /// The 99th percentile.
    pub p99: Nanos,
    /// The least, exactly.
    pub least: Nanos,
}

/// How late events arrive: our receive time less the exchange's time of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// As measured. A least below zero, or of many seconds, means that the two clocks disagree.
    pub raw: Quantiles,
    /// Measured against the quickest event of the last minute: what remains when the clocks' difference is taken out.
    pub jitter: Quantiles,
}

/// Measures [`Latency`].
#[derive(Debug, Clone, Default)]
pub struct LatencyMeter {
    raw: Histogram,
    jitter: Histogram,
}

impl LatencyMeter {
    /// Takes in an event's receive time and the exchange's time of it.
    #[inline]
    pub fn record(&mut self, at: Nanos, ex: Nanos) {
        let delay = at - ex;
        self.raw.record(at, delay);
        let least = self.raw.least.iter().flatten().min().copied().unwrap_or(delay);
        self.jitter.record(at, delay - least);
    }

    /// What was measured.
    pub fn latency(&self) -> Latency {
        Latency { raw: self.raw.quantiles(), jitter: self.jitter.quantiles() }
    }
}

/// Inputs in all and per second of engine time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rates {
    /// Inputs so far.
    pub inputs: u64,
    /// Trades so far.
    pub trades: u64,
    /// Book changes so far.
    pub depths: u64,
    /// Inputs in the last full second.
    pub per_second: u32,
    /// Trades left out because their price or quantity was zero.
    pub ignored_trades: u64,
    /// Book changes that did not continue the book before them.
    pub breaks: u64,
}

/// Measures [`Rates`].
#[derive(Debug, Clone, Default)]
pub struct RateMeter {
    /// What was counted.
    pub totals: Rates,
    second: i64,
    /// When that second ends: asked of every input, where a division would cost more than the rest.
    ends: Nanos,
    in_second: u32,
}

impl RateMeter {
    /// Counts an input.
    #[inline]
    pub fn count(&mut self, at: Nanos) {
        if at >= self.ends {
            self.turn(at);
        }
        self.in_second += 1;
        self.totals.inputs += 1;
    }

    #[cold]
    fn turn(&mut self, at: Nanos) {
        let second = at.secs();
        if second != self.second {
            self.totals.per_second = if second == self.second + 1 { self.in_second } else { 0 };
            self.in_second = 0;
            self.second = second;
        }
        self.ends = Nanos::from_secs(second.saturating_add(1));
    }

    /// What was counted, as of a moment.
    pub fn rates(&self, at: Nanos) -> Rates {
        let mut meter = self.clone();
        meter.turn(at);
        meter.totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_a_bucket() {
        let mut histogram = Histogram::default();
        for ms in 1..=1_000 {
            histogram.record(Nanos::from_millis(ms), Nanos::from_millis(ms));
        }
        let q = histogram.quantiles();
        assert_eq!(q.count, 1_000);
        assert_eq!(q.least, Nanos::from_millis(1));
        assert!((q.p50.0 as f64 / 500e6 - 1.0).abs() < 0.05, "{q:?}");
        assert!((q.p99.0 as f64 / 990e6 - 1.0).abs() < 0.05, "{q:?}");
    }

    #[test]
    fn clocks_that_disagree_leave_the_jitter_alone() {
        let mut meter = LatencyMeter::default();
        for n in 0..100 {
            let ex = Nanos::from_millis(n * 10);
            meter.record(ex - Nanos::from_secs(90) + Nanos::from_millis(n % 10), ex);
        }
        let latency = meter.latency();
        assert_eq!(latency.raw.least, Nanos::from_secs(-90));
        assert!(latency.jitter.p99 < Nanos::from_millis(10));
    }

    #[test]
    fn rates_are_of_the_last_full_second() {
        let mut meter = RateMeter::default();
        (0..25).for_each(|n| meter.count(Nanos::from_millis(n * 100)));
        assert_eq!(meter.rates(Nanos::from_millis(2_400)).per_second, 10);
        assert_eq!(meter.rates(Nanos::from_secs(9)).per_second, 0);
    }
}
