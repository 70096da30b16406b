//! How the simulated exchange behaves: part of the engine's settings, so that a replay fills alike.

use super::{Money, Nanos};
use serde::{Deserialize, Serialize};

/// A set of ways the simulated exchange behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Latency, the book walked by takers, queues for makers.
    #[default]
    Realistic,
    /// No latency, no slippage: takers get the next trade's price, of bars the next one's open; limits fill without a queue.
    Simple,
    /// 95 % of orders fill, 5 % are rejected; slippage of 0 to 2 bps against the order; 0.1 s delay.
    MockBroker,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Realistic, Self::Simple, Self::MockBroker];

    /// Its name in settings and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Realistic => "realistic",
            Self::Simple => "simple",
            Self::MockBroker => "mock-broker",
        }
    }

    /// The profile of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// How long an order is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Always as long.
    Constant {
        /// To the exchange.
        entry: Nanos,
        /// Back from it.
        response: Nanos,
    },
    /// Evenly between two bounds, each way, from the seed.
    Uniform {
        /// At least.
        least: Nanos,
        /// At most.
        most: Nanos,
    },
    /// As long, each way, as the last event took from the exchange to us (`ts − ex`); where that is not known, 50 ms.
    Recorded,
}

impl Default for Latency {
    fn default() -> Self {
        Self::Constant { entry: Nanos::from_millis(50), response: Nanos::from_millis(50) }
    }
}

/// How much of what leaves a level without a trade was ahead of a resting order. As in hftbacktest's `models/queue.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueModel {
    /// None of it: only trades shorten the queue (and a level shorter than the queue).
    RiskAverse,
    /// The part f(back) / (f(back) + f(front)) was behind, with f(x) = xⁿ.
    Power(f64),
    /// As `Power`, with f(x) = ln(1 + x).
    Log,
    /// All of it: the most optimistic.
    Front,
}

impl Default for QueueModel {
    fn default() -> Self {
        Self::Power(3.0)
    }
}

impl std::fmt::Display for QueueModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RiskAverse => f.pad("risk-averse"),
            Self::Power(n) => f.pad(&format!("power({n})")),
            Self::Log => f.pad("log"),
            Self::Front => f.pad("front"),
        }
    }
}

/// What a taker pays beyond the price there is, where no book is walked.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slippage {
    /// Nothing.
    #[default]
    None,
    /// So many basis points of the price.
    Fixed(f64),
    /// Evenly between 0 and so many basis points, from the seed.
    Uniform(f64),
    /// So many basis points × √(quantity / traded in the last minute).
    Impact(f64),
}

impl std::fmt::Display for Slippage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.pad("none"),
            Self::Fixed(bps) => f.pad(&format!("fixed({bps})")),
            Self::Uniform(bps) => f.pad(&format!("uniform({bps})")),
            Self::Impact(k) => f.pad(&format!("impact({k})")),
        }
    }
}

/// What an account may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Spot: what is bought is paid in full, what is not held cannot be sold.
    Cash,
    /// Futures: long and short, on margin.
    #[default]
    Margin,
}

impl AccountKind {
    /// What a venue's accounts are.
    pub fn of_venue(venue: &str) -> Self {
        if venue.contains("spot") { Self::Cash } else { Self::Margin }
    }
}

/// What an account must not exceed. `None` is no limit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RiskLimits {
    /// Price × quantity of one order, quote units.
    pub max_order_notional: Option<Money>,
    /// Price × size of the position in one symbol that an order could lead to, quote units.
    pub max_position: Option<Money>,
    /// Orders open at once.
    pub max_open_orders: Option<u32>,
    /// Orders sent within any minute.
    pub max_orders_per_minute: Option<u32>,
    /// Distance of an order's price from the middle of the market, percent.
    pub price_collar_pct: Option<f64>,
    /// Loss of equity since 00:00 UTC that stops the account, quote units.
    pub max_daily_loss: Option<Money>,
    /// Fall of equity from its highest that stops the account, percent.
    pub max_drawdown_pct: Option<f64>,
    /// Whether the positions of a stopped account are closed at the market.
    pub flatten_on_kill: bool,
}

/// The simulated exchange's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BrokerConfig {
    /// The set of ways it behaves.
    pub profile: Profile,
    /// How long orders are under way, with [`Profile::Realistic`].
    pub latency: Latency,
    /// How queues shrink, with [`Profile::Realistic`].
    pub queue: QueueModel,
    /// What takers pay where no book is known, with [`Profile::Realistic`].
    pub slippage: Slippage,
    /// What makers pay in basis points; the venue's where not given (spot 10, futures 2).
    pub maker_bps: Option<Money>,
    /// What takers pay in basis points; the venue's where not given (spot 10, futures 5).
    pub taker_bps: Option<Money>,
    /// What accounts may hold; as the venue has it where not given.
    pub account: Option<AccountKind>,
    /// What an account begins with, quote units.
    pub cash: Money,
    /// Position value per equity at most, on margin: 1 to 125.
    pub leverage: u32,
    /// Maintenance margin in percent of the position's value.
    pub maintenance_pct: f64,
    /// What accounts must not exceed unless told otherwise.
    pub limits: RiskLimits,
}

impl Default for BrokerConfig {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            latency: Latency::default(),
            queue: QueueModel::default(),
            slippage: Slippage::default(),
            maker_bps: None,
            taker_bps: None,
            account: None,
            cash: Money::from(100_000),
            leverage: 10,
            maintenance_pct: 0.5,
            limits: RiskLimits::default(),
        }
    }
}

impl BrokerConfig {
    /// What makers and takers pay at a venue, basis points.
    pub fn fees(&self, venue: &str) -> (Money, Money) {
        let (maker, taker) = match AccountKind::of_venue(venue) {
            AccountKind::Cash => (10, 10),
            AccountKind::Margin => (2, 5),
        };
        (self.maker_bps.unwrap_or(maker.into()), self.taker_bps.unwrap_or(taker.into()))
    }
}
