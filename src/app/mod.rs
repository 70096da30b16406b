//! What the user is doing, without knowing how it is drawn: commands, keys, focus, layout, dialogs.

pub mod commands;
pub mod dialogs;
pub mod keymap;
pub mod layout;
pub mod panes;
pub mod toasts;
