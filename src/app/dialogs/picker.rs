//! A list to choose from, searched fuzzily as one types: palette, help, themes, symbols, recordings, messages.

use super::Input;
use crate::app::IndicatorAct;
use crate::app::blotter::BlotterAct;
use crate::app::commands::Command;
use crate::app::keymap::{Code, Key, Named};
use crate::app::link::Group;
use crate::app::panes::PaneKind;
use crate::app::studies::StudyAct;
use crate::domain::{BarSpec, Symbol};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::path::PathBuf;

/// What choosing an entry does.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// Nothing: it is there to be read.
    Read,
    /// Runs a command.
    Run(Command),
    /// Shows a symbol.
    Symbol(Symbol),
    /// Shows bars of a kind.
    Bars(BarSpec),
    /// Shows times in the zone of this name.
    Zone(String),
    /// Uses a theme.
    Theme(String),
    /// Shows a symbol as the first (`true`) or second leg of the pair.
    Leg(bool, Symbol),
    /// Compares with a symbol, or no longer; `None` with none.
    Compare(Option<Symbol>),
    /// Does something with an indicator of a chart.
    Study(StudyAct),
    /// Replays a recording.
    Open(PathBuf),
    /// Asks for the path of a recording.
    AskPath,
    /// Asks for a kind of bar.
    AskBars,
    /// Does something with the list of indicators.
    Indicator(IndicatorAct),
    /// Shows a kind of pane somewhere.
    Pane(Place, PaneKind),
    /// Links the focused pane with a group, or with none.
    Link(Option<Group>),
    /// Does something with a saved layout.
    Layout(LayoutAct, String),
    /// Sets an alert of this expression.
    Alert(String),
    /// Does something with accounts.
    Blotter(BlotterAct),
}

/// Where a pane that was chosen goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Beside the focused one.
    Right,
    /// Below the focused one.
    Below,
    /// In its place.
    Here,
}

/// What is done with a saved layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutAct {
    /// It is shown.
    Load,
    /// It gets another name.
    Rename,
    /// It goes.
    Delete,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The heading it stands under; empty for none.
    pub group: &'static str,
    /// What kind of thing it is; empty where all are of one kind.
    pub kind: &'static str,
    /// Its name.
    pub label: String,
    /// More about it.
    pub about: String,
    /// Its keys.
    pub keys: String,
    /// Why it cannot be done now.
    pub reason: Option<String>,
    /// What choosing it does.
    pub choice: Choice,
}

/// What a list is for: some follow the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Anything there is.
    Palette,
    /// The help.
    Help,
    /// Themes: the one under the cursor is shown at once.
    Theme,
    /// Saved layouts: the one under the cursor is shown at once.
    Layout,
    /// Recent messages.
    Messages,
    /// One of a kind.
    Choose,
}

/// What matches, and where.
#[derive(Debug, Clone, Default)]
struct Found {
    entry: usize,
    /// Places of the letters that match, in characters of the name.
    label: Vec<u32>,
    /// The same, of what is said about it.
    about: Vec<u32>,
}

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A heading.
    Heading(&'static str),
    /// The n-th of what matches.
    Entry(usize),
}

/// A list to choose from.
#[derive(Debug, Clone)]
pub struct Picker {
    /// What it is for.
    pub purpose: Purpose,
    /// Its heading.
    pub title: String,
    /// What is searched for.
    pub query: Input,
    entries: Vec<Entry>,
    /// What matches: best first, or in the order of the list where it has headings.
    found: Vec<Found>,
    cursor: usize,
}

/// What a key did to a dialog.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It stays open.
    Open,
    /// It was left.
    Left,
    /// This was chosen.
    Chosen(Choice),
    /// The command's keys are to be changed: in place of those it has, or besides them.
    Rebind(Command, bool),
    /// The command is to have its usual keys again.
    Reset(Command),
}

impl Picker {
    /// A list with the cursor on an entry.
    pub fn new(purpose: Purpose, title: impl Into<String>, entries: Vec<Entry>, cursor: usize) -> Self {
        let mut new = Self { purpose, title: title.into(), query: Input::default(), entries, found: Vec::new(), cursor: 0 };
        new.search();
        new.point(cursor);
        new
    }

    /// What matches, best first.
    pub fn found(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.found.iter().map(|found| &self.entries[found.entry])
    }

    /// The letters of the n-th that match: places in its name, and in what is said about it.
    pub fn hits(&self, index: usize) -> (&[u32], &[u32]) {
        self.found.get(index).map_or((&[], &[]), |found| (&found.label, &found.about))
    }

    /// How many entries there are in all.
    pub const fn total(&self) -> usize {
        self.entries.len()
    }

    /// The cursor's place among what matches.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The entry under the cursor.
    pub fn current(&self) -> Option<&Entry> {
        self.entries.get(self.found.get(self.cursor)?.entry)
    }

