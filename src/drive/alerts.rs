//! The alerts of a session beside its engine: kept in the store, set as they were at the start, and handed on when they fire.

use crate::alert::{self, Quantity};
use crate::domain::{Alert, AlertId, AlertState, Channel, Channels, Firing, Symbol, UserAction};
use crate::drive::store::{HistoryRow, Store, StoreError};
use crate::drive::view::AlertDesk;
use crate::engine::Engine;
use std::collections::BTreeMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Firings of the past that are shown.
const SHOWN: usize = 1_000;

/// What a session's alerts are kept with.
#[derive(Debug, Clone, Default)]
pub struct AlertOptions {
    /// Where they are kept; alerts last only as long as the session where there is none.
    pub store: Option<Store>,
    /// Why what the store keeps lasts only until the program ends.
    pub unkept: Option<Arc<str>>,
    /// What the user should know of how they are kept.
    pub notes: Vec<String>,
    /// The alerts of the configuration file; their numbers are given by the store.
    pub configured: Vec<Alert>,
    /// Each way of delivery, and why it cannot be used.
    pub channels: Arc<Vec<(Channel, Option<String>)>>,
}

/// Delivered by the session's outbox; the others are the terminal's, where the screen is.
fn outside(deliver: Channels) -> Channels {
    deliver.iter().filter(|channel| !matches!(channel, Channel::Bell | Channel::Terminal)).collect()
}

type History = Arc<Mutex<Arc<Vec<HistoryRow>>>>;

/// The alerts of a session, beside the engine that checks them.
pub(in crate::drive) struct Keeper {
    options: AlertOptions,
    venue: String,
    /// Firings handed on.
    seen: u64,
    /// Alerts as they are kept.
    kept: BTreeMap<AlertId, (Alert, AlertState)>,
    next_id: AlertId,
    /// What the store had when the history was last read.
    changes: u64,
    history: History,
    /// Has the history read, off this thread: the disk may be slow.
    reader: Option<SyncSender<()>>,
}

impl Keeper {
    pub(in crate::drive) fn new(options: AlertOptions, venue: &str) -> Self {
        let mut keeper = Self {
            venue: venue.to_owned(),
            seen: 0,
            kept: BTreeMap::new(),
            next_id: 1,
            changes: 0,
            history: History::default(),
            reader: None,
            options,
        };
        if let Some(store) = keeper.options.store.clone() {
            let (sender, receiver) = sync_channel(1);
            let (history, venue) = (Arc::clone(&keeper.history), keeper.venue.clone());
            let reading = move || {
                while receiver.recv().is_ok() {
                    if let Ok(rows) = store.history(&venue, SHOWN) {
                        *history.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(rows);
                    }
                }
            };
            // Without the thread the history is not shown, but kept all the same.
            keeper.reader = std::thread::Builder::new().name("alert history".to_owned()).spawn(reading).ok().map(|_| sender);
        }
        keeper
    }

