//! Paths and queries of requests to the demo exchange.

/// The pairs of a query, decoded.
#[derive(Debug, Clone, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `a=1&b=2`.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(64);
        Self(
            pairs
                .map(|pair| {
                    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(key), decode(value))
                })
                .collect(),
        )
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// A number; `None` where it is missing, an error where it is none.
    pub(super) fn number(&self, key: &str) -> Result<Option<i64>, ()> {
        self.get(key).map(|text| text.parse().map_err(|_| ())).transpose()
    }
}

/// Resolves `%40` and the like; what is no such code stands as it is.
pub(super) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((&first, rest)) = bytes.split_first() {
        let code = (first == b'%')
            .then(|| rest.get(..2))
            .flatten()
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        if let Some(byte) = code {
            out.push(byte);
            bytes = rest.get(2..).unwrap_or_default();
        } else {
            out.push(first);
            bytes = rest;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_codes_and_leaves_the_rest() {
        let query = Query::parse("symbol=BTCUSDT&limit=5&x=%zz%4&streams=btcusdt%40aggTrade/a");
        assert_eq!(query.get("symbol"), Some("BTCUSDT"));
        assert_eq!((query.number("limit"), query.number("none"), query.number("x")), (Ok(Some(5)), Ok(None), Err(())));
        assert_eq!(query.get("x"), Some("%zz%4"));
        assert_eq!(query.get("streams"), Some("btcusdt@aggTrade/a"));
    }
}
