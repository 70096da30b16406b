//! Whole screens, as text.

use super::fixture::{NOW, live, replay, screen, troubled};
use crate::app::Effect;
use crate::app::keymap::{Code, Key, Named};
use crate::app::layout::{Direction, Workspace};
use crate::app::link::{Group, Link};
use crate::app::panes::{PaneId, PaneKind};
use crate::domain::{BarSpec, Nanos, Symbol, Timeframe};
use crate::drive::view::{ReplayRequest, Request, View};
use crate::ui::screen::Screen;
use crate::ui::screenshot::{render, to_text};
use crate::ui::theme::{Depth, Look};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

fn text(width: u16, height: u16, screen: &mut Screen, view: &View) -> String {
    to_text(&render(width, height, screen, view, NOW))
}

fn midnight() -> Screen {
    screen("midnight", Look::default())
}

/// Presses keys, written as in the configuration.
fn press(screen: &mut Screen, view: &View, keys: &str) -> Vec<Effect> {
    keys.split(' ')
        .map(|key| key.parse::<Key>().unwrap())
        .flat_map(|key| {
            let code = match key.code {
                Code::Char(c) => KeyCode::Char(c),
                Code::F(n) => KeyCode::F(n),
                Code::Named(Named::Enter) => KeyCode::Enter,
                Code::Named(Named::Esc) => KeyCode::Esc,
                Code::Named(Named::Down) => KeyCode::Down,
                Code::Named(Named::Tab) => KeyCode::Tab,
                Code::Named(Named::Right) => KeyCode::Right,
                Code::Named(other) => panic!("{other:?}"),
            };
            let mut modifiers = KeyModifiers::NONE;
            modifiers.set(KeyModifiers::CONTROL, key.ctrl);
            modifiers.set(KeyModifiers::SHIFT, key.shift);
            screen.on_event(&Event::Key(KeyEvent::new(code, modifiers)), view, NOW)
        })
        .collect()
}

fn mouse(screen: &mut Screen, view: &View, kind: MouseEventKind, column: u16, row: u16) -> Vec<Effect> {
    screen.on_event(&Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }), view, NOW)
}

#[test]
fn every_size() {
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12), (30, 8)] {
        insta::assert_snapshot!(format!("trade_{width}x{height}"), text(width, height, &mut midnight(), &live()));
    }
}

#[test]
fn every_workspace() {
    let view = live();
    let mut screen = midnight();
    text(140, 44, &mut screen, &view);
    press(&mut screen, &view, "8");
    insta::assert_snapshot!("system_140x44", text(140, 44, &mut screen, &view));
    insta::assert_snapshot!("system_80x24", text(80, 24, &mut screen, &view));
    let view = replay();
    press(&mut screen, &view, "7");
    insta::assert_snapshot!("replay_120x40", text(120, 40, &mut screen, &view));
}

#[test]
fn what_is_wrong_is_said() {
    let view = troubled();
    let bar = |width| {
        let shown = text(width, 24, &mut midnight(), &view);
        shown.lines().nth(22).unwrap().to_owned()
    };
    assert!(bar(200).contains("market lost, next try in 2.0s  connection reset by peer"), "{}", bar(200));
    for part in ["STALE", "clock -1.3s", "book resyncing", "recording failed", "1 silent"] {
        assert!(bar(200).contains(part), "{part}: {}", bar(200));
    }
    for part in ["market lost", "STALE", "recording failed"] {
        assert!(bar(80).contains(part), "{part}: {}", bar(80));
    }
}

#[test]
fn ascii_only_where_nothing_else_can_be_shown() {
    let mut screen = screen("midnight", Look { depth: Depth::None, ascii: true });
    let view = live();
    for keys in ["1", "8", "?"] {
        press(&mut screen, &view, keys);
        let shown = text(120, 40, &mut screen, &view);
        let strange: Vec<char> = shown.chars().filter(|c| !c.is_ascii()).collect();
        assert!(strange.is_empty(), "{strange:?}\n{shown}");
    }
}

#[test]
fn dialogs() {
    let view = live();
    let mut screen = midnight();
    text(100, 30, &mut screen, &view);
    press(&mut screen, &view, ": t h e m");
    insta::assert_snapshot!("palette", text(100, 30, &mut screen, &view));
    press(&mut screen, &view, "esc A S O L space Q enter");
    let shown = text(100, 30, &mut screen, &view);
    assert!(shown.contains("Follow a symbol") && shown.contains("no spaces or control characters"), "{shown}");
}

#[test]
fn escape_always_leaves() {
    let view = live();
    for open in [":", "?", "A", "D", "m", "o", "T", "M", "t", "s"] {
        let mut screen = midnight();
        text(100, 30, &mut screen, &view);
        press(&mut screen, &view, open);
        assert!(screen.app.dialog.is_some(), "{open}");
        let before = screen.app.shown.clone();
        press(&mut screen, &view, "esc");
        assert!(screen.app.dialog.is_none(), "{open}");
        assert_eq!(screen.app.shown, before);
    }
}

