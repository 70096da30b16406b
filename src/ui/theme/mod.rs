//! Colours by their meaning, and the glyphs to draw with.

mod colour;
mod heat;
mod load;
mod lost;
mod shipped;
#[cfg(test)]
mod tests;

pub use colour::{Depth, Look, rgb};
pub use load::{Stamp, Themes};
pub use shipped::SHIPPED;

use ratatui::style::Style;

/// What a theme gives each meaning. Panes name a role, never a colour.
#[derive(Debug, Clone, PartialEq)]
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
    /// Little resting liquidity: the low end of a heatmap's ramp, as a text colour.
    pub heat_1: Style,
    /// More of it.
    pub heat_2: Style,
    /// Much of it.
    pub heat_3: Style,
    /// The most: the high end of the ramp.
    pub heat_4: Style,
    /// Line 1 where several are drawn together; also the colour of link 1.
    pub series_1: Style,
    /// Line 2 where several are drawn together; also the colour of link 2.
    pub series_2: Style,
    /// Line 3 where several are drawn together; also the colour of link 3.
    pub series_3: Style,
    /// Line 4 where several are drawn together; also the colour of link 4.
    pub series_4: Style,
    /// Line 5 where several are drawn together; also the colour of link 5.
    pub series_5: Style,
    /// Line 6 where several are drawn together; also the colour of link 6.
    pub series_6: Style,
    /// Ground of what changed just now.
    pub fresh: Style,
    /// An order or trade that is large for its market.
    pub large: Style,
    /// Levels of alerts, and where alerts fired.
    pub alert: Style,
    /// The user's own: paper trading, working orders, fills, the position.
    pub own: Style,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
    /// The colours that can be shown: a colour that is made up while drawing has to be [fitted](Depth::style) to them.
    pub depth: Depth,
}

/// A role's name in theme files and the field it fills.
pub type Role = (&'static str, fn(&mut Theme) -> &mut Style);

/// Every role, in the order of the documentation. A theme gives each of them.
pub const ROLES: &[Role] = &[
    ("text", |theme| &mut theme.text),
    ("dim", |theme| &mut theme.dim),
    ("bright", |theme| &mut theme.bright),
    ("accent", |theme| &mut theme.accent),
    ("up", |theme| &mut theme.up),
    ("down", |theme| &mut theme.down),
    ("flat", |theme| &mut theme.flat),
    ("bid_bar", |theme| &mut theme.bid_bar),
    ("ask_bar", |theme| &mut theme.ask_bar),
    ("volume", |theme| &mut theme.volume),
    ("grid", |theme| &mut theme.grid),
    ("crosshair", |theme| &mut theme.crosshair),
    ("tag", |theme| &mut theme.tag),
    ("border", |theme| &mut theme.border),
    ("border_focused", |theme| &mut theme.border_focused),
    ("selection", |theme| &mut theme.selection),
    ("bar", |theme| &mut theme.bar),
    ("good", |theme| &mut theme.good),
    ("warning", |theme| &mut theme.warning),
    ("error", |theme| &mut theme.error),
    ("badge", |theme| &mut theme.badge),
    ("dialog", |theme| &mut theme.dialog),
    ("heat_1", |theme| &mut theme.heat_1),
    ("heat_2", |theme| &mut theme.heat_2),
    ("heat_3", |theme| &mut theme.heat_3),
    ("heat_4", |theme| &mut theme.heat_4),
    ("series_1", |theme| &mut theme.series_1),
    ("series_2", |theme| &mut theme.series_2),
    ("series_3", |theme| &mut theme.series_3),
    ("series_4", |theme| &mut theme.series_4),
    ("series_5", |theme| &mut theme.series_5),
    ("series_6", |theme| &mut theme.series_6),
    ("fresh", |theme| &mut theme.fresh),
    ("large", |theme| &mut theme.large),
    ("alert", |theme| &mut theme.alert),
    ("own", |theme| &mut theme.own),
];

impl Theme {
    /// A theme without any colour: the ground that theme files fill in.
    pub fn blank(name: &str) -> Self {
        let style = Style::new();
        Self {
            name: name.to_owned(),
            text: style,
            dim: style,
            bright: style,
            accent: style,
            up: style,
            down: style,
            flat: style,
            bid_bar: style,
            ask_bar: style,
            volume: style,
            grid: style,
            crosshair: style,
            tag: style,
            border: style,
            border_focused: style,
            selection: style,
            bar: style,
            good: style,
            warning: style,
            error: style,
            badge: style,
            dialog: style,
            heat_1: style,
            heat_2: style,
            heat_3: style,
            heat_4: style,
            series_1: style,
            series_2: style,
            series_3: style,
            series_4: style,
            series_5: style,
            series_6: style,
            fresh: style,
            large: style,
            alert: style,
            own: style,
            ascii: false,
            depth: Depth::True,
        }
    }

    /// The shipped theme that is used unless the user wants another, in true colour.
    pub fn midnight() -> Self {
        Themes::default().load("midnight").unwrap_or_else(|_| Self::blank("midnight"))
    }

    /// The style of a severity.
    pub const fn severity(&self, severity: crate::feed::Severity) -> Style {
        match severity {
            crate::feed::Severity::Info => self.text,
            crate::feed::Severity::Warning => self.warning,
            crate::feed::Severity::Error => self.error,
        }
    }
}
