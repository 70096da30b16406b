//! What a live session leaves in the database beside its engine, and what it begins with: bars, trades, and a row of its own.

use crate::domain::{Bar, BarSpec, Event, LinkState, Market, Nanos, Symbol, Timeframe};
use crate::drive::store::{Retention, SessionEnd, SessionRow, Store, Tick};
use crate::engine::Engine;
use std::path::Path;

/// The timeframes that are kept of what closes, which are those an exchange is asked for at the start; others are folded from them.
/// Longest first: what a shorter one lacks of a longer interval must not take the place of what is known of it.
const KEPT: [Timeframe; 3] = [Timeframe::D1, Timeframe::H1, Timeframe::M1];
/// Bars of each that a session begins with: four days of minutes, two months of hours, four years of days.
const BEGINS_WITH: [usize; 3] = [1_500, 1_500, 6_000];
/// Answers of the exchange that are asked for at most to close the gap between what is kept and now; behind a wider one, nothing that
/// is kept is shown. At 1,000 bars each this is four days of minutes.
const REQUESTS: u32 = 6;
const FETCHED: i64 = 1_000;
/// Trades are handed over this often, or when there are so many.
const BATCH: Nanos = Nanos::SECOND;
const BATCH_ROWS: usize = 2_000;
/// How often old rows are looked for.
const RETAIN_EVERY: Nanos = Nanos::from_secs(300);

/// Where, and what of it, a session's market is kept.
#[derive(Debug, Clone, Default)]
pub struct ArchiveOptions {
    /// The database; nothing is kept and nothing known at the start where there is none.
    pub store: Option<Store>,
    /// The name the market is kept under; `None` for one that is another each time, such as the demo's: none of it is kept.
    pub market: Option<String>,
    /// Whether bars are kept, and what is kept is shown at the start.
    pub bars: bool,
    /// Whether single trades are kept.
    pub ticks: bool,
    /// How long.
    pub retention: Option<Retention>,
    /// The layout the session is begun with, where one was named.
    pub layout: Option<String>,
}

/// What is known of one symbol.
#[derive(Debug)]
struct Watched {
    symbol: Symbol,
    /// Whether trades are connected, and have come since.
    up: bool,
    heard: bool,
    by: [Kept; KEPT.len()],
}

/// Of one timeframe of a symbol.
#[derive(Debug, Clone, Copy)]
struct Kept {
    /// Intervals from here on are heard from their beginning.
    whole: Nanos,
    /// The start of the last bar that was handed over.
    last: Nanos,
    /// The end of what was kept, while there may be a gap behind it, and how often the exchange may still be asked to fill it.
    gap: Option<(Nanos, u32)>,
}

impl Watched {
    const fn new(symbol: Symbol) -> Self {
        let kept = Kept { whole: Nanos::MAX, last: Nanos(-1), gap: None };
        Self { symbol, up: true, heard: false, by: [kept; KEPT.len()] }
    }
}

/// Beginnings of a symbol: bars of each timeframe, in the order the engine is to be told.
type Past = Vec<(Symbol, Vec<(Timeframe, Vec<Bar>)>)>;

/// A live session's side of the database.
#[derive(Debug)]
pub(in crate::drive) struct Archive {
    options: ArchiveOptions,
    session: Option<SessionRow>,
    watched: Vec<Watched>,
    past: Option<Past>,
    ticks: Vec<Tick>,
    handed: Nanos,
    next: Nanos,
    retained: Nanos,
    left_out: u64,
    end: SessionEnd,
    notes: Vec<String>,
    /// The database did not answer: it is not waited for again.
    mute: bool,
}

impl Archive {
    pub(in crate::drive) const fn new(options: ArchiveOptions) -> Self {
        Self {
            options,
            session: None,
            watched: Vec::new(),
            past: None,
            ticks: Vec::new(),
            handed: Nanos::ZERO,
            next: Nanos::ZERO,
            retained: Nanos::ZERO,
            left_out: 0,
            end: SessionEnd::User,
            notes: Vec::new(),
            mute: false,
        }
    }

    /// The store, and the name bars are kept under.
    fn of_bars(&self) -> Option<(&Store, &str)> {
        self.options.store.as_ref().zip(self.options.market.as_deref()).filter(|_| self.options.bars)
    }

    /// Whether anything is kept of these symbols that a session at this moment would begin with.
    pub(in crate::drive) fn knows(&mut self, symbols: &[Symbol], now: Nanos) -> bool {
        if self.past.is_none() {
            let past = symbols.iter().map(|symbol| (*symbol, self.read(*symbol, now))).collect();
            self.past = Some(past);
        }
        self.past.iter().flatten().any(|(_, bars)| !bars.is_empty())
    }

