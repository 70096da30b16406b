//! The numbers of a depth chart: what rests from the best price to each column, and what taking it would cost.

use crate::book::OrderBook;
use crate::domain::{Price, Side, Volume};

/// How far from the middle a depth chart reaches, in hundredths of a percent, the last for everything there is.
pub const RANGES: [u32; 13] = [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, u32::MAX];

/// A range as a person reads it: `±0.5%`.
pub fn label(range: usize, ascii: bool) -> String {
    let sign = if ascii { "+-" } else { "±" };
    match RANGES.get(range) {
        Some(&u32::MAX) | None => "whole book".to_owned(),
        Some(points) => format!("{sign}{}%", f64::from(*points) / 100.0),
    }
}

/// The prices a depth chart shows, the middle of the book in their middle, in so many columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The price at the left end.
    pub low: i64,
    /// The price at the right end.
    pub high: i64,
    /// Columns.
    pub width: u16,
}

impl Span {
    /// The prices of one of [`RANGES`] around the middle between two prices.
    pub fn of(book: &OrderBook, (bid, ask): (Price, Price), range: usize, width: u16) -> Self {
        let mid = i64::midpoint(bid.units(), ask.units());
        let reach = match RANGES.get(range) {
            Some(&u32::MAX) | None => {
                let ends = [Side::Buy, Side::Sell]
                    .map(|side| book.levels(side).next_back().map_or(0, |level| level.0.units().abs_diff(mid)));
                i64::try_from(ends[0].max(ends[1])).unwrap_or(i64::MAX)
            }
            Some(points) => (i128::from(mid.unsigned_abs()) * i128::from(*points) / 10_000) as i64,
        };
        // The best prices themselves are always inside.
        let least = ask.units().saturating_sub(bid.units()).saturating_abs().max(1);
        let reach = reach.max(least);
        Self { low: mid.saturating_sub(reach), high: mid.saturating_add(reach), width }
    }

    fn length(&self) -> i128 {
        (i128::from(self.high) - i128::from(self.low)).max(1)
    }

    /// The column of a price; `None` outside.
    pub fn column(&self, price: Price) -> Option<u16> {
        let from = i128::from(price.units()) - i128::from(self.low);
        if from < 0 || from > self.length() || self.width == 0 {
            return None;
        }
        Some(((from * i128::from(self.width) / self.length()) as u16).min(self.width - 1))
    }

    /// The price in the middle of a column.
    pub fn price(&self, column: u16) -> Price {
        let from = self.length() * (i128::from(column) * 2 + 1) / (i128::from(self.width.max(1)) * 2);
        Price::from_units((i128::from(self.low) + from).clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }
}

/// What rests, by column.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// From the best bid down to the column, 1e-8 base units; zero right of the best bid.
    pub bids: Vec<i128>,
    /// From the best ask up to the column.
    pub asks: Vec<i128>,
    /// In the column itself, either side.
    pub own: Vec<i128>,
}

impl Sums {
    /// Adds up what is in a span.
    pub fn fill(&mut self, book: &OrderBook, span: Span) {
        let width = usize::from(span.width);
        for sums in [&mut self.bids, &mut self.asks, &mut self.own] {
            sums.clear();
            sums.resize(width, 0);
        }
        for side in [Side::Buy, Side::Sell] {
            let sums = if side == Side::Buy { &mut self.bids } else { &mut self.asks };
            let mut nearest = None;
            for (price, qty) in book.levels(side) {
                let Some(column) = span.column(price) else { break };
                let column = usize::from(column);
                nearest = nearest.or(Some(column));
                let qty = i128::from(qty.units());
                if let (Some(sum), Some(own)) = (sums.get_mut(column), self.own.get_mut(column)) {
                    *sum += qty;
                    *own += qty;
                }
            }
            let Some(nearest) = nearest else { continue };
            let mut total = 0;
            let mut run = |sum: &mut i128| {
                total += *sum;
                *sum = total;
            };
            match side {
                Side::Buy => sums[..=nearest].iter_mut().rev().for_each(&mut run),
                Side::Sell => sums[nearest..].iter_mut().for_each(&mut run),
            }
        }
    }

    /// All bids and all asks of the span, 1e-8 base units.
    pub fn totals(&self) -> (i128, i128) {
        (self.bids.first().copied().unwrap_or(0), self.asks.last().copied().unwrap_or(0))
    }
}

/// What an order would meet that takes everything up to a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Impact {
    /// The order's side: a buy takes asks.
    pub side: Side,
    /// What it gets, 1e-8 base units.
    pub qty: i128,
    /// What it pays, 1e-16 quote units.
    pub cost: i128,
    /// The worst price of it.
    pub worst: Price,
}

