//! The list of the alerts that are set: what each is doing, what it looks at now, and when it fired.
//!
//! Kept with a layout: `sort` (`set`, `state`, `symbol`, `distance`, `fired`, `last`) and `reverse`.

use super::columns::{self, Longest};
use super::order::{Order, Sort};
use super::rows::Table;
use super::words::{self, Stand};
use crate::app::alerts::AlertAct;
use crate::app::commands::{Command, Scope};
use crate::domain::{AlertId, Origin};
use crate::engine::AlertView;
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::list::ListState;
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::widgets::paint;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use toml::Value;

/// The most lines that say that alerts are not kept.
const NOTE: usize = 3;
/// What an alert can be, for one who has never set one. Each can be typed as it stands.
pub(super) const EXAMPLES: [(&str, &str); 4] = [
    ("price crosses above 65000", "the market gets there"),
    ("price moves 2% in 15m", "it goes fast"),
    ("rsi(14, 5m) < 30", "an indicator is unusual"),
    ("spread > 5 for 10s", "something lasts"),
];

/// The alerts that are set.
#[derive(Debug, Default)]
pub struct AlertsPane {
    list: ListState,
    order: Order,
    /// The numbers of the rows as shown.
    shown: Vec<AlertId>,
    /// Where the headings are, for the mouse.
    headings: Vec<(Rect, Sort)>,
    /// Where the list was drawn.
    listed: Rect,
}

impl AlertsPane {
    /// The alerts that are shown, in their order.
    fn arrange<'a>(&mut self, cx: &Cx<'a>) -> Vec<&'a AlertView> {
        let list = &cx.view.snapshot.alerts.list;
        let mut rows: Vec<&AlertView> = if self.list.title().is_empty() {
            list.iter().collect()
        } else {
            let searched = |view: &AlertView| {
                let words = Stand::of(view, cx.view.snapshot.at).long(cx.view.snapshot.at);
                self.list.shows(&format!("{} {} {} {words}", view.symbol, view.alert.expr, view.alert.note))
            };
            list.iter().filter(|view| searched(view)).collect()
        };
        self.order.sort(&mut rows, cx.view.snapshot.at);
        self.shown.clear();
        self.shown.extend(rows.iter().map(|view| view.alert.id));
        let chosen = super::chosen(cx).map(|view| view.alert.id);
        if let Some(place) = self.shown.iter().position(|id| Some(*id) == chosen) {
            self.list.cursor = place;
        }
        rows
    }

    /// The alert the cursor is on.
    fn at(&self) -> Option<AlertId> {
        self.shown.get(self.list.cursor).copied()
    }

    /// Says which alert the cursor is on.
    fn tell(&self) -> Handled {
        self.at().map_or(Handled::Yes, |id| Handled::Run(Action::Alert(AlertAct::Select(id))))
    }

    /// Takes away the alert the cursor is on, which then is on the one after it.
    fn remove(&self) -> Handled {
        let Some(id) = self.at() else { return Handled::Yes };
        let cursor = self.list.cursor;
        let next = self.shown.get(cursor + 1).or_else(|| self.shown.get(cursor.checked_sub(1)?));
        let mut acts = vec![Action::Alert(AlertAct::Remove(id))];
        acts.extend(next.map(|next| Action::Alert(AlertAct::Select(*next))));
        Handled::Run(Action::All(acts))
    }
}

/// The longest of what is shown.
fn longest(rows: &[&AlertView], cx: &Cx<'_>) -> Longest {
    rows.iter().fold(Longest::default(), |all, view| {
        let alert = &view.alert;
        let channel = |channel| text::width(words::channel(channel)) + 1 + u16::from(words::why_not(channel, cx).is_some());
        Longest {
            symbol: all.symbol.max(text::width(view.symbol.as_str())),
            expression: all.expression.max(text::width(&alert.expr)),
            channels: all.channels.max(alert.deliver.iter().map(channel).sum::<u16>().saturating_sub(1)),
            note: all.note.max(text::width(&alert.note)),
            config: all.config || alert.origin == Origin::Config,
        }
    })
}

