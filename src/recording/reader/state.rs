//! What a reader knows from the lines before, and what it makes of the next one with that.

use super::bars::BarPolicy;
use crate::domain::{BarSpec, Event, Input, Market, Nanos, Payload, Symbol};
use crate::recording::line::{Decoded, DerivedTopic, LineContext, Record, decode_trade};
use crate::recording::report::Report;

/// What a readable line holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// What the engine is driven by, numbered and in order of time.
    Input(Input),
    /// What an engine said at the time.
    Derived {
        /// Its `ts`.
        at: Nanos,
        /// Which kind.
        topic: DerivedTopic,
        /// The instrument.
        symbol: Symbol,
    },
    /// A topic that this version does not know.
    Unknown {
        /// Its `ts`.
        at: Nanos,
    },
}

/// What the lines before have left.
pub(super) struct State {
    pub(super) context: LineContext,
    pub(super) bars: BarPolicy,
    pub(super) last_at: Nanos,
    pub(super) seq: u64,
    pub(super) report: Report,
}

impl State {
    pub(super) fn new(context: LineContext, bars: BarPolicy) -> Self {
        Self { context, bars, last_at: Nanos(i64::MIN), seq: 0, report: Report::default() }
    }

    /// Takes a line in; gives it back when it is an input.
    pub(super) fn admit_input(&mut self, decoded: Decoded<'_>, line: u64) -> Option<Input> {
        self.report.unknown_keys += u64::from(decoded.unknown_keys);
        if let Record::Input { at, payload } = decoded.record {
            return Some(self.input(at, payload, line));
        }
        match self.other(decoded.record, line) {
            Content::Input(input) => Some(input),
            _ => None,
        }
    }

    /// Takes a line in.
    pub(super) fn admit(&mut self, decoded: Decoded<'_>, line: u64) -> Content {
        self.report.unknown_keys += u64::from(decoded.unknown_keys);
        match decoded.record {
            Record::Input { at, payload } => Content::Input(self.input(at, payload, line)),
            record => self.other(record, line),
        }
    }

    /// Takes a line in, if it is a canonical one of a trade.
    #[inline]
    pub(super) fn scan_trade(&mut self, text: &[u8], line: u64) -> Option<Input> {
        let (at, symbol, trade) = decode_trade(text, &self.context)?;
        self.bars.saw_trade(symbol);
        let symbol = Some(*symbol);
        let (seq, at) = self.order(at, line);
        Some(Input { seq, at, payload: Payload::Market(Market { symbol, event: Event::Trade(trade) }) })
    }

    fn input(&mut self, at: Nanos, payload: Payload, line: u64) -> Input {
        match &payload {
            Payload::Market(Market { symbol: Some(symbol), event: Event::Trade(_) }) => self.bars.saw_trade(symbol),
            Payload::Meta(meta) => self.context.learn(meta),
            _ => {}
        }
        let (seq, at) = self.order(at, line);
        Input { seq, at, payload }
    }

    /// An input's number, and its time held at that of the input before.
    #[inline]
    fn order(&mut self, at: Nanos, line: u64) -> (u64, Nanos) {
        if at < self.last_at {
            self.report.backwards += 1;
            self.report.first_backwards.get_or_insert(line);
        } else {
            self.last_at = at;
        }
        self.seq += 1;
        self.report.inputs += 1;
        (self.seq, self.last_at)
    }

    fn other(&mut self, record: Record<'_>, line: u64) -> Content {
        match record {
            Record::Input { at, payload } => Content::Input(self.input(at, payload, line)),
            Record::Bar { at, symbol, spec: BarSpec::Time(timeframe), bar } if self.bars.is_input(symbol) => {
                Content::Input(self.input(at, Payload::Market(Market::of(symbol, Event::Bar(bar, timeframe))), line))
            }
            Record::Bar { at, symbol, .. } => {
                self.report.derived += 1;
                Content::Derived { at, topic: DerivedTopic::Bar, symbol }
            }
            Record::Derived { at, topic, symbol } => {
                self.report.derived += 1;
                Content::Derived { at, topic, symbol }
            }
            Record::Unknown { at, topic } => {
                self.report.unknown_topic(&topic);
                Content::Unknown { at }
            }
        }
    }
}
