//! Whatever the text: an expression that reads back, or an error that can be shown.

use super::*;
use crate::indicators;
use proptest::prelude::*;
use std::sync::LazyLock;

/// Words of the language and of what is nearly it.
static SOUP: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = catalogue::names().map(str::to_owned);
    let dotted = indicators::ALL.iter().map(|spec| format!("{}.z", spec.name));
    let others = [
        "||",
        "&&",
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "!=",
        "!",
        "=",
        "+",
        "-",
        "*",
        "/",
        "(",
        ")",
        "(",
        ")",
        ",",
        ".",
        ":",
        "1m",
        "5m",
        "3s",
        "1h30m",
        "99d",
        "0s",
        "5%",
        "0%",
        "2000%",
        "0",
        "1",
        "65000",
        "1e999",
        "1e308",
        "0.5",
        "1_000",
        "65k",
        "crosses",
        "above",
        "below",
        "moves",
        "in",
        "and",
        "or",
        "not",
        "for",
        "ETHUSDT",
        "BTCUSDT",
        "ETHUSDT:",
        "2-ETHUSDT",
        "A-",
        "window",
        "method",
        "kalman",
        "Price",
        "feed",
        ".z",
        "crosses above",
        "moves 2% in 15m",
        "for 5s",
        "（",
        "６",
        "🚀",
        "\u{202e}",
        "\0",
        "\n",
        "\t",
        "é",
        "שלום",
        "e\u{301}",
    ];
    names.chain(dotted).chain(others.map(str::to_owned)).collect()
});

/// Expressions that are right.
const RIGHT: &[&str] = &[
    "price > sma(20, 1m) * (1 + 0.5%)",
    "!(feed.up) || feed.age > 3s",
    "ETHUSDT: price > 3000 && BTCUSDT:price < 65000 for 10s",
    "zscore(ETHUSDT, BTCUSDT, 1m, window=200, method=kalman) < -2",
    "close(1m, 1) > open(1m, 1) and price moves 2% in 15m",
    "ofi(window=30).z crosses below -2 or wall.bid_wall > 4",
    "-1 * change(5m) > 0.5% && bbands(20, 2, 1m).upper crosses above mid",
    "(price - 5) / 2 moves 1% in 1h30m && not feed.synced",
];

fn text() -> impl Strategy<Value = String> {
    let soup = || {
        prop::collection::vec((0..SOUP.len(), any::<bool>()), 0..14).prop_map(|picks| {
            picks.iter().fold(String::new(), |mut text, (index, blank)| {
                text.push_str(&SOUP[*index]);
                if *blank {
                    text.push(' ');
                }
                text
            })
        })
    };
    let bytes = prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let ascii = prop::collection::vec(0x20_u8..0x7f, 0..40).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let unicode = prop::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter);
    // A piece of what is right exchanged for something else.
    let mutated = (0..RIGHT.len(), any::<prop::sample::Index>(), 0_usize..6, soup()).prop_map(|(index, place, length, new)| {
        let letters: Vec<char> = RIGHT[index].chars().collect();
        let from = place.index(letters.len());
        let to = (from + length).min(letters.len());
        letters[..from].iter().chain(&new.chars().take(8).collect::<Vec<_>>()).chain(&letters[to..]).collect()
    });
    prop_oneof![1 => bytes, 1 => ascii, 1 => unicode, 4 => soup(), 5 => mutated]
}

/// That an error can be shown.
fn is_showable(text: &str, error: &ExpressionError) -> Result<(), TestCaseError> {
    let at = error.at.clone();
    prop_assert!(at.start <= at.end && text.get(at).is_some(), "{:?} of {:?}", error.at, text);
    renders(text, error)
}

