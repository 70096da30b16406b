//! What is in some files, as far as it has to be known before a strategy can be run on them.

use super::feed::Block;
use crate::domain::{Event, Market, Meta, Nanos, Payload, Symbol, Timeframe, UserAction};
use crate::strategy::Needs;
use std::collections::BTreeMap;

/// What came of a symbol.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Events.
    pub events: u64,
    /// Single trades.
    pub trades: bool,
    /// Best prices, or a book they can be read from.
    pub quotes: bool,
    /// A book.
    pub book: bool,
    /// The shortest ready-made bars.
    pub bars: Option<Timeframe>,
}

/// What came first in some files.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// The first `meta`.
    pub meta: Option<Meta>,
    /// Symbols, in the order they were named or came.
    pub symbols: Vec<Symbol>,
    /// What came of them.
    pub seen: BTreeMap<Symbol, Seen>,
    /// Whether a user traded or ran strategies in it.
    pub traded: bool,
    /// The time of the first input that was no `meta`.
    pub first: Option<Nanos>,
}

impl Survey {
    pub(super) fn look(&mut self, block: &Block) {
        for input in block.inputs() {
            match &input.payload {
                Payload::Meta(meta) => {
                    meta.instruments.iter().for_each(|instrument| self.name(instrument.symbol));
                    self.traded |= !meta.engine.strategies.is_empty();
                    self.meta.get_or_insert_with(|| (**meta).clone());
                    continue;
                }
                Payload::User(UserAction::Trading(_)) => self.traded = true,
                Payload::User(UserAction::AddSymbol(instrument)) => self.name(instrument.symbol),
                Payload::Market(Market { symbol: Some(symbol), event }) => self.event(*symbol, event),
                _ => {}
            }
            self.first.get_or_insert(input.at);
        }
    }

    fn name(&mut self, symbol: Symbol) {
        if !self.symbols.contains(&symbol) {
            self.symbols.push(symbol);
        }
    }

    fn event(&mut self, symbol: Symbol, event: &Event) {
        if !self.seen.contains_key(&symbol) {
            self.name(symbol);
        }
        let seen = self.seen.entry(symbol).or_default();
        seen.events += 1;
        match event {
            Event::Trade(_) => seen.trades = true,
            Event::Quote(_) => seen.quotes = true,
            Event::Book(_) | Event::Depth(_) => (seen.book, seen.quotes) = (true, true),
            Event::Bar(_, timeframe) => seen.bars = Some(seen.bars.map_or(*timeframe, |shortest| shortest.min(*timeframe))),
            _ => {}
        }
    }

    /// Whether any market event came.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// What a strategy needs of its main symbol and there is not, in words.
    pub fn lacks(&self, needs: Needs, symbols: &[Symbol]) -> Option<String> {
        let of = |symbol: &Symbol| self.seen.get(symbol);
        let there = || {
            let names: Vec<String> = self.symbols.iter().map(ToString::to_string).collect();
            if names.is_empty() { "no symbol".to_owned() } else { names.join(", ") }
        };
        if let Some(missing) = symbols.iter().find(|symbol| of(symbol).is_none()) {
            return Some(format!("{missing} is not in it: there is {}", there()));
        }
        let Some((main, seen)) = symbols.first().and_then(|main| Some((main, of(main)?))) else {
            return Some("no market data in it".to_owned());
        };
        if needs.pair && symbols.len() < 2 {
            return Some(format!("a second symbol is needed (--pair Y,X): there is {}", there()));
        }
        let of_bars = if seen.bars.is_some() && !seen.trades { ", only ready-made bars" } else { "" };
        match needs {
            Needs { book: true, .. } if !seen.book => Some(format!("an order book is needed: of {main} there is none{of_bars}")),
            Needs { quotes: true, .. } if !seen.quotes => {
                Some(format!("best bid and ask are needed: of {main} there are none{of_bars}"))
            }
            Needs { trades: true, .. } if !seen.trades => {
                Some(format!("single trades are needed: of {main} there are none{of_bars}"))
            }
            _ => None,
        }
    }

    /// Whether bars of this length can be made of a symbol: from its trades, or from shorter bars.
    pub fn has_bars(&self, symbol: Symbol, timeframe: Timeframe) -> bool {
        self.seen.get(&symbol).is_some_and(|seen| seen.trades || seen.bars.is_some_and(|shortest| shortest <= timeframe))
    }
}
