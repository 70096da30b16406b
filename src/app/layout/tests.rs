//! The tree and the desk: folding, neighbours, and that no sequence of changes leaves holes.

use super::{Area, Axis, Desk, Direction, Saved, SavedDesk, SavedLink, WORKSPACES, Workspace, read, write};
use crate::app::link::{Group, Link, Linked};
use crate::app::panes::PaneKind::{Chart, Depth, Indicators, Ladder, Log, Positions, Replay, Tape, Watchlist};
use crate::app::panes::{PANES, PaneId, PaneKind};
use proptest::prelude::*;

fn area(width: u16, height: u16) -> Area {
    Area { x: 0, y: 1, width, height }
}

fn shown(workspace: Workspace, width: u16, height: u16) -> Vec<PaneKind> {
    let mut panes: Vec<_> = Desk::new(workspace).arrange(area(width, height)).panes.iter().map(|(id, _)| id.kind).collect();
    panes.sort();
    panes
}

fn first(kind: PaneKind) -> PaneId {
    PaneId::first(kind)
}

/// Every cell belongs to a pane, none is empty or reaches out, the focus is shown, the tree is normal.
fn whole(desk: &Desk, at: Area) -> Result<(), String> {
    let arranged = desk.arrange(at);
    let mut cells = vec![false; usize::from(at.width) * usize::from(at.height)];
    for (id, a) in &arranged.panes {
        if a.width == 0 || a.height == 0 || a.x + a.width > at.x + at.width || a.y + a.height > at.y + at.height {
            return Err(format!("{id:?} at {a:?} of {at:?}"));
        }
        for y in a.y..a.y + a.height {
            let row = usize::from(y - at.y) * usize::from(at.width) + usize::from(a.x - at.x);
            cells[row..row + usize::from(a.width)].fill(true);
        }
    }
    let normal = desk.layouts().iter().all(|layout| layout.tree.is_normal());
    let unique = desk.layouts().iter().all(|layout| {
        let mut panes = layout.tree.panes();
        panes.sort();
        panes.windows(2).all(|pair| pair[0] != pair[1])
    });
    match () {
        () if cells.contains(&false) => Err(format!("a hole at {at:?}: {arranged:?}")),
        () if arranged.area(desk.focus()).is_none() => Err(format!("{:?} has the focus and is not shown", desk.focus())),
        () if !normal || !unique => Err(format!("{:?}", desk.layouts())),
        () => Ok(()),
    }
}

#[test]
fn panes_fold_in_the_stated_order() {
    assert_eq!(shown(Workspace::Trade, 200, 57), [Watchlist, Chart, Ladder, Tape, Indicators, Positions]);
    assert_eq!(shown(Workspace::Trade, 150, 40), [Watchlist, Chart, Ladder, Tape, Positions]);
    assert_eq!(shown(Workspace::Trade, 120, 37), [Watchlist, Chart, Ladder, Tape, Positions]);
    assert_eq!(shown(Workspace::Trade, 80, 21), [Chart, Ladder, Tape]);
    assert_eq!(shown(Workspace::Trade, 62, 12), [Watchlist, Chart, Ladder]);
    assert_eq!(shown(Workspace::Trade, 62, 10), [Chart, Ladder]);
    assert_eq!(shown(Workspace::Trade, 40, 10), [Chart]);
    assert_eq!(shown(Workspace::System, 80, 21).len(), 3);
    assert_eq!(shown(Workspace::Replay, 80, 21), [Chart, Ladder, Replay]);
    let folded = Desk::new(Workspace::Trade).arrange(area(80, 21)).folded;
    assert_eq!(folded, [first(Watchlist), first(Indicators), first(Positions)]);
}

#[test]
fn neighbours() {
    let mut desk = Desk::new(Workspace::Trade);
    let wide = area(200, 57);
    assert!(desk.neighbour(Direction::Right, wide));
    assert_eq!(desk.focus().kind, Ladder);
    assert!(!desk.neighbour(Direction::Right, wide));
    desk.neighbour(Direction::Left, wide);
    desk.neighbour(Direction::Left, wide);
    assert_eq!(desk.focus().kind, Indicators, "the one that shares most of the border");
    assert!(desk.neighbour(Direction::Up, wide));
    assert_eq!(desk.focus().kind, Watchlist);
}

#[test]
fn a_folded_pane_can_be_reached() {
    let (mut desk, small) = (Desk::new(Workspace::Trade), area(80, 21));
    while desk.focus().kind != Watchlist {
        desk.cycle(false, small);
    }
    assert_eq!(desk.arrange(small).panes, [(first(Watchlist), small)]);
    desk.cycle(true, small);
    desk.cycle(false, small);
    assert_eq!(desk.focus().kind, Watchlist);
}

