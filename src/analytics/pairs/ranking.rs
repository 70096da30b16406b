//! Every pair among some symbols with the figures that say whether it is worth a trade, ranked.

use super::align::{Counts, join};
use super::{Analysis, Course, Method, PairSetup};
use crate::analytics::Undefined;
use crate::analytics::correlation::{correlation, log_returns};
use crate::bars::BarView;
use crate::domain::{Nanos, Symbol, Timeframe};
use std::cmp::Ordering;
use std::fmt;

/// What pairs are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// p of the cointegration test, the least first.
    #[default]
    Cointegration,
    /// |z|, the furthest first.
    Z,
    /// Half-life, the shortest first.
    HalfLife,
    /// |correlation| over the window, the strongest first.
    Correlation,
    /// Names.
    Name,
}

impl SortBy {
    /// All of them, in the order they are gone through.
    pub const ALL: [Self; 5] = [Self::Cointegration, Self::Z, Self::HalfLife, Self::Correlation, Self::Name];

    /// The one after it, the first after the last.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|by| *by == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cointegration => "coint p",
            Self::Z => "|z|",
            Self::HalfLife => "half-life",
            Self::Correlation => "|corr|",
            Self::Name => "name",
        }
    }
}

impl fmt::Display for SortBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The figures of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// All that is said of its last common bar.
    pub analysis: Analysis,
    /// Bars both have and bars left out.
    pub counts: Counts,
    /// Correlation of the log returns (or of the closes) over the whole window.
    pub corr: Result<f64, Undefined>,
}

impl Figures {
    /// Of two histories: start and close, in ascending order of starts. With Huber the signal is that of the last bar alone.
    pub fn of(setup: &PairSetup, y: impl IntoIterator<Item = (Nanos, f64)>, x: impl IntoIterator<Item = (Nanos, f64)>) -> Self {
        let (bars, counts) = join(y, x);
        let mut course = Course::new(*setup);
        for bar in &bars {
            course.push_later(bar.at, bar.y, bar.x);
        }
        if setup.method == Method::Huber {
            course.work(1);
        }
        Self { analysis: course.latest(), counts, corr: window_correlation(&course) }
    }

    /// Why there is no cointegration test, or what else is missing.
    pub fn why(&self) -> Option<Undefined> {
        let Analysis { line, coint, adf, half_life, .. } = self.analysis;
        coint.err().or(line.err()).or(adf.err()).or(half_life.err())
    }
}

/// Correlation over the window of the line.
fn window_correlation(course: &Course) -> Result<f64, Undefined> {
    let (y, x) = course.window();
    let need = course.setup().window;
    if y.len() < need {
        return Err(Undefined::TooShort { have: y.len(), need });
    }
    if course.setup().returns { correlation(&log_returns(x), &log_returns(y)) } else { correlation(x, y) }
}

/// A pair in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// What is explained: the later one in the order of the symbols.
    pub y: Symbol,
    /// What explains it.
    pub x: Symbol,
    /// Its figures; `None` until it was its turn.
    pub figures: Option<Figures>,
    /// Whether its figures are of all bars held. Where windows need no more, those of the newest alone are looked at: the bars counted
    /// are then fewer than there are, and what the rule holds is known from there on.
    pub all_bars: bool,
    /// The bars the figures are of, and when it was its turn.
    of: Option<[Held; 2]>,
    turn: u64,
}

/// The newest bars of a leg that are enough: the windows, and as many more as a trade lasts. A filter has its state from all of them.
fn reach(setup: &PairSetup) -> usize {
    match setup.method {
        Method::Kalman => usize::MAX,
        Method::Ols | Method::Huber => setup.warm_up() + 1_000,
    }
}

/// Which closed bars a symbol has: how often replaced, and the number of the one after the last.
type Held = (u64, u64);

fn held(view: &BarView) -> Held {
    (view.closed.replaced(), view.closed.dropped() + view.closed.len() as u64)
}

/// All pairs among some symbols. The tests cost too much to be made for all at once: each [`step`](Self::step) makes those of one pair.
#[derive(Debug, Clone)]
pub struct Ranking {
    setup: PairSetup,
    timeframe: Timeframe,
    symbols: Vec<Symbol>,
    pairs: Vec<Ranked>,
    turns: u64,
}

impl Ranking {
    /// Of no symbols yet.
    pub const fn new(setup: PairSetup, timeframe: Timeframe) -> Self {
        Self { setup, timeframe, symbols: Vec::new(), pairs: Vec::new(), turns: 0 }
    }

