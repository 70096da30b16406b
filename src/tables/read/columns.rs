//! Which table a file is, and where its columns stand.

use super::{Cell, Cells};
use crate::tables::Topic;

/// Where the columns of a table stand in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The table.
    pub topic: Topic,
    /// For each field of the file the table's column, if it has such a one.
    pub columns: Vec<Option<usize>>,
}

impl Layout {
    /// The table whose columns the names are; they can be in another order, and there can be more.
    pub fn of_names<S: AsRef<str>>(names: &[S]) -> Option<Self> {
        Self::of_some(names, &[])
    }

    /// As [`Layout::of_names`], where these columns are known from elsewhere.
    pub fn of_some<S: AsRef<str>>(names: &[S], known: &[&str]) -> Option<Self> {
        let has = |name: &str| known.contains(&name) || names.iter().any(|field| field.as_ref() == name);
        let topics = Topic::ALL.into_iter().filter(|topic| topic.columns().iter().all(|column| has(column.name)));
        // Of two the one that leaves less unexplained.
        let topic = topics.max_by_key(|topic| topic.columns().len())?;
        Some(Self { topic, columns: Self::places(topic, names) })
    }

    /// Where the columns of a table stand, as far as they are there.
    pub fn places<S: AsRef<str>>(topic: Topic, names: &[S]) -> Vec<Option<usize>> {
        let place = |field: &S| topic.columns().iter().position(|column| column.name == field.as_ref());
        names.iter().map(place).collect()
    }

    /// Takes a line of CSV in.
    ///
    /// # Errors
    /// When it has another number of fields than the header.
    pub fn csv_cells(&self, line: &str, cells: &mut Cells) -> Result<(), String> {
        let mut count = 0;
        let whole = split_csv(line, |field, quoted| {
            if let Some(cell) = self.columns.get(count).copied().flatten().and_then(|column| cells.row.get_mut(column)) {
                if field.is_empty() && !quoted {
                    *cell = Cell::Null;
                } else {
                    cell.set_text(field);
                }
            }
            count += 1;
        });
        match () {
            () if !whole => Err("a quoted field does not end".to_owned()),
            () if count != self.columns.len() => Err(format!("{count} fields, the header names {}", self.columns.len())),
            () => Ok(()),
        }
    }
}

/// Splits a line of CSV (RFC 4180): each field without its quotes, and whether it had them. False where a quoted field does not end.
pub fn split_csv(line: &str, mut field: impl FnMut(&str, bool)) -> bool {
    let mut rest = line;
    let mut text = String::new();
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            let Some((one, next)) = rest.split_once(',') else {
                field(rest, false);
                return true;
            };
            field(one, false);
            rest = next;
            continue;
        };
        text.clear();
        let mut inner = quoted;
        loop {
            let Some((part, after)) = inner.split_once('"') else { return false };
            text.push_str(part);
            let Some(more) = after.strip_prefix('"') else {
                inner = after;
                break;
            };
            text.push('"');
            inner = more;
        }
        field(&text, true);
        match inner.split_once(',') {
            Some((_, next)) => rest = next,
            None => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(line: &str) -> Option<Vec<String>> {
        let mut found = Vec::new();
        split_csv(line, |field, _| found.push(field.to_owned())).then_some(found)
    }

    #[test]
    fn fields_are_split_and_unquoted() {
        assert_eq!(fields("a,\"b,\"\"c\"\"\",,d").unwrap(), ["a", "b,\"c\"", "", "d"]);
        assert_eq!(fields("").unwrap(), [""]);
        assert_eq!(fields("\"\"").unwrap(), [""]);
        assert_eq!(fields("a,\"b"), None);
    }

    #[test]
    fn every_table_is_told_by_its_columns() {
        for topic in Topic::ALL {
            let mut names: Vec<&str> = topic.columns().iter().map(|column| column.name).collect();
            assert_eq!(Layout::of_names(&names).unwrap().topic, topic);
            names.reverse();
            names.push("mine");
            let layout = Layout::of_names(&names).unwrap();
            assert_eq!((layout.topic, layout.columns.last()), (topic, Some(&None)));
        }
        assert_eq!(Layout::of_names(&["timestamp", "open", "high", "low", "close"]), None);
    }
}
