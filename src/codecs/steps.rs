//! The steps of prices and quantities, guessed from the first of them where the data does not say.

use crate::domain::{Event, Instrument, Market, Payload, Price, Qty, Symbol};
use std::collections::BTreeMap;

/// The finest decimal place seen of a symbol's prices and quantities. What is guessed from it is a power of ten: 0.1 for
/// an instrument that moves by 0.5.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    seen: BTreeMap<Symbol, Option<(usize, Option<usize>)>>,
}

impl Steps {
    /// Looks at an input.
    pub(super) fn look(&mut self, payload: &Payload) {
        let Payload::Market(Market { symbol: Some(symbol), event }) = payload else { return };
        let places = self.seen.entry(*symbol).or_default();
        let mut see = |price: Price, qty: Option<Qty>| {
            let (price_places, qty_places) = places.get_or_insert_default();
            *price_places = (*price_places).max(price.decimals());
            *qty_places = (*qty_places).max(qty.map(Qty::decimals));
        };
        match event {
            Event::Trade(trade) => see(trade.price, Some(trade.qty)),
            Event::Quote(quote) => {
                see(quote.bid, Some(quote.bid_qty));
                see(quote.ask, Some(quote.ask_qty));
            }
            Event::Book(book) => book.bids.iter().chain(&book.asks).for_each(|(p, q)| see(*p, Some(*q))),
            Event::Depth(diff) => diff.bids.iter().chain(&diff.asks).for_each(|(p, q)| see(*p, Some(*q))),
            // What a bar's volume is a sum of it does not say.
            Event::Bar(bar, _) => {
                for price in [bar.open, bar.high, bar.low, bar.close] {
                    see(price, None);
                }
            }
            Event::Liquidation(order) => see(order.price, Some(order.qty)),
            // A mark is an average, finer than any price; the others have no price of their own.
            Event::Mark(_) | Event::History(..) | Event::Link(_) => {}
        }
    }

    /// Whether a symbol was seen.
    pub(super) fn knows(&self, symbol: Symbol) -> bool {
        self.seen.contains_key(&symbol)
    }

    /// Every symbol seen, with what is known of it: the data's own word first, else the guess.
    pub(super) fn instruments(&self, known: &BTreeMap<Symbol, Instrument>) -> Vec<Instrument> {
        let step = |places: usize| 10_i64.pow(8_u32.saturating_sub(places as u32));
        self.seen
            .iter()
            .map(|(symbol, places)| match (known.get(symbol), places) {
                (Some(known), _) => known.clone(),
                (None, Some((price, qty))) => Instrument {
                    tick: Price::from_units(step(*price)),
                    lot: qty.map_or(Qty::ZERO, |places| Qty::from_units(step(places))),
                    ..Instrument::unknown(*symbol)
                },
                (None, None) => Instrument::unknown(*symbol),
            })
            .collect()
    }
}
