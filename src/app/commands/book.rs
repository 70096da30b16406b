//! Commands of the order book.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Book, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::BookCoarser, "book.coarser", "Group more price levels into a row", &["right", "l"]),
    spec(Command::BookFiner, "book.finer", "Group fewer price levels into a row", &["left", "h"]),
    spec(Command::BookCentre, "book.centre", "Keep the middle of the book in view", &["end", "G", "f"]),
];
