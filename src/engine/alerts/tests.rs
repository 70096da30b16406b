use super::*;
use crate::domain::{
    BookSnapshot, Channels, EngineConfig, Event, Input, Link, LinkScope, LinkState, Market, Origin, Payload, Price, Qty, Quote,
    Rearm, Side, Trade, UserAction,
};
use crate::engine::Engine;
use proptest::prelude::*;

fn symbol(name: &str) -> Symbol {
    Symbol::new(name).unwrap()
}

fn alert(id: AlertId, expr: &str, rearm: Rearm) -> Alert {
    Alert {
        id,
        symbol: symbol("BTCUSDT"),
        expr: expr.to_owned(),
        rearm,
        deliver: Channels::NONE,
        note: String::new(),
        paused: false,
        origin: Origin::User,
    }
}

fn set(alert: Alert) -> Payload {
    Payload::User(UserAction::SetAlert(Box::new((alert, AlertState::default()))))
}

fn trade(name: &str, price: f64, qty: f64) -> Payload {
    let event = Event::Trade(Trade {
        price: Price::from_units((price * 1e8).round() as i64),
        qty: Qty::from_units((qty * 1e8).round() as i64),
        side: Side::Buy,
        id: None,
        ex: None,
    });
    Payload::Market(Market::of(symbol(name), event))
}

fn quote(bid: f64, ask: f64) -> Payload {
    let price = |price: f64| Price::from_units((price * 1e8).round() as i64);
    let qty = Qty::from_units(100_000_000);
    let event = Event::Quote(Quote { bid: price(bid), bid_qty: qty, ask: price(ask), ask_qty: qty, update_id: None, ex: None });
    Payload::Market(Market::of(symbol("BTCUSDT"), event))
}

fn millis(n: i64) -> Nanos {
    Nanos::from_millis(n)
}

/// An engine told these at these milliseconds.
fn run(inputs: Vec<(i64, Payload)>) -> Engine {
    let mut engine = Engine::new(EngineConfig::default(), "test");
    for (i, (at, payload)) in inputs.into_iter().enumerate() {
        engine.apply(&Input { seq: i as u64 + 1, at: millis(at), payload });
    }
    engine
}

/// Alerts and milliseconds of what fired.
fn fired(engine: &Engine) -> Vec<(AlertId, i64)> {
    engine.firings_after(0).iter().map(|firing| (firing.id, firing.at.millis())).collect()
}

#[test]
fn a_price_is_checked_at_every_trade() {
    let mut inputs =
        vec![(0, set(alert(1, "price crosses above 100", Rearm::Always))), (0, set(alert(2, "price > 100", Rearm::Always)))];
    for (i, price) in [99.0, 100.0, 101.0, 102.0, 100.0, 100.5, 99.0, 103.0].into_iter().enumerate() {
        inputs.push((1_000 + i as i64 * 10, trade("BTCUSDT", price, 1.0)));
    }
    let engine = run(inputs);
    let crossed: Vec<i64> = fired(&engine).iter().filter(|(id, _)| *id == 1).map(|(_, at)| *at).collect();
    let above: Vec<i64> = fired(&engine).iter().filter(|(id, _)| *id == 2).map(|(_, at)| *at).collect();
    assert_eq!((crossed, above), (vec![1_020, 1_050, 1_070], vec![1_020, 1_030, 1_050, 1_070]));
    let first = &engine.firings_after(0)[0];
    assert_eq!((first.price, &*first.values[0].0, first.values[0].1), (Some(Price::from_units(10_100_000_000)), "price", 101.0));
}

#[test]
fn what_has_to_hold_fires_at_its_time_without_an_event() {
    let inputs = vec![
        (0, set(alert(1, "price > 100 for 5s", Rearm::Once))),
        (1_000, trade("BTCUSDT", 101.0, 1.0)),
        (4_000, trade("BTCUSDT", 102.0, 1.0)),
        (20_000, trade("BTCUSDT", 99.0, 1.0)),
    ];
    assert_eq!(fired(&run(inputs)), [(1, 6_000)]);
}

