//! The volume-weighted average price from a bar on, with its bands of one and two standard deviations.
//!
//! A bar's part is worked out from what was traded at each price where that is held and comes to the bar's volume, to a hundredth; else all
//! of its volume counts at its typical price, and the label says ≈.

use super::layout::Layout;
use super::viewport::{Columns, Zoom};
use crate::bars::BarView;
use crate::domain::{Bar, BarSpec, Nanos, Price, Symbol, Volume};
use crate::engine::Known;
use crate::engine::snapshot::SymbolView;
use crate::footprint::vwap::{Vwap, VwapSums};
use crate::ui::pane::Cx;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::scale::PriceScale;
use crate::ui::widgets::{clock, paint};
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

const DAY: Nanos = Nanos::from_secs(86_400);

/// Tells whether what was added up still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    symbol: Symbol,
    bars: BarSpec,
    at: Nanos,
    replaced: u64,
    since: Option<Nanos>,
}

/// An average from a moment on. What closed bars add to it is worked out once.
#[derive(Debug, Clone, Default)]
pub(super) struct Anchored {
    /// From when on; `None` where there is none.
    pub at: Option<Nanos>,
    stamp: Option<Stamp>,
    /// The number of the first bar within, counted from the first there ever was.
    first: u64,
    /// The average at the close of each bar from the first on.
    closed: Vec<Option<Vwap>>,
    sums: VwapSums,
    /// With the forming bar.
    now: Option<Vwap>,
    /// Bars of which only the bar counted.
    rough: bool,
    /// The first bar's part begins with its minute.
    by_minute: bool,
}

/// The trades of a bar that is not of time, as positions.
type Positions = std::ops::Range<usize>;

impl Anchored {
    /// Anchors at a moment; or takes the anchor away, where it is that already or no moment is given.
    pub fn toggle(&mut self, at: Option<Nanos>, otherwise: Option<Nanos>) {
        self.at = match (self.at, at) {
            (Some(old), Some(new)) if old == new => None,
            (_, Some(new)) => Some(new),
            (Some(_), None) => None,
            (None, None) => otherwise,
        };
    }

    /// Works out the average of every bar from the anchor on.
    fn fill(&mut self, symbol: &SymbolView, bars: &BarView, spec: BarSpec) -> Option<()> {
        let at = self.at?;
        let stamp = Stamp {
            symbol: symbol.instrument.symbol,
            bars: spec,
            at,
            replaced: bars.closed.replaced(),
            since: symbol.footprint.since,
        };
        let dropped = bars.closed.dropped();
        // Bars that were let go before they were counted cannot be made up for.
        let next = self.first + self.closed.len() as u64;
        if self.stamp != Some(stamp) || next < dropped || next > dropped + bars.closed.len() as u64 {
            let holds = bars.position(Nanos(at.0.saturating_add(1))).saturating_sub(1);
            let mut closed = std::mem::take(&mut self.closed);
            closed.clear();
            *self = Self { at: self.at, stamp: Some(stamp), first: dropped + holds as u64, closed, ..Self::default() };
        }
        let begin = (self.first + self.closed.len() as u64 - dropped) as usize;
        let trades = positions(symbol, bars, spec, begin);
        for index in begin..bars.closed.len() {
            let bar = bars.get(index)?;
            let (part, known) = part(symbol, bar, at, spec, trades.get(index - begin));
            self.take(&part, known);
            let sums = self.sums.vwap();
            self.closed.push(sums);
        }
        self.now = self.closed.last().copied().flatten();
        if let Some(bar) = &bars.forming {
            let (part, known) = part(symbol, bar, at, spec, trades.last());
            let mut sums = self.sums;
            sums.merge(&part);
            (self.now, self.rough) = (sums.vwap(), self.rough || known == Known::Not);
        }
        Some(())
    }

    fn take(&mut self, part: &VwapSums, known: Known) {
        self.rough |= known == Known::Not;
        self.by_minute |= known == Known::ByMinute;
        self.sums.merge(part);
    }

    /// The average at the end of a bar.
    fn get(&self, index: usize, bars: &BarView) -> Option<Vwap> {
        let at = (bars.closed.dropped() + index as u64).checked_sub(self.first)? as usize;
        if index >= bars.closed.len() { self.now } else { self.closed.get(at).copied().flatten() }
    }