#[test]
fn borders_can_be_moved_and_put_back() {
    let mut desk = Desk::new(Workspace::Trade);
    let wide = area(200, 57);
    let before = desk.arrange(wide);
    let edge = before.edges.iter().find(|edge| edge.path.is_empty() && edge.before == 1).unwrap().clone();
    desk.drag(&edge, edge.area.x - 20, wide);
    let moved = desk.arrange(wide);
    assert_eq!(moved.area(first(Ladder)).unwrap().width, before.area(first(Ladder)).unwrap().width + 20);
    assert_eq!(moved.area(first(Tape)), before.area(first(Tape)), "only the panes beside it change");
    assert!(desk.resize(Axis::Across, 7, wide));
    assert_eq!(desk.arrange(wide).area(first(Chart)).unwrap().width, moved.area(first(Chart)).unwrap().width + 7);
    desk.drag(&edge, 0, wide);
    assert_eq!(desk.arrange(wide).area(first(Chart)).unwrap().width, 36, "no further than makes sense");
    assert!(!desk.edited(), "sizes alone make no tree of one's own");
    desk.reset();
    assert_eq!(desk.arrange(wide), before);
}

#[test]
fn a_border_beside_a_folded_pane_can_be_moved() {
    let (mut desk, small) = (Desk::new(Workspace::Trade), area(62, 16));
    desk.split(Chart, Direction::Right, area(200, 57));
    let before = desk.arrange(small);
    assert!(!before.folded.is_empty());
    let Some(edge) = before.edges.first().cloned() else { return };
    let to = if edge.axis == Axis::Across { edge.area.x - 1 } else { edge.area.y - 1 };
    desk.drag(&edge, to, small);
    whole(&desk, small).unwrap();
}

#[test]
fn splitting_closing_and_undoing() {
    let (mut desk, wide) = (Desk::new(Workspace::Trade), area(200, 57));
    let shipped = desk.arrange(wide);
    let second = desk.split(Chart, Direction::Right, wide).unwrap();
    assert_eq!((second, desk.focus()), (PaneId { kind: Chart, number: 2 }, second));
    let split = desk.arrange(wide);
    let (left, right) = (split.area(first(Chart)).unwrap(), split.area(second).unwrap());
    assert_eq!((left.x + left.width - 1, left.height), (right.x, right.height));
    assert!(left.width.abs_diff(right.width) <= 1, "{left:?} {right:?}");
    let ladders = [&split, &shipped].map(|arranged| arranged.area(first(Ladder)).unwrap().width);
    assert!(ladders[0].abs_diff(ladders[1]) <= 1, "the others keep their room: {ladders:?}");
    assert!(desk.close(wide));
    assert_eq!(desk.focus(), first(Chart));
    assert_eq!(desk.arrange(wide).panes, shipped.panes);
    assert!(desk.undo() && desk.undo() && !desk.undo());
    assert!(!desk.edited());
    let mut left = desk.arrange(wide).panes.len();
    while desk.close(wide) {
        left -= 1;
    }
    assert_eq!((left, desk.arrange(wide).panes.len()), (1, 1), "the last one stays");
}

#[test]
fn moving_goes_past_into_out_of_and_along_the_edge() {
    let (mut desk, wide) = (Desk::new(Workspace::Trade), area(200, 57));
    let place = |desk: &Desk, kind| desk.arrange(wide).area(first(kind)).unwrap();
    // Out of its column, then past the ladder.
    assert!(desk.shift(Direction::Right, wide));
    assert!(desk.shift(Direction::Right, wide));
    assert!(place(&desk, Chart).x > place(&desk, Ladder).x);
    assert!(!desk.shift(Direction::Right, wide), "it is at the edge");
    // Along the whole lower edge.
    assert!(desk.shift(Direction::Down, wide));
    assert_eq!(place(&desk, Chart).width, 200);
    // Out of the column, to its right.
    desk.set_focus(first(Tape));
    assert!(desk.shift(Direction::Right, wide));
    assert_eq!(place(&desk, Tape).height, place(&desk, Ladder).height);
    // Into the rows again.
    assert!(desk.shift(Direction::Down, wide));
    whole(&desk, wide).unwrap();
}

#[test]
fn a_dragged_pane_lands_at_a_side() {
    let (mut desk, wide) = (Desk::new(Workspace::Trade), area(200, 57));
    assert!(desk.dock(first(Tape), first(Ladder), Direction::Down, wide));
    let arranged = desk.arrange(wide);
    let (ladder, tape) = (arranged.area(first(Ladder)).unwrap(), arranged.area(first(Tape)).unwrap());
    assert_eq!((tape.x, tape.y, tape.width), (ladder.x, ladder.y + ladder.height - 1, ladder.width));
    assert!(!desk.dock(first(Tape), first(Ladder), Direction::Down, wide), "it is there already");
    assert!(desk.swap(first(Tape), first(Watchlist), wide));
    assert_eq!(desk.arrange(wide).area(first(Watchlist)), Some(tape));
}