#[test]
fn the_age_of_the_feed_is_told_by_time_alone() {
    let inputs = vec![
        (0, set(alert(1, "feed.age > 3s", Rearm::Auto))),
        (0, set(alert(2, "feed.age >= 2s for 3s", Rearm::Once))),
        (1_000, trade("BTCUSDT", 101.0, 1.0)),
        (3_500, trade("BTCUSDT", 101.0, 1.0)),
        (6_500, trade("BTCUSDT", 101.0, 1.0)),
        (9_600, trade("BTCUSDT", 101.0, 1.0)),
        (80_000, trade("BTCUSDT", 101.0, 1.0)),
        (90_000, trade("BTCUSDT", 101.0, 1.0)),
    ];
    let engine = run(inputs);
    let exact: Vec<(AlertId, Nanos)> = engine.firings_after(0).iter().map(|firing| (firing.id, firing.at)).collect();
    // At 6.5 s the age was 3 s, which is not more; the minute of re-arming is over at 80 s, when it is false.
    let just_after = |ms: i64| Nanos(millis(ms).0 + 1);
    assert_eq!(exact, [(1, just_after(9_500)), (2, millis(14_600)), (1, just_after(83_000))]);
}

#[test]
fn bars_are_those_that_run_and_studies_those_that_closed() {
    let mut inputs = vec![
        (0, set(alert(1, "volume(1m) > 10", Rearm::Auto))),
        (0, set(alert(2, "sma(2, 1m) > 100", Rearm::Once))),
        (0, set(alert(3, "close(1m, 1) > 100", Rearm::Once))),
    ];
    for second in 0..200_i64 {
        let price = if second < 60 { 90.0 } else { 120.0 };
        inputs.push((second * 1_000 + 500, trade("BTCUSDT", price, 0.5)));
    }
    let engine = run(inputs);
    let of = |id: AlertId| fired(&engine).into_iter().filter(|(other, _)| *other == id).map(|(_, at)| at).collect::<Vec<_>>();
    // The twenty-first half of each minute; the third minute has too few seconds after the second's minute of rest.
    assert_eq!(of(1), [20_500, 80_500, 140_500]);
    // The mean of 90 and 120 closes at two minutes.
    assert_eq!((of(2), of(3)), (vec![120_000], vec![120_000]));
}

#[test]
fn indicators_are_checked_at_their_samples() {
    let mut inputs = vec![(0, set(alert(1, "spread > 50", Rearm::Once))), (0, set(alert(2, "rate(window=2) >= 1", Rearm::Once)))];
    inputs.push((200, quote(99.0, 101.0)));
    inputs.push((300, quote(99.9, 100.1)));
    inputs.push((1_100, quote(99.0, 101.0)));
    inputs.push((1_200, trade("BTCUSDT", 100.0, 1.0)));
    inputs.push((1_300, trade("BTCUSDT", 100.0, 1.0)));
    inputs.push((5_000, trade("BTCUSDT", 100.0, 1.0)));
    assert_eq!(fired(&run(inputs)), [(1, 2_000), (2, 2_000)]);
}

#[test]
fn links_and_books_are_quantities() {
    let link = |state| {
        Payload::Market(Market { symbol: None, event: Event::Link(Link { state, scope: LinkScope::All, why: "test".into() }) })
    };
    let level = |price: i64| (Price::from_units(price * 100_000_000), Qty::from_units(100_000_000));
    let book = BookSnapshot { last: 1, bids: vec![level(99)], asks: vec![level(101)], ex: None };
    let inputs = vec![
        (0, set(alert(1, "!feed.up", Rearm::Once))),
        (0, set(alert(2, "feed.synced", Rearm::Once))),
        (0, set(alert(3, "bid >= 99", Rearm::Once))),
        (1_000, trade("BTCUSDT", 100.0, 1.0)),
        (2_000, Payload::Market(Market::of(symbol("BTCUSDT"), Event::Book(book)))),
        (3_000, link(LinkState::Down)),
    ];
    assert_eq!(fired(&run(inputs)), [(2, 2_000), (3, 2_000), (1, 3_000)].map(|(id, at)| (id, at)).to_vec());
}

#[test]
fn best_prices_are_not_known_once_the_connection_is_lost() {
    let link =
        |state, scope| Payload::Market(Market { symbol: None, event: Event::Link(Link { state, scope, why: "test".into() }) });
    let held = vec![
        (0, set(alert(1, "mid > 99 for 5s", Rearm::Always))),
        (0, set(alert(2, "price > 1 && bid > 1", Rearm::Always))),
        (0, set(alert(3, "!feed.up && bid > 1", Rearm::Always))),
        (1_000, quote(100.0, 101.0)),
        (2_000, trade("BTCUSDT", 100.0, 1.0)),
        (3_000, link(LinkState::Down, LinkScope::Book)),
        (4_000, trade("BTCUSDT", 100.0, 1.0)),
        (9_000, link(LinkState::Up, LinkScope::Book)),
        (10_000, quote(100.0, 101.0)),
        (15_000, trade("BTCUSDT", 100.0, 1.0)),
    ];
    assert_eq!(fired(&run(held)), [(2, 2_000), (2, 10_000), (1, 15_000), (2, 15_000)]);
}

