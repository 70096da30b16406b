//! The accounts, and one in full: what it is worth, what it earned, what it may still do, its strategy, and why it does not trade.

use super::gauges::{self, Item};
use super::table::cell;
use super::words;
use crate::app::blotter::BlotterAct;
use crate::app::blotter::sums::{Sum, part};
use crate::app::commands::{Command, Scope};
use crate::broker::AccountView;
use crate::domain::trading::MANUAL;
use crate::domain::{AccountKind, Money};
use crate::engine::StrategyView;
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::list::ListState;
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::paint;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// The most accounts listed at once above the one in full.
const LISTED: usize = 8;

/// The accounts.
#[derive(Debug, Default)]
pub struct AccountPane {
    list: ListState,
    listed: Rect,
}

/// The accounts in the order they are listed; `None` is all of them.
fn listed<'a>(cx: &Cx<'a>) -> Vec<Option<&'a Arc<AccountView>>> {
    let accounts = &cx.view.snapshot.trading.broker.accounts;
    let all = (accounts.len() > 1).then_some(None);
    all.into_iter().chain(accounts.iter().map(Some)).collect()
}

fn strategy<'a>(account: &AccountView, cx: &Cx<'a>) -> Option<&'a Arc<StrategyView>> {
    cx.view.snapshot.trading.strategies.iter().find(|known| known.run.account == account.name)
}

/// What an account is doing, in a sign and a word.
fn stand(account: &AccountView, cx: &Cx<'_>) -> (&'static str, &'static str, Style) {
    let (theme, on) = (cx.theme, cx.view.snapshot.trading.broker.on);
    let sign = |fancy: &'static str, plain: &'static str| if theme.ascii { plain } else { fancy };
    match strategy(account, cx) {
        _ if account.killed.is_some() => (sign("✕", "x"), "stopped", theme.error),
        Some(known) if known.error.is_some() => (sign("!", "!"), "failed", theme.error),
        _ if !on => (sign("○", "o"), "off", theme.warning),
        Some(_) => (sign("▶", "+"), "runs", theme.good),
        None if account.name.as_ref() == MANUAL => (sign("●", "*"), "on", theme.good),
        None => (sign("○", "o"), "no strategy", theme.dim),
    }
}

impl AccountPane {
    fn choose(&self, cx: &Cx<'_>) -> Handled {
        let rows = listed(cx);
        let Some(row) = rows.get(self.list.cursor) else { return Handled::Yes };
        Handled::Run(Action::Blotter(BlotterAct::Look(row.map(|account| Arc::clone(&account.name)))))
    }

    /// Draws the list of accounts; the rows taken come back.
    fn draw_list(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) -> u16 {
        let rows = listed(cx);
        let room = usize::from(area.height * 5 / 8).max(2);
        if rows.len() < 2 || area.height < 4 {
            return 0;
        }
        let height = (rows.len().min(LISTED) + 1).min(room) as u16;
        let one = cx.blotter.one(cx.view);
        let chosen = rows.iter().position(|row| row.map(|account| &account.name) == one.map(|account| &account.name));
        self.list.cursor = chosen.unwrap_or(0);
        let theme = cx.theme;
        let name = rows.iter().flatten().map(|account| text::width(&account.name)).max().unwrap_or(0).clamp(7, 16);
        let fixed = 3 + name + 1 + 12 + 1 + 11;
        let wide = |more: u16| area.width > fixed + more;
        let heading = {
            let mut spans = vec![Span::raw("   ")];
            let mut head = |title: &str, right: bool, width: u16| cell(&mut spans, title, right, width, theme.dim, theme.ascii);
            head("account", false, name);
            head("equity", true, 12);
            head("today", true, 11);
            if wide(12) {
                head("profit", true, 11);
            }
            if wide(21) {
                head("fall", true, 8);
            }
            if wide(32) {
                head("does", false, area.width.saturating_sub(fixed + 23));
            }
            Line::from(spans)
        };
        self.listed = Rect { height, ..area };
        self.list.render(self.listed, buf, cx, &heading, rows.len(), |at| {
            let Some(row) = rows.get(at) else { return Line::default() };
            let is_chosen = Some(at) == chosen;
            let mark = match (is_chosen, theme.ascii) {
                (true, false) => "▸",
                (true, true) => ">",
                (false, _) => " ",
            };
            let sum = match row {
                Some(account) => Sum::of(std::iter::once(account.as_ref())),
                None => Sum::of(cx.view.snapshot.trading.broker.accounts.iter().map(AsRef::as_ref)),
            };
            let (sign, word, style) = row.map_or((" ", "", theme.text), |account| stand(account, cx));
            let mut spans = vec![Span::styled(mark, theme.accent), Span::styled(sign, style), Span::raw(" ")];
            let bold = if is_chosen { theme.bright.add_modifier(Modifier::BOLD) } else { theme.text };
            let mut put = |content: &str, right: bool, width: u16, style: Style| {
                cell(&mut spans, content, right, width, style, theme.ascii);
            };
            put(row.map_or("all", |account| &account.name), false, name, bold);
            put(&words::money(sum.equity, 12), true, 12, bold);
            put(&words::signed(sum.today(), 11), true, 11, words::gain(sum.today(), theme));
            if wide(12) {
                put(&words::signed(sum.pnl(), 11), true, 11, words::gain(sum.pnl(), theme));
            }
            if wide(21) {
                let fall = row.map_or_else(String::new, |account| words::fall(account.drawdown()));
                put(&fall, true, 8, theme.text);
            }
            if wide(32) {
                let runs = row.filter(|account| account.killed.is_none()).and_then(|account| strategy(account, cx));
                let does = runs.map_or_else(|| word.to_owned(), |known| doing(known));
                put(&does, false, area.width.saturating_sub(fixed + 23), style);
            }
            Line::from(spans)
        });
        height
    }
}

