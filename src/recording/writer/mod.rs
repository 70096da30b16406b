//! Writing a live recording: compressing and the disk are on a thread of their own and never hold the engine up.

mod file;
mod members;
mod name;
mod queue;

#[cfg(test)]
mod tests;

pub use file::{RecordingFile, WriteError, Written};
pub use name::{Day, EXTENSION, day_of, file_name};

use super::encode::{encode_bar, encode_derived, encode_input};
use crate::domain::{Bar, BarSpec, Event, Input, Link, LinkScope, LinkState, Market, Meta, Nanos, Payload, Symbol};
use members::{Members, Sink};
use queue::{Pushed, Queue};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

/// What a writer is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriterState {
    /// All is well.
    Writing,
    /// The disk does not keep up: what comes is dropped and counted until there is room again.
    Stalled,
    /// The disk refused, and nothing more is written to this file: why.
    Failed(String),
    /// The file is complete.
    Closed,
}

/// How a recording goes, for the status bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterStatus {
    /// The file.
    pub path: PathBuf,
    /// Its size on the disk, bytes.
    pub bytes: u64,
    /// Lines on the disk.
    pub lines: u64,
    /// Lines that are lost because the disk did not keep up or refused.
    pub dropped: u64,
    /// Lines longer than 1 MiB, which no reader would take.
    pub refused: u64,
    /// What it is doing.
    pub state: WriterState,
    /// Whether it failed for want of room: it can go on once there is some.
    pub full: bool,
}

/// Writes a live recording.
///
/// What is given is on the disk within a second. While the disk does not keep up, up to 64 MiB wait in memory; beyond that lines are
/// dropped, and once there is room again the gap is recorded as a `link` line that says how many. Dropping the writer
/// completes the file.
pub struct Writer {
    path: PathBuf,
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
    line: Vec<u8>,
}

impl Writer {
    /// Creates `name` in a folder (with `-2`, `-3` … where it is there already) and begins it with a `meta` line.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be created.
    pub fn create(folder: &Path, name: &str, meta: &Meta, at: Nanos) -> Result<Self, WriteError> {
        let failed = |error| WriteError { path: folder.join(name), error };
        let (file, path) = name::create_numbered(folder, name).map_err(failed)?;
        let mut writer = Self::start(file, path, queue::LIMIT)?;
        writer.write(&Input { seq: 1, at, payload: Payload::Meta(Box::new(meta.clone())) });
        Ok(writer)
    }

    fn start(sink: impl Sink + 'static, path: PathBuf, limit: usize) -> Result<Self, WriteError> {
        let queue = Arc::new(Queue::new(limit));
        let shared = Arc::clone(&queue);
        let thread = std::thread::Builder::new()
            .name("record".to_owned())
            .spawn(move || shared.serve(Members::new(sink)))
            .map_err(|error| WriteError { path: path.clone(), error })?;
        Ok(Self { path, queue, thread: Some(thread), line: Vec::new() })
    }

    /// Takes an input. Never waits for the disk; what went wrong is in [`Writer::status`].
    pub fn write(&mut self, input: &Input) {
        self.line.clear();
        encode_input(input, &mut self.line);
        self.push(input.at);
    }

    /// Takes a bar that the engine built. `at` is when it closed.
    pub fn write_bar(&mut self, at: Nanos, symbol: Symbol, spec: BarSpec, bar: &Bar) {
        self.line.clear();
        encode_bar(at, symbol, spec, bar, &mut self.line);
        self.push(at);
    }

    /// Takes what the engine said at a moment: the line of a derived topic, with its `data` as JSON.
    pub fn write_derived(&mut self, at: Nanos, topic: &str, symbol: Option<Symbol>, data: &[u8]) {
        self.line.clear();
        encode_derived(at, topic, symbol, data, &mut self.line);
        self.push(at);
    }

    /// Takes a line of another derived topic, encoded by the caller, without its line break.
    pub fn write_line(&mut self, at: Nanos, line: &[u8]) {
        self.line.clear();
        self.line.extend_from_slice(line);
        self.line.push(b'\n');
        self.push(at);
    }

    fn push(&mut self, at: Nanos) {
        if let Pushed::AfterGap(dropped) = self.queue.push(&self.line) {
            // The line waits for the gap to be told first.
            let mut told = Vec::new();
            for (state, why) in [
                (LinkState::Down, format!("recorder: the disk did not keep up, {dropped} lines are missing here")),
                (LinkState::Up, "recorder: the disk keeps up again".to_owned()),
            ] {
                let link = Event::Link(Link { state, scope: LinkScope::All, why });
                let payload = Payload::Market(Market { symbol: None, event: link });
                encode_input(&Input { seq: 0, at, payload }, &mut told);
            }
            self.queue.push_after_gap(&told, &self.line);
        }
    }

    /// How it goes.
    pub fn status(&self) -> WriterStatus {
        let mut status = self.queue.status(&self.path);
        let ended = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
        if ended && matches!(status.state, WriterState::Writing | WriterState::Stalled) {
            status.state = WriterState::Failed("the thread that writes the recording ended unexpectedly".to_owned());
        }
        status
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until all that was taken is on the disk or could not be written.
    pub fn flush(&self) {
        if self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            self.queue.flush();
        }
    }

    /// Begins to complete the file without waiting; nothing more is taken. Its state becomes [`WriterState::Closed`] or
    /// [`WriterState::Failed`].
    pub fn begin_close(&self) {
        self.queue.close();
    }

    /// Completes the file.
    pub fn close(mut self) -> WriterStatus {
        self.join();
        self.status()
    }

    fn join(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            // A panic there is told by the state.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.join();
    }
}
