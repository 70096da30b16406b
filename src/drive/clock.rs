//! The one wall clock of the program.

use crate::domain::Nanos;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// Tells the time in nanoseconds since the epoch. Runs evenly: it is read once from the system and then follows the
/// monotonic clock, so that a corrected system clock never turns it back. Clones tell the same time.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    System { began: Instant, offset: AtomicI64 },
    Manual(AtomicI64),
}

/// How far the system's clock may run ahead of ours before it is followed: the computer slept.
const SLEPT: Nanos = Nanos::from_millis(500);

impl Clock {
    /// The system's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    pub fn system() -> Self {
        Self(Arc::new(Source::System { began: Instant::now(), offset: AtomicI64::new(system_time(SystemTime::now()).0) }))
    }

    /// A clock that stands still until told, for tests.
    pub fn manual(at: Nanos) -> Self {
        Self(Arc::new(Source::Manual(AtomicI64::new(at.0))))
    }

    /// The time now; never earlier than what was told before.
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    pub fn now(&self) -> Nanos {
        match &*self.0 {
            Source::System { began, offset } => {
                Nanos(offset.load(Ordering::Relaxed)) + nanos(Instant::now().saturating_duration_since(*began))
            }
            Source::Manual(at) => Nanos(at.load(Ordering::Acquire)),
        }
    }

    /// Follows the system's clock where that has run ahead, as after the computer slept; to be called now and then. Says how
    /// far it jumped.
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    pub fn follow_system(&self) -> Option<Nanos> {
        let Source::System { offset, .. } = &*self.0 else { return None };
        let ahead = system_time(SystemTime::now()) - self.now();
        (ahead > SLEPT).then(|| {
            offset.fetch_add(ahead.0, Ordering::Relaxed);
            ahead
        })
    }

    /// Sets a manual clock forward; a system clock takes no notice.
    pub fn advance(&self, by: Nanos) {
        if let Source::Manual(at) = &*self.0 {
            at.fetch_add(by.0.max(0), Ordering::AcqRel);
        }
    }
}

/// A moment of the system's clock; zero when it lies before the epoch.
pub fn system_time(time: SystemTime) -> Nanos {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(Nanos::ZERO, nanos)
}

/// A duration as nanoseconds, held at the end of the range.
pub fn nanos(duration: Duration) -> Nanos {
    Nanos(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX))
}

/// Nanoseconds as a duration; none for what is below zero.
pub fn duration(nanos: Nanos) -> Duration {
    Duration::from_nanos(u64::try_from(nanos.0).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told_and_never_back() {
        let clock = Clock::manual(Nanos::from_secs(5));
        let other = clock.clone();
        clock.advance(Nanos::SECOND);
        clock.advance(Nanos::from_secs(-9));
        assert_eq!(other.now(), Nanos::from_secs(6));
        assert_eq!(other.follow_system(), None);
    }

    #[test]
    fn the_system_clock_runs_forward_in_this_century() {
        let clock = Clock::system();
        let first = clock.now();
        assert!(first > Nanos::from_secs(1_700_000_000));
        assert!(clock.now() >= first);
    }
}
