//! What a collector without a screen says of itself: a status file, and `/health` and `/metrics` on this computer.

mod figures;
mod prometheus;
mod server;
mod status_file;

pub use figures::{Connected, Figures, Health, Limits, Recorded};
pub use prometheus::metrics;
pub use server::{Server, ServerError};
pub use status_file::{Condition, StatusFile, read};

use super::dataset::DatasetStatus;
use crate::domain::Nanos;
use serde::Serialize;

/// All sessions of a collector at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The program and its version.
    pub app: String,
    /// The process.
    pub pid: u32,
    /// When this was said, RFC 3339 UTC.
    pub at: String,
    /// The same, seconds since 1970, to tell how old it is.
    pub ts: i64,
    /// The worst of the sessions.
    pub health: Health,
    /// What is wrong, in words; empty when all is well.
    pub reasons: Vec<String>,
    /// Each session.
    pub sessions: Vec<Figures>,
    /// The Parquet dataset, where one is kept.
    pub dataset: Option<Kept>,
}

/// How a dataset stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Rows written since the start.
    pub rows: u64,
    /// Files that are whole.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Recordings that wait to be converted.
    pub waiting: usize,
    /// Why it is not written just now.
    pub problem: Option<String>,
}

impl From<DatasetStatus> for Kept {
    fn from(status: DatasetStatus) -> Self {
        let DatasetStatus { totals, waiting, problem, .. } = status;
        Self { rows: totals.rows, files: totals.parts, bytes: totals.bytes, waiting, problem }
    }
}

impl Status {
    /// Puts the sessions together.
    pub fn of(sessions: Vec<Figures>, dataset: Option<Kept>, now: Nanos) -> Self {
        let mut health = sessions.iter().map(|session| session.health).max().unwrap_or(Health::Starting);
        let mut reasons: Vec<String> =
            sessions.iter().flat_map(|one| one.reasons.iter().map(|why| format!("{}: {why}", one.venue))).collect();
        if let Some(why) = dataset.as_ref().and_then(|dataset| dataset.problem.as_ref()) {
            health = health.max(Health::Failing);
            reasons.push(format!("dataset: {why}"));
        }
        Self {
            app: concat!("rtai-tui ", env!("CARGO_PKG_VERSION")).to_owned(),
            pid: std::process::id(),
            at: now.rfc3339(),
            ts: now.secs(),
            health,
            reasons,
            sessions,
            dataset,
        }
    }

    /// The last one: the collector has ended.
    #[must_use]
    pub fn ended(mut self) -> Self {
        self.health = Health::Ended;
        self.reasons.push("the collector has ended".to_owned());
        self
    }
}

#[cfg(test)]
mod tests;
