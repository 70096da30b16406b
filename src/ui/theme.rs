//! Colours by their meaning, and the glyphs to draw with.

use ratatui::style::Style;

/// What a theme gives each meaning. Panes name a role, never a colour.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Ordinary text on the ordinary ground.
    pub text: Style,
    /// Text that matters less: labels, units, axes.
    pub dim: Style,
    /// Text that matters more: titles, the current value.
    pub bright: Style,
    /// What the user is pointing at or has chosen.
    pub accent: Style,
    /// Up: buys, bids, rising bars.
    pub up: Style,
    /// Down: sells, asks, falling bars.
    pub down: Style,
    /// Neither up nor down.
    pub flat: Style,
    /// Ground of a bid's quantity.
    pub bid_bar: Style,
    /// Ground of an ask's quantity.
    pub ask_bar: Style,
    /// Volume under the candles.
    pub volume: Style,
    /// Lines across a chart.
    pub grid: Style,
    /// The crosshair.
    pub crosshair: Style,
    /// The last price's tag on the axis.
    pub tag: Style,
    /// A pane's border.
    pub border: Style,
    /// The focused pane's border.
    pub border_focused: Style,
    /// The row under the cursor.
    pub selection: Style,
    /// The bar at the top or bottom of the screen.
    pub bar: Style,
    /// Good: in sync, live, recording.
    pub good: Style,
    /// Worth a look: stale, slow, resyncing.
    pub warning: Style,
    /// Wrong: lost, failed.
    pub error: Style,
    /// The DEMO and REPLAY badges.
    pub badge: Style,
    /// Ground of dialogs.
    pub dialog: Style,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
}
