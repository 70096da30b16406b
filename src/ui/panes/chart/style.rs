//! The ways bars are drawn.

use crate::app::commands::Command;

/// How bars are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Bodies and wicks.
    #[default]
    Candles,
    /// Bodies and wicks; rising bodies are empty.
    Hollow,
    /// Bodies and wicks of averaged bars.
    HeikinAshi,
    /// A line from high to low with the open at its left and the close at its right.
    Bars,
    /// A line through the closes.
    Line,
    /// A line through the closes, filled below.
    Area,
}

impl Style {
    /// Every style, in the order they are gone through.
    pub const ALL: [Self; 6] = [Self::Candles, Self::Hollow, Self::HeikinAshi, Self::Bars, Self::Line, Self::Area];

    /// The style after this one; after the last comes the first.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|style| *style == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// As the title names it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Candles => "candles",
            Self::Hollow => "hollow",
            Self::HeikinAshi => "HA",
            Self::Bars => "OHLC",
            Self::Line => "line",
            Self::Area => "area",
        }
    }

    /// As a layout keeps it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Candles => "candles",
            Self::Hollow => "hollow",
            Self::HeikinAshi => "heikin-ashi",
            Self::Bars => "ohlc",
            Self::Line => "line",
            Self::Area => "area",
        }
    }

    /// The style a layout names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }

    /// The style a command asks for.
    pub const fn of(command: Command) -> Option<Self> {
        match command {
            Command::ChartCandles => Some(Self::Candles),
            Command::ChartHollow => Some(Self::Hollow),
            Command::ChartHeikinAshi => Some(Self::HeikinAshi),
            Command::ChartOhlc => Some(Self::Bars),
            Command::ChartLine => Some(Self::Line),
            Command::ChartArea => Some(Self::Area),
            _ => None,
        }
    }
}