#[test]
fn a_tree_is_used_at_its_size_and_below() {
    let (wide, small) = (area(200, 57), area(80, 21));
    let mut desk = Desk::new(Workspace::Trade);
    desk.settle(small);
    desk.split(Log, Direction::Down, small).unwrap();
    desk.settle(wide);
    assert_eq!(desk.focus(), first(Chart), "what is not there cannot have the focus");
    assert!(desk.arrange(wide).area(first(Log)).is_none(), "larger screens keep theirs");
    desk.settle(small);
    assert!(desk.arrange(small).area(first(Log)).is_some());
    let mut desk = Desk::new(Workspace::Trade);
    desk.split(Depth, Direction::Down, wide).unwrap();
    assert!(desk.arrange(small).folded.contains(&first(Watchlist)));
    desk.settle(small);
    whole(&desk, small).unwrap();
}

#[test]
fn a_screen_that_shrinks_shows_what_matters() {
    let (wide, small) = (area(200, 57), area(80, 21));
    let mut desk = Desk::new(Workspace::Trade);
    desk.split(Log, Direction::Down, wide).unwrap();
    desk.settle(wide);
    desk.settle(small);
    assert_eq!(desk.focus(), first(Chart), "the log is folded");
    desk.set_focus(first(Log));
    desk.settle(small);
    assert_eq!(desk.focus(), first(Log), "who goes there stays");
}

#[test]
fn all_panes_get_the_same_room() {
    let (mut desk, wide) = (Desk::new(Workspace::Trade), area(201, 57));
    desk.equalise(wide);
    let widths: Vec<u16> = desk.arrange(wide).panes.iter().map(|(_, a)| a.width).collect();
    assert!(widths.iter().all(|width| width.abs_diff(68) <= 1), "{widths:?}");
}

const SIDES: [Direction; 4] = [Direction::Left, Direction::Down, Direction::Up, Direction::Right];

fn step(desk: &mut Desk, what: u8, pick: usize, at: Area) {
    let side = SIDES[pick % 4];
    let panes = desk.panes();
    let other = panes[pick % panes.len()];
    match what {
        0..=2 => drop(desk.split(PANES[pick % PANES.len()].kind, side, at)),
        3 => drop(desk.close(at)),
        4 => drop(desk.shift(side, at)),
        5 => drop(desk.swap(desk.focus(), other, at)),
        6 => drop(desk.dock(desk.focus(), other, side, at)),
        7 => drop(desk.resize(side.axis(), pick as i32 % 40 - 20, at)),
        8 => desk.toggle_zoom(),
        9 => drop(desk.change(PANES[pick % PANES.len()].kind, at)),
        10 => desk.equalise(at),
        11 => drop(desk.undo()),
        12 => desk.cycle(pick.is_multiple_of(2), at),
        13 => {
            let edges = desk.arrange(at).edges;
            if let Some(edge) = edges.get(pick % edges.len().max(1)) {
                desk.drag(edge, (pick % 256) as u16, at);
            }
        }
        14 => desk.set_focus(other),
        _ => drop(desk.neighbour(side, at)),
    }
    desk.settle(at);
}

/// A desk after some changes, with links and settings.
fn changed(which: usize, steps: &[(u8, usize, u16, u16)]) -> Saved {
    let mut desk = Desk::new(WORKSPACES[which].workspace);
    for (what, pick, width, height) in steps {
        step(&mut desk, *what, *pick, area(*width, *height));
        let link = Link { group: Group::new((*pick % 8) as u8), own_bars: pick.is_multiple_of(3) };
        let mut own = Linked::default();
        own.select("ETHUSDT".parse().unwrap());
        own.choose_bars("tick:100".parse().unwrap());
        own.window.zoom = (*pick % 7) as i8 - 3;
        desk.set_link(desk.focus(), link, own);
    }
    let settings = |id: PaneId| match id.kind {
        Chart => "style = \"line \\\"x\\\"\"\nlog = true\nzoom = 1.5\n[deep]\nlist = [1, 2]".parse().unwrap(),
        _ => toml::Table::new(),
    };
    let mut saved = Saved { workspace: WORKSPACES[which].workspace, ..Saved::default() };
    saved.groups[2] = SavedLink { symbol: Some("SOLUSDT".parse().unwrap()), zoom: 4, ..SavedLink::default() };
    saved.desks[which] = SavedDesk::of(&desk, &settings);
    saved
}

