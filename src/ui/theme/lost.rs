//! A theme as a terminal of few colours shows it: what would vanish in the ground is shown otherwise.

use super::colour::{contrast, nearest, rgb};
use super::{Depth, ROLES, Theme};
use ratatui::style::{Color, Modifier, Style};

/// Roles that text is drawn in.
pub(super) const TEXT: [&str; 19] = [
    "text",
    "dim",
    "bright",
    "accent",
    "up",
    "down",
    "flat",
    "good",
    "warning",
    "error",
    "large",
    "own",
    "series_1",
    "series_2",
    "series_3",
    "series_4",
    "series_5",
    "series_6",
    "crosshair",
];
/// Text has at least this contrast (WCAG 2, AA).
const READABLE: f64 = 4.5;
/// Lines that may vanish: nothing is lost with them.
const MAY_VANISH: [&str; 1] = ["grid"];

/// Fits every role to the theme's colours. Where a role's ground or text has become the ground of the screen it gets an
/// attribute or the nearest other colour, so that a cursor stays visible and a border does not disappear.
pub(super) fn shown(theme: &mut Theme) {
    let depth = theme.depth;
    let wanted = theme.clone();
    let ground = theme.text.bg;
    let fitted = ground.and_then(|ground| depth.colour(ground));
    for (name, role) in ROLES {
        let style = role(theme);
        let wanted = *style;
        *style = depth.style(wanted);
        if !matches!(depth, Depth::Sixteen | Depth::Indexed) {
            continue;
        }
        if wanted.fg != ground && style.fg.is_some() && style.fg == fitted && wanted.bg.is_none() && !MAY_VANISH.contains(name) {
            style.fg = wanted.fg.and_then(|colour| other(depth, colour, fitted));
        }
        if wanted.bg != ground && style.bg.is_some() && style.bg == fitted {
            *style = without_ground(name, *style);
        }
    }
    if depth == Depth::Indexed {
        keep_readable(theme, &wanted);
    }
}

/// Text whose nearest colour cannot be read on the grounds it stands on gets the nearest that can.
fn keep_readable(theme: &mut Theme, wanted: &Theme) {
    let grounds: Vec<Color> =
        [theme.text, theme.bar, theme.dialog, theme.selection].iter().filter_map(|style| style.bg).collect();
    let readable = |colour: Color| grounds.iter().all(|ground| contrast(colour, *ground) >= READABLE);
    let mut wanted = wanted.clone();
    for (_, role) in ROLES.iter().filter(|(name, _)| TEXT.contains(name)) {
        let style = role(theme);
        let Some(rgb) = role(&mut wanted).fg.and_then(rgb) else { continue };
        if style.fg.is_some_and(|fg| !readable(fg)) && (16..=255).any(|index| readable(Color::Indexed(index))) {
            style.fg = Some(Color::Indexed(nearest(&mut (16..=255).filter(|index| readable(Color::Indexed(*index))), rgb)));
        }
    }
}

/// The nearest colour that is not this one.
fn other(depth: Depth, colour: Color, but: Option<Color>) -> Option<Color> {
    let (Color::Rgb(..), Some(Color::Indexed(but))) = (colour, but) else { return Some(colour) };
    let all = if depth == Depth::Sixteen { 0..=15 } else { 16..=255 };
    Some(Color::Indexed(nearest(&mut all.filter(|index| *index != but), rgb(colour)?)))
}

/// A role that cannot have its own ground.
fn without_ground(name: &str, style: Style) -> Style {
    match name {
        "selection" | "tag" | "badge" => Style::new().add_modifier(Modifier::REVERSED),
        "fresh" => Style { bg: None, ..style }.add_modifier(Modifier::BOLD),
        // Panes draw a bar without a ground of its own in the colour of its side.
        "bid_bar" | "ask_bar" => Style { bg: None, ..style },
        _ => style,
    }
}
