//! The status as a file that is always whole: written beside, then put in its place.

use super::Status;
use crate::domain::Nanos;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How old a status may be before whoever wrote it counts as gone.
const STALE: Nanos = Nanos::from_secs(15);

/// A status file that is kept up to date while its collector runs.
#[derive(Debug)]
pub struct StatusFile {
    path: PathBuf,
    /// What was last said of a failure, to say it once.
    failed: bool,
}

impl StatusFile {
    /// One at this path; nothing is written yet.
    pub const fn new(path: PathBuf) -> Self {
        Self { path, failed: false }
    }

    /// Writes the status. Says why it could not, once until it can again.
    pub fn write(&mut self, status: &Status) -> Option<String> {
        let result = replace(&self.path, status);
        let first = !self.failed;
        self.failed = result.is_err();
        result.err().filter(|_| first).map(|error| format!("{}: the status cannot be written: {error}", self.path.display()))
    }
}

fn replace(path: &Path, status: &Status) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let mut file = fs::File::create(&beside)?;
    let mut text = serde_json::to_vec_pretty(status).map_err(io::Error::other)?;
    text.push(b'\n');
    file.write_all(&text)?;
    drop(file);
    fs::rename(&beside, path)
}

/// What a status file says of a collector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All is well.
    Well(String),
    /// Something is wrong: what, and what to do.
    Ill(String),
}

/// Reads a status file and judges it.
pub fn read(path: &Path, now: Nanos) -> Condition {
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Condition::Ill(format!("{shown}: no status can be read ({error}): is `rtai-tui record` running?")),
    };
    let Ok(status) = serde_json::from_str::<serde_json::Value>(&text) else {
        return Condition::Ill(format!("{shown}: this is no status file of rtai-tui"));
    };
    let said = |key: &str| status.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let Some(ts) = status.get("ts").and_then(serde_json::Value::as_i64) else {
        return Condition::Ill(format!("{shown}: this is no status file of rtai-tui"));
    };
    let age = now - Nanos::from_secs(ts);
    if age > STALE {
        let ago = Nanos::from_secs(age.secs()).span();
        return Condition::Ill(format!("{shown}: last written {ago} ago: the collector has ended or hangs"));
    }
    let reasons = status.get("reasons").and_then(serde_json::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let reasons: Vec<&str> = reasons.iter().filter_map(serde_json::Value::as_str).collect();
    match said("health").as_str() {
        "ok" | "starting" => Condition::Well(format!("{}: {}", said("app"), said("health"))),
        health => Condition::Ill(format!("{health}: {}", reasons.join("; "))),
    }
}
