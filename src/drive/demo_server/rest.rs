//! The demo exchange's REST answers.

use super::hub::Hub;
use super::query::Query;
use crate::demo::wire::{Places, rest as wire};
use crate::domain::{Nanos, Symbol, Timeframe};

/// Weight a minute holds.
const LIMIT: u32 = 2_400;
/// Most rows of the aggregate trades endpoint.
pub(super) const TRADES_MOST: usize = 1_000;

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    /// Weight used in this minute.
    pub(super) used: u32,
    /// Seconds to wait.
    pub(super) retry_after: Option<i64>,
}

/// Weight used by all clients, by minutes of the clock.
#[derive(Debug, Default)]
pub(super) struct Usage {
    minute: i64,
    used: u32,
}

impl Usage {
    /// Takes up weight, which refused requests cost as well. Whether the minute still holds it.
    fn take(&mut self, now: Nanos, weight: u32) -> bool {
        let minute = now.secs().div_euclid(60);
        if minute != self.minute {
            *self = Self { minute, used: 0 };
        }
        self.used = self.used.saturating_add(weight);
        self.used <= LIMIT
    }
}

struct Refusal(u16, i32, &'static str);

/// Answers `GET path?query`; `None` for a path it does not have.
pub(super) fn answer(hub: &mut Hub, path: &str, query: &str, now: Nanos) -> Option<Answer> {
    let query = Query::parse(query);
    let limit = query.number("limit").ok().flatten().unwrap_or(500).max(0);
    let weight = match path {
        "/fapi/v1/depth" => match limit {
            ..=50 => 2,
            51..=100 => 5,
            101..=500 => 10,
            _ => 20,
        },
        "/fapi/v1/klines" => match limit {
            ..=99 => 1,
            100..=499 => 2,
            500..=1_000 => 5,
            _ => 10,
        },
        "/fapi/v1/aggTrades" => 20,
        "/fapi/v1/ping" | "/fapi/v1/time" | "/fapi/v1/exchangeInfo" => 1,
        _ => return None,
    };
    if !hub.usage.take(now, weight) {
        let body = wire::error(-1003, "Too many requests; current limit is 2400 request weight per minute.");
        return Some(Answer { status: 429, body, used: hub.usage.used, retry_after: Some(60 - now.secs().rem_euclid(60)) });
    }
    let result = match path {
        "/fapi/v1/ping" => Ok(wire::ping()),
        "/fapi/v1/time" => Ok(wire::time(now)),
        "/fapi/v1/exchangeInfo" => Ok(wire::exchange_info(&hub.market.instruments(), now)),
        "/fapi/v1/depth" => depth(hub, &query, now),
        "/fapi/v1/klines" => klines(hub, &query, now),
        _ => agg_trades(hub, &query),
    };
    let used = hub.usage.used;
    Some(match result {
        Ok(body) => Answer { status: 200, body, used, retry_after: None },
        Err(Refusal(status, code, message)) => Answer { status, body: wire::error(code, message), used, retry_after: None },
    })
}

fn symbol(hub: &Hub, query: &Query) -> Result<(Symbol, Places), Refusal> {
    let name = query.get("symbol").ok_or(Refusal(
        400,
        -1102,
        "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    ))?;
    let found = Symbol::new(name).ok().and_then(|symbol| Some((symbol, hub.places(symbol)?)));
    found.ok_or(Refusal(400, -1121, "Invalid symbol."))
}

fn number(query: &Query, key: &str) -> Result<Option<i64>, Refusal> {
    query.number(key).map_err(|()| Refusal(400, -1100, "Illegal characters found in a parameter."))
}

fn depth(hub: &Hub, query: &Query, now: Nanos) -> Result<String, Refusal> {
    let (symbol, places) = symbol(hub, query)?;
    let limit = number(query, "limit")?.unwrap_or(500);
    let limit = usize::try_from(limit).ok().filter(|limit| wire::DEPTH_LIMITS.contains(limit)).ok_or(Refusal(
        400,
        -4021,
        "Invalid depth limit",
    ))?;
    let (last, bids, asks) = hub.market.depth_snapshot(&symbol, limit).ok_or(Refusal(400, -1121, "Invalid symbol."))?;
    Ok(wire::depth(last, &bids, &asks, now, places))
}

fn klines(hub: &Hub, query: &Query, now: Nanos) -> Result<String, Refusal> {
    let (symbol, places) = symbol(hub, query)?;
    let timeframe: Option<Timeframe> = query.get("interval").and_then(|text| text.parse().ok());
    let timeframe = timeframe.filter(|timeframe| timeframe.secs() >= 60).ok_or(Refusal(400, -1120, "Invalid interval."))?;
    let limit = usize::try_from(number(query, "limit")?.unwrap_or(500).max(1)).unwrap_or(1).min(wire::KLINES_MOST);
    let start = number(query, "startTime")?.map(Nanos::from_millis);
    let mut end = number(query, "endTime")?.map_or(now, Nanos::from_millis);
    if let Some(start) = start {
        let span = timeframe.nanos().0.saturating_mul(limit as i64 - 1);
        let first = timeframe.start_of(start + timeframe.nanos() - Nanos(1));
        end = end.min(first + Nanos(span));
    }
    let mut rows = hub.market.klines(&symbol, timeframe, limit, end).ok_or(Refusal(400, -1121, "Invalid symbol."))?;
    rows.retain(|row| start.is_none_or(|start| row.bar.start >= start));
    Ok(wire::klines(&rows, timeframe, places))
}

fn agg_trades(hub: &Hub, query: &Query) -> Result<String, Refusal> {
    let (symbol, places) = symbol(hub, query)?;
    let limit = usize::try_from(number(query, "limit")?.unwrap_or(500).max(1)).unwrap_or(1).min(TRADES_MOST);
    let from = number(query, "fromId")?.map(|id| u64::try_from(id).unwrap_or(0));
    let (start, end) = (number(query, "startTime")?, number(query, "endTime")?);
    let wanted = hub.trades(symbol).filter(|trade| {
        let at = trade.time.millis();
        from.is_none_or(|id| trade.agg_id >= id) && start.is_none_or(|start| at >= start) && end.is_none_or(|end| at <= end)
    });
    let wanted: Vec<_> = if from.is_some() || start.is_some() {
        wanted.take(limit).collect()
    } else {
        let all: Vec<_> = wanted.collect();
        all.get(all.len().saturating_sub(limit)..).unwrap_or_default().to_vec()
    };
    let rows: Vec<String> = wanted
        .iter()
        .map(|t| {
            let (price, qty) = (format!("{:.*}", places.price, t.price), format!("{:.*}", places.qty, t.qty));
            format!(
                r#"{{"a":{},"p":"{price}","q":"{qty}","nq":"{qty}","f":{},"l":{},"T":{},"m":{}}}"#,
                t.agg_id,
                t.first_id,
                t.last_id,
                t.time.millis(),
                t.buyer_is_maker
            )
        })
        .collect();
    Ok(format!("[{}]", rows.join(",")))
}
