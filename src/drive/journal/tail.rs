//! The newest lines of the log, for the screen.

use crate::domain::Nanos;
use crate::drive::view::LogLine;
use crate::feed::Severity;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Longest text of one, characters.
const LONGEST: usize = 400;

/// The newest lines that no session has in its own log. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Tail(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    count: u64,
    kept: VecDeque<LogLine>,
}

impl Tail {
    /// Lines kept.
    pub const KEPT: usize = 1_000;

    /// Adds a line.
    pub(super) fn push(&self, at: Nanos, severity: Severity, text: &str) {
        let text = crate::drive::words::clean(text, LONGEST);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.count += 1;
        let number = lines.count;
        if lines.kept.len() == Self::KEPT {
            lines.kept.pop_front();
        }
        lines.kept.push_back(LogLine { number, at, severity, text: text.into() });
    }

    /// The lines after the one of a number, oldest first; those still kept of them.
    pub fn after(&self, number: u64) -> Vec<LogLine> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.kept.iter().skip_while(|line| line.number <= number).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_lines_are_kept_and_told_once() {
        let tail = Tail::default();
        for n in 0..Tail::KEPT as i64 + 5 {
            tail.push(Nanos::from_secs(n), Severity::Info, &format!("line {n}\u{1b}"));
        }
        let lines = tail.after(0);
        assert_eq!((lines.len(), lines[0].number, &*lines[0].text), (Tail::KEPT, 6, "line 5·"));
        assert_eq!(tail.after(1_003).len(), 2);
        assert!(tail.after(1_005).is_empty());
    }
}
