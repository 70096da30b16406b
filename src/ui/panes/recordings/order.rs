//! In which order the recordings are listed.

use super::rows;
use crate::app::RecordingFile;
use crate::drive::previews::Preview;
use std::cmp::Ordering;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// When the file was last changed, the newest first.
    #[default]
    Changed,
    /// The file's name.
    Name,
    /// The symbols in it.
    Symbols,
    /// When its data begins, the newest first.
    From,
    /// How long it is, the longest first.
    Span,
    /// Events in it, the most first.
    Events,
    /// Its size, the largest first.
    Size,
    /// Where the data comes from.
    Venue,
    /// Gaps in it, the most first.
    Gaps,
    /// What is wrong with it, the damaged ones first.
    State,
}

impl Sort {
    const ALL: [Self; 10] = [
        Self::Changed,
        Self::Name,
        Self::Symbols,
        Self::From,
        Self::Span,
        Self::Events,
        Self::Size,
        Self::Venue,
        Self::Gaps,
        Self::State,
    ];

    /// The heading of its column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Name => "name",
            Self::Symbols => "symbols",
            Self::From => "from",
            Self::Span => "span",
            Self::Events => "events",
            Self::Size => "size",
            Self::Venue => "venue",
            Self::Gaps => "gaps",
            Self::State => "state",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// What by.
    pub by: Sort,
    /// The other way round.
    pub reverse: bool,
}

impl Order {
    /// The usual way round.
    pub const fn by(by: Sort) -> Self {
        Self { by, reverse: false }
    }

    /// By the column so many further on, the usual way round.
    pub fn next(self, count: u32) -> Self {
        let at = Sort::ALL.iter().position(|sort| *sort == self.by).unwrap_or(0);
        Self::by(Sort::ALL[(at + count as usize) % Sort::ALL.len()])
    }

    /// Which of two files comes first. Files not yet looked into come last where that matters; equal ones are newest first.
    pub fn compare(self, a: (&RecordingFile, Option<&Preview>), b: (&RecordingFile, Option<&Preview>)) -> Ordering {
        let newest = |a: &RecordingFile, b: &RecordingFile| (b.modified, &b.path).cmp(&(a.modified, &a.path));
        let largest = |figure: fn(&Preview) -> i64| b.1.map(figure).cmp(&a.1.map(figure));
        let first = |text: fn(&Preview) -> String| a.1.map(text).cmp(&b.1.map(text));
        let order = match self.by {
            Sort::Changed => newest(a.0, b.0),
            Sort::Name => rows::name(a.0).cmp(&rows::name(b.0)),
            Sort::Size => b.0.bytes.cmp(&a.0.bytes),
            Sort::Symbols => first(|preview| rows::symbols(preview, u16::MAX)),
            Sort::From => largest(|preview| preview.span.map_or(i64::MIN, |(from, _)| from.0)),
            Sort::Span => largest(|preview| preview.span.map_or(i64::MIN, |(from, to)| to.saturating_sub(from).0)),
            Sort::Events => largest(|preview| i64::try_from(preview.events).unwrap_or(i64::MAX)),
            Sort::Venue => first(|preview| preview.venue.clone()),
            Sort::Gaps => largest(|preview| i64::try_from(preview.gaps).unwrap_or(i64::MAX)),
            Sort::State => largest(|preview| rows::gravity(&preview.health)),
        };
        let order = if self.reverse { order.reverse() } else { order };
        let told_by_the_file = matches!(self.by, Sort::Changed | Sort::Name | Sort::Size);
        let unknown = if told_by_the_file { Ordering::Equal } else { a.1.is_none().cmp(&b.1.is_none()) };
        unknown.then(order).then_with(|| newest(a.0, b.0))
    }
}
