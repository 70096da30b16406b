//! How the screen is divided: a tree of splits with panes as leaves, arranged into rectangles that share their borders.

mod arrange;
mod desk;
mod shipped;

pub use arrange::{Arranged, Edge};
pub use desk::{Desk, Direction};
pub use shipped::{WORKSPACES, Workspace, WorkspaceSpec};

use super::panes::PaneKind;

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Whether a cell is inside.
    pub const fn holds(&self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }
}

/// Which way a split divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Side by side.
    Across,
    /// One above the other.
    Down,
}

/// A part of the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A pane.
    Pane(PaneKind),
    /// Parts beside or below each other, each with its share of the room.
    Split(Axis, Vec<(f32, Node)>),
}

impl Node {
    /// The panes in it, in reading order.
    pub fn panes(&self) -> Vec<PaneKind> {
        match self {
            Self::Pane(kind) => vec![*kind],
            Self::Split(_, parts) => parts.iter().flat_map(|(_, part)| part.panes()).collect(),
        }
    }

    /// The tree without a pane; `None` when nothing is left.
    #[must_use]
    pub fn without(&self, gone: PaneKind) -> Option<Self> {
        match self {
            Self::Pane(kind) => (*kind != gone).then(|| self.clone()),
            Self::Split(axis, parts) => {
                let mut left: Vec<(f32, Self)> =
                    parts.iter().filter_map(|(share, part)| part.without(gone).map(|part| (*share, part))).collect();
                match left.len() {
                    0 => None,
                    1 => left.pop().map(|(_, part)| part),
                    _ => Some(Self::Split(*axis, left)),
                }
            }
        }
    }

    /// Makes a pane larger (or smaller, for a share below zero) in every split it is part of.
    pub fn grow(&mut self, kind: PaneKind, by: f32) -> bool {
        let Self::Split(_, parts) = self else { return matches!(self, Self::Pane(own) if *own == kind) };
        let Some(index) = parts.iter_mut().position(|(_, part)| part.grow(kind, by)) else { return false };
        let total: f32 = parts.iter().map(|(share, _)| share).sum();
        if let Some((share, _)) = parts.get_mut(index) {
            *share = (*share + by * total).clamp(0.05 * total, 0.9 * total);
        }
        true
    }

    /// Moves the boundary after part `index` of the split at `path` by a share of the split's room.
    pub fn shift(&mut self, path: &[usize], index: usize, by: f32) {
        let Self::Split(_, parts) = self else { return };
        if let Some((first, rest)) = path.split_first() {
            if let Some((_, part)) = parts.get_mut(*first) {
                part.shift(rest, index, by);
            }
            return;
        }
        let total: f32 = parts.iter().map(|(share, _)| share).sum();
        if let Some([(before, _), (after, _)]) = parts.get_mut(index..index + 2) {
            let by = (by * total).clamp(0.05 * total - *before, *after - 0.05 * total);
            if by.is_finite() {
                *before += by;
                *after -= by;
            }
        }
    }
}
