//! The combinations of parameters that are tried.

use crate::domain::Money;
use crate::strategy::{Setup, SetupError};
use std::fmt;
use std::str::FromStr;

/// Combinations tried at once at most.
pub const MOST: usize = 10_000;

/// A parameter and the values it takes in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// The parameter's name.
    pub name: String,
    /// Its values, as text.
    pub values: Vec<String>,
}

/// A text that is no axis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}`: expected PARAMETER=FROM:TO:STEP such as fast=5:50:5, or PARAMETER=A,B such as short=false,true")]
pub struct AxisError(String);

impl FromStr for Axis {
    type Err = AxisError;

    fn from_str(text: &str) -> Result<Self, AxisError> {
        let error = || AxisError(text.chars().filter(|c| !c.is_control()).take(60).collect());
        let (name, values) = text.split_once('=').ok_or_else(error)?;
        let (name, values) = (name.trim(), values.trim());
        if name.is_empty() || values.is_empty() {
            return Err(error());
        }
        let values = if values.contains(':') {
            let mut parts = values.split(':').map(|part| part.trim().parse::<Money>());
            let mut next = || parts.next().and_then(Result::ok).ok_or_else(error);
            let (from, to) = (next()?, next()?);
            let step = next().unwrap_or(Money::ONE);
            if step <= Money::ZERO || from > to || values.split(':').count() > 3 || (to - from) / step >= Money::from(MOST) {
                return Err(error());
            }
            std::iter::successors(Some(from), |value| Some(*value + step))
                .take_while(|value| *value <= to)
                .map(|value| value.normalize().to_string())
                .collect()
        } else {
            values.split(',').map(|value| value.trim().to_owned()).collect::<Vec<_>>()
        };
        if values.iter().any(String::is_empty) {
            return Err(error());
        }
        Ok(Self { name: name.to_owned(), values })
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}={}", self.name, self.values.join(",")))
    }
}

/// A combination: the place on each axis, and the strategy so set.
#[derive(Debug, Clone)]
pub struct Combination {
    /// The value's place on each axis.
    pub places: Vec<usize>,
    /// The strategy.
    pub setup: Setup,
}

/// Why the combinations cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum GridError {
    /// A value that cannot be set.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Too many.
    #[error("{0} combinations are too many: at most {MOST}")]
    TooMany(usize),
    /// None of them goes together.
    #[error("none of the {count} combinations can be run: {first}")]
    None {
        /// How many.
        count: usize,
        /// What is wrong with the first.
        first: String,
    },
    /// A parameter is given twice.
    #[error("--grid {0} is given twice")]
    Twice(String),
}

/// Every combination that goes together, the last axis changing first, and how many do not.
///
/// # Errors
/// [`GridError`].
pub fn combinations(base: &Setup, axes: &[Axis]) -> Result<(Vec<Combination>, usize), GridError> {
    if let Some(twice) = axes.iter().enumerate().find(|(at, axis)| axes.iter().take(*at).any(|other| other.name == axis.name)) {
        return Err(GridError::Twice(twice.1.name.clone()));
    }
    let count = axes.iter().map(|axis| axis.values.len()).try_fold(1_usize, usize::checked_mul).unwrap_or(usize::MAX);
    if count > MOST {
        return Err(GridError::TooMany(count));
    }
    let (mut all, mut first) = (Vec::with_capacity(count), None);
    for number in 0..count {
        let mut left = number;
        let mut places = vec![0; axes.len()];
        for (place, axis) in places.iter_mut().zip(axes).rev() {
            *place = left % axis.values.len();
            left /= axis.values.len();
        }
        let mut setup = base.clone();
        for (axis, place) in axes.iter().zip(&places) {
            setup = setup.set(&axis.name, axis.values.get(*place).map_or("", String::as_str))?;
        }
        match setup.check() {
            Ok(()) => all.push(Combination { places, setup }),
            Err(error) => drop(first.get_or_insert(error.to_string())),
        }
    }
    if all.is_empty() {
        return Err(GridError::None { count, first: first.unwrap_or_default() });
    }
    let skipped = count - all.len();
    Ok((all, skipped))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(text: &str) -> Result<Vec<String>, AxisError> {
        text.parse::<Axis>().map(|axis| axis.values)
    }

    #[test]
    fn ranges_include_their_ends_and_are_exact() {
        assert_eq!(axis("fast=5:20:5").unwrap(), ["5", "10", "15", "20"]);
        assert_eq!(axis(" k = 0.1 : 0.5 : 0.1 ").unwrap(), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(axis("n=1:3").unwrap(), ["1", "2", "3"]);
        assert_eq!(axis("short=false,true").unwrap(), ["false", "true"]);
        for wrong in
            ["fast", "fast=", "=1:2", "fast=1:2:0", "fast=5:1:1", "fast=1:2:-1", "fast=1:2:1:1", "f=a:b", "f=1,,2", "f=0:1e9:1"]
        {
            assert!(axis(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_counted() {
        let base = Setup::of(crate::strategies::find("ma_cross").unwrap());
        let axes = ["fast=5:15:5".parse().unwrap(), "slow=10:20:10".parse().unwrap()];
        let (all, skipped) = combinations(&base, &axes).unwrap();
        let shown: Vec<_> = all.iter().map(|one| (one.places.clone(), one.setup.to_string())).collect();
        assert_eq!(skipped, 2);
        assert_eq!(shown[0], (vec![0, 0], "ma_cross(fast=5,slow=10)".to_owned()));
        assert_eq!(shown.len(), 4);
        let error = |axes: &[&str]| {
            let axes: Vec<Axis> = axes.iter().map(|axis| axis.parse().unwrap()).collect();
            combinations(&base, &axes).unwrap_err().to_string()
        };
        assert!(error(&["fsat=1:2:1"]).contains("fast"));
        assert!(error(&["fast=50:60:10", "slow=10:20:10"]).contains("none of the 4"));
        assert!(error(&["fast=1:200:1", "slow=1:200:1"]).contains("too many"));
        assert!(error(&["fast=1:2", "fast=1:2"]).contains("twice"));
    }
}
