//! Stand-in until the regression itself is merged.
#![allow(missing_docs, clippy::missing_errors_doc)]
pub use crate::analytics::regression::ols as huber;
