//! Figures of pairs as short texts.

/// A number with so many significant digits, never in powers of ten where it fits: `0.037214`, `17.283`, `-1234.5`.
pub(super) fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-6..1e12).contains(&size) {
        return format!("{value:.precision$e}", precision = digits.saturating_sub(1));
    }
    // Zeros after the point are no digits of it.
    let whole = size.log10().floor() as i32 + 1;
    let decimals = (digits as i32 - whole).clamp(0, 12) as usize;
    format!("{value:.decimals$}")
}

/// A value in units of a price, with as many decimals as give that price seven digits: what is nothing beside it reads as nothing.
pub(super) fn priced(value: f64, price: f64, ascii: bool) -> String {
    let size = price.abs();
    if !value.is_finite() || !(1e-6..1e12).contains(&size) {
        return minus(significant(value, 6), ascii);
    }
    let decimals = (6 - size.log10().floor() as i32).clamp(0, 10) as usize;
    // No zero with a sign.
    let value = if value.abs() < 0.5 * 10_f64.powi(-(decimals as i32)) { 0.0 } else { value };
    minus(format!("{value:.decimals$}"), ascii)
}

/// A figure with a true minus, and its sign always where `signed`.
pub(super) fn signed(value: f64, decimals: usize, ascii: bool) -> String {
    let value = if value.abs() < 0.5 * 10_f64.powi(-(decimals as i32)) { 0.0 } else { value };
    minus(format!("{value:+.decimals$}"), ascii)
}

/// Replaces the hyphen of a negative number by a true minus where that can be drawn.
pub(super) fn minus(text: String, ascii: bool) -> String {
    if ascii || !text.starts_with('-') { text } else { text.replacen('-', "−", 1) }
}

/// Bars as a count: `1,440`.
pub(super) fn bars(count: usize) -> String {
    crate::ui::text::count(count as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_their_digits() {
        for (value, text) in
            [(0.0372141, "0.037214"), (17.28349, "17.283"), (-1234.56, "-1234.6"), (0.0, "0"), (123_456.7, "123457")]
        {
            assert_eq!(significant(value, 5).trim_end_matches('0'), text.trim_end_matches('0'), "{value}");
        }
        assert_eq!(significant(f64::NAN, 5), "-");
        assert_eq!(significant(3e-9, 3), "3.00e-9");
        assert_eq!(signed(-0.001, 2, false), "+0.00");
        assert_eq!(priced(3.7e-7, 2_690.61, false), "0.000");
        assert_eq!(priced(-337.4071, 2_690.61, false), "−337.407");
        assert_eq!(priced(-0.0001234, 0.5, false), "−0.0001234");
        assert_eq!(signed(-1.5, 2, false), "−1.50");
    }
}
