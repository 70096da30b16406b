//! The kinds of panes there are: names, least sizes and which gives way first when there is little room; and single panes.

use super::commands::Scope;
use std::fmt;

/// A kind of pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaneKind {
    /// The followed symbols.
    Watchlist,
    /// Candles.
    Chart,
    /// The order book.
    Ladder,
    /// The order book's cumulative depth.
    Depth,
    /// Resting liquidity over time and price.
    Heatmap,
    /// What was bought and sold at each price of each bar.
    Footprint,
    /// What was traded at each price over a stretch of time.
    Profile,
    /// The trades.
    Tape,
    /// Indicators of the order flow.
    Indicators,
    /// The replay's timeline.
    Replay,
    /// The recordings there are.
    Recordings,
    /// Connections to the exchange.
    Connections,
    /// Streams on them.
    Streams,
    /// How late events arrive.
    Latency,
    /// What was counted.
    Rates,
    /// What was logged.
    Log,
    /// Whether indicators predict anything.
    Lab,
    /// Every pair of symbols, the best first.
    Pairs,
    /// What is left of one symbol when its hedge is taken away.
    Spread,
    /// How unusual the spread is.
    ZScore,
    /// The hedge ratio over time.
    Hedge,
    /// How two symbols go together, over time.
    Correlation,
    /// One symbol's prices against another's.
    Scatter,
    /// What the tests of a pair say.
    Tests,
    /// How all symbols go together.
    Matrix,
    /// The alerts that are set.
    Alerts,
    /// One alert in full.
    AlertDetail,
    /// What of alerts fired.
    AlertHistory,
    /// The accounts, one in full.
    Account,
    /// Open orders.
    Orders,
    /// Orders that are done.
    OrderHistory,
    /// What traded.
    Fills,
    /// What was opened and closed.
    RoundTrips,
    /// Equity and drawdown over time.
    Equity,
    /// Profit by account, symbol and day.
    Pnl,
    /// What the trading was worth in figures.
    Statistics,
    /// What strategies said.
    Signals,
    /// What is held on paper.
    Positions,
}

/// What is known of a kind of pane.
#[derive(Debug, Clone, Copy)]
pub struct PaneSpec {
    /// The kind.
    pub kind: PaneKind,
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// Which commands' keys are for it.
    pub scope: Scope,
    /// Least width and height that make sense, border included.
    pub least: (u16, u16),
    /// The lowest gives way first when there is little room.
    pub rank: u8,
}

const fn spec(kind: PaneKind, name: &'static str, about: &'static str, scope: Scope, least: (u16, u16), rank: u8) -> PaneSpec {
    PaneSpec { kind, name, about, scope, least, rank }
}

