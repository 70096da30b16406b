//! Where the parser is: its words, the nodes it has made, and errors at places.

use super::{NESTING, Parsed};
use crate::alert::catalogue;
use crate::alert::error::{ExpressionError, quoted};
use crate::alert::parser::KEYWORDS;
use crate::alert::syntax::{Node, NodeId, What};
use crate::alert::token::{Spanned, Token};
use crate::domain::Symbol;
use std::ops::Range;

/// A parser within a text.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Spanned<'a>>,
    pub(super) next: usize,
    pub(super) nodes: Vec<Node>,
    /// Levels of nesting it is in.
    pub(super) open: usize,
    /// Those of them that are parentheses.
    pub(super) parentheses: usize,
    /// The symbol of what is read.
    pub(super) symbol: Option<Symbol>,
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).map(|spanned| spanned.token)
    }

    /// Where the next word stands; the end of the text where there is none.
    pub(super) fn here(&self) -> Range<usize> {
        let end = self.text.trim_end().len();
        self.tokens.get(self.next).map_or(end..end, |spanned| spanned.at.clone())
    }

    pub(super) fn skip(&mut self) -> Range<usize> {
        let at = self.here();
        self.next += 1;
        at
    }

    pub(super) fn take(&mut self, sign: &str) -> Option<Range<usize>> {
        matches!(self.peek(), Some(Token::Sign(found)) if found == sign).then(|| self.skip())
    }

    pub(super) fn take_word(&mut self, word: &str) -> Option<Range<usize>> {
        matches!(self.peek(), Some(Token::Word(found)) if found == word).then(|| self.skip())
    }

    pub(super) fn error(&self, at: Range<usize>, message: impl Into<String>) -> ExpressionError {
        ExpressionError::new(self.text, at, message)
    }

    pub(super) fn slice(&self, at: &Range<usize>) -> &'a str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    /// `expected …, found …` at the next word.
    pub(super) fn expected(&self, what: &str) -> ExpressionError {
        let at = self.here();
        let found = if at.is_empty() { "but the text ends".to_owned() } else { format!("found {}", quoted(self.slice(&at))) };
        self.error(at, format!("expected {what}, {found}"))
    }

    pub(super) fn node(&mut self, what: What, at: Range<usize>) -> NodeId {
        self.nodes.push(Node { what, at });
        self.nodes.len() - 1
    }

    pub(super) fn place(&self, node: NodeId) -> Range<usize> {
        self.nodes.get(node).map_or(0..0, |node| node.at.clone())
    }

    /// A node of two others, from the start of the one to the end of the other.
    pub(super) fn joined(&mut self, left: NodeId, right: NodeId, what: What) -> NodeId {
        let at = self.place(left).start..self.place(right).end;
        self.node(what, at)
    }

    /// Goes a level deeper.
    pub(super) fn nested<T>(&mut self, at: &Range<usize>, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.open == NESTING {
            return Err(self.error(at.clone(), format!("more than {NESTING} levels within each other")));
        }
        self.open += 1;
        let found = read(self)?;
        self.open -= 1;
        Ok(found)
    }

    pub(super) fn checked_symbol(&self, text: &str, at: &Range<usize>) -> Parsed<Symbol> {
        Symbol::new(text).map_err(|error| self.error(at.clone(), error.to_string()))
    }

    /// Why what follows cannot follow.
    pub(super) fn left_over(&self) -> ExpressionError {
        let at = self.here();
        let before = self.next.checked_sub(1).and_then(|before| self.tokens.get(before)).map(|spanned| spanned.token);
        match (before, self.peek()) {
            (_, Some(Token::Sign(")"))) => self.error(at, "there is no `(` for this `)`"),
            (_, Some(Token::Sign("="))) => self.expected("a comparison").hint("write `==`, `<=` or `>=`"),
            (Some(Token::Number(_)), Some(Token::Sign(","))) => {
                self.expected("an operator").hint("numbers are written without commas: `65000`")
            }
            (Some(Token::Number(_)), Some(Token::Word("ms" | "s" | "m" | "h" | "d"))) => {
                self.expected("an operator").hint("a time is written without a blank: `3s`")
            }
            (_, Some(Token::Word("for"))) if self.parentheses > 0 => {
                self.error(at, "`for` belongs at the very end").hint("it goes for the whole expression")
            }
            (_, Some(Token::Word("above" | "over"))) => self.expected("an operator").hint("write `>` or `crosses above`"),
            (_, Some(Token::Word("below" | "under"))) => self.expected("an operator").hint("write `<` or `crosses below`"),
            (_, Some(Token::Word("is" | "equals"))) => self.expected("an operator").hint("write `==`"),
            (_, Some(Token::Number(_) | Token::Share(_) | Token::Time(_))) => {
                self.expected("an operator").hint("such as `>` or `crosses above`")
            }
            (_, Some(Token::Word(word) | Token::Symbol(word))) => {
                let error = self.expected("an operator");
                match catalogue::nearest(word, KEYWORDS.iter().copied()) {
                    Some(name) => error.hint(format!("did you mean `{name}`?")),
                    None => error,
                }
            }
            _ if self.parentheses > 0 => self.expected("an operator or `)`"),
            _ => self.expected("an operator or the end"),
        }
    }
}
