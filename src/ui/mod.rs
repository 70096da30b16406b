//! Drawing, keys and the mouse. Nothing here decides what is true; it shows a [`crate::drive::view::View`].

pub mod pane;
pub mod panes;
pub mod theme;
pub mod widgets;
