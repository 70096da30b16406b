//! One pass through a recording that gathers what `info` prints.

use super::summary::{Exact, Gap, KEPT, Mark, Moment, Summary, SymbolSummary};
use crate::domain::{Event, Input, LinkState, Market, Meta, Nanos, Payload, Price, Symbol, UserAction};
use crate::recording::line::DerivedTopic;
use std::collections::BTreeMap;

/// A silence of everything that is longer than this is a gap.
const SILENCE: Nanos = Nanos::from_secs(60);

/// Gathers line by line.
#[derive(Default)]
pub struct Collector {
    /// What was gathered so far.
    pub summary: Summary,
    symbols: BTreeMap<Symbol, SymbolSummary>,
    first: Option<Nanos>,
    last: Option<Nanos>,
    /// When the data stopped, why, and whose.
    down: BTreeMap<Option<Symbol>, (Nanos, String)>,
    /// The end of each symbol's last bar.
    bar_end: BTreeMap<Symbol, Nanos>,
    /// Only bars came so far: silence between them is no gap.
    bars_only: bool,
}

impl Collector {
    /// A collector that has seen nothing.
    pub fn new() -> Self {
        Self { bars_only: true, ..Self::default() }
    }

    fn count(&mut self, symbol: Option<Symbol>, topic: &str) {
        let add = |topics: &mut BTreeMap<String, u64>| match topics.get_mut(topic) {
            Some(count) => *count += 1,
            None => {
                topics.insert(topic.to_owned(), 1);
            }
        };
        add(&mut self.summary.topics);
        if let Some(symbol) = symbol {
            add(&mut self.symbols.entry(symbol).or_default().topics);
        }
    }

    /// Takes in an input.
    pub fn input(&mut self, input: &Input) {
        let at = input.at;
        match &input.payload {
            Payload::Meta(meta) => {
                self.count(None, "meta");
                self.meta(meta);
                // It is written when the file is made, which may be long before the first event.
                return;
            }
            Payload::User(action) => {
                self.count(None, "user");
                if let UserAction::Mark(label) = action
                    && self.summary.marks.len() < KEPT
                {
                    self.summary.marks.push(Mark { at: Moment(at), label: label.clone() });
                }
            }
            Payload::Market(market) => self.market(at, market),
        }
        self.first.get_or_insert(at);
        self.last = Some(at);
    }

    fn meta(&mut self, meta: &Meta) {
        let summary = &mut self.summary;
        if summary.venue.is_empty() {
            summary.venue.clone_from(&meta.venue);
        }
        summary.app.clone_from(&meta.app);
        for instrument in &meta.instruments {
            let symbol = self.symbols.entry(instrument.symbol).or_default();
            symbol.tick = Some(Exact(instrument.tick));
            symbol.lot = Some(Exact(Price::from_units(instrument.lot.units())));
        }
    }

    fn market(&mut self, at: Nanos, market: &Market) {
        let topic = match &market.event {
            Event::Trade(_) => "trade",
            Event::Quote(_) => "quote",
            Event::Book(_) => "book",
            Event::Depth(_) => "depth",
            Event::Liquidation(_) => "liq",
            Event::Mark(_) => "mark",
            Event::Bar(..) => "bar",
            Event::History(..) => "history",
            Event::Link(_) => "link",
        };
        self.count(market.symbol, topic);
        match (&market.event, market.symbol) {
            (Event::Trade(trade), Some(symbol)) => self.price(symbol, trade.price, trade.price, trade.price, trade.price),
            (Event::Bar(bar, _), Some(symbol)) => {
                self.price(symbol, bar.open, bar.high, bar.low, bar.close);
                let end = self.bar_end.insert(symbol, at);
                if let Some(end) = end.filter(|end| bar.start > *end) {
                    self.gap(end, Some(bar.start), Some(symbol), "bars are missing");
                }
            }
            (Event::Link(link), symbol) => match link.state {
                LinkState::Down => {
                    self.down.entry(symbol).or_insert_with(|| (at, link.why.clone()));
                }
                LinkState::Up => {
                    if let Some((from, why)) = self.down.remove(&symbol) {
                        self.gap(from, Some(at), symbol, if why.is_empty() { "no connection" } else { &why });
                    }
                }
                LinkState::Resync => {}
            },
            _ => {}
        }
        let quiet = matches!(market.event, Event::Bar(..) | Event::History(..) | Event::Link(_));
        if !quiet {
            if let Some(last) =
                self.last.filter(|last| !self.bars_only && self.down.is_empty() && at.saturating_sub(*last) > SILENCE)
            {
                self.gap(last, Some(at), None, "nothing came");
            }
            self.bars_only = false;
        }
    }

    fn price(&mut self, symbol: Symbol, open: Price, high: Price, low: Price, close: Price) {
        let known = self.symbols.entry(symbol).or_default();
        known.first.get_or_insert(Exact(open));
        known.last = Some(Exact(close));
        known.high = Some(Exact(known.high.map_or(high, |h| h.0.max(high))));
        known.low = Some(Exact(known.low.map_or(low, |l| l.0.min(low))));
    }

    fn gap(&mut self, from: Nanos, to: Option<Nanos>, symbol: Option<Symbol>, why: &str) {
        self.summary.gap_count += 1;
        if self.summary.gaps.len() < KEPT {
            self.summary.gaps.push(Gap {
                from: Moment(from),
                to: to.map(Moment),
                symbol: symbol.map(|symbol| symbol.to_string()),
                why: why.to_owned(),
            });
        }
    }

    /// Takes in a line that an engine said.
    pub fn derived(&mut self, topic: DerivedTopic, symbol: Symbol) {
        let name = if topic == DerivedTopic::Bar { "bar (derived)" } else { topic.as_str() };
        self.count(Some(symbol), name);
    }

    /// The whole, at the end.
    pub fn finish(mut self) -> Summary {
        for (symbol, (from, why)) in std::mem::take(&mut self.down) {
            self.gap(from, None, symbol, if why.is_empty() { "no connection" } else { &why });
        }
        let mut summary = self.summary;
        summary.symbols = self.symbols.into_iter().map(|(symbol, known)| (symbol.to_string(), known)).collect();
        if let (Some(from), Some(to)) = (self.first, self.last) {
            summary.from = Some(Moment(from));
            summary.to = Some(Moment(to));
            summary.seconds = to.saturating_sub(from).to_secs_f64();
            if summary.seconds > 0.0 {
                summary.events_per_second = (summary.inputs as f64 / summary.seconds * 1e3).round() / 1e3;
            }
        }
        summary
    }
}
