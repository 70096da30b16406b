//! Commands of a replay.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Replay, keys }
}

/// The entries of this scope, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::ReplayToggle, "replay.toggle", "Play or pause", &["space"]),
    spec(Command::ReplayStepEvent, "replay.step", "Apply one event", &["n"]),
    spec(Command::ReplayNextBar, "replay.next-bar", "Go to the close of the next bar", &["N"]),
    spec(Command::ReplayPreviousBar, "replay.previous-bar", "Go to the close of the previous bar", &["alt-b"]),
    spec(Command::ReplayFaster, "replay.faster", "Replay faster", &["}"]),
    spec(Command::ReplaySlower, "replay.slower", "Replay slower", &["{"]),
    spec(Command::ReplayRealTime, "replay.real-time", "Replay at the speed it was recorded", &["0"]),
    spec(Command::ReplayMax, "replay.max", "Replay as fast as it goes", &["9"]),
    spec(Command::ReplayForward, "replay.forward", "Forward ten seconds", &["shift-right"]),
    spec(Command::ReplayBack, "replay.back", "Back ten seconds", &["shift-left"]),
    spec(Command::ReplayForwardMuch, "replay.forward-much", "Forward a tenth of the recording", &["ctrl-right"]),
    spec(Command::ReplayBackMuch, "replay.back-much", "Back a tenth of the recording", &["ctrl-left"]),
    spec(Command::ReplayGoTo, "replay.go-to", "Go to a moment: a time, or +10m from the start", &["J"]),
    spec(Command::ReplayStart, "replay.start", "Back to the start of the recording", &["ctrl-home"]),
    spec(Command::ReplaySpeed, "replay.speed", "Enter the speed", &["*"]),
    spec(Command::ReplayNextGap, "replay.next-gap", "Go to the next stretch without data", &["!"]),
    spec(Command::ReplayPreviousGap, "replay.previous-gap", "Go to the previous stretch without data", &["@"]),
    spec(Command::ReplayNextMark, "replay.next-mark", "Go to the next mark", &["'"]),
    spec(Command::ReplayPreviousMark, "replay.previous-mark", "Go to the previous mark", &["\""]),
    spec(Command::ReplayNextLarge, "replay.next-large", "Go to the next large trade", &["#"]),
    spec(Command::ReplayPreviousLarge, "replay.previous-large", "Go to the previous large trade", &["%"]),
    spec(Command::LoopStart, "loop.start", "Repeat from here (A)", &["^"]),
    spec(Command::LoopEnd, "loop.end", "Repeat up to here (B), then from A again", &["$"]),
    spec(Command::LoopToggle, "loop.toggle", "Repeat from A to B, or play on", &["|"]),
    spec(Command::LoopClear, "loop.clear", "Forget A and B", &["\\"]),
];
