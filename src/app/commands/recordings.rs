//! Commands of the list of recordings.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Recordings, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::RecordingsSort, "recordings.sort", "Sort the recordings by the next column", &["c"]),
    spec(Command::RecordingsReverse, "recordings.reverse", "Turn the order of the recordings around", &["r"]),
];
