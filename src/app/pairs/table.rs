//! All pairs among the symbols in view, kept while a pane shows them: correlations at every bar close, tests a few a frame.

use super::{NoPair, PairChoice, Pairs, silence, timeframe};
use crate::analytics::pairs::{Matrix, Method, PairSetup, Ranking};
use crate::app::panes::PaneKind;
use crate::bars::BarView;
use crate::domain::{BarSpec, LinkState, Symbol, Timeframe};
use crate::drive::view::View;
use crate::engine::Snapshot;
use std::collections::BTreeMap;

/// Tables kept at once: links may differ in timeframe and setup.
const KEPT: usize = 3;
/// Units of work in a frame, about a millisecond and a half; see [`cost`]. One pair is looked at whatever it costs.
const PIECE: usize = 40_000;

/// What tells one table from another.
type Key = (Timeframe, PairSetup);
/// Which closed bars a symbol has: how often replaced, and the number of the one after the last.
type Held = (u64, u64);

/// All pairs among the symbols in view, at one timeframe and with one setup.
#[derive(Debug)]
pub struct PairTable {
    /// Length of the bars.
    pub timeframe: Timeframe,
    /// Method, windows and thresholds.
    pub setup: PairSetup,
    matrix: Matrix,
    ranking: Ranking,
    /// The bars everything is worked out of; empty while it is not.
    done: Vec<(Symbol, Held)>,
    /// Changes whenever a figure does.
    version: u64,
    /// The symbols of which nothing comes.
    down: Vec<Symbol>,
    used: u64,
}

impl PairTable {
    fn new((timeframe, setup): Key) -> Self {
        Self {
            timeframe,
            setup,
            matrix: Matrix::new(setup.window, setup.z, timeframe),
            ranking: Ranking::new(setup, timeframe),
            done: Vec::new(),
            version: 0,
            down: Vec::new(),
            used: 0,
        }
    }

    /// Correlation, hedge ratio and z-score of every pair, as of the last closed bar.
    pub const fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// Every pair with its tests, those that are made already.
    pub const fn ranking(&self) -> &Ranking {
        &self.ranking
    }

    /// A number that changes whenever a figure does.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Whether tests are still to be made.
    pub fn is_working(&self) -> bool {
        self.done.is_empty() && !self.ranking.is_empty()
    }

    /// Whether nothing comes of a symbol: its figures are not of the present.
    pub fn is_down(&self, symbol: Symbol) -> bool {
        self.down.contains(&symbol)
    }

    /// Pairs whose tests are made, and all.
    pub fn progress(&self) -> (usize, usize) {
        (self.ranking.made(), self.ranking.len())
    }

    /// Takes in what is new, and makes some of the tests.
    fn keep(&mut self, view: &View) {
        let spec = BarSpec::Time(self.timeframe);
        let snapshot = &view.snapshot;
        let empty = BarView::default();
        let views: Vec<(Symbol, &BarView)> =
            snapshot.symbols.iter().map(|view| (view.instrument.symbol, view.bars(spec).unwrap_or(&empty))).collect();
        self.down.clear();
        self.down.extend(
            snapshot
                .symbols
                .iter()
                .filter(|view| view.trades_link == LinkState::Down || silence(view, snapshot.at, self.timeframe).is_some())
                .map(|view| view.instrument.symbol),
        );
        let held = |bars: &BarView| (bars.closed.replaced(), bars.closed.dropped() + bars.closed.len() as u64);
        if self.done.len() == views.len()
            && self.done.iter().zip(&views).all(|(done, (symbol, bars))| *done == (*symbol, held(bars)))
        {
            return;
        }
        self.done.clear();
        let mut changed = self.matrix.update(&views);
        let before = self.ranking.len();
        self.ranking.follow(views.iter().map(|(symbol, _)| *symbol));
        changed |= before != self.ranking.len();
        let by_name: BTreeMap<Symbol, &BarView> = views.iter().copied().collect();
        let most = views.iter().map(|(_, bars)| bars.closed.len()).max().unwrap_or(0);
        let turns = (PIECE / cost(&self.setup, most)).max(1);
        for _ in 0..turns {
            if self.ranking.step(|symbol| by_name.get(&symbol).copied()) {
                self.done = views.iter().map(|(symbol, bars)| (*symbol, held(bars))).collect();
                break;
            }
            changed = true;
        }
        self.version += u64::from(changed);
    }
}

/// What the figures of a pair cost, in units of some forty nanoseconds: the bars that are looked at — all with a filter — and for each
/// lag of both tests the window.
fn cost(setup: &PairSetup, bars: usize) -> usize {
    let window = setup.window.min(bars.max(1));
    let lags = 12.0 * (window as f64 / 100.0).powf(0.25);
    let (looked_at, huber) = match setup.method {
        Method::Ols => (bars.min(window + 1_000), 0),
        Method::Huber => (bars.min(window + 1_000), 10),
        Method::Kalman => (bars, 0),
    };
    looked_at * 6 + window * (lags as usize * 4 + huber) + 500
}

/// The tables that are kept.
#[derive(Debug, Default)]
pub(super) struct Tables(Vec<PairTable>);

impl Tables {
    /// Brings the table of a choice up to date, once a frame.
    pub(super) fn want(&mut self, choice: &PairChoice, bars: BarSpec, view: &View, frame: u64) {
        let Some(timeframe) = timeframe(bars) else { return };
        let key = (timeframe, choice.setup);
        let found = self.0.iter().position(|table| (table.timeframe, table.setup) == key);
        let index = found.unwrap_or_else(|| {
            if self.0.len() >= KEPT {
                let oldest = self.0.iter().enumerate().min_by_key(|(_, table)| table.used).map_or(0, |(at, _)| at);
                self.0.remove(oldest);
            }
            self.0.push(PairTable::new(key));
            self.0.len() - 1
        });
        let table = &mut self.0[index];
        if table.used != frame {
            table.used = frame;
            table.keep(view);
        }
    }

    /// Whether something of what is shown is not worked out yet.
    pub(super) fn is_working(&self, frame: u64) -> bool {
        self.0.iter().any(|table| table.used == frame && table.is_working())
    }
}

impl Pairs {
    /// All pairs among the symbols in view, looked at as chosen.
    ///
    /// # Errors
    /// Why there are none.
    pub fn table(&self, choice: &PairChoice, bars: BarSpec, snapshot: &Snapshot) -> Result<&PairTable, NoPair> {
        let key = (timeframe(bars).ok_or(NoPair::Bars)?, choice.setup);
        if snapshot.symbols.len() < 2 {
            return Err(NoPair::Symbols);
        }
        self.tables.0.iter().find(|table| (table.timeframe, table.setup) == key).ok_or(NoPair::Later)
    }
}

impl PaneKind {
    /// Whether it shows all pairs rather than the chosen one.
    pub(super) const fn is_of_all_pairs(self) -> bool {
        matches!(self, Self::Pairs | Self::Matrix)
    }
}
