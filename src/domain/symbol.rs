//! Symbols: short names of instruments, kept inline so that an event copies without touching the heap.

use std::fmt;
use std::ops::Deref;

/// Longest symbol in bytes of UTF-8; the longest seen on Binance has 20.
pub const MAX_SYMBOL: usize = 31;

/// An instrument's name as the exchange writes it, such as `BTCUSDT` or `牛来USDT`. At most 31 bytes, no control characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    bytes: [u8; MAX_SYMBOL],
    len: u8,
}

/// Why a text is not a symbol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    /// Nothing, or more than 31 bytes.
    #[error("a symbol has 1 to {MAX_SYMBOL} bytes, this one {0}")]
    Length(usize),
    /// White space or a control character such as an escape.
    #[error("a symbol has no spaces or control characters")]
    Character,
}

impl Symbol {
    /// Where no symbol is known.
    pub const UNKNOWN: Self = Self::constant("UNKNOWN");

    const fn constant(text: &str) -> Self {
        let mut bytes = [0; MAX_SYMBOL];
        let source = text.as_bytes();
        let mut i = 0;
        while i < source.len() {
            bytes[i] = source[i];
            i += 1;
        }
        Self { bytes, len: source.len() as u8 }
    }

    /// Checks and keeps a symbol.
    ///
    /// # Errors
    /// [`SymbolError`] when it is empty, too long or could disturb a terminal.
    pub fn new(text: &str) -> Result<Self, SymbolError> {
        if text.is_empty() || text.len() > MAX_SYMBOL {
            return Err(SymbolError::Length(text.len()));
        }
        if text.is_ascii() {
            if !text.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(SymbolError::Character);
            }
        } else if text.chars().any(|c| c.is_control() || c.is_whitespace() || is_invisible(c)) {
            return Err(SymbolError::Character);
        }
        Ok(Self::constant(text))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len as usize]).unwrap_or("")
    }
}

/// Characters that take no room or turn the writing direction: they could make one symbol look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Deref for Symbol {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Symbol {
    type Err = SymbolError;
    fn from_str(text: &str) -> Result<Self, SymbolError> {
        Self::new(text)
    }
}

impl serde::Serialize for Symbol {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Symbol {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_real_symbols_and_refuses_dangerous_ones() {
        for text in ["BTCUSDT", "牛来USDT", "BTC-27DEC24-100000-C", "1000PEPEUSDT"] {
            assert_eq!(Symbol::new(text).unwrap().as_str(), text);
        }
        for text in ["", "BTC USDT", "BTC\u{1b}[31m", "A\u{202e}B", "01234567890123456789012345678901"] {
            assert!(Symbol::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn sorts_as_its_text() {
        assert!(Symbol::new("BTCUSDT").unwrap() < Symbol::new("ETHUSDT").unwrap());
    }
}
