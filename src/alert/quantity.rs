//! What an expression can be about: the quantities the engine knows, and what they are called.

use crate::analytics::pairs::PairSetup;
use crate::domain::{Symbol, Timeframe};
use crate::indicator::Setup;
use std::fmt;

/// What a value is, for what it can be compared with and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number in a unit of its own: `65000`.
    Number,
    /// A part of a whole; 0.05 is `5%`.
    Share,
    /// A length of time in seconds: `3s`.
    Duration,
    /// 1 for true, 0 for false.
    Truth,
}

impl Kind {
    /// In words, for messages and the documentation.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Share => "share",
            Self::Duration => "duration",
            Self::Truth => "true or false",
        }
    }
}

/// A field of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarField {
    /// The first price.
    Open,
    /// The highest price.
    High,
    /// The lowest price.
    Low,
    /// The last price.
    Close,
    /// What was traded, base units.
    Volume,
    /// What takers bought, base units.
    Buys,
    /// What takers sold, base units.
    Sells,
    /// What takers bought less what they sold, base units.
    Delta,
    /// The number of trades.
    Trades,
    /// Highest less lowest price.
    Range,
    /// Close / open − 1.
    Change,
}

/// A figure of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairFigure {
    /// How many standard deviations the spread is from its mean.
    Zscore,
    /// The hedge ratio: x for one y.
    Beta,
    /// The line's constant.
    Alpha,
    /// What part of y's variance the line explains.
    R2,
    /// y − β·x.
    Spread,
    /// The rolling correlation.
    Correlation,
    /// Bars until half of a deviation of the spread is gone.
    HalfLife,
    /// p of the unit-root test of the spread.
    AdfP,
    /// p of Engle and Granger's test.
    CointP,
}

/// A figure of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountField {
    /// Realized and unrealized profit.
    Pnl,
    /// Profit of what is open.
    Unrealized,
    /// Profit of what is closed.
    Realized,
    /// What the account is worth.
    Equity,
    /// How far the equity is below its highest, a share.
    Drawdown,
    /// What is held, base units; below 0 for short.
    Position,
}

/// A figure of the connection to the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedField {
    /// How long nothing has come.
    Age,
    /// Whether the connection is up.
    Up,
    /// Whether the book is in sync.
    Synced,
    /// Events a second.
    Rate,
    /// From the exchange's stamp to arrival.
    Latency,
}

/// Which of an indicator's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The raw one.
    Value,
    /// Its z-score.
    Z,
    /// Its oscillator, 0 to 100.
    Osc,
    /// The one at that position of [`crate::indicator::Spec::extras`].
    Extra(usize),
}

/// Something the engine knows the value of.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// The last trade's price.
    Price,
    /// The best bid.
    Bid,
    /// The best ask.
    Ask,
    /// Half way between best bid and ask.
    Mid,
    /// What rests at the best bid, base units.
    BidQty,
    /// What rests at the best ask, base units.
    AskQty,
    /// The mark price.
    Mark,
    /// The index price.
    Index,
    /// The funding rate, a share.
    Funding,
    /// A field of a bar of time.
    Bar {
        /// Which.
        field: BarField,
        /// Of which bars.
        timeframe: Timeframe,
        /// How many bars back; 0 is the running one. At most [`Quantity::BACK`].
        back: u32,
    },
    /// An indicator of events.
    Flow {
        /// Which, and how it is set up.
        setup: Setup,
        /// Which of its values.
        part: Part,
    },
    /// An indicator of bars.
    Study {
        /// Which, and how it is set up.
        setup: Setup,
        /// Of which bars.
        timeframe: Timeframe,
        /// Which of its values: never the z-score or the oscillator.
        part: Part,
    },
    /// A figure of a pair.
    Pair {
        /// What is explained.
        y: Symbol,
        /// What explains it.
        x: Symbol,
        /// Of which bars.
        timeframe: Timeframe,
        /// How the pair is looked at.
        setup: PairSetup,
        /// Which figure.
        figure: PairFigure,
    },
    /// A figure of the account.
    Account(AccountField),
    /// A figure of the connection.
    Feed(FeedField),
}

impl Quantity {
    /// The most bars back.
    pub const BACK: u32 = 1_000;

    /// What its value is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Funding | Self::Bar { field: BarField::Change, .. } | Self::Account(AccountField::Drawdown) => Kind::Share,
            Self::Feed(FeedField::Age | FeedField::Latency) => Kind::Duration,
            Self::Feed(FeedField::Up | FeedField::Synced) => Kind::Truth,
            _ => Kind::Number,
        }
    }

    /// Whether it is a price that a level on the chart can be drawn for.
    pub const fn is_level(&self) -> bool {
        matches!(
            self,
            Self::Price | Self::Bid | Self::Ask | Self::Mid | Self::Mark | Self::Bar { field: BarField::Close, back: 0, .. }
        )
    }
}

/// An indicator's part as it is written behind its name.
fn write_part(f: &mut fmt::Formatter<'_>, setup: &Setup, part: Part) -> fmt::Result {
    match part {
        Part::Value => Ok(()),
        Part::Z => f.write_str(".z"),
        Part::Osc => f.write_str(".osc"),
        Part::Extra(index) => setup.spec.extras.get(index).map_or(Ok(()), |extra| write!(f, ".{}", extra.name)),
    }
}

/// The text that reads back as it.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = super::catalogue::name_of(self);
        match self {
            Self::Bar { timeframe, back: 0, .. } => write!(f, "{name}({timeframe})"),
            Self::Bar { timeframe, back, .. } => write!(f, "{name}({timeframe}, {back})"),
            Self::Flow { setup, part } => {
                write!(f, "{setup}")?;
                write_part(f, setup, *part)
            }
            Self::Study { setup, timeframe, part } => {
                write!(f, "{}(", setup.spec.name)?;
                for (index, param) in setup.spec.params.iter().enumerate() {
                    write!(f, "{}, ", param.text(setup.params.get(index)))?;
                }
                write!(f, "{timeframe})")?;
                write_part(f, setup, *part)
            }
            Self::Pair { y, x, timeframe, setup, .. } => {
                write!(f, "{name}({y}, {x}, {timeframe}")?;
                let usual = PairSetup::default();
                if setup.window != usual.window {
                    write!(f, ", window={}", setup.window)?;
                }
                if setup.z != usual.z {
                    write!(f, ", z={}", setup.z)?;
                }
                if setup.method != usual.method {
                    write!(f, ", method={}", setup.method)?;
                }
                if setup.returns != usual.returns {
                    write!(f, ", corr={}", if setup.returns { "returns" } else { "closes" })?;
                }
                f.write_str(")")
            }
            _ => f.write_str(name),
        }
    }
}

/// A quantity an expression reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Whose it is; `None` for the alert's own symbol, and for pairs, which name theirs.
    pub symbol: Option<Symbol>,
    /// What it is.
    pub quantity: Quantity,
    /// Its text, which reads back, and its key among a firing's values: `price`, `rsi(14, 5m)`, `ETHUSDT:price`.
    pub name: String,
    /// What its value is.
    pub kind: Kind,
}

impl Input {
    /// A quantity of a symbol, or of the alert's own.
    pub(super) fn new(symbol: Option<Symbol>, quantity: Quantity) -> Self {
        let name = symbol.map_or_else(|| quantity.to_string(), |symbol| format!("{symbol}:{quantity}"));
        let kind = quantity.kind();
        Self { symbol, quantity, name, kind }
    }
}
