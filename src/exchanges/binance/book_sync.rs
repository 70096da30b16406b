//! Keeping one symbol's book in step: buffer, fetch a snapshot, apply, watch the chain, begin again when it breaks.

use super::backoff;
use super::market::Market;
use crate::book::{Continuity, OrderBook, Sequence};
use crate::domain::{BookSnapshot, DepthDiff, Event, Link, LinkScope, LinkState, Market as MarketEvent, Nanos, Symbol};
use crate::feed::{FeedCounters, Fetch, FetchFailure, Severity, Step, Tag};
use std::collections::VecDeque;

/// Changes kept while a snapshot is on its way; then the oldest go, and the snapshot has to be newer.
const MOST_DIFFS: usize = 2_000;
/// Levels in them.
const MOST_LEVELS: usize = 1_000_000;
/// How long an answer may take before it is asked for again; doubles each time, up to 16 times as long.
const ANSWER: Nanos = Nanos::from_secs(10);
/// In sync for so long, trouble counts as over.
const SETTLED: Nanos = Nanos::from_secs(60);
/// Wait after being told to slow down without being told for how long, and after being banned.
const SLOW_DOWN: Nanos = Nanos::from_secs(10);
const BANNED: Nanos = Nanos::from_secs(120);

/// What a step of the synchronisation works with.
pub(super) struct Cx<'a> {
    pub(super) market: Market,
    pub(super) live: bool,
    pub(super) at: Nanos,
    pub(super) out: &'a mut Vec<Step>,
    pub(super) counters: &'a mut FeedCounters,
}

impl Cx<'_> {
    pub(super) fn emit(&mut self, symbol: Symbol, event: Event) {
        self.out.push(Step::Emit(MarketEvent::of(symbol, event)));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not connected.
    Stopped,
    /// Buffering until a snapshot fits; in live use, when to ask for it again.
    Waiting(Nanos),
    /// In step since.
    Synced(Nanos),
}

/// One symbol's book.
#[derive(Debug)]
pub(super) struct BookSync {
    symbol: Symbol,
    phase: Phase,
    book: OrderBook,
    sequence: Sequence,
    buffer: VecDeque<DepthDiff>,
    buffered_levels: usize,
    /// Of the newest request; an answer to an older one is not taken.
    number: u32,
    tries: u32,
    unanswered: u32,
}

impl BookSync {
    pub(super) fn new(symbol: Symbol) -> Self {
        Self {
            symbol,
            phase: Phase::Stopped,
            book: OrderBook::default(),
            sequence: Sequence::default(),
            buffer: VecDeque::new(),
            buffered_levels: 0,
            number: 0,
            tries: 0,
            unanswered: 0,
        }
    }

    /// The book as the feed holds it; of use while [`Self::is_synced`].
    pub(super) const fn book(&self) -> &OrderBook {
        &self.book
    }

    /// The update the book reflects.
    pub(super) const fn last(&self) -> u64 {
        self.sequence.last()
    }

    pub(super) const fn is_synced(&self) -> bool {
        matches!(self.phase, Phase::Synced(_))
    }

    /// Whether changes are waiting for a snapshot.
    pub(super) fn is_buffering(&self) -> bool {
        matches!(self.phase, Phase::Waiting(_)) && !self.buffer.is_empty()
    }

    /// A connection opened: everything from the start.
    pub(super) fn begin(&mut self, cx: &mut Cx<'_>) {
        self.forget();
        self.tries = 0;
        self.unanswered = 0;
        self.request(cx, Nanos::ZERO);
    }

    /// The connection ended, or the symbol does not exist.
    pub(super) fn stop(&mut self) {
        self.forget();
        self.phase = Phase::Stopped;
        self.number = self.number.wrapping_add(1);
    }

    fn forget(&mut self) {
        self.book.clear();
        self.buffer.clear();
        self.buffered_levels = 0;
    }

    /// Asks for a snapshot, not before the wait that is due.
    fn request(&mut self, cx: &mut Cx<'_>, at_least: Nanos) -> Nanos {
        let after = backoff::delay(self.tries).max(at_least);
        let patience = Nanos(ANSWER.0 << self.unanswered.min(4));
        self.phase = Phase::Waiting(cx.at + after + patience);
        if cx.live {
            self.number = self.number.wrapping_add(1);
            self.tries = self.tries.saturating_add(1);
            let (path, weight) = cx.market.snapshot(self.symbol);
            cx.out.push(Step::Fetch(Fetch { tag: Tag::Snapshot(self.symbol, self.number), path, weight, after }));
        }
        after
    }

    /// A change of the book.
    pub(super) fn on_diff(&mut self, cx: &mut Cx<'_>, diff: DepthDiff) {
        match self.phase {
            Phase::Stopped => {
                self.begin(cx);
                self.keep(diff);
            }
            Phase::Waiting(_) => self.keep(diff),
            Phase::Synced(_) => self.follow(cx, diff),
        }
    }

    fn keep(&mut self, diff: DepthDiff) {
        self.buffered_levels = self.buffered_levels.saturating_add(levels(&diff));
        self.buffer.push_back(diff);
        while self.buffer.len() > MOST_DIFFS || (self.buffered_levels > MOST_LEVELS && self.buffer.len() > 1) {
            let dropped = self.buffer.pop_front().map_or(0, |diff| levels(&diff));
            self.buffered_levels = self.buffered_levels.saturating_sub(dropped);
        }
    }

