//! The signals lab: does an indicator say anything about the price after it, here?
//!
//! For each indicator, its value and its z-score, and each horizon: the information coefficient (Spearman's rank correlation with the
//! forward mid return), mean returns by decile, hit rate; and the coefficient over a ladder of horizons (decay). What is found is held
//! against how much was looked at: sixteen indicators at five horizons are eighty chances to be fooled.

#[cfg(test)]
mod tests;
mod verdict;
mod work;

pub use verdict::{Judged, Verdict, judge};
pub use work::Work;

use super::deciles::Deciles;
use super::hits::Centre;
use super::ranks::Correlation;
use super::{Missing, hac};

/// The horizons of the tables, in seconds.
pub const HORIZONS: [u32; 5] = [1, 5, 30, 60, 300];
/// The horizons of the decay curve, in seconds; those of the tables are among them.
pub const LADDER: [u32; 9] = [1, 2, 5, 10, 20, 30, 60, 120, 300];
/// Fewest samples a verdict is given on.
pub const LEAST_SAMPLES: usize = 100;
/// Fewest horizons beside each other that samples of a verdict have to cover.
pub const LEAST_HORIZONS: usize = 10;

/// Which of an indicator's two series is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Of {
    /// The value itself.
    #[default]
    Value,
    /// Its distance from its mean in standard deviations.
    Z,
}

impl Of {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Value, Self::Z];

    /// `value` or `z`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Z => "z",
        }
    }
}

/// One indicator's samples.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What the sign of its value is told from; that of a z-score is told from 0.
    pub centre: Centre,
    /// Its value at every sample.
    pub value: Vec<Option<f64>>,
    /// Its z-score at every sample.
    pub z: Vec<Option<f64>>,
}

impl Column {
    /// One of its series.
    pub fn series(&self, of: Of) -> &[Option<f64>] {
        match of {
            Of::Value => &self.value,
            Of::Z => &self.z,
        }
    }
}

/// What is looked at: samples on an even grid. Series that are shorter than the mids have no value after their end.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// From one sample to the next, in milliseconds; at least 1.
    pub step_ms: u32,
    /// The mid price at every sample, of the events before it.
    pub mids: Vec<Option<f64>>,
    /// The indicators.
    pub columns: Vec<Column>,
}

impl Sheet {
    /// A horizon in samples; `None` when it is no whole number of them.
    pub fn samples_in(&self, horizon_seconds: u32) -> Option<usize> {
        let (horizon, step) = (u64::from(horizon_seconds) * 1_000, u64::from(self.step_ms.max(1)));
        (horizon > 0 && horizon.is_multiple_of(step)).then_some((horizon / step) as usize)
    }

    /// Samples a verdict needs at a horizon of so many of them.
    pub fn needed(overlap: usize) -> usize {
        LEAST_SAMPLES.max(LEAST_HORIZONS * overlap)
    }
}

/// One indicator at one horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The horizon in seconds.
    pub horizon: u32,
    /// Samples with both an indicator and a forward return.
    pub n: usize,
    /// Samples a verdict needs.
    pub needed: usize,
    /// The information coefficient, or why there is none.
    pub ic: Result<Correlation, Missing>,
    /// The share of samples that point where the price went.
    pub hits: Option<hac::Mean>,
    /// What the sign was told from.
    pub centre: Option<f64>,
    /// Mean forward log returns by decile; only for horizons of [`HORIZONS`].
    pub deciles: Option<Deciles>,
}

impl Cell {
    /// Whether there are samples enough for a verdict.
    pub const fn enough(&self) -> bool {
        self.ic.is_ok() && self.n >= self.needed
    }
}

/// One series of one indicator at every horizon of [`LADDER`] the grid can tell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// The indicator.
    pub name: String,
    /// What is worked out so far, by horizon.
    pub cells: Vec<Cell>,
}

impl Row {
    /// At a horizon.
    pub fn at(&self, horizon: u32) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.horizon == horizon)
    }

    /// Those at the horizons of the tables.
    pub fn tested(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| HORIZONS.contains(&cell.horizon))
    }

    /// The horizon of the tables where the coefficient is furthest from chance, of those with samples enough.
    pub fn best(&self) -> Option<&Cell> {
        let chance = |cell: &Cell| cell.ic.ok().and_then(|ic| ic.p).unwrap_or(1.0);
        self.tested().filter(|cell| cell.enough()).min_by(|a, b| chance(a).total_cmp(&chance(b)))
    }
}

/// What was found of one series of every indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Which series.
    pub of: Of,
    /// From one sample to the next, in milliseconds.
    pub step_ms: u32,
    /// Samples of the sheet.
    pub samples: usize,
    /// Those with a mid price.
    pub mids: usize,
    /// One for each indicator, in the order of the sheet.
    pub rows: Vec<Row>,
    /// How all that was found stands against chance.
    pub judged: Judged,
}

impl Report {
    /// What is to be thought of a cell.
    pub fn verdict(&self, cell: &Cell) -> Verdict {
        self.judged.verdict(cell)
    }

    /// What is to be thought of an indicator: the best of its horizons.
    pub fn verdict_of(&self, row: &Row) -> Verdict {
        match row.best() {
            Some(cell) => self.verdict(cell),
            None => row.tested().map(|cell| self.verdict(cell)).next().unwrap_or(Verdict::TooLittle(0, LEAST_SAMPLES)),
        }
    }
}

/// Works a whole sheet out.
pub fn report(sheet: Sheet, of: Of) -> Report {
    let mut work = Work::new(sheet, of, 0);
    while work.step() {}
    work.into_report()
}
