//! An exchange on loopback that does what a test tells it to, right or wrong.

use crate::market::Market;
use futures_util::{SinkExt, StreamExt};
use rtai_tui::drive::clock::Clock;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// What goes to a client.
#[derive(Debug, Clone)]
pub enum Out {
    Text(String),
    Binary(Vec<u8>),
    /// Bytes below the WebSocket's framing.
    Raw(Vec<u8>),
    /// The connection ends without a word.
    Abort,
}

/// How the next REST request is answered.
#[derive(Debug, Clone)]
pub enum RestFault {
    Status(u16, Option<u32>, &'static str),
    /// So many bytes of the body, then the end.
    Cut(usize),
    /// Nothing at all.
    Hang,
}

struct Client {
    market: bool,
    subscribed: bool,
    queue: mpsc::Sender<Out>,
}

/// What tests change.
pub struct State {
    pub market: Market,
    clients: Vec<Client>,
    /// Whether the market moves.
    pub running: bool,
    /// Depth messages to leave out.
    pub skip: usize,
    /// Whether every message is sent twice.
    pub twice: bool,
    /// Whether `/market` accepts subscriptions and says nothing.
    pub mute: bool,
    pub clock_ahead_ms: i64,
    pub rest_faults: VecDeque<RestFault>,
    /// Answers to `/fapi/v1/depth` in order.
    pub snapshots: u64,
    /// WebSockets opened.
    pub opened: usize,
    /// Pongs received.
    pub pongs: usize,
}

pub struct Server {
    runtime: Runtime,
    state: Arc<Mutex<State>>,
    ws: SocketAddr,
    rest: SocketAddr,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = Arc::new(Mutex::new(State {
            market: Market::of("BTCUSDT"),
            clients: Vec::new(),
            running: true,
            skip: 0,
            twice: false,
            mute: false,
            clock_ahead_ms: 0,
            rest_faults: VecDeque::new(),
            snapshots: 0,
            opened: 0,
            pongs: 0,
        }));
        let bind = || runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (ws, rest) = (bind(), bind());
        let clock = Clock::system();
        let (ws_address, rest_address) = (ws.local_addr().unwrap(), rest.local_addr().unwrap());
        runtime.spawn(serve_rest(rest, Arc::clone(&state), clock.clone()));
        let listening = Some(runtime.spawn(listen(ws, Arc::clone(&state))));
        runtime.spawn(move_market(Arc::clone(&state), clock));
        Self { runtime, state, ws: ws_address, rest: rest_address, listening }
    }

    pub fn ws_url(&self) -> String {
        format!("ws://{}", self.ws)
    }

