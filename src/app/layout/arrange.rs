//! From a tree to rectangles.

use super::{Area, Axis, Node};
use crate::app::panes::PaneId;

/// A boundary between two parts that can be dragged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The way to its split from the root.
    pub path: Vec<usize>,
    /// The part before it.
    pub before: usize,
    /// Which way its split divides.
    pub axis: Axis,
    /// Its cells.
    pub area: Area,
}

/// A part of a split that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Its place in the split.
    pub index: usize,
    /// Its cells along the split's axis, borders included.
    pub size: u16,
    /// The fewest that make sense.
    pub least: u16,
}

/// How a split that has room for two parts or more divides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Division {
    /// The way to it from the root.
    pub path: Vec<usize>,
    /// Which way it divides.
    pub axis: Axis,
    /// Its parts that are shown.
    pub parts: Vec<Part>,
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arranged {
    /// Each pane with its rectangle, border included; neighbours share a line of cells.
    pub panes: Vec<(PaneId, Area)>,
    /// What can be dragged.
    pub edges: Vec<Edge>,
    /// Panes there is no room for.
    pub folded: Vec<PaneId>,
    pub(super) divisions: Vec<Division>,
}

impl Arranged {
    /// Where a pane is.
    pub fn area(&self, id: PaneId) -> Option<Area> {
        self.panes.iter().find(|(own, _)| *own == id).map(|(_, area)| *area)
    }

    /// Whether every pane has room enough to make sense.
    pub fn fits(&self) -> bool {
        self.panes.iter().all(|(id, area)| area.width >= id.spec().least.0 && area.height >= id.spec().least.1)
    }
}

/// Arranges a tree in a rectangle, without the panes in `folded`.
pub(super) fn arrange(node: &Node, area: Area, folded: &[PaneId]) -> Arranged {
    let mut out = Arranged::default();
    place(node, area, folded, &mut Vec::new(), &mut out);
    out
}

fn shown(node: &Node, folded: &[PaneId]) -> bool {
    match node {
        Node::Pane(id) => !folded.contains(id),
        Node::Split(_, parts) => parts.iter().any(|(_, part)| shown(part, folded)),
    }
}

/// Least cells a tree needs along an axis, its borders included.
fn least(node: &Node, along: Axis, folded: &[PaneId]) -> u16 {
    match node {
        Node::Pane(id) if along == Axis::Across => id.spec().least.0,
        Node::Pane(id) => id.spec().least.1,
        Node::Split(axis, parts) => {
            let parts = parts.iter().filter(|(_, part)| shown(part, folded)).map(|(_, part)| least(part, along, folded));
            if *axis == along {
                parts.fold(1, |sum: u16, least| sum.saturating_add(least.saturating_sub(1)))
            } else {
                parts.max().unwrap_or(1)
            }
        }
    }
}

fn place(node: &Node, area: Area, folded: &[PaneId], path: &mut Vec<usize>, out: &mut Arranged) {
    let (axis, parts) = match node {
        Node::Pane(id) => return out.panes.push((*id, area)),
        Node::Split(axis, parts) => (*axis, parts),
    };
    let visible: Vec<(usize, u32, &Node)> = parts
        .iter()
        .enumerate()
        .filter(|(_, (_, part))| shown(part, folded))
        .map(|(index, (share, part))| (index, *share, part))
        .collect();
    let length = if axis == Axis::Across { area.width } else { area.height };
    // Each boundary is one line that both sides own, so the parts together are that much longer.
    let room = length.saturating_add(visible.len().saturating_sub(1) as u16);
    let sizes = shares(&visible, axis, room, folded);
    let mut at = 0_u16;
    for (i, (part, (_, _, node))) in sizes.iter().zip(&visible).enumerate() {
        let inner = match axis {
            Axis::Across => Area { x: area.x.saturating_add(at), width: part.size, ..area },
            Axis::Down => Area { y: area.y.saturating_add(at), height: part.size, ..area },
        };
        path.push(part.index);
        place(node, inner, folded, path, out);
        path.pop();
        at = at.saturating_add(part.size.saturating_sub(1));
        if i + 1 < visible.len() {
            let area = match axis {
                Axis::Across => Area { x: area.x.saturating_add(at), width: 1, ..area },
                Axis::Down => Area { y: area.y.saturating_add(at), height: 1, ..area },
            };
            out.edges.push(Edge { path: path.clone(), before: part.index, axis, area });
        }
    }
    if sizes.len() > 1 {
        out.divisions.push(Division { path: path.clone(), axis, parts: sizes });
    }
}

/// The cells of each part: by its share, but where there is room none below its least, and never none at all.
fn shares(parts: &[(usize, u32, &Node)], axis: Axis, room: u16, folded: &[PaneId]) -> Vec<Part> {
    let total: u64 = parts.iter().map(|(_, share, _)| u64::from((*share).max(1))).sum::<u64>().max(1);
    let mut edge = 0_u64;
    let mut before = 0_u16;
    let mut sizes: Vec<Part> = parts
        .iter()
        .map(|(index, share, part)| {
            edge += u64::from((*share).max(1));
            let to = ((edge * u64::from(room) + total / 2) / total) as u16;
            let size = to.saturating_sub(before);
            before = to;
            Part { index: *index, size, least: least(part, axis, folded) }
        })
        .collect();
    give(&mut sizes, |part| part.least);
    give(&mut sizes, |_| 1);
    sizes
}

/// Brings every part to its least, as far as others have more than theirs.
fn give(sizes: &mut [Part], least: impl Fn(&Part) -> u16) {
    loop {
        let short = sizes.iter().position(|part| part.size < least(part));
        let spare = |part: &Part| part.size.saturating_sub(least(part));
        let rich = (0..sizes.len()).max_by_key(|i| spare(&sizes[*i])).filter(|i| spare(&sizes[*i]) > 0);
        let (Some(short), Some(rich)) = (short, rich) else { return };
        sizes[short].size += 1;
        sizes[rich].size -= 1;
    }
}
