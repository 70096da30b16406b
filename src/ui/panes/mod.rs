//! What fills a rectangle of the screen: one file or folder for each kind of pane.

pub mod alerts;
mod axis;
pub mod blotter;
pub mod chart;
pub mod connections;
pub mod depth;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod footprint;
pub mod grouping;
pub mod heatmap;
pub mod indicators;
pub mod lab;
pub mod ladder;
pub mod latency;
pub mod levels;
pub mod list;
pub mod log;
pub mod own;
pub mod pair;
pub mod positions;
pub mod profile;
pub mod propose;
pub mod rates;
pub mod reason;
pub mod recordings;
pub mod replay;
pub mod streams;
pub mod tape;
pub mod threshold;
#[cfg(test)]
pub(crate) mod trading_fixture;
pub mod watchlist;

use crate::app::panes::PaneKind;
use crate::domain::Price;
use crate::ui::pane::Pane;
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// A new pane of a kind. To add a kind: a file here, an arm here and an entry in [`crate::app::panes::PANES`].
pub fn build(kind: PaneKind) -> Box<dyn Pane> {
    match kind {
        PaneKind::Chart => Box::new(chart::ChartPane::new()),
        PaneKind::Ladder => Box::new(ladder::LadderPane::new()),
        PaneKind::Depth => Box::new(depth::DepthPane::default()),
        PaneKind::Heatmap => Box::new(heatmap::HeatmapPane::default()),
        PaneKind::Indicators => Box::new(indicators::IndicatorsPane::default()),
        PaneKind::Footprint => Box::new(footprint::FootprintPane::default()),
        PaneKind::Profile => Box::new(profile::ProfilePane::default()),
        PaneKind::Recordings => Box::new(recordings::RecordingsPane::default()),
        PaneKind::Tape => Box::new(tape::TapePane::new()),
        PaneKind::Replay => Box::new(replay::ReplayPane::new()),
        PaneKind::Watchlist => Box::new(watchlist::WatchlistPane::default()),
        PaneKind::Connections => Box::new(connections::ConnectionsPane::default()),
        PaneKind::Streams => Box::new(streams::StreamsPane::default()),
        PaneKind::Latency => Box::new(latency::LatencyPane),
        PaneKind::Rates => Box::new(rates::RatesPane),
        PaneKind::Lab => Box::new(lab::LabPane::default()),
        PaneKind::Spread => Box::new(pair::CoursePane::new(pair::What::Spread)),
        PaneKind::ZScore => Box::new(pair::CoursePane::new(pair::What::ZScore)),
        PaneKind::Hedge => Box::new(pair::CoursePane::new(pair::What::Hedge)),
        PaneKind::Correlation => Box::new(pair::CoursePane::new(pair::What::Correlation)),
        PaneKind::Scatter => Box::new(pair::ScatterPane::default()),
        PaneKind::Tests => Box::new(pair::TestsPane::default()),
        PaneKind::Pairs => Box::new(pair::PairsPane::default()),
        PaneKind::Matrix => Box::new(pair::MatrixPane::default()),
        PaneKind::Alerts => Box::new(alerts::AlertsPane::default()),
        PaneKind::AlertDetail => Box::new(alerts::AlertDetailPane::default()),
        PaneKind::AlertHistory => Box::new(alerts::AlertHistoryPane::default()),
        PaneKind::Account => Box::new(blotter::AccountPane::default()),
        PaneKind::Orders => blotter::orders(),
        PaneKind::OrderHistory => blotter::history(),
        PaneKind::Fills => blotter::fills(),
        PaneKind::RoundTrips => blotter::round_trips(),
        PaneKind::Equity => Box::new(blotter::EquityPane::default()),
        PaneKind::Pnl => blotter::pnl(),
        PaneKind::Statistics => Box::new(blotter::StatisticsPane::default()),
        PaneKind::Signals => blotter::signals(),
        PaneKind::Positions => Box::new(positions::PositionsPane::default()),
        PaneKind::Log => Box::new(log::LogPane::default()),
    }
}

/// The style of something that rose, fell or did neither.
pub(crate) fn direction(theme: &Theme, change: f64) -> Style {
    if change > 0.0 {
        theme.up
    } else if change < 0.0 {
        theme.down
    } else {
        theme.flat
    }
}

/// A price at so many decimals with its thousands separated, plain or shortened where that is wider than `width` cells.
pub(crate) fn price_text(price: Price, decimals: usize, width: u16) -> String {
    let fits = |text: &String| text.len() <= usize::from(width);
    let whole = Some(format!("{price:#.decimals$}")).filter(fits);
    let whole = whole.or_else(|| Some(format!("{price:.decimals$}")).filter(fits));
    whole.unwrap_or_else(|| super::widgets::figures::short(price.to_f64()))
}
