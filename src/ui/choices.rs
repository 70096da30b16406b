//! Choices made on the screen that are kept in the configuration file.

use crate::app::{Keep, Source};
use crate::config::{self, EditError};
use std::path::Path;

/// Writes a choice into the configuration file; `venue` is the live one's name in it.
///
/// # Errors
/// When the file cannot be changed.
pub(super) fn keep(choice: Keep, file: &Path, venue: &str) -> Result<(), EditError> {
    match choice {
        Keep::Keys(command, keys) => config::set_keys(file, &command.to_string(), keys.as_deref()),
        Keep::Theme(name) => config::set_text(file, "theme", &name),
        Keep::Zone(name) => config::set_text(file, "time_zone", &name),
        Keep::Indicators(list) => config::set_list(file, "indicators", list.as_deref()),
        Keep::Confirm(confirm) => config::set_truth(file, "trading", "confirm", confirm),
        Keep::Source(Source::Demo) => config::set_text(file, "venue", "demo"),
        Keep::Source(Source::Live) => config::set_text(file, "venue", venue),
    }
}
