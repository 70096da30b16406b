//! Reading a layout file: each part by itself, so that a mistake costs only its own part, and every mistake is named by its place.

use super::saved::{Saved, SavedDesk, SavedLink, SavedPane};
use super::{Axis, Layout, MOST_PANES, Node, VERSION, WORKSPACES, Workspace};
use crate::analytics::pairs::PairSetup;
use crate::app::link::{Group, Link};
use crate::app::panes::{PANES, PaneId};
use crate::config::{Problem, Source, did_you_mean};
use crate::domain::{BarSpec, Symbol};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What groups, and panes without one, have.
const LINK_VALUES: [&str; 6] = ["symbol", "bars", "zoom", "pair", "pair_y", "pair_x"];
/// Splits may lie in splits this deep.
const DEEPEST: usize = 16;
/// The largest share.
const LARGEST_SHARE: u32 = 1_000_000;

type Value<'a> = Spanned<DeValue<'a>>;

struct Reading<'a> {
    source: Source<'a>,
    problems: Vec<Problem>,
}

/// Reads the text of a layout file; `file` is its name in messages. `None` when nothing of it can be used.
pub fn read(file: &str, text: &str) -> (Option<Saved>, Vec<Problem>) {
    let source = Source { file, text };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reading = Reading { source, problems: errors.iter().map(|error| source.syntax(error)).collect() };
    let saved = reading.file(table.get_ref());
    reading.problems.sort_by_key(|problem| problem.line);
    (saved, reading.problems)
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    value.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
}

