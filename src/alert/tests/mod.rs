//! The language as a whole.

mod accepted;
mod completion;
mod docs;
mod fuzz;
mod grammar;
mod meaning;
mod refused;

use super::*;

/// An expression that is right.
fn read(text: &str) -> Expression {
    parse(text).unwrap_or_else(|error| panic!("{}", error.render(text)))
}

/// The names of an expression's inputs.
fn names(text: &str) -> Vec<String> {
    read(text).inputs().iter().map(|input| input.name.clone()).collect()
}

/// One check of an expression that remembers nothing, its inputs by position.
fn check(text: &str, values: &[f64]) -> Option<bool> {
    let expression = read(text);
    expression.check(&mut expression.memory(), Nanos::ZERO, |index| values[index])
}
