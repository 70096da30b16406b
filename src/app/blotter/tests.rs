use super::export;
use super::sums::{self, Sum};
use super::*;
use crate::app::commands::Scope;
use crate::app::keymap::Keymap;
use crate::app::layout::Workspace;
use crate::app::{Library, Options};
use crate::domain::trading::MANUAL;
use crate::domain::{RiskLimits, StrategyRun, Timeframe};
use crate::ui::panes::blotter::fixture::{looking, with_trading};
use crate::ui::panes::fixtures::{NOON, market, symbol, walk};

const NOW: Nanos = Nanos(NOON.0 + 3_663_000_000_000);

fn plain() -> View {
    market(walk(60, Timeframe::M1, NOW), Timeframe::M1, NOW)
}

fn view() -> View {
    with_trading(plain())
}

fn app() -> App {
    App::new(Options {
        keymap: Keymap::default(),
        utc: true,
        theme: "midnight".to_owned(),
        library: Library::default(),
        workspace: Workspace::Blotter,
    })
}

fn press(app: &mut App, view: &View, keys: &str) -> Vec<Effect> {
    keys.split(' ').flat_map(|key| app.press(key.parse::<Key>().unwrap(), Scope::Blotter, view, NOW)).collect()
}

fn actions(effects: Vec<Effect>) -> Vec<TradingAction> {
    let action = |effect| match effect {
        Effect::Session(Request::Trade(action)) => Some(*action),
        _ => None,
    };
    effects.into_iter().filter_map(action).collect()
}

fn form(app: &App) -> &Form {
    match &app.dialog {
        Some(Dialog::Form(form)) => form,
        other => panic!("no form: {other:?}"),
    }
}

/// Goes to a field of the form and writes something else into it.
fn write(app: &mut App, view: &View, field: &str, text: &str) {
    let at = form(app).fields.iter().position(|known| known.name == field).unwrap();
    app.click_form(FormPlace::Field(at), view);
    press(app, view, "ctrl-e ctrl-u");
    for letter in text.chars() {
        press(app, view, if letter == ' ' { "space".to_owned() } else { letter.to_string() }.as_str());
    }
}

#[test]
fn accounts_are_gone_through_with_all_of_them_before_the_first() {
    let (view, mut app) = (view(), app());
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(app.blotter.account.as_deref().unwrap_or("all").to_owned());
        press(&mut app, &view, ")");
    }
    assert_eq!(seen, ["all", "manual", "ma_cross", "rtai-2", "all"]);
    press(&mut app, &view, "( (");
    assert_eq!(app.blotter.account, None);
    // What is gone is not looked at any more.
    app.blotter.account = Some("gone".into());
    assert_eq!(app.blotter.accounts(&view).len(), 3);
    // One account alone needs no `all`.
    let mut one = view;
    one.snapshot.trading.broker.accounts.truncate(1);
    assert!(!app.blotter.is_all(&one));
}

#[test]
fn the_sum_is_of_all_accounts() {
    let view = view();
    let accounts = &view.snapshot.trading.broker.accounts;
    let sum = Sum::of(accounts.iter().map(AsRef::as_ref));
    assert_eq!(sum.equity, view.snapshot.trading.broker.equity());
    assert_eq!((sum.accounts, sum.working, sum.positions), (3, 5, 1));
    let each: Money = accounts.iter().map(|account| Sum::of(std::iter::once(account.as_ref())).pnl()).sum();
    assert_eq!(sum.pnl(), each);
    assert_eq!(Sum::of(std::iter::empty()).margin_part(), 0.0);
}

