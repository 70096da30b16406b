//! From words to a tree. Operators by how tightly they bind, the loosest first: `||`, `&&`, `!`, comparisons (not chained),
//! `+ -`, `* /`, the sign.

mod calls;
mod cursor;

use super::error::ExpressionError;
use super::program::{Arithmetic, Comparison};
use super::syntax::{NodeId, Syntax, What};
use super::token::{Token, tokens};
use crate::domain::{Nanos, Symbol};
use cursor::Parser;
use std::ops::Range;

/// Levels of parentheses, signs and symbols within each other.
const NESTING: usize = 64;
/// The longest time of `for` and `moves`.
const LONGEST_TIME: Nanos = Nanos::from_secs(7 * 86_400);
/// The largest share of `moves`: 1000 %.
const LARGEST_MOVE: f64 = 10.0;

/// Words that are no names.
pub(super) const KEYWORDS: &[&str] = &["crosses", "moves", "and", "or", "not", "for", "above", "below", "in"];

type Parsed<T> = Result<T, ExpressionError>;

/// Reads a text that is not too long.
pub(super) fn parse(text: &str) -> Parsed<Syntax> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, next: 0, nodes: Vec::new(), open: 0, parentheses: 0, symbol: None };
    let symbol = parser.leading_symbol()?;
    parser.either()?;
    let hold = parser.hold()?;
    if parser.next < parser.tokens.len() {
        return Err(parser.left_over());
    }
    Ok(Syntax { symbol, nodes: parser.nodes, hold })
}

