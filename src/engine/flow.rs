//! The indicators of one symbol: they are told every event, sampled on a grid of engine time, and their samples kept.

use super::snapshot::{BookState, FlowView, IndicatorView};
use crate::bars::Series;
use crate::book::{OrderBook, Top};
use crate::domain::{EngineConfig, Link, LinkState, Liquidation, Nanos, Trade};
use crate::indicator::{Break, Cell, EXTRAS, Flow, Lack, Moment, Reading, Setup, Weighted, ZScore};
use crate::indicators::{self, mlofi::Levels};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Gaps in the data that are remembered.
const BREAKS: usize = 1_000;
/// Longest distance of samples.
const LONGEST: Nanos = Nanos::from_secs(3_600);

/// The distance of samples that settings ask for: a whole number of seconds, or a whole part of one; else a second.
pub fn sample_every(config: &EngineConfig) -> Nanos {
    let every = Nanos(config.sample_every);
    let whole = every >= Nanos::SECOND && every <= LONGEST && every.0 % Nanos::SECOND.0 == 0;
    let part = every >= Nanos::from_millis(10) && every < Nanos::SECOND && Nanos::SECOND.0 % every.0 == 0;
    if whole || part { every } else { Nanos::SECOND }
}

/// The distance of cells: a second, or less where samples are closer.
pub(super) fn cell_length(config: &EngineConfig) -> Nanos {
    sample_every(config).min(Nanos::SECOND)
}

/// One indicator at work.
#[derive(Debug, Clone)]
struct Running {
    id: Arc<str>,
    /// Whether only alerts look at it: it is not among those the user has chosen to see.
    hidden: bool,
    setup: Setup,
    flow: Box<dyn Flow>,
    zscore: ZScore,
    latest: Result<Reading, Lack>,
    latest_z: Option<f64>,
    /// A value for every sample, NaN where there was none.
    values: Series<f64>,
    zs: Series<f32>,
    extras: Option<Series<[f64; EXTRAS]>>,
}

impl Running {
    fn new(setup: Setup, capacity: usize) -> Option<Self> {
        let crate::indicator::Build::Flow(build) = setup.spec.build else { return None };
        Some(Self {
            id: setup.to_string().into(),
            hidden: false,
            flow: build(&setup.params),
            zscore: ZScore::default(),
            latest: Err(Lack::Waiting("data")),
            latest_z: None,
            values: Series::with_capacity(capacity),
            zs: Series::with_capacity(capacity),
            extras: (!setup.spec.extras.is_empty()).then(|| Series::with_capacity(capacity)),
            setup,
        })
    }

    fn sample(&mut self, now: &Moment<'_>) {
        self.flow.on_sample(now.at);
        self.latest = self.flow.read(now);
        self.latest_z = self.latest.as_ref().ok().and_then(|reading| self.zscore.push(reading.value()));
        self.keep();
    }

    /// A sample of a time of which nothing is known.
    fn skip(&mut self) {
        self.latest = Err(Lack::Waiting("data"));
        self.latest_z = None;
        self.keep();
    }

    fn keep(&mut self) {
        let reading = self.latest.as_ref().ok();
        self.values.push(reading.map_or(f64::NAN, Reading::value));
        self.zs.push(self.latest_z.map_or(f32::NAN, |z| z as f32));
        if let Some(extras) = &mut self.extras {
            extras.push(reading.map_or([f64::NAN; EXTRAS], Reading::packed));
        }
    }
}

/// Which indicators are told of what, by position.
#[derive(Debug, Clone, Default)]
struct Listeners {
    top: Vec<usize>,
    book: Vec<usize>,
    trades: Vec<usize>,
    liquidations: Vec<usize>,
}

/// All that is worked out from a symbol's events.
#[derive(Debug, Clone)]
pub(super) struct FlowState {
    every: Nanos,
    length: Nanos,
    capacity: usize,
    /// The first event.
    since: Option<Nanos>,
    top: Option<Top>,
    trades_down: Option<Nanos>,
    book_down: Option<Nanos>,
    /// Whether nothing has come for so long that what came before says nothing of now.
    hole: bool,
    levels: Levels<5>,
    cell: Cell,
    cells: Series<Cell>,
    times: Series<Nanos>,
    mids: Series<f64>,
    breaks: Series<(Nanos, Break)>,
    running: Vec<Running>,
    listeners: Listeners,
}

