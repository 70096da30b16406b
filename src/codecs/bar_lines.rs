//! Bars as JSON lines (`market_data.jsonl`: `timestamp`, `symbol`, `open`, `high`, `low`, `close`, `volume`), as rows of a table.

use super::Head;
use super::ohlcv_columns::Columns;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The keys of bars, each where the columns say that its value is.
#[derive(Debug, Clone)]
pub(super) struct Keys(Vec<String>);

type Object<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

impl Keys {
    /// The keys of a file whose first line is an object with those of a bar, and where each value is.
    pub(super) fn of(head: &Head) -> Option<(Self, Columns)> {
        let line = head.first_line();
        let object: Object<'_> = line.starts_with('{').then(|| serde_json::from_str(line).ok())??;
        // A name with a separator in it is none of a bar's.
        let keys: Vec<String> = object.keys().filter(|key| !key.contains([',', '"'])).map(ToString::to_string).collect();
        let columns = Columns::of_header(&keys.join(","))?;
        Some((Self(keys), columns))
    }

    /// The values of a line in the order of the keys; empty for one that is not there or null.
    ///
    /// # Errors
    /// When the line is no JSON object.
    pub(super) fn values(&self, line: &str) -> Result<Vec<String>, String> {
        let object: Object<'_> = serde_json::from_str(line).map_err(|error| format!("no JSON object: {error}"))?;
        let value = |key: &String| match object.get(key.as_str()).map(|raw| raw.get()) {
            None | Some("null") => String::new(),
            // Numbers as they stand, digit by digit.
            Some(raw) => serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()),
        };
        Ok(self.0.iter().map(value).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::test_import;

    #[test]
    fn bars_of_several_symbols_in_any_order_of_keys() {
        let text = r#"{"timestamp": "2025-01-01T03:00:00Z", "symbol": "BTCUSDT", "open": 94098.9, "high": 94098.91, "low": 94049.47, "close": 94049.47, "volume": 7.50148}
{"symbol": "ETHUSDT", "timestamp": 1735700400, "open": "3300.1", "high": 3301, "low": 3e3, "close": 3300.5, "volume": 0, "note": "x"}
{"timestamp": 1735700460.0, "symbol": "BTCUSDT", "open": 94049.46, "high": 94049.46, "low": 93980.35, "close": 93980.36, "volume": 4.83642}
"#;
        let (shown, meta, reports) = test_import(&[("market_data.jsonl", text)]).unwrap();
        assert_eq!(
            shown,
            "1735700460 BTCUSDT bar 1m 1735700400 94098.9 94098.91 94049.47 94049.47 7.50148 0 0\n\
             1735700460 ETHUSDT bar 1m 1735700400 3300.1 3301 3000 3300.5 0 0 0\n\
             1735700520 BTCUSDT bar 1m 1735700460 94049.46 94049.46 93980.35 93980.36 4.83642 0 0\n"
        );
        assert_eq!((reports[0].codec, reports[0].lines, meta.instruments.len()), ("bars as JSON lines", 3, 2));
    }

    #[test]
    fn a_line_that_is_none_names_itself() {
        let mut text = String::new();
        for n in 0..300 {
            text += &format!("{{\"ts\":{},\"o\":1,\"h\":2,\"l\":1,\"c\":2,\"v\":1}}\n", 1_735_700_400 + 60 * n);
        }
        text +=
            "{\"ts\":1735800400,\"o\":1,\"h\":0.5,\"l\":1,\"c\":2,\"v\":1}\n{\"ts\":17358\n{\"o\":1,\"h\":1,\"l\":1,\"c\":1}\n";
        let (_, _, reports) = test_import(&[("BTCUSDT.jsonl", &text)]).unwrap();
        let said: Vec<_> = reports[0].problems.iter().map(ToString::to_string).collect();
        assert!(said[0].starts_with("line 301: open 1, high 0.5") && said[1].starts_with("line 302: no JSON object"), "{said:?}");
        assert!(said[2].starts_with("line 303: time is missing"), "{said:?}");
    }
}
