//! What the `data` of each topic says.

use super::LineError;
use super::object::{self, Object};
use crate::domain::{
    Alert, AlertState, Bar, BarSpec, BookSnapshot, DepthDiff, EngineConfig, Event, Instrument, Link, LinkScope, LinkState,
    Liquidation, Mark, Meta, Nanos, NumberError, Origin, Phase, Price, Qty, Quote, Rearm, Symbol, Trade, TradingAction,
    UserAction, Volume,
};
use crate::recording::{FORMAT, VERSION};
use serde_json::value::RawValue;

/// Topics whose `data` is read here.
pub(super) const KNOWN: [&str; 11] = ["trade", "quote", "book", "depth", "liq", "mark", "bar", "history", "link", "user", "meta"];

pub(super) fn trade(data: &mut Object<'_>) -> Result<Trade, LineError> {
    Ok(Trade {
        price: data.price("price")?,
        qty: data.qty("qty")?,
        side: data.side()?,
        // Some venues name their trades by letters; the trade itself is not lost for that.
        id: data.count("id").or_else(|error| match error {
            LineError::Duplicate(_) => Err(error),
            _ => Ok(None),
        })?,
        ex: data.time("ex")?,
    })
}

pub(super) fn quote(data: &mut Object<'_>) -> Result<Quote, LineError> {
    Ok(Quote {
        bid: data.price("b")?,
        bid_qty: data.qty("bq")?,
        ask: data.price("a")?,
        ask_qty: data.qty("aq")?,
        update_id: data.count("u")?,
        ex: data.time("ex")?,
    })
}

pub(super) fn book(data: &mut Object<'_>) -> Result<BookSnapshot, LineError> {
    Ok(BookSnapshot {
        last: data.count("last")?.ok_or(LineError::Missing("last"))?,
        bids: data.levels("bids")?,
        asks: data.levels("asks")?,
        ex: data.time("ex")?,
    })
}

pub(super) fn depth(data: &mut Object<'_>) -> Result<DepthDiff, LineError> {
    Ok(DepthDiff {
        first: data.count("first")?.ok_or(LineError::Missing("first"))?,
        last: data.count("last")?.ok_or(LineError::Missing("last"))?,
        prev: data.count("prev")?,
        bids: data.levels("bids")?,
        asks: data.levels("asks")?,
        ex: data.time("ex")?,
    })
}

pub(super) fn liquidation(data: &mut Object<'_>) -> Result<Liquidation, LineError> {
    Ok(Liquidation { side: data.side()?, price: data.price("price")?, qty: data.qty("qty")?, ex: data.time("ex")? })
}

pub(super) fn mark(data: &mut Object<'_>) -> Result<Mark, LineError> {
    Ok(Mark {
        price: data.price("price")?,
        index: data.price_if_any("index")?,
        funding: data.price_if_any("funding")?,
        next: data.time("next")?,
    })
}

/// A bar, or `None` for one that says itself it is derived.
pub(super) fn bar(data: &mut Object<'_>, at: Nanos) -> Result<Option<(BarSpec, Bar)>, LineError> {
    let spec = bar_spec("tf", data.need("tf")?)?;
    let derived = data.take("derived")?.is_some_and(|raw| raw != "false");
    let start = match data.time("start")? {
        Some(start) => start,
        None => match spec {
            BarSpec::Time(timeframe) => at - timeframe.nanos(),
            _ => at,
        },
    };
    let bar = Bar {
        start,
        open: data.price("o")?,
        high: data.price("h")?,
        low: data.price("l")?,
        close: data.price("c")?,
        volume: object::volume("v", data.need("v")?)?,
        buy_volume: data.take("bv")?.map_or(Ok(Volume::ZERO), |raw| object::volume("bv", raw))?,
        trades: trade_count("n", data.take("n")?)?,
    };
    Ok((!derived).then_some((spec, bar)))
}

