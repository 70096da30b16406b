//! What the screen, the printers and the tests read of an engine: a picture of one moment, cheap to take.

use super::stats::{Latency, Rates};
use crate::bars::{BarView, Series};
use crate::book::OrderBook;
pub use crate::book::Top;
use crate::domain::{Bar, BarSpec, Instrument, LinkState, Liquidation, Mark, Nanos, Price, Qty, Side, Symbol, Timeframe};
use crate::feed::Severity;
use crate::footprint::FootprintView;
use crate::indicator::{EXTRAS, Lack, Reading, Setup};
use crate::liquidity::LiquidityView;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A picture of the engine at one moment. Histories and books are shared with the engine, not copied.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The last input applied.
    pub seq: u64,
    /// Engine time.
    pub at: Nanos,
    /// When the last input of any kind came.
    pub last_input: Option<Nanos>,
    /// Where the data comes from.
    pub venue: Arc<str>,
    /// Every followed symbol in the order they were added.
    pub symbols: Vec<SymbolView>,
    /// Alerts, and what of them fired.
    pub alerts: super::AlertsView,
    /// Paper trading.
    pub trading: super::TradingView,
    /// What happened that a user may want to know, newest last, numbered.
    pub notices: Series<Notice>,
    /// Inputs by kind and per second.
    pub rates: Rates,
    /// How late events arrive, from the exchange's time to ours.
    pub latency: Latency,
}

impl Snapshot {
    /// One symbol's part.
    pub fn symbol(&self, symbol: Symbol) -> Option<&SymbolView> {
        self.symbols.iter().find(|view| view.instrument.symbol == symbol)
    }
}

/// One symbol at one moment.
#[derive(Debug, Clone)]
pub struct SymbolView {
    /// Its name and trading rules.
    pub instrument: Arc<Instrument>,
    /// The last trade.
    pub last: Option<TapeTrade>,
    /// The freshest known best bid and ask.
    pub top: Option<Top>,
    /// The order book; what it holds is only true while `book_state` is in sync.
    pub book: Arc<OrderBook>,
    /// Whether the book can be believed.
    pub book_state: BookState,
    /// What rested in the book before now; empty before the first book.
    pub liquidity: LiquidityView,
    /// Its indicators with their samples.
    pub flow: FlowView,
    /// Time bars of every timeframe.
    pub time_bars: BTreeMap<Timeframe, BarView>,
    /// Bars of the other kinds asked for.
    pub activity_bars: BTreeMap<BarSpec, BarView>,
    /// Recent trades, oldest first.
    pub trades: Series<TapeTrade>,
    /// What takers bought and sold at each price, by minute; of trades alone, not of history that came as bars.
    pub footprint: FootprintView,
    /// Recent liquidation orders, oldest first.
    pub liquidations: Series<(Nanos, Liquidation)>,
    /// The mark price, on futures.
    pub mark: Option<(Nanos, Mark)>,
    /// Whether trades are coming: `Down` while their connection is.
    pub trades_link: LinkState,
    /// When anything last came for it.
    pub last_event: Option<Nanos>,
}

impl SymbolView {
    /// Bars of any kind; `None` where that kind is not built.
    pub fn bars(&self, spec: BarSpec) -> Option<&BarView> {
        match spec {
            BarSpec::Time(timeframe) => self.time_bars.get(&timeframe),
            other => self.activity_bars.get(&other),
        }
    }

    /// The last price known: of a trade, else the close of the newest bar, else the middle of the book.
    pub fn last_price(&self) -> Option<Price> {
        self.last
            .map(|trade| trade.price)
            .or_else(|| self.time_bars.values().find_map(|bars| bars.last()).map(|bar| bar.close))
            .or_else(|| self.top.map(|top| top.mid()))
    }

    /// The bars of the last 24 hours as one, from the finest timeframe that reaches back that far (or, failing that, the
    /// one that reaches furthest). The second value says whether it does cover 24 hours.
    pub fn day(&self, now: Nanos) -> Option<(Bar, bool)> {
        let from = now - Nanos::from_secs(86_400);
        let covers = |view: &BarView| view.get(0).is_some_and(|first| first.start <= from);
        let minute_up = || self.time_bars.iter().filter(|(tf, _)| tf.secs() >= 60);
        let chosen = minute_up()
            .find(|(_, view)| covers(view))
            // By the end of the first bar: a day's bar says when the day began, not since when it was watched.
            .or_else(|| minute_up().min_by_key(|(tf, view)| view.get(0).map_or(Nanos::MAX, |bar| bar.start + tf.nanos())))
            .map(|(_, view)| view)?;
        let mut bars = chosen.iter_from(chosen.position(from)).copied();
        let mut day = bars.next()?;
        bars.for_each(|bar| day.absorb(&bar));
        Some((day, covers(chosen)))
    }
}

