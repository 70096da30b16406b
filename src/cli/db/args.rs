//! The flags of `db`.

use clap::{Args, Subcommand};

/// `db`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Tables, views and queries are in docs/database.md. None of these creates a database where there is none."
)]
pub struct Db {
    /// What to do with it.
    #[command(subcommand)]
    pub what: What,
}

/// What to do with the database.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// Print where it is
    Path,
    /// Whether it is whole, and what is in it; exit status 1 when it is damaged
    Check(Json),
    /// Pack it: give the room of deleted rows back to the disk
    Vacuum,
    /// List the sessions there were, the newest first
    Sessions(Sessions),
}

/// How it is printed.
#[derive(Debug, Clone, Args)]
pub struct Json {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `db sessions`.
#[derive(Debug, Clone, Args)]
pub struct Sessions {
    /// So many of them
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub last: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
