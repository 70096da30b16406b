//! The contract of a strategy: what it sees, what it answers, how it is set up.
//!
//! A strategy is part of the engine's state: it has no clock, no I/O and no randomness of its own, and is told everything in the
//! engine's order. It sees closed bars only, and nothing of what comes later.

mod params;
mod sight;

pub use params::{Kind, Param, Params, Setup, SetupError, Value};
pub use sight::{Look, PositionSight, Sample, Sight};

use crate::domain::{Bar, Fill, OrderId, Placement, Symbol, Timeframe};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::Hasher;
use std::sync::Arc;

/// A strategy's entry in the catalogue.
#[derive(Debug)]
pub struct Spec {
    /// Its name on the command line, in files and in recordings: lower case, such as `ma_cross`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it does, in one or two sentences.
    pub about: &'static str,
    /// When it enters and leaves, as rules in words.
    pub rules: &'static str,
    /// What data it cannot do without.
    pub needs: Needs,
    /// What can be set.
    pub params: &'static [Param],
    /// Says what is wrong with parameters that are each in range but do not go together.
    pub check: fn(&Params) -> Result<(), String>,
    /// Makes it.
    pub build: Build,
}

/// Makes a strategy of its parameters and the files they name.
pub type Build = fn(&Params, &Resources) -> Result<Box<dyn Strategy>, SetupError>;

/// What data a strategy cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Single trades, not only ready-made bars.
    pub trades: bool,
    /// Best prices.
    pub quotes: bool,
    /// An order book in sync.
    pub book: bool,
    /// A second symbol.
    pub pair: bool,
}

/// Files a strategy is made of, by the name its parameters give: read by whoever starts it, since a strategy reads none itself.
pub type Resources = BTreeMap<String, Arc<[u8]>>;

/// What a strategy asks to be worked out for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wants {
    /// Indicators of events, in their text form, of the main symbol: their samples can be read in [`Sight`].
    pub indicators: Vec<String>,
    /// Whether [`Strategy::on_sample`] is called.
    pub samples: bool,
}

/// A strategy at work.
pub trait Strategy: fmt::Debug + Send + Sync {
    /// What it asks to be worked out for it.
    fn wants(&self) -> Wants {
        Wants::default()
    }

    /// Closed bars it takes before it can act: what it is held against (buying and holding) begins at the close after so many.
    fn warm_up(&self) -> usize {
        0
    }

    /// A bar of the run's timeframe closed, of any of its symbols; for several symbols whose bars close at one moment once each,
    /// in the order of the run's symbols, and every one of them can already be seen.
    fn on_bar(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, answers: &mut Vec<Answer>);

    /// Indicators were sampled.
    fn on_sample(&mut self, _sight: &Sight<'_>, _answers: &mut Vec<Answer>) {}

    /// One of its orders traded, wholly or in part.
    fn on_fill(&mut self, _sight: &Sight<'_>, _fill: &Fill, _answers: &mut Vec<Answer>) {}

    /// One of its orders was rejected, cancelled by the broker or expired.
    fn on_end(&mut self, _sight: &Sight<'_>, _order: OrderId, _answers: &mut Vec<Answer>) {}

    /// What it waits for or does, for the screen.
    fn status(&self) -> Status;

    /// A copy, for a copy of the engine.
    fn boxed(&self) -> Box<dyn Strategy>;

    /// Writes all that its behaviour depends on.
    fn digest(&self, into: &mut dyn Hasher);
}

impl Clone for Box<dyn Strategy> {
    fn clone(&self) -> Self {
        self.boxed()
    }
}

/// What a strategy answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Says what it sees and why: written into the recording and shown on the chart. Comes before the orders it leads to.
    Signal(Signal),
    /// Places orders.
    Order(Placement),
    /// Cancels one of its orders.
    Cancel(OrderId),
    /// Cancels all of its orders of a symbol.
    CancelAll(Symbol),
    /// Cancels all of its orders of a symbol and closes its position there at the market.
    Close(Symbol),
}

/// What a strategy sees, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// The symbol.
    pub symbol: Symbol,
    /// What it says.
    pub side: SignalSide,
    /// Why, in words with figures.
    pub why: Arc<str>,
}

/// What a signal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalSide {
    /// To go long.
    Buy,
    /// To go short.
    Sell,
    /// To close the position.
    Exit,
}

impl SignalSide {
    /// As a recording writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Buy => "BUY",
            Self::Sell => "SELL",
            Self::Exit => "EXIT",
        }
    }
}

/// What a strategy waits for or does.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Status {
    /// In words, short: `flat; fast 64,010.2 below slow 64,013.9`.
    pub text: String,
    /// A model's probability that the trade it gates goes well, 0 to 1.
    pub probability: Option<f64>,
}

/// The length of the bars a run acts on.
pub type RunBar = Timeframe;
