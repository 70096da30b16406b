//! What was bought and sold in each second.

use crate::domain::{Nanos, Side};
use crate::engine::snapshot::TapeTrade;
use std::collections::VecDeque;

/// Seconds kept.
const KEPT: usize = 3_600;

/// One second's sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Second {
    /// It, in whole seconds since 1970.
    pub start: i64,
    /// What aggressors bought, 1e-8 base units.
    pub buy: i128,
    /// What they sold.
    pub sell: i128,
    /// Trades in it.
    pub trades: u64,
}

/// The sums of seconds with trades, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Seconds(VecDeque<Second>);

impl Seconds {
    /// Takes in a trade. One that is older than the newest second counts as of that one.
    pub fn add(&mut self, trade: &TapeTrade) {
        let start = second_of(trade.at);
        if self.0.back().is_none_or(|last| last.start < start) {
            self.0.push_back(Second { start, ..Second::default() });
            if self.0.len() > KEPT {
                self.0.pop_front();
            }
        }
        if let Some(last) = self.0.back_mut() {
            match trade.side {
                Side::Buy => last.buy += i128::from(trade.qty.units()),
                Side::Sell => last.sell += i128::from(trade.qty.units()),
            }
            last.trades += 1;
        }
    }

    /// What was bought less what was sold in a second, 1e-8 base units; `None` where nothing is known of it.
    pub fn delta(&self, start: i64) -> Option<i128> {
        let at = self.0.binary_search_by_key(&start, |second| second.start).ok()?;
        self.0.get(at).map(|second| second.buy - second.sell)
    }

    /// The sums of the last `count` whole seconds before a moment.
    pub fn last(&self, now: Nanos, count: i64) -> Second {
        let end = second_of(now);
        let from = end.saturating_sub(count);
        let recent = self.0.iter().rev().skip_while(|second| second.start >= end).take_while(|second| second.start >= from);
        recent.fold(Second { start: from, ..Second::default() }, |sum, second| Second {
            buy: sum.buy + second.buy,
            sell: sum.sell + second.sell,
            trades: sum.trades + second.trades,
            ..sum
        })
    }
}

/// The second that a moment is in.
pub fn second_of(at: Nanos) -> i64 {
    at.0.div_euclid(1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Price, Qty};

    #[test]
    fn sums_by_second() {
        let mut seconds = Seconds::default();
        for (millis, qty, side) in [(900, 5, Side::Buy), (1_000, 7, Side::Sell), (1_999, 2, Side::Buy), (4_000, 1, Side::Buy)] {
            let at = Nanos::from_millis(millis);
            seconds.add(&TapeTrade { at, ex: None, price: Price::from_units(1), qty: Qty::from_units(qty), side });
        }
        assert_eq!([0, 1, 2, 4].map(|start| seconds.delta(start)), [Some(5), Some(-5), None, Some(1)]);
        let sum = seconds.last(Nanos::from_millis(4_500), 4);
        assert_eq!((sum.buy, sum.sell, sum.trades), (7, 7, 3), "the running second is not whole yet");
        assert_eq!(seconds.last(Nanos::from_millis(4_500), 3).trades, 2);
    }
}
