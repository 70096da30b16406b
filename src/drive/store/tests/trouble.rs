//! Disks that are full, changes that cannot be written, and more than can be taken.

use super::*;
use std::sync::mpsc::sync_channel;

/// From now on nothing can be written.
pub(super) fn jam(store: &Store) {
    sql(store, "PRAGMA query_only = ON");
}

pub(super) fn free(store: &Store) {
    sql(store, "PRAGMA query_only = OFF");
}

#[test]
fn what_a_full_disk_refuses_is_delivered_and_written_once_there_is_room() {
    let folder = folder();
    let store = opened(&file(&folder));
    store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both());
    sql(&store, "PRAGMA max_page_count = 1");
    let long = Firing { note: "long ".repeat(10_000).into(), ..firing(2, NOW) };
    assert_eq!(store.fired(VENUE, &long, &AlertState::default(), both()), 2);
    let refused = store.flush().unwrap_err();
    assert!(refused.to_string().contains("the disk is full"), "{refused}");
    let trouble = store.trouble().unwrap();
    assert!(trouble.contains("rtai.db cannot be written: the disk is full; alerts go on"), "{trouble}");
    assert_eq!(store.history(VENUE, 9).unwrap().len(), 1);
    let jobs = store.due(NOW, 9);
    assert_eq!(
        jobs.iter().map(|job| (job.row, job.channel)).collect::<Vec<_>>(),
        [1, 2].map(|row| [(row, Channel::Webhook), (row, Channel::Mail)]).concat()
    );
    assert_eq!(jobs[3].firing, Firing { number: 2, ..long.clone() });
    sql(&store, "PRAGMA max_page_count = 1000000");
    assert_eq!((store.flush(), store.trouble()), (Ok(()), None));
    assert_eq!(store.history(VENUE, 9).unwrap()[1].firing, jobs[3].firing);
    assert_eq!(store.due(NOW, 9), [], "what is under way stays so");
}

#[test]
fn deliveries_go_on_while_nothing_can_be_written() {
    let folder = folder();
    let store = opened(&file(&folder));
    store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both());
    jam(&store);
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    store.on_waiting(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    store.fired(VENUE, &firing(2, NOW), &AlertState::default(), both());
    assert_eq!(store.next_due(), Some(Nanos::ZERO));
    assert_eq!(woken.load(Ordering::SeqCst), 1, "although it is not written");
    let jobs = store.due(NOW, 9);
    assert_eq!(jobs.len(), 4);
    // Of each firing one arrives and one is put off: neither may come too early or twice.
    let later = NOW + Nanos::SECOND;
    for pair in jobs.chunks(2) {
        store.settle(pair[0].id, NOW, Outcome::Sent);
        store.settle(pair[1].id, NOW, Outcome::Again { next: later, why: "busy".into() });
    }
    assert_eq!((store.due(NOW, 9), store.next_due()), (vec![], Some(later)));
    let again = store.due(later, 9);
    assert_eq!(again.iter().map(|job| (job.id, job.tries)).collect::<Vec<_>>(), [(jobs[1].id, 1), (jobs[3].id, 1)]);
    store.settle(again[0].id, later, Outcome::Failed { why: "gone".into() });
    assert!(store.flush().is_err() && store.sync_config(VENUE, &[alert(0, "x")]).is_err());
    free(&store);
    assert_eq!((store.flush(), store.trouble()), (Ok(()), None));
    assert_eq!((store.due(Nanos::MAX, 9), store.next_due()), (vec![], None), "one is under way, the others have ended");
    let ends: Vec<_> = store
        .history(VENUE, 9)
        .unwrap()
        .iter()
        .flat_map(|row| &row.deliveries)
        .map(|delivery| (delivery.state, delivery.tries))
        .collect();
    let waits = DeliveryState::Waiting { next: later };
    assert_eq!(ends, [(DeliveryState::Sent, 1), (DeliveryState::Failed, 2), (DeliveryState::Sent, 1), (waits, 1)]);
}

