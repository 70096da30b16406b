use super::viewport::Column;
use super::*;
use crate::domain::{Bar, BarSpec, LinkState, Volume};
use crate::drive::view::View;
use crate::ui::pane::Action;
use crate::ui::panes::fixtures::{NOON, bar_view, dark, drawn, empty_symbol, light, lines, market, mono, view_of, walk, with_cx};
use crossterm::event::{KeyModifiers, MouseButton, MouseEventKind};
use proptest::prelude::*;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);
const NOW: Nanos = Nanos::from_secs(1_723_158_000 + 1_818);

fn minutes(count: usize) -> View {
    market(walk(count, Timeframe::M1, NOW), Timeframe::M1, NOW)
}

/// Does what a pane wants of its link.
fn apply(cx: &mut Cx<'_>, handled: &Handled) {
    let mut all = match handled {
        Handled::Run(Action::All(all)) => all.clone(),
        Handled::Run(one) => vec![one.clone()],
        _ => Vec::new(),
    };
    for action in all.drain(..) {
        match action {
            Action::Cross(cross) => cx.cross = cross,
            Action::Window(window) => cx.window = window,
            _ => {}
        }
    }
}

/// Gives a pane a command, and its link what comes of it.
fn press(pane: &mut ChartPane, cx: &mut Cx<'_>, command: Command, count: u32) -> Handled {
    let handled = pane.on_command(command, count, cx);
    apply(cx, &handled);
    handled
}

fn picture(view: &View, theme: &crate::ui::theme::Theme, size: (u16, u16), commands: &[(Command, u32)]) -> String {
    with_cx(view, theme, M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        drawn(&mut pane, size.0, size.1, &cx);
        for (command, count) in commands {
            press(&mut pane, &mut cx, *command, *count);
            drawn(&mut pane, size.0, size.1, &cx);
        }
        lines(&drawn(&mut pane, size.0, size.1, &cx))
    })
}

#[test]
fn candles() {
    insta::assert_snapshot!(picture(&minutes(500), &dark(), (100, 26), &[]));
}

#[test]
fn candles_in_a_small_pane() {
    insta::assert_snapshot!(picture(&minutes(500), &dark(), (40, 10), &[]));
}

#[test]
fn candles_in_ascii_without_colours() {
    let theme = crate::ui::theme::Theme { ascii: true, ..mono() };
    let text = picture(&minutes(500), &theme, (70, 18), &[(Command::ChartPageOlder, 1), (Command::ChartCrosshair, 1)]);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn line_and_area() {
    let view = minutes(500);
    insta::assert_snapshot!("line", picture(&view, &light(), (70, 14), &[(Command::ChartLine, 1)]));
    insta::assert_snapshot!("area", picture(&view, &mono(), (70, 14), &[(Command::ChartArea, 1)]));
}

#[test]
fn candles_at_every_width() {
    let view = minutes(500);
    for (name, command) in [
        ("wide_candles", Command::ChartCandles),
        ("wide_heikin_ashi", Command::ChartHeikinAshi),
        ("wide_ohlc", Command::ChartOhlc),
    ] {
        insta::assert_snapshot!(name, picture(&view, &dark(), (70, 18), &[(command, 1), (Command::ChartZoomIn, 1)]));
    }
}

#[test]
fn every_style_is_gone_through_and_has_a_command() {
    with_cx(&minutes(60), &dark(), M1, |cx| {
        let mut pane = ChartPane::new();
        for style in Style::ALL {
            assert_eq!(pane.style, style);
            assert_eq!(Style::named(style.name()), Some(style));
            let command = Command::ALL.iter().copied().find(|command| Style::of(*command) == Some(style)).unwrap();
            let mut other = ChartPane::new();
            other.on_command(command, 1, cx);
            assert_eq!(other.style, style);
            pane.on_command(Command::ChartStyle, 1, cx);
        }
        assert_eq!(pane.style, Style::Candles);
    });
}

#[test]
fn averaged_bars_do_not_change_the_last_price() {
    let view = minutes(500);
    let close = view.snapshot.symbols[0].bars(M1).unwrap().last().unwrap().close;
    let text = picture(&view, &dark(), (90, 20), &[(Command::ChartHeikinAshi, 1)]);
    assert!(text.lines().next().unwrap().starts_with("HA  O"), "{text}");
    assert_eq!(text.matches(&format!("{close:#.1}")).count(), 1, "only the tag: {text}");
}

#[test]
fn choices_are_kept_with_a_layout() {
    with_cx(&minutes(60), &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        let commands = [(Command::ChartOhlc, 1), (Command::ChartZoomOut, 3), (Command::ChartLog, 1), (Command::ChartVolume, 1)];
        for (command, count) in commands {
            press(&mut pane, &mut cx, command, count);
        }
        let mut other = ChartPane::new();
        other.restore(&pane.settings());
        assert_eq!((other.style, other.zoom, other.log, other.volume), (Style::Bars, FIRST_ZOOM - 3, true, false));
        // What makes no sense changes nothing or goes to the nearest that does.
        other.restore(&toml::from_str("style = 'x'\nzoom = 99\nlog = 3\nunknown = 1").unwrap());
        assert_eq!((other.style, other.zoom, other.log), (Style::Bars, ZOOMS.len() - 1, true));
    });
}

