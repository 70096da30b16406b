//! What accounts come to: one of them or all, by account, by symbol and by day.

use super::curve::Curve;
use crate::broker::{AccountView, RoundTrip};
use crate::domain::{Money, Nanos, Symbol};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One account, or several as one. Amounts are in quote units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sum {
    /// How many accounts.
    pub accounts: usize,
    /// What they began with.
    pub start: Money,
    /// Cash, or the wallet on margin.
    pub cash: Money,
    /// What they are worth.
    pub equity: Money,
    /// Profit of open positions.
    pub unrealised: Money,
    /// Profit of what was closed, fees not taken off.
    pub realised: Money,
    /// Fees paid.
    pub fees: Money,
    /// What the slippage models cost.
    pub slippage: Money,
    /// Funding received less paid.
    pub funding: Money,
    /// What can still be spent.
    pub buying_power: Money,
    /// What open orders hold.
    pub held: Money,
    /// Margin that positions take.
    pub margin: Money,
    /// Margin below which they are liquidated.
    pub maintenance: Money,
    /// Equity when the day began (UTC).
    pub day_start: Money,
    /// Fills in all.
    pub fills: u64,
    /// Fills that made.
    pub made: u64,
    /// Quote units traded.
    pub turnover: Money,
    /// Σ of the positions' sizes at the mark, whichever way they go.
    pub exposure: Money,
    /// Open orders.
    pub working: usize,
    /// Open positions.
    pub positions: usize,
}

impl Sum {
    /// The sum of accounts.
    pub fn of<'a>(accounts: impl Iterator<Item = &'a AccountView>) -> Self {
        let mut sum = Self::default();
        for account in accounts {
            sum.accounts += 1;
            for (total, amount) in [
                (&mut sum.start, account.start),
                (&mut sum.cash, account.cash),
                (&mut sum.equity, account.equity),
                (&mut sum.unrealised, account.unrealised),
                (&mut sum.realised, account.realised),
                (&mut sum.fees, account.fees),
                (&mut sum.slippage, account.slippage),
                (&mut sum.funding, account.funding),
                (&mut sum.buying_power, account.buying_power),
                (&mut sum.held, account.held),
                (&mut sum.margin, account.margin),
                (&mut sum.maintenance, account.maintenance),
                (&mut sum.day_start, account.day_start),
                (&mut sum.turnover, account.turnover),
                (&mut sum.exposure, account.positions.iter().map(|held| held.value.abs()).sum()),
            ] {
                *total = total.saturating_add(amount);
            }
            sum.fills += account.fill_count;
            sum.made += account.fills_made;
            sum.working += account.working.len();
            sum.positions += account.positions.len();
        }
        sum
    }

    /// Profit since the beginning.
    pub fn pnl(&self) -> Money {
        self.equity.saturating_sub(self.start)
    }

    /// Profit since 00:00 UTC.
    pub fn today(&self) -> Money {
        self.equity.saturating_sub(self.day_start)
    }

    /// Margin that is taken, a part of equity; above one where there is less equity than margin.
    pub fn margin_part(&self) -> f64 {
        part(self.margin, self.equity)
    }

    /// Position values per equity.
    pub fn leverage(&self) -> f64 {
        part(self.exposure, self.equity)
    }
}

/// One amount by another; 0 where the other is not above zero.
pub fn part(of: Money, whole: Money) -> f64 {
    if whole <= Money::ZERO {
        return 0.0;
    }
    of.checked_div(whole).map_or(0.0, crate::domain::money::to_f64)
}

/// What profit is told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PnlBy {
    /// The account: its strategy, or the user's own.
    #[default]
    Account,
    /// The symbol.
    Symbol,
    /// The day (UTC).
    Day,
}

impl PnlBy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Account, Self::Symbol, Self::Day];

    /// Its name in layouts and titles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Symbol => "symbol",
            Self::Day => "day",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// The one so many further on.
    pub fn next(self, count: u32) -> Self {
        let at = Self::ALL.iter().position(|by| *by == self).unwrap_or(0);
        Self::ALL[(at + count as usize) % Self::ALL.len()]
    }
}

/// Profit of one account, symbol or day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PnlRow {
    /// What it is of.
    pub name: String,
    /// For days: when it began.
    pub day: Option<Nanos>,
    /// What was opened and closed.
    pub trades: usize,
    /// How many of these gained.
    pub won: usize,
    /// Fills; `None` where that is not known.
    pub fills: Option<u64>,
    /// Profit of what was closed, fees not taken off; `None` where that is not told apart.
    pub realised: Option<Money>,
    /// Profit of what is open.
    pub unrealised: Option<Money>,
    /// Fees paid.
    pub fees: Option<Money>,
    /// Funding received less paid.
    pub funding: Option<Money>,
    /// All of it.
    pub total: Money,
}

