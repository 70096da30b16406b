//! `lab`: whether indicators predict anything in a recording.

mod json;
mod table;

use super::args;
use super::out::{self, Interrupt, ProgressLine};
use super::settings::Settings;
use crate::analytics::lab::{Of, Report, report};
use crate::app;
use crate::domain::{EngineConfig, Nanos, Symbol};
use crate::drive::replay::{Files, Source as _};
use crate::engine::{Engine, Snapshot};
use crate::indicators;
use crate::recording::ReadOptions;
use anyhow::bail;

/// Inputs between two looks at whether to stop.
const STEP: u64 = 50_000;
/// Samples kept of a symbol at most.
const SAMPLES: usize = 1_000_000;

/// What was found of a symbol.
struct Found {
    symbol: Symbol,
    /// The first and the last sample.
    span: (Nanos, Nanos),
    /// Samples that were let go, since no more are kept.
    lost: u64,
    /// Of the values, and of the z-scores.
    reports: [Report; 2],
}

/// Runs `lab`.
///
/// # Errors
/// When a file cannot be read, an indicator is none, or there is nothing to look at.
pub fn run(lab: &args::Lab, settings: &Settings) -> anyhow::Result<()> {
    let config = config(lab)?;
    let interrupt = Interrupt::listen()?;
    let reading = args::Reading { symbol: lab.symbol, tf: lab.tf, dates: lab.dates, keep_going: lab.keep_going };
    let opened = super::import::open(&lab.files, &reading, settings, &interrupt)?;
    let mut files = Files::open(&opened.files, ReadOptions { keep_going: lab.keep_going, ..ReadOptions::default() })?;
    let mut engine = Engine::new(config, "");
    let mut progress = ProgressLine::new("replaying", &interrupt);
    let mut count = 0_u64;
    while let Some(input) = files.next()? {
        engine.apply(&input);
        count += 1;
        if count.is_multiple_of(STEP) && progress.tell(count).is_break() {
            bail!("stopped");
        }
    }
    drop(progress);
    let found = found(&engine.snapshot(), lab.symbol)?;
    for found in found.iter().filter(|found| found.lost > 0) {
        out::note(&format!(
            "{}: the first {} samples are left out; a longer --every keeps them",
            found.symbol,
            out::grouped(found.lost)
        ));
    }
    if lab.json {
        let files: Vec<String> = lab.files.iter().map(|path| path.display().to_string()).collect();
        out::print_json(&json::document(&files, &found))?;
    } else {
        let of = usize::from(lab.z);
        let pages: Vec<String> = found.iter().map(|found| table::page(found, &found.reports[of])).collect();
        out::print(&pages.join("\n"))?;
    }
    Ok(())
}

fn config(lab: &args::Lab) -> anyhow::Result<EngineConfig> {
    let usage = |text: String| anyhow::Error::new(super::Usage(text));
    let mut config = EngineConfig { sample_every: lab.every.0, sample_capacity: SAMPLES, ..EngineConfig::default() };
    if let Some(names) = &lab.names {
        let setups = indicators::parse_list(names).map_err(|error| usage(error.to_string()))?;
        if let Some(setup) = setups.iter().find(|setup| !setup.spec.is_flow()) {
            return Err(usage(format!("{setup} is made of bars; the lab looks at indicators of trades, quotes and books")));
        }
        config.indicators = Some(setups.iter().map(ToString::to_string).collect());
    }
    Ok(config)
}

fn found(snapshot: &Snapshot, wanted: Option<Symbol>) -> anyhow::Result<Vec<Found>> {
    let mut all = Vec::new();
    for view in &snapshot.symbols {
        let symbol = view.instrument.symbol;
        let flow = &view.flow;
        let (Some(first), Some(last)) = (flow.times.first(), flow.times.last()) else { continue };
        if wanted.is_none_or(|wanted| wanted == symbol) {
            let reports = Of::ALL.map(|of| report(app::lab::sheet(flow, usize::MAX, &[of]), of));
            all.push(Found { symbol, span: (*first, *last), lost: flow.times.dropped(), reports });
        }
    }
    if all.is_empty() {
        let there: Vec<String> = snapshot.symbols.iter().map(|view| view.instrument.symbol.to_string()).collect();
        match wanted {
            Some(wanted) if !there.is_empty() => bail!("no samples of {wanted}: there are {}", there.join(", ")),
            _ => bail!("nothing to sample: indicators are made of trades, quotes and books, and none lasts a sample"),
        }
    }
    Ok(all)
}
