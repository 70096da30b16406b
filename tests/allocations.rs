//! Once warm, an indicator of events takes no memory for what it is told, and an alert none for a check.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::alert;
use rtai_tui::book::{OrderBook, Top};
use rtai_tui::domain::{BookSnapshot, Liquidation, Nanos, Price, Qty, Side, Trade};
use rtai_tui::indicator::{Build, Flow, Moment, Setup};
use rtai_tui::indicators;

const MILLI: i64 = 1_000_000;

fn book(shift: i64) -> OrderBook {
    let level = |ticks: i64, qty: i64| (Price::from_units(6_000_000_000_000 + ticks * 10_000_000), Qty::from_units(qty));
    let mut book = OrderBook::default();
    book.reset(&BookSnapshot {
        last: 1,
        bids: (0..30).map(|i| level(shift - i, 1_000 + i * 31 + shift)).collect(),
        asks: (1..31).map(|i| level(shift + i, 900 + i * 17)).collect(),
        ex: None,
    });
    book
}

/// Tells an indicator of so many seconds, a hundred events each, and reads it after each of them.
fn tell(flow: &mut dyn Flow, from: i64, seconds: i64, books: &[OrderBook]) {
    let mut old: Option<Top> = None;
    for second in from..from + seconds {
        for part in 0..100 {
            let at = Nanos((second * 1_000 + part * 10) * MILLI);
            let book = &books[((second + part) % books.len() as i64) as usize];
            let ((bid, bid_qty), (ask, ask_qty)) = (book.best_bid().unwrap(), book.best_ask().unwrap());
            let top = Top { at, bid, bid_qty, ask, ask_qty, update_id: None };
            let side = if part % 3 == 0 { Side::Buy } else { Side::Sell };
            let qty = Qty::from_units(1_000_000 + part * 7_777);
            flow.on_top(at, old.as_ref(), &top);
            flow.on_book(at, book);
            flow.on_trade(at, &Trade { price: ask, qty, side, id: None, ex: None }, Some(&top));
            flow.on_liquidation(at, &Liquidation { side, price: bid, qty, ex: None });
            old = Some(top);
            let now = Moment { at, top: Some(&top), book: Ok(book), trades_down: None, book_down: None, futures: true };
            let _ = std::hint::black_box(flow.read(&now));
        }
        let end = Nanos((second + 1) * 1_000 * MILLI);
        flow.on_second(end, old.as_ref());
        flow.on_sample(end);
    }
}

#[test]
fn an_update_takes_no_memory_once_warm() {
    let books: Vec<OrderBook> = (0..5).map(book).collect();
    for spec in indicators::flow() {
        let Build::Flow(build) = spec.build else { continue };
        let mut flow = build(&Setup::of(spec).params);
        // The longest look-backs are 300 seconds.
        tell(&mut *flow, 1_722_945_600, 330, &books);
        let taken = allocation_counter::measure(|| tell(&mut *flow, 1_722_945_930, 30, &books));
        assert_eq!(taken.count_total, 0, "{}", spec.name);
    }
}

#[test]
fn a_check_of_an_alert_takes_no_memory_once_warm() {
    for text in [
        "price > 65000",
        "price crosses above 65000 for 5s",
        "!(ofi.z < -2 && vpin > 0.7) || rsi(14, 5m) < 30",
        "price > sma(20, 1m) * (1 + 0.5%) && volume(1m) > 2 * volume(1m, 1)",
        "price moves 2% in 15m || (bid + ask) / 2 moves 1% in 1s",
    ] {
        let expression = alert::parse(text).unwrap();
        let mut memory = expression.memory();
        // Prices go up and down within 15 minutes and come back, so that lists of what they were are as long as ever.
        let mut check = |from: i64, seconds: i64| {
            for tenth in from * 10..(from + seconds) * 10 {
                let price = 65_000.0 + (tenth % 6_000 - 3_000).abs() as f64;
                let verdict = expression.check(&mut memory, Nanos(tenth * 100 * MILLI), |input| price / (input + 1) as f64);
                std::hint::black_box(verdict);
            }
        };
        check(0, 3_600);
        let taken = allocation_counter::measure(|| check(3_600, 1_800));
        assert_eq!(taken.count_total, 0, "{text}");
    }
}
