//! The stretch of a recording that is played again and again.

use crate::domain::Nanos;

/// What the user asks of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatRequest {
    /// It begins where the replay stands.
    Start,
    /// It ends where the replay stands.
    End,
    /// Repeat, or play on beyond its end.
    Toggle,
    /// There is none.
    Clear,
}

/// The stretch between A and B. It takes both to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repeat {
    /// Its beginning, A.
    pub from: Option<Nanos>,
    /// Its end, B; always after A.
    pub to: Option<Nanos>,
    /// Whether B leads back to A.
    pub on: bool,
}

impl Repeat {
    /// Does what the user asks, with the replay at a moment.
    pub fn answer(&mut self, request: RepeatRequest, at: Nanos) {
        match request {
            RepeatRequest::Start => {
                self.from = Some(at);
                // An end that lies before is none of this beginning.
                self.to = self.to.filter(|to| *to > at);
                self.on = self.to.is_some();
            }
            RepeatRequest::End => {
                self.to = Some(at);
                self.from = self.from.filter(|from| *from < at);
                self.on = self.from.is_some();
            }
            RepeatRequest::Toggle => self.on = !self.on && self.from.is_some() && self.to.is_some(),
            RepeatRequest::Clear => *self = Self::default(),
        }
    }

    /// From where to where it repeats, if it does.
    pub fn active(&self) -> Option<(Nanos, Nanos)> {
        self.from.zip(self.to).filter(|_| self.on)
    }

    /// The beginning to go back to, and the end to stop at first, when the replay is to run from `at` to `to`. A replay that
    /// stands beyond the end plays on: the user has gone there.
    pub fn ends_before(&self, at: Nanos, to: Nanos) -> Option<(Nanos, Nanos)> {
        self.active().filter(|(_, end)| at <= *end && to >= *end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_two_ends() {
        let at = Nanos::from_secs;
        let mut repeat = Repeat::default();
        repeat.answer(RepeatRequest::Toggle, at(1));
        assert_eq!(repeat, Repeat::default());
        repeat.answer(RepeatRequest::Start, at(10));
        assert_eq!(repeat.active(), None);
        repeat.answer(RepeatRequest::End, at(20));
        assert_eq!(repeat.active(), Some((at(10), at(20))));
        assert_eq!(repeat.ends_before(at(15), at(19)), None);
        assert_eq!(repeat.ends_before(at(15), at(21)), Some((at(10), at(20))));
        assert_eq!(repeat.ends_before(at(21), at(22)), None);
        repeat.answer(RepeatRequest::Toggle, at(15));
        assert_eq!((repeat.active(), repeat.to), (None, Some(at(20))));
        // An end before the beginning takes the beginning away.
        repeat.answer(RepeatRequest::End, at(5));
        assert_eq!((repeat.from, repeat.to, repeat.on), (None, Some(at(5)), false));
    }

    proptest! {
        #[test]
        fn b_is_after_a_whatever_is_asked(asked in proptest::collection::vec((0_u8..4, 0_i64..50), 0..40)) {
            let mut repeat = Repeat::default();
            for (what, at) in asked {
                let request = [RepeatRequest::Start, RepeatRequest::End, RepeatRequest::Toggle, RepeatRequest::Clear][usize::from(what)];
                repeat.answer(request, Nanos::from_secs(at));
                prop_assert!(repeat.from.zip(repeat.to).is_none_or(|(from, to)| from < to));
                prop_assert!(!repeat.on || repeat.active().is_some());
            }
        }
    }
}
