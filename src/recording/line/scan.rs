//! The quick decoder: reads the line as our own writer writes it, byte by byte, and declines all else.
//!
//! It knows two spellings, `{"ts":1,"topic":…` and `{"ts": 1, "topic": …`, keys in the written order, plain decimal numbers and
//! texts without escapes. In any doubt it declines, and [`super::reference`] reads the line.

use super::{LineContext, Record};
use crate::domain::{
    Bar, BarSpec, BookSnapshot, DepthDiff, Event, Level, Liquidation, Mark, Market, Nanos, Payload, Price, Qty, Quote, Side,
    Symbol, Trade, Volume,
};

/// Reads a canonical line, or declines.
pub(super) fn scan(line: &[u8], context: &LineContext) -> Option<Record<'static>> {
    if let Some(rest) = line.strip_prefix(b"{\"ts\": ") {
        Scanner::<true> { rest }.record(context)
    } else {
        Scanner::<false> { rest: line.strip_prefix(b"{\"ts\":")? }.record(context)
    }
}

/// Reads a canonical line of a trade of a symbol that the context knows, by far the most frequent one, at the beginning of a text
/// of whole lines, or declines. Gives the line's length with its line break too: that it need not be looked for first is an
/// eighth of the time. The symbol is not copied on the way: that would be a good part of the time as well.
#[inline]
pub(super) fn scan_trade<'c>(text: &[u8], context: &'c LineContext) -> Option<(Nanos, &'c Symbol, Trade, usize)> {
    let (at, symbol, trade, rest) = if let Some(rest) = text.strip_prefix(b"{\"ts\": ") {
        Scanner::<true> { rest }.trade_line(context)?
    } else {
        Scanner::<false> { rest: text.strip_prefix(b"{\"ts\":")? }.trade_line(context)?
    };
    Some((at, symbol, trade, text.len() - rest))
}

struct Scanner<'a, const SPACED: bool> {
    rest: &'a [u8],
}

/// Matches `,"name":` in the line's spelling.
macro_rules! next_key {
    ($scanner:ident, $name:literal) => {
        if SPACED {
            $scanner.literal(concat!(", \"", $name, "\": ").as_bytes())
        } else {
            $scanner.literal(concat!(",\"", $name, "\":").as_bytes())
        }
    };
}

/// Matches `{"name":` in the line's spelling.
macro_rules! first_key {
    ($scanner:ident, $name:literal) => {
        if SPACED {
            $scanner.literal(concat!("{\"", $name, "\": ").as_bytes())
        } else {
            $scanner.literal(concat!("{\"", $name, "\":").as_bytes())
        }
    };
}

/// Declines unless it matches.
macro_rules! expect {
    ($matched:expr) => {
        if !$matched {
            return None;
        }
    };
}

const POWERS: [i64; 10] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
const PRICE_PLACES: usize = 8;
const TIME_PLACES: usize = 9;

