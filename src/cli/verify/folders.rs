//! The folders: rights, and room.

use super::bench::Bench;
use super::report::{Found, Status};
use crate::cli::out::size;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Less room than this is no room, and less than that is little.
const NO_ROOM: u64 = 100 << 20;
const LITTLE_ROOM: u64 = 2 << 30;

/// Writes, reads and removes a file in each folder, or where it would be made.
pub fn folders(bench: &Bench) -> Found {
    let settings = &bench.settings;
    let own = &settings.folders;
    let mut all: Vec<(&str, PathBuf)> = vec![
        (
            "configuration",
            settings.file.parent().map_or_else(
                || own.config.clone(),
                |folder| {
                    // A bare name is one of this folder.
                    if folder.as_os_str().is_empty() { Path::new(".").to_owned() } else { folder.to_owned() }
                },
            ),
        ),
        ("data", own.data.clone()),
        ("state and log", own.state.clone()),
        ("cache", own.cache.clone()),
        ("recordings", settings.recordings()),
    ];
    let mut seen = Vec::new();
    all.retain(|(_, path)| {
        !seen.contains(path) && {
            seen.push(path.clone());
            true
        }
    });
    let mut found = Found::pass(String::new());
    let mut said = Vec::new();
    for (name, path) in &all {
        if let Err(error) = try_folder(path) {
            // Without its own settings the program still runs.
            found.status = found.status.max(if *name == "configuration" { Status::Warn } else { Status::Fail });
            said.push(format!("{name} {}: {error}", path.display()));
            found = found.fix(advice(name, path, &error));
        }
    }
    let recordings = settings.recordings();
    if let Some(free) = existing(&recordings).and_then(|there| fs4::available_space(there).ok()) {
        found = found.fact("free_bytes", free);
        said.push(format!("{} free for recordings", size(free)));
        if free < LITTLE_ROOM {
            found.status = found.status.max(if free < NO_ROOM { Status::Fail } else { Status::Warn });
            found = found.fix(format!("make room on the disk of {}, or record elsewhere: recording.path", recordings.display()));
        }
    }
    if found.status == Status::Pass {
        said.insert(0, format!("{} folders can be written, data in {}", all.len(), own.data.display()));
    }
    found.text = said.join("; ");
    found
}

fn advice(name: &str, path: &Path, error: &io::Error) -> String {
    let elsewhere = match name {
        "configuration" => "name another file with --config",
        "recordings" => "record elsewhere: recording.path",
        _ => "name another folder with --data-dir",
    };
    let path = path.display();
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("give this user the right to write {path} (chown, chmod u+rwx), or {elsewhere}")
        }
        io::ErrorKind::ReadOnlyFilesystem => format!("make the disk of {path} writable, or {elsewhere}"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("free some room on the disk of {path}, or {elsewhere}")
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            format!("a part of {path} is no folder: move that away, or {elsewhere}")
        }
        _ => format!("put {path} right, or {elsewhere}"),
    }
}

/// The folder, or the nearest one above it that is there.
pub fn existing(path: &Path) -> Option<&Path> {
    path.ancestors().find(|path| path.exists()).map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path })
}

/// Whether files can be written and read in a folder, or in the nearest above it where it would be made.
fn try_folder(path: &Path) -> io::Result<()> {
    let there = existing(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    if !there.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let probe = there.join(format!(".rtai-tui-verify-{}", std::process::id()));
    let written = write_and_read(&probe);
    // It may not have come to be at all.
    let _ = fs::remove_file(&probe);
    written
}

fn write_and_read(probe: &Path) -> io::Result<()> {
    const TEXT: &[u8] = b"rtai-tui verify\n";
    let mut file = fs::File::create_new(probe)?;
    file.write_all(TEXT)?;
    file.sync_all()?;
    drop(file);
    if fs::read(probe)? == TEXT { Ok(()) } else { Err(io::Error::other("what was written is not what is read")) }
}
