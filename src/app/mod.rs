//! What the user is doing, without knowing how it is drawn: commands, keys, focus, layout, dialogs.

pub mod commands;
pub mod keymap;
