//! The heatmap's cells as numbers: what rested and what happened at each row of prices in each column of time.
//!
//! Columns that have ended never change: they are worked out once and kept. A frame works out only the newest, and those that
//! came into view.

use crate::domain::{Nanos, Price, Side};
use crate::engine::snapshot::SymbolView;
use crate::liquidity::LayerView;
use std::ops::Range;

/// What is shown: other cells have to be worked out when any of it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Frame {
    /// Which history: when it began.
    pub since: Option<Nanos>,
    /// Length of a column of cells.
    pub length: Nanos,
    /// Length of a column of the layer they are made from.
    pub layer: Nanos,
    /// Price units of a row.
    pub row: i64,
    /// Number of the lowest row: its price is so many times `row`.
    pub base: i64,
    /// Rows.
    pub rows: usize,
    /// Columns that are kept at most.
    pub columns: usize,
}

/// What is known of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    column: i64,
    settled: bool,
    known: bool,
}

/// A cell: logarithms to base two of quantities in units of 1e-8 base units; minus infinity where there is nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// What rested on average; not a number where it is not known.
    pub heat: f32,
    /// What takers bought there, in units.
    pub bought: f32,
    /// What takers sold there, in units.
    pub sold: f32,
    /// By how much levels shrank altogether, in units.
    pub removed: f32,
}

const NOTHING: Cell = Cell { heat: f32::NEG_INFINITY, bought: 0.0, sold: 0.0, removed: 0.0 };

/// The cells, kept between frames.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    frame: Frame,
    slots: Vec<Slot>,
    cells: Vec<Cell>,
    /// Differences from column to column while cells are worked out.
    sums: Vec<f64>,
    known: Vec<Known>,
}

/// Of how many of its layer's columns a column is made, and the rows they know.
#[derive(Debug, Clone, Copy)]
struct Known {
    columns: i64,
    rows: (i64, i64),
}

impl Grid {
    /// Makes these columns ready to be read, with the book's present state in the newest where `now` is in it.
    pub fn prepare(&mut self, frame: Frame, columns: Range<i64>, view: &SymbolView, layer: &LayerView, now: Nanos) {
        if frame != self.frame {
            self.frame = frame;
            self.slots.clear();
            self.slots.resize(frame.columns, Slot { column: i64::MIN, settled: false, known: false });
            self.cells.clear();
            self.cells.resize(frame.columns * frame.rows, NOTHING);
        }
        if frame.columns == 0 || frame.rows == 0 || frame.length.0 <= 0 {
            return;
        }
        let live = view.book_state.is_synced().then(|| now.0.div_euclid(frame.length.0));
        let closed = layer.running().map_or(now, |running| layer.start_of(running));
        let mut from = columns.start;
        while from < columns.end {
            if self.is_ready(from, live) {
                from += 1;
                continue;
            }
            let mut to = from + 1;
            while to < columns.end && !self.is_ready(to, live) {
                to += 1;
            }
            self.work_out(from..to, layer, closed);
            if let Some(live) = live.filter(|live| (from..to).contains(live)) {
                self.take_book(live, view, layer);
            }
            from = to;
        }
    }

    fn is_ready(&self, column: i64, live: Option<i64>) -> bool {
        let slot = &self.slots[self.slot(column)];
        slot.column == column && slot.settled && live.is_none_or(|live| column < live)
    }

    fn slot(&self, column: i64) -> usize {
        column.rem_euclid(self.frame.columns as i64) as usize
    }

    /// Whether anything is known of a column.
    pub fn is_known(&self, column: i64) -> bool {
        self.slots.get(self.slot(column)).is_some_and(|slot| slot.column == column && slot.known)
    }

    /// A column's cells, the lowest price first; nothing where it was not made ready.
    pub fn cells(&self, column: i64) -> &[Cell] {
        let slot = self.slot(column);
        match self.slots.get(slot) {
            Some(found) if found.column == column => &self.cells[slot * self.frame.rows..(slot + 1) * self.frame.rows],
            _ => &[],
        }
    }

    fn prices(&self) -> (Price, Price) {
        let Frame { row, base, rows, .. } = self.frame;
        let low = base.saturating_mul(row);
        (Price::from_units(low), Price::from_units(low.saturating_add(row.saturating_mul(rows as i64)).saturating_sub(1)))
    }

