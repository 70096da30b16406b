//! How far a replay has to be at a moment of real time.

use crate::domain::Nanos;

/// Slowest speed.
pub const SLOWEST: f64 = 0.1;
/// Fastest speed short of as fast as it goes.
pub const FASTEST: f64 = 1_000.0;

/// Turns real time that has passed into engine time.
#[derive(Debug, Clone, Copy)]
pub struct Pacer {
    speed: f64,
    at: Nanos,
    /// What is left of a nanosecond.
    rest: f64,
}

impl Pacer {
    /// A pacer that stands at a moment.
    pub fn new(at: Nanos, speed: f64) -> Self {
        let mut pacer = Self { speed: 1.0, at, rest: 0.0 };
        pacer.set_speed(speed);
        pacer
    }

    /// Engine seconds per second; infinite for as fast as it goes.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Changes the speed: 0.1 to 1000, or infinite. What is no number changes nothing.
    pub fn set_speed(&mut self, speed: f64) {
        if speed == f64::INFINITY {
            self.speed = speed;
        } else if !speed.is_nan() {
            self.speed = speed.clamp(SLOWEST, FASTEST);
        }
    }

    /// Where the replay has to be after so much more real time.
    pub fn after(&mut self, elapsed: Nanos) -> Nanos {
        if self.speed.is_infinite() {
            return Nanos::MAX;
        }
        let passed = elapsed.0.max(0) as f64 * self.speed + self.rest;
        self.rest = passed.fract();
        self.at += Nanos(passed as i64);
        self.at
    }

    /// Stands at another moment: after a jump, or when the engine could not keep up.
    pub fn set(&mut self, at: Nanos) {
        self.at = at;
        self.rest = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_steps_add_up_to_large_ones() {
        let mut pacer = Pacer::new(Nanos::ZERO, 0.3);
        let end = (0..1_000).map(|_| pacer.after(Nanos(7))).last();
        assert_eq!(end, Some(Nanos(2_100)));
    }

    #[test]
    fn speeds_are_held_in_bounds() {
        let mut pacer = Pacer::new(Nanos::ZERO, f64::NAN);
        assert_eq!(pacer.speed(), 1.0);
        pacer.set_speed(1e9);
        assert_eq!(pacer.speed(), FASTEST);
        pacer.set_speed(f64::INFINITY);
        assert_eq!(pacer.after(Nanos(1)), Nanos::MAX);
    }
}
