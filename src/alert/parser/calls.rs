//! Quantities: a name, what stands in parentheses behind it, a part; and the symbol before it.

use super::cursor::Parser;
use super::{KEYWORDS, Parsed};
use crate::alert::catalogue;
use crate::alert::error::quoted;
use crate::alert::syntax::{Argument, ArgumentValue, Call, NodeId, What};
use crate::alert::token::Token;
use std::ops::Range;

impl Parser<'_> {
    /// `ETHUSDT:` and what it goes for.
    pub(super) fn of_symbol(&mut self, text: &str) -> Parsed<NodeId> {
        let at = self.skip();
        if self.take(":").is_none() {
            let error = self.error(at.clone(), format!("expected `:` and a quantity behind the symbol {}", quoted(text)));
            let lower = text.to_lowercase();
            let names = KEYWORDS.iter().copied().chain(std::iter::once(lower.as_str()).filter(|name| catalogue::is_name(name)));
            let meant = names.into_iter().find(|name| *name == lower);
            return Err(error.hint(match meant {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("write `{}:price`", text.chars().take(40).collect::<String>()),
            }));
        }
        let symbol = self.checked_symbol(text, &at)?;
        let before = self.symbol.replace(symbol);
        let node = self.nested(&at, Self::primary)?;
        self.symbol = before;
        if let Some(node) = self.nodes.get_mut(node) {
            node.at.start = at.start;
        }
        Ok(node)
    }

    /// A name, what stands in parentheses behind it, and a part.
    pub(super) fn call(&mut self) -> Parsed<NodeId> {
        let name = self.skip();
        let mut end = name.end;
        let mut arguments = None;
        if let Some(open) = self.take("(") {
            arguments = Some(self.arguments(&open)?);
            end = self.tokens.get(self.next - 1).map_or(end, |last| last.at.end);
        }
        let mut part = None;
        if self.take(".").is_some() {
            let Some(Token::Word(_)) = self.peek() else {
                return Err(self.expected("a name behind the dot"));
            };
            let at = self.skip();
            end = at.end;
            part = Some(at);
        }
        let at = name.start..end;
        let symbol = self.symbol;
        Ok(self.node(What::Quantity(Call { symbol, name, arguments, part }), at))
    }

    pub(super) fn arguments(&mut self, open: &Range<usize>) -> Parsed<Vec<Argument>> {
        let mut found = Vec::new();
        if self.take(")").is_some() {
            return Ok(found);
        }
        loop {
            found.push(self.argument(open)?);
            if self.take(",").is_some() {
                continue;
            }
            if self.take(")").is_some() {
                return Ok(found);
            }
            return Err(match self.peek() {
                None => self.error(open.clone(), "this `(` is not closed"),
                Some(_) => self.expected("`,` or `)`"),
            });
        }
    }

    pub(super) fn argument(&mut self, open: &Range<usize>) -> Parsed<Argument> {
        let mut name = None;
        if let (Some(Token::Word(_)), Some(Token::Sign("="))) =
            (self.peek(), self.tokens.get(self.next + 1).map(|second| second.token))
        {
            name = Some(self.skip());
            self.next += 1;
        }
        let sign = self.take("-");
        let at = self.here();
        let value = match self.peek() {
            Some(Token::Number(number)) => ArgumentValue::Number(if sign.is_some() { -number } else { number }),
            Some(Token::Time(time)) if sign.is_none() => ArgumentValue::Time(time),
            Some(Token::Word(_)) if sign.is_none() => ArgumentValue::Word,
            Some(Token::Symbol(text)) if sign.is_none() => ArgumentValue::Symbol(self.checked_symbol(text, &at)?),
            None => return Err(self.error(open.clone(), "this `(` is not closed")),
            _ => return Err(self.expected("a number, a time or a name")),
        };
        self.next += 1;
        Ok(Argument { name, value, at: sign.map_or(at.start, |sign| sign.start)..at.end })
    }
}
