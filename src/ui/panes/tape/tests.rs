use super::*;
use crate::domain::{BarSpec, Nanos, Price, Qty, Side, Timeframe};
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

fn run(pane: &mut TapePane, view: &View, commands: &[Command]) {
    with_cx(view, &dark(), M1, |cx| {
        for command in commands {
            pane.on_command(*command, 1, cx);
        }
    });
}

#[test]
fn only_what_is_large_enough_is_shown() {
    let view = view(400);
    let mut pane = TapePane::new();
    run(&mut pane, &view, &[Command::TapeLarger, Command::TapeLarger, Command::TapeLarger, Command::TapeLarger]);
    with_cx(&view, &dark(), M1, |cx| {
        assert_eq!(pane.title(cx).to_string(), "Trades ≥ 10.0K USDT by order");
        assert!(pane.on_line(Command::TapeMinimum, "lots", cx).is_err());
        assert!(pane.on_line(Command::TapeMinimum, "10x", cx).is_err());
        assert_eq!(pane.on_line(Command::TapeMinimum, "2.5", cx), Ok(Handled::Yes));
    });
    let text = picture(&view, &mut pane, (60, 30));
    let sizes: Vec<f64> =
        text.lines().skip(2).filter_map(|line| line.split_whitespace().nth(2)?.trim_end_matches('◆').parse().ok()).collect();
    assert!(sizes.len() > 10 && sizes.iter().all(|size| *size >= 2.5), "{text}");
    with_cx(&view, &dark(), M1, |cx| pane.on_line(Command::TapeMinimum, "90", cx)).unwrap();
    assert!(picture(&view, &mut pane, (70, 12)).contains("no trade of 90 BTC yet (- shows smaller ones)"));
    // Steps go back to showing all.
    with_cx(&view, &dark(), M1, |cx| pane.on_line(Command::TapeMinimum, "$1k", cx)).unwrap();
    run(&mut pane, &view, &[Command::TapeSmaller]);
    assert_eq!(picture(&view, &mut pane, (44, 12)), picture(&view, &mut TapePane::new(), (44, 12)));
}

/// A buyer's order that took three levels, and a seller's that took one.
fn orders() -> View {
    let mut view = view(1);
    let symbol = &mut view.snapshot.symbols[0];
    for (millis, price_text, size, side) in [
        (100, "61800.1", "0.5", Side::Buy),
        (100, "61800.4", "0.25", Side::Buy),
        (100, "61801.0", "1.25", Side::Buy),
        (100, "61800.0", "0.125", Side::Sell),
        (1_200, "61799.5", "3", Side::Sell),
    ] {
        let at = NOON + Nanos::from_millis(millis);
        symbol.trades.push(TapeTrade { at, ex: Some(at), price: price(price_text), qty: size.parse().unwrap(), side });
    }
    view.session.now = NOON + Nanos::from_millis(2_300);
    view
}

#[test]
fn an_orders_prints_are_one_row_that_says_so() {
    let view = orders();
    let mut pane = TapePane::new();
    let text = picture(&view, &mut pane, (80, 12));
    insta::assert_snapshot!(text);
    assert!(text.contains("×3") && text.contains("+0.9"));
    run(&mut pane, &view, &[Command::TapeMerge]);
    let single = picture(&view, &mut pane, (80, 12));
    assert_eq!(single.lines().count() - text.lines().count(), 0);
    assert!(!single.contains('×') && single.matches('▲').count() + single.matches('▼').count() == 6, "{single}");
    with_cx(&view, &dark(), M1, |cx| assert_eq!(pane.title(cx).to_string(), "Trades"));
}

#[test]
fn each_seconds_delta_stands_once() {
    let view = orders();
    let text = picture(&view, &mut TapePane::new(), (80, 12));
    // 2 bought and 0.125 sold in the first second besides the first trade; 3 sold in the next.
    assert_eq!(text.matches("-3.00").count(), 1, "{text}");
    assert!(text.contains("sell"), "{text}");
    let mut pane = TapePane::new();
    run(&mut pane, &view, &[Command::TapeDelta]);
    assert!(!picture(&view, &mut pane, (80, 12)).contains("Δ 1s"));
}

#[test]
fn liquidations_are_marked() {
    let mut view = orders();
    let order = crate::domain::Liquidation { side: Side::Sell, price: price("61799.9"), qty: "0.75".parse().unwrap(), ex: None };
    view.snapshot.symbols[0].liquidations.push((NOON + Nanos::from_millis(2_000), order));
    let mut pane = TapePane::new();
    assert!(picture(&view, &mut pane, (44, 12)).contains("0.750L"));
    run(&mut pane, &view, &[Command::TapeLiquidations]);
    assert!(!picture(&view, &mut pane, (44, 12)).contains("0.750"));
}

#[test]
fn large_trades_have_a_mark_besides_the_colour() {
    let view = orders();
    let mut pane = TapePane::new();
    with_cx(&view, &dark(), M1, |cx| pane.on_line(Command::TapeLarge, "2", cx)).unwrap();
    let text = picture(&view, &mut pane, (44, 12));
    assert!(text.contains("3.000◆") && text.contains("2.000◆") && text.matches('◆').count() == 2, "{text}");
}

#[test]
fn what_was_chosen_comes_back() {
    let view = orders();
    let mut pane = TapePane::new();
    with_cx(&view, &dark(), M1, |cx| {
        pane.on_line(Command::TapeLarge, "$100k", cx).unwrap();
        pane.on_line(Command::TapeMinimum, "0.2", cx).unwrap();
    });
    run(&mut pane, &view, &[Command::TapeMerge, Command::TapeDelta]);
    let mut other = TapePane::new();
    other.restore(&pane.settings());
    assert_eq!(other.settings(), pane.settings());
    assert_eq!(picture(&view, &mut other, (80, 12)), picture(&view, &mut pane, (80, 12)));
    other.restore(&"minimum = 5\nlarge = \"?\"\nmerge = 3".parse().unwrap());
    assert_eq!(other.settings(), pane.settings(), "what makes no sense changes nothing");
}

#[test]
fn a_click_points_the_linked_crosshair() {
    let view = orders();
    let mut pane = TapePane::new();
    picture(&view, &mut pane, (44, 12));
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 3,
        row: 2,
        modifiers: crossterm::event::KeyModifiers::NONE,
    };
    let handled = with_cx(&view, &dark(), M1, |cx| pane.on_mouse(click, Rect::new(0, 0, 44, 12), cx));
    assert_eq!(handled, Handled::Run(Action::Cross(Some(Cross { at: NOON, price: Some(price("61799.5")) }))));
}
