//! `optimize`: a strategy over a grid of parameters.

mod json;
mod table;

use super::backtest::{args, failure, setups};
use super::out::{self, Interrupt, ProgressLine};
use super::settings::Settings;
use crate::drive::backtest::optimize::{Optimization, OptimizeError, Optimized, Parting};
use crate::drive::backtest::{Backtest, Progress};

/// Runs `optimize`.
///
/// # Errors
/// When a strategy, a parameter or the grid cannot be, a file cannot be read, or has not what the strategy needs.
pub fn run(args: &args::Optimize, settings: &Settings) -> anyhow::Result<()> {
    let base = base(args)?;
    let optimization = Optimization {
        backtest: Backtest {
            files: args.files.clone(),
            reading: (&args.reading).into(),
            strategies: Vec::new(),
            symbol: args.reading.symbol,
            pair: args.market.pair,
            bar: args.market.bar,
            broker: Some(args.exchange.over(settings.config.trading.broker.clone())),
            seed: args.exchange.seed,
        },
        base,
        axes: args.grid.clone(),
        rank: args.rank,
        parting: Parting { hold_out: f64::from(args.hold_out) / 100.0, folds: usize::from(args.walk_forward) },
    };
    let interrupt = Interrupt::listen()?;
    let mut progress = ProgressLine::new("optimizing", &interrupt);
    let mut tell = |done: Progress| progress.tell(done.inputs);
    let found: Optimized = optimization.run(&mut tell).map_err(|error| match error {
        OptimizeError::Grid(error) => super::Usage(error.to_string()).into(),
        OptimizeError::Backtest(error) => failure(error),
    })?;
    drop(progress);
    found.notes.iter().for_each(|note| out::note(note));
    if args.json {
        json::print(&optimization, &found)?;
    } else {
        out::print(&table::page(&optimization, &found, args.top))?;
    }
    Ok(())
}

/// The strategy with what stays the same. Whether that goes together only each combination can tell.
fn base(args: &args::Optimize) -> anyhow::Result<crate::strategy::Setup> {
    use crate::strategies;
    use crate::strategy::{Setup, SetupError};
    let usage = |error: SetupError| anyhow::Error::from(super::Usage(error.to_string()));
    if args.sets.is_empty()
        && let Ok(spec) = strategies::find(args.strategy.trim())
    {
        return Ok(Setup::of(spec));
    }
    // What is set may go together only with what the grid sets.
    let name = args.strategy.split('(').next().unwrap_or_default().trim();
    let whole = setups(std::slice::from_ref(&args.strategy), &args.sets);
    match whole {
        Ok(found) => found.into_iter().next().ok_or_else(|| usage(SetupError::Form(args.strategy.clone()))),
        Err(error) => {
            let mut setup = Setup::of(strategies::find(name).map_err(usage)?);
            for set in &args.sets {
                let Some((param, value)) = set.split_once('=') else { return Err(error) };
                setup = setup.set(param.trim(), value).map_err(usage)?;
            }
            if args.strategy.contains('(') { Err(error) } else { Ok(setup) }
        }
    }
}