#[test]
fn crosshair_behind_a_gap() {
    let mut bars = walk(500, Timeframe::M1, NOW);
    bars.drain(440..480);
    let view = market(bars, Timeframe::M1, NOW);
    let commands = [(Command::ChartOlder, 10), (Command::ChartCrosshair, 1), (Command::ChartOlder, 12)];
    insta::assert_snapshot!(picture(&view, &dark(), (90, 20), &commands));
}

#[test]
fn several_bars_as_one_on_a_log_scale() {
    let commands = [(Command::ChartZoomOut, 3), (Command::ChartLog, 1)];
    insta::assert_snapshot!(picture(&minutes(3_000), &dark(), (90, 20), &commands));
}

#[test]
fn new_bars_do_not_move_a_view_that_does_not_follow() {
    let mut pane = ChartPane::new();
    let all = walk(600, Timeframe::M1, NOW);
    let mut window = crate::app::link::Window::default();
    let mut shown = |pane: &mut ChartPane, count: usize, command: Option<(Command, u32)>| {
        with_cx(&market(all[..count].to_vec(), Timeframe::M1, NOW), &dark(), M1, |cx| {
            let mut cx = Cx { window, ..*cx };
            drawn(pane, 100, 24, &cx);
            if let Some((command, count)) = command {
                press(pane, &mut cx, command, count);
                drawn(pane, 100, 24, &cx);
            }
            window = cx.window;
            pane.columns.bars.clone()
        })
    };
    shown(&mut pane, 500, None);
    let before = shown(&mut pane, 500, Some((Command::ChartOlder, 40)));
    assert_eq!(before.last().map(|column| column.last), Some(459));
    assert_eq!(shown(&mut pane, 560, None), before);
    shown(&mut pane, 600, Some((Command::ChartFollow, 1)));
    assert_eq!(shown(&mut pane, 600, None).last().map(|column| column.last), Some(599));
}

#[test]
fn charts_of_one_link_look_and_point_at_the_same() {
    let view = minutes(2_000);
    with_cx(&view, &dark(), M1, |cx| {
        let (mut one, mut other, mut cx) = (ChartPane::new(), ChartPane::new(), *cx);
        drawn(&mut one, 100, 24, &cx);
        press(&mut one, &mut cx, Command::ChartOlder, 40);
        press(&mut one, &mut cx, Command::ChartZoomIn, 1);
        assert_eq!(cx.window.zoom, 1);
        drawn(&mut one, 100, 24, &cx);
        drawn(&mut other, 60, 12, &cx);
        assert_eq!(
            (other.zoom, other.columns.bars.last()),
            (one.zoom, one.columns.bars.last().map(|c| Column { x: 44, ..*c }).as_ref())
        );
        press(&mut one, &mut cx, Command::ChartCrosshair, 1);
        press(&mut one, &mut cx, Command::ChartOlder, 3);
        let cross = cx.cross.unwrap();
        let bar = one.columns.bars.iter().rev().nth(3).unwrap().bar;
        assert_eq!((cross.at, cross.price), (bar.start, Some(bar.close)));
        let text = lines(&drawn(&mut other, 100, 24, &cx));
        assert!(text.contains(&format!("{:#.1}", bar.close)) && text.contains("8 Aug"), "{text}");
        // Out of view it is not drawn.
        press(&mut other, &mut cx, Command::ChartPageOlder, 5);
        assert!(!lines(&drawn(&mut other, 100, 24, &cx)).contains("UTC  O"));
        assert_eq!(other.on_command(Command::Cancel, 1, &cx), Handled::Run(Action::Cross(None)));
        cx.cross = None;
        assert_eq!(other.on_command(Command::Cancel, 1, &cx), Handled::No);
    });
}

