//! The order ticket: what is written in it, and what keys and clicks do there.

use super::fields::{SizeBy, Stays, TicketField, TicketKind, TicketSpot, With, turned};
use super::plan::{Fix, Plan, plan};
use crate::app::dialogs::Input;
use crate::app::keymap::{Code, Key, Named};
use crate::domain::{OrderId, OrderKind, OrderRequest, OrderView, Price, Qty, Side, Size, Symbol, TimeInForce, Trail, TriggerBy};
use crate::drive::view::View;
use crate::engine::snapshot::SymbolView;
use std::sync::Arc;

/// Steps of the large keys.
const PAGE: i64 = 10;

/// An order being written.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// What is traded.
    pub symbol: Symbol,
    /// The account it is for.
    pub account: Arc<str>,
    /// Buying or selling.
    pub side: Side,
    /// What the order does.
    pub kind: TicketKind,
    /// Its limit price; of a trailing stop the price from which it follows.
    pub price: Input,
    /// The price that sets it off; of a trailing stop its distance.
    pub stop: Input,
    /// How much.
    pub size: Input,
    /// What that is given in.
    pub size_by: SizeBy,
    /// How long it stays.
    pub stays: Stays,
    /// Until when.
    pub until: Input,
    /// Whether it is rejected where it would trade at once.
    pub post_only: bool,
    /// Whether it may only make the position smaller.
    pub reduce_only: bool,
    /// Which price sets it off.
    pub trigger: TriggerBy,
    /// What is placed with it.
    pub with: With,
    /// The stop placed with it.
    pub loss: Input,
    /// The target placed with it.
    pub target: Input,
    /// The part that keys go to.
    pub field: TicketField,
    /// Among the flags, the one the cursor is on.
    pub flag: usize,
    /// The order that is changed, where it is one; what cannot be changed then is fixed.
    pub amends: Option<OrderId>,
    /// Whether the user has tried to send what cannot be sent.
    pub refused: bool,
    /// The side whose best price the limit follows until another is written.
    pub follows: Option<Side>,
}

/// What is remembered of a ticket that was sent, for the next one of the symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Used {
    pub kind: TicketKind,
    pub size: String,
    pub size_by: SizeBy,
    pub stays: Stays,
    pub post_only: bool,
}

/// What came of a key.
pub(super) enum Pressed {
    /// The ticket stays.
    Open,
    /// It was left.
    Left,
    /// It is to be sent.
    Send,
    /// Paper trading is to be turned on.
    Paper,
}

impl Ticket {
    /// A ticket that sends what was sent last, at the best price of its own side, or at a price that is pointed at.
    pub(super) fn new(symbol: &SymbolView, side: Side, at: Option<Price>, used: Option<&Used>, account: Arc<str>) -> Self {
        let kind = match (at, used) {
            (Some(_), _) => TicketKind::Limit,
            // What waits has prices of its own moment: it is chosen anew.
            (None, Some(used)) if used.kind == TicketKind::Market => TicketKind::Market,
            (None, _) => TicketKind::Limit,
        };
        let best = symbol.top.map(|top| if side == Side::Buy { top.bid } else { top.ask });
        let price = at.or(best).or_else(|| symbol.last_price());
        let written =
            |price: Option<Price>| price.map_or_else(Input::default, |price| Input::suggesting(&price_text(symbol, price)));
        Self {
            symbol: symbol.instrument.symbol,
            account,
            side,
            kind,
            price: written(price),
            stop: Input::default(),
            size: used.map_or_else(Input::default, |used| Input::suggesting(&used.size)),
            size_by: used.map_or(SizeBy::Quantity, |used| used.size_by),
            stays: used.map_or(Stays::Gtc, |used| if used.stays == Stays::Gtd { Stays::Gtc } else { used.stays }),
            until: Input::default(),
            post_only: used.is_some_and(|used| used.post_only),
            reduce_only: false,
            trigger: TriggerBy::Last,
            with: With::Nothing,
            loss: Input::default(),
            target: Input::default(),
            field: TicketField::Size,
            flag: 0,
            amends: None,
            refused: false,
            follows: at.is_none().then_some(side),
        }
    }

