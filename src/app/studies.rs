//! Indicators to choose from: the catalogue as a list, and what can be done with one that is shown.

use super::dialogs::{Choice, Entry};
use super::openers::entry;
use super::panes::PaneKind;
use super::{App, Effect};
use crate::domain::Nanos;
use crate::drive::view::{Request, View};
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

/// Every indicator there is, to be added to a chart.
pub fn catalogue() -> Vec<Entry> {
    indicators::ALL.iter().map(|spec| study_entry(spec)).collect()
}

fn study_entry(spec: &'static Spec) -> Entry {
    let kind = if spec.is_flow() { "Order flow" } else { "Technical" };
    let about = format!("{}. {}", spec.title, spec.about.trim_end_matches('.'));
    Entry { group: kind, ..entry(kind, spec.name, about, Choice::Study(StudyAct::Add(spec.name))) }
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

    /// Asks once for indicators of events that are shown and not worked out: those of a layout that was loaded.
    pub fn ask_for_indicators(&mut self, wanted: &[String], view: &View) -> Option<Request> {
        if view.snapshot.symbols.is_empty() {
            return None;
        }
        let mut list = running(view);
        let running = list.len();
        for id in wanted {
            if !list.contains(id) && !self.asked_indicators.contains(id) {
                self.asked_indicators.push(id.clone());
                list.push(id.clone());
            }
        }
        (list.len() > running).then_some(Request::Indicators(list))
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
