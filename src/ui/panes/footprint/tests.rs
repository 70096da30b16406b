use super::*;
use crate::app::link::{Cross, Window};
use crate::domain::{Timeframe, Volume};
use crate::engine::Known;
use crate::ui::pane::Action;
use crate::ui::panes::fixtures::{NOON, busy, dark, drawn, light, lines, market, mono, price, traded, walk, with_cx};
use crate::ui::theme::Theme;
use crossterm::event::{KeyModifiers, MouseButton, MouseEventKind};
use proptest::prelude::*;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn apply(cx: &mut Cx<'_>, handled: &Handled) {
    match handled {
        Handled::Run(Action::All(all)) => all.iter().for_each(|action| apply(cx, &Handled::Run(action.clone()))),
        Handled::Run(Action::Cross(cross)) => cx.cross = *cross,
        Handled::Run(Action::Window(window)) => cx.window = *window,
        _ => {}
    }
}

fn press(pane: &mut FootprintPane, cx: &mut Cx<'_>, command: Command, count: u32) {
    let handled = pane.on_command(command, count, cx);
    apply(cx, &handled);
}

/// A minute in which much was bought at three prices in a row, and a point of control below.
fn lifted() -> crate::drive::view::View {
    let mut trades = vec![(0, 6_180, 100, false), (10, 6_180, 9_000, true)];
    for (n, ticks) in (6_181..6_185).enumerate() {
        trades.push((20 + n as i64, ticks, 3_000, true));
        trades.push((30 + n as i64, ticks, 40, false));
    }
    trades.sort_by_key(|trade| trade.0);
    traded(&trades, &[], 1_000)
}

fn picture(view: &crate::drive::view::View, theme: &Theme, bars: BarSpec, size: (u16, u16), commands: &[Command]) -> String {
    with_cx(view, theme, bars, |cx| {
        let (mut pane, mut cx) = (FootprintPane::default(), *cx);
        drawn(&mut pane, size.0, size.1, &cx);
        for command in commands {
            press(&mut pane, &mut cx, *command, 1);
            drawn(&mut pane, size.0, size.1, &cx);
        }
        lines(&drawn(&mut pane, size.0, size.1, &cx))
    })
}

#[test]
fn marks_are_shapes_not_only_colours() {
    let text = picture(&lifted(), &Theme { ascii: true, ..mono() }, M1, (60, 20), &[]);
    for mark in ["0.100*9.00", "0.040x3.00 ]", "POC 618.0"] {
        assert!(text.contains(mark), "{mark} in\n{text}");
    }
    let text = picture(&lifted(), &dark(), M1, (60, 20), &[]);
    for mark in ["0.100◆9.00", "0.040×3.00 ┐", "0.040×3.00 │", "0.040×3.00 ┘"] {
        assert!(text.contains(mark), "{mark} in\n{text}");
    }
}

#[test]
fn each_mode_shows_its_figure() {
    let text = picture(&lifted(), &dark(), M1, (60, 20), &[Command::FootprintMode]);
    assert!(text.contains("+8.90 ███") && text.contains("+2.96 █"), "{text}");
    let text = picture(&lifted(), &dark(), M1, (60, 20), &[Command::FootprintMode; 2]);
    assert!(text.contains("9.10 ███"), "{text}");
    assert_eq!(
        picture(&lifted(), &dark(), M1, (60, 20), &[Command::FootprintMode; 3]),
        picture(&lifted(), &dark(), M1, (60, 20), &[])
    );
}

#[test]
fn the_footer_adds_up() {
    let text = picture(&busy(&[], 100_000), &dark(), M1, (110, 40), &[]);
    let footer: Vec<&str> = text.lines().filter(|line| line.ends_with("delta") || line.ends_with("cum.")).collect();
    let value =
        |line: &str, at: usize| -> f64 { line.split_whitespace().nth(at).unwrap().trim_end_matches('K').parse::<f64>().unwrap() };
    let columns = footer[0].split_whitespace().count() - 1;
    assert!(columns >= 5);
    for at in 1..columns {
        let (delta, before, now) = (value(footer[0], at), value(footer[1], at - 1), value(footer[1], at));
        assert!((before + delta - now).abs() < 1.0, "{text}");
    }
}

