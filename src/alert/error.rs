//! What is wrong with an expression, where, and how it is shown.

use std::fmt;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Cells of a text's line that are shown around a mistake.
const SHOWN: usize = 72;
/// Characters of the user's text that are repeated in a message.
const QUOTED: usize = 40;

/// A mistake in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// The offending bytes of the text; empty where something is missing.
    pub at: Range<usize>,
    /// What is wrong, or what was expected.
    pub message: String,
    /// How it would be right, where that can be guessed: `did you mean `price`?`.
    pub hint: Option<String>,
    /// Line and column in characters, both from 1.
    place: (usize, usize),
}

impl ExpressionError {
    /// A mistake at a place of the text; the place is moved to the text's characters where it is none.
    pub(super) fn new(text: &str, at: Range<usize>, message: impl Into<String>) -> Self {
        let at = within(text, &at);
        let before = text.get(..at.start).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(line..).unwrap_or_default().chars().count() + 1;
        let place = (before.matches('\n').count() + 1, column);
        Self { at, message: message.into(), hint: None, place }
    }

    /// The same with a word on how it would be right.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The text's line, carets under the offending characters, and what is wrong. Of a long line what is around the place.
    ///
    /// Safe to print: characters that are not seen or turn the writing direction are replaced.
    pub fn render(&self, text: &str) -> String {
        let at = within(text, &self.at);
        let start = text.get(..at.start).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = text.get(at.start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at.start + length);
        let line = text.get(start..end).unwrap_or_default();
        // What of the line is before, in and behind the place, in characters as they are shown and their widths.
        let shown: Vec<(char, usize)> = line.chars().map(visible).map(|c| (c, c.width().unwrap_or(0))).collect();
        let count = |from: usize, to: usize| text.get(from..to).unwrap_or_default().chars().count();
        let first = count(start, at.start).min(shown.len());
        let last = (first + count(at.start, at.end.min(end))).min(shown.len());
        // The place is kept a third from the left; what does not fit is cut off on both sides.
        // Characters without a width are counted as well, or there is no end of them.
        let total: usize = shown.iter().map(|(_, width)| width).sum();
        let mut from = 0;
        if total > SHOWN || shown.len() > 2 * SHOWN {
            let mut room = SHOWN / 3;
            from = first;
            while let Some((_, width)) = from.checked_sub(1).and_then(|before| shown.get(before)) {
                if *width > room || first - from > SHOWN {
                    break;
                }
                room -= width;
                from -= 1;
            }
        }
        let (mut snippet, mut pad, mut carets, mut used) = (String::new(), 0, 0, 0);
        if from > 0 {
            snippet.push('…');
            pad = 1;
        }
        for (index, (letter, width)) in shown.iter().enumerate().skip(from) {
            if used + width > SHOWN || index - from > 2 * SHOWN {
                snippet.push('…');
                break;
            }
            used += width;
            snippet.push(*letter);
            if index < first {
                pad += width;
            } else if index < last {
                carets += width;
            }
        }
        let mut out = format!("{}\n{}{}\n{}", snippet.trim_end(), " ".repeat(pad), "^".repeat(carets.max(1)), self.message);
        if let Some(hint) = &self.hint {
            out.push_str("; ");
            out.push_str(hint);
        }
        out
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.0 > 1 {
            write!(f, "line {}, ", self.place.0)?;
        }
        write!(f, "column {}: {}", self.place.1, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for ExpressionError {}

/// A range moved inwards to the characters of a text.
fn within(text: &str, at: &Range<usize>) -> Range<usize> {
    let floor = |index: usize| {
        let mut index = index.min(text.len());
        while !text.is_char_boundary(index) {
            index -= 1;
        }
        index
    };
    let start = floor(at.start);
    start..floor(at.end).max(start)
}

/// Whether a character shows nothing or turns the writing direction: it could make a text look like another.
pub(super) const fn is_hidden(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// A character as it may be printed.
const fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if is_hidden(c) => '\u{fffd}',
        c => c,
    }
}

/// A piece of the user's text as it is repeated in a message, in the quotes messages use.
pub(super) fn quoted(text: &str) -> String {
    let mut out: String = text.chars().take(QUOTED).map(visible).collect();
    if text.chars().nth(QUOTED).is_some() {
        out.push('…');
    }
    format!("`{out}`")
}
