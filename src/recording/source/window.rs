//! A window that moves over a file's bytes and can be held back at a mark.

use std::io::{self, ErrorKind, Read};

/// Bytes read at a time.
const CHUNK: usize = 128 * 1024;
/// Bytes kept behind a mark before it is given up: more than a member of our own writer has.
const KEEP: usize = 8 * 1024 * 1024;

/// What has been read and not yet used.
pub(super) struct Window<R> {
    input: R,
    /// Room that is kept initialised; what was read ends at `filled`.
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    /// Offset in the file of the buffer's first byte.
    base: u64,
    mark: Option<u64>,
}

impl<R: Read> Window<R> {
    /// Begins at an offset that the input already stands at.
    pub(super) fn new(input: R, offset: u64) -> Self {
        Self { input, buffer: Vec::new(), position: 0, filled: 0, base: offset, mark: None }
    }

    /// What lies ahead, as far as it has been read.
    pub(super) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.position..self.filled).unwrap_or_default()
    }

    /// Where the window stands in the file.
    pub(super) const fn offset(&self) -> u64 {
        self.base + self.position as u64
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.position = self.position.saturating_add(count).min(self.filled);
    }

    /// Reads more behind what lies ahead. False at the end of the file.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        let keep = match self.mark {
            Some(mark) if self.offset() - mark > KEEP as u64 => {
                self.mark = None;
                self.position
            }
            Some(mark) => (mark - self.base) as usize,
            None => self.position,
        };
        self.buffer.copy_within(keep..self.filled, 0);
        self.base += keep as u64;
        self.position -= keep;
        self.filled -= keep;
        if self.buffer.len() < self.filled + CHUNK {
            self.buffer.resize(self.filled + CHUNK, 0);
        }
        let count = loop {
            match self.input.read(self.buffer.get_mut(self.filled..self.filled + CHUNK).unwrap_or_default()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.filled += count.as_ref().map_or(0, |count| (*count).min(CHUNK));
        count.map(|count| count > 0)
    }

    /// Makes at least so many bytes visible; false when the file has no more.
    pub(super) fn require(&mut self, count: usize) -> io::Result<bool> {
        while self.ahead().len() < count {
            if !self.fill()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Remembers this place, unless an earlier one is remembered.
    pub(super) fn mark(&mut self) {
        self.mark.get_or_insert(self.base + self.position as u64);
    }

    pub(super) const fn unmark(&mut self) {
        self.mark = None;
    }

    /// Goes back to the mark and forgets it. `None` when there is none.
    pub(super) fn back(&mut self) -> Option<u64> {
        let mark = self.mark.take()?;
        self.position = (mark - self.base) as usize;
        Some(mark)
    }
}
