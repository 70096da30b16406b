//! Working a sheet out a little at a time, so that whoever draws meanwhile never waits.

use super::{Cell, Column, HORIZONS, Judged, LADDER, Of, Report, Row, Sheet, judge};
use crate::analytics::hits::{self, Centre};
use crate::analytics::ranks::{self, Order, Places};
use crate::analytics::{deciles, forward};

/// The forward returns at one horizon.
#[derive(Debug)]
struct Horizon {
    seconds: u32,
    overlap: usize,
    returns: Vec<Option<f64>>,
    places: Places,
    order: Order,
}

/// The indicator that is being worked out.
#[derive(Debug)]
struct Current {
    column: usize,
    places: Places,
    order: Order,
    next: usize,
}

/// A sheet that is being worked out. Each [`Work::step`] is one sort or one indicator at one horizon: well under a millisecond for an
/// hour of seconds.
#[derive(Debug)]
pub struct Work {
    sheet: Sheet,
    /// Horizons that are still to be prepared.
    ladder: Vec<(u32, usize)>,
    horizons: Vec<Horizon>,
    /// Indicators still to come, the next one last.
    waiting: Vec<usize>,
    current: Option<Current>,
    report: Report,
    /// Room that is used again.
    ranks: (Vec<f64>, Vec<f64>),
}

impl Work {
    /// Begins; the indicator of that number is worked out first.
    pub fn new(mut sheet: Sheet, of: Of, first: usize) -> Self {
        let length = sheet.mids.len();
        for column in &mut sheet.columns {
            column.value.resize(length, None);
            column.z.resize(length, None);
        }
        let mut ladder: Vec<_> = LADDER.iter().filter_map(|seconds| Some((*seconds, sheet.samples_in(*seconds)?))).collect();
        ladder.reverse();
        let count = sheet.columns.len();
        let mut waiting: Vec<usize> = (0..count).rev().filter(|column| *column != first).collect();
        waiting.extend((first < count).then_some(first));
        let rows = sheet.columns.iter().map(|column| Row { name: column.name.clone(), cells: Vec::new() }).collect();
        let mids = sheet.mids.iter().filter(|mid| mid.is_some()).count();
        let report = Report { of, step_ms: sheet.step_ms, samples: length, mids, rows, judged: Judged::default() };
        Self { sheet, ladder, horizons: Vec::new(), waiting, current: None, report, ranks: Default::default() }
    }

    /// Does one piece; whether there is more to do.
    pub fn step(&mut self) -> bool {
        if let Some((seconds, overlap)) = self.ladder.pop() {
            let returns = forward::returns(&self.sheet.mids, overlap);
            let (places, order) = (Places::of(&returns), Order::new(&returns));
            self.horizons.push(Horizon { seconds, overlap, returns, places, order });
            return true;
        }
        let Some(mut current) = self.current.take().or_else(|| self.begin()) else { return false };
        let (Some(horizon), Some(column)) = (self.horizons.get(current.next), self.sheet.columns.get(current.column)) else {
            return self.more();
        };
        let cell = work_out(column, self.report.of, &current, horizon, &mut self.ranks);
        if let Some(row) = self.report.rows.get_mut(current.column) {
            row.cells.push(cell);
        }
        current.next += 1;
        if current.next < self.horizons.len() {
            self.current = Some(current);
        }
        self.more()
    }

    fn begin(&mut self) -> Option<Current> {
        let column = self.waiting.pop()?;
        let series = self.sheet.columns.get(column)?.series(self.report.of);
        Some(Current { column, places: Places::of(series), order: Order::new(series), next: 0 })
    }

    /// Whether there is more to do; judges all when there is not.
    fn more(&mut self) -> bool {
        let more = self.current.is_some() || !self.waiting.is_empty();
        if !more {
            self.report.judged = judge(&self.report.rows);
        }
        more
    }

    /// What is known so far; verdicts only at the end.
    pub const fn so_far(&self) -> &Report {
        &self.report
    }

    /// What was found, worked out as far as it is.
    pub fn into_report(self) -> Report {
        self.report
    }
}

fn work_out(column: &Column, of: Of, current: &Current, horizon: &Horizon, ranks: &mut (Vec<f64>, Vec<f64>)) -> Cell {
    let series = column.series(of);
    let overlap = horizon.overlap;
    let n = current.order.centred_ranks(&horizon.places, &mut ranks.0);
    horizon.order.centred_ranks(&current.places, &mut ranks.1);
    let ic = ranks::of_ranks(&ranks.0, &ranks.1, n, overlap);
    let chosen = current.order.sorted().iter().filter(|(_, at)| horizon.places.has(*at)).map(|(value, _)| *value);
    let centre = match (of, column.centre) {
        (Of::Value, Centre::Median) => hits::median(chosen),
        (Of::Value, Centre::At(value)) => Some(value),
        (Of::Z, _) => Some(0.0),
    };
    let tabled = HORIZONS.contains(&horizon.seconds) && ic.is_ok();
    Cell {
        horizon: horizon.seconds,
        n,
        needed: Sheet::needed(overlap),
        ic,
        hits: centre.filter(|_| tabled).and_then(|centre| hits::rate(series, &horizon.returns, centre, overlap)),
        centre,
        deciles: tabled.then(|| deciles::split(series, &ranks.0, &horizon.returns, n, overlap)),
    }
}
