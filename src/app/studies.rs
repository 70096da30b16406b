//! Indicators to choose from: the catalogue as a list, and what can be done with one that is shown.

use super::dialogs::{Choice, Entry};
use super::openers::entry;
use super::panes::PaneKind;
use super::{App, Effect};
use crate::domain::Nanos;
use crate::drive::view::View;
use crate::feed::Severity;
use crate::indicator::Spec;
use crate::indicators;

/// What is done with an indicator of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudyAct {
    /// The one of that name is added, once its parameters are chosen.
    Add(&'static str),
    /// The n-th of those shown is chosen, to do something with it.
    Pick(usize),
    /// Its parameters are changed.
    Edit(usize),
    /// It goes.
    Remove(usize),
    /// It goes one place to the front (`true`) or to the back.
    Move(usize, bool),
    /// All go.
    Clear,
}

/// Every indicator there is, to be added to a chart, with what it tells.
pub fn catalogue() -> Vec<Entry> {
    let full = |spec: &'static Spec| {
        let about = format!("{}. {}", spec.title, spec.about.trim_end_matches('.'));
        Entry { group: kind(spec), about, ..named(spec) }
    };
    indicators::ALL.iter().map(|spec| full(spec)).collect()
}

/// The same by name and title alone: among everything there is to find, more would be found too often.
pub(super) fn titles() -> Vec<Entry> {
    indicators::ALL.iter().map(|spec| named(spec)).collect()
}

fn kind(spec: &Spec) -> &'static str {
    if spec.is_flow() { "Order flow" } else { "Technical" }
}

fn named(spec: &'static Spec) -> Entry {
    entry(kind(spec), spec.name, spec.title, Choice::Study(StudyAct::Add(spec.name)))
}

impl App {
    /// Does something with an indicator of the focused chart; with another pane focused, of the workspace's first chart.
    pub(super) fn study(&mut self, act: StudyAct, now: Nanos) -> Vec<Effect> {
        if self.desk().focus().kind != PaneKind::Chart {
            let Some(chart) = self.desk().panes().into_iter().find(|id| id.kind == PaneKind::Chart) else {
                self.say(now, Severity::Warning, "indicators are drawn on a chart: this workspace has none");
                return Vec::new();
            };
            self.desk_mut().set_focus(chart);
        }
        vec![Effect::Study(act)]
    }
}

/// The indicators of events that are worked out, in their text form.
pub fn running(view: &View) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for row in view.snapshot.symbols.iter().flat_map(|symbol| &symbol.flow.rows) {
        if !ids.iter().any(|id| **id == *row.id) {
            ids.push(row.id.to_string());
        }
    }
    ids
}
