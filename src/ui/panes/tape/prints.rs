//! What the tape's rows are: trades, merged and filtered, kept up as new ones come so that no frame walks through all of them.

use super::seconds::Seconds;
use crate::bars::Series;
use crate::domain::{Liquidation, Nanos, Price, Side, Symbol};
use crate::engine::snapshot::{SymbolView, TapeTrade};
use crate::ui::panes::threshold::Threshold;
use std::collections::VecDeque;

/// Rows kept.
const KEPT: usize = 20_000;

/// One row: a trade, all prints of one taker's order, or a liquidation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print {
    /// When the last of it was received.
    pub at: Nanos,
    /// When the exchange says it happened.
    pub ex: Option<Nanos>,
    /// The aggressor's side; of a liquidation, the order's.
    pub side: Side,
    /// The price it began at.
    pub first: Price,
    /// The price it ended at.
    pub last: Price,
    /// Its quantity, 1e-8 base units.
    pub qty: i128,
    /// The sum of price × quantity, 1e-16 quote units.
    pub notional: i128,
    /// Trades in it; none in a liquidation.
    pub count: u32,
    /// Number of its newest trade, counted from the first ever held; of a liquidation, of the trade before it.
    pub number: u64,
}

impl Print {
    fn of(trade: &TapeTrade, number: u64) -> Self {
        let (qty, price) = (i128::from(trade.qty.units()), i128::from(trade.price.units()));
        Self {
            at: trade.at,
            ex: trade.ex,
            side: trade.side,
            first: trade.price,
            last: trade.price,
            qty,
            notional: qty * price,
            count: 1,
            number,
        }
    }

    /// Whether it is a liquidation.
    pub const fn is_liquidation(&self) -> bool {
        self.count == 0
    }

    /// Whether a trade belongs to the same taker's order: the same side in the same millisecond of the exchange's clock.
    fn takes(&self, other: &Self) -> bool {
        let moment = |print: &Self| print.ex.unwrap_or(print.at).0.div_euclid(1_000_000);
        self.side == other.side && moment(self) == moment(other)
    }
}

/// Which rows there are to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Whether all prints of one taker's order make one row.
    pub merge: bool,
    /// The least size shown.
    pub minimum: Option<Threshold>,
    /// Whether liquidations are shown.
    pub liquidations: bool,
}

impl Default for Rule {
    fn default() -> Self {
        Self { merge: true, minimum: None, liquidations: true }
    }
}

/// The rows of a tape, oldest first, and the sums of its seconds.
#[derive(Debug, Clone, Default)]
pub struct Prints {
    rule: Rule,
    symbol: Option<Symbol>,
    kept: VecDeque<Print>,
    /// The newest, which more trades may still join.
    open: Option<Print>,
    /// Number of the next trade to take in, and the trade before it: when that one changed, another history is shown.
    next: u64,
    witness: Option<TapeTrade>,
    next_liquidation: u64,
    witness_liquidation: Option<(Nanos, Liquidation)>,
    /// Buys and sells of each second, whatever is filtered.
    pub seconds: Seconds,
}

impl Prints {
    /// Takes in what is new; everything when the rule, the symbol or the history changed.
    pub fn update(&mut self, view: &SymbolView, rule: Rule) {
        let (trades, liquidations) = (&view.trades, &view.liquidations);
        let goes_on = self.rule == rule
            && self.symbol == Some(view.instrument.symbol)
            && continues(trades, self.next, self.witness.as_ref())
            && continues(liquidations, self.next_liquidation, self.witness_liquidation.as_ref());
        if !goes_on {
            *self = Self { rule, symbol: Some(view.instrument.symbol), ..Self::default() };
            (self.next, self.next_liquidation) = (trades.dropped(), liquidations.dropped());
        }
        let end = trades.dropped() + trades.len() as u64;
        while self.next < end {
            let Some(trade) = trades.get((self.next - trades.dropped()) as usize) else { break };
            self.take_liquidations(liquidations, trade.at);
            self.seconds.add(trade);
            self.add(Print::of(trade, self.next));
            self.next += 1;
        }
        self.take_liquidations(liquidations, Nanos::MAX);
        self.witness = trades.last().copied();
        self.witness_liquidation = liquidations.last().copied();
    }

