//! Stand-in until the regression itself is merged.
#![allow(missing_docs, clippy::missing_errors_doc)]
use crate::analytics::{Undefined, regression::{Line, ols}};
pub fn huber(y: &[f64], x: &[f64]) -> Result<Line, Undefined> {
    ols(y, x).map(|line| Line { r2: None, ..line })
}
