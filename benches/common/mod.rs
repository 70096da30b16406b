//! What several benches are run on.

use rtai_tui::codecs::{Merged, Options};
use rtai_tui::domain::Input;
use rtai_tui::recording::{ReadOptions, Reader};
use std::path::{Path, PathBuf};

/// The USD-M BTC capture of the data folder (`RTAI_DATA_DIR`), else the bundled recording.
pub fn inputs() -> Vec<Input> {
    let folder = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let capture = folder.join("captures/usdm_btcusdt_20240808.gz");
    let mut inputs = Vec::new();
    if capture.exists() {
        let mut merged = Merged::open(&[capture], &Options::default()).unwrap();
        while let Some(input) = merged.next_input().unwrap() {
            inputs.push(input);
        }
    } else {
        println!("no captures (set RTAI_DATA_DIR): the bundled recording is measured");
        let bundled = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz"));
        let mut reader = Reader::open(bundled, ReadOptions::default()).unwrap();
        while let Some(input) = reader.next_input().unwrap() {
            inputs.push(input);
        }
    }
    inputs
}
