//! Holds the files of `packaging/` to what they promise: no root, no floating tags, paths that exist, command lines that work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use clap::{CommandFactory as _, Parser as _};
use rtai_tui::cli::args::Cli;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The instructions of a Dockerfile: its lines without comments, continued ones joined.
fn instructions() -> Vec<(String, String)> {
    let file = text("packaging/Dockerfile");
    let lines: Vec<&str> = file.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let joined = lines.join("\n").replace("\\\n", " ");
    let instruction = |line: &str| {
        let (name, rest) = line.trim().split_once(char::is_whitespace)?;
        Some((name.to_owned(), rest.trim().to_owned()))
    };
    joined.lines().filter_map(instruction).collect()
}

fn of<'i>(instructions: &'i [(String, String)], name: &str) -> Vec<&'i str> {
    instructions.iter().filter(|(found, _)| found == name).map(|(_, rest)| rest.as_str()).collect()
}

/// A JSON list of an instruction in its exec form.
fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: not in exec form: {error}"))
}

/// Whether the program takes a command line, its own name first.
fn parses(line: &[String]) -> Result<(), String> {
    match Cli::try_parse_from(line) {
        Ok(_) => Ok(()),
        // What only prints something is no mistake.
        Err(error) if !error.use_stderr() => Ok(()),
        Err(error) => Err(format!("{}: {error}", line.join(" "))),
    }
}

#[test]
fn the_images_are_of_one_version_and_the_toolchain_is_the_least_one() {
    let least = text("Cargo.toml")
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .unwrap()
        .trim_end_matches('"')
        .to_owned();
    let instructions = instructions();
    let from = of(&instructions, "FROM");
    assert_eq!(from.len(), 2, "{from:?}");
    for image in &from {
        let image = image.split_whitespace().next().unwrap();
        let tag = image.split_once(':').unwrap_or_else(|| panic!("{image} has no tag")).1;
        assert!(!tag.contains("latest") && tag.len() > 3, "{image}");
    }
    assert!(from[0].starts_with(&format!("rust:{least}")), "{} is not Rust {least}", from[0]);
    // What links on the one runs on the other.
    let debian = |image: &str| image.contains("bookworm");
    assert!(debian(from[0]) && debian(from[1]), "{from:?}");
}

#[test]
fn the_container_runs_as_nobody_special_and_keeps_its_data_in_a_volume() {
    let instructions = instructions();
    let user = of(&instructions, "USER").last().copied().unwrap_or("root");
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id >= 1_000)), "USER {user}");
    let at = |name: &str| instructions.iter().position(|(found, _)| found == name).unwrap();
    assert!(at("USER") < at("ENTRYPOINT") && at("USER") > instructions.iter().rposition(|(name, _)| name == "RUN").unwrap());
    assert_eq!(list(of(&instructions, "VOLUME")[0]), ["/data"]);
    assert!(of(&instructions, "ENV")[0].contains("RTAI_DATA_PATH=/data"));
    assert_eq!(of(&instructions, "STOPSIGNAL"), ["SIGTERM"]);
    assert!(instructions.iter().all(|(name, rest)| name != "ADD" && !rest.contains("sudo")));
}

#[test]
fn what_is_copied_is_there_and_is_all_the_build_needs() {
    let instructions = instructions();
    let mut copied = Vec::new();
    for copy in of(&instructions, "COPY").into_iter().filter(|copy| !copy.contains("--from=")) {
        let words: Vec<&str> = copy.split_whitespace().filter(|word| !word.starts_with("--")).collect();
        for source in &words[..words.len() - 1] {
            assert!(root().join(source).exists(), "{source} is not there");
            copied.push((*source).to_owned());
        }
    }
    // What the builder is not sent cannot be copied.
    let sent = text(".dockerignore");
    for source in &copied {
        assert!(sent.lines().any(|line| line == format!("!{source}")), "{source} is left out by .dockerignore");
    }
    // What the program has compiled in lies in folders that are copied.
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    for file in files {
        let code = fs::read_to_string(&file).unwrap();
        let code = code.split("#[cfg(test)]").next().unwrap();
        for included in ["include_str!(\"", "include_bytes!(\""].iter().flat_map(|by| code.split(by).skip(1)) {
            let target = file.parent().unwrap().join(included.split('"').next().unwrap());
            let Ok(target) = target.canonicalize() else { continue };
            let target = target.strip_prefix(root().canonicalize().unwrap()).unwrap();
            assert!(copied.iter().any(|source| target.starts_with(source)), "{} is compiled in but not copied", target.display());
        }
    }
    let manifest = text("Cargo.toml");
    assert!(!manifest.contains("[[bench]]") || copied.contains(&"benches".to_owned()));
    assert!(copied.contains(&"build.rs".to_owned()) && copied.contains(&"Cargo.lock".to_owned()));
    assert!(of(&instructions, "RUN")[0].contains("--locked"));
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Tests do not ship.
        if name == "tests" || name.ends_with("tests.rs") || name == "agreement.rs" {
            continue;
        }
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn the_containers_command_and_its_health_check_are_of_one_file() {
    let instructions = instructions();
    let entry = list(of(&instructions, "ENTRYPOINT")[0]);
    assert!(of(&instructions, "COPY").iter().any(|copy| copy.ends_with(&entry[0])), "{entry:?}");
    let command = list(of(&instructions, "CMD")[0]);
    parses(&["rtai-tui".to_owned()].into_iter().chain(command.clone()).collect::<Vec<_>>()).unwrap();
    let (_, check) = of(&instructions, "HEALTHCHECK")[0].split_once("CMD ").unwrap();
    let check = list(check);
    assert_eq!(check[0], entry[0]);
    parses(&["rtai-tui".to_owned()].into_iter().chain(check[1..].to_vec()).collect::<Vec<_>>()).unwrap();
    // It reads what the collector writes, on the volume.
    let file = command.iter().position(|word| word == "--status-file").map(|at| &command[at + 1]).unwrap();
    assert_eq!(check.last(), Some(file));
    assert!(file.starts_with("/data/"), "{file}");
}

/// The settings of a unit: section, name, value.
fn unit() -> Vec<(String, String, String)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in text("packaging/rtai-tui-record.service").lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            found.push((section.clone(), name.to_owned(), value.to_owned()));
        }
    }
    found
}

