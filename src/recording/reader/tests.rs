//! The rules of reading, on whole files.

use super::*;
use crate::domain::{Event, Market, Nanos, Payload};
use crate::recording::samples;
use crate::recording::{MAX_LINE, encode_input};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::io::{Cursor, Write};

pub(super) fn gz(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Lines of trades at seconds 1, 2, 3 …
pub(super) fn trades(count: u64) -> Vec<u8> {
    let mut text = Vec::new();
    for i in 1..=count {
        encode_input(&samples::trade(i, Nanos::from_secs(i as i64), 600_000 + (i as i64 * 7) % 100), &mut text);
    }
    text
}

pub(super) fn read(bytes: Vec<u8>) -> (Vec<Input>, Report) {
    read_named(bytes, "BTCUSDT_20240808.rec.gz")
}

fn read_named(bytes: Vec<u8>, name: &str) -> (Vec<Input>, Report) {
    let options = ReadOptions { keep_going: true, ..ReadOptions::default() };
    let mut reader = Reader::from_read(Cursor::new(bytes), name, options).unwrap();
    let inputs = reader.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
    (inputs, reader.report().clone())
}

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn plain_gzip_several_members_bom_crlf_and_blank_lines_read_alike() {
    let text = trades(50);
    let (expected, report) = read(gz(&text));
    assert_eq!((expected.len(), report.lines, report.inputs, report.members), (50, 50, 50, 1));
    assert!(report.is_clean());
    assert_eq!(expected[49].seq, 50);

    let half = text.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(20).unwrap().0 + 1;
    let members = [gz(&text[..half]), gz(b""), gz(&text[half..])].concat();
    let crlf = String::from_utf8(text.clone()).unwrap().replace('\n', "\r\n\r\n  \n");
    let bom = [b"\xef\xbb\xbf".as_slice(), &text].concat();
    let no_newline = text.strip_suffix(b"\n").unwrap().to_vec();
    let padded = [gz(&text), vec![0; 512]].concat();
    for bytes in [text.clone(), members, gz(crlf.as_bytes()), bom.clone(), gz(&bom), no_newline.clone(), gz(&no_newline), padded]
    {
        let (inputs, report) = read(bytes);
        assert_eq!(inputs, expected);
        assert!(report.is_clean(), "{report:?}");
    }
    // A member may end within a line.
    let (inputs, report) = read([gz(&text[..half - 10]), gz(&text[half - 10..])].concat());
    assert_eq!((inputs, report.members), (expected, 2));
}

#[test]
fn nothing_in_it() {
    for bytes in [Vec::new(), b"\n\n".to_vec(), gz(b""), b"\xef\xbb\xbf\n".to_vec()] {
        let (inputs, report) = read(bytes.clone());
        assert!(inputs.is_empty(), "{bytes:?}");
        assert!(report.bad <= 1 && report.truncated.is_none());
    }
}

#[test]
fn bad_lines_are_counted_with_number_and_reason() {
    let mut text = trades(200);
    text.extend_from_slice(b"oops\n");
    text.extend_from_slice(&trades(1));
    let (inputs, report) = read(gz(&text));
    assert_eq!((inputs.len(), report.bad, report.bad_lines[0].line), (201, 1, 201));
    assert!(report.bad_lines[0].reason.contains("not a JSON object"));
    assert_eq!((report.backwards, report.first_backwards), (1, Some(202)));
    assert_eq!(inputs[200].at, Nanos::from_secs(200));
}

#[test]
fn more_than_one_percent_bad_lines_stops() {
    let text = [trades(98), b"x\n".to_vec(), trades(1)].concat();
    assert!(Reader::from_read(Cursor::new(text.clone()), "x", ReadOptions::default()).unwrap().all(|i| i.is_ok()));
    let text = [text, b"{}\n".to_vec()].concat();
    let mut reader = Reader::from_read(Cursor::new(text), "x.rec.gz", ReadOptions::default()).unwrap();
    let error = reader.find_map(Result::err).unwrap().to_string();
    assert!(error.contains("x.rec.gz: 2 of 101 lines are bad, the first is line 99: not a JSON object"), "{error}");
    assert!(reader.next_input().unwrap().is_none());

    // In a long file it stops early, not at the end.
    let text = [trades(980), b"x\n".repeat(20), trades(5_000)].concat();
    let mut reader = Reader::from_read(Cursor::new(text), "x", ReadOptions::default()).unwrap();
    assert!(reader.any(|i| i.is_err()));
    assert_eq!(reader.report().lines, 1_000);
}

#[test]
fn lines_of_more_than_a_mebibyte_are_passed_over() {
    for length in [MAX_LINE, MAX_LINE + 1, 3 * MAX_LINE, 40 * MAX_LINE] {
        let (before, after) = (trades(3), trades(5));
        let mut bytes = Vec::new();
        let mut encoder = GzEncoder::new(&mut bytes, Compression::new(1));
        encoder.write_all(&before).unwrap();
        encoder.write_all(&vec![b'9'; length]).unwrap();
        encoder.write_all(b"\n").unwrap();
        encoder.write_all(&after).unwrap();
        encoder.finish().unwrap();
        let (inputs, report) = read(bytes);
        assert_eq!((inputs.len(), report.lines, report.bad), (8, 9, 1), "{length}");
        assert_eq!(report.bad_lines[0].line, 4);
        assert_eq!(report.bad_lines[0].reason.contains("1 MiB"), length > MAX_LINE);
    }
    // The last line, without an end.
    let (inputs, report) = read([trades(2), vec![b'{'; 2 * MAX_LINE]].concat());
    assert_eq!((inputs.len(), report.bad), (2, 1));
}

#[test]
fn a_stream_that_inflates_past_the_bound_is_refused() {
    let bomb = gz(&b"\n".repeat(64 << 20));
    let options = ReadOptions { max_inflated: 8 << 20, ..ReadOptions::default() };
    let mut reader = Reader::from_read(Cursor::new(bomb), "bomb.gz", options).unwrap();
    let error = reader.find_map(Result::err).unwrap().to_string();
    assert!(error.contains("bomb.gz: inflates to more than 8388608 bytes"), "{error}");
}

#[test]
fn files_of_other_tools_without_meta() {
    let text = concat!(
        r#"{"ts": 60, "topic": "bar", "data": {"tf": "1m", "o": 1, "h": 2, "l": 1, "c": 2, "v": 5}}"#,
        "\n",
        r#"{"ts": 61, "topic": "trade", "sym": "ETHUSDT", "data": {"price": "2000.5", "qty": "1", "side": "sell"}}"#,
        "\n",
        r#"{"ts": 61, "topic": "indi", "data": {"name": "rsi", "v": 51.2}}"#,
        "\n",
        r#"{"ts": 62, "topic": "signal", "data": {"side": "BUY", "price": 2}}"#,
        "\n",
        r#"{"ts": 63, "topic": "equity", "data": {"value": 10000}}"#,
        "\n",
        r#"{"ts": 64, "topic": "mood", "data": 1}"#,
        "\n",
        r#"{"ts": 120, "topic": "bar", "sym": "ETHUSDT", "data": {"tf": "1m", "o": 1, "h": 2, "l": 1, "c": 2, "v": 5}}"#,
        "\n",
    );
    let (inputs, report) = read_named(text.as_bytes().to_vec(), "SOLUSDT.rec");
    assert_eq!((inputs.len(), report.inputs, report.derived, report.bad), (2, 2, 4, 0));
    assert_eq!(report.unknown_topics.get("mood"), Some(&1));
    let Payload::Market(Market { symbol, event: Event::Bar(..) }) = &inputs[0].payload else { panic!() };
    assert_eq!(symbol.unwrap().as_str(), "SOLUSDT");
}

#[test]
fn in_a_file_a_bar_before_the_first_trade_is_no_input_either() {
    let bar = |symbol: &str, ts: u64| {
        format!(
            "{{\"ts\":{ts},\"topic\":\"bar\",\"sym\":\"{symbol}\",\"data\":{{\"tf\":\"1m\",\"o\":1,\"h\":1,\"l\":1,\"c\":1,\"v\":1}}}}\n"
        )
    };
    let text = [bar("BTCUSDT", 1), bar("ETHUSDT", 1), String::from_utf8(trades(2)).unwrap(), bar("ETHUSDT", 3)].concat();
    let file = file(&gz(text.as_bytes()));
    let mut reader = Reader::open(file.path(), ReadOptions::default()).unwrap();
    let inputs: Vec<_> = reader.by_ref().collect::<Result<_, _>>().unwrap();
    assert_eq!((inputs.len(), reader.report().derived), (4, 1));
}

#[test]
fn unknown_topics_are_bounded() {
    let text = (0..500).map(|i| format!("{{\"ts\":1,\"topic\":\"t{i}\"}}")).collect::<Vec<_>>().join("\n");
    let (_, report) = read(text.into_bytes());
    assert_eq!(report.unknown_topics.len(), 33);
    assert_eq!(report.unknown_topics.values().sum::<u64>(), 500);
}

#[test]
fn a_missing_file_is_named() {
    let error = Reader::open(Path::new("/nowhere/x.rec.gz"), ReadOptions::default()).err().unwrap().to_string();
    assert!(error.starts_with("/nowhere/x.rec.gz: "), "{error}");
}

#[test]
fn going_on_from_any_position_gives_the_same() {
    let text = trades(40_000);
    let parts: Vec<_> = text.chunks(700_000).map(gz).collect();
    for bytes in [parts.concat(), gz(&text), text.clone()] {
        let file = file(&bytes);
        let mut reader = Reader::open(file.path(), ReadOptions::default()).unwrap();
        let (mut inputs, mut positions) = (Vec::new(), vec![reader.position()]);
        while let Some(input) = reader.next_input().unwrap() {
            inputs.push(input);
            if inputs.len() % 3_777 == 0 {
                positions.push(reader.position());
            }
        }
        positions.push(reader.position());
        for position in positions {
            let mut later = Reader::open_at(file.path(), &position, ReadOptions::default()).unwrap();
            assert_eq!(later.position().inputs(), position.inputs());
            let done = position.inputs() as usize;
            let first = later.next_line().unwrap().map(|line| (line.number, line.content));
            assert_eq!(first, inputs.get(done).map(|i| (i.seq, Content::Input(i.clone()))));
            assert!(later.map(Result::unwrap).eq(inputs[inputs.len().min(done + 1)..].iter().cloned()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_file_reads_back_as_written(inputs in proptest::collection::vec(samples::inputs(), 0..60)) {
        let mut text = Vec::new();
        for input in &inputs {
            encode_input(input, &mut text);
        }
        let (read, report) = read(gz(&text));
        prop_assert_eq!(report.lines, inputs.len() as u64);
        prop_assert!(report.is_clean());
        let mut last = Nanos(i64::MIN);
        let expected: Vec<_> = inputs.iter().filter(|i| !matches!(&i.payload, Payload::Market(Market { event: Event::Bar(..), .. }))).collect();
        let read: Vec<_> = read.iter().filter(|i| !matches!(&i.payload, Payload::Market(Market { event: Event::Bar(..), .. }))).collect();
        prop_assert_eq!(read.len(), expected.len());
        for (read, written) in read.iter().zip(expected) {
            prop_assert_eq!(&read.payload, &written.payload);
            last = last.max(read.at);
            prop_assert!(read.at >= written.at && read.at == last);
        }
    }

    #[test]
    fn random_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), head in 0_usize..3) {
        let head: &[u8] = [b"".as_slice(), b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x1f\x8b"][head];
        read([head, &bytes].concat());
    }
}
