//! One alert in full: its expression, what it looks at now, what it waits for, how it is delivered, and when it last fired.

use super::words::{self, Stand};
use super::{history, rows};
use crate::alert::Expression;
use crate::app::commands::{Command, Scope};
use crate::domain::{AlertId, Channel, Nanos, Origin, Price, Rearm};
use crate::drive::store::HistoryRow;
use crate::drive::view::Mode;
use crate::engine::AlertView;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::widgets::{clock, paint};
use crossterm::event::{MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Cells of the labels.
const LABEL: u16 = 10;
/// Firings that are listed.
const FIRINGS: usize = 20;

/// One alert in full.
#[derive(Debug, Default)]
pub struct AlertDetailPane {
    /// Lines that are scrolled away.
    offset: usize,
    /// The most that can be.
    most: usize,
    page: usize,
    /// The alert that was drawn last.
    drawn: Option<AlertId>,
}

impl AlertDetailPane {
    fn scroll(&mut self, by: isize) {
        self.offset = self.offset.saturating_add_signed(by).min(self.most);
    }
}

impl Pane for AlertDetailPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let mut spans = vec![Span::raw("Alert")];
        if let Some(view) = super::chosen(cx) {
            let list = &cx.view.snapshot.alerts.list;
            let place = list.partition_point(|known| known.alert.id < view.alert.id) + 1;
            spans.push(Span::styled(format!(" {place}/{}", list.len()), cx.theme.dim));
            if let Some(age) = rows::stale(view, cx) {
                spans.push(Span::styled(format!(" stale {}", text::span(age, cx.theme.ascii)), cx.theme.warning));
            }
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Alerts
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = isize::try_from(count).unwrap_or(isize::MAX);
        let page = isize::try_from(self.page.max(1)).unwrap_or(1);
        match command {
            Command::ListUp => self.scroll(-count),
            Command::ListDown => self.scroll(count),
            Command::ListPageUp => self.scroll(page.saturating_mul(-count)),
            Command::ListPageDown => self.scroll(page.saturating_mul(count)),
            Command::ListTop => self.offset = 0,
            Command::ListBottom => self.offset = self.most,
            other => {
                let id = super::chosen(cx).map(|view| view.alert.id);
                let command = if other == Command::ListSelect { Command::AlertEdit } else { other };
                return super::act(command, id, id.and_then(|id| super::unseen(cx.view, id)), cx);
            }
        }
        Handled::Yes
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        match event.kind {
            MouseEventKind::ScrollUp => self.scroll(-3),
            MouseEventKind::ScrollDown => self.scroll(3),
            _ => {}
        }
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        let Some(view) = super::chosen(cx) else {
            let why = format!("no alert is set ({} sets one)", cx.key(Command::AlertNew));
            return reason::message(area, buf, &why, theme.dim, theme.ascii);
        };
        if self.drawn != Some(view.alert.id) {
            (self.drawn, self.offset) = (Some(view.alert.id), 0);
        }
        // One cell less: the mark of what is longer than its area.
        let mut page = Page { lines: Vec::new(), width: area.width.saturating_sub(1), cx };
        page.fill(view);
        self.page = usize::from(area.height);
        self.most = page.lines.len().saturating_sub(self.page);
        self.offset = self.offset.min(self.most);
        for (line, y) in page.lines.iter().skip(self.offset).zip(area.top()..area.bottom()) {
            buf.set_line(area.x, y, line, page.width);
        }
        if self.most > self.offset && area.height > 0 && area.width > 0 {
            paint::put(buf, area.right() - 1, area.bottom() - 1, if theme.ascii { 'v' } else { '▾' }, theme.dim);
        }
        if self.offset > 0 && area.width > 0 {
            paint::put(buf, area.right() - 1, area.y, if theme.ascii { '^' } else { '▴' }, theme.dim);
        }
    }
}

/// A text in lines of at most so many cells; words that are longer are broken.
pub(super) fn broken(content: &str, width: u16) -> Vec<String> {
    let mut lines = Vec::new();
    for line in paint::wrap(&text::safe(content), width) {
        if text::width(&line) <= width {
            lines.push(line);
            continue;
        }
        let mut part = String::new();
        for letter in line.chars() {
            part.push(letter);
            if text::width(&part) > width.max(1) {
                part.pop();
                lines.push(std::mem::take(&mut part));
                part.push(letter);
            }
        }
        lines.push(part);
    }
    lines
}

/// What is drawn, line by line.
struct Page<'a> {
    lines: Vec<Line<'static>>,
    width: u16,
    cx: &'a Cx<'a>,
}

