use super::*;
use crate::app::commands::Scope;
use crate::app::keymap::Keymap;
use crate::app::layout::Workspace;
use crate::app::{Library, Options};
use crate::broker::AccountView;
use crate::domain::{Money, OrderState, Size, TimeInForce, Timeframe};
use crate::ui::panes::fixtures::{NOON, market, symbol, walk};
use crate::ui::panes::trading_fixture::{beside, fill, order, trading};

fn view() -> View {
    let mut view = trading(market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON));
    view.snapshot.venue = "binance-futures".into();
    view
}

fn app() -> App {
    App::new(Options {
        keymap: Keymap::default(),
        utc: true,
        theme: "midnight".to_owned(),
        library: Library::default(),
        workspace: Workspace::Trade,
    })
}

fn press(app: &mut App, view: &View, keys: &str) -> Vec<Effect> {
    keys.split(' ').flat_map(|key| app.press(key.parse::<Key>().unwrap(), Scope::Chart, view, NOON)).collect()
}

fn actions(effects: Vec<Effect>) -> Vec<TradingAction> {
    let action = |effect| match effect {
        Effect::Session(Request::Trade(action)) => Some(*action),
        _ => None,
    };
    effects.into_iter().filter_map(action).collect()
}

fn ticket(app: &App) -> &Ticket {
    match &app.dialog {
        Some(Dialog::Ticket(ticket)) => ticket,
        other => panic!("no ticket: {other:?}"),
    }
}

fn manual(view: &mut View) -> &mut AccountView {
    Arc::make_mut(&mut view.snapshot.trading.broker.accounts[0])
}

