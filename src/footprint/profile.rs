//! A volume profile: the point of control and the value area.

use super::rows::{Row, Rows};
use crate::domain::Volume;

/// Share of the volume that a value area holds, in percent: about one standard deviation to each side.
pub const VALUE_AREA: u32 = 70;

/// Where most was traded. Row keys are those of the [`Rows`] it was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The point of control: the row with the most volume; of several the one nearest to the middle of the range, then the lower.
    pub poc: i64,
    /// The lowest row of the value area.
    pub low: i64,
    /// The highest row of the value area.
    pub high: i64,
}

impl Profile {
    /// Of rows; `None` where nothing was traded.
    ///
    /// The value area begins with the point of control. The two rows above it are compared with the two below, the pair with more
    /// volume is added, both where they are equal, until [`VALUE_AREA`] percent of the volume are within; at the end of the range
    /// a pair is what is left. Rows without volume count; at the ends of the value area they are left out again. (CBOT, "A
    /// Six-Part Study Guide to Market Profile", 1996; J. Dalton et al., "Mind over Markets", 1990, appendix 1.)
    pub fn of(rows: &Rows) -> Option<Self> {
        let all = rows.as_slice();
        let (first, last) = (all.first()?.key, all.last()?.key);
        // Twice the distance to the middle, so that it is whole.
        let away = |row: &Row| (i128::from(row.key) * 2 - i128::from(first) - i128::from(last)).unsigned_abs();
        let poc = all.iter().enumerate().min_by(|(_, a), (_, b)| b.volume().cmp(&a.volume()).then(away(a).cmp(&away(b))))?.0;
        let total = all.iter().fold(Volume::ZERO, |sum, row| sum + row.volume()).units();
        let wanted = (total / 100).saturating_mul(i128::from(VALUE_AREA)) + (total % 100 * i128::from(VALUE_AREA) + 99) / 100;
        let mut area = Area { rows: all, low: poc, high: poc, from: all[poc].key, to: all[poc].key };
        let mut held = all[poc].volume().units();
        while held < wanted {
            let Some(added) = area.widen() else { break };
            held = held.saturating_add(added);
        }
        Some(Self { poc: all[poc].key, low: all[area.low].key, high: all[area.high].key })
    }

    /// Whether a row is in the value area.
    pub const fn holds(&self, key: i64) -> bool {
        self.low <= key && key <= self.high
    }
}

/// A value area while it grows.
struct Area<'a> {
    rows: &'a [Row],
    /// Positions of the outermost traded rows within.
    low: usize,
    high: usize,
    /// Keys of the outermost rows within, traded or not.
    from: i64,
    to: i64,
}

