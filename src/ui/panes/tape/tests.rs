use super::*;
use crate::domain::{BarSpec, Nanos, Price, Qty, Timeframe};
use crate::drive::view::View;
use crate::ui::panes::fixtures::{NOON, dark, drawn, empty_symbol, lines, mono, price, trades as some_trades, view_of, with_cx};
use proptest::prelude::*;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn view(count: usize) -> View {
    let mut symbol = empty_symbol();
    symbol.trades = some_trades(count, price("61800"), NOON);
    view_of(symbol, NOON)
}

fn picture(view: &View, pane: &mut TapePane, size: (u16, u16)) -> String {
    with_cx(view, &dark(), M1, |cx| lines(&drawn(pane, size.0, size.1, cx)))
}

#[test]
fn newest_on_top() {
    insta::assert_snapshot!(picture(&view(400), &mut TapePane::new(), (44, 12)));
}

#[test]
fn columns_fold_as_it_gets_narrow() {
    let view = view(400);
    let first = |width| picture(&view, &mut TapePane::new(), (width, 4)).lines().nth(1).unwrap_or("").to_owned();
    insta::assert_snapshot!([40, 30, 26, 18, 10, 5].map(first).join("\n"));
}

#[test]
fn scrolling_pauses_until_it_follows_again() {
    let mut pane = TapePane::new();
    let before = view(400);
    picture(&before, &mut pane, (44, 12));
    with_cx(&before, &dark(), M1, |cx| pane.on_command(Command::ListDown, 7, cx));
    let paused = picture(&before, &mut pane, (44, 12));
    assert!(paused.lines().next().unwrap().contains("paused · 7 newer · End follows"), "{paused}");
    // More trades do not move what is being read.
    let mut after = before.clone();
    for trade in some_trades(50, price("61900"), NOON).iter() {
        after.snapshot.symbols[0].trades.push(*trade);
    }
    let later = picture(&after, &mut pane, (44, 12));
    assert!(paused.lines().skip(1).eq(later.lines().skip(1)));
    assert!(later.contains("57 newer"));
    with_cx(&after, &dark(), M1, |cx| pane.on_command(Command::ListBottom, 1, cx));
    assert_eq!(picture(&after, &mut pane, (44, 12)), picture(&after, &mut TapePane::new(), (44, 12)));
    // A jump back in a replay leaves fewer trades than the place that was paused at.
    with_cx(&after, &dark(), M1, |cx| pane.on_command(Command::ListDown, 2, cx));
    assert!(!picture(&view(20), &mut pane, (44, 12)).contains("paused"));
}

#[test]
fn says_why_it_is_empty() {
    assert!(picture(&view_of(empty_symbol(), NOON), &mut TapePane::new(), (44, 3)).contains("no trades yet"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn any_trades_can_be_drawn_at_any_size(units in proptest::collection::vec((any::<i64>(), any::<i64>(), any::<i64>()), 1..80), width in 0_u16..=200, height in 0_u16..=60, ascii: bool, moves in proptest::collection::vec(-90_i64..90, 0..5)) {
        let mut view = view(1);
        for (at, price, qty) in units {
            view.snapshot.symbols[0].trades.push(TapeTrade { at: Nanos(at), ex: None, price: Price::from_units(price), qty: Qty::from_units(qty), side: crate::domain::Side::Sell });
        }
        let theme = crate::ui::theme::Theme { ascii, ..mono() };
        with_cx(&view, &theme, M1, |cx| {
            let mut pane = TapePane::new();
            for rows in moves {
                let command = if rows < 0 { Command::ListUp } else { Command::ListDown };
                pane.on_command(command, rows.unsigned_abs() as u32, cx);
                let text = lines(&drawn(&mut pane, width, height, cx));
                assert!(!ascii || text.is_ascii(), "{text}");
            }
            drawn(&mut pane, width, height, cx);
        });
    }
}
