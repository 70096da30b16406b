//! What closed trades came to.

use super::why::{Figure, Why, finite};
use crate::broker::RoundTrip;
use crate::domain::{Side, money};

/// A trade's return: profit by what was paid at its entry, fees of both ends taken off; 0.01 is 1 %.
pub fn trade_return(trade: &RoundTrip) -> f64 {
    let (entry, exit, qty) = (trade.entry.to_f64(), trade.exit.to_f64(), trade.qty.to_f64());
    let side = if trade.side == Side::Buy { 1.0 } else { -1.0 };
    let value = side * (exit / entry - 1.0) - money::to_f64(trade.fees) / (qty * entry);
    if value.is_finite() { value } else { 0.0 }
}

/// Closed trades in figures; percents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trades {
    /// How many.
    pub count: usize,
    /// With a profit after fees.
    pub won: usize,
    /// Share of those with a profit.
    pub win_rate_pct: Figure,
    /// The best return.
    pub best_pct: Figure,
    /// The worst return.
    pub worst_pct: Figure,
    /// The geometric mean of the returns.
    pub average_pct: Figure,
    /// Sum of the returns above 0 by the sum of those below.
    pub profit_factor: Figure,
    /// The mean of the returns.
    pub expectancy_pct: Figure,
    /// System quality number: √n · mean profit / standard deviation (n − 1) of the profits. Van K. Tharp, *Definitive Guide to Position
    /// Sizing* (2008).
    pub sqn: Figure,
}

impl Trades {
    /// Of trades.
    pub fn of(trades: &[RoundTrip]) -> Self {
        let returns: Vec<f64> = trades.iter().map(trade_return).collect();
        let profits: Vec<f64> = trades.iter().map(|trade| money::to_f64(trade.pnl)).collect();
        let count = trades.len();
        let n = count as f64;
        let some = |value: f64| if count == 0 { Err(Why::NoTrades) } else { finite(value) };
        let won = profits.iter().filter(|profit| **profit > 0.0).count();
        let gains: f64 = returns.iter().filter(|value| **value > 0.0).sum();
        let losses: f64 = returns.iter().filter(|value| **value < 0.0).sum();
        Self {
            count,
            won,
            win_rate_pct: some(won as f64 / n * 100.0),
            best_pct: some(returns.iter().copied().fold(f64::MIN, f64::max) * 100.0),
            worst_pct: some(returns.iter().copied().fold(f64::MAX, f64::min) * 100.0),
            average_pct: geometric_mean(&returns, Why::NoTrades).map(|mean| mean * 100.0),
            profit_factor: match count {
                0 => Err(Why::NoTrades),
                _ if losses == 0.0 => Err(Why::NoLosingTrade),
                _ => finite(gains / -losses),
            },
            expectancy_pct: some(returns.iter().sum::<f64>() / n * 100.0),
            sqn: quality(&profits),
        }
    }
}

/// The return that, made each time, gives the same in the end.
pub(super) fn geometric_mean(returns: &[f64], none: Why) -> Figure {
    if returns.is_empty() {
        return Err(none);
    }
    if returns.iter().any(|value| *value <= -1.0) {
        return Err(Why::Ruined);
    }
    finite((returns.iter().map(|value| value.ln_1p()).sum::<f64>() / returns.len() as f64).exp_m1())
}

/// The variance of a sample, with n − 1.
pub(super) fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

fn quality(profits: &[f64]) -> Figure {
    let n = profits.len();
    match n {
        0 => return Err(Why::NoTrades),
        1 => return Err(Why::Trades { have: 1, need: 2 }),
        _ => {}
    }
    let spread = variance(profits).sqrt();
    if spread == 0.0 {
        return Err(Why::SameTrades);
    }
    finite((n as f64).sqrt() * (profits.iter().sum::<f64>() / n as f64) / spread)
}
