//! What the store keeps, by what it gives back.

mod market;
mod model;
mod opening;
mod processes;
mod trouble;

use super::*;
use crate::domain::{Alert, AlertState, Channel, Channels, Firing, Nanos, Origin, Phase, Price, Rearm, Symbol};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

pub(super) const NOW: Nanos = Nanos::from_secs(1_723_161_254);
const VENUE: &str = "binance-futures";

/// Texts that are trouble to whoever puts them into a statement, a file or a terminal.
const ODD: [&str; 6] = [
    "price > 65000",
    "'; DROP TABLE alert; --",
    "\"`%_\\ \u{0} after nul",
    "🚀 \u{1b}[31m 牛来\u{202e}",
    "",
    "line\r\nline\ttab ?1 :name @x $y",
];

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("rtai.db")
}

/// Opens one that must be kept in its file, without anything to say.
fn opened(path: &Path) -> Store {
    let opened = open(path, NOW);
    assert_eq!((opened.keeping, opened.notes), (Keeping::File(path.to_owned()), vec![]));
    opened.store
}

fn symbol(text: &str) -> Symbol {
    Symbol::new(text).unwrap()
}

fn alert(id: u64, expr: &str) -> Alert {
    Alert {
        id,
        symbol: symbol("BTCUSDT"),
        expr: expr.to_owned(),
        rearm: Rearm::Auto,
        deliver: Channels::NONE.with(Channel::Webhook),
        note: String::new(),
        paused: false,
        origin: Origin::User,
    }
}

fn firing(id: u64, at: Nanos) -> Firing {
    Firing {
        number: 77,
        id,
        at,
        symbol: symbol("牛来USDT"),
        expr: "price > 65000".into(),
        values: [("price".into(), 65_000.1), ("ofi.z".into(), -2.5e-300)].into(),
        price: Some(Price::from_units(6_500_010_000_000)),
        deliver: Channels::NONE.with(Channel::Bell).with(Channel::Mail),
        note: "it's \"time\"\u{0}".into(),
    }
}

fn both() -> Channels {
    Channels::NONE.with(Channel::Webhook).with(Channel::Mail)
}

fn state(phase: Phase) -> AlertState {
    AlertState { phase, been_false: true, fired: 3, last: Some(NOW) }
}

/// Has the thread run a statement of the test's own.
fn sql(store: &Store, text: &'static str) {
    store.ask(move |desk| Ok(desk.db.execute_batch(text)?)).unwrap();
}

#[test]
fn alerts_come_back_as_they_were_each_at_its_venue() {
    let folder = folder();
    let store = opened(&file(&folder));
    let rearms = [Rearm::Auto, Rearm::Once, Rearm::Always, Rearm::Cooldown(Nanos(1)), Rearm::Cooldown(Rearm::LONGEST)];
    let mut kept = Vec::new();
    for (n, text) in ODD.into_iter().enumerate() {
        let alert = Alert {
            symbol: symbol("牛来USDT"),
            rearm: rearms[n % rearms.len()],
            deliver: both(),
            note: text.to_owned(),
            paused: n % 2 == 0,
            origin: if n % 2 == 1 { Origin::Config } else { Origin::User },
            ..alert(store.next_id(), text)
        };
        let phase = [Phase::Armed, Phase::Triggered, Phase::Done][n % 3];
        let state = AlertState { phase, been_false: n % 2 == 0, fired: u64::MAX - n as u64, last: (n > 2).then_some(NOW) };
        store.save(VENUE, &alert, &state);
        kept.push((alert, state));
    }
    let high = (alert(u64::MAX, "mark > 1"), AlertState::default());
    store.save(VENUE, &high.0, &high.1);
    kept.push(high);
    let other = (alert(1, "bid > 2"), AlertState::default());
    store.save("demo", &other.0, &other.1);
    for _ in 0..2 {
        let store = store.clone();
        assert_eq!(store.alerts(VENUE).unwrap(), kept);
        assert_eq!(store.alerts("demo").unwrap(), std::slice::from_ref(&other));
        assert_eq!(store.alerts("'; DROP TABLE alert; --").unwrap(), []);
    }
    drop(store);
    let store = opened(&file(&folder));
    assert_eq!(store.alerts(VENUE).unwrap(), kept);
    store.remove(VENUE, 1);
    store.remove("demo", 999);
    assert_eq!(store.alerts(VENUE).unwrap(), kept[1..]);
    assert_eq!(store.alerts("demo").unwrap(), [other]);
    let changed = Alert { expr: "ask < 1".into(), paused: true, ..kept[1].0.clone() };
    store.save(VENUE, &changed, &state(Phase::Done));
    assert_eq!(store.alerts(VENUE).unwrap()[0], (changed, state(Phase::Done)));
    assert_eq!(store.trouble(), None);
}