impl<'a, const SPACED: bool> Scanner<'a, SPACED> {
    #[inline]
    fn literal(&mut self, text: &'static [u8]) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    #[inline]
    /// The trade, and how many bytes come after its line.
    fn trade_line(mut self, context: &LineContext) -> Option<(Nanos, &Symbol, Trade, usize)> {
        let at = self.unsigned(TIME_PLACES).map(Nanos)?;
        // Long literals at once: most of a trade's line is the same in every line.
        let no_symbol: &[u8] =
            if SPACED { b", \"topic\": \"trade\", \"data\": {\"price\": " } else { b",\"topic\":\"trade\",\"data\":{\"price\":" };
        let symbol = if self.literal(no_symbol) {
            context.default_symbol_ref()
        } else {
            expect!(self.literal(if SPACED {
                b", \"topic\": \"trade\", \"sym\": \""
            } else {
                b",\"topic\":\"trade\",\"sym\":\""
            }));
            let (symbol, rest) = context.known_symbol_at(self.rest)?;
            self.rest = rest;
            expect!(self.literal(if SPACED { b"\", \"data\": {\"price\": " } else { b"\",\"data\":{\"price\":" }));
            symbol
        };
        let price = self.unsigned(PRICE_PLACES).map(Price::from_units)?;
        expect!(next_key!(self, "qty"));
        let qty = self.unsigned(PRICE_PLACES).map(Qty::from_units)?;
        if let Some((side, rest)) = self.side_at_end() {
            return Some((at, symbol, Trade { price, qty, side, id: None, ex: None }, rest));
        }
        let trade = self.trade_of(price, qty)?;
        expect!(self.literal(b"}}\n"));
        Some((at, symbol, trade, self.rest.len()))
    }

    /// The side where nothing comes after it in its line, and how many bytes come after the line. Decided without a branch,
    /// because which one it is cannot be foreseen.
    #[inline]
    fn side_at_end(&self) -> Option<(Side, usize)> {
        let buy: &[u8] = if SPACED { b", \"side\": \"buy\"}}\n" } else { b",\"side\":\"buy\"}}\n" };
        let sell: &[u8] = if SPACED { b", \"side\": \"sell\"}}\n" } else { b",\"side\":\"sell\"}}\n" };
        let (bought, sold) = (self.rest.starts_with(buy), self.rest.starts_with(sell));
        let length = if bought { buy.len() } else { sell.len() };
        (bought | sold).then(|| (if bought { Side::Buy } else { Side::Sell }, self.rest.len() - length))
    }

    fn record(mut self, context: &LineContext) -> Option<Record<'static>> {
        let at = self.time()?;
        expect!(next_key!(self, "topic"));
        if self.literal(b"\"trade\"") {
            let symbol = self.symbol_then_data(context)?;
            let trade = self.trade()?;
            self.market(at, symbol, Event::Trade(trade))
        } else if self.literal(b"\"depth\"") {
            let symbol = self.symbol_then_data(context)?;
            let depth = self.depth()?;
            self.market(at, symbol, Event::Depth(depth))
        } else if self.literal(b"\"quote\"") {
            let symbol = self.symbol_then_data(context)?;
            let quote = self.quote()?;
            self.market(at, symbol, Event::Quote(quote))
        } else if self.literal(b"\"bar\"") {
            let symbol = self.symbol_then_data(context)?;
            let (spec, bar) = self.bar(at)?;
            self.end()?;
            Some(Record::Bar { at, symbol, spec, bar })
        } else if self.literal(b"\"mark\"") {
            let symbol = self.symbol_then_data(context)?;
            let mark = self.mark()?;
            self.market(at, symbol, Event::Mark(mark))
        } else if self.literal(b"\"book\"") {
            let symbol = self.symbol_then_data(context)?;
            let book = self.book()?;
            self.market(at, symbol, Event::Book(book))
        } else if self.literal(b"\"liq\"") {
            let symbol = self.symbol_then_data(context)?;
            let liquidation = self.liquidation()?;
            self.market(at, symbol, Event::Liquidation(liquidation))
        } else {
            None
        }
    }

