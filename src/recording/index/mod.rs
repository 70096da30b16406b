//! What is in a recording, found in one pass: span, counts, gaps, marks, and the course of price and volume.

mod course;

pub use course::{Course, Slot};

use super::{ReadError, ReadOptions, Reader, Report};
use crate::domain::{Event, Input, Instrument, LinkState, Nanos, Payload, Price, Symbol, UserAction};
use std::collections::BTreeMap;
use std::path::Path;

/// Silence of all inputs that counts as a gap.
pub const QUIET: Nanos = Nanos::from_secs(60);
/// Gaps, marks and large trades kept; more are only counted.
const KEPT: usize = 500;
/// Large trades kept per recording.
const LARGE: usize = 50;

/// A summary of one or several recordings.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Where it was recorded, as its `meta` says.
    pub venue: String,
    /// The program that wrote it, as its `meta` says.
    pub app: String,
    /// Instruments named by its `meta` lines.
    pub instruments: Vec<Instrument>,
    /// Time of the first input.
    pub first: Option<Nanos>,
    /// Time of the last input.
    pub last: Option<Nanos>,
    /// What each symbol has.
    pub symbols: BTreeMap<Symbol, SymbolIndex>,
    /// Spells without data, in order.
    pub gaps: Vec<Gap>,
    /// How many there are, those not kept included.
    pub gap_count: u64,
    /// Moments worth jumping to, in order.
    pub marks: Vec<Mark>,
    /// What could not be read, and counts of lines.
    pub report: Report,
}

/// What a recording has of one symbol.
#[derive(Debug, Clone, Default)]
pub struct SymbolIndex {
    /// Inputs by topic.
    pub topics: BTreeMap<&'static str, u64>,
    /// Lowest and highest traded price.
    pub range: Option<(Price, Price)>,
    /// Price and volume over the recording.
    pub course: Course,
}

/// A spell without data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Its symbol; all of them when `None`.
    pub symbol: Option<Symbol>,
    /// When data stopped.
    pub from: Nanos,
    /// When it came again; the end of the recording when it never did.
    pub to: Nanos,
    /// Why, in words.
    pub why: String,
}

/// A moment worth jumping to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Nanos,
    /// What is there.
    pub kind: MarkKind,
    /// In words.
    pub label: String,
}

/// Kinds of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// The user put it there.
    User,
    /// One of the largest trades by turnover.
    LargeTrade,
    /// One of the largest liquidations by turnover.
    Liquidation,
}

impl Index {
    /// Reads a recording from start to end, damaged or not.
    ///
    /// # Errors
    /// When it cannot be opened or is no recording at all.
    pub fn of(path: &Path) -> Result<Self, ReadError> {
        let mut reader = Reader::open(path, ReadOptions { keep_going: true, ..ReadOptions::default() })?;
        let mut builder = Builder::default();
        while let Some(input) = reader.next_input()? {
            builder.take(&input);
        }
        let mut index = builder.finish();
        index.report = reader.report().clone();
        Ok(index)
    }

    /// The summary of several recordings played together. The reports' counts are added up.
    pub fn joined(mut all: Vec<Self>) -> Option<Self> {
        if all.len() < 2 {
            return all.pop();
        }
        let mut whole = Self::default();
        for one in all {
            if whole.venue.is_empty() {
                (whole.venue, whole.app) = (one.venue, one.app);
            }
            whole.instruments.extend(one.instruments);
            whole.first = whole.first.into_iter().chain(one.first).min();
            whole.last = whole.last.into_iter().chain(one.last).max();
            for (symbol, part) in one.symbols {
                let entry = whole.symbols.entry(symbol).or_default();
                for (topic, count) in part.topics {
                    *entry.topics.entry(topic).or_default() += count;
                }
                if let Some((low, high)) = part.range {
                    entry.widen(low);
                    entry.widen(high);
                }
                entry.course.join(&part.course);
            }
            whole.gaps.extend(one.gaps);
            whole.gap_count += one.gap_count;
            whole.marks.extend(one.marks);
            whole.report.lines += one.report.lines;
            whole.report.inputs += one.report.inputs;
            whole.report.bad += one.report.bad;
        }
        whole.gaps.sort_by_key(|gap| gap.from);
        whole.marks.sort_by_key(|mark| mark.at);
        Some(whole)
    }
}

impl SymbolIndex {
    fn widen(&mut self, price: Price) {
        self.range = Some(self.range.map_or((price, price), |(low, high)| (low.min(price), high.max(price))));
    }
}

/// Builds an [`Index`] input by input, in bounded memory.
#[derive(Debug, Default)]
pub struct Builder {
    index: Index,
    down: BTreeMap<Option<Symbol>, (Nanos, String)>,
    /// The largest trades and liquidations so far, by turnover.
    large: Vec<(i128, Mark)>,
    least_large: i128,
}

impl Builder {
    /// Takes in the next input.
    pub fn take(&mut self, input: &Input) {
        let at = input.at;
        if let Some(last) = self.index.last
            && at - last > QUIET
        {
            self.gap(Gap { symbol: None, from: last, to: at, why: "nothing was received".to_owned() });
        }
        self.index.first.get_or_insert(at);
        self.index.last = Some(at);
        match &input.payload {
            Payload::Meta(meta) => {
                if self.index.venue.is_empty() {
                    self.index.venue.clone_from(&meta.venue);
                    self.index.app.clone_from(&meta.app);
                }
                for instrument in &meta.instruments {
                    self.index.instruments.retain(|known| known.symbol != instrument.symbol);
                    self.index.instruments.push(instrument.clone());
                }
            }
            Payload::User(UserAction::Mark(label)) => self.mark(Mark { at, kind: MarkKind::User, label: label.clone() }),
            Payload::User(_) => {}
            Payload::Market(market) => self.market(at, market.symbol, &market.event),
        }
    }

