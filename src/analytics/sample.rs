//! What every statistic of a sample begins with: whether it is a sample at all, and its mean and sums without cancellation.

use super::undefined::Undefined;

/// Between these, squares and sums of squares of any number of values neither overflow nor vanish.
const LARGEST: f64 = 1e140;
const SMALLEST: f64 = 1e-140;

/// The least and the greatest value of a sample of at least `need` finite values whose squares can be calculated with.
pub(super) fn extent(values: &[f64], need: usize) -> Result<(f64, f64), Undefined> {
    if values.len() < need {
        return Err(Undefined::TooShort { have: values.len(), need });
    }
    let (mut low, mut high, mut all_finite) = (f64::INFINITY, f64::NEG_INFINITY, true);
    for value in values {
        low = low.min(*value);
        high = high.max(*value);
        all_finite &= value.is_finite();
    }
    if !all_finite {
        return Err(Undefined::NotFinite { at: values.iter().position(|value| !value.is_finite()).unwrap_or(0) });
    }
    let spread = high - low;
    if low.abs().max(high.abs()) > LARGEST || (spread > 0.0 && spread < SMALLEST) {
        return Err(Undefined::OutOfRange);
    }
    Ok((low, high))
}

/// As [`extent`], of a sample that is not one value over and over; otherwise `constant` is the reason.
pub(super) fn varying(values: &[f64], need: usize, constant: Undefined) -> Result<(f64, f64), Undefined> {
    let (low, high) = extent(values, need)?;
    if low < high { Ok((low, high)) } else { Err(constant) }
}

/// A result that is a number, or the reason why it is none.
pub(super) fn finite(value: f64) -> Result<f64, Undefined> {
    if value.is_finite() { Ok(value) } else { Err(Undefined::OutOfRange) }
}

/// The mean in two parts, `near + rest`, of a sample that is not empty: deviations `(value − near) − rest` keep the digits a
/// sample far from zero has, as the first difference is exact there.
pub(super) fn centre(values: &[f64]) -> (f64, f64) {
    let near = values.first().copied().unwrap_or(0.0);
    (near, sum(values, |value| value - near) / values.len() as f64)
}

/// Σ of what `term` makes of the values, in eight running sums: faster than one, and rounding errors grow eight times slower.
pub(super) fn sum(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    let (chunks, rest) = values.as_chunks::<8>();
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += term(*value);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| term(*value)).sum::<f64>()
}

/// Σ of what `term` makes of each pair, summed as [`sum`] does. Both are as long as the shorter.
pub(super) fn sum_pairs(a: &[f64], b: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    let length = a.len().min(b.len());
    let ((a, rest_a), (b, rest_b)) = (a[..length].as_chunks::<8>(), b[..length].as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += term(a[i], b[i]);
        }
    }
    sums.iter().sum::<f64>() + rest_a.iter().zip(rest_b).map(|(a, b)| term(*a, *b)).sum::<f64>()
}

/// Sums of squares and products of two samples' deviations from their means.
pub(super) struct Moments {
    /// The means in two parts each, see [`centre`].
    pub x: (f64, f64),
    pub y: (f64, f64),
    pub xx: f64,
    pub yy: f64,
    pub xy: f64,
}

/// The moments of two samples of the same length that both vary. The samples are checked first.
pub(super) fn moments(y: &[f64], x: &[f64], need: usize) -> Result<Moments, Undefined> {
    let have = y.len().min(x.len());
    if y.len() != x.len() {
        return Err(Undefined::TooShort { have, need: y.len().max(x.len()).max(need) });
    }
    varying(x, need, Undefined::ConstantX)?;
    varying(y, need, Undefined::ConstantY)?;
    let (cx, cy) = (centre(x), centre(y));
    let dx = |x: f64| (x - cx.0) - cx.1;
    let dy = |y: f64| (y - cy.0) - cy.1;
    Ok(Moments {
        x: cx,
        y: cy,
        xx: sum(x, |x| dx(x) * dx(x)),
        yy: sum(y, |y| dy(y) * dy(y)),
        xy: sum_pairs(y, x, |y, x| dy(y) * dx(x)),
    })
}
