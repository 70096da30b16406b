//! Tables of bars: CSV with a header that names time, open, high, low, close and, where there is one, the volume.
//!
//! Separators are comma, semicolon, tab or bar. The time is the bar's start (its close where only a close time is given):
//! ISO 8601 (UTC without a zone), a date such as 31/12/2009 or an epoch number in s, ms, µs or ns. How long the bars are is the most frequent
//! distance of neighbouring rows among the first thousand, or what `--tf` says. A bar's input comes at its close.

use super::bar_lines::Keys;
use super::dump_rows::bar;
use super::ohlcv_columns::Columns;
use super::spacing::{self, LOOKED_AT, close_to_start};
use super::values::{split, volume};
use super::{Codec, DateOrder, Head, ImportError, Job, Line, Report, Source, Text, dates};
use crate::domain::{Bar, Event, Instrument, Market, Nanos, Payload, Symbol, Timeframe};
use std::collections::VecDeque;
use std::path::PathBuf;

/// This format's entry in the catalogue.
pub(super) const CODEC: Codec =
    Codec { name: "ohlcv", about: "OHLCV tables (CSV with a header: timestamp,open,high,low,close,volume)", score, open };

/// The same as JSON lines.
pub(super) const LINES: Codec = Codec {
    name: "bars as JSON lines",
    about: "bars as JSON lines (timestamp, symbol, open, high, low, close, volume)",
    score: |head| u8::from(Keys::of(head).is_some()) * 60,
    open: open_lines,
};

fn open_lines(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let Some((keys, columns)) = Keys::of(&job.text.head) else {
        let what = "its first line does not name time, open, high, low and close".to_owned();
        return Err(ImportError::Unrecognised { file: job.path, what, known: LINES.about.to_owned() });
    };
    table(job, columns, None, Some(keys))
}

fn score(head: &Head) -> u8 {
    match Columns::of_header(head.first_line()) {
        Some(columns) if columns.volume.is_some() => 60,
        Some(_) => 50,
        None => 0,
    }
}

fn open(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let Some(columns) = Columns::of_header(job.text.head.first_line()) else {
        return Err(ImportError::Unrecognised {
            file: job.path,
            what: "its header does not name time, open, high, low and close".to_owned(),
            known: CODEC.about.to_owned(),
        });
    };
    let order = dates::order_of(&job.path, &job.text.head, (columns.separator, columns.time.0), job.dates)?;
    table(job, columns, order, None)
}

fn table(job: Job, columns: Columns, order: Option<DateOrder>, keys: Option<Keys>) -> Result<Box<dyn Source>, ImportError> {
    let symbol = if columns.symbol.is_some() && job.symbol.is_none() { None } else { Some(job.default_symbol()?) };
    Ok(Box::new(Table {
        path: job.path,
        text: job.text,
        columns,
        header: keys.is_some(),
        keys,
        order,
        symbol,
        timeframe: job.timeframe,
        waiting: Vec::new(),
        told: false,
    }))
}

struct Table {
    path: PathBuf,
    text: Text,
    columns: Columns,
    /// The keys of its lines, where they are objects.
    keys: Option<Keys>,
    /// How its dates are written, where that is open.
    order: Option<DateOrder>,
    /// The symbol of every row; `None` where a column says it.
    symbol: Option<Symbol>,
    timeframe: Option<Timeframe>,
    /// Rows read while the length of the bars is not known.
    waiting: Vec<(u64, Symbol, Bar)>,
    told: bool,
    header: bool,
}

