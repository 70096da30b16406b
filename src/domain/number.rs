//! Exact decimal numbers in units of 1e-8, read digit by digit and never through a float.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Units in one whole: prices and quantities are integers of 1e-8.
pub const SCALE: i64 = 100_000_000;
/// Decimal places kept.
pub const DECIMALS: usize = 8;

/// Why a text is not a number this program can hold exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// No digits, or something other than digits, one point and an exponent.
    #[error("not a decimal number")]
    Malformed,
    /// Beyond what fits in 64 bits of 1e-8 (about ±92 billion).
    #[error("out of range: at most 92,233,720,368.54775807 in size")]
    OutOfRange,
    /// Digits other than zero beyond the eighth decimal place.
    #[error("more than 8 decimal places")]
    TooPrecise,
}

/// Parses a decimal text (`-12.5`, `.5`, `1e-7`) into units of `10^-decimals`.
///
/// # Errors
/// [`NumberError`] when the text is no number, does not fit or needs more places than there are.
pub fn parse_scaled(text: &[u8], decimals: usize) -> Result<i128, NumberError> {
    let (negative, digits) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let mut value: i128 = 0;
    let mut places = 0_i64;
    let mut seen_point = false;
    let mut any = false;
    let mut exponent = 0_i64;
    for (i, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                any = true;
                if value > 10_i128.pow(34) {
                    // Digits this far down can only be zeros for the number to be exact.
                    if byte != b'0' {
                        return Err(NumberError::OutOfRange);
                    }
                    if !seen_point {
                        exponent += 1;
                    }
                    continue;
                }
                value = value * 10 + i128::from(byte - b'0');
                if seen_point {
                    places += 1;
                }
            }
            b'.' if !seen_point => seen_point = true,
            b'e' | b'E' if any => {
                exponent += parse_exponent(&digits[i + 1..])?;
                break;
            }
            _ => return Err(NumberError::Malformed),
        }
    }
    if !any {
        return Err(NumberError::Malformed);
    }
    let shift = decimals as i64 + exponent - places;
    if value != 0 {
        if shift >= 0 {
            if shift > 38 {
                return Err(NumberError::OutOfRange);
            }
            value = 10_i128.checked_pow(shift as u32).and_then(|p| value.checked_mul(p)).ok_or(NumberError::OutOfRange)?;
        } else {
            for _ in 0..shift.unsigned_abs() {
                if value % 10 != 0 {
                    return Err(NumberError::TooPrecise);
                }
                value /= 10;
            }
        }
    }
    Ok(if negative { -value } else { value })
}

fn parse_exponent(text: &[u8]) -> Result<i64, NumberError> {
    let (negative, digits) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NumberError::Malformed);
    }
    if digits.len() > 4 {
        return Err(NumberError::OutOfRange);
    }
    let size = digits.iter().fold(0_i64, |n, d| n * 10 + i64::from(d - b'0'));
    Ok(if negative { -size } else { size })
}

