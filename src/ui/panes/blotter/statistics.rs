//! What the trading was worth, in the figures of a backtest: of the account that is looked at by its bars, of all together by
//! minutes; worked out when a bar closes or a trade does.

use super::gauges::{self, Item};
use super::words;
use crate::analytics::performance::{Course, FEW, Figure, Performance, Sums};
use crate::app::blotter::BlotterAct;
use crate::app::commands::{Command, Scope};
use crate::broker::{AccountView, EquityPoint, RoundTrip};
use crate::domain::money::to_f64;
use crate::domain::{Nanos, Symbol, Timeframe};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::reason;
use crate::ui::theme::Theme;
use crate::ui::widgets::{clock, figures, paint};
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// What the figures were worked out of: the account, its bars and trades.
type MadeOf = (Arc<str>, usize, u64, Nanos, usize, u64);

/// The figures of one account.
#[derive(Debug, Default)]
pub struct StatisticsPane {
    made: Option<(MadeOf, Performance)>,
}

/// The bars an account is looked at by: those of its strategy, else minutes.
fn bar(account: &AccountView, cx: &Cx<'_>) -> Timeframe {
    let known = cx.view.snapshot.trading.strategies.iter().find(|known| known.run.account == account.name);
    let tried = || cx.blotter.trials.looked_at(&account.name).map(|(bar, _)| bar);
    known.and_then(|known| known.run.bar.parse().ok()).or_else(tried).unwrap_or(Timeframe::M1)
}

/// The symbol an account is compared with when it is held: its strategy's main one, else the first it traded.
fn main_symbol(account: &AccountView, cx: &Cx<'_>) -> Option<Symbol> {
    let known = cx.view.snapshot.trading.strategies.iter().find(|known| known.run.account == account.name);
    known
        .and_then(|known| known.run.symbols.first().copied())
        .or_else(|| cx.blotter.trials.looked_at(&account.name)?.1)
        .or_else(|| account.fills.first().map(|fill| fill.symbol))
        .or(cx.symbol)
}

/// A symbol's price at the first point, and now.
fn hold(first: Nanos, symbol: Symbol, cx: &Cx<'_>) -> Option<(f64, f64)> {
    let view = cx.view.snapshot.symbol(symbol)?;
    Some((super::equity::price_at(view, first)?, view.last_price()?.to_f64()))
}

/// Equity of all accounts together at the end of each minute of their curve.
fn minutes(cx: &Cx<'_>) -> Vec<EquityPoint> {
    let mut points: Vec<EquityPoint> = Vec::new();
    let minute = |at: Nanos| at.0.saturating_sub(1).div_euclid(60_000_000_000);
    for point in cx.blotter.curve.points() {
        let fresh = EquityPoint { at: point.at, equity: point.equity, exposed: point.exposed, ..EquityPoint::default() };
        match points.last_mut() {
            Some(last) if minute(last.at) == minute(point.at) => *last = fresh,
            _ => points.push(fresh),
        }
    }
    points
}

impl StatisticsPane {
    /// Works the figures out where there is another bar or trade than before.
    fn work(&mut self, accounts: &[&Arc<AccountView>], cx: &Cx<'_>) {
        let one = cx.blotter.one(cx.view);
        let sum = |of: fn(&AccountView) -> u64| accounts.iter().map(|account| of(account)).sum::<u64>();
        // Of all accounts a minute is enough: the curve has a point a second.
        let last = match one {
            Some(account) => account.bars.last().map_or(Nanos::ZERO, |point| point.at),
            None => Nanos(cx.view.snapshot.at.0.div_euclid(60_000_000_000)),
        };
        let made_of: MadeOf = (
            one.map_or_else(|| "".into(), |account| Arc::clone(&account.name)),
            one.map_or(accounts.len(), |account| account.bars.len()),
            one.map_or(0, |account| account.bars.dropped()),
            last,
            accounts.iter().map(|account| account.trades.len()).sum(),
            sum(|account| account.fill_count),
        );
        if self.made.as_ref().is_some_and(|(known, _)| *known == made_of) {
            return;
        }
        let points: Vec<EquityPoint> = one.map_or_else(|| minutes(cx), |account| account.bars.iter().copied().collect());
        let mut trades: Vec<RoundTrip> = accounts.iter().flat_map(|account| account.trades.iter().copied()).collect();
        trades.sort_by_key(|trade| trade.exit_at);
        let mut sums = Sums::default();
        for more in accounts.iter().map(|account| Sums::from(account.as_ref())) {
            sums.fees += more.fees;
            sums.slippage += more.slippage;
            sums.funding += more.funding;
            sums.turnover += more.turnover;
            sums.fills += more.fills;
            sums.made += more.made;
        }
        let held = accounts.iter().flat_map(|account| account.positions.iter().map(|held| held.since));
        let symbol = one.map_or(cx.symbol, |account| main_symbol(account, cx));
        let course = Course {
            bar: one.map_or(Timeframe::M1, |account| bar(account, cx)).nanos(),
            cash: accounts.iter().map(|account| to_f64(account.start)).sum(),
            points: &points,
            trades: &trades,
            open_since: held.min(),
            hold: symbol.zip(points.first()).and_then(|(symbol, first)| hold(first.at, symbol, cx)),
            sums,
        };
        self.made = Some((made_of, Performance::of(&course)));
    }

