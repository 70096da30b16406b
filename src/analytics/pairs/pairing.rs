//! A pair kept up to date from the bars of two symbols as the engine shows them.

use super::align::{Joiner, LeftOut, Leg, Step};
use super::{Analysis, Counts, Course, Method, PairSetup, Point};
use crate::bars::BarView;
use crate::domain::{Bar, Nanos, Symbol, Timeframe};
use std::collections::VecDeque;

/// Bars that may close between two looks before Huber's lines are filled in newest first rather than at once.
const AT_ONCE: usize = 32;

/// One leg: what was taken in of its bars.
#[derive(Debug, Clone)]
pub struct LegState {
    /// Whose bars.
    pub symbol: Symbol,
    /// Closed bars there are.
    pub bars: usize,
    /// When its last closed bar starts.
    pub last: Option<Nanos>,
    /// How far its last closed bar is behind the other's by more than a bar, or behind engine time by more than a bar's length (four
    /// for days, which have weekends between them); `None` where it is not.
    pub behind: Option<Nanos>,
    replaced: u64,
    /// Number of the first bar held; how many were let go before it.
    first: u64,
    /// Number of the next bar to take in.
    next: u64,
    /// The last bar taken in.
    taken: Option<Bar>,
    /// When those bars taken in start that the other has not, within the stretch both cover.
    left: VecDeque<Nanos>,
}

impl LegState {
    fn new(symbol: Symbol) -> Self {
        Self { symbol, bars: 0, last: None, behind: None, replaced: 0, first: 0, next: 0, taken: None, left: VecDeque::new() }
    }

    fn begin(&mut self, view: &BarView) {
        *self = Self::new(self.symbol);
        self.replaced = view.closed.replaced();
        self.first = view.closed.dropped();
        self.next = self.first;
    }

    /// Whether what was taken in is still where these bars begin.
    fn follows(&self, view: &BarView) -> bool {
        let closed = &view.closed;
        let (held, end) = (closed.dropped(), closed.dropped() + closed.len() as u64);
        if self.replaced != closed.replaced() || held < self.first || held > self.next || self.next > end {
            return false;
        }
        match self.next.checked_sub(held + 1) {
            Some(at) => closed.get(at as usize) == self.taken.as_ref(),
            None => self.taken.is_none() || self.next == held,
        }
    }

    /// How many of the bars held the other has not, when they have so many in common.
    fn left_out(&self, common: usize) -> LeftOut {
        LeftOut { inside: self.left.len(), outside: self.bars.saturating_sub(common + self.left.len()) }
    }
}

/// A [`Course`] of two symbols, kept while their bars stay the same ones: a bar that closes costs one step. History put in front,
/// other symbols, other bars or another setup begin anew. The bar still forming is looked at by [`preview`](Self::preview) alone.
#[derive(Debug, Clone)]
pub struct Pairing {
    setup: PairSetup,
    timeframe: Timeframe,
    y: LegState,
    x: LegState,
    joiner: Joiner,
    course: Course,
    analysis: Option<(Nanos, usize, bool, Box<Analysis>)>,
    preview: Option<(Nanos, [f64; 2], Option<Point>)>,
    /// Times it began anew or took bars in.
    version: u64,
}

impl Pairing {
    /// Of two symbols, without bars yet.
    pub fn new(setup: PairSetup, timeframe: Timeframe, y: Symbol, x: Symbol) -> Self {
        Self {
            setup,
            timeframe,
            y: LegState::new(y),
            x: LegState::new(x),
            joiner: Joiner::default(),
            course: Course::new(setup),
            analysis: None,
            preview: None,
            version: 0,
        }
    }

    /// Looks at the pair in another way from the next [`update`](Self::update) on; nothing changes where it is the same.
    pub fn set(&mut self, setup: PairSetup, timeframe: Timeframe, y: Symbol, x: Symbol) {
        if (self.setup, self.timeframe, self.y.symbol, self.x.symbol) != (setup, timeframe, y, x) {
            *self = Self { version: self.version + 1, ..Self::new(setup, timeframe, y, x) };
        }
    }

    /// How it looks at the pair.
    pub const fn setup(&self) -> &PairSetup {
        &self.setup
    }

    /// Length of its bars.
    pub const fn timeframe(&self) -> Timeframe {
        self.timeframe
    }

    /// Takes in what is new of the two legs' bars. `now` is engine time.
    pub fn update(&mut self, y: &BarView, x: &BarView, now: Nanos) {
        let fresh = self.y.taken.is_none() && self.x.taken.is_none() && self.course.is_empty();
        if fresh || !(self.y.follows(y) && self.x.follows(x)) {
            self.begin(y, x);
        }
        for (leg, view) in [(&mut self.y, y), (&mut self.x, x)] {
            leg.first = view.closed.dropped();
            leg.bars = view.closed.len();
            leg.last = view.closed.last().map(|bar| bar.start);
        }
        self.let_go(y, x);
        self.take_in(y, x);
        self.look_behind(now);
        self.look_ahead(y, x);
    }

    fn begin(&mut self, y: &BarView, x: &BarView) {
        self.y.begin(y);
        self.x.begin(x);
        self.joiner = Joiner::default();
        if !self.course.is_empty() {
            self.version += 1;
        }
        self.course = Course::new(self.setup);
        self.analysis = None;
        self.preview = None;
    }

