#![allow(clippy::unwrap_used)]

use super::*;
use crate::app::pairs::PairChoice;
use crate::ui::panes::fixtures::{NOON, closes, dark, drawn, light, lines, mono, three, with_pairs};
use crossterm::event::KeyModifiers;

fn click(column: u16, row: u16) -> MouseEvent {
    MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column, row, modifiers: KeyModifiers::NONE }
}

#[test]
fn it_shows_dots_line_newest_bar_and_the_lines_figures() {
    let view = three(160);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut pane = ScatterPane::default();
        let buf = drawn(&mut pane, 60, 20, cx);
        insta::assert_snapshot!(lines(&buf));
        let text = lines(&buf);
        assert!(text.contains("β 0.0") && text.contains("r² 0.") && text.contains("n 100"), "{text}");
        let styles = |style: Style| buf.content.iter().filter(|cell| cell.symbol() != " " && Some(cell.fg) == style.fg).count();
        assert!(styles(cx.theme.series_1) > 10 && styles(cx.theme.series_2) > 20, "newer dots, and a line all across");
        assert_eq!(pane.title(cx).to_string(), "Scatter ETHUSDT/BTCUSDT 1m ols 100");
    });
}

#[test]
fn the_line_goes_through_the_dots() {
    let x: Vec<f64> = (0..40).map(|i| 100.0 + f64::from(i % 13)).collect();
    let y = x.iter().enumerate().map(|(i, x)| 500.0 - 3.0 * x + if i % 2 == 0 { 0.01 } else { -0.01 }).collect();
    let view = closes(&[("BTCUSDT", x), ("ETHUSDT", y)], NOON);
    let mut pair = PairChoice::default();
    pair.setup.window = 30;
    with_pairs(&view, &dark(), pair, |cx| {
        let mut pane = ScatterPane::default();
        let buf = drawn(&mut pane, 50, 16, cx);
        assert!(lines(&buf).contains("β −2.99"), "{}", lines(&buf));
        let plane = pane.plane.unwrap();
        let point = cx.pair().unwrap().latest_point().unwrap();
        let (across, down) = plane.cell((point.x, point.y)).unwrap();
        assert_eq!(buf[(across, down)].symbol(), "●");
        // Dots lie on the line but for rounding: hardly a cell has older or newer dots alone.
        let off = buf.content.iter().filter(|cell| Some(cell.fg) == cx.theme.series_1.fg && cell.symbol() != " ").count();
        assert!(off <= 2, "{off}: {}", lines(&buf));
    });
}

#[test]
fn a_click_near_a_dot_points_at_its_bar_and_there_it_is_marked() {
    let view = three(160);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut pane = ScatterPane::default();
        drawn(&mut pane, 60, 20, cx);
        let point = cx.pair().unwrap().course().get(120).unwrap();
        let (x, y) = pane.plane.unwrap().cell((point.x, point.y)).unwrap();
        let area = Rect::new(0, 0, 60, 20);
        let Handled::Run(Action::Cross(Some(cross))) = pane.on_mouse(click(x, y), area, cx) else { panic!() };
        let found = cx.pair().unwrap().course().iter().find(|point| point.at == cross.at).unwrap();
        assert_eq!(pane.plane.unwrap().cell((found.x, found.y)), Some((x, y)), "a bar of the same cell");
        assert_eq!(pane.on_mouse(click(0, 0), area, cx), Handled::No);
        let cx = Cx { cross: Some(cross), ..*cx };
        let buf = drawn(&mut pane, 60, 20, &cx);
        assert_eq!(buf[(x, y)].symbol(), "◆");
        assert!(lines(&buf).contains("off the line"), "{}", lines(&buf));
        assert_eq!(pane.on_command(Command::Cancel, 1, &cx), Handled::Run(Action::Cross(None)));
    });
}

#[test]
fn what_cannot_be_shown_says_why() {
    let shown = |view: &_, pair| with_pairs(view, &dark(), pair, |cx| lines(&drawn(&mut ScatterPane::default(), 60, 14, cx)));
    let choice = PairChoice::default();
    assert!(shown(&three(60), choice).contains("60 of 100 bars"));
    assert!(shown(&closes(&[("BTCUSDT", vec![1.0; 50])], NOON), choice).contains("a pair takes two symbols"));
    let apart = closes(&[("BTCUSDT", vec![1.0, f64::NAN]), ("ETHUSDT", vec![f64::NAN, 1.0])], NOON);
    assert!(shown(&apart, choice).contains("no closed bar of 1m in common"));
    let still = closes(&[("BTCUSDT", vec![5.0; 200]), ("ETHUSDT", (1..=200).map(f64::from).collect())], NOON);
    assert!(shown(&still, choice).contains("no line: x did not change"), "{}", shown(&still, choice));
}

#[test]
fn it_draws_in_any_room_and_without_colours() {
    let view = three(130);
    for theme in [dark(), light(), mono(), Theme { ascii: true, ..dark() }] {
        with_pairs(&view, &theme, PairChoice::default(), |cx| {
            let cross = cx.pair().unwrap().course().get(90).map(|point| Cross { at: point.at, price: None });
            let cx = Cx { cross, ..*cx };
            for (width, height) in [(1, 1), (12, 3), (20, 4), (29, 6), (30, 6), (60, 16), (198, 58), (300, 90)] {
                let text = lines(&drawn(&mut ScatterPane::default(), width, height, &cx));
                assert!(!theme.ascii || text.is_ascii(), "{text}");
            }
        });
    }
}
