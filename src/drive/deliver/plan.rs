//! What is sent when: one message of a channel at a time, the rest waiting; what failed is tried again later and later.

use super::attempt::Attempt;
use super::message::Message;
use crate::domain::{AlertId, Channel, Nanos};
use crate::drive::store::{Job, Outcome};
use std::collections::BTreeMap;
use std::time::Duration;

/// How far delivery goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Times a message is tried.
    pub tries: u32,
    /// How old a firing may become before it is given up; forever where there is none, as in a replay, whose time is not ours.
    pub age: Option<Nanos>,
    /// How long to wait after the first failure, the second and so on; the last counts for all that follow.
    pub backoff: Vec<Nanos>,
    /// Firings of one alert that wait for one channel and are still sent one by one.
    pub one_by_one: usize,
    /// Firings that may wait for one channel; the oldest beyond that are given up.
    pub waiting: usize,
    /// What messages under way are given when the program ends.
    pub parting: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tries: 10,
            age: Some(Nanos::from_secs(86_400)),
            backoff: [1, 5, 30, 120, 600, 1_800].map(Nanos::from_secs).to_vec(),
            one_by_one: 20,
            waiting: 5_000,
            parting: Duration::from_millis(600),
        }
    }
}

/// Jobs that are settled.
pub type Settled = Vec<(i64, Outcome)>;

/// The jobs that wait and those that are being sent.
#[derive(Debug, Default)]
pub struct Plan {
    limits: Limits,
    queues: BTreeMap<Channel, Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    /// The oldest first.
    waiting: Vec<Job>,
    /// What is being sent: more than one job where they are summed up.
    sending: Vec<Job>,
    /// The receiver asked to be left alone until then.
    held: Nanos,
}

