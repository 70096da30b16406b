//! Any sequence of what is asked against a model that is plain lists, with closing and opening anywhere between.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Step {
    Save(Alert, AlertState),
    Remove(u64),
    Fire(Firing, AlertState, Channels),
    Due(i64, usize),
    Settle(usize, Outcome),
    See(usize),
    Forget(i64),
    Sync(Vec<Alert>),
    Reopen,
    /// Nothing can be written from now on, or again.
    Jam(bool),
}

#[derive(Debug, Clone, PartialEq)]
struct Model {
    alerts: BTreeMap<(&'static str, u64), (Alert, AlertState)>,
    history: Vec<(&'static str, HistoryRow)>,
    handed: Vec<(i64, Channel)>,
    last_id: u64,
    last_row: i64,
    now: i64,
}

const VENUES: [&str; 2] = [VENUE, "it's \"another\" one"];

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![proptest::sample::select(&ODD[..]).prop_map(str::to_owned), any::<String>()]
}

fn channels() -> impl Strategy<Value = Channels> {
    any::<[bool; 6]>().prop_map(|on| Channel::ALL.into_iter().zip(on).filter(|(_, on)| *on).map(|(channel, _)| channel).collect())
}

fn states() -> impl Strategy<Value = AlertState> {
    let phase = proptest::sample::select(vec![Phase::Armed, Phase::Triggered, Phase::Done]);
    (phase, any::<bool>(), any::<u64>(), proptest::option::of(any::<i64>().prop_map(Nanos)))
        .prop_map(|(phase, been_false, fired, last)| AlertState { phase, been_false, fired, last })
}

fn alerts() -> impl Strategy<Value = Alert> {
    let rearm = prop_oneof![
        Just(Rearm::Auto),
        Just(Rearm::Once),
        Just(Rearm::Always),
        (1..=Rearm::LONGEST.0).prop_map(|time| Rearm::Cooldown(Nanos(time)))
    ];
    let symbols = proptest::sample::select(vec!["BTCUSDT", "牛来USDT", "';--"]);
    let id = prop_oneof![9 => 1..6_u64, 1 => any::<u64>()];
    (id, symbols, texts(), rearm, channels(), texts(), any::<bool>(), any::<bool>()).prop_map(
        |(id, text, expr, rearm, deliver, note, paused, config)| Alert {
            id,
            symbol: symbol(text),
            expr,
            rearm,
            deliver,
            note,
            paused,
            origin: if config { Origin::Config } else { Origin::User },
        },
    )
}

fn firings() -> impl Strategy<Value = Firing> {
    let finite = any::<f64>().prop_filter("finite", |value| value.is_finite());
    let values = proptest::collection::vec((texts(), finite), 0..4);
    (alerts(), 0..100_i64, values, proptest::option::of(any::<i64>())).prop_map(|(alert, at, values, price)| Firing {
        number: 0,
        id: alert.id,
        at: Nanos(at),
        symbol: alert.symbol,
        expr: alert.expr.into(),
        values: values.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        price: price.map(Price::from_units),
        deliver: alert.deliver,
        note: alert.note.into(),
    })
}

fn steps() -> impl Strategy<Value = Step> {
    let outcome = prop_oneof![
        Just(Outcome::Sent),
        (0..100_i64).prop_map(|next| Outcome::Again { next: Nanos(next), why: "later".into() }),
        Just(Outcome::Failed { why: "never".into() }),
    ];
    prop_oneof![
        4 => (alerts(), states()).prop_map(|(alert, state)| Step::Save(alert, state)),
        2 => (1..6_u64).prop_map(Step::Remove),
        6 => (firings(), states(), channels()).prop_map(|(firing, state, channels)| Step::Fire(firing, state, channels)),
        4 => (0..100_i64, 0..6_usize).prop_map(|(now, most)| Step::Due(now, most)),
        6 => (any::<usize>(), outcome).prop_map(|(which, outcome)| Step::Settle(which, outcome)),
        1 => any::<usize>().prop_map(Step::See),
        1 => (0..60_i64).prop_map(Step::Forget),
        1 => proptest::collection::vec(alerts(), 0..3).prop_map(Step::Sync),
        2 => Just(Step::Reopen),
        3 => any::<bool>().prop_map(Step::Jam),
    ]
}

impl Model {
    fn of(&self, venue: &str) -> Vec<(Alert, AlertState)> {
        self.alerts.iter().filter(|((at, _), _)| *at == venue).map(|(_, kept)| kept.clone()).collect()
    }

    fn rows(&self, venue: &str) -> Vec<HistoryRow> {
        self.history.iter().filter(|(at, _)| *at == venue).map(|(_, row)| row.clone()).collect()
    }

    fn raise(&mut self, id: u64) {
        if id < 1 << 62 {
            self.last_id = self.last_id.max(id);
        }
    }

