//! What an indicator answers.

use crate::domain::Nanos;
use std::fmt;
use std::sync::Arc;

/// Values an indicator can give beside the raw one.
pub const EXTRAS: usize = 4;

/// An indicator's values at one moment: all finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    value: f64,
    /// NaN where there is none; never handed out.
    extras: [f64; EXTRAS],
}

impl Reading {
    /// A raw value; `None` for one that is not finite.
    pub fn new(value: f64) -> Option<Self> {
        Self::with(value, &[])
    }

    /// A raw value with others in the order of [`super::Spec::extras`]; those not finite are left out, and `None` when the raw
    /// value is not finite.
    pub fn with(value: f64, others: &[f64]) -> Option<Self> {
        let mut extras = [f64::NAN; EXTRAS];
        for (place, other) in extras.iter_mut().zip(others) {
            *place = if other.is_finite() { *other } else { f64::NAN };
        }
        // Adding zero turns −0 into 0: it would be written with a sign that says nothing.
        value.is_finite().then_some(Self { value: value + 0.0, extras })
    }

    /// The raw value.
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// Another value by its position in [`super::Spec::extras`].
    pub fn extra(&self, index: usize) -> Option<f64> {
        self.extras.get(index).copied().filter(|extra| extra.is_finite())
    }

    /// The other values as kept in a history: NaN where there is none.
    pub(crate) const fn packed(&self) -> [f64; EXTRAS] {
        self.extras
    }
}

/// Why an indicator has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// Nothing of what it needs has come yet.
    Waiting(&'static str),
    /// It has seen too little so far: how much, of how much, of what.
    WarmingUp(usize, usize, &'static str),
    /// The venue does not have what it needs.
    Absent(&'static str),
    /// The book cannot be believed since that moment; why.
    BookLost(Nanos, Arc<str>),
    /// The connection that carries what it needs is down since that moment.
    LinkDown(Nanos, &'static str),
    /// There is nothing to divide by.
    Undefined(&'static str),
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |at: &Nanos| {
            let text = at.rfc3339();
            text.get(11..19).unwrap_or(&text).to_owned()
        };
        match self {
            Self::Waiting(what) => write!(f, "waiting for {what}"),
            Self::WarmingUp(have, need, what) => write!(f, "warming up {have}/{need} {what}"),
            Self::Absent(what) | Self::Undefined(what) => f.write_str(what),
            Self::BookLost(since, _) => write!(f, "book out of sync since {}", clock(since)),
            Self::LinkDown(since, what) => write!(f, "{what} lost since {}", clock(since)),
        }
    }
}