#[test]
fn a_theme_is_seen_at_once_and_goes_when_it_is_left() {
    let view = live();
    let mut screen = midnight();
    press(&mut screen, &view, "T down");
    assert_eq!(screen.theme().name, "daylight");
    press(&mut screen, &view, "esc");
    assert_eq!(screen.theme().name, "midnight");
    press(&mut screen, &view, "T down enter");
    assert_eq!(screen.theme().name, "daylight");
}

#[test]
fn keys_reach_the_session() {
    let view = live();
    let mut screen = midnight();
    text(120, 40, &mut screen, &view);
    assert_eq!(press(&mut screen, &view, "S"), [Effect::Session(Request::ToggleFeed)]);
    let doge = Symbol::new("DOGEUSDT").unwrap();
    assert_eq!(press(&mut screen, &view, "A d o g e u s d t enter"), [Effect::Session(Request::AddSymbol(doge))]);
    assert_eq!(press(&mut screen, &view, "] D y"), [Effect::Session(Request::RemoveSymbol(Symbol::new("ETHUSDT").unwrap()))]);
    press(&mut screen, &view, ". .");
    assert_eq!(screen.app.focused().bars, BarSpec::Time(Timeframe::M5));
    assert_eq!(press(&mut screen, &view, "q"), [Effect::Quit]);
    assert_eq!(press(&mut screen, &view, "space"), Vec::new());

    let view = replay();
    assert_eq!(press(&mut screen, &view, "space"), [Effect::Session(Request::Replay(ReplayRequest::Toggle))]);
    let forward = Effect::Session(Request::Replay(ReplayRequest::SeekBy(Nanos::from_secs(10))));
    assert_eq!(press(&mut screen, &view, "shift-right"), [forward]);
    screen.app.sync(&view, NOW);
    assert_eq!(press(&mut screen, &view, "}"), [Effect::Session(Request::Replay(ReplayRequest::Speed(20.0)))]);
    let back = Effect::Session(Request::Replay(ReplayRequest::Seek(NOW - Nanos::from_secs(2_054) - Nanos::from_millis(500))));
    assert_eq!(press(&mut screen, &view, "J 2 3 : 2 0 enter"), [back]);
}

#[test]
fn the_mouse() {
    let view = live();
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    let down = MouseEventKind::Down(MouseButton::Left);
    mouse(&mut screen, &view, down, 30, 4);
    assert_eq!(screen.app.desk().focus().kind, PaneKind::Watchlist);
    assert_eq!(screen.app.focused().symbol, Some(Symbol::new("ETHUSDT").unwrap()));
    let before = text(200, 60, &mut screen, &view);
    let border = before.lines().nth(1).unwrap().chars().position(|c| c == '┬').unwrap() as u16;
    mouse(&mut screen, &view, down, border, 10);
    mouse(&mut screen, &view, MouseEventKind::Drag(MouseButton::Left), border + 12, 10);
    mouse(&mut screen, &view, MouseEventKind::Up(MouseButton::Left), border + 12, 10);
    let after = text(200, 60, &mut screen, &view);
    let moved = after.lines().nth(1).unwrap().chars().position(|c| c == '┬').unwrap() as u16;
    assert!((border + 11..=border + 13).contains(&moved), "{border} {moved}");
    mouse(&mut screen, &view, down, 12, 0);
    assert_eq!(screen.app.shown.workspace, Workspace::Book);
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
fn nothing_from_outside_can_disturb_the_terminal() {
    let mut view = troubled();
    view.snapshot.venue = "bin\u{1b}]0;x\u{7}ance".into();
    view.session.connections[0].name = "pub\u{1b}[2Jlic".to_owned();
    view.session.streams[0].name = "a\u{9b}31m\r\nb".to_owned();
    let mut screen = midnight();
    screen.app.say(NOW, crate::feed::Severity::Error, "bad \u{1b}[31m file\u{202e}");
    for keys in ["1", "8", "M"] {
        press(&mut screen, &view, keys);
        let buffer = render(160, 50, &mut screen, &view, NOW);
        let bad = buffer.content().iter().find(|cell| cell.symbol().chars().any(|c| c.is_control() || c == '\u{202e}'));
        assert_eq!(bad, None);
    }
}

#[test]
fn every_size_can_be_drawn() {
    let (live, replay) = (live(), replay());
    let mut screen = midnight();
    for (width, height) in [(1, 1), (2, 50), (39, 12), (41, 12), (47, 13), (55, 16), (61, 17), (100, 12), (400, 15), (44, 120)] {
        for keys in ["1", "7", "8", "?", "esc", "z", "z", "tab"] {
            press(&mut screen, &live, keys);
            text(width, height, &mut screen, &live);
            text(width, height, &mut screen, &replay);
        }
    }
}
