//! Where a backtest's inputs come from: recordings, files of other formats as they lie, or both at once; in blocks.

use crate::codecs::{self, ImportError, Merged, Recognised};
use crate::domain::Input;
use crate::drive::replay::{Files, Source as _};
use crate::recording::{ReadError, ReadOptions, Reader};
use std::path::{Path, PathBuf};

/// Inputs in a block: enough that handing it over costs nothing beside them, few enough to stay in the processor's cache.
const BLOCK: usize = 1_024;

/// Why inputs cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// A recording.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file of another format.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// Inputs that are handed over together; its memory is used again.
#[derive(Debug)]
pub(super) struct Block {
    inputs: Vec<Input>,
    used: usize,
}

impl Block {
    pub(super) fn new() -> Self {
        Self { inputs: std::iter::repeat_with(Reader::blank_input).take(BLOCK).collect(), used: 0 }
    }

    pub(super) fn inputs(&self) -> &[Input] {
        self.inputs.get(..self.used).unwrap_or_default()
    }
}

/// Files as one sequence of inputs in time order.
pub(super) struct Feed {
    kind: Kind,
    options: ReadOptions,
}

enum Kind {
    /// The usual one, and the quickest: inputs are read into their places.
    One(Box<Reader>),
    Several {
        recorded: Option<Files>,
        imported: Option<Box<Merged>>,
        next: [Option<Input>; 2],
    },
}

impl Feed {
    pub(super) fn open(files: &[PathBuf], reading: &codecs::Options) -> Result<Self, FeedError> {
        let (mut recordings, mut others) = (Vec::new(), Vec::new());
        for path in files {
            match codecs::recognise(path)? {
                Recognised::Recording => recordings.push(path.clone()),
                Recognised::Import(..) => others.push(path.clone()),
            }
        }
        let options = ReadOptions { keep_going: reading.keep_going, ..ReadOptions::default() };
        let kind = if let ([only], true) = (recordings.as_slice(), others.is_empty()) {
            Kind::One(Box::new(Reader::open(only, options.clone())?))
        } else {
            let recorded = if recordings.is_empty() { None } else { Some(Files::open(&recordings, options.clone())?) };
            let imported = if others.is_empty() { None } else { Some(Box::new(Merged::open(&others, reading)?)) };
            Kind::Several { recorded, imported, next: [None, None] }
        };
        let mut feed = Self { kind, options };
        if let Kind::Several { recorded, imported, next } = &mut feed.kind {
            next[0] = recorded.as_mut().map(Files::next).transpose()?.flatten();
            next[1] = imported.as_mut().map(|merged| merged.next_input()).transpose()?.flatten();
        }
        Ok(feed)
    }

    /// Reads the next inputs into a block; false at the end.
    pub(super) fn fill(&mut self, block: &mut Block) -> Result<bool, FeedError> {
        block.used = 0;
        for slot in &mut block.inputs {
            let more = match &mut self.kind {
                Kind::One(reader) => reader.read_into(slot)?,
                Kind::Several { recorded, imported, next } => match step(recorded, imported, next)? {
                    Some(input) => {
                        *slot = input;
                        true
                    }
                    None => false,
                },
            };
            if !more {
                break;
            }
            block.used += 1;
        }
        Ok(block.used > 0)
    }

    /// What was wrong with the files, in words; complete at the end.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut of = |path: &Path, report: &crate::recording::Report| {
            if report.bad > 0 {
                let first = report.bad_lines.first().map(|bad| format!(", the first is line {}: {}", bad.line, bad.reason));
                notes.push(format!("{}: {} bad lines{}", path.display(), report.bad, first.unwrap_or_default()));
            }
            if report.damage_count > 0 {
                notes.push(format!("{}: damaged in {} places", path.display(), report.damage_count));
            }
            if let Some(cut) = report.truncated {
                notes.push(format!("{}: ends in the middle, after {} lines", path.display(), cut.salvaged_lines));
            }
        };
        match &self.kind {
            Kind::One(reader) => of(reader.path(), reader.report()),
            Kind::Several { recorded, imported, .. } => {
                recorded.iter().flat_map(Files::reports).for_each(|(path, report)| of(path, report));
                notes.extend(
                    imported.iter().flat_map(|merged| merged.reports()).filter(|report| report.bad > 0).map(ToString::to_string),
                );
            }
        }
        if self.options.keep_going && notes.is_empty() {
            return Vec::new();
        }
        notes
    }
}

/// The earlier of the two next inputs.
fn step(
    recorded: &mut Option<Files>,
    imported: &mut Option<Box<Merged>>,
    next: &mut [Option<Input>; 2],
) -> Result<Option<Input>, FeedError> {
    let which = match &*next {
        [Some(recorded), Some(imported)] => usize::from(imported.at < recorded.at),
        [None, Some(_)] => 1,
        _ => 0,
    };
    let Some(input) = next[which].take() else { return Ok(None) };
    next[which] = match which {
        0 => recorded.as_mut().map(Files::next).transpose()?.flatten(),
        _ => imported.as_mut().map(|merged| merged.next_input()).transpose()?.flatten(),
    };
    Ok(Some(input))
}
