//! Money as the ledger adds it up: whole numbers of 1e-16 quote units, in which every price × quantity is exact.

use crate::domain::{Money, Price, Qty};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Decimal places kept.
const PLACES: u32 = 16;
/// Units in 1e-8, the step in which fees and funding are billed.
const CENT: i128 = 100_000_000;

/// An amount in units of 1e-16 quote units, exact to ±1.7 × 10²²; held at the ends of that range.
///
/// Quicker than [`Money`] by an order of magnitude, since nothing is rescaled; equal to it wherever `Money` is exact (below
/// 7.9 × 10¹²).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The least there is above nothing.
    pub const STEP: Self = Self(1);
    /// The largest there is.
    pub const MAX: Self = Self(i128::MAX);

    /// Price × quantity, exact; negative for a negative quantity. Always fits.
    #[inline]
    pub const fn of(price: Price, qty: Qty) -> Self {
        Self(price.units() as i128 * qty.units() as i128)
    }

    /// From money, rounded to 16 decimal places.
    pub fn from_money(money: Money) -> Self {
        let (size, scale) = (money.mantissa(), money.scale());
        if scale <= PLACES {
            return Self(size.saturating_mul(10_i128.pow(PLACES - scale)));
        }
        Self(div_round(size, 10_i128.pow(scale - PLACES)))
    }

    /// As money: exact below 7.9 × 10¹², beyond that with as many places as fit.
    pub fn money(self) -> Money {
        let (mut size, mut scale) = (self.0, PLACES);
        // Zeros at the end go, so that figures read as `100000.5`; few divisions, since views are made of many amounts.
        for (step, places) in [(100_000_000, 8), (10_000, 4), (100, 2), (10, 1)] {
            while scale >= places && size % step == 0 {
                size /= step;
                scale -= places;
            }
        }
        loop {
            match Money::try_from_i128_with_scale(size, scale) {
                Ok(money) => return money,
                Err(_) if scale > 0 => (size, scale) = (div_round(size, 10), scale - 1),
                Err(_) => return if size > 0 { Money::MAX } else { Money::MIN },
            }
        }
    }

    /// The whole units.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// As a float, in quote units.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e16
    }

    /// Its size without the sign.
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// This × part / whole without overflow, rounded towards zero; nothing where `whole` is zero.
    pub const fn part(self, part: i64, whole: i64) -> Self {
        if whole == 0 {
            return Self::ZERO;
        }
        let (part, whole) = (part as i128, whole as i128);
        // (w·d + r)·p / w = d·p + r·p / w, of which r·p is below 2¹²⁶.
        let (whole_times, rest) = (self.0 / whole, self.0 % whole);
        Self(whole_times.saturating_mul(part).saturating_add(rest * part / whole))
    }

    /// So many basis points of it, to 8 decimal places, half away from zero as exchanges bill. Basis points finer than 1e-8 are rounded.
    pub fn basis_points(self, bps: Money) -> Self {
        match i64::try_from(bps.saturating_mul(Money::from(CENT as i64)).round()) {
            // 10,000 basis points are one, and `bps` counts in 1e-8.
            Ok(units) => self.scaled(units, 10_000 * CENT as i64),
            Err(_) => Self::ZERO,
        }
    }

    /// This × part / whole, rounded half away from zero to 8 decimal places in one step.
    pub const fn scaled(self, part: i64, whole: i64) -> Self {
        let (part, whole) = (part as i128, whole as i128);
        if whole <= 0 {
            return Self::ZERO;
        }
        match whole.checked_mul(CENT) {
            Some(step) => {
                let (whole_times, rest) = (self.0 / step, self.0 % step);
                let rest = match rest.checked_mul(part) {
                    Some(product) => div_round(product, step),
                    None => 0,
                };
                Self(whole_times.saturating_mul(part).saturating_add(rest).saturating_mul(CENT))
            }
            None => Self::ZERO,
        }
    }

    /// The price at which a quantity is worth this, to the nearest 1e-8; `None` for no quantity or where it does not fit.
    pub fn per(self, qty: Qty) -> Option<Price> {
        if qty.is_zero() {
            return None;
        }
        i64::try_from(div_round(self.0.saturating_mul(qty.units().signum().into()), i128::from(qty.units()).abs()))
            .ok()
            .map(Price::from_units)
    }

    /// The most that can be had for it at a price: a quantity rounded down to 1e-8, at most [`Qty::MAX`]; none where either is
    /// not above zero.
    pub fn buys(self, price: Price) -> Qty {
        if self.0 <= 0 || price.units() <= 0 {
            return Qty::ZERO;
        }
        Qty::from_units(i64::try_from(self.0 / i128::from(price.units())).unwrap_or(i64::MAX))
    }
}

/// Division rounded half away from zero; `by` is above zero.
const fn div_round(size: i128, by: i128) -> i128 {
    let (whole, rest) = (size / by, size % by);
    if rest.unsigned_abs() >= (by as u128).div_ceil(2) { whole + if size < 0 { -1 } else { 1 } } else { whole }
}

impl Add for Amount {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Amount {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Amount {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Amount {
    #[inline]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn agrees_with_exact_decimals(price in 1_i64..10_000_000_000_000, qty in -100_000_000_000_i64..100_000_000_000, bps in -10_000_i64..1_000_000) {
            let (price, qty) = (Price::from_units(price), Qty::from_units(qty));
            let exact = money::of_price(price) * money::of_qty(qty);
            prop_assume!(exact.abs() < Money::from(1_000_000_000_000_i64));
            let amount = Amount::of(price, qty);
            prop_assert_eq!(amount.money(), exact);
            prop_assert_eq!(Amount::from_money(exact), amount);
            let bps = Money::new(bps, 3);
            prop_assert_eq!(amount.basis_points(bps).money(), money::basis_points(exact, bps));
        }

        #[test]
        fn parts_add_up(size: i128, (part, whole) in (1..=i64::MAX).prop_flat_map(|whole| (0..=whole, Just(whole)))) {
            let amount = Amount(size >> 2);
            let some = amount.part(part, whole);
            prop_assert!(some.abs() <= amount.abs());
            prop_assert!((amount - some).abs() <= amount.abs());
            if size.unsigned_abs() < 1 << 60 {
                prop_assert_eq!(some.0, amount.0 * i128::from(part) / i128::from(whole));
            }
            let _ = (amount.scaled(part, whole), amount.money());
        }
    }

    #[test]
    fn reads_and_bounds() {
        assert_eq!(Amount::from_money(Money::from(100_000)).money().to_string(), "100000");
        assert_eq!(Amount::MAX.money().to_string(), "17014118346046923173168.730372");
        assert!((Amount::of(Price::MAX, Qty::MAX).to_f64() / 8.507059173023462e21 - 1.0).abs() < 1e-15);
        assert_eq!(Amount::from_money(Money::new(10, 0)).buys(Price::from_units(300_000_000)), Qty::from_units(333_333_333));
        assert_eq!(
            Amount::from_money(Money::new(-10, 0)).per(Qty::from_units(-300_000_000)),
            Some(Price::from_units(333_333_333))
        );
        assert_eq!(Amount::from_money(Money::MAX), Amount::MAX);
    }
}
