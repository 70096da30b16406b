//! Backtests: recorded inputs through the engine as quickly as they can be decoded, with strategies on accounts of their own, or the
//! session as it was recorded.
//!
//! Decoding has a thread of its own, and so has each engine; what is in memory is bounded however long the recording. What is filled is
//! decided by the engine alone, so that a backtest, a replay and the live session agree.

mod feed;
pub mod optimize;
mod outcome;
pub mod reconcile;
mod running;
mod survey;
mod tape;
#[cfg(test)]
mod tests;

pub use feed::FeedError;
pub use outcome::{AccountOutcome, Outcome};
pub use running::{Answer, Running};
pub use survey::{Seen, Survey};
pub use tape::{Progress, Tell};

use crate::codecs;
use crate::domain::{
    BarSpec, BrokerConfig, EngineConfig, Input, Nanos, Payload, Price, StrategyRun, Symbol, Timeframe, UserAction,
};
use crate::engine::Engine;
use crate::strategy::{Kind, Resources, Setup, SetupError, Spec, Value};
use feed::Feed;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tape::{Consumer, Tape, broadcast};

/// Blocks that are looked at before anything runs: some tens of thousands of inputs.
const SURVEYED: usize = 32;

/// What is to be run on what.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Backtest {
    /// Recordings, or files of any format that can be imported; several are one stretch of time.
    pub files: Vec<PathBuf>,
    /// How those that are no recordings are read.
    pub reading: codecs::Options,
    /// The strategies, each on an account of its own; the session as recorded where there are none.
    pub strategies: Vec<Setup>,
    /// The main symbol; the first of the recording where not given.
    pub symbol: Option<Symbol>,
    /// Both symbols of a strategy that trades two, the main one first.
    pub pair: Option<(Symbol, Symbol)>,
    /// The bars strategies act on; a minute where not given, or the shortest there are of files that only have longer ones.
    pub bar: Option<Timeframe>,
    /// How the simulated exchange behaves; as recorded where not given and no strategy is.
    pub broker: Option<BrokerConfig>,
    /// Seed of everything random; as recorded, or 1.
    pub seed: Option<u64>,
}

/// Why a backtest cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum BacktestError {
    /// A file.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// A strategy.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The files have not what it takes.
    #[error("{files}: {what}")]
    Data {
        /// The files.
        files: String,
        /// What is missing, and what there is.
        what: String,
    },
    /// A setting that cannot be.
    #[error("{0}")]
    Setting(String),
    /// It was stopped.
    #[error("stopped")]
    Stopped,
    /// A part of the program failed; that is a bug.
    #[error("the engine failed: please report this")]
    Failed,
}

impl Backtest {
    /// Runs it. `tell` is told how far it is and can stop it.
    ///
    /// # Errors
    /// [`BacktestError`]; settings, strategies and what the files have are looked at before anything runs.
    pub fn run(&self, tell: Tell<'_>) -> Result<Outcome, BacktestError> {
        let prepared = self.prepare(SURVEYED)?;
        let Prepared { tape, survey, runs, resources } = prepared;
        let config = self.engine_config(&survey, runs);
        let warm_ups = self.strategies.iter().map(|setup| warm_up(setup, &resources)).collect();
        let player = Player::new(config, &survey, warm_ups, resources, self.strategies.is_empty());
        let (players, notes) = broadcast(tape, vec![player], tell)?.ok_or(BacktestError::Stopped)?;
        let player = players.into_iter().next().ok_or(BacktestError::Failed)?;
        Ok(player.finish(notes))
    }

    /// Opens the files and sees whether it can run on them. Holds so many blocks of their beginning.
    fn prepare(&self, blocks: usize) -> Result<Prepared, BacktestError> {
        self.check()?;
        let resources = Arc::new(resources(&self.strategies)?);
        for setup in &self.strategies {
            setup.check()?;
            (setup.spec.build)(&setup.params, &resources)?;
        }
        let tape = Tape::open(Feed::open(&self.files, &self.reading)?, blocks)?;
        let mut survey = Survey::default();
        tape.head.iter().for_each(|block| survey.look(block));
        if tape.rest.is_some() && self.missing(&survey).is_some() {
            survey = self.look_through(survey)?;
        }
        if let Some(what) = self.missing(&survey) {
            return Err(self.data(what));
        }
        let runs = self.runs(&survey).map_err(|what| self.data(what))?;
        Ok(Prepared { tape, survey, runs, resources })
    }

