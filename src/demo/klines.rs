//! Bars of the demo market: what a kline holds, and the archive that keeps them within a fixed amount of memory.

use crate::domain::{Bar, Nanos, Price, Qty, Timeframe, Volume};
use std::collections::VecDeque;

/// A bar with all that an exchange tells about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kline {
    /// Times, prices, volumes and the number of trades.
    pub bar: Bar,
    /// Turnover, quote units.
    pub quote_volume: Volume,
    /// The part of the turnover that takers bought.
    pub buy_quote_volume: Volume,
    /// Id of its first trade; 0 in the archive, which keeps none.
    pub first_id: u64,
    /// Id of its last trade; 0 in the archive.
    pub last_id: u64,
    /// Whether its interval is over.
    pub closed: bool,
}

/// How ticks and lots become prices and quantities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Units {
    /// One tick in units of 1e-8.
    pub(super) tick: i64,
    /// One lot in units of 1e-8.
    pub(super) lot: i64,
}

impl Units {
    pub(super) const fn price(self, ticks: i64) -> Price {
        Price::from_units(ticks.saturating_mul(self.tick))
    }

    pub(super) const fn qty(self, lots: i64) -> Qty {
        Qty::from_units(lots.saturating_mul(self.lot))
    }

    /// Quote units in one tick of one lot.
    pub(super) fn tick_value(self) -> f64 {
        self.tick as f64 * 1e-8 * (self.lot as f64 * 1e-8)
    }
}

/// A bar in ticks and lots: a third of the room of a [`Kline`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slim {
    pub(super) open: u32,
    pub(super) high: u32,
    pub(super) low: u32,
    pub(super) close: u32,
    pub(super) trades: u32,
    pub(super) lots: u64,
    pub(super) buy_lots: u64,
    /// Ticks times lots.
    pub(super) turnover: u64,
    pub(super) buy_turnover: u64,
}

impl Slim {
    pub(super) const fn flat(ticks: u32) -> Self {
        let (open, high, low, close) = (ticks, ticks, ticks, ticks);
        Self { open, high, low, close, trades: 0, lots: 0, buy_lots: 0, turnover: 0, buy_turnover: 0 }
    }

    pub(super) fn absorb(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.trades = self.trades.saturating_add(later.trades);
        self.lots += later.lots;
        self.buy_lots += later.buy_lots;
        self.turnover += later.turnover;
        self.buy_turnover += later.buy_turnover;
    }

    /// Takes in a trade; the first one of an interval sets its open.
    pub(super) fn trade(&mut self, ticks: u32, lots: u64, bought: bool, trades: u32) {
        if self.trades == 0 {
            *self = Self::flat(ticks);
        }
        let turnover = u64::from(ticks) * lots;
        let (buy_lots, buy_turnover) = if bought { (lots, turnover) } else { (0, 0) };
        self.absorb(&Self { trades, lots, buy_lots, turnover, buy_turnover, ..Self::flat(ticks) });
    }

    pub(super) fn kline(&self, start: Nanos, units: Units, closed: bool) -> Kline {
        let volume = |lots: u64| Volume::from_units(i128::from(lots) * i128::from(units.lot));
        let quote = |turnover: u64| {
            // Tick and lot each count 1e-8, so their product has eight places too many.
            Volume::from_units(i128::from(turnover) * i128::from(units.tick) * i128::from(units.lot) / 100_000_000)
        };
        let bar = Bar {
            start,
            open: units.price(i64::from(self.open)),
            high: units.price(i64::from(self.high)),
            low: units.price(i64::from(self.low)),
            close: units.price(i64::from(self.close)),
            volume: volume(self.lots),
            buy_volume: volume(self.buy_lots),
            trades: self.trades,
        };
        let (quote_volume, buy_quote_volume) = (quote(self.turnover), quote(self.buy_turnover));
        Kline { bar, quote_volume, buy_quote_volume, first_id: 0, last_id: 0, closed }
    }
}

/// Bars of one length, one after the other without a gap; times follow from the place.
#[derive(Debug, Clone)]
pub(super) struct Tier {
    /// Length of each bar, seconds.
    pub(super) step: i64,
    /// When the first begins, seconds.
    pub(super) start: i64,
    pub(super) bars: VecDeque<Slim>,
}

