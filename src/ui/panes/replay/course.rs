//! What a recording's index says, in the form the timeline draws.

use super::known_end;
use crate::domain::{Nanos, Symbol};
use crate::drive::view::ReplayView;
use crate::recording::Index;
use crate::recording::index::MarkKind;
use crate::ui::pane::Cx;
use crate::ui::widgets::clock;
use crate::ui::widgets::timeline::Slice;
use std::sync::Arc;

/// The course of a recording. Taken from the index again only when that or the symbol is another.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    pub slices: Vec<Slice>,
    pub gaps: Vec<(Nanos, Nanos)>,
    pub marks: Vec<Nanos>,
    index: Option<Arc<Vec<Index>>>,
    symbol: Option<Symbol>,
}

impl Course {
    /// Takes what is new.
    pub fn update(&mut self, replay: &ReplayView, symbol: Option<Symbol>) {
        let same = match (&self.index, &replay.index) {
            (Some(ours), Some(theirs)) => Arc::ptr_eq(ours, theirs),
            (None, None) => true,
            _ => false,
        };
        if same && self.symbol == symbol {
            return;
        }
        *self = Self { index: replay.index.clone(), symbol, ..Self::default() };
        for index in replay.index.iter().flat_map(|indexes| indexes.iter()) {
            self.add(index, symbol);
        }
        self.slices.sort_by_key(|slice| slice.at);
        self.gaps.sort_unstable();
        self.marks.sort_unstable();
    }

    /// Adds what one file holds.
    fn add(&mut self, index: &Index, symbol: Option<Symbol>) {
        let summary = symbol.and_then(|symbol| index.symbols.get(&symbol));
        if let Some(timeline) = summary.and_then(|summary| summary.timeline.as_ref()) {
            let mut at = timeline.start();
            for bucket in timeline.buckets() {
                let price = bucket.close.map(crate::domain::Price::to_f64);
                self.slices.push(Slice { at, volume: bucket.volume.to_f64(), price });
                at += timeline.width();
            }
        }
        let end = index.last.unwrap_or(Nanos::MAX);
        let ours = |of: Option<Symbol>| of.is_none() || of == symbol;
        let gaps = index.gaps.iter().filter(|gap| ours(gap.symbol) && gap.scope.trades());
        self.gaps.extend(gaps.map(|gap| (gap.from, gap.to.unwrap_or(end))));
        let user = index.marks.iter().filter(|mark| matches!(mark.kind, MarkKind::User(_)));
        self.marks.extend(user.map(|mark| mark.at));
    }

    /// What is in the files, a line each.
    pub fn facts(replay: &ReplayView, cx: &Cx<'_>) -> Vec<String> {
        let show = |at: Nanos| clock::full(clock::local(at, cx.zone));
        let end = known_end(replay, cx.view.session.now);
        let span = clock::span(end.saturating_sub(replay.from));
        vec![format!("{} to {} {}, {span}", show(replay.from), show(end), clock::zone_label(end, cx.zone))]
    }
}
