use super::fixture::{looking, with_trading};
use super::*;
use crate::app::blotter::BlotterAct;
use crate::app::commands::Command;
use crate::domain::trading::MANUAL;
use crate::domain::{BarSpec, Nanos, Timeframe};
use crate::drive::view::View;
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::panes::fixtures::{NOON, dark, drawn, light, lines, market, mono, walk, with_cx};
use crate::ui::theme::Theme;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);
const NOW: Nanos = Nanos(NOON.0 + 3_663_000_000_000);

fn plain() -> View {
    market(walk(120, Timeframe::M1, NOW), Timeframe::M1, NOW)
}

fn full() -> View {
    with_trading(plain())
}

/// What a pane shows of one account, or all.
fn shown_of(pane: &mut dyn Pane, view: &View, account: Option<&str>, size: (u16, u16), theme: &Theme) -> String {
    let blotter = looking(view, account);
    with_cx(view, theme, M1, |cx| lines(&drawn(pane, size.0, size.1, &Cx { blotter: &blotter, ..*cx })))
}

fn shown(pane: &mut dyn Pane, view: &View, width: u16, height: u16) -> String {
    shown_of(pane, view, None, (width, height), &dark())
}

fn run(pane: &mut dyn Pane, view: &View, account: Option<&str>, command: Command) -> Handled {
    let blotter = looking(view, account);
    with_cx(view, &dark(), M1, |cx| pane.on_command(command, 1, &Cx { blotter: &blotter, ..*cx }))
}

const fn acts(act: BlotterAct) -> Handled {
    Handled::Run(Action::Blotter(act))
}

fn all() -> Vec<(&'static str, Box<dyn Pane>)> {
    vec![
        ("account", Box::new(AccountPane::default()) as Box<dyn Pane>),
        ("orders", orders()),
        ("history", history()),
        ("fills", fills()),
        ("round_trips", round_trips()),
        ("pnl", pnl()),
        ("signals", signals()),
        ("equity", Box::new(EquityPane::default())),
        ("statistics", Box::new(StatisticsPane::default())),
    ]
}

#[test]
fn every_pane_of_all_accounts_and_of_one() {
    let view = full();
    for (name, mut pane) in all() {
        for (width, height) in [(150, 16), (78, 16), (36, 9)] {
            insta::assert_snapshot!(format!("{name}_{width}"), shown(pane.as_mut(), &view, width, height));
        }
    }
    for (name, mut pane) in all() {
        let text = shown_of(pane.as_mut(), &view, Some("ma_cross"), (78, 22), &light());
        insta::assert_snapshot!(format!("{name}_ma_cross"), text);
    }
}

#[test]
fn an_account_that_was_stopped_and_one_that_is_off_say_so() {
    let mut view = full();
    let stopped = shown_of(&mut AccountPane::default(), &view, Some("rtai-2"), (78, 24), &dark());
    assert!(stopped.contains("rtai-2 stopped: daily loss 1203.1 is beyond 1000 (Q u lets it trade again)"), "{stopped}");
    view.snapshot.trading.broker.on = false;
    let off = shown_of(&mut AccountPane::default(), &view, Some(MANUAL), (78, 24), &dark());
    assert!(off.contains("paper trading is off (p turns it on)"), "{off}");
}

#[test]
fn ascii_and_no_colour() {
    let (view, theme) = (full(), Theme { ascii: true, ..mono() });
    for (name, mut pane) in all() {
        let text = shown_of(pane.as_mut(), &view, None, (120, 20), &theme);
        assert!(text.is_ascii(), "{name}: {text}");
        let text = shown_of(pane.as_mut(), &view, Some(MANUAL), (120, 30), &theme);
        assert!(text.is_ascii(), "{name}: {text}");
    }
}

#[test]
fn nothing_there_says_what_to_press() {
    let mut view = plain();
    for (name, mut pane) in all() {
        let text = shown(pane.as_mut(), &view, 90, 8);
        assert!(text.contains("p turns it on") || text.contains("Q s starts one"), "{name}: {text}");
    }
    view.snapshot.trading.broker.on = true;
    let text = shown(orders().as_mut(), &view, 90, 8);
    assert!(text.contains("b buys, s sells, Q s starts a strategy"), "{text}");
}

#[test]
fn any_size_is_drawn_without_harm() {
    let (full, plain) = (full(), plain());
    for (_, mut pane) in all() {
        for (width, height) in [(0, 0), (1, 1), (5, 3), (17, 2), (40, 1), (300, 90)] {
            shown(pane.as_mut(), &full, width, height);
            shown(pane.as_mut(), &plain, width, height);
        }
    }
}

#[test]
fn keys_act_on_the_order_under_the_cursor() {
    let view = full();
    let mut pane = orders();
    shown(pane.as_mut(), &view, 120, 12);
    // The newest is first.
    assert_eq!(run(pane.as_mut(), &view, None, Command::BlotterCancel), acts(BlotterAct::Cancel(MANUAL.into(), 45)));
    run(pane.as_mut(), &view, None, Command::ListBottom);
    shown(pane.as_mut(), &view, 120, 12);
    assert_eq!(run(pane.as_mut(), &view, None, Command::BlotterAmend), acts(BlotterAct::Amend(MANUAL.into(), 41)));
    assert_eq!(run(pane.as_mut(), &view, None, Command::BlotterCancelAll), acts(BlotterAct::CancelAll));
    // The cursor stays with its order when another one comes before it.
    let mut more = view.clone();
    let manual = std::sync::Arc::make_mut(&mut more.snapshot.trading.broker.accounts[0]);
    let newest = crate::domain::OrderView { id: 46, ..(*manual.working[0]).clone() };
    manual.working.push(std::sync::Arc::new(newest));
    shown(pane.as_mut(), &more, 120, 12);
    assert_eq!(run(pane.as_mut(), &more, None, Command::BlotterCancel), acts(BlotterAct::Cancel(MANUAL.into(), 41)));
}