    fn take_liquidations(&mut self, all: &Series<(Nanos, Liquidation)>, until: Nanos) {
        while let Some((at, order)) = all.get((self.next_liquidation - all.dropped()) as usize).filter(|(at, _)| *at <= until) {
            self.next_liquidation += 1;
            if self.rule.liquidations {
                let (qty, price) = (i128::from(order.qty.units()), i128::from(order.price.units()));
                let number = self.next.saturating_sub(1);
                self.keep(Print {
                    at: *at,
                    ex: order.ex,
                    side: order.side,
                    first: order.price,
                    last: order.price,
                    qty,
                    notional: qty * price,
                    count: 0,
                    number,
                });
            }
        }
    }

    fn add(&mut self, print: Print) {
        if let Some(open) = self.open.as_mut().filter(|open| self.rule.merge && open.takes(&print)) {
            open.at = print.at;
            open.last = print.last;
            open.qty = open.qty.saturating_add(print.qty);
            open.notional = open.notional.saturating_add(print.notional);
            open.count = open.count.saturating_add(1);
            open.number = print.number;
            return;
        }
        if let Some(done) = self.open.replace(print) {
            self.keep(done);
        }
    }

    fn keep(&mut self, print: Print) {
        if self.shows(&print) {
            self.kept.push_back(print);
            if self.kept.len() > KEPT {
                self.kept.pop_front();
            }
        }
    }

    fn shows(&self, print: &Print) -> bool {
        self.rule.minimum.is_none_or(|least| least.holds(print.qty, print.notional, 0.0))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.kept.len() + usize::from(self.shown_open().is_some())
    }

    fn shown_open(&self) -> Option<&Print> {
        self.open.as_ref().filter(|open| self.shows(open))
    }

    /// A row, the oldest first.
    pub fn get(&self, index: usize) -> Option<&Print> {
        if index == self.kept.len() { self.shown_open() } else { self.kept.get(index) }
    }

    /// The newest row whose trades are not newer than a number; the oldest there is when all are.
    pub fn position(&self, number: u64) -> usize {
        let kept = self.kept.partition_point(|print| print.number <= number);
        let open = usize::from(self.shown_open().is_some_and(|open| open.number <= number && kept == self.kept.len()));
        (kept + open).saturating_sub(1)
    }
}

