//! What takers bought and sold at each price, minute by minute: what footprint bars and volume profiles are computed from.
//!
//! A minute is what was *seen* in it. A minute in which trades did not come for a while holds what came before and after, and
//! a minute without a trade is not kept at all; which stretches are gaps is known by the bars. History that comes as ready bars has no footprint.
//!
//! The store is bounded by bytes: the oldest minutes are let go first. Closed minutes never change and are shared by clones
//! and pictures; the running one is shared too and copied when it is written to afterwards.

pub mod imbalance;
pub mod minute;
pub mod profile;
pub mod rows;
#[cfg(test)]
mod tests;
pub mod vwap;

pub use minute::{Level, Minute};

use crate::domain::{Nanos, Price, Qty, Side};
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Length of what is kept as one.
pub const MINUTE: Nanos = Nanos::from_secs(60);
/// Bytes of closed minutes that are kept of a symbol: over a day of the busiest market measured, about 13 kB a minute.
pub const BYTES: usize = 24 << 20;
/// Most closed minutes kept: a fortnight.
pub const MINUTES: usize = 14 * 24 * 60;

/// Keeps one symbol's footprint.
#[derive(Debug, Clone)]
pub struct Footprint {
    closed: Arc<VecDeque<Arc<Minute>>>,
    running: Option<Arc<Minute>>,
    /// When the running minute ends.
    end: Nanos,
    /// Bytes of closed minutes.
    bytes: usize,
    /// Most bytes of closed minutes.
    most: usize,
    /// Minutes let go.
    dropped: u64,
    /// The first trade ever seen.
    since: Option<Nanos>,
}

impl Default for Footprint {
    fn default() -> Self {
        Self::with_bytes(BYTES)
    }
}

impl Footprint {
    /// An empty one that keeps so many bytes of closed minutes.
    pub fn with_bytes(most: usize) -> Self {
        Self { closed: Arc::default(), running: None, end: Nanos(i64::MIN), bytes: 0, most, dropped: 0, since: None }
    }

    /// A trade of a taker of that side; `at` is never before that of an earlier trade.
    #[inline]
    pub fn on_trade(&mut self, at: Nanos, price: Price, qty: Qty, taker: Side) {
        if at >= self.end {
            self.turn(at);
        }
        if let Some(running) = &mut self.running {
            Arc::make_mut(running).add(price, qty, taker);
        }
    }

    /// Closes the running minute and begins the one of a moment.
    #[cold]
    fn turn(&mut self, at: Nanos) {
        let start = at.floor_to(MINUTE);
        self.end = Nanos(start.0.saturating_add(MINUTE.0));
        self.since.get_or_insert(at);
        let room = self.running.as_ref().map_or(64, |minute| minute.levels().len() * 2);
        if let Some(done) = self.running.replace(Arc::new(Minute::new(start, room))) {
            let mut done = Arc::unwrap_or_clone(done);
            done.seal();
            self.bytes += done.bytes();
            let closed = Arc::make_mut(&mut self.closed);
            closed.push_back(Arc::new(done));
            while self.bytes > self.most || closed.len() > MINUTES {
                let Some(oldest) = closed.pop_front() else { break };
                self.bytes -= oldest.bytes();
                self.dropped += 1;
            }
        }
    }

    /// A picture, cheap to take.
    pub fn view(&self) -> FootprintView {
        FootprintView {
            closed: Arc::clone(&self.closed),
            running: self.running.clone(),
            dropped: self.dropped,
            since: self.since,
        }
    }
}

impl Hash for Footprint {
    /// All that is kept.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.dropped, self.since, self.closed.len()).hash(hasher);
        self.closed.iter().chain(&self.running).for_each(|minute| minute.hash(hasher));
    }
}

/// A footprint at one moment.
#[derive(Debug, Clone, Default)]
pub struct FootprintView {
    closed: Arc<VecDeque<Arc<Minute>>>,
    running: Option<Arc<Minute>>,
    /// Minutes that were let go.
    pub dropped: u64,
    /// The first trade ever seen, kept or not.
    pub since: Option<Nanos>,
}

impl FootprintView {
    /// Whether no trade was seen.
    pub fn is_empty(&self) -> bool {
        self.running.is_none()
    }

    /// Number of minutes kept, the running one included.
    pub fn len(&self) -> usize {
        self.closed.len() + usize::from(self.running.is_some())
    }

    /// The minute at a position, oldest first, the running one last.
    pub fn get(&self, index: usize) -> Option<&Arc<Minute>> {
        if index == self.closed.len() { self.running.as_ref() } else { self.closed.get(index) }
    }

    /// The running minute.
    pub fn running(&self) -> Option<&Arc<Minute>> {
        self.running.as_ref()
    }

    /// The position of the first minute that starts at or after a moment; `len()` where there is none.
    pub fn position(&self, at: Nanos) -> usize {
        let closed = self.closed.partition_point(|minute| minute.start() < at);
        closed + usize::from(closed == self.closed.len() && self.running.as_ref().is_some_and(|minute| minute.start() < at))
    }

    /// The minutes that start within `from..to`, oldest first.
    pub fn range(&self, from: Nanos, to: Nanos) -> impl DoubleEndedIterator<Item = &Arc<Minute>> {
        (self.position(from)..self.position(to)).filter_map(|index| self.get(index))
    }

    /// From when on every trade that came is held: the first one seen, or the first minute that is still kept.
    pub fn from(&self) -> Option<Nanos> {
        let first = self.get(0)?.start();
        if self.dropped == 0 { self.since } else { Some(first) }
    }
}
