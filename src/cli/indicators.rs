//! `indicators`: prints every sample of the indicators of a recording, one JSON line each.

use super::args;
use super::out::{self, Interrupt};
use super::settings::Settings;
use crate::bars::BarView;
use crate::domain::{BarSpec, EngineConfig, Input, Nanos, Payload, Symbol};
use crate::drive::replay::{Files, Source as _};
use crate::engine::Engine;
use crate::indicator::{Build, Reading, Setup, SetupError, Spec, Study, ZScore, oscillator};
use crate::indicators;
use crate::recording::ReadOptions;
use anyhow::bail;
use serde_json::{Map, Number, Value, json};
use std::io::Write;

/// Inputs between two looks at whether to stop.
const STEP: u64 = 20_000;

/// Wrong usage that only the catalogue can tell.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error("--set {0}: expected NAME.PARAMETER=VALUE, such as vpin.bucket_volume=5")]
    Set(String),
    #[error("--set {0}: {1} is not among --names")]
    NotNamed(String, String),
    #[error("{0} is made of bars: say which with --bar, such as --bar 1m")]
    NoBar(String),
}

/// Whether a failure is the user's wrong usage.
pub fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Wrong>()
}

/// Runs `indicators`.
///
/// # Errors
/// When a name or a parameter is unknown, a file cannot be read, or the symbol is not in it.
pub fn run(args: &args::Indicators, settings: &Settings) -> anyhow::Result<()> {
    let setups = setups(args)?;
    if args.files.is_empty() {
        return list(args.json);
    }
    let interrupt = Interrupt::listen()?;
    let opened = super::import::open(&args.files, &args.reading, settings, &interrupt)?;
    let mut printer = Printer::new(setups, args);
    let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let options = ReadOptions { keep_going: args.reading.keep_going, ..ReadOptions::default() };
    let mut source = Files::open(&opened.files, options)?;
    let mut count = 0_u64;
    while let Some(input) = source.next()? {
        printer.input(&input, &mut stdout)?;
        count += 1;
        if count.is_multiple_of(STEP) && interrupt.came() {
            bail!("stopped");
        }
    }
    stdout.flush()?;
    printer.finish()
}

/// What is asked for: the names or all, with what is set.
fn setups(args: &args::Indicators) -> Result<Vec<Setup>, Wrong> {
    let mut setups = match &args.names {
        Some(names) => indicators::parse_list(names)?,
        None if args.bar.is_some() => indicators::ALL.iter().copied().map(Setup::of).collect(),
        None => indicators::flow().map(Setup::of).collect(),
    };
    for set in &args.sets {
        let wrong = || Wrong::Set(set.clone());
        let (name, rest) = set.split_once('.').ok_or_else(wrong)?;
        let (param, value) = rest.split_once('=').ok_or_else(wrong)?;
        let spec = indicators::find(name.trim())?;
        let mut found = false;
        for setup in setups.iter_mut().filter(|setup| setup.spec.name == spec.name) {
            *setup = setup.set(param.trim(), value.trim())?;
            found = true;
        }
        if !found {
            return Err(Wrong::NotNamed(set.clone(), spec.name.to_owned()));
        }
    }
    match setups.iter().find(|setup| !setup.spec.is_flow()) {
        Some(setup) if args.bar.is_none() => Err(Wrong::NoBar(setup.to_string())),
        _ => Ok(setups),
    }
}

/// A technical indicator of one symbol at work.
#[derive(Clone)]
struct OfBars {
    name: String,
    spec: &'static Spec,
    study: Box<dyn Study>,
    zscore: ZScore,
}

/// How far a symbol's bars have been printed.
struct Progress {
    symbol: Symbol,
    /// Start of the last bar taken in.
    last: Option<Nanos>,
    studies: Vec<OfBars>,
}

/// Runs the engine and prints what it samples.
struct Printer {
    engine: Engine,
    begun: bool,
    flows: Vec<Setup>,
    studies: Vec<OfBars>,
    every: Nanos,
    bar: Option<BarSpec>,
    only: Option<Symbol>,
    /// The next boundary at which samples are taken.
    next: Option<Nanos>,
    bars: Vec<Progress>,
    line: String,
}

