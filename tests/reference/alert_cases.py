"""The cases of `alerts.py`: a text, and by hand what it means."""

import numpy
import talib

from alerts import (
    MINUTE, SECOND, Age, Bar, Crosses, Mark, Moves, Pair, Price, Sampled, Study, Top,
    both, calc, either, ge, gt, le, lt, no,
)  # fmt: skip
import flow

A, B, C = "AAAUSDT", "BBBUSDT", "CCCUSDT"
AUTO, ONCE, ALWAYS = "auto", "once", "always"
CASES = []


def case(stream, expr, make, *rearms, hold=None, symbol=A):
    """`make()` gives the quantities and the rule, called with the time and their values, and maybe {name: Moves}."""

    def made():
        quantities, rule, *moves = make()
        return quantities, rule, moves[0] if moves else {}

    for rearm in rearms or (AUTO,):
        CASES.append({"stream": stream, "expr": expr, "make": made, "rearm": rearm, "hold": hold, "symbol": symbol})


def price(symbol=A, name="price"):
    return Price(name, symbol)


def crossing(quantity, above, level, stays=False):
    """`quantity crosses above|below level`"""
    crosses = Crosses(above, stays)
    return [quantity], lambda at, value: crosses(value, level)


def moving(quantity, percent, within, name):
    moves = Moves(percent, within)
    return [quantity], lambda at, value: moves(at, value), {name: moves}


# Prices and levels, in every way to arm again.

for stream, level in (("walk", 100.2), ("edges", 101)):
    text = f"price > {level}"
    case(stream, text, lambda level=level: ([price()], lambda at, p: gt(p, level)), AUTO, ONCE, ALWAYS, 10 * SECOND, 60 * SECOND)
    held = lambda level=level: ([price()], lambda at, p: gt(p, level))
    case(stream, f"{text} for 10s", held, AUTO, ONCE, ALWAYS, 20 * SECOND, hold=10 * SECOND)
    case(stream, f"price crosses above {level}", lambda level=level: crossing(price(), True, level), AUTO, ONCE, ALWAYS, 15 * SECOND)
    case(stream, f"price crosses below {level}", lambda level=level: crossing(price(), False, level), AUTO, ALWAYS)
    case(stream, f"price crosses above {level} for 5s", lambda level=level: crossing(price(), True, level, True), AUTO, ALWAYS, hold=5 * SECOND)
case("edges", "price >= 101 for 60s", lambda: ([price()], lambda at, p: ge(p, 101)), AUTO, ALWAYS, hold=MINUTE)
case("edges", "price < 100", lambda: ([price()], lambda at, p: lt(p, 100)), AUTO, ALWAYS)
case("walk", "!(price <= 100) && price < 100.3", lambda: ([price()], lambda at, p: both(no(le(p, 100)), lt(p, 100.3))), AUTO, ALWAYS)

# Movements.

case("walk", "price moves 0.4% in 15s", lambda: moving(price(), 0.4, 15 * SECOND, "price moves in 15s"), AUTO, ALWAYS, 30 * SECOND)
case("edges", "price moves 2% in 10s", lambda: moving(price(), 2, 10 * SECOND, "price moves in 10s"), AUTO, ALWAYS)
case("edges", "price moves 1% in 1m", lambda: moving(price(), 1, MINUTE, "price moves in 1m"), ALWAYS)
case("walk", "mid moves 0.3% in 30s", lambda: moving(Top("mid", A, "mid"), 0.3, 30 * SECOND, "mid moves in 30s"), AUTO, ALWAYS)
case("links", "mid moves 0.2% in 20s", lambda: moving(Top("mid", A, "mid"), 0.2, 20 * SECOND, "mid moves in 20s"), ALWAYS)


def moving_and():
    moves = Moves(0.3, 20 * SECOND)
    return [price(), price(B, "BBBUSDT:price")], lambda at, a, b: both(moves(at, a), gt(b, 20.1)), {"price moves in 20s": moves}


case("walk", "price moves 0.3% in 20s && BBBUSDT:price > 20.1", moving_and, AUTO, ALWAYS)