    fn check(&self) -> Result<(), BacktestError> {
        let setting = |text: String| Err(BacktestError::Setting(text));
        if self.files.is_empty() {
            return setting("no file to run on".to_owned());
        }
        let Some(broker) = &self.broker else { return Ok(()) };
        if broker.cash <= crate::domain::Money::ZERO {
            return setting(format!("cash is {}: expected more than 0", broker.cash));
        }
        if !(1..=125).contains(&broker.leverage) {
            return setting(format!("leverage is {}: expected 1 to 125", broker.leverage));
        }
        Ok(())
    }

    /// Reads on until everything that is needed has come, or to the end; nothing of it is kept.
    fn look_through(&self, mut survey: Survey) -> Result<Survey, BacktestError> {
        let mut feed = Feed::open(&self.files, &self.reading)?;
        let mut block = feed::Block::new();
        while feed.fill(&mut block)? {
            survey.look(&block);
            if self.missing(&survey).is_none() {
                break;
            }
        }
        Ok(survey)
    }

    /// What the files lack, as far as they were looked at.
    fn missing(&self, survey: &Survey) -> Option<String> {
        if survey.is_empty() {
            return Some("no market data in it".to_owned());
        }
        if self.strategies.is_empty() {
            return (!survey.traded)
                .then(|| "nothing was traded in it: choose a strategy, such as --strategy ma_cross".to_owned());
        }
        let lacking = |setup: &Setup| {
            let symbols = self.symbols(setup.spec, survey);
            let lacks = survey.lacks(setup.spec.needs, &symbols)?;
            Some(format!("{}: {lacks}", setup.spec.name))
        };
        self.strategies.iter().find_map(lacking)
    }

    fn data(&self, what: String) -> BacktestError {
        let files: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
        BacktestError::Data { files: files.join(", "), what }
    }

    /// What a strategy trades.
    fn symbols(&self, spec: &Spec, survey: &Survey) -> Vec<Symbol> {
        if spec.needs.pair {
            return match (self.pair, survey.symbols.as_slice()) {
                (Some((y, x)), _) => vec![y, x],
                (None, [x, y]) => vec![*y, *x],
                (None, symbols) => symbols.get(..1).unwrap_or_default().to_vec(),
            };
        }
        let main = self.symbol.or(self.pair.map(|(y, _)| y)).or_else(|| survey.symbols.first().copied());
        main.into_iter().collect()
    }

    /// The strategies as the engine runs them.
    fn runs(&self, survey: &Survey) -> Result<Vec<StrategyRun>, String> {
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut runs = Vec::with_capacity(self.strategies.len());
        for setup in &self.strategies {
            let symbols = self.symbols(setup.spec, survey);
            let bar = self.bar_of(&symbols, survey)?;
            let name = (1..).map(|n| if n == 1 { setup.spec.name.to_owned() } else { format!("{}-{n}", setup.spec.name) });
            let account: Arc<str> =
                name.into_iter().find(|name| !names.iter().any(|taken| **taken == **name)).unwrap_or_default().into();
            names.push(Arc::clone(&account));
            runs.push(StrategyRun { account, strategy: setup.to_string(), symbols, bar: bar.to_string(), cash: None });
        }
        Ok(runs)
    }

    fn bar_of(&self, symbols: &[Symbol], survey: &Survey) -> Result<Timeframe, String> {
        let fits = |bar: Timeframe| symbols.iter().all(|symbol| survey.has_bars(*symbol, bar));
        let shortest = || Timeframe::ALL.into_iter().find(|bar| fits(*bar));
        match self.bar {
            Some(bar) if !fits(bar) => Err(match shortest() {
                Some(shortest) => format!("no bars of {bar} can be made of it: the shortest are of {shortest}"),
                None => format!("no bars of {bar} can be made of it"),
            }),
            Some(bar) => Ok(bar),
            None if fits(Timeframe::M1) => Ok(Timeframe::M1),
            None => shortest().ok_or_else(|| "no bars can be made of it".to_owned()),
        }
    }

    fn engine_config(&self, survey: &Survey, runs: Vec<StrategyRun>) -> EngineConfig {
        let recorded = survey.meta.as_ref().map(|meta| meta.engine.clone()).unwrap_or_default();
        let as_recorded = self.strategies.is_empty();
        let mut config = if as_recorded { recorded } else { EngineConfig::default() };
        if let Some(broker) = &self.broker {
            config.broker = broker.clone();
        }
        config.seed = self.seed.unwrap_or(config.seed);
        if !as_recorded {
            config.strategies = runs;
            // Only what strategies ask for is worked out.
            config.indicators = Some(Vec::new());
        }
        config.lean = true;
        config
    }
}

