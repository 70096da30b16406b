//! How many messages a client may send.

use std::collections::VecDeque;
use tokio::time::{Duration, Instant};

/// Counts what was sent in the last second, pongs included. One place is kept free for pongs, which the exchange insists on.
#[derive(Debug)]
pub struct Limiter {
    per_second: usize,
    sent: VecDeque<Instant>,
}

/// A little more than the second that the exchange measures by its own clock.
const WINDOW: Duration = Duration::from_millis(1_100);

impl Limiter {
    /// At most so many messages per second; at least two, or nothing could ever be sent beside pongs.
    pub fn new(per_second: u32) -> Self {
        Self { per_second: per_second.max(2) as usize, sent: VecDeque::new() }
    }

    /// `None` when a message may be sent now, else when to ask again.
    pub fn next(&mut self, now: Instant) -> Option<Instant> {
        while self.sent.front().is_some_and(|at| *at + WINDOW <= now) {
            self.sent.pop_front();
        }
        let over = self.sent.len().checked_sub(self.per_second - 1)?;
        self.sent.get(over).map(|at| *at + WINDOW)
    }

    /// A message was sent.
    pub fn count(&mut self, now: Instant) {
        self.sent.push_back(now);
        // More pongs than the limit are the exchange's own doing; older ones no longer matter.
        while self.sent.len() > 4 * self.per_second {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_has_more_than_allowed() {
        let start = Instant::now();
        let mut limiter = Limiter::new(5);
        let mut now = start;
        let mut sent = Vec::new();
        for _ in 0..23 {
            while let Some(later) = limiter.next(now) {
                assert!(later > now);
                now = later;
            }
            limiter.count(now);
            sent.push(now);
        }
        for window in sent.windows(5) {
            assert!(window[4] - window[0] > Duration::from_secs(1));
        }
    }

    #[test]
    fn pongs_slow_other_messages_down() {
        let now = Instant::now();
        let mut limiter = Limiter::new(5);
        (0..100).for_each(|_| limiter.count(now));
        assert!(limiter.next(now).is_some());
        assert_eq!(limiter.next(now + WINDOW), None);
    }
}
