//! Time bars of one symbol: one-second bars from trades, and every longer timeframe folded from a shorter one.
//!
//! A trade touches only the one-second bar. When that closes it is folded into five seconds, that into fifteen, and so on,
//! so that each timeframe is exactly what building it from the trades would give.

use super::{BarView, Series};
use crate::domain::{Bar, Nanos, Price, Qty, Side, Timeframe};

/// Bars loaded on demand may exceed the configured capacity up to this many.
const LOADED_LIMIT: usize = 200_000;

/// Bars of a minute and longer are kept this many times the capacity: with 20,000 that is 97 days of minutes, a quarter of
/// a year, which is looked at whole. Seconds are as many as they were: 20,000 of them are five and a half hours.
const LONG: usize = 7;

/// One timeframe of the chain.
#[derive(Debug, Clone)]
struct Rung {
    timeframe: Timeframe,
    closed: Series<Bar>,
    /// What shorter bars have been folded in of the interval still running.
    forming: Option<Bar>,
    /// The rung it is folded from.
    source: usize,
}

/// All time bars of one symbol.
#[derive(Debug, Clone)]
pub struct TimeBars {
    rungs: Vec<Rung>,
    last_close: Option<Price>,
    /// Set once a trade came; a symbol that only has ready-made bars gets no bars of seconds.
    from_trades: bool,
    /// The first trade: intervals that began before it have a beginning that was not heard.
    heard: Option<Nanos>,
}

impl TimeBars {
    /// No bars yet; at most about `capacity` closed ones are kept of each timeframe, and seven times as many of those of a
    /// minute and longer.
    pub fn new(capacity: usize) -> Self {
        let rungs = Timeframe::ALL
            .iter()
            .enumerate()
            .map(|(i, &timeframe)| Rung {
                timeframe,
                closed: Series::with_capacity(if timeframe < Timeframe::M1 { capacity } else { capacity.saturating_mul(LONG) }),
                forming: None,
                source: (0..i).rev().find(|&s| timeframe.secs().is_multiple_of(Timeframe::ALL[s].secs())).unwrap_or(0),
            })
            .collect();
        Self { rungs, last_close: None, from_trades: false, heard: None }
    }

    /// Whether bars are built from trades here, so that seconds have to be closed.
    pub fn is_from_trades(&self) -> bool {
        self.from_trades
    }

    /// Whether no interval is running.
    pub fn is_idle(&self) -> bool {
        self.rungs.iter().all(|rung| rung.forming.is_none())
    }

    /// Takes in a trade. Seconds that ended before it must have been closed.
    #[inline]
    pub fn on_trade(&mut self, at: Nanos, price: Price, qty: Qty, side: Side) {
        self.from_trades = true;
        self.heard.get_or_insert(at);
        self.last_close = Some(price);
        let bought = if side == Side::Buy { qty } else { Qty::ZERO };
        if let Some(bar) = &mut self.rungs[0].forming {
            bar.high = bar.high.max(price);
            bar.low = bar.low.min(price);
            bar.close = price;
            bar.volume += qty.volume();
            bar.buy_volume += bought.volume();
            bar.trades = bar.trades.saturating_add(1);
        } else {
            let start = Timeframe::S1.start_of(at);
            self.rungs[0].forming =
                Some(Bar { volume: qty.volume(), buy_volume: bought.volume(), trades: 1, ..Bar::flat(start, price) });
        }
    }

    /// Closes the second that ends at `boundary`, and every longer interval that ends there too.
    ///
    /// `filled` says whether a second without a trade repeats the close (the link is up) or is a gap.
    pub fn close_second(&mut self, boundary: Nanos, filled: bool) {
        if !self.from_trades {
            return;
        }
        if self.rungs[0].forming.is_none()
            && filled
            && let Some(price) = self.last_close
        {
            self.rungs[0].forming = Some(Bar::flat(boundary - Nanos::SECOND, price));
        }
        for i in 0..self.rungs.len() {
            if boundary.0 % self.rungs[i].timeframe.nanos().0 == 0
                && let Some(bar) = self.rungs[i].forming.take()
            {
                self.rungs[i].closed.push(bar);
                self.fold(i, &bar);
            }
        }
    }

    /// Folds a closed bar into the rungs made of it.
    fn fold(&mut self, from: usize, bar: &Bar) {
        for rung in &mut self.rungs[from + 1..] {
            if rung.source == from {
                match &mut rung.forming {
                    Some(forming) => forming.absorb(bar),
                    None => rung.forming = Some(Bar { start: rung.timeframe.start_of(bar.start), ..*bar }),
                }
            }
        }
    }