/// Whatever bars are: what is drawn beside a candle is what that candle is made of.
#[test]
fn rows_come_to_the_bars_volume() {
    let view = busy(&["tick:37", "volume:5", "range:40"], 100_000);
    for kind in ["1m", "5m", "5s", "1s", "tick:37", "volume:5", "range:40"] {
        let bars: BarSpec = kind.parse().unwrap();
        with_cx(&view, &dark(), bars, |cx| {
            let mut pane = FootprintPane::default();
            drawn(&mut pane, 200, 50, cx);
            assert!(pane.columns.all.len() > 3, "{kind}");
            for column in &pane.columns.all {
                let (buy, sell) = column.traded.rows.totals();
                assert_eq!((buy, buy + sell), (column.bar.buy_volume, column.bar.volume), "{kind} {:?}", column.bar);
                assert_eq!(column.traded.known, Known::Exactly, "{kind}");
            }
        });
    }
}

#[test]
fn trades_no_longer_held_are_said_to_be_missing() {
    let view = busy(&["tick:37"], 100);
    let kind: BarSpec = "tick:37".parse().unwrap();
    let text = picture(&view, &dark(), kind, (200, 30), &[Command::ChartOldest]);
    assert!(text.contains("no longer held"), "{text}");
    let bars = market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON);
    let text = picture(&bars, &dark(), M1, (120, 30), &[]);
    assert!(text.contains("only bars are known"), "{text}");
}

#[test]
fn it_stays_where_it_was_taken_and_follows_again() {
    let view = busy(&[], 100_000);
    let text = picture(&view, &dark(), M1, (110, 30), &[Command::ChartOlder, Command::ChartOlder]);
    assert!(text.contains("2 bars behind") && text.contains("End follows"), "{text}");
    let text = picture(&view, &dark(), M1, (110, 30), &[Command::ChartOlder, Command::ChartFollow]);
    assert!(!text.contains("behind"), "{text}");
    let text = picture(&view, &dark(), M1, (110, 30), &[Command::FootprintFiner]);
    assert!(text.contains("rows by hand"), "{text}");
    let text =
        picture(&view, &dark(), M1, (110, 30), &[Command::FootprintFiner, Command::FootprintHigher, Command::FootprintFit]);
    assert!(!text.contains("by hand"), "{text}");
}

#[test]
fn it_points_where_linked_panes_point() {
    let view = busy(&[], 100_000);
    with_cx(&view, &dark(), M1, |cx| {
        let (mut pane, mut cx) = (FootprintPane::default(), *cx);
        drawn(&mut pane, 110, 40, &cx);
        let bar = pane.columns.all[2].bar;
        cx.cross = Some(Cross { at: bar.start, price: None });
        let text = lines(&drawn(&mut pane, 110, 40, &cx));
        assert!(text.contains("sold") && text.contains("bought"), "{text}");
        press(&mut pane, &mut cx, Command::ChartOlder, 1);
        assert_eq!(cx.cross.unwrap().at, pane.columns.all[1].bar.start);
        press(&mut pane, &mut cx, Command::ChartUp, 2);
        let row = pane.grouping.key_of(cx.cross.unwrap().price.unwrap());
        assert_eq!(row, pane.grouping.key_of(pane.columns.all[1].bar.close) + 2);
        // Beyond the oldest bar in view it takes the view along.
        press(&mut pane, &mut cx, Command::ChartOlder, 5);
        drawn(&mut pane, 110, 40, &cx);
        assert_eq!(cx.cross.unwrap().at, pane.columns.all[0].bar.start);
        let click = |kind| MouseEvent { kind, column: 30, row: 20, modifiers: KeyModifiers::NONE };
        pane.on_mouse(click(MouseEventKind::Down(MouseButton::Left)), Rect::default(), &cx);
        let handled = pane.on_mouse(click(MouseEventKind::Up(MouseButton::Left)), Rect::default(), &cx);
        assert!(matches!(handled, Handled::Run(Action::Cross(Some(_)))), "{handled:?}");
        assert!(pane.on_line(Command::ChartGoTo, "soon", &cx).is_err());
        let handled = pane.on_line(Command::ChartGoTo, "23:03", &cx).unwrap();
        apply(&mut cx, &handled);
        assert_eq!(cx.cross.unwrap().at, NOON + Nanos::from_secs(180));
        drawn(&mut pane, 110, 40, &cx);
        let (from, to) = pane.span().unwrap();
        assert!(from <= cx.cross.unwrap().at && cx.cross.unwrap().at < to);
    });
}

