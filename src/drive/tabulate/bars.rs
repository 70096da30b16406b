//! Bars as they close.

use super::Plan;
use crate::domain::{Bar, BarSpec, Nanos, Symbol};
use crate::engine::Engine;
use crate::tables::{Sink, bar_row};
use std::io;

/// Inputs between two looks at bars of time.
const STEP: u32 = 1_000;
/// Engine time between two looks at most: bars of a second must not pass by unseen.
const SPAN: Nanos = Nanos::from_secs(3_600);
/// So long after the first input the first look is taken: what is fetched of the past has come by then.
const PAST: Nanos = Nanos::from_secs(60);

/// How far a symbol's bars have been given.
struct Given {
    symbol: Symbol,
    /// The start of the last one.
    last: Option<Nanos>,
    /// How many, of bars that are not of time: several can start at the same moment.
    count: u64,
}

/// The bars of one kind, of every symbol.
pub(super) struct ClosedBars {
    spec: BarSpec,
    name: String,
    given: Vec<Given>,
    /// Bars that have closed since the look before; the memory is used again.
    new: Vec<(Symbol, Bar)>,
    inputs: u32,
    first: Option<Nanos>,
    looked: Nanos,
}

impl ClosedBars {
    pub(super) fn new(spec: BarSpec) -> Self {
        Self { spec, name: spec.to_string(), given: Vec::new(), new: Vec::new(), inputs: 0, first: None, looked: Nanos::ZERO }
    }

    /// Whether it is time to look, an input more having been taken in.
    pub(super) fn is_due(&mut self, at: Nanos) -> bool {
        if !matches!(self.spec, BarSpec::Time(_)) {
            // They close with the trade that has just come.
            return true;
        }
        self.inputs += 1;
        let first = *self.first.get_or_insert(at);
        if at.saturating_sub(first) < PAST || (self.inputs < STEP && at.saturating_sub(self.looked) < SPAN) {
            return false;
        }
        (self.inputs, self.looked) = (0, at);
        true
    }

    pub(super) fn look(&mut self, engine: &Engine, plan: &Plan, sink: &mut dyn Sink) -> io::Result<()> {
        self.new.clear();
        for symbol in engine.symbols().filter(|symbol| plan.is_of(*symbol)) {
            let Some(view) = engine.bars(symbol, self.spec) else { continue };
            let at = self.given.iter().position(|given| given.symbol == symbol).unwrap_or_else(|| {
                self.given.push(Given { symbol, last: None, count: 0 });
                self.given.len() - 1
            });
            let Some(given) = self.given.get_mut(at) else { continue };
            let closed = &view.closed;
            let from = match self.spec {
                BarSpec::Time(_) => given.last.map_or(0, |last| view.position(Nanos(last.0.saturating_add(1)))),
                _ => usize::try_from(given.count.saturating_sub(closed.dropped())).unwrap_or_default(),
            };
            given.last = closed.last().map(|bar| bar.start).or(given.last);
            given.count = closed.dropped() + closed.len() as u64;
            self.new.extend(closed.iter_from(from).filter(|bar| plan.is_within(bar.start)).map(|bar| (symbol, *bar)));
        }
        // Symbols side by side in the order of time; those of one moment stay in the symbols' order.
        self.new.sort_by_key(|(_, bar)| bar.start);
        for (symbol, bar) in &self.new {
            let end = match self.spec {
                BarSpec::Time(timeframe) => bar.start + timeframe.nanos(),
                _ => engine.now(),
            };
            bar_row(*symbol, (self.spec, &self.name), bar, end, |topic, values| sink.row(topic, values))?;
        }
        Ok(())
    }
}
