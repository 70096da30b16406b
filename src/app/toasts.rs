//! Messages: short ones that come up and go by themselves, and the list of all recent ones.

use crate::bars::Series;
use crate::domain::{AlertId, Nanos};
use crate::drive::view::{LogLine, STOPPED};
use crate::engine::Snapshot;
use crate::feed::Severity;
use std::collections::VecDeque;
use std::sync::Arc;

/// Messages kept for the list.
const KEPT: usize = 500;
/// Messages shown at once.
const SHOWN: usize = 3;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When, by the screen's clock.
    pub at: Nanos,
    /// How much it matters.
    pub severity: Severity,
    /// What, and what to do about it.
    pub text: Arc<str>,
    /// The alert that fired, where it says so, and whether it was one of a replay.
    pub alert: Option<(bool, AlertId)>,
}

impl Message {
    /// How long it stays up.
    const fn lasts(&self) -> Nanos {
        match self.severity {
            Severity::Info => Nanos::from_secs(4),
            Severity::Warning => Nanos::from_secs(7),
            Severity::Error => Nanos::from_secs(12),
        }
    }
}

/// All recent messages.
#[derive(Debug, Clone, Default)]
pub struct Toasts {
    all: VecDeque<Message>,
    /// How many of the newest have not been sent away.
    up: usize,
    /// The number of the last notice of the engine that was taken in.
    seen: u64,
    /// The number of the last line of the session's log that was taken in.
    logged: u64,
}

impl Toasts {
    /// Adds a message.
    pub fn push(&mut self, at: Nanos, severity: Severity, text: impl Into<Arc<str>>) {
        let text = text.into();
        if let Some(last) = self.all.back_mut().filter(|last| last.text == text && self.up > 0) {
            // Said again: it stays up longer, but is not repeated.
            last.at = at;
            return;
        }
        self.put(Message { at, severity, text, alert: None });
    }

    /// Adds what an alert says that has fired. One that fires all the time says what is newest.
    pub fn push_firing(&mut self, at: Nanos, alert: (bool, AlertId), text: impl Into<Arc<str>>) {
        let text = text.into();
        let known = self.all.iter_mut().rev().take(self.up).take_while(|known| at.saturating_sub(known.at) < Nanos::SECOND);
        if let Some(known) = known.into_iter().find(|known| known.alert == Some(alert)) {
            known.text = text;
            return;
        }
        self.put(Message { at, severity: Severity::Warning, text, alert: Some(alert) });
    }

    fn put(&mut self, message: Message) {
        self.all.push_back(message);
        self.up += 1;
        if self.all.len() > KEPT {
            self.all.pop_front();
        }
        self.up = self.up.min(self.all.len());
    }

    /// Takes in the engine's notices that have not been seen. Those of a seek back are not repeated.
    pub fn absorb(&mut self, snapshot: &Snapshot, now: Nanos) {
        let newest = snapshot.notices.last().map_or(0, |notice| notice.number);
        let fresh = usize::try_from(newest.saturating_sub(self.seen)).unwrap_or(usize::MAX);
        let from = snapshot.notices.len().saturating_sub(fresh);
        for notice in snapshot.notices.iter_from(from) {
            // Who stopped the feed has been told so once.
            if notice.severity == Severity::Info || notice.text.ends_with(STOPPED) {
                self.list(notice.at, notice.severity, Arc::clone(&notice.text));
            } else {
                self.push(now, notice.severity, Arc::clone(&notice.text));
            }
        }
        self.seen = newest;
    }

    /// Takes in what the session's log says went wrong; the rest of it is for the log's own pane.
    pub fn absorb_log(&mut self, log: &Series<LogLine>, now: Nanos) {
        let newest = log.last().map_or(0, |line| line.number);
        let fresh = usize::try_from(newest.saturating_sub(self.logged)).unwrap_or(usize::MAX);
        for line in log.iter_from(log.len().saturating_sub(fresh)).filter(|line| line.severity == Severity::Error) {
            self.push(now, line.severity, Arc::clone(&line.text));
        }
        self.logged = newest;
    }

    /// Another session is shown: its notices are numbered from the start.
    pub fn new_session(&mut self, snapshot: &Snapshot, log: &Series<LogLine>) {
        self.logged = log.last().map_or(0, |line| line.number);
        self.seen = snapshot.notices.last().map_or(0, |notice| notice.number);
    }

    /// Adds a message to the list without showing it.
    fn list(&mut self, at: Nanos, severity: Severity, text: Arc<str>) {
        let place = self.all.len() - self.up;
        self.all.insert(place, Message { at, severity, text, alert: None });
        if self.all.len() > KEPT {
            self.all.pop_front();
        }
        self.up = self.up.min(self.all.len());
    }

    /// The messages to show now, newest last. An error is not pushed out by lesser ones.
    pub fn shown(&self, now: Nanos) -> Vec<&Message> {
        let mut up: Vec<&Message> = self.up(now).collect();
        while up.len() > SHOWN {
            let least = up.iter().map(|message| message.severity).min();
            let first = up.iter().position(|message| Some(message.severity) == least).unwrap_or(0);
            up.remove(first);
        }
        up
    }