#[test]
fn the_crosshair_moves_in_price_by_rows_and_stays_on_ticks() {
    with_cx(&minutes(500), &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        drawn(&mut pane, 100, 24, &cx);
        press(&mut pane, &mut cx, Command::ChartCrosshair, 1);
        let close = cx.cross.unwrap().price.unwrap();
        press(&mut pane, &mut cx, Command::ChartUp, 3);
        let up = cx.cross.unwrap().price.unwrap();
        assert!(up > close && up.units() % 10_000_000 == 0);
        // A chosen price stays while the bar changes.
        press(&mut pane, &mut cx, Command::ChartOlder, 5);
        assert_eq!(cx.cross.unwrap().price, Some(up));
        press(&mut pane, &mut cx, Command::ChartDown, 99);
        let scale = pane.scale.unwrap();
        assert_eq!(scale.row(cx.cross.unwrap().price.unwrap()), Some(scale.rows() - 1));
    });
}

#[test]
fn measures_from_the_crosshair_and_by_dragging() {
    let view = minutes(500);
    let bars = view.snapshot.symbols[0].bars(M1).unwrap();
    with_cx(&view, &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        drawn(&mut pane, 100, 26, &cx);
        press(&mut pane, &mut cx, Command::ChartMeasure, 1);
        press(&mut pane, &mut cx, Command::ChartOlder, 12);
        let buf = drawn(&mut pane, 100, 26, &cx);
        let (from, to) = (bars.get(499).unwrap(), bars.get(487).unwrap());
        let change = to.close - from.close;
        let volume = (487..500).fold(Volume::ZERO, |sum, at| sum + bars.get(at).unwrap().volume);
        let text = lines(&buf);
        assert!(text.contains(&format!("+{change:.1}  +")), "{text}");
        assert!(text.contains(&format!("{} ticks · -12 bars · -12m 00s", change.units() / 10_000_000)), "{text}");
        assert!(text.contains(&format!("volume {} BTC", figures::short(volume.to_f64()))), "{text}");
        insta::assert_snapshot!("measure", text);
        // Escape leaves the measure first, then the crosshair.
        press(&mut pane, &mut cx, Command::Cancel, 1);
        assert!(pane.measure.is_none() && cx.cross.is_some());
        press(&mut pane, &mut cx, Command::Cancel, 1);
        assert_eq!(cx.cross, None);
        let mut mouse = |kind, column, row| {
            let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::SHIFT };
            let handled = pane.on_mouse(event, Rect::new(0, 0, 100, 26), &cx);
            apply(&mut cx, &handled);
            lines(&drawn(&mut pane, 100, 26, &cx))
        };
        mouse(MouseEventKind::Down(MouseButton::Left), 30, 6);
        mouse(MouseEventKind::Drag(MouseButton::Left), 51, 14);
        let text = mouse(MouseEventKind::Up(MouseButton::Left), 51, 14);
        let bars = pane.columns.at_cell(51).unwrap() - pane.columns.at_cell(30).unwrap();
        assert!(bars >= 10 && text.contains(&format!(" {bars} bars ·")), "{text}");
        assert!(cx.cross.is_none() && cx.window.newest.is_none(), "neither points nor pans");
    });
}

#[test]
fn bars_that_are_not_of_time_say_why_there_are_none() {
    let view = view_of(empty_symbol(), NOW);
    let text = with_cx(&view, &dark(), BarSpec::Tick(50), |cx| lines(&drawn(&mut ChartPane::new(), 100, 5, cx)));
    assert!(text.contains("bars of 50 trades each: the first begins with the next trade"), "{text}");
}

