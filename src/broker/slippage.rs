//! What takers pay beyond the price there is, where no book is walked.

use super::random::{Purpose, draw};
use crate::domain::{BrokerConfig, Price, Profile, Qty, Side, Slippage};

/// Slippage of the mock broker: evenly between 0 and so many basis points against the order.
const MOCK_BPS: f64 = 2.0;
/// No model takes more than this: half of the price.
const MOST_BPS: f64 = 5_000.0;

/// The model in force.
pub(super) const fn model(config: &BrokerConfig) -> Slippage {
    match config.profile {
        Profile::Realistic => config.slippage,
        Profile::Simple => Slippage::None,
        Profile::MockBroker => Slippage::Uniform(MOCK_BPS),
    }
}

/// How many basis points; `volume` is what was traded within the last minute, base units.
pub(super) fn basis_points(model: Slippage, qty: Qty, volume: f64, seed: u64, number: u64) -> f64 {
    let bps = match model {
        Slippage::None => 0.0,
        Slippage::Fixed(bps) => bps,
        Slippage::Uniform(most) => most * draw(seed, number, Purpose::Slippage),
        // Where nothing was traded the whole of it is the quantity itself.
        Slippage::Impact(k) => k * (qty.to_f64() / volume.max(qty.to_f64()).max(f64::MIN_POSITIVE)).max(0.0).sqrt(),
    };
    if bps.is_finite() { bps.clamp(0.0, MOST_BPS) } else { 0.0 }
}

/// The price a taker gets so many basis points away from `price`, and never beyond `limit`. It is an average of prices that are not
/// known, and so on no tick.
pub(super) fn slipped(price: Price, side: Side, bps: f64, limit: Option<Price>) -> Price {
    let mut units = price.units();
    let away = (units as f64 * bps / 1e4).round() as i64;
    // It must not take a price to nothing.
    units = units.saturating_add(away * side.sign()).max(1);
    let slipped = Price::from_units(units);
    match (side, limit) {
        (Side::Buy, Some(limit)) => slipped.min(limit),
        (Side::Sell, Some(limit)) => slipped.max(limit),
        (_, None) => slipped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        Price::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn slippage_is_against_the_order_and_within_its_limit() {
        assert_eq!(slipped(price("64000"), Side::Buy, 1.0, None), price("64006.4"));
        assert_eq!(slipped(price("64000"), Side::Sell, 1.0, None), price("63993.6"));
        assert_eq!(slipped(price("64000"), Side::Buy, 0.0, None), price("64000"));
        assert_eq!(slipped(price("0.00000001"), Side::Sell, 5_000.0, None), price("0.00000001"), "never nothing");
        assert_eq!(slipped(price("64000"), Side::Buy, 1.0, Some(price("64003"))), price("64003"));
        assert_eq!(slipped(price("64000"), Side::Sell, 1.0, Some(price("63999"))), price("63999"));
    }

    #[test]
    fn models_give_basis_points() {
        let qty = Qty::parse(b"4").unwrap();
        assert_eq!(basis_points(Slippage::None, qty, 1.0, 1, 1), 0.0);
        assert_eq!(basis_points(Slippage::Fixed(1.5), qty, 1.0, 1, 1), 1.5);
        assert_eq!(basis_points(Slippage::Impact(10.0), qty, 16.0, 1, 1), 5.0);
        assert_eq!(basis_points(Slippage::Impact(10.0), qty, 0.0, 1, 1), 10.0, "nothing traded");
        assert_eq!(basis_points(Slippage::Fixed(f64::NAN), qty, 0.0, 1, 1), 0.0);
        let uniform: Vec<f64> = (0..1_000).map(|n| basis_points(Slippage::Uniform(2.0), qty, 1.0, 1, n)).collect();
        assert!(uniform.iter().all(|bps| (0.0..2.0).contains(bps)));
        assert!(uniform.iter().any(|bps| *bps < 0.1) && uniform.iter().any(|bps| *bps > 1.9));
    }

    #[test]
    fn the_mock_broker_slips_by_its_own_rule() {
        let config = BrokerConfig { profile: Profile::MockBroker, slippage: Slippage::Fixed(9.0), ..BrokerConfig::default() };
        assert_eq!(model(&config), Slippage::Uniform(2.0));
        assert_eq!(model(&BrokerConfig { profile: Profile::Simple, ..config }), Slippage::None);
    }
}