    /// What waits and is not under way: when, and which.
    fn open(&self) -> Vec<(Nanos, i64, Channel, u32)> {
        let mut open = Vec::new();
        for (_, row) in &self.history {
            for delivery in &row.deliveries {
                if let DeliveryState::Waiting { next } = delivery.state
                    && !self.handed.contains(&(row.row, delivery.channel))
                {
                    open.push((next, row.row, delivery.channel, delivery.tries));
                }
            }
        }
        open
    }
}

fn step(model: &mut Model, store: &mut Store, path: &Path, venue: &'static str, step: Step) {
    // What is held is acted on for deliveries alone: these ask for what is written.
    if matches!(step, Step::Forget(_) | Step::Sync(_) | Step::Reopen) {
        trouble::free(store);
    }
    match step {
        Step::Jam(true) => trouble::jam(store),
        Step::Jam(false) => trouble::free(store),
        Step::Save(alert, state) => {
            store.save(venue, &alert, &state);
            model.raise(alert.id);
            model.alerts.insert((venue, alert.id), (alert, state));
        }
        Step::Remove(id) => {
            store.remove(venue, id);
            model.alerts.remove(&(venue, id));
        }
        Step::Fire(firing, state, channels) => {
            model.last_row += 1;
            let row = model.last_row;
            assert_eq!(store.fired(venue, &firing, &state, channels), row);
            if let Some(kept) = model.alerts.get_mut(&(venue, firing.id)) {
                kept.1 = state;
            }
            let waiting = DeliveryState::Waiting { next: Nanos::ZERO };
            let delivery = |channel| DeliveryRow { channel, state: waiting, tries: 0, why: None, at: firing.at };
            let deliveries = channels.iter().map(delivery).collect();
            let firing = Firing { number: row as u64, ..firing.clone() };
            model.history.push((venue, HistoryRow { row, firing, seen: false, deliveries }));
        }
        Step::Due(now, most) => {
            let mut expected = model.open();
            assert_eq!(store.next_due(), expected.iter().map(|(next, ..)| *next).min());
            expected.retain(|(next, ..)| *next <= Nanos(now));
            expected.truncate(most);
            let jobs = store.due(Nanos(now), most);
            let told: Vec<_> = jobs.iter().map(|job| (job.row, job.channel, job.tries)).collect();
            assert_eq!(told, expected.iter().map(|(_, row, channel, tries)| (*row, *channel, *tries)).collect::<Vec<_>>());
            for job in jobs {
                let (at, row) = model.history.iter().find(|(_, row)| row.row == job.row).unwrap();
                assert_eq!((&job.firing, job.venue.as_str()), (&row.firing, *at));
                model.handed.push((job.row, job.channel));
            }
        }
        Step::Settle(which, outcome) => {
            if model.handed.is_empty() {
                return;
            }
            let (row, channel) = model.handed.remove(which % model.handed.len());
            model.now += 1;
            store.settle(outbox::id_of(row, channel), Nanos(model.now), outcome.clone());
            let Some((_, row)) = model.history.iter_mut().find(|(_, kept)| kept.row == row) else { return };
            let delivery = row.deliveries.iter_mut().find(|delivery| delivery.channel == channel).unwrap();
            delivery.tries += 1;
            delivery.at = Nanos(model.now);
            (delivery.state, delivery.why) = match outcome {
                Outcome::Sent => (DeliveryState::Sent, None),
                Outcome::Again { next, why } => (DeliveryState::Waiting { next }, Some(why)),
                Outcome::Failed { why } => (DeliveryState::Failed, Some(why)),
            };
        }
        Step::See(which) => {
            if let Some(row) = model.history.len().checked_sub(1).map(|last| which % (last + 1)) {
                let row = &mut model.history[row].1;
                store.acknowledge(&[row.row]);
                row.seen = true;
            }
        }
        Step::Forget(before) => {
            store.forget(venue, Nanos(before));
            model.history.retain(|(at, row)| *at != venue || row.firing.at >= Nanos(before));
        }
        Step::Sync(wanted) => {
            let found = store.sync_config(venue, &wanted).unwrap();
            let mut known: Vec<u64> = Vec::new();
            for alert in wanted {
                let same = |kept: &Alert| {
                    kept.origin == Origin::Config
                        && kept.symbol == alert.symbol
                        && kept.expr == alert.expr
                        && kept.rearm == alert.rearm
                };
                let old = model.of(venue).into_iter().find(|(kept, _)| same(kept) && !known.contains(&kept.id));
                let (id, paused, state) = old.map_or_else(
                    || {
                        model.last_id += 1;
                        (model.last_id, alert.paused, AlertState::default())
                    },
                    |(old, state)| (old.id, old.paused, state),
                );
                known.push(id);
                model.alerts.insert((venue, id), (Alert { id, paused, origin: Origin::Config, ..alert }, state));
            }
            model.alerts.retain(|(at, id), (alert, _)| *at != venue || alert.origin != Origin::Config || known.contains(id));
            assert_eq!(found, model.of(venue));
        }
        Step::Reopen => {
            *store = Store::in_memory();
            *store = opened(path);
            model.handed.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn it_is_what_plain_lists_are(steps in proptest::collection::vec((any::<bool>(), steps()), 1..60)) {
        let folder = folder();
        let path = file(&folder);
        let mut store = opened(&path);
        let mut model =
            Model { alerts: BTreeMap::new(), history: vec![], handed: vec![], last_id: 0, last_row: 0, now: 0 };
        for (other, asked) in steps.into_iter().chain([(false, Step::Reopen)]) {
            step(&mut model, &mut store, &path, VENUES[usize::from(other)], asked);
        }
        for venue in VENUES {
            prop_assert_eq!(store.alerts(venue).unwrap(), model.of(venue));
            prop_assert_eq!(store.history(venue, usize::MAX).unwrap(), model.rows(venue));
        }
        prop_assert_eq!(store.trouble(), None);
        prop_assert_eq!(store.next_id(), model.last_id + 1);
    }
}
