use super::super::message::tests::firing;
use super::*;
use crate::drive::store::Job;
use std::sync::mpsc::{Receiver, sync_channel};

const T0: Nanos = Nanos::from_millis(1_723_161_250_500);

/// An outbox in memory that says what is settled.
struct Fake {
    jobs: Mutex<Vec<(Nanos, bool, Job)>>,
    settled: SyncSender<(i64, Outcome)>,
}

impl Fake {
    fn new() -> (Arc<Self>, Receiver<(i64, Outcome)>) {
        let (settled, told) = sync_channel(100_000);
        (Arc::new(Self { jobs: Mutex::default(), settled }), told)
    }

    fn put(&self, ids: std::ops::RangeInclusive<i64>, channel: Channel) {
        let job = |id| Job { id, row: id, channel, tries: 0, venue: "demo".to_owned(), firing: firing("price > 1", "") };
        self.jobs.lock().unwrap().extend(ids.map(|id| (Nanos::ZERO, false, job(id))));
    }
}

impl Outbox for Fake {
    fn due(&self, now: Nanos, most: usize) -> Vec<Job> {
        let mut jobs = self.jobs.lock().unwrap();
        let due = jobs.iter_mut().filter(|(next, out, _)| *next <= now && !out).take(most);
        due.map(|(_, out, job)| {
            *out = true;
            job.clone()
        })
        .collect()
    }

    fn next_due(&self) -> Option<Nanos> {
        self.jobs.lock().unwrap().iter().filter(|(_, out, _)| !out).map(|(next, ..)| *next).min()
    }

    fn settle(&self, id: i64, _: Nanos, outcome: Outcome) {
        let mut jobs = self.jobs.lock().unwrap();
        if let Outcome::Again { next, .. } = &outcome {
            let known = jobs.iter_mut().find(|(.., job)| job.id == id).unwrap();
            (known.0, known.1) = (*next, false);
            known.2.tries += 1;
        } else {
            jobs.retain(|(.., job)| job.id != id);
        }
        drop(jobs);
        let _ = self.settled.send((id, outcome));
    }
}

/// Sends what it is told to: each message is handed to the test, which says what comes of it.
struct Asked {
    sent: SyncSender<Message>,
    answers: Mutex<Receiver<Attempt>>,
    stopped: SyncSender<()>,
}

struct Receiving {
    sent: Receiver<Message>,
    answers: SyncSender<Attempt>,
    stopped: Receiver<()>,
}

fn asked() -> (Arc<dyn Sender>, Receiving) {
    let ((sent, got), (answers, answered), (stopped, told)) = (sync_channel(100), sync_channel(100), sync_channel(1));
    (Arc::new(Asked { sent, answers: Mutex::new(answered), stopped }), Receiving { sent: got, answers, stopped: told })
}

impl Sender for Asked {
    fn about(&self) -> String {
        "the test".to_owned()
    }

    fn send(&self, message: &Message, _: Nanos) -> Attempt {
        let _ = self.sent.send(message.clone());
        let answer = self.answers.lock().unwrap().recv();
        match answer {
            Ok(Attempt::Failed { why }) if why == "panic" => panic!("oh no"),
            Ok(attempt) => attempt,
            Err(_) => Attempt::again("the test is over"),
        }
    }

    fn stop(&self) {
        let _ = self.stopped.try_send(());
    }
}

fn setup() -> Setup {
    let mut setup = Setup::off("it is off here");
    setup.limits.parting = Duration::from_millis(50);
    setup
}