/// What is kept elsewhere of a symbol's past, from which indicators can be worked out anew.
pub(super) struct Past<'a> {
    pub(super) trades: &'a Series<super::snapshot::TapeTrade>,
    pub(super) liquidations: &'a Series<(Nanos, Liquidation)>,
    pub(super) book: &'a OrderBook,
    pub(super) book_state: &'a BookState,
    pub(super) futures: bool,
}

impl FlowState {
    pub(super) fn new(config: &EngineConfig) -> Self {
        let length = cell_length(config);
        let capacity = config.sample_capacity.clamp(1_000, 1_000_000);
        let mut state = Self {
            every: sample_every(config),
            length,
            capacity,
            since: None,
            top: None,
            trades_down: None,
            book_down: None,
            hole: false,
            levels: Levels::new(),
            cell: empty_cell(length),
            cells: Series::with_capacity(capacity),
            times: Series::with_capacity(capacity),
            mids: Series::with_capacity(capacity),
            breaks: Series::with_capacity(BREAKS),
            running: Vec::new(),
            listeners: Listeners::default(),
        };
        state.running = wanted(config).filter_map(|setup| Running::new(setup, capacity)).collect();
        state.listen();
        state
    }

    fn listen(&mut self) {
        let which = |needs: fn(&crate::indicator::Needs) -> bool| -> Vec<usize> {
            let named = self.running.iter().enumerate().filter(|(_, running)| needs(&running.setup.spec.needs));
            named.map(|(index, _)| index).collect()
        };
        self.listeners = Listeners {
            top: which(|needs| needs.top),
            book: which(|needs| needs.book),
            trades: which(|needs| needs.trades),
            liquidations: which(|needs| needs.liquidations),
        };
    }

    /// Something of the symbol came.
    #[inline]
    pub(super) fn on_event(&mut self, at: Nanos) {
        if self.since.is_none() {
            self.since = Some(at);
        }
        self.hole = false;
    }

    /// Nothing has come for long.
    pub(super) fn on_hole(&mut self, at: Nanos) {
        if !self.hole {
            self.hole = true;
            self.top = None;
            self.on_break(at, Break::Trades);
            self.on_break(at, Break::Quotes);
        }
    }

    #[inline]
    pub(super) fn on_trade(&mut self, at: Nanos, trade: &Trade) {
        let cell = &mut self.cell;
        let qty = i128::from(trade.qty.units());
        match trade.side {
            crate::domain::Side::Buy => cell.bought += qty,
            crate::domain::Side::Sell => cell.sold += qty,
        }
        cell.trades = cell.trades.saturating_add(1);
        cell.last = Some(trade.price.units());
        cell.paid.add(trade.price.units() as f64, qty);
        for &index in &self.listeners.trades {
            self.running[index].flow.on_trade(at, trade, self.top.as_ref());
        }
    }

    #[inline]
    pub(super) fn on_top(&mut self, at: Nanos, new: &Top) {
        let old = self.top.replace(*new);
        if let Some(old) = &old {
            self.cell.ofi += indicators::ofi::event(old, new);
        }
        for &index in &self.listeners.top {
            self.running[index].flow.on_top(at, old.as_ref(), new);
        }
    }

    #[inline]
    pub(super) fn on_book(&mut self, at: Nanos, book: &OrderBook) {
        if let Some(figures) = self.levels.update(book) {
            let sums = self.cell.mlofi.get_or_insert([0; 5]);
            sums.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
        }
        for &index in &self.listeners.book {
            self.running[index].flow.on_book(at, book);
        }
    }

    pub(super) fn on_liquidation(&mut self, at: Nanos, liquidation: &Liquidation) {
        for &index in &self.listeners.liquidations {
            self.running[index].flow.on_liquidation(at, liquidation);
        }
    }

    pub(super) fn on_link(&mut self, at: Nanos, link: &Link) {
        match link.state {
            LinkState::Resync => {}
            LinkState::Down => {
                if link.scope.trades() {
                    self.trades_down.get_or_insert(at);
                }
                if link.scope.book() && self.book_down.is_none() {
                    self.book_down = Some(at);
                    self.top = None;
                    self.on_break(at, Break::Quotes);
                }
            }
            LinkState::Up => {
                if link.scope.trades() && self.trades_down.take().is_some() {
                    self.on_break(at, Break::Trades);
                }
                if link.scope.book() {
                    self.book_down = None;
                }
            }
        }
    }

