//! How long to wait before trying again.

use crate::domain::Nanos;

/// First wait.
const FIRST: Nanos = Nanos::from_millis(100);
/// Longest wait while the trouble is new, so that a book is back within seconds of the exchange being well again.
const SHORT: Nanos = Nanos::from_secs(2);
/// Longest wait once the trouble has lasted.
const LONG: Nanos = Nanos::from_secs(30);
/// Tries (about a minute of them) after which trouble counts as lasting.
const LASTING: u32 = 30;

/// The wait before the try of that number, from 0: 0.1 s doubling to 2 s; after a minute doubling on to 30 s.
pub(super) fn delay(tries: u32) -> Nanos {
    let (base, doublings, most) = if tries < LASTING { (FIRST, tries, SHORT) } else { (SHORT, tries - LASTING + 1, LONG) };
    Nanos(base.0.saturating_mul(1_i64 << doublings.min(20))).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_stays_short_for_a_minute_and_ends_long() {
        assert_eq!([0, 1, 2, 3, 4].map(|n| delay(n).0 / 1_000_000), [100, 200, 400, 800, 1_600]);
        let minute: i64 = (0..LASTING).map(|n| delay(n).0).sum();
        assert!((50..65).contains(&(minute / 1_000_000_000)), "{minute}");
        assert_eq!([30, 31, 32, 33, 34, u32::MAX].map(|n| delay(n).secs()), [4, 8, 16, 30, 30, 30]);
    }
}
