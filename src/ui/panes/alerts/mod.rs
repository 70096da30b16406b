//! Alerts: the list of those that are set, one in full, and the history of what fired.

mod columns;
mod detail;
#[cfg(test)]
pub(crate) mod fixture;
mod history;
mod list;
mod order;
mod rows;
#[cfg(test)]
mod tests;
mod words;

pub use detail::AlertDetailPane;
pub use history::AlertHistoryPane;
pub use list::AlertsPane;

use crate::app::alerts::AlertAct;
use crate::app::commands::Command;
use crate::domain::AlertId;
use crate::drive::view::{Mode, View};
use crate::engine::AlertView;
use crate::ui::pane::{Action, Cx, Handled};

/// The alert of a number.
fn find(view: &View, id: AlertId) -> Option<&AlertView> {
    let list = &view.snapshot.alerts.list;
    list.binary_search_by_key(&id, |known| known.alert.id).ok().and_then(|at| list.get(at))
}

/// The alert that was chosen, else the first.
fn chosen<'a>(cx: &Cx<'a>) -> Option<&'a AlertView> {
    cx.alert.and_then(|id| find(cx.view, id)).or_else(|| cx.view.snapshot.alerts.list.first())
}

/// The newest firing of an alert that was not seen yet; none in a replay, which keeps nothing of them.
fn unseen(view: &View, id: AlertId) -> Option<i64> {
    let mut rows = view.session.alerts.history.iter().rev();
    rows.find(|row| row.firing.id == id && !row.seen).map(|row| row.row)
}

/// Answers the commands that are the same in every pane of alerts; `id` is the alert they are about, `row` the firing.
fn act(command: Command, id: Option<AlertId>, row: Option<i64>, cx: &Cx<'_>) -> Handled {
    let run = |act: AlertAct| Handled::Run(Action::Alert(act));
    let of = |make: fn(AlertId) -> AlertAct| id.map_or(Handled::Yes, |id| run(make(id)));
    let kept = cx.view.session.mode != Mode::Replay;
    match command {
        Command::AlertEdit => of(AlertAct::Edit),
        Command::AlertPause => of(AlertAct::Pause),
        Command::AlertRemove => of(AlertAct::Remove),
        Command::AlertDuplicate => of(AlertAct::Duplicate),
        Command::AlertRearm => of(AlertAct::Rearm),
        Command::AlertTest => of(AlertAct::Test),
        Command::AlertUndo => run(AlertAct::Undo),
        Command::AlertExport => run(AlertAct::Export),
        Command::AlertAcknowledge => row.filter(|_| kept).map_or(Handled::Yes, |row| run(AlertAct::Acknowledge(Some(row)))),
        Command::AlertAcknowledgeAll if kept => run(AlertAct::Acknowledge(None)),
        Command::AlertAcknowledgeAll => Handled::Yes,
        _ => Handled::No,
    }
}