    /// Draws line and bands; nothing where there is no anchor.
    pub fn draw(&mut self, buf: &mut Buffer, cx: &Cx<'_>, sheet: &Sheet<'_>, dots: &mut Dots) {
        if self.fill(sheet.symbol, sheet.view, cx.bars).is_none() {
            return;
        }
        let (plot, theme) = (sheet.layout.plot, cx.theme);
        let first = self.first.saturating_sub(sheet.view.closed.dropped()) as usize;
        let shown = || sheet.columns.bars.iter().filter(|column| column.last >= first);
        let middle = sheet.zoom.body / 2;
        let y = |units: f64| {
            let rows = f64::from(plot.height.max(1));
            (sheet.scale.y_beyond(Price::from_units(units as i64)).clamp(-rows, rows * 2.0) * 4.0) as i32
        };
        // From the outermost to the line itself, which is drawn last and so over them. A band has fewer dots the further out it is.
        for (times, every) in [(2.0, 6), (1.0, 3), (0.0, 1)] {
            dots.reset(plot.width, plot.height);
            for sign in if times > 0.0 { &[1.0, -1.0][..] } else { &[0.0][..] } {
                let mut before: Option<(i32, i32)> = None;
                for column in shown() {
                    let Some(vwap) = self.get(column.last, sheet.view) else { continue };
                    let to = (i32::from(column.x + middle) * 2, y(vwap.mean + sign * times * vwap.deviation));
                    let from = before.filter(|_| !column.after_gap).unwrap_or(to);
                    if every == 1 {
                        dots.line(from, to);
                    } else {
                        for x in (from.0..=to.0).filter(|x| x % every == 0) {
                            let part = f64::from(x - from.0) / f64::from((to.0 - from.0).max(1));
                            dots.set(x, from.1 + (f64::from(to.1 - from.1) * part) as i32);
                        }
                    }
                    before = Some(to);
                }
            }
            dots.paint_under(plot, buf, if times > 0.0 { theme.dim } else { theme.series_1 }, theme.ascii);
        }
        if let Some(column) = sheet.columns.bars.iter().find(|column| (column.first..=column.last).contains(&first))
            && let Some(row) =
                self.get(column.last, sheet.view).and_then(|vwap| sheet.scale.row(Price::from_units(vwap.mean as i64)))
        {
            let glyph = if theme.ascii { '@' } else { '◉' };
            paint::put(buf, plot.x + column.x + middle, plot.y + row, glyph, theme.series_1.add_modifier(Modifier::BOLD));
        }
    }

    /// Says what it comes to, below the plot's first line; drawn after all lines.
    pub fn label(&self, buf: &mut Buffer, cx: &Cx<'_>, layout: &Layout) {
        let (plot, theme) = (layout.plot, cx.theme);
        let Some((at, vwap)) = self.at.zip(self.now).filter(|_| plot.height >= 4) else { return };
        let decimals = cx.symbol_view().map_or(2, |symbol| symbol.instrument.price_decimals());
        let local = clock::local(at, cx.zone);
        let time =
            if at.0.rem_euclid(60_000_000_000) == 0 { clock::hour_minute(local) } else { clock::hour_minute_second(local) };
        let (mark, about, sd) = if theme.ascii { ("@", "~", "sd") } else { ("◉", "≈", "σ") };
        let about = if self.rough { about } else { "" };
        let price = |units: f64| format!("{:#.decimals$}", Price::from_units(units.round() as i64));
        let minute = if self.by_minute { ", from its minute" } else { "" };
        let forms = [
            format!(
                " {mark} VWAP {about}{} {sd} {} from {} {time}{minute} ",
                price(vwap.mean),
                price(vwap.deviation),
                clock::day_month(local)
            ),
            format!(" {mark} VWAP {about}{} {sd} {} ", price(vwap.mean), price(vwap.deviation)),
            format!(" {mark} {about}{} ", price(vwap.mean)),
        ];
        if let Some(text) = forms.iter().find(|text| paint::cells(text) <= plot.width) {
            paint::text(buf, plot.x, plot.y + 1, plot.width, text, theme.series_1);
        }
    }
}

/// What the average is drawn over.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    pub zoom: Zoom,
    pub scale: PriceScale,
    pub symbol: &'a SymbolView,
    pub view: &'a BarView,
}

