//! One key press, as configured and as pressed, without knowing the terminal library.

use std::fmt;
use std::str::FromStr;

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A character; space too.
    Char(char),
    /// A function key, 1 to 24.
    F(u8),
    /// The key of that name.
    Named(Named),
}

macro_rules! named {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// A key that writes no character.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Named { $($(#[$doc])* $variant),* }

        impl Named {
            const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $text)),*];
        }
    };
}

named! {
    /// Up arrow.
    Up = "up",
    /// Down arrow.
    Down = "down",
    /// Left arrow.
    Left = "left",
    /// Right arrow.
    Right = "right",
    /// Home.
    Home = "home",
    /// End.
    End = "end",
    /// Page up.
    PageUp = "pageup",
    /// Page down.
    PageDown = "pagedown",
    /// Tab.
    Tab = "tab",
    /// Enter.
    Enter = "enter",
    /// Escape.
    Esc = "esc",
    /// Backspace.
    Backspace = "backspace",
    /// Delete.
    Delete = "delete",
    /// Insert.
    Insert = "insert",
}

/// A key with its modifiers. Shift is part of a character (`Q`), and a modifier of the other keys (`shift-left`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift, for keys that write no character.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// A named key.
    pub const fn named(named: Named) -> Self {
        Self::plain(Code::Named(named))
    }

    /// The character it writes, when it writes one.
    pub const fn text(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key: expected such as q, Q, ctrl-c, alt-left, shift-tab, f1, space, enter, esc, or `g g` for one after the other")]
pub struct KeyError(pub String);

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bad = || KeyError(text.chars().filter(|c| !c.is_control()).take(40).collect());
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        while let Some((modifier, after)) = rest.split_once('-').filter(|(m, after)| !m.is_empty() && !after.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => ctrl = true,
                "alt" | "meta" | "m" => alt = true,
                "shift" | "s" => shift = true,
                _ => return Err(bad()),
            }
            rest = after;
        }
        let lower = rest.to_ascii_lowercase();
        let mut characters = rest.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => Code::Char(c),
            _ if lower == "space" => Code::Char(' '),
            _ => match Named::ALL.iter().find(|(_, name)| *name == lower) {
                Some((named, _)) => Code::Named(*named),
                None => lower
                    .strip_prefix('f')
                    .and_then(|n| n.parse().ok())
                    .filter(|n| (1..=24).contains(n))
                    .map(Code::F)
                    .ok_or_else(bad)?,
            },
        };
        Ok(Self { code, ctrl, alt, shift }.normal())
    }
}

impl Key {
    /// The one form of keys that are the same: `shift-q` is `Q`, `ctrl-Q` is `ctrl-q`.
    pub fn normal(mut self) -> Self {
        if let Code::Char(c) = self.code {
            let c = if self.shift && !self.ctrl { c.to_ascii_uppercase() } else { c };
            self.code = Code::Char(if self.ctrl { c.to_ascii_lowercase() } else { c });
            self.shift = false;
        }
        self
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (set, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if set {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("space"),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "f{n}"),
            Code::Named(named) => {
                f.write_str(Named::ALL.iter().find(|(key, _)| *key == named).map_or("", |(_, name)| name))
            }
        }
    }
}

/// Keys pressed one after the other; one key in most bindings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Sequence(pub Vec<Key>);

impl FromStr for Sequence {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let keys = text.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, _>>()?;
        if keys.is_empty() || keys.len() > 4 {
            return Err(KeyError(text.chars().filter(|c| !c.is_control()).take(40).collect()));
        }
        Ok(Self(keys))
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, key) in self.0.iter().enumerate() {
            write!(f, "{}{key}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_as_written() {
        for text in ["q", "Q", "ctrl-c", "alt-left", "shift-tab", "f12", "space", "enter", "esc", "-", "+", "ctrl--", "g g", "ctrl-x ctrl-s"] {
            assert_eq!(text.parse::<Sequence>().unwrap().to_string(), text);
        }
        assert_eq!("shift-q".parse::<Key>(), "Q".parse());
        assert_eq!("C-x".parse::<Key>(), "ctrl-x".parse());
        assert_eq!("PageUp".parse::<Key>(), "pageup".parse());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "ctrl-", "hyper-x", "f25", "f0", "qq", "a b c d e", "\u{1b}"] {
            assert!(text.parse::<Sequence>().is_err(), "{text:?}");
        }
    }
}
