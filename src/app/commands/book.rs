//! Commands of the order book.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Book, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(
        Command::BookCoarser,
        "book.coarser",
        "Group more price levels into a row; a wider range of depth",
        &["right", "l", "-"],
    ),
    spec(Command::BookFiner, "book.finer", "Group fewer price levels into a row; a narrower range of depth", &["left", "h", "+"]),
    spec(Command::BookUp, "book.up", "Move the cursor to higher prices", &["up", "k"]),
    spec(Command::BookDown, "book.down", "Move the cursor to lower prices", &["down", "j"]),
    spec(Command::BookPageUp, "book.page-up", "Move the cursor half a screen to higher prices", &["pageup", "ctrl-b"]),
    spec(Command::BookPageDown, "book.page-down", "Move the cursor half a screen to lower prices", &["pagedown", "ctrl-f"]),
    spec(Command::BookPick, "book.pick", "Point the crosshair of all linked panes at the cursor's price", &["i"]),
    spec(Command::BookCentre, "book.centre", "Bring the middle of the book back into view", &["end", "G", "f"]),
    spec(Command::BookLock, "book.lock", "Prices stay in place, or the middle of the book does", &["c"]),
    spec(Command::BookLayout, "book.layout", "One column of sizes, or bids and asks beside the price", &["v"]),
    spec(Command::BookColumns, "book.columns", "Choose the columns and their order", &["C"]),
    spec(Command::BookLarge, "book.large", "Choose from which size on an order is marked as large", &["L"]),
    spec(Command::BookOrder, "book.order", "Open a ticket at the cursor's price", &["enter"]),
    spec(Command::BookOrderEdit, "book.order-edit", "Change the own order at the cursor", &["e"]),
    spec(Command::BookOrderUp, "book.order-up", "Move the own orders at the cursor up, a row at a time", &["shift-up"]),
    spec(Command::BookOrderDown, "book.order-down", "Move the own orders at the cursor down, a row at a time", &["shift-down"]),
    spec(Command::BookOrderCancel, "book.order-cancel", "Cancel the own orders at the cursor", &["x", "delete"]),
];
