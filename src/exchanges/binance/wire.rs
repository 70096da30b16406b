//! The JSON of Binance as it comes, before its meaning: every key this program knows, each value still raw text.
//!
//! Keys differ by case only and come in any order; which of them exist depends on the year and the market. Values stay raw
//! because one key means different types in different events (`a` is a number, a string or an array).

use crate::domain::{Nanos, Price, Qty, Symbol};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What was wrong with a message, in words that may still hold anything the sender wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault(pub(super) String);

type Raw<'a> = Option<&'a RawValue>;

/// One JSON object: an envelope, an event or an answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields<'a> {
    #[serde(borrow)]
    pub(super) stream: Raw<'a>,
    #[serde(borrow, deserialize_with = "object")]
    pub(super) data: Option<Box<Fields<'a>>>,
    #[serde(borrow, rename = "e")]
    pub(super) event: Raw<'a>,
    #[serde(borrow, rename = "E")]
    pub(super) event_time: Raw<'a>,
    #[serde(borrow, rename = "s")]
    pub(super) symbol: Raw<'a>,
    #[serde(borrow, rename = "st")]
    pub(super) universe: Raw<'a>,
    #[serde(borrow, rename = "T")]
    pub(super) time: Raw<'a>,
    #[serde(borrow, rename = "t")]
    pub(super) trade_id: Raw<'a>,
    #[serde(borrow)]
    pub(super) p: Raw<'a>,
    #[serde(borrow)]
    pub(super) q: Raw<'a>,
    #[serde(borrow)]
    pub(super) m: Raw<'a>,
    #[serde(borrow, rename = "X")]
    pub(super) kind: Raw<'a>,
    #[serde(borrow)]
    pub(super) a: Raw<'a>,
    #[serde(borrow)]
    pub(super) b: Raw<'a>,
    #[serde(borrow, rename = "A")]
    pub(super) ask_qty: Raw<'a>,
    #[serde(borrow, rename = "B")]
    pub(super) bid_qty: Raw<'a>,
    #[serde(borrow)]
    pub(super) u: Raw<'a>,
    #[serde(borrow, rename = "U")]
    pub(super) first: Raw<'a>,
    #[serde(borrow, rename = "pu")]
    pub(super) prev: Raw<'a>,
    #[serde(borrow)]
    pub(super) i: Raw<'a>,
    #[serde(borrow)]
    pub(super) r: Raw<'a>,
    #[serde(borrow)]
    pub(super) k: Raw<'a>,
    #[serde(borrow)]
    pub(super) o: Raw<'a>,
    #[serde(borrow, rename = "lastUpdateId")]
    pub(super) last_update_id: Raw<'a>,
    #[serde(borrow)]
    pub(super) bids: Raw<'a>,
    #[serde(borrow)]
    pub(super) asks: Raw<'a>,
    #[serde(borrow)]
    pub(super) id: Raw<'a>,
    #[serde(borrow)]
    pub(super) error: Raw<'a>,
    #[serde(borrow)]
    pub(super) code: Raw<'a>,
    #[serde(borrow)]
    pub(super) msg: Raw<'a>,
}

/// An object or nothing. Left to itself serde would also take a list for a struct, by the order of its fields.
fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<Fields<'de>>>, D::Error> {
    struct Object;
    impl<'de> Visitor<'de> for Object {
        type Value = Option<Box<Fields<'de>>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Fields::deserialize(MapAccessDeserializer::new(map)).map(|fields| Some(Box::new(fields)))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Object)
}

/// The candle inside a `kline` event.
#[derive(Debug, Deserialize)]
pub(super) struct KlineFields<'a> {
    #[serde(borrow, rename = "t")]
    pub(super) start: &'a RawValue,
    #[serde(borrow, rename = "i")]
    pub(super) interval: &'a RawValue,
    #[serde(borrow, rename = "o")]
    pub(super) open: &'a RawValue,
    #[serde(borrow, rename = "h")]
    pub(super) high: &'a RawValue,
    #[serde(borrow, rename = "l")]
    pub(super) low: &'a RawValue,
    #[serde(borrow, rename = "c")]
    pub(super) close: &'a RawValue,
    #[serde(borrow, rename = "v")]
    pub(super) volume: &'a RawValue,
    #[serde(borrow, rename = "V", default)]
    pub(super) buy_volume: Raw<'a>,
    #[serde(borrow, rename = "n", default)]
    pub(super) trades: Raw<'a>,
    #[serde(rename = "x")]
    pub(super) closed: bool,
}

/// The order inside a `forceOrder` event.
#[derive(Debug, Deserialize)]
pub(super) struct OrderFields<'a> {
    #[serde(borrow, rename = "s")]
    pub(super) symbol: &'a RawValue,
    #[serde(borrow, rename = "S")]
    pub(super) side: &'a RawValue,
    #[serde(borrow, rename = "p")]
    pub(super) price: &'a RawValue,
    #[serde(borrow, rename = "ap", default)]
    pub(super) average: Raw<'a>,
    #[serde(borrow, rename = "q")]
    pub(super) qty: &'a RawValue,
    #[serde(borrow, rename = "T", default)]
    pub(super) time: Raw<'a>,
    #[serde(borrow, rename = "st", default)]
    pub(super) universe: Raw<'a>,
}

