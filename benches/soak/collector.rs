//! The collector: the program itself, started, watched, killed and ended.

use rtai_tui::domain::Nanos;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub struct Collector {
    child: Child,
    pub folder: PathBuf,
    arguments: Vec<String>,
}

impl Collector {
    pub fn start(folder: &Path, ws: &str, rest: &str, symbols: &str, who: usize) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let folder_text = folder.display().to_string();
        let status = folder.join("status.json").display().to_string();
        let (ws, rest) = (format!("{ws}/{who}"), format!("{rest}/{who}"));
        let arguments: Vec<String> =
            ["record", "--symbols", symbols, "--ws-url", &ws, "--rest-url", &rest, "--data-dir", &folder_text]
                .into_iter()
                .chain(["--status-file", &status])
                .map(str::to_owned)
                .collect();
        std::fs::write(folder.join("config.toml"), "").unwrap();
        let child = spawn(&arguments, folder);
        Self { child, folder: folder.to_owned(), arguments }
    }

    /// Ends it without a warning and starts it anew; `killed` is called between.
    pub fn kill(&mut self, killed: impl FnOnce()) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        killed();
        self.child = spawn(&self.arguments, &self.folder);
    }

    /// Asks it to end; whether it did well.
    pub fn end(mut self) -> bool {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        for _ in 0..600 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        false
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb * 1_024)
    }

    /// Processor time used, seconds.
    pub fn cpu(&self) -> Option<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(ticks as f64 / 100.0)
    }

    /// The recordings, in the order they were begun.
    pub fn recordings(folder: &Path) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(folder.join("recordings")) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        let number = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().replace(".rec.gz", "");
            let (_, tail) = name.rsplit_once('_').unwrap();
            let (day, number) = tail.split_once('-').unwrap_or((tail, "1"));
            (day.to_owned(), number.parse::<u32>().unwrap())
        };
        files.sort_by_key(number);
        files
    }
}

fn spawn(arguments: &[String], folder: &Path) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(folder.join("said.txt")).unwrap();
    // Another build of the program can be tried.
    let program = std::env::var("RTAI_SOAK_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_rtai-tui").to_owned());
    Command::new(program)
        .args(arguments)
        .env_remove("RTAI_SOAK_PROGRAM")
        .env("RTAI_CONFIG_PATH", folder.join("config.toml"))
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// How much a figure rose over its samples, by the straight line through them.
pub fn rise(samples: &[(Nanos, u64)]) -> f64 {
    let n = samples.len() as f64;
    let Some((first, _)) = samples.first() else { return 0.0 };
    let x = |at: Nanos| (at - *first).to_secs_f64();
    let mean_x = samples.iter().map(|(at, _)| x(*at)).sum::<f64>() / n;
    let mean_y = samples.iter().map(|(_, bytes)| *bytes as f64).sum::<f64>() / n;
    let (mut above, mut below) = (0.0, 0.0);
    for (at, bytes) in samples {
        above += (x(*at) - mean_x) * (*bytes as f64 - mean_y);
        below += (x(*at) - mean_x).powi(2);
    }
    let length = samples.last().map_or(0.0, |(last, _)| x(*last));
    if below == 0.0 { 0.0 } else { above / below * length }
}
