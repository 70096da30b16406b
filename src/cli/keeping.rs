//! What alerts are kept in and delivered by: opened when the first live session begins, closed when the program ends.

use super::settings::Settings;
use crate::alert;
use crate::config::{AlertEntry, Problem};
use crate::domain::{Alert, Channel, Nanos, Origin};
use crate::drive::clock::Clock;
use crate::drive::deliver::{Deliverer, Setup};
use crate::drive::store::{self, Retention, Store};
use crate::drive::{AlertOptions, ArchiveOptions, TradingOptions};
use std::sync::{Arc, OnceLock};

/// The name of the database in the data folder.
const FILE: &str = "rtai-tui.db";

/// The database and the deliverer of a run of the program.
pub struct Keeping {
    settings: Settings,
    clock: Clock,
    opened: OnceLock<(AlertOptions, Option<Deliverer>)>,
    of_replay: OnceLock<(AlertOptions, Option<Deliverer>)>,
}

impl Keeping {
    /// Nothing is opened yet: who only replays needs none of it.
    pub fn new(settings: &Settings, clock: &Clock) -> Self {
        Self { settings: settings.clone(), clock: clock.clone(), opened: OnceLock::new(), of_replay: OnceLock::new() }
    }

    /// What a live session keeps its alerts with.
    pub fn options(&self) -> AlertOptions {
        self.opened.get_or_init(|| self.open()).0.clone()
    }

    /// What a live session keeps its paper trading with.
    pub fn trading(&self) -> TradingOptions {
        let store = self.opened.get_or_init(|| self.open()).0.store.clone();
        TradingOptions { store, sessions: Some(self.settings.folders.data.join("sessions")) }
    }

    /// What a live session keeps its market with, under this name; `None` for a market that is another each time. A program that does not
    /// have the database for itself keeps none of it.
    pub fn archive(&self, market: Option<String>) -> ArchiveOptions {
        let alerts = &self.opened.get_or_init(|| self.open()).0;
        let wanted = &self.settings.config.database;
        ArchiveOptions {
            store: alerts.store.clone().filter(|_| alerts.unkept.is_none()),
            market,
            bars: wanted.bars,
            ticks: wanted.ticks,
            retention: Some(Retention {
                bars: Nanos::from_secs(i64::from(wanted.bars_days) * 86_400),
                ticks: Nanos::from_secs(i64::from(wanted.ticks_hours) * 3_600),
                bytes: u64::from(wanted.max_mb) * 1_000_000,
            }),
            layout: self.settings.layout.clone(),
        }
    }

    /// What a replay delivers with that was asked to: nothing of it is kept.
    pub fn of_replay(&self) -> AlertOptions {
        let begin = || self.begin(Store::in_memory(), Some("a replay keeps no alerts".into()), Vec::new(), true);
        self.of_replay.get_or_init(begin).0.clone()
    }

    fn open(&self) -> (AlertOptions, Option<Deliverer>) {
        let opened = store::open(&database(&self.settings), self.clock.now());
        let mut notes = opened.notes;
        let unkept = match opened.keeping {
            store::Keeping::File(_) => None,
            store::Keeping::Memory(why) => {
                notes.push(why.clone());
                Some(Arc::from(why))
            }
        };
        // What another program looks after is not watched a second time.
        let configured = if opened.taken { Vec::new() } else { configured(&self.settings).0 };
        let (options, deliverer) = self.begin(opened.store, unkept, notes, false);
        (AlertOptions { configured, ..options }, deliverer)
    }

    fn begin(
        &self,
        store: Store,
        unkept: Option<Arc<str>>,
        mut notes: Vec<String>,
        past: bool,
    ) -> (AlertOptions, Option<Deliverer>) {
        let settings = &self.settings;
        let mut setup =
            Setup::new(&settings.config.delivery, &settings.file.display().to_string(), &|name| std::env::var(name).ok());
        if past {
            // What a replay fires is long past, and not late for that.
            setup.limits.age = None;
        }
        let channels = Channel::ALL.map(|channel| (channel, setup.ready(channel).err()));
        let deliverer = match self.deliver(&store, setup) {
            Ok(deliverer) => Some(deliverer),
            Err(error) => {
                notes.push(format!("alerts are not delivered outside the program: its thread could not be started ({error})"));
                None
            }
        };
        let options =
            AlertOptions { store: Some(store), unkept, notes, configured: Vec::new(), channels: Arc::new(channels.to_vec()) };
        (options, deliverer)
    }

    fn deliver(&self, store: &Store, setup: Setup) -> std::io::Result<Deliverer> {
        let deliverer = Deliverer::start(Arc::new(store.clone()), setup, self.clock.clone())?;
        let waker = deliverer.waker();
        store.on_waiting(move || waker.wake());
        // What a former run left is due already.
        deliverer.wake();
        Ok(deliverer)
    }
}

/// Where the database is.
pub fn database(settings: &Settings) -> std::path::PathBuf {
    settings.folders.data.join(FILE)
}

/// The alerts of the configuration file, and what is wrong with the others' expressions.
pub fn configured(settings: &Settings) -> (Vec<Alert>, Vec<Problem>) {
    let (mut alerts, mut problems) = (Vec::new(), Vec::new());
    for entry in &settings.config.alerts {
        match alert::parse(&entry.expr) {
            Ok(expression) => {
                let symbol = entry.symbol.or(expression.symbol()).or(settings.config.symbols.first().copied());
                alerts.extend(symbol.map(|symbol| alert_of(entry, symbol)));
            }
            Err(error) => problems.push(entry.problem(format!("{error}; the alert is left out"))),
        }
    }
    (alerts, problems)
}

fn alert_of(entry: &AlertEntry, symbol: crate::domain::Symbol) -> Alert {
    Alert {
        id: 0,
        symbol,
        expr: entry.expr.trim().to_owned(),
        rearm: entry.rearm,
        deliver: entry.deliver,
        note: entry.note.clone(),
        paused: false,
        origin: Origin::Config,
    }
}