impl Page<'_> {
    fn at(&self, at: Nanos) -> String {
        words::moment(at, self.cx.view.snapshot.at, self.cx.zone)
    }

    /// A label and a text that is wrapped beside it.
    fn fact(&mut self, label: &str, content: &str, style: Style) {
        let plain = self.cx.theme.ascii.then(|| content.replace('…', "..."));
        for line in broken(plain.as_deref().unwrap_or(content), self.width.saturating_sub(LABEL).max(1)) {
            self.spans(label, vec![Span::styled(line, style)]);
        }
    }

    /// A label, where the line before has another, and what stands beside it.
    fn spans(&mut self, label: &str, content: Vec<Span<'static>>) {
        let theme = self.cx.theme;
        let mut spans = vec![Span::styled(text::left(label, LABEL, theme.ascii), theme.dim)];
        let said = self.lines.iter().rev().take_while(|line| line.spans.len() > 1 || line.width() > 0);
        let said = said.filter_map(|line| line.spans.first()).find(|span| !span.content.trim().is_empty());
        if said.is_some_and(|span| span.content == spans[0].content) {
            spans[0] = Span::raw(" ".repeat(usize::from(LABEL)));
        }
        spans.extend(content);
        self.lines.push(Line::from(spans));
    }

    fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    fn fill(&mut self, view: &AlertView) {
        let (cx, theme) = (self.cx, self.cx.theme);
        let alert = &view.alert;
        let stand = Stand::of(view, cx.view.snapshot.at);
        let origin = match alert.origin {
            Origin::Config => "  of the configuration file",
            Origin::User => "",
        };
        self.lines.push(Line::from(vec![
            Span::styled(stand.glyph(theme.ascii).to_string(), stand.style(theme)),
            Span::raw(" "),
            Span::styled(stand.long(cx.view.snapshot.at), stand.style(theme)),
            Span::raw("  "),
            Span::styled(view.symbol.to_string(), theme.bright),
            Span::styled(origin, theme.dim),
        ]));
        for line in broken(&alert.expr, self.width) {
            self.lines.push(Line::styled(line, theme.bright));
        }
        self.gap();
        self.now(view, stand);
        let waits = self.waits(view, stand);
        self.fact("state", &waits, stand.style(theme));
        self.fact("re-arms", &words::rearm(alert.rearm), theme.text);
        if !alert.note.is_empty() {
            self.fact("note", &alert.note, theme.text);
        }
        let last = history::newest(cx.view, alert.id);
        self.deliveries(view, last);
        self.fired(view);
    }

    /// What its quantities are now, whether it is true, and its levels.
    fn now(&mut self, view: &AlertView, stand: Stand) {
        let (cx, theme) = (self.cx, self.cx.theme);
        let Ok(expression) = &view.expression else { return };
        let fresh = |style: Style| if rows::stale(view, cx).is_some() { theme.dim } else { style };
        if matches!(stand, Stand::Paused | Stand::Done) {
            self.fact("now", "not looked at", theme.dim);
        } else {
            let (word, style) = words::truth(view, theme);
            let word = if view.truth.is_none() { "not known" } else { word };
            self.fact("now is", word, fresh(style));
        }
        let widest = expression.inputs().iter().map(|input| text::width(&input.name)).max().unwrap_or(0);
        let widest = widest.min(self.width.saturating_sub(LABEL + 12).max(6));
        for (input, value) in expression.inputs().iter().zip(&view.values) {
            let name = Span::styled(text::left(&input.name, widest, theme.ascii) + "  ", theme.text);
            match value {
                Ok(value) => {
                    let value = words::input_value(input, *value, view.symbol, cx);
                    self.spans("values", vec![name, Span::styled(text::right(&value, 10, theme.ascii), fresh(theme.bright))]);
                }
                Err(why) => {
                    let room = self.width.saturating_sub(LABEL + widest + 2);
                    let mut name = name;
                    for line in broken(why, room) {
                        let blank = Span::raw(" ".repeat(usize::from(widest) + 2));
                        let name = std::mem::replace(&mut name, blank);
                        self.spans("values", vec![name, Span::styled(line, theme.dim)]);
                    }
                }
            }
        }
        let price = words::telling(view).and_then(|at| view.values.get(at)?.as_ref().ok().copied());
        for level in expression.levels() {
            let side = if level.above { "above" } else { "below" };
            let value = words::price(Price::from_f64(level.price), view.symbol, cx);
            let away = price.map(|price| words::away(level.price / price - 1.0));
            let mut spans = vec![Span::styled(format!("{side} {value}"), theme.text)];
            spans.extend(away.map(|away| Span::styled(format!("  {away} from here"), fresh(theme.dim))));
            self.spans("levels", spans);
        }
    }

    /// What it waits for, in a sentence.
    fn waits(&self, view: &AlertView, stand: Stand) -> String {
        let (cx, now) = (self.cx, self.cx.view.snapshot.at);
        let last = view.state.last.map(|at| self.at(at)).unwrap_or_default();
        match stand {
            Stand::Unreadable => {
                let why = view.expression.as_ref().err().map_or("", |why| why);
                format!("cannot be read: {why} ({} changes it)", cx.key(Command::AlertEdit))
            }
            Stand::Pending(since, hold) => {
                let fires = Nanos(since.0.saturating_add(hold.0));
                format!("pending since {}, fires at {} if it is true until then", self.at(since), self.at(fires))
            }
            Stand::UntilFalse => {
                let least = view.state.last.map(|at| Nanos(at.0.saturating_add(Rearm::LEAST.0))).filter(|at| *at > now);
                let least = least.map(|at| format!(", until {} at least", self.at(at))).unwrap_or_default();
                format!("triggered at {last}: waits until it has been false{least}")
            }
            Stand::Until(until) => format!("triggered at {last}: armed again at {}", self.at(until)),
            Stand::Armed => match view.expression.as_ref().ok().and_then(Expression::hold) {
                Some(hold) => format!("armed: fires when it has been true for {}", hold.span()),
                None => "armed: fires when it is true".to_owned(),
            },
            Stand::Paused => format!("paused: not checked ({} checks it again)", cx.key(Command::AlertPause)),
            Stand::Done => format!("done: it fired at {last} ({} arms it again)", cx.key(Command::AlertRearm)),
        }
    }

    /// Each channel: whether it can be used, and what became of the last firing.
    fn deliveries(&mut self, view: &AlertView, last: Option<&HistoryRow>) {
        let (cx, theme) = (self.cx, self.cx.theme);
        if view.alert.deliver.is_empty() {
            return self.fact("delivery", "a message on the screen, and the history", theme.dim);
        }
        if cx.view.session.mode == Mode::Replay {
            let names: Vec<_> = view.alert.deliver.iter().map(Channel::name).collect();
            return self.fact("delivery", &format!("{} (not in a replay)", names.join(", ")), theme.dim);
        }
        for channel in view.alert.deliver.iter() {
            let delivered = last.and_then(|row| row.deliveries.iter().find(|delivery| delivery.channel == channel));
            let why = words::why_not(channel, cx).map(|why| format!("cannot be used: {}", text::safe(why)));
            let (glyph, style) = match (delivered, &why) {
                (Some(row), _) => words::delivery(row.state, theme),
                (None, Some(_)) => ('!', theme.warning),
                (None, None) => (' ', theme.dim),
            };
            let said = match (delivered, why) {
                (Some(row), None) => words::delivery_at_length(row, cx),
                (Some(row), Some(why)) => format!("{}; {why}", words::delivery_at_length(row, cx)),
                (None, Some(why)) => why,
                (None, None) => "ready".to_owned(),
            };
            let room = self.width.saturating_sub(LABEL + 11);
            let plain = if theme.ascii { said.replace('…', "...") } else { said };
            for (i, line) in broken(&plain, room).into_iter().enumerate() {
                let name = if i == 0 { format!("{glyph} {:<9}", channel.name()) } else { " ".repeat(11) };
                self.spans("delivery", vec![Span::styled(name, style), Span::styled(line, theme.text)]);
            }
        }
    }

    /// When it fired.
    fn fired(&mut self, view: &AlertView) {
        let (cx, theme) = (self.cx, self.cx.theme);
        let times = match view.state.fired {
            0 => "never".to_owned(),
            1 => "once".to_owned(),
            times => format!("{} times", text::count(times)),
        };
        let last = view.state.last.map(|at| {
            let ago = clock::span(cx.view.snapshot.at.saturating_sub(at));
            format!(", last {} ({ago} ago)", self.at(at))
        });
        self.fact("fired", &format!("{times}{}", last.unwrap_or_default()), theme.text);
        let room = self.width.saturating_sub(words::MOMENT + 1 + 11);
        for (i, firing) in history::of_alert(cx.view, view.alert.id).take(FIRINGS).enumerate() {
            if i == 0 {
                self.gap();
            }
            let price = firing.price.map_or_else(|| "-".to_owned(), |price| words::price(price, firing.symbol, cx));
            let values = history::values(firing, cx);
            self.lines.push(Line::from(vec![
                Span::styled(text::left(&self.at(firing.at), words::MOMENT, theme.ascii) + " ", theme.dim),
                Span::styled(text::right(&price, 10, theme.ascii) + " ", theme.text),
                Span::styled(text::fit(&values, room, theme.ascii).into_owned(), theme.dim),
            ]));
        }
    }
}
