//! What clients of the demo exchange say on their WebSocket, and what it answers.

use crate::demo::wire::{Route, Stream};
use serde_json::{Value, json};

/// Streams on one connection at most.
const STREAMS: usize = 1_024;

/// One client's subscriptions.
#[derive(Debug, Clone)]
pub(super) struct Subscriptions {
    route: Route,
    /// Whether messages are wrapped with the name of their stream.
    pub(super) combined: bool,
    /// Names as the client wrote them, with what they carry here; on the wrong route, or unknown, that is nothing.
    streams: Vec<(String, Option<Stream>)>,
}

/// What to answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// This text.
    Text(String),
    /// Nothing: the connection is closed.
    Close(&'static str),
}

impl Subscriptions {
    pub(super) const fn new(route: Route, combined: bool) -> Self {
        Self { route, combined, streams: Vec::new() }
    }

    /// Adds a stream, if there is room.
    pub(super) fn add(&mut self, name: &str) {
        if self.streams.len() < STREAMS && !self.streams.iter().any(|(known, _)| known == name) {
            let stream = Stream::parse(name).filter(|stream| stream.route() == self.route);
            self.streams.push((name.to_owned(), stream));
        }
    }

    /// The names of those streams that carry an event.
    pub(super) fn carrying<'a>(&'a self, event: &'a crate::demo::DemoEvent) -> impl Iterator<Item = &'a str> {
        self.streams
            .iter()
            .filter(|(_, stream)| stream.is_some_and(|stream| stream.carries(event)))
            .map(|(name, _)| name.as_str())
    }

    /// Does what a message says.
    pub(super) fn take(&mut self, text: &str) -> Answer {
        let Ok(request) = serde_json::from_str::<Value>(text) else { return Answer::Close("Invalid request") };
        let id = request.get("id").cloned().unwrap_or(Value::Null);
        let params = request.get("params").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let names = params.iter().filter_map(Value::as_str);
        let done = |result: Value| Answer::Text(json!({ "result": result, "id": id }).to_string());
        let refused = |code: i32, msg: &str| Answer::Text(json!({ "error": { "code": code, "msg": msg }, "id": id }).to_string());
        match request.get("method").and_then(Value::as_str) {
            Some("SUBSCRIBE") => {
                names.for_each(|name| self.add(name));
                done(Value::Null)
            }
            Some("UNSUBSCRIBE") => {
                let gone: Vec<&str> = names.collect();
                self.streams.retain(|(name, _)| !gone.contains(&name.as_str()));
                done(Value::Null)
            }
            Some("LIST_SUBSCRIPTIONS") => done(self.streams.iter().map(|(name, _)| Value::from(name.as_str())).collect()),
            Some("SET_PROPERTY") => match params {
                [Value::String(name), Value::Bool(value)] if name == "combined" => {
                    self.combined = *value;
                    done(Value::Null)
                }
                [Value::String(name), _] if name == "combined" => refused(1, "Invalid value type: expected Boolean"),
                _ => refused(0, "Unknown property"),
            },
            Some("GET_PROPERTY") => match params {
                [Value::String(name)] if name == "combined" => done(Value::Bool(self.combined)),
                _ => refused(0, "Unknown property"),
            },
            _ => refused(2, "Invalid request: unknown method"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(subscriptions: &mut Subscriptions, text: &str) -> String {
        match subscriptions.take(text) {
            Answer::Text(text) => text,
            Answer::Close(why) => format!("closed: {why}"),
        }
    }

    #[test]
    fn answers_as_the_exchange_does() {
        let mut s = Subscriptions::new(Route::Market, true);
        assert_eq!(
            answer(&mut s, r#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@depth"],"id":1}"#),
            r#"{"id":1,"result":null}"#
        );
        assert_eq!(
            answer(&mut s, r#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#),
            r#"{"id":3,"result":["btcusdt@aggTrade","btcusdt@depth"]}"#
        );
        assert_eq!(
            answer(&mut s, r#"{"method":"UNSUBSCRIBE","params":["btcusdt@depth"],"id":"x"}"#),
            r#"{"id":"x","result":null}"#
        );
        assert_eq!(
            answer(&mut s, r#"{"method":"SET_PROPERTY","params":["combined",false],"id":5}"#),
            r#"{"id":5,"result":null}"#
        );
        assert_eq!(answer(&mut s, r#"{"method":"GET_PROPERTY","params":["combined"],"id":2}"#), r#"{"id":2,"result":false}"#);
        assert!(answer(&mut s, r#"{"method":"SET_PROPERTY","params":["combined",1],"id":5}"#).contains(r#""code":1"#));
        assert!(answer(&mut s, r#"{"method":"JUMP","id":20}"#).contains(r#""code":2"#));
        assert!(answer(&mut s, "[]").contains(r#""code":2"#));
        assert_eq!(answer(&mut s, "hello"), "closed: Invalid request");
    }

    #[test]
    fn the_wrong_route_is_acknowledged_and_silent() {
        let mut s = Subscriptions::new(Route::Public, true);
        s.add("btcusdt@aggTrade");
        s.add("btcusdt@bookTicker");
        let served: Vec<&str> = s.streams.iter().filter(|(_, stream)| stream.is_some()).map(|(name, _)| name.as_str()).collect();
        assert_eq!(served, ["btcusdt@bookTicker"]);
    }
}
