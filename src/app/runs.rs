//! Running commands.

use super::commands::{Command, Scope};
use super::dialogs::{Ask, Confirm, Dialog, Prompt};
use super::layout::{WORKSPACES, Workspace};
use super::{App, Effect, Source};
use crate::domain::{BarSpec, Nanos, Timeframe};
use crate::drive::view::{Mode, RecordingView, Request, View};
use crate::feed::Severity;

impl App {
    /// Runs a command, so many times where that makes sense.
    pub fn run(&mut self, command: Command, count: u32, scope: Scope, view: &View, now: Nanos) -> Vec<Effect> {
        let spec_scope = command.spec().map_or(Scope::Global, |spec| spec.scope);
        // A tape has sizes to filter by, no names: it asks for them itself.
        if command == Command::ListFilter && scope.takes(Scope::List) && scope != Scope::Tape {
            self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Filter)));
            return Vec::new();
        }
        if let Some(effects) = self.run_blotter(command, count, view, now) {
            return effects;
        }
        if spec_scope == Scope::Pair {
            return self.run_pair(command, count, view, now);
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

    /// Leaves what lies above the panes, as the focused one had nothing to leave: a message, else the zoom.
    pub fn cancel(&mut self, now: Nanos) {
        let _ = self.toasts.dismiss(now) || self.desk_mut().leave_zoom();
    }

    fn run_global(&mut self, command: Command, count: u32, view: &View, now: Nanos) -> Vec<Effect> {
        match command {
            Command::Quit => return vec![Effect::Quit],
            Command::Suspend => return vec![Effect::Suspend],
            Command::Redraw => return vec![Effect::Redraw],
            Command::ReloadConfig => return vec![Effect::ReloadConfig],
            Command::Palette => self.open_palette(view),
            Command::Help => self.open_help(view),
            // The pane first: a crosshair goes before the zoom does.
            Command::Cancel => return vec![Effect::Pane(Command::Cancel, 1)],
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
            Command::AlertNew => return vec![Effect::Pane(Command::AlertNew, 1)],
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
                let zone = if self.shown.utc { "UTC" } else { self.shown.zone.iana_name().unwrap_or("local time") };
                self.say(now, Severity::Info, format!("times are shown in {zone}"));
            }
            Command::ChooseZone => self.open_zones(view.session.now),
            Command::ShowMessages => self.open_messages(),
            Command::TimeframeUp => self.step_timeframe(count as isize),
            Command::TimeframeDown => self.step_timeframe(-(count as isize)),
            Command::ChooseTimeframe => self.open_bars(view),
            other => match WORKSPACES.iter().find(|spec| spec.command == other) {
                // The command of a number's first page goes through its pages; that of another shows it.
                Some(spec) if spec.is_first() => self.show_workspace(spec.number),
                Some(spec) => self.shown.workspace = spec.workspace,
                None => {
                    let traded = self.run_trading(other, view, now);
                    return traded.unwrap_or_else(|| self.run_panes(other, count, now));
                }
            },
        }
        Vec::new()
    }

    /// Shows a workspace by its number: the page of it that was shown last, and its next page where it is shown already.
    pub fn show_workspace(&mut self, number: u8) {
        let now = self.shown.workspace;
        let pages: Vec<Workspace> = WORKSPACES.iter().filter(|spec| spec.number == number).map(|spec| spec.workspace).collect();
        let next = match pages.iter().position(|page| *page == now) {
            Some(at) => pages.get((at + 1) % pages.len()).copied(),
            None => self.pages.get(&number).or(pages.first()).copied(),
        };
        self.pages.insert(now.spec().number, now);
        self.shown.workspace = next.unwrap_or(now);
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
        if matches!(command, Command::RiskKill | Command::RiskUnlock | Command::AccountReset) {
            return self.confirmed_blotter(command, now);
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
