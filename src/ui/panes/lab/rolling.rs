//! A report that is kept up to date while time goes on, a little in every frame.

use crate::analytics::lab::{Of, Report, Sheet, Work};
use crate::domain::{Nanos, Symbol};

/// Pieces worked out in a frame: together under a millisecond for an hour of seconds.
const PIECES: usize = 4;
/// Newer samples are taken in no more often than this, by the session's clock.
const AGAIN: Nanos = Nanos::from_secs(5);

/// Of what a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The symbol.
    pub symbol: Symbol,
    /// Value or z.
    pub of: Of,
    /// The newest sample.
    pub upto: Nanos,
    /// How many indicators there are.
    pub columns: usize,
}

impl Subject {
    fn is_another(&self, other: &Self) -> bool {
        // A replay that went back shows another past.
        let same = (self.symbol, self.of, self.columns) == (other.symbol, other.of, other.columns);
        !same || self.upto < other.upto
    }
}

/// What is known, and what is being worked out.
#[derive(Debug, Default)]
pub struct Rolling {
    report: Option<Report>,
    work: Option<Work>,
    subject: Option<Subject>,
    begun: Nanos,
}

impl Rolling {
    /// Takes in newer samples when it is time to, or at once where time stands still, and does a frame's share of the work;
    /// whether any is left.
    pub fn keep(&mut self, subject: Subject, now: Nanos, still: bool, first: usize, sheet: impl FnOnce() -> Sheet) -> bool {
        let another = self.subject.is_none_or(|known| subject.is_another(&known));
        let due = self.work.is_none() && self.subject != Some(subject) && (still || now.saturating_sub(self.begun) >= AGAIN);
        if another {
            self.report = None;
        }
        if another || due || now < self.begun {
            self.work = Some(Work::new(sheet(), subject.of, first));
            (self.subject, self.begun) = (Some(subject), now);
            // Taking the samples in was this frame's share.
            return true;
        }
        for _ in 0..PIECES {
            let Some(work) = &mut self.work else { break };
            if !work.step() {
                self.report = self.work.take().map(Work::into_report);
            }
        }
        self.is_working()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The newest whole report, else what there is of the first one.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref().or_else(|| self.work.as_ref().map(Work::so_far))
    }

    /// Whether the report is whole, so that verdicts can be given.
    pub const fn is_whole(&self) -> bool {
        self.report.is_some()
    }

    /// Whether there is more to work out.
    pub const fn is_working(&self) -> bool {
        self.work.is_some()
    }
}
