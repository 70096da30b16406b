//! What the demo market is made of: its symbols, their rules and their temper.

use crate::domain::{Instrument, Nanos, Price, Qty, Symbol, Timeframe};

/// Settings of a [`super::DemoMarket`]; with them all that it will ever do is decided.
#[derive(Debug, Clone)]
pub struct DemoConfig {
    /// Seed of everything random.
    pub seed: u64,
    /// What is traded. Symbols that follow another need it earlier in the list.
    pub symbols: Vec<SymbolConfig>,
    /// Engine time at which trading begins; the history ends here.
    pub start: Nanos,
    /// Timeframes of which [`super::DemoKind::Kline`] events are made; those shorter than a minute are ignored.
    pub kline_streams: Vec<Timeframe>,
    /// How much faster everybody acts and prices move than on a real market, 0.05 to 100; times stay true, so that faster
    /// means busier, and a bar of a minute still lasts a minute.
    pub speed: f64,
}

impl DemoConfig {
    /// The default market: five symbols, one-minute klines.
    pub fn new(seed: u64, start: Nanos) -> Self {
        Self { seed, symbols: SymbolConfig::defaults(), start, kline_streams: vec![Timeframe::M1], speed: 1.0 }
    }
}

/// How a symbol's own price component moves beside the market's common factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnMove {
    /// How much of the common factor's logarithm it takes on.
    pub beta: f64,
    /// Half-life of the own component in seconds; it returns to zero.
    pub half_life: f64,
    /// Standing deviation of the own component's logarithm; 0 for none.
    pub deviation: f64,
    /// Whether it turns gradually: rather than being a walk pulled back to zero it follows one, with the same half-life.
    pub gradual: bool,
    /// Half-life in seconds and standing deviation of a second part that is back at once, as when one market is late by a
    /// few seconds; 0 for none.
    pub quick: (f64, f64),
}

/// One symbol of the demo market.
#[derive(Debug, Clone)]
pub struct SymbolConfig {
    /// Its name, such as `BTCUSDT`.
    pub symbol: Symbol,
    /// What is bought, such as `BTC`.
    pub base: String,
    /// The price at the start, quote units.
    pub price: f64,
    /// Prices are multiples of this.
    pub tick: Price,
    /// Quantities are multiples of this.
    pub lot: Qty,
    /// The least price × quantity of an order.
    pub min_notional: Price,
    /// How busy it is; 1 is ten to fifteen taker orders a second.
    pub activity: f64,
    /// Scale of order sizes in quote units; 1,000 is a typical taker's median.
    pub size: f64,
    /// How its price moves.
    pub own: OwnMove,
}

impl SymbolConfig {
    /// The symbols of the default market, prices as of late 2026. ETHUSDT is cointegrated with BTCUSDT: its own component
    /// strays by 13 basis points and turns within minutes, and a smaller part of it is back within seconds, so that the pair
    /// shows both on bars of a minute and on bars of a few seconds. All others go their own way for days.
    pub fn defaults() -> Vec<Self> {
        let row = |base: &str, price, tick, lot, min, activity, size, own: (f64, f64, f64)| {
            let symbol = Symbol::new(&format!("{base}USDT")).unwrap_or(Symbol::UNKNOWN);
            let (beta, half_life, deviation) = own;
            Self {
                symbol,
                base: base.to_owned(),
                price,
                tick: Price::from_units(tick),
                lot: Qty::from_units(lot),
                min_notional: Price::from_units(min),
                activity,
                size,
                own: OwnMove { beta, half_life, deviation, gradual: false, quick: (0.0, 0.0) },
            }
        };
        const DAY: f64 = 86_400.0;
        let mut ether = row("ETH", 2_690.17, 1_000_000, 100_000, 2_000_000_000, 0.8, 800.0, (1.05, 200.0, 0.0013));
        ether.own = OwnMove { gradual: true, quick: (9.0, 0.000_43), ..ether.own };
        vec![
            row("BTC", 84_551.0, 10_000_000, 100_000, 5_000_000_000, 1.0, 1_000.0, (1.0, DAY, 0.0)),
            ether,
            row("SOL", 126.4, 1_000_000, 1_000_000, 500_000_000, 0.45, 400.0, (1.2, 2.0 * DAY, 0.035)),
            row("XRP", 1.9134, 10_000, 10_000_000, 500_000_000, 0.35, 300.0, (0.9, 2.0 * DAY, 0.04)),
            row("DOGE", 0.14512, 1_000, 100_000_000, 500_000_000, 0.3, 250.0, (1.25, 2.0 * DAY, 0.04)),
        ]
    }

    /// Its trading rules.
    pub fn instrument(&self) -> Instrument {
        Instrument {
            symbol: self.symbol,
            tick: self.tick,
            lot: self.lot,
            min_notional: self.min_notional,
            base: self.base.clone(),
            quote: "USDT".to_owned(),
        }
    }
}
