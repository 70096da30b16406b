//! Typed records to canonical lines.

use super::{FORMAT, VERSION};
use crate::domain::{
    Alert, AlertState, Bar, BarSpec, Event, Historical, Input, Instrument, Level, LinkScope, Market, Meta, Nanos, Origin,
    Payload, Price, Qty, Symbol, Timeframe, UserAction, Volume,
};

const PRICE_PLACES: u32 = 8;
const TIME_PLACES: u32 = 9;

/// Appends an input's line, with its newline. Its `seq` is its place in the file and is not written.
pub fn encode_input(input: &Input, out: &mut Vec<u8>) {
    match &input.payload {
        Payload::Market(market) => encode_market(input.at, market, out),
        Payload::User(action) => {
            open(input.at, "user", None, out);
            user(action, out);
            out.extend_from_slice(b"}\n");
        }
        Payload::Meta(meta) => {
            open(input.at, "meta", None, out);
            encode_meta(meta, out);
            out.extend_from_slice(b"}\n");
        }
    }
}

/// Appends the line of a bar that an engine built, marked as derived, with its newline. `at` is when it closed.
pub fn encode_bar(at: Nanos, symbol: Symbol, spec: BarSpec, built: &Bar, out: &mut Vec<u8>) {
    open(at, "bar", Some(symbol), out);
    bar(at, spec, built, out);
    out.extend_from_slice(b",\"derived\":true}}\n");
}

/// Appends a line of a derived topic with its `data` as JSON, and its newline.
pub fn encode_derived(at: Nanos, topic: &str, symbol: Option<Symbol>, data: &[u8], out: &mut Vec<u8>) {
    open(at, topic, symbol, out);
    out.extend_from_slice(data);
    out.extend_from_slice(b"}\n");
}

fn open(at: Nanos, topic: &str, symbol: Option<Symbol>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"ts\":");
    time(at, out);
    out.extend_from_slice(b",\"topic\":\"");
    out.extend_from_slice(topic.as_bytes());
    out.push(b'"');
    if let Some(symbol) = symbol {
        out.extend_from_slice(b",\"sym\":");
        write_text(&symbol, out);
    }
    out.extend_from_slice(b",\"data\":");
}

fn encode_market(at: Nanos, market: &Market, out: &mut Vec<u8>) {
    open(at, market.event.topic(), market.symbol, out);
    match &market.event {
        Event::Trade(trade) => {
            key(b"{\"price\":", trade.price, out);
            key(b",\"qty\":", trade.qty, out);
            out.extend_from_slice(b",\"side\":\"");
            out.extend_from_slice(trade.side.as_str().as_bytes());
            out.push(b'"');
            optional_count(b",\"id\":", trade.id, out);
            optional_time(b",\"ex\":", trade.ex, out);
        }
        Event::Quote(quote) => {
            key(b"{\"b\":", quote.bid, out);
            key(b",\"bq\":", quote.bid_qty, out);
            key(b",\"a\":", quote.ask, out);
            key(b",\"aq\":", quote.ask_qty, out);
            optional_count(b",\"u\":", quote.update_id, out);
            optional_time(b",\"ex\":", quote.ex, out);
        }
        Event::Book(book) => {
            optional_count(b"{\"last\":", Some(book.last), out);
            levels(b",\"bids\":[", &book.bids, out);
            levels(b",\"asks\":[", &book.asks, out);
            optional_time(b",\"ex\":", book.ex, out);
        }
        Event::Depth(diff) => {
            optional_count(b"{\"first\":", Some(diff.first), out);
            optional_count(b",\"last\":", Some(diff.last), out);
            optional_count(b",\"prev\":", diff.prev, out);
            levels(b",\"bids\":[", &diff.bids, out);
            levels(b",\"asks\":[", &diff.asks, out);
            optional_time(b",\"ex\":", diff.ex, out);
        }
        Event::Liquidation(order) => {
            out.extend_from_slice(b"{\"side\":\"");
            out.extend_from_slice(order.side.as_str().as_bytes());
            key(b"\",\"price\":", order.price, out);
            key(b",\"qty\":", order.qty, out);
            optional_time(b",\"ex\":", order.ex, out);
        }
        Event::Mark(mark) => {
            key(b"{\"price\":", mark.price, out);
            if let Some(index) = mark.index {
                key(b",\"index\":", index, out);
            }
            if let Some(funding) = mark.funding {
                key(b",\"funding\":", funding, out);
            }
            optional_time(b",\"next\":", mark.next, out);
        }
        Event::Bar(closed, timeframe) => bar(at, BarSpec::Time(*timeframe), closed, out),
        Event::History(timeframe, bars) => history(*timeframe, bars, out),
        Event::Link(link) => {
            out.extend_from_slice(b"{\"state\":\"");
            out.extend_from_slice(link.state.as_str().as_bytes());
            out.push(b'"');
            if link.scope != LinkScope::All {
                out.extend_from_slice(b",\"scope\":\"");
                out.extend_from_slice(link.scope.as_str().as_bytes());
                out.push(b'"');
            }
            out.extend_from_slice(b",\"why\":");
            write_text(&link.why, out);
        }
    }
    out.extend_from_slice(b"}}\n");
}

