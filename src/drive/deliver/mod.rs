//! Delivery of alerts outside the program: from the outbox, by channels that may be slow or down, without ever holding up the engine.

mod attempt;
mod command;
mod deliverer;
mod desktop;
mod mail;
mod message;
mod plan;
mod process;
mod setup;
pub mod terminal;
#[cfg(test)]
mod tls_tests;
mod view;
mod webhook;

pub use attempt::{Attempt, Sender};
pub use command::CommandSender;
pub use deliverer::{Deliverer, Waker};
pub use desktop::Desktop;
pub use mail::Mail;
pub use message::{Message, line};
pub use plan::Limits;
pub use setup::Setup;
pub use view::{ChannelView, Last, View};
pub use webhook::Webhook;
