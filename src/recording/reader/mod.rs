//! Reading a recording as a stream of inputs, whatever state the file is in.

mod bars;
mod lines;
mod position;
mod state;

#[cfg(test)]
mod damaged;
#[cfg(test)]
mod tests;

pub use position::Position;
pub use state::Content;

use super::line::{self, LineContext};
use super::report::Report;
use super::source::{SourceError, Start};
use crate::domain::{Event, Input, Link, LinkScope, LinkState, Market, Nanos, Payload};
use bars::BarPolicy;
use lines::Lines;
use state::State;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bad lines in a hundred that stop reading, once there are at least this many lines.
const JUDGED_FROM: u64 = 1_000;

/// How a recording is read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Go on however many lines are bad. Else more than 1 % of them are an error.
    pub keep_going: bool,
    /// The most text that a file may inflate to, bytes.
    pub max_inflated: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { keep_going: false, max_inflated: 64 << 30 }
    }
}

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system's word.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
    /// More than 1 % of the lines are bad.
    #[error("{path}: {bad} of {lines} lines are bad, the first is line {line}: {reason} (--keep-going reads the rest)")]
    TooManyBad {
        /// The file.
        path: PathBuf,
        /// How many are bad.
        bad: u64,
        /// Of how many.
        lines: u64,
        /// The first of them.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// It inflates to more than allowed.
    #[error("{path}: inflates to more than {limit} bytes; this is no recording, or split it")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The bound.
        limit: u64,
    },
}

/// A line as [`Reader::next_line`] gives it.
#[derive(Debug)]
pub struct Line<'a> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its bytes, without the line break.
    pub raw: &'a [u8],
    /// What it says.
    pub content: Content,
}

/// Reads a recording: gzip of any number of members or plain text, whole or damaged.
///
/// Inflating runs on a thread of its own. Inputs are numbered from 1, their time never runs backwards.
///
/// **Bars.** A bar that does not say `"derived":true` is an input only where the file has no trade of its symbol. When the first such
/// bar of a symbol comes before any trade of it, a file is looked through once for the symbols it has trades of; a stream that
/// cannot be read twice counts bars as inputs until the symbol's first trade.
pub struct Reader {
    path: PathBuf,
    options: ReadOptions,
    lines: Lines,
    state: State,
    finished: bool,
}

impl Reader {
    /// Opens a file.
    ///
    /// # Errors
    /// [`ReadError::Io`] when it cannot be opened.
    pub fn open(path: &Path, options: ReadOptions) -> Result<Self, ReadError> {
        let file = File::open(path).map_err(|error| ReadError::Io { path: path.to_owned(), error })?;
        let state = State::new(LineContext::for_file_name(&file_name(path)), BarPolicy::of_file(path));
        Self::start(file, path, options, Start::default(), state)
    }

    /// Opens a file at a place that an earlier reader of it was at. Line numbers, `seq` and time go on from there; the
    /// [`Report`] counts only what is read from there.
    ///
    /// # Errors
    /// [`ReadError::Io`] when it cannot be opened.
    pub fn open_at(path: &Path, position: &Position, options: ReadOptions) -> Result<Self, ReadError> {
        let failed = |error| ReadError::Io { path: path.to_owned(), error };
        let mut file = File::open(path).map_err(failed)?;
        file.seek(SeekFrom::Start(position.start.member.compressed)).map_err(failed)?;
        let mut reader = Self::start(file, path, options, position.start, position.state())?;
        reader.lines.number = position.line;
        Ok(reader)
    }

