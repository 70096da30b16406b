//! What the broker and strategies see of the engine's symbols.

use crate::bars::Series;
use crate::book::{OrderBook, Top};
use crate::broker::{MarketSight, Markets};
use crate::domain::{Bar, Instrument, Price, Symbol, Timeframe};
use crate::engine::symbol::SymbolState;
use crate::indicators;
use crate::strategy::{Look, Sample};

/// The engine's symbols, read-only.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Eyes<'a>(pub(in crate::engine) &'a [SymbolState]);

impl<'a> Eyes<'a> {
    #[inline]
    fn of(&self, symbol: Symbol) -> Option<&'a SymbolState> {
        self.0.iter().find(|state| state.instrument.symbol == symbol)
    }
}

impl SymbolState {
    /// The book while it can be believed.
    fn synced_book(&self) -> Option<&OrderBook> {
        self.book_state.is_synced().then_some(&*self.book)
    }

    /// The best prices while they come.
    fn fresh_top(&self) -> Option<&Top> {
        self.top.as_ref().filter(|_| !self.flow.is_book_down())
    }
}

impl Markets for Eyes<'_> {
    #[inline]
    fn market(&self, symbol: Symbol) -> Option<MarketSight<'_>> {
        let state = self.of(symbol)?;
        let minute = state.bars.closed(Timeframe::M1).and_then(Series::last);
        Some(MarketSight {
            instrument: &state.instrument,
            book: state.synced_book(),
            top: state.fresh_top(),
            last: state.price(),
            mark: state.mark.map(|(_, mark)| mark.price),
            volume: minute.map_or(0.0, |bar| bar.volume.to_f64()),
            lag: state.lag,
            bars_only: state.is_of_bars(),
        })
    }
}

impl Look for Eyes<'_> {
    fn bars(&self, symbol: Symbol, timeframe: Timeframe) -> Option<&Series<Bar>> {
        self.of(symbol)?.bars.closed(timeframe)
    }

    fn instrument(&self, symbol: Symbol) -> Option<&Instrument> {
        self.of(symbol).map(|state| &*state.instrument)
    }

    fn top(&self, symbol: Symbol) -> Option<&Top> {
        self.of(symbol)?.fresh_top()
    }

    fn book(&self, symbol: Symbol) -> Option<&OrderBook> {
        self.of(symbol)?.synced_book()
    }

    fn last(&self, symbol: Symbol) -> Option<Price> {
        self.of(symbol)?.price()
    }

    fn indicator(&self, symbol: Symbol, id: &str) -> Option<Sample> {
        let setup = indicators::parse(id).ok()?;
        let (reading, z) = self.of(symbol)?.flow.latest(&setup)?;
        reading.as_ref().ok().map(|reading| Sample { value: reading.value(), z })
    }
}
