//! An indicator's values as texts of a steady width, their decimal points one above the other.

use crate::domain::{Instrument, Nanos};
use crate::indicator::{Lack, Spec, Unit};
use crate::ui::widgets::{clock, figures};
use jiff::tz::TimeZone;

/// Cells before the decimal point.
const WHOLE: usize = 7;
/// Cells of the decimal point and what follows.
const PART: usize = 5;
/// Cells of a figure.
pub const FIGURE: u16 = (WHOLE + PART) as u16;

/// Decimals that a unit's figures have.
fn decimals(unit: Unit, instrument: &Instrument) -> usize {
    match unit {
        Unit::Price => instrument.price_decimals().min(PART - 1),
        Unit::Ratio | Unit::Base | Unit::BasisPoints | Unit::PerYear => 3,
        Unit::PerSecond | Unit::Quote | Unit::Percent => 1,
        Unit::PriceByBase => 4,
    }
}

/// Whether an indicator's figures have a sign in front: those on both sides of zero.
pub fn is_signed(spec: &Spec) -> bool {
    spec.range.neutral == Some(0.0)
}

/// A figure without padding.
pub fn text(value: f64, unit: Unit, instrument: &Instrument, signed: bool) -> String {
    let decimals = decimals(unit, instrument);
    let sign = if value < 0.0 {
        "-"
    } else if signed && value > 0.0 {
        "+"
    } else {
        ""
    };
    let size = value.abs();
    if size > 0.0 && size < 0.5 * 0.1_f64.powi(decimals as i32) && unit != Unit::Price {
        return format!("{sign}{size:.1e}");
    }
    if size >= 9_999_999.5 {
        return format!("{sign}{}", figures::short(size));
    }
    // Beyond what a column has room for, decimals say nothing.
    let decimals = if size >= 99_999.5 { 0 } else { decimals };
    let plain = format!("{size:.decimals$}");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() + (whole.len() - 1) / 3 + sign.len() <= WHOLE {
            out.push(',');
        }
        out.push(digit);
    }
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A figure in [`FIGURE`] cells, its decimal point where all others have theirs.
pub fn aligned(text: &str) -> String {
    let point = text.find(['.', 'e']).unwrap_or_else(|| text.trim_end_matches(char::is_alphabetic).len());
    let (whole, part) = text.split_at(point);
    let all = format!("{whole:>WHOLE$}{part:<PART$}");
    // Too long a fraction eats up the room before it.
    if all.len() > usize::from(FIGURE) { format!("{text:>width$}", width = usize::from(FIGURE)) } else { all }
}

/// The unit as it stands behind a figure.
pub fn unit(unit: Unit, instrument: &Instrument) -> String {
    match unit {
        Unit::Base if instrument.base.is_empty() => "base".to_owned(),
        Unit::Quote if instrument.quote.is_empty() => "quote".to_owned(),
        Unit::Price => crate::ui::text::safe(&instrument.quote).into_owned(),
        Unit::PriceByBase if !instrument.base.is_empty() => format!("/{}", crate::ui::text::safe(&instrument.base)),
        other => crate::ui::text::safe(other.suffix(&instrument.base, &instrument.quote)).into_owned(),
    }
}

/// A setting's bound, short: `0.1`, `3600`, `1e-8`.
pub fn plain(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e6) { format!("{value:e}") } else { value.to_string() }
}

/// A z-score, its sign always shown; at most 5 cells.
pub fn z(z: f64) -> String {
    if z.abs() < 9.995 {
        // No zero with a minus.
        let z = if z.abs() < 0.005 { 0.0 } else { z };
        format!("{z:+.2}")
    } else {
        format!("{:+.1}", z.clamp(-99.9, 99.9))
    }
}

/// Why there is no value, times in the zone that is shown.
pub fn lack(lack: &Lack, zone: &TimeZone) -> String {
    let at = |since: &Nanos| clock::hour_minute_second(clock::local(*since, zone));
    match lack {
        Lack::BookLost(since, _) => format!("book out of sync since {}", at(since)),
        Lack::LinkDown(since, what) => format!("{what} lost since {}", at(since)),
        other => other.to_string(),
    }
}

/// The same in a word or two.
pub const fn lack_in_short(lack: &Lack) -> &'static str {
    match lack {
        Lack::Waiting(_) => "waiting",
        Lack::WarmingUp(..) => "warming up",
        Lack::Absent(_) => "absent",
        Lack::BookLost(..) => "out of sync",
        Lack::LinkDown(..) => "lost",
        Lack::Undefined(_) => "undefined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::fixtures::instrument;

    #[test]
    fn decimal_points_stand_above_one_another() {
        let figure = |value: f64, unit: Unit, signed: bool| aligned(&text(value, unit, &instrument(), signed));
        let column = [
            figure(12.48, Unit::Base, true),
            figure(-0.421, Unit::Ratio, true),
            figure(61_234.5, Unit::Price, false),
            figure(0.00123, Unit::PriceByBase, false),
            figure(-12_345.678, Unit::Base, true),
            figure(0.0, Unit::Base, true),
        ];
        assert_eq!(
            column,
            ["    +12.480 ", "     -0.421 ", " 61,234.5   ", "      0.0012", "-12,345.678 ", "      0.000 "].map(String::from)
        );
        let long = [figure(123_456.7, Unit::Base, false), figure(1.5e9, Unit::Quote, true), figure(3.1e-7, Unit::Ratio, true)];
        assert_eq!(long, ["123,457     ", "     +1.50G ", "     +3.1e-7"].map(String::from));
    }

    #[test]
    fn scores_are_five_cells() {
        for (value, shown) in [(1.234, "+1.23"), (-0.001, "+0.00"), (-12.34, "-12.3"), (1e9, "+99.9")] {
            assert_eq!(z(value), shown);
        }
    }

    #[test]
    fn times_are_of_the_zone() {
        let lost = Lack::BookLost(crate::ui::panes::fixtures::NOON, "gap".into());
        assert_eq!(lack(&lost, &TimeZone::fixed(jiff::tz::offset(2))), "book out of sync since 01:00:00");
    }
}
