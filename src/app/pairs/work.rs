//! What is worked out of pairs while panes show them: kept from frame to frame, so that a bar that closes costs one step, and that
//! panes of one pair share it.

use super::table::Tables;
use super::{PairChoice, silence, timeframe};
use crate::analytics::pairs::{Analysis, Counts, Course, LegState, Mark, Method, PairSetup, Pairing, Point, Signal};
use crate::app::App;
use crate::app::panes::{PaneId, PaneKind};
use crate::bars::BarView;
use crate::domain::{BarSpec, LinkState, Nanos, Symbol, Timeframe};
use crate::drive::view::View;
use crate::engine::Snapshot;

/// Pairs kept at once: those of six groups and a few that were looked at before.
const KEPT: usize = 8;
/// Values looked at by regressions in a frame: about a millisecond.
const PIECE: usize = 60_000;

/// What tells one looked-at pair from another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairKey {
    /// The symbol that is hedged.
    pub y: Symbol,
    /// The symbol it is hedged with.
    pub x: Symbol,
    /// Length of the bars.
    pub timeframe: Timeframe,
    /// Method, windows and thresholds.
    pub setup: PairSetup,
}

/// Why there is no pair to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPair {
    /// The bars are not of time.
    Bars,
    /// There are fewer than two symbols.
    Symbols,
    /// The two have no closed bar in common.
    Common(Symbol, Symbol),
    /// It has not been worked out yet.
    Later,
}

/// One pair with all that is known of it.
#[derive(Debug)]
pub struct PairWork {
    /// Which, and how it is looked at.
    pub key: PairKey,
    pairing: Pairing,
    analysis: Option<Analysis>,
    /// How long nothing came of y and x, where that is long; zero where their trades are lost just now.
    silent: [Option<Nanos>; 2],
    /// The frame it was last wanted in.
    used: u64,
}

impl PairWork {
    fn new(key: PairKey) -> Self {
        let pairing = Pairing::new(key.setup, key.timeframe, key.y, key.x);
        Self { key, pairing, analysis: None, silent: [None; 2], used: 0 }
    }

    /// The figures at every common bar.
    pub const fn course(&self) -> &Course {
        self.pairing.course()
    }

    /// The newest common bar.
    pub fn latest_point(&self) -> Option<Point> {
        self.course().last()
    }

    /// What the bar still forming would say if it closed now.
    pub fn forming(&self) -> Option<&Point> {
        self.pairing.preview()
    }

    /// Everything that is said of the newest common bar; known while a pane shows tests.
    pub const fn analysis(&self) -> Option<&Analysis> {
        self.analysis.as_ref()
    }

    /// Bars both have, and those only one has.
    pub fn counts(&self) -> Counts {
        self.pairing.counts()
    }

    /// The legs, y first.
    pub const fn legs(&self) -> [&LegState; 2] {
        self.pairing.legs()
    }

    /// Whether lines are still being worked out.
    pub const fn is_working(&self) -> bool {
        !self.course().is_filled()
    }

    /// Which symbol's newest bar is old, and by how much: the newest common bar is then no longer the present. `None` while both come.
    pub fn stale_leg(&self) -> Option<(Symbol, Nanos)> {
        let [y, x] = self.legs();
        let old = [(y, self.silent[0]), (x, self.silent[1])].map(|(leg, silent)| Some((leg.symbol, leg.behind.max(silent)?)));
        old.into_iter().flatten().max_by_key(|(_, old)| *old)
    }

    /// Whether both symbols' bars are old.
    pub fn is_both_stale(&self) -> bool {
        self.legs().iter().zip(self.silent).all(|(leg, silent)| leg.behind.or(silent).is_some())
    }

    /// What the rule holds after the bar at a position.
    pub fn signal_at(&self, index: usize) -> Signal {
        // As far back as a person would look for the beginning of a trade.
        const FAR: usize = 5_000;
        if index + 1 == self.course().len() {
            return self.course().signal();
        }
        let found = (index.saturating_sub(FAR)..=index).rev().find_map(|at| self.course().get(at)?.mark);
        match found {
            Some(Mark::EnterLong) => Signal::Long,
            Some(Mark::EnterShort) => Signal::Short,
            Some(Mark::Exit | Mark::Stop) | None => Signal::Flat,
        }
    }

    /// The largest |z| of a filter over the window where that is so small that no trade will ever begin: its variances are fixed, and
    /// beside large prices they expect errors far larger than there are. `None` where it is not.
    pub fn faint_filter(&self) -> Option<f64> {
        /// Below this the levels say nothing.
        const FAINT: f64 = 0.5;
        let (course, setup) = (self.course(), &self.key.setup);
        if setup.method != Method::Kalman || course.len() < setup.window {
            return None;
        }
        let newest = (course.len() - setup.window..course.len()).filter_map(|index| course.get(index)?.z);
        Some(newest.map(f64::abs).fold(0.0, f64::max)).filter(|most| *most < FAINT)
    }

