//! Commands that apply everywhere.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Global, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::Quit, "quit", "Leave the program; a recording is closed properly", &["q", "ctrl-c"]),
    spec(Command::Palette, "palette", "Find and run any command, symbol, theme or recording", &[":", "ctrl-p"]),
    spec(Command::Help, "help", "Show keys and commands, searchable", &["?", "f1"]),
    spec(Command::Cancel, "cancel", "Close what is open, leave what was entered", &["esc"]),
    spec(Command::Suspend, "suspend", "Suspend to the shell; fg comes back", &["ctrl-z"]),
    spec(Command::Redraw, "redraw", "Draw the whole screen anew", &["f5"]),
    spec(Command::ReloadConfig, "config.reload", "Read the configuration file again; what can be applies at once", &[]),
    spec(Command::WorkspaceTrade, "workspace.trade", "Watchlist, chart, order book and tape", &["1"]),
    spec(
        Command::WorkspaceFlow,
        "workspace.flow",
        "Indicators of the order flow with footprint and chart; again for the lab",
        &["2"],
    ),
    spec(Command::WorkspaceLab, "workspace.lab", "The signals lab: what the indicators tell of what comes", &[]),
    spec(Command::WorkspaceBook, "workspace.book", "Order book, depth and liquidity over time", &["3"]),
    spec(
        Command::WorkspacePairs,
        "workspace.pairs",
        "Two symbols against each other: spread, z-score, tests; again: all correlations",
        &["4"],
    ),
    spec(Command::WorkspaceCorrelations, "workspace.correlations", "How all symbols go together", &[]),
    spec(Command::WorkspaceAlerts, "workspace.alerts", "Alerts: those that are set, one in full, what fired", &["5"]),
    spec(
        Command::WorkspaceBlotter,
        "workspace.blotter",
        "Accounts, positions, orders, fills and equity; again for what came of it",
        &["6"],
    ),
    spec(Command::WorkspaceResults, "workspace.results", "Profit, statistics, trades and signals of the accounts", &[]),
    spec(Command::WorkspaceReplay, "workspace.replay", "Recordings, timeline and speed", &["7"]),
    spec(Command::WorkspaceSystem, "workspace.system", "Connections, delays, rates and log", &["8"]),
    spec(Command::NextSymbol, "symbol.next", "Go to the next symbol", &["]"]),
    spec(Command::PreviousSymbol, "symbol.previous", "Go to the previous symbol", &["["]),
    spec(Command::ChooseSymbol, "symbol.choose", "Choose the symbol from a list", &[";"]),
    spec(Command::AddSymbol, "symbol.add", "Follow one more symbol", &["A", "insert"]),
    spec(Command::RemoveSymbol, "symbol.remove", "Stop following the current symbol", &["D", "delete"]),
    spec(Command::AlertNew, "alert.new", "Set an alert: at the cursor's price, on the indicator or the pair in view", &["a"]),
    spec(Command::ToggleFeed, "feed.toggle", "Stop or start the feed", &["S"]),
    spec(Command::StartLive, "feed.live", "Follow live data of the venue", &[]),
    spec(Command::StartDemo, "feed.demo", "Watch the demo exchange, a simulated market; no network is used", &[]),
    spec(Command::ToggleRecording, "recording.toggle", "Stop or start recording", &["R"]),
    spec(Command::Mark, "mark", "Put a mark at this moment, kept in the recording", &["m"]),
    spec(Command::OpenRecording, "recording.open", "Choose a recording and replay it", &["o"]),
    spec(Command::LeaveReplay, "replay.leave", "Leave the replay and go back to live data", &["X"]),
    spec(Command::ChooseTheme, "theme.choose", "Choose the theme, seen at once", &["T"]),
    spec(Command::ToggleUtc, "time.utc", "Show times in UTC or in the chosen zone", &["u"]),
    spec(Command::ChooseZone, "time.zone", "Choose the zone times are shown in", &["U"]),
    spec(Command::ShowMessages, "messages", "Show recent messages", &["M"]),
    spec(Command::TimeframeUp, "timeframe.longer", "Next longer timeframe", &["."]),
    spec(Command::TimeframeDown, "timeframe.shorter", "Next shorter timeframe", &[","]),
    spec(Command::ChooseTimeframe, "timeframe.choose", "Choose the timeframe or another kind of bar", &["t"]),
];
