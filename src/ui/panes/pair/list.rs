//! All pairs among the symbols in view, ranked.
//!
//! Kept with a layout: `sort` (`coint`, `z`, `half-life`, `corr`, `name`) and `reversed`.

use super::figures::{bars, minus, signed, significant};
use super::short;
use crate::alert::PairFigure;
use crate::analytics::pairs::{Figures, Ranked, Signal, SortBy};
use crate::app::commands::{Command, Scope};
use crate::app::pairs::PairTable;
use crate::domain::{BarSpec, Nanos, Symbol};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::list::{self, Column, ListState};
use crate::ui::panes::propose;
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::figures::short as brief;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use toml::Value;

/// From this p on downwards a pair is called cointegrated.
const SIGNIFICANT: f64 = 0.05;
/// Bars a pair may be behind the others before it is called stale: its tests may wait for their turn.
const BEHIND: i64 = 2;

const MARK: Column = Column { title: "", width: 2, right: false };
const P: Column = Column { title: "coint p", width: 7, right: true };
const Z: Column = Column { title: "z", width: 6, right: true };
const HALF_LIFE: Column = Column { title: "half-l", width: 6, right: true };
const BETA: Column = Column { title: "β", width: 8, right: true };
const CORR: Column = Column { title: "ρ", width: 5, right: true };
const SIGNAL: Column = Column { title: "signal", width: 6, right: false };
const BARS: Column = Column { title: "bars", width: 7, right: true };
/// What they are sorted by in the order of the screen; the pair comes before them.
const ORDER: [(Column, Option<SortBy>); 7] = [
    (P, Some(SortBy::Cointegration)),
    (Z, Some(SortBy::Z)),
    (HALF_LIFE, Some(SortBy::HalfLife)),
    (BETA, None),
    (CORR, Some(SortBy::Correlation)),
    (SIGNAL, None),
    (BARS, None),
];

/// Its name in settings, and in the title.
const fn sort_names(by: SortBy) -> (&'static str, &'static str) {
    match by {
        SortBy::Cointegration => ("coint", "cointegration"),
        SortBy::Z => ("z", "|z|"),
        SortBy::HalfLife => ("half-life", "half-life"),
        SortBy::Correlation => ("corr", "|correlation|"),
        SortBy::Name => ("name", "name"),
    }
}

/// The list of pairs.
#[derive(Debug, Default)]
pub struct PairsPane {
    list: ListState,
    sort: SortBy,
    reversed: bool,
    /// The pairs in the order shown.
    shown: Vec<(Symbol, Symbol)>,
    /// The pair the cursor is on, wherever the order puts it; `None` at the top.
    at: Option<(Symbol, Symbol)>,
    /// Headings that can be clicked on, and the list's area.
    heads: Vec<(Rect, SortBy)>,
    drawn: Rect,
}

/// What the rows have in common.
struct Rows<'a> {
    cx: &'a Cx<'a>,
    table: &'a PairTable,
    quote: String,
    columns: Vec<Column>,
    shown: Option<(Symbol, Symbol)>,
    /// The newest bar of any pair.
    newest: Option<Nanos>,
}

