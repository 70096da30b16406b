//! A form of named fields: texts that are entered and words that are chosen, each with what it means or what is wrong with it.

use crate::app::dialogs::Input;
use crate::app::keymap::{Code, Key, Named};
use crate::domain::Money;
use std::sync::Arc;

/// What is filled in.
#[derive(Debug, Clone)]
pub enum What {
    /// A text.
    Text(Input),
    /// One of some words.
    Choice {
        /// All of them.
        of: Vec<String>,
        /// Which.
        at: usize,
    },
}

/// A part of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// What it is known by, and shown as.
    pub name: String,
    /// What is filled in.
    pub what: What,
    /// What it means, or what may stand there.
    pub about: String,
    /// What is wrong with what stands there.
    pub error: Option<String>,
}

impl Field {
    /// A text that typing replaces.
    pub fn text(name: impl Into<String>, now: &str, about: impl Into<String>) -> Self {
        Self { name: name.into(), what: What::Text(Input::suggesting(now)), about: about.into(), error: None }
    }

    /// One of some words.
    pub fn choice(name: impl Into<String>, of: Vec<String>, now: &str, about: impl Into<String>) -> Self {
        let at = of.iter().position(|word| word == now).unwrap_or(0);
        Self { name: name.into(), what: What::Choice { of, at }, about: about.into(), error: None }
    }

    /// What stands there.
    pub fn value(&self) -> String {
        match &self.what {
            What::Text(input) => input.text().trim().to_owned(),
            What::Choice { of, at } => of.get(*at).cloned().unwrap_or_default(),
        }
    }

    fn step(&mut self, by: isize) {
        if let What::Choice { of, at } = &mut self.what {
            *at = (*at as isize + by).rem_euclid(of.len().max(1) as isize) as usize;
        }
    }
}

/// What a form is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormPurpose {
    /// To start a strategy; in place of the one of this account where one is told.
    Strategy(Option<Arc<str>>),
    /// To try a strategy on the recording that is looked at.
    Backtest,
    /// To set the limits of an account.
    Limits(Arc<str>),
}

/// A form being filled in.
#[derive(Debug, Clone)]
pub struct Form {
    /// What it is for.
    pub purpose: FormPurpose,
    /// Its heading.
    pub title: String,
    /// What Enter does.
    pub enter: &'static str,
    /// Its parts, from top to bottom.
    pub fields: Vec<Field>,
    /// The part that keys go to.
    pub at: usize,
    /// What is said below, paragraph by paragraph.
    pub said: Vec<String>,
    /// Why it cannot be used as it stands, where it was tried.
    pub refused: Option<String>,
}

/// A place of a form that can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormPlace {
    /// A part, by its position: keys go to it from then on.
    Field(usize),
    /// A part's text, behind so many characters.
    Text(usize, usize),
    /// A part's word, to be exchanged for the one before or after it.
    Step(usize, isize),
}

/// What came of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pressed {
    /// The form stays.
    Open,
    /// It was left.
    Left,
    /// It is to be used.
    Entered,
}

impl Form {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What stands in the field of that name; empty where there is none.
    pub fn value(&self, name: &str) -> String {
        self.field(name).map(Field::value).unwrap_or_default()
    }

    /// Says what is wrong with a field, or with the whole.
    pub(super) fn refuse(&mut self, field: Option<String>, why: String) {
        let found = field.and_then(|name| self.fields.iter().position(|field| field.name == name));
        match found {
            Some(at) => {
                self.at = at;
                if let Some(field) = self.fields.get_mut(at) {
                    field.error = Some(why);
                }
            }
            None => self.refused = Some(why),
        }
    }

    fn go(&mut self, by: isize) {
        self.at = (self.at as isize + by).rem_euclid(self.fields.len().max(1) as isize) as usize;
    }

    pub(super) fn press(&mut self, key: Key) -> Pressed {
        match key.code {
            Code::Named(Named::Esc) => return Pressed::Left,
            Code::Named(Named::Enter) => return Pressed::Entered,
            Code::Named(Named::Tab) => self.go(if key.shift { -1 } else { 1 }),
            Code::Named(Named::Down) => self.go(1),
            Code::Named(Named::Up) => self.go(-1),
            Code::Named(Named::PageDown) => self.at = (self.at + 8).min(self.fields.len().saturating_sub(1)),
            Code::Named(Named::PageUp) => self.at = self.at.saturating_sub(8),
            Code::Char('c' | 'g') if key.ctrl => return Pressed::Left,
            code => {
                self.refused = None;
                let Some(field) = self.fields.get_mut(self.at) else { return Pressed::Open };
                match &mut field.what {
                    What::Text(input) => drop(input.press(key)),
                    What::Choice { .. } => match code {
                        Code::Named(Named::Left) | Code::Char('h') => field.step(-1),
                        Code::Named(Named::Right) | Code::Char(' ' | 'l') => field.step(1),
                        _ => {}
                    },
                }
            }
        }
        Pressed::Open
    }

    pub(super) fn click(&mut self, place: FormPlace) {
        let (FormPlace::Field(at) | FormPlace::Text(at, _) | FormPlace::Step(at, _)) = place;
        let Some(field) = self.fields.get_mut(at) else { return };
        self.at = at;
        self.refused = None;
        match (place, &mut field.what) {
            (FormPlace::Text(_, cursor), What::Text(input)) => input.place(cursor),
            (FormPlace::Step(_, by), What::Choice { .. }) => field.step(by),
            _ => {}
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if let Some(Field { what: What::Text(input), .. }) = self.fields.get_mut(self.at) {
            input.insert(text);
        }
    }
}

/// An amount as people write it: `100000`, `100,000`, `2.5k`.
pub(super) fn read_amount(text: &str) -> Option<Money> {
    let plain: String = text.trim().chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    let (digits, times) = match plain.char_indices().last()? {
        (at, 'k' | 'K') => (plain.get(..at)?, 1_000),
        (at, 'm' | 'M') => (plain.get(..at)?, 1_000_000),
        _ => (plain.as_str(), 1),
    };
    Money::from_str_exact(digits).ok()?.checked_mul(Money::from(times))
}
