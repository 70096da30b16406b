//! What a line leaves to its file: the symbol, where it names none.

use crate::domain::{Meta, Symbol};

/// Symbols kept for quick recognition; more are read, a little slower.
const KNOWN: usize = 8;

/// What a line is read against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineContext {
    default: Symbol,
    from_name: Symbol,
    known: Vec<(Box<[u8]>, Symbol)>,
}

impl Default for LineContext {
    fn default() -> Self {
        Self::new(Symbol::UNKNOWN)
    }
}

impl LineContext {
    /// Lines without `sym` are of this symbol.
    pub const fn new(default: Symbol) -> Self {
        Self { default, from_name: default, known: Vec::new() }
    }

    /// Lines without `sym` are of the symbol that the file's name begins with (`[A-Z0-9]+`), else of `UNKNOWN`.
    pub fn for_file_name(name: &str) -> Self {
        let end = name.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
        Self::new(name.get(..end).and_then(|text| Symbol::new(text).ok()).unwrap_or(Symbol::UNKNOWN))
    }

    /// The symbol of lines without `sym`.
    pub const fn default_symbol(&self) -> Symbol {
        self.default
    }

    /// Takes in a `meta`: its only symbol becomes that of lines without `sym`; with none or several the file's name decides.
    pub fn learn(&mut self, meta: &Meta) {
        self.default = match meta.instruments.as_slice() {
            [only] => only.symbol,
            _ => self.from_name,
        };
        self.known = meta.instruments.iter().take(KNOWN).map(|i| (Box::from(i.symbol.as_bytes()), i.symbol)).collect();
    }

    /// As [`Self::default_symbol`], without copying it.
    #[inline]
    pub(super) const fn default_symbol_ref(&self) -> &Symbol {
        &self.default
    }

    /// One of the first symbols of the `meta`, by its bytes.
    #[inline]
    pub(super) fn known_symbol(&self, text: &[u8]) -> Option<&Symbol> {
        self.known.iter().find(|(known, _)| **known == *text).map(|(_, symbol)| symbol)
    }

    /// A symbol by its bytes, which must be plain text without escapes.
    #[inline]
    pub(super) fn symbol(&self, text: &[u8]) -> Option<Symbol> {
        self.known_symbol(text).copied().or_else(|| Symbol::new(std::str::from_utf8(text).ok()?).ok())
    }
}
