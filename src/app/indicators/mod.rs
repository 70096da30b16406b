//! The list of indicators that are worked out: what is added, set differently and taken away, and how that is taken back.
//!
//! A change is asked of the session, which works out what is new over the past it keeps, and kept in the configuration.

use super::commands::Command;
use super::dialogs::{Ask, Choice, Dialog, Entry, Input, Prompt, Purpose};
use super::openers::entry;
use super::{App, Effect, Keep, studies};
use crate::domain::Nanos;
use crate::drive::view::{Request, View};
use crate::feed::Severity;
use crate::indicator::{Param, Setup, Spec};
use crate::indicators;

/// So many changes can be taken back.
const MOST_UNDO: usize = 50;

/// Something to be done with the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndicatorAct {
    /// Choose one of the catalogue to add.
    Choose,
    /// Add the one of this text form.
    Add(String),
    /// Add one of this name once more, with parameters that are entered.
    Another(&'static str),
    /// Enter other parameters for the one of this text form.
    Configure(String),
    /// Take away the one of this text form.
    Remove(String),
    /// All of the catalogue again, as they are unless set.
    Reset,
    /// Take back the last change.
    Undo,
}

/// What is known of the list.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The user's choice; all of the catalogue where there is none.
    kept: Option<Vec<String>>,
    /// What this session was last asked for.
    asked: Option<Vec<String>>,
    /// Whether this session's list was compared with the user's choice.
    compared: bool,
    /// Lists and choices before changes, the newest last.
    before: Vec<(Vec<String>, Option<Vec<String>>)>,
    /// The one whose parameters are being entered; none while one is added.
    edited: Option<String>,
}

/// All of the catalogue, as they are unless set.
fn shipped() -> Vec<String> {
    indicators::flow().map(|spec| spec.name.to_owned()).collect()
}

/// Reads an indicator of events.
fn read(text: &str) -> Result<Setup, String> {
    let setup = indicators::parse(text).map_err(|error| error.to_string())?;
    if setup.spec.is_flow() { Ok(setup) } else { Err(format!("`{}` is worked out of bars: a chart shows it", setup.spec.name)) }
}

/// With every parameter named: `ofi(window=10)`.
fn in_full(setup: &Setup) -> String {
    let value = |(i, param): (usize, &Param)| format!("{}={}", param.name, param.text(setup.params.get(i)));
    let values: Vec<String> = setup.spec.params.iter().enumerate().map(value).collect();
    if values.is_empty() { setup.spec.name.to_owned() } else { format!("{}({})", setup.spec.name, values.join(", ")) }
}

/// What its parameters can be, short.
fn ranges(spec: &Spec) -> String {
    let range = |param: &Param| {
        let or = param.zero.map(|word| format!(" or {word}")).unwrap_or_default();
        format!("{} {} to {}{or}", param.name, param.least, param.most)
    };
    spec.params.iter().map(range).collect::<Vec<_>>().join("; ")
}

impl App {
    /// Takes in the user's choice of indicators from the configuration; all of the catalogue where there is none.
    pub fn keep_indicators(&mut self, kept: Option<Vec<String>>) {
        self.listed.kept = kept;
    }

    /// Another session is shown, which may work out others than were chosen.
    pub(super) fn forget_indicators(&mut self) {
        (self.listed.asked, self.listed.compared) = (None, false);
    }

    /// Asks a session for indicators it does not work out: once for those the user has chosen, as a replay does as it was recorded,
    /// and once for each that is `wanted` by a pane.
    pub fn ask_for_indicators(&mut self, wanted: &[String], view: &View) -> Option<Request> {
        if view.snapshot.symbols.is_empty() {
            return None;
        }
        let before = self.indicator_list(view);
        let first = !std::mem::replace(&mut self.listed.compared, true) && self.listed.asked.is_none();
        let kept = self.listed.kept.clone().filter(|_| first);
        let mut list = kept.unwrap_or_else(|| before.clone());
        for id in wanted {
            if !list.contains(id) && !self.asked_indicators.contains(id) {
                self.asked_indicators.push(id.clone());
                list.push(id.clone());
            }
        }
        if list == before {
            return None;
        }
        self.listed.asked = Some(list.clone());
        Some(Request::Indicators(list))
    }

