//! The factor by Householder reflections, a block of rows at a time: as accurate as the data, whatever the columns are like.
//!
//! A block is reflected into the triangle of all rows before it (the sequential form of Å. Björck, *Numerical Methods for Least
//! Squares Problems*, 1996, section 2.7.5; the reflection skips the zeros of the triangle), so that what is worked on stays in the
//! nearest cache for any length.

use super::super::sample::sum_pairs;
use super::factor::Factor;
use super::{Order, Sample, Trend};

/// Rows of a block. With 24 columns it takes 24 KiB.
const BLOCK: usize = 128;
/// A column of which less than this is left beside those before it depends on them.
const DEPENDENT: f64 = 1e-13;

#[derive(Debug, Default, Clone)]
pub(super) struct Orthogonal {
    /// The block's columns one after another.
    block: Vec<f64>,
    /// The triangle so far, by rows.
    triangle: Vec<f64>,
}

impl Orthogonal {
    /// The factor of the regression with `lags` lagged changes on all rows from the one `skip` changes into the sample on.
    pub fn factorise(&mut self, sample: &Sample, lags: usize, skip: usize, order: Order, factor: &mut Factor) {
        let width = sample.trend.columns() + 1 + lags + 1;
        self.triangle.clear();
        self.triangle.resize(width * width, 0.0);
        let end = sample.change.len();
        for from in (skip..end).step_by(BLOCK) {
            let to = end.min(from + BLOCK);
            self.block.clear();
            if sample.trend == Trend::Constant {
                self.block.extend(std::iter::repeat_n(1.0, to - from));
            }
            let lagged = (1..=lags).map(|lag| &sample.change[from - lag..to - lag]);
            let level = &sample.level[from..to];
            match order {
                Order::LagsLast => {
                    self.block.extend_from_slice(level);
                    lagged.for_each(|lag| self.block.extend_from_slice(lag));
                }
                Order::LevelLast => {
                    lagged.for_each(|lag| self.block.extend_from_slice(lag));
                    self.block.extend_from_slice(level);
                }
            }
            self.block.extend_from_slice(&sample.change[from..to]);
            absorb(&mut self.triangle, &mut self.block, width, to - from);
        }
        self.echelon(width, factor);
    }

    /// The triangle's rows without those of columns that depend on the ones before them.
    fn echelon(&mut self, width: usize, factor: &mut Factor) {
        factor.reset(width);
        // The triangle is worked on as a block of `width` rows, by columns.
        self.block.clear();
        self.block.resize(width * width, 0.0);
        for column in 0..width {
            for row in 0..=column {
                self.block[column * width + row] = self.triangle[row * width + column];
            }
        }
        let mut rank = 0;
        for column in 0..width {
            let whole = norm(&self.block[column * width..(column + 1) * width]);
            let left = norm(&self.block[column * width + rank..(column + 1) * width]);
            if left <= whole * DEPENDENT {
                continue;
            }
            let (done, after) = self.block.split_at_mut((column + 1) * width);
            let pivot = &mut done[column * width + rank..];
            let (head, tail) = pivot.split_at_mut(1);
            // Nothing to reflect where no column before was left out.
            let beta = reflector(&mut head[0], tail);
            factor.rows[rank * width + column] = head[0];
            for (other, values) in (column + 1..).zip(after.chunks_exact_mut(width)) {
                let (top, rest) = values[rank..].split_at_mut(1);
                if let Some(beta) = beta {
                    reflect(&mut top[0], rest, tail, beta);
                }
                factor.rows[rank * width + other] = top[0];
            }
            factor.row_of[column] = Some(rank);
            rank += 1;
        }
    }
}

fn norm(values: &[f64]) -> f64 {
    sum_pairs(values, values, |a, b| a * b).sqrt()
}

/// Reflects the rows of the block into the triangle.
fn absorb(triangle: &mut [f64], block: &mut [f64], width: usize, rows: usize) {
    for column in 0..width {
        let (done, after) = block.split_at_mut((column + 1) * rows);
        let tail = &mut done[column * rows..];
        let row = &mut triangle[column * width..(column + 1) * width];
        let (head, others) = row[column..].split_at_mut(1);
        let Some(beta) = reflector(&mut head[0], tail) else { continue };
        for (top, rest) in others.iter_mut().zip(after.chunks_exact_mut(rows)) {
            reflect(top, rest, tail, beta);
        }
    }
}

/// Makes of (head, tail) the reflection I − β·v·vᵀ with v = (1, tail) that takes it to (±norm, 0): head becomes the latter,
/// tail the rest of v. `None` where the tail is zero already.
fn reflector(head: &mut f64, tail: &mut [f64]) -> Option<f64> {
    let squares = sum_pairs(tail, tail, |a, b| a * b);
    if squares == 0.0 {
        return None;
    }
    let norm = head.hypot(squares.sqrt());
    // The sign that does not cancel.
    let to = if *head > 0.0 { -norm } else { norm };
    let first = *head - to;
    for value in tail.iter_mut() {
        *value /= first;
    }
    *head = to;
    Some(-first / to)
}

fn reflect(top: &mut f64, rest: &mut [f64], v: &[f64], beta: f64) {
    let factor = beta * (*top + sum_pairs(rest, v, |a, b| a * b));
    *top -= factor;
    for (value, v) in rest.iter_mut().zip(v) {
        *value -= factor * v;
    }
}
