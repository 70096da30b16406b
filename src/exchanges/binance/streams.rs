//! The streams subscribed to: their messages, and whether they deliver.

use super::market::{Channel, Market};
use crate::domain::{Nanos, Symbol};
use crate::feed::{ConnId, Stream};

/// Stream names in one control message, and bytes of them.
const NAMES_PER_MESSAGE: usize = 100;
const BYTES_PER_MESSAGE: usize = 4_000;
/// Ids below belong to the messages that subscribe a fresh connection.
const FIRST_LATER_ID: u64 = 1_000_000;
const IDS_PER_CONNECTION: u64 = 10_000;

#[derive(Debug, Clone, Copy, Default)]
struct Reply {
    accepted: bool,
    noticed: bool,
}

/// Every stream of every symbol: as many a symbol as the market has channels, in the order of the symbols.
#[derive(Debug)]
pub(super) struct Streams {
    market: Market,
    list: Vec<Stream>,
    replies: Vec<Reply>,
    next_id: u64,
    /// Subscriptions sent at run time and not yet answered.
    asked: Vec<(u64, Vec<String>)>,
}

impl Streams {
    pub(super) const fn new(market: Market) -> Self {
        Self { market, list: Vec::new(), replies: Vec::new(), next_id: FIRST_LATER_ID, asked: Vec::new() }
    }

    pub(super) fn all(&self) -> &[Stream] {
        &self.list
    }

    /// Adds a symbol's streams.
    pub(super) fn add(&mut self, at: Nanos, symbol: Symbol) {
        let lower = symbol.to_lowercase();
        for (channel, conn) in self.market.channels() {
            self.list.push(Stream {
                name: format!("{lower}@{}", channel.suffix()),
                conn: *conn,
                symbol,
                since: at,
                last: None,
                count: 0,
                patience: channel.patience(),
            });
            self.replies.push(Reply::default());
        }
    }

    /// Removes the streams of the symbol in that place.
    pub(super) fn remove(&mut self, slot: usize) {
        let width = self.market.channels().len();
        let range = slot.saturating_mul(width)..slot.saturating_add(1).saturating_mul(width).min(self.list.len());
        if range.start <= range.end {
            self.list.drain(range.clone());
            self.replies.drain(range);
        }
    }

    /// A message of that channel of the symbol in that place.
    pub(super) fn delivered(&mut self, at: Nanos, slot: usize, channel: Channel) {
        let Some(offset) = self.market.channels().iter().position(|(c, _)| *c == channel) else { return };
        if let Some(stream) = self.list.get_mut(slot * self.market.channels().len() + offset) {
            stream.last = Some(at);
            stream.count += 1;
        }
    }

    /// A connection opened: its streams begin anew.
    pub(super) fn opened(&mut self, at: Nanos, conn: ConnId) {
        for (stream, reply) in self.list.iter_mut().zip(&mut self.replies).filter(|(stream, _)| stream.conn == conn) {
            stream.since = at;
            stream.last = None;
            *reply = Reply::default();
        }
    }

    fn names(&self, conn: ConnId) -> Vec<&str> {
        self.list.iter().filter(|stream| stream.conn == conn).map(|stream| stream.name.as_str()).collect()
    }

    /// The messages that subscribe a fresh connection.
    pub(super) fn subscriptions(&self, conn: ConnId) -> Vec<String> {
        let first = u64::from(conn.0) * IDS_PER_CONNECTION + 1;
        batches(&self.names(conn)).into_iter().zip(first..).map(|(names, id)| request("SUBSCRIBE", names, id)).collect()
    }

    /// The messages that subscribe or unsubscribe the streams of the symbol in that place, by connection.
    pub(super) fn change(&mut self, slot: usize, subscribe: bool) -> Vec<(ConnId, String)> {
        let width = self.market.channels().len();
        let own = self.list.iter().skip(slot * width).take(width);
        let mut messages = Vec::new();
        for connection in self.market.connections() {
            let names: Vec<&str> = own.clone().filter(|s| s.conn == connection.id).map(|s| s.name.as_str()).collect();
            let id = self.next_id;
            self.next_id += 1;
            messages.push((connection.id, request(if subscribe { "SUBSCRIBE" } else { "UNSUBSCRIBE" }, &names, id)));
            self.asked.push((id, names.into_iter().map(str::to_owned).collect()));
        }
        // An exchange that never answers must not fill the memory.
        let surplus = self.asked.len().saturating_sub(1_000);
        self.asked.drain(..surplus);
        messages
    }

