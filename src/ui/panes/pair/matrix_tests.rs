#![allow(clippy::unwrap_used)]

use super::*;
use crate::app::pairs::PairChoice;
use crate::domain::LinkState;
use crate::drive::view::View;
use crate::ui::panes::fixtures::{Dice, NOON, closes, dark, drawn, light, lines, mono, three, with_pairs};
use crate::ui::theme::Depth;

/// So many symbols that go with the first more or less.
fn many(count: usize, minutes: usize) -> View {
    let mut dice = Dice(5);
    let common: Vec<f64> = (0..minutes).map(|_| (dice.roll() - 0.5) * 0.01).collect();
    let names: Vec<String> = (0..count).map(|i| format!("A{i}USDT")).collect();
    let all: Vec<(&str, Vec<f64>)> = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let (mut price, lean) = (100.0 + i as f64, 1.0 - i as f64 / count as f64 * 2.0);
            let mut next = |step: &f64| {
                price *= 1.0 + step * lean + (dice.roll() - 0.5) * 0.004;
                price
            };
            (name.as_str(), common.iter().map(&mut next).collect())
        })
        .collect();
    closes(&all, NOON)
}

fn click(column: u16, row: u16) -> MouseEvent {
    MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column, row, modifiers: KeyModifiers::NONE }
}

#[test]
fn figures_are_short() {
    for (corr, text) in [(0.834, ".83"), (-0.834, "−.83"), (1.0, "1.0"), (-0.9999, "−1.0"), (0.001, ".00"), (-0.001, ".00")] {
        assert_eq!(figure(corr, false), text);
    }
}

#[test]
fn it_shows_every_pair_with_its_figure_and_marks_the_one_that_is_shown() {
    let view = three(160);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut pane = MatrixPane::default();
        let buf = drawn(&mut pane, 60, 9, cx);
        insta::assert_snapshot!(lines(&buf));
        let corr = cx.pair_table().unwrap().matrix().cell(1, 0).unwrap().corr.unwrap();
        assert_eq!(lines(&buf).matches(&figure(corr, false)).count(), 2, "both sides of the diagonal");
        assert_eq!(pane.title(cx).to_string(), "Correlations 3 symbols 1m 100");
    });
}

#[test]
fn the_cursor_and_a_click_choose_a_pair_row_against_column() {
    let view = three(160);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let [btc, eth, sol] = ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map(|name| Symbol::new(name).unwrap());
        let mut pane = MatrixPane::default();
        drawn(&mut pane, 60, 12, cx);
        assert_eq!(pane.on_command(Command::ListSelect, 1, cx), Handled::Run(Action::Pair(eth, btc)), "the pair that is shown");
        pane.on_command(Command::ListDown, 1, cx);
        pane.on_command(Command::MatrixRight, 1, cx);
        assert_eq!(pane.on_command(Command::ListSelect, 1, cx), Handled::Run(Action::Pair(sol, eth)));
        pane.on_command(Command::MatrixRight, 9, cx);
        assert_eq!(pane.on_command(Command::ListSelect, 1, cx), Handled::Yes, "no symbol makes a pair with itself");
        let grid = pane.grid;
        let at = click(grid.area.x + 2 * grid.width + 1, grid.area.y);
        assert_eq!(pane.on_mouse(at, Rect::default(), cx), Handled::Run(Action::Pair(btc, sol)));
        pane.on_filter("sol");
        let text = lines(&drawn(&mut pane, 60, 12, cx));
        assert!(text.lines().nth(1).unwrap_or_default().len() < 60 && pane.rows == [sol], "{text}");
        assert_eq!(pane.on_command(Command::Cancel, 1, cx), Handled::Yes);
        assert_eq!(pane.on_command(Command::ChartFit, 1, cx), Handled::No);
    });
}

#[test]
fn more_symbols_than_fit_scroll_with_the_cursor() {
    let view = many(40, 130);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut pane = MatrixPane::default();
        let text = lines(&drawn(&mut pane, 60, 20, cx));
        assert!(text.contains("rows 1-17 of 40; columns 1-"), "{text}");
        pane.on_command(Command::ListBottom, 1, cx);
        pane.on_command(Command::MatrixRight, 100, cx);
        let text = lines(&drawn(&mut pane, 60, 20, cx));
        assert!(text.contains("rows 24-40 of 40") && text.contains("A39"), "{text}");
        assert!(text.lines().all(|line| paint::cells(line) <= 60));
    });
}

#[test]
fn what_is_missing_or_old_is_told_apart() {
    let mut short = vec![f64::NAN; 150];
    (100..150).for_each(|i| short[i] = 10.0 + (i % 9) as f64);
    let walk = |seed| {
        let mut dice = Dice(seed);
        (0..150).map(|_| 100.0 + dice.roll()).collect::<Vec<f64>>()
    };
    let mut view = closes(&[("BTCUSDT", walk(1)), ("ETHUSDT", walk(2)), ("NEWUSDT", short), ("FLATUSDT", vec![1.0; 150])], NOON);
    let shown = |view: &View| {
        with_pairs(view, &dark(), PairChoice::default(), |cx| {
            let mut pane = MatrixPane::default();
            drawn(&mut pane, 100, 9, cx);
            pane.on_command(Command::ListBottom, 1, cx);
            (lines(&drawn(&mut pane, 100, 9, cx)), pane.title(cx).to_string())
        })
    };
    let (text, _) = shown(&view);
    assert!(text.contains("3 pairs have fewer"), "{text}");
    assert!(text.contains("FLATUSDT/BTCUSDT  no correlation: one did not change"), "{text}");
    view.snapshot.symbols[0].trades_link = LinkState::Down;
    assert!(shown(&view).1.ends_with("1 stale"), "{}", shown(&view).1);
    let one = closes(&[("BTCUSDT", walk(1))], NOON);
    assert!(shown(&one).0.contains("a pair takes two symbols"));
    let apart = closes(&[("BTCUSDT", vec![1.0, f64::NAN]), ("ETHUSDT", vec![f64::NAN, 1.0])], NOON);
    assert!(shown(&apart).0.contains("0 of 100 common bars"), "{}", shown(&apart).0);
}

#[test]
fn it_draws_in_any_room_and_without_colours() {
    let views = [three(130), many(30, 110)];
    for theme in [dark(), light(), mono(), Theme { ascii: true, ..dark() }, Theme { depth: Depth::Sixteen, ..dark() }] {
        for view in &views {
            with_pairs(view, &theme, PairChoice::default(), |cx| {
                let mut pane = MatrixPane::default();
                for (width, height) in [(1, 1), (12, 3), (13, 5), (24, 6), (52, 30), (60, 16), (118, 44), (300, 90)] {
                    let text = lines(&drawn(&mut pane, width, height, cx));
                    assert!(!theme.ascii || text.is_ascii(), "{text}");
                    assert!(width < 24 || text.contains(" ."), "figures without colours: {text}");
                }
            });
        }
    }
}