impl Parser<'_> {
    /// `ETHUSDT:` at the very start.
    fn leading_symbol(&mut self) -> Parsed<Option<Symbol>> {
        let (Some(Token::Symbol(text)), Some(Token::Sign(":"))) = (self.peek(), self.tokens.get(1).map(|second| second.token))
        else {
            return Ok(None);
        };
        let at = self.skip();
        self.next += 1;
        self.checked_symbol(text, &at).map(Some)
    }

    /// `… for 5s` at the very end.
    fn hold(&mut self) -> Parsed<Option<Nanos>> {
        if self.take_word("for").is_none() {
            return Ok(None);
        }
        let time = self.time("5s")?;
        match self.peek() {
            None => Ok(Some(time)),
            Some(_) => Err(self.error(self.here(), "`for` belongs at the very end").hint("it goes for the whole expression")),
        }
    }

    /// A length of time above 0 and up to 7 days.
    fn time(&mut self, example: &str) -> Parsed<Nanos> {
        let at = self.here();
        match self.peek() {
            Some(Token::Time(time)) if time <= Nanos::ZERO => Err(self.error(at, "expected a time above 0")),
            Some(Token::Time(time)) if time > LONGEST_TIME => Err(self.error(at, "expected a time of at most 7d")),
            Some(Token::Time(time)) => {
                self.next += 1;
                Ok(time)
            }
            Some(Token::Number(_)) => {
                let hint = format!("write `{}s`", self.slice(&at));
                Err(self.error(at, "expected a time with its unit").hint(hint))
            }
            _ => Err(self.expected(&format!("a time such as `{example}`"))),
        }
    }

    fn either(&mut self) -> Parsed<NodeId> {
        let mut left = self.both()?;
        while self.take("||").or_else(|| self.take_word("or")).is_some() {
            let right = self.both()?;
            left = self.joined(left, right, What::Or(left, right));
        }
        Ok(left)
    }

    fn both(&mut self) -> Parsed<NodeId> {
        let mut left = self.negation()?;
        while self.take("&&").or_else(|| self.take_word("and")).is_some() {
            let right = self.negation()?;
            left = self.joined(left, right, What::And(left, right));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parsed<NodeId> {
        let Some(at) = self.take("!").or_else(|| self.take_word("not")) else {
            return self.comparison();
        };
        let of = self.nested(&at, Self::negation)?;
        let at = at.start..self.place(of).end;
        Ok(self.node(What::Not(of), at))
    }

    fn comparison_sign(&self) -> Option<Comparison> {
        Some(match self.peek()? {
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessOrEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterOrEqual,
            Token::Sign("==") => Comparison::Equal,
            Token::Sign("!=") => Comparison::NotEqual,
            _ => return None,
        })
    }

    fn comparison(&mut self) -> Parsed<NodeId> {
        let left = self.sum()?;
        let node = if let Some(how) = self.comparison_sign() {
            self.next += 1;
            let right = self.sum()?;
            self.joined(left, right, What::Compare(how, left, right))
        } else if self.take_word("crosses").is_some() {
            let above = match self.peek() {
                Some(Token::Word("above")) => true,
                Some(Token::Word("below")) => false,
                _ => return Err(self.expected("`above` or `below` behind `crosses`")),
            };
            self.next += 1;
            let right = self.sum()?;
            self.joined(left, right, What::Cross { above, left, right })
        } else if self.take_word("moves").is_some() {
            self.movement(left)?
        } else {
            return Ok(left);
        };
        let again = self.comparison_sign().is_some() || matches!(self.peek(), Some(Token::Word("crosses" | "moves")));
        if again {
            return Err(self
                .error(self.here(), "comparisons are not chained")
                .hint("join two of them: `1 < price && price < 2`"));
        }
        Ok(node)
    }

    /// `2% in 15m` behind `moves`.
    fn movement(&mut self, of: NodeId) -> Parsed<NodeId> {
        let at = self.here();
        let share = match self.peek() {
            Some(Token::Share(share)) if share <= 0.0 => return Err(self.error(at, "expected a share above 0%")),
            Some(Token::Share(share)) if share > LARGEST_MOVE => return Err(self.error(at, "expected a share of at most 1000%")),
            Some(Token::Share(share)) => share,
            Some(Token::Number(_)) => {
                let hint = format!("write `{}%`", self.slice(&at));
                return Err(self.error(at, "expected how far in percent").hint(hint));
            }
            Some(Token::Sign("-" | "+")) => {
                return Err(self.error(at, "a movement has no sign").hint("`moves` goes for both directions"));
            }
            _ => return Err(self.expected("how far, such as `2%`, behind `moves`")),
        };
        self.next += 1;
        if self.take_word("in").is_none() {
            return Err(self.expected("`in` and a time, such as `in 15m`"));
        }
        let within = self.time("15m")?;
        let end = self.tokens.get(self.next - 1).map_or(at.end, |last| last.at.end);
        let at = self.place(of).start..end;
        Ok(self.node(What::Move { of, share, within }, at))
    }

    fn sum(&mut self) -> Parsed<NodeId> {
        let mut left = self.product()?;
        loop {
            let how = match self.peek() {
                Some(Token::Sign("+")) => Arithmetic::Add,
                Some(Token::Sign("-")) => Arithmetic::Subtract,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.product()?;
            left = self.joined(left, right, What::Arithmetic(how, left, right));
        }
    }

    fn product(&mut self) -> Parsed<NodeId> {
        let mut left = self.signed()?;
        loop {
            let how = match self.peek() {
                Some(Token::Sign("*")) => Arithmetic::Multiply,
                Some(Token::Sign("/")) => Arithmetic::Divide,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.signed()?;
            left = self.joined(left, right, What::Arithmetic(how, left, right));
        }
    }

    fn signed(&mut self) -> Parsed<NodeId> {
        let Some(at) = self.take("-") else {
            return self.primary();
        };
        let of = self.nested(&at, Self::signed)?;
        let at = at.start..self.place(of).end;
        Ok(self.node(What::Negate(of), at))
    }

    fn primary(&mut self) -> Parsed<NodeId> {
        const WANTED: &str = "a quantity or a number";
        let at = self.here();
        match self.peek() {
            Some(Token::Number(value)) => Ok(self.literal(What::Number(value))),
            Some(Token::Share(share)) => Ok(self.literal(What::Share(share))),
            Some(Token::Time(time)) => Ok(self.literal(What::Time(time))),
            Some(Token::Word(word)) if !KEYWORDS.contains(&word) => self.call(),
            Some(Token::Symbol(text)) => self.of_symbol(text),
            Some(Token::Sign("(")) => {
                self.next += 1;
                self.parentheses += 1;
                let node = self.nested(&at, Self::either)?;
                self.close(&at)?;
                self.parentheses -= 1;
                // The parentheses belong to what is between them.
                let end = self.tokens.get(self.next - 1).map_or(at.end, |last| last.at.end);
                if let Some(node) = self.nodes.get_mut(node) {
                    node.at = at.start..end;
                }
                Ok(node)
            }
            Some(Token::Sign("!") | Token::Word("not")) => {
                Err(self.error(at, "a negation cannot be calculated with").hint("put it in parentheses: `(!feed.up)`"))
            }
            Some(Token::Sign("+")) => Err(self.expected(WANTED).hint("numbers have no `+` before them")),
            Some(Token::Sign(".")) => Err(self.expected(WANTED).hint("numbers begin with a digit: `0.5`")),
            Some(Token::Sign("=")) => Err(self.expected(WANTED).hint("write `==`, `<=` or `>=`")),
            _ if self.tokens.is_empty() => Err(self.error(at, "expected an expression, such as `price > 65000`")),
            _ => Err(self.expected(WANTED)),
        }
    }

    fn literal(&mut self, what: What) -> NodeId {
        let at = self.skip();
        self.node(what, at)
    }

    /// The `)` of a `(`.
    fn close(&mut self, open: &Range<usize>) -> Parsed<()> {
        if self.take(")").is_some() {
            return Ok(());
        }
        match self.peek() {
            None => Err(self.error(open.clone(), "this `(` is not closed")),
            Some(_) => Err(self.left_over()),
        }
    }
}
