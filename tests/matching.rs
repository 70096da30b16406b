//! What must hold of the simulated exchange whatever comes: looked at on thousands of random markets with random orders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "trading/stage.rs"]
mod stage;
#[path = "trading/streams.rs"]
mod streams;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rtai_tui::broker::{BrokerEvent, Happening};
use rtai_tui::domain::trading::MANUAL;
use rtai_tui::domain::{
    BrokerConfig, Fill, Latency, Money, Nanos, OrderId, OrderKind, OrderState, OrderView, Price, Profile, Qty, QueueModel, Side,
    Size, Slippage, money,
};
use stage::Stage;
use std::collections::BTreeMap;
use std::sync::Arc;
use streams::{Op, START, Stream, op, op_on_bars, op_without_book, opening};

/// Streams that are looked at in all: 10,000 with books, and half as many of each other kind of market.
const CASES: u32 = 10_000;

fn config() -> impl Strategy<Value = BrokerConfig> {
    let queue = prop_oneof![
        Just(QueueModel::RiskAverse),
        Just(QueueModel::Power(3.0)),
        Just(QueueModel::Power(1.5)),
        Just(QueueModel::Log),
        Just(QueueModel::Front)
    ];
    let latency = prop_oneof![
        Just(Latency::default()),
        Just(Latency::Constant { entry: Nanos::ZERO, response: Nanos::ZERO }),
        Just(Latency::Uniform { least: Nanos::from_millis(1), most: Nanos::from_millis(90) })
    ];
    let profile = prop_oneof![6 => Just(Profile::Realistic), 1 => Just(Profile::Simple), 1 => Just(Profile::MockBroker)];
    let slippage =
        prop_oneof![Just(Slippage::None), Just(Slippage::Fixed(1.5)), Just(Slippage::Uniform(3.0)), Just(Slippage::Impact(4.0))];
    (queue, latency, profile, slippage).prop_map(|(queue, latency, profile, slippage)| BrokerConfig {
        profile,
        latency,
        queue,
        slippage,
        ..BrokerConfig::default()
    })
}

/// Most basis points a taker without a book can lose.
const MOST_BPS: f64 = 4.0;

/// What is known of an order from what was said of it.
struct Seen {
    order: Arc<OrderView>,
    /// The step at which something last made it what it is: sent, set off, come up from a bracket.
    caused: usize,
    filled: Qty,
    paid: Money,
    ended: bool,
}

/// Reads what a broker says and checks it against the market as it was at that step.
struct Judge {
    orders: BTreeMap<OrderId, Seen>,
    position: Qty,
    last_fill: u64,
    said: u64,
    /// Per level of the book: what was displayed, and what takers had of it since.
    levels: BTreeMap<(bool, Price), (Qty, Qty)>,
}

macro_rules! must {
    ($condition:expr, $($text:tt)*) => { if !$condition { return Err(TestCaseError::fail(format!($($text)*))); } };
}

impl Judge {
    fn new(stream: &Stream) -> Self {
        Self {
            orders: BTreeMap::new(),
            position: Qty::ZERO,
            last_fill: 0,
            said: stream.stage.broker.last_event(),
            levels: BTreeMap::new(),
        }
    }

    /// Looks at all that was said since the last time. `step` numbers the events; `bars` says that an event lasts.
    fn look(&mut self, stream: &Stream, op: &Op, step: usize, config: &BrokerConfig) -> Result<(), TestCaseError> {
        if let Some(book) = &stream.stage.market.0[0].book {
            let now: BTreeMap<(bool, Price), Qty> =
                [Side::Buy, Side::Sell].iter().flat_map(|s| book.levels(*s).map(|l| ((*s == Side::Buy, l.0), l.1))).collect();
            self.levels.retain(|key, (shown, _)| now.get(key) == Some(shown));
            for (key, shown) in now {
                self.levels.entry(key).or_insert((shown, Qty::ZERO));
            }
        } else {
            self.levels.clear();
        }
        let events: Vec<BrokerEvent> = stream.stage.broker.events_after(self.said).cloned().collect();
        for event in &events {
            must!(event.number == self.said + 1, "event {} follows {}", event.number, self.said);
            self.said = event.number;
            match &event.what {
                Happening::Order(order) => self.order(order, step, event.at == stream.now)?,
                Happening::Fill(fill) => self.fill(fill, stream, op, step, config)?,
                _ => {}
            }
        }
        self.compare(stream)
    }

