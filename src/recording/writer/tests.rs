//! Writing, and what is left when it goes wrong.

use super::*;
use crate::recording::samples::{meta, trade};
use crate::recording::{Content, ReadOptions, Reader, Report};
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

const AT: Nanos = Nanos::from_secs(1_723_161_255);

fn read(path: &Path) -> (Vec<Input>, Report) {
    let mut reader = Reader::open(path, ReadOptions::default()).unwrap();
    let inputs = reader.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
    (inputs, reader.report().clone())
}

#[test]
fn what_is_taken_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let meta = meta(&["BTCUSDT"]);
    for expected in ["BTCUSDT_20240808.rec.gz", "BTCUSDT_20240808-2.rec.gz"] {
        let name = file_name(&[Symbol::new("BTCUSDT").unwrap()], day_of(AT));
        let mut writer = Writer::create(folder.path(), &name, &meta, AT).unwrap();
        assert!(writer.path().ends_with(expected));
        let written: Vec<_> = (2..=100).map(|i| trade(i, AT, i as i64)).collect();
        for input in &written {
            writer.write(input);
        }
        writer.write_bar(AT, Symbol::UNKNOWN, "1m".parse().unwrap(), &Bar::flat(AT, crate::domain::Price::ZERO));
        writer.write_line(AT, br#"{"ts":1,"topic":"indi","data":{"name":"rsi","v":50}}"#);
        let status = writer.close();
        assert_eq!((status.state, status.lines, status.dropped), (WriterState::Closed, 102, 0));
        assert_eq!(status.bytes, status.path.metadata().unwrap().len());
        let (inputs, report) = read(&status.path);
        assert!(report.is_clean());
        assert_eq!((inputs[0].payload.clone(), report.derived), (Payload::Meta(Box::new(meta.clone())), 2));
        assert_eq!(inputs[1..], written);
    }
}

#[test]
fn a_flushed_file_is_readable_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(folder.path(), "X.rec.gz", &meta(&["X"]), AT).unwrap();
    for round in 1..=5_u64 {
        for i in 0..100 {
            writer.write(&trade(round * 100 + i, AT, 5));
        }
        writer.flush();
        let (inputs, report) = read(writer.path());
        assert_eq!(inputs.len() as u64, 1 + round * 100);
        assert_eq!(report.truncated.unwrap().salvaged_lines, 1 + round * 100);
        assert_eq!(writer.status().lines, 1 + round * 100);
    }
    // As after `kill -9`: nothing is closed.
    let path = writer.path().to_owned();
    std::mem::forget(writer);
    assert_eq!(read(&path).0.len(), 501);
}

#[test]
fn without_a_flush_a_line_is_on_the_disk_within_the_interval() {
    let (sink, writes) = Watched::new();
    let mut writer = Writer::start(sink, PathBuf::new(), queue::LIMIT).unwrap();
    writer.write(&trade(1, AT, 5));
    while writes.recv().unwrap() != Did::Sync {}
    assert_eq!(writer.status().state, WriterState::Writing);
}

#[test]
fn long_recordings_have_many_members_of_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("BTCUSDT.rec.gz");
    let mut file = RecordingFile::create(&path).unwrap();
    for i in 1..=120_000 {
        file.write_input(&trade(i, AT, i as i64)).unwrap();
    }
    file.write_line(&vec![b'x'; crate::recording::MAX_LINE + 1]).unwrap();
    let written = file.finish().unwrap();
    assert_eq!((written.lines, written.refused, written.bytes), (120_000, 1, path.metadata().unwrap().len()));
    let (inputs, report) = read(&path);
    assert_eq!((inputs.len(), report.is_clean()), (120_000, true));
    assert!((2..=6).contains(&report.members), "{}", report.members);
    let error = RecordingFile::create(&path).err().unwrap().to_string();
    assert!(error.contains("BTCUSDT.rec.gz: ") && error.contains("exists"), "{error}");
    assert_eq!(
        RecordingFile::create_numbered(folder.path(), "BTCUSDT.rec.gz").unwrap().path(),
        folder.path().join("BTCUSDT-2.rec.gz")
    );
}

#[test]
fn a_file_that_is_only_dropped_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("A.rec.gz");
    let mut file = RecordingFile::create(&path).unwrap();
    file.write_input(&trade(1, AT, 1)).unwrap();
    drop(file);
    assert!(read(&path).1.is_clean());
    let mut writer = Writer::create(folder.path(), "B.rec.gz", &meta(&[]), AT).unwrap();
    writer.write(&trade(1, AT, 1));
    let path = writer.path().to_owned();
    drop(writer);
    assert_eq!((read(&path).0.len(), read(&path).1.is_clean()), (2, true));
}

/// A disk that refuses.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::from(io::ErrorKind::StorageFull))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Full {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_reported_and_the_session_goes_on() {
    let mut writer = Writer::start(Full, PathBuf::from("x.rec.gz"), queue::LIMIT).unwrap();
    for i in 1..=50 {
        writer.write(&trade(i, AT, 1));
    }
    writer.flush();
    let status = writer.status();
    assert_eq!((status.lines, status.dropped), (0, 50));
    assert_eq!(status.state, WriterState::Failed("the disk is full: free some space".to_owned()));
    writer.write(&trade(51, AT, 1));
    writer.flush();
    assert_eq!(writer.close().dropped, 51);
}

#[derive(Debug, PartialEq)]
enum Did {
    Write,
    Sync,
}

/// A sink that tells what it did.
struct Watched(SyncSender<Did>);

impl Watched {
    fn new() -> (Self, Receiver<Did>) {
        let (send, receive) = sync_channel(1_000);
        (Self(send), receive)
    }
}

impl Write for Watched {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let _ = self.0.send(Did::Write);
        Ok(data.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Watched {
    fn sync(&mut self) -> io::Result<()> {
        let _ = self.0.send(Did::Sync);
        Ok(())
    }
}

/// A disk that does nothing until it is let go.
struct Slow {
    file: std::fs::File,
    go: Receiver<()>,
}

impl Write for Slow {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.file.write(data)
    }
    fn flush(&mut self) -> io::Result<()> {
        let _ = self.go.recv();
        Ok(())
    }
}

impl Sink for Slow {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_does_not_keep_up_costs_lines_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("BTCUSDT.rec.gz");
    let (go, wait) = sync_channel(0);
    let slow = Slow { file: std::fs::File::create(&path).unwrap(), go: wait };
    let mut writer = Writer::start(slow, path, 4_000).unwrap();
    // More than the limit holds, while the disk stands still.
    for i in 1..=500 {
        writer.write(&trade(i, AT, 1));
    }
    let stalled = writer.status();
    assert_eq!(stalled.state, WriterState::Stalled);
    assert!(stalled.dropped > 100);
    drop(go);
    writer.flush();
    writer.write(&trade(501, AT, 1));
    let status = writer.close();
    assert_eq!((status.state.clone(), status.dropped + status.lines), (WriterState::Closed, 503));
    let mut reader = Reader::open(&status.path, ReadOptions::default()).unwrap();
    let mut why = Vec::new();
    while let Some(line) = reader.next_line().unwrap() {
        if let Content::Input(Input { payload: Payload::Market(Market { event: Event::Link(link), .. }), .. }) = line.content {
            why.push(link.why);
        }
    }
    assert_eq!(why.len(), 2);
    assert!(why[0].contains(&format!("{} lines are missing", status.dropped)), "{why:?}");
}