/// Days each tier keeps, and the length of its bars in seconds, finest first. Together they give at least 1,500 bars of
/// every timeframe from a minute to a day.
pub(super) const TIERS: [(i64, i64); 4] = [(60, 8), (900, 56), (14_400, 192), (86_400, 1_400)];
pub(super) const DAY: i64 = 86_400;

/// The past of one symbol: minutes for the last days, coarser bars before. What grows too old is folded into the next
/// coarser tier, a whole day at a time, so that every aggregate stays exact.
#[derive(Debug, Clone)]
pub(super) struct Archive {
    tiers: Vec<Tier>,
}

impl Archive {
    /// From tiers as in [`TIERS`], each ending where the finer one before it begins. The newest minute is still running.
    pub(super) const fn new(tiers: Vec<Tier>) -> Self {
        Self { tiers }
    }

    /// Number of bars held.
    pub(super) fn len(&self) -> usize {
        self.tiers.iter().map(|t| t.bars.len()).sum()
    }

    /// Begins new minutes up to this moment; minutes nobody traded in repeat the close.
    pub(super) fn roll(&mut self, at: Nanos) {
        let Some(minutes) = self.tiers.first_mut() else { return };
        let current = (at.secs() - minutes.start).div_euclid(minutes.step);
        while (minutes.bars.len() as i64) <= current {
            let Some(close) = minutes.bars.back().map(|b| b.close) else { return };
            minutes.bars.push_back(Slim::flat(close));
        }
        self.fold();
    }

    /// Takes in a trade of the running minute.
    pub(super) fn trade(&mut self, at: Nanos, ticks: u32, lots: u64, bought: bool, trades: u32) {
        self.roll(at);
        if let Some(bar) = self.tiers.first_mut().and_then(|t| t.bars.back_mut()) {
            bar.trade(ticks, lots, bought, trades);
        }
    }

    fn fold(&mut self) {
        for i in 0..self.tiers.len() {
            let (finer, coarser) = self.tiers.split_at_mut(i + 1);
            let tier = &mut finer[i];
            let days = TIERS.get(i).map_or(0, |t| t.1);
            // The running day comes on top, and a whole one must be complete before it goes.
            while (tier.bars.len() as i64) * tier.step > (days + 2) * DAY {
                let per_day = (DAY / tier.step) as usize;
                let mut day: VecDeque<Slim> = tier.bars.drain(..per_day).collect();
                tier.start += DAY;
                if let Some(next) = coarser.first_mut() {
                    let share = (next.step / tier.step) as usize;
                    for group in day.make_contiguous().chunks(share) {
                        if let Some((first, rest)) = group.split_first() {
                            let mut bar = *first;
                            for later in rest {
                                bar.absorb(later);
                            }
                            next.bars.push_back(bar);
                        }
                    }
                }
            }
        }
    }

    /// The last `limit` bars that begin at or before `end`, oldest first; the last may still be running at `now`.
    pub(super) fn rows(&self, timeframe: Timeframe, limit: usize, end: Nanos, now: Nanos, units: Units) -> Vec<Kline> {
        let length = i64::from(timeframe.secs());
        let usable: Vec<&Tier> = self.tiers.iter().take_while(|t| length % t.step == 0).collect();
        let (Some(finest), Some(coarsest)) = (usable.first(), usable.last()) else { return Vec::new() };
        let newest = finest.start + (finest.bars.len() as i64 - 1) * finest.step;
        let last = end.secs().min(newest).div_euclid(length) * length;
        // A bar that begins before the archive would lack its first part.
        let oldest = (coarsest.start + length - 1).div_euclid(length) * length;
        let first =
            last.saturating_sub(i64::try_from(limit).unwrap_or(i64::MAX).saturating_sub(1).saturating_mul(length)).max(oldest);
        let mut rows: Vec<(i64, Slim)> = Vec::new();
        for tier in usable.iter().rev() {
            let skip = ((first - tier.start) / tier.step).max(0) as usize;
            for (i, bar) in tier.bars.iter().enumerate().skip(skip) {
                let start = (tier.start + i as i64 * tier.step).div_euclid(length) * length;
                if start > last {
                    break;
                }
                match rows.last_mut() {
                    Some((at, whole)) if *at == start => whole.absorb(bar),
                    _ => rows.push((start, *bar)),
                }
            }
        }
        let closed = |start: i64| now.secs() >= start + length;
        if limit == 0 {
            rows.clear();
        }
        rows.iter().map(|(start, bar)| bar.kline(Nanos::from_secs(*start), units, closed(*start))).collect()
    }

