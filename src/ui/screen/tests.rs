//! Whole screens, as text.

use super::fixture::{NOW, live, replay, screen, troubled};
use crate::app::commands::Command;
use crate::app::keymap::{Code, Key, Named};
use crate::app::layout::Workspace;
use crate::app::panes::PaneKind;
use crate::app::{Effect, Keep, Source};
use crate::domain::{BarSpec, Nanos, Symbol, Timeframe};
use crate::drive::view::{ReplayRequest, Request, View};
use crate::ui::panes::alerts::fixture::with_alerts;
use crate::ui::screen::Screen;
use crate::ui::screenshot::{render, to_text};
use crate::ui::theme::{Depth, Look};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

pub(in crate::ui::screen) fn text(width: u16, height: u16, screen: &mut Screen, view: &View) -> String {
    to_text(&render(width, height, screen, view, NOW))
}

pub(in crate::ui::screen) fn midnight() -> Screen {
    screen("midnight", Look::default())
}

/// Presses keys, written as in the configuration.
pub(in crate::ui::screen) fn press(screen: &mut Screen, view: &View, keys: &str) -> Vec<Effect> {
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
                Code::Named(Named::Backspace) => KeyCode::Backspace,
                Code::Named(other) => panic!("{other:?}"),
            };
            let mut modifiers = KeyModifiers::NONE;
            modifiers.set(KeyModifiers::CONTROL, key.ctrl);
            modifiers.set(KeyModifiers::SHIFT, key.shift);
            modifiers.set(KeyModifiers::ALT, key.alt);
            screen.on_event(&Event::Key(KeyEvent::new(code, modifiers)), view, NOW)
        })
        .collect()
}

pub(in crate::ui::screen) fn mouse(screen: &mut Screen, view: &View, kind: MouseEventKind, column: u16, row: u16) -> Vec<Effect> {
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
    let view = with_alerts(view);
    press(&mut screen, &view, "5");
    for (width, height) in [(200, 60), (120, 40), (80, 24)] {
        insta::assert_snapshot!(format!("alerts_{width}x{height}"), text(width, height, &mut screen, &view));
    }
    let view = crate::ui::panes::blotter::fixture::with_trading(live());
    for page in ["blotter", "results"] {
        press(&mut screen, &view, "6");
        for (width, height) in [(200, 60), (120, 40), (80, 24)] {
            insta::assert_snapshot!(format!("{page}_{width}x{height}"), text(width, height, &mut screen, &view));
        }
    }
    let view = replay();
    press(&mut screen, &view, "7");
    insta::assert_snapshot!("replay_120x40", text(120, 40, &mut screen, &view));
}

#[test]
fn the_panes_of_alerts_show_the_one_the_cursor_is_on() {
    let view = with_alerts(live());
    let mut screen = midnight();
    text(200, 60, &mut screen, &view);
    press(&mut screen, &view, "5");
    text(200, 60, &mut screen, &view);
    press(&mut screen, &view, "down");
    assert_eq!(screen.app.alerts.selected, Some(2));
    assert!(text(200, 60, &mut screen, &view).contains("pending since"));
    let effects = press(&mut screen, &view, "x");
    let [Effect::Session(Request::ChangeAlert(changed))] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(changed.0.id == 2 && changed.0.paused);
    // The one that is gone leaves the cursor to the next.
    assert_eq!(press(&mut screen, &view, "d"), [Effect::Session(Request::RemoveAlert(2))]);
    assert_eq!(screen.app.alerts.selected, Some(3));
}

#[test]
fn a_workspace_has_pages() {
    let view = live();
    let mut screen = midnight();
    let shown = |screen: &mut Screen, keys: &str| {
        press(screen, &view, keys);
        let head = text(120, 40, screen, &view).lines().next().unwrap().to_owned();
        (screen.app.shown.workspace, head)
    };
    let (workspace, head) = shown(&mut screen, "2");
    assert!(workspace == Workspace::Flow && head.contains("2 Flow 1/2"), "{head}");
    let (workspace, head) = shown(&mut screen, "2");
    assert!(workspace == Workspace::Lab && head.contains("2 Flow 2/2"), "{head}");
    // Coming back shows the page that was left.
    assert!(shown(&mut screen, "1").1.contains("2 Flow  3 Book"));
    assert_eq!(shown(&mut screen, "2").0, Workspace::Lab);
    assert_eq!(shown(&mut screen, "2").0, Workspace::Flow);
    // A page's own command always shows it; a click on the tab does as the key.
    for _ in 0..2 {
        screen.command(Command::WorkspaceLab, &view, NOW);
        assert_eq!(screen.app.shown.workspace, Workspace::Lab);
    }
    mouse(&mut screen, &view, MouseEventKind::Down(MouseButton::Left), 12, 0);
    assert_eq!(screen.app.shown.workspace, Workspace::Flow);
}