#[test]
fn what_is_held_is_tried_again_though_nobody_asks() {
    let store = Store::in_memory();
    jam(&store);
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    assert!(store.flush().is_err());
    free(&store);
    assert!(store.trouble().is_some(), "it was tried before the disk was free again");
    while store.trouble().is_some() {
        std::thread::park_timeout(std::time::Duration::from_millis(5));
    }
    assert_eq!(store.alerts(VENUE).unwrap().len(), 1);
}

#[test]
fn what_was_held_is_written_at_the_end() {
    let folder = folder();
    let store = opened(&file(&folder));
    jam(&store);
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    assert!(store.flush().is_err());
    free(&store);
    drop(store);
    assert_eq!(opened(&file(&folder)).alerts(VENUE).unwrap().len(), 1);
}

#[test]
fn a_change_that_never_can_be_written_is_counted_and_still_delivered() {
    let store = Store::in_memory();
    sql(&store, "DROP TABLE delivery");
    store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both());
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    assert_eq!(store.flush(), Ok(()));
    let trouble = store.trouble().unwrap();
    assert!(trouble.starts_with("1 change was not written to memory: no such table"), "{trouble}");
    assert_eq!(store.alerts(VENUE).unwrap().len(), 1, "the others are");
    sql(&store, migrations::STEPS[2]);
    let jobs = store.due(NOW, 9);
    assert_eq!(jobs.len(), 2);
    store.settle(jobs[0].id, NOW, Outcome::Sent);
    store.settle(jobs[1].id, NOW, Outcome::Again { next: NOW, why: String::new() });
    let again = store.due(NOW, 9);
    assert_eq!(again.iter().map(|job| (job.id, job.tries)).collect::<Vec<_>>(), [(jobs[1].id, 1)]);
    store.settle(again[0].id, NOW, Outcome::Sent);
    assert_eq!((store.due(NOW, 9), store.next_due()), (vec![], None));
}

#[test]
fn what_was_held_and_then_is_lost_is_not_delivered_again() {
    let store = Store::in_memory();
    jam(&store);
    store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both());
    let jobs = store.due(NOW, 9);
    store.settle(jobs[0].id, NOW, Outcome::Sent);
    store.settle(jobs[1].id, NOW, Outcome::Again { next: NOW + Nanos::SECOND, why: String::new() });
    let again = store.due(Nanos::MAX, 1);
    sql(&store, "PRAGMA query_only = OFF; DROP TABLE delivery");
    assert_eq!((store.due(Nanos::MAX, 9), store.next_due()), (vec![], None), "one has arrived, one is under way");
    assert!(store.trouble().unwrap().starts_with("3 changes were not written"));
    sql(&store, migrations::STEPS[2]);
    store.settle(again[0].id, NOW, Outcome::Again { next: NOW, why: String::new() });
    assert_eq!(store.due(NOW, 9).iter().map(|job| (job.id, job.tries)).collect::<Vec<_>>(), [(jobs[1].id, 2)]);
}

#[test]
fn one_that_fails_does_not_take_others_with_it() {
    let store = Store::in_memory();
    // All of them wait while the thread is held up, so that they are made together.
    let (go, wait) = sync_channel::<()>(0);
    store.0.shared.push(Task::Ask(Box::new(move |_| wait.recv().unwrap())));
    for id in 1..=5 {
        store.save(VENUE, &alert(id, "x"), &AlertState::default());
        if id == 3 {
            store.change(|db: &rusqlite::Connection| db.execute_batch("INSERT INTO counter VALUES ('half', 1); SELECT nonsense"));
        }
    }
    go.send(()).unwrap();
    assert_eq!(store.alerts(VENUE).unwrap().len(), 5);
    assert!(store.trouble().unwrap().starts_with("1 change was not written"));
    let half: i64 = store
        .ask(|desk| Ok(desk.db.query_row("SELECT count(*) FROM counter WHERE name = 'half'", [], |row| row.get(0))?))
        .unwrap();
    assert_eq!(half, 0, "and nothing of it was");
}

