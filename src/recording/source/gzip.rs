//! Inflating gzip members one after the other, and finding the next one past damage.

use super::window::Window;
use super::{Damage, DamageKind};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use memchr::memmem;
use std::io::{self, Read};

/// What every member begins with: gzip, deflate.
pub(super) const MAGIC: &[u8] = b"\x1f\x8b\x08";
/// A header with its texts may be this long; longer is taken for garbage.
const MAX_HEADER: usize = 64 * 1024;
/// Header bytes that tell a member from the same three bytes within other data.
const PLAUSIBLE: usize = 10;

/// One step's outcome.
pub(super) enum Step {
    /// A member begins here.
    Member(u64),
    /// Something may have been appended to the output.
    More,
    /// Something could not be read. What was appended before ends at it.
    Damaged(Damage),
    /// The end of the file.
    End,
}

/// Inflates a file of gzip members.
pub(super) struct Gunzip {
    body: Option<Body>,
    /// Up to where the bytes ahead were searched for the beginning of a next member.
    searched: u64,
    finished: bool,
}

struct Body {
    inflate: Decompress,
    crc: Crc,
    size: u32,
    start: u64,
}

impl Gunzip {
    pub(super) const fn new() -> Self {
        Self { body: None, searched: 0, finished: false }
    }

    /// Goes on by one member's header or by one stretch of text, appended within the output's spare capacity.
    pub(super) fn step<R: Read>(&mut self, window: &mut Window<R>, out: &mut Vec<u8>) -> io::Result<Step> {
        if self.finished {
            return Ok(Step::End);
        }
        match self.body.take() {
            Some(body) => self.inflate(body, window, out),
            None => self.header(window),
        }
    }

    fn header<R: Read>(&mut self, window: &mut Window<R>) -> io::Result<Step> {
        let start = window.offset();
        loop {
            match header_length(window.ahead()) {
                Header::Complete(length) => {
                    window.consume(length);
                    let inflate = Decompress::new(false);
                    self.body = Some(Body { inflate, crc: Crc::new(), size: 0, start });
                    return Ok(Step::Member(start));
                }
                Header::Invalid => return self.garbage(window),
                Header::Incomplete => {
                    if !window.fill()? {
                        self.finished = true;
                        if window.ahead().is_empty() {
                            return Ok(Step::End);
                        }
                        let noticed = start + window.ahead().len() as u64;
                        let kind = DamageKind::Truncated;
                        return Ok(Step::Damaged(Damage { kind, member: start, noticed, resumed: None }));
                    }
                }
            }
        }
    }

    /// Passes over what is no member. Zeros at the end are padding and no damage.
    fn garbage<R: Read>(&mut self, window: &mut Window<R>) -> io::Result<Step> {
        let start = window.offset();
        let mut zeros = true;
        let resumed = loop {
            let ahead = window.ahead();
            let found = find_member(ahead);
            let skip = found.unwrap_or(ahead.len().saturating_sub(PLAUSIBLE - 1));
            zeros &= ahead.iter().take(skip).all(|b| *b == 0);
            window.consume(skip);
            if found.is_some() {
                break Some(window.offset());
            }
            if !window.fill()? {
                zeros &= window.ahead().iter().all(|b| *b == 0);
                self.finished = true;
                break None;
            }
        };
        if zeros && resumed.is_none() {
            return Ok(Step::End);
        }
        Ok(Step::Damaged(Damage { kind: DamageKind::Garbage, member: start, noticed: start, resumed }))
    }

    fn inflate<R: Read>(&mut self, mut body: Body, window: &mut Window<R>, out: &mut Vec<u8>) -> io::Result<Step> {
        let at_end = window.ahead().len() < PLAUSIBLE && !window.fill()?;
        let limit = if at_end { window.ahead().len() } else { self.before_next_member(window) };
        let before = out.len();
        let (total_in, total_out) = (body.inflate.total_in(), body.inflate.total_out());
        let status = body.inflate.decompress_vec(window.ahead().get(..limit).unwrap_or_default(), out, FlushDecompress::None);
        window.consume((body.inflate.total_in() - total_in) as usize);
        let fresh = out.get(before..).unwrap_or_default();
        body.crc.update(fresh);
        body.size = body.size.wrapping_add(fresh.len() as u32);
        match status {
            Ok(Status::StreamEnd) => self.trailer(&body, window),
            Ok(Status::Ok | Status::BufError) => {
                let idle = body.inflate.total_in() == total_in && body.inflate.total_out() == total_out;
                if idle && at_end {
                    return Ok(self.damaged(DamageKind::Truncated, &body, window));
                }
                self.body = Some(body);
                Ok(Step::More)
            }
            Err(_) => Ok(self.damaged(DamageKind::Corrupt, &body, window)),
        }
    }

