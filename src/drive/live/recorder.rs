//! The recording of a live session: begun, ended, and a new file for every day.

use crate::domain::{Event, Input, Market, Meta, Nanos, Symbol};
use crate::drive::view::RecordingView;
use crate::engine::Engine;
use crate::recording::{Day, Writer, WriterState, day_of, file_name};
use std::path::PathBuf;

/// Bars of each timeframe that a recording begun in the middle of a session starts with: two charts' width.
const BARS: usize = 600;

/// Whether and where a session is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingOptions {
    /// Whether it is from the start.
    pub enabled: bool,
    /// The folder of the files.
    pub folder: PathBuf,
}

/// Writes the inputs of a session.
pub(super) struct Recorder {
    folder: PathBuf,
    /// What the user wants.
    wanted: bool,
    writer: Option<(Writer, Day)>,
    /// Files being completed; their threads end by themselves.
    closing: Vec<Writer>,
    failure: Option<String>,
}

impl Recorder {
    pub(super) fn new(options: RecordingOptions) -> Self {
        Self { folder: options.folder, wanted: options.enabled, writer: None, closing: Vec::new(), failure: None }
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

    /// Begins a file with this `meta`.
    ///
    /// # Errors
    /// In words, when it cannot be created; the session goes on unrecorded.
    pub(super) fn begin(&mut self, at: Nanos, symbols: &[Symbol], meta: &Meta) -> Result<PathBuf, String> {
        self.wanted = true;
        let day = day_of(at);
        match Writer::create(&self.folder, &file_name(symbols, day), meta, at) {
            Ok(writer) => {
                self.failure = None;
                let path = writer.path().to_owned();
                self.writer = Some((writer, day));
                Ok(path)
            }
            Err(error) => Err(self.give_up(error.to_string())),
        }
    }

    fn give_up(&mut self, why: String) -> String {
        self.wanted = false;
        self.failure = Some(why.clone());
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

    /// Ends the file, without waiting for the disk.
    pub(super) fn end(&mut self) {
        self.wanted = false;
        self.finish_file();
    }

    /// Ends the file because another is about to begin.
    pub(super) fn finish_file(&mut self) {
        if let Some((writer, _)) = self.writer.take() {
            writer.begin_close();
            self.closing.push(writer);
        }
    }

    /// Looks after the files; says what has gone wrong since it was last asked.
    pub(super) fn check(&mut self) -> Option<String> {
        self.closing.retain(|writer| !matches!(writer.status().state, WriterState::Closed | WriterState::Failed(_)));
        let WriterState::Failed(why) = self.writer.as_ref()?.0.status().state else { return None };
        self.writer = None;
        Some(self.give_up(why))
    }

    /// Completes every file, and waits for the disk.
    pub(super) fn close(&mut self) -> Option<String> {
        let mut trouble = None;
        for writer in self.closing.drain(..).chain(self.writer.take().map(|(writer, _)| writer)) {
            if let WriterState::Failed(why) = writer.close().state {
                trouble = Some(why);
            }
        }
        trouble
    }

    pub(super) fn view(&self) -> RecordingView {
        match (&self.writer, &self.failure) {
            (Some((writer, _)), _) => {
                let status = writer.status();
                RecordingView::On { path: status.path, bytes: status.bytes, lines: status.lines }
            }
            (None, Some(why)) => RecordingView::Failed(why.clone()),
            (None, None) => RecordingView::Off,
        }
    }
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
