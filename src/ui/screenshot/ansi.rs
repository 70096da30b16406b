//! A frame as text with colours, for `cat` in a terminal.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// The frame's rows with SGR escapes.
pub fn to_ansi(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in buf.area().top()..buf.area().bottom() {
        let mut last: Option<&Cell> = None;
        let mut covered = 0;
        for x in buf.area().left()..buf.area().right() {
            let Some(cell) = buf.cell((x, y)) else { continue };
            if covered > 0 {
                covered -= 1;
                continue;
            }
            if last.is_none_or(|last| (last.fg, last.bg, last.modifier) != (cell.fg, cell.bg, cell.modifier)) {
                style(&mut out, cell);
            }
            out.push_str(cell.symbol());
            covered = cell.symbol().width().saturating_sub(1);
            last = Some(cell);
        }
        out.push_str("\u{1b}[0m\n");
    }
    out
}

fn style(out: &mut String, cell: &Cell) {
    out.push_str("\u{1b}[0");
    for (modifier, code) in [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ] {
        if cell.modifier.contains(modifier) {
            let _ = write!(out, ";{code}");
        }
    }
    for (colour, ground) in [(cell.fg, 0), (cell.bg, 10)] {
        let _ = match colour {
            Color::Reset => Ok(()),
            Color::Rgb(r, g, b) => write!(out, ";{};2;{r};{g};{b}", 38 + ground),
            Color::Indexed(index) => write!(out, ";{};5;{index}", 38 + ground),
            Color::Black => write!(out, ";{}", 30 + ground),
            Color::Red => write!(out, ";{}", 31 + ground),
            Color::Green => write!(out, ";{}", 32 + ground),
            Color::Yellow => write!(out, ";{}", 33 + ground),
            Color::Blue => write!(out, ";{}", 34 + ground),
            Color::Magenta => write!(out, ";{}", 35 + ground),
            Color::Cyan => write!(out, ";{}", 36 + ground),
            Color::Gray => write!(out, ";{}", 37 + ground),
            Color::DarkGray => write!(out, ";{}", 90 + ground),
            Color::LightRed => write!(out, ";{}", 91 + ground),
            Color::LightGreen => write!(out, ";{}", 92 + ground),
            Color::LightYellow => write!(out, ";{}", 93 + ground),
            Color::LightBlue => write!(out, ";{}", 94 + ground),
            Color::LightMagenta => write!(out, ";{}", 95 + ground),
            Color::LightCyan => write!(out, ";{}", 96 + ground),
            Color::White => write!(out, ";{}", 97 + ground),
        };
    }
    out.push('m');
}