/// Trades and how many of them gained.
fn won<'a>(trades: impl Iterator<Item = &'a RoundTrip>) -> (usize, usize) {
    trades.fold((0, 0), |(all, won), trade| (all + 1, won + usize::from(trade.pnl > Money::ZERO)))
}

/// Profit by account, in the order the accounts were opened.
pub fn by_account(accounts: &[&Arc<AccountView>]) -> Vec<PnlRow> {
    let row = |account: &&Arc<AccountView>| {
        let (trades, won) = won(account.trades.iter());
        PnlRow {
            name: account.name.to_string(),
            day: None,
            trades,
            won,
            fills: Some(account.fill_count),
            realised: Some(account.realised),
            unrealised: Some(account.unrealised),
            fees: Some(account.fees),
            funding: Some(account.funding),
            total: account.equity.saturating_sub(account.start),
        }
    };
    accounts.iter().map(row).collect()
}

/// Profit by symbol, in the order of their names: of the fills that are kept, and of what is open. Funding is not told apart.
pub fn by_symbol(accounts: &[&Arc<AccountView>]) -> Vec<PnlRow> {
    let mut rows: BTreeMap<Symbol, PnlRow> = BTreeMap::new();
    let add = |to: &mut Option<Money>, amount: Money| *to = Some(to.unwrap_or_default().saturating_add(amount));
    for account in accounts {
        for fill in account.fills.iter() {
            let row = rows.entry(fill.symbol).or_default();
            row.fills = Some(row.fills.unwrap_or(0) + 1);
            add(&mut row.realised, fill.realised);
            add(&mut row.fees, fill.fee);
        }
        for held in &account.positions {
            add(&mut rows.entry(held.symbol).or_default().unrealised, held.unrealised);
        }
        for trade in account.trades.iter() {
            let row = rows.entry(trade.symbol).or_default();
            row.trades += 1;
            row.won += usize::from(trade.pnl > Money::ZERO);
        }
    }
    let whole = |(symbol, row): (Symbol, PnlRow)| {
        let amount = |of: Option<Money>| of.unwrap_or_default();
        let total = amount(row.realised).saturating_add(amount(row.unrealised)).saturating_sub(amount(row.fees));
        PnlRow { name: symbol.to_string(), total, ..row }
    };
    rows.into_iter().map(whole).collect()
}

/// Nanoseconds of a day.
pub const DAY: i64 = 86_400_000_000_000;

/// Profit by day (UTC), the newest first: how far equity went from the end of one to the end of the next.
pub fn by_day(accounts: &[&Arc<AccountView>], curve: &Curve) -> Vec<PnlRow> {
    let mut rows: Vec<PnlRow> = Vec::new();
    let mut before = curve.start();
    let mut last = before;
    let day_of = |at: Nanos| Nanos(at.0.div_euclid(DAY).saturating_mul(DAY));
    let close = |rows: &mut Vec<PnlRow>, before: f64, last: f64| {
        if let Some(row) = rows.last_mut() {
            row.total = crate::app::blotter::curve::money(last - before);
        }
    };
    for point in curve.points() {
        let day = day_of(point.at);
        if rows.last().and_then(|row| row.day) != Some(day) {
            close(&mut rows, before, last);
            before = last;
            rows.push(PnlRow { name: at_day(day), day: Some(day), ..PnlRow::default() });
        }
        last = point.equity;
    }
    close(&mut rows, before, last);
    let mut find = |at: Nanos, change: &dyn Fn(&mut PnlRow)| {
        let day = day_of(at);
        if let Ok(at) = rows.binary_search_by_key(&Some(day), |row| row.day)
            && let Some(row) = rows.get_mut(at)
        {
            change(row);
        }
    };
    for account in accounts {
        for trade in account.trades.iter() {
            find(trade.exit_at, &|row| {
                row.trades += 1;
                row.won += usize::from(trade.pnl > Money::ZERO);
            });
        }
        for fill in account.fills.iter() {
            find(fill.at, &|row| {
                row.fills = Some(row.fills.unwrap_or(0) + 1);
                row.realised = Some(row.realised.unwrap_or_default().saturating_add(fill.realised));
                row.fees = Some(row.fees.unwrap_or_default().saturating_add(fill.fee));
            });
        }
    }
    rows.reverse();
    rows
}

/// `2024-08-08`.
fn at_day(day: Nanos) -> String {
    day.rfc3339().chars().take(10).collect()
}
