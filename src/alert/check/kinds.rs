//! Which kinds of values can be compared and calculated with, and what a calculation gives.

use super::{Checked, Checker, Value};
use crate::alert::error::{ExpressionError, quoted};
use crate::alert::program::{Arithmetic, Operand, Step};
use crate::alert::quantity::Kind;
use crate::alert::syntax::{Node, NodeId};

/// A number as it is written.
fn written(number: f64) -> String {
    // 5 % of one, a hundred times, is not quite 5.
    let rounded = (number * 1e9).round() / 1e9;
    if rounded == 0.0 || !rounded.is_finite() { number.to_string() } else { rounded.to_string() }
}

impl Checker<'_> {
    /// That two values can be compared: they are of one kind, and one of them can change.
    pub(super) fn comparable(&self, node: &Node, left: NodeId, right: NodeId, truths: bool) -> Checked<()> {
        let (l, r) = (self.value(left), self.value(right));
        if l.constant().is_some() && r.constant().is_some() {
            return Err(self.error(&node.at, "this is always the same: there is no quantity in it"));
        }
        if (l.kind == Kind::Truth || r.kind == Kind::Truth) && !(truths && l.kind == r.kind) {
            let which = if l.kind == Kind::Truth { left } else { right };
            let name = self.named(which);
            let inner = name.trim_matches('`');
            let error = self.error(&self.at(which), format!("{name} is true or false already: it is not compared"));
            return Err(error.hint(format!("write {name} or `!({inner})`")));
        }
        // A share is a number as well, but a number is no share: 5 would be 500 %.
        let loose = |number: Value, share: Value| {
            number.kind == Kind::Number && share.kind == Kind::Share && share.constant().is_some() && number.constant().is_none()
        };
        if l.kind == r.kind || l.is_zero() || r.is_zero() || loose(l, r) || loose(r, l) {
            return Ok(());
        }
        Err(self.mismatch(node, left, right, "compared"))
    }

    /// Two values that do not fit each other.
    fn mismatch(&self, node: &Node, left: NodeId, right: NodeId, what: &str) -> ExpressionError {
        for (bare, other) in [(left, right), (right, left)] {
            let (value, kind) = (self.value(bare), self.value(other).kind);
            let (Some(number), Kind::Number) = (value.constant(), value.kind) else { continue };
            let (is, hint) = match kind {
                // Of what is calculated nobody knows what the number was meant to be.
                Kind::Share if matches!(self.value(other).operand, Operand::Step(_)) => {
                    ("a share", "shares are written `5%`".to_owned())
                }
                Kind::Share if number.abs() < 1.0 => {
                    ("a share", format!("write `{}%` or `{}%`", written(number), written(number * 100.0)))
                }
                Kind::Share => ("a share", format!("write `{}%`", written(number))),
                Kind::Duration => ("a time", format!("write `{}s`", written(number))),
                Kind::Number | Kind::Truth => continue,
            };
            return self
                .error(&self.at(bare), format!("{} is {is}, {} a bare number", self.named(other), self.named(bare)))
                .hint(hint);
        }
        let about = |node: NodeId| match self.value(node).kind {
            Kind::Number => "a number",
            Kind::Share => "a share",
            Kind::Duration => "a time",
            Kind::Truth => "true or false",
        };
        let sides = format!("{} is {} and {} {}", self.named(left), about(left), self.named(right), about(right));
        self.error(&node.at, format!("{sides}: they cannot be {what}"))
    }

    /// A sum, difference, product or quotient.
    pub(super) fn arithmetic(&mut self, node: &Node, how: Arithmetic, left: NodeId, right: NodeId) -> Checked<Value> {
        let (l, r) = (self.value(left), self.value(right));
        for side in [left, right] {
            if self.value(side).kind == Kind::Truth {
                return Err(
                    self.error(&self.at(side), format!("{} is true or false: it cannot be calculated with", self.named(side)))
                );
            }
        }
        if how == Arithmetic::Divide && r.constant() == Some(0.0) {
            return Err(self.error(&self.at(right), "division by zero"));
        }
        let kind = match how {
            Arithmetic::Add | Arithmetic::Subtract => self.sum(node, how, left, right)?,
            Arithmetic::Multiply => match product(l, r) {
                Some(kind) => kind,
                None => return Err(self.error(&node.at, "a time cannot be multiplied by a time")),
            },
            Arithmetic::Divide => quotient(l, r),
        };
        match (l.constant(), r.constant()) {
            (Some(l), Some(r)) => self.number(&node.at, kind, how.apply(l, r)),
            _ => Ok(self.step(kind, Step::Arithmetic(how, l.operand, r.operand))),
        }
    }

    fn sum(&self, node: &Node, how: Arithmetic, left: NodeId, right: NodeId) -> Checked<Kind> {
        let (l, r) = (self.value(left), self.value(right));
        if l.kind == r.kind || r.is_zero() {
            return Ok(l.kind);
        }
        if l.is_zero() {
            return Ok(r.kind);
        }
        // 1 + 5 % is a factor, and what is calculated of constants alone.
        let is_one = |value: Value| value.kind == Kind::Number && value.constant() == Some(1.0);
        let shares = matches!((l.kind, r.kind), (Kind::Number, Kind::Share) | (Kind::Share, Kind::Number));
        let factor = is_one(l) || (is_one(r) && how == Arithmetic::Add);
        if shares && (factor || (l.constant().is_some() && r.constant().is_some())) {
            return Ok(Kind::Number);
        }
        if l.kind == Kind::Number && r.kind == Kind::Share && r.constant().is_some() {
            let sign = if how == Arithmetic::Add { '+' } else { '-' };
            let (of, share) = (self.source(left), self.source(right));
            let error = self.error(&self.at(right), format!("{} of what is not said", self.named(right)));
            let of = if matches!(l.operand, Operand::Step(_)) && !of.starts_with('(') { format!("({of})") } else { of };
            return Err(error.hint(format!("write {}", quoted(&format!("{of} * (1 {sign} {share})")))));
        }
        Err(self.mismatch(node, left, right, if how == Arithmetic::Add { "added" } else { "subtracted" }))
    }
}

/// What a product is; `None` for what has no meaning.
fn product(left: Value, right: Value) -> Option<Kind> {
    Some(match (left.kind, right.kind) {
        (Kind::Duration, Kind::Duration) => return None,
        (Kind::Duration, _) | (_, Kind::Duration) => Kind::Duration,
        (Kind::Share, Kind::Share) => Kind::Share,
        // Twice a change is a change; a percent of a price is a price.
        (Kind::Share, Kind::Number) if right.constant().is_some() => Kind::Share,
        (Kind::Number, Kind::Share) if left.constant().is_some() => Kind::Share,
        _ => Kind::Number,
    })
}

/// What a quotient is.
fn quotient(left: Value, right: Value) -> Kind {
    match (left.kind, right.kind) {
        (Kind::Duration, Kind::Number | Kind::Share) => Kind::Duration,
        (Kind::Share, Kind::Number) if right.constant().is_some() => Kind::Share,
        _ => Kind::Number,
    }
}