    fn items(&self, width: u16, cx: &Cx<'_>) -> Vec<Item> {
        let Some((_, made)) = &self.made else { return Vec::new() };
        let theme = cx.theme;
        let mut items = Vec::new();
        if made.few {
            let said = format!("{} of {FEW} trades: the ratios and averages below say little yet", made.trades.count);
            items.extend(paint::wrap(&said, width).into_iter().map(|line| Item::Line(0, line, theme.warning)));
        }
        let figure = |of: Figure, places: usize, unit: &str| match of {
            // No zero with a sign.
            Ok(value) => (format!("{:.places$}{unit}", value + 0.0), theme.bright),
            Err(why) => (why.to_string(), theme.dim),
        };
        let signed = |of: Figure| match of {
            Ok(value) if value.abs() >= 10_000.0 => {
                (format!("{}%", figures::short_signed(value)), crate::ui::panes::direction(theme, value))
            }
            Ok(value) => (format!("{value:+.2}%"), crate::ui::panes::direction(theme, value)),
            Err(why) => (why.to_string(), theme.dim),
        };
        let mut add = |rank: u8, name: &'static str, (value, style): (String, ratatui::style::Style)| {
            items.push(Item::Pair(rank, name, value, style));
        };
        add(0, "return", signed(made.return_pct));
        add(1, "buy and hold", signed(made.buy_hold_pct));
        add(1, "Sharpe", figure(made.sharpe, 2, ""));
        add(2, "Sortino", figure(made.sortino, 2, ""));
        add(2, "Calmar", figure(made.calmar, 2, ""));
        add(2, "volatility", figure(made.volatility_pct, 2, "%"));
        add(3, "CAGR", signed(made.cagr_pct));
        add(0, "max drawdown", (format!("{:.2}%", made.max_drawdown_pct), theme.bright));
        let lasts = made.max_drawdown_duration.map_or_else(|| "-".to_owned(), clock::span);
        add(3, "longest fall", (lasts, theme.text));
        add(3, "exposure", figure(made.exposure_open_pct, 1, "%"));
        let trades = &made.trades;
        add(0, "trades", (trades.count.to_string(), theme.bright));
        add(1, "win rate", figure(trades.win_rate_pct, 1, "%"));
        add(1, "profit factor", figure(trades.profit_factor, 2, ""));
        add(2, "expectancy", signed(trades.expectancy_pct));
        add(4, "SQN", figure(trades.sqn, 2, ""));
        add(4, "best trade", signed(trades.best_pct));
        add(4, "worst trade", signed(trades.worst_pct));
        add(4, "average trade", signed(trades.average_pct));
        let spent = |amount: f64| words::money(crate::app::blotter::curve::money(amount), 14);
        add(5, "fees", (spent(made.sums.fees), theme.text));
        add(5, "slippage", (spent(made.sums.slippage), theme.text));
        add(6, "turnover", figure(made.turnover_ratio, 2, "x"));
        let maker = made.maker_share.map(|share| share * 100.0);
        add(6, "maker share", figure(maker, 0, "%"));
        let length = cx.blotter.one(cx.view).map_or(Timeframe::M1, |account| bar(account, cx));
        add(6, "bars", (format!("{} of {length}", made.bars), theme.text));
        add(7, "peak equity", (spent(made.peak_equity), theme.text));
        let said = format!("a year: {}", made.annualisation);
        for (at, line) in paint::wrap(&said, width).into_iter().enumerate() {
            items.push(Item::Line(3 + at.min(2) as u8, line, theme.dim));
        }
        items
    }
}

impl Pane for StatisticsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme: &Theme = cx.theme;
        let mut spans = vec![Span::raw("Statistics"), Span::styled(words::whose(cx), theme.accent)];
        if let Some((_, made)) = self.made.as_ref().filter(|(_, made)| made.few) {
            spans.push(Span::styled(format!(" {} of {FEW} trades", made.trades.count), theme.warning));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Account
    }

    fn on_command(&mut self, command: Command, _count: u32, cx: &Cx<'_>) -> Handled {
        let figures = || {
            self.items(200, cx).into_iter().filter_map(|item| match item {
                Item::Pair(_, name, value, _) => Some([name.to_owned(), value.trim().to_owned()]),
                _ => None,
            })
        };
        match command {
            Command::BlotterCopy => {
                let text: Vec<String> = figures().map(|row| row.join("\t")).collect();
                Handled::Run(Action::Blotter(BlotterAct::Copy(text.join("\n"), "the statistics".to_owned())))
            }
            Command::BlotterExport => {
                let text = crate::app::blotter::export::csv(&["figure", "value"], figures().map(Vec::from));
                Handled::Run(Action::Blotter(BlotterAct::Export("statistics", text)))
            }
            _ => Handled::No,
        }
    }

    fn on_mouse(&mut self, _event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        let accounts = cx.blotter.accounts(cx.view);
        if accounts.iter().all(|account| account.bars.is_empty() && account.trades.is_empty()) {
            self.made = None;
            let why = words::nothing(cx, "no bar has closed since the account began");
            return reason::message(area, buf, &why, theme.dim, theme.ascii);
        }
        self.work(&accounts, cx);
        gauges::draw(area, buf, self.items(area.width, cx), theme);
    }
}
