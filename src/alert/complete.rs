//! What may stand at a place of a text: names, settings, keywords. For the line an expression is typed into.

use super::catalogue::{self, Make, QUANTITIES};
use super::parser::KEYWORDS;
use super::quantity::{Part, Quantity};
use super::resolve;
use super::token::{Spanned, Token, tokens};
use super::{Completion, LONGEST};
use crate::analytics::pairs::Method;
use crate::domain::Timeframe;
use crate::indicator::{Setup, Spec};
use crate::indicators;

/// What may be put somewhere: its name (which is looked for), its text and what it is.
struct Candidate {
    name: String,
    text: String,
    about: String,
}

impl Candidate {
    fn new(name: impl Into<String>, text: impl Into<String>, about: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), about: about.into() }
    }

    fn plain(text: impl Into<String>, about: impl Into<String>) -> Self {
        let text = text.into();
        Self { name: text.clone(), text, about: about.into() }
    }
}

/// What may stand at a place of a text (in bytes): what begins with the word that stands there, then what has it in it. Where no
/// word stands, all that may; nothing within a number.
pub fn complete(text: &str, cursor: usize) -> Vec<Completion> {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let (before, after) = text.split_at(cursor);
    let of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let start = before.trim_end_matches(of_word).len();
    let end = cursor + after.find(|letter| !of_word(letter)).unwrap_or(after.len());
    let typed = before.get(start..).unwrap_or_default().to_lowercase();
    if text.len() > LONGEST || typed.starts_with(|letter: char| letter.is_numeric()) {
        return Vec::new();
    }
    let words = tokens(before.get(..start).unwrap_or_default()).unwrap_or_default();
    let has_arguments = text.get(end..).is_some_and(|rest| rest.starts_with('('));
    let mut found: Vec<(bool, Completion)> = candidates(&words, has_arguments)
        .into_iter()
        .filter(|candidate| candidate.name.contains(&typed))
        .map(|Candidate { name, text, about }| (!name.starts_with(&typed), Completion { text, about, replaces: start..end }))
        .collect();
    found.sort_by_key(|(later, _)| *later);
    found.into_iter().map(|(_, completion)| completion).collect()
}

/// All that may follow some words.
fn candidates(words: &[Spanned<'_>], has_arguments: bool) -> Vec<Candidate> {
    let back = |index: usize| words.len().checked_sub(index).and_then(|index| words.get(index)).map(|spanned| spanned.token);
    match back(1) {
        Some(Token::Sign(".")) => parts(words.get(..words.len() - 1).unwrap_or_default()),
        Some(Token::Sign("(" | "," | "=")) if let Some(name) = open_call(words) => {
            let setting = match (back(1), back(2)) {
                (Some(Token::Sign("=")), Some(Token::Word(setting))) => Some(setting),
                _ => None,
            };
            settings(name, setting)
        }
        Some(Token::Word("crosses")) => vec![
            Candidate::plain("above", "it was not greater at the last check and is now"),
            Candidate::plain("below", "it was not less at the last check and is now"),
        ],
        Some(Token::Word("moves")) => vec![Candidate::plain("2% in 15m", "how far from any value it had in that time")],
        Some(Token::Share(_)) if back(2) == Some(Token::Word("moves")) => vec![Candidate::plain("in 15m", "in how long a time")],
        Some(Token::Word("for" | "in")) => {
            ["5s", "1m", "15m", "1h"].map(|time| Candidate::plain(time, "a length of time")).into_iter().collect()
        }
        Some(Token::Number(_) | Token::Share(_) | Token::Time(_) | Token::Sign(")")) => operators(),
        Some(Token::Word(word)) if !KEYWORDS.contains(&word) => operators(),
        _ => quantities(has_arguments),
    }
}

/// The name of the quantity whose parentheses the end of some words stands in.
fn open_call<'a>(words: &[Spanned<'a>]) -> Option<&'a str> {
    let mut closed = 0_usize;
    for (index, word) in words.iter().enumerate().rev() {
        match word.token {
            Token::Sign(")") => closed += 1,
            Token::Sign("(") if closed > 0 => closed -= 1,
            Token::Sign("(") => {
                return match words.get(index.checked_sub(1)?)?.token {
                    Token::Word(name) if catalogue::is_name(name) => Some(name),
                    _ => None,
                };
            }
            _ => {}
        }
    }
    None
}

