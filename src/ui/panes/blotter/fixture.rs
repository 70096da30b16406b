//! Accounts with orders in every state, fills, trades, equity and strategies, for the tests of panes and of the screen.

use crate::app::blotter::Blotter;
use crate::bars::Series;
use crate::broker::{AccountView, BrokerView, EquityPoint, Lot, PositionView, RoundTrip, SignalView};
use crate::domain::trading::MANUAL;
use crate::domain::{
    Fill, Money, Nanos, OrderKind, OrderRequest, OrderState, OrderView, Price, Qty, Queue, RiskLimits, Side, Size, StrategyRun,
    Symbol, TimeInForce, Trail,
};
use crate::drive::view::View;
use crate::engine::{StrategyView, TradingView};
use crate::strategy::Status;
use crate::ui::panes::fixtures::Dice;
use std::sync::Arc;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn qty(text: &str) -> Qty {
    text.parse().unwrap()
}

fn btc() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

/// An order as it stands, to be changed.
pub(crate) fn order(id: u64, request: OrderRequest, state: OrderState, sent: Nanos) -> OrderView {
    let qty = if let Size::Qty(qty) = request.size { qty } else { Qty::ZERO };
    OrderView {
        id,
        account: MANUAL.into(),
        stop: request.kind.stop(),
        request,
        state,
        qty,
        filled: Qty::ZERO,
        paid: Money::ZERO,
        fees: Money::ZERO,
        sent,
        changed: sent + Nanos::from_millis(50),
        triggered: false,
        queue: None,
        linked: None,
        reason: "".into(),
    }
}

/// Open orders of every kind.
fn working(now: Nanos) -> Vec<Arc<OrderView>> {
    let ago = |secs: i64| now - Nanos::from_secs(secs);
    let limit = |side, size: &str, at: &str| OrderRequest::limit(btc(), side, qty(size), price(at));
    let resting = OrderView {
        queue: Some(Queue { joined: 12.5, ahead: 4.25, level: 9.75 }),
        ..order(41, OrderRequest { post_only: true, ..limit(Side::Buy, "0.5", "61750.5") }, OrderState::Working, ago(754))
    };
    let partly = OrderView {
        filled: qty("0.3"),
        paid: money("18541.5"),
        fees: money("3.7083"),
        queue: Some(Queue { joined: 3.0, ahead: 0.0, level: 2.5 }),
        ..order(42, limit(Side::Sell, "1.2", "61805.0"), OrderState::Partial, ago(62))
    };
    let kind = OrderKind::StopLimit { stop: price("61400.0"), price: price("61390.0") };
    let stop = OrderRequest { kind, reduce_only: true, ..OrderRequest::market(btc(), Side::Sell, qty("0.5")) };
    let stop = OrderView { linked: Some(42), ..order(43, stop, OrderState::Working, ago(61)) };
    let kind = OrderKind::Trailing { by: Trail::BasisPoints(50), from: None };
    let tif = TimeInForce::Gtd(now + Nanos::from_secs(5_400));
    let trailing = OrderRequest { kind, tif, ..OrderRequest::market(btc(), Side::Sell, qty("0.25")) };
    let trailing = OrderView { stop: Some(price("61501.2")), ..order(44, trailing, OrderState::Working, ago(30)) };
    let pending = OrderRequest { why: "after the news".into(), ..limit(Side::Buy, "0.01", "61812.3") };
    let pending = order(45, pending, OrderState::Pending, now - Nanos::from_millis(20));
    [resting, partly, stop, trailing, pending].into_iter().map(Arc::new).collect()
}

/// Orders that ended in every way.
fn history(now: Nanos) -> Series<Arc<OrderView>> {
    let ago = |secs: i64| now - Nanos::from_secs(secs);
    let filled = OrderView {
        filled: qty("0.5"),
        paid: money("30900.65"),
        fees: money("15.450325"),
        ..order(31, OrderRequest::market(btc(), Side::Buy, qty("0.5")), OrderState::Filled, ago(2_900))
    };
    let limit = |side, size: &str, at: &str| OrderRequest::limit(btc(), side, qty(size), price(at));
    let cancelled = order(32, limit(Side::Buy, "0.2", "61000.0"), OrderState::Cancelled, ago(2_000));
    let cancelled = OrderView { reason: "cancelled by you".into(), ..cancelled };
    let rejected = order(33, limit(Side::Sell, "0.5", "64000.05"), OrderState::Rejected, ago(1_500));
    let why = "price 64000.05 is no multiple of the tick 0.1: 64000.0 or 64000.1";
    let rejected = OrderView { reason: why.into(), ..rejected };
    let expired = OrderRequest { tif: TimeInForce::Gtd(ago(900)), ..limit(Side::Buy, "0.4", "61200.0") };
    let expired = OrderView { reason: "its time was up".into(), ..order(34, expired, OrderState::Expired, ago(1_200)) };
    let mut all = Series::with_capacity(1_000);
    for order in [filled, cancelled, rejected, expired] {
        all.push(Arc::new(order));
    }
    all
}

