//! A frame as a picture that scales: a rectangle per ground, a text per run, and shapes for the glyphs that have to meet.

use crate::ui::theme::rgb;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Width and height of a cell in pixels.
const CELL: (f64, f64) = (8.0, 17.0);
/// Around everything, in pixels.
const MARGIN: f64 = 8.0;

type Rgb = (u8, u8, u8);

/// What a cell looks like once reversing and dimming are done.
fn colours(cell: &Cell, text: Rgb, ground: Rgb) -> (Rgb, Rgb) {
    let (mut fg, mut bg) = (rgb(cell.fg).unwrap_or(text), rgb(cell.bg).unwrap_or(ground));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut fg, &mut bg);
    }
    if cell.modifier.contains(Modifier::DIM) {
        let mix = |a: u8, b: u8| ((u16::from(a) * 6 + u16::from(b) * 4) / 10) as u8;
        fg = (mix(fg.0, bg.0), mix(fg.1, bg.1), mix(fg.2, bg.2));
    }
    (fg, bg)
}

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The frame as an SVG document.
pub fn to_svg(buf: &Buffer) -> String {
    let area = *buf.area();
    let corner = buf.cell((area.x, area.bottom().saturating_sub(1)));
    let ground = corner.and_then(|cell| rgb(cell.bg)).unwrap_or((11, 14, 20));
    let text = corner.and_then(|cell| rgb(cell.fg)).unwrap_or((200, 205, 215));
    let size = (f64::from(area.width) * CELL.0 + 2.0 * MARGIN, f64::from(area.height) * CELL.1 + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" \
         font-family=\"'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"13\">\n\
         <rect width=\"{w}\" height=\"{h}\" rx=\"6\" fill=\"{}\"/>\n",
        hex(ground),
        w = size.0,
        h = size.1
    );
    for y in area.top()..area.bottom() {
        row(buf, y, text, ground, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

fn row(buf: &Buffer, y: u16, text: Rgb, ground: Rgb, out: &mut String) {
    let area = *buf.area();
    let top = MARGIN + f64::from(y - area.y) * CELL.1;
    let left = |x: u16| MARGIN + f64::from(x - area.x) * CELL.0;
    let cells: Vec<(u16, &Cell)> = (area.left()..area.right()).filter_map(|x| Some((x, buf.cell((x, y))?))).collect();
    let mut start = 0;
    while start < cells.len() {
        let bg = colours(cells[start].1, text, ground).1;
        let run = cells[start..].iter().take_while(|(_, cell)| colours(cell, text, ground).1 == bg).count();
        if bg != ground {
            rect(out, left(cells[start].0), top, run as f64 * CELL.0, CELL.1, bg);
        }
        start += run;
    }
    let mut run = Run::default();
    let mut covered = 0;
    for (x, cell) in cells {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        let symbol = cell.symbol();
        covered = symbol.width().saturating_sub(1);
        let (fg, bg) = colours(cell, text, ground);
        let first = symbol.chars().next().unwrap_or(' ');
        if let Some(shapes) = shapes(first) {
            run.end(out, top);
            for (sx, sy, w, h) in shapes {
                rect(out, left(x) + sx * CELL.0, top + sy * CELL.1, w * CELL.0, h * CELL.1, fg);
            }
            continue;
        }
        let look = (fg, cell.modifier & (Modifier::BOLD | Modifier::ITALIC | Modifier::UNDERLINED));
        let blank = symbol == " " && !cell.modifier.contains(Modifier::UNDERLINED);
        if run.look != Some(look) && !blank {
            run.end(out, top);
        }
        if run.text.is_empty() {
            if blank {
                continue;
            }
            run.x = left(x);
            run.look = Some(look);
        }
        run.text.push_str(symbol);
        run.cells += 1 + covered;
        // A wide glyph of another font would move what follows it.
        if !symbol.is_ascii() {
            run.end(out, top);
        }
        let _ = bg;
    }
    run.end(out, top);
}

/// Text of one look.
#[derive(Default)]
struct Run {
    text: String,
    x: f64,
    cells: usize,
    look: Option<(Rgb, Modifier)>,
}

impl Run {
    fn end(&mut self, out: &mut String, top: f64) {
        let done = std::mem::take(self);
        let trimmed = done.text.trim_end();
        let (Some((fg, modifier)), false) = (done.look, trimmed.is_empty()) else { return };
        let cells = done.cells - (done.text.len() - trimmed.len());
        let _ = write!(out, "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{}\"", done.x, top + CELL.1 * 0.76, hex(fg));
        for (on, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if modifier.contains(on) {
                out.push_str(attribute);
            }
        }
        let _ = write!(out, " textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">", cells as f64 * CELL.0);
        for c in trimmed.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '&' => out.push_str("&amp;"),
                c if c.is_control() => {}
                c => out.push(c),
            }
        }
        out.push_str("</text>\n");
    }
}

fn rect(out: &mut String, x: f64, y: f64, w: f64, h: f64, fill: Rgb) {
    let _ = writeln!(out, "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" fill=\"{}\"/>", hex(fill));
}

type Shape = (f64, f64, f64, f64);

/// The glyphs that have to meet their neighbours, as rectangles in shares of a cell; `None` for those that are text.
fn shapes(glyph: char) -> Option<Vec<Shape>> {
    let code = u32::from(glyph);
    Some(match code {
        0x2581..=0x2588 => {
            let part = f64::from(code - 0x2580) / 8.0;
            vec![(0.0, 1.0 - part, 1.0, part)]
        }
        0x2589..=0x258f => vec![(0.0, 0.0, f64::from(0x2590 - code) / 8.0, 1.0)],
        0x2580 => vec![(0.0, 0.0, 1.0, 0.5)],
        0x2590 => vec![(0.5, 0.0, 0.5, 1.0)],
        0x2594 => vec![(0.0, 0.0, 1.0, 0.125)],
        0x2595 => vec![(0.875, 0.0, 0.125, 1.0)],
        0x2596..=0x259f => {
            const QUADRANTS: [u8; 10] = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14];
            let bits = QUADRANTS[(code - 0x2596) as usize];
            let corners = [(1, 0.0, 0.0), (2, 0.5, 0.0), (4, 0.0, 0.5), (8, 0.5, 0.5)];
            corners.iter().filter(|(bit, ..)| bits & bit > 0).map(|(_, x, y)| (*x, *y, 0.5, 0.5)).collect()
        }
        0x2800..=0x28ff => {
            const DOTS: [(f64, f64); 8] =
                [(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (1.0, 0.0), (1.0, 1.0), (1.0, 2.0), (0.0, 3.0), (1.0, 3.0)];
            let bits = code - 0x2800;
            let on = DOTS.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
            on.map(|(_, (x, y))| (0.12 + x * 0.5, 0.07 + y * 0.25, 0.26, 0.12)).collect()
        }
        _ => return lines(glyph),
    })
}

/// Lines: thin and thick, by the sides of the cell they reach.
fn lines(glyph: char) -> Option<Vec<Shape>> {
    let sides = match glyph {
        '─' | '╌' | '┄' | '┈' => "lr",
        '│' | '╎' | '┆' | '┊' => "ud",
        '┌' | '╭' => "rd",
        '┐' | '╮' => "ld",
        '└' | '╰' => "ru",
        '┘' | '╯' => "lu",
        '├' => "rud",
        '┤' => "lud",
        '┬' => "lrd",
        '┴' => "lru",
        '┼' => "lrud",
        '╴' => "l",
        '╵' => "u",
        '╶' => "r",
        '╷' => "d",
        '━' => "LR",
        '┃' => "UD",
        '╸' => "L",
        '╹' => "U",
        '╺' => "R",
        '╻' => "D",
        '╽' => "uD",
        '╿' => "Ud",
        '╼' => "lR",
        '╾' => "Lr",
        _ => return None,
    };
    if matches!(glyph, '╌' | '┄' | '┈') {
        return Some(vec![(0.1, 0.47, 0.3, 0.06), (0.6, 0.47, 0.3, 0.06)]);
    }
    if matches!(glyph, '╎' | '┆' | '┊') {
        return Some(vec![(0.44, 0.1, 0.12, 0.3), (0.44, 0.6, 0.12, 0.3)]);
    }
    let each = |side: char| {
        let (w, h) = if side.is_uppercase() { (0.28, 0.13) } else { (0.12, 0.06) };
        match side.to_ascii_lowercase() {
            'l' => (0.0, 0.5 - h / 2.0, 0.5 + 0.06, h),
            'r' => (0.5 - 0.06, 0.5 - h / 2.0, 0.5 + 0.06, h),
            'u' => (0.5 - w / 2.0, 0.0, w, 0.5 + 0.03),
            _ => (0.5 - w / 2.0, 0.5 - 0.03, w, 0.5 + 0.03),
        }
    };
    Some(sides.chars().map(each).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};

    #[test]
    fn a_frame_becomes_a_picture() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 2));
        buf.set_style(*buf.area(), Style::new().fg(Color::Rgb(200, 200, 200)).bg(Color::Rgb(10, 10, 20)));
        buf.set_string(0, 0, "a<b ─│▄⣿ 牛x", Style::new().fg(Color::Rgb(255, 0, 0)));
        let svg = to_svg(&buf);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("a&lt;b") && svg.contains("牛"), "{svg}");
        assert_eq!(svg.matches("fill=\"#ff0000\"/>").count(), 2 + 2 + 1 + 8);
    }
}
