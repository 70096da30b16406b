//! Running the commands of a replay: pace, jumps, the loop.

use super::commands::Command;
use super::dialogs::{Ask, Dialog, Prompt};
use super::{App, Effect};
use crate::domain::{BarSpec, Nanos, Side, Symbol, Timeframe};
use crate::drive::replay::RepeatRequest;
use crate::drive::view::{ReplayRequest, ReplayState, ReplayView, Request, View};
use crate::feed::Severity;
use crate::recording::index::{Gap, GapKind, MarkKind};

/// Speeds of a replay that keys go through, in engine seconds per second.
const SPEEDS: [f64; 14] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, f64::INFINITY];

/// Steps asked for at once, at most: the queue to the session is bounded.
const STEPS: u32 = 50;

/// A speed as shown: `0.5×`, `100×`, `max`.
pub fn speed_text(speed: f64, ascii: bool) -> String {
    let times = if ascii { 'x' } else { '×' };
    if speed.is_finite() { format!("{speed}{times}") } else { "max".to_owned() }
}

/// A speed as a person enters it: `0.25`, `30x`, `max`.
pub(super) fn parse_speed(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    if text == "max" {
        return Some(f64::INFINITY);
    }
    let speed: f64 = text.trim_end_matches(['x', '×']).trim().parse().ok()?;
    (0.1..=1_000.0).contains(&speed).then_some(speed)
}

/// What can be jumped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    Gap,
    Mark,
    Large,
}

impl Goal {
    const fn noun(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Mark => "mark",
            Self::Large => "large trade",
        }
    }

    /// The moments of this kind in a replay, in order, with what is said on arrival.
    fn all(self, replay: &ReplayView, symbol: Option<Symbol>) -> Vec<(Nanos, String)> {
        let mut found = Vec::new();
        for index in replay.index.iter().flat_map(|indexes| indexes.iter()) {
            if self == Self::Gap {
                // While a book is fetched anew the trades go on: that is no gap.
                let ours = |gap: &&Gap| gap.scope.trades() && (gap.symbol.is_none() || gap.symbol == symbol);
                found.extend(index.gaps.iter().filter(ours).map(|gap| (gap.from, describe(gap))));
            }
            for mark in &index.marks {
                match (&mark.kind, self) {
                    (MarkKind::User(label), Self::Mark) => found.push((mark.at, label.clone())),
                    (MarkKind::Trade(of, side, price, qty), Self::Large) if Some(*of) == symbol => {
                        let side = if *side == Side::Buy { "bought" } else { "sold" };
                        found.push((mark.at, format!("{qty} {side} at {price}")));
                    }
                    _ => {}
                }
            }
        }
        found.sort_by_key(|(at, _)| *at);
        found
    }
}

fn describe(gap: &Gap) -> String {
    let length = gap.to.map(|to| to.saturating_sub(gap.from).to_secs_f64());
    let length = length.map_or_else(|| "to the end".to_owned(), |secs| format!("{secs:.1} s"));
    let why = match gap.kind {
        _ if !gap.why.is_empty() => gap.why.as_str(),
        GapKind::Silence => "nothing came",
        GapKind::Down => "no connection",
        GapKind::Resync => "data was fetched anew",
    };
    format!("{length}, {why}")
}

