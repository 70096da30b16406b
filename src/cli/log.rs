//! The log: one file a run in the state folder, the newest few kept.

use super::settings::Settings;
use crate::domain::Nanos;
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tracing_subscriber::filter::LevelFilter;

/// Files kept, the new one included.
const KEPT: usize = 10;

/// Begins to log into a new file and says which.
///
/// # Errors
/// When the folder or the file cannot be made.
pub fn begin(settings: &Settings, now: Nanos) -> anyhow::Result<PathBuf> {
    let folder = settings.folders.state.join("log");
    fs::create_dir_all(&folder).with_context(|| format!("{}: the folder of the log cannot be made", folder.display()))?;
    prune(&folder);
    let name = format!("rtai-tui-{}-{}.log", now.secs(), std::process::id());
    let path = folder.join(name);
    let file = fs::File::create(&path).with_context(|| format!("{}: the log cannot be written", path.display()))?;
    let level = settings.config.log_level.parse().unwrap_or(LevelFilter::INFO);
    let subscriber = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(Mutex::new(file)).finish();
    // A second log in one process is only seen in tests; the first one stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), config = %settings.file.display(), "begin");
    Ok(path)
}

/// Removes all but the newest logs. Names sort by their time.
fn prune(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_log = |path: &PathBuf| {
        path.extension().is_some_and(|ending| ending == "log")
            && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rtai-tui-"))
    };
    let mut logs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_log).collect();
    logs.sort();
    let surplus = logs.len().saturating_sub(KEPT - 1);
    for old in logs.iter().take(surplus) {
        let _ = fs::remove_file(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_logs_stay() {
        let folder = tempfile::tempdir().unwrap();
        for n in 1_700_000_000..1_700_000_015 {
            fs::write(folder.path().join(format!("rtai-tui-{n}-1.log")), "").unwrap();
        }
        fs::write(folder.path().join("notes.log"), "").unwrap();
        prune(folder.path());
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names.len(), KEPT);
        assert_eq!((names[0].as_str(), names[1].as_str()), ("notes.log", "rtai-tui-1700000006-1.log"));
    }
}
