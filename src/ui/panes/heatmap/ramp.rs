//! From a quantity to a colour or, without colours, to a glyph.

use crate::ui::theme::Theme;
use ratatui::style::Color;

/// Steps of the ramp; zero is nothing.
pub const STEPS: usize = 32;
/// Density without colours, from nothing to the most.
const DENSITY: [char; 5] = [' ', '░', '▒', '▓', '█'];
const DENSITY_ASCII: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];

/// A theme's colours from little to much.
#[derive(Debug, Clone)]
pub struct Ramp {
    /// The roles and the ground it was made from.
    made_of: [Option<Color>; 5],
    colours: [Color; STEPS + 1],
    coloured: bool,
}

impl Default for Ramp {
    fn default() -> Self {
        Self { made_of: [None; 5], colours: [Color::Reset; STEPS + 1], coloured: false }
    }
}

impl Ramp {
    /// Makes it anew where the theme is another one.
    pub fn take(&mut self, theme: &Theme) {
        let made_of = [theme.text.bg, theme.heat_1.fg, theme.heat_2.fg, theme.heat_3.fg, theme.heat_4.fg];
        if self.made_of == made_of {
            return;
        }
        self.made_of = made_of;
        self.colours = [theme.text.bg.unwrap_or(Color::Reset); STEPS + 1];
        self.coloured = made_of[1..].iter().all(Option::is_some);
        for (step, colour) in self.colours.iter_mut().enumerate().skip(1) {
            if let Some(mixed) = theme.heat((step - 1) as f64 / (STEPS - 1) as f64).fg {
                *colour = mixed;
            }
        }
    }

    /// Whether there are colours; else glyphs.
    pub const fn coloured(&self) -> bool {
        self.coloured
    }

    /// The colour of a step, 0 being the ground.
    #[inline]
    pub fn colour(&self, step: u8) -> Color {
        self.colours[usize::from(step).min(STEPS)]
    }

    /// The glyph of a step where there are no colours.
    pub fn glyph(step: u8, ascii: bool) -> char {
        let glyphs: &[char] = if ascii { &DENSITY_ASCII } else { &DENSITY };
        glyphs[(usize::from(step) * (glyphs.len() - 1)).div_ceil(STEPS).min(glyphs.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::fixtures::{dark, light, mono};
    use crate::ui::theme::{Depth, Look, Themes};

    fn ramp(theme: &Theme) -> Ramp {
        let mut ramp = Ramp::default();
        ramp.take(theme);
        ramp
    }

    #[test]
    fn it_runs_from_the_first_role_to_the_last() {
        for theme in [dark(), light()] {
            let ramp = ramp(&theme);
            assert_eq!(Some(ramp.colour(0)), theme.text.bg);
            assert_eq!(Some(ramp.colour(1)), theme.heat_1.fg);
            assert_eq!(Some(ramp.colour(STEPS as u8)), theme.heat_4.fg);
            assert!((1..STEPS as u8).all(|step| ramp.colour(step) != ramp.colour(step + 1)), "{}", theme.name);
        }
        assert!(!ramp(&mono()).coloured());
    }

    #[test]
    fn fewer_colours_are_the_nearest_there_are() {
        let with = |depth| Themes { folder: None, look: Look { depth, ascii: false } }.load("midnight").unwrap();
        let indexed = ramp(&with(Depth::Indexed));
        assert!((1..=STEPS as u8).all(|step| matches!(indexed.colour(step), Color::Indexed(16..))));
        let sixteen = with(Depth::Sixteen);
        let roles = [sixteen.heat_1, sixteen.heat_2, sixteen.heat_3, sixteen.heat_4];
        assert!((1..=STEPS as u8).all(|step| roles.iter().any(|role| role.fg == Some(ramp(&sixteen).colour(step)))));
        assert_eq!((Ramp::glyph(0, false), Ramp::glyph(1, false), Ramp::glyph(32, false)), (' ', '░', '█'));
        assert_eq!((Ramp::glyph(0, true), Ramp::glyph(32, true)), (' ', '@'));
    }
}
