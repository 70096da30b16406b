//! One cell.

use crate::domain::number::SCALE;
use crate::domain::{Money, Nanos, Price, Qty, Side, Volume};

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A moment to the nanosecond.
    Time(Nanos),
    /// A moment that is a whole second in every row of its column.
    Second(Nanos),
    /// A whole number.
    Whole(u64),
    /// A price, a quantity or a sum of them: a count of 1e-8 units.
    Units(i128),
    /// An amount of money.
    Money(Money),
    /// A statistic. What is not finite is written as nothing.
    Float(f64),
    /// A text.
    Text(&'a str),
    /// True or false.
    Flag(bool),
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! from {
    ($($type:ty: |$value:ident| $made:expr),* $(,)?) => {
        $(impl From<$type> for Value<'_> {
            fn from($value: $type) -> Self {
                $made
            }
        })*
    };
}

from! {
    Nanos: |at| Self::Time(at),
    u64: |count| Self::Whole(count),
    Price: |price| Self::Units(i128::from(price.units())),
    Qty: |qty| Self::Units(i128::from(qty.units())),
    Volume: |volume| Self::Units(volume.units()),
    Money: |money| Self::Money(money),
    f64: |value| Self::Float(value),
    bool: |flag| Self::Flag(flag),
    Side: |side| Self::Text(side.as_str()),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

/// Below this many units a double gives back the exact count by rounding: the error of the two operations is less than half a unit.
const SURE: u128 = 1 << 51;

/// The double nearest to so many units of 1e-8, and whether [`units_of`] gives back exactly those.
pub fn exact_units(units: i128) -> (f64, bool) {
    let value = units as f64 / SCALE as f64;
    if units.unsigned_abs() < SURE {
        return (value, true);
    }
    // `units as f64` has been rounded: the nearest double to the decimal is found by its digits.
    let mut text = String::new();
    let value = match crate::domain::number::write_scaled(&mut text, units, crate::domain::number::DECIMALS) {
        Ok(()) => text.parse().unwrap_or(value),
        Err(_) => value,
    };
    (value, units_of(value) == Some(units))
}

/// The units of 1e-8 that a double stands for: those of its shortest decimal form, rounded to eight places.
pub fn units_of(value: f64) -> Option<i128> {
    if !value.is_finite() || value.abs() > 1e28 {
        return None;
    }
    if value.abs() < SURE as f64 / SCALE as f64 {
        return Some((value * SCALE as f64).round() as i128);
    }
    let text = format!("{value}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.get(..crate::domain::number::DECIMALS).unwrap_or(part);
    crate::domain::number::parse_scaled(format!("{whole}.{part}").as_bytes(), crate::domain::number::DECIMALS).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubles_give_back_what_they_can() {
        for (units, exact) in [
            (0, true),
            (6_183_750_000_000, true),
            (-1, true),
            (12_345_678_950_000_000, true),
            (100_000_000_000_000_000_000_000, true),
            (i128::from(i64::MAX), false),
            (123_456_789_123_456_789, false),
        ] {
            assert_eq!(exact_units(units).1, exact, "{units}");
        }
        assert_eq!(units_of(f64::NAN), None);
        assert_eq!(units_of(1e300), None);
    }

    proptest! {
        #[test]
        fn fifteen_digits_are_always_exact(digits in 0_i64..1_000_000_000_000_000, zeros in 0_u32..3) {
            prop_assert!(exact_units(i128::from(digits) * 10_i128.pow(zeros)).1);
        }

        #[test]
        fn what_is_called_exact_is(units in any::<i64>()) {
            let (value, exact) = exact_units(i128::from(units));
            prop_assert_eq!(exact, units_of(value) == Some(i128::from(units)));
        }
    }
}
