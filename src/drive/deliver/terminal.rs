//! A notification of the terminal. It is shaped here and written by the screen, which owns the terminal.

use super::message::{Message, line};

/// The bell.
pub const BELL: &[u8] = b"\x07";

/// Which notifications a terminal understands, and what stands between it and the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// Which form it understands; one that understands both would show two.
    pub form: Form,
    /// Whether it is tmux, which passes on what is wrapped (with `set -g allow-passthrough on`).
    pub tmux: bool,
}

/// A form of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// It is not known which: both are sent.
    #[default]
    Both,
    /// `OSC 9 ; text` (iTerm2, kitty, Ghostty, WezTerm, Windows Terminal's kin).
    Osc9,
    /// `OSC 777 ; notify ; title ; text` (urxvt, foot).
    Osc777,
}

impl Terminal {
    /// Finds out from the environment, looked up by `env`.
    pub fn detect(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let tmux = env("TMUX").is_some_and(|value| !value.is_empty());
        let program = env("TERM_PROGRAM").unwrap_or_default().to_lowercase();
        let term = env("TERM").unwrap_or_default();
        let form = match program.as_str() {
            "wezterm" | "ghostty" | "iterm.app" => Form::Osc9,
            _ if term.starts_with("foot") || term.starts_with("rxvt") => Form::Osc777,
            _ if term.contains("kitty") || term.contains("ghostty") => Form::Osc9,
            _ => Form::Both,
        };
        Self { form, tmux }
    }
}

/// The bytes that make the terminal show a message.
pub fn osc(message: &Message, terminal: Terminal) -> Vec<u8> {
    // Parts are separated by `;`, and `9;4;…` would be a progress bar: no text may bring its own.
    let safe = |text: &str, limit| line(text, limit).replace(';', ",");
    let (title, body) = (safe(&message.title(), 200), safe(&message.body(), 400));
    let mut notes = Vec::new();
    if terminal.form != Form::Osc777 {
        notes.push(format!("\x1b]9;{title}: {body}\x07"));
    }
    if terminal.form != Form::Osc9 {
        notes.push(format!("\x1b]777;notify;{title};{body}\x07"));
    }
    let wrapped = notes.iter().map(|note| if terminal.tmux { passed_through(note) } else { note.clone() });
    wrapped.collect::<String>().into_bytes()
}

/// What tmux passes on as it is: each ESC in it is doubled.
fn passed_through(sequence: &str) -> String {
    format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::firing;
    use super::*;

    fn shown(note: &str, terminal: Terminal) -> String {
        let mut firing = firing("price > 1", note);
        firing.values = [].into();
        String::from_utf8(osc(&Message::new(&firing, "demo"), terminal)).unwrap()
    }

    #[test]
    fn both_forms_and_through_tmux() {
        let text = "BTCUSDT price > 1";
        let body = "price 65010.5 · 23:54:10 UTC";
        let plain = format!("\x1b]9;{text}: {body}\x07\x1b]777;notify;{text};{body}\x07");
        assert_eq!(shown("", Terminal::default()), plain);
        let tmux = Terminal { form: Form::Osc9, tmux: true };
        assert_eq!(shown("", tmux), format!("\x1bPtmux;\x1b\x1b]9;{text}: {body}\x07\x1b\\"));
    }

    #[test]
    fn no_text_ends_the_sequence_or_adds_a_part() {
        let bytes = shown("4;1;\x07\x1b\\\u{9c}\u{90}x\x1b]0;y\n", Terminal { form: Form::Osc777, tmux: false });
        let inner = bytes.strip_prefix("\x1b]777;notify;").unwrap().strip_suffix('\x07').unwrap();
        assert_eq!(inner.matches(';').count(), 1);
        assert!(!inner.contains(|c: char| c.is_control()), "{inner:?}");
        assert!(inner.starts_with("4,1, \\ x ]0,y — BTCUSDT"), "{inner:?}");
    }

    #[test]
    fn known_terminals_get_one_form() {
        let of = |pairs: &'static [(&str, &str)]| {
            Terminal::detect(&move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[("TERM_PROGRAM", "WezTerm")]).form, Form::Osc9);
        assert_eq!(of(&[("TERM", "xterm-kitty")]).form, Form::Osc9);
        assert_eq!(of(&[("TERM", "foot")]).form, Form::Osc777);
        assert_eq!(
            of(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/tmux-0/default,1,0")]),
            Terminal { form: Form::Both, tmux: true }
        );
        assert_eq!(of(&[]), Terminal::default());
    }
}