/// Parses into 64-bit units of 1e-8: the quick way for the plain `123.45` that exchanges send, the careful way for the rest.
fn parse_units(text: &[u8]) -> Result<i64, NumberError> {
    if text.len() <= 18 {
        let mut value = 0_i64;
        let mut places = usize::MAX;
        for &byte in text {
            if byte.is_ascii_digit() {
                value = value * 10 + i64::from(byte - b'0');
                places = places.saturating_add(usize::from(places != usize::MAX));
            } else if byte == b'.' && places == usize::MAX {
                places = 0;
            } else {
                return parse_units_slow(text);
            }
        }
        let digits = if places == usize::MAX { text.len() } else { text.len() - 1 };
        let places = if places == usize::MAX { 0 } else { places };
        if digits > 0 && places <= DECIMALS {
            const POWERS: [i64; 9] = [SCALE, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
            if let Some(units) = value.checked_mul(POWERS[places]) {
                return Ok(units);
            }
        }
    }
    parse_units_slow(text)
}

#[cold]
fn parse_units_slow(text: &[u8]) -> Result<i64, NumberError> {
    i64::try_from(parse_scaled(text, DECIMALS)?).map_err(|_| NumberError::OutOfRange)
}

/// Writes units of `10^-decimals` in their shortest exact decimal form.
pub(crate) fn write_scaled(out: &mut impl fmt::Write, value: i128, decimals: usize) -> fmt::Result {
    if value < 0 {
        out.write_char('-')?;
    }
    let size = value.unsigned_abs();
    let scale = 10_u128.pow(decimals as u32);
    let (whole, mut part) = (size / scale, size % scale);
    write!(out, "{whole}")?;
    if part != 0 {
        let mut width = decimals;
        while part.is_multiple_of(10) {
            part /= 10;
            width -= 1;
        }
        write!(out, ".{part:0width$}")?;
    }
    Ok(())
}

macro_rules! decimal {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// The largest value that fits.
            pub const MAX: Self = Self(i64::MAX);

            /// From a count of 1e-8 units.
            pub const fn from_units(units: i64) -> Self {
                Self(units)
            }

            /// The count of 1e-8 units.
            pub const fn units(self) -> i64 {
                self.0
            }

            /// Parses a decimal text exactly.
            ///
            /// # Errors
            /// [`NumberError`] when the text is no number, does not fit or has more than 8 decimal places.
            pub fn parse(text: &[u8]) -> Result<Self, NumberError> {
                parse_units(text).map(Self)
            }

            /// The nearest value to a float; for simulated and displayed values only, never for data read from outside.
            pub fn from_f64(value: f64) -> Self {
                Self((value * SCALE as f64).round() as i64)
            }

            /// As a float, for statistics and drawing.
            pub fn to_f64(self) -> f64 {
                self.0 as f64 / SCALE as f64
            }

            /// Whether it is exactly zero.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Its size without the sign.
            pub const fn abs(self) -> Self {
                Self(self.0.saturating_abs())
            }

            /// The sum, or `None` when it does not fit.
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            /// How many decimal places its shortest form has: 0 to 8.
            pub const fn decimals(self) -> usize {
                let mut units = self.0.unsigned_abs();
                let mut places = DECIMALS;
                while places > 0 && units % 10 == 0 {
                    units /= 10;
                    places -= 1;
                }
                places
            }
        }

        impl fmt::Display for $name {
            /// The shortest exact decimal; with a precision (`{:.2}`), rounded half away from zero to that many places, and with
            /// `#` as well (`{:#.2}`) its thousands separated by commas.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                display_units(f, i128::from(self.0))
            }
        }

        impl std::str::FromStr for $name {
            type Err = NumberError;
            fn from_str(text: &str) -> Result<Self, NumberError> {
                Self::parse(text.as_bytes())
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(self.0.saturating_neg())
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }
    };
}

fn display_units(f: &mut fmt::Formatter<'_>, units: i128) -> fmt::Result {
    let Some(places) = f.precision() else {
        let mut text = String::with_capacity(24);
        write_scaled(&mut text, units, DECIMALS)?;
        return f.pad_integral(true, "", &text);
    };
    let places = places.min(DECIMALS);
    let unit = 10_u128.pow((DECIMALS - places) as u32);
    // Almost every figure fits 64 bits, where division is many times faster.
    let size = units.unsigned_abs();
    let rounded = match (u64::try_from(size), u64::try_from(unit)) {
        (Ok(size), Ok(unit)) => u128::from(size / unit + u64::from(size % unit >= unit.div_ceil(2))),
        _ => (size + unit / 2) / unit,
    };
    let mut digits = Digits::new();
    if let Ok(mut rest) = u64::try_from(rounded) {
        digits.write(places, f.alternate(), || {
            let digit = rest % 10;
            rest /= 10;
            (digit, rest == 0)
        });
    } else {
        let mut rest = rounded;
        digits.write(places, f.alternate(), || {
            let digit = (rest % 10) as u64;
            rest /= 10;
            (digit, rest == 0)
        });
    }
    if units < 0 && rounded != 0 {
        digits.push(b'-');
    }
    let text = digits.text();
    match f.width() {
        Some(width) => write!(f, "{text:>width$}"),
        None => f.write_str(text),
    }
}

/// A figure being written from its last digit to its first.
struct Digits {
    bytes: [u8; 72],
    from: usize,
}

impl Digits {
    const fn new() -> Self {
        Self { bytes: [0; 72], from: 72 }
    }

    fn push(&mut self, byte: u8) {
        if self.from > 0 {
            self.from -= 1;
            self.bytes[self.from] = byte;
        }
    }

    /// Writes what `next` gives, the last digit first, each with whether nothing is left.
    fn write(&mut self, places: usize, grouped: bool, mut next: impl FnMut() -> (u64, bool)) {
        let (mut count, mut done) = (0, false);
        while !done || count <= places {
            let digit = if done {
                0
            } else {
                let (digit, last) = next();
                done = last;
                digit
            };
            if count == places && places > 0 {
                self.push(b'.');
            }
            if grouped && count > places && (count - places).is_multiple_of(3) {
                self.push(b',');
            }
            self.push(b'0' + digit as u8);
            count += 1;
        }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.from..]).unwrap_or_default()
    }
}

