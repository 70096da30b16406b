//! How all symbols in view go together: the correlation of every pair on a ground of its own colour.
//!
//! The cursor chooses a pair, its row y and its column x.

use super::figures::{bars, minus, signed, significant};
use super::short;
use crate::alert::PairFigure;
use crate::analytics::pairs::Method;
use crate::analytics::pairs::matrix::Cell;
use crate::app::commands::{Command, Scope};
use crate::app::pairs::PairTable;
use crate::domain::Symbol;
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::paint;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Cells of a figure at least, and at most.
const CELL: (u16, u16) = (5, 20);
/// Rows a cell may have beside one: odd numbers have a middle.
const TALL: [u16; 3] = [7, 5, 3];
/// Cells of the symbols' names at most.
const NAME: u16 = 12;

/// Where the cells are.
#[derive(Debug, Clone, Copy, Default)]
struct Grid {
    /// Of the cells alone.
    area: Rect,
    width: u16,
    height: u16,
    /// The first row and column in view, and how many there are.
    top: usize,
    left: usize,
    rows: usize,
    columns: usize,
}

impl Grid {
    /// The row and the column at a place.
    fn at(&self, x: u16, y: u16) -> Option<(usize, usize)> {
        if !self.area.contains((x, y).into()) {
            return None;
        }
        let row = usize::from((y - self.area.y) / self.height.max(1));
        let column = usize::from((x - self.area.x) / self.width.max(1));
        (row < self.rows && column < self.columns).then_some((self.top + row, self.left + column))
    }
}

/// The matrix of correlations.
#[derive(Debug, Default)]
pub struct MatrixPane {
    /// The pair the cursor is on: of a row and of a column. `None` until it was moved: the pair that is shown.
    cursor: Option<(Symbol, Symbol)>,
    /// What the symbols of rows have to contain, in lower case.
    filter: String,
    /// The symbols of rows and of columns, as drawn.
    rows: Vec<Symbol>,
    columns: Vec<Symbol>,
    grid: Grid,
}

/// A correlation in four cells.
fn figure(corr: f64, ascii: bool) -> String {
    let hundredths = (corr * 100.0).round() as i64;
    let sign = match (hundredths < 0, ascii) {
        (true, true) => "-",
        (true, false) => "−",
        _ => "",
    };
    if hundredths.abs() >= 100 { format!("{sign}1.0") } else { format!("{sign}.{:02}", hundredths.abs()) }
}

impl MatrixPane {
    /// Row and column of the cursor.
    fn place(&self, cx: &Cx<'_>) -> (usize, usize) {
        let find = |symbols: &[Symbol], symbol: Symbol| symbols.iter().position(|other| *other == symbol);
        let (row, column) = self.cursor.or_else(|| cx.pair.legs(&cx.view.snapshot)).unzip();
        let row = row.and_then(|symbol| find(&self.rows, symbol)).unwrap_or(0);
        (row, column.and_then(|symbol| find(&self.columns, symbol)).unwrap_or(0))
    }

    fn go(&mut self, row: usize, column: usize) -> Handled {
        let at = |symbols: &[Symbol], at: usize| symbols.get(at.min(symbols.len().saturating_sub(1))).copied();
        self.cursor = at(&self.rows, row).zip(at(&self.columns, column));
        Handled::Yes
    }

    fn select(&self, cx: &Cx<'_>) -> Handled {
        let (row, column) = self.place(cx);
        match (self.rows.get(row), self.columns.get(column)) {
            (Some(y), Some(x)) if y != x => Handled::Run(Action::Pair(*y, *x)),
            _ => Handled::Yes,
        }
    }

    /// Takes the symbols in, those of rows as far as the filter lets them.
    fn arrange(&mut self, table: &PairTable) {
        self.columns.clear();
        self.columns.extend(table.matrix().symbols());
        let shows = |symbol: &Symbol| self.filter.is_empty() || symbol.as_str().to_lowercase().contains(&self.filter);
        self.rows.clear();
        self.rows.extend(self.columns.iter().copied().filter(shows));
    }