#[test]
fn an_indicator_is_added_set_and_removed_by_keys() {
    let view = live();
    let mut screen = midnight();
    press(&mut screen, &view, "2");
    text(200, 60, &mut screen, &view);
    let requested = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Session(Request::Indicators(list)) => Some(list),
            _ => None,
        })
    };
    // The fixture's session works nothing out.
    assert_eq!(requested(press(&mut screen, &view, "i v p i n enter")), Some(vec!["vpin".to_owned()]));
    let added = requested(press(&mut screen, &view, ": I n d i c a t o r : space a d d space t f i enter"));
    assert_eq!(added, Some(vec!["tfi".to_owned(), "vpin".to_owned()]));
    assert_eq!(requested(press(&mut screen, &view, "i v p i n enter backspace backspace 2 0 ) enter")).unwrap().len(), 3);
    assert_eq!(requested(press(&mut screen, &view, "backspace")).unwrap().len(), 2);
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
    for open in [":", "?", "A", "D", "m", "o", "T", "M", "t", ";", "b", "s"] {
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
    mouse(&mut screen, &view, down, 20, 0);
    assert_eq!(screen.app.shown.workspace, Workspace::Book);
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

#[test]
fn a_key_is_changed_with_the_screen_and_its_help_alone() {
    let view = live();
    let mut screen = midnight();
    text(100, 30, &mut screen, &view);
    press(&mut screen, &view, "? l o g a r ctrl-r");
    let shown = text(100, 30, &mut screen, &view);
    assert!(shown.contains("New key for chart.log") && shown.contains("now: e"), "{shown}");
    // `r` is the measure's: that is said before it is kept.
    press(&mut screen, &view, "r");
    assert!(text(100, 30, &mut screen, &view).contains("taken from chart.measure, which is left without a key"));
    let kept = press(&mut screen, &view, "enter");
    let keys =
        |command, keys: &[&str]| Effect::Keep(Keep::Keys(command, Some(keys.iter().map(|key| (*key).to_owned()).collect())));
    assert_eq!(kept, [keys(Command::ChartMeasure, &[]), keys(Command::ChartLog, &["r"])]);
    press(&mut screen, &view, "esc");
    assert_eq!(screen.app.keymap.key(Command::ChartLog), "r");
    assert_eq!(screen.app.keymap.key(Command::ChartMeasure), "");
    // And back: the usual keys again.
    assert_eq!(press(&mut screen, &view, "? l o g a r ctrl-x"), [Effect::Keep(Keep::Keys(Command::ChartLog, None))]);
    assert_eq!(screen.app.keymap.key(Command::ChartLog), "e");
}

#[test]
fn what_can_follow_a_prefix_is_shown_and_what_cannot_is_said() {
    let view = live();
    let mut screen = midnight();
    text(100, 30, &mut screen, &view);
    press(&mut screen, &view, "g");
    let shown = text(100, 30, &mut screen, &view);
    assert!(shown.contains("g …") && shown.contains("Go to the oldest bar"), "{shown}");
    press(&mut screen, &view, "x");
    let shown = text(100, 30, &mut screen, &view);
    assert!(shown.contains("g x does nothing here") && !shown.contains("Go to the oldest bar"), "{shown}");
    press(&mut screen, &view, "g esc");
    assert!(!text(100, 30, &mut screen, &view).contains("Go to the oldest bar"));
    press(&mut screen, &view, "alt-1 2");
    assert!(text(100, 30, &mut screen, &view).contains("12 …"));
}

#[test]
fn the_palette_says_why_not_and_remembers() {
    let view = live();
    let mut screen = midnight();
    text(120, 40, &mut screen, &view);
    press(&mut screen, &view, ": r e p l a y . s t e p");
    let shown = text(120, 40, &mut screen, &view);
    assert!(shown.contains("no recording is being replayed"), "{shown}");
    press(&mut screen, &view, "esc : t i m e . u t c enter :");
    let shown = text(120, 40, &mut screen, &view);
    let (recent, first) = (shown.find("Recently used").unwrap(), shown.find("time.utc").unwrap());
    assert!(recent < first && first < shown.find("Commands").unwrap(), "{shown}");
    press(&mut screen, &view, "S O L U");
    assert!(text(120, 40, &mut screen, &view).contains("SOLUSDT"));
    press(&mut screen, &view, "enter");
    assert_eq!(screen.app.focused().symbol, Some(Symbol::new("SOLUSDT").unwrap()));
}

#[test]
fn the_help_begins_where_the_focus_is() {
    let view = live();
    let mut screen = midnight();
    text(120, 40, &mut screen, &view);
    press(&mut screen, &view, "?");
    insta::assert_snapshot!("help_chart", text(120, 40, &mut screen, &view));
    press(&mut screen, &view, "esc tab tab ?");
    let shown = text(120, 40, &mut screen, &view);
    assert!(!shown.contains("Keys in the chart"), "{shown}");
}

#[test]
fn the_first_start_asks_and_one_key_answers() {
    for (key, expected) in [
        ("l", vec![Effect::Start(Source::Live), Effect::Keep(Keep::Source(Source::Live))]),
        ("d", vec![Effect::Start(Source::Demo), Effect::Keep(Keep::Source(Source::Demo))]),
        ("esc", vec![Effect::Start(Source::Live)]),
        ("q", vec![Effect::Quit]),
        ("x", vec![]),
    ] {
        let view = View::default();
        let mut screen = midnight();
        screen.app.ask_source("BTCUSDT of binance-futures");
        for (width, height) in [(120, 40), (40, 12)] {
            let shown = text(width, height, &mut screen, &view);
            assert!(shown.contains("live data: BTCUSDT") && shown.contains("the demo"), "{shown}");
        }
        assert_eq!(press(&mut screen, &view, key), expected);
        assert_eq!(screen.app.dialog.is_some(), key == "x", "{key}");
    }
}

#[test]
fn dialogs_take_the_mouse() {
    let view = live();
    let mut screen = midnight();
    let down = MouseEventKind::Down(MouseButton::Left);
    press(&mut screen, &view, "T");
    let shown = text(100, 30, &mut screen, &view);
    let place = |shown: &str, what: &str| {
        let (y, line) = shown.lines().enumerate().find(|(_, line)| line.contains(what)).unwrap();
        (line.chars().collect::<String>().find(what).map(|byte| line[..byte].chars().count()).unwrap() as u16, y as u16)
    };
    let (x, y) = place(&shown, "gruvbox");
    mouse(&mut screen, &view, down, x, y);
    assert_eq!((screen.theme().name.as_str(), screen.app.dialog.is_some()), ("gruvbox", false));
    // What stands on the lower border can be clicked as if its key had been pressed.
    press(&mut screen, &view, "T down");
    let shown = text(100, 30, &mut screen, &view);
    let (x, y) = place(&shown, "esc as before");
    mouse(&mut screen, &view, down, x, y);
    assert_eq!((screen.theme().name.as_str(), screen.app.dialog.is_some()), ("gruvbox", false));
    // The wheel moves, a click beside leaves.
    press(&mut screen, &view, ":");
    text(100, 30, &mut screen, &view);
    mouse(&mut screen, &view, MouseEventKind::ScrollDown, 50, 15);
    let Some(crate::app::dialogs::Dialog::Picker(picker)) = &screen.app.dialog else { panic!() };
    assert_eq!(picker.cursor(), 3);
    mouse(&mut screen, &view, down, 0, 29);
    assert!(screen.app.dialog.is_none());
}

#[test]
fn names_from_outside_are_measured_as_they_are_shown() {
    let view = live();
    let mut screen = midnight();
    screen.app.library.recordings = ["牛来了牛来了.rec.gz", "e\u{301}te\u{301}.rec.gz", "\u{2764}\u{fe0f}\u{1b}[31m.rec.gz"]
        .map(|name| crate::app::RecordingFile { path: format!("/tmp/{name}").into(), bytes: 1_000_000, modified: Nanos::ZERO })
        .to_vec()
        .into();
    for width in [40, 57, 80, 121] {
        press(&mut screen, &view, "o");
        let buffer = render(width, 20, &mut screen, &view, NOW);
        let whole = screen.drawn.dialog.as_ref().unwrap().whole;
        // Nothing pushes the border, and no half of a wide character is left on it.
        for y in whole.top() + 1..whole.bottom() - 1 {
            for x in [whole.left(), whole.right() - 1] {
                assert!(["│", "┃"].contains(&buffer[(x, y)].symbol()), "{width}: {x},{y}: {}", to_text(&buffer));
            }
        }
        assert!(to_text(&buffer).contains("牛来了"));
        press(&mut screen, &view, "esc");
    }
}

#[test]
fn nothing_on_the_trust_bar_moves_while_figures_change() {
    let mut view = live();
    let mut screen = midnight();
    let place = |screen: &mut Screen, view: &View| {
        let shown = text(200, 24, screen, view);
        let bar = shown.lines().nth(22).unwrap().to_owned();
        bar.find("book").map(|at| bar[..at].chars().count()).unwrap()
    };
    let before = place(&mut screen, &view);
    view.snapshot.latency.raw.p50 = Nanos::from_micros(450);
    view.snapshot.latency.raw.p99 = Nanos::from_millis(1_200);
    view.snapshot.rates.per_second = 7;
    view.snapshot.last_input = Some(NOW - Nanos::from_millis(2_900));
    assert_eq!(place(&mut screen, &view), before);
}
