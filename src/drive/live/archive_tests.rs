use super::core::Core;
use super::tests::{Plain, btc, inputs, replayed, say};
use super::{LiveOptions, RecordingOptions};
use crate::domain::{BarSpec, Nanos, Timeframe};
use crate::drive::ArchiveOptions;
use crate::drive::store::{self, SessionEnd, Store};
use crate::drive::view::Request;
use crate::engine::Engine;
use std::path::Path;

/// Thirty seconds into a minute, which is the first of an hour.
const BEGIN: Nanos = Nanos::from_secs(1_795_003_230);

fn open(folder: &Path) -> Store {
    let opened = store::open(&folder.join("rtai.db"), BEGIN);
    assert_eq!(opened.notes, Vec::<String>::new());
    assert!(matches!(opened.keeping, store::Keeping::File(_)));
    opened.store
}

fn core(folder: &Path, store: &Store, begin: Nanos, market: Option<&str>) -> Core {
    let recordings = folder.join(begin.rfc3339().replace(':', ""));
    std::fs::create_dir_all(&recordings).unwrap();
    let archive = ArchiveOptions {
        store: Some(store.clone()),
        market: market.map(str::to_owned),
        bars: true,
        ticks: true,
        retention: None,
        layout: Some("mine".to_owned()),
    };
    let recording = RecordingOptions::new(true, recordings);
    let options = LiveOptions { recording, archive, ..LiveOptions::new(Box::new(Plain::default()), vec![btc()]) };
    Core::new(options, Vec::new(), begin)
}

/// A trade a second for so long.
fn trade(core: &mut Core, begin: Nanos, seconds: i64) -> Nanos {
    let at = |n: i64| begin + Nanos::from_millis(1_000 * n + 17);
    for n in 0..seconds {
        core.pass(at(n) - Nanos::from_millis(5));
        say(core, at(n), format!("trade {}", 100 + n % 13));
        core.look_after(at(n), || None);
    }
    core.pass(begin + Nanos::from_secs(seconds));
    begin + Nanos::from_secs(seconds)
}

/// The minutes of these bars, counted from the hour of the beginning.
fn minutes(starts: impl Iterator<Item = Nanos>) -> Vec<i64> {
    starts.map(|start| (start - Timeframe::H1.start_of(BEGIN)).secs() / 60).collect()
}

fn kept(store: &Store) -> Vec<i64> {
    minutes(store.bars("plain", btc(), Timeframe::M1, 1_000).unwrap().iter().map(|bar| bar.start))
}

fn shown(engine: &Engine) -> Vec<i64> {
    engine
        .bars(btc(), BarSpec::Time(Timeframe::M1))
        .map_or_else(Vec::new, |view| minutes(view.closed.iter().map(|bar| bar.start)))
}

#[test]
fn the_next_session_shows_what_the_last_one_kept_before_the_exchange_answers() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut first = core(folder.path(), &store, BEGIN, Some("plain"));
    let end = trade(&mut first, BEGIN, 600);
    first.close(end);
    let live = first.engine().bars(btc(), BarSpec::Time(Timeframe::M1)).unwrap();
    let whole: Vec<_> = live.closed.iter_from(1).copied().collect();
    assert_eq!(store.bars("plain", btc(), Timeframe::M1, 99).unwrap(), whole, "but for the minute that began before the session");
    let ticks = store.ticks("plain", btc(), 10_000).unwrap();
    assert_eq!(ticks.len(), 600);
    assert!(ticks.windows(2).all(|pair| (pair[0].at, pair[0].n) < (pair[1].at, pair[1].n)));
    drop((first, store));

    // Two minutes later, at an exchange that does not answer.
    let store = open(folder.path());
    let begin = end + Nanos::from_secs(120);
    let mut second = core(folder.path(), &store, begin, Some("plain"));
    second.pass(begin);
    assert_eq!(shown(second.engine()), Vec::<i64>::new(), "rules are waited for a moment");
    second.pass(begin + Nanos::from_millis(300));
    assert_eq!(shown(second.engine()), (1..10).collect::<Vec<_>>());
    let end = trade(&mut second, begin + Nanos::SECOND, 119);
    assert_eq!(shown(second.engine()), [(1..10).collect::<Vec<_>>(), vec![12, 13]].concat());
    // Now it does: nothing comes twice, the gap is filled, and the minute that was heard in part is whole.
    say(&mut second, end, format!("history {}", BEGIN.secs() / 60 + 5));
    assert_eq!(shown(second.engine()), (1..14).collect::<Vec<_>>());
    store.flush().unwrap();
    assert_eq!(kept(&store), (1..14).collect::<Vec<_>>());
    second.close(end);
    let played = inputs(&folder.path().join(begin.rfc3339().replace(':', ""))).remove(0);
    assert_eq!(replayed(played.into_iter(), second.engine().now()).digest(), second.engine().digest());
    assert_eq!(
        replayed(inputs(&folder.path().join(BEGIN.rfc3339().replace(':', ""))).remove(0).into_iter(), end).symbols().count(),
        1
    );
}

