//! What the user is doing, without knowing how it is drawn: commands, keys, focus, layout, dialogs, messages.
//!
//! [`App`] takes in keys and commands and answers with [`Effect`]s for what has to happen outside of it.

pub mod alerts;
mod answers;
pub mod blotter;
pub mod commands;
pub mod dialogs;
mod indicators;
pub mod keymap;
pub mod lab;
pub mod layout;
pub mod link;
pub mod moments;
mod openers;
pub mod pairs;
pub mod panes;
mod rearrange;
mod rebind;
pub mod replays;
mod runs;
mod state;
pub mod studies;
pub mod toasts;
pub mod trading;
pub mod zones;

pub use indicators::IndicatorAct;
pub use state::{App, Effect, Keep, LayoutRequest, Library, Options, RecordingFile, Shown, Source};