# Bars: the running one and closed ones.

for field, op, level in (
    ("volume", gt, 60), ("trades", gt, 20), ("delta", lt, -5), ("high", gt, 100.4), ("low", lt, 99.9), ("close", gt, 100.2), ("range", gt, 0.5), ("buys", gt, 35), ("open", lt, 100),
):  # fmt: skip
    make = lambda field=field, op=op, level=level: ([Bar(f"{field}(1m)", A, field, 60)], lambda at, v: op(v, level))
    case("walk", f"{field}(1m) {'>' if op is gt else '<'} {level}", make, AUTO, ALWAYS)
case("edges", "volume(1m) > 3", lambda: ([Bar("volume(1m)", A, "volume", 60)], lambda at, v: gt(v, 3)), AUTO, ALWAYS)
case("edges", "trades(1m) < 1", lambda: ([Bar("trades(1m)", A, "trades", 60)], lambda at, v: lt(v, 1)), AUTO, ALWAYS)
case("edges", "low(1m) >= 99 && high(1m) <= 103", lambda: ([Bar("low(1m)", A, "low", 60), Bar("high(1m)", A, "high", 60)], lambda at, l, h: both(ge(l, 99), le(h, 103))), ALWAYS)
case("edges", "range(5s) == 0", lambda: ([Bar("range(5s)", A, "range", 5)], lambda at, v: None if v is None else v == 0), AUTO, ALWAYS)
case("walk", "volume(15s, 1) > 12", lambda: ([Bar("volume(15s, 1)", A, "volume", 15, 1)], lambda at, v: gt(v, 12)), AUTO, ALWAYS)
case("walk", "close(15s, 1) > open(15s, 1) && close(15s, 2) > open(15s, 2)", lambda: ([Bar(f"{f}(15s, {n})", A, f, 15, n) for n in (1, 2) for f in ("close", "open")], lambda at, c1, o1, c2, o2: both(gt(c1, o1), gt(c2, o2))), AUTO, ALWAYS)
case("walk", "volume(15s) > 1.5 * volume(15s, 1)", lambda: ([Bar("volume(15s)", A, "volume", 15), Bar("volume(15s, 1)", A, "volume", 15, 1)], lambda at, v, w: gt(v, calc(lambda w: 1.5 * w)(w))), AUTO, ALWAYS)
case("walk", "price > high(1m, 1)", lambda: ([price(), Bar("high(1m, 1)", A, "high", 60, 1)], lambda at, p, h: gt(p, h)), AUTO, ALWAYS)
case("walk", "delta(1m) > 2 for 15s", lambda: ([Bar("delta(1m)", A, "delta", 60)], lambda at, v: gt(v, 2)), AUTO, ALWAYS, hold=15 * SECOND)
case("walk", "change(1m) < -0.1%", lambda: ([Bar("change(1m)", A, "change", 60)], lambda at, v: lt(v, -0.001)), AUTO, ALWAYS)
case("links", "volume(1m) < 5", lambda: ([Bar("volume(1m)", A, "volume", 60)], lambda at, v: lt(v, 5)), ALWAYS)
case("links", "trades(5s, 1) == 0", lambda: ([Bar("trades(5s, 1)", A, "trades", 5, 1)], lambda at, v: None if v is None else v == 0), ALWAYS)
case("minutes", "close(1m, 1) > 57.5", lambda: ([Bar("close(1m, 1)", A, "close", 60, 1)], lambda at, v: gt(v, 57.5)), AUTO, ALWAYS)
case("minutes", "volume(1m, 1) > 2 * volume(1m, 2)", lambda: ([Bar("volume(1m, 1)", A, "volume", 60, 1), Bar("volume(1m, 2)", A, "volume", 60, 2)], lambda at, v, w: gt(v, calc(lambda w: 2 * w)(w))), AUTO, ALWAYS)
case("minutes", "price crosses above 57", lambda: crossing(price(), True, 57), AUTO, ALWAYS)
case("minutes", "price moves 1% in 10m", lambda: moving(price(), 1, 10 * MINUTE, "price moves in 10m"), AUTO, ALWAYS)


