use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use rtai_tui::ui::panes::blotter::fixture::with_trading;
use rtai_tui::ui::screen::fixture::{NOW, live, screen};
use rtai_tui::ui::screenshot::{render, to_ansi, to_text};
use rtai_tui::ui::theme::Look;
fn main() {
    let mut args = std::env::args().skip(1);
    let size = args.next().unwrap();
    let theme = args.next().unwrap();
    let out = args.next().unwrap();
    let (w, h) = size.split_once('x').unwrap();
    let (w, h): (u16, u16) = (w.parse().unwrap(), h.parse().unwrap());
    let keys: Vec<String> = args.collect();
    let mut view = live();
    if !keys.iter().any(|k| k == "EMPTY") {
        view = with_trading(view);
    }
    if keys.iter().any(|k| k == "OFF") {
        view.snapshot.trading.broker.on = false;
    }
    let look = if keys.iter().any(|k| k == "ASCII") { Look { ascii: true, ..Look::default() } } else { Look::default() };
    let mut screen = screen(&theme, look);
    screen.app.sync(&view, NOW);
    render(w, h, &mut screen, &view, NOW);
    for key in keys.iter().filter(|k| !matches!(k.as_str(), "EMPTY" | "OFF" | "ASCII")) {
        let (code, m) = match key.as_str() {
            "enter" => (KeyCode::Enter, KeyModifiers::NONE),
            "esc" => (KeyCode::Esc, KeyModifiers::NONE),
            "tab" => (KeyCode::Tab, KeyModifiers::NONE),
            "down" => (KeyCode::Down, KeyModifiers::NONE),
            "up" => (KeyCode::Up, KeyModifiers::NONE),
            "left" => (KeyCode::Left, KeyModifiers::NONE),
            "right" => (KeyCode::Right, KeyModifiers::NONE),
            "space" => (KeyCode::Char(' '), KeyModifiers::NONE),
            "btab" => (KeyCode::BackTab, KeyModifiers::SHIFT),
            k => (KeyCode::Char(k.chars().next().unwrap()), KeyModifiers::NONE),
        };
        let effects = screen.on_event(&Event::Key(KeyEvent::new(code, m)), &view, NOW);
        if !effects.is_empty() {
            eprintln!("{key}: {effects:?}");
        }
        render(w, h, &mut screen, &view, NOW);
    }
    let buf = render(w, h, &mut screen, &view, NOW);
    if out == "-" {
        println!("{}", to_text(&buf));
    } else {
        print!("{}", to_ansi(&buf).trim_end());
        use std::io::Write;
        std::io::stdout().flush().unwrap();
        std::thread::sleep(std::time::Duration::from_secs(3));
    }
}
