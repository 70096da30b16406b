//! From a tree to rectangles.

use super::{Area, Axis, Node};
use crate::app::panes::PaneKind;

/// A boundary between two parts that can be dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The way to its split from the root.
    pub path: Vec<usize>,
    /// The part before it.
    pub index: usize,
    /// Which way its split divides.
    pub axis: Axis,
    /// Its cells.
    pub area: Area,
    /// Cells of the parts of its split together, along its axis.
    pub length: u16,
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arranged {
    /// Each pane with its rectangle, border included; neighbours share a line of cells.
    pub panes: Vec<(PaneKind, Area)>,
    /// What can be dragged.
    pub edges: Vec<Edge>,
}

impl Arranged {
    /// Where a pane is.
    pub fn area(&self, kind: PaneKind) -> Option<Area> {
        self.panes.iter().find(|(own, _)| *own == kind).map(|(_, area)| *area)
    }

    /// Whether every pane has room enough to make sense.
    pub fn fits(&self) -> bool {
        self.panes.iter().all(|(kind, area)| area.width >= kind.spec().least.0 && area.height >= kind.spec().least.1)
    }
}

/// Arranges a tree in a rectangle.
pub(super) fn arrange(node: &Node, area: Area) -> Arranged {
    let mut out = Arranged::default();
    place(node, area, &mut Vec::new(), &mut out);
    out
}

/// Least cells a tree needs along an axis, its borders included.
fn least(node: &Node, along: Axis) -> u16 {
    match node {
        Node::Pane(kind) if along == Axis::Across => kind.spec().least.0,
        Node::Pane(kind) => kind.spec().least.1,
        Node::Split(axis, parts) if *axis == along => {
            let sum: u16 = parts.iter().map(|(_, part)| least(part, along)).fold(0, u16::saturating_add);
            sum.saturating_sub(parts.len().saturating_sub(1) as u16)
        }
        Node::Split(_, parts) => parts.iter().map(|(_, part)| least(part, along)).max().unwrap_or(1),
    }
}

fn place(node: &Node, area: Area, path: &mut Vec<usize>, out: &mut Arranged) {
    let (axis, parts) = match node {
        Node::Pane(kind) => return out.panes.push((*kind, area)),
        Node::Split(axis, parts) => (*axis, parts),
    };
    let length = if axis == Axis::Across { area.width } else { area.height };
    // Each boundary is one line that both sides own, so the parts together are that much longer.
    let room = length.saturating_add(parts.len().saturating_sub(1) as u16);
    let sizes = shares(parts, axis, room);
    let mut at = 0_u16;
    for (index, ((_, part), size)) in parts.iter().zip(sizes).enumerate() {
        let inner = match axis {
            Axis::Across => Area { x: area.x.saturating_add(at), width: size, ..area },
            Axis::Down => Area { y: area.y.saturating_add(at), height: size, ..area },
        };
        path.push(index);
        place(part, inner, path, out);
        path.pop();
        at = at.saturating_add(size.saturating_sub(1));
        if index + 1 < parts.len() {
            let area = match axis {
                Axis::Across => Area { x: area.x.saturating_add(at), width: 1, ..area },
                Axis::Down => Area { y: area.y.saturating_add(at), height: 1, ..area },
            };
            out.edges.push(Edge { path: path.clone(), index, axis, area, length: room });
        }
    }
}

/// The cells of each part: by its share, but where there is room none below its least.
fn shares(parts: &[(f32, Node)], axis: Axis, room: u16) -> Vec<u16> {
    let total: f32 = parts.iter().map(|(share, _)| share.max(0.01)).sum();
    let mut edge = 0.0_f32;
    let mut before = 0_u16;
    let mut sizes: Vec<u16> = parts
        .iter()
        .map(|(share, _)| {
            edge += share.max(0.01) / total * f32::from(room);
            let to = (edge.round() as u16).min(room);
            let size = to.saturating_sub(before);
            before = to;
            size
        })
        .collect();
    let leasts: Vec<u16> = parts.iter().map(|(_, part)| least(part, axis)).collect();
    loop {
        let short = sizes.iter().zip(&leasts).position(|(size, least)| size < least);
        let spare = |i: &usize| sizes[*i].saturating_sub(leasts[*i]);
        let rich = (0..sizes.len()).max_by_key(spare).filter(|i| spare(i) > 0);
        let (Some(short), Some(rich)) = (short, rich) else { return sizes };
        sizes[short] += 1;
        sizes[rich] -= 1;
    }
}
