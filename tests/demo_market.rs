//! The demo market seen from outside: repeatable, consistent with itself, and like a market.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use proptest::prelude::*;
use rtai_tui::demo::{DemoConfig, DemoEvent, DemoKind, DemoMarket};
use rtai_tui::domain::{Nanos, Price, Qty, Symbol, Timeframe};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const START: Nanos = Nanos::from_millis(1_795_246_013_456);

fn market(seed: u64) -> DemoMarket {
    DemoMarket::new(DemoConfig::new(seed, START))
}

fn symbol(text: &str) -> Symbol {
    Symbol::new(text).unwrap()
}

/// The two leading symbols only: enough for statistics, quicker.
fn pair(seed: u64) -> DemoMarket {
    let mut config = DemoConfig::new(seed, START);
    config.symbols.truncate(2);
    DemoMarket::new(config)
}

/// Mid prices of both leading symbols, once a second for an hour and a half.
static MIDS: LazyLock<[Vec<f64>; 2]> = LazyLock::new(|| {
    let mut market = pair(7);
    let names = market.instruments();
    let mut mids = [Vec::new(), Vec::new()];
    let mut last = [0.0, 0.0];
    let mut out = Vec::new();
    for second in 1..=5_400 {
        out.clear();
        market.advance(START + Nanos::from_secs(second), &mut out);
        for event in &out {
            if let DemoKind::BookTicker(q) = event.kind {
                let which = usize::from(event.symbol != names[0].symbol);
                last[which] = f64::midpoint(q.bid.to_f64(), q.ask.to_f64());
            }
        }
        mids.iter_mut().zip(last).for_each(|(m, l)| m.push(l));
    }
    mids
});

fn correlation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    values.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum::<f64>() / variance
}

fn returns(values: &[f64], step: usize) -> Vec<f64> {
    values.iter().step_by(step).collect::<Vec<_>>().windows(2).map(|w| (w[1] / w[0]).ln()).collect()
}