impl Rows<'_> {
    fn name(&self, y: Symbol, x: Symbol) -> String {
        format!("{}/{}", short::name(y, &self.quote), short::name(x, &self.quote))
    }

    fn is_stale(&self, pair: &Ranked, figures: &Figures) -> bool {
        let late = BEHIND * self.table.timeframe.nanos().0;
        let behind = |at: Nanos| self.newest.is_some_and(|newest| newest.0 - at.0 > late);
        self.table.is_down(pair.y) || self.table.is_down(pair.x) || figures.analysis.at.is_some_and(behind)
    }

    /// Why there is nothing of a pair yet.
    fn why_none(&self, pair: &Ranked) -> String {
        let spec = BarSpec::Time(self.table.timeframe);
        let has = |symbol: Symbol| {
            let bars = self.cx.view.snapshot.symbol(symbol).and_then(|view| view.bars(spec));
            bars.is_some_and(|bars| !bars.closed.is_empty())
        };
        match [pair.y, pair.x].into_iter().find(|symbol| !has(*symbol)) {
            Some(symbol) => format!("no closed bar of {} of {symbol}", self.table.timeframe),
            None => "working…".to_owned(),
        }
    }

    fn line(&self, pair: &Ranked) -> Line<'static> {
        let (theme, ascii) = (self.cx.theme, self.cx.theme.ascii);
        let figures = pair.figures.as_ref();
        let stale = figures.is_some_and(|figures| self.is_stale(pair, figures));
        let [p, z] = figures.map_or([None; 2], |of| [of.analysis.coint.ok().map(|coint| coint.p), of.analysis.z.ok()]);
        let significant_p = p.is_some_and(|p| p < SIGNIFICANT);
        let far = z.is_some_and(|z| z.abs() >= self.table.setup.entry);
        let stands_out = significant_p && far && !stale;
        let is_shown = self.shown.is_some_and(|(y, x)| (y, x) == (pair.y, pair.x) || (x, y) == (pair.y, pair.x));
        // A pair that is shown the other way round has other figures than its row.
        let turned = is_shown && self.shown == Some((pair.x, pair.y));
        let mark = match (is_shown, turned, ascii) {
            (true, false, false) => "▸",
            (true, true, false) => "◂",
            (true, false, true) => ">",
            (true, true, true) => "<",
            (false, ..) => " ",
        };
        let star = match (stands_out, ascii) {
            (true, false) => "★",
            (true, true) => "*",
            (false, _) => " ",
        };
        let name_style = match (stale || figures.is_none(), stands_out, is_shown) {
            (true, ..) => theme.dim,
            (_, true, _) => theme.bright.add_modifier(Modifier::BOLD),
            (.., true) => theme.accent,
            _ => theme.text,
        };
        let name = self.columns.first().copied().unwrap_or(MARK);
        let mut spans = vec![
            Span::styled(mark, if is_shown { theme.accent } else { theme.text }),
            Span::styled(star, if stands_out { theme.accent.add_modifier(Modifier::BOLD) } else { theme.text }),
            list::cell(&self.name(pair.y, pair.x), &name, name_style, ascii),
        ];
        let columns = self.columns.get(1..).unwrap_or(&[]);
        let words = |text: &str, taken: &[Column], style: Style| {
            let width = taken.iter().map(|column| column.width + 1).sum::<u16>().saturating_sub(1);
            let text = if ascii { super::plain(text) } else { text.to_owned() };
            Span::styled(text::left(&text, width, ascii), style)
        };
        let Some(figures) = figures else {
            spans.push(words(&self.why_none(pair), columns, theme.dim));
            return Line::from(spans);
        };
        if let Err(why) = figures.analysis.line {
            spans.push(words(&why.to_string(), columns, theme.dim));
            return Line::from(spans);
        }
        let fresh = |style: Style| if stale { theme.dim } else { style };
        // Why there is no test takes the room of what is of less worth than the z-score.
        let why = figures.analysis.coint.err().map(|why| format!("no test: {why}"));
        for (at, column) in columns.iter().enumerate() {
            if let Some(why) = why.as_ref().filter(|_| column.title != P.title && column.title != Z.title) {
                spans.push(words(why, &columns[at..], theme.dim));
                break;
            }
            let (text, style) = self.cell((figures, pair.all_bars), column, stale, significant_p, far);
            let style = if column.title == SIGNAL.title { style } else { fresh(style) };
            spans.push(list::cell(&text, column, style, ascii));
        }
        Line::from(spans)
    }

    fn cell(
        &self,
        (figures, all_bars): (&Figures, bool),
        column: &Column,
        stale: bool,
        significant_p: bool,
        far: bool,
    ) -> (String, Style) {
        let (theme, analysis) = (self.cx.theme, &figures.analysis);
        let none = || ("-".to_owned(), theme.dim);
        let ascii = theme.ascii;
        match column.title {
            title if title == P.title => analysis.coint.ok().map_or_else(none, |coint| {
                let text = if coint.p < 0.001 { "<.001".to_owned() } else { format!("{:.3}", coint.p) };
                (text, if significant_p { theme.good.add_modifier(Modifier::BOLD) } else { theme.text })
            }),
            title if title == Z.title => analysis.z.ok().map_or_else(none, |z| {
                let text = if z.abs() < 100.0 { signed(z, 2, ascii) } else { minus(brief(z), ascii) };
                (text, if far { theme.accent.add_modifier(Modifier::BOLD) } else { theme.text })
            }),
            title if title == HALF_LIFE.title => match analysis.half_life {
                Ok(bars) => (brief(bars), theme.text),
                Err(_) => ("none".to_owned(), theme.dim),
            },
            title if title == BETA.title => analysis.line.ok().map_or_else(none, |line| {
                let texts = [4, 3, 2].map(|digits| minus(significant(line.beta, digits), ascii));
                let fitting = texts.into_iter().find(|text| text::width(text) <= BETA.width);
                (fitting.unwrap_or_else(|| minus(format!("{:.1e}", line.beta), ascii)), theme.text)
            }),
            title if title == CORR.title => figures.corr.ok().map_or_else(none, |corr| (signed(corr, 2, ascii), theme.text)),
            title if title == SIGNAL.title => match analysis.signal {
                _ if stale => ("stale".to_owned(), theme.warning),
                Signal::Flat => ("flat".to_owned(), theme.dim),
                Signal::Long => ("long".to_owned(), theme.up),
                Signal::Short => ("short".to_owned(), theme.down),
            },
            _ => (bars(figures.counts.common) + if all_bars { "" } else { "+" }, theme.dim),
        }
    }
}

