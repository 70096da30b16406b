//! What particular lines mean.

use super::*;
use crate::domain::{Event, LinkScope, LinkState, Market, Price, Qty, Side, UserAction};

fn read(line: &str) -> Result<Decoded<'_>, LineError> {
    decode_line(line.as_bytes(), &LineContext::for_file_name("ETHUSDT-2024.rec.gz"))
}

fn market(line: &str) -> Market {
    match read(line).unwrap().record {
        Record::Input { payload: Payload::Market(market), .. } => market,
        other => panic!("{other:?}"),
    }
}

fn action(line: &str) -> UserAction {
    match read(line).unwrap().record {
        Record::Input { payload: Payload::User(action), .. } => action,
        other => panic!("{other:?}"),
    }
}

fn reason(line: &str) -> String {
    read(line).unwrap_err().to_string()
}

#[test]
fn the_example_of_the_format() {
    let line = r#"{"ts": 1722856114.123, "topic": "trade", "data": {"price": 63850.1, "qty": 0.002, "side": "buy"}}"#;
    let decoded = read(line).unwrap();
    assert_eq!(decoded.record.at(), Nanos(1_722_856_114_123_000_000));
    let Market { symbol, event: Event::Trade(trade) } = market(line) else { panic!() };
    assert_eq!(symbol.unwrap().as_str(), "ETHUSDT");
    assert_eq!((trade.price, trade.qty), (Price::from_units(6_385_010_000_000), Qty::from_units(200_000)));
    assert_eq!((trade.side, trade.id, trade.ex), (Side::Buy, None, None));
}

#[test]
fn any_order_and_spelling() {
    let line = r#" {"data":{"side":"\u0073ell","qty":"0.5","extra":{"a":[1]},"price":1.5e1,"id":"a7-b"},"x":1,"topic":"trade","sym":"BTC","ts":"7.25"} "#;
    let decoded = read(line).unwrap();
    assert_eq!((decoded.unknown_keys, decoded.record.at()), (2, Nanos(7_250_000_000)));
    let Market { event: Event::Trade(trade), .. } = market(line) else { panic!() };
    assert_eq!((trade.price.to_string(), trade.side, trade.id), ("15".to_owned(), Side::Sell, None));
}

#[test]
fn the_symbol_of_a_line_without_one() {
    assert_eq!(LineContext::for_file_name("BTCUSDT_20240808.rec.gz").default_symbol().as_str(), "BTCUSDT");
    assert_eq!(LineContext::for_file_name("session.rec").default_symbol(), Symbol::UNKNOWN);
    let mut context = LineContext::for_file_name("BTCUSDT_1.rec.gz");
    context.learn(&crate::recording::samples::meta(&["SOLUSDT"]));
    assert_eq!(context.default_symbol().as_str(), "SOLUSDT");
    context.learn(&crate::recording::samples::meta(&["SOLUSDT", "XRPUSDT"]));
    assert_eq!(context.default_symbol().as_str(), "BTCUSDT");
}

