//! Book levels gathered into rows of a coarser price step.

use crate::domain::{Level, Price, Side, Volume};

/// One row of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its price: the level's own, or the step that its levels are gathered at.
    pub price: Price,
    /// What rests in it.
    pub qty: Volume,
    /// What rests from the best price to here.
    pub total: Volume,
}

/// Gathers levels, best first, into at most `count` rows of `step` price units each, none beyond the price `end` where one is
/// given. Asks round up and bids down, so that no row promises a better price than its levels have.
pub fn gather(
    levels: impl Iterator<Item = Level>,
    side: Side,
    step: i64,
    (count, end): (usize, Option<Price>),
    rows: &mut Vec<Row>,
) {
    rows.clear();
    let mut total = Volume::ZERO;
    for (price, qty) in levels {
        let at = round(price, side, step);
        let beyond = |end: Price| if side == Side::Buy { at < end } else { at > end };
        if end.is_some_and(beyond) {
            break;
        }
        total += qty.volume();
        if let Some(row) = rows.last_mut().filter(|row| row.price == at) {
            row.qty += qty.volume();
            row.total = total;
        } else if rows.len() < count {
            rows.push(Row { price: at, qty: qty.volume(), total });
        } else {
            break;
        }
    }
}

/// The row that a price is in.
pub fn round(price: Price, side: Side, step: i64) -> Price {
    let step = step.max(1);
    let down = price.units() - price.units().rem_euclid(step).min(price.units().saturating_sub(i64::MIN));
    match side {
        Side::Buy => Price::from_units(down),
        Side::Sell if down == price.units() => price,
        Side::Sell => Price::from_units(down.saturating_add(step)),
    }
}

/// Ticks a row may have: 1, 2, 5, 10, 20, 50 …
pub fn grouping(level: u32) -> i64 {
    let decade = 10_i64.pow((level / 3).min(6));
    decade * [1, 2, 5][(level % 3) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Qty;
    use proptest::prelude::*;

    fn level(price: i64, qty: i64) -> Level {
        (Price::from_units(price), Qty::from_units(qty))
    }

    #[test]
    fn rows_never_promise_a_better_price() {
        let mut rows = Vec::new();
        gather([level(101, 1), level(103, 2), level(106, 4), level(111, 8)].into_iter(), Side::Sell, 5, (2, None), &mut rows);
        let shown: Vec<_> = rows.iter().map(|row| (row.price.units(), row.qty.units(), row.total.units())).collect();
        assert_eq!(shown, [(105, 3, 3), (110, 4, 7)]);
        gather([level(99, 1), level(95, 2), level(94, 4)].into_iter(), Side::Buy, 5, (9, None), &mut rows);
        let shown: Vec<_> = rows.iter().map(|row| (row.price.units(), row.qty.units(), row.total.units())).collect();
        assert_eq!(shown, [(95, 3, 3), (90, 4, 7)]);
    }

    #[test]
    fn steps_are_one_two_five() {
        let steps: Vec<_> = (0..7).map(grouping).collect();
        assert_eq!(steps, [1, 2, 5, 10, 20, 50, 100]);
        assert!(grouping(u32::MAX) > 0);
    }

    proptest! {
        #[test]
        fn totals_are_those_of_a_plain_sum(sizes in proptest::collection::vec((1_i64..7, 1_i64..99), 1..60), step in 1_i64..12, buy: bool, end in 0_i64..200) {
            let side = if buy { Side::Buy } else { Side::Sell };
            let mut at = 1_000;
            let levels: Vec<Level> = sizes.iter().map(|(gap, qty)| {
                at += if buy { -gap } else { *gap };
                level(at, *qty)
            }).collect();
            let end = Price::from_units(if buy { 1_000 - end } else { 1_000 + end });
            let mut rows = Vec::new();
            gather(levels.iter().copied(), side, step, (usize::MAX, Some(end)), &mut rows);
            for row in &rows {
                let within = |price: Price| if buy { price >= row.price } else { price <= row.price };
                let total: i64 = levels.iter().filter(|level| within(level.0)).map(|level| level.1.units()).sum();
                let own: i64 = levels.iter().filter(|level| round(level.0, side, step) == row.price).map(|level| level.1.units()).sum();
                prop_assert_eq!(row.total.units(), i128::from(total));
                prop_assert_eq!(row.qty.units(), i128::from(own));
                let inside = if buy { row.price >= end } else { row.price <= end };
                prop_assert!(inside);
            }
            let shown = levels.iter().filter(|level| { let at = round(level.0, side, step); if buy { at >= end } else { at <= end } }).count();
            prop_assert_eq!(shown == 0, rows.is_empty());
        }

        #[test]
        fn rounding_goes_the_careful_way(units in any::<i64>(), step in 1_i64..1_000_000_000) {
            let price = Price::from_units(units);
            prop_assert!(round(price, Side::Buy, step) <= price);
            prop_assert!(round(price, Side::Sell, step) >= price);
        }
    }
}
