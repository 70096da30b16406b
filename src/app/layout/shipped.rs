//! The workspaces and their layouts, for wide, middling and small screens.

use super::Axis::{Across, Down};
use super::{Axis, Node};
use crate::app::commands::Command;
use crate::app::panes::PaneId;
use crate::app::panes::PaneKind::{
    self, Account, AlertDetail, AlertHistory, Alerts as AlertList, Chart, Connections, Correlation, Depth, Equity, Fills,
    Footprint, Heatmap, Hedge, Indicators, Lab as LabPane, Ladder, Latency, Log, Matrix, OrderHistory, Orders, Pairs, Pnl,
    Positions, Rates, Recordings, Replay, RoundTrips, Scatter, Signals, Spread, Statistics, Streams, Tape, Tests, Watchlist,
    ZScore,
};

/// A workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Workspace {
    /// Watchlist, chart, order book and tape.
    Trade,
    /// Indicators of the order flow, with what they are made of.
    Flow,
    /// What those tell of what comes.
    Lab,
    /// Order book, depth and liquidity over time.
    Book,
    /// Two symbols against each other.
    Pairs,
    /// How all symbols go together.
    Correlations,
    /// Alerts: the list, one in full, what fired.
    Alerts,
    /// Accounts with their orders, fills and equity.
    Blotter,
    /// What came of their trading.
    Results,
    /// The replay's timeline with chart, book and tape.
    Replay,
    /// Connections, delays, rates and log.
    System,
}

/// What is known of a workspace.
pub struct WorkspaceSpec {
    /// The workspace.
    pub workspace: Workspace,
    /// Its number on the tab. Several of one number are pages of it: the number's key goes from one to the next.
    pub number: u8,
    /// Its name on the tab.
    pub name: &'static str,
    /// Its name in layout files.
    pub key: &'static str,
    /// The command that shows it.
    pub command: Command,
    /// The pane that has the focus at first.
    pub focus: PaneKind,
    /// Its layouts: the first whose least width and height are there is used.
    pub layouts: fn() -> Vec<(u16, u16, Node)>,
}

/// Every workspace, in the order of the tabs.
pub const WORKSPACES: &[WorkspaceSpec] = &[
    WorkspaceSpec {
        workspace: Workspace::Trade,
        number: 1,
        name: "Trade",
        key: "trade",
        command: Command::WorkspaceTrade,
        focus: Chart,
        layouts: trade,
    },
    WorkspaceSpec {
        workspace: Workspace::Flow,
        number: 2,
        name: "Flow",
        key: "flow",
        command: Command::WorkspaceFlow,
        focus: Indicators,
        layouts: flow,
    },
    WorkspaceSpec {
        workspace: Workspace::Lab,
        number: 2,
        name: "Lab",
        key: "lab",
        command: Command::WorkspaceLab,
        focus: LabPane,
        layouts: lab,
    },
    WorkspaceSpec {
        workspace: Workspace::Book,
        number: 3,
        name: "Book",
        key: "book",
        command: Command::WorkspaceBook,
        focus: Heatmap,
        layouts: book,
    },
    WorkspaceSpec {
        workspace: Workspace::Pairs,
        number: 4,
        name: "Pairs",
        key: "pairs",
        command: Command::WorkspacePairs,
        focus: ZScore,
        layouts: pairs,
    },
    WorkspaceSpec {
        workspace: Workspace::Correlations,
        number: 4,
        name: "Correlations",
        key: "correlations",
        command: Command::WorkspaceCorrelations,
        focus: Matrix,
        layouts: correlations,
    },
    WorkspaceSpec {
        workspace: Workspace::Alerts,
        number: 5,
        name: "Alerts",
        key: "alerts",
        command: Command::WorkspaceAlerts,
        focus: AlertList,
        layouts: alerts,
    },
    WorkspaceSpec {
        workspace: Workspace::Blotter,
        number: 6,
        name: "Blotter",
        key: "blotter",
        command: Command::WorkspaceBlotter,
        focus: Account,
        layouts: blotter,
    },
    WorkspaceSpec {
        workspace: Workspace::Results,
        number: 6,
        name: "Results",
        key: "results",
        command: Command::WorkspaceResults,
        focus: Equity,
        layouts: results,
    },
    WorkspaceSpec {
        workspace: Workspace::Replay,
        number: 7,
        name: "Replay",
        key: "replay",
        command: Command::WorkspaceReplay,
        focus: Replay,
        layouts: replay,
    },
    WorkspaceSpec {
        workspace: Workspace::System,
        number: 8,
        name: "System",
        key: "system",
        command: Command::WorkspaceSystem,
        focus: Connections,
        layouts: system,
    },
];

