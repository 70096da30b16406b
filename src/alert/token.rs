//! From text to words: the lexical half of the parser.

use super::error::{ExpressionError, is_hidden, quoted};
use crate::domain::{Nanos, number};
use std::ops::Range;
use winnow::ascii::digit1;
use winnow::combinator::{alt, opt, peek, preceded, repeat, terminated};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::stream::LocatingSlice;
use winnow::token::{any, literal, one_of, take_while};

type Stream<'a> = LocatingSlice<&'a str>;
type Found<T> = winnow::Result<T, EmptyError>;

/// A word of an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    /// As a part of one: 0.05 is `5%`.
    Share(f64),
    Time(Nanos),
    /// A name or a keyword.
    Word(&'a str),
    /// Capitals and digits that may be a symbol.
    Symbol(&'a str),
    /// An operator, a parenthesis, a comma, …
    Sign(&'static str),
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spanned<'a> {
    pub(super) token: Token<'a>,
    pub(super) at: Range<usize>,
}

/// What was found at a place: a word, or why it is none and how it would be.
enum Lexeme<'a> {
    Good(Token<'a>),
    Bad(String, Option<String>),
}

fn bad<'a>(message: impl Into<String>, hint: impl Into<String>) -> Lexeme<'a> {
    Lexeme::Bad(message.into(), Some(hint.into()))
}

/// The signs, those that begin with another before it.
const SIGNS: &[&str] = &["||", "&&", "<=", ">=", "==", "!=", "<", ">", "!", "=", "+", "-", "*", "/", "(", ")", ",", ".", ":"];

/// How times are written.
const FORMS: &str = "times are written 500ms, 3s, 15m, 1h30m or 2d";

/// Signs that are not of the language, and what is written instead.
const WRONG: &[(char, &str)] = &[
    ('&', "write `&&`"),
    ('|', "write `||`"),
    ('≥', "write `>=`"),
    ('≤', "write `<=`"),
    ('≠', "write `!=`"),
    ('−', "write `-`"),
    ('–', "write `-`"),
    ('×', "write `*`"),
    ('÷', "write `/`"),
    ('[', "write `(`"),
    ('{', "write `(`"),
    (']', "write `)`"),
    ('}', "write `)`"),
    ('%', "a percent sign stands behind a number: `5%`"),
    ('^', "there are no powers: write `x * x`"),
    ('$', "prices are written without a currency"),
    ('€', "prices are written without a currency"),
    (';', "conditions are joined with `&&` or `||`"),
];

/// Splits a text into words.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned<'_>>, ExpressionError> {
    let mut input = Stream::new(text);
    let mut found = Vec::new();
    let mut next = preceded(take_while(0.., char::is_whitespace), opt(lexeme.with_span()));
    // The parser of a lexeme refuses only the end.
    while let Ok(Some((lexeme, at))) = next.parse_next(&mut input) {
        match lexeme {
            Lexeme::Good(token) => found.push(Spanned { token, at }),
            Lexeme::Bad(message, hint) => {
                let error = ExpressionError::new(text, at, message);
                return Err(match hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                });
            }
        }
    }
    Ok(found)
}

fn lexeme<'a>(input: &mut Stream<'a>) -> Found<Lexeme<'a>> {
    alt((
        symbol.map(|text| Lexeme::Good(Token::Symbol(text))),
        quantity_literal,
        word.map(|text| Lexeme::Good(Token::Word(text))),
        sign.map(|text| Lexeme::Good(Token::Sign(text))),
        any.map(stray),
    ))
    .parse_next(input)
}

/// A character no word begins with.
fn stray<'a>(letter: char) -> Lexeme<'a> {
    if is_hidden(letter) {
        return bad(format!("a character that is not seen, U+{:04X}", u32::from(letter)), "take it out");
    }
    let message = format!("{} means nothing here", quoted(letter.encode_utf8(&mut [0; 4])));
    match WRONG.iter().find(|(wrong, _)| *wrong == letter) {
        Some((_, hint)) => bad(message, *hint),
        None if letter.is_numeric() => bad(message, "numbers are written with the digits 0 to 9"),
        None => Lexeme::Bad(message, None),
    }
}

fn sign(input: &mut Stream<'_>) -> Found<&'static str> {
    for sign in SIGNS {
        if opt(literal::<_, _, EmptyError>(*sign)).parse_next(input)?.is_some() {
            return Ok(sign);
        }
    }
    Err(EmptyError)
}

fn word<'a>(input: &mut Stream<'a>) -> Found<&'a str> {
    (one_of(|c: char| c.is_alphabetic() || c == '_'), take_while(0.., |c: char| c.is_alphanumeric() || c == '_'))
        .take()
        .parse_next(input)
}

