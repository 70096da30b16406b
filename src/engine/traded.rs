//! What was traded between two moments, from whole minutes where they are whole and from single trades where they are not.

use super::snapshot::SymbolView;
use crate::domain::{Nanos, Price, Side, Volume};
use crate::footprint::MINUTE;
use std::ops::Range;

/// How well it is known what was traded between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// Every trade that came is in it, and no other.
    Exactly,
    /// Trades before the first or after the last moment are in it, as their minute is only kept as a whole.
    ByMinute,
    /// Not all of it is kept, or trades came only later.
    Partly,
    /// None of it is kept.
    Not,
}

impl SymbolView {
    /// The position of the first trade kept that came at or after a moment.
    pub fn trades_from(&self, at: Nanos) -> usize {
        let (mut low, mut high) = (0, self.trades.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.trades.get(middle).is_some_and(|trade| trade.at < at) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Whether every single trade that came at or after a moment is kept.
    pub fn keeps_trades_from(&self, at: Nanos) -> bool {
        self.trades.dropped() == 0 || self.trades.first().is_some_and(|first| first.at < at)
    }

    /// Calls `each` with price, bought and sold of all that takers traded from `from` to before `to`; a price may come more than once.
    pub fn traded(&self, from: Nanos, to: Nanos, mut each: impl FnMut(Price, Volume, Volume)) -> Known {
        let footprint = &self.footprint;
        let (Some(begin), true) = (footprint.from(), from < to) else { return Known::Not };
        if to <= begin.floor_to(MINUTE) {
            return Known::Not;
        }
        let mut known = if from < begin { Known::Partly } else { Known::Exactly };
        // Whole minutes are those from `head` to `tail`; what is beside them is of single trades, or of their whole minutes.
        let floor = |at: Nanos| Nanos(at.0.saturating_sub(at.0.rem_euclid(MINUTE.0)));
        let next = |at: Nanos| Nanos(floor(at).0.saturating_add(MINUTE.0));
        let newest = footprint.running().map_or(Nanos::MAX, |minute| next(minute.start()));
        let to = to.min(newest);
        let (mut head, mut tail) = (if floor(from) == from { from } else { next(from) }, floor(to));
        if from != head && !self.keeps_trades_from(from.max(begin)) {
            (head, known) = (floor(from), known.max(Known::ByMinute));
        }
        if to != tail && !self.keeps_trades_from(tail.max(from).max(begin)) {
            (tail, known) = (next(to), known.max(Known::ByMinute));
        }
        if head > tail {
            // Within one minute.
            self.trades_between(self.trades_from(from)..self.trades_from(to), &mut each);
            return known;
        }
        if from < head {
            self.trades_between(self.trades_from(from)..self.trades_from(head), &mut each);
        }
        for minute in footprint.range(head, tail) {
            minute.levels().iter().for_each(|level| each(level.price, level.buy.volume(), level.sell.volume()));
        }
        if tail < to {
            self.trades_between(self.trades_from(tail)..self.trades_from(to), &mut each);
        }
        known
    }

    /// As [`SymbolView::traded`], of the single trades at these positions.
    pub fn trades_between(&self, positions: Range<usize>, mut each: impl FnMut(Price, Volume, Volume)) {
        for trade in positions.filter_map(|at| self.trades.get(at)) {
            match trade.side {
                Side::Buy => each(trade.price, trade.qty.volume(), Volume::ZERO),
                Side::Sell => each(trade.price, Volume::ZERO, trade.qty.volume()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EngineConfig, Event, Input, Market, Payload, Qty, Symbol, Trade};
    use crate::engine::Engine;
    use proptest::prelude::*;

    fn engine(trades: &[(i64, i64, i64, bool)], kept: usize) -> Engine {
        let mut engine = Engine::new(EngineConfig { trade_capacity: kept, ..EngineConfig::default() }, "test");
        for (seq, &(secs, price, qty, buys)) in trades.iter().enumerate() {
            let side = if buys { Side::Buy } else { Side::Sell };
            let trade = Trade { price: Price::from_units(price), qty: Qty::from_units(qty), side, id: None, ex: None };
            let payload = Payload::Market(Market::of(Symbol::new("X").unwrap(), Event::Trade(trade)));
            engine.apply(&Input { seq: seq as u64 + 1, at: Nanos::from_secs(secs), payload });
        }
        engine
    }

    #[test]
    fn a_minute_is_taken_whole_where_its_trades_are_gone() {
        let mut trades: Vec<_> = (0..600).map(|n| (n, 100, 1, true)).collect();
        trades.push((600, 100, 1, false));
        let snapshot = engine(&trades, 1).snapshot();
        let view = &snapshot.symbols[0];
        let mut sum = 0;
        let known = view.traded(Nanos::from_secs(90), Nanos::from_secs(180), |_, buy, _| sum += buy.units());
        assert_eq!((known, sum), (Known::ByMinute, 120));
        let before = view.traded(Nanos::from_secs(-600), Nanos::from_secs(-300), |_, _, _| panic!());
        assert_eq!(before, Known::Not);
        let mut sum = 0;
        let known = view.traded(Nanos::from_secs(-60), Nanos::from_secs(60), |_, buy, _| sum += buy.units());
        assert_eq!((known, sum), (Known::Partly, 60));
    }

    proptest! {
        #[test]
        fn what_is_known_exactly_is_exact(mut trades in proptest::collection::vec((0_i64..400, 90_i64..99, 1_i64..50, any::<bool>()), 1..700), kept in 1_usize..700, from in 0_i64..400, length in 1_i64..300) {
            trades.sort_by_key(|trade| trade.0);
            let snapshot = engine(&trades, kept).snapshot();
            let to = from + length;
            let (mut bought, mut sold) = (0, 0);
            let known = snapshot.symbols[0].traded(Nanos::from_secs(from), Nanos::from_secs(to), |price, buy, sell| {
                bought += buy.units() * i128::from(price.units());
                sold += sell.units();
            });
            let within = |from: i64, to: i64, buys: bool| -> i128 {
                let chosen = trades.iter().filter(|trade| (from..to).contains(&trade.0) && trade.3 == buys);
                chosen.map(|trade| i128::from(trade.2) * if buys { i128::from(trade.1) } else { 1 }).sum()
            };
            let exact = (within(from, to, true), within(from, to, false));
            if known == Known::Exactly {
                prop_assert_eq!((bought, sold), exact);
            } else {
                let minutes = (from / 60 * 60, (to + 59) / 60 * 60);
                prop_assert!(bought >= exact.0 && bought <= within(minutes.0, minutes.1, true));
                prop_assert!(sold >= exact.1 && sold <= within(minutes.0, minutes.1, false));
            }
            let whole = from >= trades[0].0 && from % 60 == 0 && to % 60 == 0;
            prop_assert!(!whole || known == Known::Exactly || to <= trades[0].0);
        }
    }
}
