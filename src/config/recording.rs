//! What is recorded, where, and how long it is kept: what `[recording]` sets.

use super::fields::{Field, text, truth, whole};
use std::path::PathBuf;

/// What is recorded, where, and how long it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Whether live data is recorded from the start.
    pub enabled: bool,
    /// The folder, where the user chose one.
    pub path: Option<PathBuf>,
    /// Recordings older than so many days are deleted.
    pub keep_days: Option<u32>,
    /// The oldest recordings are deleted while all of them take more GB (of 1e9 bytes).
    pub keep_gb: Option<u32>,
    /// MB (of 1e6 bytes) free on the disk below which the user is warned.
    pub low_disk_mb: u32,
    /// MB free below which recording stops until there is room again.
    pub min_free_mb: u32,
}

impl Default for Recording {
    fn default() -> Self {
        Self { enabled: true, path: None, keep_days: None, keep_gb: None, low_disk_mb: 1_000, min_free_mb: 250 }
    }
}

impl Recording {
    /// The value of a setting of `[recording]` as TOML; empty for one that is not given.
    pub fn shown(&self, name: &str) -> String {
        let given = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
        match name {
            "enabled" => self.enabled.to_string(),
            "path" => {
                self.path.as_ref().map(|path| toml::Value::String(path.display().to_string()).to_string()).unwrap_or_default()
            }
            "keep_days" => given(self.keep_days),
            "keep_gb" => given(self.keep_gb),
            "low_disk_mb" => self.low_disk_mb.to_string(),
            "min_free_mb" => self.min_free_mb.to_string(),
            _ => String::new(),
        }
    }
}

/// What `[recording]` sets, in the order of the file.
pub(super) const FIELDS: &[Field] = &[
    Field {
        table: "recording",
        name: "enabled",
        about: "Record live data from the start",
        default: "true",
        read: |config, value| truth(value).map(|v| config.recording.enabled = v),
    },
    Field {
        table: "recording",
        name: "path",
        about: "Folder of recordings; `recordings` in the data folder unless given",
        default: "",
        read: |config, value| text(value).map(|v| config.recording.path = Some(PathBuf::from(v))),
    },
    Field {
        table: "recording",
        name: "keep_days",
        about: "Delete recordings of live sessions, and parts of their dataset, so many days after their day, 1 to 36500; kept for ever unless given",
        default: "",
        read: |config, value| whole(value, 1, 36_500).map(|v| config.recording.keep_days = Some(v)),
    },
    Field {
        table: "recording",
        name: "keep_gb",
        about: "Delete the oldest recordings while all of them take more GB, 1 to 1000000; any size unless given",
        default: "",
        read: |config, value| whole(value, 1, 1_000_000).map(|v| config.recording.keep_gb = Some(v)),
    },
    Field {
        table: "recording",
        name: "low_disk_mb",
        about: "Warn when fewer MB are free on the disk of recordings; 0 never",
        default: "1000",
        read: |config, value| whole(value, 0, 100_000_000).map(|v| config.recording.low_disk_mb = v),
    },
    Field {
        table: "recording",
        name: "min_free_mb",
        about: "Stop recording, and go on by itself once there is room, when fewer MB are free; 0 only when the disk is full",
        default: "250",
        read: |config, value| whole(value, 0, 100_000_000).map(|v| config.recording.min_free_mb = v),
    },
];
