//! Opening dialogs: what their lists hold.

use super::App;
use super::commands::{Command, specs};
use super::dialogs::{Choice, Dialog, Entry, Note, Picker, Purpose};
use crate::domain::{BarSpec, Symbol, Timeframe};
use crate::drive::view::View;
use crate::feed::Severity;

pub(super) fn entry(group: &'static str, label: impl Into<String>, about: impl Into<String>, choice: Choice) -> Entry {
    Entry { group, label: label.into(), about: about.into(), keys: String::new(), choice }
}

impl App {
    pub(super) fn pick(&mut self, purpose: Purpose, title: impl Into<String>, entries: Vec<Entry>, cursor: usize) {
        self.dialog = Some(Dialog::Picker(Picker::new(purpose, title, entries, cursor)));
    }

    fn command_entries(&self) -> Vec<Entry> {
        specs()
            .map(|spec| {
                let keys: Vec<String> = self.keymap.keys(spec.command).iter().map(ToString::to_string).collect();
                Entry { keys: keys.join("  "), ..entry(spec.scope.title(), spec.name, spec.about, Choice::Run(spec.command)) }
            })
            .collect()
    }

    fn symbol_entries(view: &View) -> Vec<Entry> {
        let symbols = view.snapshot.symbols.iter();
        symbols
            .map(|symbol| {
                let name = symbol.instrument.symbol;
                let decimals = symbol.instrument.price_decimals();
                let last = symbol.last_price().map(|price| format!("{price:.decimals$}")).unwrap_or_default();
                entry("Symbol", name.as_str(), last, Choice::Symbol(name))
            })
            .collect()
    }

    fn theme_entries(&self) -> Vec<Entry> {
        self.library.themes.iter().map(|name| entry("Theme", name.as_str(), "colours", Choice::Theme(name.clone()))).collect()
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
        let mut entries = self.command_entries();
        entries.extend(Self::symbol_entries(view));
        entries.extend(Self::bar_entries(view));
        entries.extend(self.theme_entries());
        entries.extend(self.recording_entries());
        self.pick(Purpose::Palette, "Do what?", entries, 0);
    }

    pub(super) fn open_help(&mut self) {
        let entries = self.command_entries();
        self.pick(Purpose::Help, "Keys and commands", entries, 0);
    }

    pub(super) fn open_symbols(&mut self, view: &View) {
        let mut entries = Self::symbol_entries(view);
        let now = self.focused().symbol;
        let cursor = entries.iter().position(|entry| now.is_some_and(|symbol| entry.choice == Choice::Symbol(symbol)));
        entries.push(entry("", "follow another…", "", Choice::Run(Command::AddSymbol)));
        self.pick(Purpose::Choose, "Symbol", entries, cursor.unwrap_or(0));
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
        let zone = if self.shown.utc { jiff::tz::TimeZone::UTC } else { jiff::tz::TimeZone::system() };
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
                entry(group, message.text.to_string(), at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string(), Choice::Read)
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
