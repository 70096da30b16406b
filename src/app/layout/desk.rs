//! One workspace as the user has it: its layouts, the focus, what is zoomed, what each pane is linked to.
//!
//! # Which tree is used
//! A workspace ships with a tree for each of a few sizes of the screen; the first that fits is used. Once its panes are split,
//! closed or moved, the user's tree is used at the size it was edited at and at every smaller one. Sizes alone can be changed
//! in each of the shipped trees.
//!
//! # When there is little room
//! 1. Panes that would be smaller than makes sense fold away, the lowest [`PaneSpec::rank`] first (`crate::app::panes`):
//!    latency, rates, streams, log, connections, watchlist, depth, indicators, tape,
//!    recordings, ladder, replay, heatmap; the chart stays. Of
//!    several of a kind the newest folds first.
//! 2. A folded pane is still reached by `tab`: it then has the screen for itself.
//!
//! [`PaneSpec::rank`]: crate::app::panes::PaneSpec

use super::arrange::{Division, arrange};
use super::{Area, Arranged, Axis, Direction, Edge, Node, Workspace};
use crate::app::link::{Link, Linked};
use crate::app::panes::{PaneId, PaneKind};
use std::collections::BTreeMap;

/// A workspace can have so many panes.
pub const MOST_PANES: usize = 24;
/// So many changes can be taken back.
const MOST_UNDO: usize = 50;

/// A tree for screens of some size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Least width and height of the panes' part of the screen that it is for.
    pub least: (u16, u16),
    /// Whether the user made it, rather than changed the sizes of a shipped one.
    pub own: bool,
    /// What is where.
    pub tree: Node,
}

/// What can be taken back.
#[derive(Debug, Clone, PartialEq)]
struct Before {
    layouts: Vec<Layout>,
    links: BTreeMap<PaneId, Link>,
    own: BTreeMap<PaneId, Linked>,
    focus: PaneId,
}

/// A workspace as the user has it.
#[derive(Debug, Clone)]
pub struct Desk {
    workspace: Workspace,
    layouts: Vec<Layout>,
    focus: PaneId,
    zoomed: bool,
    /// What panes are linked to, other than the usual.
    links: BTreeMap<PaneId, Link>,
    /// Symbol, bars and the rest of panes that have their own.
    own: BTreeMap<PaneId, Linked>,
    history: Vec<Before>,
    /// The size it was last shown at.
    sized: Area,
}

fn shipped(workspace: Workspace) -> Vec<Layout> {
    let layouts = (workspace.spec().layouts)().into_iter();
    layouts.map(|(width, height, tree)| Layout { least: (width, height), own: false, tree }).collect()
}

/// Arranges a tree, without the panes there is no room for.
fn fold(tree: &Node, area: Area) -> Arranged {
    let mut folded = Vec::new();
    loop {
        let arranged = arrange(tree, area, &folded);
        if arranged.fits() || arranged.panes.len() <= 1 {
            return arranged;
        }
        let panes = arranged.panes.iter().map(|(id, _)| *id);
        folded.extend(panes.min_by_key(|id| (id.spec().rank, u16::MAX - id.number)));
    }
}

impl Desk {
    /// A workspace as shipped.
    pub fn new(workspace: Workspace) -> Self {
        Self {
            workspace,
            layouts: shipped(workspace),
            focus: PaneId::first(workspace.spec().focus),
            zoomed: false,
            links: BTreeMap::new(),
            own: BTreeMap::new(),
            history: Vec::new(),
            sized: Area::default(),
        }
    }

    /// A workspace as it was saved. What cannot be is left out: without any layout it is as shipped.
    pub fn saved(
        workspace: Workspace,
        layouts: Vec<Layout>,
        focus: PaneId,
        links: impl IntoIterator<Item = (PaneId, Link, Linked)>,
    ) -> Self {
        let mut desk = Self::new(workspace);
        if layouts.last().is_some_and(|last| last.least == (0, 0)) {
            desk.layouts = layouts;
        }
        for (id, link, own) in links {
            if desk.knows(id) {
                desk.set_link(id, link, own);
            }
        }
        desk.focus = desk.layouts.iter().flat_map(|layout| layout.tree.panes()).next().unwrap_or(desk.focus);
        desk.set_focus(focus);
        desk
    }

