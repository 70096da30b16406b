//! The catalogue and what is in it.

mod technical;
