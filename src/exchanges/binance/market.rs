//! What differs between Binance's two markets: addresses, connections, limits.

use crate::domain::{LinkScope, Nanos, Symbol, Timeframe};
use crate::feed::{ConnId, Connection, Venue};
use std::fmt::Write;

/// USDⓈ-M futures.
pub const USDM: &Venue = &Venue {
    name: "binance-futures",
    title: "Binance USDⓈ-M futures",
    ws_url: "wss://fstream.binance.com",
    rest_url: "https://fapi.binance.com",
    weight_per_minute: 2_400,
};

/// Spot.
pub const SPOT: &Venue = &Venue {
    name: "binance-spot",
    title: "Binance spot",
    ws_url: "wss://stream.binance.com:9443",
    rest_url: "https://api.binance.com",
    weight_per_minute: 6_000,
};

/// How long Binance keeps a connection.
const LIFETIME: Nanos = Nanos::from_secs(24 * 3_600);

/// Since 2026 the futures serve order books and trades from different addresses; a stream asked for at the wrong one is
/// acknowledged and stays silent.
const USDM_CONNECTIONS: &[Connection] = &[
    Connection { id: ConnId(0), name: "public", path: "/public/stream", messages_per_second: 10, lifetime: LIFETIME },
    Connection { id: ConnId(1), name: "market", path: "/market/stream", messages_per_second: 10, lifetime: LIFETIME },
];

const SPOT_CONNECTIONS: &[Connection] =
    &[Connection { id: ConnId(0), name: "stream", path: "/stream", messages_per_second: 5, lifetime: LIFETIME }];

/// A market of Binance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Market {
    /// USDⓈ-margined futures.
    UsdM,
    /// Spot.
    Spot,
}

/// What can be subscribed to for a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Quotes,
    Depth,
    Trades,
    Marks,
    Liquidations,
}

impl Channel {
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Quotes => "bookTicker",
            Self::Depth => "depth@100ms",
            Self::Trades => "aggTrade",
            Self::Marks => "markPrice@1s",
            Self::Liquidations => "forceOrder",
        }
    }

    /// How long it may be silent before that is worth saying. Liquidations may not come for days.
    pub(super) const fn patience(self) -> Option<Nanos> {
        match self {
            Self::Quotes | Self::Depth | Self::Marks => Some(Nanos::from_secs(10)),
            Self::Trades => Some(Nanos::from_secs(60)),
            Self::Liquidations => None,
        }
    }
}

