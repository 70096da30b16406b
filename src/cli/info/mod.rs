//! `info`: what is in a recording, its gaps, its damage, and whether its derived lines are what the engine computes.

mod check;
mod collect;
pub mod summary;
mod table;

use super::args;
use super::out::{self, Interrupt};
use super::settings::Settings;
use crate::codecs::{self, Recognised};
use crate::recording::{Content, ReadOptions, Reader, Repaired};
use anyhow::{Context as _, bail};
use check::Checker;
use collect::Collector;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use summary::Summary;

/// Lines between two looks at whether to stop.
const STEP: u64 = 50_000;

/// Runs `info`.
///
/// # Errors
/// When a file cannot be read, or `--check` found a difference.
pub fn run(info: &args::Info, settings: &Settings) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let mut summaries = Vec::new();
    let mut failed = Vec::new();
    for path in &info.files {
        match one(path, info, settings, &interrupt) {
            Ok(summary) => {
                if !info.json {
                    out::print(&table::page(&summary))?;
                }
                if summary.check.as_ref().is_some_and(|check| check.differing > 0) {
                    failed.push(format!("{}: derived lines differ from what the engine computes", path.display()));
                }
                summaries.push(summary);
            }
            // The other files are still of interest.
            Err(error) => failed.push(format!("{error:#}")),
        }
    }
    if info.json {
        out::print_json(&serde_json::json!({ "files": summaries }))?;
    }
    if failed.is_empty() { Ok(()) } else { bail!("{}", failed.join("\n")) }
}

fn one(path: &Path, info: &args::Info, settings: &Settings, interrupt: &Interrupt) -> anyhow::Result<Summary> {
    let formats = match codecs::recognise(path)? {
        Recognised::Recording => Vec::new(),
        Recognised::Import(codec, _) => vec![codec.name.to_owned()],
    };
    let opened = super::import::open(&[PathBuf::from(path)], &info.reading, settings, interrupt)?;
    let file = opened.files.first().context("nothing to read")?;
    let options = ReadOptions { keep_going: info.reading.keep_going, ..ReadOptions::default() };
    let mut summary = summarise(file, options, info.check, interrupt)?;
    summary.file = path.display().to_string();
    summary.bytes = std::fs::metadata(path).map_or(summary.bytes, |meta| meta.len());
    summary.converted_from = formats;
    Ok(summary)
}

/// Reads a recording through once.
fn summarise(file: &Path, options: ReadOptions, check: bool, interrupt: &Interrupt) -> anyhow::Result<Summary> {
    let mut reader = Reader::open(file, options)?;
    let mut collector = Collector::new();
    let mut checker = check.then(Checker::new);
    let mut count = 0_u64;
    while let Some(line) = reader.next_line()? {
        match &line.content {
            Content::Input(input) => {
                collector.input(input);
                if let Some(checker) = &mut checker {
                    checker.input(input);
                }
            }
            Content::Derived { at, topic, symbol } => {
                collector.derived(*topic, *symbol);
                if let Some(checker) = &mut checker {
                    checker.derived(line.number, line.raw, *at, *topic, *symbol);
                }
            }
            Content::Unknown { .. } => {}
        }
        count += 1;
        if count.is_multiple_of(STEP) && interrupt.came() {
            bail!("stopped");
        }
    }
    let report = reader.report();
    let summary = &mut collector.summary;
    (summary.inflated, summary.members, summary.lines) = (report.inflated, report.members, report.lines);
    (summary.inputs, summary.derived, summary.bad) = (report.inputs, report.derived, report.bad);
    (summary.backwards, summary.unknown_keys, summary.truncated) = (report.backwards, report.unknown_keys, report.truncated);
    summary.bad_lines.clone_from(&report.bad_lines);
    summary.damage.clone_from(&report.damage);
    summary.unknown_topics.clone_from(&report.unknown_topics);
    if let Some(checker) = checker {
        summary.book_breaks = checker.breaks();
        summary.check = Some(checker.finish());
    }
    Ok(collector.finish())
}

/// What `repair` says of its work.
pub fn repaired(damaged: &Path, clean: &Path, done: &Repaired) -> String {
    let found = &done.found;
    let mut text =
        format!("{}: {} lines, {}\n", clean.display(), out::grouped(done.written.lines), out::size(done.written.bytes));
    let damaged = damaged.display();
    for place in &found.damage {
        let _ = writeln!(text, "{damaged}: {place}");
    }
    if found.damage_count > found.damage.len() as u64 {
        let _ = writeln!(text, "{damaged}: damaged in {} places in all", out::grouped(found.damage_count));
    }
    for bad in found.bad_lines.iter().take(10) {
        let _ = writeln!(text, "{damaged}: line {} left out: {}", bad.line, bad.reason);
    }
    if found.bad > 10 {
        let _ = writeln!(text, "{damaged}: {} lines left out in all", out::grouped(found.bad));
    }
    if let Some(why) = &done.stopped {
        let _ = writeln!(text, "{damaged}: reading stopped before the end: {why}");
    }
    if found.is_clean() && done.stopped.is_none() {
        let _ = writeln!(text, "{damaged}: nothing was wrong with it");
    }
    text
}
