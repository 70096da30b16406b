//! The recording of a live session: begun, ended, and a new file for every day.

use crate::domain::{Event, Input, Market, Meta, Nanos, Symbol};
use crate::drive::chore::Chore;
use crate::drive::retention::{Kind, Retention, Sweeper};
use crate::drive::view::RecordingView;
use crate::engine::Engine;
use crate::feed::Severity;
use crate::recording::{Day, Writer, WriterState, day_of, file_name};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bars of each timeframe that a recording begun in the middle of a session starts with: two charts' width.
const BARS: usize = 600;

/// How often the disk's room is looked at.
const LOOK: Nanos = Nanos::from_secs(5);
/// Free bytes that a new file needs at the least to be begun after a disk was full.
const BEGINNING: u64 = 8_000_000;
/// How long after a failure recording is first tried again; twice as long after each further one.
const RETRY: Nanos = Nanos::from_secs(10);
/// The longest of these times.
const RETRY_MOST: Nanos = Nanos::from_secs(600);

/// Says how many bytes are free where a folder is.
pub type Free = Arc<dyn Fn(&Path) -> io::Result<u64> + Send + Sync>;

/// Whether and where a session is recorded.
#[derive(Clone)]
pub struct RecordingOptions {
    /// Whether it is from the start.
    pub enabled: bool,
    /// The folder of the files.
    pub folder: PathBuf,
    /// Free bytes below which the user is warned.
    pub low: u64,
    /// Free bytes below which the file is completed and nothing more is written until there is room again.
    pub least: u64,
    /// Says how many bytes are free.
    pub free: Free,
    /// What is deleted in time.
    pub retention: Retention,
    /// The folder that is kept within [`RecordingOptions::retention`]; files of other sessions lie in it as well.
    pub root: PathBuf,
}

impl RecordingOptions {
    /// Recordings in a folder, all of them kept.
    pub fn new(enabled: bool, folder: PathBuf) -> Self {
        Self {
            enabled,
            root: folder.clone(),
            folder,
            low: 1 << 30,
            least: 256 << 20,
            free: Arc::new(|folder| fs4::available_space(existing(folder))),
            retention: Retention::default(),
        }
    }
}

/// The folder itself, or the nearest above it that is there already.
fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder)
}

/// Why nothing is written although it should be.
struct Failure {
    why: String,
    /// There has to be room again, and nothing else.
    room: bool,
    /// When it is tried again, whatever the room.
    next: Nanos,
}

/// What the recorder wants from its session.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Advice {
    /// What is to be logged.
    pub(super) notes: Vec<(Severity, String)>,
    /// A new file is to be begun: what was in the way has gone.
    pub(super) resume: bool,
}

/// Writes the inputs of a session.
pub(super) struct Recorder {
    options: RecordingOptions,
    /// What the user wants.
    wanted: bool,
    writer: Option<(Writer, Day)>,
    /// Files being completed; their threads end by themselves.
    closing: Vec<Writer>,
    failure: Option<Failure>,
    /// Failures since lines last reached the disk.
    failures: u32,
    free: Option<u64>,
    warned: bool,
    room: Chore<Option<u64>>,
    sweeper: Sweeper,
    /// Lines that files before this one lost.
    lost: u64,
}

impl Recorder {
    pub(super) fn new(options: RecordingOptions) -> Self {
        Self {
            wanted: options.enabled,
            sweeper: Sweeper::new(options.root.clone(), Kind::Recordings, options.retention),
            options,
            writer: None,
            closing: Vec::new(),
            failure: None,
            failures: 0,
            free: None,
            warned: false,
            room: Chore::new("room", LOOK),
            lost: 0,
        }
    }

    pub(super) const fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// Sets whether the session is to be recorded once it begins.
    pub(super) const fn set_wanted(&mut self, wanted: bool) {
        self.wanted = wanted;
    }

    pub(super) const fn is_on(&self) -> bool {
        self.writer.is_some()
    }

