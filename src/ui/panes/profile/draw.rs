//! A profile's bars, its lines and what stands around them.

use super::{Layout, ProfilePane};
use crate::app::commands::Command;
use crate::domain::{Nanos, Price, Volume};
use crate::engine::Known;
use crate::engine::snapshot::SymbolView;
use crate::footprint::profile::Profile;
use crate::footprint::rows::Rows;
use crate::ui::pane::Cx;
use crate::ui::panes::axis::{self, Part};
use crate::ui::panes::grouping::{self, Grouping};
use crate::ui::theme::Theme;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::{clock, figures};
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

/// What a profile is drawn from.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub grouping: &'a Grouping,
    pub rows: &'a Rows,
    pub profile: Profile,
    /// Price units of the smallest difference of two prices.
    pub tick: i64,
    /// The volume-weighted average price.
    pub vwap: Option<Price>,
    pub theme: &'a Theme,
}

/// What stands at the right end of a line.
struct Label {
    line: u16,
    text: String,
    /// Where the names end in it.
    names: usize,
    mark: char,
    style: Style,
}

const fn bought(theme: &Theme) -> char {
    if theme.ascii { '#' } else { '█' }
}

const fn sold(theme: &Theme) -> char {
    if theme.ascii { '=' } else { '▒' }
}

impl Sheet<'_> {
    /// The bars: what was bought from the left, then what was sold; without colour out of the value area.
    ///
    /// They end before the labels of the lines.
    pub fn bars(&self, buf: &mut Buffer, decimals: usize) {
        let (plot, theme) = (self.layout.plot, self.theme);
        let most = self.rows.as_slice().iter().map(|row| row.volume().units()).max().unwrap_or(0);
        let labels = self.labels(decimals).iter().map(|label| paint::cells(&label.text)).max().unwrap_or(0);
        let room = plot.width.saturating_sub(1).saturating_sub(labels).max(plot.width / 3);
        if most <= 0 || room == 0 {
            return;
        }
        for row in self.rows.as_slice() {
            let Some(line) = self.grouping.line_of(row.key) else { continue };
            let share = |volume: Volume| (volume.units() as f64 / most as f64 * f64::from(room)).round() as u16;
            let whole = share(row.volume()).clamp(1, room);
            let buys = share(row.buy).min(whole);
            let valued = self.profile.holds(row.key);
            for cell in 0..whole {
                let (glyph, ink) = if cell < buys { (bought(theme), theme.up) } else { (sold(theme), theme.down) };
                put(buf, plot.x + 1 + cell, plot.y + line, glyph, if valued { ink } else { theme.volume });
            }
        }
    }

    /// The lines of POC, value area and average, the most telling first.
    fn marked(&self) -> Vec<(&'static str, i64, Price, char, char, Style)> {
        let theme = self.theme;
        let high = Price::from_units(self.rows.price_of(self.profile.high + 1).units().saturating_sub(self.tick));
        let low = self.rows.price_of(self.profile.low);
        let poc = self.rows.price_of(self.profile.poc);
        let glyphs = if theme.ascii { ['-', '.', '~', '*'] } else { ['━', '╌', '┈', '◆'] };
        let bold = theme.accent.add_modifier(Modifier::BOLD);
        let mut lines = vec![
            ("POC", self.profile.poc, poc, glyphs[0], glyphs[3], bold),
            ("VAH", self.profile.high, high, glyphs[1], if theme.ascii { '^' } else { '┌' }, theme.bright),
            ("VAL", self.profile.low, low, glyphs[1], if theme.ascii { 'v' } else { '└' }, theme.bright),
        ];
        if let Some(vwap) = self.vwap {
            let mark = if theme.ascii { '~' } else { '≈' };
            lines.push(("VWAP", self.grouping.key_of(vwap), vwap, glyphs[2], mark, theme.series_1));
        }
        lines
    }

    /// What stands at the right end of the lines. Several in one row share its price, that of the first.
    fn labels(&self, decimals: usize) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        for (name, key, price, _, mark, style) in self.marked() {
            let Some(line) = self.grouping.line_of(key) else { continue };
            if let Some(label) = labels.iter_mut().find(|label| label.line == line) {
                label.text.insert_str(label.names, &format!(" {name}"));
                label.names += name.len() + 1;
                continue;
            }
            let price = if self.layout.plot.width >= 36 { format!(" {price:#.decimals$}") } else { String::new() };
            labels.push(Label { line, text: format!(" {name}{price} "), names: name.len() + 1, mark, style });
        }
        labels
    }

    /// Draws the lines, each with its name at the right end and a mark at the left.
    pub fn lines(&self, buf: &mut Buffer, decimals: usize) {
        let plot = self.layout.plot;
        for (_, key, _, glyph, _, style) in self.marked() {
            let Some(line) = self.grouping.line_of(key) else { continue };
            (plot.left() + 1..plot.right()).for_each(|x| put_under(buf, x, plot.y + line, glyph, style));
        }
        for label in self.labels(decimals) {
            put(buf, plot.x, plot.y + label.line, label.mark, label.style);
            paint::text_right(buf, plot.right(), plot.y + label.line, plot.width, &label.text, label.style);
        }
    }

    /// The crosshair's line.
    pub fn cross(&self, buf: &mut Buffer, line: u16) {
        let (plot, glyph) = (self.layout.plot, if self.theme.ascii { '-' } else { '─' });
        (plot.left()..plot.right()).for_each(|x| put_under(buf, x, plot.y + line, glyph, self.theme.crosshair));
    }
}

