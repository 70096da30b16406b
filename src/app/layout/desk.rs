//! One workspace as the user has it: its layouts with their changed shares, the focus, what is zoomed.
//!
//! # When there is little room
//! 1. The first layout of the workspace that fits the screen is used.
//! 2. Panes of it that would be smaller than makes sense fold away, the lowest [`PaneSpec::rank`] first
//!    (`crate::app::panes`): latency, rates, streams, log, connections, watchlist, tape, ladder, replay; the chart stays.
//! 3. A folded pane is still reached by `tab`: it then has the screen for itself.
//!
//! [`PaneSpec::rank`]: crate::app::panes::PaneSpec

use super::arrange::arrange;
use super::{Area, Arranged, Axis, Node, Workspace};
use crate::app::panes::PaneKind;

/// Where to look for a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the left.
    Left,
    /// Below.
    Down,
    /// Above.
    Up,
    /// To the right.
    Right,
}

/// A workspace as the user has it.
#[derive(Debug, Clone)]
pub struct Desk {
    workspace: Workspace,
    layouts: Vec<(u16, u16, Node)>,
    focus: PaneKind,
    zoomed: bool,
}

impl Desk {
    /// A workspace as shipped.
    pub fn new(workspace: Workspace) -> Self {
        let spec = workspace.spec();
        Self { workspace, layouts: (spec.layouts)(), focus: spec.focus, zoomed: false }
    }

