//! Runs the scenarios of `tests/scenarios/`: what happens in the market, what is ordered, and what has to come of it.
//!
//! A scenario is a TOML file with `about`, the broker's settings (`[broker]`), the `venue`, a `script` of one event a line, and
//! `expect`: everything the broker said, line by line, and how the account stands at the end. `RTAI_BLESS=1` writes what came into
//! the files; it is to be read before it is kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "trading/script.rs"]
mod script;
#[path = "trading/stage.rs"]
mod stage;

use rtai_tui::domain::BrokerConfig;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(serde::Deserialize)]
struct Scenario {
    about: String,
    #[serde(default)]
    venue: Option<String>,
    #[serde(default)]
    broker: toml::Table,
    script: String,
    #[serde(default)]
    expect: String,
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn run(scenario: &Scenario) -> String {
    // Numbers and times of the settings are written for JSON.
    let settings = serde_json::to_string(&scenario.broker).unwrap();
    let config: BrokerConfig = serde_json::from_str(&settings).unwrap_or_else(|error| panic!("[broker]: {error}"));
    let venue = scenario.venue.as_deref().unwrap_or("binance-futures");
    script::play(&scenario.script, &config, venue)
}

#[test]
fn every_scenario_comes_out_as_written() {
    let bless = std::env::var_os("RTAI_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let scenario: Scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(scenario.about.len() > 20, "{name}: `about` says what it shows");
        let came = run(&scenario);
        if came.trim() == scenario.expect.trim() {
            continue;
        }
        if bless {
            let head = text.split("\nexpect = '''").next().unwrap().trim_end();
            fs::write(&path, format!("{head}\n\nexpect = '''\n{}\n'''\n", came.trim_end())).unwrap();
        } else {
            wrong.push(format!(
                "{name} ({})\n--- expected\n{}\n--- came\n{}\n",
                scenario.about,
                scenario.expect.trim(),
                came.trim()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_scenario_comes_out_the_same_when_time_passes_in_small_steps() {
    for path in files() {
        let scenario: Scenario = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let settings = serde_json::to_string(&scenario.broker).unwrap();
        let config: BrokerConfig = serde_json::from_str(&settings).unwrap();
        let venue = scenario.venue.as_deref().unwrap_or("binance-futures");
        let (one, hash) = script::play_split(&scenario.script, &config, venue, 1);
        let (many, other) = script::play_split(&scenario.script, &config, venue, 7);
        assert_eq!(one, many, "{}", path.display());
        assert_eq!(hash, other, "{}", path.display());
    }
}
