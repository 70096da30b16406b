//! `docs/alerts.md` says what the catalogues say, and its examples can be read.

use super::*;
use crate::domain::Timeframe;
use crate::indicator::Setup;
use crate::indicators;
use std::fmt::Write as _;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/alerts.md");

fn quantities() -> String {
    let mut table = String::from("\n| quantity | what it is | kind | for example |\n|---|---|---|---|\n");
    for spec in QUANTITIES {
        let _ = writeln!(table, "| `{}` | {} | {} | `{}` |", spec.form, spec.about, spec.kind.about(), spec.example);
    }
    table
}

fn of_indicators() -> String {
    let mut table = String::from("\n| indicator | settings | values beside its own |\n|---|---|---|\n");
    for spec in indicators::ALL.iter().filter(|spec| catalogue::find(spec.name).is_none()) {
        let usual = Quantity::Study { setup: Setup::of(spec), timeframe: Timeframe::M1, part: Part::Value };
        let form = if spec.is_flow() { spec.name.to_owned() } else { usual.to_string() };
        let settings: Vec<String> =
            spec.params.iter().map(|param| format!("`{}={}`", param.name, param.text(param.default))).collect();
        let parts: Vec<String> = resolve::parts(spec).map(|(part, _, _)| format!("`.{part}`")).collect();
        let _ = writeln!(table, "| `{form}` {} | {} | {} |", spec.title, settings.join(" "), parts.join(" "));
    }
    table
}

/// A text with what stands between two markers exchanged.
fn filled(text: &str, name: &str, content: &str) -> String {
    let (before, rest) = text.split_once(&format!("<!-- {name}:")).unwrap();
    let (head, rest) = rest.split_once("-->\n").unwrap();
    let (_, after) = rest.split_once(&format!("<!-- /{name} -->")).unwrap();
    format!("{before}<!-- {name}:{head}-->\n{content}\n<!-- /{name} -->{after}")
}

#[test]
fn the_document_has_what_the_catalogues_have() {
    let found = std::fs::read_to_string(PATH).unwrap();
    let wanted = filled(&filled(&found, "quantities", &quantities()), "indicators", &of_indicators());
    if std::env::var_os("RTAI_BLESS").is_some() {
        std::fs::write(PATH, &wanted).unwrap();
    } else {
        assert!(found == wanted, "docs/alerts.md is out of date: run RTAI_BLESS=1 cargo test --lib alert");
    }
}

#[test]
fn the_examples_of_the_document_can_be_read() {
    let text = std::fs::read_to_string(PATH).unwrap();
    let (_, rest) = text.split_once("```alert\n").unwrap();
    let (examples, _) = rest.split_once("```").unwrap();
    assert!(examples.lines().count() > 10);
    examples.lines().for_each(|line| drop(read(line)));
    // What it says of the limits and the timeframes.
    for said in ["4,000 bytes", "64 levels", "32 quantities", "8 `moves`", "65,536 values"] {
        assert!(text.replace('\n', " ").contains(said), "{said}");
    }
    let timeframes = Timeframe::ALL.map(|timeframe| timeframe.to_string()).join(" ");
    assert!(text.contains(&timeframes));
}