pub(super) fn history(data: &mut Object<'_>) -> Result<Event, LineError> {
    let timeframe = match bar_spec("tf", data.need("tf")?)? {
        BarSpec::Time(timeframe) => timeframe,
        other => return Err(LineError::value("tf", &other.to_string(), "a time such as 1m")),
    };
    let raw = data.need("bars")?;
    let shape = || LineError::value("bars", raw, "[[start, o, h, l, c, v, n, bv], …]");
    let rows: Vec<Vec<&RawValue>> = serde_json::from_str(raw).map_err(|_| shape())?;
    let bars = rows.iter().map(|row| history_bar(row, shape)).collect::<Result<_, _>>()?;
    Ok(Event::History(timeframe, bars))
}

fn history_bar(row: &[&RawValue], shape: impl Fn() -> LineError) -> Result<Bar, LineError> {
    let [start, open, high, low, close, volume, rest @ ..] = row else { return Err(shape()) };
    if rest.len() > 2 {
        return Err(shape());
    }
    let optional = |i: usize| rest.get(i).map(|raw| raw.get()).filter(|raw| *raw != "null");
    let price = |raw: &RawValue| object::price("bars", raw.get());
    Ok(Bar {
        start: object::time("bars", start.get())?,
        open: price(open)?,
        high: price(high)?,
        low: price(low)?,
        close: price(close)?,
        volume: object::volume("bars", volume.get())?,
        trades: trade_count("bars", optional(0))?,
        buy_volume: optional(1).map_or(Ok(Volume::ZERO), |raw| object::volume("bars", raw))?,
    })
}

fn trade_count(key: &'static str, raw: Option<&str>) -> Result<u32, LineError> {
    let Some(raw) = raw else { return Ok(0) };
    u32::try_from(object::count(key, raw)?).map_err(|_| LineError::Number { key, error: NumberError::OutOfRange })
}

fn bar_spec(key: &'static str, raw: &str) -> Result<BarSpec, LineError> {
    let text = object::string(key, raw)?;
    text.parse().map_err(|_| LineError::value(key, &text, "a kind of bar such as 1m or tick:100"))
}

pub(super) fn link(data: &mut Object<'_>) -> Result<Link, LineError> {
    let state = match object::string("state", data.need("state")?)?.as_ref() {
        "up" => LinkState::Up,
        "down" => LinkState::Down,
        "resync" => LinkState::Resync,
        other => return Err(LineError::value("state", other, "up, down or resync")),
    };
    let scope = match data.text("scope")?.as_deref() {
        None | Some("all") => LinkScope::All,
        Some("trades") => LinkScope::Trades,
        Some("book") => LinkScope::Book,
        Some(other) => return Err(LineError::value("scope", other, "all, trades or book")),
    };
    Ok(Link { state, scope, why: data.text_or_empty("why")? })
}

/// A user's action. Keys beside those of a known action are not counted: a later version may say more.
pub(super) fn user(raw: &str, named: Option<Symbol>) -> Result<UserAction, LineError> {
    let other = || Ok(UserAction::Other(raw.to_owned()));
    let Ok(mut data) = Object::parse(raw) else { return other() };
    let symbol = |data: &mut Object<'_>| data.symbol()?.or(named).ok_or(LineError::Missing("sym"));
    let Some(action) = data.take("do")?.and_then(|raw| object::string("do", raw).ok()) else { return other() };
    Ok(match action.as_ref() {
        "add_symbol" => {
            let symbol = symbol(&mut data)?;
            UserAction::AddSymbol(rules(&mut data, symbol)?)
        }
        "remove_symbol" => UserAction::RemoveSymbol(symbol(&mut data)?),
        "bars" => UserAction::Bars(bar_spec("bars", data.need("bars")?)?),
        "indicators" => {
            let raw = data.need("list")?;
            let list = serde_json::from_str(raw).map_err(|_| LineError::value("list", raw, "a list of indicators"))?;
            UserAction::Indicators(list)
        }
        "alert" => {
            let symbol = symbol(&mut data)?;
            UserAction::SetAlert(Box::new(alert(&mut data, symbol)?))
        }
        "remove_alert" => UserAction::RemoveAlert(data.count("id")?.ok_or(LineError::Missing("id"))?),
        "mark" => UserAction::Mark(data.text_or_empty("label")?),
        // Another tool's actions may have the same names: what cannot be read is kept as it is.
        name if TradingAction::NAMES.contains(&name) => match TradingAction::from_json(name, raw) {
            Ok(action) => UserAction::Trading(Box::new(action)),
            Err(_) => return other(),
        },
        _ => return other(),
    })
}