    /// The streams that a request of that id named.
    pub(super) fn answered(&mut self, id: u64) -> Vec<String> {
        if let Some(at) = self.asked.iter().position(|(asked, _)| *asked == id) {
            return self.asked.swap_remove(at).1;
        }
        let Some(index) = id.checked_sub(1).filter(|_| id < FIRST_LATER_ID) else { return Vec::new() };
        let Ok(conn) = u8::try_from(index / IDS_PER_CONNECTION) else { return Vec::new() };
        let names = self.names(ConnId(conn));
        let batch = usize::try_from(index % IDS_PER_CONNECTION).ok().and_then(|i| batches(&names).get(i).copied());
        batch.unwrap_or_default().iter().map(|name| (*name).to_owned()).collect()
    }

    /// The exchange accepted the request of that id.
    pub(super) fn accepted(&mut self, id: u64) {
        let names = self.answered(id);
        for (stream, reply) in self.list.iter().zip(&mut self.replies) {
            reply.accepted |= names.contains(&stream.name);
        }
    }

    /// Streams of a connection that are silent for longer than they should, in words; each said once.
    pub(super) fn silent(&mut self, at: Nanos, conn: ConnId) -> Vec<String> {
        let mut said = Vec::new();
        for (stream, reply) in self.list.iter().zip(&mut self.replies).filter(|(stream, _)| stream.conn == conn) {
            if reply.noticed || !stream.is_silent(at) {
                continue;
            }
            reply.noticed = true;
            said.push(match stream.last {
                Some(last) => format!("{} has sent nothing for {} s", stream.name, at.saturating_sub(last).secs()),
                None if reply.accepted => format!("{} was accepted but sends nothing (wrong route?)", stream.name),
                None => format!("{} was asked for, was not accepted and sends nothing", stream.name),
            });
        }
        said
    }
}

fn batches<'a, 'b>(names: &'b [&'a str]) -> Vec<&'b [&'a str]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (i, name) in names.iter().enumerate() {
        if i > start && (i - start >= NAMES_PER_MESSAGE || bytes + name.len() > BYTES_PER_MESSAGE) {
            batches.push(&names[start..i]);
            (start, bytes) = (i, 0);
        }
        bytes += name.len() + 3;
    }
    if start < names.len() {
        batches.push(&names[start..]);
    }
    batches
}

fn request(method: &str, names: &[&str], id: u64) -> String {
    serde_json::json!({ "method": method, "params": names, "id": id }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streams(count: usize) -> Streams {
        let mut streams = Streams::new(Market::UsdM);
        for i in 0..count {
            streams.add(Nanos::ZERO, Symbol::new(&format!("S{i}USDT")).unwrap());
        }
        streams
    }

    #[test]
    fn subscribes_in_messages_of_bounded_size() {
        let streams = streams(130);
        for conn in [ConnId(0), ConnId(1)] {
            let messages = streams.subscriptions(conn);
            let mut names = Vec::new();
            for message in &messages {
                assert!(message.len() < BYTES_PER_MESSAGE + 200);
                let json: serde_json::Value = serde_json::from_str(message).unwrap();
                assert_eq!(json["method"], "SUBSCRIBE");
                let batch: Vec<String> = serde_json::from_value(json["params"].clone()).unwrap();
                assert!(batch.len() <= NAMES_PER_MESSAGE);
                names.extend(batch);
            }
            assert_eq!(names, streams.names(conn));
        }
    }

    #[test]
    fn an_answer_names_its_streams() {
        let mut streams = streams(130);
        for conn in [ConnId(0), ConnId(1)] {
            for message in streams.subscriptions(conn) {
                let json: serde_json::Value = serde_json::from_str(&message).unwrap();
                let batch: Vec<String> = serde_json::from_value(json["params"].clone()).unwrap();
                assert_eq!(streams.answered(json["id"].as_u64().unwrap()), batch);
            }
        }
        let sent = streams.change(1, true);
        assert_eq!(sent.len(), 2);
        let json: serde_json::Value = serde_json::from_str(&sent[1].1).unwrap();
        let id = json["id"].as_u64().unwrap();
        assert_eq!(streams.answered(id), ["s1usdt@aggTrade", "s1usdt@markPrice@1s", "s1usdt@forceOrder"]);
        assert!(streams.answered(id).is_empty() && streams.answered(0).is_empty() && streams.answered(u64::MAX).is_empty());
    }

    #[test]
    fn removing_a_symbol_leaves_the_others_in_their_places() {
        let mut streams = streams(3);
        streams.remove(1);
        streams.delivered(Nanos(5), 1, Channel::Trades);
        let delivered: Vec<&str> = streams.all().iter().filter(|s| s.count > 0).map(|s| s.name.as_str()).collect();
        assert_eq!(delivered, ["s2usdt@aggTrade"]);
        streams.remove(9);
        assert_eq!(streams.all().len(), 10);
    }
}
