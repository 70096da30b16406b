//! The language of alerts: what a user writes to be told when it becomes true, such as `price crosses above 65000` or
//! `ofi.z < -2 && vpin > 0.7 for 5s`. `docs/alerts.md` describes it.
//!
//! A text is read once ([`parse`]) into an [`Expression`], which is checked as often as what it reads changes
//! ([`Expression::check`]) and remembers between checks what its crossings and movements need ([`Memory`]).

mod catalogue;
mod check;
mod complete;
mod error;
mod memory;
mod parser;
mod program;
mod quantity;
mod quiet;
mod resolve;
mod syntax;
mod token;
mod watch;

pub use catalogue::{QUANTITIES, QuantitySpec};
pub use complete::complete;
pub use error::ExpressionError;
pub use memory::Memory;
pub use quantity::{AccountField, BarField, FeedField, Input, Kind, PairFigure, Part, Quantity};
pub use quiet::Quiet;

use crate::domain::{Nanos, Symbol};
use program::Program;
use std::ops::Range;
use std::sync::Arc;

/// The longest text, in bytes.
pub const LONGEST: usize = 4_000;

/// A constant price that a price of the alert's own symbol is compared with: a line on its chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The price.
    pub price: f64,
    /// Whether the alert waits for prices above it; else below.
    pub above: bool,
}

/// When the passing of time alone changes what a comparison of `feed.age` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// The input that is `feed.age`.
    pub input: usize,
    /// The first age at which it is another.
    pub limit: Nanos,
}

/// What may stand at a place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is put there.
    pub text: String,
    /// What it is.
    pub about: String,
    /// The bytes it stands in for.
    pub replaces: Range<usize>,
}

/// An expression that has been read. Immutable; a clone shares it.
#[derive(Debug, Clone)]
pub struct Expression(Arc<Checked>);

/// What an expression is made of.
#[derive(Debug)]
struct Checked {
    text: String,
    symbol: Option<Symbol>,
    inputs: Vec<Input>,
    hold: Option<Nanos>,
    moves: Vec<String>,
    levels: Vec<Level>,
    ages: Vec<Age>,
    program: Program,
}

/// Reads an expression. It never panics or hangs, whatever the text: at most 4,000 bytes, 64 levels of nesting, 32 inputs and 8
/// `moves`.
///
/// # Errors
/// [`ExpressionError`] with the place, what was expected there, and how it would be right where that can be guessed.
pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
    if text.len() > LONGEST {
        let message = format!("the text has {} bytes: at most {LONGEST} are read", text.len());
        return Err(ExpressionError::new(text, LONGEST..text.len(), message));
    }
    let syntax = parser::parse(text)?;
    let built = check::check(text, &syntax)?;
    let levels = watch::levels(&built.program, &built.inputs);
    let ages = watch::ages(&built.program, &built.inputs);
    Ok(Expression(Arc::new(Checked {
        text: text.trim().to_owned(),
        symbol: syntax.symbol,
        inputs: built.inputs,
        hold: syntax.hold,
        moves: built.moves,
        levels,
        ages,
        program: built.program,
    })))
}

impl Expression {
    /// As it was written, without the blanks around it.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The symbol at the very start (`ETHUSDT: …`), which stands for the whole expression: inputs without a symbol are its.
    pub fn symbol(&self) -> Option<Symbol> {
        self.0.symbol
    }

    /// Every distinct quantity, in the order of first appearance.
    pub fn inputs(&self) -> &[Input] {
        &self.0.inputs
    }

    /// How long it has to be true (`… for 5s`): above 0, at most 7 days.
    pub fn hold(&self) -> Option<Nanos> {
        self.0.hold
    }

    /// What each `moves` is called among a firing's values: `price moves in 15m`. At most 8.
    pub fn moves(&self) -> &[String] {
        &self.0.moves
    }

    /// Memory of nothing.
    pub fn memory(&self) -> Memory {
        self.0.program.memory()
    }

    /// One check. `value(i)` is the value of `inputs()[i]` now, NaN where there is none; durations in seconds, shares as parts of
    /// one, truths as 1 and 0. Everything that remembers sees every check, which therefore have to come in the order of time.
    ///
    /// The logic has three values (Kleene's): `None` when it is not known, as something has no value or is divided by zero.
    pub fn check(&self, memory: &mut Memory, at: Nanos, value: impl Fn(usize) -> f64) -> Option<bool> {
        self.0.program.check(memory, at, value)
    }

    /// For an expression that the last check found false, with these values: as long as one input stays where it is said, checks
    /// may be left out. Most alerts wait at a constant, and most events leave them where they are.
    pub fn quiet(&self, memory: &Memory, value: impl Fn(usize) -> f64) -> Option<Quiet> {
        self.0.program.quiet(memory, value)
    }

    /// The constant prices that `price`, `bid`, `ask`, `mid`, `mark` or `close(…)` of the alert's own symbol are compared with.
    pub fn levels(&self) -> Vec<Level> {
        self.0.levels.clone()
    }

    /// When comparisons of `feed.age` change by the passing of time alone.
    pub fn ages(&self) -> Vec<Age> {
        self.0.ages.clone()
    }
}

#[cfg(test)]
mod tests;
