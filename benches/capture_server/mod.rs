//! A real capture of USD-M futures played over loopback WebSockets at ten times its rate, and its REST snapshot.

use flate2::read::MultiGzDecoder;
use futures_util::{SinkExt, StreamExt};
use rtai_tui::drive::clock::Clock;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
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
            let _ = done.try_send(late);
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

/// A server that plays the capture to whoever connects.
pub struct CaptureServer {
    /// Frames of the capture.
    pub frames: u64,
    /// Base of the WebSocket addresses.
    pub ws_url: String,
    /// Base of the REST addresses.
    pub rest_url: String,
    /// Says, when all has been sent, by how many nanoseconds the sender was late at most.
    pub finished: Receiver<i64>,
}

/// Starts the server; `None` without captures (`RTAI_DATA_DIR`).
pub fn start(runtime: &Runtime) -> Option<CaptureServer> {
    let capture = Arc::new(read()?);
    let frames = capture.frames.len() as u64;
    let bind = || runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let (ws, rest) = (bind(), bind());
    let ws_url = format!("ws://{}", ws.local_addr().unwrap());
    let rest_url = format!("http://{}", rest.local_addr().unwrap());
    let (done, finished) = sync_channel(1);
    runtime.spawn(answer(rest, Arc::clone(&capture)));
    runtime.spawn(play(ws, capture, done));
    Some(CaptureServer { frames, ws_url, rest_url, finished })
}
