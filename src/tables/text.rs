//! Tables as text: CSV and JSON lines.

use super::{TableWriter, Topic, Value};
use crate::domain::Nanos;
use crate::domain::number::DECIMALS;
use crate::recording::{write_decimal, write_text};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Bytes gathered before they are written.
const BUFFER: usize = 64 << 10;

/// Writes moments as RFC 3339; the second that was written last is kept, for most moments share it with the one before.
#[derive(Debug, Default)]
struct Clock {
    second: Option<i64>,
    /// `2024-08-08T23:54:15`
    text: String,
}

impl Clock {
    /// Always with nine decimals, so that every reader takes the whole column for one format; `whole` leaves them out.
    fn write(&mut self, at: Nanos, whole: bool, out: &mut Vec<u8>) {
        let second = at.secs();
        if self.second != Some(second) {
            self.text = Nanos::from_secs(second).rfc3339();
            let digits = self.text.trim_end_matches('Z').len();
            self.text.truncate(digits);
            self.second = Some(second);
        }
        out.extend_from_slice(self.text.as_bytes());
        if !whole {
            let mut part = at.0.rem_euclid(1_000_000_000);
            let mut digits = *b".000000000";
            for digit in digits.iter_mut().skip(1).rev() {
                *digit = b'0' + (part % 10) as u8;
                part /= 10;
            }
            out.extend_from_slice(&digits);
        }
        out.push(b'Z');
    }
}

/// Appends units of 1e-8 as an exact decimal.
fn write_units(units: i128, scratch: &mut String, out: &mut Vec<u8>) {
    if let Ok(units) = i64::try_from(units) {
        return write_decimal(units, DECIMALS as u32, out);
    }
    scratch.clear();
    let _ = crate::domain::number::write_scaled(scratch, units, DECIMALS);
    out.extend_from_slice(scratch.as_bytes());
}

/// What both formats write alike.
#[derive(Default)]
struct Cells {
    clock: Clock,
    scratch: String,
}

impl Cells {
    /// Appends what is no text and not nothing; whether it was.
    fn write(&mut self, value: &Value<'_>, quote: bool, out: &mut Vec<u8>) {
        match value {
            Value::Time(at) | Value::Second(at) => {
                let whole = matches!(value, Value::Second(_));
                if quote {
                    out.push(b'"');
                }
                self.clock.write(*at, whole, out);
                if quote {
                    out.push(b'"');
                }
            }
            Value::Whole(count) => {
                self.scratch.clear();
                let _ = write!(self.scratch, "{count}");
                out.extend_from_slice(self.scratch.as_bytes());
            }
            Value::Units(units) => write_units(*units, &mut self.scratch, out),
            Value::Money(money) => {
                self.scratch.clear();
                let _ = write!(self.scratch, "{}", money.normalize());
                out.extend_from_slice(self.scratch.as_bytes());
            }
            Value::Float(value) if value.is_finite() => {
                self.scratch.clear();
                let _ = write!(self.scratch, "{value}");
                out.extend_from_slice(self.scratch.as_bytes());
            }
            Value::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
            Value::Null | Value::Float(_) | Value::Text(_) => {}
        }
    }
}

/// Comma-separated values with a header, a cell in quotes only where it must be.
pub(super) struct Csv<W: Write> {
    out: W,
    buffer: Vec<u8>,
    cells: Cells,
}

impl<W: Write> Csv<W> {
    pub(super) fn new(topic: Topic, out: W) -> Self {
        let names: Vec<&str> = topic.columns().iter().map(|column| column.name).collect();
        let mut buffer = Vec::with_capacity(BUFFER + 1_024);
        buffer.extend_from_slice(names.join(",").as_bytes());
        buffer.push(b'\n');
        Self { out, buffer, cells: Cells::default() }
    }
}

