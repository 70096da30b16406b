//! Little room on the disk, none, and room again; old recordings.

use super::core::Core;
use super::tests::{Plain, btc, inputs, replayed, say};
use super::{LiveOptions, RecordingOptions};
use crate::domain::{EngineConfig, Event, Instrument, Market, Meta, Nanos, Payload};
use crate::drive::retention::Retention;
use crate::drive::view::RecordingView;
use crate::feed::Severity;
use crate::recording::Writer;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const BEGIN: Nanos = Nanos::from_secs(1_795_000_000);

/// A session on a disk whose free bytes the test sets.
struct Disk {
    core: Core,
    free: Arc<AtomicU64>,
    now: Nanos,
}

impl Disk {
    fn new(folder: &Path, free: u64) -> Self {
        let free = Arc::new(AtomicU64::new(free));
        let told = Arc::clone(&free);
        let recording = RecordingOptions {
            low: 1_000_000_000,
            least: 100_000_000,
            free: Arc::new(move |_| Ok(told.load(Ordering::Acquire))),
            ..RecordingOptions::new(true, folder.to_owned())
        };
        let options = LiveOptions { recording, ..LiveOptions::new(Box::new(Plain::default()), vec![btc()]) };
        Self { core: Core::new(options, Vec::new(), BEGIN), free, now: BEGIN }
    }

    fn trade(&mut self, number: i64) {
        say(&mut self.core, self.now, format!("trade {number}"));
    }

    /// Lets time pass second by second until something is so; the disk is looked at by a thread of its own.
    #[track_caller]
    fn until(&mut self, what: impl Fn(&RecordingView) -> bool) {
        for _ in 0..1_000_000 {
            self.now += Nanos::SECOND;
            self.core.look_after(self.now, || None);
            if what(&self.core.view(self.now).session.recording) {
                return;
            }
            std::thread::yield_now();
        }
        panic!("it never came: {:?}", self.core.view(self.now).session.recording);
    }

    /// The same until something is in the log.
    #[track_caller]
    fn until_said(&mut self, severity: Severity, text: &str) {
        for _ in 0..1_000_000 {
            if self.said(severity).iter().any(|line| line.contains(text)) {
                return;
            }
            self.until(|_| true);
            std::thread::yield_now();
        }
        panic!("it was never said: {text}");
    }

    fn said(&mut self, severity: Severity) -> Vec<String> {
        let log = self.core.view(self.now).session.log;
        log.iter().filter(|line| line.severity == severity).map(|line| line.text.to_string()).collect()
    }
}

#[test]
fn a_disk_that_is_nearly_full_ends_the_file_cleanly_and_recording_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut disk = Disk::new(folder.path(), 500_000_000);
    disk.trade(100);
    let first = |view: &RecordingView| matches!(view, RecordingView::On { .. });
    disk.until(first);
    disk.until_said(Severity::Warning, "500 MB are left");
    disk.free.store(90_000_000, Ordering::Release);
    disk.until(|view| matches!(view, RecordingView::Failed(why) if why.contains("only 90 MB are free") && why.contains("once there is room")));
    disk.trade(101);
    // A little more than the least is not yet room: it would be gone at once.
    disk.free.store(110_000_000, Ordering::Release);
    for _ in 0..50 {
        disk.now += Nanos::SECOND;
        disk.core.look_after(disk.now, || None);
    }
    assert!(matches!(disk.core.view(disk.now).session.recording, RecordingView::Failed(_)));
    disk.free.store(2_000_000_000, Ordering::Release);
    disk.until(first);
    disk.trade(102);
    assert!(disk.said(Severity::Warning).iter().any(|text| text.contains("stops at 100 MB")));
    assert!(disk.said(Severity::Error).iter().any(|text| text.contains("its file is complete")));
    disk.core.close(disk.now);

    // By their names `…-2.rec.gz` comes before `….rec.gz`.
    let mut files = inputs(folder.path());
    files.reverse();
    assert_eq!(files.len(), 2);
    let trades = |number: usize| {
        let trade = |payload: &Payload| match payload {
            Payload::Market(Market { event: Event::Trade(trade), .. }) => Some(trade.price.units()),
            _ => None,
        };
        files[number].iter().filter_map(|input| trade(&input.payload)).collect::<Vec<_>>()
    };
    assert_eq!((trades(0), trades(1)), (vec![100], vec![102]));
    let again = replayed(files[1].iter().cloned(), disk.now);
    assert_eq!(again.snapshot().symbols[0].instrument.symbol, btc());
}

#[test]
fn old_recordings_are_deleted_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("BTCUSDT_20240808.rec.gz");
    let instruments = vec![Instrument::unknown(btc())];
    let meta = Meta { venue: "plain".to_owned(), instruments, app: "rtai-tui 0.1.0".to_owned(), engine: EngineConfig::default() };
    Writer::create(folder.path(), "BTCUSDT_20240808.rec.gz", &meta, Nanos::from_secs(1_723_111_200)).unwrap().close();
    let file = std::fs::File::options().write(true).open(&old).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let mut recording = RecordingOptions::new(true, folder.path().to_owned());
    recording.retention = Retention { age: Some(Nanos::from_secs(86_400)), bytes: None };
    let options = LiveOptions { recording, ..LiveOptions::new(Box::new(Plain::default()), vec![btc()]) };
    let free = Arc::new(AtomicU64::new(0));
    let mut disk = Disk { core: Core::new(options, Vec::new(), BEGIN), free, now: BEGIN };
    disk.trade(100);
    disk.until(|_| !old.exists());
    disk.until_said(Severity::Warning, "deleted 1 old files");
}
