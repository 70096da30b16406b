use super::*;
use crate::domain::Qty;
use crate::domain::{BookSnapshot, DepthDiff};
use proptest::prelude::*;
use std::collections::BTreeMap;

const TICK: i64 = 10_000_000;
const START: Nanos = Nanos(1_723_158_000_110_000_000);

fn price(ticks: i64) -> Price {
    Price::from_units(ticks * TICK)
}

fn qty(lots: i64) -> Qty {
    Qty::from_units(lots * 100_000)
}

/// What happens next, after so many milliseconds.
#[derive(Debug, Clone)]
enum Next {
    /// Levels change: distance from the middle in ticks (bids below zero), lots.
    Levels(Vec<(i64, i64)>),
    /// Lots are traded at a distance.
    Trade(i64, i64),
    /// The middle moves and the whole book with it.
    Jump(i64),
    Lose,
}

fn next() -> impl Strategy<Value = Next> {
    let side = || prop_oneof![-40_i64..0, 1_i64..40, Just(-3_000_i64), Just(3_000_i64)];
    prop_oneof![
        12 => proptest::collection::vec((side(), 0_i64..9), 1..12).prop_map(Next::Levels),
        4 => (side(), 1_i64..5).prop_map(|(at, lots)| Next::Trade(at, lots)),
        1 => (-20_000_i64..20_000).prop_map(Next::Jump),
        1 => Just(Next::Lose),
    ]
}

/// A market with its history, and the plainest history there could be.
struct Market {
    book: OrderBook,
    kept: Liquidity,
    at: Nanos,
    middle: i64,
    synced: bool,
    /// Per layer and column: the whole book at its end.
    naive: [BTreeMap<i64, BTreeMap<i64, i64>>; LAYERS.len()],
    /// Per layer, column and key: removed, consumed.
    flows: [BTreeMap<(i64, i64), (i64, i64)>; LAYERS.len()],
}

impl Market {
    fn new(levels: i64) -> Self {
        let mut market = Self {
            book: OrderBook::default(),
            kept: Liquidity::new(START, &OrderBook::default()),
            at: START,
            middle: 600_000,
            synced: true,
            naive: Default::default(),
            flows: Default::default(),
        };
        market.book = market.fresh(levels);
        market.kept = Liquidity::new(START, &market.book);
        market
    }

    fn fresh(&self, levels: i64) -> OrderBook {
        let mut book = OrderBook::default();
        let side = |sign: i64| (1..=levels).map(|i| (price(self.middle + sign * i), qty(i % 7 + 1))).collect();
        book.reset(&BookSnapshot { bids: side(-1), asks: side(1), ..BookSnapshot::default() });
        book
    }

    fn pass(&mut self, millis: i64) {
        let to = self.at + Nanos::from_millis(millis);
        for (layer, spec) in LAYERS.iter().enumerate() {
            let column = |at: Nanos| at.0.div_euclid(spec.column.0);
            for ended in column(self.at)..column(to) {
                if self.synced {
                    let bids = self.book.bids().map(|(p, q)| (key_of(p, Side::Buy).unwrap(), q.units()));
                    let asks = self.book.asks().map(|(p, q)| (key_of(p, Side::Sell).unwrap(), q.units()));
                    self.naive[layer].insert(ended, bids.chain(asks).collect());
                }
            }
        }
        self.at = to;
        self.kept.roll(to, &self.book);
    }

    fn flow(&mut self, key: i64, removed: i64, consumed: i64) {
        for (layer, spec) in LAYERS.iter().enumerate() {
            let flow = self.flows[layer].entry((self.at.0.div_euclid(spec.column.0), key)).or_default();
            *flow = (flow.0 + removed, flow.1 + consumed);
        }
    }

    /// What happened in columns that were cut is not kept.
    fn cut(&mut self) {
        for (layer, spec) in LAYERS.iter().enumerate() {
            let running = self.at.0.div_euclid(spec.column.0);
            self.flows[layer].retain(|(column, _), _| *column != running);
            self.naive[layer].remove(&running);
        }
    }

    fn apply(&mut self, next: &Next) {
        match next {
            Next::Levels(levels) if self.synced => {
                for &(at, lots) in levels {
                    let (side, price) = (if at < 0 { Side::Buy } else { Side::Sell }, price(self.middle + at));
                    let old = self.book.qty_at(side, price);
                    self.book.set(side, (price, qty(lots)));
                    self.kept.on_level(side, price, old, qty(lots));
                    self.flow(key_of(price, side).unwrap(), (old.units() - qty(lots).units()).max(0), 0);
                }
            }
            Next::Trade(at, lots) if self.synced => {
                let (taker, price) = (if *at < 0 { Side::Sell } else { Side::Buy }, price(self.middle + at));
                self.kept.on_trade(price, qty(*lots), taker);
                self.flow(key_of(price, taker.opposite()).unwrap(), 0, qty(*lots).units());
            }
            Next::Jump(by) => {
                self.middle += by;
                self.book = self.fresh(60);
                self.cut();
                self.kept.restart(self.at, &self.book);
                self.synced = true;
            }
            Next::Lose if self.synced => {
                self.kept.lose(self.at, &"test".into());
                self.cut();
                self.synced = false;
            }
            Next::Levels(_) | Next::Trade(..) | Next::Lose => {}
        }
    }

