//! Whether a bar is an input: only where the file has no trade of its symbol.

use crate::domain::{Event, Market, Payload, Symbol};
use crate::recording::line::{LineContext, Record, decode_line};
use crate::recording::source::{Blocks, Start};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Symbols that are remembered to have traded.
const KEPT: usize = 10_000;

/// What is known about which symbols of a file have trades.
#[derive(Debug, Clone)]
pub(super) struct BarPolicy {
    /// The file, where it can be looked through.
    path: Option<PathBuf>,
    /// Symbols with trades anywhere in the file, once it has been looked through.
    anywhere: Option<Arc<BTreeSet<Symbol>>>,
    /// Symbols with trades so far.
    so_far: BTreeSet<Symbol>,
    last: Symbol,
}

impl BarPolicy {
    pub(super) fn of_file(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..Self::of_stream() }
    }

    pub(super) const fn of_stream() -> Self {
        Self { path: None, anywhere: None, so_far: BTreeSet::new(), last: Symbol::UNKNOWN }
    }

    #[inline]
    pub(super) fn saw_trade(&mut self, symbol: &Symbol) {
        if *symbol != self.last || self.so_far.is_empty() {
            self.saw_other(*symbol);
        }
    }

    fn saw_other(&mut self, symbol: Symbol) {
        self.last = symbol;
        if self.so_far.len() < KEPT {
            self.so_far.insert(symbol);
        }
    }

    /// Whether a bar of the symbol that does not say so itself is an input.
    pub(super) fn is_input(&mut self, symbol: Symbol) -> bool {
        if self.so_far.contains(&symbol) {
            return false;
        }
        if self.anywhere.is_none()
            && let Some(path) = &self.path
        {
            self.anywhere = Some(Arc::new(traded_symbols(path)));
        }
        !self.anywhere.as_ref().is_some_and(|traded| traded.contains(&symbol))
    }
}

/// The symbols a file has trades of, as far as it can be read.
fn traded_symbols(path: &Path) -> BTreeSet<Symbol> {
    let mut traded = BTreeSet::new();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut context = LineContext::for_file_name(&name);
    let Ok(mut blocks) = File::open(path).and_then(|file| Blocks::start(file, Start::default(), u64::MAX)) else {
        return traded;
    };
    let topics = ["\"trade\"", "\"meta\""].map(memchr::memmem::Finder::new);
    while let Ok(Some(block)) = blocks.next() {
        for line in block.bytes.split(|b| *b == b'\n') {
            if !topics.iter().any(|topic| topic.find(line).is_some()) {
                continue;
            }
            match decode_line(line, &context).map(|decoded| decoded.record) {
                Ok(Record::Input {
                    payload: Payload::Market(Market { symbol: Some(symbol), event: Event::Trade(_) }), ..
                }) if traded.len() < KEPT => {
                    traded.insert(symbol);
                }
                Ok(Record::Input { payload: Payload::Meta(meta), .. }) => context.learn(&meta),
                _ => {}
            }
        }
        blocks.recycle(block.bytes);
    }
    traded
}
