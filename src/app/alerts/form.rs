//! The form an alert is written in: its expression with what is wrong with it and what could follow, and all it can be told.

use crate::alert::{self, Completion, ExpressionError};
use crate::app::Effect;
use crate::app::dialogs::Input;
use crate::app::keymap::{Code, Key, Named};
use crate::domain::{Alert, AlertId, Channel, Channels, Nanos, Origin, Rearm, Symbol};
use crate::drive::view::{Request, View};

/// What can be chosen for when an alert may fire again.
const REARMS: [Rearm; 9] = [
    Rearm::Auto,
    Rearm::Once,
    Rearm::Always,
    Rearm::Cooldown(Nanos::from_secs(60)),
    Rearm::Cooldown(Nanos::from_secs(300)),
    Rearm::Cooldown(Nanos::from_secs(900)),
    Rearm::Cooldown(Nanos::from_secs(3_600)),
    Rearm::Cooldown(Nanos::from_secs(4 * 3_600)),
    Rearm::Cooldown(Nanos::from_secs(86_400)),
];

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormField {
    /// The expression.
    Expression,
    /// The symbol it is about.
    Symbol,
    /// When it may fire again.
    Rearm,
    /// How it is delivered.
    Deliver,
    /// What is told with it.
    Note,
}

impl FormField {
    /// All of them, from top to bottom.
    pub const ALL: [Self; 5] = [Self::Expression, Self::Symbol, Self::Rearm, Self::Deliver, Self::Note];

    fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|field| *field == self).unwrap_or(0) as isize;
        Self::ALL[(at + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }
}

/// An alert being written.
#[derive(Debug, Clone)]
pub struct AlertForm {
    /// The one that is changed; none while one is written anew.
    pub id: Option<AlertId>,
    /// Its expression.
    pub expr: Input,
    /// The symbol it is about where the expression names none.
    pub symbol: Symbol,
    /// When it may fire again.
    pub rearm: Rearm,
    /// How it is delivered.
    pub deliver: Channels,
    /// What is told with it.
    pub note: Input,
    /// The part that keys go to.
    pub field: FormField,
    /// Among the channels, the one the cursor is on.
    pub channel: usize,
    /// What is wrong with the expression.
    pub error: Option<ExpressionError>,
    /// What could stand where the cursor is.
    pub completions: Vec<Completion>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// Whether the user has tried to use an expression that cannot be.
    pub refused: bool,
    paused: bool,
    origin: Origin,
    /// What the session was last asked to look at.
    looked: Option<Option<(Symbol, String)>>,
}

/// What came of a key.
pub(super) enum Pressed {
    /// The form stays.
    Open,
    /// It was left.
    Left,
    /// The alert is to be set.
    Entered(Alert),
}

impl AlertForm {
    /// A new alert with a suggested expression.
    pub(super) fn new(symbol: Symbol, expr: &str, deliver: Channels) -> Self {
        let mut input = Input::default();
        input.insert(expr);
        Self {
            id: None,
            expr: input,
            symbol,
            rearm: Rearm::default(),
            deliver,
            note: Input::default(),
            field: FormField::Expression,
            channel: 0,
            error: None,
            completions: Vec::new(),
            chosen: 0,
            refused: false,
            paused: false,
            origin: Origin::User,
            looked: None,
        }
    }

    /// A new alert like another.
    pub(super) fn like(alert: &Alert) -> Self {
        let mut form = Self { rearm: alert.rearm, ..Self::new(alert.symbol, &alert.expr, alert.deliver) };
        form.note.insert(&alert.note);
        form
    }

    /// A change of an alert.
    pub(super) fn of(alert: &Alert) -> Self {
        Self { id: Some(alert.id), paused: alert.paused, origin: alert.origin, ..Self::like(alert) }
    }

    /// Reads the expression as it stands, and asks the session for a look at it where that is news.
    pub(super) fn look(&mut self, view: &View) -> Vec<Effect> {
        let text = self.expr.text();
        self.error = alert::parse(&text).err();
        self.refused &= self.error.is_some();
        let before = self.expr.before();
        self.completions = if self.field == FormField::Expression { alert::complete(&text, before.len()) } else { Vec::new() };
        self.completions.truncate(50);
        self.chosen = self.chosen.min(self.completions.len().saturating_sub(1));
        let wanted = self.error.is_none().then(|| (self.symbol, text));
        if self.looked.as_ref() == Some(&wanted) || view.snapshot.symbols.is_empty() {
            return Vec::new();
        }
        self.looked = Some(wanted.clone());
        vec![Effect::Session(Request::Draft(wanted))]
    }

