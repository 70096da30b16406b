//! Sums over a look-back of time and over the last so many values.

use crate::domain::Nanos;
use std::collections::VecDeque;

/// A running sum of floats that does not drift: kept with its rounding error (Dekker's and Knuth's two-sum).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let total = self.high + value;
        let part = total - self.high;
        self.low += (self.high - (total - part)) + (value - part);
        self.high = total;
    }

    /// The sum.
    #[inline]
    pub fn value(&self) -> f64 {
        self.high + self.low
    }
}

/// Values weighted by whole numbers: their mean and their squared distances from it (West 1979), stable however many they are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Weighted {
    weight: i128,
    mean: f64,
    squares: f64,
}

impl Weighted {
    /// Adds a value with its weight, above 0.
    pub fn add(&mut self, value: f64, weight: i128) {
        self.join(&Self { weight, mean: value, squares: 0.0 });
    }

    /// Joins what was gathered apart (Chan, Golub, LeVeque 1979).
    pub fn join(&mut self, other: &Self) {
        if other.weight <= 0 {
            return;
        }
        let (before, added) = (self.weight as f64, other.weight as f64);
        let part = added / (before + added);
        let distance = other.mean - self.mean;
        self.mean += distance * part;
        self.squares += other.squares + before * part * distance * distance;
        self.weight += other.weight;
    }

    /// The sum of the weights.
    pub const fn weight(&self) -> i128 {
        self.weight
    }

    /// The mean; 0 before there is a value.
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation of the values as they are weighted, by the sum of the weights.
    pub fn deviation(&self) -> f64 {
        if self.weight > 0 { (self.squares.max(0.0) / self.weight as f64).sqrt() } else { 0.0 }
    }
}

/// Entries of the last T with a sum of each of `N` whole figures, exact.
///
/// Memory grows with the busiest T there has been.
#[derive(Debug, Clone)]
pub struct TimeWindow<const N: usize> {
    length: Nanos,
    entries: VecDeque<(Nanos, [i128; N])>,
    sums: [i128; N],
}

impl<const N: usize> TimeWindow<N> {
    /// A look-back of so long.
    pub fn new(length: Nanos) -> Self {
        Self { length, entries: VecDeque::with_capacity(64), sums: [0; N] }
    }

    /// Adds an entry; those of one moment are put together.
    #[inline]
    pub fn push(&mut self, at: Nanos, figures: [i128; N]) {
        for (sum, figure) in self.sums.iter_mut().zip(figures) {
            *sum += figure;
        }
        if let Some((last, held)) = self.entries.back_mut()
            && *last == at
        {
            for (held, figure) in held.iter_mut().zip(figures) {
                *held += figure;
            }
            return;
        }
        // What is too old goes before there is need for more room.
        if self.entries.len() == self.entries.capacity() {
            self.expire(at);
        }
        self.entries.push_back((at, figures));
    }

    /// The sums of what came at `now − length` or later.
    #[inline]
    pub fn sums(&mut self, now: Nanos) -> [i128; N] {
        self.expire(now);
        self.sums
    }

    /// Lets go of what came before `now − length`.
    pub fn expire(&mut self, now: Nanos) {
        let from = now.saturating_sub(self.length);
        while let Some((at, figures)) = self.entries.front() {
            if *at >= from {
                break;
            }
            for (sum, figure) in self.sums.iter_mut().zip(figures) {
                *sum -= figure;
            }
            self.entries.pop_front();
        }
    }

    /// Entries held.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.sums = [0; N];
    }
}

/// The last so many values.
#[derive(Debug, Clone)]
pub struct Rolling<T> {
    values: VecDeque<T>,
    limit: usize,
}

impl<T> Rolling<T> {
    /// At most so many, at least one.
    pub fn new(limit: usize) -> Self {
        let limit = limit.max(1);
        Self { values: VecDeque::with_capacity(limit), limit }
    }

    /// Adds the newest and gives back the one that has to go for it.
    pub fn push(&mut self, value: T) -> Option<T> {
        let gone = if self.values.len() == self.limit { self.values.pop_front() } else { None };
        self.values.push_back(value);
        gone
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.values.iter()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.values.clear();
    }
}
