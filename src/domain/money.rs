//! Amounts of money: exact decimals of 28 digits. The one place where prices and quantities become money.

use super::{Price, Qty};

/// An exact amount in quote units.
pub type Money = rust_decimal::Decimal;

/// A price as money.
pub fn of_price(price: Price) -> Money {
    Money::from_i128_with_scale(i128::from(price.units()), 8)
}

/// A quantity as an exact decimal.
pub fn of_qty(qty: Qty) -> Money {
    Money::from_i128_with_scale(i128::from(qty.units()), 8)
}

/// Price × quantity, exact to all 16 decimal places while the product is below 10¹².
pub fn notional(price: Price, qty: Qty) -> Money {
    of_price(price).saturating_mul(of_qty(qty))
}

/// So many basis points (hundredths of a percent) of an amount, to 8 decimal places, half away from zero as exchanges bill.
pub fn basis_points(amount: Money, bps: Money) -> Money {
    let part = amount.saturating_mul(bps) / Money::from(10_000);
    part.round_dp_with_strategy(8, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

/// The nearest price to an amount; `None` when it does not fit.
pub fn to_price(amount: Money) -> Option<Price> {
    let units = amount.checked_mul(Money::from(100_000_000))?.round();
    i64::try_from(units).ok().map(Price::from_units)
}

/// As a float, for statistics and drawing.
pub fn to_f64(amount: Money) -> f64 {
    f64::try_from(amount).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_fees_are_exact() {
        let (price, qty) = (Price::parse(b"65432.12345678").unwrap(), Qty::parse(b"0.00000003").unwrap());
        assert_eq!(notional(price, qty).to_string(), "0.0019629637037034");
        assert_eq!(basis_points(Money::from(12_345), Money::new(45, 1)), Money::new(555_525, 5));
        assert_eq!(to_price(of_price(price)), Some(price));
        assert_eq!(to_price(Money::MAX), None);
    }
}
