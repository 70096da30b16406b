//! An exchange on loopback that is busier than the real one and goes wrong at random, and remembers what it really sent.

use super::journal::Journal;
use super::market::Market;
use futures_util::{SinkExt, StreamExt};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use rtai_tui::domain::Nanos;
use rtai_tui::drive::clock::Clock;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

pub const SYMBOLS: [&str; 2] = ["BTCUSDT", "ETHUSDT"];
/// The market moves this often.
const STEP: Duration = Duration::from_millis(5);
/// Messages that may wait for a client that is not written to.
const QUEUE: usize = 400_000;

/// What a message is of, to be counted when it has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Trade,
    Quote,
}

/// What was sent in the last seconds of a kind of message of a symbol: numbers, and when.
pub type Recent = ((Kind, usize), Vec<(u64, Nanos)>);

#[derive(Clone)]
struct Out {
    text: Arc<str>,
    counts: Option<(Kind, usize, u64)>,
}

struct Client {
    /// Which collector it belongs to.
    who: usize,
    market: bool,
    subscribed: bool,
    generation: u64,
    queue: mpsc::Sender<Out>,
}

#[derive(Default)]
pub struct State {
    markets: Vec<Market>,
    /// Numbers of quotes, as their update number does not rise by one.
    quotes: Vec<u64>,
    clients: Vec<Client>,
    generations: u64,
    running: bool,
    skip: u32,
    refuse: u32,
    rest_faults: u32,
    /// By collector, kind and symbol.
    pub journals: BTreeMap<(usize, Kind, usize), Journal>,
    pub faults: BTreeMap<&'static str, u64>,
    pub messages: u64,
}

impl State {
    fn fault(&mut self, name: &'static str) {
        *self.faults.entry(name).or_default() += 1;
    }

