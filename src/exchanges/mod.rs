//! The catalogue of exchanges: one folder per exchange, one line here per market of it.

pub mod binance;

use crate::domain::Symbol;
use crate::feed::{Feed, Venue};
use binance::{Binance, FeedConfig};

/// One market that can be followed live and whose raw captures can be imported.
#[derive(Debug, Clone, Copy)]
pub struct Exchange {
    /// Name, title and addresses.
    pub venue: &'static Venue,
    live: fn(Vec<Symbol>) -> Box<dyn Feed>,
    import: fn() -> Box<dyn Feed>,
}

impl Exchange {
    /// Its name in the command line, config and recordings.
    pub const fn name(&self) -> &'static str {
        self.venue.name
    }

    /// A feed of live data for these symbols.
    pub fn live(&self, symbols: Vec<Symbol>) -> Box<dyn Feed> {
        (self.live)(symbols)
    }

    /// A feed that decodes raw captures: it asks for nothing and takes whatever symbols come.
    pub fn import(&self) -> Box<dyn Feed> {
        (self.import)()
    }
}

/// Every market, in the order of help texts; the first is the default.
pub const EXCHANGES: &[Exchange] = &[
    Exchange {
        venue: binance::USDM,
        live: |symbols| Box::new(Binance::new(binance::Market::UsdM, FeedConfig::live(symbols))),
        import: || Box::new(Binance::new(binance::Market::UsdM, FeedConfig::import())),
    },
    Exchange {
        venue: binance::SPOT,
        live: |symbols| Box::new(Binance::new(binance::Market::Spot, FeedConfig::live(symbols))),
        import: || Box::new(Binance::new(binance::Market::Spot, FeedConfig::import())),
    },
];

/// The market of that name.
pub fn find(name: &str) -> Option<&'static Exchange> {
    EXCHANGES.iter().find(|exchange| exchange.name() == name)
}

/// A live feed of the market of that name; `None` when there is no such market.
pub fn create(name: &str, symbols: Vec<Symbol>) -> Option<Box<dyn Feed>> {
    find(name).map(|exchange| exchange.live(symbols))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_market_is_found_by_its_own_name() {
        for exchange in EXCHANGES {
            let feed = create(exchange.name(), vec![Symbol::new("BTCUSDT").unwrap()]).unwrap();
            assert_eq!(feed.venue().name, exchange.name());
            assert!(!exchange.venue.title.is_empty() && !feed.connections().is_empty());
            for (i, connection) in feed.connections().iter().enumerate() {
                assert_eq!(usize::from(connection.id.0), i);
                assert!(!feed.subscriptions(connection.id).is_empty(), "{}", connection.name);
            }
            assert!(exchange.import().streams().is_empty());
        }
        assert!(create("nowhere", Vec::new()).is_none());
    }
}
