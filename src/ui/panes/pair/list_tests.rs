#![allow(clippy::unwrap_used)]

use super::*;
use crate::app::pairs::{PairChoice, Pairs};
use crate::domain::{LinkState, Timeframe};
use crate::drive::view::View;
use crate::ui::panes::fixtures::{Dice, NOON, closes, dark, drawn, light, lines, mono, three, with_pairs};
use crossterm::event::KeyModifiers;

fn shown(view: &View, pane: &mut PairsPane, width: u16, height: u16) -> String {
    with_pairs(view, &dark(), PairChoice::default(), |cx| lines(&drawn(pane, width, height, cx)))
}

/// Many wandering symbols.
fn many(count: usize, minutes: usize) -> View {
    let mut dice = Dice(9);
    let names: Vec<String> = (0..count).map(|i| format!("S{i}USDT")).collect();
    let all: Vec<(&str, Vec<f64>)> = names
        .iter()
        .map(|name| {
            let mut price = 100.0;
            let mut next = || {
                price += dice.roll() - 0.5;
                price
            };
            (name.as_str(), (0..minutes).map(|_| next()).collect())
        })
        .collect();
    closes(&all, NOON)
}

#[test]
fn pairs_are_ranked_and_the_best_stand_out() {
    let view = three(300);
    let mut pair = PairChoice::default();
    (pair.setup.entry, pair.setup.stop) = (0.5, 9.0);
    with_pairs(&view, &dark(), pair, |cx| {
        let mut pane = PairsPane::default();
        let buf = drawn(&mut pane, 78, 6, cx);
        insta::assert_snapshot!(lines(&buf));
        assert_eq!(pane.title(cx).to_string(), "Pairs 3 by cointegration 1m ols 100");
        let text = lines(&buf);
        assert!(text.lines().nth(1).unwrap().starts_with("▸★ETHUSDT/BTCUSDT"), "{text}");
        assert_eq!(text.matches('★').count(), 1, "far out but not cointegrated: {text}");
    });
    let text = shown(&view, &mut PairsPane::default(), 45, 6);
    assert!(text.lines().nth(1).unwrap().starts_with("▸ ETH/BTC "), "short names where room is short: {text}");
}

#[test]
fn it_is_sorted_filtered_and_kept() {
    let view = many(6, 150);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut pane = PairsPane::default();
        let figures = |pane: &mut PairsPane| -> Vec<f64> {
            drawn(pane, 80, 20, cx);
            let table = cx.pair_table().unwrap();
            let ranked = table.ranking().ranked(SortBy::Name);
            let of = |pair: &(Symbol, Symbol)| ranked.iter().find(|other| (other.y, other.x) == *pair).unwrap().figures.unwrap();
            pane.shown.iter().filter_map(|pair| figure(&of(pair), pane.sort)).collect()
        };
        assert!(figures(&mut pane).is_sorted() && pane.shown.len() == 15);
        let at = pane.shown[4];
        (0..4).for_each(|_| {
            pane.on_command(Command::ListDown, 1, cx);
        });
        pane.on_command(Command::ListSort, 1, cx);
        let zs = figures(&mut pane);
        assert!(zs.windows(2).all(|pair| pair[0].abs() >= pair[1].abs()), "{zs:?}");
        assert_eq!(pane.shown[pane.list.cursor], at, "the cursor stays on its pair");
        pane.on_command(Command::ListReverse, 1, cx);
        let zs = figures(&mut pane);
        assert!(zs.windows(2).all(|pair| pair[0].abs() <= pair[1].abs()), "{zs:?}");
        let mut again = PairsPane::default();
        again.restore(&pane.settings());
        assert_eq!((again.sort, again.reversed), (SortBy::Z, true));
        pane.on_filter("S3USDT/");
        drawn(&mut pane, 80, 20, cx);
        assert_eq!(pane.shown.len(), 3, "{:?}", pane.shown);
        pane.on_filter("nothing");
        assert!(lines(&drawn(&mut pane, 80, 20, cx)).contains("no pair matches"));
    });
}

