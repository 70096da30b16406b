//! Tables of inputs read back, and tables of bars.
//!
//! A file's rows come as [`Cells`], whatever its format, and become inputs by [`Gatherer`].

mod cells;
mod columns;
mod json;
mod parquet;
mod payload;

pub use cells::{Cell, Cells};
pub use columns::{Layout, split_csv};
pub use json::{json_cells, json_keys};
pub use parquet::ParquetRows;
pub use payload::{Gatherer, Placed};
