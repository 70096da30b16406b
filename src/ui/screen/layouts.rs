//! Keeping layouts: saved under names, looked at, loaded, and how the program was left.

use super::Screen;
use crate::app::layout::{Saved, Stash, Workspace, write};
use crate::app::panes::PaneId;
use crate::app::{Effect, LayoutRequest};
use crate::config::Problem;
use crate::domain::Nanos;
use crate::drive::view::View;
use crate::feed::Severity;
use crate::ui::pane::Pane;
use std::collections::BTreeMap;

/// The panes of all workspaces, and what those were told that have not been drawn yet.
#[derive(Default)]
pub(super) struct Panes {
    pub made: BTreeMap<(Workspace, PaneId), Box<dyn Pane>>,
    pub told: BTreeMap<(Workspace, PaneId), toml::Table>,
}

impl Panes {
    /// What the user chose in a pane.
    fn settings(&self, workspace: Workspace, id: PaneId) -> toml::Table {
        let told = || self.told.get(&(workspace, id)).cloned().unwrap_or_default();
        self.made.get(&(workspace, id)).map_or_else(told, |pane| pane.settings())
    }

    /// A new pane begins with what was chosen in another of its kind.
    pub fn copy(&mut self, workspace: Workspace, new: PaneId, from: PaneId) {
        self.made.remove(&(workspace, new));
        if new.kind == from.kind {
            self.told.insert((workspace, new), self.settings(workspace, from));
        }
    }
}

/// How layouts are kept while the program runs.
#[derive(Default)]
pub(super) struct Keeping {
    /// What was shown before a layout was looked at.
    before: Option<(Stash, Panes)>,
    /// The text of what was last kept or found; `None` when it has to be kept whatever it is.
    kept: Option<String>,
}

impl Screen {
    /// What there is to keep.
    pub fn layout(&self) -> Saved {
        self.app.saved(&|workspace, id| self.panes.settings(workspace, id))
    }

    /// Shows a layout that was kept.
    pub fn show_layout(&mut self, saved: &Saved, view: &View, now: Nanos) {
        self.replace(saved);
        self.app.sync(view, now);
    }

    fn replace(&mut self, saved: &Saved) -> (Stash, Panes) {
        let mut panes = Panes::default();
        for desk in &saved.desks {
            let told = desk.panes.iter().filter(|pane| !pane.settings.is_empty());
            panes.told.extend(told.map(|pane| ((desk.workspace, pane.id), pane.settings.clone())));
        }
        (self.app.restore(saved), std::mem::replace(&mut self.panes, panes))
    }

    /// Begins with the layout of that name, or with how the program was left. What was wrong comes back.
    pub fn begin_with(&mut self, name: Option<&str>) -> Vec<Problem> {
        let (saved, problems) = match name {
            Some(name) => self.app.store.load(name),
            None => self.app.store.load_last(),
        };
        if let Some(saved) = &saved {
            self.replace(saved);
        }
        if name.is_none() && problems.is_empty() {
            self.keeping.kept = Some(write(&self.layout()));
        }
        problems
    }

    /// Keeps how the program is left, when that changed since it was last kept. `end` also waits for the disk.
    ///
    /// # Errors
    /// When it cannot be written; says where and why.
    pub fn keep_layout(&mut self, end: bool) -> Result<(), String> {
        if self.keeping.before.is_some() && !end {
            // What is only looked at is not kept.
            return Ok(());
        }
        if end {
            self.leave_preview();
        }
        let text = write(&self.layout());
        if self.keeping.kept.as_ref() == Some(&text) {
            return Ok(());
        }
        self.app.store.save_last(&text, end)?;
        self.keeping.kept = Some(text);
        Ok(())
    }

    fn leave_preview(&mut self) {
        if let Some((stash, panes)) = self.keeping.before.take() {
            self.app.put_back(stash);
            self.panes = panes;
        }
    }

    /// Does what was wanted of saved layouts.
    pub(super) fn layouts(&mut self, request: LayoutRequest, view: &View, now: Nanos) -> Vec<Effect> {
        let done = match request {
            LayoutRequest::Preview(name) => {
                if let (Some(saved), _) = self.app.store.load(&name) {
                    let before = self.replace(&saved);
                    self.keeping.before.get_or_insert(before);
                    self.app.sync(view, now);
                }
                return Vec::new();
            }
            LayoutRequest::Leave => {
                self.leave_preview();
                self.app.sync(view, now);
                return Vec::new();
            }
            LayoutRequest::Load(name) => {
                self.leave_preview();
                self.load(&name, view, now)
            }
            LayoutRequest::Save(name) => {
                let saved = self.layout();
                self.app.store.save(&name, &saved).map(|()| format!("layout `{name}` saved"))
            }
            LayoutRequest::Delete(name) => self.app.store.delete(&name).map(|()| format!("layout `{name}` deleted")),
            LayoutRequest::Rename(from, to) => {
                self.app.store.rename(&from, &to).map(|()| format!("layout `{from}` is now `{to}`"))
            }
        };
        match done {
            Ok(text) => self.app.say(now, Severity::Info, text),
            Err(text) => self.app.say(now, Severity::Error, text),
        }
        Vec::new()
    }

    fn load(&mut self, name: &str, view: &View, now: Nanos) -> Result<String, String> {
        let (saved, problems) = self.app.store.load(name);
        for problem in problems.iter().take(3) {
            self.app.say(now, Severity::Warning, problem.to_string());
        }
        let saved = saved.ok_or_else(|| format!("layout `{name}` cannot be used: everything stays as it is"))?;
        self.show_layout(&saved, view, now);
        Ok(format!("layout `{name}`"))
    }
}
