use crate::app::alerts::{AlertAct, AlertForm, FormField, FormSpot};
use crate::app::commands::Scope;
use crate::app::dialogs::{Choice, Dialog, Purpose};
use crate::app::keymap::{Key, Keymap};
use crate::app::layout::Workspace;
use crate::app::{App, Effect, Library, Options};
use crate::domain::{Alert, Channel, Channels, Instrument, Nanos, Rearm, Symbol};
use crate::drive::view::{Request, View};
use crate::engine::snapshot::SymbolView;
use std::sync::Arc;

const NOW: Nanos = Nanos::from_secs(1_723_158_000);

fn symbol(name: &str) -> Symbol {
    Symbol::new(name).unwrap()
}

fn view() -> View {
    let mut view = View::default();
    view.snapshot.symbols = ["BTCUSDT", "ETHUSDT"]
        .map(|name| SymbolView {
            instrument: Arc::new(Instrument::unknown(symbol(name))),
            ..crate::ui::panes::fixtures::empty_symbol()
        })
        .into();
    view
}

/// The application with a form open for an expression, and what that asked of the session.
fn open(expr: &str, view: &View) -> (App, Vec<Effect>) {
    let mut app = App::new(Options {
        keymap: Keymap::default(),
        utc: true,
        theme: "midnight".to_owned(),
        library: Library::default(),
        workspace: Workspace::Trade,
    });
    app.alerts.usual = Channels::NONE.with(Channel::Bell);
    let about = Some((symbol("BTCUSDT"), expr.to_owned()));
    let effects = app.act_on_alerts(AlertAct::New(about), view, NOW);
    (app, effects)
}

fn form(app: &App) -> &AlertForm {
    match &app.dialog {
        Some(Dialog::Alert(form)) => form,
        other => panic!("no form: {other:?}"),
    }
}

fn press(app: &mut App, view: &View, keys: &[&str]) -> Vec<Effect> {
    keys.iter().flat_map(|key| app.press(key.parse::<Key>().unwrap(), Scope::Chart, view, NOW)).collect()
}

fn write(app: &mut App, view: &View, text: &str) -> Vec<Effect> {
    let letters = text.chars().map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() });
    letters.flat_map(|key| app.press(key.parse::<Key>().unwrap(), Scope::Chart, view, NOW)).collect()
}

/// What the session was asked to look at last.
fn looked(effects: &[Effect]) -> Option<Option<String>> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Session(Request::Draft(draft)) => Some(draft.as_ref().map(|(_, expr)| expr.clone())),
        _ => None,
    })
}

fn set(effects: &[Effect]) -> Option<Alert> {
    effects.iter().find_map(|effect| match effect {
        Effect::Session(Request::SetAlert(alert)) => Some((**alert).clone()),
        _ => None,
    })
}

#[test]
fn what_is_proposed_goes_when_something_else_is_typed() {
    let view = view();
    let (mut app, effects) = open("price crosses above 100", &view);
    assert_eq!(looked(&effects), Some(Some("price crosses above 100".to_owned())));
    write(&mut app, &view, "bid > 5");
    assert_eq!(form(&app).expr.text(), "bid > 5");
    // A key of editing keeps it.
    let (mut app, _) = open("price crosses above 100", &view);
    press(&mut app, &view, &["backspace"]);
    assert_eq!(form(&app).expr.text(), "price crosses above 10");
}

#[test]
fn the_session_looks_at_what_can_be_read_and_only_once() {
    let view = view();
    let (mut app, _) = open("price > 100", &view);
    press(&mut app, &view, &["end"]);
    assert_eq!(looked(&write(&mut app, &view, " &")), Some(None));
    assert_eq!(looked(&write(&mut app, &view, "& bi")), None, "nothing new to look at");
    assert_eq!(looked(&write(&mut app, &view, "d < 3")), Some(Some("price > 100 && bid < 3".to_owned())));
    // Keys that change nothing ask for nothing.
    assert_eq!(press(&mut app, &view, &["left", "right", "end"]), []);
    // Another symbol is another question.
    app.click_alert_form(FormSpot::Field(FormField::Symbol), &view);
    let effects = press(&mut app, &view, &["right"]);
    assert_eq!(form(&app).symbol, symbol("ETHUSDT"));
    assert!(looked(&effects).is_some());
    assert_eq!(looked(&press(&mut app, &view, &["esc"])), Some(None), "left, and looked at no longer");
    assert!(app.dialog.is_none());
}