#[test]
fn a_book_and_its_best_prices_come_at_once() {
    let level = |price: i64| (Price::from_units(price * 100_000_000), Qty::from_units(100_000_000));
    let book = BookSnapshot { last: 1, bids: vec![level(99)], asks: vec![level(101)], ex: None };
    let inputs = vec![
        (0, set(alert(1, "!feed.synced && bid > 1", Rearm::Always))),
        (0, set(alert(2, "feed.synced && bid < 100", Rearm::Always))),
        (1_000, quote(100.0, 101.0)),
        (2_000, Payload::Market(Market::of(symbol("BTCUSDT"), Event::Book(book)))),
    ];
    assert_eq!(fired(&run(inputs)), [(1, 1_000), (2, 2_000)]);
}

#[test]
fn other_symbols_are_looked_at_when_they_come() {
    let inputs = vec![
        (0, set(alert(1, "ETHUSDT: price > 3000", Rearm::Once))),
        (0, set(alert(2, "price > 100 && ETHUSDT:price > 3000", Rearm::Once))),
        (1_000, trade("BTCUSDT", 101.0, 1.0)),
        (2_000, trade("ETHUSDT", 3_001.0, 1.0)),
    ];
    let engine = run(inputs);
    assert_eq!(fired(&engine), [(1, 2_000), (2, 2_000)]);
    let firings = engine.firings_after(0);
    assert_eq!((firings[0].symbol, firings[1].symbol), (symbol("ETHUSDT"), symbol("BTCUSDT")));
    let names: Vec<&str> = firings[1].values.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["price", "ETHUSDT:price"]);
}

#[test]
fn paused_removed_unreadable_and_unfed_alerts_stay_silent_and_say_why() {
    let inputs = vec![
        (0, set(Alert { paused: true, ..alert(1, "price > 1", Rearm::Always) })),
        (0, set(alert(2, "price > 1", Rearm::Always))),
        (0, Payload::User(UserAction::RemoveAlert(2))),
        (0, set(alert(3, "prise > 1", Rearm::Always))),
        (0, set(alert(4, "pnl < 0", Rearm::Always))),
        (0, set(alert(5, "rsi(14, 5m) < 30", Rearm::Always))),
        (1_000, trade("BTCUSDT", 101.0, 1.0)),
        (9_000, trade("BTCUSDT", 101.0, 1.0)),
    ];
    let engine = run(inputs);
    assert_eq!(fired(&engine), []);
    let view = engine.alerts();
    assert!(view.list[1].expression.as_ref().unwrap_err().contains("price"));
    assert_eq!(view.list[2].values[0].as_ref().unwrap_err(), "paper trading is off");
    assert_eq!(view.list[3].values[0].as_ref().unwrap_err(), "warming up: 0 closed 5m bars");
    assert_eq!(view.list[3].truth, None);
}

#[test]
fn a_draft_is_looked_at_and_changes_nothing() {
    let inputs = |upto: i64| (0..upto).map(|i| (i * 700, trade("BTCUSDT", 100.0 + (i % 7) as f64, 1.0))).collect::<Vec<_>>();
    let mut plain = run(inputs(50));
    let mut drafted = run(inputs(50));
    drafted.draft(Some((symbol("BTCUSDT"), "price > 100 && ofi(window=77).z > 1".to_owned())));
    let view = drafted.alerts().draft.unwrap();
    assert_eq!(view.values[0], Ok(100.0 + 49.0 % 7.0));
    for engine in [&mut plain, &mut drafted] {
        for i in 50..200_i64 {
            engine.apply(&Input {
                seq: i as u64 + 1,
                at: millis(i * 700),
                payload: trade("BTCUSDT", 100.0 + (i % 7) as f64, 1.0),
            });
        }
    }
    assert_eq!((fired(&drafted), plain.digest()), (Vec::new(), drafted.digest()));
}

#[test]
fn what_a_recording_says_again_changes_nothing() {
    let one = alert(1, "price > 100 for 5s", Rearm::Once);
    let inputs = vec![
        (0, set(one.clone())),
        (1_000, trade("BTCUSDT", 101.0, 1.0)),
        (3_000, set(one)),
        (9_000, trade("BTCUSDT", 101.0, 1.0)),
    ];
    assert_eq!(fired(&run(inputs)), [(1, 6_000)]);
}

