//! A ladder's columns: which there are, in what order, and which give way when there is little room.

use crate::ui::text;
use std::fmt::Write as _;

/// A column of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The row's price.
    Price,
    /// What rests there, either side.
    Size,
    /// The same as a bar.
    Bar,
    /// What rests from the best price to here.
    Total,
    /// What rests there in quote units.
    Value,
    /// What bids rest there, as a figure on a bar.
    Bid,
    /// What asks rest there, as a figure on a bar.
    Ask,
    /// What was traded there.
    Traded,
}

use Column::{Ask, Bar, Bid, Price, Size, Total, Traded, Value};

/// Every column with its name.
pub const COLUMNS: [(Column, &str); 8] = [
    (Price, "price"),
    (Size, "size"),
    (Bar, "bar"),
    (Total, "total"),
    (Value, "value"),
    (Bid, "bid"),
    (Ask, "ask"),
    (Traded, "traded"),
];

/// The columns of a list of levels, unless the user chooses others.
pub const LIST: [Column; 5] = [Price, Size, Bar, Total, Traded];
/// The columns with bids and asks beside the price.
pub const SIDES: [Column; 5] = [Traded, Bid, Price, Ask, Total];

/// Which gives way first.
const FIRST_TO_GO: [Column; 7] = [Value, Traded, Total, Bar, Size, Ask, Bid];
/// Least cells of a bar.
const LEAST_BAR: u16 = 4;

impl Column {
    /// Its name in settings and in its heading.
    pub fn name(self) -> &'static str {
        COLUMNS.iter().find(|(column, _)| *column == self).map_or("", |(_, name)| name)
    }
}

/// Reads columns as a user writes them: names apart by spaces or commas.
pub fn read(text: &str) -> Result<Vec<Column>, String> {
    let mut columns = Vec::new();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        let Some((column, _)) = COLUMNS.iter().find(|(_, name)| *name == word) else {
            return Err(format!("`{}` is no column: there are {}", text::safe(&word), write(&COLUMNS.map(|(column, _)| column))));
        };
        if columns.contains(column) {
            return Err(format!("`{word}` is there twice"));
        }
        columns.push(*column);
    }
    if columns.contains(&Price) && columns.len() > 1 {
        Ok(columns)
    } else {
        Err("a ladder needs `price` and at least one more column".to_owned())
    }
}

/// Columns as a user writes them.
pub fn write(columns: &[Column]) -> String {
    columns.iter().fold(String::new(), |mut text, column| {
        let _ = write!(text, "{}{}", if text.is_empty() { "" } else { " " }, column.name());
        text
    })
}

/// Cells that figures take so far; they never get fewer, so that columns don't dance.
#[derive(Debug, Clone, Copy, Default)]
pub struct Widths {
    /// The widest price.
    pub price: u16,
    /// The widest quantity.
    pub size: u16,
    /// The widest total.
    pub total: u16,
    /// The widest value.
    pub value: u16,
    /// The widest traded quantity.
    pub traded: u16,
}

impl Widths {
    const fn of(&self, column: Column) -> u16 {
        match column {
            Price => self.price,
            // A mark of what is large stands behind the figure.
            Size | Bid | Ask => self.size + 1,
            Bar => LEAST_BAR,
            Total => self.total,
            Value => self.value,
            Traded => self.traded,
        }
    }
}

/// A column with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub column: Column,
    /// Its first cell.
    pub x: u16,
    /// Its cells.
    pub width: u16,
}

/// Places what fits of the columns behind one cell for marks, each with a cell before it. What is left makes the bar longer, or
/// the bids and asks wider.
pub fn place(columns: &[Column], widths: &Widths, x: u16, width: u16, out: &mut Vec<Placed>) {
    out.clear();
    if width < 2 {
        return;
    }
    out.extend(columns.iter().map(|column| Placed { column: *column, x: 0, width: widths.of(*column) }));
    let taken = |out: &[Placed]| out.iter().map(|placed| placed.width + 1).sum::<u16>();
    for gone in FIRST_TO_GO {
        if taken(out) <= width {
            break;
        }
        out.retain(|placed| placed.column != gone);
    }
    let mut left = width.saturating_sub(taken(out));
    let wide = |column: Column| column == Bar || (matches!(column, Bid | Ask) && !columns.contains(&Bar));
    let mut sharing = out.iter().filter(|placed| wide(placed.column)).count() as u16;
    let mut at = x;
    for placed in out.iter_mut() {
        if wide(placed.column) {
            let more = left / sharing.max(1);
            placed.width += more;
            left -= more;
            sharing = sharing.saturating_sub(1);
        }
        placed.width = placed.width.min(width.saturating_sub(1));
        placed.x = at + 1;
        at += 1 + placed.width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTHS: Widths = Widths { price: 8, size: 6, total: 8, value: 6, traded: 6 };

    fn names(columns: &[Column], width: u16) -> Vec<&'static str> {
        let mut out = Vec::new();
        place(columns, &WIDTHS, 0, width, &mut out);
        let end = out.last().map_or(0, |placed| placed.x + placed.width);
        assert!(end <= width, "{out:?} in {width}");
        assert!(out.windows(2).all(|pair| pair[0].x + pair[0].width < pair[1].x));
        out.iter().map(|placed| placed.column.name()).collect()
    }

    #[test]
    fn what_matters_least_goes_first() {
        assert_eq!(names(&LIST, 60), ["price", "size", "bar", "total", "traded"]);
        assert_eq!(names(&LIST, 36), ["price", "size", "bar", "total"]);
        assert_eq!(names(&LIST, 22), ["price", "size", "bar"]);
        assert_eq!(names(&LIST, 17), ["price", "size"]);
        assert_eq!(names(&LIST, 10), ["price"]);
        assert_eq!(names(&SIDES, 60), ["traded", "bid", "price", "ask", "total"]);
        assert_eq!(names(&SIDES, 25), ["bid", "price", "ask"]);
        (0..70).for_each(|width| drop(names(&SIDES, width)));
    }

    #[test]
    fn columns_are_read_and_slips_answered() {
        assert_eq!(read("Price, size total").map(|columns| write(&columns)), Ok("price size total".to_owned()));
        assert!(read("price colour").is_err_and(|error| error.contains("`colour` is no column: there are price size bar")));
        assert!(read("price size size").is_err() && read("size bar").is_err() && read("price").is_err());
    }
}
