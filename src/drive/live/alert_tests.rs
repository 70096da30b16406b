use super::core::Core;
use super::tests::{Plain, alert, btc, say};
use super::{LiveOptions, RecordingOptions};
use crate::domain::{Alert, Channel, Nanos, Origin, Phase, Rearm, Symbol};
use crate::drive::AlertOptions;
use crate::drive::store::{DeliveryState, Store};
use crate::drive::view::Request;
use std::path::PathBuf;

const BEGIN: Nanos = Nanos::from_secs(1_795_000_000);

fn core(store: &Store, configured: Vec<Alert>) -> Core {
    let recording = RecordingOptions::new(false, PathBuf::new());
    let alerts = AlertOptions { store: Some(store.clone()), configured, ..AlertOptions::default() };
    let feed = Box::new(Plain::default());
    let mut core = Core::new(LiveOptions { recording, alerts, ..LiveOptions::new(feed, vec![btc()]) }, Vec::new(), BEGIN);
    say(&mut core, BEGIN, "trade 100".to_owned());
    core
}

fn at(secs: i64) -> Nanos {
    BEGIN + Nanos::from_secs(secs)
}

#[test]
fn alerts_are_there_again_as_far_as_they_had_come() {
    let store = Store::in_memory();
    let mut first = core(&store, Vec::new());
    let once = Alert { rearm: Rearm::Once, ..alert("price > 0.00000105") };
    first.requested(at(1), Request::SetAlert(Box::new(once)));
    first.requested(at(1), Request::SetAlert(Box::new(alert("price > 0.00000105"))));
    first.requested(at(1), Request::SetAlert(Box::new(alert("price < 0.00000001"))));
    first.requested(at(1), Request::RemoveAlert(3));
    say(&mut first, at(2), "trade 106".to_owned());
    say(&mut first, at(3), "trade 100".to_owned());
    first.look_after(at(4), || None);
    drop(first);
    let mut second = core(&store, Vec::new());
    let list = second.engine().alerts().list;
    let phases: Vec<_> =
        list.iter().map(|known| (known.alert.id, known.state.phase, known.state.been_false, known.state.fired)).collect();
    assert_eq!(phases, [(1, Phase::Done, false, 1), (2, Phase::Triggered, true, 1)]);
    // The minute since it fired goes on over the restart.
    say(&mut second, at(30), "trade 106".to_owned());
    assert_eq!(second.engine().alerts_fired(), 0);
    say(&mut second, at(62), "trade 106".to_owned());
    assert_eq!(second.engine().alerts_fired(), 1);
    store.flush().unwrap();
    let history = store.history("plain", 10).unwrap();
    assert_eq!(
        history.iter().map(|row| (row.firing.id, row.firing.at)).collect::<Vec<_>>(),
        [(1, at(2)), (2, at(2)), (2, at(62))]
    );
    // The bell is the screen's; the webhook waits in the outbox.
    let deliveries = &history[0].deliveries;
    assert_eq!((deliveries.len(), deliveries[0].channel), (1, Channel::Webhook));
    assert!(matches!(deliveries[0].state, DeliveryState::Waiting { .. }));
}

#[test]
fn alerts_of_the_configuration_are_set_at_the_start_and_only_once() {
    let store = Store::in_memory();
    let wanted = || vec![Alert { origin: Origin::Config, ..alert("price > 0.00000105") }];
    let first = core(&store, wanted());
    let id = first.engine().alerts().list[0].alert.id;
    drop(first);
    let mut second = core(&store, wanted());
    assert_eq!(second.engine().alerts().list.iter().map(|known| known.alert.id).collect::<Vec<_>>(), [id]);
    second.requested(at(1), Request::SetAlert(Box::new(alert("price > 0.00000109"))));
    drop(second);
    let third = core(&store, Vec::new());
    assert_eq!(
        third.engine().alerts().list.iter().map(|known| known.alert.expr.as_str()).collect::<Vec<_>>(),
        ["price > 0.00000109"]
    );
}

#[test]
fn the_symbols_of_an_alert_are_followed() {
    let store = Store::in_memory();
    let mut core = core(&store, Vec::new());
    core.requested(at(1), Request::SetAlert(Box::new(alert("zscore(ETHUSDT, SOLUSDT, 1m) > 2 && XRPUSDT:price > 1"))));
    let followed: Vec<Symbol> = core.engine().symbols().collect();
    assert_eq!(followed.len(), 4, "{followed:?}");
}

#[test]
fn a_test_is_delivered_and_the_alert_stays_as_it_is() {
    let store = Store::in_memory();
    let mut core = core(&store, Vec::new());
    core.requested(at(1), Request::SetAlert(Box::new(alert("price > 0.00000105"))));
    core.requested(at(2), Request::TestAlert(1));
    store.flush().unwrap();
    let history = store.history("plain", 10).unwrap();
    assert_eq!((&*history[0].firing.note, history[0].deliveries.len(), history[0].seen), ("test: look", 1, false));
    assert_eq!(core.engine().alerts().list[0].state.fired, 0);
    core.requested(at(3), Request::Acknowledge(None));
    store.flush().unwrap();
    assert!(store.history("plain", 10).unwrap()[0].seen);
}