impl Area<'_> {
    /// Takes in the next pair of rows; its volume, or `None` where all is within.
    fn widen(&mut self) -> Option<i128> {
        let above = self.rows.get(self.high + 1).map(|row| row.key);
        let below = self.low.checked_sub(1).map(|low| self.rows[low].key);
        // Pairs of nothing that can be stepped over at once.
        let empty = |distance: i64| (distance - 1).max(0) / 2;
        let up = above.map(|key| empty(key.saturating_sub(self.to)));
        let down = below.map(|key| empty(self.from.saturating_sub(key)));
        let skip = [up, down].into_iter().flatten().min()?.saturating_mul(2);
        if above.is_some() {
            self.to = self.to.saturating_add(skip);
        }
        if below.is_some() {
            self.from = self.from.saturating_sub(skip);
        }
        let sum = |rows: &[Row]| rows.iter().fold(0_i128, |sum, row| sum.saturating_add(row.volume().units()));
        let upper = self.high + self.rows[self.high + 1..].iter().take(2).take_while(|row| row.key <= self.to + 2).count();
        let lower = self.low - self.rows[..self.low].iter().rev().take(2).take_while(|row| row.key >= self.from - 2).count();
        let (gain_above, gain_below) = (sum(&self.rows[self.high + 1..=upper]), sum(&self.rows[lower..self.low]));
        let mut gained = 0;
        if above.is_some() && (below.is_none() || gain_above >= gain_below) {
            (self.high, self.to) = (upper, self.to.saturating_add(2));
            gained += gain_above;
        }
        if below.is_some() && (above.is_none() || gain_below >= gain_above) {
            (self.low, self.from) = (lower, self.from.saturating_sub(2));
            gained += gain_below;
        }
        Some(gained)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Price;
    use proptest::prelude::*;

    fn rows(levels: &[(i64, i128)]) -> Rows {
        let mut rows = Rows::new(1);
        for &(key, volume) in levels {
            rows.add(Price::from_units(key), Volume::from_units(volume / 2), Volume::from_units(volume - volume / 2));
        }
        rows.settle();
        rows
    }

    #[test]
    fn the_value_area_grows_by_two_rows_at_a_time() {
        // 100 in all. 40 at 5; 12 + 8 above against 9 + 6 below: up, 60; then 3 + 2 above against 15 below: down, 75.
        let rows = rows(&[(3, 6), (4, 9), (5, 40), (6, 12), (7, 8), (8, 3), (9, 2), (2, 20)]);
        assert_eq!(Profile::of(&rows), Some(Profile { poc: 5, low: 3, high: 7 }));
    }

    #[test]
    fn equal_pairs_are_both_taken_and_equal_peaks_are_settled_by_the_middle() {
        let even = rows(&[(1, 10), (2, 10), (3, 30), (4, 10), (5, 10)]);
        assert_eq!(Profile::of(&even), Some(Profile { poc: 3, low: 1, high: 5 }));
        let peaks = rows(&[(1, 50), (2, 1), (3, 50), (7, 1)]);
        assert_eq!(Profile::of(&peaks).unwrap().poc, 3);
        assert_eq!(Profile::of(&Rows::new(1)), None);
    }

    #[test]
    fn prices_far_away_cost_nothing() {
        let far = rows(&[(0, 69), (i64::MAX / 4, 5), (-i64::MAX / 4, 26)]);
        let found = Profile::of(&far).unwrap();
        assert_eq!((found.poc, found.low), (0, -i64::MAX / 4));
    }

    /// As written in the books, over every row of the range.
    fn plain(rows: &Rows) -> Profile {
        let (first, last) = (rows.as_slice()[0].key, rows.as_slice().last().unwrap().key);
        let volume = |key: i64| rows.row(key).map_or(0, |row| row.volume().units());
        let total: i128 = (first..=last).map(volume).sum();
        let most = (first..=last).map(volume).max().unwrap();
        let poc = (first..=last).filter(|key| volume(*key) == most).min_by_key(|key| (key * 2 - first - last).abs()).unwrap();
        let (mut low, mut high, mut held) = (poc, poc, most);
        while held * 100 < total * i128::from(VALUE_AREA) {
            let above: i128 = (high + 1..=(high + 2).min(last)).map(volume).sum();
            let below: i128 = ((low - 2).max(first)..low).map(volume).sum();
            if high < last && (low == first || above >= below) {
                held += above;
                high = (high + 2).min(last);
                if low > first && above == below {
                    held += below;
                    low = (low - 2).max(first);
                }
            } else {
                held += below;
                low = (low - 2).max(first);
            }
        }
        let traded = |key: &i64| volume(*key) > 0;
        Profile { poc, low: (low..=high).find(traded).unwrap(), high: (low..=high).rev().find(traded).unwrap() }
    }

    proptest! {
        #[test]
        fn equals_a_plain_recomputation(levels in proptest::collection::vec((0_i64..60, 1_i128..40), 1..60)) {
            let rows = rows(&levels);
            let found = Profile::of(&rows).unwrap();
            prop_assert_eq!(found, plain(&rows));
            let within: i128 = rows.as_slice().iter().filter(|row| found.holds(row.key)).map(|row| row.volume().units()).sum();
            let total: i128 = levels.iter().map(|level| level.1).sum();
            prop_assert!(within * 100 >= total * i128::from(VALUE_AREA));
        }

        #[test]
        fn minutes_and_trades_come_to_the_same_rows(trades in proptest::collection::vec((0_i64..500, 1_i64..1_000, any::<bool>()), 0..200), step in 1_i64..50, cut in 0_usize..200) {
            use crate::domain::{Nanos, Qty, Side};
            let trades: Vec<_> = trades.into_iter().map(|(p, q, b)| (Price::from_units(p), Qty::from_units(q), if b { Side::Buy } else { Side::Sell })).collect();
            let mut footprint = crate::footprint::Footprint::default();
            for (n, (price, qty, side)) in trades.iter().enumerate() {
                footprint.on_trade(Nanos::from_secs(n as i64 * 7), *price, *qty, *side);
            }
            let view = footprint.view();
            let minutes = || view.range(Nanos(0), Nanos::MAX).map(|minute| &**minute);
            let whole = Rows::of_trades(trades.iter().copied(), step);
            prop_assert_eq!(&Rows::of_minutes(minutes(), step), &whole);
            let cut = cut.min(trades.len());
            let mut parts = Rows::of_trades(trades[..cut].iter().copied(), step);
            parts.add_all(&Rows::of_trades(trades[cut..].iter().copied(), step));
            parts.settle();
            prop_assert_eq!(parts, whole);
        }
    }
}
