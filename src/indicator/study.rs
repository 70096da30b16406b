//! Indicators of bars: the technical ones.

use super::Reading;
use crate::domain::Bar;
use std::fmt;

/// An indicator of bars.
pub trait Study: fmt::Debug + Send + Sync {
    /// Takes in a closed bar and gives the value there; `None` while warming up.
    fn on_bar(&mut self, bar: &Bar) -> Option<Reading>;

    /// The value if the bar closed as it stands now, without taking it in.
    fn preview(&self, bar: &Bar) -> Option<Reading> {
        self.boxed().on_bar(bar)
    }

    /// A copy.
    fn boxed(&self) -> Box<dyn Study>;
}

impl Clone for Box<dyn Study> {
    fn clone(&self) -> Self {
        self.boxed()
    }
}
