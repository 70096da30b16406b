//! Panes arranged by keys and mouse, linked, and kept.

use super::fixture::{NOW, live, replay};
use super::tests::{midnight, mouse, press, text};
use crate::app::Effect;
use crate::app::dialogs::Dialog;
use crate::app::layout::{Direction, Store, Workspace};
use crate::app::link::{Group, Link};
use crate::app::panes::{PaneId, PaneKind};
use crate::domain::{BarSpec, Symbol, Timeframe};
use crate::drive::view::{ReplayRequest, Request, View};
use crate::ui::screen::Screen;
use crossterm::event::{MouseButton, MouseEventKind};

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

fn kinds(screen: &Screen) -> Vec<&'static str> {
    screen.app.desk().arrange(screen.app.area).panes.iter().map(|(id, _)| id.spec().name).collect()
}

/// Where a text stands on the screen.
fn find(screen: &mut Screen, view: &View, wanted: &str) -> (u16, u16) {
    let shown = text(200, 60, screen, view);
    let row = shown.lines().position(|line| line.contains(wanted)).unwrap_or_else(|| panic!("no {wanted}:\n{shown}"));
    let line = shown.lines().nth(row).unwrap();
    let column = line[..line.find(wanted).unwrap()].chars().count();
    (column as u16, row as u16)
}

#[test]
fn keys_arrange_panes() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    press(&mut screen, &view, "w v enter");
    assert_eq!(
        kinds(&screen),
        ["watchlist", "indicators", "tape", "chart", "chart", "positions", "ladder"],
        "the same kind unless another is chosen"
    );
    press(&mut screen, &view, "w s d e p t h enter");
    assert_eq!(kinds(&screen), ["watchlist", "indicators", "tape", "chart", "chart", "depth", "positions", "ladder"]);
    press(&mut screen, &view, "w t h e a t enter w H");
    assert_eq!(kinds(&screen), ["watchlist", "indicators", "tape", "chart", "heatmap", "chart", "positions", "ladder"]);
    press(&mut screen, &view, "w x l");
    assert_eq!(kinds(&screen), ["watchlist", "indicators", "tape", "chart", "chart", "heatmap", "positions", "ladder"]);
    press(&mut screen, &view, "w c w u w c z");
    assert_eq!(kinds(&screen).len(), 1, "zoomed");
    press(&mut screen, &view, "z Z");
    assert_eq!(kinds(&screen), ["watchlist", "indicators", "tape", "chart", "positions", "ladder"]);
    press(&mut screen, &view, "w c w c w c w c w c w c");
    assert!(text(200, 60, &mut screen, &view).contains("the last pane stays; w t shows something else in it"));
}

#[test]
fn what_was_chosen_in_a_pane_goes_with_its_copy() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    let settings = |screen: &Screen| -> Vec<toml::Table> {
        screen.layout().desks[0]
            .panes
            .iter()
            .filter(|pane| pane.id.kind == PaneKind::Chart)
            .map(|pane| pane.settings.clone())
            .collect()
    };
    press(&mut screen, &view, "c");
    let before = settings(&screen);
    press(&mut screen, &view, "w v enter");
    text(200, 60, &mut screen, &view);
    let after = settings(&screen);
    if let [one] = before.as_slice() {
        assert_eq!(after, [one.clone(), one.clone()]);
    }
}

#[test]
fn titles_are_dragged_and_clicked() {
    let view = live();
    let mut screen = midnight();
    let (x, y) = find(&mut screen, &view, "Trades");
    mouse(&mut screen, &view, DOWN, x, y);
    mouse(&mut screen, &view, DRAG, 180, 30);
    let ground = |screen: &mut Screen| crate::ui::screenshot::render(200, 60, screen, &view, NOW)[(180, 30)].bg;
    let marked = ground(&mut screen);
    mouse(&mut screen, &view, UP, 180, 30);
    assert_ne!(ground(&mut screen), marked, "where it would go is marked");
    assert_eq!(
        kinds(&screen),
        ["watchlist", "indicators", "ladder", "chart", "positions", "tape"],
        "in the middle they are exchanged"
    );
    let (x, y) = find(&mut screen, &view, "Trades");
    mouse(&mut screen, &view, DOWN, x, y);
    mouse(&mut screen, &view, DRAG, 100, 55);
    mouse(&mut screen, &view, UP, 100, 55);
    assert_eq!(kinds(&screen), ["watchlist", "indicators", "ladder", "chart", "tape", "positions"]);
    let tape = screen.app.desk().arrange(screen.app.area).area(PaneId::first(PaneKind::Tape)).unwrap();
    assert!(tape.y > 20 && tape.x > 40, "below the chart: {tape:?}");
    // Let go outside or with Esc, nothing happens.
    mouse(&mut screen, &view, DOWN, x.min(100), tape.y);
    press(&mut screen, &view, "esc");
    mouse(&mut screen, &view, UP, 100, 10);
    assert_eq!(screen.app.desk().arrange(screen.app.area).area(PaneId::first(PaneKind::Tape)), Some(tape));
    let (x, y) = find(&mut screen, &view, "Watchlist");
    for kind in [DOWN, UP, DOWN, UP] {
        mouse(&mut screen, &view, kind, x, y);
    }
    assert_eq!(kinds(&screen), ["watchlist"], "a double click zooms");
    press(&mut screen, &view, "z");
    let (x, y) = find(&mut screen, &view, "Watchlist");
    mouse(&mut screen, &view, MouseEventKind::Down(MouseButton::Middle), x, y);
    assert!(!kinds(&screen).contains(&"watchlist"));
}

