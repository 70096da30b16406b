//! `docs/keys.md` and the commented default configuration come from the catalogue.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::app::commands::specs;
use rtai_tui::app::keymap::Keymap;
use rtai_tui::config::{Config, FIELDS, default_text};
use std::fmt::Write as _;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");

fn keys_md() -> String {
    let mut text = String::from(
        "# Keys and commands\n\n\
         Made from the catalogue (`src/app/commands`): `RTAI_BLESS=1 cargo test --test keys_doc` rewrites it.\n\n\
         A key is looked up in the focused pane first, then among those of the replay while a recording is replayed, then\n\
         everywhere. A digit that is no key of a command begins a count (`5 j`); `alt` with a digit always does. `esc` leaves\n\
         whatever is open. Every key can be changed in the table `[keys]` of the configuration:\n\n\
         ```toml\n[keys]\n\"chart.zoom-in\" = [\"ctrl-up\", \"+\"]   # instead of the usual keys\n\"mark\" = []                          # no key\n```\n",
    );
    let mut scope = "";
    for spec in specs() {
        if spec.scope.title() != scope {
            scope = spec.scope.title();
            let _ = write!(text, "\n## {scope}\n\n| keys | command | what it does |\n|---|---|---|\n");
        }
        let keys: Vec<String> = spec.keys.iter().map(|key| format!("`{key}`")).collect();
        let _ = writeln!(text, "| {} | `{}` | {} |", keys.join(" "), spec.name, spec.about);
    }
    text.push_str("\n# Settings\n\n| setting | default | what it does |\n|---|---|---|\n");
    for field in FIELDS {
        let default = if field.default.is_empty() { String::new() } else { format!("`{}`", field.default) };
        let _ = writeln!(text, "| `{}` | {default} | {} |", field.path(), field.about);
    }
    text
}

#[test]
fn docs_keys_md_is_what_the_catalogue_says() {
    let wanted = keys_md();
    if std::env::var_os("RTAI_BLESS").is_some() {
        std::fs::write(PATH, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(found == wanted, "docs/keys.md is out of date: run RTAI_BLESS=1 cargo test --test keys_doc");
}

#[test]
fn the_default_configuration_with_all_its_keys_reads_back() {
    let text = default_text(specs().map(|spec| (spec.name, spec.about, spec.keys)));
    let (_, after) = text.split_once("[keys]\n").unwrap();
    let keys: String = after
        .lines()
        .filter_map(|line| line.strip_prefix("# ").filter(|rest| rest.starts_with('"')))
        .fold("[keys]\n".to_owned(), |keys, line| keys + line + "\n");
    let (config, problems) = Config::parse("config.toml", &keys);
    assert_eq!(problems, Vec::new(), "{keys}");
    assert_eq!(config.keys.len(), specs().count());
    let (keymap, problems) = Keymap::new(&config.keys);
    assert_eq!(problems, Vec::new());
    assert_eq!(keymap, Keymap::default());
}