impl Table {
    /// One row: its symbol and its bar, whose start is the row's time.
    fn row(&self, text: &str, report: &mut Report) -> Result<(Symbol, Bar), String> {
        let mut fields = Vec::with_capacity(12);
        let values;
        match &self.keys {
            Some(keys) => {
                values = keys.values(text)?;
                fields.extend(values.iter().map(String::as_str));
            }
            None => split(text, self.columns.separator, &mut fields),
        }
        let field = |at: usize, name: &str| match fields.get(at) {
            Some(field) if !field.is_empty() => Ok(*field),
            _ if self.keys.is_some() => Err(format!("{name} is missing")),
            _ => Err(format!("{name} is missing (column {})", at + 1)),
        };
        let (time_at, clock_at) = self.columns.time;
        let date = field(time_at, "time")?;
        let at = match clock_at.and_then(|at| fields.get(at)) {
            Some(clock) => dates::moment(&format!("{date} {clock}"), self.order),
            None => dates::moment(date, self.order),
        };
        let at = at.ok_or_else(|| dates::no_moment(date, self.order))?;
        let symbol = match (self.symbol, self.columns.symbol) {
            (Some(symbol), _) => symbol,
            (None, Some(column)) => {
                let text = field(column, "symbol")?;
                Symbol::new(&text.replace(['/', '-'], "")).map_err(|error| format!("symbol `{text}`: {error}"))?
            }
            (None, None) => Symbol::UNKNOWN,
        };
        let [open, high, low, close] = self.columns.prices;
        let places = [Some(open), Some(high), Some(low), Some(close), self.columns.volume];
        let read = bar(
            at,
            |which, name| match places.get(which).copied().flatten() {
                Some(column) => field(column, name),
                None => Ok("0"),
            },
            report,
        )?;
        let trades = self.columns.trades.and_then(|at| fields.get(at)).filter(|text| !text.is_empty());
        let trades = match trades {
            Some(text) => {
                text.split('.').next().unwrap_or(text).parse().map_err(|_| format!("trades `{text}`: expected a whole number"))?
            }
            None => 0,
        };
        let buy_volume = match self.columns.buy_volume.and_then(|at| fields.get(at)).filter(|text| !text.is_empty()) {
            Some(text) => volume("taker buy volume", text, report)?,
            None => read.buy_volume,
        };
        Ok((symbol, Bar { buy_volume, trades, ..read }))
    }

    fn give(&self, symbol: Symbol, bar: Bar, timeframe: Timeframe, out: &mut VecDeque<(Nanos, Payload)>) {
        let bar = if self.columns.at_close { Bar { start: close_to_start(bar.start, timeframe), ..bar } } else { bar };
        out.push_back((bar.start + timeframe.nanos(), Payload::Market(Market::of(symbol, Event::Bar(bar, timeframe)))));
    }

