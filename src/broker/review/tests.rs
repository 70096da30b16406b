//! Every rule an order can break, and what the sentence about it says.
#![allow(clippy::unwrap_used)]

use super::{Review, late, review, review_placement};
use crate::book::{OrderBook, Top};
use crate::broker::{Account, AccountView, MarketSight, Terms};
use crate::domain::{
    AccountKind, BookSnapshot, BrokerConfig, Fill, Instrument, Money, Nanos, OrderKind, OrderRequest, OrderState, OrderView,
    Placement, Price, Profile, Qty, RiskLimits, Side, Size, Slippage, Symbol, TimeInForce, Trail, TriggerBy,
};
use std::sync::Arc;

const VENUE: &str = "binance-futures";

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn qty(text: &str) -> Qty {
    text.parse().unwrap()
}

fn btc() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

/// A market at 64,000.0 / 64,000.1 with 0.5 and 1.5 at the two best levels of each side.
struct Desk {
    instrument: Instrument,
    book: OrderBook,
    config: BrokerConfig,
    account: Account,
    mark: Option<Price>,
    books: bool,
    venue: &'static str,
}

impl Desk {
    fn new(kind: AccountKind, cash: i64) -> Self {
        let instrument = Instrument {
            tick: price("0.1"),
            lot: qty("0.001"),
            min_notional: price("5"),
            quote: "USDT".to_owned(),
            ..Instrument::unknown(btc())
        };
        let mut book = OrderBook::default();
        book.reset(&BookSnapshot {
            bids: vec![(price("64000"), qty("0.5")), (price("63999"), qty("1.5"))],
            asks: vec![(price("64000.1"), qty("0.5")), (price("64001.1"), qty("1.5"))],
            ..BookSnapshot::default()
        });
        let config = BrokerConfig { account: Some(kind), ..BrokerConfig::default() };
        let account = Account::new("manual", Terms::of(&config, VENUE), Money::from(cash), RiskLimits::default(), Nanos::ZERO);
        Self { instrument, book, config, account, mark: None, books: true, venue: VENUE }
    }

    fn margin() -> Self {
        Self::new(AccountKind::Margin, 100_000)
    }

    fn cash() -> Self {
        Self::new(AccountKind::Cash, 100_000)
    }

    fn hold(mut self, side: Side, amount: &str) -> Self {
        self.account.fill(
            Fill {
                number: 1,
                order: 1,
                account: "manual".into(),
                symbol: btc(),
                side,
                price: price("64000"),
                qty: qty(amount),
                fee: Money::ZERO,
                slippage: Money::ZERO,
                maker: false,
                at: Nanos::ZERO,
                market_at: Nanos::ZERO,
                realised: Money::ZERO,
                position: Qty::ZERO,
            },
            None,
        );
        self
    }

    fn open(mut self, id: u64, request: OrderRequest) -> Self {
        let Size::Qty(qty) = request.size else { panic!("a quantity") };
        let order = OrderView {
            id,
            account: "manual".into(),
            request,
            state: OrderState::Working,
            qty,
            filled: Qty::ZERO,
            paid: Money::ZERO,
            fees: Money::ZERO,
            sent: Nanos::ZERO,
            changed: Nanos::ZERO,
            stop: None,
            triggered: false,
            queue: None,
            linked: None,
            reason: "".into(),
        };
        self.account.set_order(Arc::new(order), None);
        self
    }

