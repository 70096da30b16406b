//! Alerts in every state, and what they left behind, for the tests of panes and of the screen.

use crate::alert;
use crate::domain::{Alert, AlertState, Channel, Channels, Firing, Nanos, Origin, Phase, Price, Rearm, Symbol};
use crate::drive::store::{DeliveryRow, DeliveryState, HistoryRow};
use crate::drive::view::View;
use crate::engine::AlertView;
use std::borrow::Cow;
use std::sync::Arc;

const DAY: i64 = 86_400;

/// An alert that is armed, of an expression and the values of its quantities now.
pub(crate) fn alert(id: u64, symbol: &str, expr: &str, values: &[Result<f64, &'static str>]) -> AlertView {
    let own = Symbol::new(symbol).unwrap();
    let expression = alert::parse(expr).map_err(|error| Arc::from(error.message.as_str()));
    let symbol = expression.as_ref().ok().and_then(alert::Expression::symbol).unwrap_or(own);
    AlertView {
        alert: Arc::new(Alert {
            id,
            symbol: own,
            expr: expr.to_owned(),
            rearm: Rearm::Auto,
            deliver: Channels::NONE,
            note: String::new(),
            paused: false,
            origin: Origin::User,
        }),
        state: AlertState::default(),
        pending: None,
        truth: Some(false),
        expression,
        symbol,
        values: values.iter().map(|value| value.map_err(Cow::Borrowed)).collect(),
    }
}

/// The same alert, set otherwise.
pub(crate) fn set(view: AlertView, how: impl FnOnce(&mut Alert)) -> AlertView {
    let mut alert = (*view.alert).clone();
    how(&mut alert);
    AlertView { alert: Arc::new(alert), ..view }
}

fn fired(view: AlertView, phase: Phase, times: u64, last: Nanos) -> AlertView {
    AlertView { state: AlertState { phase, been_false: false, fired: times, last: Some(last) }, ..view }
}

fn all_channels() -> Channels {
    Channel::ALL.into_iter().collect()
}

/// Alerts in every state at a moment.
pub(crate) fn every_state(now: Nanos) -> Vec<AlertView> {
    let ago = |secs: i64| now - Nanos::from_secs(secs);
    let bell = Channels::NONE.with(Channel::Bell).with(Channel::Webhook);
    let crossing = set(alert(1, "BTCUSDT", "price crosses above 65000", &[Ok(61_812.3)]), |alert| alert.deliver = bell);
    let crossing = fired(crossing, Phase::Armed, 1, ago(61));
    let pending = alert(2, "BTCUSDT", "ofi.z < -2 && vpin > 0.7 for 10s", &[Ok(-2.41), Ok(0.8125)]);
    let pending = AlertView { pending: Some(ago(3)), truth: Some(true), ..fired(pending, Phase::Armed, 1, ago(40)) };
    let pending = set(pending, |alert| {
        (alert.deliver, alert.note) = (all_channels(), "sellers take what rests: do not buy into it".to_owned());
    });
    let until_false = alert(3, "BTCUSDT", "spread > 5", &[Ok(7.25)]);
    let until_false = AlertView { truth: Some(true), ..fired(until_false, Phase::Triggered, 12, ago(31)) };
    let waits = set(alert(4, "BTCUSDT", "volume(1m) > 100", &[Ok(38.417)]), |alert| {
        alert.rearm = Rearm::Cooldown(Nanos::from_secs(300));
    });
    let waits = fired(waits, Phase::Triggered, 3, ago(258));
    let done = set(alert(5, "BTCUSDT", "price < 60000", &[]), |alert| alert.rearm = Rearm::Once);
    let done = AlertView { truth: None, ..fired(done, Phase::Done, 1, ago(DAY + 4_000)) };
    let paused = set(alert(6, "ETHUSDT", "funding > 0.05%", &[]), |alert| alert.paused = true);
    let paused = AlertView { truth: None, ..paused };
    let unreadable = set(alert(7, "BTCUSDT", "prize > 65000", &[]), |alert| alert.origin = Origin::Config);
    let unreadable = AlertView { truth: None, ..unreadable };
    let lacking = alert(8, "BTCUSDT", "ETHUSDT: rsi(14, 5m) < 30", &[Err("warming up: 3 closed 5m bars")]);
    let lacking = set(AlertView { truth: None, ..lacking }, |alert| alert.rearm = Rearm::Always);
    let nasty =
        alert(9, "BTCUSDT", "feed.age>3s||(price>61900&&price<61950)||mark<61000", &[Ok(0.25), Ok(61_812.3), Ok(61_810.0)]);
    let nasty = set(nasty, |alert| alert.note = "\u{1b}[31mred\u{7} \u{202e}turned".to_owned());
    vec![crossing, pending, until_false, waits, done, paused, unreadable, lacking, nasty]
}

fn firing(number: u64, of: &AlertView, at: Nanos, price: i64, values: &[(&str, f64)]) -> Firing {
    Firing {
        number,
        id: of.alert.id,
        at,
        symbol: of.symbol,
        expr: of.alert.expr.as_str().into(),
        values: values.iter().map(|(name, value)| (Arc::from(*name), *value)).collect(),
        price: Some(Price::from_units(price * 10_000_000)),
        deliver: of.alert.deliver,
        note: of.alert.note.as_str().into(),
    }
}

fn delivery(channel: Channel, state: DeliveryState, tries: u32, why: Option<&str>, at: Nanos) -> DeliveryRow {
    DeliveryRow { channel, state, tries, why: why.map(str::to_owned), at }
}

/// What fired of these, oldest first: seen and not, delivered in every way there is.
pub(crate) fn history(of: &[AlertView], now: Nanos) -> Vec<HistoryRow> {
    let ago = |secs: i64| now - Nanos::from_secs(secs);
    let row = |firing: Firing, seen: bool, deliveries: Vec<DeliveryRow>| HistoryRow {
        row: firing.number as i64,
        firing,
        seen,
        deliveries,
    };
    let sent = |channel, at| delivery(channel, DeliveryState::Sent, 1, None, at);
    let refused = "https://hooks.example.com: 404 Not Found (the address is wrong, or the hook was taken away)";
    vec![
        row(firing(4, &of[4], ago(400 * DAY), 599_981, &[("price", 59_998.1)]), true, vec![]),
        row(firing(5, &of[4], ago(DAY + 4_000), 599_990, &[("price", 59_999.0)]), true, vec![]),
        row(firing(7, &of[3], ago(258), 618_011, &[("volume(1m)", 104.2)]), false, vec![]),
        row(
            firing(8, &of[0], ago(61), 650_001, &[("price", 65_000.1)]),
            false,
            vec![sent(Channel::Bell, ago(61)), delivery(Channel::Webhook, DeliveryState::Failed, 5, Some(refused), ago(20))],
        ),
        row(
            firing(9, &of[1], ago(40), 618_100, &[("ofi.z", -2.3), ("vpin", 0.7421)]),
            true,
            vec![
                sent(Channel::Bell, ago(40)),
                sent(Channel::Terminal, ago(40)),
                sent(Channel::Desktop, ago(39)),
                sent(Channel::Command, ago(39)),
                delivery(
                    Channel::Webhook,
                    DeliveryState::Waiting { next: now + Nanos::from_secs(12) },
                    2,
                    Some("timed out after 10s"),
                    ago(18),
                ),
                delivery(Channel::Mail, DeliveryState::Waiting { next: Nanos::ZERO }, 0, None, ago(40)),
            ],
        ),
        row(firing(10, &of[2], ago(31), 618_123, &[("spread", 5.5)]), false, vec![]),
    ]
}

/// A session with alerts in every state, their history and channels, of which two cannot be used.
pub(crate) fn with_alerts(mut view: View) -> View {
    let now = view.snapshot.at;
    let list = every_state(now);
    let desk = &mut view.session.alerts;
    desk.history = Arc::new(history(&list, now));
    desk.unseen = desk.history.iter().filter(|row| !row.seen).count();
    let why = |channel: Channel| match channel {
        Channel::Desktop => Some("no session bus".to_owned()),
        Channel::Mail => Some("no server is set".to_owned()),
        _ => None,
    };
    desk.channels = Arc::new(Channel::ALL.into_iter().map(|channel| (channel, why(channel))).collect());
    view.snapshot.alerts.list = list;
    view
}
