//! The state of the application above its panes.

use super::commands::{Command, Scope};
use super::dialogs::{Answer, Confirm, Dialog, Prompt};
use super::keymap::{Key, KeyState, Keymap, Outcome, scopes};
use super::layout::{Area, Desk, WORKSPACES, Workspace};
use super::link::{Cross, Window};
use super::toasts::Toasts;
use crate::domain::{BarSpec, Nanos, Symbol, Timeframe};
use crate::drive::view::{Mode, ReplayView, Request, View};
use crate::feed::Severity;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What has to happen outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Leave the program.
    Quit,
    /// Suspend to the shell.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Ask the session.
    Session(Request),
    /// Use this theme; it is already the one in [`Shown`].
    Theme(String),
    /// Replay these recordings.
    Open(Vec<PathBuf>),
    /// Go back from the replay to the live session.
    LeaveReplay,
    /// The focused list shows only what contains this; all when empty.
    Filter(String),
    /// The focused pane has to answer a command, so many times.
    Pane(Command, u32),
    /// The focused pane gets the line that it asked for.
    Line(Box<Prompt>),
}

/// What is shown: the choices that all panes share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The workspace.
    pub workspace: Workspace,
    /// The symbol of all linked panes.
    pub symbol: Option<Symbol>,
    /// The bars of all linked panes.
    pub bars: BarSpec,
    /// What the crosshair of all linked panes points at.
    pub cross: Option<Cross>,
    /// The stretch of time that all linked panes show.
    pub window: Window,
    /// Times in UTC rather than local.
    pub utc: bool,
    /// The theme's name.
    pub theme: String,
}

/// A recording that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What there is to choose from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Library {
    /// Themes by name.
    pub themes: Vec<String>,
    /// Recordings, newest first.
    pub recordings: Vec<RecordingFile>,
    /// Whether a live session goes on behind the replay.
    pub live_behind: bool,
}

/// How an [`App`] begins.
#[derive(Debug, Clone)]
pub struct Options {
    /// Keys in force.
    pub keymap: Keymap,
    /// Times in UTC rather than local.
    pub utc: bool,
    /// The theme's name.
    pub theme: String,
    /// What there is to choose from.
    pub library: Library,
    /// The workspace shown first.
    pub workspace: Workspace,
}

/// The state of the application above its panes.
#[derive(Debug)]
pub struct App {
    /// Keys in force.
    pub keymap: Keymap,
    /// Keys pressed that are not yet a command.
    pub keys: KeyState,
    /// What is shown.
    pub shown: Shown,
    /// What lies over the panes.
    pub dialog: Option<Dialog>,
    /// Recent messages.
    pub toasts: Toasts,
    /// What there is to choose from.
    pub library: Library,
    /// Where the panes were last drawn.
    pub area: Area,
    pub(super) desks: BTreeMap<Workspace, Desk>,
    /// A symbol that was asked for and is shown once it is there.
    pub(super) wanted: Option<Symbol>,
    /// The theme to go back to when the choice of one is left.
    pub(super) theme_before: Option<String>,
    pub(super) replay_speed: f64,
    /// Whether the bars have been chosen; until then they are made to fit a replay.
    pub(super) bars_chosen: bool,
    /// Whether they were made to fit, and are to be as before in another session.
    pub(super) bars_fitted: bool,
}

impl App {
    /// The application at its start.
    pub fn new(options: Options) -> Self {
        Self {
            keymap: options.keymap,
            keys: KeyState::default(),
            shown: Shown {
                workspace: options.workspace,
                symbol: None,
                bars: BarSpec::Time(Timeframe::M1),
                cross: None,
                window: Window::default(),
                utc: options.utc,
                theme: options.theme,
            },
            dialog: None,
            toasts: Toasts::default(),
            library: options.library,
            area: Area::default(),
            desks: WORKSPACES.iter().map(|spec| (spec.workspace, Desk::new(spec.workspace))).collect(),
            wanted: None,
            theme_before: None,
            replay_speed: 1.0,
            bars_chosen: false,
            bars_fitted: false,
        }
    }

    /// The shown workspace as the user has it.
    pub fn desk(&mut self) -> &mut Desk {
        let workspace = self.shown.workspace;
        self.desks.entry(workspace).or_insert_with(|| Desk::new(workspace))
    }

