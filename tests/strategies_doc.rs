//! `docs/strategies.md` is made from the catalogue of strategies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::strategies;
use rtai_tui::strategy::{Kind, Needs, Param};

/// What data a strategy cannot do without, in words.
fn needs(needs: Needs) -> String {
    let parts = [(needs.trades, "trades"), (needs.quotes, "quotes"), (needs.book, "order book"), (needs.pair, "a second symbol")];
    let parts: Vec<&str> = parts.into_iter().filter_map(|(has, name)| has.then_some(name)).collect();
    if parts.is_empty() { "bars".to_owned() } else { format!("bars, {}", parts.join(", ")) }
}

fn param(param: &Param) -> String {
    let can_be = match param.kind {
        Kind::Number { default, least, most, .. } => format!("{default}, {least} to {most}"),
        Kind::Choice { default, of } => format!("{default}; {}", of.join(", ")),
        Kind::File => "none; a file".to_owned(),
    };
    format!("- `{}` — {}; {can_be}\n", param.name, param.about)
}

fn page() -> String {
    let mut page = String::from(
        "# Strategies\n\n\
         Made from the catalogue (`src/strategies`): `RTAI_BLESS=1 cargo test --test strategies_doc` rewrites it.\n\n\
         A strategy sees closed bars of the run's timeframe, samples of indicators and its own account, nothing of what comes later, and\n\
         has no clock and no randomness of its own: live, in a replay and in a backtest it does the same. Every signal says why, with figures, before the\n\
         orders it leads to. Each runs on an account of its own. Its text form names what differs from the defaults:\n\
         `ma_cross(fast=10,slow=50)`. An order is sent at a bar's close and trades at the first event after its arrival, on bars alone at the next\n\
         bar's open. When it starts it is shown the last bars there are, so that its averages are warm; to those it answers nothing.\n",
    );
    for spec in strategies::ALL {
        page.push_str(&format!("\n## `{}` — {}\n\n{}\n\n", spec.name, spec.title, spec.about));
        page.push_str(&format!("**Rules:** {}\n\n**Needs:** {}\n", spec.rules, needs(spec.needs)));
        if spec.name == "hybrid" {
            page.push_str("\nIts figures, its label and ONNX files: [hybrid.md](hybrid.md).\n");
        }
        if !spec.params.is_empty() {
            page.push('\n');
        }
        spec.params.iter().for_each(|of| page.push_str(&param(of)));
    }
    page
}

#[test]
fn the_documentation_is_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/strategies.md");
    let wanted = page();
    if std::env::var_os("RTAI_BLESS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == wanted, "docs/strategies.md is out of date: run RTAI_BLESS=1 cargo test --test strategies_doc");
}
