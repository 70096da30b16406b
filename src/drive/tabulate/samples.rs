//! Samples of indicators: of events on a grid of time, of bars at their closes.

use crate::bars::BarView;
use crate::domain::{BarSpec, EngineConfig, Input, Meta, Nanos, Payload, Symbol, UserAction};
use crate::engine::Engine;
use crate::indicator::{Build, Reading, Setup, Spec, Study, ZScore};
use std::io;

/// Which indicators are sampled, and when.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The indicators.
    pub setups: Vec<Setup>,
    /// Distance of the samples.
    pub every: Nanos,
    /// The bars that those of bars are worked out from.
    pub bar: Option<BarSpec>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { setups: Vec::new(), every: Nanos::SECOND, bar: None }
    }
}

/// What an indicator says at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// When.
    pub at: Nanos,
    /// Of which symbol.
    pub symbol: Symbol,
    /// What it is called: by its name alone, with its parameters only where it is asked for in several ways.
    pub name: &'a str,
    /// Its entry in the catalogue.
    pub spec: &'static Spec,
    /// What it says; nothing while it knows too little.
    pub reading: Option<&'a Reading>,
    /// The z-score of its value.
    pub z: Option<f64>,
}

/// Takes samples.
type Each<'a> = &'a mut dyn FnMut(Sample<'_>) -> io::Result<()>;

/// A technical indicator of one symbol at work.
#[derive(Clone)]
struct OfBars {
    name: String,
    spec: &'static Spec,
    study: Box<dyn Study>,
    zscore: ZScore,
}

/// How far a symbol's bars have been taken in.
struct Progress {
    symbol: Symbol,
    /// Start of the last one.
    last: Option<Nanos>,
    studies: Vec<OfBars>,
}

/// Runs an engine and gives what it samples.
pub struct Sampler {
    engine: Engine,
    begun: bool,
    /// Those of events with what they are called.
    flows: Vec<(Setup, String)>,
    studies: Vec<OfBars>,
    every: Nanos,
    bar: Option<BarSpec>,
    only: Option<Symbol>,
    /// The next boundary at which samples are taken.
    next: Option<Nanos>,
    bars: Vec<Progress>,
}

impl Sampler {
    /// Samples these; `only` one symbol's.
    pub fn new(wanted: Wanted, only: Option<Symbol>) -> Self {
        let Wanted { setups, every, bar } = wanted;
        let (flows, technical): (Vec<Setup>, Vec<Setup>) = setups.into_iter().partition(|setup| setup.spec.is_flow());
        let studies = technical.iter().filter_map(|setup| match setup.spec.build {
            Build::Bars(build) => {
                let (name, study) = (name_of(setup, &technical), build(&setup.params));
                Some(OfBars { name, spec: setup.spec, study, zscore: ZScore::default() })
            }
            Build::Flow(_) => None,
        });
        let studies = studies.collect();
        let flows = flows.iter().map(|setup| (setup.clone(), name_of(setup, &flows))).collect();
        let mut sampler = Self {
            engine: Engine::new(EngineConfig::default(), ""),
            begun: false,
            studies,
            flows,
            every,
            bar,
            only,
            next: None,
            bars: Vec::new(),
        };
        sampler.engine = Engine::new(sampler.set(EngineConfig::default()), "");
        sampler
    }

    /// The engine that is sampled.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The engine's settings with what was asked for.
    fn set(&self, config: EngineConfig) -> EngineConfig {
        let mut bars = config.bars;
        bars.extend(self.bar.filter(|bar| !matches!(bar, BarSpec::Time(_))).map(|bar| bar.to_string()));
        EngineConfig {
            bars,
            indicators: Some(self.flows.iter().map(|(setup, _)| setup.to_string()).collect()),
            sample_every: self.every.0,
            // Each sample is given as it is taken.
            sample_capacity: 1_000,
            lean: true,
            ..config
        }
    }

    /// Takes an input in.
    ///
    /// # Errors
    /// What `each` says.
    pub fn input(&mut self, input: &Input, each: Each<'_>) -> io::Result<()> {
        if let (Payload::Meta(meta), false) = (&input.payload, self.begun) {
            let meta = Meta { engine: self.set(meta.engine.clone()), ..(**meta).clone() };
            self.engine = Engine::from_meta(&meta);
        }
        self.begun = true;
        while let Some(boundary) = self.next.filter(|next| *next <= input.at) {
            self.engine.advance(boundary);
            self.sampled(boundary, each)?;
            self.closed(each)?;
            self.next = Some(boundary + self.every);
        }
        self.next.get_or_insert(input.at.floor_to(self.every) + self.every);
        // What the recording set to be looked at is not what was asked for here.
        let looks = matches!(&input.payload, Payload::User(UserAction::Indicators(_)));
        if !looks {
            self.engine.apply(input);
        }
        self.closed(each)
    }

    /// Gives the samples of a boundary.
    fn sampled(&self, boundary: Nanos, each: Each<'_>) -> io::Result<()> {
        if self.flows.is_empty() {
            return Ok(());
        }
        for symbol in self.wanted() {
            let Some(flow) = self.engine.flow(symbol).filter(|flow| flow.times.last() == Some(&boundary)) else { continue };
            for row in &flow.rows {
                let reading = row.latest.as_ref().ok();
                let Some((setup, name)) = self.flows.iter().find(|(setup, _)| *setup == row.setup) else { continue };
                each(Sample { at: boundary, symbol, name, spec: setup.spec, reading, z: row.z })?;
            }
        }
        Ok(())
    }

    /// Gives what the bars say that have closed since it was last asked.
    fn closed(&mut self, each: Each<'_>) -> io::Result<()> {
        let Some(spec) = self.bar.filter(|_| !self.studies.is_empty()) else { return Ok(()) };
        for symbol in self.wanted() {
            let Some(view) = self.engine.bars(symbol, spec) else { continue };
            let index = self.bars.iter().position(|progress| progress.symbol == symbol).unwrap_or_else(|| {
                self.bars.push(Progress { symbol, last: None, studies: self.studies.clone() });
                self.bars.len() - 1
            });
            let Some(progress) = self.bars.get_mut(index) else { continue };
            progress.give(spec, self.engine.now(), &view, each)?;
        }
        Ok(())
    }

    /// The symbols seen that are sampled.
    pub fn wanted(&self) -> Vec<Symbol> {
        self.engine.symbols().filter(|symbol| self.only.is_none_or(|only| only == *symbol)).collect()
    }
}

impl Progress {
    fn give(&mut self, spec: BarSpec, now: Nanos, view: &BarView, each: Each<'_>) -> io::Result<()> {
        let closed = &view.closed;
        if closed.last().map(|bar| bar.start) == self.last {
            return Ok(());
        }
        let from = self.last.map_or(0, |last| view.position(Nanos(last.0.saturating_add(1))));
        for bar in closed.iter_from(from) {
            self.last = Some(bar.start);
            // A bar that is not of time closes with the trade that has just come.
            let at = match spec {
                BarSpec::Time(timeframe) => bar.start + timeframe.nanos(),
                _ => now,
            };
            for of_bars in &mut self.studies {
                let reading = of_bars.study.on_bar(bar);
                let z = reading.as_ref().and_then(|reading| of_bars.zscore.push(reading.value()));
                let (symbol, name, spec) = (self.symbol, of_bars.name.as_str(), of_bars.spec);
                each(Sample { at, symbol, name, spec, reading: reading.as_ref(), z })?;
            }
        }
        Ok(())
    }
}

fn name_of(setup: &Setup, all: &[Setup]) -> String {
    let alone = all.iter().filter(|other| other.spec.name == setup.spec.name).count() < 2;
    if alone { setup.spec.name.to_owned() } else { setup.to_string() }
}
