//! Every indicator of events against a plain computation from the events themselves, over random and hostile streams.

mod technical;

use super::*;
use crate::domain::{
    BookSnapshot, DepthDiff, EngineConfig, Event, Input, Market, Payload, Price, Qty, Quote, Symbol, Trade, UserAction,
};
use crate::engine::Engine;
use crate::engine::snapshot::FlowView;
use proptest::prelude::*;
use std::collections::BTreeSet;

const SECOND: i64 = 1_000_000_000;

fn symbol() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

fn engine(indicators: &[&str]) -> Engine {
    let indicators = Some(indicators.iter().map(|&name| name.to_owned()).collect());
    Engine::new(EngineConfig { indicators, ..EngineConfig::default() }, "test")
}

/// What happens: when, and a trade or a quote.
#[derive(Debug, Clone, Copy)]
enum What {
    Trade(i64, i64, Side),
    Quote(i64, i64, i64, i64),
}

type Stream = Vec<(Nanos, What)>;

fn event(what: What) -> Event {
    match what {
        What::Trade(price, qty, side) => {
            Event::Trade(Trade { price: Price::from_units(price), qty: Qty::from_units(qty), side, id: None, ex: None })
        }
        What::Quote(bid, bid_qty, ask, ask_qty) => Event::Quote(Quote {
            bid: Price::from_units(bid),
            bid_qty: Qty::from_units(bid_qty),
            ask: Price::from_units(ask),
            ask_qty: Qty::from_units(ask_qty),
            update_id: None,
            ex: None,
        }),
    }
}

fn feed(engine: &mut Engine, stream: &[(Nanos, What)]) {
    for (i, (at, what)) in stream.iter().enumerate() {
        let payload = Payload::Market(Market::of(symbol(), event(*what)));
        engine.apply(&Input { seq: i as u64 + 1, at: *at, payload });
    }
}

/// Streams of trades and quotes: prices and sizes of any scale, still or moving, one-sided or not, spread out or in bursts.
fn streams() -> impl Strategy<Value = Stream> {
    let scale = prop_oneof![Just(1_i64), Just(1_000), Just(6_500_000_000_000), Just(1 << 60)];
    let size = prop_oneof![Just(1_i64), Just(100_000_000), Just(1 << 55)];
    let sides = prop_oneof![Just(0_u8), Just(1), Just(2)];
    let gap = prop_oneof![Just(0_i64), Just(1), 0..200_000_000_i64, 0..3 * SECOND];
    let steps = proptest::collection::vec((gap, 0..1_000_i64, 1..1_000_i64, any::<bool>(), any::<bool>()), 1..400);
    (scale, size, sides, any::<bool>(), steps).prop_map(|(scale, size, sides, still, steps)| {
        let mut at = 1_722_945_600 * SECOND + 5;
        let mut stream = Vec::new();
        for (gap, step, qty, bought, traded) in steps {
            at += gap;
            let price = scale + if still { 0 } else { step * (scale / 10_000 + 1) };
            let side = match (sides, bought) {
                (0, _) | (2, true) => Side::Buy,
                _ => Side::Sell,
            };
            let what = if traded {
                What::Trade(price, qty * (size / 1_000 + 1), side)
            } else {
                What::Quote(price, qty * (size / 1_000 + 1), price + 1 + step, (1_001 - qty) * (size / 1_000 + 1))
            };
            stream.push((Nanos(at), what));
        }
        stream
    })
}

fn trades(stream: &Stream, from: i64, to: i64) -> impl Iterator<Item = (i64, i64, i64, i64)> + '_ {
    stream.iter().filter(move |(at, _)| at.0 >= from && at.0 < to).filter_map(|(at, what)| match what {
        What::Trade(price, qty, side) => Some((at.0, *price, *qty, side.sign())),
        What::Quote(..) => None,
    })
}

fn tops(stream: &Stream, to: i64) -> Vec<(i64, [i64; 4])> {
    let quotes = stream.iter().filter(|(at, _)| at.0 < to).filter_map(|(at, what)| match what {
        What::Quote(bid, bid_qty, ask, ask_qty) => Some((at.0, [*bid, *bid_qty, *ask, *ask_qty])),
        What::Trade(..) => None,
    });
    quotes.collect()
}

fn mid(top: [i64; 4]) -> f64 {
    (i128::from(top[0]) + i128::from(top[2])) as f64 / 2e8
}

