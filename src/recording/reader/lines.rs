//! From blocks to single lines, with their numbers and places.

use crate::recording::MAX_LINE;
use crate::recording::line::LineError;
use crate::recording::report::{Report, Truncated};
use crate::recording::source::{Block, BlockEnd, Blocks, Member, SourceError, Start};
use std::io::{self, Read};
use std::ops::Range;

/// The lines of a file, one after the other.
pub(super) struct Lines {
    blocks: Blocks,
    block: Block,
    /// Where the next line begins in the block.
    next: usize,
    /// The line that was gone to last.
    current: Range<usize>,
    /// Its number.
    pub(super) number: u64,
    /// The last member that began before this block.
    member: Member,
    format: Format,
}

enum Format {
    /// Nothing was read yet; reading begins here.
    Unread(Start),
    Plain,
    Gzip,
}

impl Lines {
    pub(super) fn start<R: Read + Send + 'static>(input: R, start: Start, limit: u64) -> io::Result<Self> {
        Ok(Self {
            blocks: Blocks::start(input, start, limit)?,
            block: Block { bytes: Vec::new(), start: start.inflated, members: Vec::new(), end: BlockEnd::Line, damage: None },
            next: 0,
            current: 0..0,
            number: 0,
            member: start.member,
            format: Format::Unread(start),
        })
    }

    /// The line that was gone to last, without its line break.
    #[inline]
    pub(super) fn current(&self) -> &[u8] {
        self.block.bytes.get(self.current.clone()).unwrap_or_default()
    }

    /// The lines of the block that have not been gone to.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        self.block.bytes.get(self.next..).unwrap_or_default()
    }

    /// Goes past a line that was read from [`Lines::rest`]; its length counts its line break.
    #[inline]
    pub(super) fn pass(&mut self, length: usize, report: &mut Report) {
        self.next = (self.next + length).min(self.block.bytes.len());
        self.number += 1;
        report.lines += 1;
    }

    /// Where the next line begins.
    pub(super) fn place(&self) -> Start {
        let inflated = self.block.start + self.next as u64;
        let member = match self.format {
            Format::Unread(start) => return start,
            Format::Plain => Member { compressed: inflated, inflated },
            Format::Gzip => *self.block.members.iter().rfind(|m| m.inflated <= inflated).unwrap_or(&self.member),
        };
        Start { member, inflated }
    }

    /// Goes to the next line that is not blank within the block.
    #[inline]
    pub(super) fn advance_in_block(&mut self, report: &mut Report) -> bool {
        while let Some(rest) = self.block.bytes.get(self.next..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let start = self.next;
            self.next = (start + length + 1).min(self.block.bytes.len());
            self.number += 1;
            report.lines += 1;
            let line = rest.get(..length).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.first().is_none_or(u8::is_ascii_whitespace) && line.trim_ascii().is_empty() {
                report.blank += 1;
                continue;
            }
            if line.len() > MAX_LINE {
                report.bad_line(self.number, &LineError::TooLong);
                continue;
            }
            self.current = start..start + line.len();
            return true;
        }
        false
    }

    /// Goes to the next block. False at the end of the file.
    pub(super) fn next_block(&mut self, report: &mut Report) -> Result<bool, SourceError> {
        if let BlockEnd::TooLong(_) = self.block.end {
            self.number += 1;
            report.lines += 1;
            report.bad_line(self.number, &LineError::TooLong);
        }
        if let Some(damage) = self.block.damage.take() {
            report.damage(damage);
        }
        if let Some(last) = self.block.members.last() {
            self.member = *last;
        }
        self.blocks.recycle(std::mem::take(&mut self.block.bytes));
        self.current = 0..0;
        self.next = 0;
        let end = self.block.start;
        if let Some(block) = self.blocks.next()? {
            if !block.members.is_empty() {
                self.format = Format::Gzip;
            } else if matches!(self.format, Format::Unread(_)) {
                self.format = Format::Plain;
            }
            report.members += block.members.len() as u64;
            report.inflated = block.start + block.bytes.len() as u64;
            self.block = block;
            return Ok(true);
        }
        self.leave();
        self.block.start = report.inflated.max(end);
        Ok(false)
    }

    /// Drops what is left of the block.
    pub(super) fn leave(&mut self) {
        self.block.bytes.clear();
        self.block.members.clear();
        self.block.end = BlockEnd::Line;
        self.block.damage = None;
        self.next = 0;
        self.current = 0..0;
    }

    /// Counts the current line as bad, unless it is the beginning of one that was cut off.
    pub(super) fn bad(&self, error: &LineError, report: &mut Report) {
        let last = self.next >= self.block.bytes.len();
        if !last || self.block.end != BlockEnd::Cut {
            report.bad_line(self.number, error);
            return;
        }
        report.lines -= 1;
        if self.block.damage.is_none() {
            let byte = self.block.start + self.block.bytes.len() as u64;
            if matches!(self.format, Format::Gzip) {
                report.lines += 1;
                report.bad_line(self.number, error);
            } else {
                report.truncated = Some(Truncated { byte, salvaged_lines: report.lines });
            }
        }
    }
}
