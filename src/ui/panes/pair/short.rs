//! Symbols by the names that tell them apart where room is short.

use crate::domain::Symbol;
use crate::engine::Snapshot;

/// What symbols are quoted in, where the venue does not say.
const QUOTES: [&str; 7] = ["USDT", "USDC", "FDUSD", "BUSD", "USD", "EUR", "BTC"];

/// The quote all symbols in view have in common; empty where they have none.
pub(super) fn quote(snapshot: &Snapshot) -> String {
    let said = snapshot.symbols.first().map_or("", |view| view.instrument.quote.as_str());
    let all_end_with = |quote: &str| {
        let mut symbols = snapshot.symbols.iter().map(|view| view.instrument.symbol);
        !quote.is_empty() && symbols.all(|symbol| symbol.as_str().len() > quote.len() && symbol.as_str().ends_with(quote))
    };
    std::iter::once(said).chain(QUOTES).find(|quote| all_end_with(quote)).unwrap_or("").to_owned()
}

/// A symbol without the quote.
pub(super) fn name(symbol: Symbol, quote: &str) -> String {
    let whole = symbol.as_str();
    whole.strip_suffix(quote).filter(|name| !name.is_empty()).unwrap_or(whole).to_owned()
}
