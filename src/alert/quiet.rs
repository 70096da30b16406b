//! Within which values of one input an expression that is false stays so, whatever the others do.

use super::memory::Memory;
use super::program::{Comparison, Operand, Program, Step};

/// As long as an input's value is from `low` to `high`, a check finds the expression false and remembers nothing new.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quiet {
    /// Position of the input.
    pub input: usize,
    /// Its least value.
    pub low: f64,
    /// Its greatest value.
    pub high: f64,
    /// The inputs that these limits are made of, a bit for each: when one of them changes, they hold no more.
    pub depends: u32,
}

impl Program {
    /// For an expression that the last check found false, with these values: one comparison of an input that alone keeps it
    /// false; `None` where there is no such.
    pub(super) fn quiet(&self, memory: &Memory, value: impl Fn(usize) -> f64) -> Option<Quiet> {
        if let [Step::Cross { above, left: Operand::Input(input), right: Operand::Constant(limit), .. }] = *self.steps.as_slice()
        {
            let now = value(input);
            let beyond = if above { Comparison::Greater } else { Comparison::Less };
            // On either side it can stay: from beyond the limit it has to come back first.
            let side = if beyond.check(now, limit) == 1.0 { beyond } else { beyond.opposite()? };
            return held(input, side, (limit, 0), now);
        }
        if self.crossings > 0 || !self.movements.is_empty() {
            // What remembers has to see every check.
            return None;
        }
        self.false_part(self.root, memory, &value)
    }

    fn false_part(&self, operand: Operand, memory: &Memory, value: &impl Fn(usize) -> f64) -> Option<Quiet> {
        let Operand::Step(index) = operand else { return None };
        match *self.steps.get(index)? {
            Step::Compare(how, Operand::Input(input), limit) => {
                let limit = self.limit(limit, memory, value).filter(|(_, depends)| depends & bit(input) == 0)?;
                held(input, how.opposite()?, limit, value(input))
            }
            Step::And(left, right) => self.false_part(left, memory, value).or_else(|| self.false_part(right, memory, value)),
            _ => None,
        }
    }

    /// What an input is compared with, as the last check found it, and the inputs it is made of.
    fn limit(&self, operand: Operand, memory: &Memory, value: &impl Fn(usize) -> f64) -> Option<(f64, u32)> {
        match operand {
            Operand::Constant(limit) => Some((limit, 0)),
            Operand::Input(input) => Some((value(input), bit(input))),
            Operand::Step(index) => Some((*memory.slots.get(index)?, self.inputs_of(operand))),
        }
    }

    fn inputs_of(&self, operand: Operand) -> u32 {
        match operand {
            Operand::Constant(_) => 0,
            Operand::Input(input) => bit(input),
            // Steps only read earlier ones.
            Operand::Step(index) => match self.steps.get(index) {
                Some(Step::Negate(of) | Step::Not(of) | Step::Move { of, .. }) => self.inputs_of(*of),
                Some(
                    Step::Arithmetic(_, left, right)
                    | Step::Compare(_, left, right)
                    | Step::And(left, right)
                    | Step::Or(left, right)
                    | Step::Cross { left, right, .. },
                ) => self.inputs_of(*left) | self.inputs_of(*right),
                None => 0,
            },
        }
    }
}

impl Comparison {
    /// The one that holds where this one does not; `None` for those of equality, which hold on both sides of a value or on none.
    const fn opposite(self) -> Option<Self> {
        match self {
            Self::Less => Some(Self::GreaterOrEqual),
            Self::LessOrEqual => Some(Self::Greater),
            Self::Greater => Some(Self::LessOrEqual),
            Self::GreaterOrEqual => Some(Self::Less),
            Self::Equal | Self::NotEqual => None,
        }
    }
}

/// The bit of an input; all of them for one beyond those there can be.
fn bit(input: usize) -> u32 {
    u32::try_from(input).ok().and_then(|input| 1_u32.checked_shl(input)).unwrap_or(u32::MAX)
}