    fn follow(&mut self, cx: &mut Cx<'_>, diff: DepthDiff) {
        let last = self.sequence.last();
        match self.sequence.check(&diff) {
            Continuity::Old => cx.counters.duplicates += 1,
            Continuity::Gap => {
                let after = diff.prev.unwrap_or_else(|| diff.first.saturating_sub(1));
                self.lose(cx, format!("updates between {last} and {after} are missing"));
                self.keep(diff);
            }
            Continuity::Next => {
                self.book.apply(&diff);
                if self.book.is_crossed() {
                    self.lose(cx, format!("the best bid is not below the best ask at update {}", diff.last));
                } else {
                    cx.emit(self.symbol, Event::Depth(diff));
                }
            }
        }
    }

    fn lose(&mut self, cx: &mut Cx<'_>, why: String) {
        if let Phase::Synced(since) = self.phase
            && cx.at.saturating_sub(since) >= SETTLED
        {
            self.tries = 0;
        }
        cx.counters.resyncs += 1;
        cx.emit(self.symbol, Event::Link(Link { state: LinkState::Resync, scope: LinkScope::Book, why }));
        self.forget();
        self.request(cx, Nanos::ZERO);
    }

    /// Whether an answer of that number is the one waited for. Importing, any is.
    pub(super) fn expects(&self, cx: &Cx<'_>, number: u32) -> bool {
        matches!(self.phase, Phase::Waiting(_)) && (!cx.live || number == self.number)
    }

    /// The snapshot waited for.
    pub(super) fn on_snapshot(&mut self, cx: &mut Cx<'_>, snapshot: BookSnapshot) {
        self.unanswered = 0;
        let mut sequence = Sequence::after_snapshot(snapshot.last);
        self.book.reset(&snapshot);
        let mut next = Vec::new();
        for (i, diff) in self.buffer.iter().enumerate() {
            match sequence.check(diff) {
                Continuity::Old => {}
                Continuity::Next => {
                    self.book.apply(diff);
                    next.push(i);
                }
                Continuity::Gap => {
                    // What comes after the gap may continue a newer snapshot.
                    let dropped: usize = self.buffer.drain(..i).map(|diff| levels(&diff)).sum();
                    self.buffered_levels = self.buffered_levels.saturating_sub(dropped);
                    let why = format!("its order book of update {} is older than the changes received", snapshot.last);
                    return self.again(cx, Nanos::ZERO, &why);
                }
            }
        }
        if self.book.is_crossed() {
            self.forget();
            return self.again(cx, Nanos::ZERO, "its order book has bids above asks");
        }
        self.sequence = sequence;
        self.phase = Phase::Synced(cx.at);
        cx.emit(self.symbol, Event::Book(snapshot));
        let mut next = next.into_iter().peekable();
        for (i, diff) in std::mem::take(&mut self.buffer).into_iter().enumerate() {
            if next.next_if_eq(&i).is_some() {
                cx.emit(self.symbol, Event::Depth(diff));
            }
        }
        self.buffered_levels = 0;
    }

    /// The snapshot waited for could not be had.
    pub(super) fn on_failure(&mut self, cx: &mut Cx<'_>, failure: &FetchFailure) {
        self.unanswered = 0;
        let asked = failure.retry_after.unwrap_or(match failure.status {
            418 => BANNED,
            429 => SLOW_DOWN,
            // The request itself is refused: asking again soon changes nothing.
            400..=499 => SLOW_DOWN,
            _ => Nanos::ZERO,
        });
        self.again(cx, asked, &failure.message);
    }

    /// The snapshot waited for could not be read.
    pub(super) fn on_garbage(&mut self, cx: &mut Cx<'_>, why: &str) {
        self.unanswered = 0;
        self.again(cx, Nanos::ZERO, &format!("the answer is no order book: {why}"));
    }

    fn again(&mut self, cx: &mut Cx<'_>, at_least: Nanos, why: &str) {
        let tries = self.tries;
        let after = self.request(cx, at_least);
        // Said at the 1st, 2nd, 4th, 8th … time, so that lasting trouble does not fill the log.
        if !cx.live || tries.is_power_of_two() {
            let again = if cx.live { format!("; trying again in {:.1} s", after.to_secs_f64()) } else { String::new() };
            cx.out.push(Step::Notice(Severity::Warning, format!("{}: no order book yet: {why}{again}", self.symbol)));
        }
    }

    /// Time passes.
    pub(super) fn on_tick(&mut self, cx: &mut Cx<'_>) {
        if let Phase::Waiting(deadline) = self.phase
            && cx.live
            && cx.at >= deadline
        {
            self.unanswered = self.unanswered.saturating_add(1);
            self.again(cx, Nanos::ZERO, "the request was not answered");
        }
    }

    /// Importing: ready for the snapshot from the first change on.
    pub(super) const fn await_import(&mut self) {
        self.phase = Phase::Waiting(Nanos::MAX);
    }
}

const fn levels(diff: &DepthDiff) -> usize {
    diff.bids.len() + diff.asks.len()
}
