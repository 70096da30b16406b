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

/// So many completions are offered at once.
const MOST_COMPLETIONS: usize = 50;

/// What can be written, from the simplest on.
const EXAMPLES: [(&str, &str); 12] = [
    ("price crosses above 65000", "the last trade's price comes over a level"),
    ("price moves 2% in 15m", "far from where it was, up or down"),
    ("rsi(14, 5m) < 30", "an indicator of bars, with its parameters and timeframe"),
    ("rsi(14, 5m) < 30 && spread < 2 for 10s", "two things at once, for ten seconds on end"),
    ("volume(1m) > 2 * volume(1m, 1)", "twice what was traded in the bar before"),
    ("ofi.z < -2 && vpin > 0.7 for 5s", "indicators of order flow; .z is how unusual the value is"),
    ("bid_qty > 5 * ask_qty for 3s", "the best bid holds five times the best ask"),
    ("zscore(ETHUSDT, BTCUSDT, 1m) > 2", "the spread of a pair is far from its mean"),
    ("ETHUSDT: price < 2000 || BTCUSDT:price < 50000", "of another symbol, or of several"),
    ("funding > 0.05%", "shares are written in percent"),
    ("drawdown > 5%", "of the account"),
    ("feed.age > 10s", "nothing comes from the exchange"),
];

/// The examples that can be read, each in place of the whole text.
fn examples(text: &str) -> Vec<Completion> {
    let readable = EXAMPLES.iter().filter(|(example, _)| alert::parse(example).is_ok());
    let whole = |(example, about): &(&str, &str)| Completion {
        text: (*example).to_owned(),
        about: (*about).to_owned(),
        replaces: 0..text.len(),
    };
    readable.map(whole).collect()
}

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