/// What a strategy does, in a few words.
fn doing(known: &StrategyView) -> String {
    match &known.error {
        Some(error) => format!("does not run: {error}"),
        None if known.status.text.is_empty() => known.run.strategy.clone(),
        None => known.status.text.clone(),
    }
}

/// A figure against its limit: how much of it is used, and both in words.
fn limit(items: &mut Vec<Item>, name: &'static str, used: f64, most: f64, said: String, theme: &Theme) {
    let part = if most > 0.0 { used / most } else { 0.0 };
    let style = match part {
        part if part >= 1.0 => theme.error,
        part if part >= 0.8 => theme.warning,
        _ => theme.series_2,
    };
    items.push(Item::Bar(8, name, part, style, said));
}

fn limits(items: &mut Vec<Item>, account: &AccountView, theme: &Theme) {
    let limits = &account.limits;
    let f = crate::domain::money::to_f64;
    let amount = |of: Money| words::money(of, 12);
    let first = items.len();
    if let Some(most) = limits.max_daily_loss {
        let lost = account.day_start.saturating_sub(account.equity).max(Money::ZERO);
        limit(items, "daily loss", f(lost), f(most), format!("{} of {}", amount(lost), amount(most)), theme);
    }
    if let Some(most) = limits.max_drawdown_pct {
        let now = account.drawdown() * 100.0;
        limit(items, "drawdown", now, most, format!("{now:.2}% of {most}%"), theme);
    }
    if let Some(most) = limits.max_position {
        let now = account.positions.iter().map(|held| held.value.abs()).max().unwrap_or_default();
        limit(items, "position", f(now), f(most), format!("{} of {}", amount(now), amount(most)), theme);
    }
    if let Some(most) = limits.max_open_orders {
        let now = account.working.len();
        limit(items, "open orders", now as f64, f64::from(most), format!("{now} of {most}"), theme);
    }
    if let Some(most) = limits.max_orders_per_minute {
        let now = account.recent_orders;
        limit(items, "orders/min", f64::from(now), f64::from(most), format!("{now} of {most}"), theme);
    }
    let mut said = Vec::new();
    if let Some(most) = limits.max_order_notional {
        said.push(format!("an order at most {}", amount(most)));
    }
    if let Some(most) = limits.price_collar_pct {
        said.push(format!("at most {most}% from the middle"));
    }
    if !said.is_empty() {
        items.push(Item::Line(9, said.join(", "), theme.dim));
    }
    if items.len() > first {
        items.insert(first, Item::Head(10, "Limits".to_owned()));
    }
}

