//! What is in a recording, from one pass over it: for a replay's timeline.

mod gaps;
mod marks;
mod timeline;

#[cfg(test)]
mod tests;

pub use gaps::{Gap, GapKind};
pub use marks::{MarkKind, Marked};
pub use timeline::{Bucket, Timeline};

use super::reader::{Content, ReadError, ReadOptions, Reader};
use super::report::Report;
use crate::domain::{Event, Input, Market, Meta, Nanos, Payload, Symbol, UserAction};
use crate::recording::DerivedTopic;
use gaps::Gaps;
use marks::Marks;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Symbols that are counted apart; lines of more are only in the totals.
const KEPT_SYMBOLS: usize = 1_000;
/// Symbols that have a timeline.
const KEPT_TIMELINES: usize = 64;

/// How a recording is summed up.
#[derive(Debug, Clone)]
pub struct IndexOptions {
    /// No input for longer than this is a gap.
    pub silence: Nanos,
    /// The most text that the file may inflate to, bytes.
    pub max_inflated: u64,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self { silence: Nanos::from_secs(60), max_inflated: ReadOptions::default().max_inflated }
    }
}

/// What a recording holds of one symbol.
#[derive(Debug, Clone, Default)]
pub struct SymbolSummary {
    /// Lines by topic.
    pub topics: BTreeMap<&'static str, u64>,
    /// Time of the first input.
    pub first: Option<Nanos>,
    /// Time of the last input.
    pub last: Option<Nanos>,
    /// Traded volume and price over time. Of the first 64 symbols.
    pub timeline: Option<Timeline>,
}

/// What a recording holds. Its size is bounded whatever the file's is.
#[derive(Debug, Clone)]
pub struct Index {
    /// The file.
    pub path: PathBuf,
    /// Its size, bytes.
    pub bytes: u64,
    /// The first `meta`.
    pub meta: Option<Meta>,
    /// Time of the first line.
    pub first: Option<Nanos>,
    /// Time of the last line.
    pub last: Option<Nanos>,
    /// By symbol.
    pub symbols: BTreeMap<Symbol, SymbolSummary>,
    /// When nothing came or the connection was down, in order.
    pub gaps: Vec<Gap>,
    /// How many there are, those beyond the kept 1,000 too.
    pub gap_count: u64,
    /// Moments worth a look, in order of time.
    pub marks: Vec<Marked>,
    /// Counts and damage.
    pub report: Report,
    /// Why reading stopped before the end, if it did.
    pub stopped: Option<String>,
}

impl Index {
    /// Reads a file and sums it up. A damaged file is summed up as far as it can be read.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be opened.
    pub fn build(path: &Path, options: &IndexOptions) -> Result<Self, ReadError> {
        let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        let read = ReadOptions { keep_going: true, max_inflated: options.max_inflated };
        let mut reader = Reader::open(path, read)?;
        let mut builder = Builder::new(options.silence);
        let stopped = loop {
            match reader.next_line() {
                Ok(Some(line)) => builder.line(&line.content),
                Ok(None) => break None,
                Err(error) => break Some(error.to_string()),
            }
        };
        Ok(builder.finish(path, bytes, reader.report().clone(), stopped))
    }
}

struct Builder {
    meta: Option<Meta>,
    first: Option<Nanos>,
    last: Option<Nanos>,
    symbols: BTreeMap<Symbol, SymbolSummary>,
    timelines: usize,
    gaps: Gaps,
    marks: Marks,
}

impl Builder {
    fn new(silence: Nanos) -> Self {
        Self {
            meta: None,
            first: None,
            last: None,
            symbols: BTreeMap::new(),
            timelines: 0,
            gaps: Gaps::new(silence),
            marks: Marks::default(),
        }
    }

    fn line(&mut self, content: &Content) {
        let at = match content {
            Content::Input(input) => input.at,
            Content::Derived { at, .. } | Content::Unknown { at } => *at,
        };
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        match content {
            Content::Input(input) => self.input(input),
            Content::Derived { topic, symbol, .. } => self.derived(*topic, *symbol),
            Content::Unknown { .. } => {}
        }
    }

    fn derived(&mut self, topic: DerivedTopic, symbol: Symbol) {
        if let Some(summary) = self.summary(symbol) {
            let name = if topic == DerivedTopic::Bar { "bar (derived)" } else { topic.as_str() };
            *summary.topics.entry(name).or_default() += 1;
        }
    }

    fn input(&mut self, input: &Input) {
        let at = input.at;
        self.gaps.input(at);
        match &input.payload {
            Payload::Meta(meta) => {
                self.meta.get_or_insert_with(|| Meta::clone(meta));
            }
            Payload::User(UserAction::Mark(label)) => self.marks.user(at, label),
            Payload::User(_) => {}
            Payload::Market(Market { symbol, event }) => {
                self.gaps.event(at, *symbol, event);
                if let Some(symbol) = symbol {
                    self.event(at, *symbol, event);
                }
            }
        }
    }

    fn event(&mut self, at: Nanos, symbol: Symbol, event: &Event) {
        self.marks.event(at, symbol, event);
        let mut timelines = self.timelines;
        if let Some(summary) = self.summary(symbol) {
            *summary.topics.entry(topic(event)).or_default() += 1;
            summary.first.get_or_insert(at);
            summary.last = Some(at);
            if summary.timeline.is_none() && timelines < KEPT_TIMELINES && matches!(event, Event::Trade(_) | Event::Bar(..)) {
                summary.timeline = Some(Timeline::default());
                timelines += 1;
            }
            if let Some(timeline) = &mut summary.timeline {
                match event {
                    Event::Trade(trade) => timeline.add(at, trade.price, trade.qty.volume()),
                    Event::Bar(bar, _) => timeline.add(at, bar.close, bar.volume),
                    _ => {}
                }
            }
        }
        self.timelines = timelines;
    }

    fn summary(&mut self, symbol: Symbol) -> Option<&mut SymbolSummary> {
        if self.symbols.len() >= KEPT_SYMBOLS {
            return self.symbols.get_mut(&symbol);
        }
        Some(self.symbols.entry(symbol).or_default())
    }

    fn finish(self, path: &Path, bytes: u64, report: Report, stopped: Option<String>) -> Index {
        let (gaps, gap_count) = self.gaps.finish();
        Index {
            path: path.to_owned(),
            bytes,
            meta: self.meta,
            first: self.first,
            last: self.last,
            symbols: self.symbols,
            gaps,
            gap_count,
            marks: self.marks.finish(),
            report,
            stopped,
        }
    }
}

const fn topic(event: &Event) -> &'static str {
    match event {
        Event::Trade(_) => "trade",
        Event::Quote(_) => "quote",
        Event::Book(_) => "book",
        Event::Depth(_) => "depth",
        Event::Liquidation(_) => "liq",
        Event::Mark(_) => "mark",
        Event::Bar(..) => "bar",
        Event::History(..) => "history",
        Event::Link(_) => "link",
    }
}
