//! What fills a rectangle of the screen: one file or folder for each kind of pane.

pub mod chart;
pub mod connections;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod ladder;
pub mod latency;
pub mod list;
pub mod log;
pub mod rates;
pub mod reason;
pub mod replay;
pub mod streams;
pub mod tape;
pub mod watchlist;

use crate::app::commands::Command;
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
        PaneKind::Tape => Box::new(tape::TapePane::new()),
        PaneKind::Replay => Box::new(replay::ReplayPane::new()),
        PaneKind::Watchlist => Box::new(watchlist::WatchlistPane::default()),
        PaneKind::Connections => Box::new(connections::ConnectionsPane::default()),
        PaneKind::Streams => Box::new(streams::StreamsPane::default()),
        PaneKind::Latency => Box::new(latency::LatencyPane),
        PaneKind::Rates => Box::new(rates::RatesPane),
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

/// The first key of a command, as a person reads it: `End`, `S`, `Ctrl-P`.
pub fn key_name(command: Command) -> String {
    let Some(key) = command.spec().and_then(|spec| spec.keys.first()) else { return String::new() };
    if key.chars().count() == 1 {
        return (*key).to_owned();
    }
    let mut name = String::with_capacity(key.len());
    let mut begins = true;
    for letter in key.chars() {
        name.push(if begins { letter.to_ascii_uppercase() } else { letter });
        begins = matches!(letter, '-' | ' ');
    }
    name
}

/// A price at so many decimals, shortened where that is wider than `width` cells.
pub(crate) fn price_text(price: Price, decimals: usize, width: u16) -> String {
    let text = format!("{price:.decimals$}");
    if text.len() <= usize::from(width) { text } else { super::widgets::figures::short(price.to_f64()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_as_on_the_keyboard() {
        assert_eq!(key_name(Command::ChartFollow), "End");
        assert_eq!(key_name(Command::ToggleFeed), "S");
        assert_eq!(key_name(Command::Suspend), "Ctrl-Z");
    }
}
