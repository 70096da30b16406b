//! Which version this is.

/// The version, as `-V` says it: `0.1.0`.
pub const SHORT: &str = env!("CARGO_PKG_VERSION");

/// The version with the commit it was built from and that commit's day, as `--version` says it: `0.1.0 (abc1234 2026-11-22)`; `+dev`
/// after the commit marks a development build, which may hold changes made since. Built from a tarball it has no commit.
pub const LONG: &str = concat!(env!("CARGO_PKG_VERSION"), env!("RTAI_BUILD"));