#[test]
fn a_crossing_is_dragged_both_ways() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    let area = screen.app.area;
    let place = |screen: &Screen, kind| screen.app.desk().arrange(area).area(PaneId::first(kind)).unwrap();
    let (list, chart) = (place(&screen, PaneKind::Watchlist), place(&screen, PaneKind::Chart));
    let corner = (chart.x, list.y + list.height - 1);
    mouse(&mut screen, &view, DOWN, corner.0, corner.1);
    mouse(&mut screen, &view, DRAG, corner.0 + 9, corner.1 + 4);
    mouse(&mut screen, &view, UP, corner.0 + 9, corner.1 + 4);
    let (list, chart) = (place(&screen, PaneKind::Watchlist), place(&screen, PaneKind::Chart));
    assert_eq!((chart.x, list.y + list.height - 1), (corner.0 + 9, corner.1 + 4));
}

#[test]
fn the_wheel_turns_what_is_under_it_without_the_focus() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    let before = screen.app.desk().focus();
    let (x, y) = find(&mut screen, &view, "Trades");
    mouse(&mut screen, &view, MouseEventKind::ScrollDown, x, y + 6);
    assert_eq!(screen.app.desk().focus(), before);
}

#[test]
fn the_bars_can_be_clicked() {
    let view = live();
    let mut screen = midnight();
    let (x, y) = find(&mut screen, &view, "12.3 MB");
    assert_eq!(mouse(&mut screen, &view, DOWN, x, y), Vec::new());
    assert!(matches!(&screen.app.dialog, Some(Dialog::Confirm(_))), "a click on the recording asks");
    assert_eq!(press(&mut screen, &view, "y"), [Effect::Session(Request::ToggleRecording)]);
    let (x, y) = find(&mut screen, &view, "book in sync");
    mouse(&mut screen, &view, DOWN, x, y);
    assert_eq!(screen.app.shown.workspace, Workspace::Book);
    let (x, y) = find(&mut screen, &view, "live");
    mouse(&mut screen, &view, DOWN, x, y);
    assert_eq!(screen.app.shown.workspace, Workspace::System);
    let (x, y) = find(&mut screen, &view, "UTC");
    mouse(&mut screen, &view, DOWN, x, y);
    assert!(!screen.app.shown.utc);
    let view = replay();
    let (x, y) = find(&mut screen, &view, "paused 10x");
    assert_eq!(mouse(&mut screen, &view, DOWN, x, y), [Effect::Session(Request::Replay(ReplayRequest::Toggle))]);
}

#[test]
fn folded_panes_are_named_and_reached() {
    let mut view = live();
    view.session.log = crate::bars::Series::default();
    let mut screen = midnight();
    let shown = text(80, 24, &mut screen, &view);
    // Where their names have no room it is said how many; a click shows the first.
    let row = shown.lines().position(|line| line.contains(" 3 folded ")).unwrap_or_else(|| panic!("{shown}"));
    let line = shown.lines().nth(row).unwrap();
    let column = line[..line.find("folded").unwrap()].chars().count();
    mouse(&mut screen, &view, DOWN, column as u16, row as u16);
    assert_eq!(screen.app.desk().focus().kind, PaneKind::Watchlist);
    assert!(text(80, 24, &mut screen, &view).contains("Watchlist"));
}

fn with_folder(screen: &mut Screen, folder: &std::path::Path) {
    screen.app.store = Store { folder: Some(folder.join("layouts")), last: Some(folder.join("last-layout.toml")) };
}