/// That an error is shown on a text in three lines that fit a screen and hold nothing hidden.
fn renders(text: &str, error: &ExpressionError) -> Result<(), TestCaseError> {
    let shown = error.render(text);
    prop_assert!(!shown.replace('\n', "").chars().any(|c| c.is_control() || error::is_hidden(c)), "{:?}", shown);
    let lines: Vec<&str> = shown.split('\n').collect();
    prop_assert_eq!(lines.len(), 3, "{:?}", shown);
    prop_assert!(lines[1].contains('^') && unicode_width::UnicodeWidthStr::width(lines[1]) <= 80, "{:?}", shown);
    prop_assert!(!error.message.is_empty() && error.message.len() < 400);
    prop_assert!(!error.to_string().chars().any(char::is_control));
    Ok(())
}

/// That an expression says the same when it is read again, and that its inputs' names are theirs.
pub(super) fn is_stable(text: &str, expression: &Expression) -> Result<(), TestCaseError> {
    let again = parse(expression.text());
    let again = again.map_err(|error| TestCaseError::fail(format!("{text:?}: {error}")))?;
    prop_assert_eq!(again.inputs(), expression.inputs());
    prop_assert_eq!((again.symbol(), again.hold(), again.moves()), (expression.symbol(), expression.hold(), expression.moves()));
    prop_assert_eq!(&again.0.program, &expression.0.program);
    let mut memory = expression.memory();
    for at in 0..3 {
        expression.check(&mut memory, Nanos(at), |index| (index as f64 + at as f64) * 0.7);
    }
    for input in expression.inputs() {
        let kind = if input.kind == Kind::Truth { format!("({})", input.name) } else { format!("({}) > 0", input.name) };
        let named = parse(&kind).map_err(|error| TestCaseError::fail(format!("{kind:?}: {error}")))?;
        prop_assert_eq!(&named.inputs()[0], input);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    #[test]
    fn any_text_is_an_expression_or_an_error_that_can_be_shown(text in text(), cursor in 0_usize..60) {
        match parse(&text) {
            Ok(expression) => is_stable(&text, &expression)?,
            Err(error) => is_showable(&text, &error)?,
        }
        if let Some(found) = complete(&text, cursor).pop() {
            prop_assert!(text.get(found.replaces).is_some() && !found.text.is_empty() && !found.about.is_empty());
        }
    }
}

#[test]
fn huge_and_deep_texts_are_refused_at_once() {
    for text in [
        "x".repeat(100_000),
        "🚀".repeat(25_000),
        "price > 1 && ".repeat(8_000),
        "(".repeat(3_999),
        "(".repeat(10_000),
        "!".repeat(3_999),
        "-".repeat(3_999),
        "A:".repeat(1_999),
        "price > 1".to_owned() + &" ".repeat(5_000),
        "price\n".repeat(600),
        "\u{301}".repeat(1_900),
    ] {
        let error = parse(&text).unwrap_err();
        is_showable(&text, &error).unwrap();
        assert!(error.render(&text).len() < 1_000);
    }
    // As long and as deep as may be.
    let (open, close) = ("(".repeat(64), ")".repeat(64));
    read(&format!("{open}price > 1{close}"));
    assert!(parse(&format!("({open}price > 1{close})")).unwrap_err().message.contains("64 levels"));
    let sum = "price + ".repeat(498);
    assert_eq!(check(&format!("{sum} price > 498"), &[1.0]), Some(true));
    let many = |count: usize| (1..=count).map(|back| format!("close(1m, {back}) > 1")).collect::<Vec<_>>().join(" || ");
    assert_eq!(read(&many(32)).inputs().len(), 32);
    assert!(parse(&many(33)).unwrap_err().message.contains("32 quantities"));
    let moves = |count: usize| vec!["price moves 1% in 1s"; count].join(" && ");
    assert_eq!(read(&moves(8)).moves().len(), 8);
    assert!(parse(&moves(9)).unwrap_err().message.contains("8 `moves`"));
}

#[test]
fn an_error_is_rendered_on_any_text() {
    let error = parse("price > 5 && 🚀").unwrap_err();
    for text in ["", "é", "short", "🚀🚀🚀🚀🚀", "\u{1b}[31m\nnew"] {
        renders(text, &error).unwrap();
    }
}
