//! Rows of JSON lines.

use super::Cells;
use super::cells::Cell;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The object's keys in order.
struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::with_capacity(24);
        while let Some(entry) = map.next_entry::<Borrowed<'de>, &'de RawValue>()? {
            all.push((entry.0.0, entry.1));
        }
        Ok(all)
    }
}

/// A key that is not copied where that can be.
#[derive(serde::Deserialize)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

/// The keys of a line and their values as they are written.
///
/// # Errors
/// What is wrong with it.
pub(super) fn entries(line: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, String> {
    let mut reader = serde_json::Deserializer::from_str(line);
    let all = reader.deserialize_map(Keys).map_err(|error| format!("no JSON object: {error}"))?;
    reader.end().map_err(|error| format!("more than a JSON object: {error}"))?;
    Ok(all)
}

/// Takes a line in. Keys that the table does not have are passed over.
///
/// # Errors
/// What is wrong with it.
pub fn json_cells(line: &str, cells: &mut Cells) -> Result<(), String> {
    cells.row.iter_mut().for_each(|cell| *cell = Cell::Null);
    let columns = cells.topic().columns();
    for (n, (key, value)) in entries(line)?.into_iter().enumerate() {
        // As it is written, each key is at its column's place.
        let at = match columns.get(n) {
            Some(column) if column.name == key => n,
            _ => match columns.iter().position(|column| column.name == key) {
                Some(at) => at,
                None => continue,
            },
        };
        let Some(cell) = cells.row.get_mut(at) else { continue };
        match value.get() {
            "null" => {}
            "true" => *cell = Cell::Flag(true),
            "false" => *cell = Cell::Flag(false),
            text if text.starts_with('"') => {
                *cell = Cell::Text(serde_json::from_str(text).map_err(|error| format!("{key}: {error}"))?);
            }
            other => cell.set_text(other),
        }
    }
    Ok(())
}

/// The keys of a line, if it is a JSON object.
pub fn json_keys(line: &str) -> Option<Vec<String>> {
    let all = entries(line).ok()?;
    Some(all.into_iter().map(|(key, _)| key.into_owned()).collect())
}
