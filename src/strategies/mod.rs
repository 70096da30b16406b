//! The strategies there are: one file each, one line here.

mod collector;
mod common;
mod hybrid;
mod ma_cross;
mod momentum;
mod pairs;
mod reversion;
mod rolling_mean;
mod rtai;
#[cfg(test)]
mod tests;
mod trade;

use crate::config::did_you_mean;
use crate::strategy::{Setup, SetupError, Spec};

/// All of them, in the order they are shown.
pub static ALL: &[&Spec] = &[&collector::SPEC, &ma_cross::SPEC, &rtai::SPEC, &momentum::SPEC, &pairs::SPEC, &hybrid::SPEC];

/// The strategy of that name.
///
/// # Errors
/// [`SetupError::Unknown`] with the nearest name.
pub fn find(name: &str) -> Result<&'static Spec, SetupError> {
    let found = ALL.iter().copied().find(|spec| spec.name == name);
    found.ok_or_else(|| SetupError::Unknown {
        name: name.chars().filter(|c| !c.is_control()).take(40).collect(),
        hint: format!(": {}", did_you_mean(name, ALL.iter().map(|spec| spec.name))),
    })
}

/// Reads a strategy's text form, such as `ma_cross(fast=10,slow=30)`.
///
/// # Errors
/// [`SetupError`] naming what is wrong.
pub fn parse(text: &str) -> Result<Setup, SetupError> {
    Setup::parse(text, find)
}