    /// What the user should know of how alerts are kept, each told once.
    pub(in crate::drive) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.options.notes)
    }

    /// The alerts the session begins with.
    ///
    /// # Errors
    /// When the store does not answer; those of the configuration file are there all the same.
    pub(in crate::drive) fn begin(&mut self) -> (Vec<(Alert, AlertState)>, Option<StoreError>) {
        let mut trouble = None;
        let known = self.options.store.as_ref().map(|store| store.sync_config(&self.venue, &self.options.configured));
        let alerts = match known {
            Some(Ok(alerts)) => alerts,
            other => {
                trouble = other.and_then(Result::err);
                let configured = self.options.configured.clone();
                configured.into_iter().map(|alert| (Alert { id: self.new_id(), ..alert }, AlertState::default())).collect()
            }
        };
        self.kept = alerts.iter().map(|(alert, state)| (alert.id, (alert.clone(), *state))).collect();
        self.read();
        (alerts, trouble)
    }

    /// A number no alert has had.
    pub(in crate::drive) fn new_id(&mut self) -> AlertId {
        if let Some(store) = &self.options.store {
            return store.next_id();
        }
        self.next_id += 1;
        self.next_id - 1
    }

    /// An alert was set or changed.
    pub(in crate::drive) fn set(&mut self, alert: &Alert, state: AlertState) {
        self.kept.insert(alert.id, (alert.clone(), state));
        if let Some(store) = &self.options.store {
            store.save(&self.venue, alert, &state);
        }
    }

    /// An alert was taken away.
    pub(in crate::drive) fn remove(&mut self, id: AlertId) {
        self.kept.remove(&id);
        if let Some(store) = &self.options.store {
            store.remove(&self.venue, id);
        }
    }

    /// Hands on what has fired since it was last asked.
    #[inline]
    pub(in crate::drive) fn look(&mut self, engine: &Engine) {
        if engine.alerts_fired() != self.seen {
            self.hand_on(engine);
        }
    }

    /// Leaves out what has fired until now: a jump through a recording is no news.
    pub(in crate::drive) fn skip(&mut self, engine: &Engine) {
        self.seen = engine.alerts_fired();
    }

    #[cold]
    fn hand_on(&mut self, engine: &Engine) {
        let states = engine.alert_states();
        for firing in engine.firings_after(self.seen) {
            let state = states.iter().find(|(id, _)| *id == firing.id).map_or_else(AlertState::default, |(_, state)| *state);
            if let Some((_, kept)) = self.kept.get_mut(&firing.id) {
                *kept = state;
            }
            if let Some(store) = &self.options.store {
                store.fired(&self.venue, &firing, &state, outside(firing.deliver));
            }
        }
        self.seen = engine.alerts_fired();
        self.read();
    }

    /// Delivers an alert as it stands, as a test.
    pub(in crate::drive) fn test(&self, id: AlertId, engine: &Engine) {
        let view = engine.alerts();
        let Some(known) = view.list.iter().find(|known| known.alert.id == id) else { return };
        let values = known.named_values().filter_map(|(name, value)| Some((Arc::from(name), *value.as_ref().ok()?)));
        let note = if known.alert.note.is_empty() { "test".to_owned() } else { format!("test: {}", known.alert.note) };
        let firing = Firing {
            number: 0,
            id,
            at: engine.now(),
            symbol: known.symbol,
            expr: known.alert.expr.as_str().into(),
            values: values.collect(),
            price: engine.last_price(known.symbol),
            deliver: known.alert.deliver,
            note: note.into(),
        };
        if let Some(store) = &self.options.store {
            store.fired(&self.venue, &firing, &known.state, outside(firing.deliver));
        }
    }

    /// Marks a firing of the history as seen, or all of them.
    pub(in crate::drive) fn acknowledge(&self, row: Option<i64>) {
        let Some(store) = &self.options.store else { return };
        match row {
            Some(row) => store.acknowledge(&[row]),
            None => store.acknowledge_all(&self.venue),
        }
    }

    /// Once a second: keeps how far alerts have come without firing, and has the history read where it has changed. Says what
    /// the store is troubled by.
    pub(in crate::drive) fn look_after(&mut self, engine: &Engine) -> Option<String> {
        let store = self.options.store.clone()?;
        for (id, state) in engine.alert_states() {
            if let Some((alert, kept)) = self.kept.get_mut(&id).filter(|(_, kept)| *kept != state) {
                *kept = state;
                store.save(&self.venue, alert, &state);
            }
        }
        let changes = store.changes();
        if changes != self.changes {
            self.changes = changes;
            self.read();
        }
        store.trouble()
    }

    fn read(&self) {
        if let Some(reader) = &self.reader {
            // One look waits already where it is full.
            let _ = reader.try_send(());
        }
    }

    pub(in crate::drive) fn view(&self) -> AlertDesk {
        let history = Arc::clone(&self.history.lock().unwrap_or_else(PoisonError::into_inner));
        AlertDesk {
            unkept: match &self.options.store {
                Some(_) => self.options.unkept.clone(),
                None => Some("this session keeps no alerts".into()),
            },
            delivers: self.options.store.is_some(),
            unseen: history.iter().filter(|row| !row.seen).count(),
            history,
            channels: Arc::clone(&self.options.channels),
        }
    }
}

/// The symbols an alert is about.
pub(in crate::drive) fn symbols_of(alert: &Alert) -> Vec<Symbol> {
    let Ok(expression) = alert::parse(&alert.expr) else { return Vec::new() };
    let own = expression.symbol().unwrap_or(alert.symbol);
    let mut symbols: Vec<Symbol> = Vec::new();
    for input in expression.inputs() {
        match &input.quantity {
            Quantity::Pair { y, x, .. } => symbols.extend([*y, *x]),
            _ => symbols.push(input.symbol.unwrap_or(own)),
        }
    }
    symbols.sort();
    symbols.dedup();
    symbols
}

/// The alerts of an engine as inputs, for a recording that begins now.
pub(in crate::drive) fn as_actions(engine: &Engine) -> Vec<UserAction> {
    let list = engine.alerts().list;
    list.into_iter().map(|known| UserAction::SetAlert(Box::new(((*known.alert).clone(), known.state)))).collect()
}