    /// Takes in a finished bar of a symbol that has no trades, and folds it upwards.
    ///
    /// A timeframe the chain does not have is folded into the longer ones it divides.
    pub fn on_bar(&mut self, timeframe: Timeframe, bar: &Bar) {
        self.last_close = Some(bar.close);
        let end = bar.start + timeframe.nanos();
        for i in 0..self.rungs.len() {
            let rung = &mut self.rungs[i];
            let tf = rung.timeframe;
            if tf == timeframe {
                if rung.closed.last().is_none_or(|last| last.start < bar.start) {
                    rung.closed.push(*bar);
                }
            } else if tf > timeframe && tf.secs().is_multiple_of(timeframe.secs()) {
                let start = tf.start_of(bar.start);
                if rung.forming.is_some_and(|forming| forming.start != start)
                    && let Some(done) = rung.forming.take()
                {
                    rung.closed.push(done);
                }
                match &mut rung.forming {
                    Some(forming) => forming.absorb(bar),
                    None => rung.forming = Some(Bar { start, ..*bar }),
                }
                if end >= start + tf.nanos()
                    && let Some(done) = rung.forming.take()
                {
                    rung.closed.push(done);
                }
            }
        }
    }

    /// Takes in fetched bars, oldest first: they fill what is missing before, between and after the bars already here, and replace
    /// those of the same intervals, which may have begun in the middle or lack what came while the link was down. Longer timeframes
    /// are folded from them; where they do not cover an interval wholly, a bar that is there already stays.
    pub fn on_history(&mut self, timeframe: Timeframe, bars: &[Bar], now: Nanos) {
        let Some(newest) = bars.last() else { return };
        if self.last_close.is_none() {
            self.last_close = Some(newest.close);
        }
        self.from_trades = true;
        let Some(at) = self.rungs.iter().position(|rung| rung.timeframe == timeframe) else { return };
        let own: Vec<(Bar, bool)> = bars.iter().map(|bar| (*bar, true)).collect();
        self.merge(at, &own, now);
        for i in at + 1..self.rungs.len() {
            let tf = self.rungs[i].timeframe;
            if tf.secs().is_multiple_of(timeframe.secs()) {
                let folded = fold_all(timeframe, tf, bars);
                self.merge(i, &folded, now);
            }
        }
    }

    /// Merges bars of one timeframe into its rung; each with whether it covers its interval wholly.
    fn merge(&mut self, at: usize, bars: &[(Bar, bool)], now: Nanos) {
        let rung = &self.rungs[at];
        let length = rung.timeframe.nanos();
        // A forming bar of a longer interval that began before we listened: the fetched one has its beginning.
        if let Some((running, _)) = bars.last().filter(|(bar, _)| bar.start + length > now) {
            let ours = self.partial(at).filter(|bar| bar.start == running.start);
            let heard = self.heard.is_some_and(|first| first <= running.start);
            let follows = rung.closed.last().is_some_and(|last| last.start + length == running.start);
            if !(heard && follows) {
                let live = ours.unwrap_or(*running);
                let mut whole = *running;
                whole.high = whole.high.max(live.high);
                whole.low = whole.low.min(live.low);
                self.clear_below(at, whole);
            }
        }
        let rung = &mut self.rungs[at];
        let mut fetched = bars.iter().take_while(|(bar, _)| bar.start + length <= now).peekable();
        let Some((first, _)) = fetched.peek() else { return };
        let kept = BarView { closed: rung.closed.clone(), forming: None };
        let from = kept.position(first.start);
        let mut ours = kept.closed.iter_from(from).peekable();
        let (mut merged, mut news) = (Vec::with_capacity(bars.len()), false);
        loop {
            let bar = match (ours.peek(), fetched.peek()) {
                (Some(old), Some((new, whole))) if old.start == new.start => {
                    let bar = if *whole { *new } else { **old };
                    news |= bar != **old;
                    ours.next();
                    fetched.next();
                    bar
                }
                (Some(old), new) if new.is_none_or(|(new, _)| old.start < new.start) => {
                    let bar = **old;
                    ours.next();
                    bar
                }
                (_, Some((new, _))) => {
                    let bar = *new;
                    fetched.next();
                    news = true;
                    bar
                }
                (_, None) => break,
            };
            // Whoever fetched them out of order is not followed there.
            if merged.last().is_none_or(|last: &Bar| last.start < bar.start) {
                merged.push(bar);
            }
        }
        if !news {
            return;
        }
        let mut all: Vec<Bar> = kept.closed.iter().take(from).copied().collect();
        all.append(&mut merged);
        let surplus = all.len().saturating_sub(LOADED_LIMIT);
        all.drain(..surplus);
        rung.closed.replace(all);
    }

