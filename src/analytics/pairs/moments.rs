//! Means, variances and covariance of two series over a window that slides, in constant time a bar.
//!
//! Sums are kept of deviations from a reference near the window, added to where a bar comes and taken from where one goes. What that
//! loses in digits is bounded: the sums are worked out anew once a window, and at once when so much has left the window that what
//! remains is small beside what the sums have held. Then a window worked out from scratch says the same to 10⁻⁹.

/// How much smaller than what the sums have held the deviations may become before they are worked out anew.
const LOSS: f64 = 1e-3;
/// Bars between two times they are worked out anew, at least.
const EVERY: usize = 64;

/// The sums. Whoever holds the values says which comes and which goes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    n: usize,
    /// Near which the values lie.
    reference: (f64, f64),
    y: f64,
    x: f64,
    yy: f64,
    xx: f64,
    xy: f64,
    /// The most the sums of squares have been since they were worked out.
    peak: (f64, f64),
    since: usize,
}

impl Moments {
    /// Of exactly these pairs (y, x), looked at twice.
    pub fn of(values: impl Iterator<Item = (f64, f64)> + Clone) -> Self {
        let Some((first_y, first_x)) = values.clone().next() else { return Self::default() };
        let mut rough = Self { reference: (first_y, first_x), ..Self::default() };
        values.clone().for_each(|(y, x)| rough.add(y, x));
        // From the first value exact zeros stay zeros: what does not change has a variance of 0, not of a rounding.
        let (mean_y, mean_x) = rough.offsets();
        let mut moments = Self { reference: (first_y + mean_y, first_x + mean_x), ..Self::default() };
        values.for_each(|(y, x)| moments.add(y, x));
        moments.since = 0;
        moments
    }

    /// A pair comes.
    #[inline]
    pub fn add(&mut self, y: f64, x: f64) {
        if self.n == 0 {
            // An empty window begins where its first value is, unless it was given a reference.
            if self.reference == (0.0, 0.0) {
                self.reference = (y, x);
            }
        }
        let (dy, dx) = (y - self.reference.0, x - self.reference.1);
        self.n += 1;
        self.y += dy;
        self.x += dx;
        self.yy += dy * dy;
        self.xx += dx * dx;
        self.xy += dy * dx;
        self.since += 1;
        self.peak = (self.peak.0.max(self.yy), self.peak.1.max(self.xx));
    }

    /// A pair that came goes.
    #[inline]
    pub fn remove(&mut self, y: f64, x: f64) {
        let (dy, dx) = (y - self.reference.0, x - self.reference.1);
        self.n = self.n.saturating_sub(1);
        self.y -= dy;
        self.x -= dx;
        self.yy -= dy * dy;
        self.xx -= dx * dx;
        self.xy -= dy * dx;
    }

    /// Whether it is time to work the sums out anew.
    #[inline]
    pub fn stale(&self) -> bool {
        let sound = self.yy() >= LOSS * self.peak.0 && self.xx() >= LOSS * self.peak.1;
        // Written so that what is not a number is not sound either.
        !sound || self.since >= self.n.max(EVERY) || !self.xy.is_finite()
    }

    /// Lets the sums count as worked out so many bars ago: many windows then do not all become stale at the same bar.
    pub const fn age(&mut self, bars: usize) {
        self.since = bars;
    }

    /// Pairs in it.
    pub const fn n(&self) -> usize {
        self.n
    }

    /// Means less the references.
    fn offsets(&self) -> (f64, f64) {
        let n = self.n.max(1) as f64;
        (self.y / n, self.x / n)
    }

    /// Mean of y − β·x, as a sum of a large part that is exact and a small one.
    #[inline]
    pub fn mean_spread(&self, beta: f64) -> (f64, f64) {
        let (y, x) = self.offsets();
        (self.reference.0 - beta * self.reference.1, y - beta * x)
    }

    /// How far a value of y − β·x is above the mean, without the cancellation of large prices.
    #[inline]
    pub fn above_mean(&self, beta: f64, y: f64, x: f64) -> f64 {
        let (mean_y, mean_x) = self.offsets();
        ((y - self.reference.0) - mean_y) - beta * ((x - self.reference.1) - mean_x)
    }

    /// Sum of squares of y about its mean, not below 0.
    #[inline]
    pub fn yy(&self) -> f64 {
        (self.yy - self.y * self.y / self.n.max(1) as f64).max(0.0)
    }

    /// Sum of squares of x about its mean, not below 0.
    #[inline]
    pub fn xx(&self) -> f64 {
        (self.xx - self.x * self.x / self.n.max(1) as f64).max(0.0)
    }

    /// Sum of products about the means.
    #[inline]
    pub fn xy(&self) -> f64 {
        self.xy - self.y * self.x / self.n.max(1) as f64
    }

