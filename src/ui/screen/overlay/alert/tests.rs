use crate::alert::parse;
use crate::app::alerts::AlertAct;
use crate::app::dialogs::Dialog;
use crate::domain::{Alert, AlertId, AlertState, Channel, Channels, Firing, Nanos, Origin, Phase, Rearm, Symbol};
use crate::drive::view::View;
use crate::engine::AlertView;
use crate::ui::screen::Screen;
use crate::ui::screen::fixture::{NOW, live, replay, screen};
use crate::ui::screen::tests::{midnight, mouse, press, text};
use crate::ui::theme::{Depth, Look};
use crossterm::event::{MouseButton, MouseEventKind};
use std::borrow::Cow;
use std::sync::Arc;

const SIZES: [(u16, u16); 3] = [(200, 60), (120, 40), (80, 24)];
const LEFT: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

fn btc() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

fn alert(id: AlertId, expr: &str) -> Alert {
    Alert {
        id,
        symbol: btc(),
        expr: expr.to_owned(),
        rearm: Rearm::Auto,
        deliver: Channels::NONE.with(Channel::Bell),
        note: String::new(),
        paused: false,
        origin: Origin::User,
    }
}

/// An alert as the engine shows it.
fn known(alert: Alert, truth: Option<bool>, values: Vec<Result<f64, Cow<'static, str>>>) -> AlertView {
    AlertView {
        state: AlertState::default(),
        pending: None,
        truth,
        expression: parse(&alert.expr).map_err(|error| error.to_string().into()),
        symbol: alert.symbol,
        values,
        alert: Arc::new(alert),
    }
}

/// The form open on a text that was typed.
fn typed(screen: &mut Screen, view: &View, typed: &str) {
    text(120, 40, screen, view);
    screen.app.act_on_alerts(AlertAct::New(Some((btc(), String::new()))), view, NOW);
    screen.app.paste(typed, view);
}

#[test]
fn the_form_says_what_its_expression_would_do_now() {
    let mut view = live();
    let expr = "rsi(14, 5m) < 30 && spread < 2 || price crosses above 65000 for 10s";
    let values = vec![Ok(28.412_3), Err("warming up: 3 of 14 bars".into()), Ok(64_120.5)];
    view.snapshot.alerts.draft = Some(known(alert(0, expr), Some(false), values));
    view.session.alerts.channels =
        Arc::new(vec![(Channel::Bell, None), (Channel::Mail, Some("no `[alerts.mail]` in the configuration".to_owned()))]);
    for (width, height) in SIZES {
        let mut screen = midnight();
        typed(&mut screen, &view, expr);
        insta::assert_snapshot!(format!("form_{width}x{height}"), text(width, height, &mut screen, &view));
    }
    let truths = [(Some(true), "true now: it fires when it has been so for 10s"), (None, "not known yet")];
    for (truth, words) in truths {
        view.snapshot.alerts.draft = Some(known(alert(0, expr), truth, Vec::new()));
        let mut screen = midnight();
        typed(&mut screen, &view, expr);
        assert!(text(80, 24, &mut screen, &view).contains(words), "{words}");
    }
    // What the session looked at before says nothing of what stands there now.
    let mut screen = midnight();
    typed(&mut screen, &view, "price > 3");
    assert!(text(80, 24, &mut screen, &view).contains("looking…"));
}

#[test]
fn mistakes_stand_under_what_is_wrong_even_in_a_long_line() {
    let view = live();
    let mut screen = midnight();
    typed(&mut screen, &view, "price > 5 && prise < 3");
    let shown = text(80, 24, &mut screen, &view);
    let rows: Vec<&str> = shown.lines().collect();
    let line = rows.iter().position(|row| row.contains("prise < 3")).unwrap();
    let cells = |row: &str, what: &str| row[..row.find(what).unwrap()].chars().count();
    assert_eq!(cells(rows[line], "prise"), cells(rows[line + 1], "^^^^^"));
    assert!(rows[line + 2].contains("did you mean `price`?"), "{shown}");
    // The line has scrolled: the carets with it.
    let long = format!("{} && prise < 3", ["price > 65000.5"; 8].join(" && "));
    for (width, height) in SIZES.into_iter().chain([(40, 12)]) {
        let mut screen = midnight();
        typed(&mut screen, &view, &long);
        let shown = text(width, height, &mut screen, &view);
        let rows: Vec<&str> = shown.lines().collect();
        let line = rows.iter().position(|row| row.contains("prise < 3")).unwrap();
        assert_eq!(cells(rows[line], "prise"), cells(rows[line + 1], "^^^^^"), "{shown}");
    }
}

