use crate::broker::Happening;
use crate::domain::trading::MANUAL;
use crate::domain::{
    Alert, AlertState, Bar, BrokerConfig, Channels, EngineConfig, Event, Fill, Input, Latency, Market, Money, Nanos,
    OrderRequest, Origin, Payload, Placement, Price, Profile, Qty, Rearm, Side, StrategyRun, Symbol, Timeframe, Trade,
    TradingAction, UserAction, Volume,
};
use crate::engine::Engine;
use proptest::prelude::*;
use std::sync::Arc;

fn btc() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn qty(text: &str) -> Qty {
    text.parse().unwrap()
}

fn trade(at: Nanos, price: Price, qty: Qty, side: Side) -> Input {
    let trade = Trade { price, qty, side, id: None, ex: None };
    Input { seq: 0, at, payload: Payload::Market(Market::of(btc(), Event::Trade(trade))) }
}

fn act(at: Nanos, action: TradingAction) -> Input {
    Input { seq: 0, at, payload: Payload::User(UserAction::Trading(Box::new(action))) }
}

fn order(request: OrderRequest) -> TradingAction {
    TradingAction::Order { account: MANUAL.into(), place: Placement::Single(request) }
}

fn millis(millis: i64) -> Nanos {
    Nanos::from_secs(1_700_000_000) + Nanos::from_millis(millis)
}

fn play(config: EngineConfig, inputs: impl IntoIterator<Item = Input>) -> Engine {
    let mut engine = Engine::new(config, "binance-futures");
    for (seq, input) in (1..).zip(inputs) {
        engine.apply(&Input { seq, ..input });
    }
    engine
}

fn fills(engine: &Engine) -> Vec<Arc<Fill>> {
    let events = engine.broker_events_after(0);
    events.filter_map(|event| if let Happening::Fill(fill) = &event.what { Some(Arc::clone(fill)) } else { None }).collect()
}

fn simple() -> EngineConfig {
    EngineConfig { broker: BrokerConfig { profile: Profile::Simple, ..BrokerConfig::default() }, ..EngineConfig::default() }
}

fn bars(closes: &[i64]) -> Vec<Input> {
    let mut open = closes[0];
    let bar = |(n, close): (usize, &i64)| {
        let start = Timeframe::M1.start_of(millis(0)) + Nanos::from_secs(60 * n as i64);
        let (low, high) = (open.min(*close), open.max(*close));
        let units = |n: i64| Price::from_units(n * 100_000_000);
        let bar = Bar {
            start,
            open: units(open),
            high: units(high),
            low: units(low),
            close: units(*close),
            volume: Volume::from_units(100_000_000),
            buy_volume: Volume::ZERO,
            trades: 1,
        };
        open = *close;
        let event = Event::Bar(bar, Timeframe::M1);
        Input { seq: 0, at: start + Nanos::from_secs(60), payload: Payload::Market(Market::of(btc(), event)) }
    };
    closes.iter().enumerate().map(bar).collect()
}

fn run(account: &str, strategy: &str) -> StrategyRun {
    StrategyRun { account: account.into(), strategy: strategy.to_owned(), symbols: vec![btc()], bar: "1m".to_owned(), cash: None }
}

#[test]
fn an_order_meets_only_what_comes_after_its_arrival() {
    let latency = Latency::Constant { entry: Nanos::from_millis(50), response: Nanos::from_millis(50) };
    let config = EngineConfig { broker: BrokerConfig { latency, ..BrokerConfig::default() }, ..EngineConfig::default() };
    let inputs = [
        trade(millis(0), price("100"), qty("1"), Side::Buy),
        act(millis(1), TradingAction::Paper { on: true }),
        act(millis(1_000), order(OrderRequest::market(btc(), Side::Buy, qty("0.5")))),
        trade(millis(1_049), price("101"), qty("1"), Side::Buy),
        trade(millis(1_051), price("102"), qty("1"), Side::Buy),
        trade(millis(1_060), price("103"), qty("1"), Side::Buy),
    ];
    let engine = play(config, inputs);
    let fills = fills(&engine);
    assert_eq!(
        fills.iter().map(|fill| (fill.price, fill.qty, fill.at)).collect::<Vec<_>>(),
        [(price("102"), qty("0.5"), millis(1_051))]
    );
    let view = engine.trading().broker;
    let account = view.account(MANUAL).unwrap();
    // 0.5 × (103 − 102), less 5 bps of 51.
    assert_eq!(account.equity, Money::new(1_000_005, 1) - Money::new(255, 4));
}

#[test]
fn nothing_is_placed_while_paper_trading_is_off() {
    let inputs = [
        trade(millis(0), price("100"), qty("1"), Side::Buy),
        act(millis(1), order(OrderRequest::market(btc(), Side::Buy, qty("0.5")))),
        trade(millis(500), price("101"), qty("1"), Side::Buy),
    ];
    let engine = play(simple(), inputs);
    assert!(fills(&engine).is_empty());
    let view = engine.trading().broker;
    let refused = view.account(MANUAL).unwrap().history.last().unwrap().reason.clone();
    assert!(refused.contains("paper trading is off"), "{refused}");
}

