//! What an account must not exceed: limits on single orders, and those that stop the account.

use super::amount::Amount;
use crate::domain::{Money, Price, RiskLimits};
use std::sync::Arc;

/// Something an account has to be stopped for, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// Equity is down to the maintenance margin: everything is closed at the market.
    Liquidation(Arc<str>),
    /// A limit that stops the account was reached.
    Limit(Arc<str>),
}

/// An order as the limits see it. Amounts are in quote units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Proposed {
    /// Price × quantity.
    pub notional: Money,
    /// Price × size of the position it could lead to, all open orders of its side traded.
    pub position: Money,
    /// Whether the position could become larger by it.
    pub grows: bool,
    /// Orders open before it.
    pub open_orders: u32,
    /// Orders sent within the last minute before it.
    pub recent_orders: u32,
    /// The price it trades at or rests at, where the collar looks at it.
    pub price: Option<Price>,
    /// The middle of the market.
    pub mid: Option<Price>,
}

/// An amount for people: exact to 8 places, without zeros at its end.
pub(crate) fn plain(amount: Money) -> Money {
    amount.round_dp(8).normalize()
}

/// An amount for people, to cents.
fn cents(amount: Money) -> Money {
    amount.round_dp(2).normalize()
}

/// Every limit an order would break: which, and both numbers.
pub fn breaches(limits: &RiskLimits, order: &Proposed) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = Vec::new();
    if let Some(most) = limits.max_order_notional.filter(|most| order.notional > *most) {
        found.push(
            format!("order notional {} is above the limit max_order_notional of {}", cents(order.notional), plain(most)).into(),
        );
    }
    if let Some(most) = limits.max_position.filter(|most| order.grows && order.position > *most) {
        let position = cents(order.position);
        found.push(format!("a position of {position} would be above the limit max_position of {}", plain(most)).into());
    }
    if let Some(most) = limits.max_open_orders.filter(|most| order.open_orders >= *most) {
        found.push(format!("{} orders are open and the limit max_open_orders is {most}", order.open_orders).into());
    }
    if let Some(most) = limits.max_orders_per_minute.filter(|most| order.recent_orders >= *most) {
        let sent = order.recent_orders;
        found.push(format!("{sent} orders were sent within a minute and the limit max_orders_per_minute is {most}").into());
    }
    if let (Some(most), Some(price), Some(mid)) = (limits.price_collar_pct, order.price, order.mid)
        && mid > Price::ZERO
    {
        let away = (price - mid).to_f64() / mid.to_f64() * 100.0;
        if away.abs() > most {
            let text = format!("price {price} is {away:+.2} % from the middle {mid} and the limit price_collar_pct is {most} %");
            found.push(text.into());
        }
    }
    found
}

/// Watches for what stops an account: a comparison on every tick.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    limits: RiskLimits,
    /// Equity from which the daily loss counts.
    day: Amount,
    /// Equity from which the drawdown counts.
    peak: Amount,
    /// Equity at or below which a limit is reached.
    floor: Amount,
    pub(crate) killed: Option<Arc<str>>,
}

impl Guard {
    pub(crate) fn new(limits: RiskLimits, day: Amount, peak: Amount, killed: Option<Arc<str>>) -> Self {
        let mut guard = Self { limits, day, peak, floor: Amount::ZERO, killed };
        guard.aim();
        guard
    }

    /// Looks at equity; whether a limit is reached.
    #[inline]
    pub(crate) fn look(&mut self, equity: Amount) -> bool {
        if equity > self.peak {
            self.peak = equity;
            if self.limits.max_drawdown_pct.is_some() {
                self.aim();
            }
        }
        equity <= self.floor
    }

    /// Equity at or below which the daily loss stops the account. A limit of nothing still lets it stand level.
    fn loss_floor(&self) -> Option<Amount> {
        let most = Amount::from_money(self.limits.max_daily_loss?).max(Amount::STEP);
        Some(self.day - most)
    }

    /// Equity at or below which the drawdown stops the account.
    fn fall_floor(&self) -> Option<Amount> {
        let pct = self.limits.max_drawdown_pct.filter(|pct| pct.is_finite())?;
        // Percent in steps of a ten-thousandth.
        let part = (pct.clamp(0.0, 1_000.0) * 1e4).round() as i64;
        (self.peak > Amount::ZERO).then(|| self.peak - self.peak.part(part, 1_000_000).max(Amount::STEP))
    }

    fn aim(&mut self) {
        let lowest = -Amount::MAX;
        let floor = self.loss_floor().unwrap_or(lowest).max(self.fall_floor().unwrap_or(lowest));
        self.floor = if self.killed.is_some() { lowest } else { floor };
    }

    /// Which limit is reached at an equity, in words.
    pub(crate) fn reached(&self, equity: Amount) -> Option<Arc<str>> {
        if self.killed.is_some() {
            return None;
        }
        if let Some(most) = self.limits.max_daily_loss
            && self.loss_floor().is_some_and(|floor| equity <= floor)
        {
            let loss = cents((self.day - equity).money());
            return Some(format!("today's loss of {loss} reached the limit max_daily_loss of {}", plain(most)).into());
        }
        if let Some(most) = self.limits.max_drawdown_pct
            && self.fall_floor().is_some_and(|floor| equity <= floor)
        {
            let fall = (self.peak - equity).to_f64() / self.peak.to_f64() * 100.0;
            return Some(format!("drawdown of {fall:.2} % reached the limit max_drawdown_pct of {most} %").into());
        }
        None
    }

