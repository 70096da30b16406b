use super::*;
use std::fs;
use std::sync::mpsc::sync_channel;

/// A recording of so many trades, one a second, the price rising.
fn recording(folder: &Path, name: &str, trades: i64) -> PathBuf {
    let mut text = String::new();
    for i in 0..trades {
        let at = 1_723_158_000 + i;
        let price = 100 + i;
        text +=
            &format!("{{\"ts\": {at}, \"topic\": \"trade\", \"data\": {{\"price\": {price}, \"qty\": 1, \"side\": \"buy\"}}}}\n");
    }
    text += "{\"ts\": 1723158000, \"topic\": \"user\", \"data\": {\"do\": \"mark\", \"label\": \"look\"}}\n";
    let plain = folder.join("BTCUSDT_20240808.rec");
    fs::write(&plain, text).unwrap();
    let path = folder.join(name);
    let mut reader = crate::recording::Reader::open(&plain, crate::recording::ReadOptions::default()).unwrap();
    let mut file = crate::recording::RecordingFile::create(&path).unwrap();
    while let Some(input) = reader.next_input().unwrap() {
        file.write_input(&input).unwrap();
    }
    file.finish().unwrap();
    path
}

const LATER: Nanos = Nanos::from_secs(9_000_000_000);

#[test]
fn a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = recording(folder.path(), "BTCUSDT_20240808.rec.gz", 500);
    let preview = read(&path, LATER);
    assert_eq!(preview.health, Health::Whole);
    assert_eq!((preview.events, preview.marks, preview.gaps), (501, 1, 0));
    assert_eq!(preview.span.map(|(from, to)| to.secs() - from.secs()), Some(499));
    assert_eq!(preview.symbols, [(Symbol::new("BTCUSDT").unwrap(), 500)]);
    assert_eq!(preview.prices.len(), PRICES);
    assert!(preview.prices.is_sorted() && preview.prices.last() == Some(&599.0), "{:?}", preview.prices);
}

#[test]
fn every_kind_of_damage_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let whole = recording(folder.path(), "BTCUSDT_20240808.rec.gz", 5_000);
    let bytes = fs::read(&whole).unwrap();
    let make = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let half = make("cut.rec.gz", &bytes[..bytes.len() / 2]);
    assert!(matches!(read(&half, LATER).health, Health::Cut(lines) if lines > 100));
    let (_, modified) = stamp(&half);
    assert!(matches!(read(&half, modified + Nanos::SECOND).health, Health::Growing(_)));
    assert_eq!(read(&make("empty.rec.gz", b""), LATER).health, Health::Empty);
    assert_eq!(read(&make("letter.rec.gz", b"Dear reader,\nthis is a letter.\n"), LATER).health, Health::Alien);
    let mut broken = bytes.clone();
    let middle = broken.len() / 2;
    broken[middle..middle + 40].fill(0x5a);
    let broken = read(&make("broken.rec.gz", &broken), LATER).health;
    assert!(matches!(broken, Health::Damaged(_) | Health::Cut(_)), "{broken:?}");
    assert!(matches!(read(folder.path(), LATER).health, Health::Unreadable(_)));
    assert_eq!(
        read(&folder.path().join("none.rec.gz"), LATER).health,
        Health::Unreadable("no such file or directory".to_owned())
    );
    assert!(!read(folder.path(), LATER).health.is_playable());
}

#[test]
fn the_worker_reads_what_is_wanted_and_tells() {
    let folder = tempfile::tempdir().unwrap();
    let path = recording(folder.path(), "BTCUSDT_20240808.rec.gz", 50);
    let none = folder.path().join("none.rec.gz");
    let (sender, receiver) = sync_channel(8);
    let wake: Wake = Arc::new(move || {
        let _ = sender.try_send(());
    });
    let previews = Previews::start(Clock::manual(LATER), wake).unwrap();
    previews.want(vec![path.clone(), none.clone()]);
    (0..2).for_each(|_| receiver.recv().unwrap());
    let shelf = previews.shelf();
    assert_eq!(shelf.keys().cloned().collect::<Vec<_>>(), [path.clone(), none.clone()]);
    // Unchanged files are not read again, changed ones are.
    fs::write(&none, b"").unwrap();
    previews.want(vec![path, none.clone()]);
    receiver.recv().unwrap();
    assert_eq!(previews.shelf().get(&none).unwrap().health, Health::Empty);
}
