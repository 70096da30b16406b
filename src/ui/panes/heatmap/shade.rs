//! From numbers to what each half cell shows.

use super::grid::Grid;
use super::ramp::STEPS;
use std::ops::Range;

/// A half cell at the best bid.
pub const BID: u8 = 64;
/// A half cell at the best ask.
pub const ASK: u8 = 65;
/// A half cell of which nothing is known.
pub const UNKNOWN: u8 = 66;

/// Share of the cells that are beyond the top of the ramp.
const BEYOND: f64 = 0.015;
/// Doublings from the bottom of the ramp to what half of the cells hold, unless the user wants another.
const BELOW: f32 = 1.5;
/// The fewest and the most doublings from there to the top: a market where all levels are alike shows no walls, and one wall
/// does not darken all the rest.
const ABOVE: (f32, f32) = (3.0, 5.0);
/// Share of the ramp from which on a quantity is large.
const LARGE: f32 = 0.8;
/// Buckets of the histogram for each doubling.
const FINE: f32 = 4.0;

/// The ends of the ramp, as logarithms to base two of units, and the largest trade in view.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scale {
    /// From where on something is shown.
    pub low: f32,
    /// From where on it is shown as the most.
    pub high: f32,
    /// The most that was traded in one cell, in units.
    pub traded: f32,
}

/// Finds the ramp's ends around what half of the cells hold; `fainter` moves the bottom down by half doublings.
pub fn range(grid: &Grid, columns: Range<i64>, fainter: i8) -> Scale {
    let mut counts = [0_u32; 320];
    let (mut total, mut traded) = (0_u32, 0.0_f32);
    for column in columns {
        for pair in grid.cells(column).chunks(2) {
            let (mut bought, mut sold) = (0.0, 0.0);
            for cell in pair {
                (bought, sold) = (bought + cell.bought, sold + cell.sold);
                if cell.heat.is_finite() {
                    counts[((cell.heat * FINE).max(0.0) as usize).min(counts.len() - 1)] += 1;
                    total += 1;
                }
            }
            traded = traded.max(bought.max(sold));
        }
    }
    // The value that a share of the cells is beyond; in halves of a doubling, so that it stands still.
    let beyond = |share: f64| {
        let mut left = (f64::from(total) * share) as u32;
        let found = counts.iter().enumerate().rev().find(|(_, count)| {
            let here = **count > left;
            left = left.saturating_sub(**count);
            here
        });
        (found.map_or(0.0, |(index, _)| (index + 1) as f32) / FINE * 2.0).round() / 2.0
    };
    let usual = beyond(0.5);
    let high = beyond(BEYOND).clamp(usual + ABOVE.0, usual + ABOVE.1);
    let low = (usual - BELOW - f32::from(fainter) / 2.0).min(high - 1.0);
    Scale { low: low.max(0.0), high, traded }
}

impl Scale {
    /// The step of the ramp for a logarithm.
    #[inline]
    pub fn step(&self, heat: f32) -> u8 {
        if heat.is_nan() {
            return UNKNOWN;
        }
        let share = (heat - self.low) / (self.high - self.low).max(0.5);
        if share < 0.0 { 0 } else { 1 + (share * (STEPS - 1) as f32).min((STEPS - 1) as f32) as u8 }
    }
}

/// Fills `pixels`, a column after the other and the lowest price first, `rows` to a column.
pub fn shade(grid: &Grid, columns: Range<i64>, rows: usize, range: &Scale, pixels: &mut Vec<u8>) {
    pixels.clear();
    pixels.resize((columns.end - columns.start).max(0) as usize * rows, UNKNOWN);
    for (column, into) in columns.zip(pixels.chunks_mut(rows.max(1))) {
        if grid.is_known(column) {
            for (pixel, cell) in into.iter_mut().zip(grid.cells(column)) {
                *pixel = range.step(cell.heat);
            }
        }
    }
}

/// Where a large quantity ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It was traded away.
    Consumed,
    /// It was taken back.
    Pulled,
}

/// What became of a large row that is gone two columns later; `at` is the column between.
pub fn ending(grid: &Grid, at: i64, row: usize, range: &Scale) -> Option<Ending> {
    let cell = |column: i64| grid.cells(column).get(row);
    let (before, here, after) = (cell(at - 1)?, cell(at)?, cell(at + 1)?);
    // Gone is less than a quarter of it, begun a fifth less.
    let large = range.low + (range.high - range.low) * LARGE;
    let gone = before.heat >= large && after.heat <= before.heat - 2.0 && here.heat <= before.heat - 0.32;
    if !gone || here.heat.is_nan() || after.heat.is_nan() {
        return None;
    }
    let left = if after.heat.is_finite() { after.heat.exp2() } else { 0.0 };
    let lost = before.heat.exp2() - left;
    let traded: f32 = [before, here, after].iter().map(|cell| cell.bought + cell.sold).sum();
    Some(if traded * 2.0 >= lost { Ending::Consumed } else { Ending::Pulled })
}
