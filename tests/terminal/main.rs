//! The workstation in a real pseudo-terminal: driven by keys, resized, interrupted, and what it leaves behind.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod alerts;
mod pty;
mod session;
mod terminal;

use portable_pty::CommandBuilder;
use pty::Pty;
use tempfile::TempDir;

/// The workstation with folders of its own, so that nothing outside matters.
struct Workstation {
    folder: TempDir,
    environment: Vec<(&'static str, &'static str)>,
}

impl Workstation {
    /// A user who has been here before: no welcome.
    fn new() -> Self {
        let new = Self::first_time();
        let folder = new.folder.path().join(".config/rtai-tui");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), "").unwrap();
        new
    }

    /// A user who has never been here.
    fn first_time() -> Self {
        let environment = vec![("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8"), ("TZ", "UTC")];
        Self { folder: tempfile::tempdir().unwrap(), environment }
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value));
        self
    }

    fn start(&self, arguments: &[&str], columns: u16, rows: u16) -> Pty {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_rtai-tui"));
        command.args(arguments);
        command.cwd(self.folder.path());
        command.env_clear();
        command.env("HOME", self.folder.path());
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        Pty::start(command, columns, rows)
    }

    /// The bundled recording, paused where a good part of it has been seen.
    fn replay(&self, columns: u16, rows: u16) -> Pty {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");
        let pty = self.start(&["replay", file, "--paused", "--from", "+2m"], columns, rows);
        pty.shows("paused");
        pty
    }
}