    /// `now` says that it happened with the event of this step, and not at a time before it.
    fn order(&mut self, order: &Arc<OrderView>, step: usize, now: bool) -> Result<(), TestCaseError> {
        // What closes a position by hand comes up when the message arrives, at a time of its own; by force, with an event.
        let caused = if order.state == OrderState::Pending || &*order.reason == "liquidated" { step } else { 0 };
        let seen = self.orders.entry(order.id).or_insert(Seen {
            order: order.clone(),
            caused,
            filled: Qty::ZERO,
            paid: Money::ZERO,
            ended: false,
        });
        must!(!seen.ended, "order {} was {} and came back as {}", order.id, seen.order.state, order.state);
        let was = &seen.order;
        let came_up =
            was.state == OrderState::Pending && order.state != OrderState::Pending && was.qty.is_zero() && order.linked.is_some();
        if now && ((order.triggered && !was.triggered) || came_up) {
            seen.caused = step;
        }
        must!(
            order.filled == seen.filled && order.paid == seen.paid,
            "order {} has traded {} of {}",
            order.id,
            seen.filled,
            order.filled
        );
        must!(order.filled <= order.qty, "order {} of {} has traded {}", order.id, order.qty, order.filled);
        must!(order.state != OrderState::Filled || order.filled == order.qty, "filled with {} of {}", order.filled, order.qty);
        must!(
            !matches!(order.state, OrderState::Cancelled | OrderState::Rejected | OrderState::Expired)
                || !order.reason.is_empty(),
            "order {} is {} for no reason",
            order.id,
            order.state
        );
        seen.ended = !order.state.is_open();
        seen.order = order.clone();
        Ok(())
    }

    fn fill(&mut self, fill: &Fill, stream: &Stream, op: &Op, step: usize, config: &BrokerConfig) -> Result<(), TestCaseError> {
        self.last_fill += 1;
        must!(fill.number == self.last_fill, "fill {} follows {}", fill.number, self.last_fill - 1);
        let Some(seen) = self.orders.get_mut(&fill.order) else {
            return Err(TestCaseError::fail(format!("fill of order {} nobody heard of", fill.order)));
        };
        must!(!seen.ended, "order {} trades after it was {}", fill.order, seen.order.state);
        must!(fill.qty.units() > 0 && fill.price.units() > 0, "{fill:?}");
        let bars = matches!(op, Op::Bar(_));
        must!(seen.caused < step || bars, "order {} trades with the event that caused it", fill.order);
        must!(matches!(op, Op::Trade(..) | Op::Depth(..) | Op::Book(..) | Op::Quote(..) | Op::Bar(_)), "{op:?} fills");
        if let (Profile::Realistic, Latency::Constant { entry, .. }) = (config.profile, config.latency)
            && seen.order.linked.is_none()
            && seen.order.reason.is_empty()
        {
            must!(fill.at >= seen.order.sent + entry, "order {} trades before it arrived", fill.order);
        }
        must!(!bars || fill.market_at <= fill.at, "{fill:?}");
        seen.filled += fill.qty;
        seen.paid += money::notional(fill.price, fill.qty);
        let request = &seen.order.request;
        if let Some(limit) = request.kind.price() {
            let worse = if fill.side == Side::Buy { fill.price > limit } else { fill.price < limit };
            must!(!worse, "order {} trades at {} beyond its limit {limit}", fill.order, fill.price);
            must!(!fill.maker || fill.price == limit || bars, "a maker trades at {} instead of {limit}", fill.price);
        }
        let before = self.position;
        self.position = if fill.side == Side::Buy { self.position + fill.qty } else { self.position - fill.qty };
        must!(fill.position == self.position, "position {} after the fill is told as {}", self.position, fill.position);
        if request.reduce_only {
            must!(
                self.position.abs() < before.abs() && before.units().signum() * self.position.units().signum() >= 0,
                "reduce-only order {} led from {before} to {}",
                fill.order,
                self.position
            );
        }
        self.price(fill, stream, op, config)
    }