    /// Which workspace it is.
    pub const fn workspace(&self) -> Workspace {
        self.workspace
    }

    /// Its trees, for the largest screens first.
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// Whether panes were split, closed or moved.
    pub fn edited(&self) -> bool {
        self.layouts.iter().any(|layout| layout.own)
    }

    /// The focused pane.
    pub const fn focus(&self) -> PaneId {
        self.focus
    }

    /// Whether the focused pane has the screen for itself because the user wants it so.
    pub const fn zoomed(&self) -> bool {
        self.zoomed
    }

    /// Shows the focused pane alone, or all again.
    pub const fn toggle_zoom(&mut self) {
        self.zoomed = !self.zoomed;
    }

    /// Leaves the zoom; says whether there was one.
    pub const fn leave_zoom(&mut self) -> bool {
        std::mem::replace(&mut self.zoomed, false)
    }

    /// Back to what was shipped; it can be taken back.
    pub fn reset(&mut self) {
        self.remember();
        let fresh = Self::new(self.workspace);
        (self.layouts, self.links, self.own) = (fresh.layouts, fresh.links, fresh.own);
        self.zoomed = false;
        if !self.panes().contains(&self.focus) {
            self.focus = fresh.focus;
        }
    }

    /// Takes back the last change of panes; says whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.history.pop() else { return false };
        Before { layouts: self.layouts, links: self.links, own: self.own, focus: self.focus } = before;
        self.zoomed = false;
        true
    }

    fn remember(&mut self) {
        if self.history.len() == MOST_UNDO {
            self.history.remove(0);
        }
        let (layouts, links, own) = (self.layouts.clone(), self.links.clone(), self.own.clone());
        self.history.push(Before { layouts, links, own, focus: self.focus });
    }

    /// Whether a pane is here, or can come back.
    pub fn knows(&self, id: PaneId) -> bool {
        let before = self.history.iter().flat_map(|before| &before.layouts);
        self.layouts.iter().chain(before).any(|layout| layout.tree.holds(id))
    }

    /// A pane of a kind with a number that was not used before.
    fn fresh(&self, kind: PaneKind) -> PaneId {
        let mut number = 1;
        while self.knows(PaneId { kind, number }) {
            number += 1;
        }
        PaneId { kind, number }
    }

    /// What a pane is linked to.
    pub fn link(&self, id: PaneId) -> Link {
        self.links.get(&id).copied().unwrap_or_default()
    }

    /// What a pane has of its own, where it is not linked.
    pub fn own(&self, id: PaneId) -> Linked {
        self.own.get(&id).copied().unwrap_or_default()
    }

    /// What a pane has of its own, to be changed.
    pub fn own_mut(&mut self, id: PaneId) -> &mut Linked {
        self.own.entry(id).or_default()
    }

    /// What every pane that is not linked has of its own.
    pub fn owns(&self) -> impl Iterator<Item = &Linked> {
        self.own.values()
    }

    /// What every pane that is not linked has of its own, to be changed.
    pub fn owns_mut(&mut self) -> impl Iterator<Item = &mut Linked> {
        self.own.values_mut()
    }

    /// Links a pane; `own` is what it has for itself where it is not linked.
    pub fn set_link(&mut self, id: PaneId, link: Link, own: Linked) {
        if link == Link::default() {
            self.links.remove(&id);
        } else {
            self.links.insert(id, link);
        }
        if link.group.is_none() || link.own_bars {
            self.own.insert(id, own);
        } else {
            self.own.remove(&id);
        }
    }

    /// Whether panes are linked to different things, so that it has to be said which.
    pub fn links_differ(&self) -> bool {
        let mut links = self.panes().into_iter().filter(|id| id.kind.follows()).map(|id| self.link(id).group);
        let first = links.next();
        links.any(|link| Some(link) != first)
    }

    /// Every pane of the workspace, in reading order of the first layout that has it.
    pub fn panes(&self) -> Vec<PaneId> {
        let mut panes = Vec::new();
        for id in self.layouts.iter().flat_map(|layout| layout.tree.panes()) {
            if !panes.contains(&id) {
                panes.push(id);
            }
        }
        panes
    }

    /// The panes that can be reached on a screen of this size: those of the user's own tree, else all.
    fn reachable(&self, area: Area) -> Vec<PaneId> {
        match self.layouts.get(self.index(area)) {
            Some(layout) if layout.own => layout.tree.panes(),
            _ => self.layouts.iter().filter(|layout| !layout.own).fold(Vec::new(), |mut panes, layout| {
                panes.extend(layout.tree.panes().into_iter().filter(|id| !panes.contains(id)).collect::<Vec<_>>());
                panes
            }),
        }
    }

    fn index(&self, area: Area) -> usize {
        let fits = |layout: &Layout| area.width >= layout.least.0 && area.height >= layout.least.1;
        self.layouts.iter().position(fits).unwrap_or(self.layouts.len().saturating_sub(1))
    }

    /// Brings the focus to a pane there is on a screen of this size. On a screen that became smaller that is one that is not
    /// folded, so that it shows what matters.
    pub fn settle(&mut self, area: Area) {
        let shrunk = self.sized == Area::default() || self.sized.width > area.width || self.sized.height > area.height;
        self.sized = area;
        let panes = match self.layouts.get(self.index(area)) {
            Some(layout) if shrunk && !self.zoomed => {
                let arranged = fold(&layout.tree, area);
                arranged.panes.into_iter().map(|(id, _)| id).collect()
            }
            _ => self.reachable(area),
        };
        if !panes.contains(&self.focus)
            && let Some(first) = panes.into_iter().max_by_key(|id| id.spec().rank)
        {
            self.focus = first;
        }
    }

    /// Where everything is on a screen of this size.
    pub fn arrange(&self, area: Area) -> Arranged {
        let others = || self.reachable(area).into_iter().filter(|id| *id != self.focus).collect();
        let alone = |folded| Arranged { panes: vec![(self.focus, area)], folded, ..Arranged::default() };
        if self.zoomed {
            return alone(Vec::new());
        }
        let Some(layout) = self.layouts.get(self.index(area)) else { return alone(Vec::new()) };
        let mut arranged = fold(&layout.tree, area);
        if arranged.area(self.focus).is_none() {
            return alone(others());
        }
        // What another size's tree has is folded here too.
        let hidden = |id: &PaneId| arranged.area(*id).is_none();
        arranged.folded = self.reachable(area).into_iter().filter(hidden).collect();
        arranged
    }

    /// Focuses a pane of this workspace.
    pub fn set_focus(&mut self, id: PaneId) {
        if self.layouts.iter().any(|layout| layout.tree.holds(id)) {
            self.focus = id;
        }
    }

    /// Focuses the next pane, or the previous one when `back`.
    pub fn cycle(&mut self, back: bool, area: Area) {
        let panes = self.reachable(area);
        let at = panes.iter().position(|id| *id == self.focus).unwrap_or(0);
        let next = if back { at + panes.len().max(1) - 1 } else { at + 1 } % panes.len().max(1);
        if let Some(id) = panes.get(next) {
            self.focus = *id;
        }
    }

    /// The neighbour in a direction: the pane that touches, and of several the one that shares most of the border.
    pub fn beside(&self, direction: Direction, area: Area) -> Option<PaneId> {
        let arranged = self.arrange(area);
        let own = arranged.area(self.focus)?;
        let overlap = |a: u16, alen: u16, b: u16, blen: u16| {
            let (end, other) = (a.saturating_add(alen), b.saturating_add(blen));
            i32::from(end.min(other)) - i32::from(a.max(b)) - 1
        };
        let best = arranged
            .panes
            .iter()
            .filter(|(id, _)| *id != self.focus)
            .filter_map(|(id, other)| {
                let touches = match direction {
                    Direction::Left => other.x + other.width == own.x + 1,
                    Direction::Right => own.x + own.width == other.x + 1,
                    Direction::Up => other.y + other.height == own.y + 1,
                    Direction::Down => own.y + own.height == other.y + 1,
                };
                let shared = match direction {
                    Direction::Left | Direction::Right => overlap(own.y, own.height, other.y, other.height),
                    Direction::Up | Direction::Down => overlap(own.x, own.width, other.x, other.width),
                };
                (touches && shared > 0).then_some((shared, *id))
            })
            .max_by_key(|(shared, _)| *shared);
        best.map(|(_, id)| id)
    }

    /// Focuses the neighbour in a direction; says whether there is one.
    pub fn neighbour(&mut self, direction: Direction, area: Area) -> bool {
        self.beside(direction, area).map(|id| self.focus = id).is_some()
    }

    /// Changes the tree that is used at this size. Whatever was used at smaller sizes gives way to it.
    fn edit(&mut self, area: Area, change: impl FnOnce(&mut Node) -> bool) -> bool {
        let index = self.index(area);
        let Some(mut tree) = self.layouts.get(index).map(|layout| layout.tree.clone()) else { return false };
        if !change(&mut tree) {
            return false;
        }
        self.remember();
        self.layouts.truncate(index);
        self.layouts.push(Layout { least: (0, 0), own: true, tree });
        self.zoomed = false;
        true
    }

    /// Puts a new pane of a kind beside the focused one, which gives it half of its room; it gets the focus. `None` when there
    /// are as many as can be.
    pub fn split(&mut self, kind: PaneKind, to: Direction, area: Area) -> Option<PaneId> {
        let (new, focus) = (self.fresh(kind), self.focus);
        let room = self.layouts.get(self.index(area)).is_some_and(|layout| layout.tree.panes().len() < MOST_PANES);
        if !room || !self.edit(area, |tree| tree.insert(focus, to.axis(), to.back(), new)) {
            return None;
        }
        self.focus = new;
        Some(new)
    }

    /// Closes the focused pane; a neighbour gets the focus. Says whether there was another: the last one stays.
    pub fn close(&mut self, area: Area) -> bool {
        let gone = self.focus;
        let order = |panes: Vec<PaneId>| {
            let at = panes.iter().position(|id| *id == gone)?;
            panes.get(if at > 0 { at - 1 } else { 1 }).copied()
        };
        let near = [Direction::Left, Direction::Up, Direction::Right, Direction::Down];
        let next = near.into_iter().find_map(|direction| self.beside(direction, area)).or_else(|| order(self.reachable(area)));
        let closed = self.edit(area, |tree| tree.without(gone).map(|left| *tree = left).is_some());
        if closed {
            self.links.remove(&gone);
            self.own.remove(&gone);
            self.focus = next.unwrap_or(gone);
            self.settle(area);
        }
        closed
    }

    /// Shows another kind of thing where the focused pane is.
    pub fn change(&mut self, kind: PaneKind, area: Area) -> Option<PaneId> {
        let (new, old) = (self.fresh(kind), self.focus);
        if !self.edit(area, |tree| tree.replace(old, new)) {
            return None;
        }
        let (link, own) = (self.link(old), self.own(old));
        self.set_link(old, Link::default(), Linked::default());
        self.set_link(new, link, own);
        self.focus = new;
        Some(new)
    }

    /// Moves the focused pane one place to a side; says whether there was anywhere to go.
    pub fn shift(&mut self, to: Direction, area: Area) -> bool {
        let focus = self.focus;
        self.edit(area, |tree| tree.shift(focus, to))
    }

    /// Exchanges two panes.
    pub fn swap(&mut self, a: PaneId, b: PaneId, area: Area) -> bool {
        self.edit(area, |tree| {
            let both = a != b && tree.holds(a) && tree.holds(b);
            if both {
                tree.swap(a, b);
            }
            both
        })
    }

    /// Takes a pane from its place and puts it at a side of another.
    pub fn dock(&mut self, id: PaneId, beside: PaneId, side: Direction, area: Area) -> bool {
        self.edit(area, |tree| {
            let before = tree.clone();
            let done = id != beside
                && tree.holds(beside)
                && tree.without(id).map(|left| *tree = left).is_some()
                && tree.insert(beside, side.axis(), side.back(), id);
            done && *tree != before
        })
    }

    /// Gives every pane the same room, as far as the splits allow.
    pub fn equalise(&mut self, area: Area) {
        self.remember();
        let index = self.index(area);
        if let Some(layout) = self.layouts.get_mut(index) {
            layout.tree.equalise();
        }
    }

    /// Makes the focused pane wider or higher by so many cells, or as far as there is room. Says whether anything changed.
    pub fn resize(&mut self, axis: Axis, cells: i32, area: Area) -> bool {
        let arranged = self.arrange(area);
        let index = self.index(area);
        let Some(path) = self.layouts.get(index).and_then(|layout| layout.tree.path(self.focus)) else { return false };
        // The innermost split that can give way.
        let holding = |division: &&Division| division.axis == axis && path.starts_with(&division.path);
        let mut divisions: Vec<&Division> = arranged.divisions.iter().filter(holding).collect();
        divisions.sort_by_key(|division| std::cmp::Reverse(division.path.len()));
        for division in divisions {
            let own = path.get(division.path.len());
            let Some(at) = division.parts.iter().position(|part| Some(&part.index) == own) else { continue };
            let before = at.checked_sub(1).map(|before| (before, -cells));
            let after = (at + 1 < division.parts.len()).then_some((at, cells));
            for (boundary, cells) in after.into_iter().chain(before) {
                if self.move_boundary(division, boundary, cells, index) {
                    return true;
                }
            }
        }
        false
    }

    fn move_boundary(&mut self, division: &Division, boundary: usize, cells: i32, index: usize) -> bool {
        let Some([before, after]) = division.parts.get(boundary..boundary + 2) else { return false };
        let spare = |size: u16, least: u16| i32::from(size.saturating_sub(least));
        let cells = cells.clamp(-spare(before.size, before.least), spare(after.size, after.least));
        if cells == 0 {
            return false;
        }
        let moved = |size: u16, by: i32| (i32::from(size) + by).clamp(1, i32::from(u16::MAX)) as u16;
        let sizes: Vec<(usize, u16)> = division
            .parts
            .iter()
            .enumerate()
            .map(|(i, part)| match i {
                i if i == boundary => (part.index, moved(part.size, cells)),
                i if i == boundary + 1 => (part.index, moved(part.size, -cells)),
                _ => (part.index, part.size),
            })
            .collect();
        if let Some(layout) = self.layouts.get_mut(index) {
            layout.tree.set_sizes(&division.path, &sizes);
        }
        true
    }

    /// Moves a boundary to this column or row of the screen, as far as there is room.
    pub fn drag(&mut self, edge: &Edge, to: u16, area: Area) {
        let arranged = self.arrange(area);
        let same = |other: &&Edge| other.path == edge.path && other.before == edge.before && other.axis == edge.axis;
        let Some(now) = arranged.edges.iter().find(same) else { return };
        let at = if edge.axis == Axis::Across { now.area.x } else { now.area.y };
        let Some(division) = arranged.divisions.iter().find(|division| division.path == edge.path) else { return };
        let Some(boundary) = division.parts.iter().position(|part| part.index == edge.before) else { return };
        self.move_boundary(division, boundary, i32::from(to) - i32::from(at), self.index(area));
    }
}
