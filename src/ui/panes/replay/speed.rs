//! Replay commands and speeds.

use crate::app::commands::Command;
use crate::domain::{BarSpec, Nanos, Timeframe};
use crate::drive::view::ReplayRequest;
use crate::ui::pane::Cx;

/// The speeds that faster and slower go through; beyond the last is as fast as it goes.
const SPEEDS: [f64; 13] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0];

/// The next higher speed; infinite beyond 1,000.
pub fn faster(speed: f64) -> f64 {
    SPEEDS.into_iter().find(|step| *step > speed * 1.000_1).unwrap_or(f64::INFINITY)
}

/// The next lower speed; at least 0.1.
pub fn slower(speed: f64) -> f64 {
    SPEEDS.into_iter().rev().find(|step| *step < speed * 0.999_9).unwrap_or(SPEEDS[0])
}

/// A speed as shown: `0.5×`, `100×`, `max`.
pub fn speed_text(speed: f64, ascii: bool) -> String {
    let times = if ascii { 'x' } else { '×' };
    if speed.is_finite() { format!("{speed}{times}") } else { "max".to_owned() }
}

/// What a replay command asks of the session; `None` for commands that are none of the replay's, or that need a dialog.
pub fn request(command: Command, count: u32, cx: &Cx<'_>) -> Option<ReplayRequest> {
    let replay = cx.view.session.replay.as_ref()?;
    let count = i64::from(count.max(1));
    let timeframe = match cx.bars {
        BarSpec::Time(timeframe) => timeframe,
        _ => Timeframe::M1,
    };
    let seconds = |secs: i64| ReplayRequest::SeekBy(Nanos::from_secs(secs.saturating_mul(count)));
    let tenth = || {
        let end = super::known_end(replay, cx.view.session.now);
        (end.saturating_sub(replay.from).0 / 10).max(Nanos::SECOND.0).saturating_mul(count)
    };
    let step = |change: fn(f64) -> f64| ReplayRequest::Speed((0..count.min(20)).fold(replay.speed, |speed, _| change(speed)));
    Some(match command {
        Command::ReplayToggle => ReplayRequest::Toggle,
        Command::ReplayStepEvent => ReplayRequest::StepEvent,
        Command::ReplayNextBar => ReplayRequest::StepBar(timeframe, true),
        Command::ReplayPreviousBar => ReplayRequest::StepBar(timeframe, false),
        Command::ReplayFaster => step(faster),
        Command::ReplaySlower => step(slower),
        Command::ReplayRealTime => ReplayRequest::Speed(1.0),
        Command::ReplayMax => ReplayRequest::Speed(f64::INFINITY),
        Command::ReplayForward => seconds(10),
        Command::ReplayBack => seconds(-10),
        Command::ReplayForwardMuch => ReplayRequest::SeekBy(Nanos(tenth())),
        Command::ReplayBackMuch => ReplayRequest::SeekBy(Nanos(-tenth())),
        Command::ReplayStart => ReplayRequest::Seek(replay.from),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_go_up_and_down_and_end() {
        assert_eq!((faster(1.0), faster(3.0), faster(1_000.0)), (2.0, 5.0, f64::INFINITY));
        assert_eq!((slower(1.0), slower(f64::INFINITY), slower(0.1)), (0.5, 1_000.0, 0.1));
        assert_eq!((speed_text(0.5, false), speed_text(f64::INFINITY, true)), ("0.5×".to_owned(), "max".to_owned()));
    }
}