#[test]
fn a_click_beside_it_leaves_it_too() {
    let view = view();
    let (mut app, _) = open("price > 100", &view);
    assert_eq!(looked(&app.leave_dialog()), Some(None));
    assert!(app.dialog.is_none());
}

#[test]
fn a_mistake_is_mild_until_enter() {
    let view = view();
    let (mut app, _) = open("", &view);
    write(&mut app, &view, "prise > 3");
    let error = form(&app).error.clone().unwrap();
    assert_eq!((error.at, form(&app).refused), (0..5, false));
    app.click_alert_form(FormSpot::Field(FormField::Note), &view);
    assert_eq!(set(&press(&mut app, &view, &["enter"])), None);
    assert!(form(&app).refused);
    assert_eq!(form(&app).field, FormField::Expression, "where it is to be put right");
    // Put right, it is as if nothing had been.
    press(&mut app, &view, &["home", "delete", "delete", "delete", "delete", "delete"]);
    write(&mut app, &view, "price");
    assert_eq!((form(&app).error.clone(), form(&app).refused), (None, false));
}

#[test]
fn everything_that_is_entered_is_set() {
    let view = view();
    let (mut app, _) = open("", &view);
    write(&mut app, &view, "rsi(14, 5m) < 30 && spread < 2 for 10s");
    press(&mut app, &view, &["down"]);
    app.click_alert_form(FormSpot::Field(FormField::Rearm), &view);
    press(&mut app, &view, &["right", "right", "right", "left"]);
    app.click_alert_form(FormSpot::Channel(4), &view);
    press(&mut app, &view, &["left", "space"]);
    app.click_alert_form(FormSpot::Field(FormField::Note), &view);
    write(&mut app, &view, " cheap ");
    let effects = press(&mut app, &view, &["enter"]);
    let alert = set(&effects).unwrap();
    assert_eq!((alert.id, alert.symbol, alert.note.as_str()), (0, symbol("BTCUSDT"), "cheap"));
    assert_eq!(alert.expr, "rsi(14, 5m) < 30 && spread < 2 for 10s");
    assert_eq!(alert.rearm, Rearm::Always);
    assert_eq!(alert.deliver.to_string(), "bell,command,webhook");
    assert!(app.dialog.is_none());
    assert_eq!(looked(&effects), Some(None));
}

#[test]
fn a_completion_takes_the_place_of_what_was_begun() {
    let view = view();
    let (mut app, _) = open("", &view);
    write(&mut app, &view, "price > 5 && spre");
    let first = form(&app).completions.first().expect("`spread` is offered").text.clone();
    assert!(first.starts_with("spread"), "{first}");
    press(&mut app, &view, &["tab"]);
    assert_eq!(form(&app).expr.text(), format!("price > 5 && {first}"));
    assert_eq!(form(&app).expr.before(), form(&app).expr.text());
    // Behind an expression that is whole the tabulator goes on, unless something was picked.
    write(&mut app, &view, " < 3 ");
    assert!(!form(&app).completions.is_empty());
    press(&mut app, &view, &["tab"]);
    assert_eq!((form(&app).expr.text(), form(&app).field), (format!("price > 5 && {first} < 3 "), FormField::Symbol));
    // Clicked, another of them is taken.
    let (mut app, _) = open("", &view);
    write(&mut app, &view, "b");
    let (count, second) = (form(&app).completions.len(), form(&app).completions[1].text.clone());
    app.click_alert_form(FormSpot::Completion(1), &view);
    assert_eq!(form(&app).expr.text(), second);
    // The cursor stays within the list.
    let (mut app, _) = open("", &view);
    write(&mut app, &view, "b");
    press(&mut app, &view, &vec!["down"; count - 1]);
    assert_eq!((form(&app).chosen, form(&app).field), (count - 1, FormField::Expression));
    press(&mut app, &view, &["down"]);
    assert_eq!(form(&app).field, FormField::Symbol, "beneath the list is the next part");
}

