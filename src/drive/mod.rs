//! What drives the engine: live sockets, replays. The only place with a wall clock, threads and a network.

pub mod clock;
pub mod replay;
pub mod view;
