//! Lines to gzip members that can each be inflated on its own.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, Write};

/// Text in a member, about: what can be lost to damage, and what a seek inflates at most.
const MEMBER: usize = 4 * 1024 * 1024;

/// Where members are written to.
pub(super) trait Sink: Write + Send {
    /// Makes sure that what was written survives a power cut.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        match self.sync_data() {
            // Pipes and devices have nothing to sync.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            result => result,
        }
    }
}

/// Counts what is written.
struct Counted<S> {
    sink: S,
    bytes: u64,
}

impl<S: Write> Write for Counted<S> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let count = self.sink.write(data)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Writes whole lines as gzip members, each of whole lines.
pub(super) struct Members<S: Sink> {
    state: State<S>,
    /// Text in the current member.
    size: usize,
}

enum State<S: Sink> {
    Within(GzEncoder<Counted<S>>),
    Between(Counted<S>),
    /// An earlier error left nothing to write to.
    Broken,
}

impl<S: Sink> Members<S> {
    pub(super) const fn new(sink: S) -> Self {
        Self { state: State::Between(Counted { sink, bytes: 0 }), size: 0 }
    }

    /// Bytes written to the sink so far.
    pub(super) fn bytes(&self) -> u64 {
        match &self.state {
            State::Within(encoder) => encoder.get_ref().bytes,
            State::Between(counted) => counted.bytes,
            State::Broken => 0,
        }
    }

    /// Writes whole lines, each with its line break.
    pub(super) fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
        while !lines.is_empty() {
            let room = MEMBER.saturating_sub(self.size);
            let count = match lines.get(room..) {
                None => lines.len(),
                Some(beyond) => memchr::memchr(b'\n', beyond).map_or(lines.len(), |at| room + at + 1),
            };
            let (now, later) = lines.split_at(count);
            self.encoder()?.write_all(now)?;
            self.size += count;
            if self.size >= MEMBER {
                self.end_member()?;
            }
            lines = later;
        }
        Ok(())
    }

    fn encoder(&mut self) -> io::Result<&mut GzEncoder<Counted<S>>> {
        if matches!(self.state, State::Between(_))
            && let State::Between(counted) = std::mem::replace(&mut self.state, State::Broken)
        {
            self.state = State::Within(GzEncoder::new(counted, Compression::new(6)));
        }
        match &mut self.state {
            State::Within(encoder) => Ok(encoder),
            _ => Err(io::Error::other("writing failed before")),
        }
    }

    /// Ends the member, so that what was written is a complete gzip file.
    pub(super) fn end_member(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.state, State::Broken) {
            State::Within(encoder) => self.state = State::Between(encoder.finish()?),
            other => self.state = other,
        }
        self.size = 0;
        Ok(())
    }

    /// Makes all that was written readable, though the member goes on.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Within(encoder) => encoder.flush(),
            _ => Ok(()),
        }
    }

    pub(super) fn sync(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Within(encoder) => encoder.get_mut().sink.sync(),
            State::Between(counted) => counted.sink.sync(),
            State::Broken => Ok(()),
        }
    }
}
