//! What linked panes share besides symbol and bars: where they look, and what is pointed at.

use crate::domain::{Nanos, Price};

/// What a crosshair points at. It is drawn in every pane that is linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cross {
    /// The moment: the start of a bar.
    pub at: Nanos,
    /// The price, where one was chosen.
    pub price: Option<Price>,
}

/// The stretch of time that charts and heatmaps of one link show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// A moment of the newest bar in view; `None` follows the newest there is.
    pub newest: Option<Nanos>,
    /// Steps closer than the usual zoom; below zero, further away.
    pub zoom: i8,
}