#[test]
fn enter_and_a_click_show_a_pair_and_a_click_on_a_heading_sorts() {
    let view = many(4, 150);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut pane = PairsPane::default();
        let text = lines(&drawn(&mut pane, 80, 20, cx));
        let (y, x) = pane.shown[0];
        assert_eq!(pane.on_command(Command::ListSelect, 1, cx), Handled::Run(Action::Pair(y, x)));
        let area = Rect::new(0, 0, 80, 20);
        let click = |column, row| MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        };
        let (y, x) = pane.shown[2];
        assert_eq!(pane.on_mouse(click(9, 3), area, cx), Handled::Run(Action::Pair(y, x)));
        let column = text.lines().next().unwrap().chars().position(|c| c == 'ρ').unwrap() as u16;
        assert_eq!(pane.on_mouse(click(column, 0), area, cx), Handled::Yes);
        assert_eq!((pane.sort, pane.reversed), (SortBy::Correlation, false));
        pane.on_mouse(click(column, 0), area, cx);
        assert!(pane.reversed);
        assert_eq!(pane.on_command(Command::ChartFit, 1, cx), Handled::No);
    });
}

#[test]
fn what_is_missing_or_old_says_so_in_its_row() {
    let mut dice = Dice(3);
    let mut walk = |from: usize| (0..200).map(|i| if i < from { f64::NAN } else { 100.0 + dice.roll() }).collect::<Vec<f64>>();
    let (btc, eth, new, none) = (walk(0), walk(0), walk(140), walk(200));
    let names = ["BTCUSDT", "ETHUSDT", "NEWUSDT", "FLATUSDT", "NONEUSDT"];
    let all: Vec<_> = names.into_iter().zip([btc, eth, new, vec![3.0; 200], none]).collect();
    let mut view = closes(&all, NOON);
    let text = shown(&view, &mut PairsPane::default(), 78, 20);
    let row = |text: &str, name: &str| {
        text.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}: {text}")).to_owned()
    };
    assert!(row(&text, "NEWUSDT/BTCUSDT").contains("60 of 100 bars"), "{text}");
    assert!(row(&text, "FLATUSDT/BTCUSDT").contains("y did not change"), "{text}");
    assert!(row(&text, "NONEUSDT/BTCUSDT").contains("of 100 bars"), "{text}");
    assert!(text.lines().nth(1).unwrap().contains("ETHUSDT/BTCUSDT"), "what has figures comes first: {text}");
    view.snapshot.symbols[1].trades_link = LinkState::Down;
    assert!(row(&shown(&view, &mut PairsPane::default(), 78, 20), "ETHUSDT/BTCUSDT").contains("stale"));
    let one = closes(&[("BTCUSDT", vec![1.0; 50])], NOON);
    assert!(shown(&one, &mut PairsPane::default(), 78, 20).contains("a pair takes two symbols"));
}

#[test]
fn many_pairs_are_worked_out_over_many_frames_and_then_nothing_is() {
    let view = many(40, 200);
    let (choice, bars) = (PairChoice::default(), BarSpec::Time(Timeframe::M1));
    let mut pairs = Pairs::default();
    let mut frames = 0;
    loop {
        pairs.keep(std::iter::once((choice, bars, false)), &view);
        pairs.keep_tables(std::iter::once((choice, bars)), &view);
        frames += 1;
        let table = pairs.table(&choice, bars, &view.snapshot).unwrap();
        if !pairs.is_working() {
            assert_eq!(table.progress(), (780, 780));
            break;
        }
        assert!(frames < 800);
    }
    assert!(frames > 20, "{frames}");
    let version = pairs.table(&choice, bars, &view.snapshot).unwrap().version();
    pairs.keep(std::iter::empty(), &view);
    pairs.keep_tables(std::iter::once((choice, bars)), &view);
    assert_eq!(pairs.table(&choice, bars, &view.snapshot).unwrap().version(), version);
    assert!(!pairs.is_working());
}

#[test]
fn it_draws_in_any_room_and_without_colours() {
    let view = many(12, 130);
    for theme in [dark(), light(), mono(), Theme { ascii: true, ..dark() }] {
        with_pairs(&view, &theme, PairChoice::default(), |cx| {
            let mut pane = PairsPane::default();
            for (width, height) in [(1, 1), (8, 2), (20, 5), (30, 5), (45, 10), (52, 16), (118, 38), (300, 90)] {
                let text = lines(&drawn(&mut pane, width, height, cx));
                assert!(!theme.ascii || text.is_ascii(), "{text}");
            }
        });
    }
}