/// What is ready to run.
struct Prepared {
    tape: Tape,
    survey: Survey,
    runs: Vec<StrategyRun>,
    resources: Arc<Resources>,
}

/// Files that strategies are made of, as they lie on disk.
///
/// # Errors
/// [`SetupError::File`] for one that cannot be read.
pub fn resources(setups: &[Setup]) -> Result<Resources, SetupError> {
    let mut found = Resources::new();
    for setup in setups {
        for param in setup.spec.params.iter().filter(|param| matches!(param.kind, Kind::File)) {
            let Some(Value::Text(name)) = setup.params.get(param.name) else { continue };
            if name.is_empty() || found.contains_key(&**name) {
                continue;
            }
            let bytes = std::fs::read(Path::new(&**name)).map_err(|error| SetupError::File {
                strategy: setup.spec.name,
                file: name.to_string(),
                why: error.to_string(),
            })?;
            found.insert(name.to_string(), bytes.into());
        }
    }
    Ok(found)
}

/// Closed bars a strategy takes before it can act.
fn warm_up(setup: &Setup, resources: &Resources) -> usize {
    (setup.spec.build)(&setup.params, resources).map_or(0, |strategy| strategy.warm_up())
}

/// Holding the main symbol of an account: from which close on.
#[derive(Debug, Clone)]
struct Hold {
    account: Arc<str>,
    symbol: Symbol,
    bar: Timeframe,
    /// Closed bars before it begins.
    after: u64,
    from: Option<Price>,
}

/// An engine that plays inputs, and what is kept of it on the way.
struct Player {
    engine: Engine,
    /// Whether what the user traded belongs to it.
    as_recorded: bool,
    holds: Vec<Hold>,
    inputs: u64,
    first: Option<Nanos>,
}

impl Player {
    fn new(config: EngineConfig, survey: &Survey, warm_ups: Vec<usize>, resources: Arc<Resources>, as_recorded: bool) -> Self {
        let venue = survey.meta.as_ref().map(|meta| meta.venue.clone()).unwrap_or_default();
        let hold = |run: &StrategyRun, after: usize| {
            let (symbol, bar) = (run.symbols.first().copied()?, run.bar.parse().ok()?);
            Some(Hold { account: Arc::clone(&run.account), symbol, bar, after: after as u64, from: None })
        };
        let warm_ups = warm_ups.into_iter().chain(std::iter::repeat(0));
        let mut holds: Vec<Hold> = config.strategies.iter().zip(warm_ups).filter_map(|(run, after)| hold(run, after)).collect();
        if as_recorded && let Some(symbol) = survey.symbols.first() {
            let account = crate::domain::trading::MANUAL.into();
            holds.push(Hold { account, symbol: *symbol, bar: Timeframe::M1, after: 0, from: None });
        }
        let mut engine = Engine::new(config, &venue);
        if !resources.is_empty() {
            engine.provide(resources);
        }
        Self { engine, as_recorded, holds, inputs: 0, first: None }
    }

    /// Whether an input belongs to what is run.
    fn belongs(&self, input: &Input) -> bool {
        match &input.payload {
            Payload::Market(_) | Payload::Meta(_) => true,
            Payload::User(UserAction::AddSymbol(_) | UserAction::RemoveSymbol(_)) => true,
            Payload::User(_) => self.as_recorded,
        }
    }

    /// Takes note of the close at which holding begins, once it is there.
    fn look(&mut self) {
        for hold in self.holds.iter_mut().filter(|hold| hold.from.is_none()) {
            let Some(view) = self.engine.bars(hold.symbol, BarSpec::Time(hold.bar)) else { continue };
            let index = hold.after.saturating_sub(view.closed.dropped());
            hold.from = view.closed.get(index as usize).map(|bar| bar.close);
        }
    }

    fn finish(self, notes: Vec<String>) -> Outcome {
        Outcome::of(self, notes)
    }
}

impl Consumer for Player {
    fn take(&mut self, inputs: &[Input]) {
        for input in inputs {
            if self.belongs(input) {
                self.engine.apply(input);
            }
        }
        self.inputs += inputs.len() as u64;
        if self.first.is_none() {
            self.first = inputs.iter().find(|input| !matches!(input.payload, Payload::Meta(_))).map(|input| input.at);
        }
        if self.holds.iter().any(|hold| hold.from.is_none()) {
            self.look();
        }
    }
}
