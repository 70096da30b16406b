//! What the indicators are sorted by.

use std::cmp::Ordering;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The order of the list, that of the catalogue.
    #[default]
    Listed,
    /// The name.
    Name,
    /// How far from the usual, the furthest first.
    Unusual,
    /// The raw value, the largest first.
    Value,
    /// The oscillator, the highest first.
    Oscillator,
}

impl Sort {
    const ALL: [Self; 5] = [Self::Listed, Self::Name, Self::Unusual, Self::Value, Self::Oscillator];

    /// Its name in layouts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Name => "name",
            Self::Unusual => "z",
            Self::Value => "value",
            Self::Oscillator => "oscillator",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }

    /// The one so many further on.
    pub fn next(self, count: u32) -> Self {
        let at = Self::ALL.iter().position(|sort| *sort == self).unwrap_or(0);
        Self::ALL[(at + count as usize) % Self::ALL.len()]
    }
}

/// What of an indicator it can be sorted by.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// Its text form.
    pub id: &'a str,
    /// Its place in the list.
    pub place: usize,
    /// Its raw value.
    pub value: Option<f64>,
    /// Its z-score.
    pub z: Option<f64>,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// What by.
    pub by: Sort,
    /// The other way round.
    pub reverse: bool,
}

impl Order {
    /// By that, or the other way round when it already is.
    pub fn by(&mut self, by: Sort) {
        *self = Self { by, reverse: self.by == by && !self.reverse };
    }

    /// Which of two comes first. What has no figure comes last, whatever the direction.
    pub fn compare(self, a: &Key<'_>, b: &Key<'_>) -> Ordering {
        let turn = |order: Ordering| if self.reverse { order.reverse() } else { order };
        let largest = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => turn(b.total_cmp(&a)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        let order = match self.by {
            Sort::Listed => turn(a.place.cmp(&b.place)),
            Sort::Name => turn(a.id.cmp(b.id)),
            Sort::Unusual => largest(a.z.map(f64::abs), b.z.map(f64::abs)),
            Sort::Value => largest(a.value, b.value),
            // The oscillator rises with the score.
            Sort::Oscillator => largest(a.z, b.z),
        };
        order.then(a.place.cmp(&b.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_figure_is_last_either_way() {
        let key = |id, place, value, z| Key { id, place, value, z };
        let all = [
            key("ofi", 0, Some(-5.0), Some(-2.5)),
            key("tfi", 1, None, None),
            key("cvd", 2, Some(7.0), Some(1.0)),
            key("qi", 3, Some(0.1), None),
        ];
        let sorted = |by, reverse| {
            let mut keys = all.to_vec();
            keys.sort_by(|a, b| Order { by, reverse }.compare(a, b));
            keys.iter().map(|key| key.id).collect::<Vec<_>>()
        };
        assert_eq!(sorted(Sort::Listed, false), ["ofi", "tfi", "cvd", "qi"]);
        assert_eq!(sorted(Sort::Listed, true), ["qi", "cvd", "tfi", "ofi"]);
        assert_eq!(sorted(Sort::Name, false), ["cvd", "ofi", "qi", "tfi"]);
        assert_eq!(sorted(Sort::Unusual, false), ["ofi", "cvd", "tfi", "qi"]);
        assert_eq!(sorted(Sort::Oscillator, false), ["cvd", "ofi", "tfi", "qi"]);
        assert_eq!(sorted(Sort::Oscillator, true), ["ofi", "cvd", "tfi", "qi"]);
        assert_eq!(sorted(Sort::Value, true), ["ofi", "qi", "cvd", "tfi"]);
        assert!(Sort::ALL.into_iter().all(|sort| Sort::named(sort.name()) == Some(sort)));
        assert_eq!(Sort::Oscillator.next(1), Sort::Listed);
    }
}
