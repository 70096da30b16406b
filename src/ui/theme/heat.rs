//! The heatmap's ramp.

use super::{Theme, rgb};
use ratatui::style::{Color, Style};

impl Theme {
    /// The colour of the heatmap's ramp at a share of its length, 0 to 1, as the terminal can show it. Between the four roles
    /// colours are mixed where the terminal has enough of them; with few, or where a role is no colour, the nearest role is it.
    pub fn heat(&self, share: f64) -> Style {
        let stops = [self.heat_1, self.heat_2, self.heat_3, self.heat_4];
        let at = if share.is_finite() { share.clamp(0.0, 1.0) * 3.0 } else { 0.0 };
        let (from, to) = (at.floor() as usize, (at.floor() as usize + 1).min(3));
        let part = at - at.floor();
        let near = stops[if part < 0.5 { from } else { to }];
        if self.depth < super::Depth::Indexed {
            return near;
        }
        match (stops[from].fg.and_then(rgb), stops[to].fg.and_then(rgb)) {
            (Some(a), Some(b)) => self.depth.style(Style { fg: Some(mix(a, b, part)), ..near }),
            _ => near,
        }
    }
}

fn mix(a: (u8, u8, u8), b: (u8, u8, u8), share: f64) -> Color {
    let part = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    Color::Rgb(part(a.0, b.0), part(a.1, b.1), part(a.2, b.2))
}