    /// Divides the room among rows and columns, so that the cursor's are in view.
    fn lay_out(&mut self, area: Rect, names: u16, cx: &Cx<'_>) {
        let (row, column) = self.place(cx);
        let fit = |count: usize, room: u16, least: u16, most: u16| {
            let each = room.checked_div(u16::try_from(count.max(1)).unwrap_or(u16::MAX)).unwrap_or(1).clamp(least, most);
            (each, usize::from(room / each).min(count))
        };
        let (width, columns) = fit(self.columns.len(), area.width, CELL.0.max(names.min(7)), CELL.1);
        let (width, columns) =
            if columns < self.columns.len() { fit(self.columns.len(), area.width, CELL.0, CELL.1) } else { (width, columns) };
        // About as high as they are wide, as far as there is room.
        let fits = |tall: &u16| usize::from(area.height) >= self.rows.len() * usize::from(*tall) && *tall <= width / 2 + 1;
        let tall = TALL.into_iter().find(fits).unwrap_or(1);
        let (height, rows) = fit(self.rows.len(), area.height, 1, tall);
        let scroll = |now: usize, at: usize, seen: usize, all: usize| {
            now.min(at).max((at + 1).saturating_sub(seen.max(1))).min(all.saturating_sub(seen))
        };
        self.grid = Grid {
            area: Rect { width: width * columns as u16, height: height * rows as u16, ..area },
            width,
            height,
            top: scroll(self.grid.top, row, rows, self.rows.len()),
            left: scroll(self.grid.left, column, columns, self.columns.len()),
            rows,
            columns,
        };
    }

    fn draw(&self, buf: &mut Buffer, cx: &Cx<'_>, table: &PairTable, quote: &str, names: u16) {
        let (theme, grid) = (cx.theme, &self.grid);
        let (cursor_row, cursor_column) = self.place(cx);
        let shown = cx.pair.legs(&cx.view.snapshot);
        for place in 0..grid.columns {
            let Some(symbol) = self.columns.get(grid.left + place) else { continue };
            // Above the figures: those of narrow cells end with the cell.
            let x = grid.area.x + place as u16 * grid.width + u16::from(grid.width == CELL.0);
            let style = head_style(theme, grid.left + place == cursor_column, table.is_down(*symbol));
            let name = text::right(&short::name(*symbol, quote), grid.width - 1, theme.ascii);
            paint::text(buf, x, grid.area.y - 1, grid.width - 1, &name, style);
        }
        for line in 0..grid.rows {
            let row = grid.top + line;
            let Some(y) = self.rows.get(row) else { continue };
            let top = grid.area.y + line as u16 * grid.height;
            let middle = top + grid.height / 2;
            let name = text::fit(&short::name(*y, quote), names - 1, theme.ascii).into_owned();
            let style = head_style(theme, row == cursor_row, table.is_down(*y));
            paint::text(buf, grid.area.x - names, middle, names - 1, &name, style);
            let own = self.columns.iter().position(|symbol| symbol == y);
            for place in 0..grid.columns {
                let column = grid.left + place;
                let Some(x) = self.columns.get(column) else { continue };
                let at = Rect::new(grid.area.x + place as u16 * grid.width, top, grid.width, grid.height);
                let cell = own.and_then(|own| table.matrix().cell(own, column));
                let stale = table.is_down(*y) || table.is_down(*x);
                let here = cx.focused && (row, column) == (cursor_row, cursor_column);
                draw_cell(buf, at, theme, cell.as_ref(), stale, here, shown == Some((*y, *x)));
            }
        }
    }

    /// What is known of the cursor's pair.
    fn detail(&self, buf: &mut Buffer, line: Rect, cx: &Cx<'_>, table: &PairTable) {
        let theme = cx.theme;
        let (row, column) = self.place(cx);
        let (Some(y), Some(x)) = (self.rows.get(row).copied(), self.columns.get(column).copied()) else { return };
        let own = self.columns.iter().position(|symbol| *symbol == y);
        let words = match own.and_then(|own| table.matrix().cell(own, column)) {
            None => format!("{y}: every symbol goes with itself"),
            Some(cell) if cell.bars < table.matrix().window() => {
                format!("{y}/{x}  {} of {} common bars", bars(cell.bars), bars(table.matrix().window()))
            }
            Some(cell) => {
                let corr = cell.corr.map_or_else(
                    || "no correlation: one did not change".to_owned(),
                    |corr| format!("ρ {}", signed(corr, 3, false)),
                );
                // The matrix explains the later symbol by the earlier one, whichever the cursor's row is, and by least squares alone.
                let ols = table.setup.method == Method::Ols;
                let other = if cell.y == y { String::new() } else { format!("  {}/{}", cell.y, cell.x) };
                let beta = cell.beta.filter(|_| ols);
                let beta = beta.map_or_else(String::new, |beta| format!("{other}  β {}", minus(significant(beta, 4), false)));
                let z = cell.z.filter(|_| ols).map_or_else(String::new, |z| format!("  z {}", signed(z, 2, false)));
                format!("{y}/{x}  {corr}{beta}{z}")
            }
        };
        let words = if theme.ascii { super::plain(&words) } else { words };
        paint::text(buf, line.x, line.y, line.width, &text::fit(&words, line.width, theme.ascii), theme.text);
    }

