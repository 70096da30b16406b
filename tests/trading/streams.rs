//! Random markets and random orders: what the properties of matching are looked at on.

use crate::stage::{Stage, qty, symbol};
use proptest::prelude::*;
use rtai_tui::book::OrderBook;
use rtai_tui::domain::{
    Level, Mark, Nanos, OrderKind, OrderRequest, Placement, Price, Qty, Side, Size, TimeInForce, Timeframe, TradingAction, Trail,
    TriggerBy,
};

/// Time of the beginning.
pub const START: Nanos = Nanos::from_secs(60_000_000);

/// One thing that happens. Prices are in half units around 100, quantities in hundredths.
#[derive(Debug, Clone)]
pub enum Op {
    Wait(u16),
    Trade(bool, i8, u16),
    Depth(bool, i8, u16),
    Book(i8, u16),
    Quote(i8, u16),
    Bar([i8; 4]),
    Mark(i8),
    Break,
    Order(Box<OrderRequest>),
    Oco(Box<[OrderRequest; 2]>),
    Bracket(Box<OrderRequest>, i8, i8),
    Cancel(u8),
    CancelAll,
    Amend(u8, Option<u16>, Option<i8>),
    Flatten,
}

pub fn at(step: i8) -> Price {
    Price::from_units(100_0000_0000 + i64::from(step) * 5000_0000)
}

pub fn much(hundredths: u16) -> Qty {
    Qty::from_units(i64::from(hundredths) * 100_0000)
}

fn side() -> impl Strategy<Value = Side> {
    any::<bool>().prop_map(|buy| if buy { Side::Buy } else { Side::Sell })
}

pub fn request() -> impl Strategy<Value = OrderRequest> {
    let size = prop_oneof![
        8 => (1_u16..600).prop_map(|n| Size::Qty(much(n))),
        1 => (10_u16..2_000).prop_map(|n| Size::Quote(Price::from_units(i64::from(n) * 1_0000_0000))),
        1 => (1_u32..5_000).prop_map(Size::Equity),
    ];
    let kind = prop_oneof![
        3 => Just(OrderKind::Market),
        6 => (-9_i8..9).prop_map(|p| OrderKind::Limit { price: at(p) }),
        1 => (-9_i8..9).prop_map(|p| OrderKind::Stop { stop: at(p) }),
        1 => (-9_i8..9, -9_i8..9).prop_map(|(s, p)| OrderKind::StopLimit { stop: at(s), price: at(p) }),
        1 => (-9_i8..9).prop_map(|p| OrderKind::TakeProfit { stop: at(p) }),
        1 => (1_i8..6).prop_map(|d| OrderKind::Trailing { by: Trail::Absolute(Price::from_units(i64::from(d) * 5000_0000)), from: None }),
        1 => (10_u32..300).prop_map(|b| OrderKind::Trailing { by: Trail::BasisPoints(b), from: None }),
    ];
    let tif = prop_oneof![
        6 => Just(TimeInForce::Gtc),
        1 => Just(TimeInForce::Ioc),
        1 => Just(TimeInForce::Fok),
        1 => (1_i64..2_000).prop_map(|ms| TimeInForce::Gtd(START + Nanos::from_millis(ms))),
    ];
    (side(), size, kind, tif, any::<[bool; 3]>(), 0_u8..8).prop_map(|(side, size, kind, tif, [post, reduce, mark], rare)| {
        // A size in money is for market orders only; post-only for limits only: few of the orders shall be refused at once.
        let size = if kind == OrderKind::Market {
            size
        } else if let Size::Qty(_) = size {
            size
        } else {
            Size::Qty(much(50))
        };
        let limit = matches!(kind, OrderKind::Limit { .. });
        OrderRequest {
            size,
            kind,
            tif: if limit || kind == OrderKind::Market { tif } else { TimeInForce::Gtc },
            post_only: post && limit && tif == TimeInForce::Gtc && rare < 3,
            reduce_only: reduce && rare == 0,
            trigger: if mark && rare == 1 { TriggerBy::Mark } else { TriggerBy::Last },
            ..OrderRequest::market(symbol(), side, qty("1"))
        }
    })
}

/// Things that happen where there is a book.
pub fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0_u16..120).prop_map(Op::Wait),
        8 => (any::<bool>(), -9_i8..9, 1_u16..500).prop_map(|(s, p, q)| Op::Trade(s, p, q)),
        10 => (any::<bool>(), -9_i8..9, 0_u16..500).prop_map(|(s, p, q)| Op::Depth(s, p, q)),
        1 => (-5_i8..5, 1_u16..300).prop_map(|(p, q)| Op::Book(p, q)),
        1 => Just(Op::Break),
        1 => (-9_i8..9).prop_map(Op::Mark),
        12 => request().prop_map(|r| Op::Order(Box::new(r))),
        1 => (request(), request()).prop_map(|(a, b)| Op::Oco(Box::new([a, b]))),
        1 => (request(), -9_i8..9, -9_i8..9).prop_map(|(r, s, t)| Op::Bracket(Box::new(r), s, t)),
        4 => (0_u8..40).prop_map(Op::Cancel),
        1 => Just(Op::CancelAll),
        2 => (0_u8..40, proptest::option::of(1_u16..600), proptest::option::of(-9_i8..9)).prop_map(|(k, q, p)| Op::Amend(k, q, p)),
        1 => Just(Op::Flatten),
    ]
}