    fn tell(&mut self, out: &mut VecDeque<(Nanos, Payload)>) -> Result<(), ImportError> {
        self.told = true;
        if self.waiting.is_empty() {
            return Ok(());
        }
        let rows = self.waiting.iter().map(|(line, symbol, bar)| (*line, *symbol, bar.start));
        let timeframe = spacing::timeframe(&self.path, rows, self.timeframe)?;
        self.timeframe = Some(timeframe);
        for (_, symbol, bar) in std::mem::take(&mut self.waiting) {
            self.give(symbol, bar, timeframe, out);
        }
        Ok(())
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
        let number = self.text.lines.number() + 1;
        let line = self.text.lines.next_line();
        let read = match line.map_err(|error| ImportError::io(&self.path, error))? {
            None if self.told => return Ok(false),
            None => {
                self.tell(out)?;
                return Ok(true);
            }
            Some(Line::Text(_)) if !self.header => {
                self.header = true;
                report.dates = self.order;
                return Ok(true);
            }
            Some(Line::Text(text)) => {
                // The row is read against `self`, which also holds the line: it is copied.
                let text = text.to_owned();
                self.row(&text, report)
            }
            Some(Line::Bad(why)) => Err(why.to_owned()),
        };
        report.lines += 1;
        match (read, self.timeframe) {
            (Err(why), _) => report.bad_line(self.text.lines.number().max(number), why),
            (Ok((symbol, bar)), Some(timeframe)) if self.told => self.give(symbol, bar, timeframe, out),
            (Ok((symbol, bar)), _) => {
                self.waiting.push((self.text.lines.number(), symbol, bar));
                if self.waiting.len() >= LOOKED_AT {
                    self.tell(out)?;
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::test_import;

    const EXPECTED: &str = "1735700460 BTCUSDT bar 1m 1735700400 94098.9 94098.91 94049.47 94049.47 7.50148 0 0\n\
                            1735700520 BTCUSDT bar 1m 1735700460 94049.46 94049.46 93980.35 93980.36 4.83642 0 0\n";

    #[test]
    fn every_way_to_write_the_time_gives_the_same_bars() {
        for (a, b) in [
            ("2025-01-01 03:00:00", "2025-01-01 03:01:00"),
            ("2025-01-01T03:00:00Z", "2025-01-01T03:01:00Z"),
            ("1735700400", "1735700460"),
            ("1735700400000", "1735700460000"),
            ("1735700400000000", "1735700460000000"),
            ("1735700400000000000", "1735700460000000000"),
        ] {
            let text = format!(
                "timestamp,open,high,low,close,volume\n{a},94098.9,94098.91,94049.47,94049.47,7.50148\n{b},94049.46,94049.46,93980.35,93980.36,4.83642\n"
            );
            let (shown, meta, _) = test_import(&[("2025_BTCUSDT_1m.csv", &text)]).unwrap();
            assert_eq!(shown, EXPECTED, "{a}");
            assert_eq!(meta.venue, "import");
            let (shown, ..) = test_import(&[("BTCUSDT.csv", &text.replace(',', ";"))]).unwrap();
            assert_eq!(shown, EXPECTED, "{a}");
        }
    }

    #[test]
    fn a_column_may_name_the_symbol() {
        let text = "Date,Symbol,Open,High,Low,Close\n2025-01-01,BTC/USDT,1,2,1,2\n2025-01-02,BTC/USDT,2,3,2,3\n";
        let (shown, ..) = test_import(&[("x.csv", text)]).unwrap();
        assert_eq!(shown.lines().next(), Some("1735776000 BTCUSDT bar 1d 1735689600 1 2 1 2 0 0 0"));
    }

    #[test]
    fn dates_of_spreadsheets_are_told_by_the_whole_column() {
        let row = |dates: [&str; 3]| {
            let rows = dates.map(|date| format!("{date},1,2,1,2\n")).concat();
            test_import(&[("SHELL.csv", &format!("Date,Open,High,Low,Close\n{rows}"))])
        };
        let (american, _, reports) = row(["1/9/2009", "1/12/2009", "1/13/2009"]).unwrap();
        assert!(american.starts_with("1231545600 SHELL bar 1d 1231459200 "), "{american}");
        assert!(reports[0].to_string().contains("dates read month first"), "{}", reports[0]);
        assert_eq!(row(["09.01.09", "12.01.09", "13.01.09"]).unwrap().0, american);
        assert_eq!(row(["2009/1/9", "2009/1/12", "2009/1/13"]).unwrap().0, american);
        assert!(row(["05/05/2009", "06/06/2009", "07/07/2009"]).unwrap_err().contains("--dates dmy"));
    }

    #[test]
    fn what_cannot_be_told_is_asked_for() {
        let one = "timestamp,open,high,low,close\n2025-01-01,1,2,1,2\n";
        assert!(test_import(&[("BTCUSDT.csv", one)]).unwrap_err().contains("--tf 1m"));
        assert!(test_import(&[("x.csv", one)]).unwrap_err().contains("--symbol BTCUSDT"));
        let falling = "timestamp,open,high,low,close\n2025-01-03,1,2,1,2\n2025-01-02,1,2,1,2\n2025-01-01,1,2,1,2\n";
        assert!(test_import(&[("BTCUSDT.csv", falling)]).unwrap_err().contains("newest row comes first"));
    }

    #[test]
    fn more_than_one_bad_row_in_a_hundred_stops() {
        let text = "timestamp,open,high,low,close\n2025-01-01,1,2,1,2\n2025-01-02,1,0.5,1,2\n2025-01-03,1,2,1,2\n";
        let said = test_import(&[("BTCUSDT.csv", text)]).unwrap_err();
        assert!(said.contains("1 of 3 lines") && said.contains("line 3: ") && said.contains("--keep-going"), "{said}");
    }
}