fn part(rank: u8, text: String, style: Style) -> Part {
    Part { rank, text, style }
}

/// What is said above: of the price pointed at, or of all.
pub(super) fn told(cx: &Cx<'_>, view: &SymbolView, sheet: &Sheet<'_>, price: Option<Price>) -> Vec<Part> {
    let theme = cx.theme;
    let decimals = view.instrument.price_decimals();
    let size = |volume: Volume| figures::short(volume.to_f64());
    let (buy, sell) = sheet.rows.totals();
    if let Some(price) = price {
        let key = sheet.rows.key_of(price);
        let mut parts = vec![part(0, format!("{:#.decimals$}", sheet.rows.price_of(key)), theme.bright)];
        match sheet.rows.row(key) {
            Some(row) => {
                parts.push(part(1, format!("bought {}", size(row.buy)), theme.up));
                parts.push(part(1, format!("sold {}", size(row.sell)), theme.down));
                let share = row.volume().to_f64() / (buy + sell).to_f64().max(1e-8) * 100.0;
                parts.push(part(2, format!("{share:.1}%"), theme.text));
            }
            None => parts.push(part(0, "nothing traded".to_owned(), theme.dim)),
        }
        return parts;
    }
    let delta = (buy - sell).to_f64();
    vec![
        part(0, format!("volume {}", size(buy + sell)), theme.text),
        part(1, format!("{} bought {}", bought(theme), size(buy)), theme.up),
        part(1, format!("{} sold {}", sold(theme), size(sell)), theme.down),
        part(2, format!("delta {}", figures::short_signed(delta)), crate::ui::panes::direction(theme, delta)),
    ]
}

/// What is said below: from when on, and how well that is known.
pub(super) fn since(buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView, pane: &ProfilePane, from: Nanos, known: Known) {
    let (area, theme) = (pane.layout.foot, cx.theme);
    if area.is_empty() {
        return;
    }
    let time = |at: Nanos| {
        let local = clock::local(at, cx.zone);
        if at.0.rem_euclid(60_000_000_000) == 0 { clock::hour_minute(local) } else { clock::hour_minute_second(local) }
    };
    let begin = view.footprint.from().unwrap_or(from).max(from);
    let mut parts = vec![part(0, format!("from {} {}", clock::day_month(clock::local(begin, cx.zone)), time(begin)), theme.dim)];
    match known {
        Known::Partly if view.footprint.dropped > 0 => {
            parts.push(part(1, "older trades are no longer held".to_owned(), theme.warning));
        }
        Known::Partly => parts.push(part(1, "no trades came before".to_owned(), theme.warning)),
        Known::ByMinute => parts.push(part(1, "to the minute".to_owned(), theme.dim)),
        Known::Exactly | Known::Not => {}
    }
    let zone = clock::zone_label(cx.view.session.now, cx.zone);
    paint::text_right(buf, area.right(), area.y, area.width, &zone, theme.dim);
    axis::parts(buf, area, &parts, paint::cells(&zone) + 2);
}

/// Notes over the plot.
pub(super) fn notes(buf: &mut Buffer, cx: &Cx<'_>, pane: &ProfilePane) {
    let dot = if cx.theme.ascii { '-' } else { '·' };
    if pane.grouping.by_hand() {
        let key = cx.key(Command::ProfileFit);
        let forms = [format!(" rows by hand {dot} {key} fits "), format!(" by hand {dot} {key} "), " by hand ".to_owned()];
        axis::notes(buf, pane.layout.plot, cx, &[forms]);
    }
}

/// The price a row is known by where somebody points between rows.
pub(super) fn on_row(grouping: &Grouping, price: Price) -> Price {
    grouping.price_of(grouping.key_of(price))
}

/// Price units of a tick, for the grouping.
pub(super) fn tick(view: &SymbolView) -> i64 {
    grouping::tick(&view.instrument)
}