/// A bar's `data` without its closing brace. What can be told from the rest is left out.
fn bar(at: Nanos, spec: BarSpec, bar: &Bar, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"tf\":\"");
    out.extend_from_slice(spec.to_string().as_bytes());
    key(b"\",\"o\":", bar.open, out);
    key(b",\"h\":", bar.high, out);
    key(b",\"l\":", bar.low, out);
    key(b",\"c\":", bar.close, out);
    out.extend_from_slice(b",\"v\":");
    volume(bar.volume, out);
    if bar.trades != 0 {
        optional_count(b",\"n\":", Some(u64::from(bar.trades)), out);
    }
    if !bar.buy_volume.is_zero() {
        out.extend_from_slice(b",\"bv\":");
        volume(bar.buy_volume, out);
    }
    let implied = match spec {
        BarSpec::Time(timeframe) => at - timeframe.nanos(),
        _ => at,
    };
    if bar.start != implied {
        optional_time(b",\"start\":", Some(bar.start), out);
    }
}

fn history(timeframe: Timeframe, bars: &[Historical], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"tf\":\"");
    out.extend_from_slice(timeframe.to_string().as_bytes());
    out.extend_from_slice(b"\",\"bars\":[");
    for (i, bar) in bars.iter().enumerate() {
        optional_time(if i == 0 { b"[" } else { b",[" }, Some(bar.start), out);
        key(b",", bar.open, out);
        key(b",", bar.high, out);
        key(b",", bar.low, out);
        key(b",", bar.close, out);
        out.push(b',');
        volume(bar.volume, out);
        optional_count(b",", Some(u64::from(bar.trades)), out);
        out.push(b',');
        volume(bar.buy_volume, out);
        out.push(b']');
    }
    out.push(b']');
}

fn user(action: &UserAction, out: &mut Vec<u8>) {
    match action {
        UserAction::AddSymbol(instrument) => {
            out.extend_from_slice(b"{\"do\":\"add_symbol\",");
            encode_instrument(instrument, out);
        }
        UserAction::RemoveSymbol(symbol) => {
            out.extend_from_slice(b"{\"do\":\"remove_symbol\",\"sym\":");
            write_text(symbol, out);
            out.push(b'}');
        }
        UserAction::Bars(spec) => {
            out.extend_from_slice(b"{\"do\":\"bars\",\"bars\":");
            write_text(&spec.to_string(), out);
            out.push(b'}');
        }
        UserAction::Indicators(list) => {
            out.extend_from_slice(b"{\"do\":\"indicators\",\"list\":[");
            for (i, text) in list.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_text(text, out);
            }
            out.extend_from_slice(b"]}");
        }
        UserAction::SetAlert(set) => alert(&set.0, &set.1, out),
        UserAction::RemoveAlert(id) => {
            out.extend_from_slice(b"{\"do\":\"remove_alert\",\"id\":");
            whole(*id, out);
            out.push(b'}');
        }
        UserAction::Trading(action) => match action.to_json() {
            Ok(text) => out.extend_from_slice(text.as_bytes()),
            Err(_) => out.extend_from_slice(b"{}"),
        },
        UserAction::Mark(label) => {
            out.extend_from_slice(b"{\"do\":\"mark\",\"label\":");
            write_text(label, out);
            out.push(b'}');
        }
        // What is no JSON is kept as a text; line breaks between the keys of what is would break the line.
        UserAction::Other(json) if serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok() => {
            out.extend(json.trim().bytes().map(|b| if b == b'\n' || b == b'\r' { b' ' } else { b }));
        }
        UserAction::Other(text) => write_text(text, out),
    }
}

