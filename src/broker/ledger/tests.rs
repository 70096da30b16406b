//! The books against a plain model that adds up exact decimals anew after every step.
#![allow(clippy::unwrap_used)]

use crate::broker::{Account, Alarm, Terms};
use crate::domain::{
    AccountKind, BrokerConfig, Fill, Money, Nanos, OrderRequest, OrderState, OrderView, Price, Qty, RiskLimits, SavedAccount,
    Side, Symbol, money,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

fn symbol(of: u8) -> Symbol {
    Symbol::new(["BTCUSDT", "ETHUSDT", "XRPUSDT"][of as usize % 3]).unwrap()
}

fn terms(kind: AccountKind, leverage: u32) -> Terms {
    Terms::of(&BrokerConfig { account: Some(kind), leverage, ..BrokerConfig::default() }, "binance-futures")
}

fn fill(order: u64, symbol: Symbol, side: Side, price: Price, qty: Qty, fee: Money) -> Fill {
    Fill {
        number: 0,
        order,
        account: "manual".into(),
        symbol,
        side,
        price,
        qty,
        fee,
        slippage: Money::ZERO,
        maker: order.is_multiple_of(3),
        at: Nanos::from_secs(order as i64),
        market_at: Nanos::from_secs(order as i64),
        realised: Money::ZERO,
        position: Qty::ZERO,
    }
}

fn order(id: u64, request: OrderRequest, qty: Qty, filled: Qty, state: OrderState) -> Arc<OrderView> {
    Arc::new(OrderView {
        id,
        account: "manual".into(),
        request,
        state,
        qty,
        filled,
        paid: Money::ZERO,
        fees: Money::ZERO,
        sent: Nanos::ZERO,
        changed: Nanos::ZERO,
        stop: None,
        triggered: false,
        queue: None,
        linked: None,
        reason: "".into(),
    })
}

#[derive(Debug, Clone)]
enum Step {
    Fill { symbol: u8, buys: bool, qty: i64, price: i64, bps: i64, order: u64, last: Option<i64> },
    Close { symbol: u8, price: i64, order: u64 },
    Mark { symbol: u8, price: i64 },
    Fund { symbol: u8, price: i64, rate: i64 },
    Done { order: u64 },
    Day,
}

/// Prices with few and with many digits, so that equal ones happen and roundings as well.
fn price() -> impl Strategy<Value = i64> {
    prop_oneof![(90_i64..110).prop_map(|whole| whole * 100_000_000), 1_i64..900_000_000_000]
}

fn qty() -> impl Strategy<Value = i64> {
    prop_oneof![(1_i64..5).prop_map(|whole| whole * 100_000_000), 1_i64..30_000_000_000]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (any::<u8>(), any::<bool>(), qty(), price(), -3_i64..20, 1_u64..12, prop::option::of(price()))
            .prop_map(|(symbol, buys, qty, price, bps, order, last)| Step::Fill { symbol, buys, qty, price, bps, order, last }),
        2 => (any::<u8>(), price(), 12_u64..20).prop_map(|(symbol, price, order)| Step::Close { symbol, price, order }),
        6 => (any::<u8>(), price()).prop_map(|(symbol, price)| Step::Mark { symbol, price }),
        1 => (any::<u8>(), price(), -100_000_i64..100_000).prop_map(|(symbol, price, rate)| Step::Fund { symbol, price, rate }),
        2 => (1_u64..20).prop_map(|order| Step::Done { order }),
        1 => Just(Step::Day),
    ]
}

/// What the books should say, added up plainly.
#[derive(Default)]
struct Plain {
    start: Money,
    flow: Money,
    fees: Money,
    funding: Money,
    held: BTreeMap<Symbol, (Money, Price)>,
    peak: Money,
    worst: Money,
    fills: u64,
}

impl Plain {
    fn equity(&self) -> Money {
        let value: Money = self.held.values().map(|(qty, mark)| *qty * money::of_price(*mark)).sum();
        self.start + self.flow - self.fees + self.funding + value
    }

    fn look(&mut self) {
        let equity = self.equity();
        self.peak = self.peak.max(equity);
        self.worst = self.worst.max((self.peak - equity) / self.peak);
    }
}