#[test]
fn completions_and_examples_leave_the_preview_in_view() {
    let mut view = live();
    view.snapshot.alerts.draft = Some(known(alert(0, "!feed.up || vol"), Some(true), vec![Ok(0.0)]));
    for (width, height) in [(120, 40), (80, 24)] {
        let mut screen = midnight();
        typed(&mut screen, &view, "price > 5 && vo");
        insta::assert_snapshot!(format!("completions_{width}x{height}"), text(width, height, &mut screen, &view));
        let mut screen = midnight();
        typed(&mut screen, &view, "");
        press(&mut screen, &view, "?");
        insta::assert_snapshot!(format!("examples_{width}x{height}"), text(width, height, &mut screen, &view));
    }
}

#[test]
fn clicks_focus_take_and_toggle() {
    let view = live();
    let mut screen = midnight();
    typed(&mut screen, &view, "price > 5 && spre");
    let click = |screen: &mut Screen, what: &str, into: u16| {
        let shown = text(120, 40, screen, &view);
        let (row, line) = shown.lines().enumerate().find(|(_, line)| line.contains(what)).unwrap();
        let column = line[..line.find(what).unwrap()].chars().count() as u16;
        mouse(screen, &view, LEFT, column + into, row as u16);
    };
    fn form(screen: &Screen) -> &crate::app::alerts::AlertForm {
        match &screen.app.dialog {
            Some(Dialog::Alert(form)) => form,
            other => panic!("{other:?}"),
        }
    }
    let first = form(&screen).completions[0].text.clone();
    click(&mut screen, &format!("{first}  "), 1);
    assert_eq!(form(&screen).expr.text(), format!("price > 5 && {first}"));
    click(&mut screen, "price > 5", 5);
    assert_eq!(form(&screen).expr.before(), "price");
    click(&mut screen, "webhook", 2);
    assert!(form(&screen).deliver.has(Channel::Webhook) && !form(&screen).deliver.has(Channel::Mail));
    click(&mut screen, "Re-arm", 0);
    press(&mut screen, &view, "right");
    assert_eq!(form(&screen).rearm, Rearm::Once);
    click(&mut screen, "Symbol  ◂", 8);
    assert_eq!(form(&screen).symbol.to_string(), "SOLUSDT", "the one before the first is the last");
    click(&mut screen, "esc leave", 1);
    assert!(screen.app.dialog.is_none());
}

#[test]
fn it_can_be_drawn_at_any_size_and_without_colours_or_unicode() {
    let view = replay();
    let mut screen = screen("mono", Look { ascii: true, depth: Depth::None });
    for written in ["", "price > 5 && vo", "price crosses above 64000 for 10s"] {
        for field in 0..5 {
            typed(&mut screen, &view, written);
            press(&mut screen, &view, &["tab"; 5][..field.max(1)].join(" "));
            for (width, height) in [(40, 12), (41, 13), (60, 16), (80, 24), (200, 60)] {
                let shown = text(width, height, &mut screen, &view);
                assert!(shown.is_ascii(), "{shown}");
            }
        }
    }
}

#[test]
fn alerts_are_on_the_chart_the_trust_bar_and_told_without_piling() {
    let mut view = live();
    view.session.log = crate::bars::Series::default();
    let last = view.snapshot.symbols[0].last_price().unwrap().to_f64();
    let level = |id: AlertId, share: f64| known(alert(id, &format!("price > {:.1}", last * share)), Some(false), Vec::new());
    let mut done = level(2, 1.0004);
    done.state.phase = Phase::Done;
    view.snapshot.alerts.list = vec![level(1, 1.0009), done, level(3, 3.0), level(4, 0.3), level(5, 0.2)];
    view.session.alerts.unseen = 3;
    view.session.alerts.unkept = Some("the disk is full".into());
    view.snapshot.alerts.firings = crate::bars::Series::with_capacity(100);
    for number in 1..=10 {
        view.snapshot.alerts.firings.push(Arc::new(Firing {
            number,
            id: number,
            at: NOW - Nanos::from_secs(1_200),
            symbol: btc(),
            expr: format!("price > {number}").into(),
            values: Arc::default(),
            price: view.snapshot.symbols[0].last_price(),
            deliver: Channels::NONE,
            note: "".into(),
        }));
    }
    for (width, height) in SIZES {
        let mut screen = midnight();
        screen.app.sync(&view, NOW);
        insta::assert_snapshot!(format!("alerts_{width}x{height}"), text(width, height, &mut screen, &view));
    }
    let mut screen = screen("mono", Look { ascii: true, depth: Depth::None });
    screen.app.sync(&view, NOW);
    let shown = text(120, 40, &mut screen, &view);
    assert!(shown.is_ascii() && shown.contains("7 more fired; 5 shows them"), "{shown}");
}
