//! A little session that is built in: a book, two orders, and what the market does meanwhile. The checks of recording and broker
//! run it.

use crate::domain::number::SCALE;
use crate::domain::{
    BookSnapshot, DepthDiff, EngineConfig, Event, Input, Instrument, Level, Market, Meta, Nanos, OrderKind, OrderRequest,
    Payload, Placement, Price, Qty, Side, Symbol, Trade, TradingAction, UserAction,
};
use crate::engine::Engine;

/// When it begins: a moment in the middle of a day.
const START: Nanos = Nanos::from_secs(1_700_000_000);
/// The account that trades.
pub const ACCOUNT: &str = "manual";

/// What it trades.
pub fn symbol() -> Symbol {
    Symbol::new("BTCUSDT").unwrap_or(Symbol::UNKNOWN)
}

/// Tenths, so that prices are written as whole numbers.
fn price(tenths: i64) -> Price {
    Price::from_units(tenths * (SCALE / 10))
}

fn qty(thousandths: i64) -> Qty {
    Qty::from_units(thousandths * (SCALE / 1_000))
}

fn level(tenths: i64, thousandths: i64) -> Level {
    (price(tenths), qty(thousandths))
}

/// The engine's settings: those of every session, so that the check is of what is used.
fn config() -> EngineConfig {
    EngineConfig::default()
}

/// The inputs, in order.
pub fn inputs() -> Vec<Input> {
    let symbol = symbol();
    let market = |event: Event| Payload::Market(Market::of(symbol, event));
    let act = |action: TradingAction| Payload::User(UserAction::Trading(Box::new(action)));
    let order = |request: OrderRequest| act(TradingAction::Order { account: ACCOUNT.into(), place: Placement::Single(request) });
    let trade = |id: u64, side: Side, tenths: i64, thousandths: i64| {
        market(Event::Trade(Trade { price: price(tenths), qty: qty(thousandths), side, id: Some(id), ex: None }))
    };
    let depth = |update: u64, bids: Vec<Level>, asks: Vec<Level>| {
        market(Event::Depth(DepthDiff { first: update, last: update, prev: Some(update - 1), bids, asks, ex: None }))
    };
    let book = BookSnapshot {
        last: 10,
        bids: vec![level(1_000, 1_000), level(990, 2_000)],
        asks: vec![level(1_010, 1_000), level(1_020, 2_000), level(1_030, 5_000)],
        ex: None,
    };
    let instrument =
        Instrument { symbol, tick: price(1), lot: qty(1), min_notional: price(50), base: "BTC".into(), quote: "USDT".into() };
    let meta = Meta {
        venue: "binance-futures".to_owned(),
        instruments: vec![instrument],
        app: format!("rtai-tui {}", crate::cli::version::SHORT),
        engine: config(),
    };
    let buy = OrderRequest::market(symbol, Side::Buy, qty(2_500));
    let sell =
        OrderRequest { kind: OrderKind::Limit { price: price(1_025) }, ..OrderRequest::market(symbol, Side::Sell, qty(2_500)) };
    let moments = [
        (0, Payload::Meta(Box::new(meta))),
        (0, act(TradingAction::Paper { on: true })),
        (0, market(Event::Book(book))),
        (100, order(buy)),
        // Before the order has arrived: it gets nothing of this.
        (120, trade(1, Side::Sell, 1_000, 100)),
        // The first event after it: it walks the book, 1 at 101 and 1.5 at 102.
        (200, depth(11, vec![level(1_000, 1_500)], vec![])),
        (400, order(sell)),
        (500, depth(12, vec![], vec![level(1_020, 500)])),
        // Trades through its price: it fills whole, at its own price, as a maker.
        (600, trade(2, Side::Buy, 1_026, 1_000)),
        (1_500, trade(3, Side::Sell, 1_000, 10)),
    ];
    let input = |(n, (millis, payload)): (usize, (i64, Payload))| Input {
        seq: n as u64 + 1,
        at: START + Nanos::from_millis(millis),
        payload,
    };
    moments.into_iter().enumerate().map(input).collect()
}

/// An engine that has seen these inputs, as a replay makes it.
pub fn engine(inputs: &[Input]) -> Engine {
    let mut engine = match inputs.first().map(|input| &input.payload) {
        Some(Payload::Meta(meta)) => Engine::from_meta(meta),
        _ => Engine::new(config(), ""),
    };
    for input in inputs {
        engine.apply(input);
    }
    engine
}
