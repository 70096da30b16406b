//! Commands of the chart.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Chart, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::ChartStyle, "chart.style", "Next of candles, hollow, Heikin-Ashi, OHLC bars, line, area", &["c"]),
    spec(Command::ChartCandles, "chart.candles", "Draw candles", &[]),
    spec(Command::ChartHollow, "chart.hollow", "Draw hollow candles: rising bodies are empty", &[]),
    spec(Command::ChartHeikinAshi, "chart.heikin-ashi", "Draw Heikin-Ashi candles: averaged with those before", &[]),
    spec(Command::ChartOhlc, "chart.ohlc", "Draw bars of open, high, low and close", &[]),
    spec(Command::ChartLine, "chart.line", "Draw a line through the closes", &[]),
    spec(Command::ChartArea, "chart.area", "Draw a line through the closes, filled below", &[]),
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
    spec(Command::ChartMeasure, "chart.measure", "Measure from the crosshair: change, ticks, bars, time, volume", &["r"]),
    spec(Command::ChartVolume, "chart.volume", "Show or hide the volume", &["v"]),
    spec(Command::ChartCompare, "chart.compare", "Compare with other symbols, in percent", &["C"]),
    spec(Command::ChartAddIndicator, "chart.add-indicator", "Add an indicator: over the bars, or beneath them", &["i"]),
    spec(Command::ChartIndicators, "chart.indicators", "Change, move or remove the indicators on this chart", &["I"]),
    spec(Command::ChartStretch, "chart.stretch", "Stretch the price scale", &["shift-up"]),
    spec(Command::ChartCompress, "chart.compress", "Compress the price scale", &["shift-down"]),
    spec(Command::ChartFit, "chart.fit", "Fit the price scale to the bars in view", &["y"]),
    spec(Command::ChartLog, "chart.log", "Logarithmic or linear price scale", &["a"]),
];