impl Impact {
    /// Of an order that takes everything from the best price to this one; `None` between bid and ask.
    pub fn up_to(book: &OrderBook, price: Price) -> Option<Self> {
        let side = match (book.best_bid(), book.best_ask()) {
            (_, Some(ask)) if price >= ask.0 => Side::Buy,
            (Some(bid), _) if price <= bid.0 => Side::Sell,
            _ => return None,
        };
        let within = |at: Price| if side == Side::Buy { at <= price } else { at >= price };
        let mut taken = None;
        for (at, qty) in book.levels(side.opposite()).take_while(|level| within(level.0)) {
            let one = taken.get_or_insert(Self { side, qty: 0, cost: 0, worst: at });
            one.qty += i128::from(qty.units());
            one.cost = one.cost.saturating_add(i128::from(qty.units()) * i128::from(at.units()));
            one.worst = at;
        }
        taken
    }

    /// The average price.
    pub fn average(&self) -> Price {
        Price::from_units((self.cost / self.qty.max(1)) as i64)
    }

    /// How much worse than a price the average is, in hundredths of a percent.
    pub fn points_from(&self, mid: Price) -> f64 {
        let points = (self.average().to_f64() / mid.to_f64() - 1.0) * 1e4;
        if self.side == Side::Buy { points } else { -points }
    }

    /// What it gets, base units.
    pub fn volume(&self) -> Volume {
        Volume::from_units(self.qty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BookSnapshot, Level, Qty};
    use proptest::prelude::*;

    fn book(bids: &[(i64, i64)], asks: &[(i64, i64)]) -> OrderBook {
        let side = |levels: &[(i64, i64)]| {
            levels.iter().map(|(p, q)| (Price::from_units(*p), Qty::from_units(*q))).collect::<Vec<Level>>()
        };
        let mut book = OrderBook::default();
        book.reset(&BookSnapshot { bids: side(bids), asks: side(asks), ..BookSnapshot::default() });
        book
    }

    #[test]
    fn an_order_pays_what_it_meets() {
        let book = book(&[(99_000, 5), (98_000, 10)], &[(101_000, 2), (102_000, 6)]);
        let of = |price| Impact::up_to(&book, Price::from_units(price));
        assert_eq!(of(100_000), None);
        let buy = of(102_500).unwrap();
        assert_eq!((buy.side, buy.qty, buy.worst.units(), buy.average().units()), (Side::Buy, 8, 102_000, 101_750));
        assert!((buy.points_from(Price::from_units(100_000)) - 175.0).abs() < 1e-6);
        let sell = of(98_000).unwrap();
        assert_eq!((sell.side, sell.qty, sell.worst.units()), (Side::Sell, 15, 98_000));
        assert!(sell.points_from(Price::from_units(100_000)) > 0.0, "worse than the middle");
        assert_eq!(of(101_000).map(|one| one.qty), Some(2));
    }

    proptest! {
        #[test]
        fn sums_are_those_of_a_plain_walk(
            bids in proptest::collection::btree_map(1_i64..1_000, 1_i64..50, 1..40),
            asks in proptest::collection::btree_map(1_001_i64..2_000, 1_i64..50, 1..40),
            width in 1_u16..90, range in 0_usize..13,
        ) {
            let (bids, asks): (Vec<_>, Vec<_>) = (bids.into_iter().collect(), asks.into_iter().collect());
            let book = book(&bids, &asks);
            let best = (book.best_bid().unwrap().0, book.best_ask().unwrap().0);
            let span = Span::of(&book, best, range, width);
            let mut sums = Sums::default();
            sums.fill(&book, span);
            for column in 0..width {
                let plain = |levels: &[(i64, i64)], inside: &dyn Fn(u16) -> bool| -> i128 {
                    levels.iter().filter(|(p, _)| span.column(Price::from_units(*p)).is_some_and(inside)).map(|(_, q)| i128::from(*q)).sum()
                };
                let at = usize::from(column);
                let right_of_best = span.column(best.0).is_none_or(|nearest| column > nearest);
                prop_assert_eq!(sums.bids[at], if right_of_best { 0 } else { plain(&bids, &|c| c >= column) });
                let left_of_best = span.column(best.1).is_none_or(|nearest| column < nearest);
                prop_assert_eq!(sums.asks[at], if left_of_best { 0 } else { plain(&asks, &|c| c <= column) });
            }
            if range == 12 {
                let sum = |levels: &[(i64, i64)]| levels.iter().map(|(_, q)| i128::from(*q)).sum::<i128>();
                prop_assert_eq!(sums.totals(), (sum(&bids), sum(&asks)));
            }
        }

        #[test]
        fn columns_and_prices_agree(low in any::<i64>(), length in 1_i64..i64::MAX, width in 1_u16..300, column in 0_u16..300) {
            let span = Span { low, high: low.saturating_add(length), width };
            let column = column % width;
            let back = span.column(span.price(column));
            // Prices closer together than columns share them.
            prop_assert!(back.is_some());
            if span.length() > i128::from(width) * 2 {
                prop_assert_eq!(back, Some(column));
            }
        }
    }
}
