//! Replaying recordings on the screen: a pacer on a thread of its own, and copies of the engine to go back to.

mod pace;
pub mod player;
mod repeat;
mod session;
pub mod source;
#[cfg(test)]
mod tests;

pub use player::{Player, Progress};
pub use repeat::{Repeat, RepeatRequest};
pub use session::{Options, open};
pub use source::{Files, Source};
