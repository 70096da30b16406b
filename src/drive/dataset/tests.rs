use super::*;
use crate::domain::{Event, Input, Instrument, Market, Meta, Payload, Price, Qty, Side, Symbol, Trade};
use crate::recording::encode_input;
use crate::tables::Topic;
use crate::tables::read::{Cells, ParquetRows};
use std::fs::{self, File};
use std::io::Write as _;

const START: i64 = 1_723_161_255_000_000_000;

/// Trades five seconds apart: two hours and a half.
fn inputs() -> Vec<Input> {
    let symbol = Symbol::new("BTCUSDT").unwrap();
    let meta = Meta {
        venue: "demo".to_owned(),
        instruments: vec![Instrument::unknown(symbol)],
        app: "test".to_owned(),
        engine: crate::domain::EngineConfig::default(),
    };
    let trade = |n: i64| {
        let trade = Trade {
            price: Price::from_units(10_000_000_000 + n % 50 * 1_000_000),
            qty: Qty::from_units(n + 1),
            side: if n % 3 == 0 { Side::Buy } else { Side::Sell },
            id: Some(n as u64),
            ex: None,
        };
        Payload::Market(Market::of(symbol, Event::Trade(trade)))
    };
    let payloads = std::iter::once(Payload::Meta(Box::new(meta))).chain((0..1_800).map(trade));
    let place =
        |(n, payload): (usize, Payload)| Input { seq: n as u64 + 1, at: Nanos(START + n as i64 * 5_000_000_000), payload };
    payloads.enumerate().map(place).collect()
}

fn encoded(inputs: &[Input]) -> Vec<u8> {
    let mut text = Vec::new();
    for input in inputs {
        encode_input(input, &mut text);
    }
    text
}

/// The files of a dataset with the rows in each.
fn files(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = dataset::TOPICS.iter().map(|topic| folder.join(topic.name())).collect();
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(next) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet") {
                let mut rows = ParquetRows::open(File::open(&path).unwrap(), &["symbol"]).unwrap();
                let mut cells = Cells::new(rows.topic());
                while rows.next_row(&mut cells).unwrap() {}
                found.push((path.strip_prefix(folder).unwrap().display().to_string(), rows.number()));
            } else {
                found.push((path.strip_prefix(folder).unwrap().display().to_string(), 0));
            }
        }
    }
    found.sort();
    found
}

#[track_caller]
fn eventually(dataset: &Dataset, what: impl Fn(&DatasetStatus) -> bool) {
    for _ in 0..400 {
        if what(&dataset.status()) {
            return;
        }
        dataset.shared.signals.wait(Duration::from_millis(50), |_| false);
    }
    panic!("{:?}", dataset.status());
}

/// What the dataset of the whole recording is.
fn expected(recording: &Path) -> Vec<(String, u64)> {
    let folder = tempfile::tempdir().unwrap();
    let dataset = Dataset::start(DatasetOptions::new(folder.path())).unwrap();
    dataset.follow(recording);
    dataset.ended(recording);
    let status = dataset.close();
    assert_eq!((status.done, status.problem), (1, None));
    files(folder.path())
}

#[test]
fn a_recording_that_grows_becomes_the_same_as_one_that_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let text = encoded(&inputs());
    let whole = folder.path().join("a.rec");
    fs::write(&whole, &text).unwrap();
    let expected = expected(&whole);
    let trades: u64 = expected.iter().filter(|(name, _)| name.starts_with("trades/")).map(|(_, rows)| rows).sum();
    assert_eq!((trades, expected.iter().filter(|(name, _)| name.starts_with("bars/")).count()), (1_800, 4), "{expected:?}");
    assert!(expected.iter().any(|(name, _)| name == "trades/venue=demo/symbol=BTCUSDT/date=2024-08-09/010000.parquet"));

    let grown = folder.path().join("grown");
    fs::create_dir(&grown).unwrap();
    let growing = grown.join("a.rec");
    let mut file = File::create(&growing).unwrap();
    let dataset = Dataset::start(DatasetOptions::new(folder.path().join("set"))).unwrap();
    dataset.follow(&growing);
    for piece in text.chunks(text.len() / 7) {
        file.write_all(piece).unwrap();
        dataset.shared.signals.wait(Duration::from_millis(60), |_| false);
    }
    eventually(&dataset, |status| !status.following.is_empty());
    dataset.ended(&growing);
    eventually(&dataset, |status| status.done == 1);
    assert_eq!(dataset.close().totals.parts as usize, expected.len());
    assert_eq!(files(&folder.path().join("set")), expected);
}

#[test]
fn what_was_not_finished_is_made_anew_and_nothing_is_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, set) = (folder.path().join("a.rec"), folder.path().join("set"));
    let text = encoded(&inputs());
    fs::write(&recording, &text[..text.len() / 2]).unwrap();
    let dataset = Dataset::start(DatasetOptions::new(&set)).unwrap();
    let other = Dataset::start(DatasetOptions::new(&set)).unwrap_err();
    assert_eq!(other.kind(), io::ErrorKind::WouldBlock);
    dataset.follow(&recording);
    // It is not said to have ended: as if the program were killed.
    let status = dataset.close();
    assert_eq!(status.done, 0);
    assert!(files(&set).iter().all(|(name, _)| !name.contains(".part")), "{:?}", files(&set));
    fs::create_dir_all(set.join("trades/venue=demo")).unwrap();
    fs::write(set.join("trades/venue=demo/x.parquet.part"), "left").unwrap();

    fs::write(&recording, &text).unwrap();
    let dataset = Dataset::start(DatasetOptions::new(&set)).unwrap();
    eventually(&dataset, |status| status.done == 1);
    dataset.close();
    assert_eq!(files(&set), expected(&recording));
    // Done is done.
    let dataset = Dataset::start(DatasetOptions::new(&set)).unwrap();
    assert_eq!(dataset.close().done, 0);
}

#[test]
fn what_cannot_be_written_is_told_and_a_recording_that_is_gone_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, set) = (folder.path().join("a.rec"), folder.path().join("set"));
    fs::write(&recording, encoded(&inputs())).unwrap();
    // A file where a folder should be: nothing can be written there.
    fs::create_dir(&set).unwrap();
    fs::write(set.join(Topic::Trades.name()), "in the way").unwrap();
    let dataset = Dataset::start(DatasetOptions::new(&set)).unwrap();
    dataset.follow(&recording);
    dataset.ended(&recording);
    eventually(&dataset, |status| {
        status.problem.as_ref().is_some_and(|why| why.contains("a.rec: the dataset cannot be written"))
    });
    let status = dataset.close();
    assert_eq!(status.done, 0);
    // Later there is room, but the recording is not there any more.
    fs::remove_file(set.join(Topic::Trades.name())).unwrap();
    fs::remove_file(&recording).unwrap();
    let dataset = Dataset::start(DatasetOptions::new(&set)).unwrap();
    eventually(&dataset, |status| status.problem.as_ref().is_some_and(|why| why.contains("a.rec is gone")));
    dataset.close();
}
