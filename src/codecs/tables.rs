//! Tables that this program has exported: CSV, JSON lines and Parquet, told by their columns.
//!
//! Tables of inputs that were exported together are read together and give the recording they come from, each input in its place. What
//! the engine said is passed over: it is worked out anew. Bars of time are inputs at their close.

use super::{Codec, Head, ImportError, Job, Line, Report, Source, Text};
use crate::domain::{Instrument, Nanos, Payload, Symbol};
use crate::tables::Topic;
use crate::tables::dataset;
use crate::tables::read::{Cell, Cells, Gatherer, Layout, ParquetRows, Placed, json_cells, json_keys, split_csv};
use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;

/// This format's entry in the catalogue.
pub(super) const CODEC: Codec = Codec { name: "table", about: "tables that `export` writes (CSV, JSON lines)", score, open };

/// Parquet's.
pub(super) const PARQUET: Codec =
    Codec { name: "parquet", about: "Parquet tables that `export` writes", score: score_parquet, open: open_parquet };

/// How Parquet files begin.
const MAGIC: &str = "PAR1";

fn fields(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    if !split_csv(line, |field, _| all.push(field.trim().to_owned())) {
        all.clear();
    }
    all
}

/// Where the columns stand, and whether it is CSV.
fn layout(head: &Head) -> Option<(Layout, bool)> {
    let line = head.first_line();
    if line.starts_with('{') {
        return Some((Layout::of_names(&json_keys(line)?)?, false));
    }
    Some((Layout::of_names(&fields(line))?, true))
}

fn score(head: &Head) -> u8 {
    u8::from(layout(head).is_some()) * 100
}

fn score_parquet(head: &Head) -> u8 {
    u8::from(head.text.starts_with(MAGIC)) * 100
}

fn open(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let (layout, csv) = layout(&job.text.head)
        .ok_or_else(|| ImportError::Header { file: job.path.clone(), what: "its columns are none of the tables".to_owned() })?;
    let cells = Cells::new(layout.topic);
    let lines = Box::new(Rows::Text { text: job.text, layout, csv, begun: !csv });
    Ok(Box::new(Table { path: job.path, rows: lines, cells, gatherer: Gatherer::default(), place: 0, told: false, only: None }))
}

fn open_parquet(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let of_path = dataset::of_path(&job.path);
    let known: &[&str] = if of_path.is_some() { &["symbol"] } else { &[] };
    let rows = File::open(&job.path)
        .and_then(|file| ParquetRows::open(file, known))
        .map_err(|error| ImportError::Header { file: job.path.clone(), what: error.to_string() })?;
    let cells = Cells::new(rows.topic());
    Ok(Box::new(Table {
        path: job.path,
        rows: Box::new(Rows::Parquet(Box::new(rows))),
        cells,
        gatherer: Gatherer::default(),
        place: 0,
        told: false,
        only: of_path.map(|of| of.symbol),
    }))
}

enum Rows {
    Text {
        text: Text,
        layout: Layout,
        csv: bool,
        /// The header was passed.
        begun: bool,
    },
    Parquet(Box<ParquetRows>),
}

struct Table {
    path: PathBuf,
    rows: Box<Rows>,
    cells: Cells,
    gatherer: Gatherer,
    /// The number, in the recording it comes from, of the input last given.
    place: u64,
    /// What it is has been said.
    told: bool,
    /// The symbol, where the path says it and the rows do not.
    only: Option<Symbol>,
}

/// What came of a row.
enum Read {
    Row,
    Header,
    Bad(u64, String),
    End,
}

impl Table {
    fn next(&mut self) -> Result<Read, ImportError> {
        let failed = |error| ImportError::io(&self.path, error);
        Ok(match &mut *self.rows {
            Rows::Text { text, layout, csv, begun } => {
                let read = match text.lines.next_line().map_err(failed)? {
                    None => return Ok(Read::End),
                    Some(Line::Bad(why)) => Err(why.to_owned()),
                    Some(Line::Text(_)) if !*begun => {
                        *begun = true;
                        return Ok(Read::Header);
                    }
                    Some(Line::Text(line)) if *csv => layout.csv_cells(line, &mut self.cells),
                    Some(Line::Text(line)) => json_cells(line, &mut self.cells),
                };
                match read {
                    Ok(()) => Read::Row,
                    Err(why) => Read::Bad(text.lines.number(), why),
                }
            }
            Rows::Parquet(rows) => {
                if !rows.next_row(&mut self.cells).map_err(failed)? {
                    return Ok(Read::End);
                }
                Read::Row
            }
        })
    }

    fn number(&self) -> u64 {
        match &*self.rows {
            Rows::Text { text, .. } => text.lines.number(),
            Rows::Parquet(rows) => rows.number(),
        }
    }

    fn give(&mut self, placed: Placed, out: &mut VecDeque<(Nanos, Payload)>) {
        self.place = placed.seq;
        out.push_back((placed.at, placed.payload));
    }
}

impl Source for Table {
    fn venue(&self) -> &'static str {
        "import"
    }

    fn instruments(&self) -> &[Instrument] {
        &[]
    }

    fn place(&self) -> u64 {
        self.place
    }

    fn has_meta(&self) -> bool {
        self.cells.topic() == Topic::Events
    }

    fn may_be_empty(&self) -> bool {
        true
    }

    fn read(&mut self, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<bool, ImportError> {
        if !self.told {
            self.told = true;
            let topic = self.cells.topic();
            if !topic.is_input() && topic != Topic::Bars {
                report.notes.push(format!("{} are worked out anew and not read", topic.name()));
                return Ok(false);
            }
        }
        match self.next()? {
            Read::Header => {}
            Read::Bad(line, why) => {
                report.lines += 1;
                report.bad_line(line, why);
            }
            Read::End => {
                if let Some(placed) = self.gatherer.end() {
                    self.give(placed, out);
                }
                return Ok(false);
            }
            Read::Row => {
                report.lines += 1;
                if let Some(symbol) = &self.only {
                    let at = self.cells.topic().columns().iter().position(|column| column.name == "symbol");
                    if let Some(cell) = at.and_then(|at| self.cells.row.get_mut(at)).filter(|cell| **cell == Cell::Null) {
                        cell.set_text(symbol);
                    }
                }
                match self.gatherer.row(&self.cells) {
                    Ok(Some(placed)) => self.give(placed, out),
                    Ok(None) => {}
                    Err(why) => report.bad_line(self.number(), why),
                }
            }
        }
        Ok(true)
    }
}