#[test]
fn the_price_scale_is_stretched_and_fitted_again() {
    let view = minutes(500);
    with_cx(&view, &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        let rows = |pane: &mut ChartPane, cx: &Cx<'_>| {
            drawn(pane, 100, 24, cx);
            pane.scale.unwrap().units_per_row()
        };
        let usual = rows(&mut pane, &cx);
        press(&mut pane, &mut cx, Command::ChartStretch, 3);
        let stretched = rows(&mut pane, &cx);
        assert!(stretched < usual * 0.7);
        press(&mut pane, &mut cx, Command::ChartCompress, 8);
        assert!(rows(&mut pane, &cx) > usual * 1.5);
        press(&mut pane, &mut cx, Command::ChartFit, 1);
        assert_eq!(rows(&mut pane, &cx), usual);
    });
}

#[test]
fn groups_are_the_sum_of_their_bars() {
    let bars = walk(1_000, Timeframe::M1, NOW);
    let view = bar_view(bars.clone());
    let mut columns = Columns::default();
    let zoom = ZOOMS[5];
    columns.fill(&view, Groups::of(&view, M1, zoom.bars), zoom, 999, 60);
    assert_eq!(columns.bars.len(), 60);
    for column in &columns.bars[1..] {
        let part: &[Bar] = &bars[column.first..=column.last];
        assert_eq!(column.bar.start.0 % (Timeframe::M5.nanos().0), 0);
        assert_eq!(column.bar.high, part.iter().map(|bar| bar.high).max().unwrap());
        assert_eq!((column.bar.open, column.bar.close), (part[0].open, part[part.len() - 1].close));
        assert_eq!(column.bar.volume, part.iter().fold(Volume::ZERO, |sum, bar| sum + bar.volume));
    }
    assert!(columns.bars.windows(2).all(|pair| pair[0].last + 1 == pair[1].first && pair[0].x < pair[1].x));
}

#[test]
fn what_is_kept_between_frames_is_never_stale() {
    let all = walk(4_000, Timeframe::M1, NOW);
    let fresh = |view: &BarView, right: usize, zoom: Zoom| {
        let mut columns = Columns::default();
        columns.fill(view, Groups::of(view, M1, zoom.bars), zoom, right, 60);
        columns.bars
    };
    let mut kept = Columns::default();
    let mut averaged = Averaged::default();
    let mut check = |view: &BarView, right: usize, zoom: Zoom| {
        let groups = Groups::of(view, M1, zoom.bars);
        kept.fill(view, groups, zoom, right, 60);
        assert_eq!(kept.bars, fresh(view, right, zoom));
        averaged.fill(&kept, view, groups);
        let mut again = Averaged::default();
        again.fill(&kept, view, groups);
        assert_eq!(averaged.bars, again.bars);
    };
    for zoom in [ZOOMS[4], ZOOMS[7], ZOOMS[3]] {
        // New bars, panning, and a history that was corrected in the middle.
        (3_000..3_040).for_each(|count| check(&bar_view(all[..count].to_vec()), count - 1, zoom));
        let mut growing = bar_view(all[..3_000].to_vec());
        for bar in &all[3_000..3_400] {
            let closed = growing.forming.replace(*bar).unwrap();
            growing.closed.push(closed);
            check(&growing, growing.len() - 1, zoom);
        }
        for back in 0..40 {
            check(&growing, growing.len() - 1 - back * 7, zoom);
        }
        let mut corrected: Vec<Bar> = growing.closed.iter().copied().collect();
        corrected[3_300].volume += Volume::from_units(1);
        growing.closed.replace(corrected);
        check(&growing, growing.len() - 1, zoom);
        check(&bar_view(all[1_000..].to_vec()), 2_500, zoom);
    }
}

