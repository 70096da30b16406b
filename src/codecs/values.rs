//! Fields of a row: splitting them, numbers and truths.

use super::Report;
use crate::domain::number::{NumberError, parse_scaled};
use crate::domain::{Price, Qty, Volume};

/// Fields of a row that are looked at; more are passed over.
pub const MAX_FIELDS: usize = 64;

/// Splits a row at a separator into [`MAX_FIELDS`] fields at most. A field in double quotes may contain the separator.
pub fn split<'a>(row: &'a str, separator: char, out: &mut Vec<&'a str>) {
    split_wide(row, separator, MAX_FIELDS, out);
}

/// [`split`] into more fields.
pub fn split_wide<'a>(row: &'a str, separator: char, most: usize, out: &mut Vec<&'a str>) {
    out.clear();
    let mut rest = row;
    while out.len() < most {
        let quoted = rest.trim_start().strip_prefix('"').and_then(|inner| inner.split_once('"'));
        if let Some((field, after)) = quoted {
            out.push(field.trim());
            match after.split_once(separator) {
                Some((_, next)) => rest = next,
                None => return,
            }
        } else if let Some((field, next)) = rest.split_once(separator) {
            out.push(field.trim());
            rest = next;
        } else {
            out.push(rest.trim());
            return;
        }
    }
}

/// The separator a header uses: the one of `,` `;` tab `|` that splits it into most fields.
pub fn separator(header: &str) -> char {
    [',', ';', '\t', '|'].into_iter().max_by_key(|c| (header.matches(*c).count(), *c == ',')).unwrap_or(',')
}

/// Units of 1e-8, rounded where the text is finer; counted in the report then.
fn units(name: &str, text: &str, report: &mut Report) -> Result<i128, String> {
    let text = text.trim();
    match parse_scaled(text.as_bytes(), crate::domain::number::DECIMALS) {
        Ok(units) => Ok(units),
        Err(NumberError::TooPrecise) => {
            let fine = parse_scaled(text.as_bytes(), 24).map_err(|error| format!("{name} `{text}`: {error}"))?;
            report.rounded += 1;
            let unit = 10_i128.pow(16);
            Ok((fine + fine.signum() * unit / 2) / unit)
        }
        Err(error) => Err(format!("{name} `{text}`: {error}")),
    }
}

fn narrow(name: &str, text: &str, units: i128) -> Result<i64, String> {
    i64::try_from(units).map_err(|_| format!("{name} `{text}`: {}", NumberError::OutOfRange))
}

/// A price above zero.
pub fn price(name: &str, text: &str, report: &mut Report) -> Result<Price, String> {
    let units = narrow(name, text, units(name, text, report)?)?;
    if units > 0 { Ok(Price::from_units(units)) } else { Err(format!("{name} `{text}`: expected more than 0")) }
}

/// A quantity of at least zero.
pub fn qty(name: &str, text: &str, report: &mut Report) -> Result<Qty, String> {
    let units = narrow(name, text, units(name, text, report)?)?;
    if units >= 0 { Ok(Qty::from_units(units)) } else { Err(format!("{name} `{text}`: expected no less than 0")) }
}

/// A sum of quantities of at least zero.
pub fn volume(name: &str, text: &str, report: &mut Report) -> Result<Volume, String> {
    let units = units(name, text, report)?;
    if units >= 0 { Ok(Volume::from_units(units)) } else { Err(format!("{name} `{text}`: expected no less than 0")) }
}

/// `true` or `false` in any case.
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_split_at_any_separator() {
        let mut fields = Vec::new();
        for (row, separated) in [("a, b ,c", ','), ("\"a\";\"b\";c", ';'), ("a\tb\tc", '\t'), ("a|b|\"c\"", '|')] {
            assert_eq!(separator(row), separated);
            split(row, separated, &mut fields);
            assert_eq!(fields, ["a", "b", "c"], "{row}");
        }
        split("1,\"2,5\",3", ',', &mut fields);
        assert_eq!(fields, ["1", "2,5", "3"]);
        split("1,,", ',', &mut fields);
        assert_eq!(fields, ["1", "", ""]);
    }

    #[test]
    fn what_is_too_fine_is_rounded_and_counted() {
        let mut report = Report::default();
        assert_eq!(price("close", "0.30000000000000004", &mut report).unwrap().to_string(), "0.3");
        assert_eq!(qty("qty", "1.123456785", &mut report).unwrap().to_string(), "1.12345679");
        assert_eq!(report.rounded, 2);
        assert!(price("close", "0", &mut report).is_err());
        assert!(price("close", "abc", &mut report).unwrap_err().starts_with("close `abc`: "));
        assert!(qty("qty", "-1", &mut report).is_err());
        assert!(volume("volume", "1e99", &mut report).is_err());
    }
}