    /// A ticket that changes an order.
    pub(super) fn of(order: &OrderView, symbol: &SymbolView) -> Self {
        let request = &order.request;
        let written = |price: Price| Input::suggesting(&price_text(symbol, price));
        let (kind, stop) = match request.kind {
            OrderKind::Market => (TicketKind::Market, Input::default()),
            OrderKind::Limit { .. } => (TicketKind::Limit, Input::default()),
            OrderKind::Stop { stop } => (TicketKind::Stop, written(stop)),
            OrderKind::StopLimit { stop, .. } => (TicketKind::StopLimit, written(stop)),
            OrderKind::TakeProfit { stop } => (TicketKind::TakeProfit, written(stop)),
            OrderKind::Trailing { by: Trail::Absolute(by), .. } => (TicketKind::TrailBy, Input::suggesting(&by.to_string())),
            OrderKind::Trailing { by: Trail::BasisPoints(by), .. } => {
                (TicketKind::TrailPercent, Input::suggesting(&(f64::from(by) / 100.0).to_string()))
            }
        };
        let qty = match (order.qty.is_zero(), request.size) {
            (true, Size::Qty(qty)) => qty,
            _ => order.qty,
        };
        let limit = request.kind.price();
        Self {
            kind,
            stop,
            price: limit.map_or_else(Input::default, written),
            size: Input::suggesting(&qty.to_string()),
            stays: match request.tif {
                TimeInForce::Gtc => Stays::Gtc,
                TimeInForce::Ioc => Stays::Ioc,
                TimeInForce::Fok => Stays::Fok,
                TimeInForce::Gtd(_) => Stays::Gtd,
            },
            post_only: request.post_only,
            reduce_only: request.reduce_only,
            trigger: request.trigger,
            field: if limit.is_some() { TicketField::Price } else { TicketField::Stop },
            amends: Some(order.id),
            follows: None,
            ..Self::new(symbol, request.side, None, None, Arc::clone(&order.account))
        }
    }

    pub(super) fn used(&self) -> Used {
        Used { kind: self.kind, size: self.size.text(), size_by: self.size_by, stays: self.stays, post_only: self.post_only }
    }

    /// Writes the price anew that follows the market.
    pub(super) fn follow(&mut self, view: &View) {
        let Some(side) = self.follows else { return };
        let symbol = view.snapshot.symbol(self.symbol);
        if !self.price.is_suggested() || !self.kind.has_limit() {
            self.follows = None;
        } else if let Some((symbol, top)) = symbol.and_then(|symbol| Some((symbol, symbol.top?))) {
            let best = if side == Side::Buy { top.bid } else { top.ask };
            self.price = Input::suggesting(&price_text(symbol, best));
        }
    }

    /// What it comes to with the market as it is now.
    pub fn plan(&self, view: &View) -> Plan {
        plan(self, view)
    }

    /// Whether a part means something for this kind of order.
    pub fn applies(&self, field: TicketField) -> bool {
        if self.amends.is_some() {
            return match field {
                TicketField::Price => self.kind.has_limit(),
                // A trailing stop's own distance can't be changed: its stop stands in the order.
                TicketField::Stop => self.kind.waits() && !self.kind.trails(),
                TicketField::Size => true,
                _ => false,
            };
        }
        match field {
            TicketField::Price => self.kind.has_limit() || self.kind.trails(),
            TicketField::Stop => self.kind.waits(),
            TicketField::Until => self.stays == Stays::Gtd,
            TicketField::Trigger => self.kind.waits() || self.with != With::Nothing,
            TicketField::Loss => self.with != With::Nothing,
            TicketField::Target => self.with == With::Bracket,
            _ => true,
        }
    }

    /// What is written in a part; `None` for one in which nothing is.
    pub const fn input(&self, field: TicketField) -> Option<&Input> {
        match field {
            TicketField::Price => Some(&self.price),
            TicketField::Stop => Some(&self.stop),
            TicketField::Size => Some(&self.size),
            TicketField::Until => Some(&self.until),
            TicketField::Loss => Some(&self.loss),
            TicketField::Target => Some(&self.target),
            _ => None,
        }
    }

    const fn input_mut(&mut self) -> Option<&mut Input> {
        match self.field {
            TicketField::Price => Some(&mut self.price),
            TicketField::Stop => Some(&mut self.stop),
            TicketField::Size => Some(&mut self.size),
            TicketField::Until => Some(&mut self.until),
            TicketField::Loss => Some(&mut self.loss),
            TicketField::Target => Some(&mut self.target),
            _ => None,
        }
    }