/// Sets a value that could be read; answers what is expected where it could not.
fn set<T>(place: &mut T, value: Option<T>, expected: &'static str) -> Option<&'static str> {
    match value {
        Some(value) => *place = value,
        None => return Some(expected),
    }
    None
}

impl Reading<'_> {
    fn wrong(&mut self, at: usize, key: impl Into<String>, message: impl Into<String>) {
        self.problems.push(self.source.problem(at, key, message));
    }

    /// Takes a value in where it is one, else says what was expected.
    fn take<T>(&mut self, value: Option<T>, place: &mut T, at: usize, key: impl Into<String>, expected: &str) {
        match value {
            Some(value) => *place = value,
            None => self.wrong(at, key, expected),
        }
    }

    fn file(&mut self, table: &DeTable<'_>) -> Option<Saved> {
        let version = table.iter().find(|(name, _)| name.get_ref() == "version").map(|(_, value)| value);
        match version.map(|version| integer(version.get_ref())) {
            Some(Some(VERSION)) => {}
            Some(_) => {
                let at = version.map_or(0, |version| version.span().start);
                let expected = format!("this program knows version {VERSION} only: the shipped layout is used");
                self.wrong(at, "version", expected);
                return None;
            }
            None => {
                let message =
                    format!("no `version = {VERSION}` in it: it is no layout, or only a part of one; the shipped one is used");
                self.wrong(0, "version", message);
                return None;
            }
        }
        let mut saved = Saved::default();
        for (name, value) in table {
            let at = name.span().start;
            match name.get_ref().as_ref() {
                "version" => {}
                "workspace" => match value.get_ref().as_str().and_then(Workspace::named) {
                    Some(workspace) => saved.workspace = workspace,
                    None => self.wrong(at, "workspace", format!("expected one of {}", workspaces())),
                },
                "groups" => self.groups(at, value, &mut saved),
                name => {
                    let Some(workspace) = Workspace::named(name) else {
                        let known = WORKSPACES.iter().map(|spec| spec.workspace.key()).chain(["workspace", "groups"]);
                        self.wrong(at, name, format!("there is no such part of a layout: {}", did_you_mean(name, known)));
                        continue;
                    };
                    let desk = self.desk(workspace, at, value);
                    if let (Some(desk), Some(place)) = (desk, saved.desks.get_mut(workspace.index())) {
                        *place = desk;
                    }
                }
            }
        }
        Some(saved)
    }

    fn groups(&mut self, at: usize, value: &Value<'_>, saved: &mut Saved) {
        let Some(table) = value.get_ref().as_table() else {
            return self.wrong(at, "groups", "expected tables such as [groups.1]");
        };
        for (name, value) in table {
            let at = name.span().start;
            let path = format!("groups.{}", name.get_ref());
            let group = name.get_ref().parse().ok().and_then(Group::new);
            match (group, value.get_ref().as_table()) {
                (Some(group), Some(table)) => {
                    let kept = &mut saved.groups[usize::from(group.number() - 1)];
                    for (name, value) in table {
                        if !self.link_value(&path, kept, name, value) {
                            let hint = did_you_mean(name.get_ref(), LINK_VALUES);
                            self.wrong(name.span().start, format!("{path}.{}", name.get_ref()), format!("not known: {hint}"));
                        }
                    }
                }
                _ => self.wrong(at, path, format!("expected a table [groups.1] to [groups.{}]", Group::COUNT)),
            }
        }
    }

    /// Reads a value that groups and panes have; says whether it is one.
    fn link_value(
        &mut self,
        path: &str,
        kept: &mut SavedLink,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Value<'_>,
    ) -> bool {
        let (text, key) = (value.get_ref().as_str(), format!("{path}.{}", name.get_ref()));
        let symbol = || text.and_then(|text| Symbol::new(text).ok());
        let expected = "expected a symbol such as \"BTCUSDT\"";
        let wrong = match name.get_ref().as_ref() {
            "symbol" => set(&mut kept.symbol, symbol().map(Some), expected),
            "pair_y" => set(&mut kept.pair.y, symbol().map(Some), expected),
            "pair_x" => set(&mut kept.pair.x, symbol().map(Some), expected),
            "pair" => {
                let setup = text.and_then(|text| text.parse::<PairSetup>().ok());
                set(&mut kept.pair.setup, setup, "expected a method and settings such as \"ols window=100 z=20\"")
            }
            "bars" => {
                let bars = text.and_then(|text| text.parse::<BarSpec>().ok());
                set(&mut kept.bars, bars.map(Some), "expected bars such as \"5m\" or \"tick:100\"")
            }
            "zoom" => {
                let zoom = integer(value.get_ref()).and_then(|zoom| i8::try_from(zoom).ok());
                set(&mut kept.zoom, zoom, "expected a whole number from -128 to 127")
            }
            _ => return false,
        };
        if let Some(expected) = wrong {
            self.wrong(name.span().start, key, format!("{expected}; the usual is used"));
        }
        true
    }

    fn desk(&mut self, workspace: Workspace, at: usize, value: &Value<'_>) -> Option<SavedDesk> {
        let name = workspace.key();
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(at, name, format!("expected a table: write [{name}] on a line"));
            return None;
        };
        let mut desk = Saved::default().desks.into_iter().find(|desk| desk.workspace == workspace)?;
        let mut focus = None;
        for (key, value) in table {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "focus" => {
                    let id = value.get_ref().as_str().and_then(PaneId::named).map(Some);
                    let expected = "expected the name of a pane such as \"chart\" or \"chart-2\"";
                    self.take(id, &mut focus, at, format!("{name}.focus"), expected);
                }
                "trees" => {
                    let layouts = self.layouts(name, at, value);
                    if !layouts.is_empty() {
                        desk.layouts = layouts;
                    }
                }
                "panes" => desk.panes = self.panes(name, at, value),
                other => {
                    let hint = did_you_mean(other, ["focus", "trees", "panes"]);
                    self.wrong(at, format!("{name}.{other}"), format!("not known: {hint}"));
                }
            }
        }
        let there = |id: PaneId| desk.layouts.iter().any(|layout| layout.tree.holds(id));
        desk.panes.retain(|pane| there(pane.id));
        // What has the focus in a desk made of this has it in the file.
        desk.focus = focus.filter(|id| there(*id)).unwrap_or(desk.focus);
        desk.focus = desk.desk().focus();
        Some(desk)
    }

    fn layouts(&mut self, desk: &str, at: usize, value: &Value<'_>) -> Vec<Layout> {
        let path = format!("{desk}.trees");
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(at, path, format!("expected tables that begin with [[{desk}.trees]]"));
            return Vec::new();
        };
        let mut layouts: Vec<Layout> =
            items.iter().take(WORKSPACES.len() * 4).filter_map(|item| self.layout(&path, item)).collect();
        layouts.sort_by_key(|layout| std::cmp::Reverse(layout.least));
        layouts.dedup_by_key(|layout| layout.least);
        if let Some(last) = layouts.last_mut().filter(|last| last.least != (0, 0)) {
            last.least = (0, 0);
            self.wrong(at, path, "no tree is for every size of screen (least = [0, 0]): the one for the smallest is");
        }
        layouts
    }

    fn layout(&mut self, path: &str, value: &Value<'_>) -> Option<Layout> {
        let at = value.span().start;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(at, path, "expected a table with `least` and `tree`");
            return None;
        };
        let mut layout = Layout { least: (0, 0), own: true, tree: Node::Split(Axis::Across, Vec::new()) };
        for (key, value) in table {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "own" => {
                    let own = value.get_ref().as_bool();
                    self.take(own, &mut layout.own, at, format!("{path}.own"), "expected true or false; true is used");
                }
                "least" => {
                    let expected = "expected columns and rows such as [140, 24]; [0, 0] is used";
                    self.take(least(value.get_ref()), &mut layout.least, at, format!("{path}.least"), expected);
                }
                "tree" => {
                    let mut seen = Vec::new();
                    layout.tree = self.node(&format!("{path}.tree"), value, 0, &mut seen)?.1;
                }
                other => {
                    let hint = did_you_mean(other, ["least", "own", "tree"]);
                    self.wrong(at, format!("{path}.{other}"), format!("not known: {hint}"));
                }
            }
        }
        layout.tree.normalise();
        if layout.tree.panes().is_empty() {
            self.wrong(at, path, "there is no pane in this tree: it is left out");
            return None;
        }
        Some(layout)
    }

    fn node(&mut self, path: &str, value: &Value<'_>, depth: usize, seen: &mut Vec<PaneId>) -> Option<(u32, Node)> {
        let at = value.span().start;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(at, path, "expected { pane = \"chart\" } or { split = \"across\", parts = [ … ] }");
            return None;
        };
        if depth > DEEPEST {
            self.wrong(at, path, format!("splits lie in splits more than {DEEPEST} deep: the inner ones are left out"));
            return None;
        }
        let (mut share, mut axis, mut node, mut parts) = (1, None, None, None);
        for (key, value) in table {
            let at = key.span().start;
            let text = value.get_ref().as_str();
            match key.get_ref().as_ref() {
                "share" => match integer(value.get_ref()).and_then(|share| u32::try_from(share).ok()) {
                    Some(given) if (1..=LARGEST_SHARE).contains(&given) => share = given,
                    _ => self.wrong(
                        at,
                        format!("{path}.share"),
                        format!("expected a whole number from 1 to {LARGEST_SHARE}; 1 is used"),
                    ),
                },
                "split" => match text {
                    Some("across") => axis = Some(Axis::Across),
                    Some("down") => axis = Some(Axis::Down),
                    _ => self.wrong(
                        at,
                        format!("{path}.split"),
                        "expected \"across\" (side by side) or \"down\" (one below the other)",
                    ),
                },
                "pane" => match text.and_then(PaneId::named) {
                    Some(id) if seen.contains(&id) => {
                        self.wrong(
                            at,
                            format!("{path}.pane"),
                            format!("`{id}` is in the tree already: give this one another number"),
                        );
                    }
                    Some(_) if seen.len() >= MOST_PANES => {
                        self.wrong(at, format!("{path}.pane"), format!("more than {MOST_PANES} panes: this one is left out"));
                    }
                    Some(id) => {
                        seen.push(id);
                        node = Some(Node::Pane(id));
                    }
                    None => {
                        let hint = did_you_mean(text.unwrap_or_default(), PANES.iter().map(|spec| spec.name));
                        self.wrong(at, format!("{path}.pane"), format!("there is no such pane, it is left out: {hint}"));
                    }
                },
                "parts" => match value.get_ref().as_array() {
                    Some(items) => {
                        parts = Some(items.iter().filter_map(|item| self.node(path, item, depth + 1, seen)).collect::<Vec<_>>());
                    }
                    None => self.wrong(at, format!("{path}.parts"), "expected a list of parts"),
                },
                other => {
                    let hint = did_you_mean(other, ["share", "split", "parts", "pane"]);
                    self.wrong(at, format!("{path}.{other}"), format!("not known: {hint}"));
                }
            }
        }
        let split = parts.map(|parts| Node::Split(axis.unwrap_or(Axis::Across), parts));
        node.or(split).map(|node| (share, node))
    }

    fn panes(&mut self, desk: &str, at: usize, value: &Value<'_>) -> Vec<SavedPane> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(at, format!("{desk}.panes"), format!("expected tables such as [{desk}.panes.chart]"));
            return Vec::new();
        };
        let mut panes: Vec<SavedPane> = table.iter().filter_map(|(name, value)| self.pane(desk, name, value)).collect();
        panes.sort_by_key(|pane| pane.id);
        panes.dedup_by_key(|pane| pane.id);
        panes
    }

    fn pane(&mut self, desk: &str, name: &Spanned<std::borrow::Cow<'_, str>>, value: &Value<'_>) -> Option<SavedPane> {
        let (at, path) = (name.span().start, format!("{desk}.panes.{}", name.get_ref()));
        let (Some(id), Some(table)) = (PaneId::named(name.get_ref()), value.get_ref().as_table()) else {
            let hint = did_you_mean(name.get_ref(), PANES.iter().map(|spec| spec.name));
            self.wrong(at, path, format!("expected a table for a pane such as [{desk}.panes.chart-2]: {hint}"));
            return None;
        };
        let mut pane = SavedPane { id, link: Link::default(), own: SavedLink::default(), settings: toml::Table::new() };
        for (key, value) in table {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "group" => {
                    let number = integer(value.get_ref()).and_then(|number| u8::try_from(number).ok());
                    let group = number.and_then(Group::new).map(Some);
                    let group = if value.get_ref().as_str() == Some("none") { Some(None) } else { group };
                    let expected = format!("expected 1 to {} or \"none\"; 1 is used", Group::COUNT);
                    self.take(group, &mut pane.link.group, at, format!("{path}.group"), &expected);
                }
                "own_bars" => {
                    let own = value.get_ref().as_bool();
                    let expected = "expected true or false; false is used";
                    self.take(own, &mut pane.link.own_bars, at, format!("{path}.own_bars"), expected);
                }
                "settings" => match value.get_ref().as_table() {
                    Some(table) => pane.settings = settings(table),
                    None => self.wrong(at, format!("{path}.settings"), "expected a table such as { style = \"line\" }"),
                },
                other => {
                    if !self.link_value(&path, &mut pane.own, key, value) {
                        let hint = did_you_mean(other, ["group", "own_bars", "settings"].into_iter().chain(LINK_VALUES));
                        self.wrong(at, format!("{path}.{other}"), format!("not known: {hint}"));
                    }
                }
            }
        }
        Some(pane)
    }
}