    /// Sets what is known of the running interval of a rung; the shorter rungs' running parts are in it from now on.
    fn clear_below(&mut self, at: usize, whole: Bar) {
        let part = self.below(at);
        let mut base = whole;
        if let Some(part) = part {
            // What the shorter rungs will fold in later must not count twice.
            base.volume = (base.volume - part.volume).max(crate::domain::Volume::ZERO);
            base.buy_volume = (base.buy_volume - part.buy_volume).max(crate::domain::Volume::ZERO);
            base.trades = base.trades.saturating_sub(part.trades);
        }
        self.rungs[at].forming = Some(base);
    }

    /// What the shorter rungs hold of a rung's running interval.
    fn below(&self, at: usize) -> Option<Bar> {
        if at == 0 { None } else { self.partial(self.rungs[at].source) }
    }

    /// The running interval of a rung with all that the shorter ones hold of it.
    fn partial(&self, at: usize) -> Option<Bar> {
        let rung = &self.rungs[at];
        match (rung.forming, self.below(at)) {
            (Some(mut older), Some(newer)) => {
                older.absorb(&newer);
                Some(older)
            }
            (None, Some(newer)) => Some(Bar { start: rung.timeframe.start_of(newer.start), ..newer }),
            (older, None) => older,
        }
    }

    /// The bars of one timeframe as they stand; empty for one that is not built.
    pub fn view(&self, timeframe: Timeframe) -> BarView {
        match self.rungs.iter().position(|rung| rung.timeframe == timeframe) {
            Some(at) => BarView { closed: self.rungs[at].closed.clone(), forming: self.partial(at) },
            None => BarView::default(),
        }
    }

    /// The closed bars of a timeframe, oldest first; `None` for one that is not built.
    pub fn closed(&self, timeframe: Timeframe) -> Option<&Series<Bar>> {
        self.rungs.get(place(timeframe)?).map(|rung| &rung.closed)
    }

    /// The bar of a timeframe that runs, with all that has come of it.
    pub fn running(&self, timeframe: Timeframe) -> Option<Bar> {
        self.partial(place(timeframe)?)
    }

    /// The last price known of trades or bars.
    pub const fn last_close(&self) -> Option<Price> {
        self.last_close
    }

    /// Every timeframe with its closed bars and running part, shortest first.
    pub fn all(&self) -> impl Iterator<Item = (Timeframe, BarView)> + '_ {
        self.rungs
            .iter()
            .enumerate()
            .map(|(i, rung)| (rung.timeframe, BarView { closed: rung.closed.clone(), forming: self.partial(i) }))
    }
}

/// Where a timeframe is in the chain, which has them as they are listed.
fn place(timeframe: Timeframe) -> Option<usize> {
    Timeframe::ALL.iter().position(|listed| *listed == timeframe)
}