fn fill(number: u64, order: u64, account: &str, side: Side, at: Nanos, figures: [&str; 6], maker: bool) -> Arc<Fill> {
    let [at_price, size, fee, slippage, realised, position] = figures;
    Arc::new(Fill {
        number,
        order,
        account: account.into(),
        symbol: btc(),
        side,
        price: price(at_price),
        qty: qty(size),
        fee: money(fee),
        slippage: money(slippage),
        maker,
        at,
        market_at: at,
        realised: money(realised),
        position: qty(position),
    })
}

/// Equity of so many seconds that wanders from what the account began with to what it is worth.
fn curve(seed: u64, count: usize, every: i64, (start, end): (f64, f64), now: Nanos) -> Series<EquityPoint> {
    let mut dice = Dice(seed);
    let mut off = 0.0;
    let mut all = Series::with_capacity(100_000);
    for step in 0..count {
        let part = step as f64 / (count - 1) as f64;
        off = off * 0.995 + (dice.roll() + dice.roll() - 1.0) * 40.0;
        // It begins and ends where it has to.
        let equity = start + (end - start) * part + off * (part * (1.0 - part)).sqrt() * 2.0;
        let at = now - Nanos::from_secs((count - 1 - step) as i64 * every);
        all.push(EquityPoint { at, equity, cash: start, unrealised: equity - start, exposed: step % 90 > 20 });
    }
    all
}

fn round_trip(side: Side, at: (Nanos, Nanos), prices: (&str, &str), pnl: &str, orders: (u64, u64)) -> RoundTrip {
    RoundTrip {
        symbol: btc(),
        side,
        qty: qty("0.5"),
        entry_at: at.0,
        exit_at: at.1,
        entry: price(prices.0),
        exit: price(prices.1),
        pnl: money(pnl),
        fees: money("30.91"),
        entry_order: orders.0,
        exit_order: orders.1,
    }
}

fn account(name: &str, equity: &str, now: Nanos) -> AccountView {
    AccountView {
        name: name.into(),
        start: money("100000"),
        cash: money("100000"),
        equity: money(equity),
        buying_power: money("980000"),
        peak: money("101600"),
        max_drawdown: 0.021_7,
        day_start: money("100000"),
        curve: curve(name.len() as u64 * 77, 3_000, 1, (100_000.0, equity.parse().unwrap()), now),
        bars: curve(name.len() as u64 * 77, 50, 60, (100_000.0, equity.parse().unwrap()), now),
        ..AccountView::default()
    }
}

/// The user's own account, with a bit of everything.
fn manual(now: Nanos) -> AccountView {
    let ago = |secs: i64| now - Nanos::from_secs(secs);
    let mut fills = Series::with_capacity(1_000);
    fills.push(fill(1, 31, MANUAL, Side::Buy, ago(2_899), ["61801.0", "0.2", "6.1801", "0", "0", "0.2"], false));
    fills.push(fill(2, 31, MANUAL, Side::Buy, ago(2_899), ["61801.5", "0.3", "9.270225", "0", "0", "0.5"], false));
    fills.push(fill(5, 35, MANUAL, Side::Sell, ago(1_000), ["61950.2", "0.5", "6.19502", "1.24", "74.45", "0"], true));
    fills.push(fill(6, 36, MANUAL, Side::Buy, ago(700), ["61500.0", "0.8", "24.6", "4.92", "0", "0.8"], false));
    fills.push(fill(7, 42, MANUAL, Side::Sell, ago(12), ["61805.0", "0.3", "3.7083", "0", "91.5", "0.5"], true));
    let mut trades = Series::with_capacity(1_000);
    trades.push(round_trip(Side::Buy, (ago(2_899), ago(1_000)), ("61801.3", "61950.2"), "52.81", (31, 35)));
    trades.push(round_trip(Side::Buy, (ago(700), ago(12)), ("61500.0", "61805.0"), "78.57", (36, 42)));
    let held = PositionView {
        symbol: btc(),
        qty: qty("0.5"),
        average: price("61500.0"),
        mark: price("61812.3"),
        value: money("30906.15"),
        unrealised: money("156.15"),
        realised: money("165.95"),
        fees: money("49.95"),
        since: ago(700),
        liquidation: Some(price("1230.5")),
        lots: vec![Lot { order: 36, qty: qty("0.5"), price: price("61500.0"), at: ago(700) }],
    };
    AccountView {
        cash: money("100116.00"),
        unrealised: money("156.15"),
        realised: money("165.95"),
        fees: money("49.95"),
        slippage: money("6.16"),
        funding: money("-1.85"),
        held: money("7420.15"),
        margin: money("3090.62"),
        maintenance: money("154.53"),
        fills_made: 2,
        fill_count: 5,
        turnover: money("179622.05"),
        positions: vec![held],
        working: working(now),
        history: history(now),
        fills,
        trades,
        limits: RiskLimits {
            max_open_orders: Some(10),
            max_daily_loss: Some(money("2000")),
            max_drawdown_pct: Some(5.0),
            price_collar_pct: Some(2.0),
            ..RiskLimits::default()
        },
        recent_orders: 3,
        ..account(MANUAL, "100272.15", now)
    }
}

