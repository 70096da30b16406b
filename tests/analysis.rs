//! The queries of `docs/analysis.md` are run as they stand there, by the programs they are for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const PAGE: &str = include_str!("../docs/analysis.md");

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    PAGE.split(&*begin).skip(1).map(|rest| rest.split_once("```").expect("a block that ends").0).collect()
}

fn python(folder: &Path, program: &str) -> Output {
    Command::new("python3").args(["-c", program]).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// Whether there is a Python with these packages; says so where there is not.
fn has(packages: &str) -> bool {
    let here = std::env::temp_dir();
    let command = Command::new("python3").args(["-c", &format!("import {packages}")]).current_dir(here).output();
    let there = command.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: python3 with {packages} is not here");
    }
    there
}

#[track_caller]
fn run(folder: &Path, program: &str) -> String {
    let output = python(folder, program);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{program}\n{}", text(&output.stderr));
    let out = text(&output.stdout);
    assert!(!out.trim().is_empty(), "it says nothing:\n{program}");
    out
}

/// The files that the page begins with.
fn prepared() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");
    std::fs::copy(demo, folder.path().join("session.rec.gz")).unwrap();
    let lines: Vec<&str> = blocks("sh").into_iter().flat_map(str::lines).collect();
    assert_eq!(lines.len(), 4);
    for line in lines {
        let arguments = line.strip_prefix("rtai-tui ").expect("a line of this program").split(' ');
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
            command.env_remove(name);
        }
        let output = command.args(arguments).current_dir(folder.path()).env("HOME", folder.path()).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    folder
}

/// Runs programs one after the other in one process, each by itself, and gives what all print.
#[track_caller]
fn all(folder: &Path, programs: &[&str]) -> String {
    for (n, program) in programs.iter().enumerate() {
        std::fs::write(folder.join(format!("block{n}.py")), program).unwrap();
    }
    let runner = "import contextlib, io\nfor n in range(COUNT):\n    name = f'block{n}.py'\n    said = io.StringIO()\n    \
                  with contextlib.redirect_stdout(said):\n        exec(compile(open(name).read(), name, 'exec'), {})\n    \
                  assert said.getvalue().strip(), name + ' says nothing'\n    print(said.getvalue())";
    run(folder, &runner.replace("COUNT", &programs.len().to_string()))
}

/// A query as a program that prints its answer.
fn duckdb(query: &str) -> String {
    let shown = if query.starts_with("EXPLAIN") { "duckdb.execute(query).fetchall()[0][1]" } else { "duckdb.sql(query)" };
    let text = serde_json::to_string(query).unwrap();
    format!("import duckdb, json\nquery = json.loads({})\nprint({shown})", serde_json::to_string(&text).unwrap())
}

#[test]
fn the_pages_queries_run() {
    let folder = prepared();
    let folder = folder.path();
    if has("duckdb") {
        let queries: Vec<String> = blocks("sql").into_iter().map(duckdb).collect();
        assert_eq!(queries.len(), 6);
        all(folder, &queries.iter().map(String::as_str).collect::<Vec<_>>());
        // Of the files of all symbols only those of one are opened.
        let query = blocks("sql").into_iter().find(|query| query.contains("AS vwap")).unwrap();
        let plan = run(folder, &duckdb(&format!("EXPLAIN ANALYZE {query}")));
        assert!(plan.contains("Scanning Files: 1/3"), "{plan}");
        // Every reader counts the same, and what a table adds up to is what the recording does.
        let counts = "
import duckdb
one = lambda query: duckdb.sql(query).fetchall()[0]
recorded = one(\"select count(*), sum((data->>'qty')::decimal(18,8)) from read_json('session.rec.gz', format='newline_delimited', \
columns={topic:'VARCHAR', data:'JSON'}) where topic = 'trade'\")
for source in ['csv/trades.csv', 'parquet/trades.parquet', 'jsonl/trades.jsonl', 'data/trades/**/*.parquet']:
    found = one(f\"select count(*), sum(qty::decimal(18,8)) from '{source}'\")
    assert found == recorded, (source, found, recorded)
    print(source, found)
bars = lambda source: duckdb.sql(f\"select symbol, open, high, low, close, volume, trades, buy_volume, tf from {source} order by symbol, timestamp\").fetchall()
assert bars(\"'csv/bars.csv'\") == bars(\"'jsonl/bars.jsonl'\") and len(bars(\"'csv/bars.csv'\")) > 0
";
        run(folder, counts);
    }
    let (pandas, polars): (Vec<&str>, Vec<&str>) =
        blocks("python").into_iter().partition(|block| block.contains("import pandas"));
    assert_eq!((pandas.len(), polars.len()), (3, 2));
    if has("pandas, pyarrow") {
        all(folder, &pandas);
    }
    if has("polars") {
        all(folder, &polars);
    }
}

#[test]
fn polars_and_pyarrow_pass_over_files_too() {
    let folder = prepared();
    if has("polars") {
        let plan = "
import polars as pl
lazy = pl.scan_parquet('data/trades/**/*.parquet', hive_partitioning=True)
assert lazy.filter(pl.col('symbol') == 'NONE').collect().height == 0
import shutil, glob
for path in glob.glob('data/trades/venue=*/symbol=ETHUSDT/date=*/*.parquet'):
    open(path, 'wb').write(b'PAR1 broken PAR1')
print(lazy.filter(pl.col('symbol') == 'BTCUSDT').select(pl.len()).collect().item())
";
        assert!(run(folder.path(), plan).trim().parse::<u64>().unwrap() > 100);
    }
}
