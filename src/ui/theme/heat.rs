//! The heatmap's ramp.

use super::colour::contrast;
use super::{Theme, rgb};
use ratatui::style::{Color, Modifier, Style};

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

impl Theme {
    /// The ground of a figure from −1 to 1 and the colour written on it: `down` at −1, none at 0, `up` at 1, mixed with the screen's
    /// own ground where that is known and the terminal has colours enough. Else the figure itself is styled: its colour tells the side,
    /// bold and dim how far it is.
    pub fn signed_heat(&self, value: f64) -> Style {
        /// How much of the ground's colour stays at the ends.
        const DEEPEST: f64 = 0.65;
        let value = if value.is_finite() { value.clamp(-1.0, 1.0) } else { 0.0 };
        let side = if value < 0.0 { self.down } else { self.up };
        if self.depth >= super::Depth::Indexed
            && let (Some(ground), Some(full), Some(ink)) =
                (self.text.bg.and_then(rgb), side.fg.and_then(rgb), self.bright.fg.or(self.text.fg))
        {
            let shown = |colour: Color| self.depth.colour(colour).unwrap_or(colour);
            let (bg, ink, own) = (shown(mix(ground, full, value.abs() * DEEPEST)), shown(ink), shown(mix(ground, ground, 0.0)));
            let fg = if contrast(ink, bg) >= contrast(own, bg) { ink } else { own };
            return Style::new().fg(fg).bg(bg);
        }
        // Where a side has no colour its other attributes would say how far, and wrongly.
        let side = side.fg.map_or(Style::new(), |fg| Style::new().fg(fg));
        match value.abs() {
            far if far >= 0.7 => side.add_modifier(Modifier::BOLD),
            far if far >= 0.3 => side,
            _ => self.dim,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Depth, SHIPPED, Themes};
    use super::*;

    #[test]
    fn figures_can_be_read_on_every_ground() {
        for (name, _) in SHIPPED {
            for depth in [Depth::True, Depth::Indexed, Depth::Sixteen, Depth::None] {
                let mut theme = Themes::default().load(name).unwrap();
                theme.depth = depth;
                let mut least = f64::INFINITY;
                for hundredth in -100..=100 {
                    let style = theme.signed_heat(f64::from(hundredth) / 100.0);
                    if let (Some(fg), Some(bg)) = (style.fg, style.bg) {
                        least = least.min(contrast(fg, bg));
                    }
                }
                assert!(least >= 3.0, "{name} {depth:?}: {least}");
            }
        }
    }

    #[test]
    fn the_ends_differ_and_the_middle_is_the_screens_own() {
        let theme = Theme::midnight();
        let ground = |value: f64| theme.signed_heat(value).bg;
        assert_ne!(ground(-1.0), ground(1.0));
        assert_eq!(ground(0.0), theme.text.bg);
        assert_eq!(ground(f64::NAN), theme.text.bg);
    }
}
