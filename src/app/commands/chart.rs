//! Commands of the chart, beside those of every pane of time.

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
    spec(Command::ChartMeasure, "chart.measure", "Measure from the crosshair: change, ticks, bars, time, volume", &["r"]),
    spec(Command::ChartVolume, "chart.volume", "Show or hide the volume", &["v"]),
    spec(Command::ChartCompare, "chart.compare", "Compare with other symbols, in percent", &["C"]),
    spec(Command::ChartAddIndicator, "chart.add-indicator", "Add an indicator to the chart", &["i"]),
    spec(Command::ChartIndicators, "chart.indicators", "Change, move or remove the indicators on this chart", &["I"]),
    spec(Command::ChartStretch, "chart.stretch", "Stretch the price scale", &["shift-up"]),
    spec(Command::ChartCompress, "chart.compress", "Compress the price scale", &["shift-down"]),
    spec(Command::ChartFit, "chart.fit", "Fit the price scale to the bars in view", &["y"]),
    spec(Command::ChartLog, "chart.log", "Logarithmic or linear price scale", &["e"]),
    spec(Command::ChartVwap, "chart.vwap", "Anchor the VWAP at the crosshair, else at 00:00 UTC; again takes it away", &["V"]),
    spec(Command::ChartAlert, "chart.alert", "Change the alert whose level the crosshair is on", &["enter"]),
    spec(Command::ChartOrder, "chart.order", "Open a ticket at the crosshair's price", &["O"]),
    spec(Command::ChartTrading, "chart.trading", "Show or hide fills, orders, the position and signals", &["E"]),
];
