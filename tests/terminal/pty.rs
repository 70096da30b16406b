//! A program in a pseudo-terminal: what it writes is parsed as a terminal would, and waited for rather than slept for.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Longer than a busy machine needs; only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What has come from the program so far.
pub struct Seen {
    /// The terminal's screen.
    pub parser: vt100::Parser,
    /// Everything written, in order.
    pub bytes: Vec<u8>,
    /// Whether the program has closed its terminal.
    pub ended: bool,
}

/// A program in a pseudo-terminal.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

impl Pty {
    /// Starts a program.
    pub fn start(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let seen = Arc::new((Mutex::new(Seen { parser, bytes: Vec::new(), ended: false }), Condvar::new()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = shared.0.lock().unwrap();
                seen.parser.process(&buffer[..read]);
                seen.bytes.extend_from_slice(&buffer[..read]);
                seen.ended = read == 0;
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self { child, master: pair.master, writer, seen }
    }

    /// Types keys.
    pub fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Makes the terminal larger or smaller.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Looks at what has come so far.
    pub fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.seen.0.lock().unwrap())
    }

    /// Waits until what was written is as wanted.
    pub fn wait(&self, what: &str, wanted: impl Fn(&Seen) -> bool) {
        let seen = self.seen.0.lock().unwrap();
        let (seen, timeout) = self.seen.1.wait_timeout_while(seen, PATIENCE, |seen| !wanted(seen) && !seen.ended).unwrap();
        assert!(!timeout.timed_out(), "waited in vain for {what}:\n{}", seen.parser.screen().contents());
        assert!(wanted(&seen), "the program ended before {what}:\n{}", seen.parser.screen().contents());
    }

    /// Waits until a text is on the screen.
    pub fn shows(&self, text: &str) {
        self.wait(text, |seen| seen.parser.screen().contents().contains(text));
    }

    /// Waits until a text is no longer on the screen.
    pub fn hides(&self, text: &str) {
        self.wait(text, |seen| !seen.parser.screen().contents().contains(text));
    }

    /// Waits until the program has ended; gives its exit status.
    pub fn end(&mut self) -> u32 {
        self.wait("its end", |seen| seen.ended);
        self.child.wait().unwrap().exit_code()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