#[test]
fn a_gap_of_any_length_is_a_few_cells() {
    let mut bars = walk(5_000, Timeframe::M1, NOW);
    bars.drain(1_000..4_980);
    let view = bar_view(bars);
    let mut columns = Columns::default();
    columns.fill(&view, Groups::of(&view, M1, 1), ZOOMS[7], view.len() - 1, 80);
    assert_eq!(columns.gaps.iter().map(|gap| gap.width).collect::<Vec<_>>(), [5]);
    assert_eq!(columns.bars.len(), 75);
    assert_eq!(columns.bars.iter().filter(|column| column.after_gap).count(), 1);
}

#[test]
fn older_bars_are_asked_for_once() {
    let view = minutes(120);
    let first = view.snapshot.symbols[0].bars(M1).unwrap().get(0).unwrap().start;
    with_cx(&view, &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        drawn(&mut pane, 100, 20, &cx);
        let asked = Action::LoadHistory(cx.symbol.unwrap(), Timeframe::M1, first);
        let asks = |handled: &Handled| match handled {
            Handled::Run(Action::All(all)) => all.contains(&asked),
            Handled::Run(one) => *one == asked,
            _ => false,
        };
        assert!(!asks(&press(&mut pane, &mut cx, Command::ChartOlder, 1)));
        assert!(asks(&press(&mut pane, &mut cx, Command::ChartOldest, 1)));
        assert!(!asks(&press(&mut pane, &mut cx, Command::ChartOlder, 5)));
        assert!(lines(&drawn(&mut pane, 100, 20, &cx)).contains("loading older bars…"));
        let mut later = view.clone();
        later.session.now += PATIENCE;
        assert!(lines(&drawn(&mut pane, 100, 20, &Cx { view: &later, ..cx })).contains("no older bars came"));
        press(&mut pane, &mut cx, Command::ChartFollow, 1);
        assert!(!lines(&drawn(&mut pane, 100, 20, &cx)).contains("older bars"));
    });
    let mut replay = view;
    replay.session.mode = Mode::Replay;
    with_cx(&replay, &dark(), M1, |cx| {
        let mut pane = ChartPane::new();
        drawn(&mut pane, 100, 20, cx);
        let mut cx = *cx;
        assert!(matches!(press(&mut pane, &mut cx, Command::ChartOldest, 1), Handled::Run(Action::Window(_))));
        assert!(lines(&drawn(&mut pane, 100, 20, &cx)).contains("no older bars in this recording"));
    });
}

#[test]
fn the_mouse_pans_zooms_and_points() {
    let view = minutes(500);
    with_cx(&view, &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        let area = Rect::new(0, 0, 100, 24);
        let mut mouse = |pane: &mut ChartPane, kind, column, modifiers| {
            drawn(pane, 100, 24, &cx);
            let handled = pane.on_mouse(MouseEvent { kind, column, row: 8, modifiers }, area, &cx);
            apply(&mut cx, &handled);
            drawn(pane, 100, 24, &cx);
            (pane.columns.bars.last().map(|column| column.last), cx.cross)
        };
        let none = KeyModifiers::NONE;
        let (down, drag) = (MouseEventKind::Down(MouseButton::Left), MouseEventKind::Drag(MouseButton::Left));
        let up = MouseEventKind::Up(MouseButton::Left);
        mouse(&mut pane, down, 30, none);
        assert_eq!(mouse(&mut pane, drag, 50, none), (Some(489), None));
        assert_eq!(mouse(&mut pane, drag, 10, none), (Some(499), None));
        // The end of a drag is no click.
        assert_eq!(mouse(&mut pane, up, 10, none).1, None);
        assert_eq!(mouse(&mut pane, MouseEventKind::ScrollUp, 10, KeyModifiers::SHIFT).0, Some(496));
        let zoom = pane.zoom;
        mouse(&mut pane, MouseEventKind::ScrollDown, 10, none);
        assert_eq!(pane.zoom, zoom - 1);
        mouse(&mut pane, down, 20, none);
        let (_, cross) = mouse(&mut pane, up, 20, none);
        let scale = pane.scale.unwrap();
        assert_eq!(scale.row(cross.unwrap().price.unwrap()), Some(7));
        // A clicked crosshair stays where it is.
        assert_eq!(mouse(&mut pane, MouseEventKind::Moved, 40, none).1, cross);
        pane.hovers = true;
        assert_ne!(mouse(&mut pane, MouseEventKind::Moved, 40, none).1, cross);
    });
}