#[test]
fn who_hands_over_never_waits_and_more_than_can_be_taken_is_counted() {
    let store = Store::in_memory();
    let (go, wait) = sync_channel::<()>(0);
    store.0.shared.push(Task::Ask(Box::new(move |_| wait.recv().unwrap())));
    // The thread has taken the question when it takes nothing more: everything from here on waits.
    while store.0.shared.waiting() > 0 {
        std::thread::yield_now();
    }
    for n in 0..shared::WAITING as u64 + 3 {
        store.change(move |db: &rusqlite::Connection| {
            db.execute("INSERT OR REPLACE INTO counter VALUES ('n', ?1)", [n as i64]).map(drop)
        });
    }
    assert!(store.trouble().unwrap().starts_with("3 changes were not written to memory: more came than the disk takes"));
    go.send(()).unwrap();
    let last: i64 =
        store.ask(|desk| Ok(desk.db.query_row("SELECT value FROM counter WHERE name = 'n'", [], |row| row.get(0))?)).unwrap();
    assert_eq!(last, shared::WAITING as i64 - 1);
}

#[test]
fn rows_that_make_no_sense_are_left_out_and_counted() {
    let folder = folder();
    let store = opened(&file(&folder));
    for id in 1..=4 {
        store.save(VENUE, &alert(id, "x"), &AlertState::default());
        store.fired(VENUE, &firing(id, NOW), &AlertState::default(), Channels::NONE.with(Channel::Webhook));
    }
    assert_eq!(store.trouble(), None);
    sql(
        &store,
        r#"UPDATE alert SET symbol = 'two words' WHERE id = 1; UPDATE alert SET rearm = 'pigeon' WHERE id = 2;
        UPDATE firing SET "values" = '{' WHERE "row" = 2; UPDATE delivery SET channel = 'pigeon' WHERE firing = 3"#,
    );
    assert_eq!(store.alerts(VENUE).unwrap().iter().map(|(alert, _)| alert.id).collect::<Vec<_>>(), [3, 4]);
    let trouble = store.trouble().unwrap();
    assert!(trouble.starts_with("2 of what is kept in ") && trouble.ends_with("cannot be read and was left out"), "{trouble}");
    assert_eq!(
        store.history(VENUE, 9).unwrap().iter().map(|row| (row.row, row.deliveries.len())).collect::<Vec<_>>(),
        [(1, 1), (3, 0), (4, 1)]
    );
    assert_eq!(store.due(NOW, 9).iter().map(|job| job.row).collect::<Vec<_>>(), [1, 4]);
    assert_eq!((store.due(NOW, 9), store.next_due()), (vec![], None), "what cannot be read is not met again and again");
}

#[test]
fn a_thread_that_has_failed_is_said_and_nobody_waits_for_it() {
    let store = Store::in_memory();
    assert_eq!(store.ask::<()>(|_| panic!("a test's panic")), Err(StoreError::Gone));
    // The thread says so while it ends.
    while store.trouble().is_none() {
        std::thread::yield_now();
    }
    assert!(store.trouble().unwrap().starts_with("alerts are not kept: the part of the program that keeps them has failed"));
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    assert_eq!(store.alerts(VENUE), Err(StoreError::Gone));
    assert_eq!((store.due(NOW, 1), store.next_due(), store.flush()), (vec![], None, Err(StoreError::Gone)));
}

#[test]
fn the_last_handle_may_end_on_the_stores_own_thread() {
    let folder = folder();
    let store = opened(&file(&folder));
    let own = store.clone();
    let (go, wait) = sync_channel::<()>(0);
    store.0.shared.push(Task::Ask(Box::new(move |_| {
        wait.recv().unwrap();
        drop(own);
    })));
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    drop(store);
    go.send(()).unwrap();
    // It closes by itself; until then the file is locked.
    let store = loop {
        let opened = open(&file(&folder), NOW);
        if matches!(opened.keeping, Keeping::File(_)) {
            break opened.store;
        }
        std::thread::yield_now();
    };
    assert_eq!(store.alerts(VENUE).unwrap().len(), 1);
}