/// The plain way: when a comparison of the price with a constant fires that has to hold for so long.
fn plainly(trades: &[(i64, f64)], above: f64, hold: i64, rearm: Rearm, end: i64) -> Vec<i64> {
    let mut fired = Vec::new();
    let (mut armed, mut been_false, mut since) = (true, false, None::<i64>);
    let mut last = i64::MIN / 2;
    let fire = |at: i64, fired: &mut Vec<i64>| fired.push(at);
    for at in 0..=end {
        // What has held until this millisecond, before what happens in it.
        if let Some(begun) = since.filter(|begun| hold > 0 && *begun + hold == at) {
            fire(at, &mut fired);
            (armed, been_false, last) = (rearm == Rearm::Always, false, at);
            since = (rearm == Rearm::Always).then_some(at);
            let _ = begun;
        }
        for &(_, price) in trades.iter().filter(|trade| trade.0 == at) {
            let truth = price > above;
            if !armed {
                been_false |= !truth;
                armed = match rearm {
                    Rearm::Auto => been_false && at - last >= 60_000,
                    Rearm::Once => false,
                    Rearm::Always => true,
                    Rearm::Cooldown(time) => at - last >= time.millis(),
                };
                been_false &= !armed;
            }
            if !armed || !truth {
                since = None;
            } else if hold == 0 {
                fire(at, &mut fired);
                (armed, been_false, last) = (rearm == Rearm::Always, false, at);
            } else if since.is_none() {
                since = Some(at);
            }
        }
    }
    fired
}

proptest! {
    #[test]
    fn it_fires_as_the_plain_way_does(
        steps in proptest::collection::vec((0_i64..9_000, 95_u32..106), 1..120),
        hold in prop_oneof![Just(0_i64), 1_i64..20_000],
        way in 0_usize..4,
        splits in proptest::collection::vec(0_i64..200_000, 0..20),
    ) {
        let rearm = [Rearm::Auto, Rearm::Once, Rearm::Always, Rearm::Cooldown(Nanos::from_secs(7))][way];
        let mut at = 0;
        let trades: Vec<(i64, f64)> = steps.iter().map(|&(step, price)| { at += step; (at, f64::from(price)) }).collect();
        let expr = if hold == 0 { "price > 100".to_owned() } else { format!("price > 100 for {hold}ms") };
        let mut engine = run(vec![(0, set(alert(1, &expr, rearm)))]);
        let mut rest = splits;
        rest.sort_unstable();
        let mut rest = rest.into_iter().peekable();
        for (i, &(at, price)) in trades.iter().enumerate() {
            // Time may pass in any number of steps.
            while let Some(split) = rest.next_if(|split| *split <= at) {
                engine.advance(millis(split));
            }
            engine.apply(&Input { seq: i as u64 + 2, at: millis(at), payload: trade("BTCUSDT", price, 1.0) });
        }
        let end = at + 30_000;
        engine.advance(millis(end));
        let firings: Vec<i64> = fired(&engine).iter().map(|(_, at)| *at).collect();
        prop_assert_eq!(firings, plainly(&trades, 100.0, hold, rearm, end));
    }

    #[test]
    fn one_engine_and_its_copies_fire_alike(
        steps in proptest::collection::vec((0_i64..3_000, 90_u32..110, 0_u8..3), 1..150), at in 0_usize..150
    ) {
        let exprs = [
            "price crosses above 100", "price moves 5% in 20s", "rate > 1 for 3s", "volume(5s) > 2 || feed.age > 2s",
            "rsi(3, 1s) < 30 && ETHUSDT:price > 95", "zscore(BTCUSDT, ETHUSDT, 1s, window=10, z=5) > 1", "mid > 100 && ofi.z > 0",
        ];
        let mut engine = Engine::new(EngineConfig::default(), "test");
        for (i, expr) in exprs.iter().enumerate() {
            engine.apply(&Input { seq: i as u64 + 1, at: Nanos::ZERO, payload: set(alert(i as u64 + 1, expr, Rearm::Always)) });
        }
        let mut time = 0;
        let inputs: Vec<Input> = steps.iter().enumerate().map(|(i, &(step, price, kind))| {
            time += step;
            let price = f64::from(price);
            let payload = match kind {
                0 => trade("BTCUSDT", price, 1.0),
                1 => trade("ETHUSDT", price, 1.0),
                _ => quote(price - 1.0, price + 1.0),
            };
            Input { seq: i as u64 + 10, at: millis(time), payload }
        }).collect();
        let mut copy = None;
        for (i, input) in inputs.iter().enumerate() {
            if i == at { copy = Some(engine.clone()) }
            engine.apply(input);
        }
        if let Some(mut copy) = copy {
            inputs[at..].iter().for_each(|input| {
                copy.advance(Nanos(input.at.0 - 1).max(copy.now()));
                copy.apply(input);
            });
            prop_assert_eq!(copy.digest(), engine.digest());
        }
    }
}
