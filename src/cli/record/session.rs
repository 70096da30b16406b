//! One venue that is collected from.

use super::args::Record;
use super::teller::Teller;
use crate::cli::keeping::Keeping;
use crate::cli::live as live_options;
use crate::cli::settings::Settings;
use crate::domain::Nanos;
use crate::drive::clock::Clock;
use crate::drive::demo_server::{self, DemoServer};
use crate::drive::live::{self, LiveHandle};
use crate::drive::monitor::{Figures, Limits};
use crate::drive::view::{Handle as _, Wake};
use anyhow::Context as _;

/// A session that is collected from, and what is said of it.
pub(super) struct Collecting {
    /// What is said of it.
    pub(super) teller: Teller,
    session: LiveHandle,
    /// The demo exchange ends with it.
    _server: Option<DemoServer>,
    /// Alerts are delivered as long as it runs.
    _keeping: Option<Keeping>,
}

impl Collecting {
    /// Starts collecting from a venue.
    ///
    /// # Errors
    /// When the folder cannot be made or the session cannot be started.
    pub(super) fn start(venue: &str, record: &Record, settings: &Settings, clock: &Clock, wake: &Wake) -> anyhow::Result<Self> {
        let root = settings.recordings();
        let several = settings.venues.len() > 1;
        let folder = if several { root.join(venue) } else { root.clone() };
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{}: the folder of recordings cannot be made", folder.display()))?;
        let mut settings = settings.clone();
        venue.clone_into(&mut settings.config.venue);
        // Kept to the end: dropping it ends the demo exchange.
        let demo = venue == live_options::DEMO;
        let server = if demo { Some(demo_server::start(demo_server::DemoServerConfig::new(1, 1.0))?) } else { None };
        let mut options = match &server {
            Some(server) => live_options::demo_options(&settings, server)?,
            None => live_options::options(&settings)?,
        };
        options.recording.enabled = true;
        options.recording.folder.clone_from(&folder);
        options.recording.root = root;
        if !record.alerts {
            options.recorded = Some(options.engine.clone());
            options.engine = options.engine.unseen();
        }
        let keeping = record.alerts.then(|| Keeping::new(&settings, clock));
        if let Some(keeping) = &keeping {
            options.alerts = keeping.options();
            options.trading = keeping.trading();
        }
        let symbols: Vec<String> = options.symbols.iter().map(ToString::to_string).collect();
        let session = live::start(options, wake.clone())?;
        let teller = Teller::new(if several { venue } else { "" }, clock.now());
        teller.say(&format!("recording {} of {venue} into {}", symbols.join(", "), folder.display()));
        Ok(Self { teller, session, _server: server, _keeping: keeping })
    }

    /// Says what has changed.
    pub(super) fn look(&mut self, now: Nanos) {
        self.teller.look(&self.session.view(), now);
    }

    /// Its figures.
    pub(super) fn figures(&self, now: Nanos, limits: Limits) -> Figures {
        Figures::of(&self.session.view(), now, limits)
    }

    /// Ends it; its files are complete afterwards.
    pub(super) fn close(&mut self, now: Nanos) {
        self.session.close();
        self.look(now);
    }
}