/// Things that happen where there are trades and quotes.
pub fn op_without_book() -> impl Strategy<Value = Op> {
    op().prop_map(|op| match op {
        Op::Depth(_, p, q) | Op::Book(p, q) => Op::Quote(p, q.max(1)),
        other => other,
    })
}

/// Things that happen where there are bars alone.
pub fn op_on_bars() -> impl Strategy<Value = Op> {
    (op(), any::<[u8; 4]>()).prop_map(|(op, noise)| match op {
        Op::Depth(..) | Op::Book(..) | Op::Trade(..) | Op::Break => Op::Bar(noise.map(|n| (n % 19) as i8 - 9)),
        other => other,
    })
}

/// A random market at work.
#[derive(Debug, Clone)]
pub struct Stream {
    pub stage: Stage,
    pub now: Nanos,
}

impl Stream {
    pub fn new(stage: Stage) -> Self {
        Self { stage, now: START }
    }

    /// Does one thing on an account.
    pub fn go(&mut self, op: &Op, account: &str, parts: i64) {
        let stage = &mut self.stage;
        let name: std::sync::Arc<str> = account.into();
        let (before, now) = (self.now, &mut self.now);
        // Every event comes a millisecond after the one before, so that each can be told by its time.
        *now += Nanos::from_millis(1);
        if let Op::Wait(millis) = op {
            *now += Nanos::from_millis(i64::from(*millis));
        }
        let now = if let Op::Bar(_) = op {
            *now = now.floor_to(Nanos::SECOND) + Nanos::SECOND;
            *now
        } else {
            *now
        };
        for part in 1..parts {
            stage.wait(before + Nanos((now - before).0 * part / parts));
        }
        let place = |place| TradingAction::Order { account: name.clone(), place };
        match op {
            Op::Wait(_) => stage.wait(now),
            Op::Trade(buy, p, q) => stage.trade(now, if *buy { Side::Buy } else { Side::Sell }, at(*p), much(*q)),
            Op::Depth(bid, p, q) => {
                let (level, gone): (Level, _) = ((at(*p), much(*q)), Qty::ZERO);
                let Some(book) = &stage.market.0[0].book else { return stage.wait(now) };
                // A level that comes takes away what it crosses, as it does at an exchange.
                let crossed = |side| -> Vec<Level> {
                    let all = OrderBook::levels(book, side);
                    all.filter(|(other, _)| if *bid { *other <= level.0 } else { *other >= level.0 })
                        .map(|l| (l.0, gone))
                        .collect()
                };
                let other = if *bid { crossed(Side::Sell) } else { crossed(Side::Buy) };
                let other = if q == &0 { Vec::new() } else { other };
                if *bid { stage.depth(now, vec![level], other) } else { stage.depth(now, other, vec![level]) }
            }
            Op::Book(middle, q) => {
                let level = |step: i8, more: u16| (at(step), much(q + more));
                let bids = (0..6).map(|i| level(middle - 1 - i, i as u16 * 7)).collect();
                let asks = (0..6).map(|i| level(middle + 1 + i, i as u16 * 5)).collect();
                stage.book(now, bids, asks);
            }
            Op::Quote(middle, q) => stage.quote(now, (at(middle - 1), much(*q)), (at(middle + 1), much(q + 3))),
            Op::Bar([a, b, c, d]) => {
                let (high, low) = ((*a).max(*b).max(*c).max(*d), (*a).min(*b).min(*c).min(*d));
                stage.bar(now, Timeframe::S1, [at(*a), at(high), at(low), at(*d)]);
            }
            Op::Mark(p) => stage.mark(now, Mark { price: at(*p), index: None, funding: None, next: None }),
            Op::Break => stage.lose(now),
            Op::Order(request) => stage.act(now, &place(Placement::Single((**request).clone()))),
            Op::Oco(both) => stage.act(now, &place(Placement::Oco(both.clone()))),
            Op::Bracket(entry, s, t) => {
                stage.act(now, &place(Placement::Bracket { entry: entry.clone(), stop: Some(at(*s)), target: Some(at(*t)) }));
            }
            Op::Cancel(_) | Op::Amend(..) => {
                stage.wait(now);
                let view = stage.broker.view();
                let open = &view.account(account).unwrap().working;
                let (Op::Cancel(k) | Op::Amend(k, ..)) = op else { return };
                let Some(order) = open.get(usize::from(*k) % open.len().max(1)).map(|order| order.id) else {
                    return stage.wait(now);
                };
                if let Op::Amend(_, q, p) = op {
                    let (qty, price) = (q.map(much), p.map(at));
                    stage.act(now, &TradingAction::Amend { account: name, order, qty, price, stop: None });
                } else {
                    stage.act(now, &TradingAction::Cancel { account: name, order: Some(order), symbol: None });
                }
            }
            Op::CancelAll => stage.act(now, &TradingAction::Cancel { account: name, order: None, symbol: None }),
            Op::Flatten => stage.act(now, &TradingAction::Flatten { account: name, symbol: None }),
        }
    }
}

/// A book to begin with.
pub fn opening() -> Op {
    Op::Book(0, 100)
}