    /// Sums by the steps in which a span keeps prices, of the prices it keeps.
    fn stepped(levels: impl Iterator<Item = (i64, i64)>, span: &Span) -> BTreeMap<i64, i64> {
        let mut sums = BTreeMap::new();
        for (key, value) in levels {
            let (price, side) = of_key(key);
            if price >= span.low && price <= span.high {
                let step = Price::from_units(price.units() - price.units().rem_euclid(span.step));
                *sums.entry(key_of(step, side).unwrap()).or_default() += value;
            }
        }
        sums.retain(|_, value| *value != 0);
        sums
    }

    /// Compares every column of every layer with the plain copies.
    fn check(&self) {
        let view = self.kept.view();
        for (index, layer) in view.layers.iter().enumerate() {
            let naive = &self.naive[index];
            let (Some(first), Some((&newest, _))) = (layer.first(), naive.last_key_value()) else { continue };
            let columns = first..newest + 1;
            let known: Vec<Span> = layer.spans(columns.clone()).collect();
            for column in columns.clone() {
                let span = known.iter().find(|span| span.columns.contains(&column));
                assert_eq!(span.is_some(), naive.contains_key(&column), "column {column} of layer {index}");
                let Some(span) = span else { continue };
                let mut found: BTreeMap<i64, i64> = BTreeMap::new();
                let mut flows: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
                layer.visit(&(column..column + 1), (span.low, span.high), |step| {
                    assert_eq!(step.column, column);
                    let key = key_of(step.price, step.side).unwrap();
                    *found.entry(key).or_default() += step.change;
                    let flow = flows.entry(key).or_default();
                    *flow = (flow.0 + step.removed, flow.1 + step.consumed);
                });
                found.retain(|_, qty| *qty != 0);
                let naive = Self::stepped(naive[&column].iter().map(|(key, qty)| (*key, *qty)), span);
                assert_eq!(found, naive, "column {column} of layer {index}");
                let happened = || self.flows[index].iter().filter(|((at, _), _)| *at == column);
                let removed = Self::stepped(happened().map(|((_, key), flow)| (*key, flow.0)), span);
                let consumed = Self::stepped(happened().map(|((_, key), flow)| (*key, flow.1)), span);
                let part = |of: fn(&(i64, i64)) -> i64| -> BTreeMap<i64, i64> {
                    flows.iter().map(|(key, flow)| (*key, of(flow))).filter(|(_, value)| *value != 0).collect()
                };
                assert_eq!((part(|flow| flow.0), part(|flow| flow.1)), (removed, consumed), "column {column} of layer {index}");
            }
            // All columns at once are the sum of each.
            let mut sums: BTreeMap<(i64, i64), i64> = BTreeMap::new();
            let everything = (Price::from_units(1 - HIGHEST), Price::from_units(HIGHEST - 1));
            layer.visit(&columns, everything, |step| {
                *sums.entry((key_of(step.price, step.side).unwrap(), step.column)).or_default() += step.change;
            });
            let mut running: BTreeMap<i64, i64> = BTreeMap::new();
            for column in columns {
                sums.iter().filter(|((_, at), _)| *at == column).for_each(|((key, _), change)| {
                    *running.entry(*key).or_default() += change;
                });
                if let Some(span) = known.iter().find(|span| span.columns.contains(&column)) {
                    let expected = Self::stepped(naive[&column].iter().map(|(key, qty)| (*key, *qty)), span);
                    let mut now = running.clone();
                    now.retain(|_, qty| *qty != 0);
                    assert_eq!(now, expected);
                } else {
                    assert!(running.values().all(|qty| *qty == 0), "nothing rests where nothing is known");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn equals_a_copy_of_the_book_for_every_column(steps in proptest::collection::vec((next(), 0_i64..900), 1..120)) {
        let mut market = Market::new(60);
        for (next, millis) in &steps {
            market.pass(*millis);
            market.apply(next);
        }
        market.pass(70_000);
        market.check();
    }

    #[test]
    fn how_often_time_is_looked_at_changes_nothing(steps in proptest::collection::vec((next(), 0_i64..2_500), 1..60), splits in 1_i64..9) {
        let (mut plain, mut split) = (Market::new(60), Market::new(60));
        for (next, millis) in &steps {
            plain.pass(*millis);
            plain.apply(next);
            let part = millis / splits;
            (1..splits).for_each(|_| split.pass(part));
            split.pass(millis - part * (splits - 1));
            split.kept = split.kept.clone();
            split.apply(next);
        }
        let hash = |market: &Market| {
            let mut hasher = siphasher::sip::SipHasher13::new();
            market.kept.hash(&mut hasher);
            hasher.finish()
        };
        prop_assert_eq!(hash(&plain), hash(&split));
    }
}

#[test]
fn sealed_chunks_hold_the_same_as_open_ones() {
    // Enough changes for several chunks.
    let mut market = Market::new(60);
    for i in 0..3_000_i64 {
        let levels = (0..4).map(|j| ((i * 7 + j * 13) % 39 + 1, (i + j) % 5)).chain([(-(i % 39) - 1, i % 6)]).collect();
        market.apply(&Next::Levels(levels));
        market.apply(&Next::Trade(1 + i % 3, 1));
        market.pass(60);
    }
    assert!(!market.kept.layers[0].view(true).sealed.is_empty());
    market.check();
}

#[test]
fn memory_stays_bounded_and_the_oldest_goes_first() {
    let mut market = Market::new(60);
    let mut dice = 7_u64;
    let mut roll = |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((dice >> 33) % below) as i64
    };
    // Far more levels in each column than any market has, wild quantities, and a middle that jumps.
    for round in 0..250 {
        let diff: Vec<_> = (0..7_000)
            .map(|_| (if roll(2) == 0 { -1 } else { 1 } * (1 + roll(900) * if roll(2) == 0 { 1 } else { 9 }), roll(1 << 30)))
            .collect();
        for (at, units) in diff {
            let (side, price) = (if at < 0 { Side::Buy } else { Side::Sell }, price(market.middle + at));
            let old = market.book.qty_at(side, price);
            market.book.apply(&DepthDiff {
                bids: if at < 0 { vec![(price, Qty::from_units(units))] } else { Vec::new() },
                asks: if at > 0 { vec![(price, Qty::from_units(units))] } else { Vec::new() },
                ..DepthDiff::default()
            });
            market.kept.on_level(side, price, old, Qty::from_units(units));
        }
        market.at += Nanos::from_millis(1_000);
        market.kept.roll(market.at, &market.book);
        if round % 97 == 96 {
            market.apply(&Next::Jump(30_000));
        }
    }
    let view = market.kept.view();
    for (layer, spec) in market.kept.layers.iter().zip(&LAYERS) {
        let (sealed, open) = layer.memory();
        assert!(sealed <= spec.bytes + (1 << 20), "{sealed} bytes of {spec:?}");
        assert!(open <= 2 << 20, "{open} bytes of {spec:?} not closed");
    }
    let first = view.layers[0].first().unwrap();
    assert!(view.layers[0].start_of(first) > START + Nanos::from_secs(10), "the oldest is gone");
    let newest = view.layers[0].running().unwrap() - 1;
    assert!(view.layers[0].spans(first..newest + 1).all(|span| !span.columns.is_empty()));
    assert_eq!(view.layers[0].spans(first - 40..first).count(), 0);
    // What is left is still right.
    let best = market.book.best_bid().unwrap();
    assert_eq!(resting(&view.layers[0], newest, best.0), Some(best.1));
}

#[test]
fn times_without_a_book_are_known_by_their_reason() {
    let mut market = Market::new(60);
    market.pass(5_000);
    market.apply(&Next::Lose);
    let lost = market.at;
    market.pass(3_000);
    market.apply(&Next::Jump(0));
    market.pass(2_000);
    let view = market.kept.view();
    assert_eq!(view.loss_at(lost - Nanos(1)), None);
    assert_eq!(view.loss_at(lost + Nanos::from_secs(1)).map(|loss| &*loss.why), Some("test"));
    assert_eq!(view.loss_at(market.at), None);
    let layer = view.layer_for(Nanos::from_secs(2), 10 * TICK).unwrap();
    assert_eq!((layer.column, layer.step()), (Nanos::SECOND, Some(10 * TICK)));
    let layer = view.layer_for(Nanos::from_secs(2), TICK).unwrap();
    assert_eq!((layer.column, layer.step()), (LAYERS[0].column, Some(1)));
    assert_eq!(resting(layer, layer.column_of(lost + Nanos::from_secs(1)), price(599_999)), None);
    assert_eq!(resting(layer, layer.running().unwrap() - 1, price(599_999)), Some(qty(2)));
    let touch = layer.touches.get(layer.touch_position(layer.running().unwrap()).unwrap()).unwrap();
    assert_eq!((touch.bid, touch.ask), (price(599_999), price(600_001)));
}

fn resting(layer: &LayerView, column: i64, at: Price) -> Option<Qty> {
    layer.spans(column..column + 1).find(|span| span.low <= at && at <= span.high)?;
    let mut sum = 0;
    layer.visit(&(column..column + 1), (at, at), |step| sum += step.change);
    Some(Qty::from_units(sum))
}
