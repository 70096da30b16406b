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
        // Those that stand in a line as they are.
        let plain = meta.instruments.iter().map(|i| i.symbol).filter(|symbol| !symbol.contains(['"', '\\']));
        self.known = plain.take(KNOWN).map(|symbol| (Box::from(symbol.as_bytes()), symbol)).collect();
    }

    /// Takes in a symbol that came without any `meta` having named it.
    pub(in crate::recording) fn meet(&mut self, symbol: Symbol) {
        let is_new = || self.known.iter().all(|(_, known)| *known != symbol);
        if self.known.len() < KNOWN && !symbol.contains(['"', '\\']) && is_new() {
            self.known.push((Box::from(symbol.as_bytes()), symbol));
        }
    }

    /// As [`Self::default_symbol`], without copying it.
    #[inline]
    pub(super) const fn default_symbol_ref(&self) -> &Symbol {
        &self.default
    }

    /// One of the first symbols of the `meta` that the text begins with up to a quotation mark, and what follows from that mark on.
    #[inline]
    pub(super) fn known_symbol_at<'t>(&self, text: &'t [u8]) -> Option<(&Symbol, &'t [u8])> {
        self.known.iter().find_map(|(known, symbol)| {
            let rest = text.strip_prefix(&**known)?;
            rest.starts_with(b"\"").then_some((symbol, rest))
        })
    }

    /// A symbol by its bytes, which must be plain text without escapes.
    #[inline]
    pub(super) fn symbol(&self, text: &[u8]) -> Option<Symbol> {
        match self.known.iter().find(|(known, _)| **known == *text) {
            Some((_, symbol)) => Some(*symbol),
            None => Symbol::new(std::str::from_utf8(text).ok()?).ok(),
        }
    }
}
