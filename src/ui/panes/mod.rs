//! What fills a rectangle of the screen: one file or folder for each kind of pane.

pub mod chart;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod ladder;
pub mod reason;
pub mod replay;
pub mod tape;

use crate::app::commands::Command;
use crate::domain::Price;

/// The first key of a command, as a person reads it: `End`, `S`, `Ctrl-P`.
pub fn key_name(command: Command) -> String {
    let Some(key) = command.spec().and_then(|spec| spec.keys.first()) else { return String::new() };
    if key.chars().count() == 1 {
        return (*key).to_owned();
    }
    let mut name = String::with_capacity(key.len());
    let mut begins = true;
    for letter in key.chars() {
        name.push(if begins { letter.to_ascii_uppercase() } else { letter });
        begins = matches!(letter, '-' | ' ');
    }
    name
}

/// A price at so many decimals, shortened where that is wider than `width` cells.
pub(crate) fn price_text(price: Price, decimals: usize, width: u16) -> String {
    let text = format!("{price:.decimals$}");
    if text.len() <= usize::from(width) { text } else { super::widgets::figures::short(price.to_f64()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_as_on_the_keyboard() {
        assert_eq!(key_name(Command::ChartFollow), "End");
        assert_eq!(key_name(Command::ToggleFeed), "S");
        assert_eq!(key_name(Command::Suspend), "Ctrl-Z");
    }
}