/// The only order that was sent.
fn sent(effects: Vec<Effect>) -> OrderRequest {
    match actions(effects).as_slice() {
        [TradingAction::Order { account, place: Placement::Single(order) }] if **account == *MANUAL => order.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_strokes_send_an_order_once_the_question_is_off() {
    let view = view();
    let mut app = app();
    app.trading.confirm = false;
    let top = view.snapshot.symbols[0].top.unwrap();
    let order = sent(press(&mut app, &view, "b enter"));
    assert_eq!((order.symbol, order.side, order.kind), (symbol(), Side::Buy, OrderKind::Limit { price: top.bid }));
    // A hundredth of the equity to begin with, on the lot.
    let Size::Qty(qty) = order.size else { panic!("{order:?}") };
    let worth = qty.to_f64() * top.bid.to_f64();
    assert!((900.0..=1_020.0).contains(&worth) && qty.units() % 100_000 == 0, "{qty} {worth}");
    assert!(app.dialog.is_none());
    // What was sent last is what the next one begins with.
    let order = sent(press(&mut app, &view, "s m 0 . 5 enter"));
    assert_eq!((order.side, order.kind), (Side::Sell, OrderKind::Market));
    let again = sent(press(&mut app, &view, "b enter"));
    assert_eq!((again.kind, again.size), (OrderKind::Market, Size::Qty("0.5".parse().unwrap())));
}

#[test]
fn the_question_sends_goes_back_and_can_be_turned_off() {
    let view = view();
    let mut app = app();
    assert_eq!(press(&mut app, &view, "b enter"), []);
    assert!(matches!(app.dialog, Some(Dialog::Sure(_))));
    assert_eq!(press(&mut app, &view, "n"), []);
    assert_eq!(ticket(&app).side, Side::Buy);
    press(&mut app, &view, "enter");
    assert_eq!(press(&mut app, &view, "z esc"), []);
    assert!(app.dialog.is_none());
    press(&mut app, &view, "b enter");
    assert_eq!(actions(press(&mut app, &view, "y")).len(), 1);
    press(&mut app, &view, "b enter");
    let effects = press(&mut app, &view, "a");
    assert!(effects.contains(&Effect::Keep(Keep::Confirm(false))));
    assert_eq!(actions(effects).len(), 1);
    assert_eq!(actions(press(&mut app, &view, "b enter")).len(), 1);
}

#[test]
fn p_turns_it_on_and_asks_before_orders_are_lost() {
    let mut view = view();
    let mut app = app();
    assert_eq!(press(&mut app, &view, "p"), []);
    assert_eq!(actions(press(&mut app, &view, "enter")), [TradingAction::Paper { on: false }]);
    manual(&mut view).working.clear();
    assert_eq!(actions(press(&mut app, &view, "p")), [TradingAction::Paper { on: false }]);
    view.snapshot.trading.broker.on = false;
    assert_eq!(actions(press(&mut app, &view, "p")), [TradingAction::Paper { on: true }]);
    // A ticket says so and turns it on.
    app.trading.confirm = false;
    assert_eq!(press(&mut app, &view, "b enter"), []);
    assert_eq!(actions(press(&mut app, &view, "v")), [TradingAction::Paper { on: true }]);
    view.snapshot.trading.broker.on = true;
    assert_eq!(actions(press(&mut app, &view, "enter")).len(), 1);
}

#[test]
fn a_price_that_nobody_wrote_goes_with_the_market() {
    let mut view = view();
    let mut app = app();
    app.trading.confirm = false;
    press(&mut app, &view, "s");
    let symbol = &mut view.snapshot.symbols[0];
    let mut top = symbol.top.unwrap();
    (top.bid, top.ask) = (beside(top.bid, 40), beside(top.ask, 40));
    symbol.top = Some(top);
    app.sync(&view, NOON);
    assert_eq!(sent(press(&mut app, &view, "enter")).kind, OrderKind::Limit { price: top.ask });
    // Once it was touched it stays.
    press(&mut app, &view, "s up +");
    assert_eq!(ticket(&app).field, TicketField::Price);
    let symbol = &mut view.snapshot.symbols[0];
    symbol.top = symbol.top.map(|mut top| {
        top.ask = beside(top.ask, 90);
        top
    });
    app.sync(&view, NOON);
    assert_eq!(sent(press(&mut app, &view, "enter")).kind, OrderKind::Limit { price: beside(top.ask, 1) });
}

#[test]
fn every_kind_of_order_can_be_written() {
    let view = view();
    let last = view.snapshot.symbols[0].last_price().unwrap();
    let mut app = app();
    app.trading.confirm = false;
    let mut kinds = Vec::new();
    for steps in 0..TicketKind::ALL.len() {
        press(&mut app, &view, "b m");
        (0..steps).for_each(|_| drop(press(&mut app, &view, "t")));
        let effects = press(&mut app, &view, "0 . 1 enter");
        assert!(!effects.is_empty(), "{steps}: {:?}", app.dialog);
        let order = sent(effects);
        kinds.push(order.kind.name());
        match order.kind {
            OrderKind::Stop { stop } | OrderKind::StopLimit { stop, .. } => assert!(stop > last, "{order:?}"),
            OrderKind::TakeProfit { stop } => assert!(stop < last, "{order:?}"),
            OrderKind::Trailing { by: crate::domain::Trail::BasisPoints(by), .. } => assert_eq!(by, 50),
            _ => {}
        }
    }
    assert_eq!(kinds, ["market", "limit", "stop", "stop-limit", "take-profit", "trailing stop", "trailing stop"]);
    // How long it stays, and the flags.
    press(&mut app, &view, "b l p r");
    let post = ticket(&app);
    assert!(post.post_only && post.reduce_only);
    press(&mut app, &view, "r down down right right right");
    assert_eq!((ticket(&app).field, ticket(&app).stays), (TicketField::Stays, Stays::Gtd));
    let order = sent(press(&mut app, &view, "down 3 0 m enter"));
    assert_eq!(order.tif, TimeInForce::Gtd(view.session.now + Nanos::from_secs(1_800)));
    assert!(order.post_only && !order.reduce_only);
}

#[test]
fn a_bracket_is_sized_by_what_is_lost_at_its_stop() {
    let view = view();
    let mut app = app();
    app.trading.confirm = false;
    press(&mut app, &view, "b l k");
    let (loss, target) = (ticket(&app).loss.text(), ticket(&app).target.text());
    // From quantity past worth and equity to risk.
    press(&mut app, &view, "down right right right");
    assert_eq!(ticket(&app).size_by, SizeBy::Risk);
    press(&mut app, &view, "2");
    let place = match actions(press(&mut app, &view, "enter")).as_slice() {
        [TradingAction::Order { place, .. }] => place.clone(),
        other => panic!("{other:?}"),
    };
    let Placement::Bracket { entry, stop, target: aim } = place else { panic!("{place:?}") };
    assert_eq!((stop, aim), (loss.parse().ok(), target.parse().ok()));
    let (OrderKind::Limit { price }, Size::Qty(qty)) = (entry.kind, entry.size) else { panic!("{entry:?}") };
    let lost = qty.to_f64() * (price.to_f64() - stop.unwrap().to_f64());
    let equity = crate::domain::money::to_f64(view.snapshot.trading.broker.accounts[0].equity);
    assert!(lost <= equity * 0.02 && lost > equity * 0.0195, "{lost} of {equity}");
}

#[test]
fn an_oco_has_a_stop_beside_it() {
    let view = view();
    let mut app = app();
    app.trading.confirm = false;
    press(&mut app, &view, "s l o");
    let effects = press(&mut app, &view, "0 . 1 enter");
    let all = actions(effects);
    let [TradingAction::Order { place: Placement::Oco(both), .. }] = all.as_slice() else {
        panic!("{all:?} {:?}", ticket(&app).plan(&view).problems)
    };
    let last = view.snapshot.symbols[0].last_price().unwrap();
    assert!(both[1].kind.stop().unwrap() < last && both[0].kind.price().unwrap() > last);
    assert_eq!((both[0].side, both[1].side), (Side::Sell, Side::Sell));
}

#[test]
fn what_is_wrong_names_what_would_be_accepted_and_one_key_takes_it() {
    let view = view();
    let mut app = app();
    app.trading.confirm = false;
    // Off the lot.
    press(&mut app, &view, "b l 0 . 1 2 3 4");
    let problems = ticket(&app).plan(&view).problems;
    assert!(problems[0].text.contains("0.1234 is no multiple of the lot 0.001: 0.123"), "{problems:?}");
    assert_eq!(press(&mut app, &view, "enter"), []);
    assert!(ticket(&app).refused);
    let order = sent(press(&mut app, &view, "v enter"));
    assert_eq!(order.size, Size::Qty("0.123".parse().unwrap()));
    // More than the margin is enough for: the nearest is less, and would be accepted.
    press(&mut app, &view, "b l 9 9 9 9 9");
    let problems = ticket(&app).plan(&view).problems;
    assert!(problems.iter().any(|problem| problem.hard && matches!(problem.fix, Some(Fix::Order(_)))), "{problems:?}");
    let order = sent(press(&mut app, &view, "v enter"));
    let Size::Qty(qty) = order.size else { panic!() };
    assert!(qty > "0.5".parse().unwrap() && qty < "99999".parse().unwrap(), "{qty}");
    // An account that is stopped takes nothing.
    let mut stopped = view.clone();
    manual(&mut stopped).killed = Some("daily loss 2,100 exceeds 2,000".into());
    press(&mut app, &stopped, "b");
    assert!(ticket(&app).plan(&stopped).action.is_none());
}

#[test]
fn the_estimate_walks_the_book_and_says_where_the_position_goes() {
    let view = view();
    let mut app = app();
    press(&mut app, &view, "s m 3");
    let plan = ticket(&app).plan(&view);
    let found = plan.estimate;
    let top = view.snapshot.symbols[0].top.unwrap();
    assert!(found.levels > 1 && found.price.unwrap() <= top.bid, "{found:?}");
    assert_eq!((found.before.to_string().as_str(), found.after.unwrap().to_string().as_str()), ("0.5", "-2.5"));
    assert!(!found.rests && found.fee.is_some_and(|(fee, bps)| fee > Money::ZERO && bps == Money::from(5)));
    // What rests says what is ahead of it.
    press(&mut app, &view, "l j");
    let found = ticket(&app).plan(&view).estimate;
    assert!(found.rests);
    assert_eq!(found.ahead, Some(view.snapshot.symbols[0].book.qty_at(Side::Sell, top.ask)));
    // Reduce-only takes what is there and no more.
    press(&mut app, &view, "r");
    assert_eq!(ticket(&app).plan(&view).estimate.after, Some(Qty::ZERO));
}

#[test]
fn orders_are_changed_moved_and_cancelled() {
    let view = view();
    let mut app = app();
    app.trading.confirm = false;
    let account: Arc<str> = MANUAL.into();
    app.act_on_trading(TradeAct::Amend(account.clone(), 11), &view, NOON);
    let price: Price = ticket(&app).price.text().parse().unwrap();
    assert_eq!(ticket(&app).field, TicketField::Price);
    // Only what was touched is sent.
    let effects = press(&mut app, &view, "+ enter");
    let changed =
        TradingAction::Amend { account: account.clone(), order: 11, qty: None, price: Some(beside(price, 1)), stop: None };
    assert_eq!(actions(effects), [changed]);
    let limit = |price| OrderKind::StopLimit { stop: price, price: beside(price, 5) };
    let waiting = order(4, symbol(), Side::Buy, limit(price), None);
    let to = beside(price, 10);
    let moved_to = TradingAction::Amend { account, order: 4, qty: None, price: Some(beside(to, 5)), stop: Some(to) };
    assert_eq!(moved(&waiting, to), Some(moved_to));
    assert_eq!(moved(&waiting, price), None);
    let all = actions(press(&mut app, &view, "ctrl-x"));
    assert!(matches!(all.as_slice(), [TradingAction::Cancel { order: None, symbol: Some(_), .. }]), "{all:?}");
    assert_eq!(press(&mut app, &view, "F"), []);
    let all = actions(press(&mut app, &view, "enter"));
    assert!(matches!(all.as_slice(), [TradingAction::Flatten { symbol: Some(_), .. }]), "{all:?}");
    app.act_on_trading(TradeAct::Reverse(None, None), &view, NOON);
    let order = sent(press(&mut app, &view, "enter"));
    assert_eq!((order.side, order.size), (Side::Sell, Size::Qty(Qty::from_units(100_000_000))));
}

#[test]
fn a_fill_and_a_refusal_are_said_once_and_none_from_before() {
    let mut view = view();
    let mut app = app();
    let said = |app: &App| app.toasts.all().map(|message| message.text.to_string()).collect::<Vec<_>>();
    app.sync(&view, NOON);
    assert_eq!(said(&app), Vec::<String>::new());
    let price = view.snapshot.symbols[0].last_price().unwrap();
    let account = manual(&mut view);
    account.fills.push(Arc::new(fill(9, symbol(), Side::Sell, price, NOON)));
    let mut refused = order(14, symbol(), Side::Buy, OrderKind::Market, None);
    (refused.state, refused.reason) = (OrderState::Rejected, "at most 0.3".into());
    account.history = crate::bars::Series::with_capacity(10);
    account.history.push(Arc::new(refused));
    view.snapshot.trading.broker.changes += 1;
    app.sync(&view, NOON);
    app.sync(&view, NOON);
    let said = said(&app);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|text| text.starts_with("sold 0.25 BTCUSDT at ")), "{said:?}");
    assert!(said.iter().any(|text| text == "order 14 rejected: at most 0.3"), "{said:?}");
}

#[test]
fn no_key_holds_the_user_or_panics() {
    let view = view();
    let empty = View::default();
    let keys =
        "b s m l t p r k o # $ % v j x + - up down left right space tab 1 . 0 pageup pagedown f2 enter n backspace home end";
    let mut dice = 7_u64;
    let all: Vec<&str> = keys.split(' ').collect();
    for round in 0..60 {
        let mut app = app();
        let side = if round % 2 == 0 { "b" } else { "s" };
        press(&mut app, &view, side);
        for _ in 0..40 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = all[(dice >> 33) as usize % all.len()];
            // The market may be gone from one moment to the next.
            let view = if dice >> 60 == 0 { &empty } else { &view };
            press(&mut app, view, key);
            app.sync(view, NOON);
        }
        for _ in 0..2 {
            if app.dialog.is_some() {
                press(&mut app, &view, "esc");
            }
        }
        assert!(app.dialog.is_none());
    }
}
