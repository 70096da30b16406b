//! Alerts: what is done with them, the one that is chosen, and the form in which they are written.
//!
//! The engine checks them and the session keeps them; the screen only asks.

#[cfg(test)]
mod calls_tests;
mod form;

pub use form::{AlertForm, FormField, FormSpot};

use super::commands::Command;
use super::dialogs::Dialog;
use super::{App, Effect};
use crate::domain::{Alert, AlertId, AlertState, Channel, Channels, Firing, Nanos, Phase, Price, Symbol};
use crate::drive::store::DeliveryState;
use crate::drive::view::{Mode, Request, View};
use crate::feed::Severity;
use std::sync::Arc;

/// Something to be done with alerts.
#[derive(Debug, Clone, PartialEq)]
pub enum AlertAct {
    /// Write one; of this symbol and expression where they are told.
    New(Option<(Symbol, String)>),
    /// Change it.
    Edit(AlertId),
    /// Write another like it.
    Duplicate(AlertId),
    /// Set it aside, or check it again.
    Pause(AlertId),
    /// Take it away.
    Remove(AlertId),
    /// Set the one again that was taken away last.
    Undo,
    /// Arm it again.
    Rearm(AlertId),
    /// Deliver it now, as a test.
    Test(AlertId),
    /// Show it in the panes about one alert.
    Select(AlertId),
    /// Mark a firing of the history as seen; all of them where none is told.
    Acknowledge(Option<i64>),
    /// Write the history to a file.
    Export,
}

/// What the application keeps of alerts.
#[derive(Debug, Default)]
pub struct Alerts {
    /// The one the panes about one alert show.
    pub selected: Option<AlertId>,
    /// The channels an alert has that is written anew.
    pub usual: Channels,
    /// Those taken away, the newest last.
    removed: Vec<Alert>,
    /// The number of the last firing that was taken in, of the session that receives and of the replay.
    seen: [u64; 2],
    /// Firings that ask for the terminal's bell or its notification, not yet given.
    calls: Vec<Arc<Firing>>,
}

/// So many alerts taken away can be set again.
const MOST_UNDO: usize = 50;
/// Firings that ask for the terminal at once: a storm rings no longer than that.
const MOST_CALLS: usize = 8;
/// In a replay that delivers, what fired that long before the moment shown is long past.
const JUST_NOW: Nanos = Nanos::from_secs(5);

impl Alerts {
    /// Firings that ask for the terminal's bell or its notification, each handed out once.
    pub fn take_calls(&mut self) -> Vec<Arc<Firing>> {
        std::mem::take(&mut self.calls)
    }
}

impl App {
    /// Takes in what fired since the last view: messages for all, the terminal for those that ask for it. A replay makes no
    /// noise, as what it shows is long past, unless it was asked to.
    pub(super) fn absorb_firings(&mut self, view: &View, now: Nanos) {
        self.absorb(view, "", now);
    }

    /// The same of a session that goes on behind a replay.
    pub fn absorb_behind(&mut self, view: &View, now: Nanos) {
        self.absorb(view, " (live)", now);
    }

    fn absorb(&mut self, view: &View, whose: &str, now: Nanos) {
        let firings = &view.snapshot.alerts.firings;
        let newest = firings.last().map_or(0, |firing| firing.number);
        let replay = view.session.mode == Mode::Replay;
        let seen = std::mem::replace(&mut self.alerts.seen[usize::from(replay)], newest);
        let fresh = usize::try_from(newest.saturating_sub(seen)).unwrap_or(usize::MAX);
        for firing in firings.iter_from(firings.len().saturating_sub(fresh)) {
            self.toasts.push_firing(now, (replay, firing.id), message(firing, whose));
            let calls = firing.deliver.has(Channel::Bell) || firing.deliver.has(Channel::Terminal);
            // What a replay was taken past by a jump is not told of.
            let played = view.session.alerts.delivers && view.session.now.saturating_sub(firing.at) < JUST_NOW;
            if calls && (!replay || played) && self.alerts.calls.len() < MOST_CALLS {
                self.alerts.calls.push(Arc::clone(firing));
            }
        }
    }

    /// Another session receives from now on: its firings are numbered from the start.
    pub const fn begin_firings(&mut self) {
        self.alerts.seen[0] = 0;
    }