fn alert(alert: &Alert, state: &AlertState, out: &mut Vec<u8>) {
    let text = |name: &str, text: &str, out: &mut Vec<u8>| {
        out.extend_from_slice(name.as_bytes());
        write_text(text, out);
    };
    out.extend_from_slice(b"{\"do\":\"alert\",\"id\":");
    whole(alert.id, out);
    text(",\"sym\":", &alert.symbol, out);
    text(",\"expr\":", &alert.expr, out);
    text(",\"rearm\":", &alert.rearm.to_string(), out);
    text(",\"deliver\":", &alert.deliver.to_string(), out);
    if !alert.note.is_empty() {
        text(",\"note\":", &alert.note, out);
    }
    if alert.paused {
        out.extend_from_slice(b",\"paused\":true");
    }
    if alert.origin == Origin::Config {
        out.extend_from_slice(b",\"origin\":\"config\"");
    }
    if *state != AlertState::default() {
        text(",\"phase\":", state.phase.name(), out);
        if state.been_false {
            out.extend_from_slice(b",\"been_false\":true");
        }
        out.extend_from_slice(b",\"fired\":");
        whole(state.fired, out);
        optional_time(b",\"last\":", state.last, out);
    }
    out.push(b'}');
}

fn encode_meta(meta: &Meta, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"format\":");
    write_text(FORMAT, out);
    optional_count(b",\"version\":", Some(VERSION), out);
    out.extend_from_slice(b",\"venue\":");
    write_text(&meta.venue, out);
    out.extend_from_slice(b",\"symbols\":[");
    for (i, instrument) in meta.instruments.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"{" } else { b",{" });
        encode_instrument(instrument, out);
    }
    out.extend_from_slice(b"],\"app\":");
    write_text(&meta.app, out);
    out.extend_from_slice(b",\"engine\":");
    let start = out.len();
    if serde_json::to_writer(&mut *out, &meta.engine).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
    out.push(b'}');
}

/// An instrument's fields and the closing brace.
fn encode_instrument(instrument: &Instrument, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"sym\":");
    write_text(&instrument.symbol, out);
    key(b",\"tick\":", instrument.tick, out);
    key(b",\"lot\":", instrument.lot, out);
    key(b",\"min_notional\":", instrument.min_notional, out);
    out.extend_from_slice(b",\"base\":");
    write_text(&instrument.base, out);
    out.extend_from_slice(b",\"quote\":");
    write_text(&instrument.quote, out);
    out.push(b'}');
}

fn levels(prefix: &[u8], levels: &[Level], out: &mut Vec<u8>) {
    out.extend_from_slice(prefix);
    for (i, (price, qty)) in levels.iter().enumerate() {
        key(if i == 0 { b"[" } else { b",[" }, *price, out);
        key(b",", *qty, out);
        out.push(b']');
    }
    out.push(b']');
}

/// What is written in units of 1e-8.
trait Units {
    fn units(self) -> i64;
}

impl Units for Price {
    fn units(self) -> i64 {
        Self::units(self)
    }
}

impl Units for Qty {
    fn units(self) -> i64 {
        Self::units(self)
    }
}

fn key(prefix: &[u8], value: impl Units, out: &mut Vec<u8>) {
    out.extend_from_slice(prefix);
    write_decimal(value.units(), PRICE_PLACES, out);
}

fn optional_count(prefix: &[u8], value: Option<u64>, out: &mut Vec<u8>) {
    if let Some(value) = value {
        out.extend_from_slice(prefix);
        whole(value, out);
    }
}

fn optional_time(prefix: &[u8], value: Option<Nanos>, out: &mut Vec<u8>) {
    if let Some(value) = value {
        out.extend_from_slice(prefix);
        time(value, out);
    }
}

fn time(at: Nanos, out: &mut Vec<u8>) {
    write_decimal(at.0, TIME_PLACES, out);
}

fn volume(volume: Volume, out: &mut Vec<u8>) {
    match i64::try_from(volume.units()) {
        Ok(units) => write_decimal(units, PRICE_PLACES, out),
        Err(_) => out.extend_from_slice(volume.to_string().as_bytes()),
    }
}

/// Appends a count of `10^-places` units, at most 9 places, as the shortest exact decimal.
pub fn write_decimal(units: i64, places: u32, out: &mut Vec<u8>) {
    if units < 0 {
        out.push(b'-');
    }
    let scale = 10_u64.pow(places.min(TIME_PLACES));
    let size = units.unsigned_abs();
    whole(size / scale, out);
    let (mut part, mut unit) = (size % scale, scale / 10);
    if part == 0 {
        return;
    }
    out.push(b'.');
    while part != 0 && unit != 0 {
        out.push(b'0' + (part / unit) as u8);
        part %= unit;
        unit /= 10;
    }
}

fn whole(value: u64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut rest = value;
    let mut count = 0;
    for slot in digits.iter_mut().rev() {
        *slot = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[20 - count..]);
}

/// Appends a text as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, text).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"\"\"");
    }
}
