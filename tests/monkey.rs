//! Ten thousand keys and mouse events at random, at sizes that change: nothing panics, no dialog holds the user.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::tz::TimeZone;
use rand::{RngExt as _, SeedableRng as _};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rtai_tui::app::keymap::Keymap;
use rtai_tui::app::layout::Workspace;
use rtai_tui::app::{Effect, Library, Options, RecordingFile};
use rtai_tui::domain::{BarSpec, EngineConfig, Nanos, Payload, UserAction};
use rtai_tui::drive::view::{Mode, ReplayState, ReplayView, Request, Session, View};
use rtai_tui::engine::Engine;
use rtai_tui::recording::{Index, IndexOptions, ReadOptions, Reader};
use rtai_tui::ui::screen::Screen;
use rtai_tui::ui::screenshot::to_text;
use rtai_tui::ui::theme::{Look, Themes};
use std::path::Path;
use std::sync::Arc;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");
const EVENTS: usize = 10_000;

/// An engine that has seen the bundled recording up to several moments, with bars of several kinds.
fn views() -> Vec<View> {
    let mut reader = Reader::open(Path::new(RECORDING), ReadOptions::default()).unwrap();
    let index = Index::build(Path::new(RECORDING), &IndexOptions::default()).unwrap();
    let index = Arc::new(vec![index]);
    let mut engine = Engine::new(EngineConfig::default(), "demo");
    let mut views = vec![view(&engine, &index)];
    let mut count = 0_u64;
    while let Some(input) = reader.next_input().unwrap() {
        if matches!(&input.payload, Payload::Meta(_)) && count == 0 {
            for kind in ["tick:50", "volume:20", "dollar:100000", "range:20"] {
                engine.look(&UserAction::Bars(kind.parse::<BarSpec>().unwrap()));
            }
        }
        engine.apply(&input);
        count += 1;
        if count.is_multiple_of(2_500) {
            views.push(view(&engine, &index));
        }
    }
    views
}

fn view(engine: &Engine, index: &Arc<Vec<Index>>) -> View {
    let snapshot = engine.snapshot();
    let from = index[0].first.unwrap_or_default();
    let replay = ReplayView {
        files: vec![RECORDING.into()],
        index: Some(Arc::clone(index)),
        state: ReplayState::Paused,
        speed: 1.0,
        from,
        to: index[0].last,
        kept: vec![from],
        problems: Vec::new(),
    };
    let session = Session { mode: Mode::Replay, now: engine.now(), started: from, replay: Some(replay), ..Session::default() };
    View { snapshot, session }
}

fn screen() -> Screen {
    let themes = Themes { folder: None, look: Look::default() };
    let library = Library {
        themes: themes.names(),
        recordings: vec![RecordingFile { path: "a wide 名前 e\u{301}.rec.gz".into(), bytes: 12 }],
        ..Library::default()
    };
    let options =
        Options { keymap: Keymap::default(), utc: true, theme: "midnight".to_owned(), library, workspace: Workspace::Trade };
    Screen::new(options, themes, TimeZone::UTC).0
}

fn key(random: &mut rand_pcg::Pcg64Mcg) -> Event {
    const NAMED: [KeyCode; 18] = [
        KeyCode::Esc,
        KeyCode::Enter,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Insert,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::F(1),
        KeyCode::F(5),
        KeyCode::Char('名'),
    ];
    let code = if random.random_bool(0.3) {
        NAMED[random.random_range(0..NAMED.len())]
    } else {
        KeyCode::Char(char::from(random.random_range(b' '..=b'~')))
    };
    let modifiers = [KeyModifiers::NONE, KeyModifiers::NONE, KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT];
    Event::Key(KeyEvent::new(code, modifiers[random.random_range(0..modifiers.len())]))
}

fn mouse(random: &mut rand_pcg::Pcg64Mcg, area: Rect) -> Event {
    let left = MouseButton::Left;
    let kinds = [
        MouseEventKind::Down(left),
        MouseEventKind::Drag(left),
        MouseEventKind::Up(left),
        MouseEventKind::Down(MouseButton::Middle),
        MouseEventKind::Down(MouseButton::Right),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::Moved,
    ];
    let kind = kinds[random.random_range(0..kinds.len())];
    // A little beyond the screen, too.
    let (column, row) = (random.random_range(0..area.width + 2), random.random_range(0..area.height + 2));
    let modifiers = if random.random_bool(0.2) { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    Event::Mouse(MouseEvent { kind, column, row, modifiers })
}

#[test]
fn ten_thousand_random_events() {
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(20_261_121);
    let views = views();
    let mut screen = screen();
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    let (mut at, mut now) = (views.len() / 2, Nanos::from_secs(1_795_000_000));
    for step in 0..EVENTS {
        now += Nanos::from_millis(40);
        if step % 100 == 0 {
            let (width, height) = (random.random_range(20..220), random.random_range(6..70));
            buffer = Buffer::empty(Rect::new(0, 0, width, height));
            at = random.random_range(0..views.len());
            screen.app.sync(&views[at], now);
        }
        if step % 4 == 0 {
            buffer.reset();
            screen.draw(&mut buffer, &views[at], now);
        }
        let event = if random.random_bool(0.6) { key(&mut random) } else { mouse(&mut random, *buffer.area()) };
        for effect in screen.on_event(&event, &views[at], now) {
            match effect {
                // A replay that is scrubbed shows another moment.
                Effect::Session(Request::Replay(_)) => at = random.random_range(0..views.len()),
                Effect::Redraw => buffer.reset(),
                _ => {}
            }
        }
        if step % 500 == 499 {
            escape(&mut screen, &views[at], now);
        }
    }
    escape(&mut screen, &views[at], now);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 160, 48));
    screen.on_event(&Event::Key(KeyEvent::new(KeyCode::F(1), KeyModifiers::NONE)), &views[at], now);
    screen.draw(&mut buffer, &views[at], now);
    assert!(screen.app.dialog.is_some(), "help opens after all that:\n{}", to_text(&buffer));
}

/// Whatever is open, a few escapes lead out of it.
fn escape(screen: &mut Screen, view: &View, now: Nanos) {
    for _ in 0..4 {
        screen.on_event(&Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)), view, now);
    }
    assert!(screen.app.dialog.is_none(), "a dialog stays open: {:?}", screen.app.dialog);
    assert!(screen.app.keys.shown().is_empty(), "keys are still waited for");
}
