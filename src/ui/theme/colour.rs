//! Colours as a terminal can show them: from 24 bits down to 256, to 16, to none.

use ratatui::style::{Color, Style};

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// None: attributes only.
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// The fixed table of 256.
    Indexed,
    /// Every colour.
    #[default]
    True,
}

impl Depth {
    /// In words, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "no colours",
            Self::Sixteen => "16 colours",
            Self::Indexed => "256 colours",
            Self::True => "all colours",
        }
    }
}

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Its colours.
    pub depth: Depth,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
}

impl Look {
    /// What the environment says, given how to read a variable of it.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default().to_lowercase();
        let colour = set("COLORTERM").unwrap_or_default().to_lowercase();
        let depth = if set("NO_COLOR").is_some() || term == "dumb" || term.ends_with("-mono") || term.ends_with("-m") {
            Depth::None
        } else if colour.contains("truecolor") || colour.contains("24bit") || term.ends_with("-direct") {
            Depth::True
        } else if term.contains("256")
            || ["xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm"].contains(&term.as_str())
        {
            if term.contains("256") { Depth::Indexed } else { Depth::True }
        } else if set("WT_SESSION").is_some() {
            Depth::True
        } else {
            Depth::Sixteen
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| set(name)).unwrap_or_default().to_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8") || (locale.is_empty() && cfg!(windows));
        // The Linux console's fonts have hundreds of glyphs: neither dots nor eighths of blocks.
        Self { depth, ascii: !utf8 || term == "dumb" || term == "linux" }
    }
}

impl Depth {
    /// A style as it can be shown.
    #[must_use]
    pub fn style(self, mut style: Style) -> Style {
        style.fg = style.fg.and_then(|colour| self.colour(colour));
        style.bg = style.bg.and_then(|colour| self.colour(colour));
        style
    }

    /// A colour as it can be shown; `None` where no colours are.
    pub fn colour(self, colour: Color) -> Option<Color> {
        match (self, colour) {
            (Self::None, Color::Reset) => Some(Color::Reset),
            (Self::None, _) => None,
            (Self::Indexed, Color::Rgb(r, g, b)) => Some(Color::Indexed(nearest(&mut (16..=255), (r, g, b)))),
            (Self::Sixteen, Color::Rgb(r, g, b)) => Some(Color::Indexed(nearest(&mut (0..=15), (r, g, b)))),
            _ => Some(colour),
        }
    }
}

pub(super) fn nearest(among: &mut dyn Iterator<Item = u8>, (r, g, b): (u8, u8, u8)) -> u8 {
    let square = |a: u8, b: u8| (i32::from(a) - i32::from(b)).pow(2);
    // The eye sees differences of green best and of blue least.
    among
        .min_by_key(|index| {
            let (r2, g2, b2) = rgb(Color::Indexed(*index)).unwrap_or_default();
            3 * square(r, r2) + 6 * square(g, g2) + square(b, b2)
        })
        .unwrap_or(7)
}

/// The colour's parts; `None` for the terminal's own ground or text.
pub fn rgb(colour: Color) -> Option<(u8, u8, u8)> {
    const BASE: [(u8, u8, u8); 16] = [
        (0x00, 0x00, 0x00),
        (0xcd, 0x31, 0x31),
        (0x0d, 0xbc, 0x79),
        (0xe5, 0xa5, 0x10),
        (0x24, 0x72, 0xc8),
        (0xbc, 0x3f, 0xbc),
        (0x11, 0xa8, 0xcd),
        (0xc8, 0xc8, 0xc8),
        (0x66, 0x66, 0x66),
        (0xf1, 0x4c, 0x4c),
        (0x23, 0xd1, 0x8b),
        (0xf5, 0xf5, 0x43),
        (0x3b, 0x8e, 0xea),
        (0xd6, 0x70, 0xd6),
        (0x29, 0xb8, 0xdb),
        (0xff, 0xff, 0xff),
    ];
    let index = match colour {
        Color::Reset => return None,
        Color::Rgb(r, g, b) => return Some((r, g, b)),
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    Some(match index {
        0..=15 => BASE[usize::from(index)],
        16..=231 => {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let n = index - 16;
            (step(n / 36), step(n / 6 % 6), step(n % 6))
        }
        _ => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    })
}

/// A colour's parts as light, 0 to 1 (sRGB, IEC 61966-2-1).
pub(super) fn light((r, g, b): (u8, u8, u8)) -> [f64; 3] {
    [r, g, b].map(|part| {
        let c = f64::from(part) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

/// Contrast of two colours as WCAG 2 defines it, 1 to 21; 21 where one is the terminal's own and not known.
pub(super) fn contrast(a: Color, b: Color) -> f64 {
    let (Some(a), Some(b)) = (rgb(a), rgb(b)) else { return 21.0 };
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let (a, b) = (luminance(light(a)), luminance(light(b)));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Reads a colour that is no name of a palette: `#rrggbb`, one of the terminal's sixteen, or `default`.
pub(super) fn parse(text: &str) -> Option<Color> {
    if let Some(digits) = text.strip_prefix('#') {
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6)?;
        return Some(Color::Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8));
    }
    Some(match text {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(variables: &[(&str, &str)]) -> Look {
        Look::detect(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_decides() {
        let utf8 = ("LANG", "C.UTF-8");
        assert_eq!(look(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), utf8]), Look::default());
        assert_eq!(look(&[("TERM", "xterm-256color"), utf8]).depth, Depth::Indexed);
        assert_eq!(look(&[("TERM", "linux"), utf8]), Look { depth: Depth::Sixteen, ascii: true });
        assert_eq!(look(&[("TERM", "something-unknown"), utf8]).depth, Depth::Sixteen);
        assert_eq!(look(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1"), utf8]).depth, Depth::None);
        assert_eq!(look(&[("COLORTERM", "truecolor"), ("NO_COLOR", ""), utf8]).depth, Depth::True);
        assert!(look(&[("TERM", "xterm"), ("LANG", "C")]).ascii);
        assert!(look(&[("TERM", "xterm"), ("LANG", "C.UTF-8"), ("LC_ALL", "POSIX")]).ascii);
    }

    #[test]
    fn colours_come_down_to_their_nearest() {
        let style = Style::new().fg(Color::Rgb(0xff, 0, 0)).bg(Color::Rgb(1, 1, 1));
        assert_eq!(Depth::Indexed.style(style), Style::new().fg(Color::Indexed(196)).bg(Color::Indexed(16)));
        assert_eq!(Depth::Sixteen.style(style), Style::new().fg(Color::Indexed(1)).bg(Color::Indexed(0)));
        assert_eq!(Depth::None.style(style), Style::new());
    }
}