#[test]
fn links_without_symbol_are_of_all() {
    let Market { symbol, event: Event::Link(link) } =
        market(r#"{"ts":1,"topic":"link","data":{"state":"resync","scope":"book","why":"gap"}}"#)
    else {
        panic!()
    };
    assert_eq!((symbol, link.state, link.scope, link.why.as_str()), (None, LinkState::Resync, LinkScope::Book, "gap"));
    assert!(reason(r#"{"ts":1,"topic":"link","data":{"state":"left"}}"#).contains("up, down or resync"));
}

#[test]
fn users_actions_are_never_lost() {
    let mark = action(r#"{"ts":1,"topic":"user","data":{"do":"mark","label":"news"}}"#);
    assert_eq!(mark, UserAction::Mark("news".to_owned()));
    let later = action(r#"{"ts":1,"topic":"user","data":{"do":"order","qty":1.50}}"#);
    assert_eq!(later, UserAction::Other(r#"{"do":"order","qty":1.50}"#.to_owned()));
    let UserAction::AddSymbol(added) = action(r#"{"ts":1,"topic":"user","data":{"do":"add_symbol","sym":"X","tick":0.1}}"#)
    else {
        panic!()
    };
    assert_eq!((added.tick.to_string().as_str(), added.lot), ("0.1", Qty::ZERO));
    assert!(reason(r#"{"ts":1,"topic":"user","data":{"do":"bars","bars":"renko:1"}}"#).contains("renko:1"));
}

#[test]
fn an_action_that_is_no_line_is_still_written_as_one() {
    for text in ["{\"do\":\"x\",\n\r\n \"a\":1}", "no json\n{", ""] {
        let payload = Payload::User(UserAction::Other(text.to_owned()));
        let mut line = Vec::new();
        crate::recording::encode_input(&crate::domain::Input { seq: 1, at: Nanos(1), payload }, &mut line);
        assert_eq!(memchr::memchr_iter(b'\n', &line).count(), 1);
        assert!(decode_line(&line, &LineContext::default()).is_ok());
    }
}

#[test]
fn bars_say_their_start_or_it_is_told_from_the_close() {
    let line = r#"{"ts":120,"topic":"bar","sym":"X","data":{"tf":"1m","o":1,"h":2,"l":0.5,"c":1.5,"v":10}}"#;
    let Record::Bar { bar, spec, .. } = read(line).unwrap().record else { panic!() };
    assert_eq!((bar.start, bar.trades, spec.to_string().as_str()), (Nanos::from_secs(60), 0, "1m"));
    let line = line.replace("\"v\":10", "\"v\":10,\"derived\":true");
    assert!(matches!(read(&line).unwrap().record, Record::Derived { topic: DerivedTopic::Bar, .. }));
}

#[test]
fn derived_and_unknown_topics() {
    for topic in ["indi", "signal", "order", "fill", "equity", "alert"] {
        let line = format!("{{\"ts\":1,\"topic\":\"{topic}\",\"data\":{{\"v\":1}}}}");
        assert!(matches!(read(&line).unwrap().record, Record::Derived { topic: t, .. } if t.as_str() == topic));
    }
    let line = r#"{"ts":1,"topic":"weather","data":"rain"}"#;
    assert!(matches!(read(line).unwrap().record, Record::Unknown { topic, .. } if topic == "weather"));
}

#[test]
fn reasons_name_the_place() {
    for (line, expected) in [
        (r#"{"ts":1,"topic":"trade","data":{"price":1,"qty":1}}"#, "`side` is missing"),
        (r#"{"ts":1,"topic":"trade","data":{"price":1,"qty":1,"side":"hold"}}"#, "`side` is `hold`: expected buy or sell"),
        (r#"{"ts":1,"topic":"trade","data":{"price":0.000000001,"qty":1,"side":"buy"}}"#, "`price`: more than 8 decimal places"),
        (r#"{"ts":1,"topic":"trade","data":{"price":1e11,"qty":1,"side":"buy"}}"#, "`price`: out of range"),
        (r#"{"ts":1,"topic":"trade","data":{"price":1,"qty":-1,"side":"buy"}}"#, "`qty` is negative"),
        (r#"{"ts":1,"topic":"trade","data":{"price":1,"price":2,"qty":1,"side":"buy"}}"#, "key `price` occurs twice"),
        (r#"{"ts":1,"topic":"trade","data":{"price":{},"qty":1,"side":"buy"}}"#, "`price`: not a decimal number"),
        (r#"{"ts":1,"topic":"trade"}"#, "`data` is missing"),
        (r#"{"ts":1,"topic":"trade","data":[]}"#, "`data` is `[]`: expected an object"),
        (r#"{"ts":1.0000000001,"topic":"trade","data":{}}"#, "`ts` is not a time"),
        (r#"{"ts":1722856114123,"topic":"trade","data":{}}"#, "`ts` is not a time"),
        (r#"{"topic":"trade"}"#, "`ts` is missing"),
        (r#"{"ts":1,"topic":"trade","sym":"A B","data":{}}"#, "`sym`: a symbol has no spaces"),
        (r#"{"ts":1,"topic":"depth","data":{"first":1.5,"last":2}}"#, "`first` is `1.5`: expected a whole number"),
        (r#"{"ts":1,"topic":"depth","data":{"first":1,"last":2,"bids":[[1]]}}"#, "`bids` is `[[1]]`"),
        (r#"{"ts":1,"topic":"meta","data":{"format":"rtai.rec","version":2}}"#, "version 2"),
        (r#"{"ts":1,"topic":"trade","data":{"price":1"#, "not a json object"),
        ("[]", "not a json object"),
        ("", "not a json object"),
    ] {
        let found = reason(line);
        assert!(found.to_lowercase().contains(&expected.to_lowercase()), "{line}: {found}");
    }
    let found = decode_line(b"{\"ts\":1,\"topic\":\"\xff\"}", &LineContext::default()).unwrap_err();
    assert_eq!(found, LineError::NotText);
}

#[test]
fn deep_nesting_is_no_stack_overflow() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for line in [
            deep.clone(),
            format!("{{\"ts\":1,\"topic\":\"trade\",\"data\":{deep}}}"),
            format!("{{\"ts\":1,\"topic\":\"depth\",\"data\":{{\"first\":1,\"last\":1,\"bids\":{deep}}}}}"),
            format!("{{\"ts\":1,\"topic\":\"meta\",\"data\":{{\"engine\":{{\"seed\":{deep}}}}}}}"),
            format!("{{\"ts\":1,\"topic\":\"history\",\"data\":{{\"tf\":\"1m\",\"bars\":{deep}}}}}"),
        ] {
            assert!(read(&line).is_err());
        }
        assert!(read(&format!("{{\"ts\":1,\"topic\":\"user\",\"data\":{deep}}}")).is_ok());
    }
}