#[test]
fn the_same_seed_tells_the_same_story_and_another_seed_another() {
    let run = |seed| {
        let (mut market, mut out) = (market(seed), Vec::new());
        market.advance(START + Nanos::from_secs(20), &mut out);
        out
    };
    let first = run(3);
    assert!(first.len() > 1_000);
    assert!(first.windows(2).all(|w| w[0].at <= w[1].at));
    assert!(first.iter().all(|e| e.at > START));
    assert_eq!(first, run(3));
    assert_ne!(first, run(4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn cutting_up_the_time_changes_nothing(cuts in proptest::collection::vec(0..4_000_000_000_i64, 0..60)) {
        let end = START + Nanos::from_secs(4);
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        pair(5).advance(end, &mut whole);
        let mut market = pair(5);
        // Not sorted: going back in time does nothing.
        for cut in cuts {
            market.advance(START + Nanos::from_nanos(cut), &mut parts);
        }
        market.advance(end, &mut parts);
        prop_assert_eq!(whole, parts);
    }
}

/// A client's book, kept by the exchange's USD-M rules.
#[derive(Default)]
struct Client {
    last: Option<u64>,
    synced: bool,
    bids: BTreeMap<Price, Qty>,
    asks: BTreeMap<Price, Qty>,
}

impl Client {
    fn load(&mut self, market: &DemoMarket, symbol: &Symbol) {
        let (last, bids, asks) = market.depth_snapshot(symbol, usize::MAX).unwrap();
        *self = Self { last: Some(last), synced: false, bids: bids.into_iter().collect(), asks: asks.into_iter().collect() };
    }

    fn apply(&mut self, event: &DemoEvent) {
        let (DemoKind::Depth(d), Some(last)) = (&event.kind, self.last) else { return };
        if self.synced {
            assert_eq!(d.prev, last, "the chain of updates broke");
        } else {
            assert!(d.first <= last && last <= d.last, "{} <= {last} <= {}", d.first, d.last);
            self.synced = true;
        }
        for (side, changes) in [(&mut self.bids, &d.bids), (&mut self.asks, &d.asks)] {
            for (price, qty) in changes {
                if qty.is_zero() {
                    side.remove(price)
                } else {
                    side.insert(*price, *qty)
                };
            }
        }
        self.last = Some(d.last);
    }
}

#[test]
fn a_snapshot_and_the_diffs_rebuild_the_book() {
    let mut market = market(11);
    let names: Vec<Symbol> = market.instruments().iter().map(|i| i.symbol).collect();
    let mut clients: BTreeMap<Symbol, Client> = names.iter().map(|s| (*s, Client::default())).collect();
    let mut tickers: BTreeMap<(Symbol, u64), _> = BTreeMap::new();
    let (mut out, mut compared, mut jumps) = (Vec::new(), 0, 0);
    for step in 1..=3_000_i64 {
        out.clear();
        market.advance(START + Nanos::from_millis(step * 37), &mut out);
        for event in &out {
            let client = clients.get_mut(&event.symbol).unwrap();
            if let DemoKind::BookTicker(q) = event.kind {
                tickers.insert((event.symbol, q.update_id), q);
            }
            if let (DemoKind::Depth(d), Some(last)) = (&event.kind, client.last) {
                jumps += usize::from(client.synced && d.first != last + 1);
            }
            client.apply(event);
            if let (DemoKind::Depth(d), true) = (&event.kind, client.synced)
                && let Some(q) = tickers.get(&(event.symbol, d.last))
            {
                let bid = client.bids.last_key_value().map(|(p, q)| (*p, *q));
                let ask = client.asks.first_key_value().map(|(p, q)| (*p, *q));
                assert_eq!((bid, ask), (Some((q.bid, q.bid_qty)), Some((q.ask, q.ask_qty))));
                compared += 1;
            }
        }
        for (name, client) in &mut clients {
            let (last, bids, asks) = market.depth_snapshot(name, usize::MAX).unwrap();
            assert!(bids.len() > 50 && asks.len() > 50, "{name} runs dry");
            assert!(bids[0].0 < asks[0].0, "{name} is crossed");
            if client.last == Some(last) && client.synced {
                assert_eq!(client.bids.iter().rev().map(|(p, q)| (*p, *q)).collect::<Vec<_>>(), bids);
                assert_eq!(client.asks.iter().map(|(p, q)| (*p, *q)).collect::<Vec<_>>(), asks);
            }
            if step % 500 == 20 {
                client.load(&market, name);
            }
        }
    }
    assert!(compared > 500, "{compared} tickers compared");
    assert!(jumps > 1_000, "ids are shared, so they must not look continuous: {jumps}");
}

#[test]
fn trades_happen_at_the_quotes_and_ids_have_no_holes() {
    let mut market = market(2);
    let mut quotes = BTreeMap::new();
    let mut ids: BTreeMap<Symbol, (u64, u64)> =
        market.instruments().iter().map(|i| (i.symbol, market.last_trade_ids(&i.symbol).unwrap())).collect();
    let rules: BTreeMap<Symbol, _> = market.instruments().into_iter().map(|i| (i.symbol, i)).collect();
    let (mut out, mut trades) = (Vec::new(), 0);
    market.advance(START + Nanos::from_secs(120), &mut out);
    for event in &out {
        match event.kind {
            DemoKind::BookTicker(q) => {
                assert!(q.bid < q.ask && q.bid_qty > Qty::ZERO && q.ask_qty > Qty::ZERO);
                quotes.insert(event.symbol, q);
            }
            DemoKind::AggTrade(t) => {
                let rule = &rules[&event.symbol];
                assert_eq!((t.price.units() % rule.tick.units(), t.qty.units() % rule.lot.units()), (0, 0));
                assert!(t.qty > Qty::ZERO);
                if let Some(q) = quotes.get(&event.symbol) {
                    assert!(if t.buyer_is_maker { t.price <= q.bid } else { t.price >= q.ask });
                }
                let (agg, fill) = ids[&event.symbol];
                assert_eq!((t.agg_id, t.first_id), (agg + 1, fill + 1));
                assert!(t.last_id >= t.first_id);
                ids.insert(event.symbol, (t.agg_id, t.last_id));
                trades += 1;
            }
            _ => {}
        }
    }
    assert!(trades > 1_000, "{trades}");
}

#[test]
fn the_chart_is_full_and_continuous() {
    let mut market = market(1);
    let names = market.instruments();
    let mut traded = BTreeMap::new();
    let mut out = Vec::new();
    market.advance(START + Nanos::from_secs(600), &mut out);
    for event in &out {
        if let DemoKind::AggTrade(t) = event.kind {
            traded.entry(event.symbol).or_insert_with(Vec::new).push(t);
        }
    }
    for instrument in &names {
        let rows = |tf, limit| market.bars(&instrument.symbol, tf, limit, Nanos::MAX).unwrap();
        for tf in Timeframe::ALL.into_iter().filter(|t| t.secs() >= 60) {
            let bars = rows(tf, 1_500);
            assert_eq!(bars.len(), 1_500, "{tf}");
            for pair in bars.windows(2) {
                assert_eq!(pair[0].start + tf.nanos(), pair[1].start);
                let gap = (pair[1].open.to_f64() / pair[0].close.to_f64()).ln().abs();
                assert!(gap < 0.002, "{tf} jumps by {gap} at {}", pair[1].start.rfc3339());
            }
            assert!(bars.iter().all(|b| b.low <= b.open.min(b.close) && b.high >= b.open.max(b.close) && b.low > Price::ZERO));
            assert!(bars.iter().all(|b| b.buy_volume <= b.volume));
        }
        // Longer bars are the sums of shorter ones.
        let minutes = rows(Timeframe::M1, 4_000);
        for tf in [Timeframe::M5, Timeframe::H1, Timeframe::H4] {
            let bars = rows(tf, 5);
            for bar in &bars {
                let mut parts = minutes.iter().filter(|m| tf.start_of(m.start) == bar.start);
                let mut whole = *parts.next().unwrap();
                parts.for_each(|p| whole.absorb(p));
                assert_eq!(whole, *bar);
            }
        }
        // A whole minute of trading is what was traded in it.
        let start = Timeframe::M1.start_of(START) + Nanos::from_secs(240);
        let inside: Vec<_> = traded[&instrument.symbol].iter().filter(|t| Timeframe::M1.start_of(t.time) == start).collect();
        let bar = minutes.iter().find(|m| m.start == start).unwrap();
        assert_eq!(bar.open, inside[0].price);
        assert_eq!(bar.close, inside.last().unwrap().price);
        assert_eq!(Some(bar.high), inside.iter().map(|t| t.price).max());
        assert_eq!(bar.volume.units(), inside.iter().map(|t| i128::from(t.qty.units())).sum::<i128>());
        assert_eq!(u64::from(bar.trades), inside.iter().map(|t| t.last_id - t.first_id + 1).sum::<u64>());
    }
}

#[test]
fn klines_close_once_and_in_order() {
    let mut config = DemoConfig::new(9, START);
    config.kline_streams = vec![Timeframe::M1, Timeframe::M5, Timeframe::S1];
    let (mut market, mut out) = (DemoMarket::new(config), Vec::new());
    market.advance(START + Nanos::from_secs(660), &mut out);
    let btc = symbol("BTCUSDT");
    for (tf, expected) in [(Timeframe::M1, 11), (Timeframe::M5, 2), (Timeframe::S1, 0)] {
        let closed: Vec<_> = out
            .iter()
            .filter_map(|e| match &e.kind {
                DemoKind::Kline(t, k) if *t == tf && e.symbol == btc && k.closed => Some(*k),
                _ => None,
            })
            .collect();
        assert!(closed.len() == expected, "{tf}: {}", closed.len());
        assert!(closed.windows(2).all(|w| w[0].bar.start + tf.nanos() == w[1].bar.start && w[0].last_id + 1 == w[1].first_id));
        let archive = market.klines(&btc, tf, 1_500, Nanos::MAX).unwrap();
        for kline in closed {
            assert!(archive.iter().any(|k| k.bar == kline.bar && k.closed && k.quote_volume == kline.quote_volume));
        }
    }
}

#[test]
fn the_pair_is_cointegrated() {
    let spread: Vec<f64> = MIDS[1].iter().zip(&MIDS[0]).map(|(e, b)| e.ln() - 1.05 * b.ln()).step_by(20).collect();
    let phi = correlation(&spread);
    // A random walk of this length has 0.95 and more nine times out of ten.
    assert!(phi < 0.96, "coefficient {phi}");
    let deviation = |v: &[f64]| {
        let mean = v.iter().sum::<f64>() / v.len() as f64;
        (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / v.len() as f64).sqrt()
    };
    let swing = deviation(&spread);
    assert!((0.0004..0.006).contains(&swing), "worth trading and bounded: {swing}");
    let btc: Vec<f64> = MIDS[0].iter().map(|p| p.ln()).collect();
    assert!(deviation(&btc) > swing, "the prices themselves wander further");
    // In the history as well: the ratio of daily closes stays put while prices move by tens of percent.
    let market = pair(7);
    let closes = |name| market.bars(&symbol(name), Timeframe::D1, 1_000, Nanos::MAX).unwrap();
    let (btc, eth) = (closes("BTCUSDT"), closes("ETHUSDT"));
    let ratio: Vec<f64> = btc.iter().zip(&eth).map(|(b, e)| e.close.to_f64().ln() - 1.05 * b.close.to_f64().ln()).collect();
    assert!(deviation(&ratio) < 0.01);
    assert!(deviation(&btc.iter().map(|b| b.close.to_f64().ln()).collect::<Vec<_>>()) > 0.05);
}

/// Of one series on the other by least squares, the residuals' Dickey-Fuller statistic without lags and their half-life.
fn residuals(y: &[f64], x: &[f64]) -> (f64, f64) {
    // Slope, and the sums of squares of the regressor and of what is left.
    fn slope(y: &[f64], x: &[f64]) -> (f64, f64, Vec<f64>) {
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (my, mx) = (mean(y), mean(x));
        let squares: f64 = x.iter().map(|v| (v - mx).powi(2)).sum();
        let slope = y.iter().zip(x).map(|(a, b)| (a - my) * (b - mx)).sum::<f64>() / squares;
        (slope, squares, y.iter().zip(x).map(|(a, b)| a - my - slope * (b - mx)).collect())
    }
    let (_, _, spread) = slope(y, x);
    let changes: Vec<f64> = spread.windows(2).map(|w| w[1] - w[0]).collect();
    let (back, squares, rest) = slope(&changes, &spread[..changes.len()]);
    let error = (rest.iter().map(|e| e * e).sum::<f64>() / (changes.len() - 2) as f64 / squares).sqrt();
    (back / error, -std::f64::consts::LN_2 / back)
}

#[test]
fn one_pair_is_cointegrated_by_the_minute_and_the_others_are_not() {
    // Engle-Granger's critical value of two series at 1 % (MacKinnon).
    const CRITICAL: f64 = -3.92;
    let pairs = [("ETHUSDT", "BTCUSDT"), ("SOLUSDT", "BTCUSDT"), ("XRPUSDT", "ETHUSDT"), ("DOGEUSDT", "SOLUSDT")];
    let mut found = [(); 4].map(|()| Vec::new());
    for seed in 1..=20 {
        let market = market(seed);
        let closes = |name| -> Vec<f64> {
            market.bars(&symbol(name), Timeframe::M1, 10_000, Nanos::MAX).unwrap().iter().map(|b| b.close.to_f64()).collect()
        };
        for ((y, x), found) in pairs.iter().zip(&mut found) {
            let (y, x) = (closes(y), closes(x));
            found.extend(y.chunks(500).zip(x.chunks(500)).step_by(4).map(|(y, x)| residuals(y, x)));
        }
    }
    for ((y, x), mut found) in pairs.into_iter().zip(found) {
        assert_eq!(found.len(), 100);
        let cointegrated = found.iter().filter(|(statistic, _)| *statistic < CRITICAL).count();
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        let half_life = found[50].1;
        if y == "ETHUSDT" {
            assert!(cointegrated >= 90, "{y} {x}: {cointegrated} of 100 stretches");
            assert!((5.0..10.0).contains(&half_life), "{y} {x}: half-life of {half_life} bars");
        } else {
            assert!(cointegrated <= 10, "{y} {x}: {cointegrated} of 100 stretches");
            assert!(half_life > 20.0, "{y} {x}: half-life of {half_life} bars");
        }
    }
}

#[test]
fn the_pair_comes_back_within_seconds_too() {
    let spread: Vec<f64> = MIDS[1].iter().zip(&MIDS[0]).map(|(e, b)| e.ln() - 1.05 * b.ln()).skip(5).collect();
    let variance = |lag: usize| spread.windows(lag + 1).map(|w| (w[lag] - w[0]).powi(2)).sum::<f64>() / spread.len() as f64;
    // A random walk has 1.
    let ratio = variance(60) / variance(5) / 12.0;
    assert!(ratio < 0.65, "variance ratio of a minute to five seconds {ratio}");
}

#[test]
fn volatility_clusters_and_prices_stay_sane() {
    for mids in MIDS.iter() {
        let sizes: Vec<f64> = returns(mids, 5).iter().map(|r| r.abs()).collect();
        let clustering = correlation(&sizes);
        assert!(clustering > 0.1, "autocorrelation of absolute 5 s returns {clustering}");
        let direction = correlation(&returns(mids, 60));
        assert!(direction.abs() < 0.45, "one-minute returns are close to unpredictable: {direction}");
        assert!(mids.iter().all(|p| (p / mids[0]).ln().abs() < 0.08));
    }
    let bars = market(7).bars(&symbol("BTCUSDT"), Timeframe::M1, 5_000, Nanos::MAX).unwrap();
    let sizes: Vec<f64> = bars.iter().map(|b| (b.close.to_f64() / b.open.to_f64()).ln().abs()).collect();
    assert!(correlation(&sizes) > 0.1, "the history clusters too");
}

#[test]
fn spreads_widen_when_it_gets_wild() {
    let mut market = pair(7);
    let btc = symbol("BTCUSDT");
    let (mut minutes, mut last) = (Vec::new(), None);
    for minute in 0..60 {
        let (mut width, mut mid) = (0, 0.0);
        for second in 1..=60 {
            market.advance(START + Nanos::from_secs(minute * 60 + second), &mut Vec::new());
            let (_, bids, asks) = market.depth_snapshot(&btc, 1).unwrap();
            width += (asks[0].0 - bids[0].0).units();
            mid = f64::midpoint(asks[0].0.to_f64(), bids[0].0.to_f64());
        }
        if let Some(before) = last.replace(mid) {
            minutes.push((f64::abs(mid / before - 1.0), width));
        }
    }
    minutes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let third = minutes.len() / 3;
    let total = |part: &[(f64, i64)]| part.iter().map(|m| m.1).sum::<i64>() as f64;
    let (calm, wild) = (total(&minutes[..third]), total(&minutes[minutes.len() - third..]));
    assert!(wild > 1.2 * calm, "calm {calm}, wild {wild}");
}

#[test]
fn it_holds_no_more_after_an_hour_than_after_a_minute() {
    let mut market = pair(13);
    let mut out = Vec::new();
    let mut most = 0;
    for minute in 1..=60 {
        out.clear();
        market.advance(START + Nanos::from_secs(minute * 60), &mut out);
        most = most.max(market.held().0);
        for name in ["BTCUSDT", "ETHUSDT"] {
            let (_, bids, asks) = market.depth_snapshot(&symbol(name), usize::MAX).unwrap();
            assert!((100..1_000).contains(&bids.len()), "{name} {} bids", bids.len());
            assert!((100..1_000).contains(&asks.len()), "{name} {} asks", asks.len());
        }
    }
    assert!(most < 8_000, "{most} orders");
}