    /// Reads a stream. `name` stands for it in messages and gives the symbol of lines that name none.
    ///
    /// # Errors
    /// [`ReadError::Io`] when no thread can be started.
    pub fn from_read<R: Read + Send + 'static>(input: R, name: &str, options: ReadOptions) -> Result<Self, ReadError> {
        let path = Path::new(name);
        let state = State::new(LineContext::for_file_name(&file_name(path)), BarPolicy::of_stream());
        Self::start(input, path, options, Start::default(), state)
    }

    fn start<R: Read + Send + 'static>(
        input: R,
        path: &Path,
        options: ReadOptions,
        start: Start,
        state: State,
    ) -> Result<Self, ReadError> {
        let lines =
            Lines::start(input, start, options.max_inflated).map_err(|error| ReadError::Io { path: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), options, lines, state, finished: false })
    }

    /// The file, or the name given for the stream.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What has been found so far; complete after the last input.
    pub const fn report(&self) -> &Report {
        &self.state.report
    }

    /// The place of the next line.
    pub fn position(&self) -> Position {
        Position::new(&self.lines, &self.state)
    }

    /// The next input; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError`]; what was read before stays good, and nothing more comes after it.
    pub fn next_input(&mut self) -> Result<Option<Input>, ReadError> {
        let mut input = Self::blank_input();
        Ok(self.read_into(&mut input)?.then_some(input))
    }

    /// An input to be overwritten by [`Reader::read_into`].
    pub const fn blank_input() -> Input {
        let link = Link { state: LinkState::Up, scope: LinkScope::All, why: String::new() };
        Input { seq: 0, at: Nanos::ZERO, payload: Payload::Market(Market { symbol: None, event: Event::Link(link) }) }
    }

    /// Overwrites `input` with the next one; false at the end. The quickest way to read, because nothing is copied on the
    /// way: keep one input and read into it again and again.
    ///
    /// # Errors
    /// As [`Reader::next_input`].
    pub fn read_into(&mut self, input: &mut Input) -> Result<bool, ReadError> {
        loop {
            let state = &mut self.state;
            if let Some((at, symbol, trade, length)) = line::decode_trade(self.lines.rest(), &state.context) {
                self.lines.pass(length, &mut state.report);
                state.bars.saw_trade(symbol);
                (input.seq, input.at) = state.order.next(at, self.lines.number, &mut state.report);
                if let Payload::Market(Market { symbol: Some(old), event: Event::Trade(slot) }) = &mut input.payload {
                    // Most symbols are that of the trade before.
                    if old != symbol {
                        *old = *symbol;
                    }
                    *slot = trade;
                } else {
                    input.payload = Payload::Market(Market::of(*symbol, Event::Trade(trade)));
                }
                return Ok(true);
            }
            if !self.advance()? {
                return Ok(false);
            }
            if self.read_other(input)? {
                return Ok(true);
            }
        }
    }

    /// Reads the current line, which is no canonical trade; whether it is an input.
    fn read_other(&mut self, input: &mut Input) -> Result<bool, ReadError> {
        match line::decode_line(self.lines.current(), &self.state.context) {
            Ok(decoded) => match self.state.admit(decoded, self.lines.number) {
                Content::Input(found) => *input = found,
                _ => return Ok(false),
            },
            Err(error) => {
                self.bad(&error)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The next line that could be read, input or not; `None` at the end.
    ///
    /// # Errors
    /// As [`Reader::next_input`].
    pub fn next_line(&mut self) -> Result<Option<Line<'_>>, ReadError> {
        while self.advance()? {
            let content = match line::decode_line(self.lines.current(), &self.state.context) {
                Ok(decoded) => self.state.admit(decoded, self.lines.number),
                Err(error) => {
                    self.bad(&error)?;
                    continue;
                }
            };
            return Ok(Some(Line { number: self.lines.number, raw: self.lines.current(), content }));
        }
        Ok(None)
    }

    /// Goes to the next line that is not blank.
    #[inline]
    fn advance(&mut self) -> Result<bool, ReadError> {
        if self.lines.advance_in_block(&mut self.state.report) {
            return Ok(true);
        }
        self.advance_block()
    }

    #[cold]
    fn advance_block(&mut self) -> Result<bool, ReadError> {
        while !self.finished {
            match self.lines.next_block(&mut self.state.report) {
                Ok(true) => {
                    self.judge(false)?;
                    if self.lines.advance_in_block(&mut self.state.report) {
                        return Ok(true);
                    }
                }
                Ok(false) => {
                    self.finished = true;
                    self.judge(true)?;
                }
                Err(error) => {
                    self.finished = true;
                    let path = self.path.clone();
                    return Err(match error {
                        SourceError::Io(error) => ReadError::Io { path, error },
                        SourceError::TooLarge(limit) => ReadError::TooLarge { path, limit },
                    });
                }
            }
        }
        Ok(false)
    }

    #[cold]
    fn bad(&mut self, error: &line::LineError) -> Result<(), ReadError> {
        self.lines.bad(error, &mut self.state.report);
        self.judge(false)
    }

    /// Stops when too many lines are bad.
    fn judge(&mut self, at_end: bool) -> Result<(), ReadError> {
        let report = &self.state.report;
        let judged = report.lines - report.blank;
        if self.options.keep_going || report.bad * 100 <= judged || !(at_end || judged >= JUDGED_FROM) {
            return Ok(());
        }
        self.finished = true;
        self.lines.leave();
        let (line, reason) = report.bad_lines.first().map(|b| (b.line, b.reason.clone())).unwrap_or_default();
        Err(ReadError::TooManyBad { path: self.path.clone(), bad: report.bad, lines: judged, line, reason })
    }
}

impl Iterator for Reader {
    type Item = Result<Input, ReadError>;
    fn next(&mut self) -> Option<Self::Item> {
        self.next_input().transpose()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
