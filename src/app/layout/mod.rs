//! How the screen is divided: a tree of splits with panes as leaves, arranged into rectangles that share their borders.

mod arrange;
mod desk;
mod read;
mod saved;
mod shipped;
mod store;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub use arrange::{Arranged, Edge};
pub use desk::{Desk, Layout, MOST_PANES};
pub use read::read;
pub use saved::{Saved, SavedDesk, SavedLink, SavedPane, Stash};
pub use shipped::{WORKSPACES, Workspace, WorkspaceSpec, begins_with};
pub use store::Store;
pub use tree::Node;
pub use write::{VERSION, write};

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

/// A side to look or go to.
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

impl Direction {
    /// The axis it goes along.
    pub const fn axis(self) -> Axis {
        match self {
            Self::Left | Self::Right => Axis::Across,
            Self::Up | Self::Down => Axis::Down,
        }
    }

    /// Whether it goes towards the first column or row.
    pub const fn back(self) -> bool {
        matches!(self, Self::Left | Self::Up)
    }
}
