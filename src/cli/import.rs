//! `import` and `repair`: files in, one recording out.

use super::args;
use super::out::{self, Interrupt, ProgressLine, grouped};
use super::settings::Settings;
use crate::codecs::{self, ImportError, Opened, Options, Report};
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};

impl From<&args::Reading> for Options {
    fn from(reading: &args::Reading) -> Self {
        Self { symbol: reading.symbol, timeframe: reading.tf, dates: reading.dates, keep_going: reading.keep_going }
    }
}

/// Says on standard error what became of each file, with the first lines that could not be read.
pub fn tell<'a>(reports: impl IntoIterator<Item = &'a Report>) {
    for report in reports {
        out::note(&report.to_string());
        for problem in report.problems.iter().take(5) {
            out::note(&format!("  {problem}"));
        }
        let more = report.bad.saturating_sub(5);
        if more > 0 {
            out::note(&format!("  and {} more", grouped(more)));
        }
    }
}

/// Runs `import`.
///
/// # Errors
/// When a file cannot be read or the recording cannot be written.
pub fn run(import: &args::Import) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    refuse_existing(&import.output)?;
    let mut progress = ProgressLine::new("importing", &interrupt);
    let options = Options::from(&import.reading);
    let done = codecs::convert(&import.inputs, &import.output, &options, &mut |events| progress.tell(events))?;
    drop(progress);
    tell(&done.reports);
    let written = done.written;
    out::print(&format!("{}: {} lines, {}\n", import.output.display(), grouped(written.lines), out::size(written.bytes)))?;
    if written.refused > 0 {
        out::note(&format!("{} events are longer than a line of a recording can be and were left out", written.refused));
    }
    if done.stopped {
        bail!("stopped: {} holds what was read until then", import.output.display());
    }
    Ok(())
}

/// A recording is never overwritten; said before anything is read.
fn refuse_existing(path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        bail!("{}: is there already and is not overwritten: choose another name with -o", path.display());
    }
    Ok(())
}

/// Runs `repair`.
///
/// # Errors
/// When the file cannot be read or the new one cannot be written.
pub fn repair(repair: &args::Repair) -> anyhow::Result<()> {
    refuse_existing(&repair.output)?;
    let done = crate::recording::repair(&repair.file, &repair.output)
        .with_context(|| format!("{} could not be repaired", repair.file.display()))?;
    if done.written.lines == 0 {
        let _ = std::fs::remove_file(&repair.output);
        bail!("{}: not one line of it is a recording's; nothing was written", repair.file.display());
    }
    out::print(&super::info::repaired(&repair.file, &repair.output, &done))?;
    Ok(())
}

/// Recordings of whatever files were named; other formats are converted and reported.
///
/// # Errors
/// When a file cannot be read or is of no known format.
pub fn open(files: &[PathBuf], reading: &args::Reading, settings: &Settings, interrupt: &Interrupt) -> anyhow::Result<Opened> {
    let mut progress = ProgressLine::new("converting", interrupt);
    let opened = codecs::open_any(files, &Options::from(reading), &cache(settings), &mut |events| progress.tell(events))?;
    drop(progress);
    tell(&opened.reports);
    if opened.stopped {
        bail!("stopped");
    }
    Ok(opened)
}

/// The cache folder, or the system's folder for temporary files where that cannot be written.
pub fn cache(settings: &Settings) -> PathBuf {
    let own = settings.folders.cache.clone();
    if std::fs::create_dir_all(&own).is_ok() { own } else { std::env::temp_dir() }
}

/// Whether a failure is the user's wrong usage rather than a file's state.
pub fn is_usage(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        use ImportError::{NoDateOrder, NoSymbol, NoTimeframe};
        matches!(cause.downcast_ref(), Some(NoSymbol(_) | NoTimeframe { .. } | NoDateOrder { .. }))
    })
}