# Studies of bars, at closes.


def closes(bars):
    return numpy.array([bar[4] / flow.UNIT for bar in bars])


def rsi(bars):
    return talib.RSI(closes(bars), 14)[-1]


def sma(n):
    return lambda bars: talib.SMA(closes(bars), n)[-1] if len(bars) >= n else None


def band(which):
    return lambda bars: talib.BBANDS(closes(bars), 20, 2, 2)[which][-1] if len(bars) >= 20 else None


for stream, tf, seconds in (("walk", "5s", 5), ("seconds", "1s", 1), ("minutes", "1m", 60)):
    name = f"rsi(14, {tf})"
    case(stream, f"{name} < 45", lambda name=name, seconds=seconds: ([Study(name, A, seconds, rsi)], lambda at, v: lt(v, 45)), AUTO, ALWAYS)
    case(stream, f"{name} crosses above 55", lambda name=name, seconds=seconds: crossing(Study(name, A, seconds, rsi), True, 55), ALWAYS)
    case(stream, f"{name} > 52 for {3 * seconds}s", lambda name=name, seconds=seconds: ([Study(name, A, seconds, rsi)], lambda at, v: gt(v, 52)), AUTO, ALWAYS, hold=3 * seconds * SECOND)
    name2 = f"bbands(20, 2, {tf})"
    case(stream, f"price > {name2}.upper", lambda name=f"{name2}.upper", seconds=seconds: ([price(), Study(name, A, seconds, band(0))], lambda at, p, u: gt(p, u)), AUTO, ALWAYS)
    name3 = f"sma(20, {tf})"
    case(stream, f"price > {name3} * (1 + 0.1%)", lambda name=name3, seconds=seconds: ([price(), Study(name, A, seconds, sma(20))], lambda at, p, m: gt(p, calc(lambda m: m * 1.001)(m))), AUTO, ALWAYS)
    case(stream, f"sma(5, {tf}) crosses below {name3}", lambda name=name3, tf=tf, seconds=seconds: two_crossing(Study(f"sma(5, {tf})", A, seconds, sma(5)), Study(name, A, seconds, sma(20))), ALWAYS)


def two_crossing(left, right):
    crosses = Crosses(False)
    return [left, right], lambda at, l, r: crosses(l, r)


# Order flow, at samples.

for stream in ("flows", "walk", "links"):
    case(stream, "spread > 5", lambda: ([Sampled("spread", A, "spread")], lambda at, v: gt(v, 5)), AUTO, ALWAYS)
    case(stream, "spread > 2 for 3s", lambda: ([Sampled("spread", A, "spread")], lambda at, v: gt(v, 2)), AUTO, ALWAYS, hold=3 * SECOND)
    case(stream, "tfi < -0.2", lambda: ([Sampled("tfi", A, "tfi")], lambda at, v: lt(v, -0.2)), AUTO, 7 * SECOND)
    case(stream, "rate > 0.8", lambda: ([Sampled("rate", A, "rate")], lambda at, v: gt(v, 0.8)), AUTO, ALWAYS)
    case(stream, "rv > 10%", lambda: ([Sampled("rv", A, "rv")], lambda at, v: gt(v, 0.1)), AUTO, 45 * SECOND)
case("flows", "ofi.z < -1.5", lambda: ([Sampled("ofi.z", A, "ofi", "z")], lambda at, v: lt(v, -1.5)), AUTO, ALWAYS)
case("flows", "ofi.z crosses above 1", lambda: crossing(Sampled("ofi.z", A, "ofi", "z"), True, 1), ALWAYS)
case("flows", "ofi.osc > 90", lambda: ([Sampled("ofi.osc", A, "ofi", "osc")], lambda at, v: gt(v, 90)), ALWAYS)
VPIN = "vpin(bucket_volume=5)"
case("flows", f"{VPIN} > 0.5", lambda: ([Sampled(VPIN, A, "vpin", settings={"vpin.bucket_volume": "5"})], lambda at, v: gt(v, 0.5)), AUTO, ALWAYS)
case("flows", "ofi.z < -0.5 && tfi < 0 for 5s", lambda: ([Sampled("ofi.z", A, "ofi", "z"), Sampled("tfi", A, "tfi")], lambda at, z, t: both(lt(z, -0.5), lt(t, 0))), AUTO, ALWAYS, hold=5 * SECOND)
case("flows", "kyle.r2 > 0.02 || price < 199", lambda: ([Sampled("kyle.r2", A, "kyle", "r2"), price()], lambda at, r, p: either(gt(r, 0.02), lt(p, 199))), AUTO, ALWAYS)

