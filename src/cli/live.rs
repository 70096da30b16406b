//! A live session as the settings want it.

use super::settings::Settings;
use crate::drive::live::{LiveOptions, RecordingOptions};
use crate::exchanges;
use anyhow::Context as _;

/// What a live session of the chosen venue is started with.
///
/// # Errors
/// When the venue is none that sockets lead to.
pub fn options(settings: &Settings) -> anyhow::Result<LiveOptions> {
    let config = &settings.config;
    let exchange = exchanges::find(&config.venue)
        .with_context(|| format!("`{}` is no exchange that is followed live: choose one with --venue", config.venue))?;
    let mut options = LiveOptions::new(exchange.live(config.symbols.clone()), config.symbols.clone());
    if let Some(urls) = config.venues.get(&config.venue) {
        if let Some(url) = &urls.ws_url {
            options.ws_url.clone_from(url);
        }
        if let Some(url) = &urls.rest_url {
            options.rest_url.clone_from(url);
        }
    }
    options.recording = RecordingOptions { enabled: config.recording.enabled, folder: settings.recordings() };
    Ok(options)
}
