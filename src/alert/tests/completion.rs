//! What is offered while an expression is typed.

use super::*;

/// What is offered where the bar stands: texts, and what they stand in for.
fn offered(text: &str) -> (Vec<String>, String) {
    let cursor = text.find('|').unwrap();
    let text = text.replacen('|', "", 1);
    let found = complete(&text, cursor);
    let replaced = found.first().map_or(String::new(), |found| text[found.replaces.clone()].to_owned());
    (found.into_iter().map(|found| found.text).collect(), replaced)
}

#[test]
fn names_are_offered_by_how_they_begin_and_then_by_what_is_in_them() {
    let (found, replaced) = offered("vol|");
    assert_eq!((found.as_slice(), replaced.as_str()), (["volume(1m)".to_owned()].as_slice(), "vol"));
    assert_eq!(offered("price > 1 && bid|"), (vec!["bid".into(), "bid_qty".into()], "bid".into()));
    assert_eq!(offered("b|x > 1").1, "bx");
    let (found, _) = offered("qty|");
    assert_eq!(found, ["bid_qty", "ask_qty"]);
    assert_eq!(offered("RS|").0[0], "rsi(14, 1m)");
    assert_eq!(offered("rs|(14, 5m) < 30").0, ["rsi"]);
    assert_eq!(offered("ETHUSDT:zs|").0, ["zscore(ETHUSDT, BTCUSDT, 1m)"]);
    assert!(offered("|").0.len() > 60);
    for nothing in ["65|", "price > 1 && xyz|", "price moves 2|"] {
        assert_eq!(offered(nothing).0, Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn what_is_offered_depends_on_what_stands_before() {
    assert_eq!(offered("ofi.|").0, ["z", "osc"]);
    assert_eq!(offered("wall(levels=3).bid_|").0, ["bid_wall", "bid_wall_price"]);
    assert_eq!(offered("feed.a|").0, ["age", "rate", "latency"]);
    assert_eq!(offered("price.|").0, Vec::<String>::new());
    assert_eq!(offered("ofi(|").0, ["window="]);
    assert_eq!(offered("sma(20, p|").0, ["period="]);
    assert_eq!(offered("sma(20, |").0.len(), 12);
    assert_eq!(offered("volume(|").0.len(), 11);
    assert_eq!(offered("zscore(A, B, 1m, method=|").0, ["ols", "huber", "kalman"]);
    assert_eq!(offered("zscore(A, B, 1m, corr=c|").0, ["closes"]);
    assert_eq!(offered("price crosses |").0, ["above", "below"]);
    assert_eq!(offered("price cr|").0, ["crosses above", "crosses below"]);
    assert_eq!(offered("price moves |").0, ["2% in 15m"]);
    assert_eq!(offered("price moves 2% |").0, ["in 15m"]);
    assert_eq!(offered("price > 5 f|").0, ["for"]);
    assert_eq!(offered("price > 5 for |").0[0], "5s");
    assert_eq!(offered("(price > 5) |").0[0], ">");
    assert_eq!(offered("price > (b|").0[..2], ["bid".to_owned(), "bid_qty".to_owned()]);
}

#[test]
fn what_is_offered_for_an_empty_text_can_be_read() {
    for found in complete("", 0) {
        let written = format!("{} != 0", found.text);
        assert!(parse(&written).is_ok() || parse(&found.text).is_ok(), "{}", found.text);
    }
}
