//! The work of an optimisation, spread over the processor's cores.

use super::super::feed::Block;
use super::super::tape::{Consumer, Progress, Tape, Tell, broadcast};
use super::super::{Backtest, BacktestError, Player, Prepared, Survey};
use super::grid::Combination;
use super::trial::{Parting, Trial};
use crate::domain::{EngineConfig, Input, Nanos, StrategyRun, Timeframe};
use crate::strategy::Resources;
use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Blocks that are kept in memory at most: about half a million inputs.
const KEPT: usize = 512;
/// Combinations in an engine, where the inputs are kept: enough that the market's part is small, few enough to spread the work.
const BATCH: usize = 16;
/// Combinations in an engine, where they are not.
const SHARE: usize = 128;

/// What every engine is made from.
struct Making {
    config: EngineConfig,
    survey: Survey,
    resources: Arc<Resources>,
    /// What each combination trades, and the bars it acts on.
    run: StrategyRun,
    bar: Timeframe,
    parting: Parting,
}

impl Making {
    fn engine(&self, combinations: &[(usize, Combination)]) -> Player {
        let run = |(number, combination): &(usize, Combination)| StrategyRun {
            account: number.to_string().into(),
            strategy: combination.setup.to_string(),
            ..self.run.clone()
        };
        let config = EngineConfig { strategies: combinations.iter().map(run).collect(), ..self.config.clone() };
        Player::new(config, &self.survey, Vec::new(), Arc::clone(&self.resources), false)
    }

    fn judge(&self, player: &Player, combinations: Vec<(usize, Combination)>) -> Vec<(usize, Trial)> {
        let trading = player.engine.trading();
        let end = player.engine.now();
        let judge = |(number, combination): (usize, Combination)| {
            let view = trading.broker.account(&number.to_string())?;
            Some((number, Trial::of(combination, view, self.bar, end, self.parting)))
        };
        combinations.into_iter().filter_map(judge).collect()
    }
}

type Numbered = (usize, Combination);

pub(super) fn run(
    backtest: &Backtest,
    combinations: Vec<Combination>,
    parting: Parting,
    tell: Tell<'_>,
) -> Result<(Vec<Trial>, u64, Vec<String>), BacktestError> {
    run_holding(backtest, combinations, parting, KEPT, tell)
}

/// The same with so many blocks in memory at most.
pub(super) fn run_holding(
    backtest: &Backtest,
    combinations: Vec<Combination>,
    parting: Parting,
    kept: usize,
    tell: Tell<'_>,
) -> Result<(Vec<Trial>, u64, Vec<String>), BacktestError> {
    let one = combinations.first().map(|first| first.setup.clone()).ok_or(BacktestError::Failed)?;
    let backtest = Backtest { strategies: vec![one], ..backtest.clone() };
    let Prepared { tape, survey, runs, resources } = backtest.prepare(kept)?;
    let run = runs.into_iter().next().ok_or(BacktestError::Failed)?;
    let bar = run.bar.parse().map_err(|_| BacktestError::Failed)?;
    let config = backtest.engine_config(&survey, Vec::new());
    let making = Making { config, survey, resources, run, bar, parting };
    let count = combinations.len();
    let numbered: Vec<Numbered> = combinations.into_iter().enumerate().collect();
    let (mut trials, inputs, notes) = if tape.rest.is_none() {
        from_memory(tape, numbered, &making, tell)?
    } else {
        while_reading(tape, numbered, &making, tell)?
    };
    if trials.len() != count {
        return Err(BacktestError::Failed);
    }
    trials.sort_by_key(|(number, _)| *number);
    Ok((trials.into_iter().map(|(_, trial)| trial).collect(), inputs, notes))
}

type Found = (Vec<(usize, Trial)>, u64, Vec<String>);

fn workers() -> usize {
    thread::available_parallelism().map_or(2, NonZero::get)
}

/// Everything is there: workers take some combinations whenever they are done with the last.
fn from_memory(tape: Tape, combinations: Vec<Numbered>, making: &Making, tell: Tell<'_>) -> Result<Found, BacktestError> {
    let workers = workers();
    // No fewer batches than there are workers.
    let batch = combinations.len().div_ceil(workers).clamp(1, BATCH);
    let batches: VecDeque<Vec<Numbered>> = combinations.chunks(batch).map(<[Numbered]>::to_vec).collect();
    let count = batches.len() as u64;
    let inputs: u64 = tape.head.iter().map(|block| block.inputs().len() as u64).sum();
    let (batches, stop) = (Mutex::new(batches), AtomicBool::new(false));
    let (told_in, told_out) = sync_channel::<(u64, Nanos)>(64);
    let head = &tape.head;
    let found = thread::scope(|scope| {
        let work = |_| {
            let (told, batches, stop) = (told_in.clone(), &batches, &stop);
            scope.spawn(move || {
                let mut trials = Vec::new();
                loop {
                    let next = batches.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(batch) = next else { return trials };
                    let mut player = making.engine(&batch);
                    for block in head {
                        if stop.load(Ordering::Relaxed) {
                            return trials;
                        }
                        player.take(block.inputs());
                        let at = block.inputs().last().map_or(Nanos::ZERO, |input| input.at);
                        let _ = told.send((block.inputs().len() as u64, at));
                    }
                    trials.extend(making.judge(&player, batch));
                }
            })
        };
        let threads: Vec<_> = (0..workers).map(work).collect();
        drop(told_in);
        let mut done = 0;
        for (more, at) in told_out {
            done += more;
            if tell(Progress { inputs: done / count.max(1), at }).is_break() {
                stop.store(true, Ordering::Relaxed);
            }
        }
        threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect::<Vec<_>>()
    });
    if stop.load(Ordering::Relaxed) {
        return Err(BacktestError::Stopped);
    }
    Ok((found, inputs, tape.notes))
}

/// The engines of one worker.
struct Worker<'a> {
    making: &'a Making,
    engines: Vec<(Player, Vec<Numbered>)>,
    trials: Vec<(usize, Trial)>,
    inputs: u64,
}

impl Consumer for Worker<'_> {
    fn take(&mut self, inputs: &[Input]) {
        self.inputs += inputs.len() as u64;
        for (player, _) in &mut self.engines {
            player.take(inputs);
        }
    }

    fn end(&mut self) {
        for (player, combinations) in std::mem::take(&mut self.engines) {
            self.trials.extend(self.making.judge(&player, combinations));
        }
    }
}

/// Too much to be kept: every worker has its share of the combinations while the files are read.
fn while_reading(tape: Tape, combinations: Vec<Numbered>, making: &Making, tell: Tell<'_>) -> Result<Found, BacktestError> {
    let share = combinations.len().div_ceil(workers()).max(1);
    let worker = |share: &[Numbered]| Worker {
        making,
        engines: share.chunks(SHARE).map(|some| (making.engine(some), some.to_vec())).collect(),
        trials: Vec::new(),
        inputs: 0,
    };
    let workers: Vec<Worker<'_>> = combinations.chunks(share).map(worker).collect();
    let (workers, notes) = broadcast(tape, workers, tell)?.ok_or(BacktestError::Stopped)?;
    let inputs = workers.first().map_or(0, |worker| worker.inputs);
    Ok((workers.into_iter().flat_map(|worker| worker.trials).collect(), inputs, notes))
}

// Blocks are read by all workers at once.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Block>();
};