/// The parts of the quantity that some words end with.
fn parts(words: &[Spanned<'_>]) -> Vec<Candidate> {
    let name = match words.last().map(|last| last.token) {
        Some(Token::Word(name)) => Some(name),
        // Behind `)`: of what was called.
        Some(Token::Sign(")")) => open_call(words.get(..words.len() - 1).unwrap_or_default()),
        _ => None,
    };
    let Some(name) = name else { return Vec::new() };
    let dotted = QUANTITIES.iter().filter_map(|spec| match spec.name.split_once('.') {
        Some((first, part)) if first == name => Some(Candidate::plain(part, spec.about)),
        _ => None,
    });
    let of_indicator = indicators::ALL.iter().filter(|spec| spec.name == name).flat_map(|spec| resolve::parts(spec));
    dotted.chain(of_indicator.map(|(part, about, _)| Candidate::plain(part, about))).collect()
}

/// What may stand between the parentheses of a quantity, or behind the `=` of a setting.
fn settings(name: &str, setting: Option<&str>) -> Vec<Candidate> {
    let timeframes = || Timeframe::ALL.into_iter().map(|timeframe| Candidate::plain(timeframe.to_string(), "bars of that time"));
    let plain = |all: &[(&str, &str)]| all.iter().map(|(text, about)| Candidate::plain(*text, *about)).collect();
    match catalogue::find(name).map(|spec| spec.make) {
        Some(Make::Plain(_)) => Vec::new(),
        Some(Make::Bar(_)) => timeframes().collect(),
        Some(Make::Pair(_)) => match setting {
            Some("method") => Method::ALL
                .into_iter()
                .map(|method| Candidate::plain(method.name(), "how the hedge ratio is estimated"))
                .collect(),
            Some("corr") => plain(&[("returns", "correlation of log returns"), ("closes", "correlation of closes")]),
            Some("bar") => timeframes().collect(),
            Some(_) => Vec::new(),
            None => {
                let settings: Vec<Candidate> = plain(&[
                    ("window=", "bars the hedge ratio is worked out over"),
                    ("z=", "bars of the z-score and of the correlation"),
                    ("method=", "ols, huber or kalman"),
                    ("corr=", "correlation of returns or of closes"),
                ]);
                timeframes().chain(settings).collect()
            }
        },
        None => {
            let Some(spec) = indicators::ALL.iter().find(|spec| spec.name == name) else { return Vec::new() };
            match setting {
                Some("bar") => timeframes().collect(),
                Some(_) => Vec::new(),
                None => {
                    let settings = spec.params.iter().map(|param| Candidate::plain(format!("{}=", param.name), param.about));
                    timeframes().filter(|_| !spec.is_flow()).chain(settings).collect()
                }
            }
        }
    }
}

/// What may stand behind a value or a comparison.
fn operators() -> Vec<Candidate> {
    [
        (">", "greater"),
        ("<", "less"),
        ("crosses above", "becomes greater"),
        ("crosses below", "becomes less"),
        ("moves", "changes so far in a time"),
        ("&&", "both"),
        ("||", "either"),
        ("for", "at the end: how long it has to be true"),
    ]
    .map(|(text, about)| Candidate::plain(text, about))
    .into_iter()
    .collect()
}

/// Everything that has a value. Where parentheses follow already, only the names.
fn quantities(has_arguments: bool) -> Vec<Candidate> {
    let known = QUANTITIES.iter().map(|spec| {
        let text = match spec.make {
            _ if has_arguments => spec.name.to_owned(),
            Make::Plain(_) => spec.name.to_owned(),
            Make::Bar(_) => format!("{}(1m)", spec.name),
            Make::Pair(_) => format!("{}(ETHUSDT, BTCUSDT, 1m)", spec.name),
        };
        Candidate::new(spec.name, text, spec.about)
    });
    let indicators = indicators::ALL.iter().filter(|spec| catalogue::find(spec.name).is_none()).map(|spec| {
        let text = if has_arguments { spec.name.to_owned() } else { usual(spec) };
        Candidate::new(spec.name, text, format!("{}: {}", spec.title, spec.about))
    });
    known.chain(indicators).collect()
}

/// An indicator with its usual settings.
fn usual(spec: &'static Spec) -> String {
    if spec.is_flow() {
        return spec.name.to_owned();
    }
    Quantity::Study { setup: Setup::of(spec), timeframe: Timeframe::M1, part: Part::Value }.to_string()
}
