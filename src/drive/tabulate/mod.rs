//! Inputs as tables: the inputs themselves, and what an engine says that runs along.

mod bars;
mod samples;

pub use samples::{Sample, Sampler, Wanted};

use crate::domain::{BarSpec, EngineConfig, Input, Market, Meta, Nanos, Payload, Symbol, UserAction};
use crate::engine::Engine;
use crate::tables::{Rows, Sink, Topic, alert_row, broker_row, indicator_row, input_rows};
use bars::ClosedBars;
use std::io;

/// Bars the engine keeps at least between two looks: a quiet day of seconds fits.
const KEPT: usize = 100_000;

/// What tables are made of.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The tables.
    pub topics: Vec<Topic>,
    /// The kind of bars of the table of bars.
    pub bar: BarSpec,
    /// The indicators of theirs.
    pub indicators: Wanted,
    /// Only this symbol. What is of no symbol is there all the same.
    pub symbol: Option<Symbol>,
    /// From when on.
    pub from: Option<Nanos>,
    /// Until when, that moment included.
    pub to: Option<Nanos>,
}

impl Plan {
    /// Only these tables, of everything: bars of a minute, no indicators.
    pub fn of(topics: &[Topic]) -> Self {
        let bar = BarSpec::Time(crate::domain::Timeframe::M1);
        Self { topics: topics.to_vec(), bar, indicators: Wanted::default(), symbol: None, from: None, to: None }
    }

    fn has(&self, topic: Topic) -> bool {
        self.topics.contains(&topic)
    }

    fn is_within(&self, at: Nanos) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to)
    }

    fn is_of(&self, symbol: Symbol) -> bool {
        self.symbol.is_none_or(|only| only == symbol)
    }
}

/// Makes the rows of tables from inputs.
pub struct Tabulator {
    plan: Plan,
    memory: Rows,
    /// What runs along, where a table needs it.
    along: Option<Along>,
    /// Indicators have an engine of their own: it samples when they are asked for, not as the recording has it.
    sampler: Option<Sampler>,
}

impl Tabulator {
    /// Makes these tables.
    pub fn new(plan: Plan) -> Self {
        let said = [Topic::Bars, Topic::Signals, Topic::Orders, Topic::Fills, Topic::Equity, Topic::Alerts];
        let along = said.into_iter().any(|topic| plan.has(topic)).then(|| Along::new(&plan));
        let sampler = plan.has(Topic::Indicators).then(|| Sampler::new(plan.indicators.clone(), plan.symbol));
        Self { plan, memory: Rows::default(), along, sampler }
    }

    /// The symbols seen, where an engine runs along.
    pub fn symbols(&self) -> Vec<Symbol> {
        let engine = self.along.as_ref().map(|along| &along.engine).or(self.sampler.as_ref().map(Sampler::engine));
        engine.map(|engine| engine.symbols().collect()).unwrap_or_default()
    }

    /// Takes an input in and gives the rows that come of it.
    ///
    /// # Errors
    /// What the sink says.
    pub fn input(&mut self, input: &Input, sink: &mut dyn Sink) -> io::Result<()> {
        let plan = &self.plan;
        if let Some(along) = &mut self.along {
            along.input(input, plan, sink)?;
        }
        if let Some(sampler) = &mut self.sampler {
            sampler.input(input, &mut |sample| sampled(&sample, plan, sink))?;
        }
        let of = match &input.payload {
            Payload::Market(Market { symbol: Some(symbol), .. }) => plan.is_of(*symbol),
            _ => true,
        };
        if of && plan.is_within(input.at) {
            input_rows(input, |topic| plan.has(topic), &mut self.memory, |topic, values| sink.row(topic, values))?;
        }
        Ok(())
    }

    /// Gives what has waited: there are no more inputs.
    ///
    /// # Errors
    /// What the sink says.
    pub fn end(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        self.look(sink)
    }