    /// When the window of the regression begins that ends at the newest bar; `None` with a filter, which has none.
    pub fn window_start(&self) -> Option<Nanos> {
        let course = self.course();
        if self.key.setup.method == Method::Kalman {
            return None;
        }
        Some(course.get(course.len().checked_sub(self.key.setup.window)?)?.at)
    }

    /// Takes in what is new; `tests` says whether a pane shows them.
    fn keep(&mut self, view: &View, tests: bool) {
        let snapshot = &view.snapshot;
        let (Some(y), Some(x)) = (snapshot.symbol(self.key.y), snapshot.symbol(self.key.x)) else { return };
        let bars = BarSpec::Time(self.key.timeframe);
        let empty = BarView::default();
        self.pairing.update(y.bars(bars).unwrap_or(&empty), x.bars(bars).unwrap_or(&empty), snapshot.at);
        self.pairing.work(PIECE);
        self.silent = [y, x].map(|symbol| {
            let lost = (symbol.trades_link == LinkState::Down).then_some(Nanos::ZERO);
            silence(symbol, snapshot.at, self.key.timeframe).or(lost)
        });
        self.analysis = tests.then(|| *self.pairing.analysis());
    }
}

/// What is worked out of pairs.
#[derive(Debug, Default)]
pub struct Pairs {
    works: Vec<PairWork>,
    pub(super) tables: Tables,
    frame: u64,
}

impl Pairs {
    fn key(choice: &PairChoice, bars: BarSpec, snapshot: &Snapshot) -> Result<PairKey, NoPair> {
        let timeframe = timeframe(bars).ok_or(NoPair::Bars)?;
        let (y, x) = choice.legs(snapshot).ok_or(NoPair::Symbols)?;
        Ok(PairKey { y, x, timeframe, setup: choice.setup })
    }

    /// What is known of a pair.
    ///
    /// # Errors
    /// Why there is nothing.
    pub fn pair(&self, choice: &PairChoice, bars: BarSpec, snapshot: &Snapshot) -> Result<&PairWork, NoPair> {
        let key = Self::key(choice, bars, snapshot)?;
        let work = self.works.iter().find(|work| work.key == key).ok_or(NoPair::Later)?;
        if work.course().is_empty() { Err(NoPair::Common(key.y, key.x)) } else { Ok(work) }
    }

    /// Whether something of what is shown is not worked out yet.
    pub fn is_working(&self) -> bool {
        self.works.iter().any(|work| work.used == self.frame && work.is_working()) || self.tables.is_working(self.frame)
    }

    /// Brings up to date what is wanted: pairs in bars of a kind, and whether their tests are shown.
    pub fn keep(&mut self, wanted: impl Iterator<Item = (PairChoice, BarSpec, bool)>, view: &View) {
        self.frame += 1;
        for (choice, bars, tests) in wanted {
            self.want(&choice, bars, tests, view);
        }
    }

    /// Brings up to date the tables of all pairs that are wanted; after [`keep`](Self::keep).
    pub fn keep_tables(&mut self, wanted: impl Iterator<Item = (PairChoice, BarSpec)>, view: &View) {
        for (choice, bars) in wanted {
            self.tables.want(&choice, bars, view, self.frame);
        }
    }

    fn want(&mut self, choice: &PairChoice, bars: BarSpec, tests: bool, view: &View) {
        let Ok(key) = Self::key(choice, bars, &view.snapshot) else { return };
        let index = self.works.iter().position(|work| work.key == key).unwrap_or_else(|| {
            if self.works.len() >= KEPT {
                let oldest = self.works.iter().enumerate().min_by_key(|(_, work)| work.used).map_or(0, |(at, _)| at);
                self.works.remove(oldest);
            }
            self.works.push(PairWork::new(key));
            self.works.len() - 1
        });
        let work = &mut self.works[index];
        let fresh = work.used == self.frame;
        work.used = self.frame;
        if !fresh || (tests && work.analysis.is_none()) {
            work.keep(view, tests);
        }
    }
}

impl App {
    /// Brings up to date what the panes on the screen show of pairs.
    pub fn keep_pairs(&mut self, panes: impl Iterator<Item = PaneId>, view: &View) {
        let shown: Vec<_> = panes
            .filter(|id| id.kind.is_pair())
            .map(|id| {
                let linked = self.linked(id);
                (linked.pair, linked.bars, id.kind)
            })
            .collect();
        self.pairs.keep(shown.iter().map(|(pair, bars, kind)| (*pair, *bars, *kind == PaneKind::Tests)), view);
        self.pairs
            .keep_tables(shown.iter().filter(|(.., kind)| kind.is_of_all_pairs()).map(|(pair, bars, _)| (*pair, *bars)), view);
    }
}