#[test]
fn what_waits_is_sent_and_settled_and_seen() {
    let (outbox, settled) = Fake::new();
    outbox.put(1..=1, Channel::Mail);
    let (sender, mail) = asked();
    let deliverer = Deliverer::start(outbox.clone(), setup().with(Channel::Mail, Ok(sender)), Clock::manual(T0)).unwrap();
    assert_eq!(mail.sent.recv().unwrap().id, 7);
    mail.answers.send(Attempt::Sent).unwrap();
    assert_eq!(settled.recv().unwrap(), (1, Outcome::Sent));
    // Later ones are found when it is told of them.
    outbox.put(2..=2, Channel::Mail);
    outbox.put(3..=3, Channel::Webhook);
    deliverer.waker().wake();
    mail.sent.recv().unwrap();
    assert_eq!(settled.recv().unwrap(), (3, Outcome::Failed { why: "it is off here".to_owned() }));
    mail.answers.send(Attempt::failed("panic")).unwrap();
    let why = "this program broke: oh no".to_owned();
    assert_eq!(settled.recv().unwrap(), (2, Outcome::Failed { why: why.clone() }));
    // A panic is no end: the channel goes on.
    outbox.put(4..=4, Channel::Mail);
    deliverer.wake();
    mail.sent.recv().unwrap();
    let view = deliverer.view();
    let shown = view.of(Channel::Mail).unwrap();
    assert_eq!(
        (shown.ready.clone(), shown.last.clone()),
        (Ok("the test".to_owned()), Some(Last { at: T0, alert: 7, outcome: Outcome::Failed { why } }))
    );
    assert_eq!(view.of(Channel::Webhook).unwrap().ready, Err("it is off here".to_owned()));
}

#[test]
fn a_slow_channel_does_not_hold_up_the_others_and_sends_one_at_a_time() {
    let (outbox, settled) = Fake::new();
    outbox.put(1..=3, Channel::Webhook);
    outbox.put(4..=6, Channel::Mail);
    let ((slow, webhook), (quick, mail)) = (asked(), asked());
    let setup = setup().with(Channel::Webhook, Ok(slow)).with(Channel::Mail, Ok(quick));
    let _deliverer = Deliverer::start(outbox, setup, Clock::manual(T0)).unwrap();
    webhook.sent.recv().unwrap();
    for id in 4..=6 {
        mail.sent.recv().unwrap();
        mail.answers.send(Attempt::Sent).unwrap();
        assert_eq!(settled.recv().unwrap(), (id, Outcome::Sent));
    }
    assert!(webhook.sent.try_recv().is_err(), "the first has not come back");
    webhook.answers.send(Attempt::Sent).unwrap();
    assert_eq!(settled.recv().unwrap(), (1, Outcome::Sent));
    webhook.sent.recv().unwrap();
}

#[test]
fn it_is_tried_again_when_its_time_has_come_and_not_before() {
    let (outbox, settled) = Fake::new();
    outbox.put(1..=1, Channel::Webhook);
    let (sender, webhook) = asked();
    let clock = Clock::manual(T0);
    let deliverer = Deliverer::start(outbox, setup().with(Channel::Webhook, Ok(sender)), clock.clone()).unwrap();
    for (tries, wait) in [1_i64, 5, 30].into_iter().enumerate() {
        webhook.sent.recv().unwrap();
        webhook.answers.send(Attempt::again("no")).unwrap();
        let next = clock.now() + Nanos::from_secs(wait);
        assert_eq!(settled.recv().unwrap(), (1, Outcome::Again { next, why: "no".to_owned() }), "try {tries}");
        clock.advance(Nanos::from_secs(wait) - Nanos(1));
        deliverer.wake();
        assert!(webhook.sent.try_recv().is_err());
        clock.advance(Nanos(1));
        deliverer.wake();
    }
    webhook.sent.recv().unwrap();
    webhook.answers.send(Attempt::Sent).unwrap();
    assert_eq!(settled.recv().unwrap(), (1, Outcome::Sent));
}