#[test]
fn says_why_it_is_empty() {
    let shown = |view: &View| with_cx(view, &dark(), M1, |cx| lines(&drawn(&mut ChartPane::new(), 60, 5, cx)));
    let mut view = view_of(empty_symbol(), NOW);
    assert!(shown(&view).contains("no bars yet"));
    view.session.started = NOW;
    assert!(shown(&view).contains("loading bars…"));
    view.session.stopped = true;
    assert!(shown(&view).contains("feed stopped by you (S starts it)"));
    assert!(shown(&View::default()).contains("waiting for BTCUSDT…"));
}

#[test]
fn a_price_that_no_longer_moves_is_not_shown_as_live() {
    let mut view = minutes(100);
    assert!(picture(&view, &dark(), (60, 12), &[]).contains("00:42"));
    view.snapshot.symbols[0].trades_link = LinkState::Down;
    assert!(picture(&view, &dark(), (60, 12), &[]).contains("stale"));
}

fn any_bar() -> impl Strategy<Value = Bar> {
    let price = || {
        prop_oneof![any::<i64>(), Just(0), Just(i64::MAX), Just(i64::MIN), 1_i64..1_000_000_000_000].prop_map(Price::from_units)
    };
    (0_i64..1 << 62, price(), price(), price(), price(), any::<i64>(), any::<i64>()).prop_map(
        |(start, open, high, low, close, volume, bought)| Bar {
            start: Nanos(start),
            open,
            high,
            low,
            close,
            volume: Volume::from_units(i128::from(volume)),
            buy_volume: Volume::from_units(i128::from(bought)),
            trades: 3,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bars_can_be_drawn_at_any_size(mut bars in proptest::collection::vec(any_bar(), 1..60), width in 0_u16..=200, height in 0_u16..=60, commands in proptest::collection::vec((any::<u8>(), 1_u32..9), 0..8), ascii: bool) {
        bars.sort_by_key(|bar| bar.start);
        let view = market(bars, Timeframe::M1, NOON);
        let theme = crate::ui::theme::Theme { ascii, ..dark() };
        with_cx(&view, &theme, M1, |cx| {
            let (mut pane, mut cx) = (ChartPane::new(), *cx);
            let all: Vec<Command> = Command::ALL.iter().copied().filter(|command| command.spec().is_some_and(|spec| Scope::Chart.takes(spec.scope))).collect();
            for (command, count) in commands {
                press(&mut pane, &mut cx, all[usize::from(command) % all.len()], count);
                let text = lines(&drawn(&mut pane, width, height, &cx));
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                assert!(!ascii || text.is_ascii(), "{text}");
            }
            drawn(&mut pane, width, height, &cx);
        });
    }
}

#[test]
fn goes_to_a_moment() {
    let view = minutes(2_000);
    with_cx(&view, &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ChartPane::new(), *cx);
        drawn(&mut pane, 100, 26, &cx);
        let asked = press(&mut pane, &mut cx, Command::ChartGoTo, 1);
        assert!(matches!(asked, Handled::Run(Action::Ask(_))), "{asked:?}");
        let handled = pane.on_line(Command::ChartGoTo, "2024-08-08 10:15", &cx).unwrap();
        apply(&mut cx, &handled);
        let text = lines(&drawn(&mut pane, 100, 26, &cx));
        assert!(text.lines().next().unwrap().contains("10:15"), "{text}");
        let at = pane.columns.bars.iter().position(|column| Some(column.bar.start) == cx.cross.map(|cross| cross.at)).unwrap();
        assert!(at.abs_diff(pane.columns.bars.len() / 2) <= 3, "{at} of {}", pane.columns.bars.len());
        assert!(pane.on_line(Command::ChartGoTo, "soon", &cx).is_err());
        // Before the oldest bar: there, with older ones asked for.
        let handled = pane.on_line(Command::ChartGoTo, "2020-01-01", &cx).unwrap();
        assert!(format!("{handled:?}").contains("LoadHistory"), "{handled:?}");
    });
}