decimal!(
    /// A price in quote units per base unit, exact to 1e-8.
    Price
);
decimal!(
    /// A quantity in base units, exact to 1e-8. Negative only where a signed quantity is said.
    Qty
);

impl Qty {
    /// As a [`Volume`], which does not overflow when many are added up.
    pub const fn volume(self) -> Volume {
        Volume(self.0 as i128)
    }
}

/// A sum of quantities, exact to 1e-8, wide enough for any number of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Volume(i128);

impl Volume {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From a count of 1e-8 units.
    pub const fn from_units(units: i128) -> Self {
        Self(units)
    }

    /// The count of 1e-8 units.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// Parses a decimal text exactly.
    ///
    /// # Errors
    /// [`NumberError`] when the text is no number, does not fit or has more than 8 decimal places.
    pub fn parse(text: &[u8]) -> Result<Self, NumberError> {
        let units = parse_scaled(text, DECIMALS)?;
        // Sums of a million such values must still fit.
        if units.unsigned_abs() > (i128::MAX as u128) >> 20 { Err(NumberError::OutOfRange) } else { Ok(Self(units)) }
    }

    /// As a float, for statistics and drawing.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }

    /// Whether it is exactly zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display_units(f, self.0)
    }
}

impl std::str::FromStr for Volume {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text.as_bytes())
    }
}

impl Add for Volume {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Volume {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Volume {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thousands_can_be_separated() {
        for (text, places, wanted) in [
            ("0", 2, "0.00"),
            ("999.994", 2, "999.99"),
            ("999.995", 2, "1,000.00"),
            ("-1234567.891", 1, "-1,234,567.9"),
            ("100000", 0, "100,000"),
            ("-0.004", 2, "0.00"),
            ("0.5", 0, "1"),
            ("0.00000001", 8, "0.00000001"),
        ] {
            let price: Price = text.parse().unwrap();
            assert_eq!(format!("{price:#.places$}"), wanted);
            assert_eq!(format!("{price:.places$}"), wanted.replace(',', ""));
        }
        let most = Volume(i128::MAX);
        assert_eq!(format!("{most:.8}"), "1701411834604692317316873037158.84105727");
        assert_eq!(format!("{:>10.1}", "1.25".parse::<Price>().unwrap()), "       1.3");
    }

    #[test]
    fn reads_what_exchanges_send() {
        for (text, units) in [("61800.20", 6_180_020_000_000_i64), ("0.00000001", 1), ("5", 500_000_000), (".5", 50_000_000)] {
            assert_eq!(Price::parse(text.as_bytes()).map(Price::units), Ok(units), "{text}");
        }
        assert_eq!(Qty::parse(b"1e-7").map(Qty::units), Ok(10));
        assert_eq!(Qty::parse(b"1.50000000000").map(Qty::units), Ok(150_000_000));
        assert_eq!(Qty::parse(b"-2.5").map(Qty::units), Ok(-250_000_000));
        assert_eq!(Qty::parse(b"92233720368.54775807").map(Qty::units), Ok(i64::MAX));
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        use NumberError::{Malformed, OutOfRange, TooPrecise};
        for (text, error) in [
            ("", Malformed),
            (".", Malformed),
            ("-", Malformed),
            ("1.2.3", Malformed),
            ("NaN", Malformed),
            ("1e", Malformed),
            ("0x10", Malformed),
            ("1 ", Malformed),
            ("92233720368.54775808", OutOfRange),
            ("1e400", OutOfRange),
            ("1e99999999999", OutOfRange),
            ("0.000000001", TooPrecise),
            ("99999999999999999999999999999999999999999999", OutOfRange),
        ] {
            assert_eq!(Price::parse(text.as_bytes()), Err(error), "{text:?}");
        }
    }

    #[test]
    fn displays_shortest_or_rounded() {
        assert_eq!(Price::from_units(6_180_020_000_000).to_string(), "61800.2");
        assert_eq!(format!("{:.2}", Price::from_units(6_180_020_000_000)), "61800.20");
        assert_eq!(format!("{:>10.1}", Price::from_units(-15_000_000)), "      -0.2");
        assert_eq!(format!("{:.0}", Price::from_units(49_999_999)), "0");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(units in any::<i64>()) {
            let price = Price::from_units(units);
            prop_assert_eq!(Price::parse(price.to_string().as_bytes()), Ok(price));
        }

        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = Price::parse(&text);
            let _ = Volume::parse(&text);
        }

        #[test]
        fn quick_and_careful_agree(text in "[0-9]{0,12}\\.?[0-9]{0,10}") {
            prop_assert_eq!(parse_units(text.as_bytes()), parse_units_slow(text.as_bytes()));
        }
    }
}
