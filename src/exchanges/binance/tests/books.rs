//! Order books: in step, out of step, and back.

use super::*;

fn synced() -> Rig {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    let asked = rig.snapshots_asked();
    assert_eq!(asked.len(), 1);
    rig.text(&diff(5, 12, 4)).unwrap();
    rig.answer(&asked[0].tag, &snapshot(10)).unwrap();
    assert_eq!(rig.emitted(), ["up book", "BTCUSDT book 10", "BTCUSDT depth 12"]);
    rig
}

#[test]
fn a_book_is_fetched_on_open_and_joined_with_what_was_buffered() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    let asked = rig.snapshots_asked();
    assert_eq!((asked[0].path.as_str(), asked[0].weight), ("/fapi/v1/depth?symbol=BTCUSDT&limit=1000", 20));
    for text in [diff(1, 4, 0), diff(5, 9, 4), diff(8, 12, 9), diff(14, 15, 12)] {
        rig.text(&text).unwrap();
    }
    rig.answer(&asked[0].tag, &snapshot(10)).unwrap();
    assert_eq!(rig.emitted(), ["up book", "BTCUSDT book 10", "BTCUSDT depth 12", "BTCUSDT depth 15"]);
    rig.text(&diff(20, 21, 15)).unwrap();
    rig.text(&diff(20, 21, 15)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT depth 21"]);
    assert_eq!(rig.feed.counters().duplicates, 1);
    let (last, book) = rig.feed.book(symbol("BTCUSDT")).unwrap();
    assert_eq!((last, book.best_bid().unwrap().1.to_string()), (21, "1".to_owned()));
}