#[test]
fn settings_come_back() {
    let mut pane = FootprintPane { mode: Mode::Delta, zoom: 5, ..FootprintPane::default() };
    pane.grouping.finer = -2;
    let mut again = FootprintPane::default();
    again.restore(&pane.settings());
    assert_eq!((again.mode, again.zoom, again.grouping.finer), (Mode::Delta, 5, -2));
    again.restore(&toml::toml! { mode = 7 zoom = "x" finer = 1.5 });
    assert_eq!(again.settings(), pane.settings());
}

#[test]
fn looks_as_it_should() {
    let view = busy(&[], 100_000);
    insta::assert_snapshot!("dark", picture(&view, &dark(), M1, (110, 36), &[]));
    insta::assert_snapshot!("mono_delta", picture(&view, &mono(), M1, (78, 22), &[Command::FootprintMode]));
    insta::assert_snapshot!("light_volume", picture(&view, &light(), M1, (78, 22), &[Command::FootprintMode; 2]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_trades_can_be_drawn_at_any_size(
        mut trades in proptest::collection::vec((0_i64..400_000, prop_oneof![1_i64..50, 1_i64..900_000_000], prop_oneof![1_i64..9, 1_i64..90_000_000_000], any::<bool>()), 1..80),
        width in 0_u16..=200, height in 0_u16..=60, commands in proptest::collection::vec((any::<u8>(), 1_u32..9), 0..10), ascii: bool, kind in 0_usize..4,
    ) {
        trades.sort_by_key(|trade| trade.0);
        let view = traded(&trades, &["tick:3"], 20);
        let theme = Theme { ascii, ..dark() };
        let bars: BarSpec = ["1m", "1s", "tick:3", "1h"][kind].parse().unwrap();
        with_cx(&view, &theme, bars, |cx| {
            let (mut pane, mut cx) = (FootprintPane::default(), *cx);
            let all: Vec<Command> = Command::ALL.iter().copied().filter(|command| command.spec().is_some_and(|spec| Scope::Footprint.takes(spec.scope))).collect();
            drawn(&mut pane, width, height, &cx);
            for (command, count) in commands {
                press(&mut pane, &mut cx, all[usize::from(command) % all.len()], count);
                let text = lines(&drawn(&mut pane, width, height, &cx));
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                assert!(!ascii || text.is_ascii(), "{text}");
                let title = pane.title(&cx);
                assert!(!ascii || title.to_string().is_ascii());
            }
        });
    }
}

#[test]
fn a_closed_bar_is_worked_out_once() {
    let view = busy(&[], 100_000);
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = FootprintPane::default();
        drawn(&mut pane, 110, 36, cx);
        let before = std::sync::Arc::clone(&pane.columns.all[0].traded);
        drawn(&mut pane, 110, 36, cx);
        assert!(std::sync::Arc::ptr_eq(&before, &pane.columns.all[0].traded));
        assert_ne!(before.rows.totals().0, Volume::ZERO);
        let cx = &Cx { window: Window { newest: Some(NOON), zoom: 0 }, ..*cx };
        drawn(&mut pane, 110, 36, cx);
        assert_eq!(pane.columns.all.last().unwrap().bar.start, NOON);
        assert!(pane.grouping.line_of(pane.grouping.key_of(price("61800"))).is_some());
    });
}