    fn market(&mut self, at: Nanos, symbol: Option<Symbol>, event: &Event) {
        if let Event::Link(link) = event {
            match link.state {
                LinkState::Up => {
                    if let Some((from, why)) = self.down.remove(&symbol) {
                        self.gap(Gap { symbol, from, to: at, why });
                    }
                }
                LinkState::Down | LinkState::Resync => {
                    self.down.entry(symbol).or_insert_with(|| (at, link.why.clone()));
                }
            }
        }
        let Some(symbol) = symbol else { return };
        if matches!(event, Event::Book(_))
            && let Some((from, why)) = self.down.remove(&Some(symbol))
        {
            self.gap(Gap { symbol: Some(symbol), from, to: at, why });
        }
        let entry = self.index.symbols.entry(symbol).or_default();
        *entry.topics.entry(event.topic()).or_default() += 1;
        match event {
            Event::Trade(trade) if trade.price.units() > 0 && trade.qty.units() > 0 => {
                entry.widen(trade.price);
                entry.course.take(at, trade.price, trade.qty.volume());
                let size = i128::from(trade.price.units()) * i128::from(trade.qty.units());
                if size > self.least_large {
                    let label = format!("{symbol} {} {} at {}", trade.side.as_str(), trade.qty, trade.price);
                    self.large(size, Mark { at, kind: MarkKind::LargeTrade, label });
                }
            }
            Event::Bar(bar, _) => {
                entry.widen(bar.low);
                entry.widen(bar.high);
                entry.course.take(at, bar.close, bar.volume);
            }
            Event::Liquidation(l) => {
                let label = format!("{symbol} {} {} liquidated at {}", l.side.opposite().as_str(), l.qty, l.price);
                let size = i128::from(l.price.units()) * i128::from(l.qty.units());
                self.large(size, Mark { at, kind: MarkKind::Liquidation, label });
            }
            _ => {}
        }
    }

    fn gap(&mut self, gap: Gap) {
        self.index.gap_count += 1;
        if self.index.gaps.len() < KEPT {
            self.index.gaps.push(gap);
        }
    }

    fn mark(&mut self, mark: Mark) {
        if self.index.marks.len() < KEPT {
            self.index.marks.push(mark);
        }
    }

    fn large(&mut self, size: i128, mark: Mark) {
        if size <= self.least_large {
            return;
        }
        let place = self.large.partition_point(|(known, _)| *known >= size);
        self.large.insert(place, (size, mark));
        if self.large.len() > LARGE {
            self.large.pop();
            self.least_large = self.large.last().map_or(0, |(size, _)| *size);
        }
    }

    /// The summary of all that was taken in.
    pub fn finish(mut self) -> Index {
        let end = self.index.last.unwrap_or_default();
        for (symbol, (from, why)) in std::mem::take(&mut self.down) {
            self.gap(Gap { symbol, from, to: end, why });
        }
        self.index.marks.extend(self.large.into_iter().map(|(_, mark)| mark));
        self.index.marks.sort_by_key(|mark| mark.at);
        self.index.gaps.sort_by_key(|gap| gap.from);
        self.index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Link, LinkScope, Market, Qty, Side, Trade};

    #[test]
    fn finds_span_gaps_marks_and_large_trades() {
        let symbol = Symbol::new("BTCUSDT").unwrap();
        let mut builder = Builder::default();
        let mut seq = 0;
        let mut take = |secs: i64, payload: Payload| {
            seq += 1;
            builder.take(&Input { seq, at: Nanos::from_secs(secs), payload });
        };
        let trade = |units: i64| {
            let (price, qty) = (Price::from_units(units), Qty::from_units(units));
            Payload::Market(Market::of(symbol, Event::Trade(Trade { price, qty, side: Side::Buy, id: None, ex: None })))
        };
        let link = |state| {
            let why = "cut".to_owned();
            Payload::Market(Market { symbol: None, event: Event::Link(Link { state, scope: LinkScope::All, why }) })
        };
        (0..100).for_each(|n| take(n, trade(n + 1)));
        take(100, link(LinkState::Down));
        take(110, link(LinkState::Up));
        take(111, Payload::User(UserAction::Mark("here".into())));
        take(500, trade(7));
        let index = builder.finish();
        assert_eq!((index.first, index.last), (Some(Nanos::ZERO), Some(Nanos::from_secs(500))));
        assert_eq!(index.gaps.iter().map(|gap| (gap.from.secs(), gap.to.secs())).collect::<Vec<_>>(), [(100, 110), (111, 500)]);
        assert_eq!(index.marks.iter().filter(|mark| mark.kind == MarkKind::LargeTrade).count(), LARGE);
        assert!(index.marks.iter().any(|mark| mark.label == "here"));
        let part = &index.symbols[&symbol];
        assert_eq!((part.topics["trade"], part.range), (101, Some((Price::from_units(1), Price::from_units(100)))));
    }
}