/// Whether a series goes on from where it was last read: nothing was missed, and what was last read is still there.
fn continues<T: Clone + PartialEq>(series: &Series<T>, next: u64, witness: Option<&T>) -> bool {
    let end = series.dropped() + series.len() as u64;
    if next < series.dropped() || next > end {
        return false;
    }
    match (next.checked_sub(series.dropped() + 1), witness) {
        (Some(index), Some(witness)) => series.get(index as usize) == Some(witness),
        // Everything read so far has been let go, and nothing after it.
        (None, Some(_)) => true,
        (_, None) => next == series.dropped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Qty;
    use crate::ui::panes::fixtures::empty_symbol;
    use proptest::prelude::*;

    fn trade(millis: i64, price: i64, qty: i64, buy: bool) -> TapeTrade {
        TapeTrade {
            at: Nanos::from_millis(millis + 3),
            ex: Some(Nanos::from_millis(millis)),
            price: Price::from_units(price),
            qty: Qty::from_units(qty),
            side: if buy { Side::Buy } else { Side::Sell },
        }
    }

    fn fill(view: &mut SymbolView, trades: &[TapeTrade]) {
        for trade in trades {
            view.trades.push(*trade);
        }
    }

    fn rows(prints: &Prints) -> Vec<Print> {
        (0..prints.len()).map(|i| *prints.get(i).unwrap()).collect()
    }

    fn some_trades() -> impl Strategy<Value = Vec<TapeTrade>> {
        proptest::collection::vec((0_i64..3, 1_i64..9, 1_i64..50, any::<bool>()), 1..120).prop_map(|steps| {
            let mut at = 1_000;
            let mut one = |(step, price, qty, buy): (i64, i64, i64, bool)| {
                at += step;
                trade(at, price, qty, buy)
            };
            steps.into_iter().map(&mut one).collect()
        })
    }

    proptest! {
        #[test]
        fn merging_keeps_every_sum(trades in some_trades()) {
            let mut view = empty_symbol();
            fill(&mut view, &trades);
            let (mut merged, mut single) = (Prints::default(), Prints::default());
            merged.update(&view, Rule::default());
            single.update(&view, Rule { merge: false, ..Rule::default() });
            let (merged, single) = (rows(&merged), rows(&single));
            prop_assert_eq!(single.len(), trades.len());
            for side in [Side::Buy, Side::Sell] {
                let sum = |rows: &[Print]| rows.iter().filter(|row| row.side == side).fold((0, 0, 0), |sum, row| (sum.0 + row.qty, sum.1 + row.notional, sum.2 + row.count));
                prop_assert_eq!(sum(&merged), sum(&single));
            }
            // Neighbours that could be one are one.
            prop_assert!(merged.windows(2).all(|pair| !pair[0].takes(&pair[1])));
        }

        #[test]
        fn taking_in_a_few_at_a_time_gives_the_same(trades in some_trades(), cuts in proptest::collection::vec(1_usize..9, 1..60), least in 1_i64..60, merge: bool) {
            let rule = Rule { merge, minimum: Some(Threshold::Base(Qty::from_units(least))), liquidations: true };
            let mut view = empty_symbol();
            view.trades = Series::with_capacity(16);
            let mut prints = Prints::default();
            let mut rest = trades.as_slice();
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                fill(&mut view, now);
                prints.update(&view, rule);
                rest = later;
            }
            fill(&mut view, rest);
            prints.update(&view, rule);
            let mut whole = empty_symbol();
            fill(&mut whole, &trades);
            let mut at_once = Prints::default();
            at_once.update(&whole, rule);
            prop_assert_eq!(rows(&prints), rows(&at_once));
            prop_assert!(rows(&prints).iter().all(|row| row.qty >= i128::from(least)));
        }
    }

    #[test]
    fn another_history_is_read_anew() {
        let mut view = empty_symbol();
        (0..40).for_each(|i| view.trades.push(trade(i * 10, 5, 7, true)));
        let mut prints = Prints::default();
        prints.update(&view, Rule::default());
        // A jump back in a replay, and then another way on from there.
        let mut back = empty_symbol();
        (0..30).for_each(|i| back.trades.push(trade(i * 10, 5, 7, true)));
        prints.update(&back, Rule::default());
        assert_eq!(prints.len(), 30);
        let mut other = empty_symbol();
        (0..50).for_each(|i| other.trades.push(trade(i * 10, 6, 8, false)));
        prints.update(&other, Rule::default());
        assert_eq!(prints.len(), 50);
        assert!(rows(&prints).iter().all(|row| row.side == Side::Sell));
    }

    #[test]
    fn liquidations_stand_where_they_happened() {
        let mut view = empty_symbol();
        fill(&mut view, &[10, 20, 30].map(|at| trade(at, 5, 7, true)));
        let order = Liquidation {
            side: Side::Sell,
            price: Price::from_units(4),
            qty: Qty::from_units(9),
            ex: Some(Nanos::from_millis(24)),
        };
        view.liquidations.push((Nanos::from_millis(25), order));
        let mut prints = Prints::default();
        prints.update(&view, Rule::default());
        // The trade of 20 ms came at 23 and is the open one when the liquidation comes.
        let kinds: Vec<bool> = rows(&prints).iter().map(Print::is_liquidation).collect();
        assert_eq!(kinds.iter().filter(|is| **is).count(), 1);
        assert_eq!(prints.len(), 4);
        prints.update(&view, Rule { liquidations: false, ..Rule::default() });
        assert_eq!(prints.len(), 3);
    }
}
