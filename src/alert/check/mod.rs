//! From a tree to a program: what names mean, whether kinds fit each other, and constants worked out.

mod kinds;

use super::error::{ExpressionError, quoted};
use super::program::{Comparison, Operand, Program, Step};
use super::quantity::{Input, Kind};
use super::resolve;
use super::syntax::{Node, NodeId, Syntax, What};
use crate::domain::Nanos;
use std::ops::Range;

/// Quantities in one expression.
const INPUTS: usize = 32;
/// Movements in one expression: each remembers much.
const MOVES: usize = 8;

type Checked<T> = Result<T, ExpressionError>;

/// A program and what it reads.
pub(super) struct Built {
    pub(super) program: Program,
    pub(super) inputs: Vec<Input>,
    pub(super) moves: Vec<String>,
}

/// What is known of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Value {
    kind: Kind,
    operand: Operand,
}

impl Value {
    const fn constant(self) -> Option<f64> {
        match self.operand {
            Operand::Constant(number) => Some(number),
            _ => None,
        }
    }

    /// Whether it is a 0 that was written: nothing is nothing in every unit.
    fn is_zero(self) -> bool {
        self.kind == Kind::Number && self.constant() == Some(0.0)
    }
}

/// Checks a tree.
pub(super) fn check(text: &str, syntax: &Syntax) -> Checked<Built> {
    let program = Program {
        steps: Vec::new(),
        root: Operand::Constant(0.0),
        crossings: 0,
        movements: Vec::new(),
        stays: syntax.hold.is_some(),
    };
    let built = Built { program, inputs: Vec::new(), moves: Vec::new() };
    let mut checker = Checker { text, syntax, values: Vec::with_capacity(syntax.nodes.len()), built };
    for node in &syntax.nodes {
        let value = checker.node(node)?;
        checker.values.push(value);
    }
    checker.whole()
}

struct Checker<'a> {
    text: &'a str,
    syntax: &'a Syntax,
    values: Vec<Value>,
    built: Built,
}

