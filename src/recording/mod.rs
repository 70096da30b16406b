//! The recording format `.rec.gz`: gzip members of newline-separated JSON objects, one event a line.
//!
//! A line is read by [`decode_line`] and written by [`encode_input`]; a file is read by [`Reader`], summed up by
//! [`Index`], written live by [`Writer`] and in bulk by [`RecordingFile`], salvaged by [`repair()`] and several are put in
//! time order by [`Merge`].

pub mod encode;
pub mod index;
pub mod line;
pub mod merge;
pub mod reader;
pub mod repair;
pub mod report;
#[cfg(test)]
pub(crate) mod samples;
mod source;
pub mod writer;

pub use encode::{encode_bar, encode_input, write_decimal, write_text};
pub use index::{Index, IndexOptions};
pub use line::{DerivedTopic, LineContext, LineError, Record, decode_line};
pub use merge::{Merge, join_meta};
pub use reader::{Content, Line, Position, ReadError, ReadOptions, Reader};
pub use repair::{RepairError, Repaired, repair};
pub use report::{BadLine, Report, Truncated};
pub use source::{Damage, DamageKind, Member};
pub use writer::{Day, EXTENSION, RecordingFile, WriteError, Writer, WriterState, WriterStatus, Written, day_of, file_name};

/// Longest line read or written, in bytes without its newline.
pub const MAX_LINE: usize = 1 << 20;
/// The `format` that a recording's `meta` names.
pub const FORMAT: &str = "rtai.rec";
/// The `version` that is written, and the only one that is read.
pub const VERSION: u64 = 1;
/// What the `app` of a recording that was converted from other formats ends with.
pub const IMPORTED: &str = " import";