    /// Writes something into a part in place of what stands there.
    pub(super) fn write(&mut self, field: TicketField, text: &str) {
        let before = std::mem::replace(&mut self.field, field);
        if let Some(input) = self.input_mut() {
            *input = Input::default();
            input.insert(text);
        }
        self.field = before;
    }

    /// Takes in pasted text.
    pub fn paste(&mut self, text: &str) {
        if let Some(input) = self.input_mut() {
            input.insert(text.trim());
        }
    }

    pub(super) fn press(&mut self, key: Key, view: &View) -> Pressed {
        self.refused &= key.code == Code::Named(Named::Enter);
        match key.code {
            Code::Named(Named::Esc) => return Pressed::Left,
            Code::Char('c' | 'g') if key.ctrl => return Pressed::Left,
            Code::Named(Named::Enter) => {
                if self.plan(view).action.is_some() {
                    return Pressed::Send;
                }
                self.refused = true;
                if let Some(problem) = self.plan(view).problems.iter().find(|problem| problem.hard && self.applies(problem.field))
                {
                    self.field = problem.field;
                }
            }
            Code::Named(Named::Up) => self.go(-1),
            Code::Named(Named::Tab) if key.shift => self.go(-1),
            Code::Named(Named::Down | Named::Tab) => self.go(1),
            Code::F(2) => return self.take(0, view),
            _ => return self.press_field(key, view),
        }
        Pressed::Open
    }

    /// Goes to the next part that means something here.
    fn go(&mut self, by: isize) {
        let all = TicketField::ALL;
        for _ in 0..all.len() {
            self.field = turned(&all, self.field, by);
            if self.applies(self.field) {
                return;
            }
        }
    }

    fn press_field(&mut self, key: Key, view: &View) -> Pressed {
        let writes = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let free = self.field != TicketField::Until;
        match key.code {
            Code::Char('+' | '=') if free => self.nudge(1, view),
            Code::Char('-' | '_') if free => self.nudge(-1, view),
            Code::Named(Named::PageUp) => self.nudge(PAGE, view),
            Code::Named(Named::PageDown) => self.nudge(-PAGE, view),
            Code::Char(c) if free && !key.ctrl && !writes(c) => return self.press_letter(c, view),
            // Digits are for the size where nothing else can be written.
            Code::Char(c) if writes(c) && !key.ctrl && !self.field.is_text() => {
                self.field = TicketField::Size;
                self.size = Input::default();
                self.size.insert(c.encode_utf8(&mut [0; 4]));
            }
            Code::Named(Named::Left) if !self.field.is_text() => self.step(-1, view),
            Code::Named(Named::Right) if !self.field.is_text() => self.step(1, view),
            _ => {
                if let Some(input) = self.input_mut() {
                    input.press(key);
                }
            }
        }
        Pressed::Open
    }

    /// Letters do things, as only figures are written.
    fn press_letter(&mut self, letter: char, view: &View) -> Pressed {
        let fixed = self.amends.is_some();
        match letter {
            'v' => return self.take(0, view),
            'j' => self.price_at(self.side, view),
            'x' => self.price_at(self.side.opposite(), view),
            _ if fixed => {}
            'b' => self.turn(Side::Buy, view),
            's' => self.turn(Side::Sell, view),
            'm' => self.choose(TicketKind::Market, view),
            'l' => self.choose(TicketKind::Limit, view),
            't' => self.choose(self.kind.step(1), view),
            'p' => self.post_only = !self.post_only,
            'r' => self.reduce_only = !self.reduce_only,
            'k' => self.choose_with(if self.with == With::Bracket { With::Nothing } else { With::Bracket }, view),
            'o' => self.choose_with(if self.with == With::Oco { With::Nothing } else { With::Oco }, view),
            '$' => self.measure(SizeBy::Notional, view),
            '%' => self.measure(SizeBy::Equity, view),
            '#' => self.measure(SizeBy::Quantity, view),
            ' ' if self.field == TicketField::Flags => self.flip(),
            ' ' => self.step(1, view),
            _ => {}
        }
        Pressed::Open
    }

