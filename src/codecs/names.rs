//! What a file's name says.

use crate::domain::Symbol;

/// The first run of at least five capital letters and digits with a letter in it: `BTCUSDT` of `2025_BTCUSDT_1m.csv`.
pub fn symbol(name: &str) -> Option<Symbol> {
    name.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit())
        .find(|run| run.len() >= 5 && run.bytes().any(|b| b.is_ascii_uppercase()))
        .and_then(|run| Symbol::new(run).ok())
}

/// What the name of a Binance dump says: its symbol and what kind of data it holds.
pub fn dump(name: &str) -> Option<(Symbol, &str)> {
    let stem = name.strip_suffix(".csv").unwrap_or(name);
    let mut parts = stem.split('-');
    let symbol = parts.next()?;
    let kind = parts.next()?;
    let dated = parts.next()?.len() == 4;
    let known =
        matches!(kind, "trades" | "aggTrades" | "bookTicker" | "bookDepth" | "fundingRate" | "metrics") || is_interval(kind);
    let plausible = symbol.len() >= 5 && symbol.chars().all(|c| c.is_alphanumeric() && !c.is_lowercase() || c == '_');
    (dated && known && plausible).then(|| Symbol::new(symbol).ok().map(|symbol| (symbol, kind)))?
}

fn is_interval(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && matches!(text.get(digits..), Some("s" | "m" | "h" | "d" | "w" | "mo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_names() {
        for (name, found) in [
            ("2025_BTCUSDT_1m.csv", Some("BTCUSDT")),
            ("BTCUSDT_1m.csv", Some("BTCUSDT")),
            ("my ETHUSDT data 20240808.csv", Some("ETHUSDT")),
            ("1000PEPEUSDT.csv", Some("1000PEPEUSDT")),
            ("20240808.csv", None),
            ("usdm_btcusdt.gz", None),
        ] {
            assert_eq!(symbol(name).map(|symbol| symbol.to_string()).as_deref(), found, "{name}");
        }
    }

    #[test]
    fn names_of_dumps() {
        for (name, found) in [
            ("BTCUSDT-trades-2024-08-08.csv", Some(("BTCUSDT", "trades"))),
            ("BTCUSD_PERP-aggTrades-2024-08.csv", Some(("BTCUSD_PERP", "aggTrades"))),
            ("AVAXUSDT-1m-2026-02.csv", Some(("AVAXUSDT", "1m"))),
            ("BTCUSDT-1mo-2026-02.csv", Some(("BTCUSDT", "1mo"))),
            ("btcusdt-trades-2024-08-08.csv", None),
            ("BTCUSDT-notes-2024.csv", None),
            ("BTCUSDT_1m.csv", None),
        ] {
            let read = dump(name).map(|(symbol, kind)| (symbol.to_string(), kind));
            assert_eq!(read, found.map(|(symbol, kind)| (symbol.to_owned(), kind)), "{name}");
        }
    }
}
