//! What an import costs: a raw capture, cold, from the file to the engine's final state with its full book.
//!
//! Needs a capture: `RTAI_DATA_DIR`, else `../shared/data`; without it there is nothing to measure.
#![allow(missing_docs)]

use rtai_tui::codecs::{Merged, Options};
use rtai_tui::domain::EngineConfig;
use rtai_tui::engine::Engine;
use std::path::PathBuf;

fn capture() -> Option<PathBuf> {
    let folder = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    Some(folder.join("captures/usdm_btcusdt_20240808.gz")).filter(|path| path.exists())
}

/// Decodes the whole capture and gives each input to `each`.
fn read(path: &std::path::Path, mut each: impl FnMut(&rtai_tui::domain::Input)) -> u64 {
    let Ok(mut merged) = Merged::open(&[path.to_path_buf()], &Options::default()) else { return 0 };
    let mut count = 0;
    while let Ok(Some(input)) = merged.next_input() {
        each(&input);
        count += 1;
    }
    count
}

#[divan::bench(sample_count = 10)]
fn capture_decoded(bencher: divan::Bencher<'_, '_>) {
    let Some(path) = capture() else { return };
    bencher.bench_local(|| read(&path, |_| {}));
}

#[divan::bench(sample_count = 10)]
fn capture_to_engine_state(bencher: divan::Bencher<'_, '_>) {
    let Some(path) = capture() else { return };
    bencher.bench_local(|| {
        let mut engine = Engine::new(EngineConfig::default(), "binance-futures");
        read(&path, |input| engine.apply(input));
        engine.digest()
    });
}

fn main() {
    divan::main();
}
