use super::*;
use crate::domain::{Nanos, Price};
use crate::ui::panes::fixtures::{dark, light, mono};
use proptest::prelude::*;

/// A scale on which a price of `n` is `n` half cells above the bottom.
fn scale(rows: u16) -> PriceScale {
    PriceScale::bare(0, i64::from(rows) * 2, rows)
}

fn bar(open: i64, high: i64, low: i64, close: i64) -> Bar {
    let price = Price::from_units;
    Bar { high: price(high), low: price(low), close: price(close), ..Bar::flat(Nanos::ZERO, price(open)) }
}

fn shown(bar: &Bar, width: u16, rows: u16, theme: &Theme) -> Vec<String> {
    let plot = Rect::new(0, 0, width, rows);
    let mut buf = Buffer::empty(plot);
    draw(&mut buf, plot, 0, width, bar, &scale(rows), &Ink::of(theme));
    (0..rows).map(|y| (0..width).map(|x| buf[(x, y)].symbol().to_owned()).collect()).collect()
}

#[test]
fn bodies_and_wicks_in_half_cells() {
    let theme = dark();
    assert_eq!(shown(&bar(6, 6, 2, 2), 1, 4, &theme), [" ", "█", "█", " "]);
    assert_eq!(shown(&bar(5, 5, 2, 2), 1, 4, &theme), [" ", "▄", "█", " "]);
    assert_eq!(shown(&bar(6, 6, 3, 3), 1, 4, &theme), [" ", "█", "▀", " "]);
    assert_eq!(shown(&bar(5, 7, 0, 3), 1, 4, &theme), ["╷", "╽", "╿", "│"]);
    assert_eq!(shown(&bar(4, 7, 1, 2), 1, 4, &theme), ["╷", "│", "█", "╵"]);
}

#[test]
fn directions_have_shapes_of_their_own() {
    for theme in [dark(), mono(), light()] {
        assert_eq!(shown(&bar(2, 6, 2, 6), 1, 4, &theme), [" ", "┃", "┃", " "]);
        assert_eq!(shown(&bar(3, 7, 0, 5), 1, 4, &theme), ["╷", "╽", "╿", "│"]);
        assert_eq!(shown(&bar(3, 3, 2, 2), 1, 4, &theme), [" ", " ", "▄", " "]);
        assert_eq!(shown(&bar(2, 3, 2, 3), 1, 4, &theme), [" ", " ", "╻", " "]);
        assert_eq!(shown(&bar(2, 8, 1, 8), 3, 4, &theme), ["▛▀▜", "▌\u{a0}▐", "▙▄▟", " ╵ "]);
        assert_eq!(shown(&bar(8, 8, 1, 2), 3, 4, &theme), ["███", "███", "███", " ╵ "]);
        assert_eq!(shown(&bar(3, 5, 2, 5), 3, 4, &theme), ["   ", "▄▄▄", "▙▄▟", "   "]);
        assert_eq!(shown(&bar(4, 5, 4, 5), 3, 4, &theme), ["   ", "▗▄▖", "   ", "   "]);
        assert_eq!(shown(&bar(5, 5, 4, 4), 3, 4, &theme), ["   ", "▄▄▄", "   ", "   "]);
        assert_eq!(shown(&bar(5, 5, 2, 3), 3, 4, &theme), ["   ", "▄▄▄", "███", "   "]);
    }
}

#[test]
fn rising_bodies_are_filled_with_the_ground_of_bids_unless_hollow() {
    let draw_one = |ink: &Ink| {
        let plot = Rect::new(0, 0, 3, 4);
        let mut buf = Buffer::empty(plot);
        draw(&mut buf, plot, 0, 3, &bar(1, 7, 1, 7), &scale(4), ink);
        [buf[(1, 0)].bg, buf[(1, 1)].bg, buf[(1, 3)].bg]
    };
    let ink = Ink::of(&dark());
    let fill = ink.fill.unwrap();
    // Only cells that are wholly within the body have it.
    assert_eq!(draw_one(&ink), [Color::Reset, fill, Color::Reset]);
    assert_eq!(draw_one(&Ink { fill: None, ..ink }), [Color::Reset; 3]);
}

#[test]
fn a_close_at_the_open_is_a_dash() {
    let theme = dark();
    assert_eq!(shown(&bar(3, 3, 3, 3), 1, 3, &theme), [" ", "─", " "]);
    assert_eq!(shown(&bar(3, 6, 0, 3), 1, 3, &theme), ["│", "┼", "│"]);
    assert_eq!(shown(&bar(3, 6, 3, 3), 3, 3, &theme), [" │ ", "─┴─", "   "]);
    assert_eq!(shown(&bar(3, 3, 0, 3), 1, 3, &theme), [" ", "┬", "│"]);
}

#[test]
fn wide_bodies_have_no_notch() {
    assert_eq!(shown(&bar(5, 7, 1, 2), 3, 4, &dark()), [" ╷ ", "███", "███", " ╵ "]);
    assert_eq!(shown(&bar(5, 5, 2, 2), 3, 4, &dark()), ["   ", "▄▄▄", "███", "   "]);
}

#[test]
fn in_ascii_rising_bodies_are_hollow() {
    let ascii = Theme { ascii: true, ..mono() };
    assert_eq!(shown(&bar(2, 8, 2, 6), 1, 4, &ascii), ["|", "O", "O", " "]);
    assert_eq!(shown(&bar(6, 8, 0, 2), 1, 4, &ascii), ["|", "#", "#", "|"]);
    assert_eq!(shown(&bar(4, 8, 0, 4), 3, 4, &ascii), [" | ", " | ", "-+-", " | "]);
}

proptest! {
    #[test]
    fn stays_in_its_columns(open in any::<i64>(), high in any::<i64>(), low in any::<i64>(), close in any::<i64>(), rows in 0_u16..20, width in 0_u16..8) {
        let (open, high, low, close) = (open / 2, high / 2, low / 2, close / 2);
        let plot = Rect::new(3, 2, width, rows);
        let mut buf = Buffer::empty(Rect::new(0, 0, 16, 30));
        let scale = PriceScale::fit(Price::from_units(low), Price::from_units(high), Price::from_units(1), rows, false);
        draw(&mut buf, plot, 3, width, &bar(open, high, low, close), &scale, &Ink::of(&dark()));
        for y in 0..30 {
            for x in 0..16 {
                let inside = plot.contains((x, y).into());
                prop_assert!(inside || buf[(x, y)].symbol() == " ", "{x} {y}");
            }
        }
    }
}
