//! What a collector without a screen says of itself: a status file, and `/health` and `/metrics` on this computer.

mod figures;
mod prometheus;
mod server;
mod status_file;

pub use figures::{Connected, Figures, Health, Limits, Recorded};
pub use prometheus::metrics;
pub use server::{Server, ServerError};
pub use status_file::{Condition, StatusFile, read};

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
}

impl Status {
    /// Puts the sessions together.
    pub fn of(sessions: Vec<Figures>, now: crate::domain::Nanos) -> Self {
        let health = sessions.iter().map(|session| session.health).max().unwrap_or(Health::Starting);
        let reasons = sessions.iter().flat_map(|one| one.reasons.iter().map(|why| format!("{}: {why}", one.venue))).collect();
        Self {
            app: concat!("rtai-tui ", env!("CARGO_PKG_VERSION")).to_owned(),
            pid: std::process::id(),
            at: now.rfc3339(),
            ts: now.secs(),
            health,
            reasons,
            sessions,
        }
    }
}

#[cfg(test)]
mod tests;