impl Plan {
    /// Nothing waits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, queues: BTreeMap::new() }
    }

    /// Takes jobs in; gives those that are given up for it.
    pub fn take_in(&mut self, jobs: Vec<Job>) -> Settled {
        for job in jobs {
            self.queues.entry(job.channel).or_default().waiting.push(job);
        }
        let mut given_up = Settled::new();
        for (channel, queue) in &mut self.queues {
            queue.waiting.sort_by_key(|job| job.id);
            let beyond = queue.waiting.len().saturating_sub(self.limits.waiting);
            let why = format!("more than {} wait for {channel}: the oldest are given up", self.limits.waiting);
            given_up.extend(queue.waiting.drain(..beyond).map(|job| (job.id, Outcome::Failed { why: why.clone() })));
        }
        given_up
    }

    /// Gives up what is too old.
    pub fn expire(&mut self, now: Nanos) -> Settled {
        let Some(age) = self.limits.age else { return Settled::new() };
        let mut given_up = Settled::new();
        for queue in self.queues.values_mut() {
            queue.waiting.retain(|job| {
                let old = now.saturating_sub(job.firing.at) > age;
                if old {
                    given_up.push((job.id, Outcome::Failed { why: format!("it could not be delivered within {}", hours(age)) }));
                }
                !old
            });
        }
        given_up
    }

    /// The next message of a channel, when none is under way and the receiver may be bothered.
    pub fn next(&mut self, channel: Channel, now: Nanos) -> Option<Message> {
        let queue = self.queues.get_mut(&channel)?;
        if !queue.sending.is_empty() || queue.held > now {
            return None;
        }
        let first = queue.waiting.first()?;
        let key = (first.firing.id, first.venue.clone());
        let same = |job: &Job| (job.firing.id, job.venue.as_str()) == (key.0, key.1.as_str());
        if queue.waiting.iter().filter(|job| same(job)).count() > self.limits.one_by_one {
            let (same, other) = std::mem::take(&mut queue.waiting).into_iter().partition(same);
            (queue.sending, queue.waiting) = (same, other);
        } else {
            queue.sending = vec![queue.waiting.remove(0)];
        }
        // Of many, the newest is told: what holds now.
        let newest = queue.sending.iter().max_by_key(|job| (job.firing.at, job.id))?;
        Some(Message { more: queue.sending.len() - 1, ..Message::new(&newest.firing, &newest.venue) })
    }

    /// Takes all that waits for a channel, which cannot be used, and the alert of the last of it.
    pub fn refuse(&mut self, channel: Channel, why: &str) -> (Option<AlertId>, Settled) {
        let waiting = self.queues.get_mut(&channel).map(|queue| std::mem::take(&mut queue.waiting)).unwrap_or_default();
        let alert = waiting.last().map(|job| job.firing.id);
        (alert, waiting.into_iter().map(|job| (job.id, Outcome::Failed { why: why.to_owned() })).collect())
    }

    /// Says what came of the message under way.
    pub fn done(&mut self, channel: Channel, attempt: Attempt, now: Nanos) -> Settled {
        let limits = &self.limits;
        let Some(queue) = self.queues.get_mut(&channel) else { return Settled::new() };
        let jobs = std::mem::take(&mut queue.sending);
        let (why, after) = match attempt {
            Attempt::Sent => return jobs.into_iter().map(|job| (job.id, Outcome::Sent)).collect(),
            Attempt::Failed { why } => {
                return jobs.into_iter().map(|job| (job.id, Outcome::Failed { why: why.clone() })).collect();
            }
            Attempt::Again { why, after } => (why, after),
        };
        if let Some(after) = after {
            queue.held = now + after;
        }
        let most = jobs.iter().map(|job| job.tries).max().unwrap_or(0);
        let step = limits.backoff.get(most as usize).or(limits.backoff.last()).copied().unwrap_or(Nanos::SECOND);
        let next = now + step.max(after.unwrap_or(Nanos::ZERO));
        let settle = |job: Job| {
            let tries = job.tries + 1;
            let outcome = match limits.age {
                _ if tries >= limits.tries => Outcome::Failed { why: format!("given up after {tries} tries: {why}") },
                Some(age) if next.saturating_sub(job.firing.at) > age => {
                    Outcome::Failed { why: format!("given up after {}: {why}", hours(age)) }
                }
                _ => Outcome::Again { next, why: why.clone() },
            };
            (job.id, outcome)
        };
        jobs.into_iter().map(settle).collect()
    }

    /// When a channel that is left alone may be used again, where something waits for it.
    pub fn next_free(&self, now: Nanos) -> Option<Nanos> {
        let free = self.queues.values().filter(|queue| !queue.waiting.is_empty() && queue.held > now);
        free.map(|queue| queue.held).min()
    }

    /// How many wait for a channel, whether one is under way, and until when it is left alone.
    pub fn state(&self, channel: Channel, now: Nanos) -> (usize, bool, Option<Nanos>) {
        self.queues.get(&channel).map_or((0, false, None), |queue| {
            (queue.waiting.len(), !queue.sending.is_empty(), Some(queue.held).filter(|held| *held > now))
        })
    }

    /// The alert whose message is under way.
    pub fn under_way(&self, channel: Channel) -> Option<AlertId> {
        self.queues.get(&channel)?.sending.last().map(|job| job.firing.id)
    }
}

