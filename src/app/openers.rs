//! Opening dialogs: what their lists hold.

use super::App;
use super::commands::{Command, Scope, Spec, specs};
use super::dialogs::{Choice, Dialog, Entry, LayoutAct, Note, Picker, Purpose, Welcome};
use super::keymap::scopes;
use crate::domain::{BarSpec, Symbol, Timeframe};
use crate::drive::view::{Mode, View};
use crate::feed::Severity;

/// Lists the things of one kind that there are to find.
type Finds = fn(&App, &View) -> Vec<Entry>;

/// The headings of the palette, and what stands under each, in its order. To add something to find: one line here.
const SOURCES: &[(&str, Finds)] = &[
    ("Commands", |app, view| app.command_entries(view)),
    ("Symbols", |_, view| App::symbol_entries(view)),
    ("Timeframes and bars", |_, view| App::bar_entries(view)),
    ("Indicators", |_, _| super::studies::titles()),
    ("Themes", |app, _| app.theme_entries()),
    ("Layouts", |app, _| app.layout_entries()),
    ("Order flow indicators", |app, view| app.indicator_entries(view)),
    ("Recordings", |app, _| app.recording_entries()),
];
/// What was used recently stands first, so much of it.
const RECENT: usize = 5;

pub(super) fn entry(kind: &'static str, label: impl Into<String>, about: impl Into<String>, choice: Choice) -> Entry {
    Entry { group: "", kind, label: label.into(), about: about.into(), keys: String::new(), reason: None, choice }
}

impl App {
    pub(super) fn pick(&mut self, purpose: Purpose, title: impl Into<String>, entries: Vec<Entry>, cursor: usize) {
        self.dialog = Some(Dialog::Picker(Picker::new(purpose, title, entries, cursor)));
    }

    fn command_entry(&self, spec: &Spec, view: &View) -> Entry {
        let keys: Vec<String> = self.keymap.keys(spec.command).iter().map(ToString::to_string).collect();
        let reason = self.unavailable(spec, view);
        Entry { keys: keys.join("  "), reason, ..entry(spec.scope.title(), spec.name, spec.about, Choice::Run(spec.command)) }
    }

    /// The focused pane's commands first, then those that apply everywhere, then the rest.
    fn command_entries(&self, view: &View) -> Vec<Entry> {
        let here = self.here(view);
        let place = |scope: Scope| here.iter().position(|of| *of == scope).unwrap_or(here.len());
        let mut ordered: Vec<&Spec> = specs().collect();
        ordered.sort_by_key(|spec| place(spec.scope));
        ordered.into_iter().map(|spec| self.command_entry(spec, view)).collect()
    }

    /// The scopes that keys are looked up in where the focus is.
    fn here(&self, view: &View) -> Vec<Scope> {
        scopes(self.focused_scope(), view.session.mode == Mode::Replay)
    }

    /// Why a command can do nothing now; `None` where it can.
    fn unavailable(&self, spec: &Spec, view: &View) -> Option<String> {
        let replaying = view.session.mode == Mode::Replay;
        let one = view.snapshot.symbols.len() <= 1;
        let reason = match spec.command {
            _ if spec.scope == Scope::Replay && !replaying => "no recording is being replayed",
            Command::LeaveReplay if !replaying => "no recording is being replayed",
            Command::LeaveReplay if !self.library.live_behind => "there is no live session to go back to",
            Command::ToggleFeed if replaying => "a replay has no feed",
            Command::ToggleRecording if replaying => "a replay is not recorded again",
            Command::AddSymbol | Command::RemoveSymbol if replaying => "the symbols of a recording stay",
            Command::NextSymbol | Command::PreviousSymbol | Command::RemoveSymbol if one => "there is only one symbol",
            Command::IndicatorsUndo if !self.indicators_can_undo() => "nothing was changed",
            Command::StartDemo if view.session.mode == Mode::Demo => "this is the demo",
            Command::StartLive if view.session.mode == Mode::Live && !view.session.connections.is_empty() => "this is live",
            _ if spec.scope != Scope::Global && spec.scope != Scope::Replay && !self.has_pane(spec.scope) => {
                return Some(format!("this workspace has no pane for it: {}", spec.scope.title().to_lowercase()));
            }
            _ => return None,
        };
        Some(reason.to_owned())
    }

