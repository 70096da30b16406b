//! Tables of closes: CSV with a column of times and one column of prices for each symbol, which the header names.
//!
//! `Date,Shell,RDP`. A row gives each symbol that has a value a finished bar whose open, high, low and close are that
//! value, with no volume. A cell that is empty, `NaN`, `NA`, `null` or `-` gives none and is counted. The time is the bar's
//! start, as in a table of bars (its close where the column is called so); dates are told by [`dates`]. How long the bars
//! are is the most frequent distance of neighbouring rows among the first thousand, or what `--tf` says: days on which
//! nothing is traded are gaps. Symbols are written as the header has them, without `/` and `-` and with `_` for spaces.

use super::ohlcv_columns::{TimeColumns, is_time, plain, time_of};
use super::spacing::{self, LOOKED_AT, close_to_start};
use super::values::{price, separator, split_wide};
use super::{Codec, DateOrder, Head, ImportError, Job, Line, Report, Source, Text, dates};
use crate::domain::{Bar, Event, Instrument, Market, Nanos, Payload, Price, Symbol, Timeframe};
use std::collections::VecDeque;
use std::path::PathBuf;

/// This format's entry in the catalogue.
pub(super) const CODEC: Codec = Codec {
    name: "closes",
    about: "tables of closes (CSV with a header: a time and a column of prices for each symbol)",
    score,
    open,
};

/// Columns of a table at most.
const MOST_COLUMNS: usize = 2_048;
/// Rows at the beginning that tell whether a table is one of prices.
const JUDGED: usize = 20;
/// Closes that wait at most while the length of the bars is not known, so that a wide table stays within bounds.
const WAITING: usize = 200_000;

/// Columns of other tables: one of them in small letters, or two in any, and the table is not one of closes. One in
/// capitals may be a ticker, such as `LOW`.
const FOREIGN: &[&str] = &[
    "open",
    "high",
    "low",
    "close",
    "adjclose",
    "last",
    "volume",
    "vol",
    "price",
    "qty",
    "quantity",
    "size",
    "amount",
    "side",
    "symbol",
    "ticker",
    "bid",
    "ask",
    "id",
    "percentage",
    "depth",
    "notional",
    "trades",
    "count",
    "turnover",
];

/// What a header says.
struct Header {
    separator: char,
    /// The moment, and a second column with the time of day where the first is only a date.
    time: TimeColumns,
    /// Names of the other columns.
    closes: Vec<(usize, String)>,
    /// Columns that are not read: further times and those without a name.
    passed: Vec<usize>,
    /// There are more columns than are read.
    wide: bool,
}

impl Header {
    fn read(line: &str) -> Option<Self> {
        let separator = separator(line);
        let mut fields = Vec::new();
        split_wide(line, separator, MOST_COLUMNS + 1, &mut fields);
        let names: Vec<String> = fields.iter().map(|field| plain(field)).collect();
        // pandas leaves its index without a name.
        let unnamed = || names.first()?.is_empty().then_some(TimeColumns { columns: (0, None), at_close: false });
        let time = time_of(&names).or_else(unnamed)?;
        let (mut closes, mut passed) = (Vec::new(), Vec::new());
        let (mut foreign, mut small) = (0, false);
        for (at, (name, field)) in names.iter().zip(&fields).enumerate() {
            if at == time.columns.0 || Some(at) == time.columns.1 {
                continue;
            }
            // A ticker may be as short as `T`.
            if name.is_empty() || (name.len() > 2 && is_time(name)) {
                passed.push(at);
                continue;
            }
            if FOREIGN.contains(&name.as_str()) {
                foreign += 1;
                small |= field.chars().any(char::is_lowercase);
            }
            closes.push((at, (*field).to_owned()));
        }
        let wide = fields.len() > MOST_COLUMNS;
        let fits = !small && foreign < 2 && !closes.is_empty();
        fits.then_some(Self { separator, time, closes, passed, wide })
    }

    /// The time of a row.
    fn time(&self, fields: &[&str], order: Option<DateOrder>) -> Result<Nanos, String> {
        let (date, clock) = self.time.columns;
        let date = fields.get(date).copied().unwrap_or_default();
        if date.is_empty() {
            return Err("time is missing".to_owned());
        }
        let at = match clock.and_then(|at| fields.get(at)) {
            Some(clock) => dates::moment(&format!("{date} {clock}"), order),
            None => dates::moment(date, order),
        };
        at.ok_or_else(|| dates::no_moment(date, order))
    }

    /// Whether a row has a time, and a number or nothing in every column of closes. Either order of a date will do.
    fn fits(&self, row: &str) -> bool {
        let mut fields = Vec::new();
        split_wide(row, self.separator, MOST_COLUMNS, &mut fields);
        let dated = [DateOrder::DayFirst, DateOrder::MonthFirst].iter().any(|order| self.time(&fields, Some(*order)).is_ok());
        let mut cells = self.closes.iter().filter_map(|(at, _)| fields.get(*at));
        dated && cells.all(|cell| is_missing(cell) || cell.parse::<f64>().is_ok_and(f64::is_finite))
    }
}

/// Whether a cell says that there is no value.
fn is_missing(cell: &str) -> bool {
    cell.is_empty() || ["-", "nan", "na", "n/a", "#n/a", "null", "none"].iter().any(|text| cell.eq_ignore_ascii_case(text))
}

fn score(head: &Head) -> u8 {
    let Some(header) = Header::read(head.first_line()) else { return 0 };
    let rows = || head.text.lines().map(str::trim).filter(|line| !line.is_empty()).skip(1).take(JUDGED);
    let fitting = rows().filter(|row| header.fits(row)).count();
    if fitting * 2 > rows().count() { 40 } else { 0 }
}

