//! What the broker costs an event: nothing while idle, and no allocation while an order rests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "trading/stage.rs"]
mod stage;

use rtai_tui::domain::{BrokerConfig, Nanos, OrderRequest, Placement, Side, Trade};
use stage::{Stage, price, qty, symbol};

const AT: Nanos = Nanos::from_secs(1_000);

/// A broker with a book, and with an order that rests far back in the queue.
fn stage(order: bool) -> Stage {
    let mut stage = Stage::new(&BrokerConfig::default(), "binance-futures");
    stage.book(AT, vec![(price("100"), qty("10000")), (price("99"), qty("5"))], vec![(price("101"), qty("5"))]);
    if order {
        stage.place(AT, Placement::Single(OrderRequest::limit(symbol(), Side::Buy, qty("1"), price("100"))));
        stage.wait(AT + Nanos::SECOND);
    }
    stage
}

fn allocations(stage: &mut Stage, mut event: impl FnMut(&mut Stage, i64)) -> u64 {
    // Whatever is made once is made now.
    (0..3).for_each(|i| event(stage, i));
    allocation_counter::measure(|| (3..1_003).for_each(|i| event(stage, i))).count_total
}

fn trade(stage: &mut Stage, i: i64) {
    let trade = Trade { price: price("100"), qty: qty("0.001"), side: Side::Sell, id: None, ex: None };
    let at = AT + Nanos::SECOND + Nanos(i);
    stage.broker.advance(at, &stage.market);
    stage.broker.on_trade(at, symbol(), &trade, &stage.market);
}

fn book(stage: &mut Stage, i: i64) {
    let at = AT + Nanos::SECOND + Nanos(i);
    let level = (price("100"), if i % 2 == 0 { qty("10001") } else { qty("10002") });
    stage.market.0[0].book.as_mut().unwrap().set(Side::Buy, level);
    stage.broker.advance(at, &stage.market);
    stage.broker.on_book(at, symbol(), &stage.market);
}

#[test]
fn an_idle_broker_and_a_resting_order_allocate_nothing() {
    for order in [false, true] {
        assert_eq!(allocations(&mut stage(order), trade), 0, "trades");
        assert_eq!(allocations(&mut stage(order), book), 0, "books");
    }
}

#[test]
fn a_position_is_valued_on_every_trade_without_allocating() {
    let mut stage = stage(false);
    stage.place(AT, Placement::Single(OrderRequest::market(symbol(), Side::Buy, qty("1"))));
    stage.wait(AT + Nanos::SECOND);
    book(&mut stage, 0);
    assert!(!stage.broker.is_idle());
    assert_eq!(
        allocations(&mut stage, |stage, i| {
            let trade = Trade {
                price: price(if i % 2 == 0 { "100" } else { "101" }),
                qty: qty("1"),
                side: Side::Sell,
                id: None,
                ex: None,
            };
            stage.broker.on_trade(AT + Nanos::SECOND + Nanos(i), symbol(), &trade, &stage.market);
        }),
        0
    );
    assert_ne!(stage.broker.view().account("manual").unwrap().max_drawdown, 0.0);
}

/// Time on the processor so far, which other programs on the machine do not lengthen.
fn busy() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
}

/// `cargo test --release --test broker_allocations -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn how_long_an_event_takes() {
    const TIMES: i64 = 2_000_000;
    let symbol = symbol();
    let trade = Trade { price: price("100"), qty: qty("0.001"), side: Side::Sell, id: None, ex: None };
    let levels = [(price("100"), qty("10001")), (price("100"), qty("10002"))];
    for order in [false, true] {
        let what = if order { "one resting order" } else { "idle" };
        let (mut stage, begin) = (stage(order), busy());
        for i in 0..TIMES {
            let at = AT + Nanos::SECOND + Nanos(i);
            stage.broker.advance(at, &stage.market);
            stage.broker.on_trade(at, symbol, std::hint::black_box(&trade), &stage.market);
        }
        println!("trade, {what}: {:.1} ns", (busy() - begin) as f64 / TIMES as f64);
        let (mut stage, begin) = (self::stage(order), busy());
        for i in 0..TIMES {
            let at = AT + Nanos::SECOND + Nanos(i);
            if let Some(book) = &mut stage.market.0[0].book {
                book.set(Side::Buy, std::hint::black_box(levels[(i % 2) as usize]));
            }
            stage.broker.advance(at, &stage.market);
            stage.broker.on_book(at, symbol, &stage.market);
        }
        println!("book, {what}: {:.1} ns", (busy() - begin) as f64 / TIMES as f64);
    }
}