    /// What the figures are of, and what the colours mean.
    fn legend(&self, buf: &mut Buffer, line: Rect, cx: &Cx<'_>, table: &PairTable) {
        let theme = cx.theme;
        let window = table.matrix().window();
        let fewer = table.matrix().cells().filter(|cell| cell.bars < window).count();
        let (long, brief) = match fewer {
            0 => (String::new(), String::new()),
            1 => ("; 1 pair has fewer".to_owned(), "; 1 has fewer".to_owned()),
            _ => (format!("; {} pairs have fewer", bars(fewer)), format!("; {} have fewer", bars(fewer))),
        };
        let part = |what: &str, first: usize, seen: usize, all: usize| {
            if seen < all { format!("; {what} {}-{} of {all}", first + 1, first + seen) } else { String::new() }
        };
        let grid = &self.grid;
        let part =
            part("rows", grid.top, grid.rows, self.rows.len()) + &part("columns", grid.left, grid.columns, self.columns.len());
        let forms = [
            format!("log returns, last {} bars of {}{long}{part}", bars(window), table.timeframe),
            format!("log returns, {} × {}{brief}{part}", bars(window), table.timeframe),
            format!("{} × {}{brief}{part}", bars(window), table.timeframe),
        ];
        let forms = if theme.ascii { forms.map(|form| form.replace('×', "x")) } else { forms };
        let fitting = forms.iter().find(|form| text::width(form) <= line.width).or(forms.last());
        let Some(words) = fitting else { return };
        let used = paint::text(buf, line.x, line.y, line.width, &text::fit(words, line.width, theme.ascii), theme.dim);
        const RAMP: [f64; 9] = [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0];
        let wide = 4 * RAMP.len() as u16;
        if line.width < used + wide + 2 {
            return;
        }
        for (place, value) in (0_u16..).zip(RAMP) {
            let x = line.right() - wide + place * 4;
            let of = if place % 4 == 0 { text::right(&figure(value, theme.ascii), 4, theme.ascii) } else { " ".repeat(4) };
            paint::text(buf, x, line.y, 4, &of, theme.signed_heat(value));
        }
    }
}

fn head_style(theme: &Theme, at: bool, down: bool) -> Style {
    match (down, at) {
        (true, _) => theme.warning,
        (_, true) => theme.accent,
        _ => theme.dim,
    }
}

/// One cell: its ground, its figure, and whether it is the pair that is shown, or the cursor's.
fn draw_cell(buf: &mut Buffer, at: Rect, theme: &Theme, cell: Option<&Cell>, stale: bool, here: bool, shown: bool) {
    let corr = cell.and_then(|cell| cell.corr);
    let style = match (cell, corr) {
        (Some(_), Some(_)) if stale => theme.dim,
        (Some(_), Some(corr)) => theme.signed_heat(corr),
        _ => theme.dim,
    };
    let content = match (cell, corr) {
        (None, _) => "1".to_owned(),
        (_, Some(corr)) => figure(corr, theme.ascii),
        _ => "-".to_owned(),
    };
    for y in at.top()..at.bottom() {
        paint::text(buf, at.x, y, at.width, &" ".repeat(usize::from(at.width)), style);
    }
    let middle = at.y + at.height / 2;
    let style = if shown { style.add_modifier(Modifier::BOLD) } else { style };
    // In narrow cells a figure of four cells at the right leaves one at its left.
    paint::text_right(buf, at.right() - u16::from(at.width > CELL.0), middle, 4, &content, style);
    if shown {
        let (open, close) = if theme.ascii { ('[', ']') } else { ('▐', '▌') };
        let mark = theme.accent.add_modifier(Modifier::BOLD);
        let mark = Style { bg: style.bg, ..mark };
        paint::put(buf, at.x, middle, open, mark);
        if at.width > CELL.0 {
            paint::put(buf, at.right() - 1, middle, close, mark);
        }
    }
    if here {
        buf.set_style(at.intersection(*buf.area()), theme.selection);
    }
}

