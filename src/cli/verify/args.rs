//! The arguments of `verify`.

use clap::Args;

/// `verify`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Each line: pass, warn, fail or skip, the check, what was found; below it what to do about it.\n\
                        Exit status 1 when a check failed, else 0. docs/operations.md says what each check does.")]
pub struct Verify {
    /// Only what needs no network
    #[arg(long)]
    pub offline: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
