//! What is done with what was chosen or entered in a dialog.

use super::dialogs::{Ask, Choice, Dialog, Picker, Prompt, Purpose};
use super::keymap::{Code, Key, Named};
use super::{App, Effect};
use crate::domain::{BarSpec, Nanos, Symbol};
use crate::drive::view::{Mode, ReplayRequest, Request, View};
use crate::feed::Severity;
use std::path::PathBuf;

impl App {
    /// Shows the theme under the cursor at once.
    pub(super) fn preview(&mut self, picker: &Picker) -> Vec<Effect> {
        if picker.purpose != Purpose::Theme {
            return Vec::new();
        }
        match picker.current().map(|entry| &entry.choice) {
            Some(Choice::Theme(name)) if *name != self.shown.theme => {
                self.shown.theme.clone_from(name);
                vec![Effect::Theme(name.clone())]
            }
            _ => Vec::new(),
        }
    }

    /// Leaves a list without choosing: a theme that was only looked at goes.
    pub(super) fn leave_picker(&mut self) -> Vec<Effect> {
        match self.theme_before.take() {
            Some(before) if before != self.shown.theme => {
                self.shown.theme.clone_from(&before);
                vec![Effect::Theme(before)]
            }
            _ => Vec::new(),
        }
    }

    /// Closes what is open without choosing, as by a click beside it.
    pub fn leave_dialog(&mut self) -> Vec<Effect> {
        self.dialog = None;
        self.leave_picker()
    }

    /// Does what was chosen.
    pub fn choose(&mut self, choice: Choice, view: &View, now: Nanos) -> Vec<Effect> {
        self.dialog = None;
        self.theme_before = None;
        match choice {
            Choice::Read => Vec::new(),
            Choice::Run(command) => {
                let scope = self.desk().focus().spec().scope;
                self.run(command, 1, scope, view, now)
            }
            Choice::Symbol(symbol) => {
                self.shown.symbol = Some(symbol);
                Vec::new()
            }
            Choice::Bars(spec) => self.show_bars(spec, view),
            Choice::Theme(name) => {
                self.shown.theme.clone_from(&name);
                self.say(now, Severity::Info, format!("theme {name}; theme = \"{name}\" in the config keeps it"));
                vec![Effect::Theme(name)]
            }
            Choice::Open(path) => vec![Effect::Open(vec![path])],
            Choice::AskPath => {
                self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Path)));
                Vec::new()
            }
            Choice::AskBars => {
                self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::Bars)));
                Vec::new()
            }
        }
    }

    /// Shows bars of a kind, and has them built where they are not yet.
    pub fn show_bars(&mut self, spec: BarSpec, view: &View) -> Vec<Effect> {
        self.shown.bars = spec;
        (self.bars_chosen, self.bars_fitted) = (true, false);
        let built = view.snapshot.symbols.iter().all(|symbol| symbol.bars(spec).is_some());
        if built { Vec::new() } else { vec![Effect::Session(Request::Bars(spec))] }
    }

    pub(super) fn press_prompt(&mut self, mut prompt: Prompt, key: Key, view: &View, now: Nanos) -> Vec<Effect> {
        match (key.code, key.ctrl) {
            (Code::Named(Named::Esc), _) | (Code::Char('c' | 'g'), true) => {
                return if prompt.ask == Ask::Filter { vec![Effect::Filter(String::new())] } else { Vec::new() };
            }
            (Code::Named(Named::Enter), _) => match self.entered(&prompt, view, now) {
                Ok(effects) => return effects,
                Err(error) => prompt.error = Some(error),
            },
            _ => {
                if prompt.input.press(key) {
                    prompt.error = None;
                }
            }
        }
        let filter = (prompt.ask == Ask::Filter).then(|| Effect::Filter(prompt.input.text()));
        self.dialog = Some(Dialog::Prompt(prompt));
        filter.into_iter().collect()
    }

    fn entered(&mut self, prompt: &Prompt, view: &View, now: Nanos) -> Result<Vec<Effect>, String> {
        let text = prompt.input.text();
        let text = text.trim();
        match prompt.ask {
            Ask::Symbol => self.follow(text, view, now),
            Ask::Filter => Ok(vec![Effect::Filter(text.to_owned())]),
            Ask::Pane(_) => Ok(vec![Effect::Line(Box::new(prompt.clone()))]),
            Ask::Mark => {
                let mark = if text.is_empty() { "mark" } else { text };
                self.say(now, Severity::Info, format!("marked: {mark}"));
                Ok(vec![Effect::Session(Request::Mark(mark.to_owned()))])
            }
            Ask::Moment => {
                let replay = view.session.replay.as_ref().ok_or("no recording is being replayed")?;
                let at = self
                    .moment(text, view.session.now, replay.from)
                    .ok_or("expected such as +10m, 23:54:15 or 2024-08-08T23:54:14Z")?;
                let from = replay.from;
                match replay.to {
                    Some(to) if at > to || at < from => {
                        Err(format!("the recording goes from {} to {}", from.rfc3339(), to.rfc3339()))
                    }
                    _ => Ok(vec![Effect::Session(Request::Replay(ReplayRequest::Seek(at)))]),
                }
            }
            Ask::Bars => {
                let spec = text.parse::<BarSpec>().map_err(|error| error.to_string())?;
                Ok(self.show_bars(spec, view))
            }
            Ask::Path => {
                let path = match (text.strip_prefix("~/"), std::env::var_os("HOME")) {
                    (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
                    _ => PathBuf::from(text),
                };
                if path.is_file() { Ok(vec![Effect::Open(vec![path])]) } else { Err("there is no such file".to_owned()) }
            }
        }
    }

    fn follow(&mut self, text: &str, view: &View, now: Nanos) -> Result<Vec<Effect>, String> {
        let symbol = Symbol::new(&text.to_uppercase()).map_err(|error| error.to_string())?;
        if view.snapshot.symbol(symbol).is_some() {
            self.shown.symbol = Some(symbol);
            return Ok(Vec::new());
        }
        if view.session.mode == Mode::Replay {
            return Err(format!("{symbol} is not in this recording"));
        }
        self.wanted = Some(symbol);
        self.say(now, Severity::Info, format!("following {symbol}"));
        Ok(vec![Effect::Session(Request::AddSymbol(symbol))])
    }

    /// A moment as a person enters it; a time of day alone is of the day that is shown, in the zone that is shown.
    fn moment(&self, text: &str, now: Nanos, start: Nanos) -> Option<Nanos> {
        let zone = if self.shown.utc { jiff::tz::TimeZone::UTC } else { jiff::tz::TimeZone::system() };
        let nanos = |stamp: jiff::Timestamp| i64::try_from(stamp.as_nanosecond()).ok().map(Nanos);
        let padded = if text.matches(':').count() == 1 { format!("{text}:00") } else { text.to_owned() };
        if let Ok(time) = padded.parse::<jiff::civil::Time>() {
            let day = jiff::Timestamp::from_nanosecond(i128::from(now.0)).ok()?.to_zoned(zone).with().time(time).build().ok()?;
            return nanos(day.timestamp());
        }
        Nanos::parse_human(text, start).ok()
    }
}