impl Pane for MatrixPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::raw("Correlations")];
        if let Ok(table) = cx.pair_table() {
            spans.push(Span::styled(format!(" {} symbols", table.matrix().symbols().len()), theme.accent));
            spans.push(Span::styled(format!(" {} {}", table.timeframe, bars(table.matrix().window())), theme.dim));
            let down = table.matrix().symbols().filter(|symbol| table.is_down(*symbol)).count();
            if down > 0 {
                spans.push(Span::styled(format!(" {down} stale"), theme.warning));
            }
        }
        if !self.filter.is_empty() {
            spans.push(Span::styled(format!(" /{}", text::safe(&self.filter)), theme.accent));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Matrix
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let ((row, column), count) = (self.place(cx), count.max(1) as usize);
        let page = self.grid.rows.max(1);
        match command {
            Command::ListUp => self.go(row.saturating_sub(count), column),
            Command::ListDown => self.go(row.saturating_add(count), column),
            Command::MatrixLeft => self.go(row, column.saturating_sub(count)),
            Command::MatrixRight => self.go(row, column.saturating_add(count)),
            Command::ListPageUp => self.go(row.saturating_sub(page.saturating_mul(count)), column),
            Command::ListPageDown => self.go(row.saturating_add(page.saturating_mul(count)), column),
            Command::ListTop => self.go(0, column),
            Command::ListBottom => self.go(usize::MAX, column),
            Command::ListSelect => self.select(cx),
            Command::Cancel if !self.filter.is_empty() => {
                self.filter.clear();
                Handled::Yes
            }
            _ => Handled::No,
        }
    }

    fn on_filter(&mut self, text: &str) {
        self.filter = text.to_lowercase();
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        let (row, column) = self.place(cx);
        let (y, x) = self.rows.get(row).zip(self.columns.get(column)).filter(|(y, x)| y != x)?;
        propose::of_two(*y, *x, cx, PairFigure::Correlation)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let across = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        let command = match event.kind {
            MouseEventKind::ScrollUp if across => Command::MatrixLeft,
            MouseEventKind::ScrollDown if across => Command::MatrixRight,
            MouseEventKind::ScrollUp => Command::ListUp,
            MouseEventKind::ScrollDown => Command::ListDown,
            MouseEventKind::ScrollLeft => Command::MatrixLeft,
            MouseEventKind::ScrollRight => Command::MatrixRight,
            MouseEventKind::Down(MouseButton::Left) => {
                let Some((row, column)) = self.grid.at(event.column, event.row) else { return Handled::Yes };
                self.go(row, column);
                return self.select(cx);
            }
            _ => return Handled::No,
        };
        self.on_command(command, 1, cx)
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        self.grid = Grid { top: self.grid.top, left: self.grid.left, ..Grid::default() };
        let table = match cx.pair_table() {
            Ok(table) => table,
            Err(why) => return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii),
        };
        if area.width < 12 || area.height < 3 {
            return;
        }
        self.arrange(table);
        if self.rows.is_empty() {
            let why = format!("no symbol matches /{}", text::safe(&self.filter));
            return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii);
        }
        let quote = short::quote(&cx.view.snapshot);
        let longest = self.columns.iter().map(|symbol| text::width(&short::name(*symbol, &quote)) + 1).max().unwrap_or(2);
        let names = longest.min(NAME).min(area.width / 3) + 1;
        let below = u16::from(area.height >= 5) + u16::from(area.height >= 7);
        let cells = Rect { x: area.x + names, y: area.y + 1, width: area.width - names, height: area.height - 1 - below };
        self.lay_out(cells, longest, cx);
        self.draw(buf, cx, table, &quote, names - 1);
        let line = |up: u16| Rect { x: area.x + 1, y: area.bottom() - up, width: area.width - 1, height: 1 };
        if below == 2 {
            self.detail(buf, line(2), cx, table);
        }
        if below > 0 {
            self.legend(buf, line(1), cx, table);
        }
    }
}

#[cfg(test)]
#[path = "matrix_tests.rs"]
mod tests;
