//! What was traded at each price over a stretch of time, kept up to date without adding all of it up for every picture.

use crate::domain::{Nanos, Price, Symbol, Volume};
use crate::engine::Known;
use crate::engine::snapshot::SymbolView;
use crate::footprint::MINUTE;
use crate::footprint::rows::Rows;
use crate::footprint::vwap::{Vwap, VwapSums};

/// Tells whether what was added up still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    symbol: Symbol,
    since: Option<Nanos>,
    tick: i64,
    /// The first whole minute.
    from: Nanos,
}

/// Sums of a stretch of time. Whole closed minutes are added up once.
#[derive(Debug)]
pub(super) struct Sums {
    stamp: Option<Stamp>,
    closed: Rows,
    closed_vwap: VwapSums,
    /// The end of the closed minutes within.
    until: Nanos,
    /// All of it, by tick.
    pub all: Rows,
    vwap: VwapSums,
    pub known: Known,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            stamp: None,
            closed: Rows::new(1),
            closed_vwap: VwapSums::default(),
            until: Nanos(i64::MIN),
            all: Rows::new(1),
            vwap: VwapSums::default(),
            known: Known::Not,
        }
    }
}

const fn next_minute(at: Nanos) -> Nanos {
    Nanos(at.0.saturating_sub(at.0.rem_euclid(MINUTE.0)).saturating_add(if at.0.rem_euclid(MINUTE.0) == 0 {
        0
    } else {
        MINUTE.0
    }))
}

impl Sums {
    /// Adds up what was traded from `from` to before `to`.
    pub fn fill(&mut self, view: &SymbolView, from: Nanos, to: Nanos) {
        let tick = view.instrument.tick.units().max(1);
        let stamp = Stamp { symbol: view.instrument.symbol, since: view.footprint.since, tick, from: next_minute(from) };
        let running = view.footprint.running().map_or(Nanos(i64::MIN), |minute| minute.start());
        let end = running.min(Nanos(to.0.saturating_sub(to.0.rem_euclid(MINUTE.0)))).max(stamp.from);
        if self.stamp != Some(stamp) || self.until > end {
            (self.closed, self.closed_vwap, self.until) = (Rows::new(tick), VwapSums::default(), stamp.from);
            self.stamp = Some(stamp);
        }
        if self.until < end {
            for minute in view.footprint.range(self.until, end) {
                for level in minute.levels() {
                    let (buy, sell) = (level.buy.volume(), level.sell.volume());
                    self.closed.add(level.price, buy, sell);
                    self.closed_vwap.add(level.price, buy + sell);
                }
            }
            self.closed.settle();
            self.until = end;
        }
        self.all = self.closed.clone();
        self.vwap = self.closed_vwap;
        let (all, vwap) = (&mut self.all, &mut self.vwap);
        let mut add = |price: Price, buy: Volume, sell: Volume| {
            all.add(price, buy, sell);
            vwap.add(price, buy + sell);
        };
        let first = view.footprint.from().unwrap_or(Nanos::MAX);
        let partly = if first > from { Known::Partly } else { Known::Exactly };
        let head = if from < stamp.from { view.traded(from, stamp.from.min(to), &mut add) } else { Known::Exactly };
        let tail = if self.until.max(from) < to { view.traded(self.until.max(from), to, &mut add) } else { Known::Exactly };
        all.settle();
        self.known = if all.is_empty() { Known::Not } else { partly.max(by_minute(head)).max(by_minute(tail)) };
    }

    /// What was traded in rows of so many price units.
    pub fn rows(&self, step: i64) -> Rows {
        let mut rows = Rows::new(step);
        for row in self.all.as_slice() {
            rows.add(self.all.price_of(row.key), row.buy, row.sell);
        }
        rows.settle();
        rows
    }

    /// The volume-weighted average price.
    pub fn vwap(&self) -> Option<Vwap> {
        self.vwap.vwap()
    }
}

/// Of a part only whether it was rounded to minutes matters.
const fn by_minute(known: Known) -> Known {
    if matches!(known, Known::ByMinute) { known } else { Known::Exactly }
}
