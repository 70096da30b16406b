//! How paper trading begins: what `[trading]` sets.

use super::fields::{Field, describe, text, truth, whole};
use crate::domain::{BrokerConfig, Money};
use std::str::FromStr;
use toml::de::DeValue;

/// How paper trading begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Trading {
    /// How the simulated exchange behaves, and what accounts must not exceed.
    pub broker: BrokerConfig,
    /// Whether an order is shown once more before it is sent.
    pub confirm: bool,
}

impl Default for Trading {
    fn default() -> Self {
        Self { broker: BrokerConfig::default(), confirm: true }
    }
}

impl Trading {
    /// The value of a setting of `[trading]` as TOML; empty for one that is not given.
    pub fn shown(&self, name: &str) -> String {
        let broker = &self.broker;
        let limits = &broker.limits;
        let text = |value: &dyn std::fmt::Display| format!("\"{value}\"");
        let given = |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string).unwrap_or_default();
        match name {
            "confirm" => self.confirm.to_string(),
            "profile" => text(&broker.profile.name()),
            "latency" => text(&broker.latency),
            "queue" => text(&broker.queue),
            "slippage" => text(&broker.slippage),
            "maker_bps" => given(broker.maker_bps.as_ref().map(|v| v as _)),
            "taker_bps" => given(broker.taker_bps.as_ref().map(|v| v as _)),
            "cash" => broker.cash.to_string(),
            "leverage" => broker.leverage.to_string(),
            "maintenance_pct" => broker.maintenance_pct.to_string(),
            "max_order_notional" => given(limits.max_order_notional.as_ref().map(|v| v as _)),
            "max_position" => given(limits.max_position.as_ref().map(|v| v as _)),
            "max_open_orders" => given(limits.max_open_orders.as_ref().map(|v| v as _)),
            "max_orders_per_minute" => given(limits.max_orders_per_minute.as_ref().map(|v| v as _)),
            "price_collar_pct" => given(limits.price_collar_pct.as_ref().map(|v| v as _)),
            "max_daily_loss" => given(limits.max_daily_loss.as_ref().map(|v| v as _)),
            "max_drawdown_pct" => given(limits.max_drawdown_pct.as_ref().map(|v| v as _)),
            "flatten_on_kill" => limits.flatten_on_kill.to_string(),
            _ => String::new(),
        }
    }
}

/// A value with a text form of its own.
fn parsed<T: FromStr>(value: &DeValue<'_>) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text(value)?.parse().map_err(|error: T::Err| error.to_string())
}

/// A number, whole or not, bare or in quotes.
fn decimal(value: &DeValue<'_>, least: Money, most: Money) -> Result<Money, String> {
    let written = match value {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        DeValue::String(text) => text,
        _ => "",
    };
    let number = Money::from_str(&written.replace('_', "")).ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("expected a number from {least} to {most}, found {}", describe(value)))
}

fn amount(value: &DeValue<'_>) -> Result<Money, String> {
    decimal(value, Money::new(1, 8), Money::from(1_000_000_000_000_i64))
}

fn percent(value: &DeValue<'_>) -> Result<f64, String> {
    decimal(value, Money::new(1, 4), Money::from(100)).map(crate::domain::money::to_f64)
}

fn fee(value: &DeValue<'_>) -> Result<Money, String> {
    decimal(value, Money::from(-100), Money::from(1_000))
}

const fn field(
    name: &'static str,
    about: &'static str,
    default: &'static str,
    read: fn(&mut super::Config, &DeValue<'_>) -> Result<(), String>,
) -> Field {
    Field { table: "trading", name, about, default, read }
}

/// The settings of `[trading]`, in the order of the file.
pub(super) const FIELDS: [Field; 18] = [
    field("confirm", "Show an order once more before it is sent", "true", |config, value| {
        truth(value).map(|v| config.trading.confirm = v)
    }),
    field("profile", "How the simulated exchange behaves: realistic, simple or mock-broker", "\"realistic\"", |config, value| {
        parsed(value).map(|v| config.trading.broker.profile = v)
    }),
    field(
        "latency",
        "How long an order is under way: 50ms, 20ms+80ms (there and back), 10ms..90ms or recorded",
        "\"50ms\"",
        |config, value| parsed(value).map(|v| config.trading.broker.latency = v),
    ),
    field(
        "queue",
        "What leaves a level without a trade was ahead: risk-averse (none), power(3), log, front (all)",
        "\"power(3)\"",
        |config, value| parsed(value).map(|v| config.trading.broker.queue = v),
    ),
    field(
        "slippage",
        "What takers pay where no book is known: none, fixed(1), uniform(2) or impact(10), in bps",
        "\"none\"",
        |config, value| parsed(value).map(|v| config.trading.broker.slippage = v),
    ),
    field("maker_bps", "What makers pay in basis points; the venue's fee unless given", "", |config, value| {
        fee(value).map(|v| config.trading.broker.maker_bps = Some(v))
    }),
    field("taker_bps", "What takers pay in basis points; the venue's fee unless given", "", |config, value| {
        fee(value).map(|v| config.trading.broker.taker_bps = Some(v))
    }),
    field("cash", "What an account begins with, in quote units", "100000", |config, value| {
        amount(value).map(|v| config.trading.broker.cash = v)
    }),
    field("leverage", "Position value per equity at most on futures, 1 to 125", "10", |config, value| {
        whole(value, 1, 125).map(|v| config.trading.broker.leverage = v)
    }),
    field(
        "maintenance_pct",
        "Equity per position value, in percent, below which positions are liquidated",
        "0.5",
        |config, value| percent(value).map(|v| config.trading.broker.maintenance_pct = v),
    ),
    field("max_order_notional", "Largest order, in quote units; no limit unless given", "", |config, value| {
        amount(value).map(|v| config.trading.broker.limits.max_order_notional = Some(v))
    }),
    field("max_position", "Largest position in one symbol, in quote units; no limit unless given", "", |config, value| {
        amount(value).map(|v| config.trading.broker.limits.max_position = Some(v))
    }),
    field("max_open_orders", "Orders open at once; no limit unless given", "", |config, value| {
        whole(value, 1, 10_000).map(|v| config.trading.broker.limits.max_open_orders = Some(v))
    }),
    field("max_orders_per_minute", "Orders sent within any minute; no limit unless given", "", |config, value| {
        whole(value, 1, 100_000).map(|v| config.trading.broker.limits.max_orders_per_minute = Some(v))
    }),
    field(
        "price_collar_pct",
        "Farthest an order's price may be from the middle, in percent; no limit unless given",
        "",
        |config, value| percent(value).map(|v| config.trading.broker.limits.price_collar_pct = Some(v)),
    ),
    field(
        "max_daily_loss",
        "Loss since 00:00 UTC that stops an account, in quote units; no limit unless given",
        "",
        |config, value| amount(value).map(|v| config.trading.broker.limits.max_daily_loss = Some(v)),
    ),
    field(
        "max_drawdown_pct",
        "Fall from the highest equity that stops an account, in percent; no limit unless given",
        "",
        |config, value| percent(value).map(|v| config.trading.broker.limits.max_drawdown_pct = Some(v)),
    ),
    field("flatten_on_kill", "Close the positions of an account that is stopped", "false", |config, value| {
        truth(value).map(|v| config.trading.broker.limits.flatten_on_kill = v)
    }),
];