/// Where the trades of bars that are not of time are, from a bar to the newest; empty for bars of time.
fn positions(symbol: &SymbolView, bars: &BarView, spec: BarSpec, begin: usize) -> Vec<Positions> {
    if matches!(spec, BarSpec::Time(_)) {
        return Vec::new();
    }
    let mut end = symbol.trades.len();
    let mut found = Vec::new();
    for bar in (begin..bars.len()).rev().filter_map(|index| bars.get(index)) {
        let start = end.checked_sub(bar.trades as usize);
        // An empty stretch where its trades are no longer held.
        found.push(start.map_or(0..0, |start| start..end));
        end = start.unwrap_or(0);
    }
    found.reverse();
    found
}

/// What a bar adds to an average from `at` on, and how well that is known: `Not` where only the bar counted.
fn part(symbol: &SymbolView, bar: &Bar, at: Nanos, spec: BarSpec, trades: Option<&Positions>) -> (VwapSums, Known) {
    let mut sums = VwapSums::default();
    let mut volume = Volume::ZERO;
    let add = |price: Price, buy: Volume, sell: Volume| {
        sums.add(price, buy + sell);
        volume += buy + sell;
    };
    let known = match (spec, trades) {
        (BarSpec::Time(timeframe), _) => symbol.traded(bar.start.max(at), bar.start + timeframe.nanos(), add),
        (_, Some(trades)) => {
            symbol.trades_between(trades.clone(), add);
            Known::Exactly
        }
        (_, None) => Known::Not,
    };
    let whole = at <= bar.start || !matches!(spec, BarSpec::Time(_));
    let away = (volume - bar.volume).units().saturating_abs();
    let agrees = away.saturating_mul(100) <= bar.volume.units();
    match (known, whole) {
        (Known::Exactly | Known::Partly, true) if agrees => (sums, Known::Exactly),
        (Known::Exactly | Known::ByMinute, false) => (sums, known),
        _ => {
            let mut rough = VwapSums::default();
            rough.add_bar(bar);
            // A bar of nothing cannot be wrong.
            (rough, if bar.volume.is_zero() { Known::Exactly } else { Known::Not })
        }
    }
}

/// The beginning of the day of the newest bar, UTC.
pub(super) fn day_of(bars: &BarView) -> Option<Nanos> {
    bars.last().map(|bar| Nanos(bar.start.0.saturating_sub(bar.start.0.rem_euclid(DAY.0))))
}

