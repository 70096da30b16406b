//! Stream names, and which events each carries.

use crate::demo::event::{DemoEvent, DemoKind};
use crate::domain::{Symbol, Timeframe};

/// Which of the two market data addresses serves a stream; the other acknowledges it and stays silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `/public`: books.
    Public,
    /// `/market`: trades and what is derived from them.
    Market,
}

/// What a stream carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamKind {
    /// `@aggTrade`
    AggTrade,
    /// `@bookTicker`
    BookTicker,
    /// `@depth`, `@depth@100ms` and its other speeds: all send every 100 ms.
    Depth,
    /// `@markPrice`, `@markPrice@1s`: both send every second.
    MarkPrice,
    /// `@forceOrder`
    ForceOrder,
    /// `@kline_1m` and so on.
    Kline(Timeframe),
}

/// A stream a client may subscribe to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    /// Its symbol; `None` for those of all symbols (`!forceOrder@arr`).
    pub symbol: Option<Symbol>,
    /// What it carries.
    pub kind: StreamKind,
}

impl Stream {
    /// Reads a stream's name. As on the exchange the symbol must be in lower case; `None` for a name it does not know, which
    /// the exchange acknowledges and never serves.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "!forceOrder@arr" {
            return Some(Self { symbol: None, kind: StreamKind::ForceOrder });
        }
        let (symbol, kind) = name.split_once('@')?;
        if symbol.chars().any(char::is_uppercase) {
            return None;
        }
        let kind = match kind {
            "aggTrade" => StreamKind::AggTrade,
            "bookTicker" => StreamKind::BookTicker,
            "depth" | "depth@0ms" | "depth@100ms" | "depth@250ms" | "depth@500ms" => StreamKind::Depth,
            "markPrice" | "markPrice@1s" => StreamKind::MarkPrice,
            "forceOrder" => StreamKind::ForceOrder,
            _ => StreamKind::Kline(kind.strip_prefix("kline_")?.parse().ok()?),
        };
        Some(Self { symbol: Some(Symbol::new(&symbol.to_uppercase()).ok()?), kind })
    }

    /// Where it is served.
    pub const fn route(&self) -> Route {
        match self.kind {
            StreamKind::BookTicker | StreamKind::Depth => Route::Public,
            _ => Route::Market,
        }
    }

    /// Whether the event belongs to it.
    pub fn carries(&self, event: &DemoEvent) -> bool {
        let same = match (&event.kind, self.kind) {
            (DemoKind::AggTrade(_), StreamKind::AggTrade)
            | (DemoKind::BookTicker(_), StreamKind::BookTicker)
            | (DemoKind::Depth(_), StreamKind::Depth)
            | (DemoKind::Mark(_), StreamKind::MarkPrice)
            | (DemoKind::Liquidation(_), StreamKind::ForceOrder) => true,
            (DemoKind::Kline(timeframe, _), StreamKind::Kline(wanted)) => *timeframe == wanted,
            _ => false,
        };
        same && self.symbol.is_none_or(|s| s == event.symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_streams() {
        let kind = |name: &str| Stream::parse(name).map(|s| (s.kind, s.route()));
        assert_eq!(kind("btcusdt@aggTrade"), Some((StreamKind::AggTrade, Route::Market)));
        assert_eq!(kind("btcusdt@depth"), kind("btcusdt@depth@100ms"));
        assert_eq!(kind("btcusdt@depth@0ms"), Some((StreamKind::Depth, Route::Public)));
        assert_eq!(kind("!forceOrder@arr"), Some((StreamKind::ForceOrder, Route::Market)));
        assert_eq!(kind("ethusdt@kline_5m"), Some((StreamKind::Kline(Timeframe::M5), Route::Market)));
        assert_eq!(Stream::parse("ethusdt@bookTicker").and_then(|s| s.symbol), Symbol::new("ETHUSDT").ok());
        for name in ["", "btcusdt", "BTCUSDT@aggTrade", "btcusdt@kline_", "btcusdt@trade", "@aggTrade", "\u{1b}@aggTrade"] {
            assert_eq!(Stream::parse(name), None, "{name:?}");
        }
    }
}
