//! A recording, written into the data folder, read back, and gone.

use super::bench::Bench;
use super::folders::existing;
use super::report::Found;
use super::session;
use crate::cli::out::size;
use crate::domain::Input;
use crate::recording::{ReadOptions, Reader, RecordingFile};
use std::fs;
use std::path::Path;

/// Writes the built-in session and holds what is read against it.
pub fn recording(bench: &Bench) -> Found {
    let folder = bench.settings.recordings();
    // Where it is not there yet, it is tried where it would be made.
    let folder = existing(&folder).unwrap_or(&folder);
    let path = folder.join(format!(".verify-{}{}", std::process::id(), crate::recording::EXTENSION));
    let found = round_trip(&path);
    let _ = fs::remove_file(&path);
    found
}

fn round_trip(path: &Path) -> Found {
    let folder = path.parent().unwrap_or(path).display();
    let inputs = session::inputs();
    let written = match write(path, &inputs) {
        Ok(bytes) => bytes,
        Err(error) => {
            return Found::fail(
                format!("{folder}: a recording cannot be written: {error}"),
                "check the folder's rights and room, or record elsewhere: recording.path, --data-dir",
            );
        }
    };
    let read = match read(path) {
        Ok(read) => read,
        Err(error) => {
            return Found::fail(
                format!("{folder}: what was written cannot be read back: {error}"),
                "the disk may be faulty: check its health (SMART, dmesg), and record to another",
            );
        }
    };
    let (wanted, digest) = (session::engine(&inputs).digest(), session::engine(&read).digest());
    if read.len() == inputs.len() && digest == wanted {
        let text =
            format!("{} events written, read and replayed to the same state ({digest:016x}), {}", read.len(), size(written));
        Found::pass(text).fact("events", read.len()).fact("bytes", written).fact("digest", format!("{digest:016x}"))
    } else {
        let text = format!("{} of {} events came back, state {digest:016x} rather than {wanted:016x}", read.len(), inputs.len());
        Found::fail(text, "this must not be: please report it with `rtai-tui --version`, and check the disk and the memory")
    }
}

fn write(path: &Path, inputs: &[Input]) -> Result<u64, String> {
    let mut file = RecordingFile::create(path).map_err(|error| error.to_string())?;
    for input in inputs {
        file.write_input(input).map_err(|error| error.to_string())?;
    }
    file.finish().map_err(|error| error.to_string())?;
    fs::metadata(path).map(|meta| meta.len()).map_err(|error| error.to_string())
}

fn read(path: &Path) -> Result<Vec<Input>, String> {
    let mut reader = Reader::open(path, ReadOptions::default()).map_err(|error| error.to_string())?;
    let mut inputs = Vec::new();
    while let Some(input) = reader.next_input().map_err(|error| error.to_string())? {
        inputs.push(input);
    }
    Ok(inputs)
}