    /// No fill is outside the market's prices.
    fn price(&mut self, fill: &Fill, stream: &Stream, op: &Op, config: &BrokerConfig) -> Result<(), TestCaseError> {
        if fill.maker {
            // It rested at a price the market came to: a trade there or beyond, or the other side's best.
            let reached = |price: Price| if fill.side == Side::Buy { price <= fill.price } else { price >= fill.price };
            let came = match op {
                Op::Trade(_, p, _) => reached(streams::at(*p)),
                Op::Bar(all) => all.iter().any(|p| reached(streams::at(*p))),
                Op::Quote(p, _) => reached(streams::at(p + 1)) || reached(streams::at(p - 1)),
                _ => stream.stage.market.0[0]
                    .book
                    .as_ref()
                    .is_some_and(|book| book.levels(fill.side.opposite()).next().is_some_and(|level| reached(level.0))),
            };
            must!(came, "a maker's {} at {} though {op:?}", fill.side.as_str(), fill.price);
            return Ok(());
        }
        if let (Profile::Realistic, Some(book)) = (config.profile, &stream.stage.market.0[0].book) {
            let side = fill.side.opposite();
            let shown = book.qty_at(side, fill.price);
            must!(!shown.is_zero(), "taken at {}, where nothing is displayed", fill.price);
            let level = self.levels.entry((side == Side::Buy, fill.price)).or_insert((shown, Qty::ZERO));
            level.1 += fill.qty;
            must!(level.1 <= level.0, "{} taken of {} at {}", level.1, level.0, fill.price);
            must!(fill.slippage.is_zero(), "slippage with a book");
            return Ok(());
        }
        let there: Vec<Price> = match op {
            Op::Trade(_, p, _) => vec![streams::at(*p)],
            Op::Quote(p, _) => vec![streams::at(if fill.side == Side::Buy { p + 1 } else { p - 1 })],
            Op::Depth(..) | Op::Book(..) => {
                let book = stream.stage.market.0[0].book.as_ref();
                book.and_then(|book| book.levels(fill.side.opposite()).next()).map(|level| level.0).into_iter().collect()
            }
            Op::Bar(all) => {
                let (low, high) = (streams::at(*all.iter().min().unwrap()), streams::at(*all.iter().max().unwrap()));
                vec![fill.price.max(low).min(high)]
            }
            _ => Vec::new(),
        };
        let near = there.iter().any(|there| {
            let bps = (fill.price.to_f64() / there.to_f64() - 1.0) * 1e4 * fill.side.sign() as f64;
            (-1e-6..=MOST_BPS + 1e-6).contains(&bps) || matches!(op, Op::Bar(_)) && bps.abs() <= MOST_BPS + 1e-6
        });
        must!(near, "{} at {} though {op:?}", fill.side.as_str(), fill.price);
        Ok(())
    }

    /// What the account shows is what was said.
    fn compare(&self, stream: &Stream) -> Result<(), TestCaseError> {
        let broker = &stream.stage.broker;
        let view = broker.view();
        let account = view.account(MANUAL).unwrap();
        let open: Vec<OrderId> = self.orders.values().filter(|seen| !seen.ended).map(|seen| seen.order.id).collect();
        let shown: Vec<OrderId> = account.working.iter().map(|order| order.id).collect();
        must!(open == shown, "said to be open: {open:?}, shown: {shown:?}");
        must!(
            account.position(stage::symbol()).map_or(Qty::ZERO, |held| held.qty) == self.position,
            "position {}",
            self.position
        );
        must!(!broker.is_idle() || (open.is_empty() && self.position.is_zero()), "idle with orders or a position");
        must!(broker.due() > stream.now, "something was due at {:?} and was not done", broker.due());
        for order in &account.working {
            if let Some(queue) = order.queue {
                must!(queue.ahead >= 0.0 && queue.ahead.is_finite() && queue.ahead <= queue.joined, "{queue:?}");
            }
            must!(
                !order.request.reduce_only || order.state == OrderState::Pending || order.left() <= self.position.abs(),
                "{order:?}"
            );
        }
        must!(account.held >= Money::ZERO, "holds {}", account.held);
        Ok(())
    }
}

fn play(config: &BrokerConfig, ops: &[Op], begin: &[Op]) -> Result<Stream, TestCaseError> {
    let mut stream = Stream::new(Stage::new(config, "binance-futures"));
    let mut judge = Judge::new(&stream);
    for (step, op) in begin.iter().chain(ops).enumerate() {
        stream.go(op, MANUAL, 1);
        judge.look(&stream, op, step, config)?;
    }
    Ok(stream)
}

/// All that was said, in words.
fn said(stream: &Stream) -> Vec<String> {
    stream.stage.broker.events_after(0).map(|event| format!("{event:?}")).collect()
}

