//! One line of text being entered.

use crate::app::keymap::{Code, Key, Named};

/// Longest text that can be entered, in characters.
const LONGEST: usize = 500;

/// One line of text with a cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    text: Vec<char>,
    cursor: usize,
    /// Whether what stands there was not entered by the user, and goes when something is typed.
    suggested: bool,
}

impl Input {
    /// A line that already holds a text, which typing replaces and any other key keeps.
    pub fn suggesting(text: &str) -> Self {
        let mut new = Self::default();
        new.insert(text);
        new.suggested = !new.text.is_empty();
        new
    }

    /// What was entered.
    pub fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// Whether nothing was entered.
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether what stands there goes when something is typed.
    pub const fn is_suggested(&self) -> bool {
        self.suggested
    }

    /// Puts the cursor behind so many characters.
    pub fn place(&mut self, cursor: usize) {
        self.suggested = false;
        self.cursor = cursor.min(self.text.len());
    }

    /// What stands before the cursor.
    pub fn before(&self) -> String {
        self.text.iter().take(self.cursor).collect()
    }

    /// Adds text at the cursor; control characters are left out.
    pub fn insert(&mut self, text: &str) {
        if std::mem::take(&mut self.suggested) {
            self.text.clear();
            self.cursor = 0;
        }
        for c in text.chars().filter(|c| !c.is_control()) {
            if self.text.len() < LONGEST {
                self.text.insert(self.cursor, c);
                self.cursor += 1;
            }
        }
    }

    /// Adds text behind the cursor, which stays where it is.
    pub fn insert_after(&mut self, text: &str) {
        let cursor = self.cursor;
        self.insert(text);
        self.cursor = cursor;
    }

    /// Takes in a key; says whether it was one of editing.
    pub fn press(&mut self, key: Key) -> bool {
        if let Some(c) = key.text() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        self.suggested = false;
        match (key.code, key.ctrl) {
            (Code::Named(Named::Backspace), _) | (Code::Char('h'), true) => {
                if self.cursor > 0 {
                    self.cursor -= 1;
                    self.text.remove(self.cursor);
                }
            }
            (Code::Named(Named::Delete), _) => {
                if self.cursor < self.text.len() {
                    self.text.remove(self.cursor);
                }
            }
            (Code::Named(Named::Left), _) | (Code::Char('b'), true) => self.cursor = self.cursor.saturating_sub(1),
            (Code::Named(Named::Right), _) => self.cursor = (self.cursor + 1).min(self.text.len()),
            (Code::Named(Named::Home), _) | (Code::Char('a'), true) => self.cursor = 0,
            (Code::Named(Named::End), _) | (Code::Char('e'), true) => self.cursor = self.text.len(),
            (Code::Char('u'), true) => {
                self.text.drain(..self.cursor);
                self.cursor = 0;
            }
            (Code::Char('w'), true) => {
                let word = |text: &[char], from: usize, space: bool| {
                    text[..from].iter().rev().take_while(|c| c.is_whitespace() == space).count()
                };
                let mut start = self.cursor - word(&self.text, self.cursor, true);
                start -= word(&self.text, start, false);
                self.text.drain(start..self.cursor);
                self.cursor = start;
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_goes_when_something_is_typed_and_stays_when_it_is_edited() {
        let key = |text: &str| text.parse::<crate::app::keymap::Sequence>().unwrap().0[0];
        let mut typed = Input::suggesting("10x");
        typed.press(key("5"));
        assert_eq!(typed.text(), "5");
        let mut edited = Input::suggesting("10x");
        edited.press(key("backspace"));
        edited.press(key("5"));
        assert_eq!(edited.text(), "105");
    }

    #[test]
    fn edits() {
        let mut input = Input::default();
        input.insert("one two\u{1b}[31m");
        assert_eq!(input.text(), "one two[31m");
        input.press("ctrl-w".parse().unwrap());
        assert_eq!(input.text(), "one ");
        for key in ["home", "X", "right", "delete", "end", "backspace", "backspace", "backspace"] {
            input.press(key.parse().unwrap());
        }
        assert_eq!((input.text().as_str(), input.before().as_str()), ("X", "X"));
        assert!(!input.press("enter".parse().unwrap()));
    }
}
