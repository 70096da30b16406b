//! When to try again.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::time::Duration;

/// How long to wait between tries to reach an exchange.
///
/// The first wait is short, the next ones double up to [`Backoff::STEADY`]; from then on a wait is a tenth of the outage so
/// far, at most [`Backoff::LONGEST`] — unless nobody was reached at all, which burdens nobody. Each wait is a little
/// shortened by chance so that many clients do not come back at once.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    failures: u32,
    outage: Duration,
    chance: Pcg64Mcg,
}

impl Backoff {
    /// The longest wait in a short outage.
    pub const STEADY: Duration = Duration::from_millis(2_500);
    /// The longest wait of all.
    pub const LONGEST: Duration = Duration::from_secs(30);

    /// Waits that begin with `first`; the same seed waits the same.
    pub fn new(first: Duration, seed: u64) -> Self {
        Self { first, failures: 0, outage: Duration::ZERO, chance: Pcg64Mcg::seed_from_u64(seed) }
    }

    /// How long to wait before the next try, and counts it. `reached` says whether somebody answered the last one.
    pub fn wait(&mut self, reached: bool) -> Duration {
        let doubled = self.first.saturating_mul(1 << self.failures.min(20));
        let most = if reached { (self.outage / 10).clamp(Self::STEADY, Self::LONGEST) } else { Self::STEADY };
        let wait = doubled.min(most).mul_f64(self.chance.random_range(0.75..=1.0));
        self.failures = self.failures.saturating_add(1);
        self.outage = self.outage.saturating_add(wait);
        wait
    }

    /// Tries in a row since data last came.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Real data came.
    pub const fn succeeded(&mut self) {
        self.failures = 0;
        self.outage = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_try_is_quick_and_the_later_ones_are_bounded() {
        let mut backoff = Backoff::new(Duration::from_millis(250), 7);
        let waits: Vec<Duration> = (0..200).map(|_| backoff.wait(true)).collect();
        assert!(waits[0] <= Duration::from_millis(250));
        assert!(waits[3] > waits[0] * 4);
        assert!(waits.iter().all(|wait| *wait <= Backoff::LONGEST));
        assert!(waits[199] >= Duration::from_secs(22));
        assert_ne!(waits[198], waits[199]);
        backoff.succeeded();
        assert!(backoff.wait(true) <= Duration::from_millis(250));
    }

    #[test]
    fn short_outages_and_deaf_addresses_are_tried_often() {
        let mut backoff = Backoff::new(Duration::from_millis(250), 7);
        let mut outage = Duration::ZERO;
        while outage < Duration::from_secs(20) {
            let wait = backoff.wait(true);
            assert!(wait <= Backoff::STEADY);
            outage += wait;
        }
        assert!((0..500).all(|_| backoff.wait(false) <= Backoff::STEADY));
    }
}
