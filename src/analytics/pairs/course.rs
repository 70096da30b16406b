//! The course of a pair: hedge ratio, spread, z-score, correlation and signal at every bar both legs have.

use super::align::{self, Joined};
use super::signal::{Mark, Signal};
use super::tracker::{Closes, Row, Tracker, robust};
use super::{Method, PairSetup};
use crate::domain::Nanos;

/// Bars of a robust line that is drawn anew for a bar still forming.
const PREVIEWED: usize = 2_000;

/// What is known at a bar both legs have. A figure is `None` where there is none: before the windows are full, and where a leg
/// did not change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When the bar starts.
    pub at: Nanos,
    /// y's close.
    pub y: f64,
    /// x's close.
    pub x: f64,
    /// The hedge ratio: units of x against one of y.
    pub beta: Option<f64>,
    /// The line's value at x = 0.
    pub alpha: Option<f64>,
    /// Share of y's variance the line explains, 0 to 1; of least squares alone.
    pub r2: Option<f64>,
    /// y − β·x.
    pub spread: Option<f64>,
    /// How many standard deviations the spread is from its mean.
    pub z: Option<f64>,
    /// Correlation, −1 to 1.
    pub corr: Option<f64>,
    /// What the rule does here.
    pub mark: Option<Mark>,
}

impl Point {
    fn new(at: Nanos, y: f64, x: f64, row: &Row) -> Self {
        let some = |value: f64| value.is_finite().then_some(value);
        Self {
            at,
            y,
            x,
            beta: some(row.beta),
            alpha: some(row.alpha),
            r2: some(row.r2),
            spread: some(row.spread),
            z: some(row.z),
            corr: some(row.corr),
            mark: row.mark,
        }
    }
}

/// A pair's figures at every common bar, oldest first.
///
/// At bar t the line is of the window that ends there (least squares, Huber) or of the filter's state (Kalman); the z-score is that of
/// the spread over the last [`PairSetup::z`] bars, *all with the line of bar t*, and with Kalman the filter's own: error over the
/// deviation it expected. The correlation is of the last [`PairSetup::z`] returns or closes.
#[derive(Debug, Clone)]
pub struct Course {
    setup: PairSetup,
    at: Vec<Nanos>,
    rows: Vec<Row>,
    /// Closes, of bars before the first row as well where a window still needs them.
    y: Vec<f64>,
    x: Vec<f64>,
    tracker: Tracker,
    /// Rows from the first on whose line is still to be worked out.
    unfilled: usize,
}

impl Course {
    /// Of no bars yet.
    pub fn new(setup: PairSetup) -> Self {
        let tracker = Tracker::new(&setup);
        Self { setup, at: Vec::new(), rows: Vec::new(), y: Vec::new(), x: Vec::new(), tracker, unfilled: 0 }
    }

    /// Of these bars.
    pub fn of(setup: PairSetup, bars: &[Joined]) -> Self {
        let mut course = Self::new(setup);
        for bar in bars {
            course.push(bar.at, bar.y, bar.x);
        }
        course
    }

    /// How it looks at the pair.
    pub const fn setup(&self) -> &PairSetup {
        &self.setup
    }

    /// Takes in the next common bar: constant time, and with Huber that of one regression. A bar that does not start after the last
    /// one, or has a close that is not a number above zero, is not taken in.
    pub fn push(&mut self, at: Nanos, y: f64, x: f64) {
        self.take(at, y, x, false);
    }

    /// As [`push`](Self::push), but a regression that costs much waits for [`work`](Self::work) while there is a history to fill.
    pub fn push_later(&mut self, at: Nanos, y: f64, x: f64) {
        self.take(at, y, x, self.setup.method == Method::Huber && self.unfilled == self.rows.len());
    }

    fn take(&mut self, at: Nanos, y: f64, x: f64, later: bool) {
        if !(align::is_close(y) && align::is_close(x)) || self.at.last().is_some_and(|last| *last >= at) {
            return;
        }
        self.y.push(y);
        self.x.push(x);
        let row = self.tracker.step(&self.setup, &Closes { y: &self.y, x: &self.x, then: None }, later);
        self.at.push(at);
        self.rows.push(row);
        if later {
            self.unfilled = self.rows.len();
        }
    }

    /// Works out lines that wait, **newest first**, until so many values have been looked at — a regression looks at a window of
    /// them — but one line at least. Returns whether none waits any more. Marks and signal are those of the bars that are worked out;
    /// they are final once all are.
    pub fn work(&mut self, values: usize) -> bool {
        if self.unfilled == 0 {
            return true;
        }
        let lead = self.y.len() - self.rows.len();
        // What has no window before it has no line.
        let least = (self.setup.window - 1).saturating_sub(lead);
        for _ in 0..(values / self.setup.window).max(1) {
            if self.unfilled <= least {
                break;
            }
            self.unfilled -= 1;
            let end = lead + self.unfilled + 1;
            let closes = Closes { y: &self.y[..end], x: &self.x[..end], then: None };
            robust(&self.setup, &closes, &mut self.rows[self.unfilled]);
        }
        if self.unfilled <= least {
            self.unfilled = 0;
        }
        self.mark_anew();
        self.unfilled == 0
    }

