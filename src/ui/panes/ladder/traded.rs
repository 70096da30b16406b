//! What was traded at each price since the first trade that is known.

use crate::bars::Series;
use crate::domain::{Nanos, Price, Symbol};
use crate::engine::snapshot::TapeTrade;
use std::collections::BTreeMap;

/// Prices kept; beyond that the one farthest from the last trade goes.
const KEPT: usize = 65_536;

/// Volume by price, kept up as trades come.
#[derive(Debug, Clone, Default)]
pub struct Traded {
    symbol: Option<Symbol>,
    next: u64,
    witness: Option<TapeTrade>,
    by_price: BTreeMap<i64, i128>,
    /// When the first trade counted came.
    pub since: Option<Nanos>,
}

impl Traded {
    /// Takes in what is new; begins anew with what is kept when another symbol or another history is shown.
    pub fn update(&mut self, symbol: Symbol, trades: &Series<TapeTrade>) {
        let end = trades.dropped() + trades.len() as u64;
        let before = self.next.checked_sub(trades.dropped() + 1).and_then(|index| trades.get(index as usize));
        let goes_on = self.symbol == Some(symbol) && self.next <= end && before.is_some() && before == self.witness.as_ref();
        if !goes_on {
            *self = Self {
                symbol: Some(symbol),
                next: trades.dropped(),
                since: trades.first().map(|trade| trade.at),
                ..Self::default()
            };
        }
        let from = (self.next - trades.dropped()) as usize;
        for trade in trades.iter_from(from) {
            let sum = self.by_price.entry(trade.price.units()).or_default();
            *sum = sum.saturating_add(i128::from(trade.qty.units()));
            if self.by_price.len() > KEPT {
                self.drop_farthest(trade.price.units());
            }
        }
        self.next = end;
        self.witness = trades.last().copied();
    }

    fn drop_farthest(&mut self, from: i64) {
        let far = |price: Option<&i64>| price.map_or(0, |price| price.abs_diff(from));
        let low = far(self.by_price.keys().next()) > far(self.by_price.keys().next_back());
        let _ = if low { self.by_price.pop_first() } else { self.by_price.pop_last() };
    }

    /// What was traded from a price to another, both included, 1e-8 base units.
    pub fn between(&self, low: Price, high: Price) -> i128 {
        if low > high {
            return 0;
        }
        self.by_price.range(low.units()..=high.units()).fold(0, |sum, (_, qty)| sum.saturating_add(*qty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Qty, Side};
    use crate::ui::panes::fixtures::symbol;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_a_plain_sum(trades in proptest::collection::vec((1_i64..20, 1_i64..9), 1..600), cut in 1_usize..600, low in 0_i64..20, high in 0_i64..20) {
            let mut series = Series::with_capacity(16);
            let mut traded = Traded::default();
            for (i, (price, qty)) in trades.iter().enumerate() {
                series.push(TapeTrade { at: Nanos(i as i64), ex: None, price: Price::from_units(*price), qty: Qty::from_units(*qty), side: Side::Buy });
                if i % cut.min(200) == 0 {
                    traded.update(symbol(), &series);
                }
            }
            traded.update(symbol(), &series);
            let plain: i64 = trades.iter().filter(|(price, _)| (low..=high).contains(price)).map(|(_, qty)| qty).sum();
            prop_assert_eq!(traded.between(Price::from_units(low), Price::from_units(high)), i128::from(plain));
        }
    }
}
