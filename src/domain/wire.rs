//! Exact numbers and times in JSON: numbers in their shortest decimal form; texts with a number in them are read as well.

use super::{Nanos, Price, Qty, Side};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

fn number<S: Serializer>(text: String, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(text).map_err(serde::ser::Error::custom)?.serialize(serializer)
}

/// The text of a number, bare or in quotation marks.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(raw.get().trim_matches('"').to_owned())
}

macro_rules! as_number {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                number(self.to_string(), serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(text(deserializer)?.as_bytes()).map_err(D::Error::custom)
            }
        }
    };
}

as_number!(Price);
as_number!(Qty);

impl Serialize for Nanos {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        self.write_secs(&mut text).map_err(serde::ser::Error::custom)?;
        number(text, serializer)
    }
}

impl<'de> Deserialize<'de> for Nanos {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse_secs(text(deserializer)?.as_bytes()).map_err(D::Error::custom)
    }
}

impl Serialize for Side {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "buy" => Ok(Self::Buy),
            "sell" => Ok(Self::Sell),
            other => Err(D::Error::custom(format!("`{}`: expected buy or sell", other.chars().take(40).collect::<String>()))),
        }
    }
}

/// Amounts of money as exact JSON numbers: for fields, by `#[serde(with = …)]`.
pub mod exact {
    use super::{Deserializer, Serializer, number, text};
    use crate::domain::Money;
    use serde::de::Error as _;

    /// Writes an amount in its shortest form.
    ///
    /// # Errors
    /// Only when the writer fails.
    pub fn serialize<S: Serializer>(amount: &Money, serializer: S) -> Result<S::Ok, S::Error> {
        number(amount.normalize().to_string(), serializer)
    }

    /// Reads an amount digit by digit, bare or in quotation marks.
    ///
    /// # Errors
    /// When it is no number, or has more digits than an amount can.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        text(deserializer)?.parse().map_err(D::Error::custom)
    }
}