    pub(super) fn on_break(&mut self, at: Nanos, what: Break) {
        self.cell.breaks[what as usize] = true;
        match what {
            Break::Trades => {}
            Break::Quotes => self.cell.ofi = 0,
            Break::Book => {
                self.levels.forget();
                self.cell.mlofi = None;
            }
        }
        if self.since.is_some() {
            self.breaks.push((at, what));
        }
        for running in &mut self.running {
            running.flow.on_break(at, what);
        }
    }

    /// A cell ends, and with it a second or a time to sample, or both.
    pub(super) fn tick(&mut self, boundary: Nanos, book: &OrderBook, book_state: &BookState, futures: bool) {
        if self.since.is_none_or(|since| since >= boundary) {
            return;
        }
        let lack = lack(book_state);
        let now = Moment {
            at: boundary,
            top: self.top.as_ref(),
            book: match &lack {
                Some(lack) => Err(lack),
                None => Ok(book),
            },
            trades_down: self.trades_down,
            book_down: self.book_down,
            futures,
        };
        let second = boundary.0 % Nanos::SECOND.0 == 0;
        let sample = boundary.0 % self.every.0 == 0;
        for running in &mut self.running {
            if second {
                running.flow.on_second(boundary, now.top);
            }
            if sample {
                running.sample(&now);
            }
        }
        if sample {
            self.times.push(boundary);
            self.mids.push(self.top.as_ref().map_or(f64::NAN, Top::mid_f64));
        }
        let mlofi = if lack.is_none() { Some(self.cell.mlofi.unwrap_or([0; 5])) } else { None };
        self.cells.push(Cell { end: boundary, ended: true, top: self.top, mlofi, ..self.cell });
        self.cell = empty_cell(self.length);
    }

    /// Works out exactly these from now on, and `needed` ones that are not shown. What is new is worked out over the past as far
    /// as that is kept; says whether it was for all of them.
    pub(super) fn set(&mut self, setups: &[Setup], needed: &[Setup], past: &Past<'_>) -> bool {
        let mut complete = true;
        let mut known = std::mem::take(&mut self.running);
        let hidden = needed.iter().map(|setup| (setup, true));
        for (setup, hidden) in setups.iter().map(|setup| (setup, false)).chain(hidden) {
            let id = setup.to_string();
            if self.running.iter().any(|running| *running.id == *id) {
                continue;
            }
            if let Some(at) = known.iter().position(|running| *running.id == *id) {
                self.running.push(Running { hidden, ..known.swap_remove(at) });
            } else if let Some((running, whole)) = self.recalled(setup, past) {
                self.running.push(Running { hidden, ..running });
                complete &= whole;
            }
        }
        self.listen();
        complete
    }

    /// Those the user has chosen to see.
    pub(super) fn chosen(&self) -> Vec<Setup> {
        self.running.iter().filter(|running| !running.hidden).map(|running| running.setup.clone()).collect()
    }

    /// Whether these are exactly the ones that are worked out without being shown.
    pub(super) fn works_out(&self, needed: &[Setup]) -> bool {
        let hidden = || self.running.iter().filter(|running| running.hidden);
        let all = |setup: &Setup| self.running.iter().any(|running| running.setup == *setup);
        needed.iter().all(all) && hidden().all(|running| needed.contains(&running.setup))
    }

    /// The last sample of an indicator, and its z-score; `None` where it is not worked out.
    pub(super) fn latest(&self, setup: &Setup) -> Option<(&Result<Reading, Lack>, Option<f64>)> {
        let running = self.running.iter().find(|running| running.setup == *setup)?;
        Some((&running.latest, running.latest_z))
    }

    /// Whether a sample was taken at a moment, which is the newest boundary.
    pub(super) fn has_sampled(&self, at: Nanos) -> bool {
        self.times.last() == Some(&at)
    }

    /// Whether the best prices are known.
    pub(super) const fn has_top(&self) -> bool {
        self.top.is_some()
    }

    /// Whether the connection of quotes and books is down.
    pub(super) const fn is_book_down(&self) -> bool {
        self.book_down.is_some()
    }

