//! `export --parquet DIR`: recordings into the dataset.

use super::args::Export;
use crate::cli::Usage;
use crate::cli::out::{self, Interrupt, ProgressLine, grouped};
use crate::cli::settings::Settings;
use crate::domain::Nanos;
use crate::drive::dataset::{Ledger, Range, convert};
use crate::recording::{ReadOptions, Reader};
use crate::tables::dataset::{Hive, PART, Totals};
use anyhow::{Context as _, bail};
use std::path::Path;

pub(super) fn run(args: &Export, folder: &Path, settings: &Settings) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let opened = crate::cli::import::open(&args.files, &args.reading, settings, &interrupt)?;
    // The lock keeps two programs from writing one dataset.
    let ledger = Ledger::open(folder).with_context(|| folder.display().to_string())?;
    let mut totals = Totals::default();
    let mut progress = ProgressLine::new("exporting", &interrupt);
    for path in &opened.files {
        let options = ReadOptions { keep_going: args.reading.keep_going, ..ReadOptions::default() };
        let range = range(args, path, &options)?;
        let mut reader = Reader::open(path, options)?;
        let mut hive = Hive::new(folder, &source(args, path, opened.converted() == Some(path.as_path())), args.compression, PART);
        if !convert(&mut reader, range, &mut hive, &mut |count, _| progress.tell(count))? {
            bail!("stopped: the files that were whole are kept");
        }
        totals.add(&hive.totals());
    }
    drop((progress, ledger));
    let Totals { rows, bytes, parts, known, inexact } = totals;
    out::print(&format!("{}: {} rows in {} files, {}\n", folder.display(), grouped(rows), grouped(parts), out::size(bytes)))?;
    if known > 0 {
        out::note(&format!("{} files were there already and are left as they are", grouped(known)));
    }
    if inexact > 0 {
        out::note(&format!("{} numbers have more digits than a double holds", grouped(inexact)));
    }
    Ok(())
}

/// What is asked for of a recording; moments after its start are of each its own.
fn range(args: &Export, path: &Path, options: &ReadOptions) -> anyhow::Result<Range> {
    let moment = |text: &Option<String>| -> anyhow::Result<Option<Nanos>> {
        let Some(text) = text else { return Ok(None) };
        let start = Reader::open(path, options.clone())?.next_input()?.map_or(Nanos::ZERO, |input| input.at);
        Ok(Some(Nanos::parse_human(text, start).map_err(|error| Usage(error.to_string()))?))
    };
    Ok(Range { symbol: args.reading.symbol, from: moment(&args.from)?, to: moment(&args.to)? })
}

/// What a recording's files are known by: its name, and what of it was asked for.
fn source(args: &Export, path: &Path, converted: bool) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // A converted recording has a name of the moment only.
    let mut source = if converted { args.files.iter().map(|file| name(file)).collect::<Vec<_>>().join("+") } else { name(path) };
    let symbol = args.reading.symbol.map(|symbol| symbol.to_string());
    for (key, value) in [("symbol", &symbol), ("from", &args.from), ("to", &args.to)] {
        if let Some(value) = value {
            source.push_str(&format!("|{key}={value}"));
        }
    }
    source
}
