//! What is done with what was chosen or entered in a dialog.

use super::commands::Command;
use super::dialogs::{Ask, Choice, Dialog, LayoutAct, Picker, Prompt, Purpose};
use super::keymap::{Code, Key, Named};
use super::panes::PaneId;
use super::{App, Effect, Keep, LayoutRequest, moments};
use crate::domain::{BarSpec, Nanos, Symbol};
use crate::drive::view::{Mode, ReplayRequest, Request, View};
use crate::feed::Severity;
use std::path::PathBuf;

impl App {
    /// Shows the theme or layout under the cursor at once.
    pub(super) fn preview(&mut self, picker: &Picker) -> Vec<Effect> {
        match picker.current().map(|entry| &entry.choice) {
            Some(Choice::Layout(LayoutAct::Load, name)) if picker.purpose == Purpose::Layout => {
                vec![Effect::Layout(LayoutRequest::Preview(name.clone()))]
            }
            Some(Choice::Theme(name)) if picker.purpose == Purpose::Theme && *name != self.shown.theme => {
                self.shown.theme.clone_from(name);
                vec![Effect::Theme(name.clone())]
            }
            _ => Vec::new(),
        }
    }

    /// Leaves a list without choosing: a theme or layout that was only looked at goes.
    pub(super) fn leave_picker(&mut self) -> Vec<Effect> {
        if std::mem::take(&mut self.choosing_layout) {
            return vec![Effect::Layout(LayoutRequest::Leave)];
        }
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
        match self.dialog.take() {
            // A filter is left as by Esc: everything is shown again.
            Some(Dialog::Prompt(prompt)) if prompt.ask == Ask::Filter => return vec![Effect::Filter(String::new())],
            // What was looked at for it is looked at no longer.
            Some(Dialog::Alert(_)) => return vec![Effect::Session(Request::Draft(None))],
            // The question of the first start has to be answered by one of its answers.
            Some(welcome @ Dialog::Welcome(_)) => self.dialog = Some(welcome),
            _ => {}
        }
        self.leave_picker()
    }

    /// Puts what was chosen in the palette before all else the next time.
    pub(super) fn remember(&mut self, choice: &Choice) {
        /// So many are remembered.
        const KEPT: usize = 20;
        self.recent.retain(|old| old != choice);
        self.recent.push_front(choice.clone());
        self.recent.truncate(KEPT);
    }

    /// Does what was chosen.
    pub fn choose(&mut self, choice: Choice, view: &View, now: Nanos) -> Vec<Effect> {
        self.dialog = None;
        self.theme_before = None;
        self.choosing_layout = false;
        match choice {
            Choice::Read => Vec::new(),
            Choice::Run(command) => {
                let scope = self.desk().focus().spec().scope;
                self.run(command, 1, scope, view, now)
            }
            Choice::Symbol(symbol) => {
                let id = self.desk().focus();
                self.linked_mut(id).select(symbol);
                Vec::new()
            }
            Choice::Leg(first, symbol) => {
                self.choose_leg(first, symbol, view);
                Vec::new()
            }
            Choice::Compare(symbol) => vec![Effect::Compare(symbol)],
            Choice::Study(act) => self.study(act, now),
            Choice::Bars(spec) => self.show_bars(spec, view),
            Choice::Zone(name) => self.choose_zone(name, now),
            Choice::Theme(name) => {
                self.shown.theme.clone_from(&name);
                self.say(now, Severity::Info, format!("theme {name}, kept in the configuration"));
                vec![Effect::Theme(name.clone()), Effect::Keep(Keep::Theme(name))]
            }
            Choice::Pane(place, kind) => self.place(place, kind, now),
            Choice::Indicator(act) => self.act_on_indicators(act, view, now),
            Choice::Link(group) => {
                self.link(group, now);
                Vec::new()
            }
            Choice::Layout(act, name) => self.layout_chosen(act, name),
            Choice::Alert(expr) => self.open_alert_of(expr, view, now),
            Choice::Blotter(act) => self.act_on_blotter(act, view, now),
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

    /// Shows bars of a kind where the focus is.
    fn show_bars(&mut self, spec: BarSpec, view: &View) -> Vec<Effect> {
        let id = self.desk().focus();
        self.show_bars_in(id, spec, view)
    }

    /// Shows bars of a kind in a pane and those linked with it, and has them built where they are not yet.
    pub fn show_bars_in(&mut self, id: PaneId, spec: BarSpec, view: &View) -> Vec<Effect> {
        self.bars_mut(id).choose_bars(spec);
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
            // The list that is filtered is gone through while its filter is entered.
            (Code::Named(named @ (Named::Up | Named::Down)), _) if prompt.ask == Ask::Filter => {
                let command = if named == Named::Up { Command::ListUp } else { Command::ListDown };
                self.dialog = Some(Dialog::Prompt(prompt));
                return vec![Effect::Pane(command, 1)];
            }
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
                let at = moments::read(text, view.session.now, replay.from, &self.shown.time_zone())
                    .ok_or("expected such as +10m, 23:54:15 or 2024-08-08T23:54:14Z")?;
                let from = replay.from;
                match replay.to {
                    Some(to) if at > to || at < from => {
                        Err(format!("the recording goes from {} to {}", from.rfc3339(), to.rfc3339()))
                    }
                    _ => Ok(vec![Effect::Session(Request::Replay(ReplayRequest::Seek(at)))]),
                }
            }
            Ask::Speed => {
                let speed = super::replays::parse_speed(text).ok_or("expected 0.1 to 1000, such as 25 or 0.5, or max")?;
                self.replay_speed = speed;
                Ok(vec![Effect::Session(Request::Replay(ReplayRequest::Speed(speed)))])
            }
            Ask::Bars => {
                let spec = text.parse::<BarSpec>().map_err(|error| error.to_string())?;
                Ok(self.show_bars(spec, view))
            }
            Ask::Cash => self.cash_entered(text),
            Ask::Pair(command) => self.pair_entered(command, text),
            Ask::Indicator => self.indicator_entered(text, view, now),
            Ask::LayoutName => self.layout_named(text),
            Ask::NewLayoutName => self.layout_renamed(text),
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
        let id = self.desk().focus();
        if view.snapshot.symbol(symbol).is_some() {
            self.linked_mut(id).select(symbol);
            return Ok(Vec::new());
        }
        if view.session.mode == Mode::Replay {
            return Err(format!("{symbol} is not in this recording"));
        }
        self.linked_mut(id).wanted = Some(symbol);
        self.say(now, Severity::Info, format!("following {symbol}"));
        Ok(vec![Effect::Session(Request::AddSymbol(symbol))])
    }
}