    /// An indicator as if it had been there all along, and whether it could be.
    fn recalled(&self, setup: &Setup, past: &Past<'_>) -> Option<(Running, bool)> {
        let mut running = Running::new(setup.clone(), self.capacity)?;
        let mut events = Kept { trades: past.trades.iter().peekable(), liquidations: past.liquidations.iter().peekable() };
        let book = OrderBook::with_levels(1);
        let unknown = Lack::BookLost(Nanos::ZERO, "".into());
        let mut cells = self.cells.iter().peekable();
        let mut can = true;
        for &at in self.times.iter() {
            let mut top = None;
            let mut synced = false;
            let mut seen = false;
            while let Some(cell) = cells.next_if(|cell| cell.end <= at) {
                can &= events.tell(&mut *running.flow, cell);
                (top, synced, seen) = (cell.top, cell.mlofi.is_some(), true);
            }
            if can && seen {
                let known = if synced { Ok(&book) } else { Err(&unknown) };
                let now =
                    Moment { at, top: top.as_ref(), book: known, trades_down: None, book_down: None, futures: past.futures };
                running.sample(&now);
            } else {
                running.skip();
            }
        }
        // What has come since the last cell ended is in the one that runs.
        if let Some(since) = self.since {
            let begun = self.cells.last().map_or(since.floor_to(self.length), |cell| cell.end);
            can &= events.tell(&mut *running.flow, &Cell { end: begun + self.length, ..self.cell });
        }
        if !can {
            let crate::indicator::Build::Flow(build) = setup.spec.build else { return None };
            running.flow = build(&setup.params);
        }
        if past.book_state.is_synced() {
            running.flow.on_book(self.times.last().copied().unwrap_or_default(), past.book);
        }
        Some((running, can))
    }

    pub(super) fn view(&self) -> FlowView {
        let row = |running: &Running| IndicatorView {
            id: Arc::clone(&running.id),
            setup: running.setup.clone(),
            latest: running.latest.clone(),
            z: running.latest_z,
            values: running.values.clone(),
            zs: running.zs.clone(),
            extras: running.extras.clone(),
        };
        FlowView {
            every: self.every,
            times: self.times.clone(),
            mids: self.mids.clone(),
            breaks: self.breaks.clone(),
            rows: self.running.iter().filter(|running| !running.hidden).map(row).collect(),
        }
    }

    pub(super) fn hash(&self, h: &mut impl Hasher) {
        (self.since, self.trades_down, self.book_down, self.times.len()).hash(h);
        for running in self.running.iter().filter(|running| !running.hidden) {
            running.id.hash(h);
            running.values.iter().for_each(|value| value.to_bits().hash(h));
        }
    }
}

/// Events of the past that are kept one by one.
struct Kept<'a, T: Iterator<Item = &'a super::snapshot::TapeTrade>, L: Iterator<Item = &'a (Nanos, Liquidation)>> {
    trades: std::iter::Peekable<T>,
    liquidations: std::iter::Peekable<L>,
}

impl<'a, T: Iterator<Item = &'a super::snapshot::TapeTrade>, L: Iterator<Item = &'a (Nanos, Liquidation)>> Kept<'a, T, L> {
    /// Tells an indicator what happened in a cell, and says whether it can go by that.
    fn tell(&mut self, flow: &mut dyn Flow, cell: &Cell) -> bool {
        if flow.recalls_trades() {
            while let Some(kept) = self.trades.next_if(|trade| trade.at < cell.end) {
                let trade = Trade { price: kept.price, qty: kept.qty, side: kept.side, id: None, ex: kept.ex };
                flow.on_trade(kept.at, &trade, None);
            }
            return true;
        }
        if flow.recalls_liquidations() {
            while let Some((at, liquidation)) = self.liquidations.next_if(|(at, _)| *at < cell.end) {
                flow.on_liquidation(*at, liquidation);
            }
            return true;
        }
        flow.recall(cell)
    }
}

fn empty_cell(length: Nanos) -> Cell {
    Cell {
        end: Nanos::ZERO,
        length,
        ended: false,
        top: None,
        breaks: [false; 3],
        ofi: 0,
        mlofi: None,
        trades: 0,
        bought: 0,
        sold: 0,
        last: None,
        paid: Weighted::default(),
    }
}

fn lack(book_state: &BookState) -> Option<Lack> {
    match book_state {
        BookState::Synced(_) => None,
        BookState::Never => Some(Lack::Waiting("the first book")),
        BookState::Lost(since, why) => Some(Lack::BookLost(*since, Arc::clone(why))),
    }
}

/// What the settings ask for; what cannot be read is left out.
fn wanted(config: &EngineConfig) -> impl Iterator<Item = Setup> + '_ {
    let listed = config.indicators.iter().flatten().filter_map(|text| indicators::parse(text).ok());
    let all = config.indicators.is_none().then(|| indicators::flow().map(Setup::of));
    listed.chain(all.into_iter().flatten())
}