    #[inline]
    fn market(self, at: Nanos, symbol: Symbol, event: Event) -> Option<Record<'static>> {
        self.end()?;
        Some(Record::Input { at, payload: Payload::Market(Market::of(symbol, event)) })
    }

    #[inline]
    fn end(&self) -> Option<()> {
        (self.rest == b"}}").then_some(())
    }

    /// Matches an optional `sym` and the beginning of `data`.
    #[inline]
    fn symbol_then_data(&mut self, context: &LineContext) -> Option<Symbol> {
        let symbol = if next_key!(self, "sym") { context.symbol(self.symbol_text()?)? } else { context.default_symbol() };
        next_key!(self, "data").then_some(symbol)
    }

    #[inline]
    fn symbol_text(&mut self) -> Option<&'a [u8]> {
        expect!(self.literal(b"\""));
        let end = self.rest.iter().take(64).position(|b| !b.is_ascii_graphic() || matches!(b, b'"' | b'\\'))?;
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix(b"\"")?;
        Some(text)
    }

    fn trade(&mut self) -> Option<Trade> {
        expect!(first_key!(self, "price"));
        let price = self.price()?;
        expect!(next_key!(self, "qty"));
        let qty = self.qty()?;
        self.trade_of(price, qty)
    }

    /// The rest of a trade.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a tenth of the time of reading a trade is calling this")]
    fn trade_of(&mut self, price: Price, qty: Qty) -> Option<Trade> {
        expect!(next_key!(self, "side"));
        let side = self.side()?;
        let id = if next_key!(self, "id") { Some(self.count()?) } else { None };
        Some(Trade { price, qty, side, id, ex: self.ex()? })
    }

    fn quote(&mut self) -> Option<Quote> {
        expect!(first_key!(self, "b"));
        let bid = self.price()?;
        expect!(next_key!(self, "bq"));
        let bid_qty = self.qty()?;
        expect!(next_key!(self, "a"));
        let ask = self.price()?;
        expect!(next_key!(self, "aq"));
        let ask_qty = self.qty()?;
        let update_id = if next_key!(self, "u") { Some(self.count()?) } else { None };
        Some(Quote { bid, bid_qty, ask, ask_qty, update_id, ex: self.ex()? })
    }

    fn depth(&mut self) -> Option<DepthDiff> {
        expect!(first_key!(self, "first"));
        let first = self.count()?;
        expect!(next_key!(self, "last"));
        let last = self.count()?;
        let prev = if next_key!(self, "prev") { Some(self.count()?) } else { None };
        expect!(next_key!(self, "bids"));
        let bids = self.levels()?;
        expect!(next_key!(self, "asks"));
        let asks = self.levels()?;
        Some(DepthDiff { first, last, prev, bids, asks, ex: self.ex()? })
    }

    fn book(&mut self) -> Option<BookSnapshot> {
        expect!(first_key!(self, "last"));
        let last = self.count()?;
        expect!(next_key!(self, "bids"));
        let bids = self.levels()?;
        expect!(next_key!(self, "asks"));
        let asks = self.levels()?;
        Some(BookSnapshot { last, bids, asks, ex: self.ex()? })
    }

    fn liquidation(&mut self) -> Option<Liquidation> {
        expect!(first_key!(self, "side"));
        let side = self.side()?;
        expect!(next_key!(self, "price"));
        let price = self.price()?;
        expect!(next_key!(self, "qty"));
        let qty = self.qty()?;
        Some(Liquidation { side, price, qty, ex: self.ex()? })
    }

    fn mark(&mut self) -> Option<Mark> {
        expect!(first_key!(self, "price"));
        let price = self.price()?;
        let index = if next_key!(self, "index") { Some(self.price()?) } else { None };
        let funding = if next_key!(self, "funding") { Some(self.price()?) } else { None };
        let next = if next_key!(self, "next") { Some(self.time()?) } else { None };
        Some(Mark { price, index, funding, next })
    }

    fn bar(&mut self, at: Nanos) -> Option<(BarSpec, Bar)> {
        expect!(first_key!(self, "tf"));
        expect!(self.literal(b"\""));
        let end = self.rest.iter().take(32).position(|b| !b.is_ascii_graphic() || matches!(b, b'"' | b'\\'))?;
        let (name, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        expect!(self.literal(b"\""));
        let spec: BarSpec = std::str::from_utf8(name).ok()?.parse().ok()?;
        expect!(next_key!(self, "o"));
        let open = self.price()?;
        expect!(next_key!(self, "h"));
        let high = self.price()?;
        expect!(next_key!(self, "l"));
        let low = self.price()?;
        expect!(next_key!(self, "c"));
        let close = self.price()?;
        expect!(next_key!(self, "v"));
        let volume = self.qty()?.volume();
        let trades = if next_key!(self, "n") { u32::try_from(self.count()?).ok()? } else { 0 };
        let buy_volume = if next_key!(self, "bv") { self.qty()?.volume() } else { Volume::ZERO };
        let start = if next_key!(self, "start") {
            self.time()?
        } else {
            match spec {
                BarSpec::Time(timeframe) => at - timeframe.nanos(),
                _ => at,
            }
        };
        Some((spec, Bar { start, open, high, low, close, volume, buy_volume, trades }))
    }

    #[inline]
    fn ex(&mut self) -> Option<Option<Nanos>> {
        if next_key!(self, "ex") { self.time().map(Some) } else { Some(None) }
    }

    #[inline]
    fn side(&mut self) -> Option<Side> {
        if self.literal(b"\"buy\"") {
            Some(Side::Buy)
        } else if self.literal(b"\"sell\"") {
            Some(Side::Sell)
        } else {
            None
        }
    }

    fn levels(&mut self) -> Option<Vec<Level>> {
        expect!(self.literal(b"["));
        if self.literal(b"]") {
            return Some(Vec::new());
        }
        let mut levels = Vec::with_capacity(16);
        loop {
            expect!(self.literal(b"["));
            let price = self.price()?;
            expect!(self.literal(if SPACED { b", " } else { b"," }));
            let qty = self.qty()?;
            expect!(self.literal(b"]"));
            levels.push((price, qty));
            if self.literal(b"]") {
                return Some(levels);
            }
            expect!(self.literal(if SPACED { b", " } else { b"," }));
        }
    }

    #[inline]
    fn price(&mut self) -> Option<Price> {
        self.decimal(PRICE_PLACES).map(Price::from_units)
    }

    #[inline]
    fn qty(&mut self) -> Option<Qty> {
        self.decimal(PRICE_PLACES).filter(|units| *units >= 0).map(Qty::from_units)
    }

    #[inline]
    fn time(&mut self) -> Option<Nanos> {
        self.decimal(TIME_PLACES).map(Nanos)
    }

    /// A plain decimal of at most 19 digits in units of `10^-places`.
    fn decimal(&mut self, places: usize) -> Option<i64> {
        if let [b'-', text @ ..] = self.rest {
            self.rest = text;
            return self.unsigned(places).map(|size| -size);
        }
        self.unsigned(places)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a third of the time of reading a trade is calling this")]
    fn unsigned(&mut self, places: usize) -> Option<i64> {
        let mut value = 0_u64;
        let whole = whole_digits(self.rest, &mut value);
        // JSON has no leading zeros.
        if whole == 0 || (whole > 1 && self.rest.first() == Some(&b'0')) {
            return None;
        }
        let mut rest = self.rest.get(whole..)?;
        let mut decimals = 0;
        if let [b'.', part @ ..] = rest {
            decimals = few_digits(part, &mut value);
            if decimals == 0 || decimals > places {
                return None;
            }
            rest = part.get(decimals..)?;
        }
        // 19 digits always fit in 64 bits.
        if whole + decimals > 19 {
            return None;
        }
        self.rest = rest;
        i64::try_from(value).ok()?.checked_mul(POWERS[places - decimals])
    }

    #[inline]
    fn count(&mut self) -> Option<u64> {
        let mut value = 0;
        let length = digits(self.rest, &mut value);
        if length == 0 || length > 19 || (length > 1 && self.rest.first() == Some(&b'0')) {
            return None;
        }
        self.rest = self.rest.get(length..)?;
        Some(value)
    }
}

/// As [`digits`], quicker for the most frequent lengths: what follows need not wait for where the digits end.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a third of the time of reading a trade is calling this")]
fn whole_digits(text: &[u8], value: &mut u64) -> usize {
    if let [digit @ b'0'..=b'9', b'.', ..] = text {
        *value = u64::from(digit - b'0');
        return 1;
    }
    let Some((chunk, rest)) = text.split_first_chunk::<8>() else { return digits(text, value) };
    let (count, part) = digits_of_eight(u64::from_le_bytes(*chunk));
    *value = part;
    match rest {
        _ if count < 8 => count,
        // A moment of this century.
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', b'.', ..] => {
            *value = part * 100 + u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
            10
        }
        _ => 8 + digits(rest, value),
    }
}

