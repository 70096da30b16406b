//! Resting orders in a real market fill when hftbacktest 2.4.4 fills them (`tests/reference/queue.py`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "trading/stage.rs"]
mod stage;

use rtai_tui::domain::{BrokerConfig, Latency, Level, Nanos, OrderRequest, Placement, Price, Qty, QueueModel, Side, Timeframe};
use stage::{Stage, qty, symbol};
use std::io::Read;

const START: Nanos = Nanos::from_secs(1_723_161_254);

#[derive(serde::Deserialize)]
struct Order {
    at: i64,
    side: String,
    tick: i64,
    risk_averse: Option<i64>,
    power: Option<i64>,
}

fn price(tick: &str) -> Price {
    Price::from_units(tick.parse::<i64>().unwrap() * 10_000_000)
}

fn levels(text: &str) -> Vec<Level> {
    let level = |text: &str| {
        let (tick, lots) = text.split_once(':').unwrap();
        (price(tick), Qty::from_units(lots.parse::<i64>().unwrap() * 100_000))
    };
    text.split_whitespace().map(level).collect()
}

/// When each order fills, nanoseconds since the start.
fn fills(market: &str, orders: &[Order], queue: QueueModel) -> Vec<Option<i64>> {
    let config = BrokerConfig {
        queue,
        latency: Latency::Constant { entry: Nanos::ZERO, response: Nanos::ZERO },
        ..BrokerConfig::default()
    };
    let mut stage = Stage::new(&config, "binance-futures");
    let name = |i: usize| format!("order {i}");
    (0..orders.len()).for_each(|i| stage.broker.open_account(START, &name(i), None, Timeframe::M1));
    let (mut next, mut now) = (0, START);
    for line in market.lines() {
        let mut parts = line.splitn(3, ' ');
        let (kind, wait, rest) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        now += Nanos(wait.parse().unwrap());
        while let Some(order) = orders.get(next).filter(|order| START + Nanos(order.at) < now) {
            let side = if order.side == "buy" { Side::Buy } else { Side::Sell };
            let request = OrderRequest::limit(symbol(), side, qty("0.001"), price(&order.tick.to_string()));
            let at = START + Nanos(order.at);
            stage.broker.submit(at, &name(next), &Placement::Single(request), &stage.market).unwrap();
            next += 1;
        }
        if kind == "T" {
            let words: Vec<&str> = rest.split(' ').collect();
            let side = if words[0] == "s" { Side::Sell } else { Side::Buy };
            stage.trade(now, side, price(words[1]), Qty::from_units(words[2].parse::<i64>().unwrap() * 100_000));
        } else {
            let (bids, asks) = rest.trim_start_matches("b ").split_once('a').unwrap();
            if kind == "S" {
                stage.book(now, levels(bids), levels(asks));
            } else {
                stage.depth(now, levels(bids), levels(asks));
            }
        }
    }
    let view = stage.broker.view();
    (0..orders.len()).map(|i| view.account(&name(i)).unwrap().fills.first().map(|fill| (fill.at - START).0)).collect()
}

#[test]
fn resting_orders_fill_when_hftbacktest_fills_them() {
    let packed = include_bytes!("reference/queue_market.txt.gz");
    let mut market = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut market).unwrap();
    let orders: Vec<Order> = serde_json::from_str(include_str!("reference/queue.json")).unwrap();
    for (name, model) in [("risk-averse", QueueModel::RiskAverse), ("power(3)", QueueModel::Power(3.0))] {
        let ours = fills(&market, &orders, model);
        let mut differ = 0;
        for (i, (order, ours)) in orders.iter().zip(&ours).enumerate() {
            let theirs = if model == QueueModel::RiskAverse { order.risk_averse } else { order.power };
            if *ours != theirs {
                differ += 1;
                println!(
                    "{name}: order {i}, {} at {} sent {}: ours {ours:?}, theirs {theirs:?}",
                    order.side, order.tick, order.at
                );
            }
        }
        println!("{name}: {} of {} orders alike", orders.len() - differ, orders.len());
        assert!(differ == 0, "{name}: {differ} of {} orders fill at another time", orders.len());
    }
}