fn run(account: &str, strategy: &str, error: Option<&str>, status: Status, now: Nanos) -> Arc<StrategyView> {
    Arc::new(StrategyView {
        run: StrategyRun {
            account: account.into(),
            strategy: strategy.to_owned(),
            symbols: vec![btc()],
            bar: "1m".to_owned(),
            cash: None,
        },
        spec: None,
        error: error.map(Into::into),
        status,
        since: now - Nanos::from_secs(3_000),
        signals: 12,
    })
}

/// Three accounts: the user's own, one of a strategy, one that was stopped.
pub(crate) fn trading(now: Nanos) -> TradingView {
    let ago = |secs: i64| now - Nanos::from_secs(secs);
    let mut cross = account("ma_cross", "101480.4", now);
    cross.unrealised = money("-320.1");
    cross.realised = money("1950.5");
    cross.fees = money("150");
    cross.fill_count = 40;
    for number in 0..36_u64 {
        let from = ago(2_900 - number as i64 * 80);
        let pnl = if number % 3 == 0 { "-60.5" } else { "82.25" };
        let side = if number % 2 == 0 { Side::Buy } else { Side::Sell };
        let orders = (number * 2 + 100, number * 2 + 101);
        cross.trades.push(round_trip(side, (from, from + Nanos::from_secs(70)), ("61700.0", "61790.0"), pnl, orders));
    }
    cross.fills.push(fill(3, 100, "ma_cross", Side::Buy, ago(2_000), ["61700.0", "1.6", "49.36", "12.3", "0", "1.6"], false));
    cross.fills.push(fill(4, 101, "ma_cross", Side::Sell, ago(1_400), ["61790.0", "1.6", "49.43", "12.4", "144", "0"], false));
    let mut stopped = account("rtai-2", "98796.9", now);
    stopped.realised = money("-1103.1");
    stopped.fees = money("100");
    stopped.killed = Some("daily loss 1203.1 is beyond 1000".into());
    stopped.limits.max_daily_loss = Some(money("1000"));
    let mut signals = Series::with_capacity(1_000);
    let said = [
        (2_000, "BUY", "fast 61,702.1 crossed above slow 61,699.8"),
        (1_400, "EXIT", "fast 61,788.0 crossed below slow 61,790.2"),
        (45, "SELL", "price above the upper band by 2.1 σ, ofi z 2.4 turning down, vpin 0.41"),
    ];
    for (secs, side, why) in said {
        let account = if side == "SELL" { "rtai-2" } else { "ma_cross" };
        let strategy = if side == "SELL" { "rtai(k=2)" } else { "ma_cross(fast=10,slow=30)" };
        signals.push(Arc::new(SignalView {
            at: ago(secs),
            account: account.into(),
            symbol: btc(),
            side,
            price: Some(price("61790.0")),
            strategy: strategy.into(),
            why: why.into(),
        }));
    }
    let waiting = Status { text: "long 1.6; fast 61,810.2 above slow 61,790.9".to_owned(), probability: Some(0.62) };
    TradingView {
        broker: BrokerView {
            on: true,
            config: Arc::default(),
            accounts: [manual(now), cross, stopped].into_iter().map(Arc::new).collect(),
            changes: 99,
        },
        strategies: vec![
            run("ma_cross", "ma_cross(fast=10,slow=30)", None, waiting, now),
            run("rtai-2", "rtai(k=2)", None, Status::default(), now),
        ],
        signals,
    }
}

/// A session in which all of that happened.
pub(crate) fn with_trading(mut view: View) -> View {
    view.snapshot.trading = trading(view.snapshot.at);
    view
}

/// The blotter of a view, looking at one account or all.
pub(crate) fn looking(view: &View, account: Option<&str>) -> Blotter {
    let mut blotter = Blotter::at(account);
    blotter.follow(view);
    blotter
}
