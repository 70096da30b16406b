//! Writing a recording in bulk, as importing, merging and repairing do: at the disk's speed, on the caller's thread.

use super::members::Members;
use super::name::{create_new, create_numbered};
use super::queue::is_full;
use crate::domain::Input;
use crate::recording::{MAX_LINE, encode_input};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Text that is collected before it is compressed.
const BATCH: usize = 64 * 1024;

/// Why a recording could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// The operating system's word.
    pub error: io::Error,
}

impl WriteError {
    /// Whether there is no room.
    pub fn is_full(&self) -> bool {
        is_full(&self.error)
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Written {
    /// Lines.
    pub lines: u64,
    /// Lines that were too long to be written.
    pub refused: u64,
    /// Size of the file, bytes.
    pub bytes: u64,
}

/// A new recording that is written in bulk. It is complete after [`RecordingFile::finish`]; dropped before, it is finished as far as
/// that goes.
pub struct RecordingFile {
    path: PathBuf,
    members: Members<File>,
    buffer: Vec<u8>,
    written: Written,
    finished: bool,
}

impl RecordingFile {
    /// Creates a file of exactly this name.
    ///
    /// # Errors
    /// [`WriteError`] when it is there already or cannot be created.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let file = create_new(path).map_err(|error| WriteError { path: path.to_owned(), error })?;
        Ok(Self::new(file, path.to_owned()))
    }

    /// Creates a file of this name in a folder, or with `-2`, `-3` … where there is one already.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be created.
    pub fn create_numbered(folder: &Path, name: &str) -> Result<Self, WriteError> {
        let (file, path) = create_numbered(folder, name).map_err(|error| WriteError { path: folder.join(name), error })?;
        Ok(Self::new(file, path))
    }

    fn new(file: File, path: PathBuf) -> Self {
        Self {
            path,
            members: Members::new(file),
            buffer: Vec::with_capacity(2 * BATCH),
            written: Written::default(),
            finished: false,
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes an input's line.
    ///
    /// # Errors
    /// [`WriteError`] when the disk refuses.
    pub fn write_input(&mut self, input: &Input) -> Result<(), WriteError> {
        self.write_with(|line| encode_input(input, line))
    }

    /// Writes a line as it is, given without its line break.
    ///
    /// # Errors
    /// [`WriteError`] when the disk refuses.
    pub fn write_line(&mut self, line: &[u8]) -> Result<(), WriteError> {
        self.write_with(|out| {
            out.extend_from_slice(line);
            out.push(b'\n');
        })
    }

    fn write_with(&mut self, encode: impl FnOnce(&mut Vec<u8>)) -> Result<(), WriteError> {
        let start = self.buffer.len();
        encode(&mut self.buffer);
        if self.buffer.len() - start > MAX_LINE + 1 {
            self.buffer.truncate(start);
            self.written.refused += 1;
            return Ok(());
        }
        self.written.lines += 1;
        if self.buffer.len() >= BATCH { self.compress() } else { Ok(()) }
    }

    fn compress(&mut self) -> Result<(), WriteError> {
        let result = self.members.write(&self.buffer);
        self.buffer.clear();
        result.map_err(|error| self.failed(error))
    }

    fn failed(&mut self, error: io::Error) -> WriteError {
        self.finished = true;
        WriteError { path: self.path.clone(), error }
    }

    /// Completes the file and makes sure that it is on the disk.
    ///
    /// # Errors
    /// [`WriteError`] when the disk refuses.
    pub fn finish(mut self) -> Result<Written, WriteError> {
        self.complete()?;
        Ok(self.written)
    }

    fn complete(&mut self) -> Result<(), WriteError> {
        self.compress()?;
        let result = self.members.end_member().and_then(|()| self.members.sync());
        result.map_err(|error| self.failed(error))?;
        self.written.bytes = self.members.bytes();
        self.finished = true;
        Ok(())
    }
}

impl Drop for RecordingFile {
    fn drop(&mut self) {
        if !self.finished {
            // There is nobody left to tell; the file keeps what could be written.
            let _ = self.complete();
        }
    }
}