fn agrees(account: &Account, plain: &Plain) -> Result<(), TestCaseError> {
    let view = account.view(&|_| None);
    prop_assert_eq!(view.equity, plain.equity());
    prop_assert_eq!(account.equity(), view.equity);
    prop_assert_eq!(view.fees, plain.fees);
    prop_assert_eq!(view.funding, plain.funding);
    prop_assert_eq!(view.fill_count, plain.fills);
    prop_assert_eq!(view.peak, plain.peak);
    let off = view.max_drawdown - money::to_f64(plain.worst);
    prop_assert!(off.abs() <= 1e-12 * view.max_drawdown.max(1.0), "drawdown {} for {}", view.max_drawdown, plain.worst);
    prop_assert_eq!(
        view.cash
            + if view.kind == AccountKind::Cash {
                view.positions.iter().map(|held| held.value).sum::<Money>()
            } else {
                view.unrealised
            },
        view.equity
    );
    if view.kind == AccountKind::Margin {
        prop_assert_eq!(view.cash, view.start + view.realised - view.fees + view.funding);
    }
    let mut unrealised = Money::ZERO;
    for held in &view.positions {
        let (qty, mark) = plain.held[&held.symbol];
        prop_assert_eq!(money::of_qty(held.qty), qty);
        prop_assert_eq!(held.mark, mark);
        prop_assert_eq!(held.lots.iter().map(|lot| money::of_qty(lot.qty)).sum::<Money>(), qty);
        prop_assert!(held.average > Price::ZERO);
        unrealised += held.unrealised;
    }
    prop_assert_eq!(unrealised, view.unrealised);
    prop_assert_eq!(view.positions.len(), plain.held.values().filter(|(qty, _)| !qty.is_zero()).count());
    prop_assert_eq!(account.is_flat(), view.positions.is_empty());
    if account.is_flat() {
        // First in, first out and by average come to the same once nothing is left.
        let pnl: Money = view.trades.iter().map(|trip| trip.pnl).sum();
        prop_assert_eq!(pnl, view.realised - view.fees);
        let fees: Money = view.trades.iter().map(|trip| trip.fees).sum();
        prop_assert_eq!(fees, view.fees);
    }
    Ok(())
}

fn run(kind: AccountKind, steps: &[Step]) -> Result<Account, TestCaseError> {
    let start = Money::from(100_000);
    let mut account = Account::new("manual", terms(kind, 10), start, RiskLimits::default(), Nanos::ZERO);
    let mut plain = Plain { start, peak: start, ..Plain::default() };
    let trade = |account: &mut Account, plain: &mut Plain, fill: Fill, last: Option<Price>| {
        let before = account.view(&|_| None).realised;
        let signed = money::of_qty(fill.qty) * Money::from(fill.side.sign());
        let done = account.fill(fill.clone(), last);
        let held = plain.held.entry(fill.symbol).or_default();
        held.1 = last.unwrap_or(if held.0.is_zero() { fill.price } else { held.1 });
        held.0 += signed;
        plain.flow -= signed * money::of_price(fill.price);
        plain.fees += fill.fee;
        plain.fills += 1;
        plain.look();
        (done.realised, account.view(&|_| None).realised - before, money::of_qty(done.position), plain.held[&fill.symbol].0)
    };
    for step in steps {
        match *step {
            Step::Fill { symbol: of, buys, qty, price, bps, order, last } => {
                let (price, qty) = (Price::from_units(price), Qty::from_units(qty));
                let fee = money::basis_points(money::notional(price, qty), Money::from(bps));
                let side = if buys { Side::Buy } else { Side::Sell };
                let fill = fill(order, symbol(of), side, price, qty, fee);
                let (said, realised, position, wanted) = trade(&mut account, &mut plain, fill, last.map(Price::from_units));
                prop_assert_eq!(said, realised);
                prop_assert_eq!(position, wanted);
            }
            Step::Close { symbol: of, price, order } => {
                let held = account.position(symbol(of));
                if held.is_zero() {
                    continue;
                }
                let side = if held > Qty::ZERO { Side::Sell } else { Side::Buy };
                let fill = fill(order, symbol(of), side, Price::from_units(price), held.abs(), Money::new(123, 8));
                let (.., position, wanted) = trade(&mut account, &mut plain, fill, None);
                prop_assert!(position.is_zero() && wanted.is_zero());
            }
            Step::Mark { symbol: of, price } => {
                account.mark(symbol(of), Price::from_units(price));
                if let Some(held) = plain.held.get_mut(&symbol(of)).filter(|held| !held.0.is_zero()) {
                    held.1 = Price::from_units(price);
                }
                plain.look();
            }
            Step::Fund { symbol: of, price, rate } => {
                let got = account.fund(symbol(of), Price::from_units(price), Price::from_units(rate));
                let qty = plain.held.get(&symbol(of)).map_or(Money::ZERO, |held| held.0);
                prop_assert_eq!(got.is_some(), !qty.is_zero());
                // Rounded twice at most where the plain way has no 24 places.
                let wanted = -qty * money::of_price(Price::from_units(price)) * Money::new(rate, 8);
                let got = got.unwrap_or_default();
                prop_assert!((got - wanted).abs() <= Money::new(6, 9), "{} for {}", got, wanted);
                plain.funding += got;
                plain.look();
            }
            Step::Done { order: id } => {
                let request = OrderRequest::market(symbol(0), Side::Buy, Qty::from_units(1));
                account.set_order(order(id, request, Qty::from_units(1), Qty::from_units(1), OrderState::Filled), None);
            }
            Step::Day => {
                account.new_day();
                prop_assert_eq!(account.view(&|_| None).day_start, plain.equity());
            }
        }
        agrees(&account, &plain)?;
    }
    Ok(account)
}