#[test]
fn a_strategy_acts_on_closed_bars_and_trades_at_the_next_open() {
    let closes = [104, 103, 102, 101, 100, 110, 120, 130, 120, 100, 90, 80, 80, 80];
    let mut config = simple();
    config.strategies = vec![run("ma_cross", "ma_cross(fast=2,slow=4)")];
    config.broker.taker_bps = Some(Money::ZERO);
    let inputs = bars(&closes);
    let engine = play(config, inputs.clone());
    let fills = fills(&engine);
    let open = |n: usize| match &inputs[n].payload {
        Payload::Market(Market { event: Event::Bar(bar, _), .. }) => (bar.start, bar.open),
        _ => unreachable!(),
    };
    // The fast mean crosses above at the close of bar 5, and below at that of bar 9.
    let told: Vec<_> = fills.iter().map(|fill| (fill.side, fill.market_at, fill.price)).collect();
    assert_eq!(told, [(Side::Buy, open(6).0, open(6).1), (Side::Sell, open(10).0, open(10).1)]);
    let trading = engine.trading();
    assert_eq!(trading.signals.iter().map(|signal| signal.side).collect::<Vec<_>>(), ["BUY", "EXIT"]);
    assert!(trading.signals.iter().all(|signal| !signal.why.is_empty()));
    let account = trading.broker.account("ma_cross").unwrap();
    assert_eq!((account.trades.len(), account.bars.len()), (1, closes.len()));
}

#[test]
fn strategies_side_by_side_do_not_disturb_each_other() {
    let closes: Vec<i64> = (0..400).map(|n| 1_000 + (n * n * 7) % 97 + (n % 31) * 5).collect();
    let alone = |strategies: Vec<StrategyRun>| {
        let engine = play(EngineConfig { strategies, ..simple() }, bars(&closes));
        let told: Vec<_> = fills(&engine)
            .iter()
            .filter(|fill| &*fill.account == "one")
            .map(|fill| (fill.side, fill.price, fill.qty, fill.at, fill.fee))
            .collect();
        told
    };
    let one = run("one", "ma_cross(fast=3,slow=8)");
    let single = alone(vec![one.clone()]);
    assert!(single.len() > 10, "{}", single.len());
    assert_eq!(single, alone(vec![run("other", "ma_cross(fast=2,slow=5,short=true)"), one, run("third", "momentum")]));
}

#[test]
fn alerts_look_at_the_account() {
    let alert = Alert {
        id: 1,
        symbol: btc(),
        expr: "pnl < -1 && position > 0".to_owned(),
        rearm: Rearm::Once,
        deliver: Channels::NONE,
        note: String::new(),
        paused: false,
        origin: Origin::User,
    };
    let set = UserAction::SetAlert(Box::new((alert, AlertState::default())));
    let inputs = [
        trade(millis(0), price("100"), qty("1"), Side::Buy),
        Input { seq: 0, at: millis(1), payload: Payload::User(set) },
        act(millis(2), TradingAction::Paper { on: true }),
        act(millis(3), order(OrderRequest::market(btc(), Side::Buy, qty("1")))),
        trade(millis(100), price("100"), qty("1"), Side::Buy),
        trade(millis(200), price("99.5"), qty("1"), Side::Sell),
        trade(millis(300), price("98.9"), qty("1"), Side::Sell),
    ];
    let engine = play(simple(), inputs);
    assert_eq!(engine.firings_after(0).iter().map(|firing| firing.at).collect::<Vec<_>>(), [millis(300)]);
}

/// A stream of trades and orders: (milliseconds after the one before, price in hundredths, quantity in hundredths, what).
fn stream() -> impl Strategy<Value = Vec<(i64, i64, i64, u8)>> {
    proptest::collection::vec((1_i64..400, 9_500_i64..10_500, 1_i64..300, 0_u8..12), 5..120)
}

fn inputs_of(steps: &[(i64, i64, i64, u8)]) -> Vec<Input> {
    let mut at = millis(0);
    let mut inputs = vec![act(at, TradingAction::Paper { on: true })];
    for &(after, cents, lots, what) in steps {
        at += Nanos::from_millis(after);
        let (price, qty) = (Price::from_units(cents * 1_000_000), Qty::from_units(lots * 1_000_000));
        let side = if lots % 2 == 0 { Side::Buy } else { Side::Sell };
        inputs.push(match what {
            0 => act(at, order(OrderRequest::market(btc(), side, qty))),
            1 | 2 => act(at, order(OrderRequest::limit(btc(), side, qty, price))),
            3 => act(at, TradingAction::Cancel { account: MANUAL.into(), order: None, symbol: None }),
            _ => trade(at, price, qty, side),
        });
    }
    inputs
}

proptest! {
    #[test]
    fn time_may_be_cut_into_pieces(steps in stream(), cut in 1_i64..50) {
        let config = EngineConfig { strategies: vec![StrategyRun { bar: "1s".to_owned(), ..run("s", "ma_cross(fast=2,slow=3)") }], ..EngineConfig::default() };
        let inputs = inputs_of(&steps);
        let whole = play(config.clone(), inputs.iter().cloned());
        let mut pieces = Engine::new(config, "binance-futures");
        for (seq, input) in (1..).zip(&inputs) {
            let mut at = pieces.now().max(millis(0));
            while at < input.at {
                pieces.advance(at);
                at += Nanos::from_millis(cut);
            }
            pieces = pieces.clone();
            pieces.apply(&Input { seq, ..input.clone() });
        }
        prop_assert_eq!(whole.digest(), pieces.digest());
    }

    #[test]
    fn what_comes_later_changes_nothing_before(steps in stream(), other in stream(), keep in 0.0_f64..1.0) {
        let config = EngineConfig { strategies: vec![StrategyRun { bar: "1s".to_owned(), ..run("s", "ma_cross(fast=2,slow=3)") }], ..EngineConfig::default() };
        let kept = (steps.len() as f64 * keep) as usize;
        let mut changed = steps[..kept].to_vec();
        changed.extend(other);
        let until = inputs_of(&steps[..kept]).last().map_or(millis(0), |input| input.at);
        let before = |steps: &[(i64, i64, i64, u8)]| {
            let engine = play(config.clone(), inputs_of(steps));
            fills(&engine).iter().filter(|fill| fill.at <= until).map(|fill| (**fill).clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(before(&steps), before(&changed));
    }
}
