//! Commands of every pane that has time from left to right. Their names are those of the chart, which had them first.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Time, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::ChartZoomIn, "chart.zoom-in", "Fewer and wider bars", &["+", "="]),
    spec(Command::ChartZoomOut, "chart.zoom-out", "More and narrower bars", &["-", "_"]),
    spec(Command::ChartUp, "chart.up", "Zoom in; with the crosshair on: point at a higher price", &["up", "k"]),
    spec(Command::ChartDown, "chart.down", "Zoom out; with the crosshair on: point at a lower price", &["down", "j"]),
    spec(Command::ChartOlder, "chart.older", "Move to older bars", &["left", "h"]),
    spec(Command::ChartNewer, "chart.newer", "Move to newer bars", &["right", "l"]),
    spec(Command::ChartPageOlder, "chart.page-older", "Move half a screen to older bars", &["pageup", "H"]),
    spec(Command::ChartPageNewer, "chart.page-newer", "Move half a screen to newer bars", &["pagedown", "L"]),
    spec(Command::ChartOldest, "chart.oldest", "Go to the oldest bar", &["home", "g g"]),
    spec(Command::ChartFollow, "chart.follow", "Follow the newest bar", &["end", "G", "f"]),
    spec(Command::ChartGoTo, "chart.go-to", "Go to a moment; older bars are fetched where needed", &["g t"]),
    spec(Command::ChartCrosshair, "chart.crosshair", "Show or hide the crosshair with the bar's values", &["x"]),
];
