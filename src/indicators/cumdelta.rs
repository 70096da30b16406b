//! Cumulative delta of bars.

use super::delta;
use super::studies::study;
use crate::domain::{Bar, Nanos};
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};

/// Cumulative delta of bars.
pub const SPEC: Spec = Spec {
    name: "cumdelta",
    title: "Cumulative delta of bars",
    about: "The deltas of the bars added up: whether takers' buying goes with the price. Over loaded history too, where `cvd` needs trades.",
    formula: "Σ delta of the bars so far, anew at every multiple of `hours` since 1970 (UTC)",
    source: "",
    unit: Unit::Base,
    range: Range::SIGNED,
    needs: Needs::NOTHING,
    warm_up: "the first bar that tells who bought; its level depends on where the bars begin",
    across_gaps: "begins anew after a bar that does not tell who bought",
    params: &[Param::whole("hours", "hours after which it begins anew: 24 every day, or never", 0, 1, 168).or("never")],
    extras: &[],
    place: Place::Beneath,
    build: Build::Bars(|params| {
        let state = Cumulative { length: Nanos::from_secs(3_600 * params.whole(0) as i64), session: 0, sum: 0.0 };
        study(Some(state), Cumulative::next)
    }),
};

#[derive(Debug, Clone)]
struct Cumulative {
    /// Zero for one that never begins anew.
    length: Nanos,
    session: i64,
    sum: f64,
}

impl Cumulative {
    fn next(&mut self, bar: &Bar) -> Option<Reading> {
        let session = bar.start.0.checked_div_euclid(self.length.0).unwrap_or_default();
        if std::mem::replace(&mut self.session, session) != session {
            self.sum = 0.0;
        }
        match delta::known(bar) {
            Some(delta) => self.sum += delta,
            None => self.sum = 0.0,
        }
        delta::known(bar).and_then(|_| Reading::new(self.sum))
    }
}
