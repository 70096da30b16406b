//! What the tests say of a pair, in words with their figures, and the pair's statistics.
//!
//! What there is no room for is left out from the least of worth on; what is missing says why.

use super::figures::{bars, minus, priced, signed, significant};
use super::statistics::Statistics;
use crate::alert::PairFigure;
use crate::analytics::pairs::verdict::{self, CAVEAT};
use crate::analytics::pairs::{Analysis, Method, Signal};
use crate::app::commands::{Command, Scope};
use crate::app::pairs::PairWork;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::paint;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Cells of the names of figures, the gap after them among them.
const NAMES: u16 = 10;
/// Cells from which on the statistics stand beside the words.
const BESIDE: u16 = 96;
/// Rows of the statistics, their heading among them.
const TABLE: u16 = 10;
/// Cells below which long sentences begin at the left.
const NARROW: u16 = 40;

/// One line of words.
#[derive(Debug, Clone)]
struct Row {
    /// Those of a high one go first where room is short.
    rank: u8,
    /// What was said in one go stays or goes together.
    group: usize,
    /// `None` for words over the whole width.
    name: Option<&'static str>,
    words: String,
    style: Style,
}

/// The words, as they are collected for a width.
struct Words {
    width: u16,
    groups: usize,
    ascii: bool,
    rows: Vec<Row>,
}

impl Words {
    /// Adds words on as many lines as they take.
    fn add(&mut self, rank: u8, name: &'static str, words: &str, style: Style) {
        self.push(rank, Some(name), self.width.saturating_sub(NAMES), words, style);
    }

    /// Adds words over the whole width.
    fn add_whole(&mut self, rank: u8, words: &str, style: Style) {
        self.push(rank, None, self.width, words, style);
    }

    fn push(&mut self, rank: u8, name: Option<&'static str>, width: u16, words: &str, style: Style) {
        let words = if self.ascii { super::plain(words) } else { words.to_owned() };
        self.groups += 1;
        for (at, words) in paint::wrap(&words, width).into_iter().enumerate() {
            self.rows.push(Row {
                rank,
                group: self.groups,
                name: name.map(|name| if at == 0 { name } else { "" }),
                words,
                style,
            });
        }
    }

    /// A line between sections: they go first, all of them.
    fn gap(&mut self) {
        self.rows.push(Row { rank: u8::MAX, group: 0, name: None, words: String::new(), style: Style::new() });
    }

    /// The rows that fit into a height: of the least worth the last goes first.
    fn fitting(mut self, height: u16) -> Vec<Row> {
        while self.rows.len() > usize::from(height) {
            let last = self.rows.iter().filter(|row| row.rank > 0).max_by_key(|row| (row.rank, row.group));
            let Some(group) = last.map(|row| row.group) else { break };
            self.rows.retain(|row| row.group != group);
        }
        self.rows.truncate(usize::from(height));
        self.rows
    }
}

/// The verdicts of a pair.
#[derive(Debug, Default)]
pub struct TestsPane {
    statistics: Option<Statistics>,
    /// Whether there was no room for all of it.
    cut: bool,
}

