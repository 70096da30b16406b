//! What all checks share: the settings, the clock, the venue.

use crate::cli::live;
use crate::cli::settings::Settings;
use crate::domain::{Nanos, Symbol};
use crate::drive::clock::Clock;
use crate::drive::demo_server::{self, DemoServer, DemoServerConfig};
use crate::drive::rest::Client;
use crate::drive::socket::{Address, Target};
use crate::feed::{Connection, Feed, Step, Tag};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What one request, and the trying out of sockets, may take: less than a check.
pub const WAIT: Duration = Duration::from_millis(4_500);

/// What all checks share.
pub struct Bench {
    /// The settings in force.
    pub settings: Settings,
    /// The clock.
    pub clock: Clock,
    /// The venue, or why nothing is asked of it.
    pub venue: Result<Venue, Refused>,
    _demo: Option<DemoServer>,
}

/// Why nothing is asked of the venue.
pub enum Refused {
    /// It is not wanted.
    Offline,
    /// It cannot be; why.
    Broken(String),
}

/// The venue as the settings have it.
pub struct Venue {
    /// Its name.
    pub name: String,
    /// Base URL of REST.
    pub rest_url: String,
    /// Base URL of WebSockets.
    pub ws_url: String,
    /// The symbols followed.
    pub symbols: Vec<Symbol>,
    feed: Mutex<Box<dyn Feed>>,
}

impl Bench {
    /// Opens the demo exchange where that is the venue.
    pub fn new(settings: &Settings, offline: bool) -> Self {
        let (mut demo, mut venue) = (None, Err(Refused::Offline));
        if !offline {
            venue = Self::venue(settings, &mut demo).map_err(|error| Refused::Broken(format!("{error:#}")));
        }
        Self { settings: settings.clone(), clock: Clock::system(), venue, _demo: demo }
    }

    fn venue(settings: &Settings, demo: &mut Option<DemoServer>) -> anyhow::Result<Venue> {
        let options = if settings.config.venue == live::DEMO {
            let server = demo_server::start(DemoServerConfig::new(1, 1.0))?;
            let mut options = live::demo_options(settings, &server)?;
            // Addresses that were named stand in for it, as everywhere.
            if let Some(urls) = settings.config.venues.get(live::DEMO) {
                urls.ws_url.iter().for_each(|url| options.ws_url.clone_from(url));
                urls.rest_url.iter().for_each(|url| options.rest_url.clone_from(url));
            }
            *demo = Some(server);
            options
        } else {
            live::options(settings)?
        };
        Ok(Venue {
            name: options.venue,
            rest_url: options.rest_url,
            ws_url: options.ws_url,
            symbols: options.symbols,
            feed: Mutex::new(options.feed),
        })
    }
}

impl Venue {
    /// Its feed, one at a time.
    pub fn feed<T>(&self, with: impl FnOnce(&mut dyn Feed) -> T) -> T {
        let mut feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner);
        with(feed.as_mut())
    }

    /// What asks for the venue's clock.
    pub fn time_path(&self, now: Nanos) -> Option<String> {
        let mut steps = Vec::new();
        self.feed(|feed| feed.start(now, &mut steps));
        steps.into_iter().find_map(|step| match step {
            Step::Fetch(fetch) if fetch.tag == Tag::Time => Some(fetch.path),
            _ => None,
        })
    }

    /// What makes its REST requests.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn client(&self) -> Result<Client, String> {
        Client::new(&self.rest_url, WAIT).map_err(|error| error.to_string())
    }

    /// Its WebSockets; with their subscriptions where data are wanted.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn sockets(&self, subscribe: bool) -> Result<Vec<(Connection, Target)>, String> {
        self.feed(|feed| {
            let target = |connection: &Connection| {
                let address = Address::new(&self.ws_url, connection.path).map_err(|error| error.to_string())?;
                let say = if subscribe { feed.subscriptions(connection.id) } else { Vec::new() };
                Ok((connection.clone(), Target { address, say }))
            };
            feed.connections().iter().map(target).collect()
        })
    }
}