    /// Those that are worked out, in their text form.
    pub(super) fn indicator_list(&self, view: &View) -> Vec<String> {
        let worked_out = || (!view.snapshot.symbols.is_empty()).then(|| studies::running(view));
        self.listed.asked.clone().or_else(worked_out).or_else(|| self.listed.kept.clone()).unwrap_or_else(shipped)
    }

    /// Whether a change can be taken back.
    pub(super) const fn indicators_can_undo(&self) -> bool {
        !self.listed.before.is_empty()
    }

    /// What there is to do with indicators, for the palette.
    pub(super) fn indicator_entries(&self, view: &View) -> Vec<Entry> {
        let list = self.indicator_list(view);
        let mut entries = Vec::new();
        for spec in indicators::flow() {
            let mut add = |verb: &str, id: &str, about: &str, act: IndicatorAct| {
                let label = format!("Indicator: {verb} {id}");
                entries.push(entry("Indicator", label, format!("{}{about}", spec.title), Choice::Indicator(act)));
            };
            let of_it = |id: &&String| read(id).is_ok_and(|setup| setup.spec.name == spec.name);
            let running: Vec<&String> = list.iter().filter(of_it).collect();
            if !running.iter().any(|id| *id == spec.name) {
                add("add", spec.name, "", IndicatorAct::Add(spec.name.to_owned()));
            }
            for id in running {
                if !spec.params.is_empty() {
                    add("configure", id, "", IndicatorAct::Configure(id.clone()));
                }
                add("remove", id, "", IndicatorAct::Remove(id.clone()));
            }
        }
        entries
    }

    /// Does something with the list.
    pub fn act_on_indicators(&mut self, act: IndicatorAct, view: &View, now: Nanos) -> Vec<Effect> {
        let mut list = self.indicator_list(view);
        match act {
            IndicatorAct::Choose => {
                self.choose_indicator(&list);
                Vec::new()
            }
            IndicatorAct::Another(name) => {
                self.ask_parameters(None, name, now);
                Vec::new()
            }
            IndicatorAct::Configure(id) => {
                self.ask_parameters(Some(&id), &id, now);
                Vec::new()
            }
            IndicatorAct::Add(text) => match read(&text).and_then(|setup| insert(&mut list, &setup)) {
                Ok(id) => self.change_indicators(list, &format!("{id} added"), view, now),
                Err(why) => {
                    self.say(now, Severity::Warning, why);
                    Vec::new()
                }
            },
            IndicatorAct::Remove(id) => {
                let count = list.len();
                list.retain(|other| *other != id);
                if list.len() == count {
                    return Vec::new();
                }
                // A chart that shows it does not bring it back.
                self.asked_indicators.push(id.clone());
                self.change_indicators(list, &format!("{id} removed"), view, now)
            }
            IndicatorAct::Reset => self.change_indicators(shipped(), "all indicators, as they are unless set", view, now),
            IndicatorAct::Undo => {
                let Some((list, kept)) = self.listed.before.pop() else {
                    self.say(now, Severity::Info, "no change of indicators to take back");
                    return Vec::new();
                };
                self.say(now, Severity::Info, "the last change of indicators is taken back");
                self.listed.asked = Some(list.clone());
                self.listed.kept.clone_from(&kept);
                vec![Effect::Session(Request::Indicators(list)), Effect::Keep(Keep::Indicators(kept))]
            }
        }
    }