    /// Gives the bars that have closed by now.
    ///
    /// # Errors
    /// What the sink says.
    pub fn look(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        match &mut self.along {
            Some(along) => along.bars.as_mut().map_or(Ok(()), |bars| bars.look(&along.engine, &self.plan, sink)),
            None => Ok(()),
        }
    }
}

fn sampled(sample: &Sample<'_>, plan: &Plan, sink: &mut dyn Sink) -> io::Result<()> {
    if !plan.is_within(sample.at) {
        return Ok(());
    }
    let value = sample.reading.map(crate::indicator::Reading::value);
    let values = [value, sample.z, sample.z.map(crate::indicator::oscillator)];
    indicator_row(sample.at, sample.symbol, sample.name, values, |topic, values| sink.row(topic, values))
}

/// The engine that runs along.
struct Along {
    engine: Engine,
    begun: bool,
    bars: Option<ClosedBars>,
    broker: bool,
    alerts: bool,
    heard: u64,
    fired: u64,
}

impl Along {
    fn new(plan: &Plan) -> Self {
        let broker = [Topic::Signals, Topic::Orders, Topic::Fills, Topic::Equity].into_iter().any(|topic| plan.has(topic));
        Self {
            engine: Engine::new(config(EngineConfig::default(), plan), ""),
            begun: false,
            bars: plan.has(Topic::Bars).then(|| ClosedBars::new(plan.bar)),
            broker,
            alerts: plan.has(Topic::Alerts),
            heard: 0,
            fired: 0,
        }
    }

    fn input(&mut self, input: &Input, plan: &Plan, sink: &mut dyn Sink) -> io::Result<()> {
        if let (Payload::Meta(meta), false) = (&input.payload, self.begun) {
            let mut engine = config(meta.engine.clone(), plan);
            if !self.broker && !self.alerts {
                engine.strategies.clear();
            }
            self.engine = Engine::from_meta(&Meta { engine, ..(**meta).clone() });
        }
        self.begun = true;
        let passed = match &input.payload {
            Payload::User(UserAction::Indicators(_)) => true,
            Payload::User(UserAction::SetAlert(_) | UserAction::RemoveAlert(_)) => !self.alerts,
            Payload::User(UserAction::Trading(_)) => !self.broker && !self.alerts,
            _ => false,
        };
        if passed {
            self.engine.advance(input.at);
        } else {
            self.engine.apply(input);
        }
        self.hear(plan, sink)?;
        match &mut self.bars {
            Some(bars) => {
                if bars.is_due(input.at) {
                    bars.look(&self.engine, plan, sink)
                } else {
                    Ok(())
                }
            }
            None => Ok(()),
        }
    }

    fn hear(&mut self, plan: &Plan, sink: &mut dyn Sink) -> io::Result<()> {
        if self.alerts && self.engine.alerts_fired() != self.fired {
            for firing in self.engine.firings_after(self.fired) {
                if plan.is_within(firing.at) && plan.is_of(firing.symbol) {
                    alert_row(&firing, |topic, values| sink.row(topic, values))?;
                }
            }
            self.fired = self.engine.alerts_fired();
        }
        if self.broker && self.engine.last_broker_event() != self.heard {
            for event in self.engine.broker_events_after(self.heard).filter(|event| plan.is_within(event.at)) {
                broker_row(event, |topic, values| if plan.has(topic) { sink.row(topic, values) } else { Ok(()) })?;
            }
            self.heard = self.engine.last_broker_event();
        }
        Ok(())
    }
}

/// The engine's settings: as recorded, but for what only panes show.
fn config(config: EngineConfig, plan: &Plan) -> EngineConfig {
    let mut bars = config.bars;
    let name = plan.bar.to_string();
    if plan.has(Topic::Bars) && !matches!(plan.bar, BarSpec::Time(_)) && !bars.contains(&name) {
        bars.push(name);
    }
    let bar_capacity = config.bar_capacity.max(KEPT);
    EngineConfig { bars, bar_capacity, lean: true, indicators: Some(Vec::new()), ..config }
}