    /// Drops what is before the bars both legs still hold.
    fn let_go(&mut self, y: &BarView, x: &BarView) {
        let Some(first) = y.closed.first().map(|bar| bar.start).max(x.closed.first().map(|bar| bar.start)) else { return };
        for leg in [&mut self.y, &mut self.x] {
            let gone = leg.left.partition_point(|start| *start < first);
            leg.left.drain(..gone);
        }
        let gone = self.course.position(first);
        if gone > 0 {
            self.course.drop_front(gone);
            self.version += 1;
        }
    }

    fn take_in(&mut self, y: &BarView, x: &BarView) {
        let skip = |leg: &LegState| (leg.next - leg.first) as usize;
        let close = |bar: &Bar| (bar.start, bar.close.to_f64());
        let (from_y, from_x) = (skip(&self.y), skip(&self.x));
        let new = (self.y.bars - from_y).min(self.x.bars - from_x);
        if self.y.bars == from_y || self.x.bars == from_x {
            return;
        }
        if self.setup.method == Method::Huber && new > AT_ONCE && !self.course.is_empty() {
            self.begin(y, x);
            return self.update_anew(y, x);
        }
        let mut bars_y = y.closed.iter_from(from_y).map(close).peekable();
        let mut bars_x = x.closed.iter_from(from_x).map(close).peekable();
        let (leg_y, leg_x, course) = (&mut self.y, &mut self.x, &mut self.course);
        self.joiner.run(&mut bars_y, &mut bars_x, |step| match step {
            Step::Common(bar) => {
                leg_y.next += 1;
                leg_x.next += 1;
                course.push_later(bar.at, bar.y, bar.x);
            }
            Step::Left { leg, at, inside } => {
                let leg = if leg == Leg::Y { &mut *leg_y } else { &mut *leg_x };
                leg.next += 1;
                if inside {
                    leg.left.push_back(at);
                }
            }
        });
        for (leg, view) in [(&mut self.y, y), (&mut self.x, x)] {
            leg.taken = leg.next.checked_sub(leg.first + 1).and_then(|at| view.closed.get(at as usize)).copied();
        }
        self.version += 1;
        self.preview = None;
    }

    fn update_anew(&mut self, y: &BarView, x: &BarView) {
        for (leg, view) in [(&mut self.y, y), (&mut self.x, x)] {
            leg.bars = view.closed.len();
            leg.last = view.closed.last().map(|bar| bar.start);
        }
        self.take_in(y, x);
    }

    fn look_behind(&mut self, now: Nanos) {
        let length = self.timeframe.nanos();
        let (last_y, last_x) = (self.y.last, self.x.last);
        for (leg, other) in [(&mut self.y, last_x), (&mut self.x, last_y)] {
            let Some(last) = leg.last else { continue };
            let behind_other = other.map_or(Nanos::ZERO, |other| other.saturating_sub(last));
            // A bar closes a length after its start, and the next one a length later.
            let behind_now = now.saturating_sub(last + length);
            // Days of a market that closes have weekends and holidays between them.
            let patience = if self.timeframe >= Timeframe::D1 { Nanos(length.0 * 4) } else { length };
            // Bars that come ready-made come one after the other: by one bar a leg may be behind.
            let late = |by: Nanos, patience: Nanos| if by > patience { by } else { Nanos::ZERO };
            let behind = late(behind_other, length).max(late(behind_now, patience));
            leg.behind = (behind > Nanos::ZERO).then_some(behind);
        }
    }

    /// The bars still forming, where both are of the same stretch.
    fn look_ahead(&mut self, y: &BarView, x: &BarView) {
        let (Some(y), Some(x)) = (y.forming, x.forming) else {
            self.preview = None;
            return;
        };
        let closes = [y.close.to_f64(), x.close.to_f64()];
        if y.start != x.start {
            self.preview = None;
        } else if self.preview.is_none_or(|(at, before, _)| (at, before) != (y.start, closes)) {
            self.preview = Some((y.start, closes, self.course.preview(y.start, closes[0], closes[1])));
        }
    }

    /// Works out lines that wait; see [`Course::work`]. Returns whether none waits any more.
    pub fn work(&mut self, values: usize) -> bool {
        if self.course.is_filled() {
            return true;
        }
        self.version += 1;
        self.course.work(values)
    }

    /// Whether no line waits to be worked out.
    pub const fn is_filled(&self) -> bool {
        self.course.is_filled()
    }

    /// The pair's figures at every common bar.
    pub const fn course(&self) -> &Course {
        &self.course
    }

    /// What the bar still forming would say if it closed now; `None` unless both legs have one of the same stretch.
    pub fn preview(&self) -> Option<&Point> {
        self.preview.as_ref().and_then(|(_, _, point)| point.as_ref())
    }

    /// All that is said of the last common bar, worked out when it is first asked for after a bar came.
    pub fn analysis(&mut self) -> &Analysis {
        let key = self.course.last().map_or((Nanos::ZERO, 0), |point| (point.at, self.course.seen()));
        let filled = self.course.is_filled();
        let kept = self.analysis.take().filter(|(at, seen, whole, _)| (*at, *seen, *whole) == (key.0, key.1, filled));
        let course = &self.course;
        &self.analysis.insert(kept.unwrap_or_else(|| (key.0, key.1, filled, Box::new(course.latest())))).3
    }

    /// How many bars both have, and how many of those held only one has.
    pub fn counts(&self) -> Counts {
        let common = self.course.len();
        Counts { common, y: self.y.left_out(common), x: self.x.left_out(common) }
    }

    /// The legs, y first.
    pub const fn legs(&self) -> [&LegState; 2] {
        [&self.y, &self.x]
    }

    /// A number that changes whenever the course does.
    pub const fn version(&self) -> u64 {
        self.version
    }
}
