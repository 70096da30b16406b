//! Stand-ins until the tests themselves are merged.
#![allow(missing_docs, clippy::missing_errors_doc)]
use crate::analytics::Undefined;
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adf {
    pub stat: f64,
    pub p: f64,
    pub lags: usize,
    pub n: usize,
    pub crit: [f64; 3],
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coint {
    pub stat: f64,
    pub p: f64,
    pub crit: [f64; 3],
    pub lags: usize,
    pub n: usize,
}
pub fn adf(_: &[f64]) -> Result<Adf, Undefined> {
    Err(Undefined::NotConverged)
}
pub fn coint(_: &[f64], _: &[f64]) -> Result<Coint, Undefined> {
    Err(Undefined::NotConverged)
}
pub use crate::analytics::regression::ols as huber;