#[test]
fn layouts_are_saved_looked_at_and_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let view = live();
    let mut screen = midnight();
    with_folder(&mut screen, folder.path());
    text(200, 60, &mut screen, &view);
    press(&mut screen, &view, "w o");
    assert!(text(200, 60, &mut screen, &view).contains("no layout has been saved yet; w a saves this one"));
    press(&mut screen, &view, "w v enter w 2 ] . . w a t w o space c h a r t s enter");
    let two = screen.layout();
    press(&mut screen, &view, "Z 3 w a p l a i n enter");
    assert_eq!(screen.app.store.names(), ["plain", "two charts"]);
    // The list shows each as the cursor comes to it, and leaves things as they were.
    let before = screen.layout();
    press(&mut screen, &view, "w o down");
    assert_eq!(screen.layout().desks, two.desks);
    press(&mut screen, &view, "esc");
    assert_eq!(screen.layout(), before);
    press(&mut screen, &view, "w o down enter");
    assert_eq!(screen.layout(), two);
    let second = PaneId { kind: PaneKind::Chart, number: 2 };
    assert_eq!(screen.app.linked(second).symbol.unwrap().as_str(), "ETHUSDT");
    assert_eq!(screen.app.linked(second).bars, BarSpec::Time(Timeframe::M5));
    assert_eq!(screen.app.shown.workspace, Workspace::Trade);
    // Saving under a name that is there asks.
    press(&mut screen, &view, "w a p l a i n enter");
    assert!(matches!(&screen.app.dialog, Some(Dialog::Confirm(_))));
    press(&mut screen, &view, "esc w n enter backspace enter");
    assert_eq!(screen.app.store.names(), ["plai", "two charts"]);
    press(&mut screen, &view, "w d enter y");
    assert_eq!(screen.app.store.names(), ["two charts"]);
}

#[test]
fn the_program_begins_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let view = live();
    let mut screen = midnight();
    with_folder(&mut screen, folder.path());
    assert_eq!(screen.begin_with(None), Vec::new());
    text(200, 60, &mut screen, &view);
    press(&mut screen, &view, "w s t a p e enter w 3 ] 8");
    screen.keep_layout(false).unwrap();
    let (left, again) = (screen.layout(), midnight());
    let mut screen = again;
    with_folder(&mut screen, folder.path());
    assert_eq!(screen.begin_with(None), Vec::new());
    assert_eq!(screen.layout(), left);
    text(200, 60, &mut screen, &view);
    assert_eq!(screen.layout(), left, "drawing changes nothing that is kept");
    // Damaged, it is set aside, and what can be used is.
    let file = folder.path().join("last-layout.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("pane = \"ladder\"", "pane = \"laddder\"");
    std::fs::write(&file, text).unwrap();
    let mut screen = midnight();
    with_folder(&mut screen, folder.path());
    let said = screen.begin_with(None)[0].to_string();
    assert!(said.contains("did you mean `ladder`?") && said.contains("last-layout.damaged-1.toml"), "{said}");
    assert_eq!(screen.app.shown.workspace, Workspace::System);
    press(&mut screen, &view, "1");
    assert!(!kinds(&screen).contains(&"ladder"));
}

#[test]
fn a_pane_can_have_its_own_timeframe_in_its_group() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    press(&mut screen, &view, "w v enter w f . . ]");
    let [one, two] = [1, 2].map(|number| screen.app.linked(PaneId { kind: PaneKind::Chart, number }));
    assert_eq!((one.symbol, one.bars), (two.symbol, BarSpec::Time(Timeframe::M1)));
    assert_eq!((two.symbol.unwrap().as_str(), two.bars), ("ETHUSDT", BarSpec::Time(Timeframe::M5)));
    press(&mut screen, &view, "w f");
    assert_eq!(screen.app.focused().bars, BarSpec::Time(Timeframe::M1));
}

#[test]
fn bars_of_a_layout_are_asked_for_once() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    let ticks = "tick:100".parse().unwrap();
    screen.app.groups.get_mut(Group::FIRST).choose_bars(ticks);
    let asked = screen.app.ask_for_bars(&view);
    assert!(asked.contains(&Effect::Session(Request::Bars(ticks))), "{asked:?}");
    assert_eq!(screen.app.ask_for_bars(&view), Vec::new());
}

