//! What an expression remembers from check to check: which side of each other two values were, and what a value has been.

use crate::domain::Nanos;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

/// The most values a `moves` remembers of its stretch of time, in each of its lists; the oldest go.
const REMEMBERED: usize = 65_536;

/// What an expression remembers from check to check. Each check of one alert has to get the same one.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The values of the program's steps; kept here so that a check does not allocate.
    pub(super) slots: Vec<f64>,
    pub(super) crossings: Vec<Crossing>,
    pub(super) movements: Vec<Movement>,
}

impl Memory {
    /// The movement of [`super::Expression::moves`]`()[index]` at the last check, in percent: of all changes to the present value
    /// from those of the stretch of time the largest in size, with its sign. `None` where nothing is known.
    pub fn movement(&self, index: usize) -> Option<f64> {
        self.movements.get(index)?.latest
    }
}

/// All that the next checks depend on, for the proof that the same inputs give the same state.
impl Hash for Memory {
    fn hash<H: Hasher>(&self, h: &mut H) {
        self.crossings.hash(h);
        for movement in &self.movements {
            movement.last.to_bits().hash(h);
            for extreme in movement.least.iter().chain(&movement.most) {
                extreme.0.len().hash(h);
                extreme.0.iter().for_each(|stood| (stood.from, stood.to, stood.value.to_bits()).hash(h));
            }
        }
    }
}

/// Which side of each other two values were at the last check, and whether one has crossed the other and stayed.
#[derive(Debug, Clone, Copy, Default, Hash)]
pub(super) struct Crossing {
    /// Whether it was on the side it crosses to; `None` where something was not known.
    beyond: Option<bool>,
    crossed: bool,
}

impl Crossing {
    /// Whether it has crossed with this check, and with `stays` whether it has and has been beyond ever since.
    pub(super) fn check(&mut self, beyond: Option<bool>, stays: bool) -> Option<bool> {
        let crossed = beyond == Some(true) && (self.beyond == Some(false) || (stays && self.crossed));
        *self = Self { beyond, crossed };
        beyond.map(|_| crossed)
    }
}

/// A value that stood from one moment to another.
#[derive(Debug, Clone, Copy)]
struct Stood {
    from: Nanos,
    /// The moment the next value came; [`Nanos::MAX`] while it stands.
    to: Nanos,
    value: f64,
}

/// The values of a stretch of time that no later one outdoes: the first is the least or the greatest of all.
#[derive(Debug, Clone, Default)]
struct Extreme(VecDeque<Stood>);

impl Extreme {
    /// The value that stood last stands no more.
    fn end(&mut self, at: Nanos) {
        if let Some(last) = self.0.back_mut() {
            last.to = last.to.min(at);
        }
    }

    /// Forgets what was over before a moment.
    fn expire(&mut self, before: Nanos) {
        while self.0.front().is_some_and(|first| first.from < before && first.to <= before) {
            self.0.pop_front();
        }
    }

    /// Takes in a value; those it outdoes or equals can never count again.
    fn push(&mut self, at: Nanos, value: f64, outdoes: impl Fn(f64, f64) -> bool) {
        while self.0.back().is_some_and(|last| last.value == value || outdoes(value, last.value)) {
            self.0.pop_back();
        }
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(Stood { from: at, to: Nanos::MAX, value });
    }

    fn first(&self) -> Option<f64> {
        self.0.front().map(|first| first.value)
    }
}

/// What a value has been in a stretch of time, as far as it can matter to how much it has moved.
///
/// The change from `then` to `now` is now/then − 1. On either side of 0 it is monotonic in `then`, so the largest in size is that
/// from the least or the greatest value above 0, or from the least or the greatest below 0. From 0 there is none.
#[derive(Debug, Clone)]
pub(super) struct Movement {
    within: Nanos,
    /// The value at the last check; NaN where there was none.
    last: f64,
    least: [Extreme; 2],
    most: [Extreme; 2],
    latest: Option<f64>,
}

impl Movement {
    pub(super) fn new(within: Nanos) -> Self {
        Self { within, last: f64::NAN, least: Default::default(), most: Default::default(), latest: None }
    }

    /// Takes in the value now (NaN where there is none) and gives the largest change in size, as a part of one, with its sign.
    pub(super) fn check(&mut self, at: Nanos, now: f64) -> Option<f64> {
        // The value that stands need not be taken in again: it is still in the lists, with no end.
        let changed = now != self.last;
        let from = at - self.within;
        let sides = self.least.iter_mut().zip(&mut self.most).zip([now > 0.0, now < 0.0]);
        for ((least, most), here) in sides {
            if changed {
                least.end(at);
                most.end(at);
            }
            least.expire(from);
            most.expire(from);
            if changed && here {
                least.push(at, now, |new, old| new < old);
                most.push(at, now, |new, old| new > old);
            }
        }
        // One bit pattern for what is not known, so that hashes agree.
        self.last = if now.is_nan() { f64::NAN } else { now };
        let mut largest: Option<f64> = None;
        for then in self.least.iter().chain(&self.most).filter_map(Extreme::first) {
            let change = now / then - 1.0;
            if !change.is_finite() {
                largest = None;
                break;
            }
            if largest.is_none_or(|most| change.abs() > most.abs()) {
                largest = Some(change);
            }
        }
        self.latest = largest.map(|change| change * 100.0).filter(|percent| percent.is_finite());
        largest
    }
}
