//! The life of an alert in engine time: armed, pending while it has to hold, triggered, armed again.

use crate::domain::{AlertState, Nanos, Phase, Rearm};

/// How far an alert has come, with what is not kept over a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Life {
    pub(super) state: AlertState,
    /// Since when its expression has been true, while it has to be for longer.
    pub(super) pending: Option<Nanos>,
}

impl Life {
    pub(super) const fn new(state: AlertState) -> Self {
        Self { state, pending: None }
    }

    /// A check found its expression to be so; says whether it fires.
    #[inline]
    pub(super) fn check(&mut self, at: Nanos, truth: Option<bool>, hold: Nanos, rearm: Rearm) -> bool {
        match self.state.phase {
            Phase::Done => return false,
            Phase::Triggered => {
                self.state.been_false |= truth == Some(false);
                let since = at.saturating_sub(self.state.last.unwrap_or(Nanos(i64::MIN)));
                let again = match rearm {
                    Rearm::Once => false,
                    Rearm::Always => true,
                    Rearm::Cooldown(time) => since >= time,
                    Rearm::Auto => self.state.been_false && since >= Rearm::LEAST,
                };
                if !again {
                    return false;
                }
                (self.state.phase, self.state.been_false) = (Phase::Armed, false);
            }
            Phase::Armed => {}
        }
        if truth != Some(true) {
            self.pending = None;
            return false;
        }
        let since = *self.pending.get_or_insert(at);
        if at.saturating_sub(since) < hold {
            return false;
        }
        self.fire(at, hold, rearm);
        true
    }

    /// When it fires unless a check finds its expression not true before; never for one that need not hold.
    #[inline]
    pub(super) fn due(&self, hold: Nanos) -> Option<Nanos> {
        self.pending.filter(|_| self.state.phase != Phase::Done).map(|since| Nanos(since.0.saturating_add(hold.0)))
    }

    fn fire(&mut self, at: Nanos, hold: Nanos, rearm: Rearm) {
        self.state.fired += 1;
        self.state.last = Some(at);
        self.state.been_false = false;
        // What fires always goes on holding: it need not wait for the next check to begin again.
        let goes_on = rearm == Rearm::Always && hold > Nanos::ZERO;
        self.pending = goes_on.then_some(at);
        self.state.phase = match rearm {
            Rearm::Once => Phase::Done,
            Rearm::Always => Phase::Armed,
            Rearm::Auto | Rearm::Cooldown(_) => Phase::Triggered,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When it fires, told the truth at these seconds.
    fn firings(rearm: Rearm, hold: i64, checks: &[(i64, Option<bool>)]) -> Vec<i64> {
        let (mut life, hold) = (Life::default(), Nanos::from_secs(hold));
        let mut fired = Vec::new();
        for &(at, truth) in checks {
            let at = Nanos::from_secs(at);
            while let Some(due) = life.due(hold).filter(|due| hold > Nanos::ZERO && *due <= at) {
                assert!(life.check(due, Some(true), hold, rearm));
                fired.push(due.secs());
            }
            if life.check(at, truth, hold, rearm) {
                fired.push(at.secs());
            }
        }
        fired
    }

    const YES: Option<bool> = Some(true);
    const NO: Option<bool> = Some(false);

    #[test]
    fn each_way_of_arming_again() {
        let checks = [(0, NO), (1, YES), (2, YES), (3, NO), (10, YES), (61, YES), (62, NO), (100, YES), (125, YES), (130, None)];
        assert_eq!(firings(Rearm::Once, 0, &checks), [1]);
        assert_eq!(firings(Rearm::Always, 0, &checks), [1, 2, 10, 61, 100, 125]);
        assert_eq!(firings(Rearm::Cooldown(Nanos::from_secs(9)), 0, &checks), [1, 10, 61, 100, 125]);
        // False at 3, a minute after the first firing at 61; false at 62, and a minute after that at 121.
        assert_eq!(firings(Rearm::Auto, 0, &checks), [1, 61, 125]);
    }

    #[test]
    fn what_never_was_false_or_is_not_known_does_not_arm() {
        assert_eq!(firings(Rearm::Auto, 0, &[(0, YES), (70, YES), (80, None), (90, YES)]), [0]);
    }

    #[test]
    fn holding_begins_anew_when_it_is_not_true_in_between() {
        let checks = [(0, YES), (4, YES), (5, NO), (6, YES), (8, None), (9, YES), (20, YES), (40, NO)];
        assert_eq!(firings(Rearm::Once, 5, &checks), [5]);
        let checks = [(0, YES), (4, NO), (6, YES), (8, None), (9, YES), (20, YES), (40, NO)];
        assert_eq!(firings(Rearm::Once, 5, &checks), [14]);
        assert_eq!(firings(Rearm::Always, 10, &[(0, YES), (35, NO), (36, YES)]), [10, 20, 30]);
    }
}