#[test]
fn two_charts_of_different_symbols() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    screen.app.sync(&view, NOW);
    let area = screen.app.area;
    let first = screen.app.desk().focus();
    let second = screen.app.desk_mut().split(PaneKind::Chart, Direction::Right, area).unwrap();
    screen.app.relink(second, Link { group: Group::new(2), own_bars: false });
    press(&mut screen, &view, "] . . .");
    let symbols = |screen: &Screen| [first, second].map(|id| screen.app.linked(id).symbol.unwrap().to_string());
    assert_eq!(symbols(&screen), ["BTCUSDT", "ETHUSDT"]);
    assert_eq!(screen.app.linked(first).bars, BarSpec::Time(Timeframe::M1));
    assert_eq!(screen.app.linked(second).bars, BarSpec::Time(Timeframe::M15));
    let shown = text(200, 60, &mut screen, &view);
    let top = shown.lines().nth(1).unwrap();
    assert!(top.contains(" 1  BTCUSDT 1m ") && top.contains(" 2  ETHUSDT 15m ") && top.contains(" 1  BTCUSDT Book"), "{top}");
    assert!(shown.lines().next().unwrap().contains("ETHUSDT"), "the bars follow the focus");
    // The ladder is of the first group still.
    let down = MouseEventKind::Down(MouseButton::Left);
    mouse(&mut screen, &view, down, 190, 20);
    assert_eq!(screen.app.focused().symbol, Some(Symbol::new("BTCUSDT").unwrap()));
    assert!(text(200, 60, &mut screen, &view).lines().next().unwrap().contains("BTCUSDT"));
}

#[test]
fn a_symbol_that_is_not_there_is_waited_for() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    screen.app.sync(&view, NOW);
    let area = screen.app.area;
    let second = screen.app.desk_mut().split(PaneKind::Chart, Direction::Down, area).unwrap();
    screen.app.relink(second, Link { group: Group::new(3), own_bars: false });
    let doge = Symbol::new("DOGEUSDT").unwrap();
    screen.app.linked_mut(second).select(doge);
    screen.app.sync(&view, NOW);
    assert_eq!(screen.app.linked(second).symbol, Some(doge));
    assert!(text(200, 60, &mut screen, &view).contains("DOGEUSDT"));
    // The first group shows what there is meanwhile, and goes back to it.
    let chart = PaneId::first(PaneKind::Chart);
    screen.app.linked_mut(chart).select(doge);
    screen.app.sync(&view, NOW);
    assert_ne!(screen.app.linked(chart).symbol, Some(doge));
    let mut more = view.clone();
    let mut there = more.snapshot.symbols[0].clone();
    let mut instrument = (*there.instrument).clone();
    instrument.symbol = doge;
    there.instrument = std::sync::Arc::new(instrument);
    more.snapshot.symbols.push(there);
    screen.app.sync(&more, NOW);
    assert_eq!(screen.app.linked(chart).symbol, Some(doge));
}

#[test]
fn an_indicator_is_found_from_anywhere_and_drawn_on_a_chart() {
    let view = live();
    let mut screen = midnight();
    text(160, 50, &mut screen, &view);
    // From the watchlist by its title; the prompt holds the usual parameters.
    screen.app.desk_mut().set_focus(PaneId { kind: PaneKind::Watchlist, number: 1 });
    press(&mut screen, &view, ": r e l a t i v e space s t r e n g t h enter");
    assert!(text(160, 50, &mut screen, &view).contains("rsi(period=14)"));
    press(&mut screen, &view, "x enter");
    let shown = text(160, 50, &mut screen, &view);
    assert!(shown.contains("period") && shown.contains("a whole number from 2 to 1000"), "{shown}");
    press(&mut screen, &view, "backspace 2 1 enter");
    assert_eq!(screen.app.desk().focus().kind, PaneKind::Chart);
    let shown = text(160, 50, &mut screen, &view);
    assert!(screen.app.dialog.is_none() && shown.contains("rsi(21)"), "{shown}");
    // Changed, then removed.
    press(&mut screen, &view, "I enter enter 7 enter");
    assert!(text(160, 50, &mut screen, &view).contains("rsi(7)"));
    press(&mut screen, &view, "I enter down enter");
    assert!(!text(160, 50, &mut screen, &view).contains("rsi"));
}

#[test]
fn indicators_of_events_on_a_chart_are_asked_for_once() {
    let view = live();
    let mut screen = midnight();
    press(&mut screen, &view, "i t f i enter enter");
    text(160, 50, &mut screen, &view);
    assert_eq!(screen.ask_for_indicators(&view), Some(Request::Indicators(vec!["tfi".to_owned()])));
    assert_eq!(screen.ask_for_indicators(&view), None);
}
