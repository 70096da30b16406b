//! Where a sum of the day, or from an anchor, begins anew.

use crate::domain::Nanos;
use crate::indicator::{Param, Params};

const DAY: Nanos = Nanos::from_secs(86_400);

/// The parameter that moves the beginning.
pub(super) const ANCHOR: Param =
    Param::real("anchor", "begins at this moment, in seconds since 1970; day: at 00:00 UTC each day", 0.0, 1.0, 9.2e9).or("day");

/// From when on is summed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session {
    anchor: Option<Nanos>,
    /// The running day, or the anchor once it has passed.
    since: Option<Nanos>,
}

impl Session {
    pub(super) fn new(params: &Params, index: usize) -> Self {
        let anchor = params.get(index);
        Self { anchor: (anchor > 0.0).then_some(Nanos((anchor * 1e9) as i64)), since: None }
    }

    /// Whether a new session begins with what came at that moment.
    pub(super) fn begins(&mut self, at: Nanos) -> bool {
        let since = match self.anchor {
            Some(anchor) if at < anchor => return false,
            Some(anchor) => anchor,
            None => at.floor_to(DAY),
        };
        self.since.replace(since) != Some(since)
    }

    /// Whether what came at that moment is in a session.
    pub(super) fn holds(&self, at: Nanos) -> bool {
        self.anchor.is_none_or(|anchor| at >= anchor)
    }
}