/// The columns that fit, the pair's first.
fn columns(room: u16, name: u16) -> Vec<Column> {
    let pair = Column { title: "y/x", width: name.clamp(3, room.saturating_sub(P.width + 1).max(3)), right: false };
    let fitting = list::columns(&[pair, P, Z, SIGNAL, HALF_LIFE, CORR, BETA, BARS], room);
    let has = |column: &Column| fitting.iter().any(|other| other.title == column.title);
    fitting.first().copied().into_iter().chain(ORDER.iter().map(|(column, _)| *column).filter(has)).collect()
}

impl PairsPane {
    fn heading(&mut self, area: Rect, columns: &[Column], theme: &Theme) -> Line<'static> {
        let arrow = match (self.reversed, theme.ascii) {
            (false, false) => "▾",
            (true, false) => "▴",
            (false, true) => "v",
            (true, true) => "^",
        };
        self.heads.clear();
        let mut x = area.x + MARK.width;
        let mut spans = vec![Span::raw("  ")];
        for column in columns {
            let by = ORDER.iter().find(|(other, _)| other.title == column.title).map_or(Some(SortBy::Name), |(_, by)| *by);
            let sorted = by == Some(self.sort);
            let title = if theme.ascii { super::plain(column.title) } else { column.title.to_owned() };
            let title = match (sorted, text::width(&title) < column.width) {
                (true, true) => format!("{title}{arrow}"),
                (true, false) => {
                    format!("{}{arrow}", text::fit(&title, column.width - 1, theme.ascii).trim_end_matches(['…', '~']))
                }
                _ => title,
            };
            spans.push(list::cell(&title, column, if sorted { theme.accent } else { theme.dim }, theme.ascii));
            let rect = Rect { x, width: column.width + 1, height: 1, ..area };
            self.heads.extend(by.map(|by| (rect, by)));
            x += column.width + 1;
        }
        Line::from(spans)
    }

    fn select(&self) -> Handled {
        match self.shown.get(self.list.cursor) {
            Some((y, x)) => Handled::Run(Action::Pair(*y, *x)),
            None => Handled::Yes,
        }
    }

    /// The cursor stays with its pair, but at the top with whichever comes first.
    fn keep_place(&mut self) {
        self.at = self.shown.get(self.list.cursor).filter(|_| self.list.cursor > 0).copied();
    }

    fn sort_by(&mut self, by: SortBy) {
        self.reversed = self.sort == by && !self.reversed;
        self.sort = by;
    }

    /// The pairs that are shown, in order. What has no figure stays last either way.
    fn arrange<'a>(&mut self, table: &'a PairTable) -> Vec<&'a Ranked> {
        let mut rows = table.ranking().ranked(self.sort);
        if self.reversed {
            let has = |pair: &&Ranked| {
                self.sort == SortBy::Name || pair.figures.as_ref().is_some_and(|figures| figure(figures, self.sort).is_some())
            };
            let known = rows.iter().take_while(|pair| has(pair)).count();
            rows[..known].reverse();
        }
        rows.retain(|pair| self.list.shows(&format!("{}/{}", pair.y, pair.x)));
        self.shown.clear();
        self.shown.extend(rows.iter().map(|pair| (pair.y, pair.x)));
        if let Some(place) = self.at.and_then(|at| self.shown.iter().position(|pair| *pair == at)) {
            self.list.cursor = place;
        }
        rows
    }
}