impl TestsPane {
    fn words(cx: &Cx<'_>, work: &PairWork, analysis: &Analysis, width: u16) -> Words {
        let (theme, setup, key) = (cx.theme, &work.key.setup, &work.key);
        let mut all = Words { width, groups: 0, ascii: theme.ascii, rows: Vec::new() };
        let fresh = work.stale_leg().is_none();
        let figure = if fresh { theme.text } else { theme.dim };
        if let Some(stale) = super::stale(work, theme.ascii) {
            all.add_whole(0, &format!("{stale}: nothing here is of the present"), theme.warning);
        }
        let beta = analysis.line.ok().map(|line| line.beta);
        let signal = verdict::signal(analysis.signal, work.course().waits(), setup, (key.y, key.x), beta, analysis.z.ok());
        let style = match (fresh, analysis.signal) {
            (false, _) => theme.dim,
            (true, Signal::Flat) => theme.bright,
            (true, Signal::Long) => theme.up.add_modifier(Modifier::BOLD),
            (true, Signal::Short) => theme.down.add_modifier(Modifier::BOLD),
        };
        all.add_whole(0, &signal, style);
        all.gap();
        all.add(5, "how", &how(work), theme.dim);
        let price = analysis.y.unwrap_or(0.0);
        match &analysis.line {
            Ok(line) => {
                let r2 = line.r2.map_or_else(String::new, |r2| format!(", r² {r2:.4}"));
                let beta = minus(significant(line.beta, 5), false);
                all.add(1, "hedge", &format!("β {beta}, α {}{r2}", priced(line.alpha, price, false)), figure);
            }
            Err(why) => all.add(1, "hedge", &format!("no line: {why}"), theme.warning),
        }
        let spread = analysis.spread.map_or_else(|why| why.to_string(), |spread| priced(spread, price, false));
        let z = analysis.z.map_or_else(|why| format!("none: {why}"), |z| signed(z, 2, false));
        all.add(2, "spread", &format!("{spread}, z {z}"), if analysis.z.is_ok() { figure } else { theme.warning });
        if let Some(most) = work.faint_filter() {
            let words = format!(
                "the filter's z stays within ±{}: its variances are fixed, and large for prices like these",
                significant(most, 2)
            );
            all.add(2, "", &words, theme.warning);
        }
        let style = if analysis.half_life.is_ok() { figure } else { theme.warning };
        all.add(2, "half-life", &verdict::half_life(&analysis.half_life, key.timeframe), style);
        all.gap();
        let of = verdict::stationarity(&analysis.adf);
        all.add(1, "ADF", &of.words, passed(theme, fresh, of.level, analysis.adf.is_err()));
        if let Ok(adf) = &analysis.adf {
            details(&mut all, (adf.stat, adf.lags, adf.n, adf.crit), theme);
            if all.width < NARROW {
                all.add_whole(3, CAVEAT, theme.warning);
            } else {
                all.add(3, "", CAVEAT, theme.warning);
            }
        }
        let of = verdict::cointegration(&analysis.coint);
        all.add(1, "coint", &of.words, passed(theme, fresh, of.level, analysis.coint.is_err()));
        if let Ok(coint) = &analysis.coint {
            details(&mut all, (coint.stat, coint.lags, coint.n, coint.crit), theme);
        }
        all.gap();
        let of = format!("over {} {}", bars(setup.z), if setup.returns { "log returns" } else { "closes" });
        match analysis.corr {
            Ok(corr) => all.add(2, "corr", &format!("{} {of}", signed(corr, 2, false)), figure),
            Err(why) => all.add(2, "corr", &format!("none {of}: {why}"), theme.warning),
        }
        counts(&mut all, work, theme);
        all
    }
}

/// Method, windows and bars.
fn how(work: &PairWork) -> String {
    let setup = &work.key.setup;
    let over = match setup.method {
        Method::Kalman => format!("kalman, tests over {} bars", bars(setup.window)),
        method => format!("{method} over {} bars", bars(setup.window)),
    };
    format!("{} closes, {over}, z over {}", work.key.timeframe, bars(setup.z))
}

/// How a test's verdict is written.
fn passed(theme: &Theme, fresh: bool, level: Option<u8>, missing: bool) -> Style {
    match (fresh, level) {
        _ if missing => theme.warning,
        (false, _) => theme.dim,
        (true, Some(1 | 5)) => theme.good.add_modifier(Modifier::BOLD),
        (true, Some(_)) => theme.text,
        (true, None) => theme.bright,
    }
}

fn details(all: &mut Words, (stat, lags, n, crit): (f64, usize, usize, [f64; 3]), theme: &Theme) {
    let lags = if lags == 1 { "1 lag".to_owned() } else { format!("{lags} lags") };
    all.add(4, "", &format!("statistic {}, {lags}, n {}", verdict::minus(stat, 2), bars(n)), theme.dim);
    let [one, five, ten] = crit.map(|value| verdict::minus(value, 2));
    all.add(6, "", &format!("critical: 1% {one}, 5% {five}, 10% {ten}"), theme.dim);
}

/// Bars both have, and those left out.
fn counts(all: &mut Words, work: &PairWork, theme: &Theme) {
    let counts = work.counts();
    all.add(5, "bars", &format!("{} common of {}", bars(counts.common), work.key.timeframe), theme.text);
    for (symbol, left) in [(work.key.y, counts.y), (work.key.x, counts.x)] {
        if left.total() > 0 {
            let inside = if left.inside > 0 { theme.warning } else { theme.dim };
            let other = if symbol == work.key.y { work.key.x } else { work.key.y };
            let mut words = format!("left out: {} of {symbol}", bars(left.total()));
            if left.outside > 0 && left.inside > 0 {
                words += &format!(", {} of them before or after {other}'s", bars(left.outside));
            } else if left.outside > 0 {
                words += &format!(", before or after {other}'s");
            }
            all.add(if left.inside > 0 { 4 } else { 7 }, "", &words, inside);
        }
    }
}

