//! A live session at ten times the rate of a real capture through loopback WebSockets: is anything lost, and how late is it?
//!
//! `cargo bench --bench live` plays `captures/usdm_btcusdt_20240808.gz` of the data folder (`RTAI_DATA_DIR`) for 35 seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use flate2::read::MultiGzDecoder;
use futures_util::{SinkExt, StreamExt};
use rtai_tui::domain::Symbol;
use rtai_tui::drive::clock::Clock;
use rtai_tui::drive::live::{self, LiveOptions};
use rtai_tui::drive::view::Handle;
use rtai_tui::exchanges;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

const TIMES: i64 = 10;

struct Capture {
    frames: Vec<(i64, String)>,
    snapshot: String,
}

fn read() -> Option<Capture> {
    let folder = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let file = std::fs::File::open(folder.join("captures/usdm_btcusdt_20240808.gz")).ok()?;
    let mut text = String::new();
    MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut capture = Capture { frames: Vec::new(), snapshot: String::new() };
    for line in text.lines() {
        let (at, json) = line.split_once(' ').unwrap();
        if json.starts_with("{\"lastUpdateId\"") {
            json.clone_into(&mut capture.snapshot);
        } else {
            capture.frames.push((at.parse().unwrap(), json.to_owned()));
        }
    }
    Some(capture)
}

async fn play(listener: TcpListener, capture: Arc<Capture>, done: SyncSender<i64>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (capture, done) = (Arc::clone(&capture), done.clone());
        let _ = stream.set_nodelay(true);
        tokio::spawn(async move {
            let mut market = false;
            #[allow(clippy::result_large_err)]
            let look = |request: &Request, response: Response| {
                market = request.uri().path().starts_with("/market");
                Ok(response)
            };
            let mut ws = tokio_tungstenite::accept_hdr_async(stream, look).await.unwrap();
            let _ = ws.next().await;
            if market {
                return while ws.next().await.is_some() {};
            }
            let clock = Clock::system();
            let (begun, first) = (clock.now().0, capture.frames[0].0);
            let mut late = 0;
            for (at, json) in &capture.frames {
                let due = begun + (at - first) / TIMES;
                let ahead = due - clock.now().0;
                if ahead > 1_000_000 {
                    ws.flush().await.unwrap();
                    tokio::time::sleep(Duration::from_nanos(ahead as u64)).await;
                }
                late = late.max(-ahead);
                if ws.send(Message::Text(json.as_str().into())).await.is_err() {
                    return;
                }
            }
            ws.flush().await.unwrap();
            done.send(late).unwrap();
            while ws.next().await.is_some() {}
        });
    }
}

async fn answer(listener: TcpListener, capture: Arc<Capture>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut request = vec![0; 4_096];
        let read = stream.read(&mut request).await.unwrap();
        let depth = String::from_utf8_lossy(&request[..read]).contains("/depth");
        let (status, body) = if depth { (200, capture.snapshot.as_str()) } else { (404, "") };
        let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        let _ = stream.write_all(text.as_bytes()).await;
    }
}

fn main() {
    let Some(capture) = read() else { return println!("skipped: no captures (set RTAI_DATA_DIR)") };
    let capture = Arc::new(capture);
    let frames = capture.frames.len() as u64;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let bind = || runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let (ws, rest) = (bind(), bind());
    let symbol = Symbol::new("BTCUSDT").unwrap();
    let mut options = LiveOptions::new(exchanges::create("binance-futures", vec![symbol]).unwrap(), vec![symbol]);
    options.ws_url = format!("ws://{}", ws.local_addr().unwrap());
    options.rest_url = format!("http://{}", rest.local_addr().unwrap());
    let folder = std::env::temp_dir().join(format!("rtai-bench-{}", std::process::id()));
    options.recording.enabled = true;
    options.recording.folder.clone_from(&folder);
    let (done, finished) = sync_channel(1);
    runtime.spawn(answer(rest, Arc::clone(&capture)));
    runtime.spawn(play(ws, capture, done));
    let (wake, woken): (SyncSender<()>, Receiver<()>) = sync_channel(1);
    let mut handle = live::start(
        options,
        Arc::new(move || {
            let _ = wake.try_send(());
        }),
    )
    .unwrap();
    let late = finished.recv().unwrap();
    let mut view = handle.view();
    while view.session.connections[0].messages < frames {
        if woken.recv_timeout(Duration::from_secs(5)).is_err() {
            break;
        }
        view = handle.view();
    }
    let session = &view.session;
    println!(
        "frames sent {frames} (sender at most {:.1} ms late), received {}",
        late as f64 / 1e6,
        session.connections[0].messages
    );
    println!(
        "decoded {}, malformed {}, duplicates {}, resyncs {}",
        session.feed.messages, session.feed.malformed, session.feed.duplicates, session.feed.resyncs
    );
    println!(
        "engine: {} inputs, {} trades, {} book changes, {} breaks",
        view.snapshot.rates.inputs, view.snapshot.rates.trades, view.snapshot.rates.depths, view.snapshot.rates.breaks
    );
    println!(
        "lag of the last minute ({} messages): median {} µs, p99 {} µs",
        session.lag.count,
        session.lag.p50.0 / 1_000,
        session.lag.p99.0 / 1_000
    );
    println!("resident {:.1} MiB", session.memory.unwrap_or_default() as f64 / 1_048_576.0);
    handle.close();
    let _ = std::fs::remove_dir_all(folder);
}