impl Checker<'_> {
    fn error(&self, at: &Range<usize>, message: impl Into<String>) -> ExpressionError {
        ExpressionError::new(self.text, at.clone(), message)
    }

    fn at(&self, node: NodeId) -> Range<usize> {
        self.syntax.nodes.get(node).map_or(0..0, |node| node.at.clone())
    }

    fn value(&self, node: NodeId) -> Value {
        self.values.get(node).copied().unwrap_or(Value { kind: Kind::Number, operand: Operand::Constant(0.0) })
    }

    /// A node's text on one line.
    fn source(&self, node: NodeId) -> String {
        self.text.get(self.at(node)).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A node's text in a message.
    fn named(&self, node: NodeId) -> String {
        quoted(&self.source(node))
    }

    fn step(&mut self, kind: Kind, step: Step) -> Value {
        self.built.program.steps.push(step);
        Value { kind, operand: Operand::Step(self.built.program.steps.len() - 1) }
    }

    fn number(&self, at: &Range<usize>, kind: Kind, number: f64) -> Checked<Value> {
        if number.is_finite() {
            return Ok(Value { kind, operand: Operand::Constant(number) });
        }
        Err(self.error(at, "the result is too large a number"))
    }

    /// What a node is, and the step that gives it where there is one to take.
    fn node(&mut self, node: &Node) -> Checked<Value> {
        match &node.what {
            What::Number(number) => self.number(&node.at, Kind::Number, *number),
            What::Share(share) => self.number(&node.at, Kind::Share, *share),
            What::Time(time) => self.number(&node.at, Kind::Duration, time.to_secs_f64()),
            What::Quantity(call) => {
                let quantity = resolve::quantity(self.text, call)?;
                // A pair names its symbols itself.
                let is_pair = matches!(quantity, super::Quantity::Pair { .. });
                self.input(
                    &node.at,
                    Input::new(call.symbol.filter(|symbol| !is_pair && Some(*symbol) != self.syntax.symbol), quantity),
                )
            }
            What::Negate(of) => {
                let value = self.value(*of);
                if value.kind == Kind::Truth {
                    return Err(self.error(&node.at, format!("{} is true or false: it has no sign", self.named(*of))));
                }
                match value.constant() {
                    Some(number) => self.number(&node.at, value.kind, -number),
                    None => Ok(self.step(value.kind, Step::Negate(value.operand))),
                }
            }
            What::Arithmetic(how, left, right) => self.arithmetic(node, *how, *left, *right),
            What::Compare(how, left, right) => {
                self.comparable(node, *left, *right, matches!(how, Comparison::Equal | Comparison::NotEqual))?;
                Ok(self.step(Kind::Truth, Step::Compare(*how, self.value(*left).operand, self.value(*right).operand)))
            }
            What::Cross { above, left, right } => {
                self.comparable(node, *left, *right, false)?;
                let state = self.built.program.crossings;
                self.built.program.crossings += 1;
                let (left, right) = (self.value(*left).operand, self.value(*right).operand);
                Ok(self.step(Kind::Truth, Step::Cross { above: *above, left, right, state }))
            }
            What::Move { of, share, within } => self.movement(node, *of, *share, *within),
            What::Not(of) => {
                self.truth(*of, "negated")?;
                Ok(self.step(Kind::Truth, Step::Not(self.value(*of).operand)))
            }
            What::And(left, right) => {
                self.truth(*left, "joined with `&&`")?;
                self.truth(*right, "joined with `&&`")?;
                Ok(self.step(Kind::Truth, Step::And(self.value(*left).operand, self.value(*right).operand)))
            }
            What::Or(left, right) => {
                self.truth(*left, "joined with `||`")?;
                self.truth(*right, "joined with `||`")?;
                Ok(self.step(Kind::Truth, Step::Or(self.value(*left).operand, self.value(*right).operand)))
            }
        }
    }

    fn input(&mut self, at: &Range<usize>, input: Input) -> Checked<Value> {
        let kind = input.kind;
        let inputs = &mut self.built.inputs;
        let known = inputs.iter().position(|known| known.symbol == input.symbol && known.quantity == input.quantity);
        let index = match known {
            Some(index) => index,
            None if inputs.len() == INPUTS => {
                return Err(self.error(at, format!("more than {INPUTS} quantities in one expression")));
            }
            None => {
                inputs.push(input);
                inputs.len() - 1
            }
        };
        Ok(Value { kind, operand: Operand::Input(index) })
    }

    fn movement(&mut self, node: &Node, of: NodeId, share: f64, within: Nanos) -> Checked<Value> {
        let value = self.value(of);
        if value.kind == Kind::Truth {
            return Err(self.error(&self.at(of), format!("{} is true or false: it does not move", self.named(of))));
        }
        if value.constant().is_some() {
            return Err(self.error(&self.at(of), "this never moves: there is no quantity in it"));
        }
        let state = self.built.moves.len();
        if state == MOVES {
            return Err(self.error(&node.at, format!("more than {MOVES} `moves` in one expression")));
        }
        let name = match value.operand {
            Operand::Input(index) => self.built.inputs.get(index).map_or_else(String::new, |input| input.name.clone()),
            _ => self.source(of),
        };
        self.built.moves.push(format!("{name} moves in {}", within.span()));
        self.built.program.movements.push(within);
        Ok(self.step(Kind::Truth, Step::Move { of: value.operand, share, state }))
    }

    /// That it is true or false.
    fn truth(&self, node: NodeId, what: &str) -> Checked<()> {
        if self.value(node).kind == Kind::Truth {
            return Ok(());
        }
        let error = self.error(&self.at(node), format!("{} is neither true nor false: it cannot be {what}", self.named(node)));
        Err(error.hint(self.as_comparison(node)))
    }

    /// How a value becomes a comparison.
    fn as_comparison(&self, node: NodeId) -> String {
        let value = self.value(node);
        let input = match value.operand {
            Operand::Input(index) => self.built.inputs.get(index),
            _ => None,
        };
        let limit = match value.kind {
            Kind::Number if input.is_some_and(|input| input.quantity.is_level()) => "65000",
            Kind::Number | Kind::Truth => "1",
            Kind::Share => "5%",
            Kind::Duration => "3s",
        };
        if value.constant().is_some() {
            return "such as `price > 65000`".to_owned();
        }
        format!("such as {}", quoted(&format!("{} > {limit}", self.source(node))))
    }

    /// That the whole is true or false and can be either.
    fn whole(mut self) -> Checked<Built> {
        let Some(last) = self.values.len().checked_sub(1) else {
            return Err(self.error(&(0..0), "expected an expression, such as `price > 65000`"));
        };
        let value = self.value(last);
        if value.kind != Kind::Truth {
            let hint = self.as_comparison(last);
            return Err(self.error(&self.at(last), format!("expected a comparison, {hint}")));
        }
        self.built.program.root = value.operand;
        Ok(self.built)
    }
}
