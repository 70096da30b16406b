//! What an expression looks like before anything is known of its names: a tree in one list, in which what an operator works on
//! stands before it. So nothing that goes over it has to call itself.

use super::program::{Arithmetic, Comparison};
use crate::domain::{Nanos, Symbol};
use std::ops::Range;

/// A node by its position in [`Syntax::nodes`].
pub(super) type NodeId = usize;

/// An expression as it is written.
#[derive(Debug, Default)]
pub(super) struct Syntax {
    /// The symbol that stands for the whole expression.
    pub(super) symbol: Option<Symbol>,
    /// What operators work on before them; the last one is the whole.
    pub(super) nodes: Vec<Node>,
    /// How long it has to hold.
    pub(super) hold: Option<Nanos>,
}

/// A part of an expression and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) what: What,
    pub(super) at: Range<usize>,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum What {
    Number(f64),
    Share(f64),
    Time(Nanos),
    Quantity(Call),
    Negate(NodeId),
    Arithmetic(Arithmetic, NodeId, NodeId),
    Compare(Comparison, NodeId, NodeId),
    Cross { above: bool, left: NodeId, right: NodeId },
    Move { of: NodeId, share: f64, within: Nanos },
    Not(NodeId),
    And(NodeId, NodeId),
    Or(NodeId, NodeId),
}

/// A quantity as it is written: `volume(1m)`, `ofi(window=30).z`.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) symbol: Option<Symbol>,
    pub(super) name: Range<usize>,
    /// What stands between parentheses; `None` without them.
    pub(super) arguments: Option<Vec<Argument>>,
    /// The name behind a dot.
    pub(super) part: Option<Range<usize>>,
}

/// What stands between parentheses.
#[derive(Debug)]
pub(super) struct Argument {
    /// The name before `=`.
    pub(super) name: Option<Range<usize>>,
    pub(super) value: ArgumentValue,
    /// Where the value stands.
    pub(super) at: Range<usize>,
}

impl Argument {
    /// Where it stands with its name.
    pub(super) fn whole(&self) -> Range<usize> {
        self.name.as_ref().map_or(self.at.start, |name| name.start)..self.at.end
    }
}

/// An argument's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ArgumentValue {
    Number(f64),
    Time(Nanos),
    Word,
    Symbol(Symbol),
}