fn sum(values: impl Iterator<Item = i128>) -> f64 {
    values.sum::<i128>() as f64 / 1e8
}

/// The plain computation of one sample; `None` where there is no value.
fn plainly(name: &str, stream: &Stream, t: i64) -> Option<f64> {
    let window = |secs: i64| trades(stream, t - secs * SECOND, t);
    let any = trades(stream, 0, t).next().is_some();
    match name {
        "ofi" => {
            let tops = tops(stream, t);
            tops.first()?;
            let events = tops.windows(2).filter(|pair| pair[1].0 >= t - 10 * SECOND).map(|pair| {
                let (old, new) = (pair[0].1, pair[1].1);
                let part = |keep: bool, qty: i64| if keep { i128::from(qty) } else { 0 };
                part(new[0] >= old[0], new[1]) - part(new[0] <= old[0], old[1]) - part(new[2] <= old[2], new[3])
                    + part(new[2] >= old[2], old[3])
            });
            Some(sum(events))
        }
        "tfi" => {
            let whole: i128 = window(60).map(|trade| i128::from(trade.2)).sum();
            let signed: i128 = window(60).map(|trade| i128::from(trade.2) * i128::from(trade.3)).sum();
            (whole > 0).then(|| signed as f64 / whole as f64)
        }
        "rate" => any.then(|| window(10).count() as f64 / 10.0),
        "cvd" => any.then(|| {
            let day = (t - 1) / (86_400 * SECOND) * 86_400 * SECOND;
            sum(trades(stream, day, t).map(|trade| i128::from(trade.2) * i128::from(trade.3)))
        }),
        "vwap" => {
            let day = (t - 1) / (86_400 * SECOND) * 86_400 * SECOND;
            let qty: f64 = trades(stream, day, t).map(|trade| trade.2 as f64).sum();
            let paid: f64 = trades(stream, day, t).map(|trade| trade.1 as f64 / 1e8 * trade.2 as f64).sum();
            (qty > 0.0).then(|| paid / qty)
        }
        "lp_incentive" => {
            let all = tops(stream, i64::MAX);
            let mut gains = Vec::new();
            for (i, (at, what)) in stream.iter().enumerate() {
                let What::Trade(price, _, side) = what else { continue };
                if at.0 < t - 60 * SECOND || at.0 + 5 * SECOND > t {
                    continue;
                }
                let before = stream[..i].iter().rev().find_map(|(_, what)| match what {
                    What::Quote(bid, q, ask, r) => Some(mid([*bid, *q, *ask, *r])),
                    What::Trade(..) => None,
                });
                let later = all.iter().rev().find(|(quoted, _)| *quoted < at.0 + 5 * SECOND).map(|(_, top)| mid(*top));
                if let (Some(before), Some(later)) = (before, later) {
                    gains.push(2.0 * side.sign() as f64 * (*price as f64 / 1e8 - later) / before * 1e4);
                }
            }
            (!gains.is_empty()).then(|| gains.iter().sum::<f64>() / gains.len() as f64)
        }
        "rv" => {
            tops(stream, t).last()?;
            let first = (stream[0].0.0 / SECOND + 1) * SECOND;
            let mids: Vec<Option<f64>> = (0..=(t - first) / SECOND)
                .map(|i| first + i * SECOND)
                .map(|second| tops(stream, second).last().map(|(_, top)| mid(*top)))
                .collect();
            let returns: Vec<f64> = mids.windows(2).filter_map(|pair| Some((pair[1]? / pair[0]?).ln())).collect::<Vec<_>>();
            let returns = &returns[returns.len().saturating_sub(300)..];
            let mean = returns.iter().sum::<f64>() / returns.len() as f64;
            let squares: f64 = returns.iter().map(|x| (x - mean).powi(2)).sum();
            (returns.len() >= 2).then(|| (squares / (returns.len() - 1) as f64).sqrt() * (365.0 * 86_400.0_f64).sqrt())
        }
        "vpin(bucket_volume=0.5,buckets=3)" => {
            let size = 50_000_000_i128;
            let mut buckets: Vec<i128> = Vec::new();
            let (mut bought, mut sold) = (0_i128, 0_i128);
            for (_, _, qty, sign) in trades(stream, 0, t) {
                let mut rest = i128::from(qty);
                // What fills more buckets than are looked at leaves nothing of what was before.
                if rest > 10 * size {
                    let part = size - bought - sold;
                    rest -= part;
                    *(if sign > 0 { &mut bought } else { &mut sold }) += part;
                    buckets.push((bought - sold).abs());
                    buckets.extend([size; 3]);
                    (bought, sold) = (0, 0);
                    rest %= size;
                }
                while rest > 0 {
                    let part = rest.min(size - bought - sold);
                    *(if sign > 0 { &mut bought } else { &mut sold }) += part;
                    rest -= part;
                    if bought + sold == size {
                        buckets.push((bought - sold).abs());
                        (bought, sold) = (0, 0);
                    }
                }
            }
            let last = buckets.get(buckets.len().checked_sub(3)?..)?;
            Some(last.iter().sum::<i128>() as f64 / (3 * size) as f64)
        }
        _ => panic!("{name}"),
    }
}

