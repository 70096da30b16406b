//! A JSON object as its keys and the raw text of their values, so that numbers never pass through a float.

use super::LineError;
use crate::domain::{Level, Nanos, NumberError, Price, Qty, Side, Symbol, Volume};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// An object's keys and raw values, in the order they stand.
pub(super) struct Object<'a> {
    fields: Vec<Field<'a>>,
}

struct Field<'a> {
    key: Cow<'a, str>,
    raw: &'a str,
    taken: bool,
}

/// A text that borrows from the line unless it holds escapes.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(8);
                while let Some((key, raw)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    fields.push(Field { key: key.0, raw: raw.get(), taken: false });
                }
                Ok(Object { fields })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'a> Object<'a> {
    /// Reads an object and nothing beside it.
    pub(super) fn parse(text: &'a str) -> Result<Self, LineError> {
        serde_json::from_str(text).map_err(|e| LineError::json(&e))
    }

    /// Keys that were never asked for.
    pub(super) fn unknown(&self) -> u32 {
        u32::try_from(self.fields.iter().filter(|f| !f.taken).count()).unwrap_or(u32::MAX)
    }

    /// A value's raw text; `null` is as good as none.
    pub(super) fn take(&mut self, key: &'static str) -> Result<Option<&'a str>, LineError> {
        let mut found = None;
        for field in self.fields.iter_mut().filter(|f| f.key == key) {
            field.taken = true;
            if found.replace(field.raw).is_some() {
                return Err(LineError::Duplicate(key));
            }
        }
        Ok(found.filter(|raw| *raw != "null"))
    }

    /// A value's raw text that must be there.
    pub(super) fn need(&mut self, key: &'static str) -> Result<&'a str, LineError> {
        self.take(key)?.ok_or(LineError::Missing(key))
    }

    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<Cow<'a, str>>, LineError> {
        self.take(key)?.map(|raw| string(key, raw)).transpose()
    }

    /// A text, empty where there is none.
    pub(super) fn text_or_empty(&mut self, key: &'static str) -> Result<String, LineError> {
        Ok(self.text(key)?.map(Cow::into_owned).unwrap_or_default())
    }

    pub(super) fn symbol(&mut self) -> Result<Option<Symbol>, LineError> {
        Ok(self.text("sym")?.map(|text| Symbol::new(&text)).transpose()?)
    }

    pub(super) fn side(&mut self) -> Result<Side, LineError> {
        match string("side", self.need("side")?)?.as_ref() {
            "buy" => Ok(Side::Buy),
            "sell" => Ok(Side::Sell),
            other => Err(LineError::value("side", other, "buy or sell")),
        }
    }

    pub(super) fn price(&mut self, key: &'static str) -> Result<Price, LineError> {
        price(key, self.need(key)?)
    }

    pub(super) fn price_if_any(&mut self, key: &'static str) -> Result<Option<Price>, LineError> {
        self.take(key)?.map(|raw| price(key, raw)).transpose()
    }

    pub(super) fn qty(&mut self, key: &'static str) -> Result<Qty, LineError> {
        qty(key, self.need(key)?)
    }

    pub(super) fn time(&mut self, key: &'static str) -> Result<Option<Nanos>, LineError> {
        self.take(key)?.map(|raw| time(key, raw)).transpose()
    }

    pub(super) fn count(&mut self, key: &'static str) -> Result<Option<u64>, LineError> {
        self.take(key)?.map(|raw| count(key, raw)).transpose()
    }

    /// Price levels `[[price, qty], …]`; none where the key is missing.
    pub(super) fn levels(&mut self, key: &'static str) -> Result<Vec<Level>, LineError> {
        #[derive(Deserialize)]
        struct RawLevel<'a>(#[serde(borrow)] &'a RawValue, #[serde(borrow)] &'a RawValue);
        let Some(raw) = self.take(key)? else { return Ok(Vec::new()) };
        let levels: Vec<RawLevel<'a>> = serde_json::from_str(raw).map_err(|_| LineError::value(key, raw, "[[price, qty], …]"))?;
        levels.iter().map(|level| Ok((price(key, level.0.get())?, qty(key, level.1.get())?))).collect()
    }
}

/// A JSON string's text.
pub(super) fn string<'a>(key: &'static str, raw: &'a str) -> Result<Cow<'a, str>, LineError> {
    serde_json::from_str::<Text<'a>>(raw).map(|text| text.0).map_err(|_| LineError::value(key, raw, "a text"))
}

/// The text of a JSON number or of a string with a number in it.
fn scalar<'a>(key: &'static str, raw: &'a str) -> Result<Cow<'a, str>, LineError> {
    match raw.as_bytes().first() {
        Some(b'"') => string(key, raw),
        Some(b'-' | b'0'..=b'9') => Ok(Cow::Borrowed(raw)),
        _ => Err(LineError::Number { key, error: NumberError::Malformed }),
    }
}

pub(super) fn price(key: &'static str, raw: &str) -> Result<Price, LineError> {
    Price::parse(scalar(key, raw)?.as_bytes()).map_err(|error| LineError::Number { key, error })
}

pub(super) fn qty(key: &'static str, raw: &str) -> Result<Qty, LineError> {
    let qty = Qty::parse(scalar(key, raw)?.as_bytes()).map_err(|error| LineError::Number { key, error })?;
    if qty < Qty::ZERO { Err(LineError::Negative(key)) } else { Ok(qty) }
}

pub(super) fn volume(key: &'static str, raw: &str) -> Result<Volume, LineError> {
    let volume = Volume::parse(scalar(key, raw)?.as_bytes()).map_err(|error| LineError::Number { key, error })?;
    if volume < Volume::ZERO { Err(LineError::Negative(key)) } else { Ok(volume) }
}

pub(super) fn time(key: &'static str, raw: &str) -> Result<Nanos, LineError> {
    let text = scalar(key, raw).map_err(|_| LineError::Time(key))?;
    Nanos::parse_secs(text.as_bytes()).map_err(|_| LineError::Time(key))
}

pub(super) fn count(key: &'static str, raw: &str) -> Result<u64, LineError> {
    let text = scalar(key, raw)?;
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(LineError::value(key, &text, "a whole number"));
    }
    text.parse().map_err(|_| LineError::Number { key, error: NumberError::OutOfRange })
}
