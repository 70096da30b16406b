//! Live sessions against servers on loopback: the demo exchange, and one written here that misbehaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod demo;
mod demo_protocol;
mod faults;
mod handover;
mod market;
mod rest_faults;
mod server;
mod watch;
