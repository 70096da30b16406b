//! An indicator's samples in the columns of a chart, with the mean and standard deviation a z-score is made of at each of them.

use crate::domain::Nanos;
use crate::engine::snapshot::{FlowView, IndicatorView};
use crate::indicator::{LEAST_SAMPLES, WINDOW};
use std::collections::VecDeque;
use std::sync::Arc;

/// What one column of dots shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The least and the most sampled in it, and the last; `None` where nothing was.
    pub values: Option<(f64, f64, f64)>,
    /// Mean and standard deviation of the samples a z-score at its end is made of.
    pub usual: Option<(f64, f64)>,
}

/// What was worked out, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    id: Arc<str>,
    symbol: Arc<str>,
    newest: Nanos,
    len: usize,
    span: i64,
    columns: u16,
}

/// An indicator's samples in columns.
#[derive(Debug, Clone, Default)]
pub struct Course {
    key: Option<Key>,
    /// The columns, the oldest first.
    pub points: Vec<Point>,
    /// Every sample in view.
    pub values: Vec<f64>,
    /// When the first column begins, and how long one is.
    pub from: Nanos,
    /// How long a column is.
    pub length: Nanos,
}

impl Course {
    /// Works out so many columns that show about `span` up to the newest sample, unless that is done already.
    pub fn update(&mut self, symbol: &str, flow: &FlowView, row: &IndicatorView, span: Nanos, columns: u16) {
        let Some(&newest) = flow.times.last() else {
            *self = Self::default();
            return;
        };
        let same = self.key.as_ref().is_some_and(|key| {
            *key.id == *row.id
                && *key.symbol == *symbol
                && (key.newest, key.len, key.span, key.columns) == (newest, flow.len(), span.0, columns)
        });
        if same || columns == 0 {
            return;
        }
        self.key = Some(Key { id: Arc::clone(&row.id), symbol: symbol.into(), newest, len: flow.len(), span: span.0, columns });
        let every = flow.every.0.max(1);
        let samples = (span.0 / every).div_euclid(i64::from(columns)) + i64::from(span.0 / every % i64::from(columns) > 0);
        self.length = Nanos(samples.max(1).saturating_mul(every));
        // A sample at a column's end is the last of it. Columns begin at whole multiples of their length.
        let place = |at: Nanos| (at.0 - 1).div_euclid(self.length.0);
        let first = place(newest) - i64::from(columns) + 1;
        self.from = Nanos(first.saturating_mul(self.length.0));
        self.points.clear();
        self.points.resize(usize::from(columns), Point { values: None, usual: None });
        self.values.clear();
        let begin = flow.position(self.from).map_or(0, |before| before + 1);
        let mut window = Window::default();
        // Samples without a value do not count: looking back a while longer finds enough of the others.
        (begin.saturating_sub(WINDOW * 2)..begin).filter_map(|index| flow.value(row, index)).for_each(|value| window.push(value));
        for index in begin..flow.len() {
            let Some(at) = flow.times.get(index) else { continue };
            let Some(point) = usize::try_from(place(*at) - first).ok().and_then(|place| self.points.get_mut(place)) else {
                continue;
            };
            let Some(value) = flow.value(row, index) else { continue };
            window.push(value);
            self.values.push(value);
            point.values = Some(match point.values {
                None => (value, value, value),
                Some((least, most, _)) => (least.min(value), most.max(value), value),
            });
            point.usual = window.usual();
        }
    }

    /// The column of a moment; `None` outside of those there are.
    pub fn column(&self, at: Nanos) -> Option<u16> {
        let place = (at.0 - self.from.0).checked_div(self.length.0).filter(|_| at >= self.from)?;
        u16::try_from(place).ok().filter(|place| usize::from(*place) < self.points.len())
    }

    /// When a column ends.
    pub fn end(&self, column: u16) -> Nanos {
        self.from + Nanos(self.length.0.saturating_mul(i64::from(column) + 1))
    }

    /// Least and most of what is to be seen: the values, and what is usual as far as it is not much more than they are.
    pub fn extent(&self) -> Option<(f64, f64)> {
        let ends = |pairs: &mut dyn Iterator<Item = (f64, f64)>| {
            pairs.reduce(|(low, high), (least, most)| (low.min(least), high.max(most)))
        };
        let (low, high) = ends(&mut self.points.iter().filter_map(|point| point.values.map(|(least, most, _)| (least, most))))?;
        let usual = |point: &Point| point.usual.map(|(mean, sd)| (mean - 2.0 * sd, mean + 2.0 * sd));
        let room = (high - low).max(1e-12) * 0.4;
        let (below, above) = ends(&mut self.points.iter().filter_map(usual)).unwrap_or((low, high));
        Some((low.min(below.max(low - room)), high.max(above.min(high + room))))
    }
}

/// The last samples, with their sum and sum of squares around the first.
#[derive(Default)]
struct Window {
    values: VecDeque<f64>,
    centre: f64,
    sum: f64,
    squares: f64,
}

impl Window {
    fn push(&mut self, value: f64) {
        if self.values.is_empty() {
            self.centre = value;
        }
        if self.values.len() == WINDOW
            && let Some(old) = self.values.pop_front()
        {
            let old = old - self.centre;
            self.sum -= old;
            self.squares -= old * old;
        }
        let distance = value - self.centre;
        self.sum += distance;
        self.squares += distance * distance;
        self.values.push_back(value);
    }

    fn usual(&self) -> Option<(f64, f64)> {
        if self.values.len() < LEAST_SAMPLES {
            return None;
        }
        let count = self.values.len() as f64;
        let mean = self.sum / count;
        let sd = ((self.squares - self.sum * mean) / (count - 1.0)).max(0.0).sqrt();
        (mean.is_finite() && sd.is_finite()).then_some((self.centre + mean, sd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_usual_is_the_mean_and_deviation_of_the_window(
            values in proptest::collection::vec(-1e6_f64..1e6, LEAST_SAMPLES..700),
        ) {
            let mut window = Window::default();
            for value in &values {
                window.push(*value);
            }
            let last = &values[values.len().saturating_sub(WINDOW)..];
            let mean = last.iter().sum::<f64>() / last.len() as f64;
            let sd = (last.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (last.len() as f64 - 1.0)).sqrt();
            let (own, deviation) = window.usual().unwrap();
            prop_assert!((own - mean).abs() < 1e-3 && (deviation - sd).abs() < 1e-3, "{own} {mean} {deviation} {sd}");
        }
    }
}
