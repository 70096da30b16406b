//! Finds out which commit is built, for `--version`.
//!
//! `RTAI_COMMIT` says it where there is no repository (`RTAI_COMMIT="abc1234 2026-11-22"`, as the container's recipe does); else
//! git does, else what `cargo package` wrote beside the sources; a plain tarball has none. A release build looks again whenever the
//! commit changes. A development build says `+dev` and does not: it would be built anew after every commit for a text nobody reads.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RTAI_COMMIT");
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let root = Path::new(&root);
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let given = std::env::var("RTAI_COMMIT").ok();
    if given.is_none() && release {
        for path in watched(root) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    let build = commit(given, root, release).map(|commit| format!(" ({commit})")).unwrap_or_default();
    println!("cargo:rustc-env=RTAI_BUILD={build}");
}

/// The commit and its day: `abc1234 2026-11-22`.
fn commit(given: Option<String>, root: &Path, release: bool) -> Option<String> {
    if let Some(given) = given {
        let given: String = given.chars().filter(|c| c.is_ascii_alphanumeric() || " .+-".contains(*c)).take(60).collect();
        return Some(given.trim().to_owned()).filter(|given| !given.is_empty());
    }
    if is_own_repository(root) {
        let said = git(root, &["show", "-s", "--format=%h %cs", "--abbrev=7", "HEAD"])?;
        return Some(if release { said } else { said.replacen(' ', "+dev ", 1) });
    }
    let packaged = std::fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?;
    let (_, hash) = packaged.split_once("\"sha1\": \"")?;
    hash.get(..7).map(str::to_owned)
}

/// Whether the repository around the sources is theirs, rather than one that they were unpacked into.
fn is_own_repository(root: &Path) -> bool {
    let Some(top) = git(root, &["rev-parse", "--show-toplevel"]) else { return false };
    matches!((Path::new(&top).canonicalize(), root.canonicalize()), (Ok(top), Ok(root)) if top == root)
}

/// The files that change with the commit: where the head points, and what it points at.
fn watched(root: &Path) -> Vec<String> {
    if !is_own_repository(root) {
        return Vec::new();
    }
    let path = |name: &str| git(root, &["rev-parse", "--git-path", name]).map(|path| root.join(path));
    let head = git(root, &["symbolic-ref", "-q", "HEAD"]);
    let names = ["HEAD".to_owned(), "packed-refs".to_owned()].into_iter().chain(head);
    // One that is not there would have it built anew every time.
    names.filter_map(|name| path(&name)).filter(|path| path.exists()).map(|path| path.display().to_string()).collect()
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
