//! The contract of an indicator: what is known of it ([`Spec`]), how it is set up ([`Setup`]), what it is told ([`Flow`], [`Study`])
//! and what it answers ([`Reading`], or the [`Lack`] that keeps it from answering).
//!
//! Every indicator is a state machine of event time: the same events give the same readings, live, in a replay and in a backtest.
//! It has a raw value, a z-score over its own samples ([`ZScore`]) and an oscillator from 0 to 100 made of that.

mod flow;
mod over;
mod params;
mod reading;
mod spec;
mod study;
#[cfg(test)]
mod tests;
mod window;
mod zscore;

pub use flow::{Break, Cell, Flow, Moment};
pub use over::Over;
pub use params::{Params, Setup, SetupError};
pub use reading::{EXTRAS, Lack, Reading};
pub use spec::{Build, Extra, Needs, Param, Place, Range, Spec, Unit};
pub use study::Study;
pub use window::{Rolling, Sum, TimeWindow, Weighted};
pub use zscore::{LEAST_SAMPLES, WINDOW, ZScore, oscillator};
