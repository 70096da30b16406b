//! What linked panes share: symbol, bars, where they look and what is pointed at. Panes of one colour group share all of it.

use super::pairs::PairChoice;
use crate::domain::{BarSpec, Nanos, Price, Symbol, Timeframe};
use crate::drive::view::{ReplayView, View};
use std::fmt;

/// What a crosshair points at. It is drawn in every pane that is linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cross {
    /// The moment: the start of a bar.
    pub at: Nanos,
    /// The price, where one was chosen.
    pub price: Option<Price>,
}

/// The stretch of time that charts and heatmaps of one link show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// A moment of the newest bar in view; `None` follows the newest there is.
    pub newest: Option<Nanos>,
    /// Steps closer than the usual zoom; below zero, further away.
    pub zoom: i8,
}

/// A colour group: its panes show the same symbol and bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(u8);

impl Group {
    /// How many there are.
    pub const COUNT: u8 = 6;
    /// The group of every pane as shipped.
    pub const FIRST: Self = Self(1);

    /// The group of a number from 1 to 6.
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= Self::COUNT { Some(Self(number)) } else { None }
    }

    /// Its number, from 1.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::COUNT).map(Self)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a pane is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its group; without one it has a symbol, bars and crosshair of its own.
    pub group: Option<Group>,
    /// Whether it has bars and a stretch of time of its own although its symbol is the group's: one market at two timeframes.
    pub own_bars: bool,
}

impl Default for Link {
    fn default() -> Self {
        Self { group: Some(Group::FIRST), own_bars: false }
    }
}

/// How the bars of a link came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BarsBy {
    /// Nobody chose them: they may be made to fit a replay.
    #[default]
    Default,
    /// They were made to fit a replay, and are as before in another session.
    Fit,
    /// The user chose them.
    User,
}

/// What the panes of one link share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linked {
    /// The symbol that is shown.
    pub symbol: Option<Symbol>,
    /// The symbol that was chosen. It is shown once it is there.
    pub wanted: Option<Symbol>,
    /// The bars that are shown.
    pub bars: BarSpec,
    /// How they came to be.
    pub bars_by: BarsBy,
    /// What the crosshair points at.
    pub cross: Option<Cross>,
    /// The stretch of time that is shown.
    pub window: Window,
    /// From when to when the chart drawn last shows bars; known while one is on the screen.
    pub span: Option<(Nanos, Nanos)>,
    /// The pair that panes about two symbols show.
    pub pair: PairChoice,
}

impl Default for Linked {
    fn default() -> Self {
        Self {
            symbol: None,
            wanted: None,
            bars: BarSpec::Time(Timeframe::M1),
            bars_by: BarsBy::Default,
            cross: None,
            window: Window::default(),
            span: None,
            pair: PairChoice::default(),
        }
    }
}

impl Linked {
    /// Shows a symbol from now on.
    pub const fn select(&mut self, symbol: Symbol) {
        (self.symbol, self.wanted) = (Some(symbol), Some(symbol));
    }

    /// Shows bars the user chose.
    pub const fn choose_bars(&mut self, bars: BarSpec) {
        (self.bars, self.bars_by) = (bars, BarsBy::User);
    }

    /// Settles on a symbol there is. One that was chosen and is not there is waited for, unless something is to be shown
    /// meanwhile (`fall_back`).
    pub(super) fn settle(&mut self, view: &View, fall_back: bool) {
        let there = |symbol: &Symbol| view.snapshot.symbol(*symbol).is_some();
        let first = || view.snapshot.symbols.first().map(|first| first.instrument.symbol);
        self.symbol = match self.wanted {
            Some(wanted) if there(&wanted) || !fall_back => Some(wanted),
            _ => self.symbol.filter(there).or_else(first).or(self.wanted),
        };
        if let (BarsBy::Default, Some(replay)) = (self.bars_by, &view.session.replay)
            && let Some(timeframe) = self.symbol.and_then(|symbol| fitting_bars(view, symbol, replay))
        {
            (self.bars, self.bars_by) = (BarSpec::Time(timeframe), BarsBy::Fit);
        }
    }

    /// Forgets what belonged to the session that was left.
    pub(super) fn new_session(&mut self) {
        (self.cross, self.window) = (None, Window { newest: None, ..self.window });
        if self.bars_by == BarsBy::Fit {
            (self.bars, self.bars_by) = (BarSpec::Time(Timeframe::M1), BarsBy::Default);
        }
    }
}

/// What each group shares.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Groups([Linked; Group::COUNT as usize]);

impl Groups {
    /// What the panes of a group share.
    pub fn get(&self, group: Group) -> &Linked {
        &self.0[usize::from(group.0 - 1)]
    }

    /// What the panes of a group share, to be changed.
    pub fn get_mut(&mut self, group: Group) -> &mut Linked {
        &mut self.0[usize::from(group.0 - 1)]
    }
}

/// Bars in which a recording is worth looking at: minutes, or shorter ones where minutes would be a handful, or the shortest
/// there are. `None` until it is known how long the recording is.
fn fitting_bars(view: &View, symbol: Symbol, replay: &ReplayView) -> Option<Timeframe> {
    /// So many bars fill a good part of a chart.
    const ENOUGH: i64 = 60;
    let span = replay.to? - replay.from;
    let symbol = view.snapshot.symbol(symbol)?;
    let count = |timeframe: &Timeframe| symbol.time_bars.get(timeframe).map_or(0, crate::bars::BarView::len);
    if count(&Timeframe::M1) as i64 >= ENOUGH {
        return Some(Timeframe::M1);
    }
    let built = Timeframe::ALL.into_iter().filter(|timeframe| count(timeframe) > 0);
    let mut long_enough = built.clone().filter(|tf| *tf <= Timeframe::M1 && span.0 / tf.nanos().0 >= ENOUGH);
    long_enough.next_back().or_else(|| {
        let mut built = built;
        built.next()
    })
}
