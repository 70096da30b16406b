//! What an index says of a file.

use super::*;
use crate::domain::{BookSnapshot, Link, LinkScope, LinkState, Liquidation, Price, Qty, Side};
use crate::recording::RecordingFile;
use crate::recording::samples::{meta, trade};

fn file(inputs: &[Input]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("BTCUSDT_20240808.rec.gz");
    let mut file = RecordingFile::create(&path).unwrap();
    for input in inputs {
        file.write_input(input).unwrap();
    }
    file.finish().unwrap();
    (folder, path)
}

fn at(secs: i64, payload: Payload) -> Input {
    Input { seq: 0, at: Nanos::from_secs(secs), payload }
}

fn market(secs: i64, symbol: Option<&str>, event: Event) -> Input {
    at(secs, Payload::Market(Market { symbol: symbol.map(|s| Symbol::new(s).unwrap()), event }))
}

fn link(secs: i64, symbol: Option<&str>, state: LinkState) -> Input {
    market(secs, symbol, Event::Link(Link { state, scope: LinkScope::All, why: "test".to_owned() }))
}

#[test]
fn a_session_summed_up() {
    let mut inputs = vec![at(1_000, Payload::Meta(Box::new(meta(&["BTCUSDT", "ETHUSDT"]))))];
    inputs.extend((0..100).map(|i| trade(i, Nanos::from_secs(1_000 + i as i64), i as i64)));
    inputs.push(trade(1, Nanos::from_secs(1_300), 9_999));
    inputs.push(link(1_310, None, LinkState::Down));
    inputs.push(link(1_500, None, LinkState::Up));
    inputs.push(link(1_501, Some("ETHUSDT"), LinkState::Resync));
    inputs.push(market(1_502, Some("ETHUSDT"), Event::Book(BookSnapshot::default())));
    inputs.push(at(1_503, Payload::User(UserAction::Mark("here\u{1b}".to_owned()))));
    let (price, qty) = (Price::from_units(5), Qty::from_units(5));
    let order = Liquidation { side: Side::Sell, price, qty, ex: None };
    inputs.push(market(1_504, Some("ETHUSDT"), Event::Liquidation(order)));
    inputs.push(link(1_505, Some("BTCUSDT"), LinkState::Down));
    let (_folder, path) = file(&inputs);

    let index = Index::build(&path, &IndexOptions::default()).unwrap();
    assert_eq!((index.first, index.last), (Some(Nanos::from_secs(1_000)), Some(Nanos::from_secs(1_505))));
    assert_eq!(index.meta.as_ref().unwrap().instruments.len(), 2);
    let btc = &index.symbols[&Symbol::new("BTCUSDT").unwrap()];
    assert_eq!((btc.topics["trade"], btc.last), (101, Some(Nanos::from_secs(1_505))));
    let timeline = btc.timeline.as_ref().unwrap();
    assert_eq!((timeline.buckets().len(), timeline.buckets()[300].close), (301, Some(Price::from_units(99_990_000_000))));

    let gaps: Vec<_> = index.gaps.iter().map(|g| (g.from.secs(), g.to.map(Nanos::secs), g.kind)).collect();
    assert_eq!(
        gaps,
        [
            (1_099, Some(1_300), GapKind::Silence),
            (1_310, Some(1_500), GapKind::Down),
            (1_501, Some(1_502), GapKind::Resync),
            (1_505, None, GapKind::Down),
        ]
    );
    let trades = index.marks.iter().filter(|m| matches!(m.kind, MarkKind::Trade(..))).count();
    assert_eq!((trades, index.marks.len()), (1, 3));
    assert!(index.marks.iter().any(|m| m.kind == MarkKind::User("here\u{fffd}".to_owned())));
    assert!(index.marks.is_sorted_by_key(|m| m.at));
}

#[test]
fn days_between_bars_of_days_are_no_gaps() {
    let day = |number: i64| {
        let start = Nanos::from_secs(number * 86_400);
        let bar = Event::Bar(crate::domain::Bar::flat(start, Price::from_units(500)), crate::domain::Timeframe::D1);
        market((number + 1) * 86_400, Some("RDP"), bar)
    };
    let mut inputs: Vec<Input> = [0, 1, 4, 5].map(day).into();
    let (_folder, path) = file(&inputs);
    assert_eq!(Index::build(&path, &IndexOptions::default()).unwrap().gap_count, 0);
    // From the first trade on silence is silence.
    inputs.push(trade(1, Nanos::from_secs(6 * 86_400 + 1), 1));
    inputs.push(trade(2, Nanos::from_secs(6 * 86_400 + 300), 1));
    let (_folder, path) = file(&inputs);
    assert_eq!(Index::build(&path, &IndexOptions::default()).unwrap().gap_count, 1);
}

#[test]
fn a_damaged_file_is_summed_up_as_far_as_it_goes() {
    let inputs: Vec<_> = (1..=500).map(|i| trade(i, Nanos::from_secs(i as i64), i as i64)).collect();
    let (folder, path) = file(&inputs);
    let bytes = std::fs::read(&path).unwrap();
    let cut = folder.path().join("CUT.rec.gz");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let index = Index::build(&cut, &IndexOptions::default()).unwrap();
    assert!(index.report.truncated.is_some_and(|t| t.salvaged_lines > 100));
}

#[test]
fn large_trades_are_those_that_stand_out_in_their_own_recording() {
    let large = |sizes: &dyn Fn(u64) -> i64, count: u64| {
        let inputs: Vec<_> = (1..=count).map(|i| trade(i, Nanos::from_secs(i as i64), sizes(i))).collect();
        let (_folder, path) = file(&inputs);
        let index = Index::build(&path, &IndexOptions::default()).unwrap();
        index.marks.iter().map(|mark| mark.at.secs()).collect::<Vec<_>>()
    };
    // All alike: none is large.
    assert_eq!(large(&|_| 100, 1_000), Vec::<i64>::new());
    // One in a hundred at most, the largest ones, in order of time.
    assert_eq!(large(&|i| if i % 50 == 0 { 1_000 + i as i64 } else { 100 }, 300), [200, 250, 300]);
    // Never more than fifty.
    assert_eq!(large(&|i| if i % 10 == 0 { 9_000 } else { 10 }, 8_000).len(), 50);
}