    /// Looks in another way from now on; nothing changes where it is the same.
    pub fn set(&mut self, setup: PairSetup, timeframe: Timeframe) {
        if (self.setup, self.timeframe) != (setup, timeframe) {
            *self = Self {
                symbols: std::mem::take(&mut self.symbols),
                pairs: std::mem::take(&mut self.pairs),
                ..Self::new(setup, timeframe)
            };
            for pair in &mut self.pairs {
                (pair.figures, pair.of, pair.turn) = (None, None, 0);
            }
        }
    }

    /// How it looks at the pairs.
    pub const fn setup(&self) -> &PairSetup {
        &self.setup
    }

    /// Has exactly the pairs among these symbols, y after x; figures of pairs that stay are kept.
    pub fn follow(&mut self, symbols: impl Iterator<Item = Symbol>) {
        let mut order: Vec<Symbol> = Vec::new();
        for symbol in symbols {
            if !order.contains(&symbol) {
                order.push(symbol);
            }
        }
        if order == self.symbols {
            return;
        }
        let mut old = std::mem::take(&mut self.pairs);
        for (at, y) in order.iter().enumerate() {
            for x in &order[..at] {
                let kept = old.iter().position(|pair| pair.y == *y && pair.x == *x).map(|at| old.swap_remove(at));
                self.pairs.push(kept.unwrap_or(Ranked { y: *y, x: *x, figures: None, all_bars: true, of: None, turn: 0 }));
            }
        }
        self.symbols = order;
    }

    /// Makes the figures of one pair of which a bar has closed since they were made, those made longest ago first. Returns whether
    /// there was none. `bars` are the symbols' bars of the timeframe; a symbol without any has none to look at. Of a long history the
    /// newest are looked at: a window and 2,000 before it, from which the signal and the filter come.
    pub fn step<'a>(&mut self, bars: impl Fn(Symbol) -> Option<&'a BarView>) -> bool {
        let stale = |pair: &Ranked| {
            let now = [held(bars(pair.y)?), held(bars(pair.x)?)];
            (pair.of != Some(now)).then_some(now)
        };
        let next = self.pairs.iter_mut().filter_map(|pair| stale(pair).map(|now| (pair, now))).min_by_key(|(pair, _)| pair.turn);
        let Some((pair, now)) = next else { return true };
        let (Some(y), Some(x)) = (bars(pair.y), bars(pair.x)) else { return true };
        let of = |reach: usize| {
            // From the same moment in both, so that what only one has before it is not counted.
            let since = |view: &BarView| view.closed.get(view.closed.len().checked_sub(reach)?).map(|bar| bar.start);
            let from = since(y).max(since(x)).unwrap_or(Nanos(i64::MIN));
            let closes = |view: &'a BarView| {
                let newest = view.closed.iter_from(view.position(from).min(view.closed.len()));
                newest.map(|bar| (bar.start, bar.close.to_f64()))
            };
            Figures::of(&self.setup, closes(y), closes(x))
        };
        let reach = reach(&self.setup);
        let short = Some(of(reach)).filter(|figures| figures.counts.common >= self.setup.warm_up());
        pair.all_bars = short.is_none() || (y.closed.len() <= reach && x.closed.len() <= reach);
        pair.figures = Some(short.unwrap_or_else(|| of(usize::MAX)));
        pair.of = Some(now);
        self.turns += 1;
        pair.turn = self.turns;
        false
    }

    /// All pairs, ranked; those without the figure last, and equals by name.
    pub fn ranked(&self, by: SortBy) -> Vec<&Ranked> {
        let mut pairs: Vec<&Ranked> = self.pairs.iter().collect();
        sort(&mut pairs, by, |pair| (pair.figures.as_ref(), [pair.y, pair.x]));
        pairs
    }

    /// Pairs whose figures have been worked out, however long ago.
    pub fn made(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.figures.is_some()).count()
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

/// Sorts pairs as [`Ranking::ranked`] does.
pub fn sort<T>(pairs: &mut [T], by: SortBy, of: impl Fn(&T) -> (Option<&Figures>, [Symbol; 2])) {
    let key = |figures: Option<&Figures>| {
        let Figures { analysis, corr, .. } = figures?;
        match by {
            SortBy::Cointegration => analysis.coint.ok().map(|coint| coint.p),
            SortBy::Z => analysis.z.ok().map(|z| -z.abs()),
            SortBy::HalfLife => analysis.half_life.ok(),
            SortBy::Correlation => corr.ok().map(|corr| -corr.abs()),
            SortBy::Name => None,
        }
    };
    pairs.sort_by(|a, b| {
        let ((a, name_a), (b, name_b)) = (of(a), of(b));
        let order = match (key(a), key(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        order.then_with(|| name_a.cmp(&name_b))
    });
}
