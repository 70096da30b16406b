//! Which trades of a symbol are new.

use super::message::TradeKind;
use crate::domain::{Nanos, Trade};

/// An exchange never sends old trades on a fresh connection; ids that far back mean that it counts anew.
const RESTART_DISTANCE: u64 = 1_000;
/// Nor does a trade with an older id happen that much later than the newest known one.
const RESTART_TIME: Nanos = Nanos::SECOND;

/// Passes each trade once.
///
/// The first kind of trade seen is the one that counts: the two kinds tell the same trades. An id at or below the newest is a
/// repeat, also after a reconnection, unless the exchange has begun to count anew (a test network reset, a restarted demo). That is
/// taken for granted when the trade happened over a second after the newest known one, or when it is the first on
/// a new connection and its id lies over a thousand back.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tape {
    kind: Option<TradeKind>,
    last: Option<(u64, Nanos)>,
    reopened: bool,
}

impl Tape {
    /// A new connection: what comes next need not go on from what came.
    pub(super) const fn reopened(&mut self) {
        self.reopened = true;
    }

    /// Whether any trades have come.
    pub(super) const fn is_empty(&self) -> bool {
        self.kind.is_none()
    }

    /// Whether this trade is new.
    pub(super) fn admit(&mut self, kind: TradeKind, trade: &Trade) -> bool {
        if *self.kind.get_or_insert(kind) != kind {
            return false;
        }
        let Some(id) = trade.id else { return true };
        let at = trade.ex.unwrap_or_default();
        if let Some((last, last_at)) = self.last
            && id <= last
        {
            let restarted = at.saturating_sub(last_at) > RESTART_TIME || (self.reopened && last - id > RESTART_DISTANCE);
            if !restarted {
                return false;
            }
        }
        self.reopened = false;
        self.last = Some((id, at));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Price, Qty, Side};
    use TradeKind::{Aggregate, Single};

    fn trade(id: u64, millis: i64) -> Trade {
        let ex = Some(Nanos::from_millis(millis));
        Trade { price: Price::from_units(1), qty: Qty::from_units(1), side: Side::Buy, id: Some(id), ex }
    }

    #[test]
    fn passes_each_once_and_only_the_first_kind() {
        let mut tape = Tape::default();
        assert!(tape.is_empty() && tape.admit(Aggregate, &trade(5, 0)) && !tape.is_empty());
        assert!(!tape.admit(Aggregate, &trade(5, 0)));
        assert!(!tape.admit(Aggregate, &trade(4, 0)));
        assert!(!tape.admit(Single, &trade(900, 0)));
        assert!(tape.admit(Aggregate, &trade(6, 0)));
    }

    #[test]
    fn repeats_after_a_reconnection_are_dropped_but_a_new_count_is_not() {
        let mut tape = Tape::default();
        assert!(tape.admit(Single, &trade(5_000_000, 10_000)));
        tape.reopened();
        assert!(!tape.admit(Single, &trade(4_999_990, 9_990)));
        assert!(tape.admit(Single, &trade(5_000_001, 10_001)));
        // Far back, but not the first on a new connection.
        assert!(!tape.admit(Single, &trade(7, 10_001)));
        // Far back in number, yet clearly later: the exchange counts anew.
        assert!(tape.admit(Single, &trade(8, 12_000)));
        tape.admit(Single, &trade(5_000_000, 12_000));
        tape.reopened();
        assert!(tape.admit(Single, &trade(1, 0)));
    }
}
