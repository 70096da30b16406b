//! Conversion into recordings, to a file that is kept or to one that lasts as long as a command needs it.

use super::{ImportError, Merged, Options, Recognised, Report, recognise};
use crate::recording::{RecordingFile, WriteError, Written};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Inputs between two reports of progress.
const STEP: u64 = 20_000;

/// How far a conversion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Inputs so far.
    pub inputs: u64,
    /// Bytes of the files read so far, packed as they are.
    pub read: u64,
    /// Bytes of the files.
    pub total: u64,
}

/// The name a recording has while it is being written.
pub fn part_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// What a conversion did.
#[derive(Debug)]
pub struct Conversion {
    /// What was written.
    pub written: Written,
    /// What became of each file.
    pub reports: Vec<Report>,
    /// It was stopped before the end: what was read until then is whole, under the name of [`part_of`].
    pub stopped: bool,
}

/// Converts files into one new recording. `progress` is told how far it is now and then and can stop it. Until it is complete the
/// recording has the name of [`part_of`], so that a file of the wanted name is always whole; a part that an earlier run left is begun anew.
///
/// # Errors
/// When a file cannot be read, the recording cannot be written or is there already. What was written until then is removed.
pub fn convert(
    paths: &[PathBuf],
    output: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Conversion, ImportError> {
    let mut merged = Merged::open(paths, options)?;
    let part = part_of(output);
    if part.is_file() {
        std::fs::remove_file(&part).map_err(|error| ImportError::Write { file: part.clone(), error })?;
    }
    let mut file = RecordingFile::create(&part).map_err(written)?;
    match copy(&mut merged, &mut file, progress) {
        Ok(stopped) => {
            let written = file.finish().map_err(written)?;
            if !stopped {
                rename_new(&part, output).map_err(|error| ImportError::Write { file: output.to_path_buf(), error })?;
            }
            Ok(Conversion { written, reports: merged.reports().cloned().collect(), stopped })
        }
        Err(error) => {
            drop(file);
            // What is left of it is of no use; that it cannot be removed changes nothing of the error.
            let _ = std::fs::remove_file(&part);
            Err(error)
        }
    }
}

/// Gives a file another name, unless something has that already.
fn rename_new(from: &Path, to: &Path) -> std::io::Result<()> {
    if to.symlink_metadata().is_ok() {
        return Err(std::io::Error::new(std::io::ErrorKind::AlreadyExists, "it is there by now; what was read is beside it"));
    }
    std::fs::rename(from, to)
}

fn copy(
    merged: &mut Merged,
    file: &mut RecordingFile,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<bool, ImportError> {
    while let Some(input) = merged.next_input()? {
        file.write_input(&input).map_err(written)?;
        if input.seq.is_multiple_of(STEP) {
            let (read, total) = merged.position();
            if progress(Progress { inputs: input.seq, read, total }).is_break() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn written(error: WriteError) -> ImportError {
    ImportError::Write { file: error.path, error: error.error }
}

/// Recordings ready to be read: those named, and one converted from the files that were of other formats.
#[derive(Debug)]
pub struct Opened {
    /// The recordings, in the order they were named; the converted one last.
    pub files: Vec<PathBuf>,
    /// What became of each converted file.
    pub reports: Vec<Report>,
    /// The conversion was stopped.
    pub stopped: bool,
    /// Removed when this is dropped.
    temporary: Option<PathBuf>,
}

impl Opened {
    /// The recording that was converted and will be removed.
    pub fn converted(&self) -> Option<&Path> {
        self.temporary.as_deref()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(path) = &self.temporary {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Makes anything that can be read into recordings: those are taken as they are, everything else is converted into one
/// temporary recording in the folder `cache`, which is removed with the result.
///
/// # Errors
/// When a file cannot be read or is of no known format.
pub fn open_any(
    paths: &[PathBuf],
    options: &Options,
    cache: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Opened, ImportError> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let mut files = Vec::new();
    let mut others = Vec::new();
    for path in paths {
        match recognise(path)? {
            Recognised::Recording => files.push(path.clone()),
            Recognised::Import(..) => others.push(path.clone()),
        }
    }
    if others.is_empty() {
        return Ok(Opened { files, reports: Vec::new(), stopped: false, temporary: None });
    }
    std::fs::create_dir_all(cache).map_err(|error| ImportError::Write { file: cache.to_path_buf(), error })?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = cache.join(format!("converted-{}-{number}.rec.gz", std::process::id()));
    // Left by a process of the same number that was killed.
    let _ = std::fs::remove_file(&path);
    let conversion = convert(&others, &path, options, progress)?;
    let path = if conversion.stopped { part_of(&path) } else { path };
    files.push(path.clone());
    Ok(Opened { files, reports: conversion.reports, stopped: conversion.stopped, temporary: Some(path) })
}
