//! Arbitrary inputs for the property tests.

use crate::domain::{
    Alert, AlertState, Bar, BarSpec, BookSnapshot, Channel, DepthDiff, EngineConfig, Event, Input, Instrument, Level, Link,
    LinkScope, LinkState, Liquidation, Mark, Market, Meta, Nanos, Origin, Payload, Phase, Price, Qty, Quote, Rearm, Side, Symbol,
    Timeframe, Trade, UserAction, Volume,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A trade of `BTCUSDT`, for tests that need many plain lines.
pub fn trade(seq: u64, at: Nanos, price: i64) -> Input {
    let trade = Trade {
        price: Price::from_units(price * 10_000_000),
        qty: Qty::from_units(200_000),
        side: if seq.is_multiple_of(3) { Side::Sell } else { Side::Buy },
        id: Some(seq),
        ex: None,
    };
    let symbol = Symbol::new("BTCUSDT").unwrap();
    Input { seq, at, payload: Payload::Market(Market::of(symbol, Event::Trade(trade))) }
}

/// A meta of these symbols.
pub fn meta(symbols: &[&str]) -> Meta {
    Meta {
        venue: "demo".to_owned(),
        instruments: symbols.iter().map(|s| Instrument::unknown(Symbol::new(s).unwrap())).collect(),
        app: "rtai-tui test".to_owned(),
        engine: EngineConfig::default(),
    }
}

pub fn inputs() -> impl Strategy<Value = Input> {
    let payload = prop_oneof![
        12 => (symbols(), events()).prop_map(|(symbol, event)| Payload::Market(Market::of(symbol, event))),
        1 => (option::of(symbols()), links()).prop_map(|(symbol, event)| Payload::Market(Market { symbol, event })),
        2 => actions().prop_map(Payload::User),
        1 => metas().prop_map(|meta| Payload::Meta(Box::new(meta))),
    ];
    (any::<u64>(), times(), payload).prop_map(|(seq, at, payload)| Input { seq, at, payload })
}

pub fn symbols() -> impl Strategy<Value = Symbol> {
    prop_oneof![
        4 => Just(Symbol::new("BTCUSDT").unwrap()),
        2 => "[A-Z0-9]{1,20}".prop_map(|s| Symbol::new(&s).unwrap()),
        1 => Just(Symbol::new("牛来USDT").unwrap()),
        1 => "[!-~]{1,31}".prop_map(|s| Symbol::new(&s).unwrap()),
    ]
}

fn times() -> impl Strategy<Value = Nanos> {
    prop_oneof![
        4 => (1_700_000_000_000_i64..1_800_000_000_000).prop_map(Nanos::from_millis),
        2 => (0_i64..2_000_000_000_000_000_000).prop_map(Nanos),
        1 => any::<i64>().prop_map(Nanos),
    ]
}

fn prices() -> impl Strategy<Value = Price> {
    prop_oneof![
        4 => (0_i64..10_000_000).prop_map(|n| Price::from_units(n * 1_000_000)),
        1 => any::<i64>().prop_map(Price::from_units),
    ]
}

fn quantities() -> impl Strategy<Value = Qty> {
    prop_oneof![4 => 0_i64..10_000_000_000, 1 => 0..=i64::MAX].prop_map(Qty::from_units)
}

fn volumes() -> impl Strategy<Value = Volume> {
    prop_oneof![4 => quantities().prop_map(Qty::volume), 1 => (0_i128..1 << 100).prop_map(Volume::from_units)]
}

fn sides() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

fn levels() -> impl Strategy<Value = Vec<Level>> {
    vec((prices(), quantities()), 0..6)
}

fn timeframes() -> impl Strategy<Value = Timeframe> {
    prop_oneof![
        proptest::sample::select(Timeframe::ALL.to_vec()),
        (1_u32..=31 * 86_400).prop_map(|s| Timeframe::from_secs(s).unwrap())
    ]
}

pub fn specs() -> impl Strategy<Value = BarSpec> {
    prop_oneof![
        timeframes().prop_map(BarSpec::Time),
        (1_u32..).prop_map(BarSpec::Tick),
        (1_u32..).prop_map(BarSpec::Range),
        (1_i64..).prop_map(|n| BarSpec::Volume(Qty::from_units(n))),
        (1_i64..).prop_map(|n| BarSpec::Dollar(Price::from_units(n))),
    ]
}

pub fn bars() -> impl Strategy<Value = Bar> {
    (times(), prices(), prices(), prices(), prices(), volumes(), volumes(), any::<u32>()).prop_map(
        |(start, open, high, low, close, volume, buy_volume, trades)| Bar {
            start,
            open,
            high,
            low,
            close,
            volume,
            buy_volume,
            trades,
        },
    )
}

pub fn events() -> impl Strategy<Value = Event> {
    let id = || option::of(any::<u64>());
    let ex = || option::of(times());
    prop_oneof![
        4 => (prices(), quantities(), sides(), id(), ex())
            .prop_map(|(price, qty, side, id, ex)| Event::Trade(Trade { price, qty, side, id, ex })),
        2 => (prices(), quantities(), prices(), quantities(), id(), ex())
            .prop_map(|(bid, bid_qty, ask, ask_qty, update_id, ex)| Event::Quote(Quote { bid, bid_qty, ask, ask_qty, update_id, ex })),
        2 => (any::<u64>(), levels(), levels(), ex())
            .prop_map(|(last, bids, asks, ex)| Event::Book(BookSnapshot { last, bids, asks, ex })),
        2 => (any::<u64>(), any::<u64>(), id(), levels(), levels(), ex())
            .prop_map(|(first, last, prev, bids, asks, ex)| Event::Depth(DepthDiff { first, last, prev, bids, asks, ex })),
        1 => (sides(), prices(), quantities(), ex())
            .prop_map(|(side, price, qty, ex)| Event::Liquidation(Liquidation { side, price, qty, ex })),
        1 => (prices(), option::of(prices()), option::of(prices()), ex())
            .prop_map(|(price, index, funding, next)| Event::Mark(Mark { price, index, funding, next })),
        1 => (bars(), timeframes()).prop_map(|(bar, timeframe)| Event::Bar(bar, timeframe)),
        1 => (timeframes(), vec(bars(), 0..4)).prop_map(|(timeframe, bars)| Event::History(timeframe, bars)),
    ]
}

fn links() -> impl Strategy<Value = Event> {
    let states = prop_oneof![Just(LinkState::Up), Just(LinkState::Down), Just(LinkState::Resync)];
    let scopes = prop_oneof![Just(LinkScope::All), Just(LinkScope::Trades), Just(LinkScope::Book)];
    (states, scopes, any::<String>()).prop_map(|(state, scope, why)| Event::Link(Link { state, scope, why }))
}

fn actions() -> impl Strategy<Value = UserAction> {
    prop_oneof![
        instruments().prop_map(UserAction::AddSymbol),
        symbols().prop_map(UserAction::RemoveSymbol),
        specs().prop_map(UserAction::Bars),
        proptest::collection::vec("[a-z(=0-9,)\"]{0,20}", 0..4).prop_map(UserAction::Indicators),
        any::<String>().prop_map(UserAction::Mark),
        alerts().prop_map(|set| UserAction::SetAlert(Box::new(set))),
        any::<u64>().prop_map(UserAction::RemoveAlert),
        (0_u32..9).prop_map(|n| UserAction::Other(format!("{{\"do\":\"order\",\"n\":{n}.50,\"do2\":[null]}}"))),
    ]
}

fn alerts() -> impl Strategy<Value = (Alert, AlertState)> {
    let rearm = prop_oneof![
        Just(Rearm::Auto),
        Just(Rearm::Once),
        Just(Rearm::Always),
        (1_i64..600_000).prop_map(|millis| Rearm::Cooldown(Nanos::from_millis(millis)))
    ];
    let phase = proptest::sample::select(vec![Phase::Armed, Phase::Triggered, Phase::Done]);
    let origin = proptest::sample::select(vec![Origin::User, Origin::Config]);
    let channels = proptest::sample::subsequence(Channel::ALL.to_vec(), 0..=6);
    let last = proptest::option::of((0_i64..2_000_000_000_000_000_000).prop_map(Nanos));
    let alert = (any::<u64>(), symbols(), any::<String>(), rearm, channels, any::<String>(), any::<bool>(), origin).prop_map(
        |(id, symbol, expr, rearm, channels, note, paused, origin)| Alert {
            id,
            symbol,
            expr,
            rearm,
            deliver: channels.into_iter().collect(),
            note,
            paused,
            origin,
        },
    );
    let state = (phase, any::<bool>(), any::<u64>(), last).prop_map(|(phase, been_false, fired, last)| AlertState {
        phase,
        been_false,
        fired,
        last,
    });
    (alert, state)
}

fn instruments() -> impl Strategy<Value = Instrument> {
    (symbols(), prices(), quantities(), prices(), any::<String>(), any::<String>())
        .prop_map(|(symbol, tick, lot, min_notional, base, quote)| Instrument { symbol, tick, lot, min_notional, base, quote })
}

fn metas() -> impl Strategy<Value = Meta> {
    (any::<String>(), vec(instruments(), 0..4), any::<String>(), any::<u64>()).prop_map(|(venue, instruments, app, seed)| Meta {
        venue,
        instruments,
        app,
        engine: EngineConfig { seed, ..EngineConfig::default() },
    })
}
