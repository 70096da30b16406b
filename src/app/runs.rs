//! Running commands.

use super::commands::{Command, Scope};
use super::dialogs::{Ask, Confirm, Dialog, Prompt};
use super::layout::WORKSPACES;
use super::{App, Effect, Source};
use crate::domain::{BarSpec, Nanos, Timeframe};
use crate::drive::view::{Mode, RecordingView, ReplayRequest, Request, View};
use crate::feed::Severity;

/// Steps from bar to bar asked for at once, at most: the queue to the session is bounded.
const STEPS: u32 = 50;
/// Speeds of a replay that keys go through, in engine seconds per second.
const SPEEDS: [f64; 15] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 300.0, 500.0, 1000.0, f64::INFINITY];

impl App {
    /// Runs a command, so many times where that makes sense.
    pub fn run(&mut self, command: Command, count: u32, scope: Scope, view: &View, now: Nanos) -> Vec<Effect> {
        let spec_scope = command.spec().map_or(Scope::Global, |spec| spec.scope);
        // A tape has sizes to filter by, no names: it asks for them itself.
        if command == Command::ListFilter && scope.takes(Scope::List) && scope != Scope::Tape {
            self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Filter)));
            return Vec::new();
        }
        if spec_scope != Scope::Global && scope.takes(spec_scope) && spec_scope != Scope::Replay {
            return vec![Effect::Pane(command, count)];
        }
        match spec_scope {
            Scope::Global => self.run_global(command, count, view, now),
            Scope::Replay if scope == Scope::Replay => vec![Effect::Pane(command, count)],
            Scope::Replay => self.run_replay(command, count, view, now),
            _ => self.run_elsewhere(command, count, spec_scope, now),
        }
    }

    /// A pane's command asked for by the palette while another pane has the focus: that kind of pane is focused first.
    fn run_elsewhere(&mut self, command: Command, count: u32, scope: Scope, now: Nanos) -> Vec<Effect> {
        let found = self.desk().panes().into_iter().find(|id| id.spec().scope.takes(scope));
        let Some(id) = found else {
            self.say(now, Severity::Warning, format!("`{command}` is for the {}: this workspace has none", scope.title()));
            return Vec::new();
        };
        self.desk_mut().set_focus(id);
        vec![Effect::Pane(command, count)]
    }

    fn run_global(&mut self, command: Command, count: u32, view: &View, now: Nanos) -> Vec<Effect> {
        match command {
            Command::Quit => return vec![Effect::Quit],
            Command::Suspend => return vec![Effect::Suspend],
            Command::Redraw => return vec![Effect::Redraw],
            Command::Palette => self.open_palette(view),
            Command::Help => self.open_help(view),
            Command::Cancel => {
                let _ = self.toasts.dismiss(now) || self.desk_mut().leave_zoom();
                return vec![Effect::Pane(Command::Cancel, 1)];
            }
            Command::NextSymbol => self.step_symbol(count as usize, view),
            Command::PreviousSymbol => {
                let all = view.snapshot.symbols.len().max(1);
                self.step_symbol(all - count as usize % all, view);
            }
            Command::ChooseSymbol => self.open_symbols(view),
            Command::AddSymbol => self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Symbol))),
            Command::RemoveSymbol => self.ask_removal(view, now),
            Command::ToggleFeed => return self.toggle_feed(view, now),
            Command::ToggleRecording => return self.toggle_recording(view, now),
            Command::StartLive | Command::StartDemo => return self.ask_start(command, view, now),
            Command::Mark => self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Mark))),
            Command::OpenRecording => self.open_recordings(),
            Command::LeaveReplay if view.session.mode != Mode::Replay => {
                let open = self.keymap.key(Command::OpenRecording);
                self.say(now, Severity::Info, format!("no recording is being replayed; {open} opens one"));
            }
            Command::LeaveReplay if !self.library.live_behind => {
                self.say(
                    now,
                    Severity::Info,
                    "there is no live session to go back to: start rtai-tui without `replay` for live data",
                );
            }
            Command::LeaveReplay => return vec![Effect::LeaveReplay],
            Command::ChooseTheme => self.open_themes(),
            Command::ToggleUtc => {
                self.shown.utc = !self.shown.utc;
                let zone = if self.shown.utc { "UTC" } else { "local time" };
                self.say(now, Severity::Info, format!("times are shown in {zone}"));
            }
            Command::ShowMessages => self.open_messages(),
            Command::TimeframeUp => self.step_timeframe(count as isize),
            Command::TimeframeDown => self.step_timeframe(-(count as isize)),
            Command::ChooseTimeframe => self.open_bars(view),
            other => match WORKSPACES.iter().find(|spec| spec.command == other) {
                Some(spec) => self.shown.workspace = spec.workspace,
                None => return self.run_panes(other, count, now),
            },
        }
        Vec::new()
    }

    /// Runs a command of the replay.
    pub fn run_replay(&mut self, command: Command, count: u32, view: &View, now: Nanos) -> Vec<Effect> {
        let Some(replay) = view.session.replay.as_ref() else {
            let open = self.keymap.key(Command::OpenRecording);
            self.say(now, Severity::Info, format!("no recording is being replayed; {open} opens one"));
            return Vec::new();
        };
        let times = i64::from(count);
        let length = replay.to.map_or(Nanos::ZERO, |to| to.saturating_sub(replay.from));
        let timeframe = if let BarSpec::Time(timeframe) = self.focused().bars { timeframe } else { Timeframe::M1 };
        let request = match command {
            Command::ReplayToggle => ReplayRequest::Toggle,
            Command::ReplayStepEvent => {
                return vec![Effect::Session(Request::Replay(ReplayRequest::StepEvent)); count.min(1_000) as usize];
            }
            Command::ReplayNextBar | Command::ReplayPreviousBar => {
                let step = ReplayRequest::StepBar(timeframe, command == Command::ReplayNextBar);
                return vec![Effect::Session(Request::Replay(step)); count.min(STEPS) as usize];
            }
            Command::ReplayFaster => ReplayRequest::Speed(self.speed(times as isize)),
            Command::ReplaySlower => ReplayRequest::Speed(self.speed(-(times as isize))),
            Command::ReplayRealTime => ReplayRequest::Speed(1.0),
            Command::ReplayMax => ReplayRequest::Speed(f64::INFINITY),
            Command::ReplayForward => ReplayRequest::SeekBy(Nanos::from_secs(10 * times)),
            Command::ReplayBack => ReplayRequest::SeekBy(Nanos::from_secs(-10 * times)),
            Command::ReplayForwardMuch => ReplayRequest::SeekBy(Nanos((length.0 / 10).saturating_mul(times))),
            Command::ReplayBackMuch => ReplayRequest::SeekBy(Nanos(-(length.0 / 10).saturating_mul(times))),
            Command::ReplayStart => ReplayRequest::Seek(replay.from),
            Command::ReplayGoTo => {
                self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Moment)));
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

    fn speed(&self, steps: isize) -> f64 {
        let at = SPEEDS.iter().position(|speed| *speed >= self.replay_speed).unwrap_or(SPEEDS.len() - 1);
        SPEEDS[at.saturating_add_signed(steps).min(SPEEDS.len() - 1)]
    }

    fn step_symbol(&mut self, by: usize, view: &View) {
        let (symbols, id) = (&view.snapshot.symbols, self.desk().focus());
        let now = self.focused().symbol;
        let at = symbols.iter().position(|symbol| Some(symbol.instrument.symbol) == now).unwrap_or(0);
        if let Some(next) = symbols.get((at + by) % symbols.len().max(1)) {
            self.linked_mut(id).select(next.instrument.symbol);
        }
    }

    fn step_timeframe(&mut self, by: isize) {
        let id = self.desk().focus();
        let at = match self.focused().bars {
            BarSpec::Time(timeframe) => Timeframe::ALL.iter().position(|tf| *tf >= timeframe).unwrap_or(0),
            _ => 3,
        };
        let last = Timeframe::ALL.len() - 1;
        self.bars_mut(id).choose_bars(BarSpec::Time(Timeframe::ALL[at.saturating_add_signed(by).min(last)]));
    }

    /// Asks before a session is left for another: what it has gathered is forgotten.
    fn ask_start(&mut self, command: Command, view: &View, now: Nanos) -> Vec<Effect> {
        let (source, mode, what) = match command {
            Command::StartDemo => (Source::Demo, Mode::Demo, "the demo exchange"),
            _ => (Source::Live, Mode::Live, "live data"),
        };
        if view.session.connections.is_empty() && view.session.mode != Mode::Replay {
            return vec![Effect::Start(source)];
        }
        if view.session.mode == mode {
            self.say(now, Severity::Info, format!("this is {what}"));
        } else {
            self.dialog = Some(Dialog::Confirm(Confirm {
                question: format!("Leave this session for {what}?"),
                detail: "What it shows is forgotten; what was recorded stays.".to_owned(),
                command,
            }));
        }
        Vec::new()
    }

    fn ask_removal(&mut self, view: &View, now: Nanos) {
        let Some(symbol) = self.focused().symbol else { return };
        if view.session.mode == Mode::Replay {
            self.say(now, Severity::Info, "the symbols of a recording stay: leave the replay to change what is followed");
        } else if view.snapshot.symbols.len() <= 1 {
            let add = self.keymap.key(Command::AddSymbol);
            self.say(now, Severity::Info, format!("{symbol} is the only symbol: follow another first ({add})"));
        } else {
            self.dialog = Some(Dialog::Confirm(Confirm {
                question: format!("Stop following {symbol}?"),
                detail: "Its bars and book are forgotten; what was recorded stays.".to_owned(),
                command: Command::RemoveSymbol,
            }));
        }
    }

    fn toggle_feed(&mut self, view: &View, now: Nanos) -> Vec<Effect> {
        if view.session.mode == Mode::Replay {
            let toggle = self.keymap.key(Command::ReplayToggle);
            self.say(now, Severity::Info, format!("a replay has no feed; {toggle} pauses and plays"));
            return Vec::new();
        }
        let text = if view.session.stopped { "the feed is starting" } else { "the feed is stopped" };
        self.say(now, Severity::Info, text);
        vec![Effect::Session(Request::ToggleFeed)]
    }

    fn toggle_recording(&mut self, view: &View, now: Nanos) -> Vec<Effect> {
        if view.session.mode == Mode::Replay {
            self.say(now, Severity::Info, "a replay is not recorded again: the recording is already on disk");
            return Vec::new();
        }
        let text = match &view.session.recording {
            RecordingView::On { path, .. } => format!("recording stopped; kept in {}", path.display()),
            RecordingView::Off | RecordingView::Failed(_) => "recording".to_owned(),
        };
        self.say(now, Severity::Info, text);
        vec![Effect::Session(Request::ToggleRecording)]
    }

    /// Asks before a click stops or starts recording: a key is meant, a click may have missed.
    pub fn ask_recording(&mut self, view: &View, now: Nanos) -> Vec<Effect> {
        if view.session.mode == Mode::Replay {
            return self.toggle_recording(view, now);
        }
        let on = matches!(view.session.recording, RecordingView::On { .. });
        let (question, detail) = if on {
            ("Stop recording?", "What was recorded is kept; what comes meanwhile is not.")
        } else {
            ("Record from now on?", "Into a new file in the folder of recordings.")
        };
        let (question, detail) = (question.to_owned(), detail.to_owned());
        self.dialog = Some(Dialog::Confirm(Confirm { question, detail, command: Command::ToggleRecording }));
        Vec::new()
    }

    /// Does what a question was about.
    pub(super) fn confirmed(&mut self, command: Command, view: &View, now: Nanos) -> Vec<Effect> {
        if command == Command::ToggleRecording {
            return self.toggle_recording(view, now);
        }
        if matches!(command, Command::SaveLayout | Command::DeleteLayout) {
            return self.layout_confirmed(command);
        }
        match (command, self.focused().symbol) {
            (Command::RemoveSymbol, Some(symbol)) => vec![Effect::Session(Request::RemoveSymbol(symbol))],
            (Command::Quit, _) => vec![Effect::Quit],
            (Command::StartLive, _) => vec![Effect::Start(Source::Live)],
            (Command::StartDemo, _) => vec![Effect::Start(Source::Demo)],
            _ => Vec::new(),
        }
    }
}
