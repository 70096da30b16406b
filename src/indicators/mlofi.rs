//! Order flow imbalance over the first levels of the book.

use crate::book::OrderBook;
use crate::domain::{Level, Nanos, Side, number::SCALE};
use crate::indicator::{Break, Build, Cell, Flow, Lack, Moment, Needs, Param, Place, Range, Reading, Spec, TimeWindow, Unit};

/// Multi-level order flow imbalance.
pub const SPEC: Spec = Spec {
    name: "mlofi",
    title: "Multi-level order flow imbalance",
    about: "Order flow imbalance of the first levels of the book, averaged: pressure that has not reached the best price yet.",
    formula: "(1/levels) Σ over levels i of Σ eₙ(i) over the window, eₙ(i) as in ofi at the i-th best bid and ask",
    source: "Xu, Gould, Howison: Multi-Level Order-Flow Imbalance in a Limit Order Book, Market Microstructure and Liquidity 4, 2018",
    unit: Unit::Base,
    range: Range::SIGNED,
    needs: Needs::BOOK,
    warm_up: "the first book",
    across_gaps: "reset: no value while the book is out of sync, begins anew with the next book",
    params: &[
        Param::real("window", "look-back in seconds", 10.0, 0.1, 3_600.0),
        Param::whole("levels", "levels of each side", 5, 1, LEVELS as u32),
    ],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Mlofi::new(super::seconds(params, 0), params.whole(1)))),
};

/// Levels looked at, at most.
const LEVELS: usize = 10;

/// What one change of a level adds, in units of 1e-8: bid and ask before and now.
#[inline]
pub(crate) fn event(old: [Level; 2], new: [Level; 2]) -> i128 {
    let [(old_bid, old_bid_qty), (old_ask, old_ask_qty)] = old;
    let [(bid, bid_qty), (ask, ask_qty)] = new;
    let mut sum = 0;
    if bid >= old_bid {
        sum += i128::from(bid_qty.units());
    }
    if bid <= old_bid {
        sum -= i128::from(old_bid_qty.units());
    }
    if ask <= old_ask {
        sum -= i128::from(ask_qty.units());
    }
    if ask >= old_ask {
        sum += i128::from(old_ask_qty.units());
    }
    sum
}

/// The first levels of both sides, of which it says by how much they changed.
#[derive(Debug, Clone)]
pub(crate) struct Levels<const N: usize> {
    bids: [Level; N],
    asks: [Level; N],
    /// Levels known on both sides; `None` before there is a book.
    known: Option<usize>,
}

impl<const N: usize> Levels<N> {
    pub(crate) const fn new() -> Self {
        let none = (crate::domain::Price::ZERO, crate::domain::Qty::ZERO);
        Self { bids: [none; N], asks: [none; N], known: None }
    }

    /// Takes in the book as it is now: what each level added, of those there were before and are now; `None` for a first book.
    #[inline]
    pub(crate) fn update(&mut self, book: &OrderBook) -> Option<[i128; N]> {
        let mut now = Self::new();
        let fill = |places: &mut [Level; N], side| {
            let mut count = 0;
            for (place, level) in places.iter_mut().zip(book.levels(side)) {
                *place = level;
                count += 1;
            }
            count
        };
        let count = fill(&mut now.bids, Side::Buy).min(fill(&mut now.asks, Side::Sell));
        now.known = Some(count);
        let before = self.known;
        let mut figures = [0; N];
        if before == now.known && self.bids == now.bids && self.asks == now.asks {
            return Some(figures);
        }
        if let Some(before) = before {
            for (i, figure) in figures.iter_mut().enumerate().take(before.min(count)) {
                *figure = event([self.bids[i], self.asks[i]], [now.bids[i], now.asks[i]]);
            }
        }
        *self = now;
        before.map(|_| figures)
    }

    pub(crate) fn forget(&mut self) {
        self.known = None;
    }
}

#[derive(Debug, Clone)]
struct Mlofi {
    levels: usize,
    now: Levels<LEVELS>,
    window: TimeWindow<1>,
}

impl Mlofi {
    fn new(window: Nanos, levels: usize) -> Self {
        Self { levels: levels.clamp(1, LEVELS), now: Levels::new(), window: TimeWindow::new(window) }
    }
}

impl Flow for Mlofi {
    fn on_book(&mut self, at: Nanos, book: &OrderBook) {
        if let Some(figures) = self.now.update(book) {
            let sum: i128 = figures.iter().take(self.levels).sum();
            if sum != 0 {
                self.window.push(at, [sum]);
            }
        }
    }

    fn on_break(&mut self, _at: Nanos, what: Break) {
        if what == Break::Book {
            self.now.forget();
            self.window.clear();
        }
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        now.book()?;
        let [sum] = self.window.sums(now.at);
        Reading::new(sum as f64 / SCALE as f64 / self.levels as f64).ok_or(Lack::Undefined("out of range"))
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        let sum = cell.mlofi.map_or(0, |sums| sums.iter().take(self.levels).sum());
        super::recall_sums(&mut self.window, cell, Break::Book, [sum]);
        self.levels <= cell.mlofi.map_or(LEVELS, |sums| sums.len())
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
