//! Commands of the volume profile.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Profile, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::ProfilePeriod, "profile.period", "Next of the session, what linked charts show, the last hours", &["c"]),
    spec(Command::ProfileHours, "profile.hours", "Choose how many of the last hours it is of", &["e"]),
    spec(Command::ProfileFiner, "profile.finer", "Group fewer prices into a row", &["+", "=", "y"]),
    spec(Command::ProfileCoarser, "profile.coarser", "Group more prices into a row", &["-", "_", "Y"]),
    spec(Command::ProfileHigher, "profile.higher", "Move to higher prices, or the crosshair", &["up", "k", "shift-up"]),
    spec(Command::ProfileLower, "profile.lower", "Move to lower prices, or the crosshair", &["down", "j", "shift-down"]),
    spec(Command::ProfileFit, "profile.fit", "Group prices and keep them in view by itself again", &["v", "end", "G", "f"]),
    spec(Command::ProfileCross, "profile.crosshair", "Point at a price in all linked panes, or no longer", &["x"]),
];