    /// The list line by line, headings included.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.found.len() + 8);
        let mut group = "";
        let headed = self.keeps_order() || self.query.is_empty();
        for (index, entry) in self.found().enumerate() {
            if headed && !entry.group.is_empty() && entry.group != group {
                group = entry.group;
                rows.push(Row::Heading(group));
            }
            rows.push(Row::Entry(index));
        }
        rows
    }

    /// Puts the cursor on the n-th of what matches.
    pub fn point(&mut self, index: usize) {
        self.cursor = index.min(self.found.len().saturating_sub(1));
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        self.point(self.cursor.saturating_add_signed(by));
    }

    /// Adds pasted text to the search.
    pub fn paste(&mut self, text: &str) {
        self.query.insert(text);
        self.search();
    }

    /// Takes in a key.
    pub fn press(&mut self, key: Key) -> Answer {
        let last = self.found.len().saturating_sub(1);
        match (key.code, key.ctrl) {
            (Code::Named(Named::Esc), _) | (Code::Char('c' | 'g'), true) => return Answer::Left,
            (Code::Named(Named::Enter), _) => {
                return match self.current().map(|entry| entry.choice.clone()) {
                    Some(Choice::Read) => Answer::Left,
                    Some(choice) => Answer::Chosen(choice),
                    None => Answer::Open,
                };
            }
            (Code::Char('r' | 'o' | 'x'), true) => return self.rebind(key),
            (Code::Named(Named::Up), _) | (Code::Char('p' | 'k'), true) => self.step(-1),
            (Code::Named(Named::Tab), _) if key.shift => self.step(-1),
            (Code::Named(Named::Down | Named::Tab), _) | (Code::Char('n' | 'j'), true) => self.step(1),
            (Code::Named(Named::PageUp), _) => self.step(-10),
            (Code::Named(Named::PageDown), _) | (Code::Char('f' | 'd'), true) => self.step(10),
            (Code::Named(Named::Home), _) if self.query.is_empty() => self.point(0),
            (Code::Named(Named::End), _) if self.query.is_empty() => self.point(last),
            _ => {
                let before = self.query.text();
                self.query.press(key);
                if self.query.text() != before {
                    self.search();
                }
            }
        }
        Answer::Open
    }

    /// Whether keys can be changed from this list.
    pub const fn rebinds(&self) -> bool {
        matches!(self.purpose, Purpose::Help | Purpose::Palette)
    }

    fn rebind(&self, key: Key) -> Answer {
        match (self.current().map(|entry| &entry.choice), key.code) {
            (Some(Choice::Run(command)), Code::Char('x')) if self.rebinds() => Answer::Reset(*command),
            (Some(Choice::Run(command)), code) if self.rebinds() => Answer::Rebind(*command, code == Code::Char('o')),
            _ => Answer::Open,
        }
    }

    /// Whether what matches stays under its headings rather than the best coming first.
    fn keeps_order(&self) -> bool {
        self.purpose == Purpose::Help
    }

    /// In the palette, an alert of what was typed where that is an expression.
    fn offer_alert(&mut self, query: &str) {
        self.entries.retain(|entry| !matches!(entry.choice, Choice::Alert(_)));
        if self.purpose != Purpose::Palette || crate::alert::parse(query).is_err() {
            return;
        }
        let expr = query.trim().to_owned();
        self.entries.push(Entry {
            group: "Alerts",
            kind: "Alert",
            label: format!("Set alert: {expr}"),
            about: String::new(),
            keys: String::new(),
            reason: None,
            choice: Choice::Alert(expr),
        });
    }

    fn search(&mut self) {
        let query = self.query.text();
        self.cursor = 0;
        self.offer_alert(&query);
        if query.trim().is_empty() {
            self.found = (0..self.entries.len()).map(|entry| Found { entry, ..Found::default() }).collect();
            return;
        }
        let pattern = Pattern::parse(&query, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut space = Vec::new();
        let mut score = |text: &str, hits: &mut Vec<u32>| {
            hits.clear();
            pattern.indices(Utf32Str::new(text, &mut space), &mut matcher, hits)
        };
        let mut scored: Vec<(u32, Found)> = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let (mut label, mut all) = (Vec::new(), Vec::new());
            if matches!(entry.choice, Choice::Alert(_)) {
                scored.push((u32::MAX, Found { entry: index, label, about: all }));
                continue;
            }
            // A name that matches counts more than a description that does.
            let name = score(&entry.label, &mut label).map(|score| score * 2);
            let rest = score(&format!("{} {} {}", entry.label, entry.about, entry.keys), &mut all);
            let Some(best) = name.max(rest) else { continue };
            let mut about = Vec::new();
            if name.is_none_or(|name| Some(name) < rest) {
                let name = entry.label.chars().count() as u32;
                label = all.iter().copied().filter(|at| *at < name).collect();
                about = all.iter().filter_map(|at| at.checked_sub(name + 1)).collect();
            }
            scored.push((best, Found { entry: index, label, about }));
        }
        if !self.keeps_order() {
            // Of equals the one listed first comes first: what was used recently.
            scored.sort_by_key(|(score, found)| (std::cmp::Reverse(*score), found.entry));
        }
        self.found = scored.into_iter().map(|(_, found)| found).collect();
        if self.purpose == Purpose::Choose {
            // The way to what is not listed stays open whatever was searched for.
            let open = |entry: &Entry| matches!(entry.choice, Choice::AskPath | Choice::AskBars | Choice::Run(_));
            let ways: Vec<usize> = (0..self.entries.len()).filter(|at| open(&self.entries[*at])).collect();
            for entry in ways {
                if !self.found.iter().any(|found| found.entry == entry) {
                    self.found.push(Found { entry, ..Found::default() });
                }
            }
        }
        if self.keeps_order() {
            // The list keeps its order, the cursor goes to the best.
            self.cursor = self.best(&query);
        }
    }

    /// Of a list in its own order, the one a search means most.
    fn best(&self, query: &str) -> usize {
        let query = query.trim().to_lowercase();
        let rank = |entry: &Entry| {
            let key = entry.keys.split("  ").any(|key| key == query);
            (!key, !entry.label.to_lowercase().contains(&query), !entry.about.to_lowercase().contains(&query))
        };
        (0..self.found.len()).min_by_key(|index| rank(&self.entries[self.found[*index].entry])).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::commands::specs;

    fn palette() -> Picker {
        let entries = specs()
            .map(|spec| Entry {
                group: spec.scope.title(),
                kind: spec.scope.title(),
                reason: None,
                label: spec.name.to_owned(),
                about: spec.about.to_owned(),
                keys: spec.keys.join("  "),
                choice: Choice::Run(spec.command),
            })
            .collect();
        Picker::new(Purpose::Palette, "Commands", entries, 0)
    }

    fn first(query: &str) -> Option<Choice> {
        let mut picker = palette();
        picker.paste(query);
        picker.current().map(|entry| entry.choice.clone())
    }

    #[test]
    fn a_few_letters_find_a_command() {
        assert_eq!(first("zoomin"), Some(Choice::Run(Command::ChartZoomIn)));
        assert_eq!(first("utc"), Some(Choice::Run(Command::ToggleUtc)));
        assert_eq!(first("thm"), Some(Choice::Run(Command::ChooseTheme)));
        assert_eq!(first("crosshair"), Some(Choice::Run(Command::ChartCrosshair)));
        assert_eq!(first("xqzw"), None);
    }

    #[test]
    fn the_way_to_what_is_not_listed_stays_open() {
        let entry = |label: &str, choice| Entry {
            group: "",
            kind: "",
            reason: None,
            label: label.to_owned(),
            about: String::new(),
            keys: String::new(),
            choice,
        };
        let entries = vec![entry("1m", Choice::Read), entry("other…", Choice::AskBars)];
        let mut picker = Picker::new(Purpose::Choose, "Bars", entries, 0);
        picker.paste("100");
        assert_eq!(picker.current().map(|entry| &entry.choice), Some(&Choice::AskBars));
    }

    #[test]
    fn what_matches_is_pointed_out() {
        let mut picker = palette();
        picker.paste("zoomin");
        let (label, about) = picker.hits(0);
        let letters: String = label.iter().map(|at| "chart.zoom-in".chars().nth(*at as usize).unwrap()).collect();
        assert_eq!((letters.as_str(), about.len()), ("zoomin", 0));
        let mut picker = palette();
        picker.paste("logarithmic");
        let entry = picker.current().unwrap();
        let about: String = picker.hits(0).1.iter().map(|at| entry.about.chars().nth(*at as usize).unwrap()).collect();
        assert_eq!((entry.label.as_str(), about.as_str()), ("chart.log", "Logarithmic"));
    }

    #[test]
    fn the_help_keeps_its_headings_and_its_order() {
        let mut picker = palette();
        assert!(picker.rows().contains(&Row::Heading("Chart")));
        picker.paste("zoom");
        assert!(picker.rows().iter().all(|row| matches!(row, Row::Entry(_))));
        let entries: Vec<Entry> = picker.entries.clone();
        let mut help = Picker::new(Purpose::Help, "Help", entries, 0);
        help.paste("zoom");
        let rows = help.rows();
        assert_eq!(rows[0], Row::Heading("Everywhere"));
        assert!(rows.contains(&Row::Heading("Charts of every kind")) && !rows.contains(&Row::Heading("Replay")));
        assert_eq!(help.press("ctrl-r".parse().unwrap()), Answer::Rebind(Command::ZoomPane, false));
        assert_eq!(help.press("ctrl-x".parse().unwrap()), Answer::Reset(Command::ZoomPane));
    }

    #[test]
    fn escape_always_leaves_and_the_cursor_stays_inside() {
        let mut picker = palette();
        picker.press("pagedown".parse().unwrap());
        assert_eq!(picker.cursor(), 10);
        picker.paste("quit");
        assert_eq!(picker.cursor(), 0);
        for _ in 0..100 {
            picker.press("down".parse().unwrap());
        }
        assert!(picker.current().is_some());
        assert_eq!(picker.press("esc".parse().unwrap()), Answer::Left);
    }
}
