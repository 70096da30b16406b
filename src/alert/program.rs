//! An expression made ready for checks: a flat list of steps, each of which reads inputs, constants and earlier steps.

use super::memory::{Crossing, Memory, Movement};
use crate::domain::Nanos;

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Comparison {
    /// Whether it holds; NaN where a value is not known.
    #[inline]
    pub(super) fn check(self, left: f64, right: f64) -> f64 {
        if left.is_nan() || right.is_nan() {
            return f64::NAN;
        }
        f64::from(u8::from(match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }))
    }

    /// The one that says the same with its sides exchanged.
    pub(super) const fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Equal | Self::NotEqual => self,
        }
    }
}

/// What is done with two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Arithmetic {
    /// The result, which may not be finite.
    #[inline]
    pub(super) fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
        }
    }
}

/// What a step reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operand {
    /// An input by its position.
    Input(usize),
    /// A number.
    Constant(f64),
    /// What an earlier step gave.
    Step(usize),
}

/// One step. Truths are 1 and 0; what is not known is NaN throughout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Negate(Operand),
    Arithmetic(Arithmetic, Operand, Operand),
    Compare(Comparison, Operand, Operand),
    /// Crosses above or below; the state is the memory's crossing at that position.
    Cross {
        above: bool,
        left: Operand,
        right: Operand,
        state: usize,
    },
    /// Moves at least by a share of itself; the state is the memory's movement at that position.
    Move {
        of: Operand,
        share: f64,
        state: usize,
    },
    Not(Operand),
    And(Operand, Operand),
    Or(Operand, Operand),
}

/// The steps of an expression, and what they need to remember.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// Whose value is the expression's.
    pub(super) root: Operand,
    /// How many crossings there are.
    pub(super) crossings: usize,
    /// How far back each movement looks.
    pub(super) movements: Vec<Nanos>,
    /// Whether a crossing holds until the value is back: there is a `for`.
    pub(super) stays: bool,
}

/// A value, or NaN for what is not finite.
#[inline]
fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

fn truth(value: f64) -> Option<bool> {
    if value.is_nan() { None } else { Some(value != 0.0) }
}

fn number(truth: Option<bool>) -> f64 {
    truth.map_or(f64::NAN, |truth| f64::from(u8::from(truth)))
}

impl Program {
    /// Memory for it that remembers nothing yet.
    pub(super) fn memory(&self) -> Memory {
        Memory {
            slots: vec![f64::NAN; self.steps.len()],
            crossings: vec![Crossing::default(); self.crossings],
            movements: self.movements.iter().map(|within| Movement::new(*within)).collect(),
        }
    }

    /// One check; see [`super::Expression::check`].
    #[inline]
    pub(super) fn check(&self, memory: &mut Memory, at: Nanos, value: impl Fn(usize) -> f64) -> Option<bool> {
        // Most alerts are `price > 65000`.
        if let [Step::Compare(comparison, Operand::Input(index), Operand::Constant(limit))] = *self.steps.as_slice() {
            return truth(comparison.check(finite(value(index)), limit));
        }
        self.run(memory, at, value)
    }

    fn run(&self, memory: &mut Memory, at: Nanos, value: impl Fn(usize) -> f64) -> Option<bool> {
        let fits = memory.slots.len() == self.steps.len()
            && memory.crossings.len() == self.crossings
            && memory.movements.len() == self.movements.len();
        if !fits {
            // Of another expression: it says nothing of this one.
            *memory = self.memory();
        }
        let Memory { slots, crossings, movements } = memory;
        let read = |slots: &[f64], operand: Operand| match operand {
            Operand::Input(index) => finite(value(index)),
            Operand::Constant(number) => number,
            Operand::Step(index) => slots.get(index).copied().unwrap_or(f64::NAN),
        };
        for (index, step) in self.steps.iter().enumerate() {
            let result = match *step {
                Step::Negate(of) => -read(slots, of),
                Step::Arithmetic(how, left, right) => finite(how.apply(read(slots, left), read(slots, right))),
                Step::Compare(how, left, right) => how.check(read(slots, left), read(slots, right)),
                Step::Cross { above, left, right, state } => {
                    let (left, right) = (read(slots, left), read(slots, right));
                    let known = !left.is_nan() && !right.is_nan();
                    let beyond = known.then_some(if above { left > right } else { left < right });
                    number(crossings.get_mut(state).and_then(|crossing| crossing.check(beyond, self.stays)))
                }
                Step::Move { of, share, state } => {
                    let now = read(slots, of);
                    let moved = movements.get_mut(state).and_then(|movement| movement.check(at, now));
                    number(moved.map(|change| change.abs() >= share))
                }
                Step::Not(of) => 1.0 - read(slots, of),
                Step::And(left, right) => match (read(slots, left), read(slots, right)) {
                    (left, right) if left == 0.0 || right == 0.0 => 0.0,
                    (left, right) => left * right,
                },
                Step::Or(left, right) => match (read(slots, left), read(slots, right)) {
                    (left, right) if left == 1.0 || right == 1.0 => 1.0,
                    (left, right) => left + right,
                },
            };
            if let Some(slot) = slots.get_mut(index) {
                *slot = result;
            }
        }
        truth(read(slots, self.root))
    }
}
