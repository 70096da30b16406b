//! Ten thousand keys and mouse events at random, at sizes that change: nothing panics, no dialog holds the user.

use crate::views::{screen, views};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use rand::{RngExt as _, SeedableRng as _};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rtai_tui::app::Effect;
use rtai_tui::app::layout::Workspace;
use rtai_tui::domain::Nanos;
use rtai_tui::drive::view::{Request, View};
use rtai_tui::ui::screen::Screen;
use rtai_tui::ui::screenshot::to_text;

const EVENTS: usize = 10_000;

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
    let mut screen = screen("midnight", Workspace::Trade);
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