/// Folds bars into a longer timeframe, each with whether all bars of its interval were there. The first interval is left out when
/// the bars do not cover its beginning.
fn fold_all(shorter: Timeframe, timeframe: Timeframe, bars: &[Bar]) -> Vec<(Bar, bool)> {
    let whole = timeframe.secs() / shorter.secs();
    let mut folded: Vec<(Bar, u32)> = Vec::with_capacity(bars.len() / 2 + 1);
    for bar in bars {
        let start = timeframe.start_of(bar.start);
        match folded.last_mut() {
            Some((last, count)) if last.start == start => {
                last.absorb(bar);
                *count += 1;
            }
            _ => folded.push((Bar { start, ..*bar }, 1)),
        }
    }
    if bars.first().is_some_and(|first| first.start != timeframe.start_of(first.start)) {
        folded.remove(0);
    }
    folded.into_iter().map(|(bar, count)| (bar, count >= whole)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Volume;
    use proptest::prelude::*;

    fn price(units: i64) -> Price {
        Price::from_units(units)
    }

    /// Builds bars of one timeframe straight from the trades: the slow, plain way.
    fn plainly(timeframe: Timeframe, trades: &[(i64, i64, i64, bool)], until: i64) -> Vec<Bar> {
        let mut bars: Vec<Bar> = Vec::new();
        let Some(first) = trades.first() else { return bars };
        let mut start = timeframe.start_of(Nanos(first.0));
        let mut close: Option<Price> = None;
        while start + timeframe.nanos() <= Nanos(until) {
            let end = start + timeframe.nanos();
            let mut bar: Option<Bar> = None;
            for &(_, p, q, buy) in trades.iter().filter(|t| Nanos(t.0) >= start && Nanos(t.0) < end) {
                let bar = bar.get_or_insert(Bar::flat(start, price(p)));
                bar.high = bar.high.max(price(p));
                bar.low = bar.low.min(price(p));
                bar.close = price(p);
                bar.volume += Volume::from_units(i128::from(q));
                bar.buy_volume += Volume::from_units(if buy { i128::from(q) } else { 0 });
                bar.trades += 1;
            }
            let bar = bar.or(close.map(|c| Bar::flat(start, c)));
            if let Some(bar) = bar {
                close = Some(bar.close);
                bars.push(bar);
            }
            start = end;
        }
        bars
    }

    fn feed(bars: &mut TimeBars, trades: &[(i64, i64, i64, bool)], until: i64) {
        let Some(first) = trades.first() else { return };
        let mut boundary = Timeframe::S1.start_of(Nanos(first.0)) + Nanos::SECOND;
        for &(at, p, q, buy) in trades {
            while boundary <= Nanos(at) {
                bars.close_second(boundary, true);
                boundary += Nanos::SECOND;
            }
            bars.on_trade(Nanos(at), price(p), Qty::from_units(q), if buy { Side::Buy } else { Side::Sell });
        }
        while boundary <= Nanos(until) {
            bars.close_second(boundary, true);
            boundary += Nanos::SECOND;
        }
    }

    proptest! {
        #[test]
        fn every_timeframe_equals_one_built_from_the_trades(
            steps in proptest::collection::vec((0_i64..40_000_000_000, 1_i64..1_000, 1_i64..1_000, any::<bool>()), 1..80)
        ) {
            let mut at = 1_700_000_000_000_000_000_i64;
            let trades: Vec<_> = steps.iter().map(|&(dt, p, q, b)| { at += dt; (at, p, q, b) }).collect();
            let until = at + 5_000_000_000;
            let mut bars = TimeBars::new(100_000);
            feed(&mut bars, &trades, until);
            for timeframe in [Timeframe::S1, Timeframe::S5, Timeframe::S15, Timeframe::M1, Timeframe::M3, Timeframe::M5, Timeframe::M15] {
                let built: Vec<Bar> = bars.view(timeframe).closed.iter().copied().collect();
                prop_assert_eq!(&built, &plainly(timeframe, &trades, until), "{}", timeframe);
            }
        }
    }

    #[test]
    fn a_second_without_trades_is_a_gap_while_the_link_is_down() {
        let mut bars = TimeBars::new(1_000);
        bars.on_trade(Nanos::from_millis(500), price(10), Qty::from_units(1), Side::Buy);
        bars.close_second(Nanos::from_secs(1), true);
        bars.close_second(Nanos::from_secs(2), true);
        bars.close_second(Nanos::from_secs(3), false);
        bars.close_second(Nanos::from_secs(4), true);
        let starts: Vec<i64> = bars.view(Timeframe::S1).closed.iter().map(|bar| bar.start.secs()).collect();
        assert_eq!(starts, [0, 1, 3]);
    }

    #[test]
    fn fetched_history_joins_what_live_trades_began() {
        let minute = |n: i64, close: i64, volume: i128| Bar {
            volume: Volume::from_units(volume),
            trades: 2,
            ..Bar::flat(Nanos::from_secs(60 * n), price(close))
        };
        let mut bars = TimeBars::new(1_000);
        // Live from the middle of minute 10.
        bars.on_trade(Nanos::from_secs(630), price(50), Qty::from_units(3), Side::Buy);
        bars.on_history(Timeframe::M1, &[minute(8, 40, 7), minute(9, 41, 8), minute(10, 50, 9)], Nanos::from_secs(631));
        let view = bars.view(Timeframe::M1);
        assert_eq!(view.closed.len(), 2);
        assert_eq!(view.forming.map(|bar| bar.volume), Some(Volume::from_units(9)));
        // Of five minutes, 5..10 began before the history did: only the running one is known.
        let five = bars.view(Timeframe::M5);
        assert_eq!((five.closed.len(), five.forming.map(|bar| bar.start.secs())), (0, Some(600)));
        for second in 631..=660 {
            bars.close_second(Nanos::from_secs(second), true);
        }
        assert_eq!(bars.view(Timeframe::M1).closed.last().map(|bar| bar.volume), Some(Volume::from_units(9)));
    }

    #[test]
    fn fetched_history_fills_what_is_missing_between() {
        let minute = |n: i64, close: i64| Bar { trades: 2, ..Bar::flat(Nanos::from_secs(60 * n), price(close)) };
        let mut bars = TimeBars::new(1_000);
        // What an earlier session kept, to the middle of five minutes; then a pause, and trades from the middle of minute 12.
        bars.on_history(Timeframe::M1, &[minute(0, 1), minute(1, 2), minute(2, 3), minute(3, 4)], Nanos::from_secs(750));
        bars.on_trade(Nanos::from_secs(750), price(50), Qty::from_units(3), Side::Buy);
        for second in 751..=840 {
            bars.close_second(Nanos::from_secs(second), true);
        }
        let starts = |bars: &TimeBars, timeframe| -> Vec<i64> {
            bars.view(timeframe).closed.iter().map(|bar| bar.start.secs() / 60).collect()
        };
        assert_eq!(starts(&bars, Timeframe::M1), [0, 1, 2, 3, 12, 13]);
        assert_eq!(starts(&bars, Timeframe::M5), [0], "four of five minutes are shown while there is nothing better");
        let before = bars.view(Timeframe::M1).closed.replaced();
        // The exchange answers while minute 14 runs.
        let fetched: Vec<Bar> = (2..=14).map(|n| minute(n, n + 1)).collect();
        bars.on_history(Timeframe::M1, &fetched, Nanos::from_secs(845));
        assert_eq!(starts(&bars, Timeframe::M1), (0..14).collect::<Vec<_>>());
        assert!(bars.view(Timeframe::M1).closed.replaced() > before, "whoever remembers them looks again");
        let minutes: Vec<i64> = bars.view(Timeframe::M1).closed.iter().map(|bar| bar.close.units()).collect();
        assert_eq!(minutes, (1..=14).collect::<Vec<_>>(), "minute 12 began before the first trade");
        // Minutes 0 and 1 were not fetched: the five minutes from 0 on are what was kept; those from 5 on are whole.
        let five: Vec<_> = bars.view(Timeframe::M5).closed.iter().map(|bar| (bar.start.secs() / 60, bar.close.units())).collect();
        assert_eq!(five, [(0, 4), (5, 10)]);
        // The same once more changes nothing that is remembered.
        let before = bars.view(Timeframe::M1).closed.replaced();
        bars.on_history(Timeframe::M1, &fetched, Nanos::from_secs(845));
        assert_eq!(bars.view(Timeframe::M1).closed.replaced(), before);
    }

    #[test]
    fn minutes_are_kept_longer_than_seconds() {
        let mut bars = TimeBars::new(1_000);
        for second in 0..3_000 {
            bars.on_trade(Nanos::from_secs(second), price(1 + second), Qty::from_units(1), Side::Buy);
            bars.close_second(Nanos::from_secs(second + 1), true);
        }
        // A chunk at a time is let go.
        assert!((1_000..1_512).contains(&bars.view(Timeframe::S1).closed.len()));
        let mut bars = TimeBars::new(1_000);
        let minute = |n: i64| Bar::flat(Nanos::from_secs(60 * n), price(n + 1));
        (0..7_000).for_each(|n| bars.on_bar(Timeframe::M1, &minute(n)));
        let first = |bars: &TimeBars| bars.view(Timeframe::M1).closed.first().map(|bar| bar.start.secs() / 60);
        assert_eq!((bars.view(Timeframe::M1).closed.len(), first(&bars)), (7_000, Some(0)));
        (7_000..9_000).for_each(|n| bars.on_bar(Timeframe::M1, &minute(n)));
        assert!((1_488..=2_000).contains(&first(&bars).unwrap()), "{:?}", first(&bars));
        assert_eq!(bars.view(Timeframe::M3).closed.len(), 3_000);
    }

    #[test]
    fn ready_made_bars_fold_upwards() {
        let mut bars = TimeBars::new(1_000);
        for n in 0..10 {
            bars.on_bar(Timeframe::M1, &Bar { trades: 1, ..Bar::flat(Nanos::from_secs(60 * n), price(n + 1)) });
        }
        let five = bars.view(Timeframe::M5);
        assert_eq!(five.closed.iter().map(|bar| (bar.open.units(), bar.close.units())).collect::<Vec<_>>(), [(1, 5), (6, 10)]);
        assert_eq!(bars.view(Timeframe::S1).len(), 0);
    }
}