#[test]
fn a_gap_that_one_answer_does_not_fill_is_asked_for_further() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut first = core(folder.path(), &store, BEGIN, Some("plain"));
    let end = trade(&mut first, BEGIN, 200);
    first.close(end);
    let asked = |core: &mut Core, now| {
        let view = core.view(now);
        view.session
            .log
            .iter()
            .filter(|line| line.text.starts_with("asked for"))
            .map(|line| line.text.to_string())
            .collect::<Vec<_>>()
    };
    let begin = BEGIN + Nanos::from_secs(60 * 50);
    let mut second = core(folder.path(), &store, begin, Some("plain"));
    say(&mut second, begin, "trade 100".to_owned());
    // Answers of twenty minutes each: the last one reaches what is kept.
    let minute = BEGIN.secs() / 60;
    say(&mut second, begin, format!("history {}", minute + 31));
    assert_eq!(asked(&mut second, begin).len(), 1);
    say(&mut second, begin, format!("history {}", minute + 12));
    assert_eq!(asked(&mut second, begin).len(), 2);
    say(&mut second, begin, format!("history {minute}"));
    let asked = asked(&mut second, begin);
    assert_eq!(asked.len(), 2, "{asked:?}");
    let before = Nanos::from_secs(60 * (minute + 12));
    assert_eq!(asked[1], format!("asked for bars of BTCUSDT 1m before {}", before.rfc3339()));
    assert_eq!(shown(second.engine()), (0..50).collect::<Vec<_>>());
    // What is kept of long ago is not shown: the exchange would have to be asked for too much.
    let begin = BEGIN + Nanos::from_secs(86_400 * 30);
    let mut third = core(folder.path(), &store, begin, Some("plain"));
    say(&mut third, begin, "trade 100".to_owned());
    assert_eq!(shown(third.engine()), Vec::<i64>::new());
}

#[test]
fn a_bar_in_which_the_connection_was_lost_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut core = core(folder.path(), &store, BEGIN, Some("plain"));
    let now = trade(&mut core, BEGIN, 150);
    say(&mut core, now, "link 0".to_owned());
    say(&mut core, now, "link 1".to_owned());
    let now = trade(&mut core, now, 150);
    core.close(now);
    assert_eq!(shown(core.engine()), [0, 1, 2, 3, 4]);
    assert_eq!(kept(&store), [1, 2, 4], "the link was lost in minute 3");
}

#[test]
fn the_demo_keeps_its_session_and_no_market() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut first = core(folder.path(), &store, BEGIN, None);
    let end = trade(&mut first, BEGIN, 200);
    first.requested(end, Request::Ending(SessionEnd::Signal));
    first.close(end);
    assert_eq!((kept(&store), store.ticks("plain", btc(), 9).unwrap()), (vec![], vec![]));
    let [session] = &store.sessions(9).unwrap()[..] else { panic!("one session") };
    assert_eq!((session.venue.as_str(), session.symbols.as_slice(), session.how), ("plain", &[btc()][..], SessionEnd::Signal));
    assert_eq!((session.begun, session.ended), (BEGIN + Nanos::from_millis(17), Some(end)));
    assert_eq!((session.layout.as_deref(), session.events), (Some("mine"), first.engine().seq()));
    let path = session.recording.clone().unwrap();
    assert!(path.ends_with(".rec.gz") && Path::new(&path).exists(), "{path}");
    // One that ends without a word is found out when the database is next opened.
    let mut second = core(folder.path(), &store, end, None);
    trade(&mut second, end, 100);
    drop((second, store, first));
    let store = open(folder.path());
    let sessions = store.sessions(9).unwrap();
    let last = &sessions[0];
    assert_eq!((sessions.len(), last.how, last.ended), (2, SessionEnd::Killed, Some(last.seen)));
    assert!(last.seen > last.begun && last.events > 5, "{last:?}");
}

#[test]
fn the_queries_of_the_documentation_run_on_what_a_session_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut core = core(folder.path(), &store, BEGIN, Some("plain"));
    let now = trade(&mut core, BEGIN, 150);
    say(&mut core, now, "link 0".to_owned());
    say(&mut core, now, "link 1".to_owned());
    let now = trade(&mut core, now, 200);
    core.close(now);
    drop((core, store));
    let db =
        rusqlite::Connection::open_with_flags(folder.path().join("rtai.db"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let text = include_str!("../../../docs/database.md");
    let queries: Vec<&str> = text.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(queries.len(), 5);
    let first = |sql: &str, column: usize| -> String {
        let mut statement = db.prepare(sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        let row = rows.next().unwrap().unwrap_or_else(|| panic!("nothing from {sql}"));
        match row.get_ref(column).unwrap() {
            rusqlite::types::ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
            other => format!("{other:?}"),
        }
    };
    let found: Vec<String> = queries.iter().map(|query| first(query, 1)).collect();
    assert_eq!(found[0], "2026-11-18T12:00:00Z", "{found:?}");
    let minute = |sql: &str| first(sql, 0);
    assert_eq!(minute(queries[1]), "2026-11-18T12:05:00Z");
    assert_eq!(first(queries[2], 2), "Integer(1)", "minute 3 is missing");
    assert_eq!((minute(queries[3]).as_str(), found[3].as_str()), ("BTCUSDT", "2026-11-18T12:00"));
    assert_eq!((minute(queries[4]).as_str(), found[4].as_str()), ("plain", "user"));
    // Every column that the tables of the documentation name is there.
    for (view, columns) in [("ohlc", 12), ("ticks", 8), ("sessions", 11)] {
        let statement = db.prepare(&format!("SELECT * FROM {view}")).unwrap();
        let line = text.lines().rev().find(|line| line.starts_with(&format!("| `{view}` |"))).unwrap();
        let names: Vec<&str> = statement.column_names().collect();
        assert_eq!(names.len(), columns);
        for name in names {
            assert!(line.contains(&format!("`{name}`")), "{view}.{name}");
        }
    }
    assert_eq!(first("SELECT time FROM ticks ORDER BY ts LIMIT 1", 0), "2026-11-18T12:00:30.017000000Z");
}
