//! The state of the application above its panes.

use super::alerts::Alerts;
use super::blotter::Blotter;
use super::commands::{Command, Scope};
use super::dialogs::{Answer, Choice, Confirm, Dialog, Prompt};
use super::indicators::Listed;
use super::keymap::{Key, KeyState, Keymap, Outcome, scopes};
use super::layout::{Area, Desk, Store, WORKSPACES, Workspace};
use super::link::{Group, Groups, Link, Linked};
use super::pairs::Pairs;
use super::panes::PaneId;
use super::toasts::Toasts;
use super::trading::Trading;
use crate::domain::{BarSpec, Nanos, Symbol};
use crate::drive::journal::Tail;
use crate::drive::previews::Shelf;
use crate::drive::view::{LogLine, Mode, RecordingView, Request, View};
use crate::feed::Severity;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

/// What has to happen outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Leave the program.
    Quit,
    /// Suspend to the shell.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Read the configuration again.
    ReloadConfig,
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
    /// Leave the session for one of this source.
    Start(Source),
    /// Keep a choice in the configuration file.
    Keep(Keep),
    /// The focused pane compares with one symbol more, or no longer with it; `None` with none.
    Compare(Option<Symbol>),
    /// Does something with an indicator of the focused chart.
    Study(super::studies::StudyAct),
    /// A pane came to be, as a copy of another where they are of a kind.
    Born {
        /// The new one.
        new: PaneId,
        /// The one it was made from.
        from: PaneId,
    },
    /// Write the history of alerts to a file.
    ExportAlerts,
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Write comma-separated values to a file, whose name begins so.
    Export(&'static str, String),
    /// Do this with saved layouts.
    Layout(LayoutRequest),
    /// The focused pane has to answer a command, so many times.
    Pane(Command, u32),
    /// Run this backtest.
    Backtest(Box<crate::drive::backtest::Backtest>),
    /// Stop the backtest that runs.
    StopBacktest,
    /// The focused pane gets the line that it asked for.
    Line(Box<Prompt>),
}

/// Where data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The live venue of the settings.
    Live,
    /// The demo exchange.
    Demo,
}

/// A choice to be kept in the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// The keys of a command; `None` for its usual ones.
    Keys(Command, Option<Vec<String>>),
    /// The theme.
    Theme(String),
    /// The zone times are shown in.
    Zone(String),
    /// Where data comes from.
    Source(Source),
    /// The indicators that are worked out; `None` for all of the catalogue.
    Indicators(Option<Vec<String>>),
    /// Whether it is asked before an order is sent.
    Confirm(bool),
}

/// What is wanted of saved layouts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutRequest {
    /// Show it while it is looked at.
    Preview(String),
    /// Go back to what was shown before it was looked at.
    Leave,
    /// Show it from now on.
    Load(String),
    /// Keep what is shown under this name.
    Save(String),
    /// Remove it.
    Delete(String),
    /// Give the first the name of the second.
    Rename(String, String),
}

/// What is shown: the choices that all panes share, whatever they are linked to.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The workspace.
    pub workspace: Workspace,
    /// Times in UTC rather than in the zone.
    pub utc: bool,
    /// The zone times are shown in when not in UTC.
    pub zone: jiff::tz::TimeZone,
    /// The theme's name.
    pub theme: String,
}

/// A recording that can be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordingFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last changed; zero where the file system does not say.
    pub modified: Nanos,
}

/// What there is to choose from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    /// Themes by name.
    pub themes: Vec<String>,
    /// Recordings, newest first.
    pub recordings: Arc<Vec<RecordingFile>>,
    /// What is known of what is in them.
    pub previews: Shelf,
    /// The recording the live session is writing, if it is.
    pub writing: Option<PathBuf>,
    /// Whether a live session goes on behind the replay.
    pub live_behind: bool,
}

impl Library {
    /// Takes in a newer list of recordings.
    pub fn list(&mut self, recordings: Vec<RecordingFile>) {
        // The list stays the same object while nothing changed: panes need not look at it again.
        if *self.recordings != recordings {
            self.recordings = Arc::new(recordings);
        }
    }

