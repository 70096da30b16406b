//! The database.

use super::bench::Bench;
use super::report::Found;
use crate::cli::keeping;
use crate::cli::out::size;
use crate::drive::store::quick_check;

/// SQLite's own check of the database, read-only: it can be in use.
pub fn database(bench: &Bench) -> Found {
    let path = keeping::database(&bench.settings);
    let shown = path.display();
    match quick_check(&path) {
        Ok(None) => Found::skip(format!("{shown} is not there yet: it comes with the first live session")),
        Ok(Some(found)) => {
            let (version, newest) = found.version;
            let text = format!("{shown}: whole, {}, version {version}", size(found.bytes));
            let found = if version > newest {
                let fix = "install the newer rtai-tui that wrote it; this one would set it aside and begin a new one";
                Found::warn(format!("{text}, newer than this program's {newest}"), fix)
            } else {
                Found::pass(text)
            };
            found.fact("version", version)
        }
        Err(why) => Found::fail(
            format!("{shown}: {why}"),
            "a damaged one is set aside, never deleted, when the program starts, and a new one is begun",
        )
        .fix(format!("what can be saved of it: `sqlite3 {shown} .recover > saved.sql`; a backup put in its place works too"))
        .fact("file", path.display().to_string()),
    }
}