    fn work_out(&mut self, columns: Range<i64>, layer: &LayerView, closed: Nanos) {
        let Frame { length, row, base, rows, .. } = self.frame;
        let count = (columns.end - columns.start) as usize;
        let parts = (length.0 / layer.column.0.max(1)).max(1);
        let wanted = columns.start * parts..columns.end * parts;
        for column in columns.clone() {
            let slot = self.slot(column);
            self.cells[slot * rows..(slot + 1) * rows].fill(NOTHING);
        }
        self.sums.clear();
        self.sums.resize((count + 1) * rows, 0.0);
        let (low, high) = self.prices();
        let share = 1.0 / row as f64;
        let (slots, sums, cells) = (self.slots.len() as i64, &mut self.sums, &mut self.cells);
        layer.visit(&wanted, (low, high), |step| {
            // Half a unit up: so whole rows stay on their side whatever the division loses.
            let at = (((step.price.units() - low.units()) as f64 + 0.5) * share) as usize;
            let of = step.column - wanted.start;
            let (column, part) = if parts == 1 { (of, 0) } else { (of / parts, of % parts) };
            if at >= rows || column < 0 || column >= count as i64 {
                return;
            }
            // What changes within a column counts for the part that is left of it, and wholly from the next one on.
            let place = column as usize * rows + at;
            let change = step.change as f64;
            sums[place] += change * (parts - part) as f64;
            if part > 0 {
                sums[place + rows] += change * part as f64;
            }
            if step.removed | step.consumed != 0 {
                let slot = (columns.start + column).rem_euclid(slots) as usize;
                let cell = &mut cells[slot * rows + at];
                cell.removed += step.removed as f32;
                match step.side {
                    Side::Sell => cell.bought += step.consumed as f32,
                    Side::Buy => cell.sold += step.consumed as f32,
                }
            }
        });
        self.learn(&wanted, parts, count, layer, base, row);
        for (index, column) in columns.enumerate() {
            let known = self.known[index];
            let slot = self.slot(column);
            let settled = closed.0.div_euclid(length.0) > column;
            self.slots[slot] = Slot { column, settled, known: known.columns > 0 };
            let scale = known.columns.max(1) as f64;
            for at in 0..rows {
                let place = index * rows + at;
                let sum = self.sums[place];
                self.sums[place + rows] += sum;
                let within = (known.rows.0..known.rows.1).contains(&(at as i64));
                self.cells[slot * rows + at].heat = match sum / scale {
                    _ if !within => f32::NAN,
                    mean if mean >= 1.0 => log2(mean),
                    _ => f32::NEG_INFINITY,
                };
            }
        }
    }

    /// Finds out how much is known of each column.
    fn learn(&mut self, wanted: &Range<i64>, parts: i64, count: usize, layer: &LayerView, base: i64, row: i64) {
        let rows = self.frame.rows as i64;
        self.known.clear();
        self.known.resize(count, Known { columns: 0, rows: (0, rows) });
        for span in layer.spans(wanted.clone()) {
            let first = span.low.units().saturating_add(row - 1).div_euclid(row) - base;
            let end = span.high.units().saturating_add(1).div_euclid(row) - base;
            let (from, to) = (span.columns.start - wanted.start, span.columns.end - wanted.start);
            for column in from / parts..=(to - 1) / parts {
                let Some(known) = self.known.get_mut(column as usize) else { continue };
                known.columns += to.min((column + 1) * parts) - from.max(column * parts);
                known.rows = (known.rows.0.max(first), known.rows.1.min(end));
            }
        }
    }

    /// Puts what rests now, and the trades that no closed column holds yet, into the newest column.
    fn take_book(&mut self, column: i64, view: &SymbolView, layer: &LayerView) {
        let Frame { row, rows, .. } = self.frame;
        let slot = self.slot(column);
        let (low, high) = self.prices();
        let cells = &mut self.cells[slot * rows..(slot + 1) * rows];
        for cell in cells.iter_mut() {
            cell.heat = 0.0;
        }
        let place = |price: Price| price.units().saturating_sub(low.units()).div_euclid(row);
        for side in [Side::Buy, Side::Sell] {
            let beyond = |price: Price| if side == Side::Buy { price < low } else { price > high };
            for (price, qty) in view.book.levels(side).take_while(|(price, _)| !beyond(*price)) {
                if let Some(cell) = usize::try_from(place(price)).ok().and_then(|at| cells.get_mut(at)) {
                    cell.heat += qty.units() as f32;
                }
            }
        }
        for cell in cells.iter_mut() {
            cell.heat = if cell.heat >= 1.0 { log2(f64::from(cell.heat)) } else { f32::NEG_INFINITY };
        }
        let since = layer.running().map_or(Nanos::MAX, |running| layer.start_of(running));
        let since = since.max(Nanos(column.saturating_mul(self.frame.length.0)));
        for trade in view.trades.iter().rev().take_while(|trade| trade.at >= since) {
            if let Some(cell) = usize::try_from(place(trade.price)).ok().and_then(|at| cells.get_mut(at)) {
                match trade.side {
                    Side::Buy => cell.bought += trade.qty.units() as f32,
                    Side::Sell => cell.sold += trade.qty.units() as f32,
                }
            }
        }
        self.slots[slot] = Slot { column, settled: false, known: true };
    }
}

/// The logarithm to base two of a number of at least one, to two thousandths: colours need no more, and there are thousands.
#[inline]
fn log2(value: f64) -> f32 {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1_023;
    let part = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000) - 1.0;
    // A cubic through both ends of the interval.
    (f64::from(exponent) + part * (1.420_5 + part * (-0.576_0 + part * 0.155_5))) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_close() {
        for value in [1.0, 1.1, 1.5, 1.99, 2.0, 3.0, 1e6, 12_345_678.9, 1e17] {
            assert!((f64::from(log2(value)) - f64::log2(value)).abs() < 0.004, "{value}");
        }
    }
}