#[test]
fn profit_is_told_apart_and_comes_to_the_whole() {
    let view = view();
    let blotter = looking(&view, None);
    let accounts = blotter.accounts(&view);
    let whole = Sum::of(accounts.iter().map(AsRef::as_ref));
    let rows = sums::by_account(&accounts);
    assert_eq!(rows.iter().map(|row| row.total).sum::<Money>(), whole.pnl());
    assert_eq!((rows[1].trades, rows[1].won), (36, 24));
    let rows = sums::by_symbol(&accounts);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].name.as_str(), rows[0].fills, rows[0].trades), ("BTCUSDT", Some(7), 38));
    // Midnight is within the curve: what both days earned is what the curve went.
    let rows = sums::by_day(&accounts, &blotter.curve);
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["2024-08-09", "2024-08-08"]);
    let went = blotter.curve.points().last().unwrap().equity - blotter.curve.start();
    let days: f64 = rows.iter().map(|row| crate::domain::money::to_f64(row.total)).sum();
    assert!((days - went).abs() < 0.001, "{days} {went}");
}

#[test]
fn a_strategy_is_started_from_the_form_once_all_of_it_fits() {
    let (view, mut app) = (plain(), app());
    press(&mut app, &view, "Q s");
    assert_eq!(form(&app).value("strategy"), "ma_cross");
    assert_eq!((form(&app).value("symbols"), form(&app).value("bars")), ("BTCUSDT".to_owned(), "1m".to_owned()));
    assert_eq!(form(&app).value("account"), "ma_cross");
    write(&mut app, &view, "symbols", "XRPUSDT");
    assert_eq!(form(&app).field("symbols").unwrap().error.as_deref(), Some("XRPUSDT is not followed"));
    assert_eq!(actions(press(&mut app, &view, "enter")), []);
    write(&mut app, &view, "symbols", "btcusdt");
    write(&mut app, &view, "account", MANUAL);
    assert_eq!(actions(press(&mut app, &view, "enter")), []);
    assert_eq!(form(&app).fields[form(&app).at].name, "account");
    write(&mut app, &view, "account", "first");
    write(&mut app, &view, "fast", "7");
    write(&mut app, &view, "cash", "25k");
    let run = StrategyRun {
        account: "first".into(),
        strategy: crate::strategies::parse("ma_cross(fast=7)").unwrap().to_string(),
        symbols: vec![symbol()],
        bar: "1m".to_owned(),
        cash: Some(Money::from(25_000)),
    };
    // Paper trading was off: it is turned on first.
    let wanted = [TradingAction::Paper { on: true }, TradingAction::Strategy { run }];
    assert_eq!(actions(press(&mut app, &view, "enter")), wanted);
    assert!(app.dialog.is_none());
    assert_eq!(app.blotter.account.as_deref(), Some("first"));
}

#[test]
fn another_strategy_brings_its_own_fields() {
    let (view, mut app) = (plain(), app());
    press(&mut app, &view, "Q s");
    for spec in crate::strategies::ALL {
        let fields: Vec<&str> = form(&app).fields.iter().map(|field| field.name.as_str()).collect();
        let chosen = crate::strategies::find(&form(&app).value("strategy")).unwrap();
        let mut wanted = vec!["strategy"];
        wanted.extend(chosen.params.iter().map(|param| param.name));
        wanted.extend(["symbols", "bars", "cash", "account"]);
        assert_eq!(fields, wanted, "{}", spec.name);
        assert!(form(&app).fields.iter().filter(|field| field.name != "symbols").all(|field| field.error.is_none()));
        app.click_form(FormPlace::Field(0), &view);
        press(&mut app, &view, "right");
    }
}

#[test]
fn what_runs_is_stopped_with_or_without_its_positions() {
    let (view, mut app) = (view(), app());
    press(&mut app, &view, "Q x");
    let effects = press(&mut app, &view, "enter");
    assert_eq!(actions(effects), [TradingAction::EndStrategy { account: "ma_cross".into(), flatten: false }]);
}