    pub fn rest_url(&self) -> String {
        format!("http://{}", self.rest)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Sends something to every client of a route.
    pub fn send(&self, market: bool, out: &Out) {
        for client in self.state().clients.iter().filter(|client| client.market == market) {
            let _ = client.queue.try_send(out.clone());
        }
    }

    /// Stops listening and cuts every connection.
    pub fn go_down(&mut self) {
        if let Some(task) = self.listening.take() {
            task.abort();
            let _ = self.runtime.block_on(task);
        }
        self.send(false, &Out::Abort);
        self.send(true, &Out::Abort);
    }

    /// Listens again, at the same address.
    pub fn come_back(&mut self) {
        let listener = self.runtime.block_on(TcpListener::bind(self.ws)).unwrap();
        self.listening = Some(self.runtime.spawn(listen(listener, Arc::clone(&self.state))));
    }
}

impl State {
    fn step(&mut self, now_ms: i64) {
        let moves = self.market.step(now_ms + self.clock_ahead_ms);
        let skip = self.skip > 0;
        self.skip = self.skip.saturating_sub(1);
        let (twice, mute) = (self.twice, self.mute);
        self.clients.retain(|client| {
            let messages: &[(&str, &str)] = match (client.subscribed, client.market) {
                (false, _) => &[],
                (true, true) if mute => &[],
                (true, true) => &[("aggTrade", &moves.trade)],
                (true, false) if skip => &[("bookTicker", &moves.quote)],
                (true, false) => &[("depth@100ms", &moves.depth), ("bookTicker", &moves.quote)],
            };
            messages.iter().all(|(stream, data)| {
                let text = format!(r#"{{"stream":"btcusdt@{stream}","data":{data}}}"#);
                (0..=usize::from(twice)).all(|_| client.queue.try_send(Out::Text(text.clone())).is_ok())
            })
        });
    }
}

async fn move_market(state: Arc<Mutex<State>>, clock: Clock) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    loop {
        ticks.tick().await;
        let mut state = state.lock().unwrap();
        if state.running {
            let now = clock.now().millis();
            state.step(now);
        }
    }
}

async fn listen(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let _ = serve(stream, state).await;
        });
    }
}

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    let mut market = false;
    #[allow(clippy::result_large_err)]
    let look = |request: &Request, response: Response| {
        market = request.uri().path().starts_with("/market");
        Ok(response)
    };
    let mut ws = tokio_tungstenite::accept_hdr_async(stream, look).await?;
    let (queue, mut messages) = mpsc::channel(100_000);
    let place = queue.clone();
    {
        let mut state = state.lock().unwrap();
        state.opened += 1;
        state.clients.push(Client { market, subscribed: false, queue });
    }
    loop {
        tokio::select! {
            out = messages.recv() => match out {
                Some(Out::Text(text)) => ws.send(Message::Text(text.into())).await?,
                Some(Out::Binary(bytes)) => ws.send(Message::Binary(bytes.into())).await?,
                Some(Out::Raw(bytes)) => {
                    ws.get_mut().write_all(&bytes).await?;
                    ws.get_mut().flush().await?;
                }
                Some(Out::Abort) | None => break,
            },
            message = ws.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let id: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
                    ws.send(Message::Text(format!(r#"{{"result":null,"id":{}}}"#, id["id"]).into())).await?;
                    let mut state = state.lock().unwrap();
                    if let Some(own) = state.clients.iter_mut().find(|client| client.queue.same_channel(&place)) {
                        own.subscribed = true;
                    }
                }
                Some(Ok(Message::Pong(_))) => state.lock().unwrap().pongs += 1,
                Some(Ok(_)) => {}
                _ => break,
            },
        }
    }
    state.lock().unwrap().clients.retain(|client| !client.queue.same_channel(&place));
    Ok(())
}

async fn serve_rest(listener: TcpListener, state: Arc<Mutex<State>>, clock: Clock) {
    while let Ok((stream, _)) = listener.accept().await {
        let (state, clock) = (Arc::clone(&state), clock.clone());
        tokio::spawn(answer(stream, state, clock));
    }
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>, clock: Clock) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|w| w == b"\r\n\r\n") {
        let mut chunk = [0; 1_024];
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&chunk[..read]);
    }
    let line = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (body, fault) = {
        let mut state = state.lock().unwrap();
        let now = clock.now().millis() + state.clock_ahead_ms;
        let depth = path.starts_with("/fapi/v1/depth");
        state.snapshots += u64::from(depth);
        let fault = if depth { state.rest_faults.pop_front() } else { None };
        let body = if depth {
            state.market.snapshot()
        } else if path.starts_with("/fapi/v1/time") {
            format!(r#"{{"serverTime":{now}}}"#)
        } else if path.starts_with("/fapi/v1/exchangeInfo") {
            r#"{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[{"filterType":"PRICE_FILTER","tickSize":"0.10"},{"filterType":"LOT_SIZE","stepSize":"0.001"},{"filterType":"MIN_NOTIONAL","notional":"50"}]}]}"#.to_owned()
        } else {
            klines(&path, now)
        };
        (body, fault)
    };
    let (status, retry, body) = match fault {
        None => (200, None, body),
        Some(RestFault::Status(status, retry, text)) => (status, retry, text.to_owned()),
        Some(RestFault::Cut(bytes)) => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", body.len(), &body[..bytes.min(body.len())]);
            return stream.write_all(head.as_bytes()).await;
        }
        Some(RestFault::Hang) => return std::future::pending().await,
    };
    let retry = retry.map_or_else(String::new, |secs| format!("retry-after: {secs}\r\n"));
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{retry}connection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}

fn klines(path: &str, now: i64) -> String {
    let secs = if path.contains("interval=1m") {
        60
    } else if path.contains("interval=1h") {
        3_600
    } else {
        86_400
    };
    let length = secs * 1_000;
    let newest = now - now % length;
    let row = |n: i64| {
        let open = newest - n * length;
        format!(
            r#"[{open},"60000.0","60010.0","59990.0","60000.0","5.000",{},"300000.0",100,"2.500","150000.0","0"]"#,
            open + length - 1
        )
    };
    let rows: Vec<String> = (0..200).rev().map(row).collect();
    format!("[{}]", rows.join(","))
}
