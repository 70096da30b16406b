//! `import` and `repair`: files in, one recording out.

use super::args;
use super::out::{self, Bytes, Interrupt, ProgressLine, grouped};
use super::settings::Settings;
use crate::codecs::{self, ImportError, Opened, Options, Report};
use crate::drive::clock::Clock;
use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
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
    let options = Options::from(&import.reading);
    if import.output.is_dir() || import.output.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]) {
        return each_by_itself(import, &options, &interrupt);
    }
    refuse_existing(&import.output)?;
    one("importing", &import.inputs, &import.output, &options, &interrupt)
}

/// Converts files into one recording, and says what became of them.
fn one(what: &str, inputs: &[PathBuf], output: &Path, options: &Options, interrupt: &Interrupt) -> anyhow::Result<()> {
    let clock = Clock::system();
    let bytes = Bytes::new(clock.now());
    let mut progress = ProgressLine::new(what, interrupt);
    let done = codecs::convert(inputs, output, options, &mut |so_far| {
        let far = bytes.far(so_far.read, so_far.total, clock.now());
        progress.tell_of(so_far.inputs, &far)
    })?;
    drop(progress);
    tell(&done.reports);
    let written = done.written;
    let name = if done.stopped { codecs::part_of(output) } else { output.to_path_buf() };
    out::print(&format!("{}: {} lines, {}\n", name.display(), grouped(written.lines), out::size(written.bytes)))?;
    if written.refused > 0 {
        out::note(&format!("{} events are longer than a line of a recording can be and were left out", written.refused));
    }
    if done.stopped {
        bail!("stopped: {} holds what was read until then; the same command begins that file anew", name.display());
    }
    Ok(())
}

/// Converts each file into a recording of its own, named after it. What is complete already is passed over, so that the same command
/// goes on where it was interrupted; one that cannot be read does not keep the others from being.
fn each_by_itself(import: &args::Import, options: &Options, interrupt: &Interrupt) -> anyhow::Result<()> {
    let folder = &import.output;
    let mut outputs: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    for input in &import.inputs {
        let output = folder.join(recording_name(input));
        if let Some(other) = outputs.insert(output.clone(), input) {
            bail!(
                "{} and {} would both become {}: import them into two folders, or into one recording with -o FILE",
                other.display(),
                input.display(),
                output.display()
            );
        }
    }
    std::fs::create_dir_all(folder).with_context(|| format!("{}: the folder cannot be made", folder.display()))?;
    let (mut failed, mut skipped) = (0, 0);
    for (number, input) in (1..).zip(&import.inputs) {
        let output = folder.join(recording_name(input));
        if output.symlink_metadata().is_ok() {
            out::note(&format!("{}: is complete already and passed over", output.display()));
            skipped += 1;
            continue;
        }
        let what = format!("importing {number} of {}", import.inputs.len());
        if let Err(error) = one(&what, std::slice::from_ref(input), &output, options, interrupt) {
            if interrupt.came() || out::is_broken_pipe(&error) || import.inputs.len() == 1 {
                return Err(error);
            }
            out::note(&format!("rtai-tui: {error:#}"));
            failed += 1;
        }
    }
    if failed > 0 {
        bail!("{failed} of {} files could not be imported; the others are done", import.inputs.len());
    }
    if skipped == import.inputs.len() {
        out::note("nothing was left to do");
    }
    Ok(())
}

/// What the recording of a file is called: its name without what says how it is packed and written.
fn recording_name(input: &Path) -> String {
    let mut name = input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for endings in [&[".gz", ".zst", ".zip"][..], &[".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet"]] {
        if let Some(bare) = endings.iter().find_map(|ending| name.strip_suffix(ending)).filter(|bare| !bare.is_empty()) {
            name.truncate(bare.len());
        }
    }
    name + crate::recording::EXTENSION
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
    let opened = codecs::open_any(files, &Options::from(reading), &cache(settings), &mut |so_far| progress.tell(so_far.inputs))?;
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
