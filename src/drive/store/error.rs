//! What goes wrong with a database, in words for the user.

use crate::drive::words::clean;
use rusqlite::{Error, ErrorCode};

/// Why the store gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It did not answer in time.
    #[error("the disk with the database does not answer")]
    Busy,
    /// Its thread has ended.
    #[error("the database is no longer open")]
    Gone,
    /// What the database said.
    #[error("{0}")]
    Database(String),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Database(words(&error))
    }
}

/// What SQLite means by an error.
pub(super) fn words(error: &Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another program holds the database locked".to_owned(),
        Some(ErrorCode::ReadOnly) => "the file or its folder is read-only".to_owned(),
        Some(ErrorCode::SystemIoFailure) => "the disk failed to read or write".to_owned(),
        Some(ErrorCode::PermissionDenied) => "access is not permitted".to_owned(),
        Some(ErrorCode::CannotOpen) => "the file cannot be opened or created".to_owned(),
        Some(ErrorCode::NotADatabase) => "the file is not a database".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => "the database is damaged".to_owned(),
        Some(ErrorCode::OutOfMemory) => "there is no memory left".to_owned(),
        _ => clean(&error.to_string(), 160),
    }
}

/// Whether the same may succeed later: the disk is full, somebody holds the database locked.
pub(super) fn may_pass(error: &Error) -> bool {
    use ErrorCode as C;
    matches!(
        error.sqlite_error_code(),
        Some(
            C::DiskFull
                | C::DatabaseBusy
                | C::DatabaseLocked
                | C::ReadOnly
                | C::SystemIoFailure
                | C::PermissionDenied
                | C::CannotOpen
                | C::OutOfMemory
                | C::FileLockingProtocolFailed
        )
    )
}

/// Whether the file is not what this program left there.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}
