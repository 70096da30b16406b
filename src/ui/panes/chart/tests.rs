use super::*;
use crate::domain::{Bar, BarSpec, LinkState, Volume};
use crate::drive::view::{Mode, View};
use crate::ui::pane::Action;
use crate::ui::panes::fixtures::{NOON, bar_view, dark, drawn, empty_symbol, light, lines, market, mono, view_of, walk, with_cx};
use crossterm::event::{KeyModifiers, MouseButton, MouseEventKind};
use proptest::prelude::*;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);
const NOW: Nanos = Nanos::from_secs(1_723_158_000 + 1_818);

fn minutes(count: usize) -> View {
    market(walk(count, Timeframe::M1, NOW), Timeframe::M1, NOW)
}

fn picture(view: &View, theme: &crate::ui::theme::Theme, size: (u16, u16), commands: &[(Command, u32)]) -> String {
    with_cx(view, theme, M1, |cx| {
        let mut pane = ChartPane::new();
        drawn(&mut pane, size.0, size.1, cx);
        for (command, count) in commands {
            pane.on_command(*command, *count, cx);
            drawn(&mut pane, size.0, size.1, cx);
        }
        lines(&drawn(&mut pane, size.0, size.1, cx))
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
    assert!(text.contains(&format!("C {close:#.1}")) || text.contains(&format!("C {close:.1}")), "{text}");
    assert!(text.matches(&format!("{close:.1}")).count() + text.matches(&format!("{close:#.1}")).count() >= 2, "{text}");
}

#[test]
fn choices_are_kept_with_a_layout() {
    with_cx(&minutes(60), &dark(), M1, |cx| {
        let mut pane = ChartPane::new();
        let commands = [(Command::ChartOhlc, 1), (Command::ChartZoomOut, 3), (Command::ChartLog, 1), (Command::ChartVolume, 1)];
        for (command, count) in commands {
            pane.on_command(command, count, cx);
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
    let shown = |pane: &mut ChartPane, count: usize| {
        with_cx(&market(all[..count].to_vec(), Timeframe::M1, NOW), &dark(), M1, |cx| {
            drawn(pane, 100, 24, cx);
            pane.columns.bars.clone()
        })
    };
    shown(&mut pane, 500);
    with_cx(&market(all[..500].to_vec(), Timeframe::M1, NOW), &dark(), M1, |cx| pane.on_command(Command::ChartOlder, 40, cx));
    let before = shown(&mut pane, 500);
    assert_eq!(before.last().map(|column| column.last), Some(459));
    assert_eq!(shown(&mut pane, 560), before);
    with_cx(&minutes(600), &dark(), M1, |cx| pane.on_command(Command::ChartFollow, 1, cx));
    assert_eq!(shown(&mut pane, 600).last().map(|column| column.last), Some(599));
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
        let mut pane = ChartPane::new();
        drawn(&mut pane, 100, 20, cx);
        assert_eq!(pane.on_command(Command::ChartOlder, 1, cx), Handled::Yes);
        let asked = Handled::Run(Action::LoadHistory(cx.symbol.unwrap(), Timeframe::M1, first));
        assert_eq!(pane.on_command(Command::ChartOldest, 1, cx), asked);
        assert_eq!(pane.on_command(Command::ChartOlder, 5, cx), Handled::Yes);
        assert!(lines(&drawn(&mut pane, 100, 20, cx)).contains("loading older bars"));
    });
    let mut replay = view;
    replay.session.mode = Mode::Replay;
    with_cx(&replay, &dark(), M1, |cx| {
        let mut pane = ChartPane::new();
        drawn(&mut pane, 100, 20, cx);
        assert_eq!(pane.on_command(Command::ChartOldest, 1, cx), Handled::Yes);
    });
}

#[test]
fn the_mouse_pans_zooms_and_points() {
    let view = minutes(500);
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = ChartPane::new();
        let area = Rect::new(0, 0, 100, 24);
        let mouse = |pane: &mut ChartPane, kind, column, modifiers| {
            drawn(pane, 100, 24, cx);
            pane.on_mouse(MouseEvent { kind, column, row: 8, modifiers }, area, cx);
            drawn(pane, 100, 24, cx);
            pane.columns.bars.last().map(|column| column.last)
        };
        let none = KeyModifiers::NONE;
        mouse(&mut pane, MouseEventKind::Down(MouseButton::Left), 30, none);
        assert_eq!(mouse(&mut pane, MouseEventKind::Drag(MouseButton::Left), 50, none), Some(489));
        assert_eq!(mouse(&mut pane, MouseEventKind::Drag(MouseButton::Left), 10, none), Some(499));
        mouse(&mut pane, MouseEventKind::Up(MouseButton::Left), 10, none);
        assert_eq!(mouse(&mut pane, MouseEventKind::ScrollUp, 10, KeyModifiers::SHIFT), Some(496));
        let zoom = pane.zoom;
        mouse(&mut pane, MouseEventKind::ScrollDown, 10, none);
        assert_eq!(pane.zoom, zoom - 1);
        pane.on_command(Command::ChartCrosshair, 1, cx);
        mouse(&mut pane, MouseEventKind::Moved, 20, none);
        assert_eq!(pane.cross.and_then(|cross| cross.row), Some(7));
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
    fn any_bars_can_be_drawn_at_any_size(mut bars in proptest::collection::vec(any_bar(), 1..60), width in 0_u16..=200, height in 0_u16..=60, commands in proptest::collection::vec((0_usize..12, 1_u32..9), 0..6), ascii: bool) {
        bars.sort_by_key(|bar| bar.start);
        let view = market(bars, Timeframe::M1, NOON);
        let theme = crate::ui::theme::Theme { ascii, ..dark() };
        with_cx(&view, &theme, M1, |cx| {
            let mut pane = ChartPane::new();
            let all: Vec<Command> = Command::ALL.iter().copied().filter(|command| command.spec().is_some_and(|spec| spec.scope == Scope::Chart)).collect();
            for (command, count) in commands {
                pane.on_command(all[command % all.len()], count, cx);
                let text = lines(&drawn(&mut pane, width, height, cx));
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                assert!(!ascii || text.is_ascii(), "{text}");
            }
            drawn(&mut pane, width, height, cx);
        });
    }
}