impl Printer {
    fn new(setups: Vec<Setup>, args: &args::Indicators) -> Self {
        let (flows, technical): (Vec<Setup>, Vec<Setup>) = setups.into_iter().partition(|setup| setup.spec.is_flow());
        let studies = technical.iter().filter_map(|setup| match setup.spec.build {
            Build::Bars(build) => {
                let (name, study) = (name_of(setup, &technical), build(&setup.params));
                Some(OfBars { name, spec: setup.spec, study, zscore: ZScore::default() })
            }
            Build::Flow(_) => None,
        });
        let mut printer = Self {
            engine: Engine::new(EngineConfig::default(), ""),
            begun: false,
            studies: studies.collect(),
            flows,
            every: args.every,
            bar: args.bar,
            only: args.reading.symbol,
            next: None,
            bars: Vec::new(),
            line: String::new(),
        };
        printer.engine = Engine::new(printer.set(EngineConfig::default()), "");
        printer
    }

    /// The engine's settings with what was asked for.
    fn set(&self, config: EngineConfig) -> EngineConfig {
        let mut bars = config.bars;
        bars.extend(self.bar.filter(|bar| !matches!(bar, BarSpec::Time(_))).map(|bar| bar.to_string()));
        EngineConfig {
            bars,
            indicators: Some(self.flows.iter().map(ToString::to_string).collect()),
            sample_every: self.every.0,
            // Each sample is printed as it is taken.
            sample_capacity: 1_000,
            ..config
        }
    }

    fn input(&mut self, input: &Input, out: &mut impl Write) -> anyhow::Result<()> {
        if let (Payload::Meta(meta), false) = (&input.payload, self.begun) {
            let meta = crate::domain::Meta { engine: self.set(meta.engine.clone()), ..(**meta).clone() };
            self.engine = Engine::from_meta(&meta);
        }
        self.begun = true;
        while let Some(boundary) = self.next.filter(|next| *next <= input.at) {
            self.engine.advance(boundary);
            self.sampled(boundary, out)?;
            self.closed(out)?;
            self.next = Some(boundary + self.every);
        }
        self.next.get_or_insert(input.at.floor_to(self.every) + self.every);
        // What the recording set to be looked at is not what was asked for here.
        let looks = matches!(&input.payload, Payload::User(crate::domain::UserAction::Indicators(_)));
        if !looks {
            self.engine.apply(input);
        }
        self.closed(out)
    }