    pub(super) fn symbol_entries(view: &View) -> Vec<Entry> {
        let symbols = view.snapshot.symbols.iter();
        symbols
            .map(|symbol| {
                let name = symbol.instrument.symbol;
                let decimals = symbol.instrument.price_decimals();
                let last = symbol.last_price().map(|price| format!("last {price:#.decimals$}")).unwrap_or_default();
                entry("Symbol", name.as_str(), last, Choice::Symbol(name))
            })
            .collect()
    }

    fn theme_entries(&self) -> Vec<Entry> {
        let about = |name: &String| if *name == self.shown.theme { "in use" } else { "" };
        self.library.themes.iter().map(|name| entry("Theme", name.as_str(), about(name), Choice::Theme(name.clone()))).collect()
    }

    fn layout_entries(&self) -> Vec<Entry> {
        let load = |name: &String| entry("Layout", name.as_str(), "", Choice::Layout(LayoutAct::Load, name.clone()));
        self.store.names().iter().map(load).collect()
    }

    fn recording_entries(&self) -> Vec<Entry> {
        let files = self.library.recordings.iter();
        files
            .map(|file| {
                let name = file.path.file_name().unwrap_or(file.path.as_os_str()).to_string_lossy().into_owned();
                let folder = file.path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
                let about = format!("{:.1} MB  {folder}", file.bytes as f64 / 1e6);
                entry("Recording", name, about, Choice::Open(file.path.clone()))
            })
            .collect()
    }

    fn bar_entries(view: &View) -> Vec<Entry> {
        let symbol = view.snapshot.symbols.first();
        let built = symbol.map(|symbol| symbol.activity_bars.keys().copied().collect::<Vec<_>>()).unwrap_or_default();
        let times = Timeframe::ALL.iter().map(|timeframe| BarSpec::Time(*timeframe));
        times.chain(built).map(|spec| entry("Bars", spec.to_string(), describe_bars(spec), Choice::Bars(spec))).collect()
    }

    pub(super) fn open_palette(&mut self, view: &View) {
        let mut entries: Vec<Entry> = Vec::new();
        for (group, source) in SOURCES {
            entries.extend(source(self, view).into_iter().map(|entry| Entry { group, ..entry }));
        }
        let recent = self.recent.iter().filter_map(|choice| entries.iter().position(|entry| entry.choice == *choice));
        let recent: Vec<usize> = recent.take(RECENT).collect();
        let mut first: Vec<Entry> = recent.iter().map(|at| Entry { group: "Recently used", ..entries[*at].clone() }).collect();
        let rest = entries.into_iter().enumerate().filter(|(at, _)| !recent.contains(at));
        first.extend(rest.map(|(_, entry)| entry));
        self.pick(Purpose::Palette, "Find and run", first, 0);
    }

    /// Shows the keys of where the focus is, then those of everywhere, then the others.
    pub(super) fn open_help(&mut self, view: &View) {
        self.open_help_at(None, view);
    }

    /// The same with the cursor on a command.
    pub(super) fn open_help_at(&mut self, command: Option<Command>, view: &View) {
        let group = |entry: Entry| Entry { group: entry.kind, ..entry };
        let entries: Vec<Entry> = self.command_entries(view).into_iter().map(group).collect();
        let cursor = entries.iter().position(|entry| command.is_some_and(|command| entry.choice == Choice::Run(command)));
        let pane = self.desk().focus().spec().name;
        self.pick(Purpose::Help, format!("Keys in the {pane}, and everywhere"), entries, cursor.unwrap_or(0));
    }

    pub(super) fn open_symbols(&mut self, view: &View) {
        let mut entries = Self::symbol_entries(view);
        let now = self.focused().symbol;
        let cursor = entries.iter().position(|entry| now.is_some_and(|symbol| entry.choice == Choice::Symbol(symbol)));
        entries.push(entry("", "follow another…", "", Choice::Run(Command::AddSymbol)));
        self.pick(Purpose::Choose, "Symbol", entries, cursor.unwrap_or(0));
    }

    /// Lets the user choose one of what a pane offers.
    pub fn choose_from(&mut self, title: &'static str, entries: Vec<Entry>) {
        self.pick(Purpose::Choose, title, entries, 0);
    }

