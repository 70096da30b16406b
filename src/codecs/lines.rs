//! Lines of a text of any size, in bounded memory.

use std::io::{self, BufRead, BufReader, Read};

/// Longest line read. Recorded sessions hold an exchange's whole instrument list in one line, about 2 MB.
pub const MAX_LINE: usize = 16 << 20;

/// One line, or why it is none.
#[derive(Debug)]
pub enum Line<'a> {
    /// Its text without line break, byte-order mark and surrounding white space; never empty.
    Text(&'a str),
    /// It is no UTF-8, or too long.
    Bad(&'static str),
}

/// Reads lines, counting them.
pub struct Lines {
    input: BufReader<Box<dyn Read + Send>>,
    buffer: Vec<u8>,
    number: u64,
    bytes: u64,
}

impl Lines {
    /// Reads from the beginning of a text.
    pub fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input: BufReader::with_capacity(128 << 10, input), buffer: Vec::new(), number: 0, bytes: 0 }
    }

    /// The number of the line last returned, from 1.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Bytes of text read so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next line that is not blank; `None` at the end.
    ///
    /// # Errors
    /// What the input says, also when a packed file ends in the middle.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        loop {
            self.buffer.clear();
            let mut whole = (&mut self.input).take(MAX_LINE as u64 + 1);
            let count = whole.read_until(b'\n', &mut self.buffer)?;
            if count == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.bytes += count as u64;
            if count > MAX_LINE && self.buffer.last() != Some(&b'\n') {
                self.skip_line()?;
                return Ok(Some(Line::Bad("longer than 16 MiB")));
            }
            let text = self.buffer.strip_prefix(b"\xef\xbb\xbf").filter(|_| self.number == 1).unwrap_or(&self.buffer);
            if !text.trim_ascii().is_empty() {
                break;
            }
        }
        let text = self.buffer.strip_prefix(b"\xef\xbb\xbf").filter(|_| self.number == 1).unwrap_or(&self.buffer);
        Ok(Some(std::str::from_utf8(text.trim_ascii()).map_or(Line::Bad("not UTF-8 text"), Line::Text)))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let ahead = self.input.fill_buf()?;
            let (count, found) = match memchr::memchr(b'\n', ahead) {
                Some(at) => (at + 1, true),
                None => (ahead.len(), ahead.is_empty()),
            };
            self.input.consume(count);
            self.bytes += count as u64;
            if found {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &'static [u8]) -> Vec<(u64, Result<String, &'static str>)> {
        let mut lines = Lines::new(Box::new(text));
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            let line = match line {
                Line::Text(text) => Ok(text.to_owned()),
                Line::Bad(why) => Err(why),
            };
            found.push((lines.number(), line));
        }
        found
    }

    #[test]
    fn lines_are_counted_and_cleaned() {
        assert_eq!(
            all(b"\xef\xbb\xbfa,b\r\n\r\n  \n c \n\xff\nlast"),
            [(1, Ok("a,b".to_owned())), (4, Ok("c".to_owned())), (5, Err("not UTF-8 text")), (6, Ok("last".to_owned()))]
        );
    }

    #[test]
    fn a_line_too_long_is_passed_over() {
        let text: &'static [u8] = Box::leak([vec![b'x'; MAX_LINE + 10], b"\nnext\n".to_vec()].concat().into_boxed_slice());
        assert_eq!(all(text), [(1, Err("longer than 16 MiB")), (2, Ok("next".to_owned()))]);
    }
}