/// The values that a comparison holds for, where it does now. `limit` comes with the inputs it is made of.
fn held(input: usize, how: Comparison, (limit, depends): (f64, u32), now: f64) -> Option<Quiet> {
    let (low, high) = match how {
        Comparison::Less => (f64::NEG_INFINITY, limit.next_down()),
        Comparison::LessOrEqual => (f64::NEG_INFINITY, limit),
        Comparison::Greater => (limit.next_up(), f64::INFINITY),
        Comparison::GreaterOrEqual => (limit, f64::INFINITY),
        Comparison::Equal | Comparison::NotEqual => return None,
    };
    (how.check(now, limit) == 1.0).then_some(Quiet { input, low: low.max(f64::MIN), high: high.min(f64::MAX), depends })
}

#[cfg(test)]
mod tests {
    use crate::alert::parse;
    use crate::domain::Nanos;
    use proptest::prelude::*;

    const EXPRESSIONS: [&str; 15] = [
        "price > mid * 2",
        "price < mid + bid && mid < 7",
        "price > price * 2 - mid",
        "price > 5",
        "price >= 5",
        "price < 5",
        "5 >= price",
        "price > 5 && mid < 3 for 5s",
        "mid > 6 && (price > 5 && bid < 9)",
        "price crosses above 5",
        "price crosses below 5",
        "price crosses above 5 for 3s",
        "price > 5 || mid < 3",
        "price moves 10% in 5s && mid > 4",
        "!(price > 5)",
    ];

    proptest! {
        /// Checks that are left out while an expression is quiet change no later one.
        #[test]
        fn what_is_quiet_need_not_be_checked(
            which in 0..EXPRESSIONS.len(),
            steps in proptest::collection::vec((0_usize..3, prop_oneof![Just(f64::NAN), (0_u32..10).prop_map(f64::from)]), 1..80),
        ) {
            let expression = parse(EXPRESSIONS[which]).unwrap();
            let (mut all, mut some) = (expression.memory(), expression.memory());
            let mut values = [f64::NAN; 3];
            let mut quiet: Option<super::Quiet> = None;
            for (second, (input, value)) in steps.into_iter().enumerate() {
                values[input] = value;
                let at = Nanos::from_secs(second as i64);
                let value = |input: usize| values[input % 3];
                let plain = expression.check(&mut all, at, value);
                let changed = quiet.is_some_and(|quiet| quiet.depends & (1 << input) != 0);
                if let Some(quiet) = quiet && !changed && value(quiet.input) >= quiet.low && value(quiet.input) <= quiet.high {
                    prop_assert_eq!(plain, Some(false), "{} {:?}", EXPRESSIONS[which], values);
                    continue;
                }
                let checked = expression.check(&mut some, at, value);
                prop_assert_eq!(plain, checked, "{} {:?}", EXPRESSIONS[which], values);
                quiet = if checked == Some(false) { expression.quiet(&some, value) } else { None };
            }
        }
    }

    #[test]
    fn most_alerts_are_quiet_most_of_the_time() {
        let quiet = |text: &str, value: f64| {
            let expression = parse(text).unwrap();
            let mut memory = expression.memory();
            expression.check(&mut memory, Nanos::ZERO, |_| value);
            expression.quiet(&memory, |_| value).map(|quiet| (quiet.low, quiet.high))
        };
        assert_eq!(quiet("price > 5", 4.0), Some((f64::MIN, 5.0)));
        assert_eq!(quiet("price < 5", 5.0), Some((5.0, f64::MAX)));
        assert_eq!(quiet("price crosses above 5", 6.0), Some((5.0_f64.next_up(), f64::MAX)));
        assert_eq!(quiet("price crosses above 5", f64::NAN), None);
        assert_eq!(quiet("price == 5", 4.0), None);
        assert_eq!(quiet("price > 5 || mid < 3", 4.0), None);
        assert_eq!(quiet("price moves 1% in 5s", 4.0), None);
    }
}
