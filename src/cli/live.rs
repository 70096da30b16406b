//! A live session as the settings want it.

use super::settings::Settings;
use crate::demo::SymbolConfig;
use crate::domain::{Nanos, Timeframe};
use crate::drive::demo_server::DemoServer;
use crate::drive::live::{LiveOptions, RecordingOptions};
use crate::drive::retention::Retention;
use crate::drive::view::Mode;
use crate::exchanges;
use anyhow::Context as _;

/// The name of the demo exchange among the venues.
pub const DEMO: &str = "demo";

/// The venue that live data comes from: that of the settings, or the usual one where they say the demo.
pub fn of(settings: &Settings) -> &str {
    match settings.config.venue.as_str() {
        DEMO => exchanges::EXCHANGES.first().map_or(DEMO, |exchange| exchange.name()),
        venue => venue,
    }
}

/// The name the market of the venue is kept under. Other endpoints may be a mirror as well as a test: what came from them is kept apart.
pub fn market(settings: &Settings) -> String {
    let venue = of(settings);
    let url = settings.config.venues.get(venue).and_then(|urls| urls.ws_url.as_ref().or(urls.rest_url.as_ref()));
    url.map_or_else(
        || venue.to_owned(),
        |url| format!("{venue}@{}", url.split_once("://").map_or(url.as_str(), |(_, rest)| rest)),
    )
}

/// What a live session of the venue is started with.
///
/// # Errors
/// When the venue is none that sockets lead to.
pub fn options(settings: &Settings) -> anyhow::Result<LiveOptions> {
    let config = &settings.config;
    let venue = of(settings);
    let exchange = exchanges::find(venue)
        .with_context(|| format!("`{venue}` is no exchange that is followed live: choose one with --venue"))?;
    let mut options = LiveOptions::new(exchange.live(config.symbols.clone()), config.symbols.clone());
    if let Some(urls) = config.venues.get(venue) {
        if let Some(url) = &urls.ws_url {
            options.ws_url.clone_from(url);
        }
        if let Some(url) = &urls.rest_url {
            options.rest_url.clone_from(url);
        }
    }
    options.recording = recording(settings);
    options.engine.indicators.clone_from(&config.indicators);
    options.engine.broker.clone_from(&config.trading.broker);
    Ok(options)
}

/// A session of the demo exchange: of all it trades, unless the user names symbols.
///
/// # Errors
/// When the program lacks the exchange whose protocol the demo speaks.
pub fn demo_options(settings: &Settings, server: &DemoServer) -> anyhow::Result<LiveOptions> {
    let exchange = exchanges::find(exchanges::binance::USDM.name).context("the demo exchange's protocol is not known")?;
    let symbols = if settings.origins.contains_key("symbols") {
        settings.config.symbols.clone()
    } else {
        SymbolConfig::defaults().into_iter().map(|traded| traded.symbol).collect()
    };
    let mut options = LiveOptions::new(exchange.live(symbols.clone()), symbols);
    DEMO.clone_into(&mut options.venue);
    options.mode = Mode::Demo;
    options.engine.indicators.clone_from(&settings.config.indicators);
    options.engine.broker.clone_from(&settings.config.trading.broker);
    options.ws_url = server.ws_url();
    options.rest_url = server.rest_url();
    options.recording = recording(settings);
    // A made-up market is only recorded where the user asks for it: by a setting, or by the key.
    options.recording.enabled &= settings.origins.contains_key("recording.enabled");
    Ok(options)
}

fn recording(settings: &Settings) -> RecordingOptions {
    let set = &settings.config.recording;
    RecordingOptions {
        low: u64::from(set.low_disk_mb) * 1_000_000,
        least: u64::from(set.min_free_mb) * 1_000_000,
        retention: retention(settings),
        ..RecordingOptions::new(set.enabled, settings.recordings())
    }
}

/// How long recordings are kept.
pub fn retention(settings: &Settings) -> Retention {
    let set = &settings.config.recording;
    Retention {
        age: set.keep_days.map(|days| Nanos(i64::from(days) * Timeframe::D1.nanos().0)),
        bytes: set.keep_gb.map(|gb| u64::from(gb) * 1_000_000_000),
    }
}