#[test]
fn a_flood_is_summed_up() {
    let (outbox, settled) = Fake::new();
    outbox.put(1..=3_000, Channel::Webhook);
    let (sender, webhook) = asked();
    let _deliverer = Deliverer::start(outbox, setup().with(Channel::Webhook, Ok(sender)), Clock::manual(T0)).unwrap();
    assert_eq!(webhook.sent.recv().unwrap().more, 2_999);
    webhook.answers.send(Attempt::Sent).unwrap();
    let mut all: Vec<(i64, Outcome)> = (0..3_000).map(|_| settled.recv().unwrap()).collect();
    all.sort_by_key(|(id, _)| *id);
    assert_eq!(all, (1..=3_000).map(|id| (id, Outcome::Sent)).collect::<Vec<_>>());
}

#[test]
fn the_old_is_not_sent() {
    let (outbox, settled) = Fake::new();
    outbox.put(1..=1, Channel::Webhook);
    let (sender, webhook) = asked();
    let clock = Clock::manual(T0 + Nanos::from_secs(86_401));
    let _deliverer = Deliverer::start(outbox, setup().with(Channel::Webhook, Ok(sender)), clock).unwrap();
    assert_eq!(settled.recv().unwrap().1, Outcome::Failed { why: "it could not be delivered within 24 hours".to_owned() });
    assert!(webhook.sent.try_recv().is_err());
}

#[test]
fn ending_waits_for_what_is_nearly_there() {
    let (outbox, settled) = Fake::new();
    outbox.put(1..=1, Channel::Webhook);
    let (sender, webhook) = asked();
    let mut setup = setup().with(Channel::Webhook, Ok(sender));
    setup.limits.parting = Duration::from_mins(1);
    let deliverer = Deliverer::start(outbox, setup, Clock::manual(T0)).unwrap();
    webhook.sent.recv().unwrap();
    webhook.answers.send(Attempt::Sent).unwrap();
    drop(deliverer);
    assert_eq!(settled.recv().unwrap(), (1, Outcome::Sent));
    assert!(webhook.stopped.try_recv().is_err());
}

#[test]
fn ending_stops_what_takes_too_long_and_leaves_it_in_the_outbox() {
    let (outbox, settled) = Fake::new();
    outbox.put(1..=1, Channel::Command);
    let (sender, command) = asked();
    let setup = setup().with(Channel::Command, Ok(sender));
    let deliverer = Deliverer::start(outbox, setup, Clock::manual(T0)).unwrap();
    command.sent.recv().unwrap();
    drop(deliverer);
    command.stopped.recv().unwrap();
    command.answers.send(Attempt::Sent).unwrap();
    assert!(settled.recv().is_err(), "it is sent again another time");
}

#[test]
fn the_stores_outbox_serves_it() {
    let store = crate::drive::store::Store::in_memory();
    let (sender, webhook) = asked();
    let clock = Clock::manual(T0);
    let setup = setup().with(Channel::Webhook, Ok(sender));
    let deliverer = Deliverer::start(Arc::new(store.clone()), setup, clock.clone()).unwrap();
    let waker = deliverer.waker();
    store.on_waiting(move || waker.wake());
    let channels = crate::domain::Channels::NONE.with(Channel::Webhook).with(Channel::Mail);
    store.fired("demo", &firing("price > 1", ""), &crate::domain::AlertState::default(), channels);
    webhook.sent.recv().unwrap();
    webhook.answers.send(Attempt::again("no")).unwrap();
    // It comes again by itself once its time has come, without anybody telling the deliverer but of the time.
    loop {
        let rows = store.history("demo", 9).unwrap();
        let tries: Vec<u32> = rows.iter().flat_map(|row| row.deliveries.iter().map(|delivery| delivery.tries)).collect();
        if tries == [1, 1] {
            break;
        }
    }
    clock.advance(Nanos::SECOND);
    deliverer.wake();
    webhook.sent.recv().unwrap();
    drop(deliverer);
    let rows = store.history("demo", 9).unwrap();
    let why: Vec<Option<&str>> = rows[0].deliveries.iter().map(|delivery| delivery.why.as_deref()).collect();
    assert_eq!(why, [Some("no"), Some("it is off here")]);
}