/// A place of the form that can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormSpot {
    /// A part: keys go to it from then on.
    Field(FormField),
    /// The expression or the note, behind so many characters.
    Text(FormField, usize),
    /// What a part says, to be exchanged for the one before or after it.
    Step(FormField, isize),
    /// The channel at that position of [`Channel::ALL`].
    Channel(usize),
    /// What could be put into the expression, by its position.
    Completion(usize),
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
    /// Whether these are whole expressions, as examples of what can be written.
    pub examples: bool,
    /// Whether the user has moved within the list of them.
    picked: bool,
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
        Self {
            id: None,
            // It goes when something else is typed: what was meant is often something else.
            expr: Input::suggesting(expr),
            symbol,
            rearm: Rearm::default(),
            deliver,
            note: Input::default(),
            field: FormField::Expression,
            channel: 0,
            error: None,
            completions: Vec::new(),
            chosen: 0,
            examples: false,
            picked: false,
            refused: false,
            paused: false,
            origin: Origin::User,
            looked: None,
        }
    }

    /// A new alert like another.
    pub(super) fn like(alert: &Alert) -> Self {
        let mut form = Self { rearm: alert.rearm, ..Self::new(alert.symbol, "", alert.deliver) };
        form.expr.insert(&alert.expr);
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
        self.completions = if self.field != FormField::Expression {
            Vec::new()
        } else if self.examples {
            examples(&text)
        } else if self.expr.is_suggested() {
            Vec::new()
        } else {
            alert::complete(&text, self.expr.before().len())
        };
        self.completions.truncate(MOST_COMPLETIONS);
        self.chosen = self.chosen.min(self.completions.len().saturating_sub(1));
        let wanted = self.error.is_none().then_some((self.symbol, text));
        if self.looked.as_ref() == Some(&wanted) || view.snapshot.symbols.is_empty() {
            return Vec::new();
        }
        self.looked = Some(wanted.clone());
        vec![Effect::Session(Request::Draft(wanted))]
    }

    /// Puts an expression in place of what stands there.
    pub(super) fn write(&mut self, expr: &str) {
        self.expr = Input::default();
        self.expr.insert(expr);
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
            Code::Named(Named::Esc) if self.examples => self.show_examples(false),
            Code::Named(Named::Esc) => return Pressed::Left,
            Code::Named(Named::Enter) if self.examples => drop(self.complete()),
            Code::Named(Named::Enter) => return self.enter(),
            Code::F(1) => self.show_examples(!self.examples),
            Code::Char('?') if self.field == FormField::Expression && (self.expr.is_empty() || self.expr.is_suggested()) => {
                self.show_examples(!self.examples);
            }
            Code::Named(Named::Tab) if key.shift => self.go(-1),
            Code::Named(Named::Tab) => {
                if !self.complete() {
                    self.go(1);
                }
            }
            Code::Named(Named::Up) if self.field == FormField::Expression && self.chosen > 0 => self.scroll(-1),
            Code::Named(Named::Down) if self.field == FormField::Expression && self.chosen + 1 < self.completions.len() => {
                self.scroll(1);
            }
            Code::Named(Named::PageDown) if self.field == FormField::Expression => self.scroll(8),
            Code::Named(Named::PageUp) if self.field == FormField::Expression => self.scroll(-8),
            Code::Named(Named::Up) => self.go(-1),
            Code::Named(Named::Down) => self.go(1),
            _ => self.press_field(key, view),
        }
        Pressed::Open
    }

    fn go(&mut self, by: isize) {
        self.focus(self.field.step(by));
    }

    fn focus(&mut self, field: FormField) {
        self.field = field;
        self.forget_list();
    }

    fn forget_list(&mut self) {
        (self.chosen, self.examples, self.picked) = (0, false, false);
    }

    fn show_examples(&mut self, show: bool) {
        self.focus(FormField::Expression);
        self.examples = show;
    }

    /// Answers a click.
    pub(super) fn click(&mut self, spot: FormSpot, view: &View) {
        match spot {
            FormSpot::Field(field) => self.focus(field),
            FormSpot::Text(field, cursor) => {
                self.focus(field);
                match field {
                    FormField::Note => self.note.place(cursor),
                    _ => self.expr.place(cursor),
                }
            }
            FormSpot::Step(field, by) => {
                self.focus(field);
                self.step(by, view);
            }
            FormSpot::Channel(index) => {
                self.focus(FormField::Deliver);
                if let Some(channel) = Channel::ALL.get(index) {
                    (self.channel, self.deliver) = (index, self.deliver.toggled(*channel));
                }
            }
            FormSpot::Completion(index) => {
                (self.chosen, self.picked) = (index, true);
                self.complete();
            }
        }
    }

    /// Moves among what could be put into the expression.
    pub fn scroll(&mut self, by: isize) {
        self.picked = true;
        self.chosen = self.chosen.saturating_add_signed(by).min(self.completions.len().saturating_sub(1));
    }

    /// What the tabulator puts into the expression. Behind one that is whole it goes on to the next part instead, unless something
    /// was picked from the list.
    pub fn taken(&self) -> Option<&Completion> {
        let completion = self.completions.get(self.chosen).filter(|_| self.field == FormField::Expression)?;
        let asked = self.examples || self.picked || self.error.is_some() || !completion.replaces.is_empty();
        let news = self.expr.text().get(completion.replaces.clone()) != Some(completion.text.as_str());
        (asked && news).then_some(completion)
    }

    /// Puts it there; says whether there was something.
    fn complete(&mut self) -> bool {
        let Some(completion) = self.taken() else { return false };
        let text = self.expr.text();
        let (Some(head), Some(tail)) = (text.get(..completion.replaces.start), text.get(completion.replaces.end..)) else {
            return false;
        };
        let (head, tail) = (format!("{head}{}", completion.text), tail.to_owned());
        let mut input = Input::default();
        input.insert(&head);
        input.insert_after(&tail);
        self.expr = input;
        self.forget_list();
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
                    self.forget_list();
                }
            }
            FormField::Note => drop(self.note.press(key)),
            FormField::Deliver if key.code == Code::Char(' ') => {
                self.deliver = self.deliver.toggled(Channel::ALL[self.channel]);
            }
            FormField::Symbol | FormField::Rearm | FormField::Deliver => self.step(by, view),
        }
    }

    /// Exchanges what the field says for the next one.
    fn step(&mut self, by: isize, view: &View) {
        let turned = |at: usize, count: usize| (at as isize + by).rem_euclid(count.max(1) as isize) as usize;
        match self.field {
            FormField::Symbol => {
                let all: Vec<Symbol> = view.snapshot.symbols.iter().map(|known| known.instrument.symbol).collect();
                let at = all.iter().position(|symbol| *symbol == self.symbol);
                let next = at.map_or(0, |at| turned(at, all.len()));
                self.symbol = all.get(next).copied().unwrap_or(self.symbol);
            }
            FormField::Rearm => {
                let at = REARMS.iter().position(|rearm| *rearm == self.rearm);
                self.rearm = REARMS[at.map_or(0, |at| turned(at, REARMS.len()))];
            }
            FormField::Deliver => self.channel = turned(self.channel, Channel::ALL.len()),
            FormField::Expression | FormField::Note => {}
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

#[cfg(test)]
mod tests;
