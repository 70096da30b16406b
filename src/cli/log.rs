//! The log of a run of the program, as the settings want it.

use super::out;
use super::settings::Settings;
use crate::drive::clock::Clock;
use crate::drive::journal::{Journal, Limits, Options};

/// Begins to log: into files of the state folder, and to the screen. It is written out when what is returned is dropped.
///
/// That nothing can be written is said, and no reason not to run.
pub fn begin(settings: &Settings, clock: &Clock) -> Journal {
    let config = &settings.config;
    let options = Options {
        folder: settings.folders.log(),
        limits: Limits { bytes: u64::from(config.log.file_size) << 20, files: config.log.files as usize },
        levels: config.log_level.parse().unwrap_or_default(),
        secrets: secrets(settings, &|name| std::env::var(name).ok()),
    };
    let (journal, subscriber) = Journal::begin(options, clock);
    // A second log in one process is only seen in tests; the first one stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
    if let Some(trouble) = journal.trouble() {
        out::note(trouble);
    }
    tracing::info!(version = super::version::LONG, config = %settings.file.display(), levels = %config.log_level, "begin");
    journal
}

/// What must never be logged.
fn secrets(settings: &Settings, env: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let delivery = &settings.config.delivery;
    let variables = [&delivery.webhook_env, &delivery.smtp_password_env];
    let from_env = variables.into_iter().flatten().filter_map(|name| env(name));
    let webhook = delivery.webhook.iter().map(|secret| secret.reveal().to_owned());
    from_env.chain(webhook).filter(|text| !text.trim().is_empty()).collect()
}
