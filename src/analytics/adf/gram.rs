//! The factor by sums of products, which is fast: one lag's product with another is that of the lags before, less a row at the end and
//! more one at the beginning, so that only the first row of sums is taken over the whole sample.
//!
//! Sums of products hold the square of what the columns hold, and columns that are almost alike lose twice the digits. How many
//! is known when the factor is: the trace of the inverse of the scaled matrix bounds what rounding is multiplied with. Above
//! [`ALIKE`] there is no factor here, and the reflections take over.

use super::super::sample::{sum, sum_pairs};
use super::factor::Factor;
use super::{Order, Sample, Trend};

/// The greatest trace of the inverse: rounding of about 10⁻¹⁵ stays below 10⁻⁹.
const ALIKE: f64 = 1e6;
/// Where a lag's sum of squares is less than this of another's, too much was taken away on the way from one to the next.
const WANING: f64 = 1e-3;

#[derive(Debug, Default, Clone)]
pub(super) struct Gram {
    /// Lags summed up, the change explained being lag 0; their number squared is the length of `products`.
    lags: usize,
    /// Sums of products of lag i and lag j, by rows, j from i on.
    products: Vec<f64>,
    /// Sums of products of each lag and the level.
    with_level: Vec<f64>,
    /// Sums of each lag.
    sums: Vec<f64>,
    /// Sum and sum of squares of the level.
    level: (f64, f64),
    rows: usize,
    /// Whether the sums are those of the sample at hand.
    held: bool,
    scale: Vec<f64>,
    solution: Vec<f64>,
}

impl Gram {
    /// The factor of the regression with `most` lags, [`Order::LagsLast`]; whether there is one.
    pub fn search(&mut self, sample: &Sample, most: usize, factor: &mut Factor) -> bool {
        self.held = self.gather(sample, most) && self.factorise(sample.trend, most, Order::LagsLast, factor);
        self.held
    }

    /// The factor of the regression with so many lags on all rows they leave, [`Order::LevelLast`], after a [`Self::search`] of
    /// the same sample; whether there is one.
    pub fn finish(&mut self, sample: &Sample, lags: usize, factor: &mut Factor) -> bool {
        if !self.held {
            return false;
        }
        let width = self.lags;
        for row in lags..width - 1 {
            let at = |lag: usize| sample.change[row - lag];
            let level = sample.level[row];
            self.level.0 += level;
            self.level.1 += level * level;
            for i in 0..=lags {
                self.sums[i] += at(i);
                self.with_level[i] += level * at(i);
                for j in i..=lags {
                    self.products[i * width + j] += at(i) * at(j);
                }
            }
        }
        self.rows += width - 1 - lags;
        // The sums now are of two samples.
        self.held = false;
        self.factorise(sample.trend, lags, Order::LevelLast, factor)
    }

    fn gather(&mut self, sample: &Sample, most: usize) -> bool {
        let (change, end) = (sample.change, sample.change.len());
        let width = most + 1;
        self.lags = width;
        self.rows = end - most;
        for (values, length) in [(&mut self.products, width * width), (&mut self.with_level, width), (&mut self.sums, width)] {
            values.clear();
            values.resize(length, 0.0);
        }
        let explained = &change[most..];
        let level = &sample.level[most..end];
        self.level = (sum(level, |x| x), sum_pairs(level, level, |a, b| a * b));
        self.sums[0] = sum(explained, |x| x);
        self.with_level[0] = sum_pairs(level, explained, |a, b| a * b);
        for lag in 0..width {
            self.products[lag] = sum_pairs(explained, &change[most - lag..end - lag], |a, b| a * b);
        }
        for i in 0..most {
            let (first, last) = (change[most - 1 - i], change[end - 1 - i]);
            self.sums[i + 1] = self.sums[i] + first - last;
            for j in i..most {
                let begins = first * change[most - 1 - j];
                let ends = last * change[end - 1 - j];
                self.products[(i + 1) * width + j + 1] = self.products[i * width + j] + (begins - ends);
            }
        }
        // The level is the level before and its change, which is lag 1.
        for j in 0..most {
            let begins = sample.level[most - 1] * change[most - 1 - j];
            let ends = sample.level[end - 1] * change[end - 1 - j];
            self.with_level[j + 1] = self.with_level[j] + (begins - ends) + self.products[width + j + 1];
        }
        let squares = (0..width).map(|lag| self.products[lag * width + lag]);
        let (least, greatest) = squares.fold((f64::INFINITY, 0.0_f64), |(low, high), s| (low.min(s), high.max(s)));
        least > greatest * WANING
    }

