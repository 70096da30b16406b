//! Alerts on a chart: the prices they wait for as dashed lines with a tag on the axis, and where they fired.

use super::layout::Layout;
use super::viewport::{Columns, Zoom};
use crate::bars::BarView;
use crate::domain::{AlertId, Price};
use crate::ui::pane::Cx;
use crate::ui::panes::levels::{self, Mood};
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::scale::PriceScale;
use ratatui::buffer::Buffer;

/// The tag of a row's levels on the price axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tag {
    /// The row, from the top of the plot.
    pub row: u16,
    /// The first level's price.
    pub price: Price,
    /// How that alert stands.
    pub mood: Mood,
    /// That alert; none for one that is being written.
    pub id: Option<AlertId>,
    /// Levels in this row.
    pub count: u16,
}

/// A chart laid out, for its alerts to be drawn on.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    pub zoom: Zoom,
    pub scale: PriceScale,
    pub view: &'a BarView,
}

impl Sheet<'_> {
    /// Draws the lines where nothing is drawn yet; fills in their tags. Of levels out of view it says how many there are.
    pub fn draw_levels(&self, tags: &mut Vec<Tag>, buf: &mut Buffer, cx: &Cx<'_>) {
        tags.clear();
        let (plot, theme) = (self.layout.plot, cx.theme);
        let (mut above, mut below) = (0, 0);
        for level in levels::levels(cx) {
            let Some(row) = self.scale.row(level.price) else {
                let side = if self.scale.y_beyond(level.price) < 0.0 { &mut above } else { &mut below };
                *side += u16::from(level.mood != Mood::Aside);
                continue;
            };
            let tag = Tag { row, price: level.price, mood: level.mood, id: level.id, count: 1 };
            match tags.last_mut().filter(|tag| tag.row == row) {
                Some(known) => {
                    let count = known.count.saturating_add(1);
                    *known = Tag { count, ..if tag.mood < known.mood { tag } else { *known } };
                }
                None => tags.push(tag),
            }
        }
        let glyph = if theme.ascii { '-' } else { '─' };
        for tag in tags.iter() {
            let gap = if tag.mood == Mood::Aside { 1 } else { 2 };
            for x in plot.left()..plot.right() {
                if (x - plot.left()) % 3 < gap {
                    put_under(buf, x, plot.y + tag.row, glyph, tag.mood.style(theme));
                }
            }
        }
        let (up, down) = if theme.ascii { ('^', 'v') } else { ('↑', '↓') };
        let mark = levels::mark(theme);
        let mut beyond = |count: u16, arrow: char, y: u16| {
            if count > 0 && plot.height > 2 {
                paint::text_right(buf, plot.right(), y, plot.width, &format!("{arrow}{count}{mark}"), theme.alert);
            }
        };
        beyond(above, up, plot.y);
        // The last row is for how far behind the chart is.
        beyond(below, down, plot.bottom().saturating_sub(2));
    }

    /// Marks where alerts of the symbol fired.
    pub fn draw_firings(&self, buf: &mut Buffer, cx: &Cx<'_>) {
        let (plot, firings) = (self.layout.plot, &cx.view.snapshot.alerts.firings);
        let Some(begin) = self.columns.bars.first().map(|column| column.bar.start) else { return };
        for index in (0..firings.len()).rev() {
            let Some(firing) = firings.get(index).filter(|firing| firing.at >= begin) else { return };
            let column = self.columns.holds(self.view, firing.at).and_then(|at| self.columns.bars.get(at));
            let row = firing.price.and_then(|price| self.scale.row(price));
            if let (Some(column), Some(row), true) = (column, row, cx.symbol == Some(firing.symbol)) {
                let x = plot.x + column.x + self.zoom.body / 2;
                put(buf, x, plot.y + row, levels::mark(cx.theme), cx.theme.alert);
            }
        }
    }
}