const NAMES: [&str; 8] = ["ofi", "tfi", "rate", "cvd", "vwap", "lp_incentive", "rv", "vpin(bucket_volume=0.5,buckets=3)"];

fn assert_close(found: Option<f64>, wanted: Option<f64>, scale: f64, what: &str) {
    match (found, wanted) {
        (None, None) => {}
        (Some(a), Some(b)) => {
            let allowed = 1e-9 * a.abs().max(b.abs()).max(scale);
            assert!((a - b).abs() <= allowed, "{what}: {a} is not {b}");
        }
        _ => panic!("{what}: {found:?} is not {wanted:?}"),
    }
}

/// The size of the figures a mean is made of: rounding is relative to them.
fn scale(name: &str, stream: &Stream) -> f64 {
    match name {
        "lp_incentive" => {
            let prices = trades(stream, 0, i64::MAX).map(|trade| trade.1 as f64 / 1e8);
            let most = prices.fold(0.0, f64::max);
            let least = tops(stream, i64::MAX).iter().map(|(_, top)| mid(*top)).fold(f64::INFINITY, f64::min);
            if least.is_finite() { (most / least).max(1.0) * 2e4 } else { 0.0 }
        }
        "rv" => 1e-4,
        _ => 0.0,
    }
}

fn check_bounds(flow: &FlowView) {
    for row in &flow.rows {
        for index in 0..flow.len() {
            if let Some(value) = flow.value(row, index) {
                assert!(value.is_finite());
                assert!(row.setup.spec.range.least.is_none_or(|least| value >= least - 1e-12), "{} {value}", row.id);
                assert!(row.setup.spec.range.most.is_none_or(|most| value <= most + 1e-12), "{} {value}", row.id);
            }
            if let Some(z) = flow.z(row, index) {
                assert!((0.0..=100.0).contains(&crate::indicator::oscillator(z)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn running_values_are_those_of_the_events(stream in streams()) {
        let mut engine = engine(&NAMES);
        feed(&mut engine, &stream);
        let flow = engine.flow(symbol()).unwrap();
        let first = (stream[0].0.0 / SECOND + 1) * SECOND;
        let last = stream.last().unwrap().0.0;
        prop_assert_eq!(flow.len() as i64, ((last - first).div_euclid(SECOND) + 1).max(0));
        for (index, t) in flow.times.iter().enumerate() {
            for row in &flow.rows {
                let what = format!("{} at {t:?}", row.id);
                assert_close(flow.value(row, index), plainly(&row.id, &stream, t.0), scale(&row.id, &stream), &what);
            }
        }
    }

    #[test]
    fn all_of_them_stay_in_their_bounds(stream in streams()) {
        let mut engine = Engine::new(EngineConfig::default(), "test");
        feed(&mut engine, &stream);
        if let Some(flow) = engine.flow(symbol()) {
            check_bounds(&flow);
        }
    }

    #[test]
    fn what_is_set_later_is_what_would_have_been(stream in streams(), place in 0..400_usize) {
        let other = ["ofi(window=3)", "tfi(window=7)", "rate(window=2)", "cvd(anchor=1722945610)", "vwap(anchor=1722945602)",
            "vpin(bucket_volume=0.5,buckets=3)", "kyle(seconds=31)", "rv(window=5)", "lpi(half_life=5)", "mpd", "qi", "spread"];
        let mut from_start = engine(&other);
        feed(&mut from_start, &stream);
        let mut changed = engine(&["ofi"]);
        let (before, after) = stream.split_at(place.min(stream.len()));
        feed(&mut changed, before);
        changed.look(&UserAction::Indicators(other.iter().map(|&name| name.to_owned()).collect()));
        feed(&mut changed, after);
        let (wanted, found) = (from_start.flow(symbol()).unwrap(), changed.flow(symbol()).unwrap());
        prop_assert_eq!(wanted.len(), found.len());
        for (a, b) in wanted.rows.iter().zip(&found.rows) {
            prop_assert_eq!(&a.id, &b.id);
            for index in 0..wanted.len() {
                let what = format!("{} at {index}", a.id);
                assert_close(found.value(b, index), wanted.value(a, index), scale("rv", &stream).min(1e-6), &what);
            }
        }
    }
}

#[test]
fn a_million_events_do_not_drift() {
    let mut stream = Vec::new();
    let mut state = 1_u64;
    for i in 0..1_000_000_i64 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let random = (state >> 33) as i64;
        // Now and then something a billion times as large as the rest.
        let size = if random % 9_973 == 0 { 1 << 55 } else { 1 + random % 50_000_000 };
        let price = 6_100_000_000_000 + (random % 2_001 - 1_000) * 10_000_000;
        let what = match i % 3 {
            0 => What::Quote(price, size, price + 10_000_000, 1 + random % 7_000_000),
            _ => What::Trade(price, size, if random % 5 < 2 { Side::Buy } else { Side::Sell }),
        };
        stream.push((Nanos(1_722_945_600 * SECOND + i * 300_000), what));
    }
    let mut engine = engine(&NAMES);
    feed(&mut engine, &stream);
    let flow = engine.flow(symbol()).unwrap();
    let index = flow.len() - 1;
    let t = flow.times.get(index).unwrap().0;
    for row in &flow.rows {
        // The plain computation of these needs only what is in their look-back.
        let enough: Stream = match row.setup.spec.name {
            "rv" => continue,
            "ofi" | "tfi" | "rate" | "lp_incentive" => {
                stream.iter().copied().filter(|(at, _)| at.0 >= t - 62 * SECOND && at.0 <= t).collect()
            }
            _ => stream.clone(),
        };
        assert_close(flow.value(row, index), plainly(&row.id, &enough, t), 0.0, &row.id);
    }
}

fn level(price: i64, qty: i64) -> crate::domain::Level {
    (Price::from_units(price), Qty::from_units(qty))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn book_indicators_are_those_of_the_book(
        changes in proptest::collection::vec((any::<bool>(), 1..12_i64, 0..6_i64, 0..700_000_000_i64), 1..60),
    ) {
        let mut engine = engine(&["mlofi", "tobi", "wall"]);
        let mut book = crate::book::OrderBook::default();
        let start = BookSnapshot {
            last: 1,
            bids: (1..=12).map(|i| level(1_000 - i, 3)).collect(),
            asks: (1..=12).map(|i| level(1_000 + i, 2)).collect(),
            ex: None,
        };
        book.reset(&start);
        let mut at = 1_722_945_600 * SECOND + 7;
        engine.apply(&Input { seq: 1, at: Nanos(at), payload: Payload::Market(Market::of(symbol(), Event::Book(start))) });
        let mut states = vec![(at, book.clone())];
        for (i, (bid, distance, qty, gap)) in changes.into_iter().enumerate() {
            at += gap;
            let changed = vec![level(if bid { 1_000 - distance } else { 1_000 + distance }, qty)];
            let last = i as u64 + 2;
            let (bids, asks) = if bid { (changed, vec![]) } else { (vec![], changed) };
            let diff = DepthDiff { first: last, last, prev: Some(last - 1), bids, asks, ex: None };
            book.apply(&diff);
            states.push((at, book.clone()));
            let payload = Payload::Market(Market::of(symbol(), Event::Depth(diff)));
            engine.apply(&Input { seq: last, at: Nanos(at), payload });
        }
        let flow = engine.flow(symbol()).unwrap();
        for (index, t) in flow.times.iter().enumerate() {
            let now = states.iter().rev().find(|(at, _)| *at < t.0).map(|(_, book)| book).unwrap();
            let quantities = |side, n| -> Vec<f64> { now.levels(side).take(n).map(|(_, qty)| qty.to_f64()).collect() };
            let total = |side| quantities(side, 5).iter().sum::<f64>();
            let (bids, asks) = (total(Side::Buy), total(Side::Sell));
            let tobi = if bids + asks > 0.0 { Some((bids - asks) / (bids + asks)) } else { None };
            assert_close(flow.value(flow.row("tobi").unwrap(), index), tobi, 1.0, "tobi");
            let stands_out = |side| {
                let all = quantities(side, 20);
                let most = all.iter().copied().fold(f64::NAN, f64::max);
                most / (all.iter().sum::<f64>() / all.len() as f64)
            };
            let wall = Some(stands_out(Side::Buy) / stands_out(Side::Sell)).filter(|wall| wall.is_finite());
            assert_close(flow.value(flow.row("wall").unwrap(), index), wall, 0.0, "wall");
            let mut sum = 0.0;
            for pair in states.windows(2).filter(|pair| pair[1].0 < t.0 && pair[1].0 >= t.0 - 10 * SECOND) {
                let at = |book: &crate::book::OrderBook, side, i| book.levels(side).nth(i);
                for i in 0..5 {
                    let levels = (
                        at(&pair[0].1, Side::Buy, i), at(&pair[0].1, Side::Sell, i),
                        at(&pair[1].1, Side::Buy, i), at(&pair[1].1, Side::Sell, i),
                    );
                    let (Some(b0), Some(a0), Some(b1), Some(a1)) = levels else { continue };
                    let part = |keep: bool, qty: Qty| if keep { qty.to_f64() } else { 0.0 };
                    sum += part(b1.0 >= b0.0, b1.1) - part(b1.0 <= b0.0, b0.1) - part(a1.0 <= a0.0, a1.1)
                        + part(a1.0 >= a0.0, a0.1);
                }
            }
            assert_close(flow.value(flow.row("mlofi").unwrap(), index), Some(sum / 5.0), 1e-6, "mlofi");
        }
    }
}

#[test]
fn the_catalogue_is_complete_and_reads_back() {
    let names: BTreeSet<&str> = ALL.iter().map(|spec| spec.name).collect();
    assert_eq!(names.len(), ALL.len());
    for name in "ofi mlofi tfi vpin kyle mpd qi tobi wall lpi lp_incentive cvd vwap spread rv rate".split(' ') {
        assert!(find(name).unwrap().is_flow(), "{name}");
    }
    for spec in ALL {
        for text in [spec.title, spec.about, spec.formula, spec.warm_up, spec.across_gaps] {
            assert!(!text.is_empty() && !text.contains("  "), "{}: {text}", spec.name);
        }
        assert!(spec.extras.len() <= crate::indicator::EXTRAS);
        let mut setup = Setup::of(spec);
        assert_eq!(setup.to_string(), spec.name);
        for param in spec.params {
            assert!(param.least <= param.most && param.about.len() > 5);
            assert!(param.zero.is_some() || (param.least..=param.most).contains(&param.default), "{}", param.name);
            setup = setup.set(param.name, &param.most.to_string()).unwrap();
            assert!(setup.set(param.name, &(param.most * 2.0 + 1.0).to_string()).is_err());
            assert!(setup.set(param.name, "NaN").is_err() && setup.set(param.name, "").is_err());
        }
        assert_eq!(parse(&setup.to_string()).unwrap(), setup, "{setup}");
    }
}

#[test]
fn what_cannot_be_set_up_says_what_can() {
    let said = |text: &str| parse(text).unwrap_err().to_string();
    assert!(said("offi").contains("did you mean `ofi`"), "{}", said("offi"));
    assert!(said("nothing").contains("there are ofi, mlofi"));
    assert!(said("ofi(widow=3)").contains("it has window"));
    assert!(said("ofi(window=x)").contains("a number from 0.1 to 3600"));
    assert!(said("kyle(seconds=30.5)").contains("a whole number"));
    assert!(said("vpin(bucket_volume=-1)").contains("or `auto`"));
    assert!(said("ofi(window=3").contains("expected a name such as"));
    assert!(said("qi(3)").contains("expected a name such as"));
    assert_eq!(parse(" vpin( auto , 20 ) ").unwrap().to_string(), "vpin(buckets=20)");
    let list = parse_list("ofi, vpin(5, 20),,rv").unwrap();
    assert_eq!(list.iter().map(ToString::to_string).collect::<Vec<_>>(), ["ofi", "vpin(bucket_volume=5,buckets=20)", "rv"]);
}
