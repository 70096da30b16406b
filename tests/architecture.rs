//! Holds the house to its floors: imports only go down, files stay small, nothing reaches for a clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which floor each module of the crate's root stands on.
const FLOORS: &[(&str, u8)] = &[
    ("domain", 1),
    ("book", 2),
    ("bars", 2),
    ("feed", 2),
    ("liquidity", 2),
    ("footprint", 2),
    ("config", 2),
    ("recording", 2),
    ("indicator", 3),
    ("broker", 3),
    ("analytics", 4),
    ("strategy", 4),
    ("alert", 5),
    ("indicators", 5),
    ("strategies", 5),
    ("exchanges", 5),
    ("codecs", 5),
    ("demo", 5),
    ("tables", 5),
    ("engine", 6),
    ("drive", 7),
    ("app", 8),
    ("ui", 9),
    ("cli", 10),
];

/// Crates that only some floors may name.
const RESERVED: &[(&str, &[&str])] = &[
    ("tokio", &["drive"]),
    ("tokio_tungstenite", &["drive"]),
    ("hyper", &["drive"]),
    ("ureq", &["drive"]),
    ("rusqlite", &["drive"]),
    ("lettre", &["drive"]),
    ("notify_rust", &["drive"]),
    ("rustix", &["drive"]),
    ("ratatui", &["ui"]),
    ("crossterm", &["ui"]),
    ("clap", &["cli"]),
    ("anyhow", &["ui", "cli"]),
    ("wickra_core", &["indicators"]),
    ("tract_onnx", &["strategies"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    sources(&root().join("src"), &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root().join("src")).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// The root module a file belongs to; `None` for `lib.rs` and `main.rs`.
fn module_of(file: &str) -> Option<&str> {
    let first = file.split('/').next()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "lib" && module != "main").then_some(module)
}

fn floor_of(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// The part of a file that ships: tests may reach anywhere.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

fn is_test_file(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    file.contains("/tests/")
        || matches!(
            name,
            "tests.rs" | "agreement.rs" | "samples.rs" | "damaged.rs" | "fixtures.rs" | "fixture.rs" | "alert_tests.rs"
        )
}

/// Root modules named by `crate::NAME` anywhere in code, and by `use crate::{NAME, …}`.
fn named_modules(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for part in line.split("crate::").skip(1) {
            let names: Vec<&str> = match part.strip_prefix('{') {
                Some(group) => group.split(',').map(str::trim).collect(),
                None => vec![part],
            };
            for name in names {
                let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !name.is_empty() {
                    found.push(name);
                }
            }
        }
    }
    found
}

#[test]
fn every_module_has_a_floor() {
    for (file, _) in all_sources() {
        if let Some(module) = module_of(&file) {
            assert!(floor_of(module).is_some(), "src/{file}: module `{module}` has no floor in tests/architecture.rs");
        }
    }
}

#[test]
fn imports_only_go_down() {
    let mut arrows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in all_sources() {
        let (Some(module), false) = (module_of(&file), is_test_file(&file)) else { continue };
        for name in named_modules(shipped(&text)) {
            let Some(floor) = floor_of(&name) else { continue };
            if name != module {
                assert!(
                    floor <= floor_of(module).unwrap(),
                    "src/{file}: `{module}` reaches up to `{name}`; move what both need to a lower floor"
                );
                arrows.entry(module.to_owned()).or_default().push(name);
            }
        }
    }
    for start in arrows.keys() {
        let mut open = arrows[start].clone();
        let mut seen = Vec::new();
        while let Some(next) = open.pop() {
            assert!(&next != start, "`{start}` imports itself by way of {seen:?}");
            if !seen.contains(&next) {
                open.extend(arrows.get(&next).cloned().unwrap_or_default());
                seen.push(next);
            }
        }
    }
}

#[test]
fn sockets_screens_and_arguments_stay_on_their_floors() {
    for (file, text) in all_sources() {
        let Some(module) = module_of(&file) else { continue };
        for (name, homes) in RESERVED {
            let uses = shipped(&text).lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//") && (line.contains(&format!("{name}::")) && !line.contains(&format!("_{name}::")))
            });
            assert!(!uses || homes.contains(&module), "src/{file}: `{name}` is only for {homes:?}");
        }
    }
}

#[test]
fn files_stay_small() {
    let mut lengths = Vec::new();
    for (file, text) in all_sources() {
        let lines = text.lines().count();
        assert!(lines <= 600, "src/{file} has {lines} lines; split it by concept");
        lengths.push(lines);
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= 180, "the median file has {median} lines");
}
