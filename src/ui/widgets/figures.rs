//! Figures as short texts of a steady width.

/// At most five characters for any size: `0`, `0.012`, `1.23`, `45.6`, `789`, `1.23K`, `45.6M`, `>999T`.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let size = value.abs();
    let sign = if value < 0.0 { "-" } else { "" };
    if size == 0.0 {
        return "0".to_owned();
    }
    if size < 0.0005 {
        return format!("{sign}<.001");
    }
    if size < 0.9995 {
        return format!("{sign}{size:.3}");
    }
    let mut scaled = size;
    for unit in ["", "K", "M", "G", "T"] {
        if scaled < 999.5 {
            let places = if scaled < 9.995 { 2 } else { usize::from(scaled < 99.95) };
            return format!("{sign}{scaled:.places$}{unit}");
        }
        scaled /= 1_000.0;
    }
    format!("{sign}>999T")
}

/// A count: exact below a thousand, else as [`short`].
pub fn short_count(count: u64) -> String {
    if count < 1_000 { count.to_string() } else { short(count as f64) }
}

/// As [`short`], with its sign always shown.
pub fn short_signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", short(value)) } else { short(value) }
}

/// A change in percent with its sign, `+0.42%`; `None` where there is nothing to compare with.
pub fn percent(from: f64, to: f64) -> Option<String> {
    let change = (to - from) / from.abs() * 100.0;
    (change.is_finite()).then(|| {
        let change = if change.abs() < 0.005 { 0.0 } else { change };
        if change.abs() < 10_000.0 { format!("{change:+.2}%") } else { format!("{}%", short_signed(change)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (0.0123, "0.012"),
            (1.0, "1.00"),
            (9.999, "10.0"),
            (123.4, "123"),
            (1_234.0, "1.23K"),
            (999_600.0, "1.00M"),
            (-4.5e10, "-45.0G"),
            (f64::INFINITY, "-"),
            (1e300, ">999T"),
        ] {
            assert_eq!(short(value), text);
        }
        assert_eq!(percent(100.0, 100.42).as_deref(), Some("+0.42%"));
        assert_eq!(percent(100.0, 99.999).as_deref(), Some("+0.00%"));
        assert_eq!(percent(0.0, 5.0), None);
    }
}
