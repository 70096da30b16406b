//! Tables as Parquet: times as nanoseconds, prices and quantities as doubles, texts with a dictionary; a bounded number of rows
//! is gathered and written as one row group.

use super::{Column, Compression, Kind, TableWriter, Topic, Value, exact_units};
use crate::domain::money;
use parquet::basic::{Compression as Codec, Encoding, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};
use std::io::{self, Write};
use std::sync::Arc;

/// The key under which a file names its table.
pub(super) const TABLE_KEY: &str = "rtai.table";
/// The key under which a file of the dataset names the recording it is of.
pub(super) const SOURCE_KEY: &str = "rtai.source";
/// Rows of a row group at most.
pub(super) const GROUP_ROWS: usize = 122_880;
/// Bytes of texts in a row group, about, at most.
const GROUP_TEXT: usize = 16 << 20;

pub(super) fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        other => io::Error::other(other.to_string()),
    }
}

/// Cells of one column that wait.
enum Cells {
    Whole(Vec<i64>),
    Double(Vec<f64>),
    Flag(Vec<bool>),
    /// The texts one after the other, and where each ends.
    Text(Vec<u8>, Vec<usize>),
}

impl Cells {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Time | Kind::Whole => Self::Whole(Vec::new()),
            Kind::Decimal | Kind::Money | Kind::Float => Self::Double(Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
            Kind::Text => Self::Text(Vec::new(), Vec::new()),
        }
    }

    /// Takes a cell in; whether there was something. Counts what could not be held exactly.
    fn push(&mut self, value: &Value<'_>, inexact: &mut u64) -> bool {
        match (self, value) {
            (Self::Whole(all), Value::Time(at) | Value::Second(at)) => all.push(at.0),
            (Self::Whole(all), Value::Whole(count)) => {
                *inexact += u64::from(i64::try_from(*count).is_err());
                all.push(i64::try_from(*count).unwrap_or(i64::MAX));
            }
            (Self::Double(all), Value::Units(units)) => {
                let (value, exact) = exact_units(*units);
                *inexact += u64::from(!exact);
                all.push(value);
            }
            (Self::Double(all), Value::Money(amount)) => all.push(money::to_f64(*amount)),
            (Self::Double(all), Value::Float(value)) if value.is_finite() => all.push(*value),
            (Self::Flag(all), Value::Flag(flag)) => all.push(*flag),
            (Self::Text(texts, ends), Value::Text(text)) => {
                texts.extend_from_slice(text.as_bytes());
                ends.push(texts.len());
            }
            _ => return false,
        }
        true
    }

    /// What stands where there has to be something and there is nothing.
    fn push_blank(&mut self) {
        match self {
            Self::Whole(all) => all.push(0),
            Self::Double(all) => all.push(0.0),
            Self::Flag(all) => all.push(false),
            Self::Text(texts, ends) => ends.push(texts.len()),
        }
    }

    fn text_bytes(&self) -> usize {
        if let Self::Text(texts, _) = self { texts.len() } else { 0 }
    }
}

struct Gathered {
    cells: Cells,
    /// 1 where there is a value; only of columns that can be empty.
    levels: Option<Vec<i16>>,
}

impl Gathered {
    fn write(&mut self, writer: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = self.levels.as_deref();
        match (&mut self.cells, writer) {
            (Cells::Whole(all), ColumnWriter::Int64ColumnWriter(out)) => {
                out.write_batch(all, levels, None)?;
                all.clear();
            }
            (Cells::Double(all), ColumnWriter::DoubleColumnWriter(out)) => {
                out.write_batch(all, levels, None)?;
                all.clear();
            }
            (Cells::Flag(all), ColumnWriter::BoolColumnWriter(out)) => {
                out.write_batch(all, levels, None)?;
                all.clear();
            }
            (Cells::Text(texts, ends), ColumnWriter::ByteArrayColumnWriter(out)) => {
                let whole = ByteArray::from(std::mem::take(texts));
                let mut from = 0;
                let mut values = Vec::with_capacity(ends.len());
                for end in ends.drain(..) {
                    values.push(whole.slice(from, end - from));
                    from = end;
                }
                out.write_batch(&values, levels, None)?;
            }
            _ => return Err(ParquetError::General("a column of another type than its schema says".to_owned())),
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        Ok(())
    }
}

/// Writes one table as Parquet.
pub(super) struct Parquet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Gathered>,
    /// Which of a row's values each column is.
    places: Vec<usize>,
    rows: usize,
    text: usize,
    most: usize,
    inexact: u64,
}

