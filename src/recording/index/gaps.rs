//! When nothing came, and when the connection was down.

use crate::domain::{Event, Link, LinkScope, LinkState, Nanos, Symbol};
use std::collections::BTreeMap;

/// Gaps that are kept; more are only counted.
const KEPT: usize = 1_000;
/// Interruptions that can be going on at a time.
const OPEN: usize = 10_000;

/// Why there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapKind {
    /// No input came, though the connection was not said to be down.
    Silence,
    /// The connection was down.
    Down,
    /// The book was being fetched anew.
    Resync,
}

impl GapKind {
    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::Down => "down",
            Self::Resync => "resync",
        }
    }
}

/// A stretch of time without data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Its beginning.
    pub from: Nanos,
    /// Its end; `None` when it goes on to the end of the recording.
    pub to: Option<Nanos>,
    /// Why.
    pub kind: GapKind,
    /// Which symbol; `None` for all.
    pub symbol: Option<Symbol>,
    /// Which data.
    pub scope: LinkScope,
    /// The reason given at its beginning.
    pub why: String,
}

pub(super) struct Gaps {
    silence: Nanos,
    /// Only bars came so far: however long they are, silence between them is no gap.
    bars_only: bool,
    last: Option<Nanos>,
    open: BTreeMap<(Option<Symbol>, LinkScope), Gap>,
    found: Vec<Gap>,
    count: u64,
}

impl Gaps {
    pub(super) const fn new(silence: Nanos) -> Self {
        Self { silence, bars_only: true, last: None, open: BTreeMap::new(), found: Vec::new(), count: 0 }
    }

    /// An input of any kind came.
    pub(super) fn input(&mut self, at: Nanos) {
        if let Some(last) = self.last
            && at - last > self.silence
            && !self.bars_only
            && !self.open.values().any(|gap| gap.kind == GapKind::Down)
        {
            let (to, kind, scope) = (Some(at), GapKind::Silence, LinkScope::All);
            self.push(Gap { from: last, to, kind, symbol: None, scope, why: String::new() });
        }
        self.last = Some(at);
    }

    /// An event came: link changes begin and end gaps, a full book ends a resync.
    pub(super) fn event(&mut self, at: Nanos, symbol: Option<Symbol>, event: &Event) {
        self.bars_only &= matches!(event, Event::Bar(..));
        match event {
            Event::Link(Link { state: LinkState::Up, scope, .. }) => {
                self.close(at, |gap| {
                    (symbol.is_none() || gap.symbol == symbol) && (*scope == LinkScope::All || gap.scope == *scope)
                });
            }
            Event::Link(Link { state, scope, why }) => {
                let kind = if *state == LinkState::Down { GapKind::Down } else { GapKind::Resync };
                if let Some(gap) = self.open.get_mut(&(symbol, *scope)) {
                    // A resync that turns into an outage, or the same again.
                    gap.kind = if gap.kind == GapKind::Down { GapKind::Down } else { kind };
                } else if self.open.len() < OPEN {
                    let why = why.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
                    self.open.insert((symbol, *scope), Gap { from: at, to: None, kind, symbol, scope: *scope, why });
                }
            }
            Event::Book(_) if !self.open.is_empty() => {
                self.close(at, |gap| gap.kind == GapKind::Resync && gap.symbol == symbol);
            }
            _ => {}
        }
    }

    fn close(&mut self, at: Nanos, ends: impl Fn(&Gap) -> bool) {
        let keys: Vec<_> = self.open.iter().filter(|(_, gap)| ends(gap)).map(|(key, _)| *key).collect();
        for key in keys {
            if let Some(mut gap) = self.open.remove(&key) {
                gap.to = Some(at);
                self.push(gap);
            }
        }
    }

    fn push(&mut self, gap: Gap) {
        self.count += 1;
        if self.found.len() < KEPT {
            self.found.push(gap);
        }
    }

    /// The gaps in order of time, and how many there are in all.
    pub(super) fn finish(mut self) -> (Vec<Gap>, u64) {
        for gap in std::mem::take(&mut self.open).into_values() {
            self.push(gap);
        }
        self.found.sort_by_key(|gap| gap.from);
        (self.found, self.count)
    }
}