#[test]
fn a_gap_is_told_and_healed() {
    let mut rig = synced();
    rig.text(&diff(30, 31, 29)).unwrap();
    let steps = rig.take();
    let [Step::Emit(told), Step::Fetch(fetch)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(short(told.clone()), "BTCUSDT resync updates between 12 and 29 are missing");
    assert!(rig.feed.book(symbol("BTCUSDT")).is_none());
    rig.text(&diff(35, 36, 31)).unwrap();
    rig.answer(&fetch.tag, &snapshot(30)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT book 30", "BTCUSDT depth 31", "BTCUSDT depth 36"]);
    assert_eq!(rig.feed.counters().resyncs, 1);
}

#[test]
fn a_crossed_book_is_fetched_anew_and_never_shown() {
    let mut rig = synced();
    rig.text(&levels(13, 14, 12, r#"[["101","1"]]"#, "[]")).unwrap();
    let steps = rig.take();
    let [Step::Emit(told), Step::Fetch(fetch)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(short(told.clone()), "BTCUSDT resync the best bid is not below the best ask at update 14");
    let crossed = r#"{"lastUpdateId":15,"bids":[["102","1"]],"asks":[["101","1"]]}"#;
    rig.answer(&fetch.tag, crossed).unwrap();
    assert_eq!(rig.snapshots_asked().len(), 1);
}

#[test]
fn a_server_with_only_old_books_is_asked_ever_more_slowly() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    let mut asked = rig.snapshots_asked();
    rig.text(&diff(100, 110, 99)).unwrap();
    let mut waits = Vec::new();
    for _ in 0..40 {
        assert_eq!(asked.len(), 1, "one at a time");
        let fetch = asked.remove(0);
        rig.at += fetch.after;
        rig.answer(&fetch.tag, &snapshot(10)).unwrap();
        waits.push(fetch.after.0 / 1_000_000);
        asked = rig.snapshots_asked();
        assert!(rig.feed.book(symbol("BTCUSDT")).is_none());
    }
    assert_eq!(waits[..6], [100, 200, 400, 800, 1_600, 2_000]);
    assert_eq!(waits[39], 30_000);
    // And a good one is taken at once.
    rig.answer(&asked[0].tag, &snapshot(105)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT book 105", "BTCUSDT depth 110"]);
}

#[test]
fn trouble_counts_as_over_after_a_minute_in_step() {
    let mut rig = synced();
    rig.text(&diff(30, 31, 29)).unwrap();
    let fetch = rig.snapshots_asked().remove(0);
    assert_eq!(fetch.after, Nanos::from_millis(200));
    rig.answer(&fetch.tag, &snapshot(31)).unwrap();
    rig.at += Nanos::from_secs(61);
    rig.text(&diff(50, 51, 49)).unwrap();
    assert_eq!(rig.snapshots_asked()[0].after, Nanos::from_millis(100));
}

#[test]
fn refusals_are_respected() {
    let mut rig = Rig::live(Market::Spot, &["BTCUSDT"]);
    let fetch = rig.snapshots_asked().remove(0);
    assert_eq!(fetch.weight, 50);
    rig.fail(&fetch.tag, 429, Some(Nanos::from_secs(7)));
    let steps = rig.take();
    let [Step::Fetch(again), Step::Notice(Severity::Warning, text)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(again.after, Nanos::from_secs(7));
    assert_eq!(text, "BTCUSDT: no order book yet: the exchange answered 429; trying again in 7.0 s");
    rig.fail(&again.tag, 503, None);
    let again = rig.snapshots_asked().remove(0);
    assert_eq!(again.after, Nanos::from_millis(400));
    assert!(rig.answer(&again.tag, "<html>").is_err());
    let again = rig.snapshots_asked().remove(0);
    rig.fail(&again.tag, 418, None);
    assert_eq!(rig.snapshots_asked()[0].after, Nanos::from_secs(120));
}

#[test]
fn an_answer_that_never_comes_is_asked_for_again_and_ignored_when_late() {
    let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
    let first = rig.snapshots_asked().remove(0);
    rig.text(&diff(5, 12, 4)).unwrap();
    rig.pass(10);
    assert!(rig.snapshots_asked().is_empty());
    rig.pass(1);
    let second = rig.snapshots_asked().remove(0);
    assert_ne!(first.tag, second.tag);
    rig.answer(&first.tag, &snapshot(10)).unwrap();
    rig.fail(&first.tag, 500, None);
    assert!(rig.take().is_empty());
    // The second may take twice as long.
    rig.pass(11);
    assert!(rig.snapshots_asked().is_empty());
    rig.answer(&second.tag, &snapshot(10)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT book 10", "BTCUSDT depth 12"]);
}

#[test]
fn what_is_buffered_is_bounded() {
    let mut rig = Rig::live(Market::Spot, &["BTCUSDT"]);
    let fetch = rig.snapshots_asked().remove(0);
    for id in 1..=3_000 {
        rig.text(&spot_diff(id, id)).unwrap();
    }
    rig.take();
    // The first thousand are gone: a book from among them is too old, a newer one fits.
    rig.answer(&fetch.tag, &snapshot(900)).unwrap();
    let fetch = rig.snapshots_asked().remove(0);
    rig.answer(&fetch.tag, &snapshot(1_000)).unwrap();
    assert_eq!(rig.emitted().len(), 2_001);
}

#[test]
fn a_gap_inside_the_buffer_needs_a_book_beyond_it() {
    let mut rig = Rig::live(Market::Spot, &["BTCUSDT"]);
    let fetch = rig.snapshots_asked().remove(0);
    for text in [spot_diff(5, 6), spot_diff(7, 8), spot_diff(20, 21)] {
        rig.text(&text).unwrap();
    }
    rig.take();
    rig.answer(&fetch.tag, &snapshot(6)).unwrap();
    let fetch = rig.snapshots_asked().remove(0);
    rig.answer(&fetch.tag, &snapshot(19)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT book 19", "BTCUSDT depth 21"]);
}

#[test]
fn partial_frames_stay_out_of_the_chain() {
    let mut rig = synced();
    rig.text(&diff(90, 91, 89).replace("depth@100ms", "depth20@100ms")).unwrap();
    rig.text(r#"{"stream":"btcusdt@depth5","data":{"lastUpdateId":1,"bids":[],"asks":[]}}"#).unwrap();
    rig.text(r#"{"lastUpdateId":99,"bids":[],"asks":[]}"#).unwrap();
    rig.text(&diff(13, 14, 12)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT depth 14"]);
}

#[test]
fn a_capture_carries_its_snapshot_between_the_messages() {
    let mut rig = Rig::import(Market::Spot);
    for text in [spot_diff(5, 6), spot_diff(7, 9), snapshot(6), spot_diff(10, 10), snapshot(3)] {
        rig.text(&text).unwrap();
    }
    assert_eq!(rig.emitted(), ["BTCUSDT book 6", "BTCUSDT depth 9", "BTCUSDT depth 10"]);
    rig.text(&spot_diff(12, 12)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT resync updates between 10 and 11 are missing"]);
    // Any number of a request will do here.
    rig.answer(&Tag::Snapshot(symbol("BTCUSDT"), 77), &snapshot(11)).unwrap();
    assert_eq!(rig.emitted(), ["BTCUSDT book 11", "BTCUSDT depth 12"]);
    // Two that wait: whose would it be?
    rig.text(&spot_diff(20, 20)).unwrap();
    rig.text(&spot_diff(20, 20).replace("BTC", "ETH")).unwrap();
    assert!(rig.text(&snapshot(20)).unwrap_err().reason.contains("whose"));
}
