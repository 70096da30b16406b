use crate::app::commands::Command;
use crate::app::link::Cross;
use crate::app::trading::TradeAct;
use crate::domain::{BarSpec, MANUAL, Nanos, Side, Timeframe};
use crate::drive::view::View;
use crate::ui::pane::{Action, Handled, Pane as _};
use crate::ui::panes::chart::ChartPane;
use crate::ui::panes::fixtures::{dark, drawn, lines, market, mono, symbol, walk, with_cx};
use crate::ui::panes::trading_fixture::{beside, trading};
use crate::ui::theme::Theme;

const NOW: Nanos = Nanos::from_secs(1_723_158_000 + 1_818);
const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn view() -> View {
    trading(market(walk(120, Timeframe::M1, NOW), Timeframe::M1, NOW))
}

#[test]
fn fills_orders_the_position_and_signals_are_drawn_and_can_be_hidden() {
    let view = view();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = ChartPane::new();
        let shown = lines(&drawn(&mut pane, 110, 34, cx));
        insta::assert_snapshot!(shown);
        // What was bought and what was sold differ by more than a colour, what rested by more than both.
        for glyph in ['▲', '△', '▼', '↑', '↓', '×'] {
            assert!(shown.contains(glyph), "{glyph} in\n{shown}");
        }
        assert_eq!(pane.on_command(Command::ChartTrading, 1, cx), Handled::Yes);
        let hidden = lines(&drawn(&mut pane, 110, 34, cx));
        assert!(!hidden.contains("long 0.5") && !hidden.contains('△'), "{hidden}");
        assert!(pane.title(cx).to_string().ends_with("trading hidden"));
        // It is kept with the layout, and only then.
        let mut again = ChartPane::new();
        assert!(!again.settings().contains_key("trading"));
        again.restore(&pane.settings());
        assert!(!lines(&drawn(&mut again, 110, 34, cx)).contains("long 0.5"));
    });
}

#[test]
fn a_tag_changes_its_order_and_the_crosshair_opens_a_ticket() {
    let view = view();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = ChartPane::new();
        drawn(&mut pane, 110, 60, cx);
        let line = pane.lines.iter().find(|line| line.order.is_some()).cloned().unwrap();
        let (account, id) = line.order.unwrap();
        assert_eq!(*account, *MANUAL);
        let handled = pane.edit_alert(line.row);
        let first = pane.lines.iter().filter(|other| other.row == line.row).find_map(|other| other.order.clone());
        assert_eq!(first, Some((account.clone(), id)));
        assert_eq!(handled, Handled::Run(Action::Trade(TradeAct::Amend(account, id))));
        let last = cx.symbol_view().unwrap().last_price().unwrap();
        for (ticks, side) in [(300, Side::Sell), (-300, Side::Buy)] {
            let price = beside(last, ticks);
            let cx = crate::ui::pane::Cx { cross: Some(Cross { at: NOW - Nanos::from_secs(300), price: Some(price) }), ..*cx };
            drawn(&mut pane, 110, 60, &cx);
            let ticket = TradeAct::Ticket { symbol: Some(symbol()), side, price: Some(price) };
            assert_eq!(pane.on_command(Command::ChartOrder, 1, &cx), Handled::Run(Action::Trade(ticket)));
        }
    });
}

#[test]
fn it_is_drawn_without_unicode_at_any_size() {
    let view = view();
    let theme = Theme { ascii: true, ..mono() };
    with_cx(&view, &theme, M1, |cx| {
        for (width, height) in [(12, 3), (36, 8), (110, 34)] {
            let shown = lines(&drawn(&mut ChartPane::new(), width, height, cx));
            assert!(shown.is_ascii(), "{shown}");
        }
    });
}
