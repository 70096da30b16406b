//! Optimisation over a grid of parameters.
//!
//! The files are decoded once. Accounts have exchanges of their own, so that many strategies run beside each other in one engine as each would
//! alone; a worker for each of the processor's cores has engines of some combinations each. Where all inputs are few enough to be
//! kept, workers take the next few combinations whenever they are done with some; else all run side by side while the files are read.

pub mod grid;
#[cfg(test)]
mod tests;
mod trial;
mod work;

pub use grid::{Axis, Combination, GridError};
pub use trial::{Fold, Parting, Rank, Trial};

use super::{Backtest, BacktestError, Tell};
use crate::analytics::performance::sharpe;
use crate::domain::Nanos;
use crate::strategy::Setup;

/// What is to be tried.
#[derive(Debug, Clone)]
pub struct Optimization {
    /// On what; its strategies are not looked at.
    pub backtest: Backtest,
    /// The strategy, with what stays the same.
    pub base: Setup,
    /// What changes.
    pub axes: Vec<Axis>,
    /// What the combinations are ranked by.
    pub rank: Rank,
    /// How the time is parted.
    pub parting: Parting,
}

/// Why it cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum OptimizeError {
    /// The combinations.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// The files or the strategy.
    #[error(transparent)]
    Backtest(#[from] BacktestError),
}

/// A fold of the walk-forward: what was best until then, and what it did after.
#[derive(Debug, Clone)]
pub struct Step {
    /// The trial that was best, by its place among the trials.
    pub best: usize,
    /// From the start until then.
    pub until: Nanos,
    /// The end of what follows.
    pub to: Nanos,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Optimized {
    /// The trials, the best within the time they are ranked by first.
    pub trials: Vec<Trial>,
    /// Combinations that do not go together.
    pub skipped: usize,
    /// What they are ranked by: the return where there is no Sharpe ratio.
    pub rank: Rank,
    /// The Sharpe ratio, of one step, that the best of so many trials is expected to show without any skill.
    pub luck: f64,
    /// The walk-forward, fold by fold.
    pub steps: Vec<Step>,
    /// Inputs read.
    pub inputs: u64,
    /// What was wrong with the files.
    pub notes: Vec<String>,
}

impl Optimization {
    /// Tries all combinations.
    ///
    /// # Errors
    /// [`OptimizeError`].
    pub fn run(&self, tell: Tell<'_>) -> Result<Optimized, OptimizeError> {
        let (combinations, skipped) = grid::combinations(&self.base, &self.axes)?;
        let (trials, inputs, notes) = work::run(&self.backtest, combinations, self.parting, tell)?;
        Ok(self.judge(trials, skipped, inputs, notes))
    }

    fn judge(&self, mut trials: Vec<Trial>, skipped: usize, inputs: u64, notes: Vec<String>) -> Optimized {
        let ratios: Vec<f64> =
            trials.iter().filter_map(|trial| trial.moments.as_ref().ok().map(|moments| moments.sharpe)).collect();
        for trial in &mut trials {
            trial.deflated = trial.moments.and_then(|moments| sharpe::deflated(&moments, &ratios));
        }
        let known = trials.iter().any(|trial| self.rank.of(&trial.inside).is_ok());
        let rank = if known { self.rank } else { Rank::Return };
        // Of equals the one that was named first.
        trials.sort_by(|a, b| by(rank.of(&b.inside).ok(), rank.of(&a.inside).ok()));
        let step = |number: usize| {
            let inside = |trial: &Trial, rank: Rank| trial.folds.get(number).and_then(|fold| rank.of(&fold.inside).ok());
            // Early on the time may be too short for a ratio.
            let by_rank = trials.iter().any(|trial| inside(trial, rank).is_some());
            let rank = if by_rank { rank } else { Rank::Return };
            let best = trials.iter().enumerate().reduce(|best, other| {
                // Of equals the one that was named first: how the trials are ranked comes from a later time.
                let order = by(inside(other.1, rank), inside(best.1, rank));
                let order = order.then_with(|| best.1.combination.places.cmp(&other.1.combination.places));
                if order.is_gt() { other } else { best }
            })?;
            let fold = best.1.folds.get(number)?;
            Some(Step { best: best.0, until: fold.inside.end, to: fold.outside.end })
        };
        Optimized {
            steps: (0..self.parting.folds).filter_map(step).collect(),
            luck: sharpe::expected_best(ratios.len(), variance(&ratios)),
            trials,
            skipped,
            rank,
            inputs,
            notes,
        }
    }
}

/// The greater first in mind; what is not known is least.
fn by(a: Option<f64>, b: Option<f64>) -> std::cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

impl Optimized {
    /// The walk-forward's result: what following the best of each fold made, percent.
    pub fn walked_pct(&self) -> Option<f64> {
        if self.steps.is_empty() {
            return None;
        }
        let grown = self.steps.iter().enumerate().try_fold(1.0, |grown, (number, step)| {
            let made = self.trials.get(step.best)?.folds.get(number)?.outside.return_pct.ok()?;
            Some(grown * (1.0 + made / 100.0))
        });
        grown.map(|grown| (grown - 1.0) * 100.0)
    }
}
