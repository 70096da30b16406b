//! Drawing a ladder's rows.

use super::changes::{Change, ground};
use super::columns::{Column, Placed, Widths};
use crate::domain::{Instrument, Price, Side, Volume};
use crate::ui::panes::levels::{self, Mood};
use crate::ui::theme::Theme;
use crate::ui::widgets::{blocks, figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// One line of a ladder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// Its price; none in the line between asks and bids.
    pub price: Option<Price>,
    /// Whose orders rest there; none where nothing does.
    pub side: Option<Side>,
    /// What rests there.
    pub qty: Volume,
    /// What rests from the best price to here.
    pub total: Volume,
    /// What was traded there, 1e-8 base units.
    pub traded: i128,
    /// Whether it changed a moment ago.
    pub change: Option<Change>,
    /// Whether it is large for this book.
    pub large: bool,
}

impl Rung {
    /// A line at which nothing rests.
    pub const fn empty(price: Option<Price>) -> Self {
        Self { price, side: None, qty: Volume::ZERO, total: Volume::ZERO, traded: 0, change: None, large: false }
    }

    /// Price × quantity, quote units.
    pub fn value(&self) -> f64 {
        self.price.map_or(0.0, Price::to_f64) * self.qty.to_f64()
    }
}

/// What a line is besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// The last trade's price is here.
    pub last: bool,
    /// The linked crosshair's price is here.
    pub cross: bool,
    /// The cursor is here.
    pub cursor: bool,
    /// The best of its side.
    pub best: bool,
    /// The largest of the first levels of its side: support or resistance, as the indicator `wall` has it.
    pub wall: bool,
    /// An alert waits for a price here.
    pub alert: Option<Mood>,
}

/// How rows are drawn.
pub struct Painter<'a> {
    theme: &'a Theme,
    price_decimals: usize,
    qty_decimals: usize,
    /// Whether the book can be believed.
    trusted: bool,
    /// The largest quantity and traded volume shown.
    most: f64,
    most_traded: i128,
    /// Cells of a quantity and its mark.
    size_cells: u16,
}

impl<'a> Painter<'a> {
    /// For an instrument's book.
    pub fn new(theme: &'a Theme, instrument: &Instrument, trusted: bool) -> Self {
        let (price_decimals, qty_decimals) = (instrument.price_decimals(), instrument.qty_decimals());
        Self { theme, price_decimals, qty_decimals, trusted, most: 0.0, most_traded: 0, size_cells: 0 }
    }

    /// Widens the columns to what the rows need.
    pub fn measure(&mut self, rungs: &[Rung], widths: &mut Widths, roomy: bool) {
        let cells = |text: &str| text.len() as u16;
        let (mut total, mut value) = (0.0_f64, 0.0_f64);
        for rung in rungs {
            self.most = self.most.max(rung.qty.to_f64());
            self.most_traded = self.most_traded.max(rung.traded);
            total = total.max(rung.total.to_f64());
            value = value.max(rung.value());
        }
        // Only prices at the ends can be the widest.
        let mut priced = rungs.iter().filter_map(|rung| rung.price);
        for price in [priced.next(), priced.next_back()].into_iter().flatten() {
            widths.price = widths.price.max(cells(&self.price(price)));
        }
        widths.size = widths.size.max(cells(&self.amount(self.most)));
        if roomy {
            // So that the unit has room in the heading.
            widths.size = widths.size.max(7);
        }
        self.size_cells = widths.size + 1;
        widths.total = widths.total.max(cells(&self.amount(total))).max(5);
        widths.value = widths.value.max(5);
        widths.traded = widths.traded.max(6);
    }

    /// A price as the ladder writes it.
    pub fn price(&self, price: Price) -> String {
        let decimals = self.price_decimals;
        format!("{price:#.decimals$}")
    }

    /// A quantity, shortened where its digits would be too many to read.
    fn amount(&self, value: f64) -> String {
        let decimals = self.qty_decimals;
        if value < 100_000.0 {
            let places = if value < 10_000.0 { decimals } else { decimals.min(1) };
            format!("{value:.places$}")
        } else {
            figures::short(value)
        }
    }

    fn style(&self, style: Style) -> Style {
        if self.trusted { style } else { self.theme.dim }
    }

    fn side(&self, side: Side) -> (Style, Style) {
        match side {
            Side::Buy => (self.theme.up, self.theme.bid_bar),
            Side::Sell => (self.theme.down, self.theme.ask_bar),
        }
    }

    /// The names of the columns.
    pub fn headings(&self, buf: &mut Buffer, y: u16, placed: &[Placed], instrument: &Instrument) {
        for place in placed.iter().filter(|place| place.column != Column::Bar) {
            let (name, unit) = match place.column {
                Column::Price | Column::Value => (place.column.name(), &instrument.quote),
                other => (other.name(), &instrument.base),
            };
            let place = self.figures(*place);
            let both = format!("{name} {unit}");
            let text = if !unit.is_empty() && paint::cells(&both) <= place.width { &both } else { name };
            paint::text_right(buf, place.x + place.width, y, place.width, text, self.theme.dim);
        }
    }