    /// What is kept of a symbol, timeframe by timeframe in the order the engine is to be told.
    pub(in crate::drive) fn past(&mut self, symbol: Symbol, now: Nanos) -> Vec<(Timeframe, Vec<Bar>)> {
        let read = self.past.as_mut().and_then(|past| {
            let place = past.iter().position(|(known, _)| *known == symbol)?;
            Some(past.swap_remove(place).1)
        });
        let bars = read.unwrap_or_else(|| self.read(symbol, now));
        let watched = self.watch(symbol);
        for (timeframe, bars) in &bars {
            if let (Some(place), Some(last)) = (KEPT.iter().position(|kept| kept == timeframe), bars.last()) {
                watched.by[place].gap = Some((last.start + timeframe.nanos(), REQUESTS));
            }
        }
        bars
    }

    fn read(&mut self, symbol: Symbol, now: Nanos) -> Vec<(Timeframe, Vec<Bar>)> {
        let Some((store, venue)) = self.of_bars().filter(|_| !self.mute) else { return Vec::new() };
        let (mut found, mut trouble) = (Vec::new(), None);
        for (timeframe, most) in KEPT.into_iter().zip(BEGINS_WITH) {
            match store.bars(venue, symbol, timeframe, most) {
                Ok(mut bars) => {
                    let length = timeframe.nanos();
                    // What the clock says has not closed yet is of another clock.
                    bars.retain(|bar| bar.start + length <= now);
                    let widest = Nanos(length.0.saturating_mul(FETCHED * i64::from(REQUESTS)));
                    if bars.last().is_some_and(|last| now.saturating_sub(last.start) <= widest) {
                        found.push((timeframe, bars));
                    }
                }
                Err(error) => {
                    trouble = Some(format!("{symbol}: the bars that are kept cannot be read: {error}"));
                    break;
                }
            }
        }
        self.mute = trouble.is_some();
        self.notes.extend(trouble);
        found
    }

    /// The session begins: from now on it has a row.
    pub(in crate::drive) fn begin(&mut self, venue: &str, symbols: &[Symbol], now: Nanos) {
        let Some(store) = &self.options.store else { return };
        let session = SessionRow {
            id: store.next_session(),
            venue: venue.to_owned(),
            symbols: symbols.to_vec(),
            begun: now,
            seen: now,
            ended: None,
            how: SessionEnd::Open,
            recording: None,
            layout: self.options.layout.clone(),
            events: 0,
            fills: 0,
        };
        store.save_session(session.clone());
        self.session = Some(session);
        self.retain(now);
    }

    /// The session is recorded into this file.
    pub(in crate::drive) fn recorded(&mut self, path: &Path) {
        if let (Some(session), Some(store)) = (&mut self.session, &self.options.store) {
            session.recording = Some(path.display().to_string());
            store.save_session(session.clone());
        }
    }

    fn retain(&mut self, now: Nanos) {
        if let (Some(store), Some(retention)) = (&self.options.store, self.options.retention) {
            store.retain(now, retention);
            self.retained = now;
        }
    }

    fn watch(&mut self, symbol: Symbol) -> &mut Watched {
        let place = self.watched.iter().position(|watched| watched.symbol == symbol).unwrap_or_else(|| {
            self.watched.push(Watched::new(symbol));
            self.watched.len() - 1
        });
        &mut self.watched[place]
    }

    /// Takes in what the exchange said, before the engine is told at `at` by its input of this number. The answer is what else has to be
    /// asked of the exchange: bars of a symbol before a moment.
    #[inline]
    pub(in crate::drive) fn heard(&mut self, at: Nanos, seq: u64, market: &Market) -> Option<(Symbol, Timeframe, Nanos)> {
        self.options.market.as_ref()?;
        match (&market.event, market.symbol) {
            (Event::Trade(trade), Some(symbol)) if trade.price.units() > 0 && trade.qty.units() > 0 => {
                if self.options.ticks {
                    self.ticks.push(Tick { symbol, at, n: seq, trade: *trade });
                    if self.ticks.len() >= BATCH_ROWS {
                        self.hand_ticks();
                    }
                }
                let watched = self.watch(symbol);
                if watched.up && !watched.heard {
                    watched.heard = true;
                    for (kept, timeframe) in watched.by.iter_mut().zip(KEPT) {
                        // The first interval that begins from here on.
                        kept.whole = timeframe.start_of(at + timeframe.nanos() - Nanos(1));
                    }
                }
                None
            }
            (Event::History(timeframe, bars), Some(symbol)) => self.fetched(at, symbol, *timeframe, bars),
            (Event::Link(link), symbol) if link.scope.trades() && link.state != LinkState::Resync => {
                for watched in self.watched.iter_mut().filter(|watched| symbol.is_none_or(|symbol| watched.symbol == symbol)) {
                    watched.up = link.state == LinkState::Up;
                    watched.heard = false;
                    watched.by.iter_mut().for_each(|kept| kept.whole = Nanos::MAX);
                }
                None
            }
            _ => None,
        }
    }

