//! The dataset: Parquet files in folders that say what they hold, `TOPIC/venue=V/symbol=S/date=YYYY-MM-DD/HHMMSS.parquet`.

use crate::domain::Symbol;
use std::path::Path;

/// What a file's path says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPath {
    /// The venue.
    pub venue: String,
    /// The instrument.
    pub symbol: Symbol,
}

/// What the path of a dataset's file says; `None` for other files.
pub fn of_path(path: &Path) -> Option<OfPath> {
    let folder = |key: &str| {
        path.ancestors().skip(1).take(6).find_map(|folder| {
            let name = folder.file_name()?.to_str()?;
            Some(unescape(name.strip_prefix(key)?.strip_prefix('=')?))
        })
    };
    Some(OfPath { venue: folder("venue")?, symbol: Symbol::new(&folder("symbol")?).ok()? })
}

/// Hive's way with characters that folders cannot have: `%2F`.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match code.filter(|_| *first == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