impl<W: Write + Send> Parquet<W> {
    /// A file of a table without the columns that `without` names; row groups have `most` rows at most; `source` is kept in it.
    pub(super) fn new(
        topic: Topic,
        out: W,
        compression: Compression,
        most: usize,
        without: &[&str],
        source: Option<&str>,
    ) -> io::Result<Self> {
        let kept: Vec<(usize, &Column)> =
            topic.columns().iter().enumerate().filter(|(_, column)| !without.contains(&column.name)).collect();
        let fields = kept.iter().map(|(_, column)| field(column).map(Arc::new)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let schema = Type::group_type_builder(topic.name()).with_fields(fields).build().map_err(failed)?;
        let codec = match compression {
            Compression::None => Codec::UNCOMPRESSED,
            Compression::Snappy => Codec::SNAPPY,
            Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
        };
        let named = |key: &str, value: &str| KeyValue { key: key.to_owned(), value: Some(value.to_owned()) };
        let mut properties = WriterProperties::builder()
            .set_created_by(format!("rtai-tui version {}", env!("CARGO_PKG_VERSION")))
            .set_compression(codec)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_key_value_metadata(Some(
                std::iter::once(named(TABLE_KEY, topic.name())).chain(source.map(|source| named(SOURCE_KEY, source))).collect(),
            ));
        for (_, column) in &kept {
            if matches!(column.kind, Kind::Time | Kind::Whole) {
                // Times and numbers rise: the differences are small, a dictionary would hold them all.
                let path = ColumnPath::from(column.name);
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
            }
        }
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build())).map_err(failed)?;
        let gathered =
            |(_, column): &(usize, &Column)| Gathered { cells: Cells::new(column.kind), levels: column.nullable.then(Vec::new) };
        Ok(Self {
            file,
            columns: kept.iter().map(gathered).collect(),
            places: kept.iter().map(|(place, _)| *place).collect(),
            rows: 0,
            text: 0,
            most,
            inexact: 0,
        })
    }

    /// Writes the rows that wait as a row group.
    pub(super) fn write_group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        (self.rows, self.text) = (0, 0);
        let mut group = self.file.next_row_group().map_err(failed)?;
        for column in &mut self.columns {
            let Some(mut writer) = group.next_column().map_err(failed)? else { break };
            column.write(writer.untyped()).map_err(failed)?;
            writer.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }

    /// Rows that wait for their row group.
    pub(super) fn waiting(&self) -> usize {
        self.rows
    }
}

impl<W: Write + Send> TableWriter for Parquet<W> {
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        for (column, place) in self.columns.iter_mut().zip(&self.places) {
            let value = values.get(*place).unwrap_or(&Value::Null);
            let there = column.cells.push(value, &mut self.inexact);
            match &mut column.levels {
                Some(levels) => levels.push(i16::from(there)),
                None if !there => column.cells.push_blank(),
                None => {}
            }
            if let Value::Text(text) = value {
                self.text += text.len();
            }
        }
        self.rows += 1;
        if self.rows >= self.most || self.text >= GROUP_TEXT {
            return self.write_group();
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        debug_assert!(self.columns.iter().all(|column| column.cells.text_bytes() <= self.text));
        self.write_group()?;
        self.file.finish().map_err(failed)?;
        Ok(())
    }

    fn inexact(&self) -> u64 {
        self.inexact
    }
}

/// A column's schema.
fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::NANOS))),
        Kind::Whole => (Physical::INT64, None),
        Kind::Decimal | Kind::Money | Kind::Float => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let repetition = if column.nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    Type::primitive_type_builder(column.name, physical).with_repetition(repetition).with_logical_type(logical).build()
}
