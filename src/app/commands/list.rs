//! Commands of lists.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::List, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::ListUp, "list.up", "One up", &["up", "k"]),
    spec(Command::ListDown, "list.down", "One down", &["down", "j"]),
    spec(Command::ListPageUp, "list.page-up", "A page up", &["pageup", "ctrl-b"]),
    spec(Command::ListPageDown, "list.page-down", "A page down", &["pagedown", "ctrl-f"]),
    spec(Command::ListTop, "list.top", "To the first", &["home", "g g"]),
    spec(Command::ListBottom, "list.bottom", "To the last; a tape follows again", &["end", "G"]),
    spec(Command::ListSelect, "list.select", "Choose what the cursor is on", &["enter"]),
    spec(Command::ListFilter, "list.filter", "Show only what matches", &["/"]),
    spec(Command::ListSort, "list.sort", "Sort the watchlist by its next column", &["O"]),
    spec(Command::ListReverse, "list.reverse", "Sort the watchlist the other way round", &["I"]),
];