    /// The running bar of a timeframe: when it began, and what it holds so far.
    pub(super) fn running(&self, timeframe: Timeframe, now: Nanos) -> Option<(Nanos, Slim)> {
        let start = timeframe.start_of(now);
        let mut whole: Option<Slim> = None;
        for tier in self.tiers.iter().rev() {
            let skip = ((start.secs() - tier.start).div_euclid(tier.step)).max(0) as usize;
            for bar in tier.bars.iter().skip(skip) {
                match &mut whole {
                    Some(w) => w.absorb(bar),
                    None => whole = Some(*bar),
                }
            }
        }
        whole.map(|w| (start, w))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: Units = Units { tick: 10_000_000, lot: 100_000 };

    fn archive() -> Archive {
        let mut start = 0;
        let mut tiers = Vec::new();
        for (step, days) in TIERS.into_iter().rev() {
            let bars: VecDeque<_> = (0..days * DAY / step).map(|_| Slim::flat(1_000)).collect();
            tiers.push(Tier { step, start, bars });
            start += days * DAY;
        }
        tiers.reverse();
        tiers[0].bars.push_back(Slim::flat(1_000));
        Archive::new(tiers)
    }

    #[test]
    fn old_bars_are_folded_without_changing_what_they_add_up_to() {
        let mut kept = archive();
        let begin = TIERS.iter().map(|t| t.1).sum::<i64>() * DAY;
        let mut at = begin;
        let days = 300;
        let (mut before, mut expected) = (Vec::new(), 0_i128);
        for i in 0..days * 24 {
            at = begin + i * 3_600 + 17;
            kept.trade(Nanos::from_secs(at), 900 + (i * 7 % 211) as u32, 3, i % 2 == 0, 2);
            expected += 3 * 100_000;
            if i == 72 {
                before = kept.rows(Timeframe::D1, 3, Nanos::from_secs(at), Nanos::from_secs(at), UNITS);
            }
        }
        let now = Nanos::from_secs(at);
        let most: i64 = TIERS.iter().map(|(step, keep)| (keep + 3) * DAY / step).sum();
        assert!((kept.len() as i64) < most, "{} bars", kept.len());
        let rows = kept.rows(Timeframe::D1, days as usize, now, now, UNITS);
        assert_eq!(rows.len(), days as usize);
        assert_eq!(rows.iter().map(|k| k.bar.volume.units()).sum::<i128>(), expected);
        assert!(rows.windows(2).all(|w| w[0].bar.start + Timeframe::D1.nanos() == w[1].bar.start));
        assert!(rows.iter().rev().skip(1).all(|k| k.closed) && !rows[days as usize - 1].closed);
        let after = kept.rows(Timeframe::D1, 2, before[1].bar.start, now, UNITS);
        assert_eq!(after.iter().map(|k| k.bar).collect::<Vec<_>>(), before[..2].iter().map(|k| k.bar).collect::<Vec<_>>());
        for tf in [Timeframe::M1, Timeframe::M5, Timeframe::M15, Timeframe::H1, Timeframe::H4] {
            assert_eq!(kept.rows(tf, 1_500, now, now, UNITS).len(), 1_500, "{tf}");
        }
    }

    #[test]
    fn odd_requests_get_what_there_is() {
        let kept = archive();
        let now = Nanos::from_secs(TIERS.iter().map(|t| t.1).sum::<i64>() * DAY);
        let rows = |tf, limit, end| kept.rows(tf, limit, end, now, UNITS).len();
        assert_eq!(rows(Timeframe::S1, 10, now), 0);
        assert_eq!(rows(Timeframe::M1, 0, now), 0);
        assert_eq!(rows(Timeframe::M1, 10, Nanos::from_secs(-5)), 0);
        assert_eq!(rows(Timeframe::M1, 10, Nanos(i64::MIN)), 0);
        assert_eq!(rows(Timeframe::M1, usize::MAX, Nanos::MAX), 8 * 1_440 + 1);
        assert_eq!(rows(Timeframe::D1, 5, Nanos::from_secs(3 * DAY)), 4);
    }
}
