//! What can go wrong in an import, said so that a person can act on it.

use std::io;
use std::path::{Path, PathBuf};

/// Why an import cannot go on. Single lines that cannot be read are no error but a [`super::Problem`] in the report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("{}: {error}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is packed in a way that cannot be undone.
    #[error("{}: {what}", file.display())]
    Packing {
        /// The file.
        file: PathBuf,
        /// What is wrong and what to do.
        what: String,
    },
    /// No codec knows the file.
    #[error("{}: not a format this program reads: {what}. It reads recordings (.rec.gz) and {known}", file.display())]
    Unrecognised {
        /// The file.
        file: PathBuf,
        /// What was found instead.
        what: String,
        /// What is read.
        known: String,
    },
    /// Neither the data nor the file's name say the symbol.
    #[error("{}: neither the data nor the file's name say which symbol it is: give it with --symbol, such as --symbol BTCUSDT", .0.display())]
    NoSymbol(PathBuf),
    /// The length of the bars is not known.
    #[error("{}: {what}: give the bars' length with --tf, such as --tf 1m", file.display())]
    NoTimeframe {
        /// The file.
        file: PathBuf,
        /// Why it could not be told.
        what: String,
    },
    /// Whether dates have the day or the month first is not known.
    #[error("{}: {what}: say which with --dates dmy (31/12/2009) or --dates mdy (12/31/2009)", file.display())]
    NoDateOrder {
        /// The file.
        file: PathBuf,
        /// Why it could not be told.
        what: String,
    },
    /// A header whose columns cannot be used.
    #[error("{}: {what}", file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A session of an exchange that is not read.
    #[error("{}: a session of {exchange}, which this program does not know yet: it reads sessions of BINANCE and BINANCE_FUTURES", file.display())]
    UnknownExchange {
        /// The file.
        file: PathBuf,
        /// The exchange as the file names it.
        exchange: String,
    },
    /// Rows that run backwards in time.
    #[error("{}: line {line} is earlier than the one before: the newest row comes first; turn the file round (for example with `tac`, keeping the header first)", file.display())]
    Backwards {
        /// The file.
        file: PathBuf,
        /// The line.
        line: u64,
    },
    /// More than one line in a hundred cannot be read.
    #[error("{}: {bad} of {lines} lines cannot be read, more than 1 %; {first}; with --keep-going what can be read is taken", file.display())]
    TooManyBad {
        /// The file.
        file: PathBuf,
        /// Lines that cannot be read.
        bad: u64,
        /// Lines read so far.
        lines: u64,
        /// The first of them and its reason.
        first: String,
    },
    /// Nothing in the file could be used.
    #[error("{}: no market data in it ({lines} lines read{first})", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
        /// Lines read.
        lines: u64,
        /// The first problem, with a leading separator, or nothing.
        first: String,
    },
    /// A recording that cannot be read.
    #[error("{}: {what}", file.display())]
    Recording {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The converted recording cannot be written.
    #[error("{}: cannot be written: {error}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl ImportError {
    pub(super) fn io(file: &Path, error: io::Error) -> Self {
        Self::Io { file: file.to_path_buf(), error }
    }

    pub(super) fn packing(file: &Path, what: impl Into<String>) -> Self {
        Self::Packing { file: file.to_path_buf(), what: what.into() }
    }
}
