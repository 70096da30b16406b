//! The course of a pair against statsmodels and pandas bar by bar: `tests/reference/pairs.py` makes the table read here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::analytics::pairs::{Course, Method, PairSetup, Point};
use rtai_tui::domain::Nanos;
use std::path::Path;

/// A row: figures by the names of their columns, `None` where the field is empty.
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<Option<f64>>>,
}

impl Table {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/pairs_course.csv.gz");
        let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()));
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(|field| field.parse().ok()).collect()).collect();
        Self { names, rows }
    }

    fn get(&self, row: usize, name: &str) -> Option<f64> {
        self.rows[row][self.names.iter().position(|other| other == name).unwrap()]
    }
}

/// Holds two figures together; `unit` is what the difference is measured in where the figure itself is near 0.
fn same(what: &str, ours: Option<f64>, theirs: Option<f64>, within: f64, unit: f64) {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            let off = (ours - theirs).abs() / theirs.abs().max(unit);
            assert!(off <= within, "{what}: {ours} for {theirs}, off by {off:e}");
        }
        (None, None) => {}
        other => panic!("{what}: {other:?}"),
    }
}

fn check(table: &Table, method: Method, course: &Course) {
    assert_eq!(course.len(), table.rows.len());
    // What statsmodels iterates to is known to about the tolerance it stops at.
    let within = if method == Method::Huber { 1e-6 } else { 1e-8 };
    let mut compared = 0;
    for (row, point) in course.iter().enumerate() {
        let Point { beta, alpha, r2, spread, z, corr, .. } = point;
        let theirs = |figure: &str| table.get(row, &format!("{method}_{figure}"));
        let what = |figure: &str| format!("{method} {figure} at {row}");
        same(&what("beta"), beta, theirs("beta"), within, 1e-3);
        same(&what("alpha"), alpha, theirs("alpha"), within, point.y);
        same(&what("spread"), spread, theirs("spread"), within, point.y);
        same(&what("z"), z, theirs("z"), within, 1.0);
        same(&what("corr"), corr, table.get(row, "corr"), 1e-8, 1e-3);
        if method == Method::Ols {
            same(&what("r2"), r2, theirs("r2"), within, 1e-3);
        }
        compared += usize::from(z.is_some());
    }
    assert_eq!(compared, if method == Method::Kalman { 400 } else { 301 });
}

#[test]
fn every_bar_is_that_of_statsmodels_and_pandas() {
    let table = Table::read();
    for method in Method::ALL {
        let setup = PairSetup { method, ..PairSetup::default() };
        let (mut at_once, mut later) = (Course::new(setup), Course::new(setup));
        for row in 0..table.rows.len() {
            let (y, x) = (table.get(row, "y").unwrap(), table.get(row, "x").unwrap());
            let at = Nanos::from_secs(60 * row as i64);
            at_once.push(at, y, x);
            later.push_later(at, y, x);
        }
        while !later.work(10_000) {}
        check(&table, method, &at_once);
        check(&table, method, &later);
    }
}