    /// Bytes free where recordings are, when last looked at.
    pub(super) const fn free(&self) -> Option<u64> {
        self.free
    }

    /// Begins a file with this `meta`.
    ///
    /// # Errors
    /// In words, when it cannot be created; the session goes on unrecorded, and it is tried again later.
    pub(super) fn begin(&mut self, at: Nanos, symbols: &[Symbol], meta: &Meta) -> Result<PathBuf, String> {
        self.wanted = true;
        let day = day_of(at);
        match Writer::create(&self.options.folder, &file_name(symbols, day), meta, at) {
            Ok(writer) => {
                self.failure = None;
                self.sweeper.hurry();
                let path = writer.path().to_owned();
                self.writer = Some((writer, day));
                Ok(path)
            }
            Err(error) => {
                let full = error.is_full();
                Err(self.give_up(at, error.to_string(), full))
            }
        }
    }

    /// Nothing can be written now: says why, and when it is tried again.
    fn give_up(&mut self, now: Nanos, why: String, room: bool) -> String {
        let wait = Nanos(RETRY.0 << self.failures.min(6)).min(RETRY_MOST);
        self.failures += 1;
        let again = if room { "once there is room".to_owned() } else { format!("in {}", wait.span()) };
        let why = format!("{why}; tried again {again}");
        self.failure = Some(Failure { why: why.clone(), room, next: now + wait });
        why
    }

    /// Takes an input.
    #[inline]
    pub(super) fn write(&mut self, input: &Input) {
        if let Some((writer, _)) = &mut self.writer {
            writer.write(input);
        }
    }

    /// What is being written, for lines of derived topics.
    #[inline]
    pub(super) fn writer(&mut self) -> Option<&mut Writer> {
        self.writer.as_mut().map(|(writer, _)| writer)
    }

    /// Whether a moment belongs into the next day's file.
    #[inline]
    pub(super) fn is_over(&self, at: Nanos) -> bool {
        self.writer.as_ref().is_some_and(|(_, day)| at >= day.end())
    }

    /// Ends the file, without waiting for the disk, because the user wants no more.
    pub(super) fn end(&mut self) {
        self.wanted = false;
        self.failure = None;
        self.finish_file();
    }

    /// Ends the file because another is about to begin.
    pub(super) fn finish_file(&mut self) {
        if let Some((writer, _)) = self.writer.take() {
            writer.begin_close();
            self.closing.push(writer);
        }
    }

    /// Looks after the files, the room on the disk and what is old, about once a second.
    pub(super) fn check(&mut self, now: Nanos) -> Advice {
        let mut advice = Advice::default();
        let lost = &mut self.lost;
        self.closing.retain(|writer| {
            let status = writer.status();
            let ended = matches!(status.state, WriterState::Closed | WriterState::Failed(_));
            *lost += if ended { status.dropped + status.refused } else { 0 };
            !ended
        });
        self.check_writer(now, &mut advice);
        self.check_room(now, &mut advice);
        self.sweep(now, &mut advice);
        advice.resume =
            self.wanted && self.writer.is_none() && self.failure.as_ref().is_some_and(|failure| self.is_over_with(failure, now));
        advice
    }

    /// Whether what was in the way has gone, as far as that can be told.
    fn is_over_with(&self, failure: &Failure, now: Nanos) -> bool {
        match self.free {
            Some(free) if failure.room => free >= self.options.least.saturating_add(self.options.least / 4).max(BEGINNING),
            _ => now >= failure.next,
        }
    }

    fn check_writer(&mut self, now: Nanos, advice: &mut Advice) {
        let Some((writer, _)) = &self.writer else { return };
        let status = writer.status();
        match status.state {
            WriterState::Failed(why) => {
                self.lost += status.dropped + status.refused;
                if status.bytes == 0 {
                    // Nothing of it could be written: an empty file helps nobody.
                    let _ = std::fs::remove_file(&status.path);
                }
                self.writer = None;
                self.free = None;
                self.room.hurry();
                let why = self.give_up(now, why, status.full);
                advice.notes.push((Severity::Error, format!("recording ended: {why}")));
            }
            // The first line is `meta`, which any disk may still take into its cache.
            _ if status.lines > 1 => self.failures = 0,
            _ => {}
        }
    }