impl Pane for AlertsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let list = &cx.view.snapshot.alerts.list;
        let mut spans = vec![Span::raw("Alerts")];
        if !list.is_empty() {
            spans.push(Span::styled(format!(" {}", list.len()), theme.dim));
        }
        let pending = list.iter().filter(|view| matches!(Stand::of(view, cx.view.snapshot.at), Stand::Pending(..))).count();
        if pending > 0 {
            spans.push(Span::styled(format!(", {pending} pending"), theme.warning));
        }
        if self.order.by != Sort::Set {
            spans.push(Span::styled(format!(" by {}", self.order.by.name()), theme.accent));
        }
        if !self.list.title().is_empty() {
            spans.push(Span::styled(self.list.title(), theme.accent));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Alerts
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        match command {
            Command::ListSelect if self.shown.is_empty() => return Handled::Run(Action::Command(Command::AlertNew)),
            Command::ListSelect => return super::act(Command::AlertEdit, self.at(), None, cx),
            Command::AlertRemove => return self.remove(),
            Command::ListSort => self.order = Order { by: self.order.by.next(count.max(1)), reverse: false },
            Command::ListReverse => self.order.reverse = !self.order.reverse,
            Command::AlertAcknowledge => {
                let row = self.at().and_then(|id| super::unseen(cx.view, id));
                return super::act(command, self.at(), row, cx);
            }
            other => {
                return if self.list.on_command(other, count) {
                    if other == Command::Cancel { Handled::Yes } else { self.tell() }
                } else {
                    super::act(other, self.at(), None, cx)
                };
            }
        }
        Handled::Yes
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("sort".to_owned(), self.order.by.name().into());
        table.insert("reverse".to_owned(), self.order.reverse.into());
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(by) = settings.get("sort").and_then(Value::as_str).and_then(Sort::named) {
            self.order.by = by;
        }
        self.order.reverse = settings.get("reverse").and_then(Value::as_bool).unwrap_or(self.order.reverse);
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let here = |rect: Rect| rect.contains((event.column, event.row).into());
        if event.kind == MouseEventKind::Down(MouseButton::Left)
            && let Some(&(_, by)) = self.headings.iter().find(|(rect, _)| here(*rect))
        {
            self.order.by(by);
            return Handled::Yes;
        }
        let before = self.at();
        let clicked = self.list.on_mouse(event, self.listed).is_some();
        if clicked && self.at() == before && super::chosen(cx).map(|view| view.alert.id) == before {
            // The first press chooses, the second opens.
            return super::act(Command::AlertEdit, before, None, cx);
        }
        if clicked || self.at() != before { self.tell() } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        self.headings.clear();
        self.listed = Rect::default();
        let mut area = area;
        if let Some(why) = &cx.view.session.alerts.unkept {
            area = unkept(area, buf, cx, why);
        }
        let rows = self.arrange(cx);
        if cx.view.snapshot.alerts.list.is_empty() {
            return welcome(area, buf, cx);
        }
        if rows.is_empty() {
            let why = format!("no alert matches{}", self.list.title());
            return reason::message(area, buf, &why, theme.dim, theme.ascii);
        }
        // One cell less: the mark of a list that is longer than its area.
        let columns = columns::columns(area.width.saturating_sub(1), longest(&rows, cx));
        self.headings = columns::places(&columns, area);
        self.listed = area;
        let table = Table { cx, columns };
        let heading = table.heading(self.order);
        let chosen = super::chosen(cx).map(|view| view.alert.id);
        self.list.render(area, buf, cx, &heading, rows.len(), |at| {
            rows.get(at).map(|view| table.line(view, Some(view.alert.id) == chosen)).unwrap_or_default()
        });
    }
}

/// Says at the bottom that alerts are not kept; what is left of the area comes back.
fn unkept(area: Rect, buf: &mut Buffer, cx: &Cx<'_>, why: &str) -> Rect {
    let lines = paint::wrap(&format!("! {}", text::safe(why)), area.width);
    let height = lines.len().min(NOTE) as u16;
    if area.height < height + 3 {
        return area;
    }
    let left = Rect { height: area.height - height, ..area };
    for (line, y) in lines.iter().take(NOTE).zip(left.bottom()..area.bottom()) {
        buf.set_string(area.x, y, text::fit(line, area.width, cx.theme.ascii), cx.theme.warning);
    }
    left
}

/// Says what an alert is, where none is set.
fn welcome(area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
    let theme = cx.theme;
    let key = cx.key(Command::AlertNew);
    let mut lines = vec![Line::styled("no alert is set", theme.bright)];
    let about = format!("{key} sets one: you are told when what you write becomes true, such as");
    lines.extend(paint::wrap(&about, area.width).into_iter().map(|line| Line::styled(line, theme.text)));
    let widest = EXAMPLES.iter().map(|(example, _)| text::width(example)).max().unwrap_or(0);
    let whole = EXAMPLES.iter().map(|(_, about)| widest + 2 + text::width(about)).max().unwrap_or(0);
    for (example, about) in EXAMPLES {
        let mut spans = vec![Span::styled(text::left(example, widest.min(area.width), theme.ascii), theme.accent)];
        if whole <= area.width {
            spans.push(Span::styled("  ", theme.dim));
            spans.push(Span::styled(text::left(about, whole - widest - 2, theme.ascii), theme.dim));
        }
        lines.push(Line::from(spans));
    }
    if usize::from(area.height) > lines.len() + 2 {
        lines.insert(1, Line::default());
        let examples = lines.len() - EXAMPLES.len();
        lines.insert(examples, Line::default());
    }
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (line, y) in lines.iter().zip(top..area.bottom()) {
        let width = (line.width() as u16).min(area.width);
        buf.set_line(area.x + (area.width - width) / 2, y, line, width);
    }
}