fn alert(data: &mut Object<'_>, symbol: Symbol) -> Result<(Alert, AlertState), LineError> {
    let truth = |data: &mut Object<'_>, key: &'static str| Ok::<_, LineError>(data.take(key)?.is_some_and(|raw| raw == "true"));
    let rearm = data.text_or_empty("rearm")?;
    let deliver = data.text_or_empty("deliver")?;
    let phase = data.text_or_empty("phase")?;
    let alert = Alert {
        id: data.count("id")?.ok_or(LineError::Missing("id"))?,
        symbol,
        expr: data.text("expr")?.ok_or(LineError::Missing("expr"))?.into_owned(),
        rearm: if rearm.is_empty() {
            Rearm::default()
        } else {
            rearm.parse().map_err(|_| LineError::value("rearm", &rearm, "auto, once, always or cooldown 15m"))?
        },
        deliver: deliver.parse().map_err(|_| LineError::value("deliver", &deliver, "names of channels such as bell,webhook"))?,
        note: data.text_or_empty("note")?,
        paused: truth(data, "paused")?,
        origin: if data.text_or_empty("origin")? == "config" { Origin::Config } else { Origin::User },
    };
    let state = AlertState {
        phase: Phase::named(&phase).unwrap_or_default(),
        been_false: truth(data, "been_false")?,
        fired: data.count("fired")?.unwrap_or_default(),
        last: data.time("last")?,
    };
    Ok((alert, state))
}

fn rules(data: &mut Object<'_>, symbol: Symbol) -> Result<Instrument, LineError> {
    let qty = |raw: Option<&str>| raw.map_or(Ok(Qty::ZERO), |raw| object::qty("lot", raw));
    Ok(Instrument {
        symbol,
        tick: data.price_if_any("tick")?.unwrap_or(Price::ZERO),
        lot: qty(data.take("lot")?)?,
        min_notional: data.price_if_any("min_notional")?.unwrap_or(Price::ZERO),
        base: data.text_or_empty("base")?,
        quote: data.text_or_empty("quote")?,
    })
}

pub(super) fn meta(data: &mut Object<'_>, unknown_keys: &mut u32) -> Result<Meta, LineError> {
    let format = data.text("format")?;
    let version = data.count("version")?;
    if format.as_ref().is_some_and(|f| f != FORMAT) || version.is_some_and(|v| v != VERSION) {
        let shown: String = format.iter().flat_map(|f| f.chars()).filter(|c| !c.is_control()).take(40).collect();
        return Err(LineError::Version(format!("`{shown}` version {}", version.unwrap_or_default())));
    }
    let mut instruments = Vec::new();
    if let Some(raw) = data.take("symbols")? {
        let list: Vec<&RawValue> =
            serde_json::from_str(raw).map_err(|_| LineError::value("symbols", raw, "a list of instruments"))?;
        for raw in list {
            // Other tools list bare names.
            if raw.get().starts_with('"') {
                instruments.push(Instrument::unknown(Symbol::new(&object::string("symbols", raw.get())?)?));
                continue;
            }
            let mut item =
                Object::parse(raw.get()).map_err(|_| LineError::value("symbols", raw.get(), "a list of instruments"))?;
            let symbol = item.symbol()?.ok_or(LineError::Missing("sym"))?;
            instruments.push(rules(&mut item, symbol)?);
            *unknown_keys = unknown_keys.saturating_add(item.unknown());
        }
    }
    let engine = match data.take("engine")? {
        None => EngineConfig::default(),
        Some(raw) => serde_json::from_str(raw).map_err(|_| LineError::value("engine", raw, "the engine's settings"))?,
    };
    Ok(Meta { venue: data.text_or_empty("venue")?, instruments, app: data.text_or_empty("app")?, engine })
}
