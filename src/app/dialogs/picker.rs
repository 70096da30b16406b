//! A list to choose from, searched fuzzily as one types: palette, help, themes, symbols, recordings, messages.

use super::Input;
use crate::app::commands::Command;
use crate::app::keymap::{Code, Key, Named};
use crate::app::link::Group;
use crate::app::panes::PaneKind;
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
    /// Uses a theme.
    Theme(String),
    /// Compares with a symbol, or no longer; `None` with none.
    Compare(Option<Symbol>),
    /// Replays a recording.
    Open(PathBuf),
    /// Asks for the path of a recording.
    AskPath,
    /// Asks for a kind of bar.
    AskBars,
    /// Shows a kind of pane somewhere.
    Pane(Place, PaneKind),
    /// Links the focused pane with a group, or with none.
    Link(Option<Group>),
    /// Does something with a saved layout.
    Layout(LayoutAct, String),
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
    /// What kind of thing it is, or the heading it stands under.
    pub group: &'static str,
    /// Its name.
    pub label: String,
    /// More about it.
    pub about: String,
    /// Its keys.
    pub keys: String,
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
    /// Positions in `entries` of what matches, best first.
    found: Vec<usize>,
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
}

impl Picker {
    /// A list with the cursor on an entry.
    pub fn new(purpose: Purpose, title: impl Into<String>, entries: Vec<Entry>, cursor: usize) -> Self {
        let found: Vec<usize> = (0..entries.len()).collect();
        let cursor = cursor.min(found.len().saturating_sub(1));
        Self { purpose, title: title.into(), query: Input::default(), entries, found, cursor }
    }

    /// What matches, best first.
    pub fn found(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.found.iter().filter_map(|i| self.entries.get(*i)).collect::<Vec<_>>().into_iter()
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
        self.entries.get(*self.found.get(self.cursor)?)
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
            (Code::Named(Named::Up), _) | (Code::Char('p' | 'k'), true) => self.step(-1),
            (Code::Named(Named::Down | Named::Tab), _) | (Code::Char('n' | 'j'), true) => self.step(1),
            (Code::Named(Named::PageUp), _) => self.step(-10),
            (Code::Named(Named::PageDown), _) => self.step(10),
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

    fn search(&mut self) {
        let query = self.query.text();
        self.cursor = 0;
        if query.trim().is_empty() {
            self.found = (0..self.entries.len()).collect();
            return;
        }
        let pattern = Pattern::parse(&query, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut space = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut space), &mut matcher);
        let mut scored: Vec<(u32, usize)> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(i, entry)| {
                // A name that matches counts more than a description that does.
                let name = score(&entry.label).map(|score| score * 2);
                let rest = score(&format!("{} {} {}", entry.label, entry.about, entry.keys));
                name.max(rest).map(|score| (score, i))
            })
            .collect();
        scored.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
        self.found = scored.into_iter().map(|(_, i)| i).collect();
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
