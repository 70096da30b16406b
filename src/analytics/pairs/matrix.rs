//! Correlation and z-score of every pair among many symbols at once, carried on from bar to bar.
//!
//! Each pair is looked at on the bars *that pair* has in common: a symbol with gaps costs only its own pairs their bars. What is kept of a
//! pair are sums and four places in the closes of its legs, so that a bar close is constant time for each. Four windows back, at least
//! 2,000 bars, is as far as bars in common are looked for: what has a window of them only in more has no figure that is of now.

use super::align::is_close;
use super::moments::Moments;
use super::tracker;
use crate::bars::BarView;
use crate::domain::{Bar, Nanos, Symbol, Timeframe};

/// Windows of bars that are looked through for the bars two symbols have in common.
const REACH: usize = 4;
/// Bars that are looked through at least.
const LEAST: usize = 2_000;

/// A close, by its number: counted from the first one ever taken in.
type Place = u64;

/// One symbol's closes, as far as its bars are held.
#[derive(Debug, Clone)]
struct Column {
    symbol: Symbol,
    replaced: u64,
    /// Number of the next bar to take in, of all its history ever had.
    next: u64,
    taken: Option<Bar>,
    /// Closes let go in front.
    gone: Place,
    at: Vec<Nanos>,
    close: Vec<f64>,
    log: Vec<f64>,
}

impl Column {
    fn new(symbol: Symbol) -> Self {
        Self {
            symbol,
            replaced: 0,
            next: 0,
            taken: None,
            gone: Pair::NOWHERE.0 + 1,
            at: Vec::new(),
            close: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Takes in what is new; whether it had to begin anew. Of a long history the newest `reach` bars, and never many more, are enough.
    fn update(&mut self, view: &BarView, reach: usize) -> bool {
        let closed = &view.closed;
        let (held, end) = (closed.dropped(), closed.dropped() + closed.len() as u64);
        let same = match self.taken {
            Some(taken) => {
                self.replaced == closed.replaced()
                    && self.next <= end
                    && self.next.checked_sub(held + 1).is_some_and(|at| closed.get(at as usize) == Some(&taken))
            }
            None => false,
        };
        if !same {
            let gone = self.end();
            let next = held + closed.len().saturating_sub(reach) as u64;
            *self = Self { replaced: closed.replaced(), next, gone, ..Self::new(self.symbol) };
        } else if let Some(first) = closed.first() {
            let surplus = if self.at.len() > 2 * reach { self.at.len() - reach } else { 0 };
            let gone = self.at.partition_point(|at| *at < first.start).max(surplus);
            self.at.drain(..gone);
            self.close.drain(..gone);
            self.log.drain(..gone);
            self.gone += gone as u64;
        }
        for bar in closed.iter_from((self.next - held) as usize) {
            let close = bar.close.to_f64();
            if is_close(close) && self.at.last().is_none_or(|last| *last < bar.start) {
                self.at.push(bar.start);
                self.close.push(close);
                self.log.push(close.ln());
            }
            self.taken = Some(*bar);
        }
        self.next = end;
        !same
    }

    /// The place after the last.
    fn end(&self) -> Place {
        self.gone + self.at.len() as u64
    }

    fn start(&self, place: Place) -> Option<Nanos> {
        self.at.get(place.checked_sub(self.gone)? as usize).copied()
    }

    fn close(&self, place: Place) -> f64 {
        place.checked_sub(self.gone).and_then(|at| self.close.get(at as usize)).copied().unwrap_or(f64::NAN)
    }

    fn log(&self, place: Place) -> f64 {
        place.checked_sub(self.gone).and_then(|at| self.log.get(at as usize)).copied().unwrap_or(f64::NAN)
    }
}

/// Both legs of a pair.
#[derive(Clone, Copy)]
struct Legs<'a> {
    y: &'a Column,
    x: &'a Column,
}

/// Places of a common bar in y and in x.
type Common = (Place, Place);

impl<'a> Legs<'a> {
    /// The first common bar at or after these places, or the places the search goes on from when there is more.
    fn seek(self, (mut y, mut x): Common) -> Result<Common, Common> {
        while let (Some(at_y), Some(at_x)) = (self.y.start(y), self.x.start(x)) {
            if at_y == at_x {
                return Ok((y, x));
            }
            y += u64::from(at_y < at_x);
            x += u64::from(at_x < at_y);
        }
        Err((y, x))
    }