    /// Takes in pasted text.
    pub fn paste(&mut self, text: &str) {
        match self.field {
            FormField::Expression => self.expr.insert(text),
            FormField::Note => self.note.insert(text),
            FormField::Symbol | FormField::Rearm | FormField::Deliver => {}
        }
    }

    pub(super) fn press(&mut self, key: Key, view: &View) -> Pressed {
        match key.code {
            Code::Named(Named::Esc) => return Pressed::Left,
            Code::Named(Named::Enter) => return self.enter(),
            Code::Named(Named::Tab) if key.shift => self.go(-1),
            Code::Named(Named::Tab) => {
                if !self.complete() {
                    self.go(1);
                }
            }
            Code::Named(Named::Up) if self.field == FormField::Expression && self.chosen > 0 => self.chosen -= 1,
            Code::Named(Named::Down) if self.field == FormField::Expression && self.chosen + 1 < self.completions.len() => {
                self.chosen += 1;
            }
            Code::Named(Named::Up) => self.go(-1),
            Code::Named(Named::Down) => self.go(1),
            _ => self.press_field(key, view),
        }
        Pressed::Open
    }

    fn go(&mut self, by: isize) {
        self.field = self.field.step(by);
        self.chosen = 0;
    }

    /// Puts what is chosen of the completions in its place; says whether there was one.
    fn complete(&mut self) -> bool {
        let Some(completion) = self.completions.get(self.chosen).filter(|_| self.field == FormField::Expression) else {
            return false;
        };
        let text = self.expr.text();
        let (Some(head), Some(tail)) = (text.get(..completion.replaces.start), text.get(completion.replaces.end..)) else {
            return false;
        };
        if text.get(completion.replaces.clone()) == Some(completion.text.as_str()) {
            return false;
        }
        let (head, tail) = (format!("{head}{}", completion.text), tail.to_owned());
        let mut input = Input::default();
        input.insert(&head);
        input.insert_after(&tail);
        self.expr = input;
        self.chosen = 0;
        true
    }

    fn press_field(&mut self, key: Key, view: &View) {
        let by = match key.code {
            Code::Named(Named::Left) => -1,
            Code::Named(Named::Right) | Code::Char(' ') => 1,
            _ => 0,
        };
        match self.field {
            FormField::Expression => {
                if self.expr.press(key) {
                    self.chosen = 0;
                }
            }
            FormField::Note => drop(self.note.press(key)),
            FormField::Symbol => {
                let all: Vec<Symbol> = view.snapshot.symbols.iter().map(|known| known.instrument.symbol).collect();
                let at = all.iter().position(|symbol| *symbol == self.symbol).map_or(-by, |at| at as isize);
                if !all.is_empty() {
                    self.symbol = all[(at + by).rem_euclid(all.len() as isize) as usize];
                }
            }
            FormField::Rearm => {
                let at = REARMS.iter().position(|rearm| *rearm == self.rearm).unwrap_or(0) as isize;
                self.rearm = REARMS[(at + by).rem_euclid(REARMS.len() as isize) as usize];
            }
            FormField::Deliver => match key.code {
                Code::Char(' ') => self.deliver = self.deliver.toggled(Channel::ALL[self.channel]),
                _ => self.channel = (self.channel as isize + by).rem_euclid(Channel::ALL.len() as isize) as usize,
            },
        }
    }

    fn enter(&mut self) -> Pressed {
        let text = self.expr.text();
        self.error = alert::parse(&text).err();
        if self.error.is_some() {
            (self.refused, self.field) = (true, FormField::Expression);
            return Pressed::Open;
        }
        Pressed::Entered(Alert {
            id: self.id.unwrap_or(0),
            symbol: self.symbol,
            expr: text.trim().to_owned(),
            rearm: self.rearm,
            deliver: self.deliver,
            note: self.note.text().trim().to_owned(),
            paused: self.paused,
            origin: self.origin,
        })
    }
}
