//! Keys being pressed to become a command's.

use crate::app::commands::Command;
use crate::app::keymap::{Code, Key, Named, Sequence};

/// Keys one after the other, at most.
const LONGEST: usize = 4;

/// Keys being pressed to become a command's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Whose they become.
    pub command: Command,
    /// Whether it keeps those it has.
    pub add: bool,
    /// Its keys now.
    pub now: Vec<Sequence>,
    /// Pressed so far.
    pub keys: Vec<Key>,
    /// What follows from them: who has them already, and who goes before.
    pub notes: Vec<String>,
    /// Why they cannot be kept.
    pub error: Option<String>,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caught {
    /// It became one of the keys, or took one back.
    Changed,
    /// It means nothing here.
    Nothing,
    /// Leave everything as it is.
    Left,
    /// Keep the keys.
    Keep,
}

impl Capture {
    /// Nothing pressed yet.
    pub fn new(command: Command, add: bool, now: Vec<Sequence>) -> Self {
        Self { command, add, now, keys: Vec::new(), notes: Vec::new(), error: None }
    }

    /// Takes in a key. Esc always leaves; Enter and Backspace are keys like any other while nothing has been pressed, then they
    /// keep what was pressed and take the last key back.
    pub fn press(&mut self, key: Key) -> Caught {
        match key.code {
            Code::Named(Named::Esc) => Caught::Left,
            Code::Named(Named::Enter) if !self.keys.is_empty() => Caught::Keep,
            Code::Named(Named::Backspace) if !self.keys.is_empty() => {
                self.keys.pop();
                Caught::Changed
            }
            _ if self.keys.len() < LONGEST => {
                self.keys.push(key);
                Caught::Changed
            }
            _ => Caught::Nothing,
        }
    }

    /// The keys the command would have.
    pub fn wanted(&self) -> Vec<Sequence> {
        let mut wanted = if self.add { self.now.clone() } else { Vec::new() };
        let new = Sequence(self.keys.clone());
        if !self.keys.is_empty() && !wanted.contains(&new) {
            wanted.push(new);
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_caught_until_they_are_kept_or_left() {
        let mut capture = Capture::new(Command::Mark, true, vec!["m".parse().unwrap()]);
        let key = |text: &str| text.parse::<Key>().unwrap();
        assert_eq!(capture.press(key("enter")), Caught::Changed);
        assert_eq!(capture.press(key("backspace")), Caught::Changed);
        assert!(capture.keys.is_empty());
        for text in ["g", "tab", "x", "y", "z"] {
            capture.press(key(text));
        }
        assert_eq!(capture.wanted().iter().map(ToString::to_string).collect::<Vec<_>>(), ["m", "g tab x y"]);
        assert_eq!(capture.press(key("enter")), Caught::Keep);
        assert_eq!(capture.press(key("esc")), Caught::Left);
    }
}
