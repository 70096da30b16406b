//! A broker with a market of its own, driven one event at a time: what scenarios and properties are told on.
#![allow(dead_code)]

use rtai_tui::book::{OrderBook, Top};
use rtai_tui::broker::{Broker, MarketSight, Markets};
use rtai_tui::domain::{
    Bar, BookSnapshot, BrokerConfig, DepthDiff, Instrument, Level, Mark, Nanos, Placement, Price, Qty, Side, Symbol, Timeframe,
    Trade, TradingAction, Volume,
};

/// One symbol's market, as little of it as the broker looks at.
#[derive(Debug, Clone)]
pub struct Market {
    pub instrument: Instrument,
    pub book: Option<OrderBook>,
    pub top: Option<Top>,
    pub last: Option<Price>,
    pub mark: Option<Price>,
    pub volume: f64,
    pub bars_only: bool,
    pub lag: Option<Nanos>,
}

/// All markets.
#[derive(Debug, Clone, Default)]
pub struct Tiny(pub Vec<Market>);

impl Markets for Tiny {
    fn market(&self, symbol: Symbol) -> Option<MarketSight<'_>> {
        let market = self.0.iter().find(|market| market.instrument.symbol == symbol)?;
        Some(MarketSight {
            instrument: &market.instrument,
            book: market.book.as_ref(),
            top: market.top.as_ref(),
            last: market.last,
            mark: market.mark,
            volume: market.volume,
            lag: market.lag,
            bars_only: market.bars_only,
        })
    }
}

/// A broker and its market.
#[derive(Debug, Clone)]
pub struct Stage {
    pub broker: Broker,
    pub market: Tiny,
    pub venue: String,
    pub config: BrokerConfig,
}

pub fn price(text: &str) -> Price {
    Price::parse(text.as_bytes()).unwrap_or_else(|_| panic!("{text} is no price"))
}

pub fn qty(text: &str) -> Qty {
    Qty::parse(text.as_bytes()).unwrap_or_else(|_| panic!("{text} is no quantity"))
}

pub fn symbol() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

/// Tick 0.1, lot 0.001, at least 5 USDT.
pub fn instrument() -> Instrument {
    Instrument {
        symbol: symbol(),
        tick: price("0.1"),
        lot: qty("0.001"),
        min_notional: price("5"),
        base: "BTC".into(),
        quote: "USDT".into(),
    }
}

impl Stage {
    /// A broker that is on, at a venue, with one symbol of which nothing is known yet.
    pub fn new(config: &BrokerConfig, venue: &str) -> Self {
        let market = Market {
            instrument: instrument(),
            book: None,
            top: None,
            last: None,
            mark: None,
            volume: 0.0,
            bars_only: false,
            lag: None,
        };
        let mut stage = Self {
            broker: Broker::new(config, venue, 1),
            market: Tiny(vec![market]),
            venue: venue.into(),
            config: config.clone(),
        };
        stage.act(Nanos::ZERO, &TradingAction::Paper { on: true });
        stage
    }

    fn one(&mut self) -> &mut Market {
        &mut self.market.0[0]
    }

    /// Time passes: what is due is done.
    pub fn wait(&mut self, to: Nanos) {
        self.broker.advance(to, &self.market);
    }

    pub fn act(&mut self, at: Nanos, action: &TradingAction) {
        self.wait(at);
        self.broker.act(at, action, &self.market);
    }

    pub fn place(&mut self, at: Nanos, place: Placement) {
        self.act(at, &TradingAction::Order { account: "manual".into(), place });
    }

    pub fn trade(&mut self, at: Nanos, side: Side, price: Price, qty: Qty) {
        self.wait(at);
        self.one().last = Some(price);
        self.one().volume += qty.to_f64();
        self.broker.on_trade(at, symbol(), &Trade { price, qty, side, id: None, ex: None }, &self.market);
    }

    pub fn quote(&mut self, at: Nanos, bid: Level, ask: Level) {
        self.wait(at);
        self.one().top = Some(Top { at, bid: bid.0, bid_qty: bid.1, ask: ask.0, ask_qty: ask.1, update_id: None });
        self.broker.on_quote(at, symbol(), &self.market);
    }

    pub fn book(&mut self, at: Nanos, bids: Vec<Level>, asks: Vec<Level>) {
        self.wait(at);
        let mut book = OrderBook::default();
        book.reset(&BookSnapshot { bids, asks, ..BookSnapshot::default() });
        self.one().book = Some(book);
        self.broker.on_book(at, symbol(), &self.market);
    }

    pub fn depth(&mut self, at: Nanos, bids: Vec<Level>, asks: Vec<Level>) {
        self.wait(at);
        if let Some(book) = &mut self.one().book {
            book.apply(&DepthDiff { bids, asks, ..DepthDiff::default() });
        }
        self.broker.on_book(at, symbol(), &self.market);
    }

    pub fn bar(&mut self, at: Nanos, tf: Timeframe, prices: [Price; 4]) {
        self.wait(at);
        let [open, high, low, close] = prices;
        let bar =
            Bar { start: at - tf.nanos(), open, high, low, close, volume: Volume::ZERO, buy_volume: Volume::ZERO, trades: 1 };
        self.one().bars_only = true;
        self.one().last = Some(close);
        self.broker.on_bar(at, symbol(), &bar, tf, &self.market);
    }

    pub fn mark(&mut self, at: Nanos, mark: Mark) {
        self.wait(at);
        self.one().mark = Some(mark.price);
        self.broker.on_mark(at, symbol(), &mark, &self.market);
    }

    /// The link is lost, and the book with it.
    pub fn lose(&mut self, at: Nanos) {
        self.wait(at);
        self.one().book = None;
        self.one().top = None;
        self.broker.on_break(at, symbol());
    }

    /// The program ends and begins anew: what was saved is put back, and of the market nothing is known.
    pub fn restart(&mut self, at: Nanos) {
        self.wait(at);
        let saved = self.broker.save();
        let text = serde_json::to_string(&saved).unwrap();
        let saved = serde_json::from_str(&text).unwrap();
        self.broker = Broker::new(&self.config, &self.venue, 1);
        let instrument = self.one().instrument.clone();
        *self.one() =
            Market { instrument, book: None, top: None, last: None, mark: None, volume: 0.0, bars_only: false, lag: None };
        self.broker.act(at, &TradingAction::Restore { saved }, &self.market);
    }

    pub fn hash(&self) -> u64 {
        use std::hash::Hasher;
        let mut hasher = siphasher::sip::SipHasher13::new();
        self.broker.hash_into(&mut hasher);
        hasher.finish()
    }
}