    fn change_indicators(&mut self, list: Vec<String>, said: &str, view: &View, now: Nanos) -> Vec<Effect> {
        let before = self.indicator_list(view);
        if list == before {
            self.say(now, Severity::Info, "nothing changes");
            return Vec::new();
        }
        let listed = &mut self.listed;
        if listed.before.len() == MOST_UNDO {
            listed.before.remove(0);
        }
        listed.before.push((before, listed.kept.take()));
        listed.kept = (list != shipped()).then(|| list.clone());
        listed.asked = Some(list.clone());
        let kept = listed.kept.clone();
        let undo = self.keymap.key(Command::IndicatorsUndo);
        let how = if undo.is_empty() { String::new() } else { format!("; {undo} takes that back") };
        self.say(now, Severity::Info, format!("{said}{how}"));
        vec![Effect::Session(Request::Indicators(list)), Effect::Keep(Keep::Indicators(kept))]
    }

    fn choose_indicator(&mut self, list: &[String]) {
        let entries = indicators::flow().map(|spec| {
            let runs = list.iter().any(|id| id == spec.name);
            let (about, act) = match (runs, spec.params.is_empty()) {
                (false, _) => (spec.title.to_owned(), IndicatorAct::Add(spec.name.to_owned())),
                (true, false) => (format!("{}: once more, set differently", spec.title), IndicatorAct::Another(spec.name)),
                (true, true) => (spec.title.to_owned(), IndicatorAct::Add(spec.name.to_owned())),
            };
            let reason = (runs && spec.params.is_empty()).then(|| "is there already".to_owned());
            Entry { reason, ..entry("", spec.name, about, Choice::Indicator(act)) }
        });
        let entries = entries.collect();
        self.pick(Purpose::Choose, "Add an indicator", entries, 0);
    }

    /// Asks for the parameters of one that is there, or of a new one.
    fn ask_parameters(&mut self, edited: Option<&str>, text: &str, now: Nanos) {
        let setup = match read(text) {
            Ok(setup) if !setup.spec.params.is_empty() => setup,
            Ok(setup) => return self.say(now, Severity::Info, format!("{} has nothing to set", setup.spec.name)),
            Err(why) => return self.say(now, Severity::Warning, why),
        };
        self.listed.edited = edited.map(str::to_owned);
        let mut input = Input::default();
        input.insert(&in_full(&setup));
        let prompt = Prompt::new(Ask::Indicator);
        let title = if edited.is_some() { "Set the indicator" } else { "Add an indicator" };
        self.dialog = Some(Dialog::Prompt(Prompt { title, hint: ranges(setup.spec), input, ..prompt }));
    }

    /// Takes in parameters that were entered.
    pub(super) fn indicator_entered(&mut self, text: &str, view: &View, now: Nanos) -> Result<Vec<Effect>, String> {
        // Of the one that is set, its values alone are enough.
        let bare = !text.trim_start().starts_with(|letter: char| letter.is_ascii_alphabetic());
        let named = self.listed.edited.as_deref().filter(|_| bare).and_then(|id| read(id).ok());
        let setup = match named {
            Some(edited) => read(&format!("{}({})", edited.spec.name, text.trim().trim_matches(['(', ')'])))?,
            None => read(text)?,
        };
        let mut list = self.indicator_list(view);
        let said = match self.listed.edited.clone() {
            Some(old) => {
                let id = setup.to_string();
                if id == old {
                    return Ok(Vec::new());
                }
                if list.contains(&id) {
                    return Err(format!("{id} is there already"));
                }
                match list.iter_mut().find(|place| **place == old) {
                    Some(place) => place.clone_from(&id),
                    None => list.push(id.clone()),
                }
                format!("{id} in place of {old}")
            }
            None => format!("{} added", insert(&mut list, &setup)?),
        };
        Ok(self.change_indicators(list, &said, view, now))
    }
}

/// Puts one where the catalogue has it, and says its text form.
fn insert(list: &mut Vec<String>, setup: &Setup) -> Result<String, String> {
    let id = setup.to_string();
    if list.contains(&id) {
        return Err(format!("{id} is there already"));
    }
    let place = |name: &str| indicators::ALL.iter().position(|spec| spec.name == name);
    let own = place(setup.spec.name);
    let after = |other: &String| read(other).is_ok_and(|other| place(other.spec.name) > own);
    list.insert(list.iter().position(after).unwrap_or(list.len()), id.clone());
    Ok(id)
}

#[cfg(test)]
mod tests;
