//! `backtest`: strategies, or a recorded session, on recorded data.

pub mod args;
mod json;
mod table;

use super::out::{self, Interrupt, ProgressLine};
use super::settings::Settings;
use crate::drive::backtest::{Backtest, BacktestError, FeedError, Progress};
use crate::strategies;
use crate::strategy::{Setup, SetupError};

pub use table::signed;

/// Runs `backtest`.
///
/// # Errors
/// When a strategy or a parameter is unknown or cannot be, a file cannot be read, or has not what a strategy needs.
pub fn run(args: &args::Backtest, settings: &Settings) -> anyhow::Result<()> {
    let setups = setups(&args.strategies, &args.sets)?;
    let as_recorded = setups.is_empty();
    let backtest = Backtest {
        files: args.files.clone(),
        reading: (&args.reading).into(),
        strategies: setups,
        symbol: args.reading.symbol,
        pair: args.market.pair,
        bar: args.market.bar,
        // What was recorded was recorded with settings of its own.
        broker: (!as_recorded || args.exchange.is_set()).then(|| args.exchange.over(settings.config.trading.broker.clone())),
        seed: args.exchange.seed,
    };
    let interrupt = Interrupt::listen()?;
    let mut progress = ProgressLine::new("running", &interrupt);
    let mut tell = |done: Progress| progress.tell(done.inputs);
    let outcome = backtest.run(&mut tell).map_err(failure)?;
    drop(progress);
    outcome.notes.iter().for_each(|note| out::note(note));
    if args.json {
        json::print(&outcome, args.curve)?;
    } else {
        out::print(&table::page(&outcome, args.trades))?;
    }
    Ok(())
}

/// The strategies with what is set.
pub fn setups(names: &[String], sets: &[String]) -> Result<Vec<Setup>, anyhow::Error> {
    let mut setups = Vec::with_capacity(names.len());
    for name in names {
        // Whether its parameters go together is known once all are set.
        setups.push(read(name).map_err(usage)?);
    }
    for set in sets {
        let form = || super::Usage(format!("--set {set}: expected PARAMETER=VALUE such as fast=5, or STRATEGY.PARAMETER=VALUE"));
        let (name, value) = set.split_once('=').ok_or_else(form)?;
        let (of, param) = name.trim().split_once('.').map_or((None, name.trim()), |(of, param)| (Some(of), param));
        if let Some(of) = of {
            strategies::find(of).map_err(usage)?;
        }
        let mut found = Err(super::Usage(format!("--set {set}: there is no such strategy among those that are run")).into());
        for setup in setups.iter_mut().filter(|setup| of.is_none_or(|of| setup.spec.name == of)) {
            match setup.clone().set(param, value) {
                Ok(with) => (*setup, found) = (with, Ok(())),
                Err(error @ SetupError::NoParam { .. }) if found.is_err() => found = Err(usage(error)),
                // One of several that has it is enough.
                Err(SetupError::NoParam { .. }) => {}
                Err(error) => return Err(usage(error)),
            }
        }
        found?;
    }
    for setup in &setups {
        setup.check().map_err(usage)?;
    }
    Ok(setups)
}

/// `name` or `name(parameter=value,…)`, not yet held to what goes together.
fn read(text: &str) -> Result<Setup, SetupError> {
    match strategies::parse(text) {
        Err(SetupError::Clash { .. }) => {
            let (name, inner) = text.split_once('(').unwrap_or((text, ""));
            let mut setup = Setup::of(strategies::find(name.trim())?);
            for part in inner.trim().trim_end_matches(')').split(',').filter(|part| !part.trim().is_empty()) {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                setup = setup.set(name.trim(), value)?;
            }
            Ok(setup)
        }
        read => read,
    }
}

fn usage(error: SetupError) -> anyhow::Error {
    super::Usage(error.to_string()).into()
}

/// A failure, told apart from wrong usage.
pub fn failure(error: BacktestError) -> anyhow::Error {
    match error {
        BacktestError::Setup(error @ SetupError::File { .. }) => error.into(),
        BacktestError::Setup(error) => usage(error),
        BacktestError::Setting(text) => super::Usage(text).into(),
        BacktestError::Feed(FeedError::Import(error)) => error.into(),
        BacktestError::Feed(FeedError::Read(error)) => error.into(),
        other => other.into(),
    }
}