fn csv_text(text: &str, out: &mut Vec<u8>) {
    // A cell that is empty is none: an empty text is told from it by its quotes.
    if !text.is_empty() && !text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) && text.trim() == text {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

impl<W: Write + Send> TableWriter for Csv<W> {
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        for (n, value) in values.iter().enumerate() {
            if n > 0 {
                self.buffer.push(b',');
            }
            match value {
                Value::Text(text) => csv_text(text, &mut self.buffer),
                other => self.cells.write(other, false, &mut self.buffer),
            }
        }
        self.buffer.push(b'\n');
        flush(&mut self.buffer, &mut self.out, BUFFER)
    }

    fn finish(&mut self) -> io::Result<()> {
        flush(&mut self.buffer, &mut self.out, 0)?;
        self.out.flush()
    }
}

fn flush(buffer: &mut Vec<u8>, out: &mut impl Write, least: usize) -> io::Result<()> {
    if buffer.len() >= least {
        out.write_all(buffer)?;
        buffer.clear();
    }
    Ok(())
}

/// One JSON object a row, every column in it.
pub(super) struct Json<W: Write> {
    out: W,
    /// `{"ts":`, `,"seq":` …
    keys: Vec<Vec<u8>>,
    buffer: Vec<u8>,
    cells: Cells,
}

impl<W: Write> Json<W> {
    pub(super) fn new(topic: Topic, out: W) -> Self {
        let key = |(n, name): (usize, &str)| format!("{}\"{name}\":", if n == 0 { '{' } else { ',' }).into_bytes();
        let keys = topic.columns().iter().map(|column| column.name).enumerate().map(key).collect();
        Self { out, keys, buffer: Vec::with_capacity(BUFFER + 1_024), cells: Cells::default() }
    }
}

impl<W: Write + Send> TableWriter for Json<W> {
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        for (key, value) in self.keys.iter().zip(values) {
            self.buffer.extend_from_slice(key);
            match value {
                Value::Null => self.buffer.extend_from_slice(b"null"),
                Value::Float(value) if !value.is_finite() => self.buffer.extend_from_slice(b"null"),
                Value::Text(text) => write_text(text, &mut self.buffer),
                other => self.cells.write(other, true, &mut self.buffer),
            }
        }
        self.buffer.extend_from_slice(b"}\n");
        flush(&mut self.buffer, &mut self.out, BUFFER)
    }

    fn finish(&mut self) -> io::Result<()> {
        flush(&mut self.buffer, &mut self.out, 0)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mut writer: impl TableWriter, rows: &[&[Value<'_>]]) {
        for row in rows {
            writer.row(row).unwrap();
        }
        writer.finish().unwrap();
    }

    const ROW: &[Value<'static>] = &[
        Value::Time(Nanos(1_723_161_255_030_000_001)),
        Value::Whole(7),
        Value::Text("BTC,\"USDT"),
        Value::Units(6_183_763_000_000),
        Value::Units(-1),
        Value::Text(""),
        Value::Null,
        Value::Second(Nanos(-1_000_000_000)),
    ];

    #[test]
    fn cells_are_exact_and_quoted_where_they_must_be() {
        let mut out = Vec::new();
        written(Csv::new(Topic::Trades, &mut out), &[ROW]);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "ts,seq,symbol,price,qty,side,id,ex\n\
             2024-08-08T23:54:15.030000001Z,7,\"BTC,\"\"USDT\",61837.63,-0.00000001,\"\",,1969-12-31T23:59:59Z\n"
        );
        let mut out = Vec::new();
        written(Json::new(Topic::Trades, &mut out), &[ROW, &[Value::Float(f64::NAN), Value::Flag(true)]]);
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            r#"{"ts":"2024-08-08T23:54:15.030000001Z","seq":7,"symbol":"BTC,\"USDT","price":61837.63,"qty":-0.00000001,"side":"","id":null,"ex":"1969-12-31T23:59:59Z"}"#
        );
        assert_eq!(lines[1], r#"{"ts":null,"seq":true}"#);
    }
}