/// Draws a tag on the price axis: the mark of an alert, or how many there are, and the price.
pub(super) fn draw_tag(buf: &mut Buffer, layout: &Layout, tag: &Tag, text: &str, cx: &Cx<'_>) {
    let area = layout.prices;
    let (y, style) = (area.y + tag.row, tag.mood.style(cx.theme));
    let glyph = match tag.count {
        2..=9 => char::from_digit(u32::from(tag.count), 10).unwrap_or('+'),
        10.. => '+',
        _ => levels::mark(cx.theme),
    };
    put(buf, area.x, y, glyph, style);
    paint::text_right(buf, area.right(), y, area.width.saturating_sub(1), text, style);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::parse;
    use crate::app::alerts::AlertAct;
    use crate::app::commands::Command;
    use crate::app::link::Cross;
    use crate::domain::{Alert, AlertState, BarSpec, Channels, Nanos, Origin, Phase, Rearm, Symbol, Timeframe};
    use crate::drive::view::View;
    use crate::engine::AlertView;
    use crate::ui::pane::{Action, Handled, Pane as _};
    use crate::ui::panes::chart::ChartPane;
    use crate::ui::panes::fixtures::{dark, drawn, market, mono, symbol, walk, with_cx};
    use crate::ui::theme::Theme;
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    use std::sync::Arc;

    const NOW: Nanos = Nanos::from_secs(1_723_158_000 + 1_818);
    const M1: BarSpec = BarSpec::Time(Timeframe::M1);

    fn known(id: AlertId, of: Symbol, expr: &str) -> AlertView {
        let (deliver, origin) = (Channels::NONE, Origin::User);
        let (expr, note) = (expr.to_owned(), String::new());
        let alert = Alert { id, symbol: of, expr, rearm: Rearm::Auto, deliver, note, paused: false, origin };
        AlertView {
            state: AlertState::default(),
            pending: None,
            truth: None,
            expression: parse(&alert.expr).map_err(|error| error.to_string().into()),
            symbol: of,
            values: Vec::new(),
            alert: Arc::new(alert),
        }
    }

    /// A market with levels at its last price and so many ticks of 0.1 beside it.
    fn levelled(ticks: &[(i64, Phase)]) -> (View, Price) {
        let mut view = market(walk(120, Timeframe::M1, NOW), Timeframe::M1, NOW);
        let last = view.snapshot.symbols[0].last_price().unwrap();
        view.snapshot.alerts.list = ticks
            .iter()
            .zip(1..)
            .map(|((ticks, phase), id)| {
                let mut alert = known(id, symbol(), &format!("price > {}", Price::from_units(last.units() + ticks * 10_000_000)));
                alert.state.phase = *phase;
                alert
            })
            .collect();
        (view, last)
    }

    fn click(x: u16, y: u16) -> MouseEvent {
        MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: x, row: y, modifiers: KeyModifiers::NONE }
    }

    #[test]
    fn a_tag_opens_its_alert_and_the_crosshair_on_its_line_too() {
        let (view, last) = levelled(&[(200, Phase::Armed), (-30_000, Phase::Armed), (30_000, Phase::Done)]);
        with_cx(&view, &dark(), M1, |cx| {
            let mut pane = ChartPane::new();
            drawn(&mut pane, 100, 30, cx);
            let area = ratatui::layout::Rect::new(0, 0, 100, 30);
            assert_eq!(pane.tags.iter().map(|tag| tag.id).collect::<Vec<_>>(), [Some(1)], "the others are out of view");
            let row = pane.layout.prices.y + pane.tags[0].row;
            let edit = Handled::Run(Action::Alert(AlertAct::Edit(1)));
            assert_eq!(pane.on_mouse(click(pane.layout.prices.x + 2, row), area, cx), edit);
            assert_eq!(pane.on_mouse(click(pane.layout.prices.x + 2, row + 1), area, cx), Handled::No);
            assert_eq!(pane.on_command(Command::ChartAlert, 1, cx), Handled::No, "nothing is pointed at");
            let price = Price::from_units(last.units() + 200 * 10_000_000);
            let cross = Some(Cross { at: NOW - Nanos::from_secs(600), price: Some(price) });
            let cx = &Cx { cross, ..*cx };
            drawn(&mut pane, 100, 30, cx);
            assert_eq!(pane.on_command(Command::ChartAlert, 1, cx), edit);
            // An alert that is set there waits for that price from the side the market is on.
            assert_eq!(pane.alert(cx), Some((symbol(), format!("price crosses above {price}"))));
        });
    }

    #[test]
    fn lines_are_drawn_of_the_symbol_alone_and_of_what_is_being_written() {
        let theme = Theme { ascii: true, ..mono() };
        let (mut view, last) = levelled(&[(200, Phase::Armed)]);
        view.snapshot.alerts.list.push(known(2, Symbol::new("OTHER").unwrap(), &format!("price > {last}")));
        let marks = |view: &View| {
            with_cx(view, &theme, M1, |cx| {
                let mut pane = ChartPane::new();
                let buf = drawn(&mut pane, 100, 30, cx);
                let prices = pane.layout.prices;
                let column = (prices.top()..prices.bottom()).map(|y| buf[(prices.x, y)].symbol().to_owned());
                column.filter(|glyph| glyph == "!" || glyph == "2").collect::<String>()
            })
        };
        assert_eq!(marks(&view), "!");
        view.snapshot.alerts.draft =
            Some(known(0, symbol(), &format!("price > {}", Price::from_units(last.units() + 2_000_000_000))));
        assert_eq!(marks(&view), "2", "two of a price share a tag");
        view.snapshot.alerts.draft =
            Some(known(0, symbol(), &format!("price > {}", Price::from_units(last.units() + 5_000_000_000))));
        assert_eq!(marks(&view), "!!");
    }
}