    /// One line.
    pub fn rung(&self, buf: &mut Buffer, area: Rect, placed: &[Placed], rung: &Rung, marks: Marks) {
        let theme = self.theme;
        let y = area.y;
        let glyph = match (marks.last, marks.cross, theme.ascii) {
            (true, _, false) => Some(('▸', theme.accent)),
            (true, _, true) => Some(('>', theme.accent)),
            (_, true, _) => Some(('+', theme.crosshair)),
            _ if marks.alert.is_some() => marks.alert.map(|mood| (levels::mark(theme), mood.style(theme))),
            _ if marks.wall => Some((if theme.ascii { 'W' } else { '■' }, theme.large)),
            _ => None,
        };
        if let Some((glyph, style)) = glyph {
            paint::put(buf, area.x, y, glyph, self.style(style));
        }
        for &place in placed {
            self.cell(buf, y, place, rung, marks);
        }
        if marks.cursor {
            buf.set_style(area, Style { fg: None, ..theme.selection });
        }
    }

    fn cell(&self, buf: &mut Buffer, y: u16, place: Placed, rung: &Rung, marks: Marks) {
        let (theme, right) = (self.theme, place.x + place.width);
        match place.column {
            Column::Price => {
                let Some(price) = rung.price else { return };
                let base = rung.side.map_or(theme.dim, |side| self.side(side).0);
                let mut style = self.style(base);
                if marks.last || marks.best {
                    style = style.add_modifier(Modifier::BOLD);
                }
                if marks.cross {
                    style = style.add_modifier(Modifier::UNDERLINED);
                }
                paint::text_right(buf, right, y, place.width, &self.price(price), style);
            }
            Column::Size if rung.side.is_some() => self.size(buf, y, place, rung),
            Column::Bid if rung.side == Some(Side::Buy) => self.on_bar(buf, y, place, rung, Side::Buy),
            Column::Ask if rung.side == Some(Side::Sell) => self.on_bar(buf, y, place, rung, Side::Sell),
            Column::Bar => {
                let Some(side) = rung.side else { return };
                let (colour, ground) = self.side(side);
                let fill = ground.bg.map_or(colour, |colour| Style::new().fg(colour));
                blocks::lying(buf, place.x, y, place.width, self.share(rung), self.style(fill), theme.ascii);
            }
            Column::Total if rung.side.is_some() => {
                paint::text_right(buf, right, y, place.width, &self.amount(rung.total.to_f64()), theme.dim);
            }
            Column::Value if rung.side.is_some() => {
                paint::text_right(buf, right, y, place.width, &figures::short(rung.value()), theme.dim);
            }
            Column::Traded if rung.traded > 0 => {
                let style = if rung.traded == self.most_traded { self.style(theme.accent) } else { theme.dim };
                let text = figures::short(Volume::from_units(rung.traded).to_f64());
                paint::text_right(buf, right, y, place.width, &text, style);
            }
            _ => {}
        }
    }

    fn share(&self, rung: &Rung) -> f64 {
        if self.most > 0.0 { rung.qty.to_f64() / self.most } else { 0.0 }
    }

    /// A quantity with its marks: grown or shrunk before it, large behind it.
    fn size(&self, buf: &mut Buffer, y: u16, place: Placed, rung: &Rung) {
        let theme = self.theme;
        let right = place.x + place.width - u16::from(place.width > 0);
        let text = self.amount(rung.qty.to_f64());
        let style = if rung.large { theme.large } else { theme.text };
        paint::text_right(buf, right, y, place.width.saturating_sub(1), &text, self.style(style));
        if rung.large {
            paint::put(buf, right, y, if theme.ascii { '*' } else { '◆' }, self.style(theme.large));
        }
        if let Some(change) = rung.change.filter(|_| self.trusted) {
            let from = right.saturating_sub(paint::cells(&text)).max(place.x);
            let glyph = match (change.grew, theme.ascii) {
                (true, false) => '▴',
                (false, false) => '▾',
                (true, true) => '^',
                (false, true) => 'v',
            };
            let style = if change.grew { theme.bright } else { theme.dim };
            let faded = Rect::new(from, y, right.saturating_sub(from), 1).intersection(*buf.area());
            buf.set_style(faded, ground(theme, change.strength));
            // Where the figure is as wide as its column, the gap before the column holds the glyph.
            paint::put(buf, from.saturating_sub(1), y, glyph, Style { bg: None, ..style });
        }
    }

    /// A quantity on a bar that begins at the price: bids grow to the left, asks to the right.
    fn on_bar(&self, buf: &mut Buffer, y: u16, place: Placed, rung: &Rung, side: Side) {
        let cells = ((self.share(rung) * f64::from(place.width)).round() as u16).clamp(1, place.width.max(1));
        let x = if side == Side::Buy { place.x + place.width - cells.min(place.width) } else { place.x };
        if self.trusted {
            let bar = Rect::new(x, y, cells, 1).intersection(*buf.area());
            let ground = self.side(side).1;
            // Without a colour of its own a bar would be as bright as what is pointed at.
            let ground = if ground.bg.is_some() { ground } else { Style::new().add_modifier(Modifier::UNDERLINED) };
            buf.set_style(bar, ground);
        }
        self.size(buf, y, self.figures(place), rung);
    }

    /// Where a column's figures stand: those of asks beside the price, however wide the bars are.
    fn figures(&self, place: Placed) -> Placed {
        let width = if place.column == Column::Ask { place.width.min(self.size_cells) } else { place.width };
        Placed { width, ..place }
    }
}
