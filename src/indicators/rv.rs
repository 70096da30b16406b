//! Realised volatility.

use crate::book::Top;
use crate::domain::Nanos;
use crate::indicator::{Build, Cell, Flow, Lack, Moment, Needs, Param, Params, Place, Range, Reading, Rolling, Spec, Unit};

/// Realised volatility.
pub const SPEC: Spec = Spec {
    name: "rv",
    title: "Realised volatility",
    about: "How much the middle has been moving, as a year's standard deviation: 0.8 is 80 % a year.",
    formula: "sd (n − 1) of the 1 s log returns of the middle over the window · √(365·86400)",
    source: "",
    unit: Unit::PerYear,
    range: Range::POSITIVE,
    needs: Needs::TOP,
    warm_up: "two returns",
    across_gaps: "no return is taken across the gap; those before it stay",
    params: &[Param::whole("window", "one-second returns looked back over", 300, 2, 86_400)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Rv::new(params))),
};

/// Seconds of a year of 365 days.
const YEAR: f64 = 365.0 * 86_400.0;

#[derive(Debug, Clone)]
struct Rv {
    returns: Rolling<f64>,
    before: Option<f64>,
    /// As of the last completed second.
    reading: Option<Reading>,
}

impl Rv {
    fn new(params: &Params) -> Self {
        Self { returns: Rolling::new(params.whole(0).max(2)), before: None, reading: None }
    }

    fn second(&mut self, mid: Option<f64>) {
        let mid = mid.filter(|mid| *mid > 0.0);
        if let (Some(before), Some(mid)) = (self.before, mid) {
            self.returns.push((mid / before).ln());
            self.reading = deviation(&self.returns).and_then(|sd| Reading::new(sd * YEAR.sqrt()));
        }
        self.before = mid;
    }
}

/// Standard deviation with n − 1, worked out anew each second, so that it cannot drift.
fn deviation(values: &Rolling<f64>) -> Option<f64> {
    let count = values.len();
    if count < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / count as f64;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some((squares / (count - 1) as f64).sqrt())
}

impl Flow for Rv {
    fn on_second(&mut self, _end: Nanos, top: Option<&Top>) {
        self.second(top.map(Top::mid_f64));
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        now.top()?;
        self.reading.ok_or(Lack::WarmingUp(self.returns.len(), 2, "one-second returns"))
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        if cell.ended && cell.end.0 % Nanos::SECOND.0 == 0 {
            self.second(cell.top.as_ref().map(Top::mid_f64));
        }
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