fn open(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let bad = |what: String| ImportError::Header { file: job.path.clone(), what };
    let header = Header::read(job.text.head.first_line())
        .ok_or_else(|| bad("its header names no time, or no symbols beside it".to_owned()))?;
    if header.wide {
        return Err(bad(format!("more than {MOST_COLUMNS} columns: split the table")));
    }
    let mut symbols: Vec<(usize, Symbol)> = Vec::with_capacity(header.closes.len());
    for (at, name) in &header.closes {
        let written: String =
            name.chars().filter(|c| !matches!(c, '/' | '-')).map(|c| if c.is_whitespace() { '_' } else { c }).collect();
        let symbol = Symbol::new(&written).map_err(|error| bad(format!("column {}, `{name}`: {error}", at + 1)))?;
        if let Some((other, _)) = symbols.iter().find(|(_, known)| *known == symbol) {
            return Err(bad(format!("columns {} and {} are both {symbol}: rename one", other + 1, at + 1)));
        }
        symbols.push((*at, symbol));
    }
    let column = (header.separator, header.time.columns.0);
    let order = dates::order_of(&job.path, &job.text.head, column, job.dates)?;
    Ok(Box::new(Table {
        path: job.path,
        text: job.text,
        header,
        symbols,
        order,
        timeframe: job.timeframe,
        waiting: Vec::new(),
        waiting_closes: 0,
        told: false,
        begun: false,
    }))
}

/// A row that was read.
struct Row {
    line: u64,
    at: Nanos,
    closes: Vec<(Symbol, Price)>,
}

struct Table {
    path: PathBuf,
    text: Text,
    header: Header,
    symbols: Vec<(usize, Symbol)>,
    /// How its dates are written, where that is open.
    order: Option<DateOrder>,
    timeframe: Option<Timeframe>,
    /// Rows read while the length of the bars is not known.
    waiting: Vec<Row>,
    waiting_closes: usize,
    told: bool,
    /// The header was passed.
    begun: bool,
}

impl Table {
    fn row(&self, line: u64, text: &str, report: &mut Report) -> Result<Row, String> {
        let mut fields = Vec::with_capacity(self.symbols.len() + 2);
        split_wide(text, self.header.separator, MOST_COLUMNS + 1, &mut fields);
        let at = self.header.time(&fields, self.order)?;
        let named = 1 + self.symbols.last().map_or(0, |(at, _)| *at).max(self.header.time.columns.0);
        let beyond = fields.iter().enumerate().skip(named).any(|(at, field)| !field.is_empty() && !self.header.passes(at));
        if beyond {
            return Err(format!("{} columns, the header names {named}", fields.len()));
        }
        let mut closes = Vec::with_capacity(self.symbols.len());
        let mut missing = 0;
        for (at, symbol) in &self.symbols {
            // A spreadsheet leaves out what is empty at the end of a row.
            match fields.get(*at).copied().unwrap_or_default() {
                cell if is_missing(cell) => missing += 1,
                cell => closes.push((*symbol, price(symbol, cell, report)?)),
            }
        }
        // Of a row that is bad, nothing counts but that it is.
        report.missing += missing;
        Ok(Row { line, at, closes })
    }

    fn give(&self, row: Row, timeframe: Timeframe, out: &mut VecDeque<(Nanos, Payload)>) {
        let start = if self.header.time.at_close { close_to_start(row.at, timeframe) } else { row.at };
        for (symbol, close) in row.closes {
            let bar = Event::Bar(Bar::flat(start, close), timeframe);
            out.push_back((start + timeframe.nanos(), Payload::Market(Market::of(symbol, bar))));
        }
    }

    fn tell(&mut self, out: &mut VecDeque<(Nanos, Payload)>) -> Result<(), ImportError> {
        self.told = true;
        if self.waiting.is_empty() {
            return Ok(());
        }
        let rows = self.waiting.iter().map(|row| (row.line, Symbol::UNKNOWN, row.at));
        let timeframe = spacing::timeframe(&self.path, rows, self.timeframe)?;
        self.timeframe = Some(timeframe);
        for row in std::mem::take(&mut self.waiting) {
            self.give(row, timeframe, out);
        }
        Ok(())
    }
}

impl Header {
    fn passes(&self, column: usize) -> bool {
        self.passed.contains(&column) || Some(column) == self.time.columns.1
    }
}

impl Source for Table {
    fn venue(&self) -> &'static str {
        "import"
    }

    fn instruments(&self) -> &[Instrument] {
        &[]
    }

    fn read(&mut self, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<bool, ImportError> {
        let line = self.text.lines.next_line();
        let read = match line.map_err(|error| ImportError::io(&self.path, error))? {
            None if self.told => return Ok(false),
            None => {
                self.tell(out)?;
                return Ok(true);
            }
            Some(Line::Text(_)) if !self.begun => {
                self.begun = true;
                report.dates = self.order;
                report.notes.extend(self.header.passed.iter().map(|at| format!("column {} passed over", at + 1)));
                return Ok(true);
            }
            Some(Line::Text(text)) => {
                // The row is read against `self`, which also holds the line: it is copied.
                let text = text.to_owned();
                self.row(self.text.lines.number(), &text, report)
            }
            Some(Line::Bad(why)) => Err(why.to_owned()),
        };
        report.lines += 1;
        match (read, self.timeframe) {
            (Err(why), _) => report.bad_line(self.text.lines.number(), why),
            (Ok(row), Some(timeframe)) if self.told => self.give(row, timeframe, out),
            (Ok(row), _) => {
                self.waiting_closes += row.closes.len();
                self.waiting.push(row);
                if self.waiting.len() >= LOOKED_AT || self.waiting_closes >= WAITING {
                    self.tell(out)?;
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
