//! The form of what an account must not exceed.

use super::amount;
use super::form::{Field, Form, FormPurpose, What, read_amount};
use crate::broker::AccountView;
use crate::domain::{Money, RiskLimits, TradingAction};
use std::sync::Arc;

const ORDER: &str = "order value";
const POSITION: &str = "position value";
const OPEN: &str = "open orders";
const RATE: &str = "orders a minute";
const COLLAR: &str = "price collar %";
const LOSS: &str = "daily loss";
const DRAWDOWN: &str = "drawdown %";
const THEN: &str = "when stopped";

const KEEP: &str = "keep positions";
const CLOSE: &str = "close positions";

fn shown(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The form with an account's limits as they are.
pub(super) fn form(account: &AccountView) -> Form {
    let limits = &account.limits;
    let money = |value: Option<Money>| shown(value.map(|value| value.normalize()));
    let then = if limits.flatten_on_kill { CLOSE } else { KEEP };
    let fields = vec![
        Field::text(ORDER, &money(limits.max_order_notional), ""),
        Field::text(POSITION, &money(limits.max_position), ""),
        Field::text(OPEN, &shown(limits.max_open_orders), ""),
        Field::text(RATE, &shown(limits.max_orders_per_minute), ""),
        Field::text(COLLAR, &shown(limits.price_collar_pct), ""),
        Field::text(LOSS, &money(limits.max_daily_loss), ""),
        Field::text(DRAWDOWN, &shown(limits.max_drawdown_pct), ""),
        Field::choice(THEN, vec![KEEP.to_owned(), CLOSE.to_owned()], then, ""),
    ];
    let mut form = Form {
        purpose: FormPurpose::Limits(Arc::clone(&account.name)),
        title: format!("Limits of {}", account.name),
        enter: "set them",
        fields,
        at: 0,
        said: Vec::new(),
        refused: None,
    };
    look(&mut form, Some(account));
    form
}

/// Says what each limit means, where the account stands, and what is wrong.
pub(super) fn look(form: &mut Form, account: Option<&AccountView>) {
    let said = |name: &str| -> String {
        let Some(account) = account else { return String::new() };
        let largest = account.positions.iter().map(|held| held.value.abs()).max().unwrap_or_default();
        let lost = account.day_start.saturating_sub(account.equity).max(Money::ZERO);
        match name {
            ORDER => "price times quantity of one order, quote units".to_owned(),
            POSITION => format!("of one symbol, quote units; the largest is {}", amount(largest)),
            OPEN => format!("at once; {} now", account.working.len()),
            RATE => format!("sent within any minute; {} in the last", account.recent_orders),
            COLLAR => "an order's distance from the middle of the market, percent".to_owned(),
            LOSS => format!("since 00:00 UTC stops the account; {} now", amount(lost)),
            DRAWDOWN => format!("from the highest equity stops the account; {:.2} now", account.drawdown() * 100.0),
            _ => "what becomes of positions when a loss stops the account".to_owned(),
        }
    };
    for field in &mut form.fields {
        field.about = said(&field.name);
        field.error = check(field).err();
    }
    form.said = vec![
        "A field that is empty is no limit. An order beyond a limit is refused with both numbers; a loss beyond one stops \
        the account until you let it trade again."
            .to_owned(),
    ];
    if let Some(why) = account.and_then(|account| account.killed.as_ref()) {
        form.said.push(format!("Stopped: {why}"));
    }
}

fn figure(text: &str) -> Result<Option<f64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let value: Option<f64> = text.trim_end_matches('%').trim().parse().ok();
    value
        .filter(|value| *value > 0.0 && *value <= 100.0)
        .map(Some)
        .ok_or_else(|| "expected percent above 0, at most 100".to_owned())
}

fn count(text: &str) -> Result<Option<u32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().ok().filter(|count| *count > 0).map(Some).ok_or_else(|| "expected a whole number above 0".to_owned())
}

fn money(text: &str) -> Result<Option<Money>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let value = read_amount(text).filter(|value| *value > Money::ZERO);
    value.map(Some).ok_or_else(|| "expected an amount above 0, such as 5000".to_owned())
}

fn check(field: &Field) -> Result<(), String> {
    if matches!(field.what, What::Choice { .. }) {
        return Ok(());
    }
    let text = field.value();
    match field.name.as_str() {
        OPEN | RATE => count(&text).map(drop),
        COLLAR | DRAWDOWN => figure(&text).map(drop),
        _ => money(&text).map(drop),
    }
}

/// The limits as they were entered.
pub(super) fn read(form: &Form, account: &Arc<str>) -> Result<TradingAction, (Option<String>, String)> {
    for field in &form.fields {
        check(field).map_err(|why| (Some(field.name.clone()), why))?;
    }
    let value = |name: &str| form.value(name);
    let limits = RiskLimits {
        max_order_notional: money(&value(ORDER)).unwrap_or_default(),
        max_position: money(&value(POSITION)).unwrap_or_default(),
        max_open_orders: count(&value(OPEN)).unwrap_or_default(),
        max_orders_per_minute: count(&value(RATE)).unwrap_or_default(),
        price_collar_pct: figure(&value(COLLAR)).unwrap_or_default(),
        max_daily_loss: money(&value(LOSS)).unwrap_or_default(),
        max_drawdown_pct: figure(&value(DRAWDOWN)).unwrap_or_default(),
        flatten_on_kill: value(THEN) == CLOSE,
    };
    Ok(TradingAction::Limits { account: Arc::clone(account), limits })
}