#[test]
fn limits_are_read_as_they_were_entered() {
    let (view, mut app) = (view(), app());
    app.blotter.account = Some(MANUAL.into());
    press(&mut app, &view, "Q l");
    assert_eq!(form(&app).value("daily loss"), "2000");
    write(&mut app, &view, "daily loss", "1,500.5");
    write(&mut app, &view, "open orders", "0");
    assert_eq!(actions(press(&mut app, &view, "enter")), []);
    assert!(form(&app).field("open orders").unwrap().error.is_some());
    write(&mut app, &view, "open orders", "");
    app.click_form(FormPlace::Step(7, 1), &view);
    let limits = RiskLimits {
        max_daily_loss: Some("1500.5".parse().unwrap()),
        max_drawdown_pct: Some(5.0),
        price_collar_pct: Some(2.0),
        flatten_on_kill: true,
        ..RiskLimits::default()
    };
    let wanted = TradingAction::Limits { account: MANUAL.into(), limits };
    assert_eq!(actions(press(&mut app, &view, "enter")), [wanted]);
}

#[test]
fn what_cannot_be_taken_back_is_asked_first() {
    let (view, mut app) = (view(), app());
    app.blotter.account = Some("rtai-2".into());
    assert_eq!(actions(press(&mut app, &view, "Q u")), []);
    assert_eq!(actions(press(&mut app, &view, "y")), [TradingAction::Unlock { account: "rtai-2".into() }]);
    assert_eq!(actions(press(&mut app, &view, "Q k n")), []);
    assert_eq!(actions(press(&mut app, &view, "Q k y")), [TradingAction::Kill { account: "rtai-2".into() }]);
    assert_eq!(actions(press(&mut app, &view, "Q r 5 k enter esc")), []);
    let begun = TradingAction::Reset { account: "rtai-2".into(), cash: Money::from(5_000) };
    assert_eq!(actions(press(&mut app, &view, "Q r 5 k enter y")), [begun]);
    // Of several accounts one is chosen first.
    app.blotter.account = None;
    press(&mut app, &view, "Q k");
    assert!(matches!(app.dialog, Some(Dialog::Picker(_))));
    assert_eq!(actions(press(&mut app, &view, "enter y")), [TradingAction::Kill { account: MANUAL.into() }]);
}

#[test]
fn every_order_of_what_is_looked_at_is_cancelled() {
    let (view, mut app) = (view(), app());
    let cancel = TradingAction::Cancel { account: MANUAL.into(), order: None, symbol: None };
    assert_eq!(actions(app.act_on_blotter(BlotterAct::CancelAll, &view, NOW)), [cancel]);
    app.blotter.account = Some("ma_cross".into());
    assert_eq!(app.act_on_blotter(BlotterAct::CancelAll, &view, NOW), []);
}

#[test]
fn fields_of_a_file_are_quoted_and_no_formulas() {
    let row = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
    let rows = [row(&["1", "a, \"b\""]), row(&["=1+1", "-2.5"]), row(&["-x", "\u{1b}[31m"])];
    let text = export::csv(&["n", "text"], rows.into_iter());
    assert_eq!(text, "n,text\r\n1,\"a, \"\"b\"\"\"\r\n'=1+1,-2.5\r\n'-x,[31m\r\n");
}

#[test]
fn every_row_of_a_file_has_a_field_for_each_heading() {
    let view = view();
    for account in &view.snapshot.trading.broker.accounts {
        assert!(account.working.iter().chain(account.history.iter()).all(|of| export::order(of).len() == export::ORDERS.len()));
        assert!(account.fills.iter().all(|of| export::fill(of).len() == export::FILLS.len()));
        assert!(account.trades.iter().all(|of| export::trade(&account.name, of).len() == export::TRADES.len()));
    }
    assert!(view.snapshot.trading.signals.iter().all(|of| export::signal(of).len() == export::SIGNALS.len()));
}

#[test]
fn amounts_are_rounded_and_their_thousands_apart() {
    let said = |text: &str| amount(text.parse().unwrap());
    assert_eq!([said("1234567.895"), said("-0.001"), said("-12.345"), said("0")], ["1,234,567.90", "0.00", "-12.35", "0.00"]);
    assert_eq!(form::read_amount("2.5k"), Some(Money::from(2_500)));
    assert_eq!(form::read_amount("1,000,000"), Some(Money::from(1_000_000)));
    assert_eq!((form::read_amount(""), form::read_amount("k"), form::read_amount("1e5")), (None, None, None));
}
