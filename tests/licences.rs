//! Every dependency's licence is one that `deny.toml` allows, by the very file that `cargo deny` reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::process::Command;

/// Whether an SPDX expression can be met with the licences allowed: `OR` needs one side, `AND` both.
fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = either(&words, &mut at, allowed);
    assert_eq!(at, words.len(), "`{expression}` is no licence expression that is understood");
    met
}

fn either(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        let other = both(words, at, allowed);
        met |= other;
    }
    met
}

fn both(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        let other = one(words, at, allowed);
        met &= other;
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    if words.get(*at) == Some(&"(") {
        *at += 1;
        let met = either(words, at, allowed);
        assert_eq!(words.get(*at), Some(&")"));
        *at += 1;
        return met;
    }
    let mut name = words[*at].to_owned();
    *at += 1;
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words[*at + 1]);
        *at += 2;
    }
    allowed(&name)
}

#[test]
fn expressions_are_understood() {
    let allowed = |name: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&name);
    for met in
        ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "MIT AND ISC", "(MIT OR GPL-3.0) AND ISC", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(is_met(met, &allowed), "{met}");
    }
    for not in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "Apache-2.0", "GPL-3.0 OR AGPL-3.0"] {
        assert!(!is_met(not, &allowed), "{not}");
    }
}

#[test]
fn every_dependency_may_be_used() {
    let root = env!("CARGO_MANIFEST_DIR");
    let deny: toml::Table = std::fs::read_to_string(format!("{root}/deny.toml")).unwrap().parse().unwrap();
    let names = |value: &toml::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let licences = deny["licenses"].as_table().unwrap();
    let allowed = names(&licences["allow"]);
    let exceptions: BTreeMap<String, Vec<String>> = licences["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|exception| (exception["crate"].as_str().unwrap().to_owned(), names(&exception["allow"])))
        .collect();
    let registries = names(&deny["sources"]["allow-registry"]);

    // Those of this computer: what other systems need is not there without the network.
    let rustc = Command::new("rustc").arg("-vV").output();
    let host = rustc.ok().and_then(|said| {
        let said = String::from_utf8(said.stdout).ok()?;
        said.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
    });
    let Some(host) = host else {
        println!("skipped: rustc cannot be run");
        return;
    };
    let arguments = ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", &host];
    let output = Command::new("cargo").args(arguments).current_dir(root).output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        println!("skipped: `cargo {}` cannot be run here", arguments.join(" "));
        return;
    };
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "{}", packages.len());
    let mut refused = Vec::new();
    let mut used = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or("none stated");
        let own = exceptions.get(name);
        if own.is_some() {
            used.push(name);
        }
        let is_allowed = |licence: &str| allowed.iter().chain(own.into_iter().flatten()).any(|allowed| allowed == licence);
        if !is_met(&licence.replace("none stated", "none-stated"), &is_allowed) {
            refused.push(format!("{name}: {licence}"));
        }
        if let Some(source) = package["source"].as_str() {
            let known = registries.iter().any(|registry| source == format!("registry+{registry}"));
            assert!(known, "{name} comes from {source}");
        }
    }
    assert_eq!(refused, Vec::<String>::new(), "no licence of these is allowed by deny.toml");
    assert_eq!(used.len(), exceptions.len(), "an exception is for a crate that is no longer used: {used:?}");
}
