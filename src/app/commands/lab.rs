//! Commands of the signals lab, beside those of lists.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Lab, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::LabLonger, "lab.longer", "The next longer horizon", &["right", "l"]),
    spec(Command::LabShorter, "lab.shorter", "The next shorter horizon", &["left", "h"]),
    spec(Command::LabSeries, "lab.series", "The indicators' values, or their z-scores", &["v"]),
];
