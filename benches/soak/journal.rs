//! What was handed to a collector's sockets: numbers without gaps are one range.

use rtai_tui::domain::Nanos;
use std::collections::VecDeque;

/// How long it is remembered when a number was sent.
const MEMORY: Nanos = Nanos::from_secs(5);

/// The numbers of one kind of message of one symbol, in the order they were sent.
#[derive(Debug, Default, Clone)]
pub struct Journal {
    /// First and last of each stretch; numbers rise by one within it.
    pub ranges: Vec<(u64, u64)>,
    recent: VecDeque<(u64, Nanos)>,
}

impl Journal {
    pub fn sent(&mut self, number: u64, at: Nanos) {
        match self.ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => self.ranges.push((number, number)),
        }
        self.recent.push_back((number, at));
        while self.recent.front().is_some_and(|(_, sent)| at - *sent > MEMORY) {
            self.recent.pop_front();
        }
    }

    /// What was sent in the last seconds.
    pub fn recent(&self) -> Vec<(u64, Nanos)> {
        self.recent.iter().copied().collect()
    }

    pub fn count(&self) -> u64 {
        self.ranges.iter().map(|(first, last)| last - first + 1).sum()
    }

    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }
}