    /// Slope, intercept and r² of the least-squares line of y on x; `None` where either did not change.
    #[inline]
    pub fn line(&self) -> Option<(f64, f64, f64)> {
        let (yy, xx, xy) = (self.yy(), self.xx(), self.xy());
        if self.n < 3 || !(yy > 0.0 && xx > 0.0) {
            return None;
        }
        let beta = xy / xx;
        let (large, small) = self.mean_spread(beta);
        let (alpha, r2) = (large + small, (xy / xx) * (xy / yy));
        (beta.is_finite() && alpha.is_finite() && r2.is_finite()).then(|| (beta, alpha, r2.clamp(0.0, 1.0)))
    }

    /// Pearson's correlation, −1 to 1; `None` where either did not change.
    #[inline]
    pub fn correlation(&self) -> Option<f64> {
        let (yy, xx) = (self.yy(), self.xx());
        if self.n < 2 || !(yy > 0.0 && xx > 0.0) {
            return None;
        }
        Some(self.xy() / (yy.sqrt() * xx.sqrt())).filter(|r| r.is_finite()).map(|r| r.clamp(-1.0, 1.0))
    }

    /// Sum of squares of y − β·x about its mean; `None` where so little of the two variances remains in their difference that it
    /// has to be worked out from the values.
    #[inline]
    pub fn spread_squares(&self, beta: f64) -> Option<f64> {
        let (yy, xx) = (self.yy(), beta * beta * self.xx());
        let squares = yy + xx - 2.0 * beta * self.xy();
        (squares.is_finite() && squares > LOSS * (yy + xx)).then_some(squares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::{correlation::correlation, regression::ols};
    use proptest::prelude::*;

    /// Slides a window over both and holds every step against a computation from scratch.
    fn check(y: &[f64], x: &[f64], window: usize) {
        let mut moments = Moments::default();
        for end in 1..=y.len() {
            let from = end.saturating_sub(window);
            moments.add(y[end - 1], x[end - 1]);
            if end > window {
                moments.remove(y[from - 1], x[from - 1]);
            }
            if moments.stale() {
                moments = Moments::of(y[from..end].iter().copied().zip(x[from..end].iter().copied()));
            }
            let (ys, xs) = (&y[from..end], &x[from..end]);
            match (moments.line(), ols(ys, xs)) {
                (Some((beta, alpha, r2)), Ok(line)) => {
                    // What β can be told to: a change of y and x by one in 10⁹ of what they vary.
                    let unit = (moments.yy() / moments.xx()).sqrt();
                    assert!((beta - line.beta).abs() <= 1e-9 * unit.max(line.beta.abs()), "β {beta} {} at {end}", line.beta);
                    let size = ys[0].abs() + line.beta.abs().max(unit) * xs[0].abs();
                    assert!((alpha - line.alpha).abs() <= 1e-9 * size, "α {alpha} {} at {end}", line.alpha);
                    assert!((r2 - line.r2.unwrap()).abs() <= 1e-9, "r² {r2} {:?} at {end}", line.r2);
                }
                (None, Err(_)) => {}
                (moments, scratch) => panic!("{moments:?} {scratch:?} at {end}"),
            }
            match (moments.correlation(), correlation(ys, xs)) {
                (Some(a), Ok(b)) => assert!((a - b).abs() <= 1e-9, "r {a} {b} at {end}"),
                (None, Err(_)) => {}
                (moments, scratch) => panic!("{moments:?} {scratch:?} at {end}"),
            }
        }
    }

    /// A walk that does not need a generator: the same every time.
    fn walk(seed: u64, n: usize, from: f64, step: f64) -> Vec<f64> {
        let mut state = seed;
        let mut level = from;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                level += ((state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0) * step;
                level
            })
            .collect()
    }

    #[test]
    fn large_prices_that_hardly_move() {
        check(&walk(1, 5_000, 1e5, 1e-2), &walk(2, 5_000, 3e3, 1e-2), 100);
        check(&walk(3, 3_000, 1e5, 1e-2), &walk(4, 3_000, 1e-2, 1e-7), 1_000);
    }

    #[test]
    fn jumps_that_leave_again_and_stretches_without_any_change() {
        let (mut y, mut x) = (walk(5, 3_000, 1e5, 1e-2), walk(6, 3_000, 1e5, 1e-2));
        for at in [400, 401, 900, 1_700] {
            y[at] += 1e3;
            x[at + 7] -= 1e3;
        }
        y[2_000..].iter_mut().for_each(|y| *y += 1e3);
        y[2_300..2_600].fill(7.0);
        x[2_450..2_700].fill(3.3);
        check(&y, &x, 100);
        check(&y, &x, 10);
    }

    proptest! {
        #[test]
        fn as_from_scratch(
            steps in proptest::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64, 0_u8..20), 10..300),
            window in 10_usize..60, scale in 1e-3..1e3_f64, level in 1.0..1e5_f64,
        ) {
            let (mut y, mut x) = (vec![level], vec![level * 2.0]);
            for (a, b, jump) in steps {
                let large = if jump == 0 { 1e3 } else { 1.0 };
                y.push(y[y.len() - 1] + a * scale * large);
                x.push(x[x.len() - 1] + (a + b) * scale);
            }
            check(&y, &x, window);
        }
    }
}