/// The figure that is sorted by.
fn figure(figures: &Figures, by: SortBy) -> Option<f64> {
    match by {
        SortBy::Cointegration => figures.analysis.coint.ok().map(|coint| coint.p),
        SortBy::Z => figures.analysis.z.ok(),
        SortBy::HalfLife => figures.analysis.half_life.ok(),
        SortBy::Correlation => figures.corr.ok(),
        SortBy::Name => None,
    }
}

impl Pane for PairsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::raw("Pairs")];
        if let Ok(table) = cx.pair_table() {
            let (made, all) = table.progress();
            spans.push(Span::raw(format!(" {}", text::count(all as u64))));
            spans.push(Span::styled(format!(" by {}", sort_names(self.sort).1), theme.accent));
            spans.push(Span::styled(format!(" {} {}", table.timeframe, super::method(&table.setup)), theme.dim));
            if table.is_working() && made < all {
                spans.push(Span::styled(format!(" {made} done{}", if theme.ascii { "..." } else { "…" }), theme.warning));
            }
        }
        spans.push(Span::styled(self.list.title(), theme.accent));
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Pairs
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        match command {
            Command::ListSort => {
                (0..count.clamp(1, 5)).for_each(|_| self.sort = self.sort.next());
                self.reversed = false;
            }
            Command::ListReverse => self.reversed = !self.reversed,
            Command::ListSelect => return self.select(),
            other if self.list.on_command(other, count) => self.keep_place(),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("sort".to_owned(), sort_names(self.sort).0.into());
        table.insert("reversed".to_owned(), self.reversed.into());
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        let word = settings.get("sort").and_then(Value::as_str);
        if let Some(by) = SortBy::ALL.into_iter().find(|by| word == Some(sort_names(*by).0)) {
            self.sort = by;
        }
        if let Some(reversed) = settings.get("reversed").and_then(Value::as_bool) {
            self.reversed = reversed;
        }
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        let shown = self.shown.get(self.list.cursor);
        shown
            .and_then(|(y, x)| propose::of_two(*y, *x, cx, PairFigure::Zscore))
            .or_else(|| propose::of_pair(PairFigure::Zscore, cx))
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        if event.kind == MouseEventKind::Down(MouseButton::Left) {
            let head = self.heads.iter().find(|(rect, _)| rect.contains((event.column, event.row).into()));
            if let Some((_, by)) = head {
                let by = *by;
                self.sort_by(by);
                return Handled::Yes;
            }
        }
        let clicked = self.list.on_mouse(event, self.drawn);
        self.keep_place();
        if clicked.is_some() { self.select() } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        self.drawn = area;
        self.heads.clear();
        let table = match cx.pair_table() {
            Ok(table) => table,
            Err(why) => return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii),
        };
        if area.width < 8 || area.height == 0 {
            return;
        }
        let rows = self.arrange(table);
        let quote = short::quote(&cx.view.snapshot);
        let width = |quote: &str| {
            let name = |pair: &&Ranked| text::width(&short::name(pair.y, quote)) + text::width(&short::name(pair.x, quote)) + 1;
            rows.iter().map(name).max().unwrap_or(3)
        };
        // One cell less: the mark of a list that is longer than its area.
        let room = area.width.saturating_sub(MARK.width + 1);
        let whole = columns(room, width(""));
        let (quote, columns) =
            if whole.len() > ORDER.len() { (String::new(), whole) } else { (quote.clone(), columns(room, width(&quote))) };
        let heading = self.heading(area, &columns, cx.theme);
        if rows.is_empty() {
            let filter = self.list.title();
            let why = if filter.is_empty() { "no pairs".to_owned() } else { format!("no pair matches{filter}") };
            return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii);
        }
        let shown = cx.pair.legs(&cx.view.snapshot);
        let newest = rows.iter().filter_map(|pair| pair.figures.as_ref()?.analysis.at).max();
        let of = Rows { cx, table, quote, columns, shown, newest };
        self.list.render(area, buf, cx, &heading, rows.len(), |at| rows.get(at).map(|pair| of.line(pair)).unwrap_or_default());
    }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
