//! One WebSocket client of the demo exchange.

use super::control::{Answer, Subscriptions};
use super::{DemoServerConfig, SharedHub, lock};
use crate::drive::clock;
use futures_util::{SinkExt, StreamExt};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, interval_at, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};

/// Messages a client may send per second; the real exchange tolerates a few more than its rule says.
const PER_SECOND: usize = 12;
/// A client that answers no ping for so long is disconnected.
const PONG_LIMIT: Duration = Duration::from_mins(10);

/// Serves a client until either side ends it.
pub(super) async fn serve<S>(mut ws: WebSocketStream<S>, hub: SharedHub, config: DemoServerConfig, subscriptions: Subscriptions)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let (id, mut messages) = lock(&hub).join(subscriptions);
    let begun = Instant::now();
    let ping_every = clock::duration(config.ping_every).max(Duration::from_millis(1));
    let mut pings = interval_at(begun + ping_every, ping_every);
    let end = begun + clock::duration(config.lifetime);
    let mut ponged = begun;
    let mut said = VecDeque::new();
    let mut batch = Vec::new();
    let why = loop {
        tokio::select! {
            count = messages.recv_many(&mut batch, 64) => {
                if count == 0 {
                    break "Too slow";
                }
                let mut open = true;
                for text in batch.drain(..) {
                    open = open && ws.feed(Message::Text(text)).await.is_ok();
                }
                if !open || ws.flush().await.is_err() {
                    break "";
                }
            }
            message = ws.next() => {
                let Some(Ok(message)) = message else { break "" };
                let now = Instant::now();
                said.push_back(now);
                while said.front().is_some_and(|at| *at + Duration::from_secs(1) <= now) {
                    said.pop_front();
                }
                if said.len() > PER_SECOND {
                    break "Too many messages";
                }
                match message {
                    Message::Text(text) => {
                        let answer = lock(&hub).subscriptions(id).map(|subscriptions| subscriptions.take(&text));
                        match answer {
                            Some(Answer::Text(text)) => {
                                if ws.send(Message::Text(text.into())).await.is_err() {
                                    break "";
                                }
                            }
                            Some(Answer::Close(why)) => break why,
                            None => break "Too slow",
                        }
                    }
                    Message::Binary(_) => break "Invalid request",
                    Message::Pong(_) => ponged = now,
                    Message::Close(_) => break "",
                    Message::Ping(_) | Message::Frame(_) => {}
                }
            }
            _ = pings.tick() => {
                if ponged.elapsed() > PONG_LIMIT {
                    break "Pong timeout";
                }
                let payload = config.clock.now().millis().to_string();
                if ws.send(Message::Ping(payload.into())).await.is_err() {
                    break "";
                }
            }
            () = sleep_until(end) => break "Disconnected after its time",
        }
    };
    lock(&hub).leave(id);
    if !why.is_empty() {
        let frame = CloseFrame { code: CloseCode::Policy, reason: why.into() };
        let _ = tokio::time::timeout(Duration::from_secs(1), ws.close(Some(frame))).await;
    }
}