#[test]
fn a_layout_can_be_read_by_a_person() {
    let mut desk = Desk::new(Workspace::Trade);
    let second = desk.split(Chart, Direction::Right, area(200, 57)).unwrap();
    let mut own = Linked::default();
    own.select("ETHUSDT".parse().unwrap());
    desk.set_link(second, Link { group: None, own_bars: false }, own);
    let mut saved = Saved::default();
    saved.desks[0] = SavedDesk::of(&desk, &|_| toml::Table::new());
    saved.groups[0].symbol = Some("BTCUSDT".parse().unwrap());
    insta::assert_snapshot!(write(&saved));
}

#[test]
fn what_is_as_shipped_is_not_written() {
    let text = write(&Saved::default());
    assert_eq!(text.lines().count(), 3, "{text}");
    assert_eq!(read("x", &text), (Some(Saved::default()), Vec::new()));
}

#[test]
fn every_mistake_names_its_place_and_the_rest_is_used() {
    let text = "version = 1\nworkspace = \"bok\"\n[groups.9]\n[groups.2]\nsymbol = \"ETHUSDT\"\nbars = \"soon\"\n\
                [[trade.trees]]\nleast = [0, 0]\ntree = { split = \"across\", parts = [\n  { pane = \"chart\" },\n  \
                { pane = \"chrat\" },\n  { share = 0, pane = \"tape\" },\n  { pane = \"chart\" },\n] }\n\
                [trade.panes.chart]\ngroup = 7\n[flow]\n";
    let (saved, problems) = read("a.toml", text);
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(said.join("\n"));
    let saved = saved.unwrap();
    assert_eq!(saved.groups[1].symbol.unwrap().as_str(), "ETHUSDT");
    assert_eq!(saved.desks[0].layouts[0].tree.panes(), [first(Chart), first(Tape)]);
    assert_eq!(saved.desks[0].desk().focus(), first(Chart));
}

#[test]
fn another_version_is_not_guessed_at() {
    for text in ["version = 2\n", "version = \"1\"\n", "", "workspace = \"book\"\n"] {
        let (saved, problems) = read("a.toml", text);
        assert_eq!((saved, problems.len()), (None, 1), "{text}");
        assert!(problems[0].message.contains("version"), "{}", problems[0]);
    }
}

proptest! {
    #[test]
    fn what_is_saved_is_loaded(
        which in 0_usize..4,
        steps in prop::collection::vec((0_u8..16, 0_usize..10_000, 60_u16..220, 20_u16..70), 0..20),
    ) {
        let saved = changed(which, &steps);
        let text = write(&saved);
        let (loaded, problems) = read("a.toml", &text);
        prop_assert_eq!(problems, Vec::new(), "{}", text);
        let loaded = loaded.unwrap();
        prop_assert_eq!(&loaded, &saved, "{}", text);
        // What was loaded and is saved again is the same.
        prop_assert_eq!(SavedDesk::of(&loaded.desks[which].desk(), &|_| toml::Table::new()).layouts, loaded.desks[which].layouts.clone());
    }

    #[test]
    fn damaged_files_never_stop_the_program(
        steps in prop::collection::vec((0_u8..16, 0_usize..10_000, 60_u16..220, 20_u16..70), 0..12),
        damage in prop::collection::vec((0_usize..4_000, prop::sample::select(b"[]{}=,.\"\n0-9a \xff".to_vec()), any::<bool>()), 1..12),
        width in 1_u16..220,
        height in 1_u16..70,
    ) {
        let mut bytes = write(&changed(0, &steps)).into_bytes();
        for (at, byte, instead) in damage {
            let at = at % bytes.len();
            if instead { bytes[at] = byte } else { bytes.insert(at, byte) }
        }
        if let (Some(saved), _) = read("a.toml", &String::from_utf8_lossy(&bytes)) {
            for desk in &saved.desks {
                let mut desk = desk.desk();
                desk.settle(area(width, height));
                prop_assert_eq!(whole(&desk, area(width, height)), Ok(()));
            }
        }
    }

    #[test]
    fn nonsense_never_stops_the_program(text in "(version = 1\n)?[ -~\n]{0,200}") {
        let _ = read("a.toml", &text);
    }

    #[test]
    fn every_size_is_filled(width in 1_u16..300, height in 1_u16..120, which in 0_usize..4) {
        let desk = Desk::new(WORKSPACES[which].workspace);
        prop_assert_eq!(whole(&desk, area(width, height)), Ok(()));
    }

    #[test]
    fn no_sequence_of_changes_leaves_a_hole(
        which in 0_usize..4,
        steps in prop::collection::vec((0_u8..16, 0_usize..10_000, 1_u16..220, 1_u16..70), 1..40),
    ) {
        let mut desk = Desk::new(WORKSPACES[which].workspace);
        for (what, pick, width, height) in steps {
            let at = area(width, height);
            desk.settle(at);
            step(&mut desk, what, pick, at);
            prop_assert_eq!(whole(&desk, at), Ok(()), "after {} {}", what, pick);
        }
    }
}
