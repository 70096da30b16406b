//! Rows of Parquet files.

use super::{Cell, Cells, Layout};
use crate::tables::Topic;
use crate::tables::parquet::{TABLE_KEY, failed};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader as _, RowGroupReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescriptor;
use std::fs::File;
use std::io;

/// Rows read at once.
const BATCH: usize = 8_192;

/// The rows of a Parquet file that holds one of the tables.
pub struct ParquetRows {
    file: SerializedFileReader<File>,
    layout: Layout,
    /// By field: nanoseconds in one of its units, of times.
    units: Vec<i64>,
    group: usize,
    columns: Vec<Batch>,
    /// The next row of the batch, and how many there are.
    next: usize,
    rows: usize,
    number: u64,
}

/// What was read of a column.
struct Batch {
    reader: ColumnReader,
    most: i16,
    levels: Vec<i16>,
    values: Values,
    /// The next value; there is none for an empty cell.
    next: usize,
}

#[derive(Default)]
enum Values {
    #[default]
    None,
    Flag(Vec<bool>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Text(Vec<ByteArray>),
}

impl ParquetRows {
    /// Opens a file; `known` are columns that are told from elsewhere.
    ///
    /// # Errors
    /// When it cannot be read, or is none of the tables.
    pub fn open(file: File, known: &[&str]) -> io::Result<Self> {
        let file = SerializedFileReader::new(file).map_err(failed)?;
        let metadata = file.metadata().file_metadata();
        let schema = metadata.schema_descr();
        let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
        let named = metadata.key_value_metadata().and_then(|all| {
            let entry = all.iter().find(|entry| entry.key == TABLE_KEY)?;
            Topic::named(entry.value.as_deref()?)
        });
        let layout = match named {
            Some(topic) => Some(Layout { topic, columns: Layout::places(topic, &names) }),
            None => Layout::of_some(&names, known),
        };
        let layout = layout.ok_or_else(|| {
            let all = names.iter().take(12).copied().collect::<Vec<_>>().join(", ");
            io::Error::new(io::ErrorKind::InvalidInput, format!("its columns ({all}) are none of the tables that export writes"))
        })?;
        let units = schema.columns().iter().map(|column| nanos_in(column)).collect();
        Ok(Self { file, layout, units, group: 0, columns: Vec::new(), next: 0, rows: 0, number: 0 })
    }

    /// The table.
    pub fn topic(&self) -> Topic {
        self.layout.topic
    }

    /// The number of the row last read, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next row; false at the end.
    ///
    /// # Errors
    /// When the file cannot be read any further.
    pub fn next_row(&mut self, cells: &mut Cells) -> io::Result<bool> {
        while self.next == self.rows {
            if !self.fill()? {
                return Ok(false);
            }
        }
        for (field, batch) in self.columns.iter_mut().enumerate() {
            let Some(place) = self.layout.columns.get(field).copied().flatten() else { continue };
            let Some(cell) = cells.row.get_mut(place) else { continue };
            let there = batch.most == 0 || batch.levels.get(self.next).is_some_and(|level| *level == batch.most);
            if there {
                batch.values.get(batch.next, self.units.get(field).copied().unwrap_or(1), cell)?;
                batch.next += 1;
            } else {
                *cell = Cell::Null;
            }
        }
        self.next += 1;
        self.number += 1;
        Ok(true)
    }

    /// Reads the next rows; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        loop {
            (self.next, self.rows) = (0, 0);
            let mut counts = Vec::with_capacity(self.columns.len());
            for batch in &mut self.columns {
                counts.push(batch.read()?);
            }
            if let Some(most) = counts.iter().copied().max().filter(|most| *most > 0) {
                if counts.iter().any(|count| *count != most) {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "its columns have different numbers of rows"));
                }
                self.rows = most;
                return Ok(true);
            }
            if self.group >= self.file.num_row_groups() {
                return Ok(false);
            }
            let group = self.file.get_row_group(self.group).map_err(failed)?;
            self.group += 1;
            self.columns = self.open_columns(&*group)?;
        }
    }

    fn open_columns(&self, group: &dyn RowGroupReader) -> io::Result<Vec<Batch>> {
        let schema = self.file.metadata().file_metadata().schema_descr();
        let open = |field: usize| {
            let column = schema.column(field);
            if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("column {} is no plain column", column.name())));
            }
            Ok(Batch {
                reader: group.get_column_reader(field).map_err(failed)?,
                most: column.max_def_level(),
                levels: Vec::new(),
                values: Values::None,
                next: 0,
            })
        };
        (0..schema.num_columns()).map(open).collect()
    }
}

/// Nanoseconds in one unit of a column of times.
fn nanos_in(column: &ColumnDescriptor) -> i64 {
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Timestamp(time)), _) => match time.unit {
            TimeUnit::MILLIS => 1_000_000,
            TimeUnit::MICROS => 1_000,
            TimeUnit::NANOS => 1,
        },
        (None, ConvertedType::TIMESTAMP_MILLIS) => 1_000_000,
        (None, ConvertedType::TIMESTAMP_MICROS) => 1_000,
        _ => 1,
    }
}

impl Batch {
    /// Reads the next rows and says how many.
    fn read(&mut self) -> io::Result<usize> {
        self.next = 0;
        self.levels.clear();
        let levels = Some(&mut self.levels);
        macro_rules! read {
            ($reader:expr, $kind:ident) => {{
                let mut values = match std::mem::take(&mut self.values) {
                    Values::$kind(mut old) => {
                        old.clear();
                        old
                    }
                    _ => Vec::with_capacity(BATCH),
                };
                let read = $reader.read_records(BATCH, levels, None, &mut values).map_err(failed)?;
                self.values = Values::$kind(values);
                Ok(read.0)
            }};
        }
        match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => read!(reader, Flag),
            ColumnReader::Int32ColumnReader(reader) => read!(reader, Int),
            ColumnReader::Int64ColumnReader(reader) => read!(reader, Long),
            ColumnReader::FloatColumnReader(reader) => read!(reader, Float),
            ColumnReader::DoubleColumnReader(reader) => read!(reader, Double),
            ColumnReader::ByteArrayColumnReader(reader) => read!(reader, Text),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "a column of a type that no table has")),
        }
    }
}

impl Values {
    fn get(&self, at: usize, unit: i64, cell: &mut Cell) -> io::Result<()> {
        let found = match self {
            Self::Flag(all) => all.get(at).map(|flag| Cell::Flag(*flag)),
            Self::Int(all) => all.get(at).map(|value| Cell::Whole(i64::from(*value))),
            Self::Long(all) => all.get(at).and_then(|value| value.checked_mul(unit)).map(Cell::Whole),
            Self::Float(all) => all.get(at).map(|value| Cell::Double(f64::from(*value))),
            Self::Double(all) => all.get(at).map(|value| Cell::Double(*value)),
            Self::Text(all) => {
                let text = all.get(at).map(|bytes| std::str::from_utf8(bytes.data()));
                if let Some(Ok(text)) = text {
                    cell.set_text(text);
                    return Ok(());
                }
                None
            }
            Self::None => None,
        };
        *cell = found.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a value that cannot be read"))?;
        Ok(())
    }
}
