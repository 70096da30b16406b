//! Commands of accounts, strategies and limits, which apply everywhere, and of the panes about accounts and their orders.

use super::{Command, Scope, Spec};

const fn everywhere(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Global, keys }
}

const fn account(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Account, keys }
}

const fn blotter(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Blotter, keys }
}

const fn equity(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Equity, keys }
}

/// The entries that apply everywhere, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    everywhere(
        Command::StrategyStart,
        "strategy.start",
        "Start a strategy on an account of its own, or set one otherwise",
        &["Q s"],
    ),
    everywhere(Command::StrategyStop, "strategy.stop", "Stop a strategy, and close its positions or keep them", &["Q x"]),
    everywhere(
        Command::BacktestRun,
        "backtest.run",
        "Try a strategy on the recording that is looked at; stop the backtest that runs",
        &["B"],
    ),
    everywhere(Command::AccountChoose, "account.choose", "Choose the account that the blotter is about, or all", &["Q a"]),
    everywhere(Command::RiskEdit, "risk.edit", "Set what an account must not exceed", &["Q l"]),
    everywhere(Command::RiskUnlock, "risk.unlock", "Let an account that was stopped trade again", &["Q u"]),
    everywhere(Command::RiskKill, "risk.kill", "Stop an account: cancel its orders, take no more", &["Q k"]),
    everywhere(Command::AccountReset, "account.reset", "Begin an account anew; its orders, positions and history go", &["Q r"]),
];

/// The entries of the panes about accounts and orders.
pub(super) const PANES: &[Spec] = &[
    account(Command::AccountNext, "account.next", "The next account, or all", &[")"]),
    account(Command::AccountPrevious, "account.previous", "The previous account, or all", &["("]),
    account(Command::BlotterView, "blotter.view", "The next way of showing it", &["v"]),
    account(Command::BlotterCopy, "blotter.copy", "Copy the row, or the figures, to the clipboard", &["y"]),
    account(Command::BlotterExport, "blotter.export", "Write what the pane lists to a CSV file", &["E"]),
    blotter(Command::BlotterCancel, "blotter.cancel", "Cancel the order", &["x"]),
    blotter(Command::BlotterCancelAll, "blotter.cancel-all", "Cancel every order of the account", &["C"]),
    blotter(Command::BlotterAmend, "blotter.amend", "Change the order's quantity or price", &["e"]),
    equity(Command::EquityHold, "equity.hold", "Compare with the symbol bought and held, or not", &["i"]),
    equity(Command::EquityMarks, "equity.marks", "Mark fills on the curve, or not", &["c"]),
];
