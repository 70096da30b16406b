//! Commands of the liquidity heatmap, beside those of the chart.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Heatmap, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::HeatmapDots, "heatmap.dots", "Show or hide trades as dots", &["d"]),
    spec(Command::HeatmapZoomIn, "heatmap.zoom-in", "Fewer prices, each on more rows", &["y"]),
    spec(Command::HeatmapZoomOut, "heatmap.zoom-out", "More prices, several in a row", &["Y"]),
    spec(Command::HeatmapHigher, "heatmap.higher", "Move to higher prices, or the crosshair", &["shift-up"]),
    spec(Command::HeatmapLower, "heatmap.lower", "Move to lower prices, or the crosshair", &["shift-down"]),
    spec(Command::HeatmapCentre, "heatmap.centre", "Keep the best prices in the middle again", &["v"]),
    spec(Command::HeatmapFainter, "heatmap.fainter", "Show smaller resting quantities too", &["("]),
    spec(Command::HeatmapBolder, "heatmap.bolder", "Show only larger resting quantities", &[")"]),
    spec(Command::HeatmapLargerTrades, "heatmap.larger-trades", "Show only larger trades", &["e"]),
    spec(Command::HeatmapSmallerTrades, "heatmap.smaller-trades", "Show smaller trades too", &["E"]),
];
