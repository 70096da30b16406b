//! Where takers of one side outweighed those of the other, compared diagonally.
//!
//! A buyer lifts the ask one row above the bid that a seller hits at the same moment, so what was bought in a row is compared with
//! what was sold one row *below*, and what was sold in a row with what was bought one row *above*:
//!
//! - buying: `buy[p] ≥ ratio × sell[p − 1]`
//! - selling: `sell[p] ≥ ratio × buy[p + 1]`
//!
//! The larger side must be at least a given quantity as well: three lots against one, or one against none, say nothing. A row in
//! which nothing was traded counts as none where it lies within the bar's range; beyond its range there is nothing to compare with.

use super::rows::Rows;
use crate::domain::Volume;

/// From when on there is an imbalance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How many times the other side.
    pub ratio: u32,
    /// The least quantity of the larger side, base units.
    pub least: Volume,
    /// How many in a row are stacked.
    pub stack: usize,
}

impl Rule {
    /// Three to one, three in a row; the larger side at least the mean of a side of these rows.
    pub fn usual(rows: &Rows) -> Self {
        let (buy, sell) = rows.totals();
        let sides = 2 * rows.as_slice().len().max(1) as i128;
        // Rounded up, so that it is above nothing.
        let least = Volume::from_units(((buy + sell).units() + sides - 1) / sides);
        Self { ratio: 3, least, stack: 3 }
    }
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imbalance {
    /// More was bought here than sold one row below.
    pub buy: bool,
    /// More was sold here than bought one row above.
    pub sell: bool,
    /// One of several buying imbalances in a row.
    pub buy_stacked: bool,
    /// One of several selling imbalances in a row.
    pub sell_stacked: bool,
}

/// The imbalances of every row, in the rows' order.
pub fn imbalances(rows: &Rows, rule: Rule) -> Vec<Imbalance> {
    let all = rows.as_slice();
    let outweighs = |larger: Volume, other: Volume| {
        let wanted = other.units().saturating_mul(i128::from(rule.ratio));
        !larger.is_zero() && larger >= rule.least && larger.units() >= wanted
    };
    let mut found: Vec<Imbalance> = (0..all.len())
        .map(|at| {
            let row = &all[at];
            let below = at.checked_sub(1).map(|below| if all[below].key + 1 == row.key { all[below].sell } else { Volume::ZERO });
            let above = all.get(at + 1).map(|above| if above.key == row.key + 1 { above.buy } else { Volume::ZERO });
            Imbalance {
                buy: below.is_some_and(|other| outweighs(row.buy, other)),
                sell: above.is_some_and(|other| outweighs(row.sell, other)),
                ..Imbalance::default()
            }
        })
        .collect();
    mark_stacks(rows, rule.stack, &mut found, |mark| mark.buy, |mark| mark.buy_stacked = true);
    mark_stacks(rows, rule.stack, &mut found, |mark| mark.sell, |mark| mark.sell_stacked = true);
    found
}

fn mark_stacks(rows: &Rows, least: usize, found: &mut [Imbalance], is: fn(&Imbalance) -> bool, mark: fn(&mut Imbalance)) {
    let all = rows.as_slice();
    let mut begin = 0;
    while begin < found.len() {
        let mut end = begin;
        while end < found.len() && is(&found[end]) && (end == begin || all[end - 1].key + 1 == all[end].key) {
            end += 1;
        }
        if end - begin >= least.max(1) {
            found[begin..end].iter_mut().for_each(mark);
        }
        begin = end.max(begin + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Price;
    use proptest::prelude::*;

    fn rows(levels: &[(i64, i128, i128)]) -> Rows {
        let mut rows = Rows::new(1);
        for &(key, buy, sell) in levels {
            rows.add(Price::from_units(key), Volume::from_units(buy), Volume::from_units(sell));
        }
        rows.settle();
        rows
    }

    fn rule(least: i128) -> Rule {
        Rule { ratio: 3, least: Volume::from_units(least), stack: 3 }
    }

    #[test]
    fn rows_are_compared_diagonally() {
        let rows = rows(&[(10, 1, 5), (11, 15, 9), (12, 3, 1)]);
        let found = imbalances(&rows, rule(2));
        // 15 bought at 11 against 5 sold at 10; 9 sold at 11 against 3 bought at 12.
        assert_eq!(found[1], Imbalance { buy: true, sell: true, ..Imbalance::default() });
        // 5 sold at 10 against 15 bought at 11, and nothing lies below 10 or above 12.
        assert_eq!((found[0], found[2]), (Imbalance::default(), Imbalance::default()));
    }

    #[test]
    fn one_against_none_is_no_signal_and_an_untraded_row_counts_as_none() {
        let rows = rows(&[(10, 0, 5), (12, 4, 0), (13, 1, 1)]);
        assert!(imbalances(&rows, rule(2))[1].buy);
        assert!(!imbalances(&rows, rule(5))[1].buy);
    }

    #[test]
    fn three_neighbours_are_stacked_and_a_hole_ends_a_stack() {
        let stacked = |keys: [i64; 4]| {
            let rows = rows(&keys.map(|key| (key, 9, 1)));
            imbalances(&rows, rule(2)).iter().map(|mark| mark.buy_stacked).collect::<Vec<_>>()
        };
        assert_eq!(stacked([1, 2, 3, 4]), [false, true, true, true]);
        assert_eq!(stacked([1, 2, 3, 5]), [false; 4]);
    }

    proptest! {
        #[test]
        fn equals_a_plain_recomputation(levels in proptest::collection::vec((0_i64..20, 0_i128..50, 0_i128..50), 1..40), least in 0_i128..40) {
            let rows = rows(&levels);
            let found = imbalances(&rows, rule(least));
            let sum = |key: i64, buys: bool| -> i128 {
                levels.iter().filter(|level| level.0 == key).map(|level| if buys { level.1 } else { level.2 }).sum()
            };
            let (low, high) = (levels.iter().map(|l| l.0).min().unwrap(), levels.iter().map(|l| l.0).max().unwrap());
            let buys = |key: i64| {
                let (bought, sold) = (sum(key, true), sum(key - 1, false));
                key > low && bought > 0 && bought >= least && bought >= 3 * sold
            };
            let sells = |key: i64| {
                let (sold, bought) = (sum(key, false), sum(key + 1, true));
                key < high && sold > 0 && sold >= least && sold >= 3 * bought
            };
            for (row, mark) in rows.as_slice().iter().zip(&found) {
                prop_assert_eq!((mark.buy, mark.sell), (buys(row.key), sells(row.key)));
                let stack = |is: &dyn Fn(i64) -> bool| (0..3).any(|back| (0..3).all(|step| is(row.key - back + step)));
                prop_assert_eq!(mark.buy_stacked, stack(&buys));
                prop_assert_eq!(mark.sell_stacked, stack(&sells));
            }
        }
    }
}