    /// Takes what would be accepted in the place of what is not.
    pub(super) fn take(&mut self, index: usize, view: &View) -> Pressed {
        let plan = self.plan(view);
        let Some(fix) = plan.problems.iter().filter_map(|problem| problem.fix.clone()).nth(index) else { return Pressed::Open };
        match fix {
            Fix::Paper => return Pressed::Paper,
            Fix::Write(field, text) => self.write(field, &text),
            Fix::Order(order) => self.become_like(&order, view),
        }
        Pressed::Open
    }

    /// Writes what another order says in the place of what stands here.
    fn become_like(&mut self, order: &OrderRequest, view: &View) {
        let Some(symbol) = view.snapshot.symbol(self.symbol) else { return };
        if let Some(price) = order.kind.price() {
            self.write(TicketField::Price, &price_text(symbol, price));
        }
        if let Some(stop) = order.kind.stop() {
            self.write(TicketField::Stop, &price_text(symbol, stop));
        }
        if let Size::Qty(qty) = order.size {
            self.size_by = SizeBy::Quantity;
            self.write(TicketField::Size, &qty.to_string());
        }
        (self.post_only, self.reduce_only) = (order.post_only, order.reduce_only);
    }

    /// Writes the best price of a side as the limit.
    fn price_at(&mut self, side: Side, view: &View) {
        let Some(symbol) = view.snapshot.symbol(self.symbol) else { return };
        let Some(top) = symbol.top else { return };
        if self.kind == TicketKind::Market && self.amends.is_none() {
            self.kind = TicketKind::Limit;
        }
        let best = if side == Side::Buy { top.bid } else { top.ask };
        if self.amends.is_some() {
            // Only what was written is amended.
            return self.write(TicketField::Price, &price_text(symbol, best));
        }
        self.price = Input::suggesting(&price_text(symbol, best));
        self.follows = Some(side);
    }

    fn turn(&mut self, side: Side, view: &View) {
        if self.side == side {
            return;
        }
        self.side = side;
        // A price nobody wrote was the best of the other side.
        if self.price.is_suggested() {
            let kind = self.kind;
            self.price_at(side, view);
            self.kind = kind;
        }
        std::mem::swap(&mut self.loss, &mut self.target);
    }

    fn choose(&mut self, kind: TicketKind, view: &View) {
        let before = std::mem::replace(&mut self.kind, kind);
        if let (true, Some(symbol)) = (kind.waits(), view.snapshot.symbol(self.symbol)) {
            // A distance is no price: it is suggested anew when one becomes the other.
            let alike = before.waits() && before.trails() == kind.trails() && !kind.trails();
            // Nor is one nobody wrote kept where another kind waits on the other side of the price.
            if !alike || self.stop.is_empty() || (before != kind && self.stop.is_suggested()) {
                self.stop =
                    super::plan::usual_stop(kind, self.side, symbol).map_or_else(Input::default, |text| Input::suggesting(&text));
            }
            if kind.trails() {
                self.price = Input::default();
            }
        }
        if kind.has_limit() && self.price.is_empty() {
            let side = self.side;
            self.price_at(side, view);
        }
    }

    fn choose_with(&mut self, with: With, view: &View) {
        self.with = with;
        let Some(symbol) = view.snapshot.symbol(self.symbol).filter(|_| with != With::Nothing) else { return };
        let around = self.plan(view).estimate.price.or_else(|| symbol.last_price());
        let Some(around) = around else { return };
        let at = |part: f64| {
            Input::suggesting(&price_text(symbol, super::plan::on_tick(Price::from_f64(around.to_f64() * part), symbol)))
        };
        let down = if (self.side == Side::Buy) == (with == With::Bracket) { -1.0 } else { 1.0 };
        if self.loss.is_empty() || self.loss.is_suggested() {
            self.loss = at(1.0 + down * 0.005);
        }
        if self.target.is_empty() || self.target.is_suggested() {
            self.target = at(1.0 - down * 0.01);
        }
    }

    /// Gives the size in something else; what stands there is worth the same then.
    fn measure(&mut self, by: SizeBy, view: &View) {
        if self.size_by == by {
            return;
        }
        let text = super::plan::size_in(by, self, view);
        self.size_by = by;
        self.size = text.map_or_else(Input::default, |text| Input::suggesting(&text));
    }

