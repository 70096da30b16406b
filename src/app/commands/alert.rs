//! Commands of alerts.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Alerts, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::AlertEdit, "alert.edit", "Change the alert; it begins anew", &["e"]),
    spec(Command::AlertPause, "alert.pause", "Set the alert aside, or check it again", &["x"]),
    spec(Command::AlertRemove, "alert.remove", "Take the alert away; its history stays", &["d"]),
    spec(Command::AlertDuplicate, "alert.duplicate", "Set another alert like this one", &["c"]),
    spec(Command::AlertRearm, "alert.rearm", "Arm the alert again, whatever it waits for", &["r"]),
    spec(Command::AlertUndo, "alert.undo", "Set the alert again that was taken away last", &["backspace"]),
    spec(Command::AlertAcknowledge, "alert.acknowledge", "Mark the firing as seen", &["y"]),
    spec(Command::AlertAcknowledgeAll, "alert.acknowledge-all", "Mark every firing as seen", &["Y"]),
    spec(Command::AlertTest, "alert.test", "Deliver the alert now, as a test", &[]),
    spec(Command::AlertExport, "alert.export", "Write the history to a file of JSON lines", &["E"]),
];
