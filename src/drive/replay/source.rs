//! Where a replay's inputs come from: recordings, merged in time order, that can go back to an earlier place.

use crate::domain::Input;
use crate::recording::{Position, ReadError, ReadOptions, Reader, Report};
use std::path::{Path, PathBuf};

/// A stream of inputs that can return to a place it was at.
pub trait Source: Send {
    /// A place in the stream.
    type Position: Clone + Send;

    /// The next input; `None` at the end.
    ///
    /// # Errors
    /// When it cannot be read.
    fn next(&mut self) -> Result<Option<Input>, ReadError>;

    /// The place before the next input.
    fn position(&self) -> Self::Position;

    /// Returns to a place.
    ///
    /// # Errors
    /// When the stream cannot be read there.
    fn seek(&mut self, position: &Self::Position) -> Result<(), ReadError>;
}

/// One file and the input of it that comes next.
struct Open {
    reader: Reader,
    next: Option<Input>,
}

/// Recordings, merged in time order; inputs of one moment come in the order of the files.
pub struct Files {
    paths: Vec<PathBuf>,
    options: ReadOptions,
    open: Vec<Open>,
    seq: u64,
}

impl Files {
    /// Opens recordings at their beginnings.
    ///
    /// # Errors
    /// When one cannot be opened or its first input cannot be read.
    pub fn open(paths: &[PathBuf], options: ReadOptions) -> Result<Self, ReadError> {
        let open = paths.iter().map(|path| Open::start(Reader::open(path, options.clone())?)).collect::<Result<_, _>>()?;
        Ok(Self { paths: paths.to_vec(), options, open, seq: 0 })
    }

    /// What has been found in each file so far, beside its inputs.
    pub fn reports(&self) -> impl Iterator<Item = (&Path, &Report)> {
        self.open.iter().map(|open| (open.reader.path(), open.reader.report()))
    }
}

impl Open {
    fn start(mut reader: Reader) -> Result<Self, ReadError> {
        let next = reader.next_input()?;
        Ok(Self { reader, next })
    }
}

impl Source for Files {
    /// Inputs given so far; for each file where its reader stands, and the input of it that comes next.
    type Position = (u64, Vec<(Position, Option<Input>)>);

    fn next(&mut self) -> Result<Option<Input>, ReadError> {
        let first = match self.open.as_slice() {
            [_] => Some(0),
            many => many.iter().enumerate().filter_map(|(i, open)| Some((open.next.as_ref()?.at, i))).min().map(|(_, i)| i),
        };
        let Some(open) = first.and_then(|i| self.open.get_mut(i)) else { return Ok(None) };
        let Some(mut input) = open.next.take() else { return Ok(None) };
        open.next = open.reader.next_input()?;
        self.seq += 1;
        input.seq = self.seq;
        Ok(Some(input))
    }

    fn position(&self) -> Self::Position {
        (self.seq, self.open.iter().map(|open| (open.reader.position(), open.next.clone())).collect())
    }

    fn seek(&mut self, (seq, positions): &Self::Position) -> Result<(), ReadError> {
        self.open = self
            .paths
            .iter()
            .zip(positions)
            .map(|(path, (position, next))| {
                let reader = Reader::open_at(path, position, self.options.clone())?;
                Ok(Open { reader, next: next.clone() })
            })
            .collect::<Result<_, ReadError>>()?;
        self.seq = *seq;
        Ok(())
    }
}
