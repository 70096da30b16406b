//! How much may be asked of an exchange, and when.

use crate::domain::Nanos;

const MINUTE: Nanos = Nanos::from_secs(60);

/// The request weight used in the current minute of the clock, and a hold the exchange asked for.
#[derive(Debug, Clone)]
pub struct Budget {
    limit: u32,
    minute: Nanos,
    used: u32,
    hold: Nanos,
}

impl Budget {
    /// A budget per minute. A tenth of it is left to other programs on the same network.
    pub const fn new(limit: u32) -> Self {
        Self { limit, minute: Nanos::ZERO, used: 0, hold: Nanos::ZERO }
    }

    /// Takes up weight.
    ///
    /// # Errors
    /// When to ask again, where the minute is used up or the exchange asked to wait.
    pub fn take(&mut self, now: Nanos, weight: u32) -> Result<(), Nanos> {
        self.turn(now);
        if now < self.hold {
            return Err(self.hold);
        }
        let most = self.limit - self.limit / 10;
        // A request dearer than a whole minute could never be made: it is made when nothing else was.
        if self.used > 0 && self.used.saturating_add(weight) > most {
            return Err(self.minute + MINUTE);
        }
        self.used = self.used.saturating_add(weight);
        Ok(())
    }

    /// What the exchange says was used in this minute, by whomever.
    pub fn reported(&mut self, now: Nanos, used: u32) {
        self.turn(now);
        self.used = self.used.max(used);
    }

    /// The exchange asks for quiet until then.
    pub fn hold(&mut self, until: Nanos) {
        self.hold = self.hold.max(until);
    }

    /// Weight used in this minute.
    pub fn used(&mut self, now: Nanos) -> u32 {
        self.turn(now);
        self.used
    }

    fn turn(&mut self, now: Nanos) {
        let minute = now.floor_to(MINUTE);
        if minute > self.minute {
            self.minute = minute;
            self.used = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_nine_tenths() {
        let mut budget = Budget::new(100);
        let now = Nanos::from_secs(125);
        assert_eq!(budget.take(now, 50), Ok(()));
        assert_eq!(budget.take(now, 40), Ok(()));
        assert_eq!(budget.take(now, 1), Err(Nanos::from_secs(180)));
        assert_eq!(budget.take(Nanos::from_secs(180), 1), Ok(()));
        assert_eq!(budget.used(Nanos::from_secs(181)), 1);
    }

    #[test]
    fn what_the_exchange_says_counts() {
        let mut budget = Budget::new(100);
        let now = Nanos::from_secs(60);
        budget.reported(now, 95);
        assert_eq!(budget.take(now, 1), Err(Nanos::from_secs(120)));
        budget.hold(Nanos::from_secs(300));
        assert_eq!(budget.take(Nanos::from_secs(120), 1), Err(Nanos::from_secs(300)));
        assert_eq!(budget.take(Nanos::from_secs(300), 250), Ok(()));
    }
}