#[test]
fn the_service_is_closed_off_and_never_gives_up() {
    let unit = unit();
    let is = |name: &str, wanted: &str| {
        let value = unit.iter().find(|(_, found, _)| found == name).map(|(.., value)| value.as_str());
        assert_eq!(value, Some(wanted), "{name}");
    };
    for (name, wanted) in [
        ("DynamicUser", "yes"),
        ("StateDirectory", "rtai-tui"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("Restart", "always"),
        ("StartLimitIntervalSec", "0"),
        ("KillSignal", "SIGTERM"),
        ("WantedBy", "multi-user.target"),
    ] {
        is(name, wanted);
    }
    let stop: u64 = unit.iter().find(|(_, name, _)| name == "TimeoutStopSec").unwrap().2.parse().unwrap();
    assert!((10..=300).contains(&stop));
    // Data goes where it may write.
    let environment: Vec<&str> =
        unit.iter().filter(|(_, name, _)| name == "Environment").map(|(.., value)| value.as_str()).collect();
    assert!(environment.contains(&"RTAI_DATA_PATH=%S/rtai-tui"), "{environment:?}");
    let (.., line) = unit.iter().find(|(_, name, _)| name == "ExecStart").unwrap();
    assert!(line.contains("%t/rtai-tui/"), "the status file is in the RuntimeDirectory: {line}");
    let mut words: Vec<String> =
        line.replace("%t", "/run").replace("%S", "/var/lib").split_whitespace().map(str::to_owned).collect();
    assert!(words[0].ends_with("/rtai-tui"));
    "rtai-tui".clone_into(&mut words[0]);
    parses(&words).unwrap();
}

/// Command lines of the program in a text's indented blocks and back-quoted words.
fn lines_of(text: &str) -> Vec<Vec<String>> {
    let indented = text.lines().filter(|line| line.starts_with("    ")).map(str::trim);
    let quoted = text.lines().filter(|line| !line.starts_with("    ")).flat_map(|line| line.split('`').skip(1).step_by(2));
    let mut found = Vec::new();
    for line in indented.chain(quoted) {
        let line = line.strip_prefix("sudo ").unwrap_or(line);
        let line = line.split([';', '|', '>', '#']).next().unwrap().trim();
        if line == "rtai-tui" || !line.starts_with("rtai-tui ") {
            continue;
        }
        let word = |word: &str| match word {
            "SHELL" => "bash".to_owned(),
            "COMMAND" => "record".to_owned(),
            word => word.trim_matches(['\'', '"']).to_owned(),
        };
        found.push(line.split_whitespace().map(word).collect());
    }
    found
}

#[test]
fn every_command_line_that_is_written_down_works() {
    let mut found = Vec::new();
    for file in ["packaging/README.md", "packaging/release.md", "docs/operations.md", "docs/collector.md"] {
        let lines = lines_of(&text(file));
        assert!(!lines.is_empty(), "{file}");
        found.extend(lines.into_iter().filter_map(|line| parses(&line).err().map(|error| format!("{file}: {error}"))));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn completions_and_manual_pages_are_made_for_every_command() {
    let mut program = Cli::command();
    program.build();
    let names: Vec<String> = program.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    assert!(names.len() > 15, "{names:?}");
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rtai-tui")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&["completions", shell]);
        for name in &names {
            assert!(script.contains(name.as_str()), "{shell} lacks {name}");
        }
    }
    for name in names.iter().filter(|name| *name != "help") {
        let page = run(&["man", name]);
        assert!(
            page.starts_with(".ie") && page.contains(".SH SYNOPSIS") && page.contains(&name.replace('-', "\\-")),
            "{name}: {page}"
        );
    }
    let page = run(&["man"]);
    assert!(names.iter().all(|name| page.contains(&name.replace('-', "\\-"))));
}

#[test]
fn the_version_says_the_commit_in_its_long_form_only() {
    let run = |flag: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rtai-tui")).arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let short = format!("rtai-tui {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run("-V"), short);
    let long = run("--version");
    let Some(build) = long.trim_end().strip_prefix(short.trim_end()) else { panic!("{long}") };
    let is_commit = |build: &str| {
        let words: Vec<&str> = build.trim().trim_start_matches('(').trim_end_matches(')').split(' ').collect();
        let hash = words[0].trim_end_matches("+dev");
        let is_hash = hash.len() >= 7 && hash.chars().all(|c| c.is_ascii_hexdigit());
        is_hash && words.get(1).is_none_or(|day| day.len() == 10 && day.split('-').count() == 3)
    };
    if std::env::var_os("RTAI_COMMIT").is_none() {
        // Built from a tarball it has none.
        assert!(build.is_empty() && !root().join(".git").exists() || is_commit(build), "{long}");
    }
}
