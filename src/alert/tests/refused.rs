//! What the language refuses, and what it says then.

use super::*;

/// A text that is wrong, what of it is offending, and what is said.
const REFUSED: &[(&str, &str, &str)] = &[
    ("change(1m) + 5 > 0", "5", "column 14: `change(1m)` is a share, `5` a bare number; write `5%`"),
    ("sma(20, 1m) * 2 + 5% < price", "5%", "column 19: `5%` of what is not said; write `(sma(20, 1m) * 2) * (1 + 5%)`"),
    ("rsi(14, 1m).osc > 5", "osc", "column 13: `rsi` has no part `osc`; indicators of bars have none"),
    ("price is 5", "is", "column 7: expected an operator, found `is`; write `==`"),
    ("price under 5", "under", "column 7: expected an operator, found `under`; write `<` or `crosses below`"),
    ("PRICE moves 2% in 1m", "PRICE", "column 1: expected `:` and a quantity behind the symbol `PRICE`; did you mean `price`?"),
    ("price > 1 OR bid > 2", "OR", "column 11: expected an operator, found `OR`; did you mean `or`?"),
    ("open(1w) > 1", "1w", "column 6: `w` is no unit of time; times are written 500ms, 3s, 15m, 1h30m or 2d"),
    ("price > 1 for 5s for 5s", "for", "column 18: `for` belongs at the very end; it goes for the whole expression"),
    ("for 5s", "for", "column 1: expected a quantity or a number, found `for`"),
    ("!", "", "column 2: expected a quantity or a number, but the text ends"),
    ("price > (", "", "column 10: expected a quantity or a number, but the text ends"),
    ("price > ()", ")", "column 10: expected a quantity or a number, found `)`"),
    ("()", ")", "column 2: expected a quantity or a number, found `)`"),
    ("ETHUSDT: for 5s", "for", "column 10: expected a quantity or a number, found `for`"),
    ("price > 1 && && bid > 1", "&&", "column 14: expected a quantity or a number, found `&&`"),
    ("funding > 0.01", "0.01", "column 11: `funding` is a share, `0.01` a bare number; write `0.01%` or `1%`"),
    (
        "mispelled(1m) > 1",
        "mispelled",
        "column 1: no quantity `mispelled`; such as `price`, `spread`, `volume(1m)` or `rsi(14, 5m)`",
    ),
    ("volum(1m) > 1", "volum", "column 1: no quantity `volum`; did you mean `volume`?"),
    ("bid_size > 1", "bid_size", "column 1: no quantity `bid_size`; such as `price`, `spread`, `volume(1m)` or `rsi(14, 5m)`"),
    ("vwap.uper1 > 1", "uper1", "column 6: `vwap` has no part `uper1`; did you mean `.upper1`?"),
    (
        "price crosses above 65000 crosses below 5",
        "crosses",
        "column 27: comparisons are not chained; join two of them: `1 < price && price < 2`",
    ),
    ("1m > 5s", "1m > 5s", "column 1: this is always the same: there is no quantity in it"),
    ("price moves 2% in in 5m", "in", "column 19: expected a time such as `15m`, found `in`"),
    ("price > 5 %%", "%", "column 12: `%` means nothing here; a percent sign stands behind a number: `5%`"),
    ("price > 1__0", "1__0", "column 9: `__` is no unit of time; times are written 500ms, 3s, 15m, 1h30m or 2d"),
    ("price > 0x10", "0x10", "column 9: `x` is no unit of time; times are written 500ms, 3s, 15m, 1h30m or 2d"),
    ("kelner(1m) > 1", "kelner", "column 1: no quantity `kelner`; did you mean `keltner`?"),
    ("price > 5e", "5e", "column 9: `e` is no unit of time; times are written 500ms, 3s, 15m, 1h30m or 2d"),
    ("2% > 1%", "2% > 1%", "column 1: this is always the same: there is no quantity in it"),
    (
        "feed.up && feed.up > feed.synced",
        "feed.up",
        "column 12: `feed.up` is true or false already: it is not compared; write `feed.up` or `!(feed.up)`",
    ),
    ("volume(1m)(2) > 1", "(", "column 11: expected an operator or the end, found `(`"),
    (
        "volume(timeframe=1m) > 1",
        "timeframe=1m",
        "column 8: expected a timeframe and how many bars back; such as `volume(1m)` or `volume(1m, 1)`",
    ),
    ("rsi(14, bar=5) > 1", "5", "column 13: `bar`: expected a timeframe such as `5m`"),
    (
        "corr(ETHUSDT, BTCUSDT, corr=prices) > 1",
        "corr=prices",
        "column 24: `corr` cannot be set so; there are window=100, z=20, method=ols, huber or kalman, corr=returns or closes, bar=1m",
    ),
    ("", "", "column 1: expected an expression, such as `price > 65000`"),
    ("   ", "", "column 1: expected an expression, such as `price > 65000`"),
    ("price", "price", "column 1: expected a comparison, such as `price > 65000`"),
    ("prise > 5", "prise", "column 1: no quantity `prise`; did you mean `price`?"),
    ("Price > 5", "Price", "column 1: no quantity `Price`; did you mean `price`?"),
    ("PRICE > 5", "PRICE", "column 1: expected `:` and a quantity behind the symbol `PRICE`; did you mean `price`?"),
    ("price 65000", "65000", "column 7: expected an operator, found `65000`; such as `>` or `crosses above`"),
    ("price >", "", "column 8: expected a quantity or a number, but the text ends"),
    ("price > ", "", "column 8: expected a quantity or a number, but the text ends"),
    ("> 5", ">", "column 1: expected a quantity or a number, found `>`"),
    ("price > > 5", ">", "column 9: expected a quantity or a number, found `>`"),
    ("price over 65000", "over", "column 7: expected an operator, found `over`; write `>` or `crosses above`"),
    ("price above 65000", "above", "column 7: expected an operator, found `above`; write `>` or `crosses above`"),
    ("price = 5", "=", "column 7: expected a comparison, found `=`; write `==`, `<=` or `>=`"),
    ("price => 5", "=", "column 7: expected a comparison, found `=`; write `==`, `<=` or `>=`"),
    ("price ≥ 5", "≥", "column 7: `≥` means nothing here; write `>=`"),
    ("price & 5", "&", "column 7: `&` means nothing here; write `&&`"),
    ("1 < price < 2", "<", "column 11: comparisons are not chained; join two of them: `1 < price && price < 2`"),
    (
        "price > 1 crosses above 2",
        "crosses",
        "column 11: comparisons are not chained; join two of them: `1 < price && price < 2`",
    ),
    ("price > 5 for", "", "column 14: expected a time such as `5s`, but the text ends"),
    ("price > 5 for 5", "5", "column 15: expected a time with its unit; write `5s`"),
    ("price > 5 for 0s", "0s", "column 15: expected a time above 0"),
    ("price > 5 for 8d", "8d", "column 15: expected a time of at most 7d"),
    ("price > 5 for 9999999999d", "9999999999d", "column 15: too long a time"),
    ("price > 5 for 5s && bid > 1", "&&", "column 18: `for` belongs at the very end; it goes for the whole expression"),
    ("(price > 5 for 5s)", "for", "column 12: `for` belongs at the very end; it goes for the whole expression"),
    ("(price > 5", "(", "column 1: this `(` is not closed"),
    ("price > 5)", ")", "column 10: there is no `(` for this `)`"),
    ("((price > 5)", "(", "column 1: this `(` is not closed"),
    ("price > (5", "(", "column 9: this `(` is not closed"),
    ("1/0", "0", "column 3: division by zero"),
    ("price/0 > 1", "0", "column 7: division by zero"),
    ("price / (1 - 1) > 1", "(1 - 1)", "column 9: division by zero"),
    ("1 > 2", "1 > 2", "column 1: this is always the same: there is no quantity in it"),
    ("1e999", "1e999", "column 1: `1e999` is too large a number"),
    ("price > 1e999", "1e999", "column 9: `1e999` is too large a number"),
    ("price > 1e308 * 10", "1e308 * 10", "column 9: the result is too large a number"),
    ("price moves 0% in 1m", "0%", "column 13: expected a share above 0%"),
    ("price moves 2% in 99d", "99d", "column 19: expected a time of at most 7d"),
    ("price moves 2 in 1m", "2", "column 13: expected how far in percent; write `2%`"),
    ("price moves -2% in 1m", "-", "column 13: a movement has no sign; `moves` goes for both directions"),
    ("price moves 2%", "", "column 15: expected `in` and a time, such as `in 15m`, but the text ends"),
    ("price moves 2% in 15", "15", "column 19: expected a time with its unit; write `15s`"),
    ("price moves 2000% in 1m", "2000%", "column 13: expected a share of at most 1000%"),
    ("price moves 2% in 0s", "0s", "column 19: expected a time above 0"),
    ("5 moves 2% in 1m", "5", "column 1: this never moves: there is no quantity in it"),
    ("feed.up moves 2% in 1m", "feed.up", "column 1: `feed.up` is true or false: it does not move"),
    ("price crosses 65000", "65000", "column 15: expected `above` or `below` behind `crosses`, found `65000`"),
    ("price crosses over 65000", "over", "column 15: expected `above` or `below` behind `crosses`, found `over`"),
    ("price crosses above", "", "column 20: expected a quantity or a number, but the text ends"),
    ("price cross above 5", "cross", "column 7: expected an operator, found `cross`; did you mean `crosses`?"),
    ("price > ６5", "６", "column 9: `６` means nothing here; numbers are written with the digits 0 to 9"),
    ("price > 5 🚀", "🚀", "column 11: `🚀` means nothing here"),
    ("🚀", "🚀", "column 1: `🚀` means nothing here"),
    ("price > \u{202e}5", "\u{202e}", "column 9: a character that is not seen, U+202E; take it out"),
    ("מחיר > 5", "מחיר", "column 1: no quantity `מחיר`; such as `price`, `spread`, `volume(1m)` or `rsi(14, 5m)`"),
    ("price > 5\0", "\0", "column 10: a character that is not seen, U+0000; take it out"),
    ("pri\u{200b}ce > 5", "\u{200b}", "column 4: a character that is not seen, U+200B; take it out"),
    ("price > 65,000", ",", "column 11: expected an operator, found `,`; numbers are written without commas: `65000`"),
    ("price > 65k", "65k", "column 9: `k` means nothing behind a number; write the number out: 65000"),
    ("price > $65000", "$", "column 9: `$` means nothing here; prices are written without a currency"),
    ("price > 5 s", "s", "column 11: expected an operator, found `s`; a time is written without a blank: `3s`"),
    ("drawdown > 5", "5", "column 12: `drawdown` is a share, `5` a bare number; write `5%`"),
    ("5 > drawdown", "5", "column 1: `drawdown` is a share, `5` a bare number; write `5%`"),
    ("feed.age > 3", "3", "column 12: `feed.age` is a time, `3` a bare number; write `3s`"),
    ("feed.age > 3 s", "s", "column 14: expected an operator, found `s`; a time is written without a blank: `3s`"),
    ("price > 3s", "price > 3s", "column 1: `price` is a number and `3s` a time: they cannot be compared"),
    (
        "feed.up > 1",
        "feed.up",
        "column 1: `feed.up` is true or false already: it is not compared; write `feed.up` or `!(feed.up)`",
    ),
    (
        "feed.up == 1",
        "feed.up",
        "column 1: `feed.up` is true or false already: it is not compared; write `feed.up` or `!(feed.up)`",
    ),
    ("!price", "price", "column 2: `price` is neither true nor false: it cannot be negated; such as `price > 65000`"),
    (
        "price && bid > 1",
        "price",
        "column 1: `price` is neither true nor false: it cannot be joined with `&&`; such as `price > 65000`",
    ),
    (
        "price > 1 && bid",
        "bid",
        "column 14: `bid` is neither true nor false: it cannot be joined with `&&`; such as `bid > 65000`",
    ),
    ("price + feed.up > 1", "feed.up", "column 9: `feed.up` is true or false: it cannot be calculated with"),
    ("-feed.up", "-feed.up", "column 1: `feed.up` is true or false: it has no sign"),
    ("price + 5% > bid", "5%", "column 9: `5%` of what is not said; write `price * (1 + 5%)`"),
    ("feed.age + 3 > 1s", "3", "column 12: `feed.age` is a time, `3` a bare number; write `3s`"),
    ("feed.age * feed.age > 1s", "feed.age * feed.age", "column 1: a time cannot be multiplied by a time"),
    ("feed.age > 5%", "feed.age > 5%", "column 1: `feed.age` is a time and `5%` a share: they cannot be compared"),
    ("change(1m) > rv", "change(1m) > rv", "column 1: `change(1m)` is a share and `rv` a number: they cannot be compared"),
    ("price * !feed.up > 1", "!", "column 9: a negation cannot be calculated with; put it in parentheses: `(!feed.up)`"),
    ("volume > 100", "volume", "column 1: `volume` needs a timeframe; such as `volume(1m)`"),
    ("volume() > 100", "volume", "column 1: `volume` needs a timeframe; such as `volume(1m)`"),
    ("volume(2m) > 1", "2m", "column 8: no bars of 2m; there are 1s 5s 15s 1m 3m 5m 15m 30m 1h 4h 1d"),
    ("volume(1m, -1) > 1", "-1", "column 12: `back`: expected a whole number from 0 to 1000"),
    ("volume(1m, 1001) > 1", "1001", "column 12: `back`: expected a whole number from 0 to 1000"),
    ("volume(1m, 1.5) > 1", "1.5", "column 12: `back`: expected a whole number from 0 to 1000"),
    (
        "volume(1m, 1, 1) > 1",
        "1",
        "column 15: expected a timeframe and how many bars back; such as `volume(1m)` or `volume(1m, 1)`",
    ),
    ("volume(1m, x) > 1", "x", "column 12: expected a timeframe and how many bars back; such as `volume(1m)` or `volume(1m, 1)`"),
    ("volume(1m", "(", "column 7: this `(` is not closed"),
    ("volume(1m > 1", ">", "column 11: expected `,` or `)`, found `>`"),
    ("price(1m) > 1", "1m", "column 7: `price` has no settings; write `price` alone"),
    ("price() > 1", "price", "column 1: `price` has no settings; write `price` alone"),
    ("price.z > 1", "z", "column 7: `price` has no parts"),
    ("rsi(14, 5m).z > 1", "z", "column 13: `rsi` has no part `z`; indicators of bars have none"),
    ("rsi(1) < 30", "1", "column 5: `period`: expected a whole number from 2 to 1000"),
    (
        "rsi(14, 15) < 30",
        "15",
        "column 9: `rsi` has no further settings; it has period and a timeframe with its unit, such as `5m`",
    ),
    ("rsi(len=14) < 30", "len", "column 5: `rsi` has no setting `len`; it has period, bar"),
    ("rsi(peroid=14) < 30", "peroid", "column 5: `rsi` has no setting `peroid`; did you mean `period`?"),
    ("rsi(1m, 5m) < 30", "5m", "column 9: the timeframe is given twice"),
    ("rsi(14, 2m) < 30", "2m", "column 9: no bars of 2m; there are 1s 5s 15s 1m 3m 5m 15m 30m 1h 4h 1d"),
    (
        "ofi(30s).z > 1",
        "30s",
        "column 5: `ofi` is of events: it has no timeframe; `window` is in seconds: write the number alone",
    ),
    ("ofi(window=0) > 1", "0", "column 12: `window`: expected a number from 0.1 to 3600"),
    ("ofi(window=3, window=4) > 1", "window=4", "column 15: `window` is given twice"),
    ("ofi.zz > 1", "zz", "column 5: `ofi` has no part `zz`; it has .z, .osc"),
    ("wall.bidwall > 1", "bidwall", "column 6: `wall` has no part `bidwall`; did you mean `.bid_wall`?"),
    ("qi(1) > 1", "1", "column 4: `qi` has no settings"),
    ("obv(1) > 1", "1", "column 5: `obv` has no settings; only a timeframe: `obv(1m)`"),
    ("macd.sig > 1", "sig", "column 6: `macd` has no part `sig`; did you mean `.signal`?"),
    ("ofi. > 1", ">", "column 6: expected a name behind the dot, found `>`"),
    ("ofi.z.z > 1", ".", "column 6: expected an operator or the end, found `.`"),
    ("vpin(bucket_volume=x) > 1", "x", "column 20: `bucket_volume`: expected a number from 0.00000001 to 1000000000, or `auto`"),
    ("sma(10+10, 1m) > 1", "+", "column 7: expected `,` or `)`, found `+`"),
    ("zscore > 1", "zscore", "column 1: `zscore` needs two symbols; such as `zscore(ETHUSDT, BTCUSDT, 1m) > 2`"),
    ("zscore(ETHUSDT) > 1", "zscore", "column 1: `zscore` needs two symbols; such as `zscore(ETHUSDT, BTCUSDT, 1m) > 2`"),
    ("zscore(ETHUSDT, ETHUSDT) > 1", "zscore", "column 1: a pair is of two different symbols"),
    ("zscore(ethusdt, btcusdt, 1m) > 1", "ethusdt", "column 8: expected a symbol; symbols are written in capitals: `ETHUSDT`"),
    ("zscore(ETHUSDT, BTCUSDT, 1m, window=5) > 1", "5", "column 37: `window`: expected a whole number from 10 to 100000"),
    ("zscore(ETHUSDT, BTCUSDT, 1m, window=1.5) > 1", "1.5", "column 37: `window`: expected a whole number from 10 to 100000"),
    (
        "zscore(ETHUSDT, BTCUSDT, 1m, method=kalmann) > 1",
        "kalmann",
        "column 37: `kalmann` is no method: there are ols, huber and kalman; did you mean `kalman`?",
    ),
    (
        "zscore(ETHUSDT, BTCUSDT, 1m, speed=3) > 1",
        "speed=3",
        "column 30: `zscore` cannot be set so; there are window=100, z=20, method=ols, huber or kalman, corr=returns or closes, bar=1m",
    ),
    (
        "zscore(ETHUSDT, BTCUSDT, 1m, 200) > 1",
        "200",
        "column 30: expected two symbols, a timeframe and settings; such as `zscore(ETHUSDT, BTCUSDT, 1m) > 2`",
    ),
    ("zscore(ETHUSDT, BTCUSDT, bar=1m, bar=5m) > 1", "bar=5m", "column 34: `bar` is given twice"),
    ("feed > 1", "feed", "column 1: no quantity `feed`; there are feed.age, feed.up, feed.synced, feed.rate, feed.latency"),
    ("feed.ag > 1s", "feed.ag", "column 1: no quantity `feed.ag`; did you mean `feed.age`?"),
    (
        "feed.xyz > 1",
        "feed.xyz",
        "column 1: no quantity `feed.xyz`; there are feed.age, feed.up, feed.synced, feed.rate, feed.latency",
    ),
    ("foo.bar > 1", "foo", "column 1: no quantity `foo`; such as `price`, `spread`, `volume(1m)` or `rsi(14, 5m)`"),
    ("xyzzy > 1", "xyzzy", "column 1: no quantity `xyzzy`; such as `price`, `spread`, `volume(1m)` or `rsi(14, 5m)`"),
    ("ETHUSDT > 1", "ETHUSDT", "column 1: expected `:` and a quantity behind the symbol `ETHUSDT`; write `ETHUSDT:price`"),
    ("ETHUSDT:", "", "column 9: expected a quantity or a number, but the text ends"),
    ("ETHUSDT: ETHUSDT", "ETHUSDT", "column 10: expected `:` and a quantity behind the symbol `ETHUSDT`; write `ETHUSDT:price`"),
    ("price > OFI", "OFI", "column 9: expected `:` and a quantity behind the symbol `OFI`; did you mean `ofi`?"),
    ("price > 1 AND bid > 2", "AND", "column 11: expected an operator, found `AND`; did you mean `and`?"),
    (
        "price > 1 && ETHUSDT:bid",
        "ETHUSDT:bid",
        "column 14: `ETHUSDT:bid` is neither true nor false: it cannot be joined with `&&`; such as `ETHUSDT:bid > 65000`",
    ),
    (
        "A12345678901234567890123456789012: price > 1",
        "A12345678901234567890123456789012",
        "column 1: a symbol has 1 to 31 bytes, this one 33",
    ),
    ("price > 1 extra", "extra", "column 11: expected an operator, found `extra`"),
    ("price > 1 adn bid > 2", "adn", "column 11: expected an operator, found `adn`; did you mean `and`?"),
    ("price > +5", "+", "column 9: expected a quantity or a number, found `+`; numbers have no `+` before them"),
    ("price > .5", ".", "column 9: expected a quantity or a number, found `.`; numbers begin with a digit: `0.5`"),
    ("price > 5.", ".", "column 10: expected an operator or the end, found `.`"),
    ("price > 0.0001ms", "0.0001ms", "column 9: times have whole milliseconds; times are written 500ms, 3s, 15m, 1h30m or 2d"),
    ("price > 5x", "5x", "column 9: `x` is no unit of time; times are written 500ms, 3s, 15m, 1h30m or 2d"),
    ("feed.age > 1h30", "1h30", "column 12: `30` has no unit of time; times are written 500ms, 3s, 15m, 1h30m or 2d"),
    (
        "feed.age > 99999999999999999999d",
        "99999999999999999999d",
        "column 12: `99999999999999999999d` is no length of time; times are written 500ms, 3s, 15m, 1h30m or 2d",
    ),
    ("price @ 5", "@", "column 7: `@` means nothing here"),
    ("price > 5; bid > 1", ";", "column 10: `;` means nothing here; conditions are joined with `&&` or `||`"),
    ("price > \"5\"", "\"", "column 9: `\"` means nothing here"),
    ("and", "and", "column 1: expected a quantity or a number, found `and`"),
    ("price > for", "for", "column 9: expected a quantity or a number, found `for`"),
    ("price\n> 1\n&& prise < 2", "prise", "line 3, column 4: no quantity `prise`; did you mean `price`?"),
];

