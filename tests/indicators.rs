//! The indicators against a plain, slow computation in Python (`tests/reference`), through the program: hand-made recordings
//! always, real captures where they are there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use flate2::read::GzDecoder;
use rtai_tui::indicators;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Relative error allowed of raw values and of z-scores.
const RAW: f64 = 1e-9;
const Z: f64 = 1e-6;

fn reference(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference")).join(name)
}

/// What the program prints: by time, then `name`, `name.z` and `name.extra`.
fn printed(recording: &Path, symbol: &str, every: &str, sets: &[&str]) -> BTreeMap<String, BTreeMap<String, Option<f64>>> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    command.arg("indicators").arg(recording).args(["--symbol", symbol, "--every", every]).env("HOME", folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    for set in sets {
        command.args(["--set", set]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut rows: BTreeMap<String, BTreeMap<String, Option<f64>>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        assert_eq!(line["sym"], symbol);
        let name = line["name"].as_str().unwrap().split('(').next().unwrap();
        let row = rows.entry(line["ts"].to_string()).or_default();
        for (key, value) in &line {
            let column = match key.as_str() {
                "ts" | "sym" | "name" | "osc" => continue,
                "v" => name.to_owned(),
                other => format!("{name}.{other}"),
            };
            row.insert(column, value.as_f64());
        }
        match (line["z"].as_f64(), line["osc"].as_f64()) {
            (None, None) => {}
            (Some(z), Some(osc)) => {
                assert!((0.0..=100.0).contains(&osc) && (z * (osc - 50.0) > 0.0 || z.abs() < 1e-9), "{line:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    rows
}

/// Holds what the program prints against a table, and says how many values were compared.
fn compare(label: &str, printed: &BTreeMap<String, BTreeMap<String, Option<f64>>>, table: &Path) -> usize {
    let mut table = csv::Reader::from_reader(GzDecoder::new(File::open(table).unwrap()));
    let columns = table.headers().unwrap().clone();
    let mut compared = 0;
    let mut rows = 0;
    for record in table.records() {
        let record = record.unwrap();
        rows += 1;
        let row = printed.get(&record[0]).unwrap_or_else(|| panic!("{label}: no sample at {}", &record[0]));
        for (column, text) in columns.iter().zip(&record).skip(1) {
            let wanted: Option<f64> = text.parse().ok();
            let found = row[column];
            let allowed = if column.rsplit('.').next() == Some("z") { Z } else { RAW };
            let close = match (wanted, found) {
                (Some(a), Some(b)) => (a - b).abs() <= allowed * a.abs().max(b.abs()) + 1e-11,
                (a, b) => a.is_none() && b.is_none(),
            };
            assert!(close, "{label} at {}: {column} is {found:?}, should be {wanted:?}", &record[0]);
            compared += usize::from(wanted.is_some());
        }
    }
    assert_eq!(rows, printed.len(), "{label}: samples");
    compared
}

#[test]
fn every_hand_made_case_agrees() {
    let mut index = csv::Reader::from_path(reference("cases/index.csv")).unwrap();
    let mut compared = 0;
    for case in index.records() {
        let case = case.unwrap();
        let sets: Vec<&str> = case[3].split(';').filter(|set| !set.is_empty()).collect();
        let rows = printed(&reference("cases").join(&case[0]), &case[1], &case[2], &sets);
        compared += compare(&case[4], &rows, &reference("cases").join(&case[4]));
    }
    assert!(compared > 50_000, "only {compared} values");
}

#[test]
fn the_captures_agree() {
    let folder = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    for name in ["spot_btcusdt", "spot_ethusdt", "usdm_btcusdt", "usdm_ethusdt"] {
        let capture = folder.join(format!("captures/{name}_20240808.gz"));
        if !capture.exists() {
            println!("skipped: {} is not there", capture.display());
            continue;
        }
        let symbol = name.split_once('_').unwrap().1.to_uppercase();
        let rows = printed(&capture, &symbol, "1s", &[]);
        assert!(compare(name, &rows, &reference(&format!("captures/{name}.csv.gz"))) > 10_000);
    }
}

/// `docs/indicators.md`, made from the catalogue.
fn page() -> String {
    let mut page = String::from(
        "# Indicators\n\n\
         Made from the catalogue (`src/indicators`): `RTAI_BLESS=1 cargo test --test indicators` rewrites it.\n\n\
         Each has a raw value, a z-score and an oscillator. Samples are taken on a grid of event time (1 s, aligned to 1970): a sample\n\
         at *t* reflects exactly what came before *t*; a look-back of T holds what came at *t* − T or later. The z-score is\n\
         (x − mean)/sd over the last 300 samples that had a value, the newest included, sd with n − 1; there is none before 30 samples\n\
         or where all are alike. The oscillator is 100·Φ(z). Where there is no value, the reason is given in its place.\n\n\
         `rtai-tui indicators FILE --symbol S [--names a,b] [--every 1s] [--set vpin.bucket_volume=5]` prints every sample as a JSON\n\
         line; those of bars are printed at the closes of `--bar 1m` bars.\n",
    );
    let mut add = |heading: &str, specs: &mut dyn Iterator<Item = &'static rtai_tui::indicator::Spec>| {
        page.push_str(&format!("\n## {heading}\n"));
        for spec in specs {
            page.push_str(&format!("\n### `{}` — {}\n\n{}\n\n", spec.name, spec.title, spec.about));
            let mut row = |name: &str, text: &str| {
                if !text.is_empty() {
                    page.push_str(&format!("- **{name}:** {text}\n"));
                }
            };
            row("Definition", spec.formula);
            row("Source", spec.source);
            row("Unit", spec.unit.about());
            let range = match (spec.range.least, spec.range.most) {
                (Some(least), Some(most)) => format!("{least} to {most}"),
                (Some(least), None) => format!("{least} or more"),
                (None, Some(most)) => format!("{most} or less"),
                (None, None) => "any".to_owned(),
            };
            row("Range", &range);
            row("Needs", spec.needs.about());
            row("Warm-up", spec.warm_up);
            row("Across gaps", spec.across_gaps);
            for param in spec.params {
                let bounds = format!("{} to {}", param.least, param.most);
                let or = param.zero.map(|word| format!(", or `{word}`")).unwrap_or_default();
                let text = format!("{}; {}, {bounds}{or}", param.about, param.text(param.default));
                row(&format!("`{}`", param.name), &text);
            }
            for extra in spec.extras {
                row(&format!("also `{}`", extra.name), extra.about);
            }
        }
    };
    add("Of events: trades, quotes, books, liquidations", &mut indicators::flow());
    add("Of bars", &mut indicators::technical());
    page
}

#[test]
fn the_documentation_is_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/indicators.md");
    let wanted = page();
    if std::env::var_os("RTAI_BLESS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == wanted, "docs/indicators.md is out of date: run RTAI_BLESS=1 cargo test --test indicators");
}