#[test]
fn numbers_are_never_given_twice() {
    let folder = folder();
    let store = opened(&file(&folder));
    assert_eq!((store.next_id(), store.clone().next_id()), (1, 2));
    drop(store);
    let store = opened(&file(&folder));
    assert_eq!(store.next_id(), 3, "although neither was saved");
    store.save(VENUE, &alert(40, "x"), &AlertState::default());
    assert_eq!(store.next_id(), 41, "one from elsewhere counts");
    store.remove(VENUE, 40);
    store.save(VENUE, &alert(u64::MAX, "x"), &AlertState::default());
    drop(store);
    let store = opened(&file(&folder));
    assert_eq!(store.next_id(), 42);
    let rows = [store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both()), 0];
    store.forget(VENUE, Nanos::MAX);
    drop(store);
    let store = opened(&file(&folder));
    assert_eq!((rows[0], store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both())), (1, 2));
}

#[test]
fn the_configuration_files_alerts_are_those_of_the_file() {
    let folder = folder();
    let store = opened(&file(&folder));
    store.save(VENUE, &alert(store.next_id(), "price > 1"), &AlertState::default());
    let wanted = [alert(0, "price > 1"), alert(0, "price > 2"), alert(0, "price > 2")];
    let ids = |found: &[(Alert, AlertState)]| found.iter().map(|(alert, _)| alert.id).collect::<Vec<_>>();
    let found = store.sync_config(VENUE, &wanted).unwrap();
    assert_eq!(ids(&found), [1, 2, 3, 4], "the user's own beside them, and one that stands twice in the file twice");
    assert!(found[1..].iter().all(|(alert, state)| alert.origin == Origin::Config && *state == AlertState::default()));

    // One has fired and is paused: it stays so.
    let paused = Alert { paused: true, ..found[2].0.clone() };
    store.save(VENUE, &paused, &state(Phase::Triggered));
    drop(store);
    let store = opened(&file(&folder));
    let moved = Alert { deliver: both(), note: "now".into(), ..alert(0, "price > 2") };
    let again = store.sync_config(VENUE, &[moved.clone(), wanted[0].clone()]).unwrap();
    assert_eq!(ids(&again), [1, 2, 3]);
    let expected = Alert { id: 3, paused: true, origin: Origin::Config, ..moved };
    assert_eq!(again[2], (expected, state(Phase::Triggered)), "delivery and note are the file's, the rest is kept");
    assert_eq!(again, store.alerts(VENUE).unwrap());

    let rearmed = Alert { rearm: Rearm::Once, ..alert(0, "price > 2") };
    let elsewhere = Alert { symbol: symbol("ETHUSDT"), ..wanted[0].clone() };
    assert_eq!(
        ids(&store.sync_config(VENUE, &[rearmed, elsewhere]).unwrap()),
        [1, 5, 6],
        "another re-arming or symbol is another alert"
    );
    assert_eq!(store.sync_config("demo", &[]).unwrap(), []);
    assert_eq!(ids(&store.sync_config(VENUE, &[]).unwrap()), [1]);
}