impl WorkspaceSpec {
    /// Whether it is the first page of its number.
    pub fn is_first(&self) -> bool {
        WORKSPACES.iter().find(|spec| spec.number == self.number).is_some_and(|first| first.workspace == self.workspace)
    }
}

impl Workspace {
    /// Its place in the catalogue.
    pub fn index(self) -> usize {
        WORKSPACES.iter().position(|spec| spec.workspace == self).unwrap_or(0)
    }

    /// Its name in layout files.
    pub fn key(self) -> &'static str {
        self.spec().key
    }

    /// The workspace of that name in layout files.
    pub fn named(key: &str) -> Option<Self> {
        WORKSPACES.iter().find(|spec| spec.key == key).map(|spec| spec.workspace)
    }

    /// Its entry in the catalogue.
    pub fn spec(self) -> &'static WorkspaceSpec {
        WORKSPACES.iter().find(|spec| spec.workspace == self).unwrap_or(&WORKSPACES[0])
    }
}

/// What a shipped pane begins with, as its settings have it; empty for most.
pub fn begins_with(workspace: Workspace, id: PaneId) -> toml::Table {
    let mut settings = toml::Table::new();
    if workspace == Workspace::Flow && id == PaneId::first(Chart) {
        settings.insert("indicators".to_owned(), toml::Value::Array(vec!["cvd".into()]));
    }
    settings
}

fn split<const N: usize>(axis: Axis, parts: [(u32, Node); N]) -> Node {
    Node::Split(axis, parts.into())
}

const fn pane(kind: PaneKind) -> Node {
    Node::Pane(PaneId::first(kind))
}

fn trade() -> Vec<(u16, u16, Node)> {
    let column = split(Down, [(3, pane(Watchlist)), (7, pane(Tape))]);
    let chart = || split(Down, [(84, pane(Chart)), (16, pane(Positions))]);
    let wide = split(Across, [(24, column), (57, chart()), (19, pane(Ladder))]);
    let under = split(Down, [(62, pane(Chart)), (16, pane(Positions)), (22, pane(Watchlist))]);
    let middling = split(Across, [(52, under), (25, pane(Ladder)), (23, pane(Tape))]);
    let side = split(Down, [(62, pane(Ladder)), (38, pane(Tape))]);
    let small = split(Across, [(62, pane(Chart)), (38, side)]);
    let all = split(Across, [(62, split(Down, [(3, pane(Chart)), (1, pane(Watchlist))])), (38, pane(Ladder))]);
    let column = split(Down, [(20, pane(Watchlist)), (36, pane(Indicators)), (44, pane(Tape))]);
    let large = split(Across, [(24, column), (55, chart()), (21, pane(Ladder))]);
    vec![(180, 48, large), (140, 24, wide), (104, 24, middling), (60, 13, small), (0, 0, all)]
}

fn flow() -> Vec<(u16, u16, Node)> {
    // Beside the indicators stands what they are made of.
    let beside = || split(Down, [(56, pane(Footprint)), (44, pane(Chart))]);
    let wide = split(Across, [(55, pane(Indicators)), (45, beside())]);
    let middling = split(Across, [(62, pane(Indicators)), (38, beside())]);
    vec![(150, 36, wide), (110, 28, middling), (0, 0, pane(Indicators))]
}

fn lab() -> Vec<(u16, u16, Node)> {
    let beside = split(Down, [(42, pane(Indicators)), (58, pane(Chart))]);
    let wide = split(Across, [(66, pane(LabPane)), (34, beside)]);
    vec![(160, 40, wide), (0, 0, pane(LabPane))]
}

fn book() -> Vec<(u16, u16, Node)> {
    let under = split(Across, [(50, pane(Depth)), (50, pane(Tape))]);
    let left = split(Down, [(68, pane(Heatmap)), (32, under)]);
    let wide = split(Across, [(74, left), (26, pane(Ladder))]);
    let left = split(Down, [(70, pane(Heatmap)), (30, pane(Depth))]);
    let middling = split(Across, [(66, left), (34, pane(Ladder))]);
    let small = split(Across, [(62, pane(Heatmap)), (38, pane(Ladder))]);
    vec![(140, 36, wide), (96, 28, middling), (0, 0, small)]
}