    /// Common bars from these places on.
    fn from(self, mut next: Common) -> impl Iterator<Item = Common> + Clone + use<'a> {
        std::iter::from_fn(move || {
            let found = self.seek(next).ok()?;
            next = (found.0 + 1, found.1 + 1);
            Some(found)
        })
    }

    /// The place of the common bar so many before the end, or of the oldest; and how many there are from it on.
    fn reach_back(self, bars: usize) -> Option<(Common, usize)> {
        let (mut y, mut x) = (self.y.at.len(), self.x.at.len());
        let (mut found, mut count) = (None, 0);
        while let (Some(last_y), Some(last_x)) = (y.checked_sub(1), x.checked_sub(1)) {
            let (at_y, at_x) = (self.y.at[last_y], self.x.at[last_x]);
            if at_y == at_x {
                found = Some((self.y.gone + last_y as u64, self.x.gone + last_x as u64));
                count += 1;
                if count == bars {
                    break;
                }
            }
            y -= usize::from(at_y >= at_x);
            x -= usize::from(at_x >= at_y);
        }
        found.map(|place| (place, count))
    }

    fn closes(self, (y, x): Common) -> (f64, f64) {
        (self.y.close(y), self.x.close(x))
    }

    fn returns(self, before: Common, bar: Common) -> (f64, f64) {
        (self.y.log(bar.0) - self.y.log(before.0), self.x.log(bar.1) - self.x.log(before.1))
    }
}

/// A window of common bars that slides.
#[derive(Debug, Clone, Copy, Default)]
struct Rolling {
    moments: Moments,
    /// The oldest bar in it; of returns, the one the oldest return begins at.
    tail: Option<Common>,
}

/// A pair's sums.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    /// Where the next common bar is looked for.
    next: Common,
    last: Option<Common>,
    line: Rolling,
    returns: Rolling,
    spread: Rolling,
}

impl Pair {
    /// Of what is held, from the newest bar backwards no further than the windows reach.
    fn begin(legs: Legs<'_>, window: usize, z: usize, turn: usize) -> Self {
        let mut pair = Self { next: (legs.y.gone, legs.x.gone), ..Self::default() };
        if let Some((from, _)) = legs.reach_back((window + 1).max(z)) {
            pair.next = from;
            pair.advance(legs, window, z);
        }
        // Pairs take turns in working out their sums anew.
        pair.line.moments.age(turn * 7 % window);
        pair.returns.moments.age((turn * 7 + window / 2) % window);
        pair
    }

    fn advance(&mut self, legs: Legs<'_>, window: usize, z: usize) {
        loop {
            match legs.seek(self.next) {
                Ok(bar) => self.take(legs, bar, window, z),
                Err(next) => {
                    self.next = next;
                    return;
                }
            }
        }
    }