/// The same picture, but for what is not kept: histories and curves.
fn same(one: &Account, two: &Account) -> Result<(), TestCaseError> {
    let (one, two) = (one.view(&|_| None), two.view(&|_| None));
    prop_assert_eq!(&one.positions, &two.positions);
    let money = |view: &crate::broker::AccountView| {
        [
            view.start,
            view.cash,
            view.equity,
            view.unrealised,
            view.realised,
            view.fees,
            view.slippage,
            view.funding,
            view.buying_power,
            view.held,
            view.margin,
            view.maintenance,
            view.peak,
            view.day_start,
            view.turnover,
        ]
    };
    prop_assert_eq!(money(&one), money(&two));
    prop_assert_eq!(
        (one.fills_made, one.fill_count, &one.limits, &one.killed),
        (two.fills_made, two.fill_count, &two.limits, &two.killed)
    );
    prop_assert_eq!(one.max_drawdown, two.max_drawdown);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn margin_books_are_exact(steps in prop::collection::vec(step(), 1..40)) {
        run(AccountKind::Margin, &steps)?;
    }

    #[test]
    fn cash_books_are_exact(steps in prop::collection::vec(step(), 1..40)) {
        run(AccountKind::Cash, &steps)?;
    }

    #[test]
    fn a_restart_changes_nothing(kind: bool, steps in prop::collection::vec(step(), 1..30), more in prop::collection::vec((any::<u8>(), price()), 0..10)) {
        let kind = if kind { AccountKind::Cash } else { AccountKind::Margin };
        let mut account = run(kind, &steps)?;
        let text = serde_json::to_string(&account.save()).unwrap();
        let saved: SavedAccount = serde_json::from_str(&text).unwrap();
        let mut again = Account::restore(&saved, terms(kind, 10), Nanos::ZERO);
        same(&account, &again)?;
        for (of, price) in more {
            account.mark(symbol(of), Price::from_units(price));
            again.mark(symbol(of), Price::from_units(price));
            same(&account, &again)?;
        }
        // Lots and their fees as well: what is closed later comes to the same.
        let held: Vec<_> = account.positions().collect();
        for held in held {
            let side = if held.qty > Qty::ZERO { Side::Sell } else { Side::Buy };
            let closing = fill(99, held.symbol, side, held.mark, held.qty.abs(), Money::new(7, 3));
            account.fill(closing.clone(), None);
            again.fill(closing, None);
        }
        same(&account, &again)?;
        let closed = |account: &Account| -> Vec<_> {
            account.view(&|_| None).trades.iter().filter(|trip| trip.exit_order == 99).copied().collect()
        };
        prop_assert_eq!(closed(&account), closed(&again));
    }

    /// Orders are accepted by what `check` says and trade at their price or better, in pieces.
    #[test]
    fn a_cash_account_never_spends_or_sells_what_is_not_there(
        steps in prop::collection::vec((0_u8..10, any::<u8>(), any::<bool>(), qty(), price(), 1_i64..=100), 1..60),
    ) {
        let mut account = Account::new("manual", terms(AccountKind::Cash, 1), Money::from(10_000), RiskLimits::default(), Nanos::ZERO);
        let (mut next, mut fills) = (0_u64, 0_u32);
        for (what, of, buys, qty, price, part) in steps {
            let (price, qty) = (Price::from_units(price), Qty::from_units(qty));
            let side = if buys { Side::Buy } else { Side::Sell };
            match what {
                0..=4 => {
                    // Every other one as large as it may be at all.
                    let most = account.most(symbol(of), side, price, false, None);
                    let qty = if part % 2 == 0 { most } else { qty };
                    let refused = account.check(symbol(of), side, qty, price, None).is_err();
                    prop_assert_eq!(refused, qty > most);
                    if !refused && !qty.is_zero() {
                        next += 1;
                        let request = OrderRequest::limit(symbol(of), side, qty, price);
                        account.set_order(order(next, request, qty, Qty::ZERO, OrderState::Working), None);
                    }
                }
                5..=7 => {
                    let Some(resting) = account.working().get(of as usize % account.working().len().max(1)).cloned() else { continue };
                    let trades = Qty::from_units((resting.left().units() / 100 * part).max(1).min(resting.left().units()));
                    let limit = resting.request.kind.price().unwrap();
                    let better = if resting.request.side == Side::Buy { limit.min(price) } else { limit.max(price) };
                    let fee = account.terms().fee(better, trades, of % 2 == 0);
                    account.fill(fill(resting.id, resting.request.symbol, resting.request.side, better, trades, fee), None);
                    let mut after = (*resting).clone();
                    after.filled += trades;
                    after.state = if after.left().is_zero() { OrderState::Filled } else { OrderState::Partial };
                    account.set_order(Arc::new(after), None);
                    fills += 1;
                }
                8 => {
                    let Some(resting) = account.working().first().cloned() else { continue };
                    account.set_order(Arc::new(OrderView { state: OrderState::Cancelled, ..(*resting).clone() }), None);
                }
                _ => {
                    account.mark(symbol(of), price);
                }
            }
            // Fees are billed in steps of 1e-8, of each piece anew.
            let slack = Money::new(1, 8) * Money::from(fills);
            prop_assert!(account.held() >= Money::ZERO);
            prop_assert!(account.cash() - account.held() >= -slack, "{} held of {}", account.held(), account.cash());
            for of in 0..3 {
                let sells = account.working().iter().filter(|order| order.request.symbol == symbol(of) && order.request.side == Side::Sell);
                let sold: i64 = sells.map(|order| order.left().units()).sum();
                prop_assert!(account.position(symbol(of)).units() >= sold);
            }
        }
        if account.working().is_empty() {
            prop_assert_eq!(account.held(), Money::ZERO);
        }
    }

    /// What `most` allows is accepted and leaves margin enough; a little more is not, unless it only closes.
    #[test]
    fn margin_orders_fit_what_is_free(
        leverage in 1_u32..126, held in -1_000_000_000_i64..1_000_000_000, open in prop::collection::vec((any::<bool>(), qty(), 50_i64..200), 0..4),
        buys: bool, price in 50_i64..200,
    ) {
        let mut account = Account::new("manual", terms(AccountKind::Margin, leverage), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
        let whole = |price: i64| Price::from_units(price * 100_000_000);
        let side = |buys: bool| if buys { Side::Buy } else { Side::Sell };
        if held != 0 {
            account.fill(fill(1, symbol(0), side(held > 0), whole(100), Qty::from_units(held.abs()), Money::ZERO), None);
        }
        for (id, (buys, qty, price)) in (2..).zip(open) {
            if account.check(symbol(0), side(buys), Qty::from_units(qty), whole(price), None).is_ok() {
                let request = OrderRequest::limit(symbol(0), side(buys), Qty::from_units(qty), whole(price));
                account.set_order(order(id, request, Qty::from_units(qty), Qty::ZERO, OrderState::Working), None);
            }
        }
        let (side, price) = (side(buys), whole(price));
        let free = account.equity() - account.margin() - account.held();
        let most = account.most(symbol(0), side, price, false, None);
        let closes = account.reducible(symbol(0), side);
        prop_assert!(most >= closes);
        prop_assume!(free >= Money::ZERO);
        for (qty, fits) in [(most, true), (most + Qty::from_units(most.units() / 1_000 + 10), false)] {
            let request = OrderRequest::limit(symbol(0), side, qty, price);
            let mut then = account.clone();
            then.set_order(order(99, request, qty, Qty::ZERO, OrderState::Working), None);
            let left = then.equity() - then.margin() - then.held();
            if fits && qty > closes {
                prop_assert!(left >= Money::ZERO, "{} left", left);
            }
            if !fits {
                prop_assert!(left < Money::ZERO, "{} left of {} with {}", left, free, qty);
            }
        }
    }
}

#[test]
fn one_exit_of_two_entries_makes_two_round_trips_with_both_ends_fees() {
    let mut account =
        Account::new("manual", terms(AccountKind::Margin, 10), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
    let btc = symbol(0);
    let whole = |n: i64| Price::from_units(n * 100_000_000);
    let qty = |n: i64| Qty::from_units(n * 100_000_000);
    let mut trade = |order, side, price, amount| {
        account.fill(fill(order, btc, side, whole(price), qty(amount), Money::from(amount)), None).realised
    };
    trade(1, Side::Buy, 10, 1);
    trade(1, Side::Buy, 12, 1);
    trade(2, Side::Buy, 20, 2);
    assert_eq!(trade(3, Side::Sell, 30, 3), Money::new(435, 1), "(30 - 15.5) x 3");
    assert_eq!(trade(3, Side::Sell, 33, 3), Money::new(175, 1), "closes one and turns");
    assert_eq!(account.position(btc), qty(-2));
    let view = account.view(&|_| None);
    let seen: Vec<_> = view.trades.iter().map(|t| (t.entry_order, t.exit_order, t.qty, t.entry, t.exit, t.fees, t.pnl)).collect();
    assert_eq!(
        seen,
        [
            (1, 3, qty(2), whole(11), whole(30), Money::from(4), Money::from(34)),
            (2, 3, qty(2), whole(20), Price::from_units(3_150_000_000), Money::from(4), Money::from(19)),
        ]
    );
    let lots: Vec<_> = view.positions[0].lots.iter().map(|lot| (lot.order, lot.qty, lot.price)).collect();
    assert_eq!(lots, [(3, qty(-2), whole(33))]);
    assert_eq!(view.cash, Money::from(1_000 + 61 - 10));
}

#[test]
fn a_position_is_liquidated_at_its_liquidation_price_and_not_before() {
    for (side, leverage) in [(Side::Buy, 10), (Side::Sell, 10), (Side::Buy, 2), (Side::Sell, 125)] {
        let mut account =
            Account::new("manual", terms(AccountKind::Margin, leverage), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
        let at = Price::from_units(10_000_000_000);
        let qty = Qty::from_units(i64::from(leverage) * 990_000_000);
        account.fill(fill(1, symbol(0), side, at, qty, Money::from(2)), None);
        let other = Price::from_units(50_000_000);
        account.fill(fill(2, symbol(1), Side::Sell, other, Qty::from_units(1_000_000_000), Money::ZERO), None);
        let price = account.view(&|_| None).position(symbol(0)).unwrap().liquidation.unwrap();
        let towards = Price::from_units(-10 * side.sign());
        assert!(!account.mark(symbol(0), price - towards) || account.alarm().is_none(), "{side:?} {price}");
        assert!(account.mark(symbol(0), price + towards), "{side:?} {price}");
        assert!(matches!(account.alarm(), Some(Alarm::Liquidation(_))));
        // Once the exchange tells its own mark price, trades liquidate nobody.
        assert!(!account.mark_price(symbol(0), at));
        assert_eq!(account.alarm(), None);
        assert!(account.mark_price(symbol(0), price + towards));
        account.mark(symbol(0), at);
        assert!(matches!(account.alarm(), Some(Alarm::Liquidation(_))));
    }
}

#[test]
fn a_long_that_cannot_be_liquidated_has_no_price_for_it() {
    let mut account =
        Account::new("manual", terms(AccountKind::Margin, 10), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
    account
        .fill(fill(1, symbol(0), Side::Buy, Price::from_units(10_000_000_000), Qty::from_units(100_000_000), Money::ZERO), None);
    assert_eq!(account.view(&|_| None).positions[0].liquidation, None);
}

#[test]
fn orders_of_which_one_can_trade_hold_once_and_reduce_only_ones_nothing() {
    let mut account = Account::new("manual", terms(AccountKind::Cash, 1), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
    let (btc, one) = (symbol(0), Qty::from_units(100_000_000));
    let whole = |n: i64| Price::from_units(n * 100_000_000);
    account.fill(fill(1, btc, Side::Buy, whole(100), one, Money::ZERO), None);
    let linked = |id: u64, other: u64, price| {
        let resting = order(id, OrderRequest::limit(btc, Side::Sell, one, whole(price)), one, Qty::ZERO, OrderState::Working);
        Arc::new(OrderView { linked: Some(other), ..(*resting).clone() })
    };
    account.set_order(linked(2, 3, 90), None);
    account.set_order(linked(3, 2, 120), None);
    let sells = |account: &Account, except| account.most(btc, Side::Sell, whole(100), false, except);
    assert_eq!(sells(&account, None), Qty::ZERO);
    assert_eq!(sells(&account, Some(2)), Qty::ZERO, "the other one still holds it");
    account.set_order(Arc::new(OrderView { state: OrderState::Cancelled, ..(*linked(3, 2, 120)).clone() }), None);
    assert_eq!(sells(&account, Some(2)), one);
    assert_eq!(
        account.check(btc, Side::Sell, one, whole(100), None).unwrap_err().as_ref(),
        "sells 1 but only 0 are held: at most 0"
    );
    let exit = OrderRequest { reduce_only: true, ..OrderRequest::limit(btc, Side::Sell, one, whole(150)) };
    account.set_order(order(4, exit, one, Qty::ZERO, OrderState::Working), None);
    assert_eq!(sells(&account, Some(2)), one);
    assert_eq!((account.reducible(btc, Side::Sell), account.reducible(btc, Side::Buy)), (one, Qty::ZERO));
    // Of two buys of which one can trade the dearer is held, and the other once that is gone.
    let buys = |id: u64, other: u64, price: i64, state| {
        let resting = order(id, OrderRequest::limit(btc, Side::Buy, one, whole(price)), one, Qty::ZERO, state);
        Arc::new(OrderView { linked: Some(other), ..(*resting).clone() })
    };
    account.set_order(buys(6, 7, 200, OrderState::Working), None);
    account.set_order(buys(7, 6, 400, OrderState::Working), None);
    assert_eq!(account.held(), Money::new(4_002, 1), "not 600 with its fee");
    account.set_order(buys(7, 6, 400, OrderState::Cancelled), None);
    assert_eq!(account.held(), Money::new(2_001, 1));
    account.set_order(buys(6, 7, 200, OrderState::Cancelled), None);
    // A buy at 100 holds its cost and the higher of both fees (5 bps).
    account.set_order(order(5, OrderRequest::limit(btc, Side::Buy, one, whole(100)), one, Qty::ZERO, OrderState::Working), None);
    assert_eq!(account.held(), Money::new(10_005, 2));
    assert_eq!(account.buying_power(), Money::new(79_995, 2));
    assert_eq!(account.view(&|_| None).working.len(), 3);
}

#[test]
fn the_view_is_the_same_until_something_changes() {
    let mut account =
        Account::new("manual", terms(AccountKind::Margin, 10), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
    let first = account.view(&|_| None);
    assert!(!account.mark(symbol(0), Price::from_units(100)), "nothing is held");
    assert!(Arc::ptr_eq(&first, &account.view(&|_| None)));
    account
        .fill(fill(1, symbol(0), Side::Buy, Price::from_units(10_000_000_000), Qty::from_units(100_000_000), Money::ZERO), None);
    let second = account.view(&|_| None);
    account.mark(symbol(0), Price::from_units(10_000_000_000));
    assert!(Arc::ptr_eq(&second, &account.view(&|_| None)), "the same price again");
    account.mark(symbol(0), Price::from_units(10_000_000_001));
    assert!(!Arc::ptr_eq(&second, &account.view(&|_| None)));
    assert_eq!(account.changes(), 1);
}

#[test]
fn limits_stop_an_account_on_a_tick() {
    let limits = RiskLimits { max_daily_loss: Some(Money::from(5)), ..RiskLimits::default() };
    let mut account = Account::new("manual", terms(AccountKind::Margin, 10), Money::from(1_000), limits, Nanos::ZERO);
    let whole = |n: i64| Price::from_units(n * 100_000_000);
    account.fill(fill(1, symbol(0), Side::Buy, whole(100), Qty::from_units(100_000_000), Money::ZERO), None);
    assert!(!account.mark(symbol(0), whole(96)));
    assert!(account.mark(symbol(0), whole(95)));
    let Some(Alarm::Limit(why)) = account.alarm() else { panic!("not stopped") };
    account.kill(why.clone());
    assert_eq!(account.alarm(), None);
    assert!(!account.mark(symbol(0), whole(94)));
    assert_eq!(account.view(&|_| None).killed, Some(why));
    account.unlock();
    assert!(!account.mark(symbol(0), whole(90)));
    assert!(account.mark(symbol(0), whole(89)));
}

#[test]
fn a_restored_account_keeps_what_it_may_hold_until_it_is_flat() {
    let spot = terms(AccountKind::Cash, 1);
    let mut account = Account::new("manual", spot.clone(), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
    let (at, one) = (Price::from_units(10_000_000_000), Qty::from_units(100_000_000));
    account.fill(fill(1, symbol(0), Side::Buy, at, one, Money::ZERO), None);
    let mut again = Account::restore(&account.save(), terms(AccountKind::Margin, 10), Nanos::ZERO);
    assert_eq!((again.terms().kind, again.cash(), again.equity()), (AccountKind::Cash, Money::from(900), Money::from(1_000)));
    again.fill(fill(2, symbol(0), Side::Sell, at, one, Money::ZERO), None);
    let flat = Account::restore(&again.save(), terms(AccountKind::Margin, 10), Nanos::ZERO);
    assert_eq!((flat.terms().kind, flat.equity()), (AccountKind::Margin, Money::from(1_000)));
}

#[test]
fn what_was_let_trade_again_is_not_stopped_by_a_restart() {
    let limits = RiskLimits { max_drawdown_pct: Some(10.0), ..RiskLimits::default() };
    let mut account = Account::new("manual", terms(AccountKind::Margin, 10), Money::from(1_000), limits, Nanos::ZERO);
    let (at, two) = (Price::from_units(10_000_000_000), Qty::from_units(200_000_000));
    account.fill(fill(1, symbol(0), Side::Buy, at, two, Money::ZERO), None);
    assert!(account.mark(symbol(0), Price::from_units(4_000_000_000)));
    account.kill("drawdown".into());
    let stopped = Account::restore(&account.save(), terms(AccountKind::Margin, 10), Nanos::ZERO);
    assert_eq!(stopped.killed().map(AsRef::as_ref), Some("drawdown"));
    account.unlock();
    let mut again = Account::restore(&account.save(), terms(AccountKind::Margin, 10), Nanos::ZERO);
    assert_eq!((again.killed(), again.alarm()), (None, None));
    assert!(!again.mark(symbol(0), Price::from_units(3_900_000_000)));
    assert_eq!(again.view(&|_| None).peak, Money::from(1_000));
}

#[test]
fn orders_of_a_minute_are_counted() {
    let mut account =
        Account::new("manual", terms(AccountKind::Margin, 10), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
    (0..3).for_each(|n| account.sent(Nanos::from_secs(n * 10)));
    assert_eq!(account.view(&|_| None).recent_orders, 3);
    account.forget(Nanos::from_millis(59_999));
    assert_eq!(account.view(&|_| None).recent_orders, 3);
    account.second(Nanos::from_secs(70));
    assert_eq!(account.view(&|_| None).recent_orders, 1);
}

#[test]
fn what_was_closed_is_final_once_flat() {
    let mut account =
        Account::new("manual", terms(AccountKind::Margin, 10), Money::from(1_000), RiskLimits::default(), Nanos::ZERO);
    let (at, one) = (Price::from_units(10_000_000_000), Qty::from_units(100_000_000));
    // Two orders that both trade in two pieces: flat in between, so these are two round trips.
    for (order, side) in [(1, Side::Buy), (2, Side::Sell), (1, Side::Buy), (2, Side::Sell)] {
        account.fill(fill(order, symbol(0), side, at, one, Money::ZERO), None);
    }
    assert_eq!(account.view(&|_| None).trades.iter().map(|trip| trip.qty).collect::<Vec<_>>(), [one, one]);
}