    fn check_room(&mut self, now: Nanos, advice: &mut Advice) {
        if !self.wanted {
            return;
        }
        let (free, folder) = (Arc::clone(&self.options.free), self.options.folder.clone());
        // Where the system does not say, nothing is known, and writing tells in time.
        let Some(free) = self.room.look(now, move || free(&folder).ok()) else { return };
        self.free = free;
        let Some(free) = free else { return };
        let (low, least) = (self.options.low, self.options.least);
        let folder = self.options.folder.display();
        if free < least && self.writer.is_some() {
            let why =
                format!("only {} are free on the disk of {folder}, and {} are left alone", megabytes(free), megabytes(least));
            self.finish_file();
            let why = self.give_up(now, why, true);
            advice.notes.push((Severity::Error, format!("recording stopped, its file is complete: {why}")));
        } else if free < low && !self.warned {
            self.warned = true;
            let text = format!("{} are left on the disk of {folder}: recording stops at {}", megabytes(free), megabytes(least));
            advice.notes.push((Severity::Warning, text));
        } else if free >= low.saturating_add(low / 10) && self.warned {
            self.warned = false;
            advice.notes.push((Severity::Info, format!("there is room again on the disk of {folder}: {}", megabytes(free))));
        }
    }

    /// Deletes what is old, while something is written: who only looks at a market deletes nothing.
    fn sweep(&mut self, now: Nanos, advice: &mut Advice) {
        if self.writer.is_none() {
            return;
        }
        let open = self.writer.iter().map(|(writer, _)| writer).chain(&self.closing);
        let open: Vec<PathBuf> = open.map(|writer| writer.path().to_owned()).collect();
        let Some(swept) = self.sweeper.look(now, open) else { return };
        advice.notes.extend(swept.summary().map(|text| (Severity::Warning, text)));
        advice.notes.extend(swept.problems.into_iter().map(|problem| (Severity::Warning, problem)));
    }

    /// Completes every file, and waits for the disk.
    pub(super) fn close(&mut self) -> Option<String> {
        let mut trouble = None;
        for writer in self.closing.drain(..).chain(self.writer.take().map(|(writer, _)| writer)) {
            let status = writer.close();
            self.lost += status.dropped + status.refused;
            if let WriterState::Failed(why) = status.state {
                trouble = Some(why);
            }
        }
        trouble
    }

    pub(super) fn view(&self) -> RecordingView {
        match (&self.writer, &self.failure) {
            (Some((writer, _)), _) => {
                let status = writer.status();
                let lost = self.lost + status.dropped + status.refused;
                RecordingView::On { path: status.path, bytes: status.bytes, lines: status.lines, lost }
            }
            (None, Some(failure)) => RecordingView::Failed(failure.why.clone()),
            (None, None) => RecordingView::Off,
        }
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

/// What a recording that begins now says after its `meta`, so that it can be replayed on its own: the bars, shortest
/// first, then the books. Applied to an engine that knows all this already, it changes nothing.
pub(super) fn beginnings(engine: &Engine) -> Vec<Market> {
    let mut events = Vec::new();
    for view in &engine.snapshot().symbols {
        for (timeframe, bars) in &view.time_bars {
            let from = bars.closed.len().saturating_sub(BARS);
            let mut rows: Vec<_> = bars.closed.iter_from(from).copied().collect();
            rows.extend(bars.forming);
            if !rows.is_empty() {
                events.push(Market::of(view.instrument.symbol, Event::History(*timeframe, rows)));
            }
        }
    }
    events.extend(engine.books().into_iter().map(|(symbol, book)| Market::of(symbol, Event::Book(book))));
    events
}