/// `ETHUSDT`, `1000PEPEUSDT`, `BTC-27DEC24`. What begins with a digit needs two capitals behind it, so that `2-ETHUSDT:price` is a
/// difference and `65K` a number with a wrong unit; what goes on in small letters is a word (`Price`).
fn symbol<'a>(input: &mut Stream<'a>) -> Found<&'a str> {
    let letters = take_while(1.., |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '/' | '-'));
    let ends = peek(opt(one_of(|c: char| c.is_alphabetic())));
    let (text, goes_on): (&str, Option<char>) = peek((letters, ends)).parse_next(input)?;
    let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
    let digits_first = text.starts_with(|c: char| c.is_ascii_digit());
    let head = text.split(|c: char| c.is_ascii_uppercase()).next().unwrap_or_default();
    let fits = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && capitals > usize::from(digits_first)
        && !head.contains(['-', '/'])
        && (goes_on.is_none() || text.ends_with(['-', '/', '.']));
    if !fits {
        return Err(EmptyError);
    }
    // A sign at the end is an operator: `ETHUSDT/price`.
    let text = text.trim_end_matches(['-', '/', '.']);
    literal(text).parse_next(input)
}

/// Digits, with `_` between them for the eye.
fn digits(input: &mut Stream<'_>) -> Found<()> {
    (digit1, repeat::<_, _, (), _, _>(0.., ('_', digit1))).void().parse_next(input)
}

fn number_text<'a>(input: &mut Stream<'a>) -> Found<&'a str> {
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digit1);
    (digits, opt(('.', digits)), opt(exponent)).take().parse_next(input)
}

/// `65000`, `5%`, `1h30m`.
fn quantity_literal<'a>(input: &mut Stream<'a>) -> Found<Lexeme<'a>> {
    let unit =
        |input: &mut Stream<'a>| -> Found<&'a str> { take_while(1.., |c: char| c.is_alphabetic() || c == '_').parse_next(input) };
    let first = number_text.parse_next(input)?;
    if let Some(found) = opt(unit).parse_next(input)? {
        let more: Vec<(&str, &str)> = repeat(0.., (number_text, unit)).parse_next(input)?;
        let rest = opt(number_text).parse_next(input)?;
        return Ok(match (time(first, found, &more), rest) {
            (Lexeme::Good(_), Some(rest)) => bad(format!("{} has no unit of time", quoted(rest)), FORMS),
            (lexeme, _) => lexeme,
        });
    }
    let share = opt(terminated(take_while(0.., ' '), '%')).parse_next(input)?.is_some();
    let value = first.replace('_', "").parse::<f64>().ok().filter(|value| value.is_finite());
    Ok(match value {
        Some(value) if share => Lexeme::Good(Token::Share(value / 100.0)),
        Some(value) => Lexeme::Good(Token::Number(value)),
        None => Lexeme::Bad(format!("{} is too large a number", quoted(first)), None),
    })
}

/// A length of time from its counts and units.
fn time<'a>(count: &str, unit: &str, more: &[(&str, &str)]) -> Lexeme<'a> {
    // In billionths of a nanosecond, so that `1.5h` is exact.
    let mut total = 0_i128;
    for (count, unit) in std::iter::once((count, unit)).chain(more.iter().copied()) {
        let nanos: i128 = match unit {
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            "k" | "K" | "M" => {
                return bad(format!("{} means nothing behind a number", quoted(unit)), "write the number out: 65000");
            }
            _ => return bad(format!("{} is no unit of time", quoted(unit)), FORMS),
        };
        let billionths = number::parse_scaled(count.replace('_', "").as_bytes(), 9);
        match billionths.ok().and_then(|count| count.checked_mul(nanos)) {
            Some(product) => total = total.saturating_add(product),
            None => return bad(format!("{} is no length of time", quoted(&format!("{count}{unit}"))), FORMS),
        }
    }
    if total % 1_000_000_000_000_000 != 0 {
        return bad("times have whole milliseconds", FORMS);
    }
    i64::try_from(total / 1_000_000_000)
        .map_or_else(|_| Lexeme::Bad("too long a time".to_owned(), None), |nanos| Lexeme::Good(Token::Time(Nanos(nanos))))
}