/// Every kind of pane.
pub const PANES: &[PaneSpec] = &[
    spec(PaneKind::Chart, "chart", "bars of price and volume", Scope::Chart, (36, 8), 90),
    spec(PaneKind::Replay, "replay", "the replay's timeline and speed", Scope::Replay, (36, 5), 80),
    spec(PaneKind::Ladder, "ladder", "the order book by price", Scope::Book, (24, 9), 70),
    spec(PaneKind::Heatmap, "heatmap", "resting liquidity over time and price", Scope::Heatmap, (36, 8), 85),
    spec(PaneKind::Footprint, "footprint", "what was bought and sold at each price of each bar", Scope::Footprint, (36, 10), 84),
    spec(PaneKind::Profile, "profile", "what was traded at each price of a day", Scope::Profile, (26, 8), 57),
    spec(PaneKind::Depth, "depth", "the order book, cumulated", Scope::Book, (24, 6), 55),
    spec(PaneKind::Recordings, "recordings", "the recordings there are", Scope::Recordings, (30, 5), 65),
    spec(PaneKind::Indicators, "indicators", "indicators of the order flow", Scope::Indicators, (30, 5), 63),
    spec(PaneKind::Lab, "lab", "whether indicators predict anything here", Scope::Lab, (36, 6), 58),
    spec(PaneKind::ZScore, "z-score", "how unusual the spread of a pair is", Scope::PairChart, (36, 6), 83),
    spec(PaneKind::Spread, "spread", "one symbol less its hedge in another", Scope::PairChart, (36, 6), 82),
    spec(PaneKind::Tests, "tests", "what the tests of a pair say, and its figures", Scope::Pair, (30, 8), 64),
    spec(PaneKind::Pairs, "pairs", "all pairs, the best first", Scope::Pairs, (30, 5), 62),
    spec(PaneKind::Hedge, "hedge", "the hedge ratio of a pair over time", Scope::PairChart, (36, 5), 59),
    spec(PaneKind::Scatter, "scatter", "one symbol's prices against another's", Scope::Pair, (26, 8), 56),
    spec(PaneKind::Matrix, "matrix", "how all symbols go together", Scope::Matrix, (24, 6), 54),
    spec(PaneKind::Correlation, "correlation", "how a pair goes together, over time", Scope::PairChart, (36, 5), 53),
    spec(PaneKind::Tape, "tape", "the trades as they come", Scope::Tape, (24, 5), 60),
    spec(PaneKind::Watchlist, "watchlist", "the symbols that are followed", Scope::List, (22, 4), 50),
    spec(PaneKind::Connections, "connections", "connections to the exchange", Scope::List, (36, 4), 45),
    spec(PaneKind::Alerts, "alerts", "the alerts that are set", Scope::Alerts, (36, 5), 61),
    spec(PaneKind::AlertHistory, "alert-history", "what of alerts fired, and its deliveries", Scope::Alerts, (36, 5), 52),
    spec(PaneKind::AlertDetail, "alert", "one alert in full", Scope::Alerts, (30, 8), 51),
    spec(PaneKind::Account, "account", "the accounts, and one in full", Scope::Blotter, (30, 8), 81),
    spec(PaneKind::Orders, "orders", "orders that are open", Scope::Blotter, (36, 5), 79),
    spec(PaneKind::Equity, "equity", "equity and drawdown over time", Scope::Equity, (36, 8), 78),
    spec(PaneKind::Fills, "fills", "what of the orders traded", Scope::Blotter, (36, 5), 76),
    spec(PaneKind::OrderHistory, "order-history", "orders that are done, and why", Scope::Blotter, (36, 5), 75),
    spec(PaneKind::Pnl, "pnl", "profit by account, symbol and day", Scope::Blotter, (36, 5), 74),
    spec(PaneKind::Statistics, "statistics", "what the trading was worth, in figures", Scope::Account, (30, 6), 73),
    spec(PaneKind::RoundTrips, "round-trips", "what was opened and closed, and its profit", Scope::Blotter, (36, 5), 72),
    spec(PaneKind::Signals, "signals", "what strategies said, and why", Scope::Blotter, (36, 5), 71),
    spec(PaneKind::Positions, "positions", "what is held on paper, and what it has come to", Scope::Positions, (30, 4), 48),
    spec(PaneKind::Log, "log", "what was logged", Scope::Log, (36, 5), 40),
    spec(PaneKind::Streams, "streams", "streams and when they last said something", Scope::List, (36, 5), 30),
    spec(PaneKind::Rates, "rates", "what was counted, and how fast", Scope::List, (24, 6), 20),
    spec(PaneKind::Latency, "latency", "how late events arrive", Scope::List, (28, 6), 10),
];

impl PaneKind {
    /// Its entry in the catalogue.
    pub fn spec(self) -> &'static PaneSpec {
        PANES.iter().find(|spec| spec.kind == self).unwrap_or(&PANES[0])
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        PANES.iter().find(|spec| spec.name == name).map(|spec| spec.kind)
    }

    /// Whether it shows or chooses a symbol, so that its link matters.
    pub const fn follows(self) -> bool {
        matches!(
            self,
            Self::Watchlist
                | Self::Chart
                | Self::Ladder
                | Self::Depth
                | Self::Heatmap
                | Self::Footprint
                | Self::Profile
                | Self::Tape
                | Self::Indicators
                | Self::Lab
                | Self::Equity
                | Self::Positions
        ) || self.is_pair()
    }

    /// Whether it is about the pair of its link rather than about one symbol.
    pub const fn is_pair(self) -> bool {
        matches!(
            self,
            Self::Pairs
                | Self::Spread
                | Self::ZScore
                | Self::Hedge
                | Self::Correlation
                | Self::Scatter
                | Self::Tests
                | Self::Matrix
        )
    }
}

/// One pane of a workspace. Two of a kind differ by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PaneId {
    /// What it shows.
    pub kind: PaneKind,
    /// Which of its kind in the workspace, from 1. A number is not given again while the program runs.
    pub number: u16,
}

impl fmt::Display for PaneId {
    /// As a layout file names it: `chart`, `chart-2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec().name)?;
        if self.number == 1 { Ok(()) } else { write!(f, "-{}", self.number) }
    }
}

impl PaneId {
    /// The pane of that name: `chart`, `chart-2`.
    pub fn named(name: &str) -> Option<Self> {
        if let Some(kind) = PaneKind::named(name) {
            return Some(Self::first(kind));
        }
        let (kind, number) = name.rsplit_once('-')?;
        let number = number.parse().ok().filter(|number| *number > 1)?;
        PaneKind::named(kind).map(|kind| Self { kind, number })
    }

    /// The first of a kind.
    pub const fn first(kind: PaneKind) -> Self {
        Self { kind, number: 1 }
    }

    /// The entry of its kind in the catalogue.
    pub fn spec(self) -> &'static PaneSpec {
        self.kind.spec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ranks_are_unique() {
        for (i, a) in PANES.iter().enumerate() {
            assert!(PANES[..i].iter().all(|b| a.name != b.name && a.rank != b.rank && a.kind != b.kind));
            assert_eq!(a.kind.spec().name, a.name);
            assert_eq!(PaneKind::named(a.name), Some(a.kind));
        }
    }
}
