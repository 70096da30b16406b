//! `export`: recordings as tables.

pub mod args;
mod dataset;
mod outputs;

use super::Usage;
use super::out::{self, Interrupt, ProgressLine, grouped};
use super::settings::Settings;
use crate::domain::{BarSpec, Nanos, Timeframe};
use crate::drive::replay::{Files, Source as _};
use crate::drive::tabulate::{Plan, Tabulator, Wanted};
use crate::recording::{ReadOptions, Report};
use crate::tables::{Format, Topic};
use anyhow::bail;
use args::What;
use outputs::Outputs;
use std::path::Path;

/// Inputs between two looks at whether to stop.
const STEP: u64 = 20_000;

/// Runs `export`.
///
/// # Errors
/// When a name is unknown, a file cannot be read, or what is written is there already or cannot be written.
pub fn run(args: &args::Export, settings: &Settings) -> anyhow::Result<()> {
    if let Some(folder) = &args.parquet {
        return dataset::run(args, folder, settings);
    }
    let topics = topics(&args.what);
    let format = format(args, topics.len())?;
    if let Some(BarSpec::Time(timeframe)) = args.bar
        && !Timeframe::ALL.contains(&timeframe)
    {
        let built = Timeframe::ALL.map(|timeframe| timeframe.to_string()).join(" ");
        return Err(Usage(format!("--bar {timeframe}: expected one of {built}, or such as tick:100")).into());
    }
    let bar = args.bar.unwrap_or(BarSpec::Time(Timeframe::M1));
    let setups = if topics.contains(&Topic::Indicators) {
        super::indicators::chosen(args.names.as_deref(), args.names.as_ref().map(|_| bar).or(args.bar))?
    } else {
        Vec::new()
    };
    let mut outputs = Outputs::open(args, &topics, format)?;
    let interrupt = Interrupt::listen()?;
    let opened = super::import::open(&args.files, &args.reading, settings, &interrupt)?;
    let options = ReadOptions { keep_going: args.reading.keep_going, ..ReadOptions::default() };
    let mut source = Files::open(&opened.files, options)?;
    let mut next = source.next()?;
    let start = next.as_ref().map_or(Nanos::ZERO, |input| input.at);
    let moment = |text: &Option<String>| text.as_ref().map(|text| Nanos::parse_human(text, start)).transpose();
    let (from, to) = (moment(&args.from), moment(&args.to));
    let usage = |error: crate::domain::TimeError| Usage(error.to_string());
    let plan = Plan {
        topics,
        bar,
        indicators: Wanted { setups, every: args.every, bar: Some(bar) },
        symbol: args.reading.symbol,
        from: from.map_err(usage)?,
        to: to.map_err(usage)?,
    };
    if plan.from.zip(plan.to).is_some_and(|(from, to)| from > to) {
        return Err(Usage("--from is later than --to".to_owned()).into());
    }
    let to = plan.to;
    let mut tabulator = Tabulator::new(plan);
    let mut progress = ProgressLine::new("exporting", &interrupt);
    let mut count = 0_u64;
    while let Some(input) = next {
        if to.is_some_and(|to| input.at > to) {
            break;
        }
        outputs.guard(|outputs| tabulator.input(&input, outputs))?;
        count += 1;
        if count.is_multiple_of(STEP) && progress.tell(count).is_break() {
            bail!("stopped: nothing is kept of it");
        }
        next = source.next()?;
    }
    outputs.guard(|outputs| tabulator.end(outputs))?;
    drop(progress);
    tell_damage(source.reports());
    outputs.finish()
}

/// Says what is missing in what was exported, because it could not be read.
fn tell_damage<'a>(reports: impl Iterator<Item = (&'a Path, &'a Report)>) {
    for (path, report) in reports.filter(|(_, report)| !report.is_clean()) {
        let mut found = Vec::new();
        if report.bad > 0 {
            found.push(format!("{} lines cannot be read", grouped(report.bad)));
        }
        if report.damage_count > 0 {
            found.push(format!("damaged in {} places", grouped(report.damage_count)));
        }
        if report.truncated.is_some() {
            found.push("it ends in the middle".to_owned());
        }
        out::note(&format!("{}: {}: what is missing there is missing in the tables", path.display(), found.join(", ")));
    }
}

/// The tables that are asked for, each once.
fn topics(what: &[What]) -> Vec<Topic> {
    let asked = |topic: &Topic| {
        what.iter().any(|what| match what {
            What::Table(only) => only == topic,
            What::Inputs => topic.is_input(),
            What::All => true,
        })
    };
    Topic::ALL.into_iter().filter(asked).collect()
}

fn format(args: &args::Export, tables: usize) -> Result<Format, Usage> {
    let named = args.output.as_deref().filter(|_| tables == 1).and_then(Format::of_name);
    let ending = args.output.as_deref().filter(|path| !is_folder(path, 1)).and_then(Path::extension);
    if let Some(ending) = ending.filter(|_| args.format.is_none() && named.is_none()) {
        let shown = ending.to_string_lossy();
        return Err(Usage(if tables > 1 {
            format!("{tables} tables go into a folder: a name that ends with .{shown} is a file's")
        } else {
            format!("a table is written as .csv, .jsonl or .parquet, not .{shown}: name it so, or say which with --format")
        }));
    }
    match (args.format, named) {
        (Some(format), Some(named)) if format != named => Err(Usage(format!(
            "--format {} and a name that ends with {}: name the file as what it is",
            format.name(),
            named.name()
        ))),
        (format, named) => Ok(format.or(named).unwrap_or(Format::Csv)),
    }
}

/// Whether several tables, or a folder, are meant.
fn is_folder(path: &Path, tables: usize) -> bool {
    tables > 1 || path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\'])
}
