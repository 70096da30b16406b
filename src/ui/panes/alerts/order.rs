//! What the alerts are sorted by.

use super::words::{self, Stand};
use crate::domain::Nanos;
use crate::engine::AlertView;
use std::cmp::Ordering;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The order in which they were set.
    #[default]
    Set,
    /// What they are doing: pending, triggered, armed, then those that wait for the user.
    State,
    /// The symbol.
    Symbol,
    /// How far the price is from their level, the nearest first.
    Distance,
    /// How often they fired, the most often first.
    Fired,
    /// When they fired last, the latest first.
    Last,
}

impl Sort {
    const ALL: [Self; 6] = [Self::Set, Self::State, Self::Symbol, Self::Distance, Self::Fired, Self::Last];

    /// Its name in layouts and titles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::State => "state",
            Self::Symbol => "symbol",
            Self::Distance => "distance",
            Self::Fired => "fired",
            Self::Last => "last",
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

/// What of an alert it is sorted by.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Key {
    Rank(u8),
    Figure(Option<f64>),
    Text(crate::domain::Symbol),
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

    /// Puts alerts, which come by number, in this order. What has no figure comes last, whatever the direction.
    pub fn sort(self, alerts: &mut Vec<&AlertView>, now: Nanos) {
        let key = |view: &AlertView| match self.by {
            Sort::Set => Key::Rank(0),
            Sort::State => Key::Rank(Stand::of(view, now).rank()),
            Sort::Symbol => Key::Text(view.symbol),
            Sort::Distance => Key::Figure(words::distance(view).map(|(_, away)| -away.abs())),
            Sort::Fired => Key::Figure(Some(view.state.fired as f64)),
            Sort::Last => Key::Figure(view.state.last.map(|at| at.0 as f64)),
        };
        if self.by == Sort::Set {
            if self.reverse {
                alerts.reverse();
            }
            return;
        }
        // Each key is worked out once.
        let mut keyed: Vec<(Key, &AlertView)> = alerts.drain(..).map(|view| (key(view), view)).collect();
        let turn = |order: Ordering| if self.reverse { order.reverse() } else { order };
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (Key::Rank(a), Key::Rank(b)) => turn(a.cmp(b)),
            (Key::Text(a), Key::Text(b)) => turn(a.cmp(b)),
            (Key::Figure(Some(a)), Key::Figure(Some(b))) => turn(b.total_cmp(a)),
            (Key::Figure(a), Key::Figure(b)) => b.is_some().cmp(&a.is_some()),
            _ => Ordering::Equal,
        });
        alerts.extend(keyed.into_iter().map(|(_, view)| view));
    }
}
