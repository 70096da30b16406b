//! When a spread is bought and sold by its z-score: a small machine of three states.
//!
//! It is the textbook rule (E. P. Chan, *Algorithmic Trading*, 2013, chapters 2 and 3): enter where the spread is far from its mean, leave
//! where it has come back, give up where it went further still.

use super::PairSetup;
use std::fmt;

/// What is held of the spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Signal {
    /// Nothing.
    #[default]
    Flat,
    /// The spread is bought: y bought, x sold.
    Long,
    /// The spread is sold: y sold, x bought.
    Short,
}

impl Signal {
    /// Its name in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Long => "long",
            Self::Short => "short",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What is done at a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Buy the spread: z has fallen to −entry.
    EnterLong,
    /// Sell the spread: z has risen to entry.
    EnterShort,
    /// Close it: z has come back.
    Exit,
    /// Close it at a loss: z went as far as the stop.
    Stop,
}

impl Mark {
    /// Its name in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EnterLong => "enter_long",
            Self::EnterShort => "enter_short",
            Self::Exit => "exit",
            Self::Stop => "stop",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The machine. One step a bar, at most one mark a step.
///
/// Flat: z ≥ entry sells, z ≤ −entry buys. Where |z| is at the stop already nothing begins, and after that, as after a stop, nothing
/// begins before |z| has been below the entry. Held: it ends when z comes to or crosses the exit (0.5 of a sale: z ≤ 0.5), else it is
/// given up when |z| reaches the stop on the side it began on. What has crossed to the other side ends first and may begin the other
/// way at the next bar. A bar without z changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    entry: f64,
    exit: f64,
    stop: f64,
    state: Signal,
    /// Set while nothing may begin, until |z| is below the entry.
    waits: bool,
}

impl Rule {
    /// Flat, with the thresholds of a setup.
    pub const fn new(setup: &PairSetup) -> Self {
        Self { entry: setup.entry, exit: setup.exit, stop: setup.stop, state: Signal::Flat, waits: false }
    }

    /// What is held.
    pub const fn signal(&self) -> Signal {
        self.state
    }

    /// Whether it waits for |z| below the entry before anything may begin again.
    pub const fn waits(&self) -> bool {
        self.waits
    }

    /// The next bar's z-score; what is done there.
    pub fn step(&mut self, z: Option<f64>) -> Option<Mark> {
        let z = z.filter(|z| z.is_finite())?;
        let (mark, state) = match self.state {
            Signal::Flat => self.begin(z)?,
            Signal::Long => (self.end(-z)?, Signal::Flat),
            Signal::Short => (self.end(z)?, Signal::Flat),
        };
        self.state = state;
        self.waits |= mark == Mark::Stop;
        Some(mark)
    }

    fn begin(&mut self, z: f64) -> Option<(Mark, Signal)> {
        if z.abs() < self.entry {
            self.waits = false;
            return None;
        }
        self.waits |= z.abs() >= self.stop;
        if self.waits {
            return None;
        }
        Some(if z > 0.0 { (Mark::EnterShort, Signal::Short) } else { (Mark::EnterLong, Signal::Long) })
    }

    /// `z` as seen from the side it began on: positive there.
    fn end(&self, z: f64) -> Option<Mark> {
        if z <= self.exit {
            Some(Mark::Exit)
        } else if z >= self.stop {
            Some(Mark::Stop)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks(zs: &[f64]) -> Vec<Option<Mark>> {
        let mut rule = Rule::new(&PairSetup { exit: 0.5, ..PairSetup::default() });
        zs.iter().map(|z| rule.step(Some(*z))).collect()
    }

    #[test]
    fn enters_far_out_and_leaves_where_it_has_come_back() {
        use Mark::{EnterLong, EnterShort, Exit};
        assert_eq!(marks(&[1.9, 2.0, 3.0, 0.6, 0.5, 0.0]), [None, Some(EnterShort), None, None, Some(Exit), None]);
        assert_eq!(marks(&[-1.9, -2.0, -0.6, 0.7]), [None, Some(EnterLong), None, Some(Exit)]);
        // Across to the other side in one bar: it ends, and begins the other way with the next.
        assert_eq!(marks(&[2.5, -4.5, -2.5]), [Some(EnterShort), Some(Exit), Some(EnterLong)]);
    }

    #[test]
    fn after_a_stop_it_waits_until_the_spread_was_calm() {
        use Mark::{EnterLong, EnterShort, Stop};
        assert_eq!(marks(&[2.5, 4.0, 3.0, -3.0, 1.9, 2.0]), [Some(EnterShort), Some(Stop), None, None, None, Some(EnterShort)]);
        assert_eq!(marks(&[-4.2, -3.0, 0.0, -3.0]), [None, None, None, Some(EnterLong)], "nothing begins at the stop");
    }

    proptest! {
        #[test]
        fn entries_and_ends_alternate(zs in proptest::collection::vec(prop_oneof![Just(f64::NAN), -6.0..6.0_f64], 0..200)) {
            let mut rule = Rule::new(&PairSetup::default());
            for z in zs {
                let before = rule.signal();
                let mark = rule.step(Some(z));
                let expected = match mark {
                    None => before,
                    Some(Mark::EnterLong) => Signal::Long,
                    Some(Mark::EnterShort) => Signal::Short,
                    Some(Mark::Exit | Mark::Stop) => Signal::Flat,
                };
                prop_assert_eq!(rule.signal(), expected);
                prop_assert!(mark.is_none() || (before == Signal::Flat) == matches!(mark, Some(Mark::EnterLong | Mark::EnterShort)));
            }
        }
    }
}
