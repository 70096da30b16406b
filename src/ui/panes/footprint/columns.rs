//! Which bars are in view, and what was traded at each of their prices.

use crate::bars::BarView;
use crate::domain::{Bar, BarSpec, Nanos, Price, Symbol, Volume};
use crate::engine::Known;
use crate::engine::snapshot::SymbolView;
use crate::footprint::imbalance::{Imbalance, Rule, imbalances};
use crate::footprint::profile::Profile;
use crate::footprint::rows::Rows;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bars whose prices are remembered.
const REMEMBERED: usize = 512;
const DAY: Nanos = Nanos::from_secs(86_400);

/// What was traded at each price of a bar.
#[derive(Debug)]
pub(super) struct Traded {
    pub rows: Rows,
    /// Of each row.
    pub marks: Vec<Imbalance>,
    pub profile: Option<Profile>,
    pub known: Known,
    /// The largest row, and the largest delta of a row, as units.
    pub most: (i128, i128),
}

impl Traded {
    fn of(mut rows: Rows, known: Known) -> Self {
        rows.settle();
        let marks = imbalances(&rows, Rule::usual(&rows));
        let most = |of: fn(&crate::footprint::rows::Row) -> i128| rows.as_slice().iter().map(of).max().unwrap_or(0);
        let most = (most(|row| row.volume().units()), most(|row| row.delta().units().saturating_abs()));
        Self { profile: Profile::of(&rows), marks, known, most, rows }
    }
}

/// A bar in its place.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its leftmost cell, from the left of the plot.
    pub x: u16,
    pub bar: Bar,
    /// Its position among all bars.
    pub index: usize,
    /// Whether bars are missing before it.
    pub after_gap: bool,
    pub traded: Arc<Traded>,
    /// Bought less sold since 00:00 UTC, or since the first bar held.
    pub cumulative: Volume,
}

/// Tells whether what is remembered still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    symbol: Symbol,
    bars: BarSpec,
    step: i64,
    since: Option<Nanos>,
    replaced: u64,
}

/// The bars in view; what closed bars traded is worked out once.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub all: Vec<Column>,
    remembered: BTreeMap<i64, Arc<Traded>>,
    stamp: Option<Stamp>,
}

impl Columns {
    /// Positions and places of the bars that end with `right`, from left to right: position, cell, whether bars are missing before.
    pub fn places(bars: &BarView, spec: BarSpec, right: usize, cells: u16, width: u16) -> Vec<(usize, u16, bool)> {
        let mut places: Vec<(usize, u16, bool)> = Vec::new();
        let (mut x, mut at) = (i64::from(cells), Some(right));
        while let Some((index, bar)) = at.and_then(|index| Some((index, bars.get(index)?))) {
            let newer = places.last().and_then(|place| bars.get(place.0)).map(|bar| bar.start);
            let gap = match (spec, newer) {
                (BarSpec::Time(timeframe), Some(newer)) => newer.saturating_sub(bar.start) > timeframe.nanos(),
                _ => false,
            };
            x -= i64::from(width) + i64::from(gap);
            if x < 0 {
                break;
            }
            if let Some(last) = places.last_mut().filter(|_| gap) {
                last.2 = true;
            }
            places.push((index, x as u16, false));
            at = index.checked_sub(1);
        }
        places.reverse();
        places
    }

    /// Works out what is in view, in rows of so many price units.
    pub fn fill(&mut self, view: &SymbolView, bars: &BarView, spec: BarSpec, places: &[(usize, u16, bool)], step: i64) {
        let stamp = Stamp {
            symbol: view.instrument.symbol,
            bars: spec,
            step,
            since: view.footprint.since,
            replaced: bars.closed.replaced(),
        };
        if self.stamp != Some(stamp) || self.remembered.len() > REMEMBERED {
            self.remembered.clear();
            self.stamp = Some(stamp);
        }
        self.all.clear();
        // Bars that are not of time are told apart by the trades counted back from the newest.
        let mut trades_end = view.trades.len();
        let newer = places.last().map_or(0, |place| place.0 + 1);
        if !matches!(spec, BarSpec::Time(_)) {
            let count: usize = bars.iter_from(newer).map(|bar| bar.trades as usize).sum();
            trades_end = trades_end.saturating_sub(count);
        }
        for &(index, x, after_gap) in places.iter().rev() {
            let Some(bar) = bars.get(index).copied() else { continue };
            let trades_start = trades_end.checked_sub(bar.trades as usize);
            let number = match spec {
                BarSpec::Time(_) => bar.start.0,
                _ => (bars.closed.dropped() as i64).saturating_add(index as i64),
            };
            let closed = index < bars.closed.len();
            let known = self.remembered.get(&number).filter(|_| closed).cloned();
            let traded = known.unwrap_or_else(|| {
                let mut rows = Rows::new(step);
                let add = |price: Price, buy: Volume, sell: Volume| rows.add(price, buy, sell);
                let known = match (spec, trades_start) {
                    (BarSpec::Time(timeframe), _) => view.traded(bar.start, bar.start + timeframe.nanos(), add),
                    (_, Some(start)) => {
                        view.trades_between(start..trades_end, add);
                        Known::Exactly
                    }
                    (_, None) => Known::Not,
                };
                Arc::new(Traded::of(rows, known))
            });
            if closed {
                self.remembered.insert(number, Arc::clone(&traded));
            }
            if !matches!(spec, BarSpec::Time(_)) {
                trades_end = trades_start.unwrap_or(0);
            }
            self.all.push(Column { x, bar, index, after_gap, traded, cumulative: Volume::ZERO });
        }
        self.all.reverse();
        self.cumulate(bars);
    }

    /// Sums up deltas since the day began.
    fn cumulate(&mut self, bars: &BarView) {
        let Some(first) = self.all.first() else { return };
        let day = |at: Nanos| at.0.div_euclid(DAY.0);
        let begin = bars.position(Nanos(day(first.bar.start).saturating_mul(DAY.0)));
        let (mut sum, mut today) = (Volume::ZERO, day(first.bar.start));
        let mut columns = self.all.iter_mut().peekable();
        for (index, bar) in (begin..).zip(bars.iter_from(begin)) {
            if day(bar.start) != today {
                (sum, today) = (Volume::ZERO, day(bar.start));
            }
            sum += bar.buy_volume + bar.buy_volume - bar.volume;
            if let Some(column) = columns.next_if(|column| column.index == index) {
                column.cumulative = sum;
            }
            if columns.peek().is_none() {
                break;
            }
        }
    }

    /// The column whose bar holds a moment.
    pub fn holds(&self, at: Nanos, bars: &BarView) -> Option<usize> {
        let column = self.all.partition_point(|column| column.bar.start <= at).checked_sub(1)?;
        let newer = bars.get(self.all[column].index + 1).is_some_and(|next| next.start <= at);
        (!newer || column + 1 < self.all.len()).then_some(column)
    }

    /// The column at a cell.
    pub fn at_cell(&self, x: u16) -> Option<usize> {
        self.all.partition_point(|column| column.x <= x).checked_sub(1)
    }
}
