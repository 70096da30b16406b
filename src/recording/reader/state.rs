//! What a reader knows from the lines before, and what it makes of the next one with that.

use super::bars::BarPolicy;
use crate::domain::{BarSpec, Event, Input, Market, Nanos, Payload, Symbol};
use crate::recording::line::{Decoded, DerivedTopic, LineContext, Record};
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
    pub(super) order: Order,
    pub(super) report: Report,
}

/// Numbers inputs and holds their time at that of the input before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) seq: u64,
    pub(super) last_at: Nanos,
}

impl Order {
    /// The next input's number and time.
    #[inline]
    pub(super) fn next(&mut self, at: Nanos, line: u64, report: &mut Report) -> (u64, Nanos) {
        if at < self.last_at {
            report.backwards += 1;
            report.first_backwards.get_or_insert(line);
        } else {
            self.last_at = at;
        }
        self.seq += 1;
        report.inputs += 1;
        (self.seq, self.last_at)
    }
}

impl State {
    pub(super) fn new(context: LineContext, bars: BarPolicy) -> Self {
        Self { context, bars, order: Order { seq: 0, last_at: Nanos(i64::MIN) }, report: Report::default() }
    }

    /// Takes a line in.
    pub(super) fn admit(&mut self, decoded: Decoded<'_>, line: u64) -> Content {
        self.report.unknown_keys += u64::from(decoded.unknown_keys);
        match decoded.record {
            Record::Input { at, payload } => Content::Input(self.input(at, payload, line)),
            record => self.other(record, line),
        }
    }

    fn input(&mut self, at: Nanos, payload: Payload, line: u64) -> Input {
        match &payload {
            Payload::Market(Market { symbol: Some(symbol), event: Event::Trade(_) }) => {
                self.bars.saw_trade(symbol);
                // The next one of it is read the quick way.
                self.context.meet(*symbol);
            }
            Payload::Meta(meta) => self.context.learn(meta),
            _ => {}
        }
        let (seq, at) = self.order.next(at, line, &mut self.report);
        Input { seq, at, payload }
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
