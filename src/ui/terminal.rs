//! The terminal: entered, drawn to and always given back as it was found.

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::io::{self, BufWriter, Stdout, Write as _};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Output is gathered up to this size, so that a frame is one write: a first one of 300x90 in 24-bit colours is about 200 KB.
const GATHERED: usize = 256 << 10;

/// Whether the terminal is ours at the moment: to give it back exactly once, from wherever.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Standard output, and how much was written to it.
struct Counted {
    out: Stdout,
    bytes: Rc<Cell<u64>>,
}

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes.set(self.bytes.get() + written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The terminal while it is ours. Dropping it gives it back.
pub struct Terminal {
    backend: CrosstermBackend<BufWriter<Counted>>,
    /// Bytes written so far.
    bytes: Rc<Cell<u64>>,
    /// What the terminal shows.
    front: Buffer,
    /// Whether what it shows is not known, so that all has to be drawn.
    unknown: bool,
    /// Whether the mouse is asked for.
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal, and its mouse if it is wanted.
    ///
    /// # Errors
    /// When standard output is no terminal, or it cannot be written to.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        let (width, height) = crossterm::terminal::size()?;
        let bytes = Rc::<Cell<u64>>::default();
        let backend =
            CrosstermBackend::new(BufWriter::with_capacity(GATHERED, Counted { out: io::stdout(), bytes: Rc::clone(&bytes) }));
        let mut terminal = Self { backend, bytes, front: Buffer::empty(Rect::new(0, 0, width, height)), unknown: true, mouse };
        terminal.take()?;
        Ok(terminal)
    }

    fn take(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        ENTERED.store(true, Ordering::SeqCst);
        let out = &mut self.backend;
        if self.mouse {
            queue!(out, EnableMouseCapture)?;
        }
        execute!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide, SetTitle("rtai-tui"))?;
        self.unknown = true;
        Ok(())
    }

    /// Uses the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        if mouse { execute!(self.backend, EnableMouseCapture) } else { execute!(self.backend, DisableMouseCapture) }
    }

    /// Shows a frame that was drawn for [`Self::size`]: only what differs is written, and nothing when nothing does. Gives the
    /// bytes that were written.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&mut self, frame: &Buffer) -> io::Result<u64> {
        let before = self.bytes.get();
        if frame.area() != self.front.area() || self.unknown {
            self.front = Buffer::empty(*frame.area());
            queue!(self.backend, BeginSynchronizedUpdate)?;
            self.backend.clear()?;
            self.unknown = false;
        } else if self.front.content() == frame.content() {
            return Ok(0);
        } else {
            queue!(self.backend, BeginSynchronizedUpdate)?;
        }
        self.backend.draw(self.front.diff_iter(frame))?;
        let out = &mut self.backend;
        queue!(out, EndSynchronizedUpdate)?;
        io::Write::flush(out)?;
        self.front.clone_from(frame);
        Ok(self.bytes.get() - before)
    }

    /// Writes bytes that change nothing that is shown, such as the bell. Only between frames.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn tell(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.backend.write_all(bytes)?;
        io::Write::flush(&mut self.backend)
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<Rect> {
        let (width, height) = crossterm::terminal::size()?;
        Ok(Rect::new(0, 0, width, height))
    }

    /// Draws everything anew the next time.
    pub const fn forget(&mut self) {
        self.unknown = true;
    }

    /// Gives the terminal back, stops until the shell brings the program to the front again, and takes it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        self.take()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Columns and rows of the terminal this runs in; nothing where there is none.
pub fn own_size() -> Option<(u16, u16)> {
    crossterm::terminal::size().ok().filter(|(width, height)| *width > 0 && *height > 0)
}

/// What puts a text on the clipboard of the user's own machine: OSC 52, over SSH too; terminals that do not know it ignore it.
pub fn clipboard(text: &str) -> Vec<u8> {
    /// Terminals take about so much at once.
    const MOST: usize = 74_000;
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut out = b"\x1b]52;c;".to_vec();
    for three in text.as_bytes()[..end].chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= three.len() { digit } else { b'=' });
        }
    }
    out.extend_from_slice(b"\x1b\\");
    out
}

/// Gives the terminal back, if it is ours.
pub fn restore() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        // The terminal may be gone; there is nobody left to tell.
        let _ =
            execute!(out, EndSynchronizedUpdate, DisableBracketedPaste, DisableMouseCapture, LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
    }
}

/// From now on a panic on the thread that called this first gives the terminal back, then prints its message and where the log is.
/// A panic of another thread leaves the screen up and is passed to `report`.
pub fn restore_on_panic(log: Option<PathBuf>, report: impl Fn(String) + Send + Sync + 'static) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        let main = std::thread::current().id();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == main || !ENTERED.load(Ordering::SeqCst) {
                restore();
                before(info);
                if let Some(log) = &log {
                    let _ = writeln!(io::stderr(), "The log is {}", log.display());
                }
            } else {
                report(info.to_string());
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_for_the_clipboard_is_in_base_64() {
        for (text, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar\u{e4}", "Zm9vYmFyw6Q=")] {
            assert_eq!(super::clipboard(text), format!("\u{1b}]52;c;{coded}\u{1b}\\").into_bytes());
        }
    }
}