impl App {
    /// Runs a command of the replay.
    pub fn run_replay(&mut self, command: Command, count: u32, view: &View, now: Nanos) -> Vec<Effect> {
        let Some(replay) = view.session.replay.as_ref() else {
            let open = self.keymap.key(Command::OpenRecording);
            self.say(now, Severity::Info, format!("no recording is being replayed; {open} opens one"));
            return Vec::new();
        };
        let times = i64::from(count.max(1));
        let end = replay.to.unwrap_or(view.session.now);
        let tenth = (end.saturating_sub(replay.from).0 / 10).max(Nanos::SECOND.0).saturating_mul(times);
        let timeframe = if let BarSpec::Time(timeframe) = self.focused().bars { timeframe } else { Timeframe::M1 };
        let request = match command {
            Command::ReplayToggle => ReplayRequest::Toggle,
            Command::ReplayStepEvent => {
                return vec![Effect::Session(Request::Replay(ReplayRequest::StepEvent)); count.clamp(1, STEPS) as usize];
            }
            Command::ReplayNextBar | Command::ReplayPreviousBar => {
                let step = ReplayRequest::StepBar(timeframe, command == Command::ReplayNextBar);
                return vec![Effect::Session(Request::Replay(step)); count.clamp(1, STEPS) as usize];
            }
            Command::ReplayFaster => ReplayRequest::Speed(self.speed(times as isize)),
            Command::ReplaySlower => ReplayRequest::Speed(self.speed(-(times as isize))),
            Command::ReplayRealTime => ReplayRequest::Speed(1.0),
            Command::ReplayMax => ReplayRequest::Speed(f64::INFINITY),
            Command::ReplayForward => ReplayRequest::SeekBy(Nanos::from_secs(10 * times)),
            Command::ReplayBack => ReplayRequest::SeekBy(Nanos::from_secs(-10 * times)),
            Command::ReplayForwardMuch => ReplayRequest::SeekBy(Nanos(tenth)),
            Command::ReplayBackMuch => ReplayRequest::SeekBy(Nanos(-tenth)),
            Command::ReplayStart => ReplayRequest::Seek(replay.from),
            Command::ReplayNextGap => return self.jump(Goal::Gap, times, view, replay, now),
            Command::ReplayPreviousGap => return self.jump(Goal::Gap, -times, view, replay, now),
            Command::ReplayNextMark => return self.jump(Goal::Mark, times, view, replay, now),
            Command::ReplayPreviousMark => return self.jump(Goal::Mark, -times, view, replay, now),
            Command::ReplayNextLarge => return self.jump(Goal::Large, times, view, replay, now),
            Command::ReplayPreviousLarge => return self.jump(Goal::Large, -times, view, replay, now),
            Command::LoopStart | Command::LoopEnd | Command::LoopToggle | Command::LoopClear => {
                return self.change_loop(command, view, replay, now);
            }
            Command::ReplayGoTo => {
                self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Moment)));
                return Vec::new();
            }
            Command::ReplaySpeed => {
                self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Speed)));
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        if let ReplayRequest::Speed(speed) = request {
            // Known at once, so that a second key press before the session answers goes on from here.
            self.replay_speed = speed;
        }
        vec![Effect::Session(Request::Replay(request))]
    }

    /// The speed so many steps faster, or slower when negative. From between two steps the first leads to the nearer one.
    fn speed(&self, steps: isize) -> f64 {
        let last = SPEEDS.len() - 1;
        let at = if steps > 0 {
            let above = SPEEDS.iter().position(|speed| *speed > self.replay_speed * 1.000_1).unwrap_or(last);
            above.saturating_add_signed(steps - 1)
        } else {
            let below = SPEEDS.iter().rposition(|speed| *speed < self.replay_speed * 0.999_9).unwrap_or(0);
            below.saturating_add_signed(steps.saturating_add(1))
        };
        SPEEDS[at.min(last)]
    }

    /// Jumps so many gaps, marks or large trades on, or back when negative, as far as there are any.
    fn jump(&mut self, goal: Goal, by: i64, view: &View, replay: &ReplayView, now: Nanos) -> Vec<Effect> {
        let noun = goal.noun();
        if replay.index.is_none() {
            self.say(now, Severity::Info, "the recording is still being read through: try again in a moment");
            return Vec::new();
        }
        let symbol = self.focused().symbol;
        let all = goal.all(replay, symbol);
        let of = match (goal, symbol) {
            (Goal::Large, Some(symbol)) => format!(" of {symbol}"),
            _ => String::new(),
        };
        if all.is_empty() {
            self.say(now, Severity::Info, format!("there is no {noun}{of} in this recording"));
            return Vec::new();
        }
        let (at, slack) = match replay.state {
            ReplayState::Seeking(to) => (to, Nanos::ZERO),
            // It plays on from where the last jump led: going back twice within a second means going back twice.
            ReplayState::Playing if replay.speed.is_finite() => (view.session.now, Nanos((replay.speed * 1e9) as i64)),
            _ => (view.session.now, Nanos::ZERO),
        };
        let steps = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
        let place = if by > 0 {
            let first = all.partition_point(|(moment, _)| *moment <= at);
            (first < all.len()).then(|| first.saturating_add(steps - 1).min(all.len() - 1))
        } else {
            let before = all.partition_point(|(moment, _)| *moment < at.saturating_sub(slack));
            (before > 0).then(|| before.saturating_sub(steps))
        };
        let Some((place, (moment, what))) = place.and_then(|place| Some((place, all.get(place)?))) else {
            let (side, other) = if by > 0 { ("further", "before") } else { ("earlier", "after") };
            let count = if all.len() == 1 { "the only one is".to_owned() } else { format!("all {} are", all.len()) };
            self.say(now, Severity::Info, format!("no {side} {noun}{of}: {count} {other} this moment"));
            return Vec::new();
        };
        self.say(now, Severity::Info, format!("{noun} {} of {}: {what}", place + 1, all.len()));
        vec![Effect::Session(Request::Replay(ReplayRequest::Seek(*moment)))]
    }

    /// Changes the stretch that is repeated, and says what that leads to.
    fn change_loop(&mut self, command: Command, view: &View, replay: &ReplayView, now: Nanos) -> Vec<Effect> {
        let request = match command {
            Command::LoopStart => RepeatRequest::Start,
            Command::LoopEnd => RepeatRequest::End,
            Command::LoopToggle => RepeatRequest::Toggle,
            _ => RepeatRequest::Clear,
        };
        let at = if let ReplayState::Seeking(to) = replay.state { to } else { view.session.now };
        let mut then = replay.repeat;
        then.answer(request, at);
        let (start, end) = (self.keymap.key(Command::LoopStart), self.keymap.key(Command::LoopEnd));
        let text = match (then.from, then.to, then.on) {
            (None, None, _) if request == RepeatRequest::Clear => "nothing is repeated".to_owned(),
            (None, None, _) => format!("nothing to repeat yet: {start} sets A, {end} sets B"),
            (Some(_), None, _) => format!("A is set; {end} sets B and repeats"),
            (None, Some(_), _) => format!("B is set; {start} sets an A before it"),
            (Some(from), Some(to), true) => format!("repeating {:.1} s from A to B", to.saturating_sub(from).to_secs_f64()),
            (Some(_), Some(_), false) => "playing on beyond B".to_owned(),
        };
        self.say(now, Severity::Info, text);
        vec![Effect::Session(Request::Replay(ReplayRequest::Repeat(request)))]
    }
}

#[cfg(test)]
#[path = "replays_tests.rs"]
mod tests;
