use super::snapshot::BookState;
use super::*;
use crate::domain::{BarSpec, BookSnapshot, DepthDiff, Price, Qty, Quote, Side, Timeframe, Trade};
use proptest::prelude::*;

fn symbol() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

fn price(units: i64) -> Price {
    Price::from_units(units)
}

fn qty(units: i64) -> Qty {
    Qty::from_units(units)
}

fn trade(p: i64, q: i64) -> Event {
    Event::Trade(Trade { price: price(p), qty: qty(q), side: Side::Buy, id: None, ex: None })
}

fn link(state: LinkState, scope: LinkScope) -> Event {
    Event::Link(Link { state, scope, why: "test".into() })
}

fn input(seq: u64, at: Nanos, event: Event) -> Input {
    Input { seq, at, payload: Payload::Market(Market::of(symbol(), event)) }
}

fn run(events: Vec<(Nanos, Event)>) -> Engine {
    let mut engine = Engine::new(EngineConfig::default(), "test");
    for (i, (at, event)) in events.into_iter().enumerate() {
        engine.apply(&input(i as u64 + 1, at, event));
    }
    engine
}

fn diff(first: u64, last: u64, prev: u64, bid: (i64, i64)) -> Event {
    let bids = vec![(price(bid.0), qty(bid.1))];
    Event::Depth(DepthDiff { first, last, prev: Some(prev), bids, ..DepthDiff::default() })
}

fn book(last: u64) -> Event {
    Event::Book(BookSnapshot { last, bids: vec![(price(99), qty(5))], asks: vec![(price(101), qty(4))], ex: None })
}

fn secs(n: i64) -> Nanos {
    Nanos::from_secs(n)
}

#[test]
fn a_trade_at_a_boundary_belongs_to_the_later_bar() {
    let engine = run(vec![(secs(59), trade(10, 1)), (secs(60), trade(20, 1)), (secs(121), trade(30, 1))]);
    let snapshot = engine.snapshot();
    let minutes = &snapshot.symbols[0].time_bars[&Timeframe::M1];
    let closes: Vec<_> = minutes.iter_from(0).map(|bar| (bar.start.secs(), bar.open.units(), bar.close.units())).collect();
    assert_eq!(closes, [(0, 10, 10), (60, 20, 20), (120, 30, 30)]);
}

#[test]
fn a_book_is_believed_only_while_its_updates_continue() {
    let mut engine = run(vec![(secs(1), book(10)), (secs(2), diff(9, 12, 8, (100, 7)))]);
    let view = engine.snapshot().symbols.remove(0);
    assert!(view.book_state.is_synced());
    assert_eq!(view.top.map(|top| (top.bid.units(), top.ask.units())), Some((100, 101)));
    engine.apply(&input(3, secs(3), diff(20, 21, 19, (100, 1))));
    let view = engine.snapshot().symbols.remove(0);
    assert!(matches!(view.book_state, BookState::Lost(at, _) if at == secs(3)));
    assert_eq!(engine.snapshot().rates.breaks, 1);
    engine.apply(&input(4, secs(4), book(30)));
    assert!(engine.snapshot().symbols[0].book_state.is_synced());
}

#[test]
fn a_crossed_book_is_not_believed() {
    let engine = run(vec![(secs(1), book(10)), (secs(2), diff(9, 12, 8, (101, 7)))]);
    assert!(!engine.snapshot().symbols[0].book_state.is_synced());
}

#[test]
fn only_a_newer_update_changes_the_top() {
    let quote = |id, bid| {
        Event::Quote(Quote { bid: price(bid), bid_qty: qty(1), ask: price(200), ask_qty: qty(1), update_id: Some(id), ex: None })
    };
    let engine = run(vec![(secs(1), quote(5, 90)), (secs(2), quote(4, 80)), (secs(3), quote(6, 95))]);
    assert_eq!(engine.snapshot().symbols[0].top.map(|top| top.bid.units()), Some(95));
}

#[test]
fn bars_have_a_gap_while_trades_are_down_and_repeat_while_they_are_up() {
    let engine = run(vec![
        (secs(0), trade(10, 1)),
        (secs(3), link(LinkState::Down, LinkScope::Trades)),
        (secs(6), link(LinkState::Up, LinkScope::Trades)),
        (secs(8), trade(11, 1)),
        (secs(9), trade(11, 1)),
    ]);
    let snapshot = engine.snapshot();
    let seconds = &snapshot.symbols[0].time_bars[&Timeframe::S1];
    let starts: Vec<_> = seconds.closed.iter().map(|bar| (bar.start.secs(), bar.trades)).collect();
    assert_eq!(starts, [(0, 1), (1, 0), (2, 0), (6, 0), (7, 0), (8, 1)]);
}