    /// Another session is shown. What fired before in a replay is not said again; one that receives goes on where it was.
    pub(super) fn forget_firings(&mut self, view: &View) {
        if view.session.mode == Mode::Replay {
            self.alerts.seen[1] = view.snapshot.alerts.firings.last().map_or(0, |firing| firing.number);
        }
        self.alerts.selected = None;
    }

    /// Does something with alerts.
    pub fn act_on_alerts(&mut self, act: AlertAct, view: &View, now: Nanos) -> Vec<Effect> {
        let find = |id: AlertId| view.snapshot.alerts.list.iter().find(|known| known.alert.id == id);
        let set = |alert: Alert| vec![Effect::Session(Request::SetAlert(Box::new(alert)))];
        match act {
            AlertAct::New(suggestion) => return self.open_alert_form(suggestion, view, now),
            AlertAct::Select(id) => self.alerts.selected = Some(id),
            AlertAct::Edit(id) => {
                if let Some(known) = find(id) {
                    return self.show_alert_form(AlertForm::of(&known.alert), view);
                }
            }
            AlertAct::Duplicate(id) => {
                if let Some(known) = find(id) {
                    return self.show_alert_form(AlertForm::like(&known.alert), view);
                }
            }
            AlertAct::Pause(id) => {
                if let Some(known) = find(id) {
                    let alert = Alert { paused: !known.alert.paused, ..(*known.alert).clone() };
                    return vec![Effect::Session(Request::ChangeAlert(Box::new((alert, known.state))))];
                }
            }
            AlertAct::Rearm(id) => {
                if let Some(known) = find(id) {
                    let state = AlertState { phase: Phase::Armed, been_false: false, ..known.state };
                    let alert = Alert { paused: false, ..(*known.alert).clone() };
                    return vec![Effect::Session(Request::ChangeAlert(Box::new((alert, state))))];
                }
            }
            AlertAct::Remove(id) => {
                if let Some(known) = find(id) {
                    let undo = self.keymap.key(Command::AlertUndo);
                    let text = format!("alert taken away: {}; {undo} sets it again", known.alert.expr);
                    self.say(now, Severity::Info, text);
                    self.alerts.removed.push((*known.alert).clone());
                    if self.alerts.removed.len() > MOST_UNDO {
                        self.alerts.removed.remove(0);
                    }
                    return vec![Effect::Session(Request::RemoveAlert(id))];
                }
            }
            AlertAct::Undo => match self.alerts.removed.pop() {
                Some(alert) => return set(Alert { id: 0, ..alert }),
                None => self.say(now, Severity::Info, "no alert was taken away"),
            },
            AlertAct::Test(id) => return vec![Effect::Session(Request::TestAlert(id))],
            AlertAct::Acknowledge(row) => return vec![Effect::Session(Request::Acknowledge(row))],
            AlertAct::Export => return vec![Effect::ExportAlerts],
        }
        Vec::new()
    }

    fn open_alert_form(&mut self, suggestion: Option<(Symbol, String)>, view: &View, now: Nanos) -> Vec<Effect> {
        let symbol = suggestion.as_ref().map(|(symbol, _)| *symbol).or(self.focused().symbol);
        let symbol = symbol.or_else(|| view.snapshot.symbols.first().map(|first| first.instrument.symbol));
        let Some(symbol) = symbol else {
            self.say(now, Severity::Warning, "an alert is about a symbol, and none has come yet");
            return Vec::new();
        };
        let expr = suggestion.map(|(_, expr)| expr).or_else(|| at_price(symbol, view)).unwrap_or_default();
        self.show_alert_form(AlertForm::new(symbol, &expr, self.alerts.usual), view)
    }

    /// Shows the form with an expression the user has written.
    pub(super) fn open_alert_of(&mut self, expr: String, view: &View, now: Nanos) -> Vec<Effect> {
        let mut effects = self.open_alert_form(None, view, now);
        if matches!(self.dialog, Some(Dialog::Alert(_))) {
            effects = self.change_alert_form(view, |form| form.write(&expr));
        }
        effects
    }

    /// Shows a form, and asks for a look at what is in it.
    fn show_alert_form(&mut self, mut form: AlertForm, view: &View) -> Vec<Effect> {
        let effects = form.look(view);
        self.dialog = Some(Dialog::Alert(Box::new(form)));
        effects
    }

