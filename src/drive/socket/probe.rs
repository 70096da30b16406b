//! Trying WebSockets out once: do they open, and does anything come?

use super::connect::{Address, Ws, open};
use crate::domain::Nanos;
use crate::drive::clock::{Clock, duration};
use crate::drive::words;
use futures_util::future::join_all;
use futures_util::{SinkExt as _, StreamExt as _};
use std::cell::RefCell;
use std::io;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// A WebSocket to be tried out.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it is.
    pub address: Address,
    /// What is said once it is open, such as subscriptions; nothing when only its opening matters.
    pub say: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// Name, connection, TLS and handshake took so long.
    pub opened: Nanos,
    /// From there to the first data; `None` where none came in time.
    pub first: Option<Nanos>,
}

/// Opens all at the same time, none for longer than `limit`, and waits on those that are told something until `is_data` takes a
/// message (by the target's index) for data. Each failure is in plain words.
///
/// # Errors
/// When the system gives no means to open sockets.
pub fn try_out(
    targets: &[Target],
    limit: Nanos,
    clock: &Clock,
    is_data: &mut dyn FnMut(usize, &str) -> bool,
) -> io::Result<Vec<Result<Tried, String>>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let is_data = RefCell::new(is_data);
    let each = targets.iter().enumerate().map(|(index, target)| {
        let is_data = &is_data;
        async move {
            let began = clock.now();
            let (mut ws, _) = open(&target.address, duration(limit)).await.map_err(|refusal| refusal.why)?;
            let opened = clock.now() - began;
            let mut first = None;
            if !target.say.is_empty() {
                let begins = clock.now();
                let wait = duration(limit - opened);
                let data = |text: &str| (is_data.borrow_mut())(index, text);
                match timeout(wait, listen(&mut ws, target, data)).await {
                    Ok(heard) => {
                        heard?;
                        first = Some(clock.now() - begins);
                    }
                    // Silence is for who asked to judge.
                    Err(_) => first = None,
                }
            }
            // It is closed anyhow when it is dropped.
            let _ = timeout(duration(Nanos::from_millis(200)), ws.close(None)).await;
            Ok(Tried { opened, first })
        }
    });
    Ok(runtime.block_on(join_all(each)))
}

async fn listen(ws: &mut Ws, target: &Target, data: impl Fn(&str) -> bool) -> Result<(), String> {
    let host = target.address.host();
    let failed = |error| super::connect::describe(&host, &error);
    for text in &target.say {
        ws.send(Message::text(text.as_str())).await.map_err(failed)?;
    }
    loop {
        match ws.next().await {
            Some(Ok(Message::Text(text))) if data(text.as_str()) => return Ok(()),
            Some(Ok(Message::Close(frame))) => {
                let why = frame.map_or_else(String::new, |frame| format!(" ({})", words::clean(frame.reason.as_str(), 120)));
                return Err(format!("{host} closed the connection{why}"));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(failed(error)),
            None => return Err(format!("{host} closed the connection")),
        }
    }
}