#[test]
fn a_removed_symbol_stays_away_until_it_is_added_again() {
    let mut engine = run(vec![(secs(1), trade(10, 1))]);
    let act = |seq, action| Input { seq, at: secs(2), payload: Payload::User(action) };
    engine.apply(&act(2, UserAction::RemoveSymbol(symbol())));
    engine.apply(&input(3, secs(3), trade(11, 1)));
    assert!(engine.snapshot().symbols.is_empty());
    engine.apply(&act(4, UserAction::AddSymbol(Instrument::unknown(symbol()))));
    assert_eq!(engine.snapshot().symbols.len(), 1);
}

#[test]
fn a_jump_of_years_costs_no_time_and_is_a_gap() {
    let engine = run(vec![(secs(100), trade(10, 1)), (secs(1_700_000_000), trade(20, 1)), (secs(1_700_000_002), trade(20, 1))]);
    let snapshot = engine.snapshot();
    let seconds = &snapshot.symbols[0].time_bars[&Timeframe::S1];
    assert!(seconds.closed.len() < 25_000);
    assert_eq!(seconds.last().map(|bar| bar.start), Some(secs(1_700_000_002)));
    let days: Vec<_> = snapshot.symbols[0].time_bars[&Timeframe::D1].iter_from(0).map(|bar| bar.start.secs()).collect();
    assert_eq!(days.first(), Some(&0));
    assert_eq!(days.last(), Some(&1_699_920_000));
}

#[test]
fn days_between_ready_made_bars_are_passed_at_once_and_by_steps_alike() {
    let day = |number: i64| {
        let start = secs(number * 86_400);
        (start + secs(86_400), Event::Bar(crate::domain::Bar::flat(start, price(500 + number)), Timeframe::D1))
    };
    let bars = [0, 1, 4, 5].map(day);
    let plain = run(bars.to_vec());
    let mut split = Engine::new(EngineConfig::default(), "test");
    for (seq, (at, event)) in (1..).zip(bars) {
        // Within the first hour of silence, in the hole, and a day later.
        for step in [1_800, 3_599, 3_601, 50_000, 86_399, 100_000].map(|step| split.now() + secs(step)) {
            if split.now() > Nanos::ZERO && step < at {
                split.advance(step);
            }
        }
        split.apply(&input(seq, at, event));
    }
    assert_eq!(split.digest(), plain.digest());
    assert_eq!(plain.bars(symbol(), BarSpec::Time(Timeframe::D1)).unwrap().closed.len(), 4);
}

#[test]
fn zero_trades_are_left_out_and_counted() {
    let engine = run(vec![(secs(1), trade(10, 0)), (secs(1), trade(0, 10))]);
    assert_eq!(engine.snapshot().rates.ignored_trades, 2);
    assert!(engine.snapshot().symbols[0].last.is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn splitting_the_passing_of_time_changes_nothing(
        steps in proptest::collection::vec((0_i64..90_000_000_000_000, 1_i64..100, 0_u8..6), 1..40),
        splits in proptest::collection::vec(0_i64..100_000_000_000, 0..20),
    ) {
        let mut at = secs(1_700_000_000);
        let inputs: Vec<Input> = steps.iter().enumerate().map(|(i, &(dt, p, kind))| {
            at += Nanos(if kind == 0 { dt } else { dt / 10_000 });
            let event = match kind {
                1 => link(LinkState::Down, LinkScope::All),
                2 => link(LinkState::Up, LinkScope::All),
                3 => book(p as u64),
                _ => trade(p, p),
            };
            input(i as u64 + 1, at, event)
        }).collect();
        let end = at + secs(100_000);
        let few = Some(vec!["ofi".to_owned(), "cvd".to_owned(), "rv".to_owned()]);
        let config = EngineConfig { indicators: few, ..EngineConfig::default() };
        let mut plain = Engine::new(config.clone(), "test");
        for i in &inputs {
            plain.apply(i);
        }
        plain.advance(end);
        let mut split = Engine::new(config, "test");
        for i in &inputs {
            for &dt in &splits {
                let moment = split.now() + Nanos(dt);
                if moment <= i.at && split.seq() > 0 {
                    split.advance(moment);
                    let copy = split.clone();
                    drop(split.snapshot());
                    split = copy;
                }
            }
            split.apply(i);
        }
        split.advance(end);
        prop_assert_eq!(plain.digest(), split.digest());
    }
}