    /// Writes all that decides what comes.
    pub(crate) fn hash_into(&self, h: &mut impl std::hash::Hasher) {
        use std::hash::Hash;
        let limits = &self.limits;
        (self.day, self.peak, &self.killed).hash(h);
        (limits.max_order_notional, limits.max_position, limits.max_daily_loss, limits.flatten_on_kill).hash(h);
        (limits.max_open_orders, limits.max_orders_per_minute).hash(h);
        (limits.price_collar_pct.map(f64::to_bits), limits.max_drawdown_pct.map(f64::to_bits)).hash(h);
    }

    pub(crate) fn limits(&self) -> &RiskLimits {
        &self.limits
    }

    pub(crate) fn counts_from(&self) -> (Amount, Amount) {
        (self.day, self.peak)
    }

    pub(crate) fn set_limits(&mut self, limits: RiskLimits) {
        self.limits = limits;
        self.aim();
    }

    pub(crate) fn new_day(&mut self, equity: Amount) {
        self.day = equity;
        self.aim();
    }

    pub(crate) fn kill(&mut self, why: Arc<str>) {
        self.killed = Some(why);
        self.aim();
    }

    /// Lets the account trade again: loss and drawdown count from now on.
    pub(crate) fn unlock(&mut self, equity: Amount) {
        self.killed = None;
        self.day = equity;
        self.peak = equity;
        self.aim();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(whole: i64) -> Amount {
        Amount::from_money(Money::from(whole))
    }

    #[test]
    fn every_refusal_names_the_limit_and_both_numbers() {
        let limits = RiskLimits {
            max_order_notional: Some(Money::from(1_000)),
            max_position: Some(Money::from(2_000)),
            max_open_orders: Some(3),
            max_orders_per_minute: Some(10),
            price_collar_pct: Some(1.5),
            ..RiskLimits::default()
        };
        let inside = Proposed {
            notional: Money::from(1_000),
            position: Money::from(2_000),
            grows: true,
            open_orders: 2,
            recent_orders: 9,
            price: Some(Price::from_f64(101.5)),
            mid: Some(Price::from_f64(100.0)),
        };
        assert!(breaches(&limits, &inside).is_empty());
        let outside = Proposed {
            notional: Money::new(100_001, 2),
            position: Money::new(200_001, 2),
            open_orders: 3,
            recent_orders: 10,
            price: Some(Price::from_f64(98.4)),
            ..inside
        };
        let said: Vec<String> = breaches(&limits, &outside).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "order notional 1000.01 is above the limit max_order_notional of 1000",
                "a position of 2000.01 would be above the limit max_position of 2000",
                "3 orders are open and the limit max_open_orders is 3",
                "10 orders were sent within a minute and the limit max_orders_per_minute is 10",
                "price 98.4 is -1.60 % from the middle 100 and the limit price_collar_pct is 1.5 %",
            ]
        );
        assert_eq!(
            breaches(&limits, &Proposed { grows: false, ..outside }).len(),
            4,
            "what makes a position smaller is no breach"
        );
        assert!(breaches(&RiskLimits::default(), &outside).is_empty());
    }

    #[test]
    fn loss_and_drawdown_stop_an_account_until_it_is_let_go() {
        let limits = RiskLimits { max_daily_loss: Some(Money::from(50)), max_drawdown_pct: Some(10.0), ..RiskLimits::default() };
        let mut guard = Guard::new(limits, amount(1_000), amount(1_000), None);
        assert!(!guard.look(amount(951)));
        assert!(guard.look(amount(950)));
        assert_eq!(guard.reached(amount(950)).unwrap().as_ref(), "today's loss of 50 reached the limit max_daily_loss of 50");
        guard.new_day(amount(951));
        assert!(!guard.look(amount(920)));
        assert!(!guard.look(amount(1_200)));
        assert!(guard.look(amount(1_080)), "the drawdown counts from the new peak");
        assert_eq!(
            guard.reached(amount(1_080)).unwrap().as_ref(),
            "drawdown of 10.00 % reached the limit max_drawdown_pct of 10 %"
        );
        guard.kill("by hand".into());
        assert!(!guard.look(amount(1)), "a stopped account is not stopped again");
        assert_eq!(guard.reached(amount(1)), None);
        guard.unlock(amount(800));
        assert!(!guard.look(amount(760)));
        assert!(guard.look(amount(750)));
    }

    #[test]
    fn no_limits_never_stop() {
        let mut guard = Guard::new(RiskLimits::default(), amount(1_000), amount(1_000), None);
        assert!(!guard.look(amount(-1_000_000)));
        let mut level = Guard::new(
            RiskLimits { max_daily_loss: Some(Money::ZERO), ..RiskLimits::default() },
            amount(1_000),
            amount(1_000),
            None,
        );
        assert!(!level.look(amount(1_000)), "no loss is no reason");
        assert!(level.look(amount(999)));
    }
}