fn pairs() -> Vec<(u16, u16, Node)> {
    let over_time = split(Down, [(30, pane(Spread)), (34, pane(ZScore)), (18, pane(Hedge)), (18, pane(Correlation))]);
    let lists = split(Down, [(44, pane(Pairs)), (56, pane(Matrix))]);
    let words = split(Down, [(42, pane(Scatter)), (58, pane(Tests))]);
    let wide = split(Across, [(28, lists), (45, over_time), (27, words)]);
    let over_time = || split(Down, [(34, pane(Spread)), (40, pane(ZScore)), (26, pane(Hedge))]);
    let words = split(Down, [(32, pane(Pairs)), (68, pane(Tests))]);
    let middling = split(Across, [(62, over_time()), (38, words)]);
    let over_time = split(Down, [(46, pane(Spread)), (54, pane(ZScore))]);
    let small = split(Across, [(58, over_time), (42, pane(Tests))]);
    vec![(170, 44, wide), (104, 30, middling), (0, 0, small)]
}

fn correlations() -> Vec<(u16, u16, Node)> {
    let beside = split(Down, [(34, pane(Pairs)), (40, pane(Scatter)), (26, pane(Correlation))]);
    let wide = split(Across, [(60, pane(Matrix)), (40, beside)]);
    let beside = split(Down, [(55, pane(Scatter)), (45, pane(Correlation))]);
    let middling = split(Across, [(54, pane(Matrix)), (46, beside)]);
    vec![(150, 40, wide), (96, 28, middling), (0, 0, pane(Matrix))]
}

fn alerts() -> Vec<(u16, u16, Node)> {
    let beside = || split(Down, [(52, pane(AlertDetail)), (48, pane(Chart))]);
    let wide = split(Across, [(58, split(Down, [(50, pane(AlertList)), (50, pane(AlertHistory))])), (42, beside())]);
    let middling = split(Across, [(58, split(Down, [(50, pane(AlertList)), (50, pane(AlertHistory))])), (42, pane(AlertDetail))]);
    let small = split(Down, [(50, pane(AlertList)), (50, pane(AlertHistory))]);
    vec![(150, 40, wide), (104, 28, middling), (0, 0, small)]
}

fn blotter() -> Vec<(u16, u16, Node)> {
    let side = split(Down, [(52, pane(Account)), (48, pane(Equity))]);
    let lists = split(Down, [(14, pane(Positions)), (26, pane(Orders)), (32, pane(Fills)), (28, pane(OrderHistory))]);
    let wide = split(Across, [(38, side), (62, lists)]);
    let above = split(Across, [(46, pane(Account)), (54, pane(Equity))]);
    let middling = split(Down, [(46, above), (15, pane(Positions)), (19, pane(Orders)), (20, pane(Fills))]);
    let small = split(Down, [(44, pane(Account)), (28, pane(Orders)), (28, pane(Fills))]);
    vec![(150, 40, wide), (104, 30, middling), (0, 0, small)]
}

fn results() -> Vec<(u16, u16, Node)> {
    let left = split(Down, [(56, pane(Equity)), (44, split(Across, [(56, pane(Pnl)), (44, pane(RoundTrips))]))]);
    let right = split(Down, [(60, pane(Statistics)), (40, pane(Signals))]);
    let wide = split(Across, [(64, left), (36, right)]);
    let left = split(Down, [(56, pane(Equity)), (44, pane(Pnl))]);
    let middling = split(Across, [(60, left), (40, pane(Statistics))]);
    let small = split(Down, [(52, pane(Equity)), (48, pane(Statistics))]);
    vec![(150, 40, wide), (104, 30, middling), (0, 0, small)]
}

fn replay() -> Vec<(u16, u16, Node)> {
    let side = split(Down, [(6, pane(Ladder)), (4, pane(Tape))]);
    let above = split(Across, [(74, pane(Chart)), (26, side)]);
    let wide = split(Down, [(74, above), (26, split(Across, [(40, pane(Recordings)), (60, pane(Replay))]))]);
    let above = split(Across, [(64, pane(Chart)), (36, pane(Ladder))]);
    let small = split(Down, [(66, above), (34, pane(Replay))]);
    vec![(100, 32, wide), (0, 0, small)]
}

fn system() -> Vec<(u16, u16, Node)> {
    let left = split(Down, [(25, pane(Connections)), (40, pane(Streams)), (35, pane(Log))]);
    let right = split(Down, [(45, pane(Latency)), (55, pane(Rates))]);
    let wide = split(Across, [(66, left), (34, right)]);
    let small = split(Down, [(28, pane(Connections)), (36, pane(Streams)), (36, pane(Log))]);
    vec![(96, 26, wide), (0, 0, small)]
}