    /// How many alerts fired of which nothing is shown, as newer messages are.
    pub fn alerts_beyond(&self, now: Nanos) -> usize {
        let of_alerts = |messages: &[&Message]| messages.iter().filter(|message| message.alert.is_some()).count();
        of_alerts(&self.up(now).collect::<Vec<_>>()) - of_alerts(&self.shown(now))
    }

    /// The messages that are up, newest last.
    fn up(&self, now: Nanos) -> impl Iterator<Item = &Message> {
        let up = self.all.iter().skip(self.all.len() - self.up);
        up.filter(move |message| now.saturating_sub(message.at) < message.lasts())
    }

    /// Sends away what is up; says whether there was anything.
    pub fn dismiss(&mut self, now: Nanos) -> bool {
        let any = !self.shown(now).is_empty();
        self.up = 0;
        any
    }

    /// All recent messages, newest first.
    pub fn all(&self) -> impl Iterator<Item = &Message> {
        self.all.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::snapshot::Notice;

    fn snapshot(numbers: std::ops::RangeInclusive<u64>) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for number in numbers {
            snapshot.notices.push(Notice {
                number,
                at: Nanos::ZERO,
                severity: Severity::Warning,
                text: format!("n{number}").into(),
            });
        }
        snapshot
    }

    #[test]
    fn messages_go_by_themselves() {
        let mut toasts = Toasts::default();
        toasts.push(Nanos::from_secs(10), Severity::Info, "marked");
        assert_eq!(toasts.shown(Nanos::from_secs(13)).len(), 1);
        assert_eq!(toasts.shown(Nanos::from_secs(14)).len(), 0);
        assert_eq!(toasts.all().count(), 1);
    }

    #[test]
    fn who_stops_the_feed_is_not_warned_of_it() {
        let mut snapshot = snapshot(1..=1);
        let text = format!("binance-futures: trades lost: {STOPPED}");
        snapshot.notices.push(Notice { number: 2, at: Nanos::ZERO, severity: Severity::Warning, text: text.into() });
        let mut toasts = Toasts::default();
        toasts.absorb(&snapshot, Nanos::ZERO);
        let shown: Vec<_> = toasts.shown(Nanos::ZERO).iter().map(|message| message.text.to_string()).collect();
        assert_eq!(shown, ["n1"]);
        // It is in the list of messages all the same.
        assert_eq!(toasts.all().count(), 2);
    }

    #[test]
    fn no_notice_is_missed_or_repeated() {
        let mut toasts = Toasts::default();
        toasts.absorb(&snapshot(1..=4), Nanos::ZERO);
        toasts.absorb(&snapshot(1..=9), Nanos::ZERO);
        let texts: Vec<_> = toasts.all().map(|message| message.text.to_string()).collect();
        assert_eq!(texts, ["n9", "n8", "n7", "n6", "n5", "n4", "n3", "n2", "n1"]);
        assert_eq!(toasts.shown(Nanos::SECOND).len(), SHOWN);
        toasts.absorb(&snapshot(1..=2), Nanos::ZERO);
        assert_eq!(toasts.all().count(), 9);
    }

    #[test]
    fn alerts_do_not_pile() {
        let mut toasts = Toasts::default();
        (1..=10).for_each(|id| toasts.push_firing(Nanos::ZERO, (false, id), format!("alert {id}")));
        let shown: Vec<_> = toasts.shown(Nanos::ZERO).iter().map(|message| message.text.to_string()).collect();
        assert_eq!(shown, ["alert 8", "alert 9", "alert 10"]);
        assert_eq!(toasts.alerts_beyond(Nanos::ZERO), 7);
        // One that fires at every event takes one place.
        (0..100).for_each(|n| toasts.push_firing(Nanos::from_millis(n), (false, 10), format!("again {n}")));
        assert_eq!(toasts.all().count(), 10);
        assert_eq!(&*toasts.all().next().unwrap().text, "again 99");
        toasts.push_firing(Nanos::from_secs(2), (false, 10), "later");
        assert_eq!(toasts.all().count(), 11);
        assert!(toasts.dismiss(Nanos::SECOND));
        assert_eq!(toasts.alerts_beyond(Nanos::SECOND), 0);
    }

    #[test]
    fn an_error_stays_over_lesser_messages() {
        let mut toasts = Toasts::default();
        toasts.push(Nanos::ZERO, Severity::Error, "disk full");
        (0..5).for_each(|n| toasts.push(Nanos::ZERO, Severity::Info, format!("{n}")));
        assert!(toasts.shown(Nanos::SECOND).iter().any(|message| message.severity == Severity::Error));
        assert!(toasts.dismiss(Nanos::SECOND) && toasts.shown(Nanos::SECOND).is_empty());
    }
}