/// The table of statistics: a heading and rows, as many as fit.
fn table(area: Rect, buf: &mut Buffer, cx: &Cx<'_>, work: &PairWork, statistics: &Statistics) {
    let theme = cx.theme;
    let width = area.width.saturating_sub(NAMES) / 3;
    if width < 7 || area.height < 3 {
        return;
    }
    let heads = [work.key.y.to_string(), work.key.x.to_string(), "spread".to_owned()];
    let name = format!("{} bars", bars(statistics.bars));
    paint::text(buf, area.x, area.y, NAMES, &text::fit(&name, NAMES - 1, theme.ascii), theme.dim);
    let line = |buf: &mut Buffer, y: u16, texts: &[String; 3], style: Style| {
        for (at, content) in (0_u16..).zip(texts) {
            let content = text::right(content, width - 1, theme.ascii);
            paint::text(buf, area.x + NAMES + at * width + 1, y, width - 1, &content, style);
        }
    };
    line(buf, area.y, &heads, theme.dim);
    let style = if work.stale_leg().is_none() { theme.text } else { theme.dim };
    let mut y = area.y + 1;
    for (name, texts) in statistics.rows(width - 1, theme.ascii) {
        if y >= area.bottom() {
            return;
        }
        paint::text(buf, area.x, y, NAMES, name, theme.dim);
        line(buf, y, &texts, style);
        y += 1;
    }
    for why in statistics.why() {
        if y >= area.bottom() {
            return;
        }
        paint::text(
            buf,
            area.x,
            y,
            area.width,
            &text::fit(&if theme.ascii { super::plain(&why) } else { why.clone() }, area.width, theme.ascii),
            theme.warning,
        );
        y += 1;
    }
}

fn draw(area: Rect, buf: &mut Buffer, theme: &Theme, rows: &[Row]) {
    for (row, y) in rows.iter().zip(area.top()..area.bottom()) {
        let Some(name) = row.name else {
            paint::text(buf, area.x, y, area.width, &row.words, row.style);
            continue;
        };
        paint::text(buf, area.x, y, NAMES.min(area.width), name, theme.dim);
        paint::text(buf, area.x + NAMES, y, area.width.saturating_sub(NAMES), &row.words, row.style);
    }
}

impl Pane for TestsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let mut title = super::title("Tests", cx, |work| super::method(&work.key.setup));
        if self.cut {
            // Beside the name: at the end it would be the first to go where there is little room.
            title.spans.insert(1, Span::styled(format!(" more: {}", cx.key(Command::ZoomPane)), cx.theme.dim));
        }
        title
    }

    fn scope(&self) -> Scope {
        Scope::Pair
    }

    fn on_command(&mut self, command: Command, _count: u32, cx: &Cx<'_>) -> Handled {
        super::cancel(command, cx)
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::of_pair(PairFigure::Zscore, cx)
    }

    fn on_mouse(&mut self, _event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        Handled::No
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let work = match cx.pair() {
            Ok(work) => work,
            Err(why) => return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii),
        };
        let Some(analysis) = work.analysis() else {
            return reason::message(area, buf, "working…", cx.theme.dim, cx.theme.ascii);
        };
        if area.width < NAMES + 8 || area.height == 0 {
            return;
        }
        Statistics::keep(&mut self.statistics, work, cx.view);
        let inner = Rect { x: area.x + 1, width: area.width - 2, ..area };
        let beside = inner.width >= BESIDE;
        let width = if beside { inner.width / 2 - 2 } else { inner.width };
        let words = Self::words(cx, work, analysis, width);
        let all = words.rows.len();
        let rows = words.fitting(inner.height);
        draw(Rect { width, ..inner }, buf, cx.theme, &rows);
        let Some(statistics) = &self.statistics else { return };
        let used = rows.len() as u16 + 1;
        let rest = if beside {
            Rect { x: inner.x + width + 4, width: inner.width - width - 4, ..inner }
        } else {
            Rect { y: inner.y + used.min(inner.height), height: inner.height.saturating_sub(used), ..inner }
        };
        self.cut = rows.len() < all || rest.height < TABLE;
        table(Rect { width: rest.width.min(60), ..rest }, buf, cx, work, statistics);
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
