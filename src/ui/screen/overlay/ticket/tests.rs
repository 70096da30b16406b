use crate::app::Effect;
use crate::app::dialogs::Dialog;
use crate::app::trading::{Stays, Ticket, TicketField, TicketKind};
use crate::domain::{Side, TradingAction};
use crate::drive::view::{Request, View};
use crate::ui::panes::trading_fixture::trading;
use crate::ui::screen::Screen;
use crate::ui::screen::fixture::{live, screen};
use crate::ui::screen::tests::{midnight, mouse, press, text};
use crate::ui::theme::{Depth, Look};
use crossterm::event::{MouseButton, MouseEventKind};

const LEFT: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

fn view() -> View {
    trading(live())
}

fn ticket(screen: &Screen) -> &Ticket {
    match &screen.app.dialog {
        Some(Dialog::Ticket(ticket)) => ticket,
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_says_what_an_order_comes_to_at_every_size() {
    let view = view();
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        let mut screen = midnight();
        text(width, height, &mut screen, &view);
        press(&mut screen, &view, "b k");
        insta::assert_snapshot!(format!("bracket_{width}x{height}"), text(width, height, &mut screen, &view));
        press(&mut screen, &view, "esc s m 9 9 9 9 enter");
        insta::assert_snapshot!(format!("refused_{width}x{height}"), text(width, height, &mut screen, &view));
    }
}

#[test]
fn the_question_shows_the_order_once_more() {
    let view = view();
    let mut screen = midnight();
    text(80, 24, &mut screen, &view);
    press(&mut screen, &view, "b enter");
    insta::assert_snapshot!(text(80, 24, &mut screen, &view));
    let effects = press(&mut screen, &view, "enter");
    let [Effect::Session(Request::Trade(action))] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(matches!(&**action, TradingAction::Order { .. }));
}

#[test]
fn clicks_focus_exchange_take_and_leave() {
    let view = view();
    let mut screen = midnight();
    text(120, 40, &mut screen, &view);
    press(&mut screen, &view, "b");
    let click = |screen: &mut Screen, what: &str, into: u16| {
        let shown = text(120, 40, screen, &view);
        let (row, line) = shown.lines().enumerate().find(|(_, line)| line.contains(what)).unwrap();
        let column = line[..line.find(what).unwrap()].chars().count() as u16;
        mouse(screen, &view, LEFT, column + into, row as u16);
    };
    click(&mut screen, "Stays    ◂", 0);
    assert_eq!(ticket(&screen).field, TicketField::Stays);
    click(&mut screen, "Stays    ◂", 9);
    assert_eq!(ticket(&screen).stays, Stays::Gtd, "the one before the first is the last");
    click(&mut screen, "Type     ◂", 9);
    assert_eq!(ticket(&screen).kind, TicketKind::Market);
    click(&mut screen, "[ ] reduce-only", 1);
    assert!(ticket(&screen).reduce_only);
    click(&mut screen, "Side     ◂", 9);
    assert_eq!(ticket(&screen).side, Side::Sell);
    // A problem with an answer is clicked to take it.
    press(&mut screen, &view, "l # 0 . 1 2 3 4");
    click(&mut screen, "(v takes it)", 1);
    assert_eq!(ticket(&screen).size.text(), "0.123");
    let before = ticket(&screen).size.text();
    mouse(&mut screen, &view, MouseEventKind::ScrollUp, 60, 15);
    assert_ne!(ticket(&screen).size.text(), before, "the wheel changes a figure");
    click(&mut screen, "esc leave", 1);
    assert!(screen.app.dialog.is_none());
}

#[test]
fn it_can_be_drawn_at_any_size_and_without_colours_or_unicode() {
    let view = view();
    let mut screen = screen("mono", Look { ascii: true, depth: Depth::None });
    for keys in ["b", "s m", "b k", "s o", "b t t t", "s t t t t t"] {
        text(80, 24, &mut screen, &view);
        press(&mut screen, &view, keys);
        for _ in 0..TicketField::ALL.len() {
            press(&mut screen, &view, "tab");
            for (width, height) in [(40, 12), (41, 13), (60, 16), (80, 24), (200, 60)] {
                let shown = text(width, height, &mut screen, &view);
                assert!(shown.is_ascii(), "{shown}");
            }
        }
        press(&mut screen, &view, "esc");
    }
}

#[test]
fn what_trading_has_come_to_is_on_the_trust_bar_at_every_width() {
    let mut view = view();
    let bar = |view: &View, width: u16| {
        let shown = text(width, 24, &mut midnight(), view);
        shown.lines().nth(22).unwrap().to_owned()
    };
    // Equity of both accounts, 200,560 or so, of 200,000.
    assert!(bar(&view, 200).contains("PAPER  +0.2") && bar(&view, 200).contains("200,"), "{}", bar(&view, 200));
    assert!(bar(&view, 80).contains("PAPER"), "{}", bar(&view, 80));
    let account = std::sync::Arc::make_mut(&mut view.snapshot.trading.broker.accounts[0]);
    account.killed = Some("daily loss 2,100 exceeds 2,000".into());
    for width in [200, 120, 80] {
        assert!(bar(&view, width).contains("manual STOPPED"), "{}", bar(&view, width));
    }
    assert!(bar(&view, 200).contains("daily loss 2,100"));
    view.snapshot.trading.broker.on = false;
    assert!(bar(&view, 200).contains("paper off"));
}

#[test]
fn the_whole_screen_of_one_who_trades() {
    let view = view();
    for (width, height) in [(200, 60), (120, 40), (80, 24)] {
        insta::assert_snapshot!(format!("trading_{width}x{height}"), text(width, height, &mut midnight(), &view));
    }
}
