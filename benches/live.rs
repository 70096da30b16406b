//! A live session at ten times the rate of a real capture through loopback WebSockets: is anything lost, and how late is it?
//!
//! `cargo bench --bench live` plays `captures/usdm_btcusdt_20240808.gz` of the data folder (`RTAI_DATA_DIR`) for 35 seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod capture_server;

use rtai_tui::domain::Symbol;
use rtai_tui::drive::live::{self, LiveOptions};
use rtai_tui::drive::view::Handle;
use rtai_tui::exchanges;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let Some(server) = capture_server::start(&runtime) else {
        return println!("skipped: no captures (set RTAI_DATA_DIR)");
    };
    let frames = server.frames;
    let symbol = Symbol::new("BTCUSDT").unwrap();
    let mut options = LiveOptions::new(exchanges::create("binance-futures", vec![symbol]).unwrap(), vec![symbol]);
    options.ws_url.clone_from(&server.ws_url);
    options.rest_url.clone_from(&server.rest_url);
    let folder = std::env::temp_dir().join(format!("rtai-bench-{}", std::process::id()));
    options.recording.enabled = true;
    options.recording.folder.clone_from(&folder);
    let (wake, woken): (SyncSender<()>, Receiver<()>) = sync_channel(1);
    let mut handle = live::start(
        options,
        Arc::new(move || {
            let _ = wake.try_send(());
        }),
    )
    .unwrap();
    let late = server.finished.recv().unwrap();
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
