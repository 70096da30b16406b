//! Commands of the log.

use super::{Command, Scope, Spec};

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[Spec {
    command: Command::LogLevel,
    name: "log.level",
    about: "Show warnings and errors only, errors only, or every line",
    scope: Scope::Log,
    keys: &["e"],
}];
