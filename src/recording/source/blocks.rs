//! Blocks of whole lines, inflated on a thread of their own.

use super::gzip::{Gunzip, MAGIC, Step};
use super::window::Window;
use super::{Damage, DamageKind, Member};
use crate::recording::MAX_LINE;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes of text in a block, about; a block with a longer line is longer.
const BLOCK: usize = 256 * 1024;
/// Blocks that may wait to be read.
const QUEUE: usize = 4;

/// Where to begin.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::recording) struct Start {
    /// The member that the input stands at.
    pub member: Member,
    /// The place in the inflated text that is wanted; what lies before is passed over.
    pub inflated: u64,
}

/// Whole lines of text.
#[derive(Debug)]
pub(in crate::recording) struct Block {
    /// The text.
    pub bytes: Vec<u8>,
    /// Where it begins in the inflated text.
    pub start: u64,
    /// Members that begin in it or at its beginning.
    pub members: Vec<Member>,
    /// What follows it.
    pub end: BlockEnd,
    /// What could not be read right after it.
    pub damage: Option<Damage>,
}

/// What follows a block's last line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::recording) enum BlockEnd {
    /// The next line.
    Line,
    /// A line that was cut off by damage or by the file's end: its beginning is the last thing in the block.
    Cut,
    /// A line too long to be kept; it is not in the block.
    TooLong(u64),
}

/// Why no more blocks come.
#[derive(Debug, thiserror::Error)]
pub(in crate::recording) enum SourceError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it inflates to more than {0} bytes")]
    TooLarge(u64),
}

enum Message {
    Block(Block),
    End(Result<(), SourceError>),
}

/// The blocks of a file, in order.
pub(in crate::recording) struct Blocks {
    ready: Receiver<Message>,
    empty: SyncSender<Vec<u8>>,
}

impl Blocks {
    /// Starts a thread that reads. Blocks begin at `start`; more than `limit` bytes of text are an error.
    pub(in crate::recording) fn start<R: Read + Send + 'static>(input: R, start: Start, limit: u64) -> io::Result<Self> {
        let (send, ready) = sync_channel(QUEUE);
        let (empty, recycled) = sync_channel(QUEUE + 2);
        std::thread::Builder::new().name("inflate".to_owned()).spawn(move || {
            let mut producer = Producer {
                window: Window::new(input, start.member.compressed),
                out: Vec::with_capacity(BLOCK),
                start: start.member.inflated,
                wanted: start.inflated,
                limit,
                members: Vec::new(),
                discarded: None,
                recycled,
                send,
            };
            let result = producer.run();
            if let Some(result) = result.transpose() {
                // An error here means that nobody reads any more.
                let _ = producer.send.send(Message::End(result));
            }
        })?;
        Ok(Self { ready, empty })
    }

    /// The next block; `None` at the end.
    pub(in crate::recording) fn next(&mut self) -> Result<Option<Block>, SourceError> {
        match self.ready.recv() {
            Ok(Message::Block(block)) => Ok(Some(block)),
            Ok(Message::End(result)) => result.map(|()| None),
            Err(_) => Err(io::Error::other("the thread that reads the file ended unexpectedly").into()),
        }
    }

    /// Gives a block's memory back.
    pub(in crate::recording) fn recycle(&self, bytes: Vec<u8>) {
        let _ = self.empty.try_send(bytes);
    }
}

struct Producer<R> {
    window: Window<R>,
    out: Vec<u8>,
    /// Where `out` begins in the inflated text.
    start: u64,
    wanted: u64,
    limit: u64,
    members: Vec<Member>,
    /// Bytes passed over of a line that is too long, while in one.
    discarded: Option<u64>,
    recycled: Receiver<Vec<u8>>,
    send: SyncSender<Message>,
}

/// The reader went away.
struct Gone;

