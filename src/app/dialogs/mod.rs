//! What lies over the panes: lists to choose from, a line to enter, a question, a welcome. Esc always leaves.

mod capture;
mod input;
mod picker;

pub use capture::{Capture, Caught};
pub use input::Input;
pub use picker::{Answer, Choice, Entry, LayoutAct, Picker, Place, Purpose, Row};

use super::alerts::AlertForm;
use super::blotter::Form;
use super::commands::Command;
use super::keymap::{Code, Key, Named};
use super::trading::{Sure, Ticket};

/// What lies over the panes.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// A list to choose from.
    Picker(Picker),
    /// A line to enter.
    Prompt(Prompt),
    /// A question to be answered by yes or no.
    Confirm(Confirm),
    /// A text to be read.
    Note(Note),
    /// Where the data shall come from, asked at the first start.
    Welcome(Welcome),
    /// Keys being pressed for a command.
    Capture(Capture),
    /// An alert being written.
    Alert(Box<AlertForm>),
    /// A strategy or limits being set.
    Form(Box<Form>),
    /// An order being written.
    Ticket(Box<Ticket>),
    /// A question before something is sent to the broker.
    Sure(Box<Sure>),
}

/// What a line is entered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// A symbol to follow.
    Symbol,
    /// A mark's text.
    Mark,
    /// A moment to go to.
    Moment,
    /// The speed of a replay.
    Speed,
    /// A kind of bar.
    Bars,
    /// The path of a recording.
    Path,
    /// What a list has to match; applied as it is entered.
    Filter,
    /// What the focused pane asked for by this command.
    Pane(Command),
    /// An indicator with its parameters.
    Indicator,
    /// What an account is to begin with.
    Cash,
    /// What a command of pairs asks for.
    Pair(Command),
    /// The name to save a layout under.
    LayoutName,
    /// Another name for a saved layout.
    NewLayoutName,
}

/// A line to enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What for.
    pub ask: Ask,
    /// Its heading.
    pub title: &'static str,
    /// What may be entered.
    pub hint: String,
    /// What was entered.
    pub input: Input,
    /// Why what was entered cannot be used.
    pub error: Option<String>,
}

impl Prompt {
    /// An empty line for a purpose.
    pub fn new(ask: Ask) -> Self {
        let (title, hint) = match ask {
            Ask::Symbol => ("Follow a symbol", "as the exchange writes it, such as SOLUSDT"),
            Ask::Mark => ("Mark this moment", "a few words, or nothing"),
            Ask::Moment => ("Go to", "+10m from the start, 2024-08-08T23:54:15Z, or 23:54:15"),
            Ask::Speed => ("Speed", "0.1 to 1000 times as recorded, or max"),
            Ask::Bars => ("Bars", "1s to 1d, tick:100, volume:5, dollar:1000000 or range:10"),
            Ask::Filter => ("Show only", "what the rows have to contain; nothing shows all"),
            Ask::LayoutName => ("Save the layout as", "a name of letters, digits, spaces, - and _"),
            Ask::NewLayoutName => ("Rename the layout", "a name of letters, digits, spaces, - and _"),
            Ask::Indicator => ("Indicator", "a name with its parameters, such as ofi(window=30)"),
            Ask::Cash => ("Begin anew with", ""),
            Ask::Path => ("Replay a file", "the path of a recording"),
            Ask::Pane(_) | Ask::Pair(_) => ("", ""),
        };
        Self { ask, title, hint: hint.to_owned(), input: Input::default(), error: None }
    }

    /// A line that a pane wants for a command, with what holds now already in it.
    pub fn of_pane(command: Command, title: &'static str, hint: impl Into<String>, now: &str) -> Self {
        Self { ask: Ask::Pane(command), title, hint: hint.into(), input: Input::suggesting(now), error: None }
    }
}

/// A question to be answered by yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// The question.
    pub question: String,
    /// What follows from it.
    pub detail: String,
    /// What yes runs.
    pub command: Command,
}

/// A text to be read; any key leaves, and a key of a command also runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// What is asked at the first start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// What live data would be of.
    pub live: String,
    /// The keys that matter, and what they do.
    pub keys: Vec<(String, &'static str)>,
}

impl Confirm {
    /// What a key answers; `None` for a key that answers nothing.
    pub fn answer(key: Key) -> Option<bool> {
        match key.code {
            Code::Named(Named::Enter) | Code::Char('y' | 'Y') => Some(true),
            Code::Named(Named::Esc) | Code::Char('n' | 'N' | 'q') => Some(false),
            _ => None,
        }
    }
}
