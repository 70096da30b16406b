use super::*;
use crate::domain::{BarSpec, Timeframe};
use crate::drive::view::View;
use crate::ui::panes::fixtures::{NOON, dark, drawn, lines, market, mono, symbol, walk, with_cx};
use crate::ui::panes::trading_fixture::trading;
use crate::ui::theme::Theme;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn view() -> View {
    trading(market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON))
}

#[test]
fn the_users_own_come_first_and_what_matters_least_goes_first() {
    let view = view();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = PositionsPane::default();
        let shown: Vec<String> = [110, 60, 30].into_iter().map(|width| lines(&drawn(&mut pane, width, 4, cx))).collect();
        insta::assert_snapshot!(shown.join("\n"));
        assert_eq!(pane.shown[0].0.as_ref(), MANUAL);
        // 0.5 × 20 and −0.1 × 5.
        assert_eq!(pane.title(cx).to_string(), "Positions 2 +9.50");
    });
}

#[test]
fn keys_close_turn_round_and_open_a_ticket_that_closes() {
    let view = view();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = PositionsPane::default();
        drawn(&mut pane, 80, 5, cx);
        let trade = |act| Handled::Run(Action::Trade(act));
        let (manual, strategy): (Arc<str>, Arc<str>) = (MANUAL.into(), "ma_cross".into());
        assert_eq!(pane.on_command(Command::PositionClose, 1, cx), trade(TradeAct::Flatten(Some(manual), Some(symbol()))));
        let ticket = TradeAct::Ticket { symbol: Some(symbol()), side: Side::Sell, price: None };
        let both = Handled::Run(Action::All(vec![Action::Select(symbol()), Action::Trade(ticket)]));
        assert_eq!(pane.on_command(Command::ListSelect, 1, cx), both);
        assert_eq!(pane.on_command(Command::ListDown, 1, cx), Handled::Yes);
        assert_eq!(pane.on_command(Command::PositionReverse, 1, cx), trade(TradeAct::Reverse(Some(strategy), Some(symbol()))));
    });
    // What has gone since it was drawn is not acted upon.
    let mut pane = PositionsPane::default();
    with_cx(&view, &dark(), M1, |cx| drop(drawn(&mut pane, 80, 5, cx)));
    let mut gone = view;
    gone.snapshot.trading = crate::engine::TradingView::default();
    with_cx(&gone, &dark(), M1, |cx| {
        assert_eq!(pane.on_command(Command::PositionClose, 1, cx), Handled::Yes);
        assert!(lines(&drawn(&mut pane, 60, 4, cx)).contains("no open position; p turns paper trading on"));
    });
}

#[test]
fn it_is_drawn_without_unicode_at_any_size() {
    let view = view();
    let theme = Theme { ascii: true, ..mono() };
    with_cx(&view, &theme, M1, |cx| {
        for (width, height) in [(1, 1), (9, 2), (30, 3), (140, 8)] {
            assert!(lines(&drawn(&mut PositionsPane::default(), width, height, cx)).is_ascii());
        }
    });
}