impl Market {
    pub(super) const fn venue(self) -> &'static Venue {
        match self {
            Self::UsdM => USDM,
            Self::Spot => SPOT,
        }
    }

    pub(super) const fn connections(self) -> &'static [Connection] {
        match self {
            Self::UsdM => USDM_CONNECTIONS,
            Self::Spot => SPOT_CONNECTIONS,
        }
    }

    pub(super) const fn channels(self) -> &'static [(Channel, ConnId)] {
        match self {
            Self::UsdM => &[
                (Channel::Quotes, ConnId(0)),
                (Channel::Depth, ConnId(0)),
                (Channel::Trades, ConnId(1)),
                (Channel::Marks, ConnId(1)),
                (Channel::Liquidations, ConnId(1)),
            ],
            Self::Spot => &[(Channel::Quotes, ConnId(0)), (Channel::Depth, ConnId(0)), (Channel::Trades, ConnId(0))],
        }
    }

    /// Which data is lost with a connection.
    pub(super) const fn scope(self, conn: ConnId) -> LinkScope {
        match (self, conn.0) {
            (Self::Spot, _) => LinkScope::All,
            (Self::UsdM, 0) => LinkScope::Book,
            (Self::UsdM, _) => LinkScope::Trades,
        }
    }

    /// How long nothing at all may come on a connection before it counts as dead: futures send prices every second, a quiet
    /// spot pair may have nothing to say for a while.
    pub(super) const fn quiet_limit(self) -> Nanos {
        match self {
            Self::UsdM => Nanos::from_secs(10),
            Self::Spot => Nanos::from_secs(60),
        }
    }

    const fn base(self) -> &'static str {
        match self {
            Self::UsdM => "/fapi/v1",
            Self::Spot => "/api/v3",
        }
    }

    /// Path and weight of an order-book snapshot of 1000 levels.
    pub(super) fn snapshot(self, symbol: Symbol) -> (String, u32) {
        let weight = if self == Self::UsdM { 20 } else { 50 };
        (format!("{}/depth?symbol={}&limit=1000", self.base(), encoded(&symbol)), weight)
    }

    /// Path and weight of the trading rules: of these symbols on spot, whose whole list is large, else of all.
    pub(super) fn instruments(self, symbols: Option<&[Symbol]>) -> (String, u32) {
        match (self, symbols) {
            (Self::UsdM, _) => ("/fapi/v1/exchangeInfo".to_owned(), 1),
            (Self::Spot, None) => ("/api/v3/exchangeInfo?permissions=SPOT&showPermissionSets=false".to_owned(), 20),
            (Self::Spot, Some(symbols)) => {
                let names: Vec<&str> = symbols.iter().map(Symbol::as_str).collect();
                let list = serde_json::to_string(&names).unwrap_or_default();
                (format!("/api/v3/exchangeInfo?symbols={}", encoded(&list)), 20)
            }
        }
    }

    /// Path and weight of the exchange's clock.
    pub(super) fn time(self) -> (String, u32) {
        (format!("{}/time", self.base()), 1)
    }

    /// Path and weight of bars that start before a moment, or of the latest; `None` where the market has no such bars.
    pub(super) fn history(self, symbol: Symbol, timeframe: Timeframe, before: Option<Nanos>) -> Option<(String, u32)> {
        let offered = match timeframe {
            Timeframe::S1 => self == Self::Spot,
            Timeframe::S5 | Timeframe::S15 => false,
            other => Timeframe::ALL.contains(&other),
        };
        if !offered {
            return None;
        }
        let limit = match (timeframe, self) {
            (tf, Self::UsdM) if tf <= Timeframe::M1 => 1_500,
            (tf, _) if tf >= Timeframe::D1 => 500,
            _ => 1_000,
        };
        let weight = match (self, limit) {
            (Self::Spot, _) => 2,
            (Self::UsdM, ..1_001) => 5,
            (Self::UsdM, _) => 10,
        };
        let mut path = format!("{}/klines?symbol={}&interval={timeframe}&limit={limit}", self.base(), encoded(&symbol));
        if let Some(before) = before {
            // The exchange includes bars that start at its end time.
            let _ = write!(path, "&endTime={}", before.millis().saturating_sub(1).max(0));
        }
        Some((path, weight))
    }
}

/// Percent-encoded for a query.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_carry_what_the_exchange_expects() {
        let btc = Symbol::new("BTCUSDT").unwrap();
        let odd = Symbol::new("牛来USDT").unwrap();
        assert_eq!(Market::UsdM.snapshot(odd), ("/fapi/v1/depth?symbol=%E7%89%9B%E6%9D%A5USDT&limit=1000".to_owned(), 20));
        assert_eq!(Market::Spot.snapshot(btc).1, 50);
        assert_eq!(Market::Spot.instruments(Some(&[btc])), ("/api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%5D".to_owned(), 20));
        let (path, weight) = Market::UsdM.history(btc, Timeframe::M1, Some(Nanos::from_secs(60))).unwrap();
        assert_eq!((path.as_str(), weight), ("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500&endTime=59999", 10));
        let (path, weight) = Market::Spot.history(btc, Timeframe::D1, None).unwrap();
        assert_eq!((path.as_str(), weight), ("/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=500", 2));
        assert!(Market::UsdM.history(btc, Timeframe::S1, None).is_none());
        assert!(Market::Spot.history(btc, Timeframe::S1, None).is_some());
    }
}
