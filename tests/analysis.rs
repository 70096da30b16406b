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

/// Runs a query and gives what it prints.
#[track_caller]
fn duckdb(folder: &Path, query: &str) -> String {
    std::fs::write(folder.join("query.sql"), query).unwrap();
    let plan = query.starts_with("EXPLAIN");
    let shown = if plan { "duckdb.execute(query).fetchall()[0][1]" } else { "duckdb.sql(query)" };
    run(folder, &format!("import duckdb\nquery = open('query.sql').read()\nprint({shown})"))
}

#[test]
fn the_pages_queries_run() {
    let folder = prepared();
    let folder = folder.path();
    let (mut sql, mut pandas, mut polars) = (0, 0, 0);
    if has("duckdb") {
        for query in blocks("sql") {
            duckdb(folder, query);
            sql += 1;
        }
        assert_eq!(sql, 6);
        // Of the files of both symbols only those of one are opened.
        let query = blocks("sql").into_iter().find(|query| query.contains("AS vwap")).unwrap();
        let plan = duckdb(folder, &format!("EXPLAIN ANALYZE {query}"));
        let all = run(folder, "import glob\nprint(len(glob.glob('data/trades/**/*.parquet', recursive=True)))");
        assert!(plan.contains(&format!("Scanning Files: 1/{}", all.trim())), "{all} {plan}");
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
    for block in blocks("python") {
        let of_pandas = block.contains("import pandas");
        if has(if of_pandas { "pandas, pyarrow" } else { "polars" }) {
            run(folder, block);
            if of_pandas { pandas += 1 } else { polars += 1 }
        }
    }
    eprintln!("run: {sql} of DuckDB, {pandas} of pandas, {polars} of polars");
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