    /// Answers a click in the form.
    pub fn click_alert_form(&mut self, spot: FormSpot, view: &View) -> Vec<Effect> {
        self.change_alert_form(view, |form| form.click(spot, view))
    }

    /// Takes text into the form.
    pub(super) fn paste_alert_form(&mut self, text: &str, view: &View) -> Vec<Effect> {
        self.change_alert_form(view, |form| form.paste(text))
    }

    fn change_alert_form(&mut self, view: &View, change: impl FnOnce(&mut AlertForm)) -> Vec<Effect> {
        let Some(Dialog::Alert(form)) = &mut self.dialog else { return Vec::new() };
        change(form);
        form.look(view)
    }

    pub(super) fn press_alert_form(
        &mut self,
        mut form: Box<AlertForm>,
        key: super::keymap::Key,
        view: &View,
        now: Nanos,
    ) -> Vec<Effect> {
        match form.press(key, view) {
            form::Pressed::Open => {
                let effects = form.look(view);
                self.dialog = Some(Dialog::Alert(form));
                effects
            }
            form::Pressed::Left => vec![Effect::Session(Request::Draft(None))],
            form::Pressed::Entered(alert) => {
                let what = if alert.id == 0 { "set" } else { "changed" };
                let lasts = if view.session.mode == Mode::Replay { "; in a replay it lasts until that is left" } else { "" };
                self.say(now, Severity::Info, format!("alert {what}: {} {}{lasts}", alert.symbol, alert.expr));
                vec![Effect::Session(Request::Draft(None)), Effect::Session(Request::SetAlert(Box::new(alert)))]
            }
        }
    }
}

/// The history as lines of JSON, oldest first: what is kept, or in a replay what fired until now.
pub fn export(view: &View) -> String {
    let mut text = String::new();
    let mut add = |firing: &Firing, more: serde_json::Value| {
        let values: serde_json::Map<_, _> =
            firing.values.iter().map(|(name, value)| (name.to_string(), serde_json::json!(value))).collect();
        let mut row = serde_json::json!({
            "ts": firing.at.to_secs_f64(), "time": firing.at.rfc3339(), "sym": &*firing.symbol, "expr": &*firing.expr,
            "values": values, "price": firing.price.map(Price::to_f64), "note": &*firing.note,
        });
        if let (Some(row), serde_json::Value::Object(more)) = (row.as_object_mut(), more) {
            row.extend(more);
        }
        text.push_str(&row.to_string());
        text.push('\n');
    };
    if view.session.mode == Mode::Replay {
        view.snapshot.alerts.firings.iter().for_each(|firing| add(firing, serde_json::Value::Null));
        return text;
    }
    for row in view.session.alerts.history.iter() {
        let deliveries: serde_json::Map<_, _> = row
            .deliveries
            .iter()
            .map(|delivery| {
                let state = match delivery.state {
                    DeliveryState::Waiting { .. } => "waiting",
                    DeliveryState::Sent => "sent",
                    DeliveryState::Failed => "failed",
                };
                let about = serde_json::json!({ "state": state, "tries": delivery.tries, "why": delivery.why });
                (delivery.channel.name().to_owned(), about)
            })
            .collect();
        add(&row.firing, serde_json::json!({ "acknowledged": row.seen, "deliveries": deliveries }));
    }
    text
}

/// What a message says of a firing.
fn message(firing: &Firing, whose: &str) -> String {
    let note = if firing.note.is_empty() { String::new() } else { format!("{}: ", firing.note) };
    let price = firing.price.map(|price| format!(" at {price:#.*}", price.decimals())).unwrap_or_default();
    format!("ALERT{whose} {note}{} {}{price}", firing.symbol, firing.expr)
}

/// An alert at the price of now.
fn at_price(symbol: Symbol, view: &View) -> Option<String> {
    let known = view.snapshot.symbol(symbol)?;
    Some(crossing(known.last_price()?, known.last_price()?))
}

/// An alert at a price, from the side the market is on.
pub fn crossing(price: Price, now: Price) -> String {
    format!("price crosses {} {price}", if price < now { "below" } else { "above" })
}
