//! Salvaging a damaged recording into a new, clean file.

use super::reader::{ReadError, ReadOptions, Reader};
use super::report::Report;
use super::writer::{RecordingFile, WriteError, Written};
use std::path::Path;

/// Why a recording could not be repaired.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The damaged file cannot be read at all.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The new file cannot be written; one that is there already is never overwritten.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What became of a damaged recording.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Repaired {
    /// What was written to the new file.
    pub written: Written,
    /// What was found in the old one: bad lines, which were left out, and bytes that could not be read.
    pub found: Report,
    /// The reason that reading stopped before the end, if it did; what was read before is in the new file.
    pub stopped: Option<String>,
}

/// Writes every line of `damaged` that can be read to the new file `clean`, byte for byte and in the same order: inputs, derived lines
/// and topics that are not known.
///
/// # Errors
/// [`RepairError`] when `damaged` cannot be opened, or `clean` is there already or cannot be written.
pub fn repair(damaged: &Path, clean: &Path) -> Result<Repaired, RepairError> {
    let mut reader = Reader::open(damaged, ReadOptions { keep_going: true, ..ReadOptions::default() })?;
    let mut file = RecordingFile::create(clean)?;
    let stopped = loop {
        match reader.next_line() {
            Ok(Some(line)) => file.write_line(line.raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line.raw))?,
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        }
    };
    Ok(Repaired { written: file.finish()?, found: reader.report().clone(), stopped })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Nanos;
    use crate::recording::encode_input;
    use crate::recording::samples::trade;

    /// Three members of 100 lines, the second overwritten in its middle, the third cut off; between lines of other kinds.
    fn damaged(folder: &Path) -> std::path::PathBuf {
        let mut bytes = Vec::new();
        for member in 0..3_u64 {
            let path = folder.join(format!("{member}.rec.gz"));
            let mut file = RecordingFile::create(&path).unwrap();
            for i in 1..=1_000 {
                file.write_input(&trade(member * 1_000 + i, Nanos::from_secs((member * 1_000 + i) as i64), (i * i % 977) as i64))
                    .unwrap();
            }
            file.write_line(br#"{"ts": 5, "topic":"indi", "data": {"name":"x"}}"#).unwrap();
            file.finish().unwrap();
            let mut part = std::fs::read(path).unwrap();
            let middle = part.len() / 2;
            match member {
                1 => part[middle..middle + 50].fill(0xA5),
                2 => part.truncate(middle),
                _ => {}
            }
            bytes.extend(part);
        }
        let path = folder.join("damaged.rec.gz");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn all_that_can_be_read_is_kept_and_the_rest_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let damaged = damaged(folder.path());
        let clean = folder.path().join("clean.rec.gz");
        let repaired = repair(&damaged, &clean).unwrap();
        assert_eq!(repaired.stopped, None);
        assert_eq!(repaired.found.damage_count, 2);
        assert!(repaired.found.truncated.is_some());
        assert_eq!(repaired.written.lines, repaired.found.inputs + repaired.found.derived);

        let mut reader = Reader::open(&clean, ReadOptions::default()).unwrap();
        let mut seqs = Vec::new();
        while let Some(line) = reader.next_line().unwrap() {
            let text = String::from_utf8(line.raw.to_vec()).unwrap();
            if let Some((_, id)) = text.split_once("\"id\":") {
                seqs.push(id.trim_end_matches('}').parse::<u64>().unwrap());
            }
        }
        assert!(reader.report().is_clean());
        // The first member and what came before the damage; the beginning of the third.
        assert!((1..=1_300).all(|seq| seqs.contains(&seq)));
        assert!((2_001..=2_300).all(|seq| seqs.contains(&seq)));
        let mut line = Vec::new();
        encode_input(&trade(7, Nanos::from_secs(7), 49), &mut line);
        let mut again = Reader::open(&clean, ReadOptions::default()).unwrap();
        let kept = std::iter::from_fn(|| again.next_line().unwrap().map(|l| l.raw.to_vec())).nth(6);
        assert_eq!(kept.as_deref(), line.strip_suffix(b"\n"));
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let damaged = damaged(folder.path());
        let before = std::fs::read(&damaged).unwrap();
        let error = repair(&damaged, &damaged).unwrap_err().to_string();
        assert!(error.contains("exists"), "{error}");
        assert_eq!(std::fs::read(&damaged).unwrap(), before);
    }
}