/// A strategy: what it is, what it waits for, and a model's probability.
fn about_strategy(items: &mut Vec<Item>, known: &StrategyView, width: u16, cx: &Cx<'_>) {
    let theme = cx.theme;
    items.push(Item::Head(4, format!("Strategy {}", known.run.strategy)));
    if let Some(error) = &known.error {
        for line in paint::wrap(&format!("does not run: {error}"), width) {
            items.push(Item::Line(0, line, theme.error));
        }
    }
    if !known.status.text.is_empty() {
        for (at, line) in paint::wrap(&text::safe(&known.status.text), width).into_iter().take(3).enumerate() {
            items.push(Item::Line(3 + at as u8, line, theme.text));
        }
    }
    if let Some(probability) = known.status.probability.filter(|value| value.is_finite()) {
        let style = if probability >= 0.5 { theme.up } else { theme.down };
        items.push(Item::Bar(5, "probability", probability, style, format!("{:.1}% that it goes well", probability * 100.0)));
    }
    let symbols: Vec<String> = known.run.symbols.iter().map(ToString::to_string).collect();
    let signals = if known.signals == 1 { "1 signal".to_owned() } else { format!("{} signals", text::count(known.signals)) };
    let since = words::age(known.since, cx);
    items.push(Item::Line(7, format!("{} on {} bars, since {since}, {signals}", symbols.join(" "), known.run.bar), theme.dim));
}

fn items(width: u16, cx: &Cx<'_>) -> Vec<Item> {
    let theme = cx.theme;
    let accounts = cx.blotter.accounts(cx.view);
    let sum = Sum::of(accounts.iter().map(std::convert::AsRef::as_ref));
    let one = cx.blotter.one(cx.view);
    let mut items = Vec::new();
    let gain = |of: Money| words::gain(of, theme);
    let of_start = |of: Money| words::percent(part(of, sum.start));
    let amount = |of: Money| words::money(of, 16);
    let mut pair = |rank: u8, name: &'static str, value: String, style: Style| items.push(Item::Pair(rank, name, value, style));
    pair(0, "equity", amount(sum.equity), theme.bright.add_modifier(Modifier::BOLD));
    pair(0, "profit", format!("{} {}", words::signed(sum.pnl(), 11), of_start(sum.pnl())), gain(sum.pnl()));
    pair(
        1,
        "today (UTC)",
        format!("{} {}", words::signed(sum.today(), 11), words::percent(part(sum.today(), sum.day_start))),
        gain(sum.today()),
    );
    let margin = accounts.iter().any(|account| account.kind == AccountKind::Margin);
    pair(4, if margin { "wallet" } else { "cash" }, amount(sum.cash), theme.text);
    pair(2, "realised", words::signed(sum.realised, 16), gain(sum.realised));
    pair(2, "unrealised", words::signed(sum.unrealised, 16), gain(sum.unrealised));
    pair(5, "fees", amount(sum.fees), theme.text);
    if margin {
        pair(6, "funding", words::signed(sum.funding, 16), gain(sum.funding));
    }
    if !sum.slippage.is_zero() {
        pair(7, "slippage", amount(sum.slippage), theme.text);
    }
    let fall = if let Some(account) = one {
        (account.drawdown(), account.max_drawdown)
    } else {
        let curve = &cx.blotter.curve;
        (curve.points().last().map_or(0.0, |point| point.drawdown), curve.deepest().map_or(0.0, |(depth, _)| depth))
    };
    pair(3, "drawdown", words::fall(fall.0), theme.text);
    pair(3, "deepest", words::fall(fall.1), theme.text);
    if let Some(account) = one {
        pair(8, "highest", amount(account.peak), theme.text);
    }
    let made = if sum.fills > 0 {
        format!("{} {:.0}% maker", text::count(sum.fills), sum.made as f64 / sum.fills as f64 * 100.0)
    } else {
        "0".to_owned()
    };
    pair(6, "fills", made, theme.text);
    pair(8, "turnover", amount(sum.turnover), theme.text);
    pair(7, "positions", format!("{} worth {}", sum.positions, words::money(sum.exposure, 10)), theme.text);
    pair(8, "open orders", sum.working.to_string(), theme.text);
    if margin {
        let used = sum.margin_part();
        let style = if used >= 0.8 { theme.warning } else { theme.series_2 };
        let said = format!("{:.1}%, {:.2}x", used * 100.0, sum.leverage());
        items.push(Item::Bar(4, "margin used", used, style, format!("{} {said}", words::money(sum.margin, 11))));
    }
    let free = part(
        sum.buying_power,
        sum.equity.saturating_mul(Money::from(if margin { cx.view.snapshot.trading.broker.config.leverage.max(1) } else { 1 })),
    );
    let held = if sum.held > Money::ZERO { format!(", {} held", words::money(sum.held, 10)) } else { String::new() };
    items.push(Item::Bar(4, "buying power", free, theme.series_1, format!("{}{held}", words::money(sum.buying_power, 12))));
    if let Some(account) = one {
        if let Some(known) = strategy(account, cx) {
            about_strategy(&mut items, known, width, cx);
        }
        limits(&mut items, account, theme);
    }
    items
}

