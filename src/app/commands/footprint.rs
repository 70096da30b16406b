//! Commands of the footprint, beside those of every pane of time.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Footprint, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::FootprintMode, "footprint.mode", "Next of bid x ask, delta, volume", &["c"]),
    spec(Command::FootprintFiner, "footprint.finer", "Group fewer prices into a row", &["y"]),
    spec(Command::FootprintCoarser, "footprint.coarser", "Group more prices into a row", &["Y"]),
    spec(Command::FootprintHigher, "footprint.higher", "Move to higher prices", &["shift-up"]),
    spec(Command::FootprintLower, "footprint.lower", "Move to lower prices", &["shift-down"]),
    spec(Command::FootprintFit, "footprint.fit", "Group prices and keep them in view by itself again", &["v"]),
];
