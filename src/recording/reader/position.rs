//! A place between two lines of a file, to go on from later.

use super::bars::BarPolicy;
use super::lines::Lines;
use super::state::{Order, State};
use crate::domain::Nanos;
use crate::recording::line::LineContext;
use crate::recording::source::{Member, Start};

/// The place of a line in a recording and all that is known there from the lines before. It holds for one file as long as
/// that file is only added to.
#[derive(Debug, Clone)]
pub struct Position {
    pub(super) start: Start,
    pub(super) line: u64,
    context: LineContext,
    bars: BarPolicy,
    order: Order,
}

impl Position {
    pub(super) fn new(lines: &Lines, state: &State) -> Self {
        Self {
            start: lines.place(),
            line: lines.number,
            context: state.context.clone(),
            bars: state.bars.clone(),
            order: state.order,
        }
    }

    pub(super) fn state(&self) -> State {
        let mut state = State::new(self.context.clone(), self.bars.clone());
        state.order = self.order;
        state
    }

    /// Lines before it.
    pub const fn lines(&self) -> u64 {
        self.line
    }

    /// Inputs before it.
    pub const fn inputs(&self) -> u64 {
        self.order.seq
    }

    /// The time of the last input before it; the least there is when there was none.
    pub const fn at(&self) -> Nanos {
        self.order.last_at
    }

    /// The member that is inflated from to get there.
    pub const fn member(&self) -> Member {
        self.start.member
    }
}