    /// Takes in a new view: its notices, and the symbols there are.
    pub fn sync(&mut self, view: &View, now: Nanos) {
        self.toasts.absorb(&view.snapshot, now);
        self.toasts.absorb_log(&view.session.log, now);
        if let Some(wanted) = self.wanted.filter(|wanted| view.snapshot.symbol(*wanted).is_some()) {
            self.shown.symbol = Some(wanted);
            self.wanted = None;
        }
        if self.shown.symbol.is_none_or(|symbol| view.snapshot.symbol(symbol).is_none()) {
            self.shown.symbol = view.snapshot.symbols.first().map(|first| first.instrument.symbol);
        }
        if let Some(replay) = &view.session.replay {
            self.replay_speed = replay.speed;
            if !self.bars_chosen
                && let Some(timeframe) = fitting_bars(view, replay)
            {
                self.shown.bars = BarSpec::Time(timeframe);
                (self.bars_chosen, self.bars_fitted) = (true, true);
            }
        }
    }

    /// Another session is shown from now on.
    pub fn new_session(&mut self, view: &View) {
        self.toasts.new_session(&view.snapshot, &view.session.log);
        self.wanted = None;
        if self.bars_fitted {
            self.shown.bars = BarSpec::Time(Timeframe::M1);
            (self.bars_chosen, self.bars_fitted) = (false, false);
        }
        self.shown.symbol = self.shown.symbol.filter(|symbol| view.snapshot.symbol(*symbol).is_some());
    }

    /// Tells the user something.
    pub fn say(&mut self, now: Nanos, severity: Severity, text: impl Into<std::sync::Arc<str>>) {
        self.toasts.push(now, severity, text);
    }

    /// Takes in a key, pressed while a pane of that scope has the focus.
    pub fn press(&mut self, key: Key, scope: Scope, view: &View, now: Nanos) -> Vec<Effect> {
        if self.dialog.is_some() {
            return self.press_dialog(key, view, now);
        }
        let replaying = view.session.mode == Mode::Replay;
        match self.keys.press(key, &self.keymap, &scopes(scope, replaying)) {
            Outcome::Run(command, count) => self.run(command, count, scope, view, now),
            Outcome::Pending | Outcome::Left => Vec::new(),
            Outcome::Unknown(keys) => {
                if keys.chars().count() == 1 || keys.contains(' ') {
                    let help = self.keymap.key(Command::Help);
                    self.say(now, Severity::Info, format!("{keys} does nothing here; {help} shows the keys"));
                }
                Vec::new()
            }
        }
    }

    fn press_dialog(&mut self, key: Key, view: &View, now: Nanos) -> Vec<Effect> {
        match self.dialog.take() {
            None => Vec::new(),
            Some(Dialog::Picker(mut picker)) => match picker.press(key) {
                Answer::Open => {
                    let effects = self.preview(&picker);
                    self.dialog = Some(Dialog::Picker(picker));
                    effects
                }
                Answer::Left => self.leave_picker(),
                Answer::Chosen(choice) => self.choose(choice, view, now),
            },
            Some(Dialog::Prompt(prompt)) => self.press_prompt(prompt, key, view, now),
            Some(Dialog::Confirm(confirm)) => match Confirm::answer(key) {
                Some(true) => self.confirmed(confirm.command),
                Some(false) => Vec::new(),
                None => {
                    self.dialog = Some(Dialog::Confirm(confirm));
                    Vec::new()
                }
            },
            Some(Dialog::Note(_)) => {
                let scope = self.desk().focus().spec().scope;
                let escape = key == Key::named(super::keymap::Named::Esc) || key == Key::named(super::keymap::Named::Enter);
                if escape { Vec::new() } else { self.press(key, scope, view, now) }
            }
        }
    }

    /// Takes in pasted text; without a dialog it means nothing, so that a stray paste runs no commands.
    pub fn paste(&mut self, text: &str) {
        match &mut self.dialog {
            Some(Dialog::Picker(picker)) => picker.paste(text),
            Some(Dialog::Prompt(prompt)) => prompt.input.insert(text),
            _ => {}
        }
    }
}

/// Bars in which a recording is worth looking at: minutes, or shorter ones where minutes would be a handful, or the shortest
/// there are. `None` until it is known how long the recording is.
fn fitting_bars(view: &View, replay: &ReplayView) -> Option<Timeframe> {
    /// So many bars fill a good part of a chart.
    const ENOUGH: i64 = 60;
    let span = replay.to? - replay.from;
    let symbol = view.snapshot.symbols.first()?;
    let count = |timeframe: &Timeframe| symbol.time_bars.get(timeframe).map_or(0, crate::bars::BarView::len);
    if count(&Timeframe::M1) as i64 >= ENOUGH {
        return Some(Timeframe::M1);
    }
    let built = Timeframe::ALL.into_iter().filter(|timeframe| count(timeframe) > 0);
    let mut long_enough = built.clone().filter(|tf| *tf <= Timeframe::M1 && span.0 / tf.nanos().0 >= ENOUGH);
    long_enough.next_back().or_else(|| {
        let mut built = built;
        built.next()
    })
}