    /// Bars came from the exchange.
    fn fetched(&mut self, at: Nanos, symbol: Symbol, timeframe: Timeframe, bars: &[Bar]) -> Option<(Symbol, Timeframe, Nanos)> {
        let length = timeframe.nanos();
        if let Some((store, venue)) = self.of_bars() {
            let closed: Vec<Bar> = bars.iter().filter(|bar| bar.start + length <= at).copied().collect();
            if timeframe >= Timeframe::M1 {
                store.save_bars(venue, symbol, timeframe, closed);
            }
        }
        let place = KEPT.iter().position(|kept| *kept == timeframe)?;
        let watched = self.watch(symbol);
        let heard = watched.heard;
        let kept = watched.by.get_mut(place)?;
        if let Some(running) = bars.last().filter(|bar| heard && bar.start + length > at) {
            // The engine has its beginning from there, and has heard the rest.
            kept.whole = kept.whole.min(running.start);
        }
        let (end, left) = kept.gap?;
        let first = bars.first()?.start;
        kept.gap = (first > end && left > 0).then_some((end, left.saturating_sub(1)));
        kept.gap.map(|_| (symbol, timeframe, first))
    }

    /// Hands over what is due, after the engine has been told.
    #[inline]
    pub(in crate::drive) fn look(&mut self, engine: &Engine, fills: u64) {
        if self.session.is_some() && engine.now() >= self.next {
            self.hand_on(engine, fills);
        }
    }

    #[cold]
    fn hand_on(&mut self, engine: &Engine, fills: u64) {
        let now = engine.now();
        let minute = Timeframe::M1.start_of(now) > Timeframe::M1.start_of(self.handed);
        self.next = Timeframe::S1.start_of(now) + BATCH;
        self.handed = now;
        self.hand_ticks();
        if !minute {
            return;
        }
        self.hand_bars(engine);
        self.keep(engine, fills, None);
        if self.left_out > 0 {
            let count = std::mem::take(&mut self.left_out);
            self.notes.push(format!("{count} trades were not kept in the database: the disk takes them too slowly"));
        }
        if now.saturating_sub(self.retained) >= RETAIN_EVERY {
            self.retain(now);
        }
    }

    fn hand_ticks(&mut self) {
        if let (Some(store), Some(venue), false) = (&self.options.store, &self.options.market, self.ticks.is_empty()) {
            self.left_out += store.save_ticks(venue, std::mem::take(&mut self.ticks)) as u64;
        }
    }

    fn hand_bars(&mut self, engine: &Engine) {
        let Some((store, venue)) = self.options.store.as_ref().zip(self.options.market.as_deref()).filter(|_| self.options.bars)
        else {
            return;
        };
        for watched in &mut self.watched {
            for (kept, timeframe) in watched.by.iter_mut().zip(KEPT) {
                let Some(view) = engine.bars(watched.symbol, BarSpec::Time(timeframe)) else { continue };
                let from = view.position(kept.whole.max(kept.last + Nanos(1)));
                let closed: Vec<Bar> = (from..view.closed.len()).filter_map(|at| view.closed.get(at)).copied().collect();
                if let Some(last) = closed.last() {
                    kept.last = last.start;
                    store.save_bars(venue, watched.symbol, timeframe, closed);
                }
            }
        }
    }

    fn keep(&mut self, engine: &Engine, fills: u64, end: Option<(Nanos, SessionEnd)>) {
        let (Some(session), Some(store)) = (&mut self.session, &self.options.store) else { return };
        session.seen = end.map_or(engine.now(), |(at, _)| at).max(session.begun);
        session.symbols = engine.symbols().collect();
        session.events = engine.seq();
        session.fills = fills;
        if let Some((_, how)) = end {
            session.ended = Some(session.seen);
            session.how = how;
        }
        store.save_session(session.clone());
    }

    /// How the session will have ended.
    pub(in crate::drive) const fn ends(&mut self, end: SessionEnd) {
        self.end = end;
    }

    /// The session ends.
    pub(in crate::drive) fn end(&mut self, engine: &Engine, fills: u64, now: Nanos) {
        self.hand_ticks();
        self.hand_bars(engine);
        self.keep(engine, fills, Some((now, self.end)));
        self.session = None;
    }

    /// What has to be told since the last call.
    pub(in crate::drive) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}
