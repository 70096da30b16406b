//! The whole screen over the bundled recording: pictures of every workspace, and a monkey at the keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod monkey;
mod pictures;
mod views;