    fn with<R>(&self, look: impl FnOnce(&MarketSight<'_>, &AccountView) -> R) -> R {
        let (bid, ask) = (self.book.best_bid().unwrap(), self.book.best_ask().unwrap());
        let top = Top { at: Nanos::ZERO, bid: bid.0, bid_qty: bid.1, ask: ask.0, ask_qty: ask.1, update_id: None };
        let sight = MarketSight {
            instrument: &self.instrument,
            book: self.books.then_some(&self.book),
            top: self.books.then_some(&top),
            last: Some(price("64000")),
            mark: self.mark,
            volume: 4.0,
            lag: None,
            bars_only: !self.books,
        };
        look(&sight, &self.account.view(&|_| None))
    }

    fn review(&self, request: &OrderRequest) -> Review {
        self.with(|sight, view| review(request, sight, view, &self.config, self.venue))
    }

    fn place(&self, place: &Placement) -> Vec<String> {
        let found = self.with(|sight, view| review_placement(place, sight, view, &self.config, self.venue));
        found.problems.iter().map(ToString::to_string).collect()
    }

    /// The one thing that is wrong, and the nearest order that could be.
    #[track_caller]
    fn refuses(&self, request: &OrderRequest, because: &str) -> Option<OrderRequest> {
        let review = self.review(request);
        let said: Vec<&str> = review.problems.iter().map(AsRef::as_ref).collect();
        assert_eq!(said, [because]);
        if let Some(nearest) = &review.nearest {
            assert_eq!(self.review(nearest).problems, [], "the nearest order is none");
        }
        review.nearest
    }

    #[track_caller]
    fn accepts(&self, request: &OrderRequest) -> Review {
        let review = self.review(request);
        assert_eq!(review.problems, []);
        assert_eq!(review.nearest, None);
        review
    }
}

fn market(side: Side, amount: &str) -> OrderRequest {
    OrderRequest::market(btc(), side, qty(amount))
}

fn limit(side: Side, amount: &str, at: &str) -> OrderRequest {
    OrderRequest::limit(btc(), side, qty(amount), price(at))
}

fn kind(side: Side, amount: &str, kind: OrderKind) -> OrderRequest {
    OrderRequest { kind, ..market(side, amount) }
}

#[test]
fn prices_and_quantities_keep_to_the_instrument() {
    let desk = Desk::margin();
    let nearest =
        desk.refuses(&limit(Side::Buy, "0.1", "64000.05"), "price 64000.05 is no multiple of the tick 0.1: 64000.0 or 64000.1");
    assert_eq!(nearest, Some(limit(Side::Buy, "0.1", "64000")));
    let nearest =
        desk.refuses(&limit(Side::Buy, "0.0018", "64000"), "quantity 0.0018 is no multiple of the lot 0.001: 0.001 or 0.002");
    assert_eq!(nearest, Some(limit(Side::Buy, "0.002", "64000")));
    let nearest =
        desk.refuses(&limit(Side::Buy, "0.001", "3000"), "notional 3 is below the least of 5 USDT: at 3000.0 at least 0.002");
    assert_eq!(nearest, Some(limit(Side::Buy, "0.002", "3000")));
    let said = desk.review(&limit(Side::Buy, "100", "0.05")).problems;
    assert_eq!(said[0].as_ref(), "price 0.05 is no multiple of the tick 0.1: 0.1");
    let review = desk.review(&market(Side::Buy, "0"));
    assert_eq!(review.problems[0].as_ref(), "quantity 0 is not above zero: at least 0.001");
    assert_eq!(review.nearest, Some(market(Side::Buy, "0.001")));
    let review = desk.review(&limit(Side::Buy, "-1", "0"));
    let said: Vec<&str> = review.problems.iter().map(AsRef::as_ref).collect();
    assert_eq!(said, ["price 0 is not above zero", "quantity -1 is not above zero: at least 0.001"]);
    // A rule that is not known is none.
    let mut free = Desk::margin();
    free.instrument = Instrument::unknown(btc());
    free.accepts(&limit(Side::Buy, "0.00000123", "64000.05012345"));
}

#[test]
fn what_does_not_go_together_is_said() {
    let desk = Desk::margin();
    let buy = market(Side::Buy, "0.1");
    desk.refuses(&OrderRequest { post_only: true, ..buy.clone() }, "a market order cannot be post-only: place a limit order");
    let until = TimeInForce::Gtd(Nanos::from_secs(60));
    desk.refuses(&OrderRequest { tif: until, ..buy.clone() }, "a market order trades at once and cannot be GTD: GTC, IOC or FOK");
    for tif in [TimeInForce::Ioc, TimeInForce::Fok] {
        desk.accepts(&OrderRequest { tif, ..buy.clone() });
        let resting = OrderRequest { tif, post_only: true, ..limit(Side::Buy, "0.1", "63000") };
        desk.refuses(&resting, &format!("a post-only order rests and cannot be {}: GTC or GTD", tif.name()));
        let stop = OrderRequest { tif, ..kind(Side::Buy, "0.1", OrderKind::Stop { stop: price("65000") }) };
        desk.refuses(&stop, &format!("a stop order waits for its price and cannot be {}: GTC or GTD", tif.name()));
    }
    let stop = kind(Side::Buy, "0.1", OrderKind::Stop { stop: price("65000") });
    desk.refuses(&OrderRequest { post_only: true, ..stop }, "a stop order takes and cannot be post-only");
    let money = OrderRequest { size: Size::Quote(price("1000")), ..limit(Side::Buy, "1", "63000") };
    desk.refuses(&money, "a limit order needs a quantity: sizes in money are for market orders");
    assert_eq!(late(&OrderRequest { tif: until, ..buy.clone() }, Nanos::from_secs(59)), None);
    assert_eq!(
        late(&OrderRequest { tif: until, ..buy }, Nanos::from_secs(61)).unwrap().as_ref(),
        "good till 1970-01-01T00:01:00Z is in the past: it is 1970-01-01T00:01:01Z now"
    );
}

#[test]
fn stops_wait_on_the_far_side_of_the_price() {
    let desk = Desk::margin();
    let stop = |at: &str| OrderKind::Stop { stop: price(at) };
    let nearest = desk.refuses(
        &kind(Side::Buy, "0.1", stop("63000")),
        "a stop to buy at 63000 would go off at once, not above the last price 64000.0: at least 64000.1",
    );
    assert_eq!(nearest, Some(kind(Side::Buy, "0.1", stop("64000.1"))));
    let nearest = desk.refuses(
        &kind(Side::Sell, "0.1", stop("64000")),
        "a stop to sell at 64000 would go off at once, not below the last price 64000.0: at most 63999.9",
    );
    assert_eq!(nearest, Some(kind(Side::Sell, "0.1", stop("63999.9"))));
    desk.refuses(
        &kind(Side::Sell, "0.1", OrderKind::TakeProfit { stop: price("63000") }),
        "a take-profit to sell at 63000 would go off at once, not above the last price 64000.0: at least 64000.1",
    );
    desk.accepts(&kind(Side::Buy, "0.1", OrderKind::TakeProfit { stop: price("63000") }));
    desk.accepts(&kind(Side::Buy, "0.1", OrderKind::StopLimit { stop: price("65000"), price: price("65100") }));
    let by_mark = OrderRequest { trigger: TriggerBy::Mark, ..kind(Side::Buy, "0.1", stop("64100")) };
    desk.refuses(&by_mark, "no mark price of BTCUSDT is known: let the last price set it off");
    let mut marked = Desk::margin();
    marked.mark = Some(price("64200"));
    marked.refuses(&by_mark, "a stop to buy at 64100 would go off at once, not above the mark price 64200.0: at least 64200.1");
    let trailing = |by| kind(Side::Sell, "0.1", OrderKind::Trailing { by, from: None });
    desk.accepts(&trailing(Trail::BasisPoints(50)));
    desk.refuses(&trailing(Trail::BasisPoints(0)), "trailing distance 0 % is not between 0.01 % and 99.99 %");
    let said = desk.review(&trailing(Trail::Absolute(price("70000")))).problems;
    assert!(said.iter().any(|text| text.as_ref() == "trailing distance 70000 is not below the price 64000.0"), "{said:?}");
    desk.refuses(&trailing(Trail::Absolute(price("0.25"))), "trailing distance 0.25 is no multiple of the tick 0.1: 0.2 or 0.3");
}

#[test]
fn reduce_only_orders_make_smaller() {
    let sells = |amount: &str| OrderRequest { reduce_only: true, ..market(Side::Sell, amount) };
    Desk::margin().refuses(&sells("0.1"), "reduce-only, but no BTCUSDT is held");
    let long = Desk::margin().hold(Side::Buy, "0.3");
    long.accepts(&sells("0.3"));
    let nearest = long.refuses(&sells("0.5"), "reduces 0.5 but the long is only 0.3: at most 0.3");
    assert_eq!(nearest, Some(sells("0.3")));
    let short = Desk::margin().hold(Side::Sell, "0.3");
    short.refuses(&sells("0.1"), "reduce-only, but to sell would make the short of 0.3 larger");
    // However little is left, it can be closed.
    let mut dust = Desk::margin().hold(Side::Buy, "0.001");
    dust.instrument.min_notional = price("100");
    dust.accepts(&sells("0.001"));
    dust.refuses(&market(Side::Sell, "0.001"), "notional 64 is below the least of 100 USDT: at 64000.0 at least 0.002");
}

#[test]
fn money_and_holdings_have_to_be_there() {
    let mut poor = Desk::new(AccountKind::Cash, 1_000);
    poor.venue = "binance-spot";
    let nearest = poor.refuses(&limit(Side::Buy, "0.02", "63000"), "needs 1261.26 with its fee but 1000 are free: at most 0.015");
    assert_eq!(nearest, Some(limit(Side::Buy, "0.015", "63000")));
    poor.refuses(&market(Side::Sell, "0.5"), "sells 0.5 but only 0 are held");
    let holder = Desk::cash().hold(Side::Buy, "0.3");
    let nearest = holder.refuses(&limit(Side::Sell, "0.5", "65000"), "sells 0.5 but only 0.3 are held: at most 0.3");
    assert_eq!(nearest, Some(limit(Side::Sell, "0.3", "65000")));
    let holder = holder.open(2, limit(Side::Sell, "0.2", "66000"));
    holder.refuses(&limit(Side::Sell, "0.2", "65000"), "sells 0.2 but of 0.3 held 0.2 are in open orders: at most 0.1");
    // On margin: 10 × 1,000, less 5 bps of fees.
    let margin = Desk::new(AccountKind::Margin, 1_000);
    margin.accepts(&limit(Side::Buy, "0.157", "63000"));
    margin.refuses(&limit(Side::Buy, "0.16", "63000"), "needs 1013.04 of margin and fees but 1000 are free: at most 0.157");
    // What closes needs nothing, and may turn as far as margin goes.
    let full = Desk::new(AccountKind::Margin, 1_000).hold(Side::Buy, "0.156");
    full.accepts(&limit(Side::Sell, "0.156", "65000"));
    full.accepts(&limit(Side::Sell, "0.25", "65000"));
    full.review(&limit(Side::Sell, "0.35", "65000")).problems.first().expect("more than there is margin for");
    full.review(&limit(Side::Buy, "0.001", "63000")).problems.first().expect("no margin left");
}

#[test]
fn the_accounts_limits_hold() {
    let mut desk = Desk::margin().open(2, limit(Side::Buy, "0.1", "60000"));
    desk.account.set_limits(RiskLimits {
        max_order_notional: Some(Money::from(10_000)),
        max_position: Some(Money::from(12_000)),
        price_collar_pct: Some(5.0),
        ..RiskLimits::default()
    });
    let review = desk.review(&limit(Side::Buy, "0.2", "60000"));
    let said: Vec<&str> = review.problems.iter().map(AsRef::as_ref).collect();
    assert_eq!(
        said,
        [
            "order notional 12000 is above the limit max_order_notional of 10000",
            "a position of 18000 would be above the limit max_position of 12000",
            "price 60000 is -6.25 % from the middle 64000.05 and the limit price_collar_pct is 5 %",
        ]
    );
    let nearest =
        desk.refuses(&limit(Side::Sell, "0.18", "64000"), "order notional 11520 is above the limit max_order_notional of 10000");
    assert_eq!(nearest, Some(limit(Side::Sell, "0.156", "64000")));
    desk.account.kill("by hand".into());
    desk.refuses(&limit(Side::Sell, "0.1", "64000"), "the account is stopped (by hand): unlock it first");
}

#[test]
fn the_estimate_walks_the_book() {
    let desk = Desk::margin();
    let found = desk.accepts(&market(Side::Buy, "1")).estimate.unwrap();
    assert_eq!((found.price, found.worst, found.qty), (price("64000.6"), price("64001.1"), qty("1")));
    assert_eq!(found.notional, Money::new(640_006, 1));
    assert_eq!(found.fee, Money::new(320_003, 4));
    assert_eq!(found.slippage, Money::new(5, 1));
    assert_eq!(found.margin, Money::new(640_006, 2) + Money::new(320_003, 4));
    assert!(found.complete && !found.maker);
    // A limit takes what is within it and rests with the rest.
    let found = desk.accepts(&limit(Side::Sell, "1", "64000")).estimate.unwrap();
    assert_eq!((found.price, found.slippage, found.complete), (price("64000"), Money::ZERO, true));
    let found = desk.accepts(&limit(Side::Buy, "1", "63000")).estimate.unwrap();
    assert_eq!((found.price, found.maker, found.fee), (price("63000"), true, Money::new(126, 1)));
    let thin = desk.accepts(&market(Side::Sell, "4"));
    assert!(!thin.estimate.unwrap().complete);
    assert_eq!(thin.notes[0].as_ref(), "the book shows less than that: the rest trades further away");
    let crossing = OrderRequest { post_only: true, ..limit(Side::Buy, "0.1", "64000.1") };
    let note = &desk.accepts(&crossing).notes[0];
    assert_eq!(note.as_ref(), "post-only is rejected if on arrival it trades at once, as now at 64000.1: at most 64000.0");
}

#[test]
fn without_a_book_the_slippage_model_moves_the_price() {
    let mut desk = Desk::margin();
    desk.books = false;
    let at = |desk: &Desk, side| desk.accepts(&market(side, "1")).estimate.unwrap().price;
    assert_eq!(at(&desk, Side::Buy), price("64000"));
    desk.config.slippage = Slippage::Fixed(10.0);
    assert_eq!((at(&desk, Side::Buy), at(&desk, Side::Sell)), (price("64064"), price("63936")));
    desk.config.slippage = Slippage::Impact(10.0);
    assert_eq!(at(&desk, Side::Buy), price("64032"), "10 bps x sqrt(1 / 4)");
    desk.config.profile = Profile::Simple;
    assert_eq!(at(&desk, Side::Buy), price("64000"));
}

#[test]
fn sizes_in_money_become_quantities() {
    let mut desk = Desk::cash();
    let sized = |size| OrderRequest { size, ..market(Side::Buy, "1") };
    // 100,000 / (64,000.8… × 1.0005), down to the lot.
    let all = desk.accepts(&sized(Size::Equity(10_000))).estimate.unwrap();
    assert_eq!(all.qty, qty("1.561"));
    assert!(all.notional + all.fee <= Money::from(100_000));
    assert_eq!(all.qty, desk.account.size(Size::Equity(10_000), all.price, desk.instrument.lot));
    assert_eq!(desk.accepts(&sized(Size::Quote(price("6404")))).estimate.unwrap().qty, qty("0.1"));
    desk.refuses(&sized(Size::Quote(price("6"))), "the size comes to less than one lot of 0.001");
    desk.refuses(&sized(Size::Equity(0)), "0 % of the equity is nothing to trade");
    desk.books = false;
    let blind = desk.with(|sight, view| {
        review(&sized(Size::Equity(10_000)), &MarketSight { last: None, ..*sight }, view, &desk.config, VENUE)
    });
    assert_eq!(blind.problems[0].as_ref(), "no price of BTCUSDT is known yet");
}

#[test]
fn orders_placed_together_fit_each_other() {
    let desk = Desk::margin();
    let entry = |side| Box::new(limit(side, "0.1", "64000"));
    let bracket = |side, stop: &str, target: &str| Placement::Bracket {
        entry: entry(side),
        stop: Some(price(stop)),
        target: Some(price(target)),
    };
    assert!(desk.place(&bracket(Side::Buy, "63000", "65000")).is_empty());
    assert!(desk.place(&bracket(Side::Sell, "65000", "63000")).is_empty());
    assert_eq!(
        desk.place(&bracket(Side::Buy, "65000", "63000.05")),
        [
            "the stop 65000.0 of a long has to lie below its entry at 64000.0",
            "target 63000.05 is no multiple of the tick 0.1: 63000.0 or 63000.1",
            "the target 63000.1 of a long has to lie above its entry at 64000.0",
        ]
    );
    assert_eq!(
        desk.place(&bracket(Side::Sell, "64000", "1000")),
        ["the stop 64000.0 of a short has to lie above its entry at 64000.0"]
    );
    let oco = |one, two| Placement::Oco(Box::new([one, two]));
    let stop = kind(Side::Sell, "0.3", OrderKind::Stop { stop: price("63000") });
    let held = Desk::cash().hold(Side::Buy, "0.3");
    assert!(held.place(&oco(limit(Side::Sell, "0.3", "65000"), stop.clone())).is_empty(), "held once, sold once");
    assert_eq!(
        held.place(&oco(market(Side::Sell, "0.3"), kind(Side::Sell, "0.4", OrderKind::Stop { stop: price("63000") }))),
        ["second order: sells 0.4 but only 0.3 are held: at most 0.3", "both orders of an OCO wait: limits or stops, GTC or GTD"]
    );
    let other = OrderRequest { symbol: Symbol::new("ETHUSDT").unwrap(), ..stop };
    assert_eq!(
        held.place(&oco(limit(Side::Sell, "0.3", "65000"), other)),
        ["both orders of an OCO trade one symbol, not BTCUSDT and ETHUSDT"]
    );
}
