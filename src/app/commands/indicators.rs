//! Commands of the indicators.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Indicators, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::IndicatorsAdd, "indicators.add", "Add an indicator of the catalogue", &["i"]),
    spec(Command::IndicatorsEdit, "indicators.edit", "Set the indicator's parameters; its past is worked out anew", &["e"]),
    spec(Command::IndicatorsRemove, "indicators.remove", "Take the indicator away", &["d"]),
    spec(Command::IndicatorsUndo, "indicators.undo", "Take back the last change of indicators", &["backspace"]),
    spec(Command::IndicatorsReset, "indicators.reset", "All indicators again, as they are unless set", &["r"]),
    spec(Command::IndicatorsZoomIn, "indicators.zoom-in", "A shorter stretch of time in the indicator's chart", &["+", "="]),
    spec(Command::IndicatorsZoomOut, "indicators.zoom-out", "A longer stretch of time in the indicator's chart", &["-", "_"]),
    spec(Command::IndicatorsOlder, "indicators.older", "The crosshair to an older sample", &["left", "h"]),
    spec(Command::IndicatorsNewer, "indicators.newer", "The crosshair to a newer sample", &["right", "l"]),
];
