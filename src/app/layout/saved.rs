//! A layout as it is kept: every workspace's trees and panes, and what the colour groups show.

use super::{Desk, Layout, WORKSPACES, Workspace};
use crate::app::App;
use crate::app::link::{BarsBy, Group, Groups, Link, Linked, Window};
use crate::app::pairs::PairChoice;
use crate::app::panes::PaneId;
use crate::domain::{BarSpec, Symbol};

/// What is kept of a link: what its panes show.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SavedLink {
    /// The symbol that was chosen.
    pub symbol: Option<Symbol>,
    /// The bars that were chosen.
    pub bars: Option<BarSpec>,
    /// Steps closer than the usual zoom.
    pub zoom: i8,
    /// The pair that was chosen, and how it is looked at.
    pub pair: PairChoice,
}

impl SavedLink {
    pub(super) fn of(linked: &Linked) -> Self {
        let bars = (linked.bars_by == BarsBy::User).then_some(linked.bars);
        Self { symbol: linked.wanted, bars, zoom: linked.window.zoom, pair: linked.pair }
    }

    fn linked(&self) -> Linked {
        let mut linked = Linked { symbol: self.symbol, wanted: self.symbol, pair: self.pair, ..Linked::default() };
        if let Some(bars) = self.bars {
            linked.choose_bars(bars);
        }
        linked.window = Window { newest: None, zoom: self.zoom };
        linked
    }

    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is kept of a pane, besides its place.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedPane {
    /// Which.
    pub id: PaneId,
    /// What it is linked with.
    pub link: Link,
    /// What it has of its own.
    pub own: SavedLink,
    /// What the user chose in it.
    pub settings: toml::Table,
}

/// A workspace as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedDesk {
    /// Which.
    pub workspace: Workspace,
    /// Its trees, for the largest screens first; the last is for any size.
    pub layouts: Vec<Layout>,
    /// The focused pane.
    pub focus: PaneId,
    /// Panes of which there is something to keep, by name.
    pub panes: Vec<SavedPane>,
}

/// A layout as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The workspace that is shown.
    pub workspace: Workspace,
    /// What each group shows.
    pub groups: [SavedLink; Group::COUNT as usize],
    /// Every workspace, in the order of the catalogue.
    pub desks: Vec<SavedDesk>,
}

impl Default for Saved {
    /// What is shipped.
    fn default() -> Self {
        let desks = WORKSPACES.iter().map(|spec| SavedDesk::of(&Desk::new(spec.workspace), &|_| toml::Table::new())).collect();
        Self { workspace: Workspace::Trade, groups: Default::default(), desks }
    }
}

impl SavedDesk {
    pub(super) fn of(desk: &Desk, settings: &dyn Fn(PaneId) -> toml::Table) -> Self {
        let mut panes: Vec<SavedPane> = desk
            .panes()
            .into_iter()
            .map(|id| {
                let (link, own) = (desk.link(id), desk.own(id));
                let own = if link.group.is_none() || link.own_bars { SavedLink::of(&own) } else { SavedLink::default() };
                SavedPane { id, link, own, settings: settings(id) }
            })
            .filter(|pane| pane.link != Link::default() || !pane.own.is_empty() || !pane.settings.is_empty())
            .collect();
        panes.sort_by_key(|pane| pane.id);
        Self { workspace: desk.workspace(), layouts: desk.layouts().to_vec(), focus: desk.focus(), panes }
    }

    /// The workspace as it was.
    pub fn desk(&self) -> Desk {
        let links = self.panes.iter().map(|pane| (pane.id, pane.link, pane.own.linked()));
        Desk::saved(self.workspace, self.layouts.clone(), self.focus, links)
    }
}

/// What a loaded layout replaces, to be put back as it was.
#[derive(Debug)]
pub struct Stash {
    workspace: Workspace,
    groups: Groups,
    desks: Vec<Desk>,
}

impl App {
    /// What there is to keep; `settings` gives what the user chose in a pane.
    pub fn saved(&self, settings: &dyn Fn(Workspace, PaneId) -> toml::Table) -> Saved {
        let mut saved = Saved { workspace: self.shown.workspace, groups: Default::default(), desks: Vec::new() };
        for (group, kept) in Group::all().zip(&mut saved.groups) {
            *kept = SavedLink::of(self.groups.get(group));
        }
        saved.desks = self.desks.iter().map(|desk| SavedDesk::of(desk, &|id| settings(desk.workspace(), id))).collect();
        saved
    }

    /// Shows what was kept; what was there before comes back.
    pub fn restore(&mut self, saved: &Saved) -> Stash {
        let mut groups = Groups::default();
        for (group, kept) in Group::all().zip(&saved.groups) {
            *groups.get_mut(group) = kept.linked();
        }
        let desks = WORKSPACES
            .iter()
            .map(|spec| {
                let kept = saved.desks.iter().find(|desk| desk.workspace == spec.workspace);
                kept.map_or_else(|| Desk::new(spec.workspace), SavedDesk::desk)
            })
            .collect();
        self.put_back(Stash { workspace: saved.workspace, groups, desks })
    }

    /// Puts back what a loaded layout replaced.
    pub fn put_back(&mut self, stash: Stash) -> Stash {
        Stash {
            workspace: std::mem::replace(&mut self.shown.workspace, stash.workspace),
            groups: std::mem::replace(&mut self.groups, stash.groups),
            desks: std::mem::replace(&mut self.desks, stash.desks),
        }
    }
}
