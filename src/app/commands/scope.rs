//! Where a command applies.

/// Where a command applies: everywhere, or while a kind of pane has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere.
    Global,
    /// In every pane that has time from left to right: charts, heatmaps, footprints.
    Time,
    /// In a chart, which also takes the commands of every pane of time.
    Chart,
    /// In an order book.
    Book,
    /// In a liquidity heatmap, which also takes the commands of every pane of time.
    Heatmap,
    /// In a footprint, which also takes the commands of every pane of time.
    Footprint,
    /// In a volume profile.
    Profile,
    /// In any list: watchlist, tape, log, connections, files.
    List,
    /// In a tape, which also takes the commands of lists.
    Tape,
    /// In the log, which also takes the commands of lists.
    Log,
    /// In the list of indicators, which also takes the commands of lists.
    Indicators,
    /// In the list of recordings, which also takes the commands of lists.
    Recordings,
    /// In the signals lab, which also takes the commands of lists.
    Lab,
    /// In every pane about a pair of symbols.
    Pair,
    /// In a chart of a pair, which also takes the commands of every pane of time.
    PairChart,
    /// In the list of pairs, which also takes the commands of lists.
    Pairs,
    /// In a matrix of correlations, which also takes the commands of lists.
    Matrix,
    /// In every pane of alerts; all of them also take the commands of lists.
    Alerts,
    /// In the list of positions, which also takes the commands of lists.
    Positions,
    /// In every pane about accounts.
    Account,
    /// In the lists of accounts, orders, fills and signals, which also take the commands of lists.
    Blotter,
    /// In the chart of equity, which also takes the commands of every pane of time.
    Equity,
    /// While a recording is replayed.
    Replay,
}

impl Scope {
    /// As the help screen heads it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Time => "Charts of every kind",
            Self::Chart => "Chart",
            Self::Book => "Order book",
            Self::Heatmap => "Heatmap",
            Self::Footprint => "Footprint",
            Self::Profile => "Volume profile",
            Self::List => "Lists",
            Self::Tape => "Trades",
            Self::Log => "Log",
            Self::Indicators => "Indicators",
            Self::Recordings => "Recordings",
            Self::Lab => "Signals lab",
            Self::Pair => "Pairs",
            Self::PairChart => "Charts of a pair",
            Self::Pairs => "List of pairs",
            Self::Matrix => "Correlations",
            Self::Alerts => "Alerts",
            Self::Positions => "Positions",
            Self::Account => "Accounts",
            Self::Blotter => "Blotter",
            Self::Equity => "Equity",
            Self::Replay => "Replay",
        }
    }
}

impl Scope {
    /// The wider scopes whose commands a pane of this one takes as well.
    pub const fn parents(self) -> &'static [Self] {
        match self {
            Self::Chart | Self::Heatmap | Self::Footprint => &[Self::Time],
            Self::PairChart => &[Self::Pair, Self::Time],
            Self::Pairs | Self::Matrix => &[Self::Pair, Self::List],
            Self::Tape | Self::Log | Self::Indicators | Self::Recordings | Self::Lab | Self::Alerts | Self::Positions => {
                &[Self::List]
            }
            Self::Blotter => &[Self::Account, Self::List],
            Self::Equity => &[Self::Account, Self::Time],
            Self::Account | Self::Global | Self::Time | Self::Pair | Self::Book | Self::Profile | Self::List | Self::Replay => {
                &[]
            }
        }
    }

    /// Whether a pane of this scope takes commands of that one.
    pub fn takes(self, other: Self) -> bool {
        self == other || self.parents().contains(&other)
    }
}