/// As [`digits`], quicker for up to seven.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a third of the time of reading a trade is calling this")]
fn few_digits(text: &[u8], value: &mut u64) -> usize {
    if let Some(chunk) = text.first_chunk::<8>() {
        let (found, part) = digits_of_eight(u64::from_le_bytes(*chunk));
        if found < 8 {
            *value = value.wrapping_mul(POWERS[found] as u64).wrapping_add(part);
            return found;
        }
    }
    digits(text, value)
}

/// Appends the leading digits to a value and says how many there are; past 19 in all the value means nothing.
fn digits(mut text: &[u8], value: &mut u64) -> usize {
    let mut count = 0;
    while let Some((chunk, rest)) = text.split_first_chunk::<8>() {
        let (found, part) = digits_of_eight(u64::from_le_bytes(*chunk));
        *value = value.wrapping_mul(POWERS[found] as u64).wrapping_add(part);
        count += found;
        if found < 8 {
            return count;
        }
        text = rest;
    }
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        *value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        count += 1;
    }
    count
}

/// How many of eight bytes, the first lowest, are leading digits, and their value; all at once instead of one by one.
#[inline]
fn digits_of_eight(bytes: u64) -> (usize, u64) {
    let digits = bytes ^ 0x3030_3030_3030_3030;
    // The lowest byte that is no digit gets its top bit set; what a carry does to higher ones does not matter.
    let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
    let count = (others.trailing_zeros() / 8) as usize;
    if count == 0 {
        return (0, 0);
    }
    // Moved up, so that zeros lead; then pairs, fours and all eight are put together.
    let digits = digits << (64 - 8 * count);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(100 + (1_000_000 << 32));
    let high = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(1 + (10_000 << 32));
    (count, low.wrapping_add(high) >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn leading_digits_are_read_as_one_by_one(text in "[0-9]{0,19}", rest in proptest::collection::vec(any::<u8>(), 0..12)) {
            prop_assume!(rest.first().is_none_or(|b| !b.is_ascii_digit()));
            let mut value = 0;
            prop_assert_eq!(digits(&[text.as_bytes(), &rest].concat(), &mut value), text.len());
            prop_assert_eq!(value, text.parse().unwrap_or(0));
            let (mut whole, mut few) = (0, 0);
            prop_assert_eq!(whole_digits(&[text.as_bytes(), b".", &rest].concat(), &mut whole), text.len());
            prop_assert_eq!(few_digits(&[text.as_bytes(), b".", &rest].concat(), &mut few), text.len());
            prop_assert_eq!((whole, few), (value, value));
        }
    }
}