/// From when to before when the columns show bars.
pub(super) fn span(columns: &Columns, bars: &BarView, spec: BarSpec) -> Option<(Nanos, Nanos)> {
    let (first, last) = (columns.bars.first()?, columns.bars.last()?);
    let end = match (spec, bars.get(last.last)) {
        (BarSpec::Time(timeframe), Some(bar)) => bar.start + timeframe.nanos(),
        _ => bars.get(last.last + 1).map_or(Nanos::MAX, |next| next.start),
    };
    Some((first.bar.start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::commands::Command;
    use crate::app::link::Cross;
    use crate::domain::Timeframe;
    use crate::drive::view::View;
    use crate::ui::pane::Pane;
    use crate::ui::panes::chart::ChartPane;
    use crate::ui::panes::fixtures::{NOON, busy, dark, drawn, lines, market, mono, walk, with_cx};

    const M1: BarSpec = BarSpec::Time(Timeframe::M1);

    /// A chart anchored so many seconds after 23:00, looked at with these bars.
    fn anchored(view: &View, bars: BarSpec, secs: i64) -> (Anchored, String) {
        with_cx(view, &dark(), bars, |cx| {
            let mut chart = ChartPane::new();
            chart.anchored.at = Some(NOON + Nanos::from_secs(secs));
            let text = lines(&drawn(&mut chart, 120, 30, cx));
            (chart.anchored, text)
        })
    }

    /// Average and deviation of all trades from a moment on, as prices.
    fn plain(secs: i64) -> (f64, f64) {
        let view = busy(&[], 100_000);
        let from = NOON + Nanos::from_secs(secs);
        let trades = || view.snapshot.symbols[0].trades.iter().filter(|trade| trade.at >= from);
        let volume: f64 = trades().map(|trade| trade.qty.to_f64()).sum();
        let mean = trades().map(|trade| trade.qty.to_f64() * trade.price.to_f64()).sum::<f64>() / volume;
        let square = trades().map(|trade| trade.qty.to_f64() * (trade.price.to_f64() - mean).powi(2)).sum::<f64>();
        (mean, (square / volume).sqrt())
    }

    #[test]
    fn it_is_that_of_the_trades_whatever_the_bars() {
        for kind in ["1s", "5s", "1m", "5m", "tick:37"] {
            let view = busy(&["tick:37"], 100_000);
            // A minute that bars of five minutes begin in the midst of.
            let (found, text) = anchored(&view, kind.parse().unwrap(), 420);
            let (now, (mean, deviation)) = (found.now.unwrap(), plain(420));
            if kind != "tick:37" {
                assert!((now.mean / 1e8 - mean).abs() < 1e-4, "{kind}: {} {mean}", now.mean / 1e8);
                assert!((now.deviation / 1e8 - deviation).abs() < 1e-4, "{kind}");
            }
            assert!(!found.rough && text.contains("◉ VWAP 61,"), "{text}");
        }
    }

    #[test]
    fn without_the_trades_the_minute_or_the_bar_stands_in() {
        let few = busy(&[], 50);
        let (found, text) = anchored(&few, BarSpec::Time(Timeframe::M5), 433);
        assert!(found.by_minute && !found.rough && text.contains("from its minute"), "{text}");
        let (found, text) = anchored(&few, BarSpec::Time(Timeframe::S5), 433);
        assert!(found.rough && text.contains("VWAP ≈"), "{text}");
        let (mean, now) = (plain(433).0, found.now.unwrap());
        assert!((now.mean / 1e8 - mean).abs() < 5.0, "{} {mean}", now.mean / 1e8);
        let bars = market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON);
        let (found, text) = anchored(&bars, M1, -1_200);
        assert!(found.rough && text.contains("VWAP ≈"), "{text}");
    }

    #[test]
    fn what_is_added_bar_by_bar_equals_what_is_added_at_once() {
        let whole = busy(&["tick:37"], 100_000);
        for kind in ["1m", "tick:37", "15s"] {
            let spec: BarSpec = kind.parse().unwrap();
            let mut kept = Anchored { at: Some(NOON + Nanos::from_secs(61)), ..Anchored::default() };
            for count in [300, 301, 2_000, 4_000, 4_800] {
                let trades: Vec<_> = whole.snapshot.symbols[0].trades.iter().take(count).collect();
                let fed: Vec<_> = trades
                    .iter()
                    .map(|trade| {
                        let (ticks, lots) = (trade.price.units() / 10_000_000, trade.qty.units() / 100_000);
                        ((trade.at - NOON).millis(), ticks, lots, trade.side == crate::domain::Side::Buy)
                    })
                    .collect();
                let view = crate::ui::panes::fixtures::traded(&fed, &["tick:37"], 100_000);
                let symbol = &view.snapshot.symbols[0];
                let bars = symbol.bars(spec).unwrap();
                kept.fill(symbol, bars, spec).unwrap();
                let mut anew = Anchored { at: kept.at, ..Anchored::default() };
                anew.fill(symbol, bars, spec).unwrap();
                let close = |a: Option<Vwap>, b: Option<Vwap>| match (a, b) {
                    (Some(a), Some(b)) => (a.mean - b.mean).abs() < 1.0 && (a.deviation - b.deviation).abs() < 1.0,
                    (a, b) => a.is_none() && b.is_none(),
                };
                assert_eq!((kept.first, kept.closed.len()), (anew.first, anew.closed.len()), "{kind} {count}");
                assert!(
                    close(kept.now, anew.now) && kept.closed.iter().zip(&anew.closed).all(|(a, b)| close(*a, *b)),
                    "{kind} {count}"
                );
            }
        }
    }

    #[test]
    fn the_key_anchors_moves_and_takes_away() {
        let view = busy(&[], 100_000);
        with_cx(&view, &mono(), M1, |cx| {
            let (mut chart, mut cx) = (ChartPane::new(), *cx);
            drawn(&mut chart, 100, 26, &cx);
            chart.on_command(Command::ChartVwap, 1, &cx);
            assert_eq!(chart.anchored.at, Nanos::parse_human("2024-08-08T00:00:00Z", Nanos::ZERO).ok());
            cx.cross = Some(Cross { at: NOON + Nanos::from_secs(300), price: None });
            chart.on_command(Command::ChartVwap, 1, &cx);
            let text = lines(&drawn(&mut chart, 100, 26, &cx));
            assert!(text.contains("◉ VWAP 61,") && text.contains("from 8 Aug 23:05"), "{text}");
            let mut again = ChartPane::new();
            again.restore(&chart.settings());
            assert_eq!(again.anchored.at, chart.anchored.at);
            chart.on_command(Command::ChartVwap, 1, &cx);
            assert_eq!(chart.anchored.at, None);
            assert!(!chart.settings().contains_key("vwap"));
        });
    }
}
