//! Paper trading made by hand for the tests of panes and of the screen.

use crate::broker::{AccountView, BrokerView, PositionView, SignalView};
use crate::domain::{
    Fill, MANUAL, Money, Nanos, OrderKind, OrderRequest, OrderState, OrderView, Price, Qty, Queue, Side, Symbol, money,
};
use crate::drive::view::View;
use crate::engine::TradingView;
use std::sync::Arc;

/// A price so many ticks of 0.1 from another.
pub(crate) fn beside(price: Price, ticks: i64) -> Price {
    Price::from_units(price.units() + ticks * 10_000_000)
}

/// An order that rests or waits.
pub(crate) fn order(id: u64, symbol: Symbol, side: Side, kind: OrderKind, ahead: Option<f64>) -> OrderView {
    let qty: Qty = "0.25".parse().unwrap();
    OrderView {
        id,
        account: MANUAL.into(),
        request: OrderRequest { kind, ..OrderRequest::market(symbol, side, qty) },
        state: OrderState::Working,
        qty,
        filled: Qty::ZERO,
        paid: Money::ZERO,
        fees: Money::ZERO,
        sent: Nanos::ZERO,
        changed: Nanos::ZERO,
        stop: kind.stop(),
        triggered: false,
        queue: ahead.map(|ahead| Queue { joined: 4.0, ahead, level: 5.0 }),
        linked: None,
        reason: "".into(),
    }
}

/// A position whose profit is that of the price `now`.
pub(crate) fn position(symbol: Symbol, qty: &str, average: Price, now: Price) -> PositionView {
    let qty: Qty = qty.parse().unwrap();
    PositionView {
        symbol,
        qty,
        average,
        mark: now,
        value: money::notional(now, qty),
        unrealised: money::notional(now, qty) - money::notional(average, qty),
        realised: Money::ZERO,
        fees: Money::ZERO,
        since: Nanos::ZERO,
        liquidation: Some(Price::from_f64(average.to_f64() * 0.905)),
        lots: Vec::new(),
    }
}

/// A fill of the user's own.
pub(crate) fn fill(number: u64, symbol: Symbol, side: Side, price: Price, at: Nanos) -> Fill {
    Fill {
        number,
        order: number,
        account: MANUAL.into(),
        symbol,
        side,
        price,
        qty: "0.25".parse().unwrap(),
        fee: Money::new(5, 1),
        slippage: Money::ZERO,
        maker: number.is_multiple_of(2),
        at,
        market_at: at,
        realised: Money::ZERO,
        position: "0.25".parse().unwrap(),
    }
}

/// Turns paper trading on in a view: half a coin is held from 200 ticks below the last price; two orders rest, one behind a
/// queue and one at its front, a stop waits, three fills were made; a strategy has said something and holds a little too.
pub(crate) fn trading(mut view: View) -> View {
    let at = view.session.now;
    let known = &view.snapshot.symbols[0];
    let (symbol, last, top) = (known.instrument.symbol, known.last_price().unwrap(), known.top);
    let (bid, ask) = top.map_or((beside(last, -1), beside(last, 1)), |top| (top.bid, top.ask));
    let limit = |price: Price| OrderKind::Limit { price };
    let ago = |secs: i64| at - Nanos::from_secs(secs);
    let mut account = AccountView {
        name: MANUAL.into(),
        start: Money::from(100_000),
        cash: Money::from(100_640),
        positions: vec![PositionView { since: ago(540), ..position(symbol, "0.5", beside(last, -200), last) }],
        working: vec![
            Arc::new(order(11, symbol, Side::Buy, limit(beside(bid, -3)), Some(1.5))),
            Arc::new(order(12, symbol, Side::Sell, limit(beside(ask, 2)), Some(0.0))),
            Arc::new(order(13, symbol, Side::Sell, OrderKind::Stop { stop: beside(bid, -6) }, None)),
        ],
        ..AccountView::default()
    };
    account.unrealised = account.positions[0].unrealised;
    account.equity = account.cash + account.unrealised;
    account.buying_power = Money::from(90_000);
    account.peak = account.equity;
    account.fills = crate::bars::Series::with_capacity(100);
    for (number, side, secs) in [(1, Side::Buy, 900), (2, Side::Buy, 540), (3, Side::Sell, 300)] {
        account.fills.push(Arc::new(fill(number, symbol, side, beside(last, -200), ago(secs))));
    }
    let mut strategy = AccountView { name: "ma_cross".into(), start: Money::from(100_000), ..AccountView::default() };
    strategy.equity = Money::from(99_900);
    strategy.positions = vec![PositionView { since: ago(60), ..position(symbol, "-0.1", beside(last, -50), last) }];
    let mut signals = crate::bars::Series::with_capacity(100);
    for (side, secs) in [("BUY", 1_200), ("EXIT", 700), ("SELL", 60)] {
        signals.push(Arc::new(SignalView {
            at: ago(secs),
            account: "ma_cross".into(),
            symbol,
            side,
            price: Some(last),
            strategy: "ma_cross(fast=10,slow=30)".into(),
            why: "the fast mean crosses below the slow one".into(),
        }));
    }
    let broker =
        BrokerView { on: true, accounts: vec![Arc::new(account), Arc::new(strategy)], changes: 7, ..BrokerView::default() };
    view.snapshot.trading = TradingView { broker, signals, ..TradingView::default() };
    view
}