impl Pane for AccountPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let broker = &cx.view.snapshot.trading.broker;
        let mut spans = vec![Span::raw(if cx.blotter.is_all(cx.view) { "Accounts" } else { "Account" })];
        match cx.blotter.one(cx.view) {
            Some(account) => {
                let (sign, word, style) = stand(account, cx);
                spans.push(Span::styled(format!(" {}", account.name), theme.accent));
                spans.push(Span::styled(format!(" {sign} {word}"), style));
            }
            None => spans.push(Span::styled(format!(" {}", broker.accounts.len()), theme.dim)),
        }
        spans.push(Span::styled(format!(" {}", broker.config.profile.name()), theme.dim));
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Blotter
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        match command {
            Command::BlotterCancelAll => Handled::Run(Action::Blotter(BlotterAct::CancelAll)),
            Command::ListSelect => match cx.blotter.one(cx.view).and_then(|account| strategy(account, cx)) {
                Some(known) => Handled::Run(Action::Blotter(BlotterAct::Strategy(Some(Arc::clone(&known.run.account))))),
                None => Handled::Run(Action::Command(Command::AccountChoose)),
            },
            Command::BlotterCopy => {
                let figures = items(80, cx).into_iter().filter_map(|item| match item {
                    Item::Pair(_, name, value, _) => Some(format!("{name}\t{}", value.trim())),
                    _ => None,
                });
                let text: Vec<String> = figures.collect();
                Handled::Run(Action::Blotter(BlotterAct::Copy(text.join("\n"), "the account's figures".to_owned())))
            }
            Command::BlotterExport => {
                let row = |account: &Arc<AccountView>| {
                    let amounts =
                        [account.start, account.equity, account.cash, account.realised, account.unrealised, account.fees];
                    let mut row = vec![account.name.to_string()];
                    row.extend(amounts.iter().map(ToString::to_string));
                    row.extend([account.funding.to_string(), account.max_drawdown.to_string(), account.fill_count.to_string()]);
                    row
                };
                let heading =
                    ["account", "start", "equity", "cash", "realised", "unrealised", "fees", "funding", "max_drawdown", "fills"];
                let text = crate::app::blotter::export::csv(&heading, cx.view.snapshot.trading.broker.accounts.iter().map(row));
                Handled::Run(Action::Blotter(BlotterAct::Export("accounts", text)))
            }
            other if self.list.on_command(other, count) => self.choose(cx),
            _ => Handled::No,
        }
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let before = self.list.cursor;
        let clicked = self.list.on_mouse(event, self.listed).is_some();
        if clicked || self.list.cursor != before { self.choose(cx) } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        self.listed = Rect::default();
        if cx.view.snapshot.trading.broker.accounts.is_empty() {
            return reason::message(area, buf, &words::nothing(cx, "there is no account yet"), theme.dim, theme.ascii);
        }
        let mut top = area.y;
        if let Some((why, style)) = words::idle(cx) {
            let sign = if theme.ascii { "! " } else { "■ " };
            let lines = paint::wrap(&format!("{sign}{}", text::safe(&why)), area.width);
            for line in lines.iter().take(usize::from(area.height / 4).max(1).min(area.height.into())) {
                let line = if theme.ascii { super::ascii(line) } else { line.clone() };
                buf.set_string(area.x, top, text::fit(&line, area.width, theme.ascii), style.add_modifier(Modifier::BOLD));
                top += 1;
            }
        }
        let rest = Rect { y: top, height: area.bottom().saturating_sub(top), ..area };
        let taken = self.draw_list(rest, buf, cx);
        let gap = u16::from(taken > 0 && rest.height > taken + 8);
        let below = Rect { y: rest.y + taken + gap, height: rest.height.saturating_sub(taken + gap), ..rest };
        gauges::draw(below, buf, items(below.width, cx), theme);
    }
}
