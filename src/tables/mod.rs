//! Tables: what there is of a recording in rows and columns, for other programs to read.
//!
//! The catalogue is [`Topic`]: each table's name and columns. Rows are written by a [`TableWriter`] as CSV, JSON lines or
//! Parquet ([`Output`]), and those that inputs are in are read back by [`read`].

mod catalogue;
pub mod dataset;
mod inputs;
mod output;
mod parquet;
pub mod read;
mod said;
mod text;
mod value;

pub use catalogue::{Column, Kind, Topic};
pub use inputs::{Rows, event_data, input_rows};
pub use output::{Compression, Format, Output, Part, Written};
pub use said::{alert_row, bar_row, broker_row, indicator_row};
pub use value::{Value, exact_units, units_of};

use std::io;

/// Takes the rows of one table.
pub trait TableWriter: Send {
    /// Writes one row: a value for each column of the table, in their order.
    ///
    /// # Errors
    /// What the system says.
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()>;

    /// Hands on what has been gathered, so that it is in the file.
    ///
    /// # Errors
    /// What the system says.
    fn finish(&mut self) -> io::Result<()>;

    /// Numbers that the format could not hold exactly, so far.
    fn inexact(&self) -> u64 {
        0
    }
}

/// Takes rows of several tables.
pub trait Sink {
    /// Takes a row of a table.
    ///
    /// # Errors
    /// What the system says.
    fn row(&mut self, topic: Topic, values: &[Value<'_>]) -> io::Result<()>;
}
