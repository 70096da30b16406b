//! Commands of the tape.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Tape, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::TapeMinimum, "tape.minimum", "Show only trades of a size and more, such as 0.5 or $50k", &["f"]),
    spec(Command::TapeLarger, "tape.larger", "Show only larger trades", &["+", "="]),
    spec(Command::TapeSmaller, "tape.smaller", "Show smaller trades too", &["-", "_"]),
    spec(Command::TapeMerge, "tape.merge", "One row for all prints of a taker's order, or one for each", &["c"]),
    spec(Command::TapeLarge, "tape.large", "Choose from which size on a trade is marked as large", &["L"]),
    spec(Command::TapeDelta, "tape.delta", "Show or hide buys less sells of each second", &["d"]),
    spec(Command::TapeLiquidations, "tape.liquidations", "Show or hide liquidations among the trades", &["i"]),
];