#[test]
fn a_firing_is_kept_with_its_state_and_deliveries() {
    let folder = folder();
    let store = opened(&file(&folder));
    store.save(VENUE, &alert(5, "price > 65000"), &AlertState::default());
    let told = Firing {
        values: [("nan".into(), f64::NAN), ("x".into(), 0.1 + 0.2), ("x".into(), -0.0)].into(),
        price: None,
        ..firing(5, NOW)
    };
    let rows = [
        store.fired(VENUE, &firing(5, NOW), &state(Phase::Triggered), both()),
        store.fired("demo", &firing(5, NOW), &state(Phase::Done), Channels::NONE.with(Channel::Command)),
        store.fired(VENUE, &told, &state(Phase::Done), Channels::NONE),
    ];
    assert_eq!(rows, [1, 2, 3]);
    drop(store);
    let store = opened(&file(&folder));
    assert_eq!(store.alerts(VENUE).unwrap(), [(alert(5, "price > 65000"), state(Phase::Done))]);
    assert_eq!(store.alerts("demo").unwrap(), [], "a firing does not bring back an alert that was removed");
    let history = store.history(VENUE, 10).unwrap();
    let waiting =
        |channel| DeliveryRow { channel, state: DeliveryState::Waiting { next: Nanos::ZERO }, tries: 0, why: None, at: NOW };
    assert_eq!(history.len(), 2);
    assert_eq!(
        history[0],
        HistoryRow {
            row: 1,
            firing: Firing { number: 1, ..firing(5, NOW) },
            seen: false,
            deliveries: vec![waiting(Channel::Webhook), waiting(Channel::Mail)],
        }
    );
    assert_eq!(history[1].firing.values[..], [("x".into(), 0.1 + 0.2), ("x".into(), -0.0)], "what is no number is no value");
    assert!(history[1].firing.values[1].1.is_sign_negative() && history[1].deliveries.is_empty());
    assert_eq!(store.history(VENUE, 1).unwrap(), history[1..], "the newest");
    assert_eq!(store.history(VENUE, 0).unwrap(), []);
    assert_eq!(store.history("demo", usize::MAX).unwrap()[0].deliveries, [waiting(Channel::Command)]);

    store.acknowledge(&[3, 99]);
    let seen = |store: &Store| store.history(VENUE, 9).unwrap().iter().map(|row| row.seen).collect::<Vec<_>>();
    assert_eq!(seen(&store), [false, true]);
    store.acknowledge_all(VENUE);
    assert_eq!(seen(&store), [true, true]);
    assert!(!store.history("demo", 9).unwrap()[0].seen);
    store.fired(VENUE, &firing(5, NOW + Nanos(1)), &state(Phase::Done), both());
    store.forget(VENUE, NOW + Nanos(1));
    assert_eq!(store.history(VENUE, 9).unwrap().iter().map(|row| row.row).collect::<Vec<_>>(), [4]);
    assert_eq!(store.due(NOW, 9).iter().map(|job| job.row).collect::<Vec<_>>(), [2, 4, 4], "nothing of what was forgotten");
}

#[test]
fn only_the_last_firings_of_each_venue_are_kept() {
    let store = Store::in_memory();
    for n in 0..20 {
        store.fired(if n < 5 { "quiet" } else { VENUE }, &firing(1, NOW + Nanos(n)), &AlertState::default(), both());
    }
    store.ask(|desk| Ok(history::forget_beyond_for_test(&desk.db, 7)?)).unwrap();
    let rows = |venue| store.history(venue, 99).unwrap().iter().map(|row| row.row).collect::<Vec<_>>();
    assert_eq!((rows("quiet"), rows(VENUE)), ((1..=5).collect(), (14..=20).collect()));
    assert_eq!(store.due(NOW, 99).len(), 2 * 12, "deliveries go with their firings");
}

