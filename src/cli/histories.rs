//! Closed bars of every symbol in some files, all of them, however many.
//!
//! What is no recording is read as it lies rather than made into one first; the engine makes its bars either way.

use super::args;
use super::out::{self, Interrupt, ProgressLine};
use crate::codecs::{self, Merged, Options, Recognised};
use crate::domain::{Bar, BarSpec, EngineConfig, Input, Nanos, Symbol, Timeframe};
use crate::drive::replay::{Files, Source as _};
use crate::engine::Engine;
use crate::recording::ReadOptions;
use anyhow::bail;
use std::path::PathBuf;

/// Inputs between two looks at the bars that have closed, and at whether to stop. No input closes as many bars as the engine keeps.
const STEP: u64 = 20_000;
/// Bars the engine keeps between two looks.
const KEPT: usize = 1_000_000;

/// One bar, as far as pairs are concerned.
#[derive(Debug, Clone, Copy)]
pub struct PairBar {
    /// When the bar starts.
    pub start: Nanos,
    /// Its close.
    pub close: f64,
    /// The mean of its high, low and close.
    pub typical: f64,
    /// Traded quantity, base units.
    pub volume: f64,
}

impl From<&Bar> for PairBar {
    fn from(bar: &Bar) -> Self {
        let close = bar.close.to_f64();
        let typical = (bar.high.to_f64() + bar.low.to_f64() + close) / 3.0;
        Self { start: bar.start, close, typical, volume: bar.volume.to_f64() }
    }
}

/// A symbol's closed bars, oldest first.
#[derive(Debug, Clone)]
pub struct History {
    /// Which symbol.
    pub symbol: Symbol,
    /// Its bars.
    pub bars: Vec<PairBar>,
    /// How often the engine's were replaced by what was fetched.
    replaced: u64,
}

impl History {
    /// Start and close of each bar.
    pub fn closes(&self) -> impl Iterator<Item = (Nanos, f64)> + '_ {
        self.bars.iter().map(|bar| (bar.start, bar.close))
    }
}

/// Where inputs come from: recordings, other files, or both at once.
struct Inputs {
    recorded: Option<Files>,
    imported: Option<Merged>,
    /// The next of each.
    next: [Option<Input>; 2],
}

impl Inputs {
    fn open(files: &[PathBuf], reading: &args::Reading) -> anyhow::Result<Self> {
        let (mut recordings, mut others) = (Vec::new(), Vec::new());
        for path in files {
            match codecs::recognise(path)? {
                Recognised::Recording => recordings.push(path.clone()),
                Recognised::Import(..) => others.push(path.clone()),
            }
        }
        let options = ReadOptions { keep_going: reading.keep_going, ..ReadOptions::default() };
        let recorded = if recordings.is_empty() { None } else { Some(Files::open(&recordings, options)?) };
        let imported = if others.is_empty() { None } else { Some(Merged::open(&others, &Options::from(reading))?) };
        let mut inputs = Self { recorded, imported, next: [None, None] };
        inputs.read(0)?;
        inputs.read(1)?;
        Ok(inputs)
    }

    fn read(&mut self, which: usize) -> anyhow::Result<()> {
        self.next[which] = match which {
            0 => self.recorded.as_mut().map(Files::next).transpose()?.flatten(),
            _ => self.imported.as_mut().map(Merged::next_input).transpose()?.flatten(),
        };
        Ok(())
    }

    /// The earlier of the two next inputs.
    fn next(&mut self) -> anyhow::Result<Option<Input>> {
        let which = match &self.next {
            [Some(recorded), Some(imported)] => usize::from(imported.at < recorded.at),
            [None, Some(_)] => 1,
            _ => 0,
        };
        let Some(input) = self.next[which].take() else { return Ok(None) };
        self.read(which)?;
        Ok(Some(input))
    }
}

/// Reads the files through an engine and gives back every symbol's bars, in the order the symbols appear, and how long they are: as
/// wanted, else a minute, or the shortest there are where there are only longer ones.
///
/// # Errors
/// When a file cannot be read or is of no known format, and when it is stopped.
pub fn read(
    files: &[PathBuf],
    reading: &args::Reading,
    wanted: Option<Timeframe>,
    interrupt: &Interrupt,
) -> anyhow::Result<(Timeframe, Vec<History>)> {
    let mut timeframe = wanted.unwrap_or(Timeframe::M1);
    let mut inputs = Inputs::open(files, reading)?;
    // Bars alone are wanted: nothing else is kept or worked out.
    let mut engine = Engine::new(
        EngineConfig {
            bar_capacity: KEPT,
            trade_capacity: 100,
            indicators: Some(Vec::new()),
            sample_every: Nanos::from_secs(3_600).0,
            sample_capacity: 1_000,
            ..EngineConfig::default()
        },
        "",
    );
    let mut progress = ProgressLine::new("reading", interrupt);
    let mut histories = Vec::new();
    let mut count = 0_u64;
    while let Some(input) = inputs.next()? {
        engine.apply(&input);
        count += 1;
        if count.is_multiple_of(STEP) {
            collect(&engine, timeframe, &mut histories);
            if progress.tell(count).is_break() {
                bail!("stopped");
            }
        }
    }
    collect(&engine, timeframe, &mut histories);
    if wanted.is_none() && histories.iter().all(|history| history.bars.is_empty()) {
        let longer = Timeframe::ALL.into_iter().filter(|longer| *longer > timeframe);
        let has = |longer: &Timeframe| {
            engine.symbols().any(|symbol| engine.bars(symbol, BarSpec::Time(*longer)).is_some_and(|bars| !bars.closed.is_empty()))
        };
        if let Some(longer) = longer.into_iter().find(has) {
            timeframe = longer;
            collect(&engine, timeframe, &mut histories);
        }
    }
    drop(progress);
    if let Some(merged) = &inputs.imported {
        super::import::tell(merged.reports());
    }
    Ok((timeframe, histories))
}

/// Takes in the bars that have closed since it last was called.
fn collect(engine: &Engine, timeframe: Timeframe, histories: &mut Vec<History>) {
    for symbol in engine.symbols() {
        let Some(view) = engine.bars(symbol, BarSpec::Time(timeframe)) else { continue };
        let at = histories.iter().position(|history| history.symbol == symbol).unwrap_or_else(|| {
            histories.push(History { symbol, bars: Vec::new(), replaced: 0 });
            histories.len() - 1
        });
        let History { bars, replaced, .. } = &mut histories[at];
        // History may have come in front or between meanwhile: then all is taken anew.
        if std::mem::replace(replaced, view.closed.replaced()) != view.closed.replaced() && view.closed.dropped() == 0 {
            bars.clear();
        }
        let from = bars.last().map_or(0, |last| view.position(Nanos(last.start.0.saturating_add(1))));
        bars.extend((from..view.closed.len()).filter_map(|at| view.closed.get(at)).map(PairBar::from));
    }
}

/// The symbols there are, in words.
pub fn named(histories: &[History]) -> String {
    let names: Vec<String> = histories.iter().map(|history| history.symbol.to_string()).collect();
    match names.as_slice() {
        [] => "no symbol".to_owned(),
        names => names.join(", "),
    }
}

/// Says where a symbol has no bars of this length though there is data of it.
pub fn note_without_bars(histories: &[History], timeframe: Timeframe) {
    for history in histories.iter().filter(|history| history.bars.is_empty()) {
        out::note(&format!("{}: no closed bar of {timeframe}", history.symbol));
    }
}
