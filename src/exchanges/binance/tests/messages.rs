//! Messages: what each kind means.

use super::*;

#[test]
fn trades_of_either_kind_once() {
    let mut rig = Rig::import(Market::UsdM);
    let single = |id: u64, x: &str, p: &str, m: bool| {
        format!(r#"{{"e":"trade","E":9,"T":8,"s":"BTCUSDT","t":{id},"p":"{p}","q":"2","X":"{x}","m":{m},"st":1}}"#)
    };
    for text in [
        single(1, "MARKET", "10", true),
        single(2, "RPI", "10", false),
        single(3, "NA", "0", true),
        single(4, "INSURANCE_FUND", "10", true),
        single(5, "MARKET", "0", true),
        single(2, "MARKET", "10", true),
        agg(900, 1),
    ] {
        rig.text(&text).unwrap();
    }
    assert_eq!(rig.emitted(), ["BTCUSDT trade 1 sell 10 2", "BTCUSDT trade 2 buy 10 2"]);
    let counters = rig.feed.counters();
    assert_eq!((counters.messages, counters.non_market, counters.duplicates), (7, 3, 2));
}

#[test]
fn keys_in_any_order_with_spaces_and_numbers() {
    let mut rig = Rig::import(Market::Spot);
    rig.text(r#" { "data" : { "m" : false , "T" : 1 , "q" : 0.25 , "p" : 1e-7 , "a" : "7" , "s" : "BTCUSDT" , "e" : "aggTrade", "new":{"x":[1]} }, "stream" : "x" } "#)
        .unwrap();
    rig.text(r#"{"A":"2","a":"101","B":"1","b":"100","s":"\u0042TCUSDT","u":4}"#).unwrap();
    rig.text(r#"{"A":"2","a":"101","B":"1","b":"100","s":"BTCUSDT","u":4}"#).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT trade 7 buy 0.0000001 0.25", "BTCUSDT quote 4"]);
    assert_eq!(rig.feed.counters().duplicates, 1);
}

#[test]
fn liquidations_at_their_average_price() {
    let mut rig = Rig::import(Market::UsdM);
    let order = |s: &str, ap: &str, st: u8| {
        format!(
            r#"{{"stream":"!forceOrder@arr","data":{{"e":"forceOrder","E":5,"o":{{"s":"{s}","S":"SELL","o":"LIMIT","q":"9243","p":"0.1005200","ap":"{ap}","X":"FILLED","T":4,"ps":"x","st":{st}}}}}}}"#
        )
    };
    rig.text(&order("牛来USDT", "0.1057892", 1)).unwrap();
    rig.text(&order("PUMPUSDT", "0", 1)).unwrap();
    rig.text(&order("BTCUSD_PERP", "1", 2)).unwrap();
    assert_eq!(rig.emitted(), ["牛来USDT liq sell 0.1057892 9243", "PUMPUSDT liq sell 0.10052 9243"]);
}

#[test]
fn marks_and_the_other_universe() {
    let mut rig = Rig::import(Market::UsdM);
    rig.text(r#"[{"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"84551.10762319","i":"1","r":"-0.00000801","T":2,"st":1},{"e":"markPriceUpdate","E":1,"s":"BTCUSD_PERP","p":"1","st":2}]"#)
        .unwrap();
    rig.text(r#"{"stream":"!markPrice@arr","data":[{"e":"markPriceUpdate","E":1,"s":"ETHUSDT","p":"7","r":"","T":0}]}"#).unwrap();
    let steps = rig.take();
    let [Step::Emit(btc), Step::Emit(eth)] = steps.as_slice() else { panic!("{steps:?}") };
    let (Event::Mark(btc), Event::Mark(eth)) = (&btc.event, &eth.event) else { panic!() };
    assert_eq!((btc.funding.unwrap().units(), btc.next), (-801, Some(Nanos::from_millis(2))));
    assert_eq!((eth.funding, eth.next, eth.index), (None, None, None));
}

#[test]
fn candles_count_only_where_no_trades_come() {
    let candle = |closed: bool, interval: &str| {
        format!(
            r#"{{"e":"kline","E":1,"s":"BTCUSDT","k":{{"t":60000, "T":119999, "s":"BTCUSDT", "i":"{interval}", "o":"1", "c":"2", "h":"3", "l":"1", "v":"5", "n":4, "x":{closed}, "q":"9", "V":"2", "Q":"1", "B":"0"}}}}"#
        )
    };
    let mut rig = Rig::import(Market::UsdM);
    for text in [candle(false, "1m"), candle(true, "1m"), candle(true, "1M"), agg(1, 1), candle(true, "1m")] {
        rig.text(&text).unwrap();
    }
    assert_eq!(rig.emitted(), ["BTCUSDT bar 1m 2", "BTCUSDT trade 1 sell 100.5 0.2"]);
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    rig.take();
    rig.text(&candle(true, "1m")).unwrap();
    assert_eq!(rig.emitted(), ["up book"]);
}

#[test]
fn unknown_kinds_are_counted_and_broken_ones_named() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    rig.take();
    for text in [r#"{"stream":"x","data":{"e":"contractInfo","s":"BTCUSDT"}}"#, r#"{"hello":1}"#, r#"{"stream":"y","data":null}"#]
    {
        rig.text(text).unwrap();
    }
    assert_eq!((rig.feed.counters().unknown, rig.feed.counters().malformed), (3, 0));
    let huge = agg(1, 1).replace("100.5", "99999999999999999999");
    let error = rig.text(&huge).unwrap_err();
    assert_eq!(error.stream, "btcusdt@aggTrade");
    assert!(error.reason.contains("`p`: out of range"), "{error}");
    for text in [
        "",
        "7",
        "null",
        "{\"a\":",
        &agg(1, 1)[..80],
        &agg(1, 1).replace("BTCUSDT", "BTC\\u001b[31mUSDT"),
        &agg(1, 1).replace("\"m\":true", "\"m\":1"),
        &agg(1, 1).replace("\"a\":1", "\"a\":99999999999999999999999"),
        &agg(1, 1).replace("0.2", "-0.2"),
        &diff(9, 5, 4),
        &diff(5, 9, 4).replace("\"1\"", "\"1e400\""),
    ] {
        let error = rig.text(text).unwrap_err();
        assert!(!error.to_string().contains(char::is_control), "{error}");
    }
    assert!(rig.frame(Frame::Binary(ConnId(0), &[1, 2])).is_err());
    assert_eq!(rig.feed.counters().malformed, 13);
    assert!(rig.emitted().is_empty());
}
