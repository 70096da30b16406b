//! Alerts that ask for the terminal's bell or its notification: what is written, and how often at most.

use crate::domain::{Channel, Firing, Nanos};
use crate::drive::deliver::Message;
use crate::drive::deliver::terminal::{BELL, Terminal, osc};
use std::sync::Arc;

/// The bell rings at most this often.
const BETWEEN: Nanos = Nanos::SECOND;
/// Notifications in that time at most.
const MOST: usize = 4;

/// What is to be written to the terminal.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls {
    terminal: Terminal,
    /// When the bell last rang.
    rang: Option<Nanos>,
    /// When notifications were last counted from, and how many there were since.
    noted: (Option<Nanos>, usize),
    bytes: Vec<u8>,
}

impl Calls {
    /// For the terminal the program was started in.
    pub fn new() -> Self {
        Self { terminal: Terminal::detect(&|name| std::env::var(name).ok()), ..Self::default() }
    }

    /// Takes in what fired.
    pub fn take_in(&mut self, firings: Vec<Arc<Firing>>, venue: &str, now: Nanos) {
        let over = |since: Option<Nanos>| since.is_none_or(|since| now.saturating_sub(since) >= BETWEEN || now < since);
        for firing in firings {
            if firing.deliver.has(Channel::Bell) && over(self.rang) {
                self.rang = Some(now);
                self.bytes.extend_from_slice(BELL);
            }
            if firing.deliver.has(Channel::Terminal) {
                if over(self.noted.0) {
                    self.noted = (Some(now), 0);
                }
                self.noted.1 += 1;
                if self.noted.1 <= MOST {
                    self.bytes.extend(osc(&Message::new(&firing, venue), self.terminal));
                }
            }
        }
    }

    /// What is to be written, once.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Channels, Symbol};

    fn firing(deliver: Channels, note: &str) -> Arc<Firing> {
        Arc::new(Firing {
            number: 1,
            id: 1,
            at: Nanos::ZERO,
            symbol: Symbol::new("BTCUSDT").unwrap(),
            expr: "price > 1".into(),
            values: Arc::default(),
            price: None,
            deliver,
            note: note.into(),
        })
    }

    #[test]
    fn the_bell_rings_once_a_second() {
        let mut calls = Calls::default();
        let bell = Channels::NONE.with(Channel::Bell);
        calls.take_in(vec![firing(bell, ""), firing(bell, "")], "", Nanos::from_secs(10));
        assert_eq!(calls.take(), BELL);
        calls.take_in(vec![firing(bell, "")], "", Nanos::from_millis(10_900));
        assert_eq!(calls.take(), b"");
        calls.take_in(vec![firing(bell, ""), firing(Channels::NONE, "")], "", Nanos::from_secs(11));
        assert_eq!((calls.take(), calls.take()), (BELL.to_vec(), Vec::new()));
    }

    #[test]
    fn a_storm_of_notifications_is_cut_and_nothing_hostile_is_written() {
        let mut calls = Calls::default();
        let note = firing(Channels::NONE.with(Channel::Terminal), "\x1b]52;c;aGk=\x07\n\x1b\\");
        calls.take_in(vec![note; 20], "", Nanos::from_secs(1));
        let text = String::from_utf8(calls.take()).unwrap();
        assert_eq!(text.matches("\x1b]9;").count(), MOST);
        assert_eq!(text.matches("\x1b]777;notify;").count(), MOST);
        // Nothing starts or ends a sequence but those two.
        assert_eq!(text.matches('\x1b').count(), 2 * MOST);
        assert_eq!(text.matches('\x07').count(), 2 * MOST);
    }
}
