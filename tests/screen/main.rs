//! The whole screen over the bundled recording: a monkey at the keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod monkey;
mod views;