fn run(config: &BrokerConfig, ops: &[Op], begin: &[Op], parts: i64) -> Stream {
    let mut stream = Stream::new(Stage::new(config, "binance-futures"));
    begin.iter().chain(ops).for_each(|op| stream.go(op, MANUAL, parts));
    stream
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 4_000, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn fills_are_what_a_market_with_a_book_allows(config in config(), ops in vec(op(), 1..60)) {
        play(&config, &ops, &[opening()])?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 4_000, ..ProptestConfig::with_cases(CASES / 2) })]

    #[test]
    fn fills_are_what_trades_and_quotes_allow(config in config(), ops in vec(op_without_book(), 1..50)) {
        play(&config, &ops, &[])?;
    }

    #[test]
    fn fills_are_what_bars_allow(config in config(), ops in vec(op_on_bars(), 1..50)) {
        play(&config, &ops, &[Op::Bar([0, 1, -1, 0])])?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn in_how_many_steps_time_passes_changes_nothing(config in config(), ops in vec(op(), 1..50), parts in 2_i64..9) {
        let (one, many) = (run(&config, &ops, &[opening()], 1), run(&config, &ops, &[opening()], parts));
        prop_assert_eq!(said(&one), said(&many));
        prop_assert_eq!(one.stage.hash(), many.stage.hash());
    }

    #[test]
    fn a_clone_goes_on_as_the_original(config in config(), ops in vec(op(), 2..50), cut in 0_usize..50) {
        let cut = cut % ops.len();
        let mut one = run(&config, &ops[..cut], &[opening()], 1);
        let mut other = one.clone();
        let before = one.stage.hash();
        ops[cut..].iter().for_each(|op| one.go(op, MANUAL, 1));
        prop_assert_eq!(other.stage.hash(), before, "a clone does not see what its original does");
        ops[cut..].iter().for_each(|op| other.go(op, MANUAL, 1));
        prop_assert_eq!(one.stage.hash(), other.stage.hash());
        prop_assert_eq!(said(&one), said(&other));
    }

    #[test]
    fn what_comes_later_changes_nothing_before(
        config in config(), ops in vec(op(), 1..40), one in vec(op(), 1..20), other in vec(op(), 1..20),
    ) {
        let with = |rest: &[Op]| {
            let stream = run(&config, &[&ops[..], rest].concat(), &[opening()], 1);
            let end = run(&config, &ops, &[opening()], 1).now;
            stream.stage.broker.events_after(0).filter(|e| e.at <= end).map(|e| format!("{e:?}")).collect::<Vec<_>>()
        };
        prop_assert_eq!(with(&one), with(&other));
    }

    #[test]
    fn accounts_do_not_feel_each_other(config in config(), ops in vec((op(), any::<bool>()), 1..60)) {
        // The market, with one account's orders; and the same with another account's orders in between.
        let is_market = |op: &Op| matches!(op, Op::Wait(_) | Op::Trade(..) | Op::Depth(..) | Op::Book(..) | Op::Break | Op::Mark(_));
        let fills = |both: bool| {
            let mut stream = Stream::new(Stage::new(&config, "binance-futures"));
            stream.stage.broker.open_account(START, "other", None, rtai_tui::domain::Timeframe::M1);
            stream.go(&opening(), MANUAL, 1);
            for (op, mine) in &ops {
                if *mine || is_market(op) {
                    stream.go(op, MANUAL, 1);
                } else if both {
                    stream.go(op, "other", 1);
                } else {
                    stream.go(&Op::Wait(0), MANUAL, 1);
                }
            }
            let view = stream.stage.broker.view();
            let account = view.account(MANUAL).unwrap();
            let fills: Vec<_> = account.fills.iter().map(|f| (f.at, f.side, f.price, f.qty, f.maker, f.fee, f.position)).collect();
            (fills, account.equity)
        };
        prop_assert_eq!(fills(false), fills(true));
    }

    #[test]
    fn a_restart_keeps_every_open_order_or_says_why_not(config in config(), ops in vec(op(), 1..50)) {
        let mut stream = run(&config, &ops, &[opening()], 1);
        let end = stream.now + Nanos::SECOND;
        stream.stage.wait(end);
        let before = stream.stage.broker.view();
        let open = &before.account(MANUAL).unwrap().working;
        stream.stage.restart(end);
        let after = stream.stage.broker.view();
        let account = after.account(MANUAL).unwrap();
        prop_assert_eq!(account.equity, before.account(MANUAL).unwrap().equity);
        for order in open {
            let again = account.working.iter().chain(account.history.iter()).filter(|known| known.id == order.id).count();
            prop_assert_eq!(again, 1, "order {} is there once", order.id);
        }
        for order in &account.working {
            prop_assert!(!order.reason.is_empty() || order.state == OrderState::Pending, "{:?}", order);
        }
        // Sizes in money are not worked out yet; all others have kept theirs.
        for order in account.working.iter().filter(|order| matches!(order.request.size, Size::Qty(_))) {
            let was = open.iter().find(|known| known.id == order.id).unwrap();
            prop_assert!(order.left() <= was.left() && order.filled == was.filled);
            let trails = matches!(order.request.kind, OrderKind::Trailing { .. });
            prop_assert!(!trails || order.stop == was.stop, "{:?}", order);
        }
    }
}
