//! What is said of an order: beside its parts, what it would come to, and what is wrong with it.

use super::Sheet;
use crate::app::dialogs::Input;
use crate::app::trading::{Fix, SizeBy, TicketSpot};
use crate::domain::{Money, Price, Qty, Side, money};
use crate::engine::snapshot::SymbolView;
use crate::ui::screen::overlay::DialogArea;
use crate::ui::text;
use crate::ui::widgets::{figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// An amount with its thousands apart.
pub(super) fn amount(amount: Money) -> String {
    money::to_price(amount).map_or_else(|| format!("{amount:.2}"), |amount| format!("{amount:#.2}"))
}

/// A gain or a loss with its sign.
fn signed_amount(amount: Price) -> String {
    format!("{}{amount:#.2}", if amount > Price::ZERO { "+" } else { "" })
}

impl Sheet<'_> {
    fn price(&self, price: Price) -> String {
        let decimals = self.symbol.map_or(2, |symbol| symbol.instrument.price_decimals());
        format!("{price:#.decimals$}")
    }

    fn units(&self) -> (&str, &str) {
        self.symbol.map_or(("", ""), |symbol| (&symbol.instrument.base, &symbol.instrument.quote))
    }

    /// Where a limit stands beside the best prices.
    pub(super) fn beside_market(&self) -> String {
        let found = &self.plan.estimate;
        let Some((limit, top)) = found.limit.zip(self.symbol.and_then(|symbol| symbol.top)) else { return String::new() };
        let buys = self.ticket.side == Side::Buy;
        let (own, other, name) = if buys { (top.bid, top.ask, "bid") } else { (top.ask, top.bid, "ask") };
        let tick = self.symbol.map_or(1, |symbol| symbol.instrument.tick.units().max(1));
        let away = |from: Price| match (limit.units() - from.units()).abs() / tick {
            1 => "1 tick".to_owned(),
            ticks if ticks < 1_000 => format!("{ticks} ticks"),
            _ => figures::percent(from.to_f64(), limit.to_f64()).unwrap_or_default(),
        };
        match (limit == own, if buys { limit >= other } else { limit <= other }) {
            (_, true) if self.has_limit() => "trades at once".to_owned(),
            (true, _) if self.ticket.follows.is_some() => format!("the {name}, wherever it goes; + and - leave it"),
            (true, _) => format!("at the {name}"),
            _ if (limit > own) == buys => "between bid and ask: the first of its side".to_owned(),
            _ => format!("{} from the {name}", away(own)),
        }
    }

    /// How far a price is from the last one.
    pub(super) fn beside_last(&self, at: Option<Price>) -> String {
        let last = self.symbol.and_then(SymbolView::last_price);
        let Some((at, last)) = at.zip(last) else { return String::new() };
        let away = figures::percent(last.to_f64(), at.to_f64()).unwrap_or_default();
        if self.ticket.kind.trails() {
            format!("would stand at {} now, {away}", self.price(at))
        } else {
            format!("{away} from the last price")
        }
    }

    /// How far a bracket's price is from the entry, and what that is in money.
    pub(super) fn beside_entry(&self, input: &Input, is_exit: bool) -> String {
        let found = &self.plan.estimate;
        let Some((at, entry)) = input.text().parse::<Price>().ok().zip(found.price) else { return String::new() };
        let away = figures::percent(entry.to_f64(), at.to_f64()).unwrap_or_default();
        let signed = if self.ticket.side == Side::Buy { at - entry } else { entry - at };
        let comes_to = found.qty.filter(|_| is_exit).and_then(|qty| money::to_price(money::notional(signed, qty)));
        comes_to.map_or_else(
            || format!("{away} from the price"),
            |sum| format!("{away}, comes to {} {}", signed_amount(sum), self.units().1),
        )
    }

    pub(super) fn size_words(&self) -> String {
        let (base, quote) = self.units();
        match (self.ticket.size_by, self.plan.estimate.qty, self.plan.estimate.worth) {
            (SizeBy::Quantity, _, Some(worth)) => format!("{} {quote}", amount(worth)),
            (SizeBy::Quantity, ..) => base.to_owned(),
            (_, Some(qty), _) => format!("{qty} {base}"),
            (by, ..) => by.about().to_owned(),
        }
    }

    pub(super) fn account_words(&self) -> String {
        let broker = &self.view.snapshot.trading.broker;
        match broker.account(&self.ticket.account) {
            Some(account) => format!("equity {}, can buy for {}", amount(account.equity), amount(account.buying_power)),
            None => format!("begins with {}", amount(broker.config.cash)),
        }
    }

    /// What it would come to: names and values.
    fn comes_to(&self) -> Vec<(&'static str, String)> {
        let found = &self.plan.estimate;
        let (base, quote) = self.units();
        let mut lines = Vec::with_capacity(5);
        if let Some(price) = found.price {
            let how = if found.rests {
                found.ahead.map_or_else(|| "rests".to_owned(), |ahead| format!("rests; ahead of it {ahead} {base}"))
            } else if found.levels > 1 {
                let lost = found.slippage.map(amount).unwrap_or_default();
                format!("about, over {} levels; {lost} {quote} worse than the best", found.levels)
            } else if self.ticket.kind.waits() {
                "about, once it is set off".to_owned()
            } else {
                "about, at once".to_owned()
            };
            lines.push(("Fills at", format!("{}  {how}", self.price(price))));
        }
        if let Some(worth) = found.worth {
            let fee = found.fee.map(|(fee, bps)| format!("  fee {} ({} bps)", amount(fee), bps.normalize())).unwrap_or_default();
            lines.push(("Worth", format!("{} {quote}{fee}", amount(worth))));
        }
        if let Some((needs, free)) = found.needs.zip(found.free).filter(|_| self.ticket.amends.is_none()) {
            let needs = if needs.is_zero() { "nothing more".to_owned() } else { amount(needs) };
            lines.push(("Needs", format!("{needs}  of {} free", amount(free))));
        }
        if let Some(after) = found.after.filter(|_| self.ticket.amends.is_none()) {
            let side = |qty: Qty| match qty {
                qty if qty.is_zero() => "flat".to_owned(),
                qty if qty > Qty::ZERO => format!("long {qty}"),
                qty => format!("short {}", qty.abs()),
            };
            let arrow = if self.theme.ascii { "->" } else { "→" };
            lines.push(("Position", format!("{} {arrow} {} {base}", side(found.before), side(after))));
        }
        if let Some(risk) = found.risk {
            let equity = self.view.snapshot.trading.broker.account(&self.ticket.account).map(|account| account.equity);
            let part = equity.filter(|equity| *equity > Money::ZERO).map(|equity| risk / equity * Money::from(100));
            let part = part.map(|part| format!(" ({part:.2}% of equity)")).unwrap_or_default();
            let ratio = found.reward.and_then(|reward| reward.checked_div(risk)).map(|ratio| format!(", {ratio:.1} : 1"));
            let reward = found.reward.map(|reward| format!(", to win {}", amount(reward))).unwrap_or_default();
            lines.push(("At risk", format!("{}{part}{reward}{}", amount(risk), ratio.unwrap_or_default())));
        }
        lines
    }

    pub(super) fn draw_said(&self, area: Rect, buf: &mut Buffer) {
        for ((name, value), y) in self.comes_to().iter().zip(area.top()..area.bottom()) {
            buf.set_stringn(area.x + 2, y, name, super::LABEL.into(), self.style(self.theme.dim));
            let x = area.x + super::LABEL + 2;
            let value = text::fit(value, area.right().saturating_sub(x), self.theme.ascii);
            buf.set_string(x, y, value, self.style(self.theme.text));
        }
    }

    /// What is wrong, and what would be accepted.
    pub(super) fn draw_wrong(&self, area: Rect, buf: &mut Buffer, hits: &mut DialogArea) {
        let mut fixes = 0;
        let mut y = area.top();
        for problem in &self.plan.problems {
            if y >= area.bottom() {
                return;
            }
            let style = match (problem.hard, self.ticket.refused) {
                (true, true) => self.theme.error,
                (true, false) => self.theme.warning,
                (false, _) => self.theme.dim,
            };
            let key = match (&problem.fix, fixes) {
                (Some(Fix::Paper), 0) => " (v turns it on)",
                (Some(_), 0) => " (v takes it)",
                _ => "",
            };
            let words = format!("{}{key}", text::safe(&problem.text));
            let lines = paint::wrap(&words, area.width.saturating_sub(2));
            let begins = y;
            for line in &lines {
                if y < area.bottom() {
                    buf.set_stringn(area.x + 2, y, line, area.width.saturating_sub(2).into(), self.style(style));
                    y += 1;
                }
            }
            buf.set_stringn(area.x, begins, "!", 1, self.style(style));
            if problem.fix.is_some() {
                let height = y - begins;
                hits.ticket.push((Rect { y: begins, height, ..area }, TicketSpot::Take(fixes)));
                fixes += 1;
            }
        }
    }
}
