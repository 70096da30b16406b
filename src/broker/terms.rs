//! What an account's numbers depend on.

use super::amount::Amount;
use crate::domain::{AccountKind, BrokerConfig, Money, Price, Qty};

/// What an account's numbers depend on, out of the broker's settings and the venue.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// What it may hold.
    pub kind: AccountKind,
    /// Position value per equity at most, on margin; at least 1.
    pub leverage: u32,
    /// Maintenance margin in percent of the position's value, to a ten-thousandth of a percent.
    pub maintenance_pct: f64,
    /// What makers pay, basis points.
    pub maker_bps: Money,
    /// What takers pay, basis points.
    pub taker_bps: Money,
}

impl Terms {
    /// As the settings and the venue have it.
    pub fn of(config: &BrokerConfig, venue: &str) -> Self {
        let (maker_bps, taker_bps) = config.fees(venue);
        Self {
            kind: config.account.unwrap_or_else(|| AccountKind::of_venue(venue)),
            leverage: config.leverage.max(1),
            maintenance_pct: config.maintenance_pct,
            maker_bps,
            taker_bps,
        }
    }

    /// The fee of a fill: to 8 decimal places, half away from zero.
    pub fn fee(&self, price: Price, qty: Qty, maker: bool) -> Money {
        Amount::of(price, qty).basis_points(if maker { self.maker_bps } else { self.taker_bps }).money()
    }

    /// The higher of both fees, at least nothing: what open orders hold for theirs.
    pub(crate) fn worst_bps(&self) -> Money {
        self.maker_bps.max(self.taker_bps).max(Money::ZERO)
    }

    pub(crate) fn is_cash(&self) -> bool {
        self.kind == AccountKind::Cash
    }

    /// Initial margin of a value: all of it in a cash account.
    pub(crate) fn initial(&self, value: Amount) -> Amount {
        value.part(1, if self.is_cash() { 1 } else { i64::from(self.leverage.max(1)) })
    }

    /// Maintenance margin in millionths of a position's value, at most all of it.
    pub(crate) fn maintenance_ppm(&self) -> i64 {
        if self.is_cash() || !self.maintenance_pct.is_finite() {
            return 0;
        }
        (self.maintenance_pct * 1e4).round().clamp(0.0, 1e6) as i64
    }

    /// Maintenance margin of a value.
    pub(crate) fn maintenance(&self, value: Amount) -> Amount {
        value.part(self.maintenance_ppm(), 1_000_000)
    }

    /// The largest shift by which a value is still at least its maintenance margin.
    pub(crate) fn shift(&self) -> u32 {
        let part = self.maintenance_ppm();
        if part == 0 { 127 } else { (1_000_000 / part).ilog2() }
    }

    /// A rate of basis points as a part of one, in 1e-8; held within ±100 %.
    pub(crate) fn rate(bps: Money) -> i64 {
        const ONE: i64 = 100_000_000;
        i64::try_from(bps.saturating_mul(Money::from(10_000)).round()).map_or(ONE, |rate| rate.clamp(-ONE / 2, ONE))
    }
}