/// `24 hours`, or the length of time as it is.
fn hours(age: Nanos) -> String {
    let hours = age.secs() / 3_600;
    if hours >= 2 && Nanos::from_secs(hours * 3_600) == age { format!("{hours} hours") } else { age.span() }
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::firing;
    use super::*;

    const T0: Nanos = Nanos::from_millis(1_723_161_250_500);

    fn jobs(ids: std::ops::Range<i64>, channel: Channel) -> Vec<Job> {
        let job = |id| Job { id, row: id, channel, tries: 0, venue: "demo".to_owned(), firing: firing("price > 1", "") };
        ids.map(job).collect()
    }

    fn again(why: &str) -> Attempt {
        Attempt::again(why)
    }

    #[test]
    fn one_at_a_time_the_oldest_first() {
        let mut plan = Plan::new(Limits::default());
        plan.take_in(jobs(2..4, Channel::Mail));
        plan.take_in(jobs(1..2, Channel::Mail));
        assert!(plan.next(Channel::Webhook, T0).is_none());
        for id in 1..4 {
            assert_eq!(plan.next(Channel::Mail, T0).unwrap().more, 0);
            assert!(plan.next(Channel::Mail, T0).is_none(), "one is under way");
            assert_eq!(plan.done(Channel::Mail, Attempt::Sent, T0), [(id, Outcome::Sent)]);
        }
        assert!(plan.next(Channel::Mail, T0).is_none());
    }

    #[test]
    fn failures_wait_longer_and_longer_until_given_up() {
        let mut plan = Plan::new(Limits::default());
        let mut waits = Vec::new();
        let mut job = jobs(1..2, Channel::Webhook).remove(0);
        let said = loop {
            plan.take_in(vec![job.clone()]);
            assert!(plan.next(Channel::Webhook, T0).is_some());
            job.tries += 1;
            match plan.done(Channel::Webhook, again("no"), T0).remove(0).1 {
                Outcome::Again { next, .. } => waits.push((next - T0).secs()),
                Outcome::Failed { why } => break why,
                Outcome::Sent => panic!("sent"),
            }
        };
        assert_eq!(waits, [1, 5, 30, 120, 600, 1_800, 1_800, 1_800, 1_800]);
        assert_eq!(said, "given up after 10 tries: no");
    }

    #[test]
    fn a_receiver_that_asks_for_peace_gets_it_for_all_messages() {
        let mut plan = Plan::new(Limits::default());
        plan.take_in(jobs(1..3, Channel::Webhook));
        plan.next(Channel::Webhook, T0).unwrap();
        let free = T0 + Nanos::from_secs(90);
        let attempt = Attempt::Again { why: "429".to_owned(), after: Some(Nanos::from_secs(90)) };
        assert_eq!(plan.done(Channel::Webhook, attempt, T0), [(1, Outcome::Again { next: free, why: "429".to_owned() })]);
        assert_eq!((plan.next(Channel::Webhook, free - Nanos(1)), plan.next_free(T0)), (None, Some(free)));
        assert!(plan.next(Channel::Webhook, free).is_some());
    }

    #[test]
    fn many_of_one_alert_are_summed_up_and_settled_together() {
        let mut plan = Plan::new(Limits::default());
        let mut all = jobs(1..59, Channel::Mail);
        all[30].firing.id = 8;
        all[57].firing.at = T0 + Nanos::SECOND;
        plan.take_in(all);
        let message = plan.next(Channel::Mail, T0).unwrap();
        assert_eq!((message.id, message.more, message.at), (7, 56, T0 + Nanos::SECOND));
        assert!(message.text().ends_with("· and 56 more of this alert"));
        let settled = plan.done(Channel::Mail, again("no"), T0);
        assert_eq!(settled.len(), 57);
        assert_eq!(plan.next(Channel::Mail, T0).map(|message| (message.id, message.more)), Some((8, 0)));
        let mut plan = Plan::new(Limits::default());
        plan.take_in(jobs(1..21, Channel::Mail));
        assert_eq!(plan.next(Channel::Mail, T0).unwrap().more, 0, "twenty are sent one by one");
    }

    #[test]
    fn the_old_and_what_is_too_much_are_given_up_with_a_reason() {
        let mut plan = Plan::new(Limits { waiting: 3, ..Limits::default() });
        let given_up = plan.take_in(jobs(1..6, Channel::Mail));
        assert_eq!(given_up.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2]);
        let day = Nanos::from_secs(86_400);
        assert_eq!(plan.expire(T0 + day), []);
        plan.next(Channel::Mail, T0).unwrap();
        let settled = plan.done(Channel::Mail, again("no"), T0 + day);
        assert_eq!(settled, [(3, Outcome::Failed { why: "given up after 24 hours: no".to_owned() })]);
        let why = "it could not be delivered within 24 hours".to_owned();
        assert_eq!(plan.expire(T0 + day + Nanos(1)), [4, 5].map(|id| (id, Outcome::Failed { why: why.clone() })));
        let mut forever = Plan::new(Limits { age: None, ..Limits::default() });
        forever.take_in(jobs(1..2, Channel::Mail));
        assert_eq!(forever.expire(T0 + day + day), []);
    }
}