#[test]
fn examples_are_expressions_and_are_taken_whole() {
    let view = view();
    for key in ["?", "f1"] {
        let (mut app, _) = open("", &view);
        press(&mut app, &view, &[key]);
        let list = form(&app).completions.clone();
        assert_eq!(list.len(), super::EXAMPLES.len(), "all of them can be read");
        press(&mut app, &view, &["down", "enter"]);
        assert_eq!(form(&app).expr.text(), list[1].text);
        assert!(!form(&app).examples && form(&app).error.is_none());
        assert!(set(&press(&mut app, &view, &["enter"])).is_some());
    }
    // Over what is written already the examples come by F1 alone, and Esc leaves them before the form.
    let (mut app, _) = open("", &view);
    write(&mut app, &view, "price > 3");
    press(&mut app, &view, &["?"]);
    assert_eq!(form(&app).expr.text(), "price > 3?");
    press(&mut app, &view, &["f1", "esc"]);
    assert_eq!(form(&app).expr.text(), "price > 3?");
    press(&mut app, &view, &["esc"]);
    assert!(app.dialog.is_none());
}

#[test]
fn pasted_text_is_looked_at_and_loses_what_is_no_text() {
    let view = view();
    let (mut app, _) = open("", &view);
    let effects = app.paste("price >\u{1b}[31m 5\n", &view);
    assert_eq!(form(&app).expr.text(), "price >[31m 5");
    assert_eq!(looked(&effects), None, "there is nothing to look at, as before");
    let (mut app, _) = open("", &view);
    assert_eq!(looked(&app.paste("price > 5", &view)), Some(Some("price > 5".to_owned())));
    app.click_alert_form(FormSpot::Field(FormField::Rearm), &view);
    app.paste("once", &view);
    assert_eq!(form(&app).expr.text(), "price > 5", "only texts take text");
}

#[test]
fn a_click_puts_the_cursor() {
    let view = view();
    let (mut app, _) = open("price > 5", &view);
    app.click_alert_form(FormSpot::Text(FormField::Expression, 5), &view);
    assert_eq!(form(&app).expr.before(), "price");
    app.click_alert_form(FormSpot::Text(FormField::Note, 99), &view);
    assert_eq!((form(&app).field, form(&app).note.before().as_str()), (FormField::Note, ""));
    app.click_alert_form(FormSpot::Step(FormField::Rearm, -1), &view);
    assert_eq!(form(&app).rearm, Rearm::Cooldown(Nanos::from_secs(86_400)));
}

#[test]
fn the_palette_offers_an_alert_of_what_can_be_read() {
    let view = view();
    let (mut app, _) = open("", &view);
    app.dialog = None;
    app.open_palette(&view);
    let offered = |app: &App| match &app.dialog {
        Some(Dialog::Picker(picker)) if picker.purpose == Purpose::Palette => picker.current().map(|entry| entry.choice.clone()),
        other => panic!("{other:?}"),
    };
    write(&mut app, &view, "price > 12");
    assert_eq!(offered(&app), Some(Choice::Alert("price > 12".to_owned())));
    write(&mut app, &view, "3");
    assert_eq!(offered(&app), Some(Choice::Alert("price > 123".to_owned())), "and only of what stands there now");
    press(&mut app, &view, &["backspace", "backspace", "backspace"]);
    assert!(!matches!(offered(&app), Some(Choice::Alert(_))));
    write(&mut app, &view, "7");
    let effects = press(&mut app, &view, &["enter"]);
    assert_eq!(looked(&effects), Some(Some("price > 7".to_owned())));
    press(&mut app, &view, &["0"]);
    assert_eq!(form(&app).expr.text(), "price > 70", "what the user wrote is not a proposal");
}