    /// Prints the samples of a boundary.
    fn sampled(&mut self, boundary: Nanos, out: &mut impl Write) -> anyhow::Result<()> {
        if self.flows.is_empty() {
            return Ok(());
        }
        for symbol in self.wanted() {
            let Some(flow) = self.engine.flow(symbol).filter(|flow| flow.times.last() == Some(&boundary)) else { continue };
            for row in &flow.rows {
                let reading = row.latest.as_ref().ok();
                let name = name_of(&row.setup, &self.flows);
                write_line(&mut self.line, boundary, symbol, &name, row.setup.spec, reading, row.z);
                out.write_all(self.line.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Prints what the bars say that have closed since it was last asked.
    fn closed(&mut self, out: &mut impl Write) -> anyhow::Result<()> {
        let Some(spec) = self.bar.filter(|_| !self.studies.is_empty()) else { return Ok(()) };
        for symbol in self.wanted() {
            let Some(view) = self.engine.bars(symbol, spec) else { continue };
            let index = self.bars.iter().position(|progress| progress.symbol == symbol).unwrap_or_else(|| {
                self.bars.push(Progress { symbol, last: None, studies: self.studies.clone() });
                self.bars.len() - 1
            });
            let Some(progress) = self.bars.get_mut(index) else { continue };
            progress.print(spec, self.engine.now(), &view, &mut self.line, out)?;
        }
        Ok(())
    }

    fn wanted(&self) -> Vec<Symbol> {
        self.engine.symbols().filter(|symbol| self.only.is_none_or(|only| only == *symbol)).collect()
    }

    /// Whether the symbol that was asked for has come.
    fn finish(&self) -> anyhow::Result<()> {
        match self.only {
            Some(only) if self.wanted().is_empty() => {
                let there: Vec<String> = self.engine.symbols().map(|symbol| symbol.to_string()).collect();
                bail!(
                    "{only} is not in it: there is {}",
                    if there.is_empty() { "no symbol".to_owned() } else { there.join(", ") }
                )
            }
            _ => Ok(()),
        }
    }
}

impl Progress {
    fn print(
        &mut self,
        spec: BarSpec,
        now: Nanos,
        view: &BarView,
        line: &mut String,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let closed = &view.closed;
        if closed.last().map(|bar| bar.start) == self.last {
            return Ok(());
        }
        let from = self.last.map_or(0, |last| view.position(Nanos(last.0.saturating_add(1))));
        for bar in closed.iter_from(from) {
            self.last = Some(bar.start);
            // A bar that is not of time closes with the trade that has just come.
            let end = match spec {
                BarSpec::Time(timeframe) => bar.start + timeframe.nanos(),
                _ => now,
            };
            for of_bars in &mut self.studies {
                let reading = of_bars.study.on_bar(bar);
                let z = reading.as_ref().and_then(|reading| of_bars.zscore.push(reading.value()));
                write_line(line, end, self.symbol, &of_bars.name, of_bars.spec, reading.as_ref(), z);
                out.write_all(line.as_bytes())?;
            }
        }
        Ok(())
    }
}

/// What a line calls an indicator: by its name alone, with its parameters only where it is asked for in several ways.
fn name_of(setup: &Setup, all: &[Setup]) -> String {
    let alone = all.iter().filter(|other| other.spec.name == setup.spec.name).count() < 2;
    if alone { setup.spec.name.to_owned() } else { setup.to_string() }
}

/// One sample as a line; values as the shortest text that reads back the same.
fn write_line(line: &mut String, at: Nanos, symbol: Symbol, name: &str, spec: &Spec, reading: Option<&Reading>, z: Option<f64>) {
    use std::fmt::Write as _;
    let number = |value: Option<f64>| value.and_then(Number::from_f64).map_or(Value::Null, Value::Number);
    line.clear();
    line.push_str("{\"ts\":");
    let _ = at.write_secs(line);
    let _ = write!(line, ",\"sym\":{},\"name\":{}", Value::from(&*symbol), Value::from(name));
    let values = [("v", reading.map(Reading::value)), ("z", z), ("osc", z.map(oscillator))];
    let extras = spec.extras.iter().enumerate().map(|(i, extra)| (extra.name, reading.and_then(|reading| reading.extra(i))));
    for (key, value) in values.into_iter().chain(extras) {
        let _ = write!(line, ",\"{key}\":{}", number(value));
    }
    line.push_str("}\n");
}

/// Prints the catalogue.
fn list(json: bool) -> anyhow::Result<()> {
    if json {
        let all: Vec<Value> = indicators::ALL.iter().map(|spec| described(spec)).collect();
        out::print_json(&json!({ "indicators": all }))?;
        return Ok(());
    }
    let width = indicators::ALL.iter().map(|spec| spec.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for spec in indicators::ALL {
        let params: Vec<String> =
            spec.params.iter().map(|param| format!("{}={}", param.name, param.text(param.default))).collect();
        let params = if params.is_empty() { String::new() } else { format!("  [{}]", params.join(", ")) };
        text.push_str(&format!("{:width$}  {}, from {}{params}\n", spec.name, spec.title, spec.needs.about()));
    }
    out::print(&text)?;
    Ok(())
}

fn described(spec: &Spec) -> Value {
    let params: Vec<Value> = spec
        .params
        .iter()
        .map(|param| {
            json!({ "name": param.name, "about": param.about, "default": param.default, "least": param.least,
                    "most": param.most, "whole": param.whole, "zero": param.zero })
        })
        .collect();
    let extras: Map<String, Value> = spec.extras.iter().map(|extra| (extra.name.to_owned(), Value::from(extra.about))).collect();
    json!({
        "name": spec.name, "title": spec.title, "about": spec.about, "formula": spec.formula, "source": spec.source,
        "unit": spec.unit.about(), "least": spec.range.least, "most": spec.range.most, "neutral": spec.range.neutral,
        "needs": spec.needs.about(), "warm_up": spec.warm_up, "across_gaps": spec.across_gaps, "params": params, "extras": extras,
    })
}