# The top of the book.

case("walk", "bid > 100.2", lambda: ([Top("bid", A, "bid")], lambda at, v: gt(v, 100.2)), AUTO, ALWAYS)
case("walk", "ask crosses below 100", lambda: crossing(Top("ask", A, "ask"), False, 100), AUTO, ALWAYS)
case("walk", "bid_qty > 3 * ask_qty", lambda: ([Top("bid_qty", A, "bid_qty"), Top("ask_qty", A, "ask_qty")], lambda at, b, a: gt(b, calc(lambda a: 3 * a)(a))), AUTO, ALWAYS)
case("walk", "price > ask", lambda: ([price(), Top("ask", A, "ask")], lambda at, p, a: gt(p, a)), AUTO, ALWAYS)
case("links", "mid > 50.3 for 4s", lambda: ([Top("mid", A, "mid")], lambda at, v: gt(v, 50.3)), AUTO, ALWAYS, hold=4 * SECOND)
case("links", "mid crosses above 50.5", lambda: crossing(Top("mid", A, "mid"), True, 50.5), ALWAYS)
case("links", "price > 50.2 && bid > 50.1", lambda: ([price(), Top("bid", A, "bid")], lambda at, p, b: both(gt(p, 50.2), gt(b, 50.1))), ALWAYS)
case("depths", "bid > 99.5", lambda: ([Top("bid", A, "bid")], lambda at, v: gt(v, 99.5)), AUTO, ALWAYS)
case("depths", "mid crosses above 99.2", lambda: crossing(Top("mid", A, "mid"), True, 99.2), ALWAYS)
case("depths", "ask - bid > 0.15", lambda: ([Top("ask", A, "ask"), Top("bid", A, "bid")], lambda at, a, b: gt(calc(lambda a, b: a - b)(a, b), 0.15)), ALWAYS)
case("ages", "mark > 100 && index > 100 && funding >= 0.01%", lambda: ([Mark("mark", A, "price"), Mark("index", A, "index"), Mark("funding", A, "funding")], lambda at, m, i, f: both(gt(m, 100), gt(i, 100), ge(f, 0.0001))), ALWAYS)

# Pairs.


def ols(ys, xs, window=100):
    return numpy.polyfit(xs[-window:], ys[-window:], 1) if len(ys) >= window else None


def zscore(window=100, z=20):
    def figure(ys, xs):
        line = ols(ys, xs, window)
        if line is None:
            return None
        spread = numpy.array(ys[-z:]) - line[0] * numpy.array(xs[-z:])
        return (spread[-1] - spread.mean()) / spread.std(ddof=1)

    return figure


def beta(ys, xs):
    line = ols(ys, xs)
    return None if line is None else line[0]


def corr(ys, xs):
    if len(ys) < 21:
        return None
    return numpy.corrcoef(numpy.diff(numpy.log(ys[-21:])), numpy.diff(numpy.log(xs[-21:])))[0, 1]


for stream, tf, seconds in (("seconds", "1s", 1), ("minutes", "1m", 60)):
    arguments = f"(AAAUSDT, BBBUSDT, {tf})"
    case(stream, f"zscore{arguments} > 1.5", lambda arguments=arguments, seconds=seconds: ([Pair(f"zscore{arguments}", A, B, seconds, zscore())], lambda at, z: gt(z, 1.5)), AUTO, ALWAYS, symbol=B)
    case(stream, f"zscore{arguments} crosses below -1", lambda arguments=arguments, seconds=seconds: crossing(Pair(f"zscore{arguments}", A, B, seconds, zscore()), False, -1), ALWAYS)
    case(stream, f"beta{arguments} > 0.45 && corr{arguments} < 0.6", lambda arguments=arguments, seconds=seconds: ([Pair(f"beta{arguments}", A, B, seconds, beta), Pair(f"corr{arguments}", A, B, seconds, corr)], lambda at, b, c: both(gt(b, 0.45), lt(c, 0.6))), AUTO, ALWAYS)