    /// How much of what lies ahead may be inflated without running unnoticed into what looks like the next member. Where one is reached
    /// in the middle of this one, the place is marked: should this one turn out to be damaged, reading goes on there.
    fn before_next_member<R: Read>(&mut self, window: &mut Window<R>) -> usize {
        let offset = window.offset();
        if offset < self.searched {
            // A place found before, or nothing up to where was searched.
            return ((self.searched - offset) as usize).min(window.ahead().len());
        }
        if window.ahead().get(..PLAUSIBLE).and_then(find_member) == Some(0) {
            window.mark();
        }
        let ahead = window.ahead();
        let limit = match ahead.get(1..).and_then(find_member) {
            Some(at) => at + 1,
            // The last bytes may be the beginning of one: they are searched again with what follows.
            None => ahead.len().saturating_sub(PLAUSIBLE - 1).clamp(1, ahead.len().max(1)),
        };
        self.searched = offset + limit as u64;
        limit
    }

    fn trailer<R: Read>(&mut self, body: &Body, window: &mut Window<R>) -> io::Result<Step> {
        if !window.require(8)? {
            let rest = window.ahead().len();
            window.consume(rest);
            return Ok(self.damaged(DamageKind::Truncated, body, window));
        }
        let mut expected = [0; 8];
        expected.copy_from_slice(window.ahead().get(..8).unwrap_or(&[0; 8]));
        let [a, b, c, d, e, f, g, h] = expected;
        if u32::from_le_bytes([a, b, c, d]) != body.crc.sum() || u32::from_le_bytes([e, f, g, h]) != body.size {
            window.consume(8);
            return Ok(self.damaged(DamageKind::Checksum, body, window));
        }
        window.consume(8);
        window.unmark();
        Ok(Step::More)
    }

    /// Gives this member up. Reading goes on at the marked place, else wherever the next member is found.
    fn damaged<R: Read>(&mut self, kind: DamageKind, body: &Body, window: &mut Window<R>) -> Step {
        let noticed = window.offset();
        let mut resumed = window.back();
        self.searched = 0;
        if resumed.is_some() {
            // Reading goes on there.
        } else if kind == DamageKind::Truncated {
            self.finished = true;
        } else {
            match self.seek_member(window) {
                Ok(found) => resumed = found,
                // The same error comes again with the next step and is reported then.
                Err(_) => resumed = None,
            }
        }
        Step::Damaged(Damage { kind, member: body.start, noticed, resumed })
    }

    fn seek_member<R: Read>(&mut self, window: &mut Window<R>) -> io::Result<Option<u64>> {
        loop {
            if let Some(at) = find_member(window.ahead()) {
                window.consume(at);
                return Ok(Some(window.offset()));
            }
            let pass = window.ahead().len().saturating_sub(PLAUSIBLE - 1);
            window.consume(pass);
            if !window.fill()? {
                self.finished = true;
                return Ok(None);
            }
        }
    }
}

/// Where a member's header seems to begin.
fn find_member(bytes: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, MAGIC).find(|at| match bytes.get(*at..at + PLAUSIBLE) {
        // No reserved flags, a known compression hint and a known system: by chance once in 200 billion bytes.
        Some(&[_, _, _, flags, _, _, _, _, hint, system]) => {
            flags & 0xe0 == 0 && matches!(hint, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
        }
        _ => false,
    })
}

enum Header {
    Complete(usize),
    Incomplete,
    Invalid,
}

fn header_length(bytes: &[u8]) -> Header {
    let known = bytes.len().min(MAGIC.len());
    if bytes.get(..known) != MAGIC.get(..known) {
        return Header::Invalid;
    }
    let Some(&flags) = bytes.get(3) else { return Header::Incomplete };
    if flags & 0xe0 != 0 {
        return Header::Invalid;
    }
    let optional = |length: Option<usize>| match length {
        Some(length) => Header::Complete(length),
        None if bytes.len() > MAX_HEADER => Header::Invalid,
        None => Header::Incomplete,
    };
    optional((|| {
        let mut length = PLAUSIBLE;
        if flags & 4 != 0 {
            let extra = [*bytes.get(length)?, *bytes.get(length + 1)?];
            length += 2 + usize::from(u16::from_le_bytes(extra));
        }
        // The original file's name and a comment, each ended by a zero.
        for flag in [8, 16] {
            if flags & flag != 0 {
                length += 1 + memchr::memchr(0, bytes.get(length..)?)?;
            }
        }
        if flags & 2 != 0 {
            length += 2;
        }
        (bytes.len() >= length).then_some(length)
    })())
}