    fn take(&mut self, legs: Legs<'_>, bar: Common, window: usize, z: usize) {
        self.next = (bar.0 + 1, bar.1 + 1);
        for (rolling, width) in [(&mut self.line, window), (&mut self.spread, z)] {
            let (y, x) = legs.closes(bar);
            let full = rolling.moments.n() >= width;
            rolling.moments.add(y, x);
            let tail = *rolling.tail.get_or_insert(bar);
            if full {
                let (y, x) = legs.closes(tail);
                rolling.moments.remove(y, x);
                rolling.tail = legs.seek((tail.0 + 1, tail.1 + 1)).ok();
            }
            if rolling.moments.stale()
                && let Some(tail) = rolling.tail
            {
                rolling.moments = Moments::of(legs.from(tail).take(rolling.moments.n()).map(|bar| legs.closes(bar)));
            }
        }
        if let Some(last) = self.last {
            let full = self.returns.moments.n() >= window;
            let (y, x) = legs.returns(last, bar);
            self.returns.moments.add(y, x);
            let tail = *self.returns.tail.get_or_insert(last);
            if full && let Ok(next) = legs.seek((tail.0 + 1, tail.1 + 1)) {
                let (y, x) = legs.returns(tail, next);
                self.returns.moments.remove(y, x);
                self.returns.tail = Some(next);
            }
            if self.returns.moments.stale()
                && let Some(tail) = self.returns.tail
            {
                let bars = legs.from(tail).zip(legs.from((tail.0 + 1, tail.1 + 1))).take(self.returns.moments.n());
                self.returns.moments = Moments::of(bars.map(|(before, bar)| legs.returns(before, bar)));
            }
        }
        self.last = Some(bar);
    }

    /// Whether the closes its windows reach back to are still held.
    fn is_held(&self, legs: Legs<'_>) -> bool {
        let held = |place: Option<Common>| place.is_none_or(|(y, x)| y >= legs.y.gone && x >= legs.x.gone);
        held(self.line.tail) && held(self.returns.tail) && held(self.spread.tail) && held(Some(self.next))
    }

    fn cell(&self, legs: Legs<'_>, window: usize, z: usize) -> Cell {
        let last = self.last;
        let line = if self.line.moments.n() >= window { self.line.moments.line() } else { None };
        let corr = if self.returns.moments.n() >= window { self.returns.moments.correlation() } else { None };
        let score = || {
            let ((beta, ..), (y, x)) = (line?, legs.closes(last?));
            let moments = &self.spread.moments;
            if moments.n() < z {
                return None;
            }
            if let Some(squares) = moments.spread_squares(beta) {
                return tracker::z_score(moments.above_mean(beta, y, x), squares, z, tracker::rounding(y, beta, x));
            }
            let (ys, xs): (Vec<f64>, Vec<f64>) = legs.from(self.spread.tail?).take(z).map(|bar| legs.closes(bar)).unzip();
            tracker::Closes { y: &ys, x: &xs, then: None }.z_score(beta, z)
        };
        Cell {
            y: legs.y.symbol,
            x: legs.x.symbol,
            at: last.and_then(|(y, _)| legs.y.start(y)),
            bars: self.line.moments.n(),
            corr,
            beta: line.map(|(beta, ..)| beta),
            z: score(),
        }
    }
}

/// What is known of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The later one in the order of the symbols: what is explained.
    pub y: Symbol,
    /// The earlier one: what explains it.
    pub x: Symbol,
    /// When their last common bar starts.
    pub at: Option<Nanos>,
    /// Common bars in the window, up to its length; until it is full there is no figure.
    pub bars: usize,
    /// Correlation of the log returns over the window, −1 to 1.
    pub corr: Option<f64>,
    /// Hedge ratio by least squares over the window.
    pub beta: Option<f64>,
    /// z-score of the spread.
    pub z: Option<f64>,
}

/// All pairs among some symbols.
#[derive(Debug, Clone)]
pub struct Matrix {
    window: usize,
    z: usize,
    timeframe: Timeframe,
    columns: Vec<Column>,
    /// Of y = 1 with x = 0, y = 2 with x = 0 and 1, and so on.
    pairs: Vec<Pair>,
}

impl Matrix {
    /// Of no symbols yet: correlation and line over `window` bars, z-score over `z`; within [`WINDOW`](super::setup::WINDOW) and
    /// [`Z`](super::setup::Z), to which they are held.
    pub fn new(window: usize, z: usize, timeframe: Timeframe) -> Self {
        let window = window.clamp(*super::setup::WINDOW.start(), *super::setup::WINDOW.end());
        let z = z.clamp(*super::setup::Z.start(), *super::setup::Z.end());
        Self { window, z, timeframe, columns: Vec::new(), pairs: Vec::new() }
    }