/// A value as it is kept for the pane that knows what it means; moments have no meaning to any.
fn plain(value: &DeValue<'_>) -> Option<toml::Value> {
    Some(match value {
        DeValue::String(text) => toml::Value::String(text.to_string()),
        DeValue::Integer(_) => toml::Value::Integer(integer(value)?),
        DeValue::Float(number) => toml::Value::Float(number.as_str().parse().ok()?),
        DeValue::Boolean(truth) => toml::Value::Boolean(*truth),
        DeValue::Array(items) => toml::Value::Array(items.iter().filter_map(|item| plain(item.get_ref())).collect()),
        DeValue::Table(table) => toml::Value::Table(settings(table)),
        DeValue::Datetime(_) => return None,
    })
}

fn settings(table: &DeTable<'_>) -> toml::Table {
    table.iter().filter_map(|(name, value)| Some((name.get_ref().to_string(), plain(value.get_ref())?))).collect()
}

fn least(value: &DeValue<'_>) -> Option<(u16, u16)> {
    let items = value.as_array()?;
    let number = |index: usize| items.get(index).and_then(|item| integer(item.get_ref())).and_then(|n| u16::try_from(n).ok());
    (items.len() == 2).then_some((number(0)?, number(1)?))
}

fn workspaces() -> String {
    WORKSPACES.iter().map(|spec| spec.workspace.key()).collect::<Vec<_>>().join(", ")
}