/// The objects of one message; nearly always one.
#[derive(Debug)]
pub(super) enum Parsed<'a> {
    One(Fields<'a>),
    /// An all-market array, alone or in an envelope.
    Many(Raw<'a>, Vec<Fields<'a>>),
}

/// Reads a message.
pub(super) fn parse(text: &str) -> Result<Parsed<'_>, Fault> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text)
            .map(|rows| Parsed::Many(None, rows))
            .map_err(|error| Fault(format!("{error}: {text}")));
    }
    match serde_json::from_str::<Fields<'_>>(text) {
        Ok(fields) => Ok(Parsed::One(fields)),
        Err(error) => parse_enveloped_array(text).ok_or_else(|| Fault(format!("{error}: {text}"))),
    }
}

#[cold]
fn parse_enveloped_array(text: &str) -> Option<Parsed<'_>> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        stream: Raw<'a>,
        #[serde(borrow)]
        data: Vec<Fields<'a>>,
    }
    serde_json::from_str::<Envelope<'_>>(text).ok().map(|e| Parsed::Many(e.stream, e.data))
}

/// A key that has to be there.
pub(super) fn need<'a>(raw: Raw<'a>, key: &str) -> Result<&'a RawValue, Fault> {
    raw.ok_or_else(|| Fault(format!("`{key}` is missing")))
}

/// The text of a JSON string.
pub(super) fn text<'a>(raw: &'a RawValue, key: &str) -> Result<Cow<'a, str>, Fault> {
    let json = raw.get();
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        _ => serde_json::from_str(json).map(Cow::Owned).map_err(|_| Fault(format!("`{key}` is no text: {json}"))),
    }
}

/// The digits of a number, in quotes or not.
fn digits(raw: &RawValue) -> &[u8] {
    let json = raw.get().as_bytes();
    json.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(json)
}

pub(super) fn symbol(raw: Raw<'_>, key: &str) -> Result<Symbol, Fault> {
    let name = text(need(raw, key)?, key)?;
    Symbol::new(&name).map_err(|error| Fault(format!("`{key}` is no symbol: {error}: {name}")))
}

pub(super) fn count(raw: Raw<'_>, key: &str) -> Result<u64, Fault> {
    let raw = need(raw, key)?;
    let digits = digits(raw);
    let bad = || Fault(format!("`{key}` is no whole number of 64 bits: {}", raw.get()));
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(bad());
    }
    let add = |n: u64, d: &u8| n.checked_mul(10)?.checked_add(u64::from(d - b'0'));
    digits.iter().try_fold(0_u64, add).ok_or_else(bad)
}

/// A moment in milliseconds; from the year 5138 on it is taken for microseconds, which spot can be told to send.
pub(super) fn moment(raw: Raw<'_>, key: &str) -> Result<Nanos, Fault> {
    let value = i64::try_from(count(raw, key)?).map_err(|_| Fault(format!("`{key}` is beyond all times")))?;
    Ok(if value < 100_000_000_000_000 { Nanos::from_millis(value) } else { Nanos::from_micros(value) })
}

/// A moment where there is one; 0 is none.
pub(super) fn moment_or_none(raw: Raw<'_>, key: &str) -> Result<Option<Nanos>, Fault> {
    Ok(raw.map(|_| moment(raw, key)).transpose()?.filter(|at| *at != Nanos::ZERO))
}

/// A number of either sign.
pub(super) fn signed(raw: Raw<'_>, key: &str) -> Result<Price, Fault> {
    let raw = need(raw, key)?;
    Price::parse(digits(raw)).map_err(|error| Fault(format!("`{key}`: {error}: {}", raw.get())))
}

/// A number of either sign where there is one; Binance writes an empty text for none.
pub(super) fn signed_or_none(raw: Raw<'_>, key: &str) -> Result<Option<Price>, Fault> {
    raw.filter(|raw| !digits(raw).is_empty()).map(|raw| signed(Some(raw), key)).transpose()
}

/// A price, not negative.
pub(super) fn price(raw: Raw<'_>, key: &str) -> Result<Price, Fault> {
    let price = signed(raw, key)?;
    if price.units() < 0 { Err(Fault(format!("`{key}` is negative: {price}"))) } else { Ok(price) }
}

/// A quantity, not negative.
pub(super) fn qty(raw: Raw<'_>, key: &str) -> Result<Qty, Fault> {
    price(raw, key).map(|value| Qty::from_units(value.units()))
}

/// Text that came from outside, safe to print and short.
pub(super) fn safe(text: &str) -> String {
    const LONGEST: usize = 160;
    let mut out: String = text.chars().filter(|c| !c.is_control() && !is_invisible(*c)).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
