//! What a recording's index says, in the form the timeline draws.

use super::known_end;
use crate::domain::{Nanos, Side, Symbol};
use crate::drive::view::ReplayView;
use crate::recording::index::{Index, MarkKind};
use crate::ui::pane::Cx;
use crate::ui::text::safe;
use crate::ui::widgets::timeline::Slice;
use crate::ui::widgets::{clock, figures};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The course of a recording. Taken from the index again only when that or the symbol is another.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    pub slices: Vec<Slice>,
    pub gaps: Vec<(Nanos, Nanos)>,
    pub marks: Vec<Nanos>,
    pub notable: Vec<Nanos>,
    /// What is to be said of these moments, from when to when, in words; what matters most last.
    pub notes: Vec<(Nanos, Nanos, String)>,
    indexes: Option<Arc<Vec<Index>>>,
    symbol: Option<Symbol>,
}

impl Course {
    /// Takes what is new.
    pub fn update(&mut self, replay: &ReplayView, symbol: Option<Symbol>) {
        let same = match (&self.indexes, &replay.index) {
            (Some(ours), Some(theirs)) => Arc::ptr_eq(ours, theirs),
            (None, None) => true,
            _ => false,
        };
        if same && self.symbol == symbol {
            return;
        }
        *self = Self { indexes: replay.index.clone(), symbol, ..Self::default() };
        replay.index.iter().flat_map(|indexes| indexes.iter()).for_each(|index| self.take(index));
        // Several files may interleave.
        self.slices.sort_by_key(|slice| slice.at);
    }

    fn take(&mut self, index: &Index) {
        let ours = |symbol: Option<Symbol>| symbol.is_none() || symbol == self.symbol;
        let summary = self.symbol.and_then(|symbol| index.symbols.get(&symbol));
        if let Some(timeline) = summary.and_then(|summary| summary.timeline.as_ref()) {
            let mut at = timeline.start();
            for bucket in timeline.buckets() {
                let until = at + timeline.width();
                let price = bucket.close.map(crate::domain::Price::to_f64);
                self.slices.push(Slice { at, until, volume: bucket.volume.to_f64(), price });
                at = until;
            }
        }
        let end = index.last.unwrap_or(Nanos::MAX);
        // While a book is fetched anew the trades go on: that is no gap of the timeline.
        let without_data = index.gaps.iter().filter(|gap| gap.scope.trades() && ours(gap.symbol));
        for gap in without_data {
            let to = gap.to.unwrap_or(end);
            let why = if gap.why.is_empty() { "nothing came" } else { &gap.why };
            self.gaps.push((gap.from, to));
            self.notes.push((gap.from, to, format!("gap of {}: {}", clock::span(to.saturating_sub(gap.from)), safe(why))));
        }
        for mark in &index.marks {
            match &mark.kind {
                MarkKind::User(label) => {
                    self.marks.push(mark.at);
                    self.notes.push((mark.at, mark.at, safe(label).into_owned()));
                }
                MarkKind::Trade(symbol, side, price, qty) | MarkKind::Liquidation(symbol, side, price, qty)
                    if Some(*symbol) == self.symbol =>
                {
                    let what = if matches!(mark.kind, MarkKind::Trade(..)) { "" } else { "liquidation " };
                    let side = if *side == Side::Buy { "bought" } else { "sold" };
                    self.notable.push(mark.at);
                    self.notes.push((mark.at, mark.at, format!("{what}{qty} {side} at {price}")));
                }
                _ => {}
            }
        }
    }

    /// What is in the files, a line each.
    pub fn facts(replay: &ReplayView, cx: &Cx<'_>) -> Vec<String> {
        let show = |at: Nanos| clock::full(clock::local(at, cx.zone));
        let end = known_end(replay, cx.view.session.now);
        let span = clock::span(end.saturating_sub(replay.from));
        let mut facts = vec![format!("{} to {} {}, {span}", show(replay.from), show(end), clock::zone_label(end, cx.zone))];
        let Some(indexes) = &replay.index else { return facts };
        // A symbol's counts over all files.
        let mut symbols: BTreeMap<Symbol, BTreeMap<&str, u64>> = BTreeMap::new();
        for (symbol, summary) in indexes.iter().flat_map(|index| &index.symbols) {
            let topics = symbols.entry(*symbol).or_default();
            for (topic, count) in &summary.topics {
                *topics.entry(topic).or_default() += count;
            }
        }
        let events = figures::short_count(symbols.values().flat_map(BTreeMap::values).sum());
        let bytes = figures::short_count(indexes.iter().map(|index| index.bytes).sum());
        let gaps = counted(indexes.iter().map(|index| index.gap_count).sum(), "gap");
        let of = counted(symbols.len() as u64, "symbol");
        facts.push(format!("{events} events of {of}, {bytes}B, {gaps}"));
        for (symbol, topics) in &symbols {
            let topics: Vec<String> =
                topics.iter().map(|(topic, count)| format!("{topic} {}", figures::short_count(*count))).collect();
            facts.push(format!("{symbol}: {}", topics.join(", ")));
        }
        facts
    }
}

/// `no gaps`, `1 gap`, `2 gaps`.
fn counted(count: u64, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