    /// Exchanges what the part says for the next one.
    fn step(&mut self, by: isize, view: &View) {
        match self.field {
            TicketField::Side => self.turn(self.side.opposite(), view),
            TicketField::Kind => self.choose(self.kind.step(by), view),
            TicketField::SizeBy => self.measure(self.size_by.step(by), view),
            TicketField::Stays => self.stays = self.stays.step(by),
            TicketField::Flags => self.flag = (self.flag + 1) % 2,
            TicketField::Trigger => self.trigger = turned(&[TriggerBy::Last, TriggerBy::Mark], self.trigger, by),
            TicketField::With => self.choose_with(self.with.step(by), view),
            TicketField::Account => {
                let all: Vec<Arc<str>> = view.snapshot.trading.broker.accounts.iter().map(|of| Arc::clone(&of.name)).collect();
                let at = all.iter().position(|name| *name == self.account);
                let next = at.map_or(0, |at| (at as isize + by).rem_euclid(all.len().max(1) as isize) as usize);
                self.account = all.get(next).map_or_else(|| Arc::clone(&self.account), Arc::clone);
            }
            _ => {}
        }
    }

    /// Moves a price by ticks, a size by lots or a percent, or exchanges what the part says.
    fn nudge(&mut self, by: i64, view: &View) {
        let Some(symbol) = view.snapshot.symbol(self.symbol) else { return };
        let (tick, lot) = (symbol.instrument.tick.units().max(1), symbol.instrument.lot.units().max(1));
        let text = match self.field {
            TicketField::Size if self.size_by == SizeBy::Quantity => {
                let now = plain(&self.size).parse::<Qty>().unwrap_or(Qty::ZERO).units();
                Qty::from_units(now.saturating_add(by.saturating_mul(lot)).max(0)).to_string()
            }
            TicketField::Size => {
                let step = if self.size_by == SizeBy::Notional { 100.0 } else { 0.5 };
                let now = plain(&self.size).parse::<f64>().unwrap_or(0.0);
                Price::from_f64((now + by as f64 * step).max(0.0)).to_string()
            }
            TicketField::Stop if self.kind == TicketKind::TrailPercent => {
                let now = plain(&self.stop).parse::<f64>().unwrap_or(0.0);
                Price::from_f64((now + by as f64 * 0.1).max(0.0)).to_string()
            }
            TicketField::Price | TicketField::Stop | TicketField::Loss | TicketField::Target => {
                let now = self.input(self.field).and_then(|input| plain(input).parse::<Price>().ok());
                let now = now.or_else(|| symbol.last_price()).unwrap_or(Price::ZERO).units();
                price_text(symbol, Price::from_units(now.saturating_add(by.saturating_mul(tick)).max(0)))
            }
            _ => return self.step(by.signum() as isize, view),
        };
        self.write(self.field, &text);
    }

    /// Answers a click.
    pub(super) fn click(&mut self, spot: TicketSpot, view: &View) -> Pressed {
        match spot {
            TicketSpot::Field(field) => self.focus(field),
            TicketSpot::Text(field, cursor) => {
                self.focus(field);
                if let Some(input) = self.input_mut() {
                    input.place(cursor);
                }
            }
            TicketSpot::Step(field, by) if self.applies(field) => {
                self.focus(field);
                self.step(by, view);
            }
            TicketSpot::Flag(index) if self.applies(TicketField::Flags) => {
                (self.field, self.flag) = (TicketField::Flags, index);
                self.flip();
            }
            TicketSpot::Take(index) => return self.take(index, view),
            TicketSpot::Step(..) | TicketSpot::Flag(_) => {}
        }
        Pressed::Open
    }

    fn focus(&mut self, field: TicketField) {
        if self.applies(field) {
            self.field = field;
        }
    }

    fn flip(&mut self) {
        let flag = if self.flag == 0 { &mut self.post_only } else { &mut self.reduce_only };
        *flag = !*flag;
    }

    /// Moves what the part says by the wheel.
    pub fn scroll(&mut self, by: i64, view: &View) {
        self.nudge(by, view);
    }
}

/// A figure that was written, without what sets its thousands apart.
pub(super) fn plain(input: &Input) -> String {
    input.text().chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect()
}

/// A price as it is written into a field.
pub(super) fn price_text(symbol: &SymbolView, price: Price) -> String {
    let decimals = symbol.instrument.price_decimals();
    format!("{price:.decimals$}")
}
