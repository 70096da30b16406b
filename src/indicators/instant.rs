//! What all indicators of one moment share: they keep nothing and read what is there.

use crate::indicator::{Cell, Flow, Lack, Moment, Params, Reading};

/// Reads a moment.
#[derive(Debug, Clone)]
enum Read {
    Top(fn(&Moment<'_>) -> Result<Reading, Lack>),
    Book(fn(&Moment<'_>, &Params) -> Result<Reading, Lack>, Params),
}

/// An indicator that is a function of the moment.
#[derive(Debug, Clone)]
pub(super) struct Instant(Read);

impl Instant {
    /// Of the best bid and ask, which are known for every cell of the past.
    pub(super) fn of_top(read: fn(&Moment<'_>) -> Result<Reading, Lack>) -> Self {
        Self(Read::Top(read))
    }

    /// Of the book.
    pub(super) fn of_book(params: &Params, read: fn(&Moment<'_>, &Params) -> Result<Reading, Lack>) -> Self {
        Self(Read::Book(read, params.clone()))
    }
}

impl Flow for Instant {
    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        match &self.0 {
            Read::Top(read) => read(now),
            Read::Book(read, params) => read(now, params),
        }
    }

    fn recall(&mut self, _cell: &Cell) -> bool {
        matches!(self.0, Read::Top(_))
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