    fn step(&mut self, now: Nanos) {
        let millis = now.millis();
        for (symbol, name) in SYMBOLS.iter().enumerate() {
            let moves = self.markets[symbol].step(millis);
            self.quotes[symbol] += 1;
            let (trade, quote) = (self.markets[symbol].trade, self.quotes[symbol]);
            let skip = self.skip > 0;
            self.skip = self.skip.saturating_sub(1);
            let name = name.to_lowercase();
            let wrap = |stream: &str, data: &str, counts| Out {
                text: format!(r#"{{"stream":"{name}@{stream}","data":{data}}}"#).into(),
                counts,
            };
            let depth = wrap("depth@100ms", &moves.depth, None);
            let quote = wrap("bookTicker", &moves.quote, Some((Kind::Quote, symbol, quote)));
            let trade = wrap("aggTrade", &moves.trade, Some((Kind::Trade, symbol, trade)));
            self.clients.retain(|client| {
                let send = |out: &Out| client.queue.try_send(out.clone()).is_ok();
                match (client.subscribed, client.market) {
                    (false, _) => !client.queue.is_closed(),
                    (true, true) => send(&trade),
                    (true, false) => (skip || send(&depth)) && send(&quote),
                }
            });
        }
    }

    /// Cuts every connection of a collector at once; what is still to be sent is not.
    pub fn forget(&mut self, who: usize) {
        self.clients.retain(|client| client.who != who);
    }

    /// What was sent to a collector in the last seconds.
    pub fn recent(&self, who: usize) -> Vec<Recent> {
        let of = self.journals.iter().filter(|((whose, ..), _)| *whose == who);
        of.map(|((_, kind, symbol), journal)| ((*kind, *symbol), journal.recent())).collect()
    }
}

pub struct Server {
    pub state: Arc<Mutex<State>>,
    pub ws: String,
    pub rest: String,
    _runtime: Runtime,
}

impl Server {
    /// `rate` is messages a second of a collector, `every` the mean time between two faults of a connection.
    pub fn start(rate: u32, every: Duration, seed: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let state = State {
            markets: SYMBOLS.iter().map(|symbol| Market::of(symbol)).collect(),
            quotes: vec![0; SYMBOLS.len()],
            running: true,
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let bind = || runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (ws, rest) = (bind(), bind());
        let (ws_url, rest_url) = (format!("ws://{}", ws.local_addr().unwrap()), format!("http://{}", rest.local_addr().unwrap()));
        let clock = Clock::system();
        runtime.spawn(serve_rest(rest, Arc::clone(&state), clock.clone()));
        runtime.spawn(listen(ws, Arc::clone(&state), clock.clone(), every, seed));
        // A step is a trade, a quote and a book change of each symbol.
        let steps = f64::from(rate) / (3.0 * SYMBOLS.len() as f64);
        runtime.spawn(move_market(Arc::clone(&state), clock, steps));
        Self { state, ws: ws_url, rest: rest_url, _runtime: runtime }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The market stands still, so that everybody can catch up.
    pub fn stop(&self) {
        self.state().running = false;
    }

    /// Bids and asks of a symbol from the best outwards, prices in tenths and quantities in thousandths.
    pub fn levels(&self, symbol: usize) -> (super::market::Rows, super::market::Rows) {
        self.state().markets[symbol].levels()
    }
}

async fn move_market(state: Arc<Mutex<State>>, clock: Clock, steps_a_second: f64) {
    let mut ticks = tokio::time::interval(STEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (begun, mut done) = (clock.now(), 0_u64);
    loop {
        ticks.tick().await;
        let now = clock.now();
        let due = ((now - begun).to_secs_f64() * steps_a_second) as u64;
        let mut state = state.lock().unwrap();
        while done < due {
            done += 1;
            if state.running {
                state.step(now);
            }
        }
    }
}

async fn listen(listener: TcpListener, state: Arc<Mutex<State>>, clock: Clock, every: Duration, seed: u64) {
    while let Ok((stream, _)) = listener.accept().await {
        let generation = {
            let mut state = state.lock().unwrap();
            if state.refuse > 0 {
                state.refuse -= 1;
                state.fault("refused");
                continue;
            }
            state.generations += 1;
            state.generations
        };
        let random = Pcg64::seed_from_u64(seed.wrapping_mul(1_000_003) + generation);
        let (state, clock) = (Arc::clone(&state), clock.clone());
        tokio::spawn(async move {
            // A collector that is killed breaks its connections off.
            let _ = serve(stream, &state, clock, every, random, generation).await;
            state.lock().unwrap().clients.retain(|client| client.generation != generation);
        });
    }
}

fn pause(random: &mut Pcg64, mean: Duration) -> Duration {
    mean.mul_f64(random.random_range(0.3..1.7))
}

async fn serve(
    stream: TcpStream,
    state: &Arc<Mutex<State>>,
    clock: Clock,
    every: Duration,
    mut random: Pcg64,
    generation: u64,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    let _ = stream.set_nodelay(true);
    let (mut market, mut who) = (false, 0);
    #[allow(clippy::result_large_err)]
    let look = |request: &Request, response: Response| {
        let path = request.uri().path();
        market = path.contains("/market");
        who = usize::from(path.starts_with("/1"));
        Ok(response)
    };
    let mut ws = tokio_tungstenite::accept_hdr_async(stream, look).await?;
    let (queue, mut messages) = mpsc::channel(QUEUE);
    state.lock().unwrap().clients.push(Client { who, market, subscribed: false, generation, queue });
    let mut last: Option<Out> = None;
    let fault = tokio::time::sleep(pause(&mut random, every));
    tokio::pin!(fault);
    loop {
        tokio::select! {
            out = messages.recv() => {
                let Some(out) = out else { break };
                ws.feed(Message::Text(out.text.as_ref().into())).await?;
                let mut batch = vec![out];
                while batch.len() < 200
                    && let Ok(out) = messages.try_recv()
                {
                    ws.feed(Message::Text(out.text.as_ref().into())).await?;
                    batch.push(out);
                }
                ws.flush().await?;
                let now = clock.now();
                let mut state = state.lock().unwrap();
                // Forgotten meanwhile: who it was sent to is dead.
                if !state.clients.iter().any(|client| client.generation == generation) {
                    break;
                }
                state.messages += batch.len() as u64;
                for (kind, symbol, number) in batch.iter().filter_map(|out| out.counts) {
                    state.journals.entry((who, kind, symbol)).or_default().sent(number, now);
                }
                last = batch.pop();
            },
            message = ws.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let id: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
                    ws.send(Message::Text(format!(r#"{{"result":null,"id":{}}}"#, id["id"]).into())).await?;
                    let mut state = state.lock().unwrap();
                    if let Some(own) = state.clients.iter_mut().find(|client| client.generation == generation) {
                        own.subscribed = true;
                    }
                }
                Some(Ok(_)) => {}
                _ => break,
            },
            () = &mut fault => {
                fault.as_mut().reset(tokio::time::Instant::now() + pause(&mut random, every));
                match random.random_range(0..9) {
                    0 => {
                        state.lock().unwrap().fault("cut");
                        return cut(ws.into_inner()).await;
                    }
                    1 => {
                        state.lock().unwrap().fault("refusal");
                        state.lock().unwrap().refuse += random.random_range(1..4);
                        return cut(ws.into_inner()).await;
                    }
                    2 => {
                        state.lock().unwrap().fault("stall");
                        tokio::time::sleep(Duration::from_millis(random.random_range(300..3_000))).await;
                    }
                    3 => {
                        state.lock().unwrap().fault("silence");
                        tokio::time::sleep(Duration::from_secs(7)).await;
                        return cut(ws.into_inner()).await;
                    }
                    4 => {
                        state.lock().unwrap().fault("garbage");
                        for text in [r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","p":"#, "\u{1b}[2J", r#"{"e":"neverHeardOf"}"#] {
                            ws.feed(Message::Text(text.into())).await?;
                        }
                        ws.send(Message::Binary(vec![0, 159, 146, 150].into())).await?;
                    }
                    5 => if let Some(out) = &last {
                        state.lock().unwrap().fault("twice");
                        ws.send(Message::Text(out.text.as_ref().into())).await?;
                    },
                    6 => {
                        let mut state = state.lock().unwrap();
                        state.fault("gap");
                        state.skip = random.random_range(1..5);
                    }
                    7 => {
                        let mut state = state.lock().unwrap();
                        state.fault("rest");
                        state.rest_faults += 1;
                        state.skip = 1;
                    }
                    _ => {
                        state.lock().unwrap().fault("ping");
                        for _ in 0..20 {
                            ws.feed(Message::Ping(vec![1].into())).await?;
                        }
                        ws.flush().await?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Ends a connection without a word, so that all that was written arrives: what waits to be read must be read before.
async fn cut(mut stream: TcpStream) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    stream.shutdown().await?;
    let drain = async {
        let mut rest = [0; 4_096];
        while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), drain).await;
    Ok(())
}

async fn serve_rest(listener: TcpListener, state: Arc<Mutex<State>>, clock: Clock) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&state), clock.clone()));
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
    let now = clock.now().millis();
    let depth = path.contains("/depth");
    let (body, number) = {
        let mut state = state.lock().unwrap();
        let fault = depth && state.rest_faults > 0;
        state.rest_faults -= u32::from(fault);
        let number = if fault { state.generations % 4 } else { 9 };
        let symbol = SYMBOLS.iter().position(|symbol| path.contains(symbol)).unwrap_or_default();
        let body = if depth {
            state.markets[symbol].snapshot()
        } else if path.contains("/time") {
            format!(r#"{{"serverTime":{now}}}"#)
        } else if path.contains("/exchangeInfo") {
            let rules = SYMBOLS.map(|symbol| {
                let base = &symbol[..3];
                format!(
                    r#"{{"symbol":"{symbol}","status":"TRADING","baseAsset":"{base}","quoteAsset":"USDT","filters":[{{"filterType":"PRICE_FILTER","tickSize":"0.10"}},{{"filterType":"LOT_SIZE","stepSize":"0.001"}},{{"filterType":"MIN_NOTIONAL","notional":"50"}}]}}"#
                )
            });
            format!(r#"{{"symbols":[{}]}}"#, rules.join(","))
        } else {
            "[]".to_owned()
        };
        (body, number)
    };
    let (status, body) = match number {
        0 => ("500 X", "trouble".to_owned()),
        1 => ("429 X\r\nretry-after: 1", "too many".to_owned()),
        2 => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", body.len(), &body[..body.len() / 2]);
            return stream.write_all(head.as_bytes()).await;
        }
        3 => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            return Ok(());
        }
        _ => ("200 OK", body),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}
