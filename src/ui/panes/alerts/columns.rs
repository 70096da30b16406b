//! Which columns of the list fit.
//!
//! Always: the state's sign and the expression. Then, as there is room: symbol, value, state, whether it is true, a
//! crossing in full, how far it is to its level, more of the expression, the state at length, times fired, the last time, re-arming, channels, note, origin.

use super::order::Sort;
use super::words::{MOMENT, STATE_LONG, STATE_SHORT};
use ratatui::layout::Rect;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the alert is doing.
    State,
    /// The symbol.
    Symbol,
    /// The expression.
    Expression,
    /// The most telling value.
    Value,
    /// How far the price is from the nearest level.
    Distance,
    /// Whether it is true.
    Truth,
    /// Times it has fired.
    Fired,
    /// When it last did.
    Last,
    /// When it may fire again.
    Rearm,
    /// How it is delivered.
    Channels,
    /// What is told with it.
    Note,
    /// Who it comes from.
    Origin,
}

impl Part {
    /// On the screen from left to right.
    const ORDER: [Self; 12] = [
        Self::State,
        Self::Symbol,
        Self::Expression,
        Self::Value,
        Self::Distance,
        Self::Truth,
        Self::Fired,
        Self::Last,
        Self::Rearm,
        Self::Channels,
        Self::Note,
        Self::Origin,
    ];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Symbol => "symbol",
            Self::Expression => "expression",
            Self::Value => "now",
            Self::Distance => "to level",
            Self::Truth => "is",
            Self::Fired => "fired",
            Self::Last => "last fired",
            Self::Rearm => "re-arm",
            Self::Channels => "channels",
            Self::Note => "note",
            Self::Origin => "from",
        }
    }

    /// Whether it stands at the right.
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Value | Self::Distance | Self::Fired | Self::Last)
    }

    /// What a click on its heading sorts by.
    pub const fn sort(self) -> Option<Sort> {
        match self {
            Self::State => Some(Sort::State),
            Self::Symbol => Some(Sort::Symbol),
            Self::Expression => Some(Sort::Set),
            Self::Distance => Some(Sort::Distance),
            Self::Fired => Some(Sort::Fired),
            Self::Last => Some(Sort::Last),
            _ => None,
        }
    }
}

/// A column and its cells, without the gap after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What it shows.
    pub part: Part,
    /// Its cells.
    pub width: u16,
}

/// Cells before the first column: the mark of the chosen one, the state's sign, a gap.
pub const MARKS: u16 = 3;
/// The least an expression is shown of.
const EXPRESSION: u16 = 14;
/// What is shown of it before how far it is to a level: a price that is crossed.
const WHOLE: u16 = 26;
/// What is shown of it before lesser things are.
const ENOUGH: u16 = 32;

/// The longest of what is to be shown, in cells.
#[derive(Debug, Clone, Copy, Default)]
pub struct Longest {
    /// Of the symbols.
    pub symbol: u16,
    /// Of the expressions.
    pub expression: u16,
    /// Of the channels.
    pub channels: u16,
    /// Of the notes.
    pub note: u16,
    /// Whether any is of the configuration file.
    pub config: bool,
}

/// Columns being chosen, and the cells left for more.
struct Choice {
    columns: Vec<Column>,
    left: u16,
    /// What gives way takes all of lesser worth with it.
    full: bool,
}

impl Choice {
    fn add(&mut self, part: Part, width: u16) {
        self.full |= width >= self.left;
        if !self.full && width > 0 {
            self.left -= width + 1;
            self.columns.push(Column { part, width });
        }
    }

    /// Makes a column as wide as that, as far as there is room.
    fn widen(&mut self, part: Part, to: u16) {
        if let Some(column) = self.columns.iter_mut().find(|column| column.part == part) {
            let more = to.saturating_sub(column.width).min(self.left);
            column.width += more;
            self.left -= more;
        }
    }
}

/// The columns that fit, from left to right.
pub fn columns(room: u16, longest: Longest) -> Vec<Column> {
    let room = room.saturating_sub(MARKS);
    let expression = Column { part: Part::Expression, width: EXPRESSION.min(room) };
    let mut all = Choice { columns: vec![expression], left: room - expression.width, full: false };
    all.add(Part::Symbol, longest.symbol.clamp(6, 14));
    all.add(Part::Value, 10);
    all.add(Part::State, STATE_SHORT);
    all.add(Part::Truth, 5);
    // What an expression ends with is its level.
    if !all.full {
        all.widen(Part::Expression, longest.expression.min(WHOLE));
    }
    all.add(Part::Distance, 8);
    if !all.full {
        all.widen(Part::Expression, longest.expression.min(ENOUGH));
        all.full = all.left < STATE_LONG - STATE_SHORT;
    }
    if !all.full {
        all.widen(Part::State, STATE_LONG);
    }
    all.add(Part::Fired, 5);
    all.add(Part::Last, MOMENT);
    all.add(Part::Rearm, 12);
    all.add(Part::Channels, if longest.channels > 0 { longest.channels.max(8) } else { 0 });
    all.add(Part::Note, longest.note.min(16));
    all.add(Part::Origin, if longest.config { 6 } else { 0 });
    all.widen(Part::Expression, longest.expression);
    all.widen(Part::Note, longest.note);
    let place = |column: &Column| Part::ORDER.iter().position(|part| *part == column.part);
    all.columns.sort_by_key(place);
    all.columns
}

/// Where the headings are that can be clicked on.
pub fn places(columns: &[Column], area: Rect) -> Vec<(Rect, Sort)> {
    let mut x = area.x.saturating_add(MARKS);
    let mut found = Vec::new();
    for column in columns {
        let rect = Rect { x, width: column.width + 1, height: area.height.min(1), ..area };
        found.extend(column.part.sort().map(|sort| (rect, sort)));
        x = x.saturating_add(column.width + 1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_give_way_in_the_stated_order_and_never_overflow() {
        let longest = Longest { symbol: 8, expression: 40, channels: 19, note: 30, config: true };
        let parts = |room| columns(room, longest).iter().map(|column| column.part).collect::<Vec<_>>();
        use Part::{Channels, Distance, Expression, Fired, Last, Note, Origin, Rearm, State, Symbol, Truth, Value};
        assert_eq!(parts(34), [Symbol, Expression]);
        assert_eq!(parts(44), [Symbol, Expression, Value]);
        assert_eq!(parts(78), [State, Symbol, Expression, Value, Distance, Truth]);
        let all = [State, Symbol, Expression, Value, Distance, Truth, Fired, Last, Rearm, Channels, Note, Origin];
        assert_eq!(parts(230), all);
        for room in 0..300 {
            let columns = columns(room, longest);
            let cells: u16 = columns.iter().map(|column| column.width + 1).sum::<u16>() - 1;
            assert!(cells + MARKS <= room.max(MARKS), "{cells} in {room}");
            // What is shown in little room is shown in more.
            let wider = parts(room + 1);
            assert!(columns.iter().all(|column| wider.contains(&column.part)), "{room}");
        }
    }
}