    /// Whether no line waits to be worked out.
    pub const fn is_filled(&self) -> bool {
        self.unfilled == 0
    }

    /// Rows from the first on whose line is still to be worked out.
    pub const fn unfilled(&self) -> usize {
        self.unfilled
    }

    /// Runs the rule over what is worked out.
    fn mark_anew(&mut self) {
        self.tracker.rule = super::Rule::new(&self.setup);
        for row in &mut self.rows[self.unfilled..] {
            row.mark = self.tracker.rule.step(Some(row.z));
        }
    }

    /// Lets go of so many of the oldest bars. Windows that reach back to them stay whole.
    pub fn drop_front(&mut self, bars: usize) {
        let bars = bars.min(self.rows.len());
        self.at.drain(..bars);
        self.rows.drain(..bars);
        self.unfilled = self.unfilled.saturating_sub(bars);
        let needed = self.rows.len() + self.setup.warm_up() + 1;
        let surplus = self.y.len().saturating_sub(needed);
        self.y.drain(..surplus);
        self.x.drain(..surplus);
    }

    /// Number of common bars.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What is known at a bar's position, oldest first.
    pub fn get(&self, index: usize) -> Option<Point> {
        let lead = self.y.len() - self.rows.len();
        let row = self.rows.get(index)?;
        Some(Point::new(*self.at.get(index)?, *self.y.get(lead + index)?, *self.x.get(lead + index)?, row))
    }

    /// What is known at the last bar.
    pub fn last(&self) -> Option<Point> {
        self.get(self.len().checked_sub(1)?)
    }

    /// All points, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Point> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Position of the first bar that starts at or after a moment; [`len`](Self::len) where there is none.
    pub fn position(&self, at: Nanos) -> usize {
        self.at.partition_point(|start| *start < at)
    }

    /// Closes of y and x over the last so many bars, or all there are.
    pub fn closes(&self, bars: usize) -> (&[f64], &[f64]) {
        let from = self.y.len() - bars.min(self.rows.len());
        (&self.y[from..], &self.x[from..])
    }

    /// y − β·x of the last bar's β over the window the line is of, oldest first; empty without a line or a full window.
    pub fn spreads(&self) -> Vec<f64> {
        let (y, x) = self.window();
        match self.last().and_then(|point| point.beta) {
            Some(beta) if y.len() >= self.setup.window => y.iter().zip(x).map(|(y, x)| y - beta * x).collect(),
            _ => Vec::new(),
        }
    }

    /// Closes of y and x over the window of the line, bars before the first row among them where it reaches back to them.
    pub fn window(&self) -> (&[f64], &[f64]) {
        let from = self.y.len().saturating_sub(self.setup.window);
        (&self.y[from..], &self.x[from..])
    }

    /// All closes that are kept.
    pub(super) fn kept(&self) -> (&[f64], &[f64]) {
        (&self.y, &self.x)
    }

    /// Common bars taken in, those let go among them.
    pub const fn seen(&self) -> usize {
        self.tracker.seen()
    }

    /// What the rule holds after the last bar.
    pub const fn signal(&self) -> Signal {
        self.tracker.rule.signal()
    }

    /// Whether the rule waits for a calm spread after a stop.
    pub const fn waits(&self) -> bool {
        self.tracker.rule.waits()
    }

    /// What the next bar would say if it closed now. `None` where it could not be taken in. A robust line over many bars costs too much
    /// to be drawn anew with every trade: beyond 2,000 bars it is that of the last closed bar, and there is no mark.
    pub fn preview(&self, at: Nanos, y: f64, x: f64) -> Option<Point> {
        if !(align::is_close(y) && align::is_close(x)) || self.at.last().is_some_and(|last| *last >= at) {
            return None;
        }
        let mut tracker = self.tracker;
        let closes = Closes { y: &self.y, x: &self.x, then: Some((y, x)) };
        let costly = self.setup.method == Method::Huber && self.setup.window > PREVIEWED;
        let mut row = tracker.step(&self.setup, &closes, costly);
        if let (true, Some(last)) = (costly, self.rows.last())
            && last.beta.is_finite()
        {
            row.set_line((last.beta, last.alpha, last.r2), &closes, self.setup.z);
        }
        Some(Point::new(at, y, x, &row))
    }
}
