//! Drawing, keys and the mouse. Nothing here decides what is true; it shows a [`crate::drive::view::View`].

mod backtests;
mod calls;
mod choices;
pub mod frame;
mod inbox;
pub mod keys;
pub mod pane;
pub mod panes;
pub mod reload;
pub mod run;
pub mod screen;
pub mod screenshot;
mod signals;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod widgets;

/// Columns of the terminal this program runs in, where there is one.
pub fn terminal_columns() -> Option<usize> {
    crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns))
}