#[test]
fn a_delivery_is_handed_out_once_until_it_is_settled() {
    let folder = folder();
    let store = opened(&file(&folder));
    assert_eq!((store.due(NOW, 9), store.next_due()), (vec![], None));
    store.fired(VENUE, &firing(5, NOW), &AlertState::default(), both());
    store.fired("demo", &firing(6, NOW), &AlertState::default(), Channels::NONE.with(Channel::Command));
    assert_eq!(store.next_due(), Some(Nanos::ZERO));
    let first = store.due(Nanos::ZERO, 2);
    let told = |jobs: &[Job]| jobs.iter().map(|job| (job.row, job.channel, job.tries)).collect::<Vec<_>>();
    assert_eq!(told(&first), [(1, Channel::Webhook, 0), (1, Channel::Mail, 0)]);
    assert_eq!((first[0].venue.as_str(), &first[0].firing), (VENUE, &Firing { number: 1, ..firing(5, NOW) }));
    let second = store.due(NOW, 2);
    assert_eq!((told(&second), second[0].venue.as_str()), (vec![(2, Channel::Command, 0)], "demo"));
    assert_eq!((store.due(NOW, 9), store.next_due()), (vec![], None), "all are under way");

    let later = NOW + Nanos::from_secs(30);
    store.settle(first[0].id, NOW, Outcome::Again { next: later, why: "503\u{1b}[2J".into() });
    store.settle(first[1].id, NOW, Outcome::Sent);
    assert_eq!((store.due(later - Nanos(1), 9), store.next_due()), (vec![], Some(later)));
    drop(store);

    let store = opened(&file(&folder));
    assert_eq!(told(&store.due(NOW, 9)), [(2, Channel::Command, 0)], "what was under way is to be made again");
    assert_eq!(store.next_due(), Some(later));
    assert_eq!(told(&store.due(later, 9)), [(1, Channel::Webhook, 1)]);
    store.settle(first[0].id, later, Outcome::Failed { why: "gone".into() });
    store.settle(first[0].id, later + Nanos(5), Outcome::Sent);
    let deliveries = store.history(VENUE, 1).unwrap().remove(0).deliveries;
    let ended =
        |channel, state, tries, why: Option<&str>, at| DeliveryRow { channel, state, tries, why: why.map(str::to_owned), at };
    assert_eq!(
        deliveries,
        [
            ended(Channel::Webhook, DeliveryState::Failed, 2, Some("gone"), later),
            ended(Channel::Mail, DeliveryState::Sent, 1, None, NOW)
        ],
        "what has ended stays as it ended"
    );
    assert_eq!((store.due(Nanos::MAX, 9), store.next_due()), (vec![], None));
}

#[test]
fn reasons_cannot_disturb_a_terminal() {
    let store = Store::in_memory();
    store.fired(VENUE, &firing(5, NOW), &AlertState::default(), Channels::NONE.with(Channel::Webhook));
    let job = store.due(NOW, 1).remove(0);
    store.settle(job.id, NOW, Outcome::Again { next: NOW, why: format!("\u{1b}[2J{}", "x".repeat(100_000)) });
    let why = store.history(VENUE, 1).unwrap().remove(0).deliveries.remove(0).why.unwrap();
    assert!(why.starts_with("·[2Jx") && why.chars().count() == 301, "{}", why.len());
}

#[test]
fn who_waits_for_deliveries_is_woken_after_they_are_there() {
    let store = Store::in_memory();
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    store.on_waiting(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let times = || {
        store.flush().unwrap();
        woken.load(Ordering::SeqCst)
    };
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    store.fired(VENUE, &firing(1, NOW), &AlertState::default(), Channels::NONE);
    assert_eq!(times(), 0);
    let before = store.changes();
    store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both());
    assert_eq!(times(), 1);
    assert!(store.changes() > before);
    let jobs = store.due(NOW, 9);
    store.settle(jobs[0].id, NOW, Outcome::Sent);
    assert_eq!(times(), 1);
    store.settle(jobs[1].id, NOW, Outcome::Again { next: NOW, why: String::new() });
    assert_eq!(times(), 2, "one put off may be the next that is due");
    let before = store.changes();
    store.due(NOW, 9);
    assert_eq!(store.changes(), before, "reading changes nothing");
}