    /// Looks in another way from the next [`update`](Self::update) on; nothing changes where it is the same.
    pub fn set(&mut self, window: usize, z: usize, timeframe: Timeframe) {
        let new = Self::new(window, z, timeframe);
        if (new.window, new.z, new.timeframe) != (self.window, self.z, self.timeframe) {
            *self = new;
        }
    }

    /// Bars of the correlation and the line.
    pub const fn window(&self) -> usize {
        self.window
    }

    /// Takes in what is new of the symbols' closed bars; a symbol that is not among them any more goes with its pairs. Named twice, it
    /// counts once. Returns whether anything changed.
    pub fn update(&mut self, views: &[(Symbol, &BarView)]) -> bool {
        let mut changed = self.arrange(views);
        let reach = (REACH * (self.window + self.z)).max(LEAST);
        let mut fresh = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let view = views.iter().find(|(symbol, _)| *symbol == column.symbol).map(|(_, view)| view);
            let before = (column.end(), column.gone);
            fresh.push(view.is_some_and(|view| column.update(view, reach)));
            changed |= before != (column.end(), column.gone);
        }
        let mut pairs = self.pairs.iter_mut();
        for y in 1..self.columns.len() {
            for x in 0..y {
                let legs = Legs { y: &self.columns[y], x: &self.columns[x] };
                let Some(pair) = pairs.next() else { continue };
                if fresh[y] || fresh[x] || !pair.is_held(legs) {
                    *pair = Pair::begin(legs, self.window, self.z, index(y, x));
                } else {
                    pair.advance(legs, self.window, self.z);
                }
            }
        }
        changed
    }

    /// Brings the columns into the order of the views, with their pairs.
    fn arrange(&mut self, views: &[(Symbol, &BarView)]) -> bool {
        let mut order: Vec<Symbol> = Vec::with_capacity(views.len());
        for (symbol, _) in views {
            if !order.contains(symbol) {
                order.push(*symbol);
            }
        }
        if self.columns.iter().map(|column| column.symbol).eq(order.iter().copied()) {
            return false;
        }
        let place: Vec<Option<usize>> =
            order.iter().map(|symbol| self.columns.iter().position(|column| column.symbol == *symbol)).collect();
        let mut pairs = Vec::with_capacity(order.len() * order.len().saturating_sub(1) / 2);
        for y in 1..order.len() {
            for x in 0..y {
                let kept = match (place[y], place[x]) {
                    (Some(y), Some(x)) if x < y => self.pairs.get(index(y, x)).copied(),
                    _ => None,
                };
                // Not held: begins anew with the next update.
                pairs.push(kept.unwrap_or(Pair { next: Pair::NOWHERE, ..Pair::default() }));
            }
        }
        let mut old: Vec<Option<Column>> = std::mem::take(&mut self.columns).into_iter().map(Some).collect();
        self.columns = order
            .iter()
            .zip(place)
            .map(|(symbol, place)| place.and_then(|at| old.get_mut(at)?.take()).unwrap_or_else(|| Column::new(*symbol)))
            .collect();
        self.pairs = pairs;
        true
    }

    /// The symbols, in order.
    pub fn symbols(&self) -> impl ExactSizeIterator<Item = Symbol> + '_ {
        self.columns.iter().map(|column| column.symbol)
    }

    /// The pair of two symbols by their positions, in whichever order; `None` of one with itself.
    pub fn cell(&self, a: usize, b: usize) -> Option<Cell> {
        let (y, x) = (a.max(b), a.min(b));
        if y == x {
            return None;
        }
        let legs = Legs { y: self.columns.get(y)?, x: self.columns.get(x)? };
        Some(self.pairs.get(index(y, x))?.cell(legs, self.window, self.z))
    }

    /// All pairs.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (1..self.columns.len()).flat_map(move |y| (0..y).filter_map(move |x| self.cell(y, x)))
    }
}

impl Pair {
    /// A place no column has.
    const NOWHERE: Common = (0, 0);
}

/// Where a pair lies, y after x.
const fn index(y: usize, x: usize) -> usize {
    y * (y - 1) / 2 + x
}