#[test]
fn a_mistake_is_named_at_its_place() {
    for (text, offending, said) in REFUSED {
        let error = parse(text).map(|_| ()).unwrap_err();
        assert_eq!((text.get(error.at.clone()), error.to_string().as_str()), (Some(*offending), *said), "{text:?}");
    }
}

/// What is shown of a mistake.
fn shown(text: &str) -> String {
    parse(text).map(|_| ()).unwrap_err().render(text)
}

#[test]
fn a_mistake_is_shown_under_its_characters() {
    assert_eq!(
        shown("price > 1 && prise < 2"),
        "price > 1 && prise < 2\n             ^^^^^\nno quantity `prise`; did you mean `price`?"
    );
    // Nothing is there: the caret stands behind.
    assert_eq!(shown("price >  "), "price >\n       ^\nexpected a quantity or a number, but the text ends");
    assert_eq!(shown(""), "\n^\nexpected an expression, such as `price > 65000`");
    // Cells, not characters or bytes.
    assert_eq!(shown("牛 > ６"), "牛 > ６\n     ^^\n`６` means nothing here; numbers are written with the digits 0 to 9");
    // Only its line; a tab is a blank.
    assert_eq!(
        shown("price > 1\n\t&& prise > 2\n&& bid > 1"),
        " && prise > 2\n    ^^^^^\nno quantity `prise`; did you mean `price`?"
    );
    // An escape sequence is shown, not carried out.
    assert_eq!(
        shown("price > \u{1b}[31m5"),
        "price > \u{fffd}[31m5\n        ^\na character that is not seen, U+001B; take it out"
    );
}

#[test]
fn a_long_text_is_shown_around_the_mistake() {
    let text = "price > 1 && ".repeat(20) + "prise > 2" + &" || bid > 3".repeat(20);
    let shown = shown(&text);
    let mut lines = shown.split('\n');
    assert_eq!(lines.next(), Some("…ice > 1 && price > 1 && prise > 2 || bid > 3 || bid > 3 || bid > 3 || bi…"));
    assert_eq!(lines.next(), Some("                         ^^^^^"));
}