case("seconds", "zscore(AAAUSDT, BBBUSDT, 1s, window=50, z=10) < -1.2 && price > 50 for 2s", lambda: ([Pair("zscore(AAAUSDT, BBBUSDT, 1s, window=50, z=10)", A, B, 1, zscore(50, 10)), price()], lambda at, z, p: both(lt(z, -1.2), gt(p, 50))), AUTO, ALWAYS, hold=2 * SECOND)

# How old the feed is.


def age(seconds, symbol=A, name="feed.age"):
    return Age(name, symbol, seconds * SECOND + 1)


case("ages", "feed.age > 3s", lambda: ([age(3)], lambda at, v: gt(v, 3)), AUTO, ALWAYS)
case("ages", "feed.age >= 2s", lambda: ([Age("feed.age", A, 2 * SECOND)], lambda at, v: ge(v, 2)), AUTO, ALWAYS, 5 * SECOND)
case("ages", "feed.age > 2s for 3s", lambda: ([age(2)], lambda at, v: gt(v, 2)), AUTO, ALWAYS, hold=3 * SECOND)
case("links", "8s < BBBUSDT:feed.age", lambda: ([age(8, B, "BBBUSDT:feed.age")], lambda at, v: gt(v, 8)), AUTO, ALWAYS)

# Of several symbols, and what is not known.

case("walk", "price > 100 && BBBUSDT:price < 20.6", lambda: ([price(), price(B, "BBBUSDT:price")], lambda at, a, b: both(gt(a, 100), lt(b, 20.6))), AUTO, ALWAYS)
case("walk", "price > 100.5 || BBBUSDT:price < 19.9", lambda: ([price(), price(B, "BBBUSDT:price")], lambda at, a, b: either(gt(a, 100.5), lt(b, 19.9))), AUTO, ALWAYS)
case("walk", "price > 4.8 * BBBUSDT:price + 0.2", lambda: ([price(), price(B, "BBBUSDT:price")], lambda at, a, b: gt(a, calc(lambda b: 4.8 * b + 0.2)(b))), AUTO, ALWAYS)
case("walk", "BBBUSDT: price > 20.1", lambda: ([price(B)], lambda at, b: gt(b, 20.1)), AUTO, symbol=B)
case("seconds", "price > 56 && CCCUSDT:price > 4", lambda: ([price(), price(C, "CCCUSDT:price")], lambda at, a, c: both(gt(a, 56), gt(c, 4))), AUTO, ALWAYS)
case("seconds", "price > 57 || CCCUSDT:price > 6", lambda: ([price(), price(C, "CCCUSDT:price")], lambda at, a, c: either(gt(a, 57), gt(c, 6))), AUTO, ALWAYS)
case("seconds", "!(CCCUSDT:price > 4)", lambda: ([price(C, "CCCUSDT:price")], lambda at, c: no(gt(c, 4))), ALWAYS)
case("seconds", "1 / (CCCUSDT:price - 4) > 0", lambda: ([price(C, "CCCUSDT:price")], lambda at, c: gt(calc(lambda c: 1 / (c - 4))(c), 0)), ALWAYS)
case("walk", "price > 100.3 || NONEUSDT:price > 0", lambda: ([price(), price("NONEUSDT", "NONEUSDT:price")], lambda at, p, n: either(gt(n, 0), gt(p, 100.3))), AUTO)
case("walk", "0 < NONEUSDT:price && price > 100.3", lambda: ([price("NONEUSDT", "NONEUSDT:price"), price()], lambda at, n, p: both(gt(n, 0), gt(p, 100.3))), AUTO)