/// A trade as the tape keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TapeTrade {
    /// When it was received.
    pub at: Nanos,
    /// When the exchange says it happened.
    pub ex: Option<Nanos>,
    /// The price.
    pub price: Price,
    /// The quantity, base units.
    pub qty: Qty,
    /// The aggressor's side.
    pub side: Side,
}

/// Whether a book can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BookState {
    /// No book has come yet.
    #[default]
    Never,
    /// It follows the exchange since that moment.
    Synced(Nanos),
    /// It lost its place at that moment, and why.
    Lost(Nanos, Arc<str>),
}

impl BookState {
    /// Whether it can be believed.
    pub const fn is_synced(&self) -> bool {
        matches!(self, Self::Synced(_))
    }
}

/// Something that happened that a user may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number, from 1; none is ever skipped.
    pub number: u64,
    /// When.
    pub at: Nanos,
    /// How much it matters.
    pub severity: Severity,
    /// What, in words.
    pub text: Arc<str>,
}

/// A symbol's indicators of events, sampled on a grid of engine time.
#[derive(Debug, Clone, Default)]
pub struct FlowView {
    /// Distance of the samples.
    pub every: Nanos,
    /// When each sample was taken: it reflects what came before. Oldest first.
    pub times: Series<Nanos>,
    pub(super) mids: Series<f64>,
    /// When something was not seen, and what.
    pub breaks: Series<(Nanos, crate::indicator::Break)>,
    /// Each indicator, in the order they were asked for.
    pub rows: Vec<IndicatorView>,
}

impl FlowView {
    /// Number of samples held.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no sample yet.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The middle of bid and ask at a sample.
    pub fn mid(&self, index: usize) -> Option<f64> {
        self.mids.get(index).copied().filter(|mid| mid.is_finite())
    }

    /// The position of the last sample taken at or before a moment.
    pub fn position(&self, at: Nanos) -> Option<usize> {
        let (mut low, mut high) = (0, self.times.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.times.get(middle).is_some_and(|time| *time <= at) { low = middle + 1 } else { high = middle }
        }
        low.checked_sub(1)
    }

    /// The indicator of that text form.
    pub fn row(&self, id: &str) -> Option<&IndicatorView> {
        self.rows.iter().find(|row| *row.id == *id)
    }

    /// An indicator's value at a sample of this view.
    pub fn value(&self, row: &IndicatorView, index: usize) -> Option<f64> {
        at_end(&row.values, self.len(), index).copied().filter(|value| value.is_finite())
    }

    /// An indicator's z-score at a sample of this view.
    pub fn z(&self, row: &IndicatorView, index: usize) -> Option<f64> {
        at_end(&row.zs, self.len(), index).map(|z| f64::from(*z)).filter(|z| z.is_finite())
    }

    /// One of an indicator's other values, by its position in the catalogue's entry, at a sample of this view.
    pub fn extra(&self, row: &IndicatorView, extra: usize, index: usize) -> Option<f64> {
        let extras = at_end(row.extras.as_ref()?, self.len(), index)?;
        extras.get(extra).copied().filter(|value| value.is_finite())
    }
}

/// Histories end together; where they begin differs by when each let go of its oldest.
fn at_end<T>(series: &Series<T>, len: usize, index: usize) -> Option<&T> {
    series.get((index + series.len()).checked_sub(len)?)
}

/// One indicator with its samples, which [`FlowView`] hands out.
#[derive(Debug, Clone)]
pub struct IndicatorView {
    /// Its text form, such as `ofi` or `ofi(window=30)`: what it is named by.
    pub id: Arc<str>,
    /// Which it is and how it is set.
    pub setup: Setup,
    /// The values of the last sample, or why there is none.
    pub latest: Result<Reading, Lack>,
    /// How unusual the last sample is.
    pub z: Option<f64>,
    pub(super) values: Series<f64>,
    pub(super) zs: Series<f32>,
    pub(super) extras: Option<Series<[f64; EXTRAS]>>,
}
