//! Price levels `[["61800.20","2.909"],…]` straight into exact numbers.

use super::wire::Fault;
use crate::domain::{Level, NumberError, Price, Qty};

/// A level takes at least about so many bytes of JSON: how much room to make.
const BYTES_PER_LEVEL: usize = 20;

/// Reads the levels of one side. `json` is well-formed JSON; its strings and numbers may be anything.
///
/// Prices must be above zero and quantities not negative. More than two elements in a level (an old form) are passed over.
pub(super) fn read(json: &str, key: &str) -> Result<Vec<Level>, Fault> {
    let mut cursor = Cursor { bytes: json.as_bytes(), at: 0 };
    cursor.levels().map_err(|why| match why {
        Why::Shape => Fault(format!("`{key}` is no list of [price, quantity]: {json}")),
        Why::Number(error) => Fault(format!("`{key}` holds a number that cannot be: {error}")),
        Why::Negative => Fault(format!("`{key}` holds a price or quantity below what is possible")),
    })
}

enum Why {
    Shape,
    Number(NumberError),
    Negative,
}

impl From<NumberError> for Why {
    fn from(error: NumberError) -> Self {
        Self::Number(error)
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The next byte that is no white space, not taken.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Takes that byte if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Why> {
        if self.take(byte) { Ok(()) } else { Err(Why::Shape) }
    }

    fn levels(&mut self) -> Result<Vec<Level>, Why> {
        self.expect(b'[')?;
        if self.take(b']') {
            return Ok(Vec::new());
        }
        let mut levels = Vec::with_capacity(self.bytes.len() / BYTES_PER_LEVEL);
        loop {
            levels.push(self.level()?);
            if self.take(b']') {
                return Ok(levels);
            }
            self.expect(b',')?;
        }
    }

    fn level(&mut self) -> Result<Level, Why> {
        self.expect(b'[')?;
        let price = Price::parse(self.number()?)?;
        self.expect(b',')?;
        let qty = Qty::parse(self.number()?)?;
        if !self.take(b']') {
            self.skip_rest()?;
        }
        if price.units() <= 0 || qty.units() < 0 { Err(Why::Negative) } else { Ok((price, qty)) }
    }

    /// The digits of a number, in quotes or not.
    fn number(&mut self) -> Result<&'a [u8], Why> {
        let quoted = self.take(b'"');
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = if quoted {
            rest.iter().position(|b| *b == b'"')
        } else {
            rest.iter().position(|b| matches!(b, b',' | b']' | b' ' | b'\t' | b'\n' | b'\r'))
        };
        let end = end.ok_or(Why::Shape)?;
        self.at += end + usize::from(quoted);
        Ok(&rest[..end])
    }

    /// Passes over the rest of the list it is in, and its end.
    fn skip_rest(&mut self) -> Result<(), Why> {
        let mut depth = 1_usize;
        let mut in_text = false;
        while depth > 0 {
            let byte = *self.bytes.get(self.at).ok_or(Why::Shape)?;
            self.at += 1;
            match byte {
                b'\\' if in_text => self.at += 1,
                b'"' => in_text = !in_text,
                b'[' | b'{' if !in_text => depth += 1,
                b']' | b'}' if !in_text => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    /// The same by serde_json: what the quick reader must agree with.
    fn reference(json: &str) -> Option<Vec<Level>> {
        let number = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let rows: Vec<Vec<Value>> = serde_json::from_str(json).ok()?;
        rows.iter()
            .map(|row| {
                let price = Price::parse(number(row.first()?)?.as_bytes()).ok()?;
                let qty = Qty::parse(number(row.get(1)?)?.as_bytes()).ok()?;
                (price.units() > 0 && qty.units() >= 0).then_some((price, qty))
            })
            .collect()
    }

    #[test]
    fn reads_old_and_new_forms() {
        let ok = |json: &str| read(json, "b").unwrap().iter().map(|(p, q)| format!("{p} {q}")).collect::<Vec<_>>().join(", ");
        assert_eq!(ok(r#"[["61800.20","2.909"],["1e-7","0.000"]]"#), "61800.2 2.909, 0.0000001 0");
        assert_eq!(ok(r#" [ [ 4.5 , 3 ] , ["4","1",[]] , ["3","1",{"x":"]"},"\"]"] ] "#), "4.5 3, 4 1, 3 1");
        assert_eq!(ok("[]"), "");
        for json in [
            "",
            "[",
            "{}",
            "7",
            "null",
            "[1,2]",
            "[[]]",
            "[[1]]",
            r#"[["1"]]"#,
            r#"[["a","1"]]"#,
            "[[-1,1]]",
            "[[0,1]]",
            "[[1,-1]]",
        ] {
            assert!(read(json, "b").is_err(), "{json}");
        }
        assert!(read(r#"[["99999999999999999999","1"]]"#, "b").unwrap_err().0.contains("out of range"));
    }

    proptest! {
        #[test]
        fn agrees_with_serde(
            rows in proptest::collection::vec(("-?[0-9]{1,9}(\\.[0-9]{1,9})?", "[0-9]{0,6}(\\.[0-9]{0,8})?", any::<bool>()), 0..6),
            space in "[ \t]{0,2}",
        ) {
            let rows: Vec<String> = rows.iter().map(|(price, qty, extra)| {
                format!("[{space}\"{price}\"{space},\"{qty}\"{}]", if *extra { ",[\"x\"]" } else { "" })
            }).collect();
            let json = format!("[{}]", rows.join(&format!("{space},{space}")));
            prop_assert_eq!(read(&json, "b").ok(), reference(&json));
        }

        #[test]
        fn never_panics(json in "[\\[\\],\"0-9. \\\\{}-]{0,40}") {
            let read = read(&json, "b").ok();
            // The reader is only given well-formed JSON; there it must agree, but for what a float cannot show.
            if serde_json::from_str::<Value>(&json).is_ok() && !json.contains('.') {
                prop_assert_eq!(read, reference(&json));
            }
        }
    }
}