    /// Writes the upper triangle of the sums in the regression's order.
    fn assemble(&self, trend: Trend, lags: usize, order: Order, factor: &mut Factor) {
        let size = trend.columns() + lags + 2;
        factor.reset(size);
        let rows = &mut factor.rows;
        let (level, first, explained) = match order {
            Order::LagsLast => (trend.columns(), trend.columns() + 1, size - 1),
            Order::LevelLast => (size - 2, trend.columns(), size - 1),
        };
        let column = |lag: usize| if lag == 0 { explained } else { first + lag - 1 };
        let mut put = |a: usize, b: usize, value: f64| rows[a.min(b) * size + a.max(b)] = value;
        put(level, level, self.level.1);
        if trend == Trend::Constant {
            put(0, 0, self.rows as f64);
            put(0, level, self.level.0);
        }
        for i in 0..=lags {
            if trend == Trend::Constant {
                put(0, column(i), self.sums[i]);
            }
            put(level, column(i), self.with_level[i]);
            for j in i..=lags {
                put(column(i), column(j), self.products[i * self.lags + j]);
            }
        }
    }

    /// Cholesky's factor of the sums scaled to a diagonal of ones, unless the columns are too much alike.
    fn factorise(&mut self, trend: Trend, lags: usize, order: Order, factor: &mut Factor) -> bool {
        self.assemble(trend, lags, order, factor);
        let size = factor.width;
        let rows = &mut factor.rows;
        self.scale.clear();
        self.scale.extend((0..size).map(|i| 1.0 / rows[i * size + i].sqrt()));
        if !self.scale.iter().all(|scale| scale.is_finite()) {
            return false;
        }
        for (i, row) in rows.chunks_exact_mut(size).enumerate() {
            for (value, scale) in row.iter_mut().zip(&self.scale).skip(i) {
                *value *= self.scale[i] * scale;
            }
        }
        for k in 0..size {
            let (done, after) = rows.split_at_mut((k + 1) * size);
            let pivot = &mut done[k * size..];
            if pivot[k].is_nan() || pivot[k] * ALIKE < 1.0 {
                return false;
            }
            let inverse = 1.0 / pivot[k].sqrt();
            pivot[k..].iter_mut().for_each(|value| *value *= inverse);
            for (i, row) in (k + 1..).zip(after.chunks_exact_mut(size)) {
                subtract(&mut row[i..], pivot[i], &pivot[i..]);
            }
            factor.row_of[k] = Some(k);
        }
        self.inverse_trace(factor) < ALIKE
    }

    /// The trace of the inverse of RᵀR: the sum of the squares of R⁻¹, found row by row.
    fn inverse_trace(&mut self, factor: &Factor) -> f64 {
        let size = factor.width;
        let mut trace = 0.0;
        for i in 0..size {
            self.solution.clear();
            self.solution.resize(size, 0.0);
            self.solution[i] = 1.0;
            for k in i..size {
                let row = &factor.rows[k * size..(k + 1) * size];
                let (done, rest) = self.solution.split_at_mut(k + 1);
                let value = done[k] / row[k];
                subtract(rest, value, &row[k + 1..]);
                trace += value * value;
            }
        }
        trace
    }
}

fn subtract(from: &mut [f64], times: f64, row: &[f64]) {
    for (value, other) in from.iter_mut().zip(row) {
        *value -= times * other;
    }
}
