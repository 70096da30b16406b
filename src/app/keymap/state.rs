//! Keys pressed so far: the beginning of a sequence, and a count.

use super::{Code, Key, Keymap, Meaning, Named, Sequence};
use crate::app::commands::{Command, Scope};

/// What a key press came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Run this, so many times.
    Run(Command, u32),
    /// Wait for more keys.
    Pending,
    /// What was begun is left.
    Left,
    /// These keys mean nothing here.
    Unknown(String),
}

/// Largest count: more is a slip.
const MOST: u32 = 9_999;

/// Keys pressed that are not yet a command.
///
/// A digit that is no key of a command begins a count (`5 j`); `alt` with a digit always does. Once begun, every digit
/// continues it.
#[derive(Debug, Clone, Default)]
pub struct KeyState {
    keys: Vec<Key>,
    count: Option<u32>,
}

impl KeyState {
    /// Takes in a key press.
    pub fn press(&mut self, key: Key, map: &Keymap, scopes: &[Scope]) -> Outcome {
        let escape = key == Key::named(Named::Esc);
        if escape && (self.count.is_some() || !self.keys.is_empty()) {
            *self = Self::default();
            return Outcome::Left;
        }
        if self.keys.is_empty()
            && let Some(digit) = self.digit(key, map, scopes)
        {
            self.count = Some(self.count.unwrap_or(0).saturating_mul(10).saturating_add(digit).min(MOST));
            return Outcome::Pending;
        }
        self.keys.push(key);
        match map.meaning(scopes, &self.keys) {
            Meaning::Begins => Outcome::Pending,
            Meaning::Runs(command) => {
                let count = self.count.unwrap_or(1).max(1);
                *self = Self::default();
                Outcome::Run(command, count)
            }
            Meaning::Nothing => {
                let keys = Sequence(std::mem::take(self).keys);
                Outcome::Unknown(keys.to_string())
            }
        }
    }

    fn digit(&self, key: Key, map: &Keymap, scopes: &[Scope]) -> Option<u32> {
        let Code::Char(c) = key.code else { return None };
        let digit = c.to_digit(10).filter(|_| !key.ctrl)?;
        let free = || map.meaning(scopes, &[key]) == Meaning::Nothing && digit > 0;
        (key.alt || self.count.is_some() || free()).then_some(digit)
    }

    /// The keys of the sequence begun, without the count.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// What was pressed so far, for the screen; empty when nothing waits.
    pub fn shown(&self) -> String {
        let mut parts: Vec<String> = self.count.iter().map(ToString::to_string).collect();
        parts.extend(self.keys.iter().map(ToString::to_string));
        parts.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::scopes;

    fn press(keys: &str) -> Outcome {
        let map = Keymap::default();
        let mut state = KeyState::default();
        let mut last = Outcome::Pending;
        for key in keys.parse::<Sequence>().unwrap().0 {
            last = state.press(key, &map, &scopes(Scope::List, false));
        }
        last
    }

    #[test]
    fn counts_and_sequences() {
        assert_eq!(press("9 j"), Outcome::Run(Command::ListDown, 9));
        assert_eq!(press("alt-1 0 j"), Outcome::Run(Command::ListDown, 10));
        assert_eq!(press("1"), Outcome::Run(Command::WorkspaceTrade, 1));
        assert_eq!(press("g g"), Outcome::Run(Command::ListTop, 1));
        assert_eq!(press("g x"), Outcome::Unknown("g x".to_owned()));
        assert_eq!(press("g esc"), Outcome::Left);
        assert_eq!(press("esc"), Outcome::Run(Command::Cancel, 1));
    }
}