    /// Symbols to compare the focused chart's with; those in `now` are compared already.
    pub fn open_compare(&mut self, view: &View, now: &[Symbol]) {
        let own = self.focused().symbol;
        let followed = view.snapshot.symbols.iter().map(|symbol| symbol.instrument.symbol);
        let gone = now.iter().copied().filter(|symbol| view.snapshot.symbol(*symbol).is_none());
        let mut entries: Vec<Entry> = followed
            .chain(gone)
            .filter(|symbol| Some(*symbol) != own)
            .map(|symbol| {
                let about = if now.contains(&symbol) { "compared; take it away" } else { "" };
                entry("Compare", symbol.as_str(), about, Choice::Compare(Some(symbol)))
            })
            .collect();
        if !now.is_empty() {
            entries.push(entry("", "none", "back to prices", Choice::Compare(None)));
        }
        entries.push(entry("", "follow another…", "", Choice::Run(Command::AddSymbol)));
        self.pick(Purpose::Choose, "Compare with", entries, 0);
    }

    pub(super) fn open_bars(&mut self, view: &View) {
        let mut entries = Self::bar_entries(view);
        let now = self.focused().bars;
        let cursor = entries.iter().position(|entry| entry.choice == Choice::Bars(now));
        entries.push(entry("", "other…", "by trades, volume, turnover or range", Choice::AskBars));
        self.pick(Purpose::Choose, "Bars", entries, cursor.unwrap_or(0));
    }

    pub(super) fn open_themes(&mut self) {
        let entries = self.theme_entries();
        let cursor = self.library.themes.iter().position(|name| *name == self.shown.theme);
        self.theme_before = Some(self.shown.theme.clone());
        self.pick(Purpose::Theme, "Theme", entries, cursor.unwrap_or(0));
    }

    pub(super) fn open_recordings(&mut self) {
        let mut entries = self.recording_entries();
        entries.push(entry("", "another file…", "enter its path", Choice::AskPath));
        self.pick(Purpose::Choose, "Replay a recording", entries, 0);
    }

    pub(super) fn open_messages(&mut self) {
        let zone = self.shown.time_zone();
        let entries: Vec<Entry> = self
            .toasts
            .all()
            .map(|message| {
                let group = match message.severity {
                    Severity::Info => "info",
                    Severity::Warning => "warning",
                    Severity::Error => "error",
                };
                let at = jiff::Timestamp::from_nanosecond(i128::from(message.at.0)).unwrap_or_default();
                let at = at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string();
                entry(group, message.text.to_string(), at, Choice::Read)
            })
            .collect();
        self.pick(Purpose::Messages, "Messages", entries, 0);
    }

    /// The few keys that matter, shown at the first start.
    pub fn welcome(&mut self) {
        let key = |command| self.keymap.key(command);
        let line = |command, text: &str| format!("{:<4}{text}", key(command));
        let lines = vec![
            line(Command::Palette, "find and run anything: commands, symbols, recordings, themes"),
            line(Command::Help, "the keys of where you are"),
            line(Command::FocusNext, "go from pane to pane; arrows act in the one that is lit"),
            line(Command::Quit, "leave; what was recorded is kept"),
            String::new(),
            "Any key goes on.".to_owned(),
        ];
        self.dialog = Some(Dialog::Note(Note { title: "Welcome".to_owned(), lines }));
    }

    /// Asks at the first start where the data shall come from; `live` says what live data would be of.
    pub fn ask_source(&mut self, live: &str) {
        let keys = [
            (Command::Palette, "find and run anything"),
            (Command::Help, "the keys of where you are, and how to change them"),
            (Command::FocusNext, "from pane to pane"),
            (Command::Quit, "leave; what was recorded is kept"),
        ];
        let keys = keys.map(|(command, about)| (self.keymap.key(command), about)).to_vec();
        self.dialog = Some(Dialog::Welcome(Welcome { live: live.to_owned(), keys }));
    }
}

fn describe_bars(spec: BarSpec) -> String {
    match spec {
        BarSpec::Time(_) => "by time".to_owned(),
        BarSpec::Tick(count) => format!("every {count} trades"),
        BarSpec::Volume(size) => format!("every {size} traded"),
        BarSpec::Dollar(size) => format!("every {size} of turnover"),
        BarSpec::Range(ticks) => format!("every {ticks} ticks of range"),
    }
}