    /// Takes note of what a session writes.
    pub fn note_writing(&mut self, view: &View) {
        self.writing = match &view.session.recording {
            RecordingView::On { path, .. } => Some(path.clone()),
            RecordingView::Off | RecordingView::Failed(_) => None,
        };
    }
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
    /// The newest lines of the program's log that no session has in its own, oldest first.
    pub journal: VecDeque<LogLine>,
    /// What there is to choose from.
    pub library: Library,
    /// Where the panes were last drawn.
    pub area: Area,
    /// What the panes of each colour group share.
    pub groups: Groups,
    /// The workspaces, in the order of the catalogue.
    pub(super) desks: Vec<Desk>,
    /// The theme to go back to when the choice of one is left.
    pub(super) theme_before: Option<String>,
    pub(super) replay_speed: f64,
    /// What was chosen in the palette, the newest first.
    pub(super) recent: VecDeque<Choice>,
    /// Bars this session was asked for because a layout shows them.
    asked_bars: Vec<BarSpec>,
    /// Indicators of events that were asked for in this session.
    pub(super) asked_indicators: Vec<String>,
    /// Where layouts are kept.
    pub store: Store,
    /// Whether a list of layouts is open, each shown as the cursor comes to it.
    pub(super) choosing_layout: bool,
    /// The page that was shown last of the workspaces of a number.
    pub(super) pages: BTreeMap<u8, Workspace>,
    /// What is worked out of pairs.
    pub pairs: Pairs,
    /// What is done with alerts.
    pub alerts: Alerts,
    /// What is done with accounts, and which of them is looked at.
    pub blotter: Blotter,
    /// What is done with paper trading.
    pub trading: Trading,
    /// The list of indicators.
    pub(super) listed: Listed,
    /// The layout that a prompt or a question is about.
    pub(super) layout_name: String,
}

impl App {
    /// The application at its start.
    pub fn new(options: Options) -> Self {
        Self {
            keymap: options.keymap,
            keys: KeyState::default(),
            shown: Shown {
                workspace: options.workspace,
                utc: options.utc,
                zone: jiff::tz::TimeZone::system(),
                theme: options.theme,
            },
            dialog: None,
            toasts: Toasts::default(),
            journal: VecDeque::new(),
            library: options.library,
            area: Area::default(),
            groups: Groups::default(),
            desks: WORKSPACES.iter().map(|spec| Desk::new(spec.workspace)).collect(),
            theme_before: None,
            replay_speed: 1.0,
            recent: VecDeque::new(),
            asked_bars: Vec::new(),
            asked_indicators: Vec::new(),
            store: Store::default(),
            choosing_layout: false,
            pages: BTreeMap::new(),
            pairs: Pairs::default(),
            alerts: Alerts::default(),
            blotter: Blotter::default(),
            trading: Trading::default(),
            listed: Listed::default(),
            layout_name: String::new(),
        }
    }

    /// The workspaces as the user has them, in the order of the catalogue.
    pub fn desks(&self) -> &[Desk] {
        &self.desks
    }

    /// The shown workspace as the user has it.
    pub fn desk(&self) -> &Desk {
        &self.desks[self.shown.workspace.index()]
    }

    /// The shown workspace, to be changed.
    pub fn desk_mut(&mut self) -> &mut Desk {
        &mut self.desks[self.shown.workspace.index()]
    }

    /// What a pane of the shown workspace shows: its group's, or its own.
    pub fn linked(&self, id: PaneId) -> Linked {
        let desk = self.desk();
        let link = desk.link(id);
        let mut linked = match link.group {
            Some(group) => *self.groups.get(group),
            None => desk.own(id),
        };
        if link.own_bars {
            let own = desk.own(id);
            (linked.bars, linked.bars_by, linked.window, linked.span) = (own.bars, own.bars_by, own.window, own.span);
        }
        linked
    }

    /// What the focused pane shows; commands for symbols and bars change it.
    pub fn focused(&self) -> Linked {
        self.linked(self.desk().focus())
    }

    /// Where a pane's symbol and crosshair are kept: by its group or itself.
    pub fn linked_mut(&mut self, id: PaneId) -> &mut Linked {
        match self.desk().link(id).group {
            Some(group) => self.groups.get_mut(group),
            None => self.desk_mut().own_mut(id),
        }
    }

    /// Where a pane's bars and stretch of time are kept: by its group or itself.
    pub fn bars_mut(&mut self, id: PaneId) -> &mut Linked {
        if self.desk().link(id).own_bars { self.desk_mut().own_mut(id) } else { self.linked_mut(id) }
    }

    /// Forgets what stretches of time are on the screen: it is drawn anew.
    pub fn forget_spans(&mut self) {
        Group::all().for_each(|group| self.groups.get_mut(group).span = None);
        self.desks.iter_mut().flat_map(Desk::owns_mut).for_each(|own| own.span = None);
    }

    /// Links a pane of the shown workspace anew. Nothing jumps that need not: a group nobody was in takes over what the pane
    /// shows, and so does a pane that leaves its group.
    pub fn relink(&mut self, id: PaneId, link: Link) {
        let now = self.linked(id);
        let taken = |desk: &Desk| {
            let here = desk.workspace() == self.shown.workspace;
            let mut panes = desk.panes().into_iter().filter(|other| other.kind.follows() && !(here && *other == id));
            panes.any(|other| desk.link(other).group == link.group)
        };
        if let Some(group) = link.group.filter(|_| !self.desks.iter().any(taken)) {
            *self.groups.get_mut(group) = now;
        }
        self.desk_mut().set_link(id, link, now);
    }

