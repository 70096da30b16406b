//! A layout as text: what differs from what is shipped, in TOML that a person can read and change.

use super::saved::{Saved, SavedDesk, SavedLink, SavedPane};
use super::{Axis, Desk, Layout, Node};
use crate::analytics::pairs::PairSetup;
use crate::app::link::{Group, Link};
use std::fmt::Write as _;

/// The version of the format this program writes, and the only one it reads.
pub const VERSION: i64 = 1;

impl Axis {
    /// As a layout file names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Across => "across",
            Self::Down => "down",
        }
    }
}

/// The text of a layout file.
pub fn write(saved: &Saved) -> String {
    let mut text = String::from("# A layout of rtai-tui; docs/layouts.md describes it. What is left out is as shipped.\n");
    let _ = writeln!(text, "version = {VERSION}\nworkspace = \"{}\"", saved.workspace.key());
    for (group, kept) in Group::all().zip(&saved.groups).filter(|(_, kept)| !kept.is_empty()) {
        let _ = writeln!(text, "\n[groups.{group}]");
        link_values(kept, &mut text);
    }
    for desk in &saved.desks {
        write_desk(desk, &mut text);
    }
    text
}

fn link_values(kept: &SavedLink, text: &mut String) {
    if let Some(symbol) = kept.symbol {
        let _ = writeln!(text, "symbol = {}", quoted(symbol.as_str()));
    }
    if let Some(bars) = kept.bars {
        let _ = writeln!(text, "bars = {}", quoted(&bars.to_string()));
    }
    for (name, symbol) in [("pair_y", kept.pair.y), ("pair_x", kept.pair.x)] {
        if let Some(symbol) = symbol {
            let _ = writeln!(text, "{name} = {}", quoted(symbol.as_str()));
        }
    }
    if kept.pair.setup != PairSetup::default() {
        let _ = writeln!(text, "pair = {}", quoted(&kept.pair.setup.to_string()));
    }
    if kept.zoom != 0 {
        let _ = writeln!(text, "zoom = {}", kept.zoom);
    }
}

fn write_desk(desk: &SavedDesk, text: &mut String) {
    let name = desk.workspace.key();
    let shipped = Desk::new(desk.workspace);
    if desk.focus != shipped.focus() {
        let _ = writeln!(text, "\n[{name}]\nfocus = \"{}\"", desk.focus);
    }
    if desk.layouts != shipped.layouts() {
        desk.layouts.iter().for_each(|layout| write_layout(name, layout, text));
    }
    desk.panes.iter().for_each(|pane| write_pane(name, pane, text));
}

fn write_layout(name: &str, layout: &Layout, text: &mut String) {
    let (width, height) = layout.least;
    let _ = write!(text, "\n[[{name}.trees]]\nleast = [{width}, {height}]\nown = {}\ntree = ", layout.own);
    write_node(None, &layout.tree, 0, text);
    text.push('\n');
}

fn write_node(share: Option<u32>, node: &Node, depth: usize, text: &mut String) {
    let share = share.map(|share| format!("share = {share}, ")).unwrap_or_default();
    match node {
        Node::Pane(id) => {
            let _ = write!(text, "{{ {share}pane = \"{id}\" }}");
        }
        Node::Split(axis, parts) => {
            let _ = writeln!(text, "{{ {share}split = \"{}\", parts = [", axis.name());
            for (share, part) in parts {
                let _ = write!(text, "{}", "  ".repeat(depth + 1));
                write_node(Some(*share), part, depth + 1, text);
                text.push_str(",\n");
            }
            let _ = write!(text, "{}] }}", "  ".repeat(depth));
        }
    }
}

fn write_pane(desk: &str, pane: &SavedPane, text: &mut String) {
    let _ = writeln!(text, "\n[{desk}.panes.{}]", pane.id);
    if pane.link.group != Link::default().group {
        let _ = match pane.link.group {
            Some(group) => writeln!(text, "group = {group}"),
            None => writeln!(text, "group = \"none\""),
        };
    }
    if pane.link.own_bars {
        text.push_str("own_bars = true\n");
    }
    link_values(&pane.own, text);
    if !pane.settings.is_empty() {
        let _ = writeln!(text, "settings = {}", toml::Value::Table(pane.settings.clone()));
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
