//! From a file's bytes to blocks of whole lines: telling the format, inflating, finding the way past damage.

mod blocks;
mod gzip;
mod window;

pub(super) use blocks::{Block, BlockEnd, Blocks, SourceError, Start};

use std::fmt;

/// A gzip member: a stretch of the file that can be inflated on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Member {
    /// Where it begins in the file, bytes.
    pub compressed: u64,
    /// Where what it holds begins in the inflated text, bytes.
    pub inflated: u64,
}

/// A place in the file where something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Damage {
    /// What is wrong.
    pub kind: DamageKind,
    /// Where the damaged member begins in the file, bytes.
    pub member: u64,
    /// Where the damage was noticed, bytes; it may lie a little before.
    pub noticed: u64,
    /// Where reading went on, bytes; `None` when nothing readable followed.
    pub resumed: Option<u64>,
}

/// What can be wrong with a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DamageKind {
    /// The file ends in the middle: the writer was killed or the disk was full.
    Truncated,
    /// Bytes that cannot be inflated.
    Corrupt,
    /// All could be inflated, but the checksum differs: some of it may be wrong.
    Checksum,
    /// Bytes between or after members that are no gzip.
    Garbage,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            DamageKind::Truncated => write!(f, "the file ends in the middle, at byte {}", self.noticed)?,
            DamageKind::Corrupt => write!(f, "bytes {} to {} are corrupt", self.member, self.noticed)?,
            DamageKind::Checksum => write!(f, "bytes {} to {} have a wrong checksum", self.member, self.noticed)?,
            DamageKind::Garbage => write!(f, "no gzip at byte {}", self.noticed)?,
        }
        match self.resumed {
            Some(at) if at > self.noticed => write!(f, ", lost up to byte {at}"),
            Some(_) => Ok(()),
            None if self.kind == DamageKind::Truncated => Ok(()),
            None => f.write_str(", nothing more could be read"),
        }
    }
}
