//! Connections: up, down, silent, subscribed, refused.

use super::*;

#[test]
fn up_comes_with_the_first_data_and_down_stops_the_book() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    let late = rig.snapshots_asked().remove(0);
    rig.text(r#"{"result":null,"id":1}"#).unwrap();
    assert_eq!(rig.emitted(), Vec::<String>::new());
    rig.text(&quote(5)).unwrap();
    rig.frame(Frame::Text(ConnId(1), &agg(7, 1))).unwrap();
    assert_eq!(rig.emitted(), ["up book", "BTCUSDT quote 5", "up trades", "BTCUSDT trade 7 sell 100.5 0.2"]);
    rig.frame(Frame::Closed(ConnId(0), "reset\u{1b}[31m by peer")).unwrap();
    assert_eq!(rig.emitted(), ["down book"]);
    rig.answer(&late.tag, &snapshot(10)).unwrap();
    rig.pass(30);
    assert!(rig.snapshots_asked().is_empty());
    rig.frame(Frame::Open(ConnId(0))).unwrap();
    assert_eq!(rig.snapshots_asked().len(), 1);
    // An older quote on a new connection is no repeat.
    rig.text(&quote(3)).unwrap();
    assert_eq!(rig.emitted(), ["up book", "BTCUSDT quote 3"]);
}

#[test]
fn one_connection_of_spot_carries_everything() {
    let mut rig = Rig::live(Market::Spot, &["BTCUSDT"]);
    rig.take();
    rig.text(&agg(7, 1)).unwrap();
    rig.frame(Frame::Closed(ConnId(0), "gone")).unwrap();
    assert_eq!(rig.emitted(), ["up all", "BTCUSDT trade 7 sell 100.5 0.2", "down all"]);
}

#[test]
fn a_handover_repeats_nothing_and_loses_nothing() {
    let mut rig = Rig::live(Market::Spot, &["BTCUSDT"]);
    let fetch = rig.snapshots_asked().remove(0);
    rig.text(&spot_diff(5, 6)).unwrap();
    rig.answer(&fetch.tag, &snapshot(5)).unwrap();
    rig.take();
    rig.text(r#"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#).unwrap();
    assert!(matches!(rig.take().as_slice(), [Step::Handover(ConnId(0), _)]));
    // Both connections deliver for a while.
    for text in
        [spot_diff(7, 8), spot_diff(7, 8), agg(1, 1), agg(2, 2), agg(1, 1), quote(9), agg(2, 2), quote(9), spot_diff(9, 9)]
    {
        rig.text(&text).unwrap();
    }
    assert_eq!(
        rig.emitted(),
        [
            "BTCUSDT depth 8",
            "BTCUSDT trade 1 sell 100.5 0.2",
            "BTCUSDT trade 2 sell 100.5 0.2",
            "BTCUSDT quote 9",
            "BTCUSDT depth 9"
        ]
    );
    assert_eq!(rig.feed.counters().duplicates, 4);
}

#[test]
fn a_silent_connection_is_opened_anew() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    rig.take();
    rig.pass(11);
    let reconnects = |rig: &mut Rig| {
        let conn = |step: &Step| if let Step::Reconnect(conn, _) = step { Some(conn.0) } else { None };
        rig.take().iter().filter_map(conn).collect::<Vec<_>>()
    };
    assert_eq!(reconnects(&mut rig), [0, 1]);
    rig.pass(1);
    assert_eq!(reconnects(&mut rig), Vec::<u8>::new());
}

#[test]
fn an_accepted_stream_that_stays_silent_is_said_once() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    let sent = rig.feed.subscriptions(ConnId(1));
    assert!(sent.len() == 1 && sent[0].contains("\"id\":10001"));
    rig.frame(Frame::Text(ConnId(1), r#"{"result":null,"id":10001}"#)).unwrap();
    rig.take();
    for second in 0..80 {
        let mark = format!(
            r#"{{"stream":"btcusdt@markPrice@1s","data":{{"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"{second}.5","i":"1","r":"","T":0}}}}"#
        );
        rig.frame(Frame::Text(ConnId(1), &mark)).unwrap();
        rig.text(&quote(second + 1)).unwrap();
        rig.text(&diff(1, 2, 0)).unwrap();
        rig.pass(1);
    }
    let said: Vec<String> = rig.notices().into_iter().map(|(_, text)| text).filter(|text| text.contains("aggTrade")).collect();
    assert_eq!(said, ["btcusdt@aggTrade was accepted but sends nothing (wrong route?)"]);
    let silent: Vec<&str> = rig.feed.streams().iter().filter(|s| s.is_silent(rig.at)).map(|s| s.name.as_str()).collect();
    assert_eq!(silent, ["btcusdt@aggTrade"]);
    let counts: Vec<u64> = rig.feed.streams().iter().map(|stream| stream.count).collect();
    assert_eq!(counts, [80, 80, 0, 80, 0]);
}

#[test]
fn a_refusal_names_the_streams() {
    let mut rig = Rig::live(Market::Spot, &["BTCUSDT"]);
    rig.take();
    for text in [
        r#"{"error":{"code":2,"msg":"Invalid request: \u001b[2Junknown"},"id":1}"#,
        r#"{"code":3,"msg":"Invalid JSON"}"#,
        r#"{"code":0,"msg":"Unknown property","id":999}"#,
    ] {
        rig.text(text).unwrap();
    }
    let said: Vec<String> = rig.notices().into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        said,
        [
            "Binance spot refused btcusdt@bookTicker, btcusdt@depth@100ms, btcusdt@aggTrade: Invalid request: [2Junknown (code 2)",
            "Binance spot refused a request: Invalid JSON (code 3)",
            "Binance spot refused a request: Unknown property (code 0)",
        ]
    );
}

#[test]
fn symbols_come_and_go() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    rig.take();
    rig.feed.add_symbol(rig.at, symbol("牛来USDT"), &mut rig.out);
    rig.feed.add_symbol(rig.at, symbol("牛来USDT"), &mut rig.out);
    let steps = rig.take();
    let sent: Vec<(u8, &str)> =
        steps.iter().filter_map(|s| if let Step::Send(conn, text) = s { Some((conn.0, text.as_str())) } else { None }).collect();
    assert_eq!(sent.len(), 2);
    assert!(sent[0].1.contains("牛来usdt@depth@100ms") && sent[1].1.contains("牛来usdt@aggTrade"));
    let fetched: Vec<&str> =
        steps.iter().filter_map(|s| if let Step::Fetch(f) = s { Some(f.path.as_str()) } else { None }).collect();
    assert!(fetched.contains(&"/fapi/v1/exchangeInfo"));
    assert!(fetched.contains(&"/fapi/v1/depth?symbol=%E7%89%9B%E6%9D%A5USDT&limit=1000"));
    assert_eq!(fetched.iter().filter(|path| path.contains("klines")).count(), 3);
    rig.feed.remove_symbol(symbol("BTCUSDT"), &mut rig.out);
    let steps = rig.take();
    assert!(steps.iter().all(|s| matches!(s, Step::Send(_, text) if text.contains("UNSUBSCRIBE"))), "{steps:?}");
    // What still arrives of it is nobody's.
    rig.text(&agg(1, 1)).unwrap();
    rig.text(&diff(1, 2, 0)).unwrap();
    assert!(rig.take().is_empty());
    rig.text(&agg(1, 1).replace("BTC", "牛来")).unwrap();
    assert_eq!(rig.emitted(), ["up book", "牛来USDT trade 1 sell 100.5 0.2"]);
    assert!(rig.feed.streams().iter().all(|stream| stream.symbol == symbol("牛来USDT")));
}