impl<R: Read> Producer<R> {
    /// Reads to the end. `None` when nobody listens any more.
    fn run(&mut self) -> Result<Option<()>, SourceError> {
        let gzip = self.window.require(MAGIC.len())? && self.window.ahead().starts_with(b"\x1f\x8b");
        let mut gunzip = gzip.then(Gunzip::new);
        loop {
            let step = match &mut gunzip {
                Some(gunzip) => gunzip.step(&mut self.window, &mut self.out)?,
                None => self.copy()?,
            };
            self.pass_over();
            let sent = match step {
                Step::Member(compressed) => {
                    self.members.push(Member { compressed, inflated: self.start + self.out.len() as u64 });
                    Ok(())
                }
                Step::More if self.out.len() < self.out.capacity() => Ok(()),
                Step::More => self.lines(),
                Step::Damaged(damage) => self.cut(Some(damage)),
                Step::End => {
                    let result = self.cut(None);
                    return Ok(result.ok());
                }
            };
            if sent.is_err() {
                return Ok(None);
            }
            if self.start > self.limit {
                return Err(SourceError::TooLarge(self.limit));
            }
        }
    }

    /// A step through a file that is not compressed.
    fn copy(&mut self) -> io::Result<Step> {
        if self.window.ahead().is_empty() && !self.window.fill()? {
            return Ok(Step::End);
        }
        let count = self.window.ahead().len().min(self.out.capacity() - self.out.len());
        self.out.extend_from_slice(self.window.ahead().get(..count).unwrap_or_default());
        self.window.consume(count);
        Ok(Step::More)
    }

    /// Drops what lies before the wanted place.
    fn pass_over(&mut self) {
        if self.start < self.wanted {
            let count = (self.wanted - self.start).min(self.out.len() as u64);
            self.out.drain(..count as usize);
            self.start += count;
        }
    }

    /// Sends the whole lines there are and keeps the beginning of the next one.
    fn lines(&mut self) -> Result<(), Gone> {
        if self.discarded.is_some() {
            return self.discard();
        }
        match memchr::memrchr(b'\n', &self.out) {
            Some(last) => self.send(last + 1, BlockEnd::Line, None),
            None if self.out.len() > MAX_LINE => {
                self.discarded = Some(0);
                self.discard()
            }
            None => {
                self.out.reserve(BLOCK);
                Ok(())
            }
        }
    }

    /// Drops the rest of a line that is too long.
    fn discard(&mut self) -> Result<(), Gone> {
        let length = self.discarded.unwrap_or_default();
        let newline = memchr::memchr(b'\n', &self.out);
        let count = newline.unwrap_or(self.out.len());
        self.out.drain(..newline.map_or(count, |at| at + 1));
        self.start += count as u64 + u64::from(newline.is_some());
        let length = length + count as u64;
        if newline.is_none() {
            self.discarded = Some(length);
            return Ok(());
        }
        self.discarded = None;
        self.send(0, BlockEnd::TooLong(length), None)
    }

    /// Sends all there is: the text ends here, or goes on after something that could not be read.
    fn cut(&mut self, damage: Option<Damage>) -> Result<(), Gone> {
        if self.discarded.is_some() {
            self.discard()?;
            if let Some(length) = self.discarded.take() {
                return self.send(0, BlockEnd::TooLong(length), damage);
            }
        }
        // A wrong checksum is noticed after the fact: the text goes on.
        if damage.as_ref().is_some_and(|d| d.kind == DamageKind::Checksum && d.resumed.is_some_and(|at| at == d.noticed)) {
            let whole = memchr::memrchr(b'\n', &self.out).map_or(0, |last| last + 1);
            return self.send(whole, BlockEnd::Line, damage);
        }
        let whole = self.out.last().is_none_or(|last| *last == b'\n');
        self.send(self.out.len(), if whole { BlockEnd::Line } else { BlockEnd::Cut }, damage)
    }

    fn send(&mut self, length: usize, end: BlockEnd, damage: Option<Damage>) -> Result<(), Gone> {
        let mut next = self.recycled.try_recv().unwrap_or_default();
        next.clear();
        let rest = self.out.get(length..).unwrap_or_default();
        next.reserve(BLOCK.max(rest.len() + 1));
        next.extend_from_slice(rest);
        // A block that a long line made large is not kept large.
        next.shrink_to(BLOCK.max(rest.len() + 1));
        let mut bytes = std::mem::replace(&mut self.out, next);
        bytes.truncate(length);
        let block = Block { bytes, start: self.start, members: std::mem::take(&mut self.members), end, damage };
        self.start += length as u64;
        self.send.send(Message::Block(block)).map_err(|_| Gone)
    }
}
