//! What is fetched beside order books.

use super::*;
use crate::domain::Timeframe;

const INFO: &str = r#"{"symbols":[
    {"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[{"filterType":"PRICE_FILTER","tickSize":"0.10"}]},
    {"symbol":"ETHUSDT","status":"TRADING","filters":[]},{"symbol":"LUNAUSDT","status":"BREAK","filters":[]}]}"#;

fn started(market: Market, symbols: &[&str]) -> (Rig, Vec<Fetch>) {
    let mut rig = Rig::live(market, symbols);
    rig.take();
    rig.feed.start(rig.at, &mut rig.out);
    let fetch = |step: Step| if let Step::Fetch(fetch) = step { fetch } else { panic!("{step:?}") };
    let fetches = rig.take().into_iter().map(fetch).collect();
    (rig, fetches)
}

#[test]
fn the_start_asks_for_clock_rules_and_bars() {
    let (mut rig, fetches) = started(Market::UsdM, &["BTCUSDT", "ETHUSDT"]);
    let paths: Vec<&str> = fetches.iter().map(|fetch| fetch.path.as_str()).collect();
    assert_eq!(paths.len(), 8);
    assert_eq!(
        paths[..4],
        [
            "/fapi/v1/time",
            "/fapi/v1/exchangeInfo",
            "/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500",
            "/fapi/v1/klines?symbol=ETHUSDT&interval=1m&limit=1500",
        ]
    );
    rig.answer(&Tag::Time, r#"{"serverTime":1500}"#).unwrap();
    rig.answer(&Tag::Instruments, INFO).unwrap();
    let steps = rig.take();
    let [Step::ServerTime(time), Step::Instruments(list)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!((time.millis(), list.len(), list[0].tick.to_string().as_str()), (1_500, 2, "0.1"));
    let row = r#"[[60000,"1","2","1","2","5.5",119999,"6",3,"5","5","0"]]"#;
    rig.answer(&fetches[2].tag, row).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT history 1m 1"]);
}

#[test]
fn names_that_do_not_exist_get_suggestions() {
    let (mut rig, _) = started(Market::UsdM, &["BTCUSDT", "BTCUDST", "LUNAUSDT"]);
    rig.answer(&Tag::Instruments, INFO).unwrap();
    let said: Vec<String> = rig.notices().into_iter().map(|(_, text)| text).collect();
    assert_eq!(said[0], "BTCUDST does not exist on this exchange; near it: BTCUSDT, ETHUSDT");
    assert_eq!(said[1], "LUNAUSDT is not traded now (status BREAK)");
}

#[test]
fn spot_asks_by_name_and_for_all_when_a_name_is_refused() {
    let (mut rig, fetches) = started(Market::Spot, &["BTCUSDT", "NOPE"]);
    assert_eq!(fetches[1].path, "/api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%2C%22NOPE%22%5D");
    rig.fail(&Tag::Instruments, 400, None);
    let steps = rig.take();
    let [Step::Fetch(all)] = steps.as_slice() else { panic!("{steps:?}") };
    assert!(all.path.starts_with("/api/v3/exchangeInfo?permissions=SPOT"));
    rig.answer(&Tag::Instruments, INFO).unwrap();
    let steps = rig.take();
    assert!(steps.iter().any(|s| matches!(s, Step::Notice(Severity::Error, text) if text.starts_with("NOPE does not exist"))));
    assert!(steps.iter().any(|s| matches!(s, Step::Instruments(list) if list.len() == 1)));
}

#[test]
fn an_answer_that_leaves_a_name_out_leads_to_the_whole_list_once() {
    let (mut rig, _) = started(Market::Spot, &["BTCUSDT", "NOPE"]);
    rig.answer(&Tag::Instruments, INFO).unwrap();
    let asked = rig.take().iter().filter(|s| matches!(s, Step::Fetch(_))).count();
    rig.answer(&Tag::Instruments, INFO).unwrap();
    let again = rig.take().iter().filter(|s| matches!(s, Step::Fetch(_))).count();
    assert_eq!((asked, again), (1, 0));
}

#[test]
fn bars_are_asked_for_five_times() {
    let (mut rig, fetches) = started(Market::UsdM, &["BTCUSDT"]);
    let mut tag = fetches[2].tag.clone();
    let mut waits = Vec::new();
    for _ in 0..4 {
        rig.fail(&tag, 502, None);
        let steps = rig.take();
        let Some(Step::Fetch(again)) = steps.iter().find(|s| matches!(s, Step::Fetch(_))) else { panic!("{steps:?}") };
        waits.push(again.after.millis());
        tag = again.tag.clone();
    }
    assert!(waits.is_sorted() && waits[0] > 0, "{waits:?}");
    assert!(rig.answer(&tag, "{}").is_err());
    let steps = rig.take();
    let [Step::Notice(Severity::Error, text)] = steps.as_slice() else { panic!("{steps:?}") };
    assert!(text.starts_with("BTCUSDT: latest bars of 1m could not be fetched: the answer could not be read"), "{text}");
}

#[test]
fn older_bars_on_demand_where_there_are_any() {
    let (mut rig, _) = started(Market::UsdM, &["BTCUSDT"]);
    let before = Some(Nanos::from_secs(120));
    rig.feed.request_history(symbol("BTCUSDT"), Timeframe::M5, before, &mut rig.out);
    rig.feed.request_history(symbol("BTCUSDT"), Timeframe::S1, None, &mut rig.out);
    let steps = rig.take();
    let [Step::Fetch(fetch), Step::Notice(Severity::Info, _)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(fetch.path, "/fapi/v1/klines?symbol=BTCUSDT&interval=5m&limit=1000&endTime=119999");
    assert_eq!(fetch.tag, Tag::History(symbol("BTCUSDT"), Timeframe::M5, before));
}

#[test]
fn an_import_asks_for_nothing() {
    let mut rig = Rig::import(Market::UsdM);
    rig.feed.start(rig.at, &mut rig.out);
    rig.frame(Frame::Open(ConnId(0))).unwrap();
    rig.feed.request_history(symbol("BTCUSDT"), Timeframe::M5, None, &mut rig.out);
    rig.feed.add_symbol(rig.at, symbol("BTCUSDT"), &mut rig.out);
    rig.fail(&Tag::Time, 500, None);
    rig.pass(1_000);
    assert!(rig.take().is_empty());
    rig.answer(&Tag::Instruments, INFO).unwrap();
    rig.text(&quote(1).replace("BTC", "ETH")).unwrap();
    let told = rig.take().into_iter().filter_map(|s| if let Step::Instruments(list) = s { Some(list[0].symbol) } else { None });
    assert_eq!(told.collect::<Vec<_>>(), [symbol("BTCUSDT"), symbol("ETHUSDT")]);
}