    /// The scope of the focused pane.
    pub fn focused_scope(&self) -> Scope {
        self.desk().focus().spec().scope
    }

    /// Whether the workspace has a pane that takes commands of a scope.
    pub(super) fn has_pane(&self, scope: Scope) -> bool {
        self.desk().panes().iter().any(|pane| pane.spec().scope.takes(scope))
    }

    /// Takes in a new view: its notices, and the symbols there are.
    pub fn sync(&mut self, view: &View, now: Nanos) {
        self.toasts.absorb(&view.snapshot, now);
        self.absorb_firings(view, now);
        self.blotter.follow(view);
        self.absorb_trading(view, now);
        self.follow_market(view);
        self.toasts.absorb_log(&view.session.log, now);
        // The first group always shows something; what others wait for they say.
        for group in Group::all() {
            self.groups.get_mut(group).settle(view, group == Group::FIRST);
        }
        self.desks.iter_mut().flat_map(Desk::owns_mut).for_each(|own| own.settle(view, false));
        if let Some(replay) = &view.session.replay {
            self.replay_speed = replay.speed;
        }
    }

    /// Asks once for bars that are to be shown and are not built: those of a layout that was loaded.
    pub fn ask_for_bars(&mut self, view: &View) -> Vec<Effect> {
        let linked = Group::all().map(|group| *self.groups.get(group));
        let own = self.desks.iter().flat_map(Desk::owns).copied();
        let built = |spec: &BarSpec| view.snapshot.symbols.iter().all(|symbol| symbol.bars(*spec).is_some());
        let mut wanted: Vec<BarSpec> = linked.chain(own).map(|linked| linked.bars).filter(|spec| !built(spec)).collect();
        wanted.retain(|spec| !self.asked_bars.contains(spec));
        wanted.sort();
        wanted.dedup();
        self.asked_bars.extend(&wanted);
        wanted.into_iter().map(|spec| Effect::Session(Request::Bars(spec))).collect()
    }

    /// Another session is shown from now on.
    pub fn new_session(&mut self, view: &View) {
        self.asked_bars.clear();
        self.forget_indicators();
        self.forget_firings(view);
        self.trading.forget_news();
        self.asked_indicators.clear();
        self.toasts.new_session(&view.snapshot, &view.session.log);
        Group::all().for_each(|group| self.groups.get_mut(group).new_session());
        self.desks.iter_mut().flat_map(Desk::owns_mut).for_each(Linked::new_session);
    }

    /// Takes in what the program has logged since the last time.
    pub fn take_journal(&mut self, tail: &Tail) {
        self.journal.extend(tail.after(self.journal.back().map_or(0, |line| line.number)));
        let surplus = self.journal.len().saturating_sub(Tail::KEPT);
        self.journal.drain(..surplus);
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
                Answer::Chosen(choice) => {
                    if picker.purpose == super::dialogs::Purpose::Palette {
                        self.remember(&choice);
                    }
                    self.choose(choice, view, now)
                }
                Answer::Rebind(command, add) => self.catch_keys(command, add),
                Answer::Reset(command) => self.reset_keys(command, view, now),
            },
            Some(Dialog::Alert(form)) => self.press_alert_form(form, key, view, now),
            Some(Dialog::Form(form)) => self.press_form(form, key, view, now),
            Some(Dialog::Ticket(ticket)) => self.press_ticket(ticket, key, view, now),
            Some(Dialog::Sure(sure)) => self.press_sure(sure, key, now),
            Some(Dialog::Capture(capture)) => self.press_capture(capture, key, view, now),
            Some(Dialog::Welcome(welcome)) => self.press_welcome(welcome, key),
            Some(Dialog::Prompt(prompt)) => self.press_prompt(prompt, key, view, now),
            Some(Dialog::Confirm(confirm)) => match Confirm::answer(key) {
                Some(true) => self.confirmed(confirm.command, view, now),
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
    pub fn paste(&mut self, text: &str, view: &View) -> Vec<Effect> {
        match &mut self.dialog {
            Some(Dialog::Picker(picker)) => picker.paste(text),
            Some(Dialog::Prompt(prompt)) => prompt.input.insert(text),
            Some(Dialog::Alert(_)) => return self.paste_alert_form(text, view),
            Some(Dialog::Form(_)) => self.paste_form(text, view),
            Some(Dialog::Ticket(ticket)) => ticket.paste(text),
            _ => {}
        }
        Vec::new()
    }
}