#[test]
fn lists_are_sorted_by_any_column_and_filtered() {
    let view = full();
    let mut pane = history();
    pane.restore(&toml::Table::from_iter([("sort".to_owned(), "qty".into())]));
    let first = |text: &str, what: &str| text.lines().nth(1).is_some_and(|line| line.contains(what));
    let text = shown(pane.as_mut(), &view, 150, 10);
    assert!(first(&text, " 33 "), "{text}");
    run(pane.as_mut(), &view, None, Command::ListReverse);
    let text = shown(pane.as_mut(), &view, 150, 10);
    assert!(first(&text, " 32 "), "{text}");
    assert_eq!(pane.settings().get("reverse").and_then(toml::Value::as_bool), Some(true));
    pane.on_filter("multiple of the tick");
    let text = shown(pane.as_mut(), &view, 150, 10);
    assert!(first(&text, " 33 ") && !text.contains(" 32 "), "{text}");
    pane.on_filter("no such thing");
    assert!(shown(pane.as_mut(), &view, 150, 10).contains("nothing matches /no such thing"));
}

#[test]
fn a_heading_that_is_clicked_sorts() {
    let view = full();
    let mut pane = fills();
    let text = shown(pane.as_mut(), &view, 150, 12);
    let column = text.lines().next().unwrap().find("price").unwrap() as u16;
    let click = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column, row: 0, modifiers: KeyModifiers::NONE };
    with_cx(&view, &dark(), M1, |cx| pane.on_mouse(click, Rect::new(0, 0, 150, 12), cx));
    assert_eq!(pane.settings().get("sort").and_then(toml::Value::as_str), Some("price"));
    let text = shown(pane.as_mut(), &view, 150, 12);
    assert!(text.lines().nth(1).unwrap().contains("61,950.2"), "{text}");
}

#[test]
fn the_fills_of_an_order_are_one_row_at_their_average() {
    let view = full();
    let mut pane = fills();
    run(pane.as_mut(), &view, None, Command::BlotterView);
    let text = shown_of(pane.as_mut(), &view, Some(MANUAL), (150, 12), &dark());
    let row = text.lines().find(|line| line.contains(" 31 ")).unwrap();
    // 0.2 at 61,801.0 and 0.3 at 61,801.5.
    assert!(row.contains("61,801.3") && row.contains("0.5"), "{text}");
}

#[test]
fn rows_are_written_to_files_as_they_are_shown() {
    let view = full();
    let mut pane = fills();
    pane.on_filter("sell");
    shown(pane.as_mut(), &view, 150, 12);
    let Handled::Run(Action::Blotter(BlotterAct::Export("fills", text))) =
        run(pane.as_mut(), &view, None, Command::BlotterExport)
    else {
        panic!("nothing was written")
    };
    assert_eq!(text.lines().count(), 4);
    assert!(text.lines().nth(1).unwrap().starts_with("7,42,manual,BTCUSDT,sell,61805,0.3,3.7083"), "{text}");
}

#[test]
fn the_curve_is_zoomed_moved_and_pointed_at() {
    let view = full();
    let blotter = looking(&view, None);
    let mut pane = EquityPane::default();
    with_cx(&view, &dark(), M1, |cx| {
        let cx = &Cx { blotter: &blotter, ..*cx };
        drawn(&mut pane, 100, 20, cx);
        // Closer than the whole: the link's stretch of time.
        let Handled::Run(Action::Window(window)) = pane.on_command(Command::ChartZoomIn, 1, cx) else { panic!("no zoom") };
        let near = &Cx { window, ..*cx };
        drawn(&mut pane, 100, 20, near);
        let Handled::Run(Action::Window(moved)) = pane.on_command(Command::ChartOlder, 2, near) else { panic!("not moved") };
        assert!(moved.newest.is_some_and(|newest| newest < NOW), "{moved:?}");
        let Handled::Run(Action::Cross(Some(cross))) = pane.on_command(Command::ChartCrosshair, 1, near) else {
            panic!("no crosshair")
        };
        assert!(cross.at <= NOW);
        // And back to all of it.
        assert_eq!(pane.on_command(Command::ChartZoomOut, 30, near), Handled::Yes);
        assert_eq!(pane.settings().get("whole").and_then(toml::Value::as_bool), Some(true));
    });
}

#[test]
fn few_trades_are_said_next_to_the_ratios() {
    let view = full();
    let few = shown_of(&mut StatisticsPane::default(), &view, Some(MANUAL), (80, 20), &dark());
    assert!(few.contains("2 of 30 trades"), "{few}");
    let enough = shown_of(&mut StatisticsPane::default(), &view, Some("ma_cross"), (80, 20), &dark());
    assert!(!enough.contains("of 30 trades"), "{enough}");
}