    /// The focused pane.
    pub const fn focus(&self) -> PaneKind {
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

    /// Back to the shipped sizes.
    pub fn reset(&mut self) {
        self.layouts = (self.workspace.spec().layouts)();
        self.zoomed = false;
    }

    /// Every pane of the workspace, in reading order of the first layout that has it.
    pub fn panes(&self) -> Vec<PaneKind> {
        let mut panes = Vec::new();
        for kind in self.layouts.iter().flat_map(|(_, _, node)| node.panes()) {
            if !panes.contains(&kind) {
                panes.push(kind);
            }
        }
        panes
    }

    fn index(&self, area: Area) -> usize {
        let fits = |(width, height, _): &(u16, u16, Node)| area.width >= *width && area.height >= *height;
        self.layouts.iter().position(fits).unwrap_or(self.layouts.len().saturating_sub(1))
    }

    /// Where everything is on a screen of this size.
    pub fn arrange(&self, area: Area) -> Arranged {
        let alone = || Arranged { panes: vec![(self.focus, area)], edges: Vec::new() };
        if self.zoomed {
            return alone();
        }
        let Some((_, _, node)) = self.layouts.get(self.index(area)) else { return alone() };
        let mut folded: Option<Node> = None;
        loop {
            let node = folded.as_ref().unwrap_or(node);
            let mut arranged = arrange(node, area);
            if arranged.fits() || arranged.panes.len() <= 1 {
                if folded.is_some() {
                    // The paths of a folded tree do not lead through the whole one.
                    arranged.edges.clear();
                }
                return if arranged.area(self.focus).is_some() { arranged } else { alone() };
            }
            let least = node.panes().into_iter().min_by_key(|kind| kind.spec().rank);
            folded = least.and_then(|kind| node.without(kind));
            if folded.is_none() {
                return alone();
            }
        }
    }

    /// Focuses a pane of this workspace.
    pub fn set_focus(&mut self, kind: PaneKind) {
        if self.panes().contains(&kind) {
            self.focus = kind;
        }
    }

    /// Focuses the next pane, or the previous one when `back`.
    pub fn cycle(&mut self, back: bool) {
        let panes = self.panes();
        let at = panes.iter().position(|kind| *kind == self.focus).unwrap_or(0);
        let next = if back { at + panes.len() - 1 } else { at + 1 } % panes.len().max(1);
        if let Some(kind) = panes.get(next) {
            self.focus = *kind;
        }
    }

    /// Focuses the neighbour in a direction: the pane that touches, and of several the one that shares most of the border.
    pub fn neighbour(&mut self, direction: Direction, area: Area) -> bool {
        let arranged = self.arrange(area);
        let Some(own) = arranged.area(self.focus) else { return false };
        let overlap = |a: u16, alen: u16, b: u16, blen: u16| {
            let (end, other) = (a.saturating_add(alen), b.saturating_add(blen));
            i32::from(end.min(other)) - i32::from(a.max(b)) - 1
        };
        let best = arranged
            .panes
            .iter()
            .filter(|(kind, _)| *kind != self.focus)
            .filter_map(|(kind, other)| {
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
                (touches && shared > 0).then_some((shared, *kind))
            })
            .max_by_key(|(shared, _)| *shared);
        best.map(|(_, kind)| self.focus = kind).is_some()
    }

    /// Makes the focused pane larger or smaller by twentieths.
    pub fn resize(&mut self, twentieths: i32, area: Area) {
        let index = self.index(area);
        let focus = self.focus;
        if let Some((_, _, node)) = self.layouts.get_mut(index) {
            node.grow(focus, twentieths as f32 * 0.05);
        }
    }

    /// Moves a boundary so that it lies at this column or row of the screen.
    pub fn drag(&mut self, path: &[usize], index: usize, axis: Axis, cells: i32, length: u16, area: Area) {
        let at = self.index(area);
        if let (Some((_, _, node)), true) = (self.layouts.get_mut(at), length > 0 && (axis == Axis::Across || axis == Axis::Down)) {
            node.shift(path, index, cells as f32 / f32::from(length));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn area(width: u16, height: u16) -> Area {
        Area { x: 0, y: 1, width, height }
    }

    fn shown(workspace: Workspace, width: u16, height: u16) -> Vec<PaneKind> {
        let mut panes: Vec<_> = Desk::new(workspace).arrange(area(width, height)).panes.iter().map(|(kind, _)| *kind).collect();
        panes.sort();
        panes
    }

    #[test]
    fn panes_fold_in_the_stated_order() {
        use PaneKind::{Chart, Ladder, Tape, Watchlist};
        assert_eq!(shown(Workspace::Trade, 200, 57), [Watchlist, Chart, Ladder, Tape]);
        assert_eq!(shown(Workspace::Trade, 120, 37), [Watchlist, Chart, Ladder, Tape]);
        assert_eq!(shown(Workspace::Trade, 80, 21), [Chart, Ladder, Tape]);
        assert_eq!(shown(Workspace::Trade, 62, 12), [Watchlist, Chart, Ladder]);
        assert_eq!(shown(Workspace::Trade, 62, 10), [Chart, Ladder]);
        assert_eq!(shown(Workspace::Trade, 40, 10), [Chart]);
        assert_eq!(shown(Workspace::System, 80, 21).len(), 3);
        assert_eq!(shown(Workspace::Replay, 80, 21), [Chart, Ladder, PaneKind::Replay]);
    }

    #[test]
    fn neighbours() {
        let mut desk = Desk::new(Workspace::Trade);
        let wide = area(200, 57);
        assert!(desk.neighbour(Direction::Right, wide));
        assert_eq!(desk.focus(), PaneKind::Ladder);
        assert!(!desk.neighbour(Direction::Right, wide));
        desk.neighbour(Direction::Left, wide);
        desk.neighbour(Direction::Left, wide);
        assert_eq!(desk.focus(), PaneKind::Tape, "the one that shares most of the border");
        assert!(desk.neighbour(Direction::Up, wide));
        assert_eq!(desk.focus(), PaneKind::Watchlist);
    }

    #[test]
    fn a_folded_pane_can_be_reached() {
        let mut desk = Desk::new(Workspace::Trade);
        while desk.focus() != PaneKind::Watchlist {
            desk.cycle(false);
        }
        assert_eq!(desk.arrange(area(80, 21)).panes, [(PaneKind::Watchlist, area(80, 21))]);
        desk.cycle(true);
        desk.cycle(false);
        assert_eq!(desk.focus(), PaneKind::Watchlist);
    }

    #[test]
    fn borders_can_be_moved_and_put_back() {
        let mut desk = Desk::new(Workspace::Trade);
        let wide = area(200, 57);
        let before = desk.arrange(wide);
        let edge = before.edges.iter().find(|edge| edge.path.is_empty() && edge.index == 1).unwrap().clone();
        desk.drag(&edge.path, edge.index, edge.axis, -20, edge.length, wide);
        let moved = desk.arrange(wide).area(PaneKind::Ladder).unwrap();
        assert_eq!(moved.width, before.area(PaneKind::Ladder).unwrap().width + 20);
        desk.resize(1, wide);
        assert!(desk.arrange(wide).area(PaneKind::Chart).unwrap().width > 99);
        desk.reset();
        assert_eq!(desk.arrange(wide), before);
    }

    proptest! {
        #[test]
        fn every_size_is_filled(width in 1_u16..300, height in 1_u16..120, which in 0_usize..3) {
            let workspace = super::super::WORKSPACES[which].workspace;
            let whole = area(width, height);
            let arranged = Desk::new(workspace).arrange(whole);
            prop_assert!(!arranged.panes.is_empty());
            for y in 1..=height {
                for x in 0..width {
                    prop_assert!(arranged.panes.iter().any(|(_, a)| a.holds(x, y)), "{x},{y} of {width}x{height}: {arranged:?}");
                }
            }
            for (_, a) in &arranged.panes {
                prop_assert!(a.x + a.width <= width && a.y + a.height <= height + 1);
            }
        }
    }
}
