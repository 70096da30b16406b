//! What a program watches that others want to know of: prices to draw on a chart, and ages that pass without anything coming.

use super::program::{Comparison, Operand, Program, Step};
use super::quantity::{FeedField, Input, Quantity};
use super::{Age, Level};
use crate::domain::Nanos;

/// A step that compares an input with a constant, the input on the left; crossing above is greater.
fn simple(step: &Step) -> Option<(usize, Comparison, f64)> {
    let (how, left, right) = match *step {
        Step::Compare(how, left, right) => (how, left, right),
        Step::Cross { above: true, left, right, .. } => (Comparison::Greater, left, right),
        Step::Cross { above: false, left, right, .. } => (Comparison::Less, left, right),
        _ => return None,
    };
    match (left, right) {
        (Operand::Input(input), Operand::Constant(limit)) => Some((input, how, limit)),
        (Operand::Constant(limit), Operand::Input(input)) => Some((input, how.flipped(), limit)),
        _ => None,
    }
}

/// Whether each step has to be true or false for the whole to be true; `None` where that is not plain.
fn polarities(program: &Program) -> Vec<Option<bool>> {
    let mut found = vec![None; program.steps.len()];
    let set = |found: &mut Vec<Option<bool>>, operand: Operand, polarity: Option<bool>| {
        if let Operand::Step(index) = operand
            && let Some(place) = found.get_mut(index)
        {
            *place = polarity;
        }
    };
    set(&mut found, program.root, Some(true));
    for (index, step) in program.steps.iter().enumerate().rev() {
        let polarity = found.get(index).copied().flatten();
        match *step {
            Step::Not(of) => set(&mut found, of, polarity.map(|polarity| !polarity)),
            Step::And(left, right) | Step::Or(left, right) => {
                set(&mut found, left, polarity);
                set(&mut found, right, polarity);
            }
            _ => {}
        }
    }
    found
}

/// The constant prices that prices of the alert's own symbol are compared with, each once.
pub(super) fn levels(program: &Program, inputs: &[Input]) -> Vec<Level> {
    let mut levels = Vec::new();
    for (step, polarity) in program.steps.iter().zip(polarities(program)) {
        let (Some((input, how, price)), Some(wanted)) = (simple(step), polarity) else { continue };
        let is_level = inputs.get(input).is_some_and(|input| input.symbol.is_none() && input.quantity.is_level());
        let above = match how {
            Comparison::Greater | Comparison::GreaterOrEqual => wanted,
            Comparison::Less | Comparison::LessOrEqual => !wanted,
            Comparison::Equal | Comparison::NotEqual => continue,
        };
        let level = Level { price, above };
        if is_level && price > 0.0 && !levels.contains(&level) {
            levels.push(level);
        }
    }
    levels
}

/// When comparisons of `feed.age` with a constant become others as it grows.
pub(super) fn ages(program: &Program, inputs: &[Input]) -> Vec<Age> {
    let mut ages = Vec::new();
    for (input, how, limit) in program.steps.iter().filter_map(simple) {
        if !inputs.get(input).is_some_and(|input| input.quantity == Quantity::Feed(FeedField::Age)) {
            continue;
        }
        // The comparison itself is asked around the limit, since seconds in floats are not nanoseconds.
        let about = (limit * 1e9) as i64;
        let holds = |nanos: i64| how.check(Nanos(nanos).to_secs_f64(), limit);
        for nanos in about.saturating_sub(2).max(1)..=about.saturating_add(2) {
            let age = Age { input, limit: Nanos(nanos) };
            if holds(nanos) != holds(nanos - 1) && !ages.contains(&age) {
                ages.push(age);
            }
        }
    }
    ages
}
