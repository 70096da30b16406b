#!/usr/bin/env python3
"""Small recordings of what is easily got wrong, and the reference values of each.

    python3 cases.py            writes cases/*.jsonl, cases/*.expected.csv.gz and cases/index.csv
    python3 cases.py --check    computes the values again from the committed recordings and compares

What each case is about: its docstring. Fixed seeds; nothing depends on the clock.
"""

import csv
import gzip
import json
import random
import sys
from decimal import Decimal
from pathlib import Path

import flow

HERE = Path(__file__).parent / "cases"
T0 = 1_722_945_600  # 2024-08-06 12:00:00 UTC
MIDNIGHT = 1_722_988_800  # 2024-08-07 00:00:00 UTC
LIMIT = 60_000  # bytes of a recording

CASES = {}


def case(*runs, symbols=("AAAUSDT",)):
    """Registers a case: of `symbols` the values are computed; `runs` are (suffix, every, settings)."""

    def register(make):
        CASES[make.__name__] = (make, runs or (("", "1s", {}),), symbols)
        return make

    return register


def tidy(value):
    """Without what float arithmetic leaves behind the eighth place."""
    if isinstance(value, dict):
        return {key: tidy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner) for inner in value]
    return round(value, 8) if isinstance(value, float) else value


class Tape:
    """Writes lines. Times are seconds after `start`: texts and ints exactly, floats to the millisecond."""

    def __init__(self, seed, venue="binance-futures", start=T0, symbols=("AAAUSDT",)):
        self.random = random.Random(seed)
        self.start, self.symbol, self.lines = start, symbols[0], []
        instruments = [
            {"sym": s, "tick": 0.1, "lot": 0.001, "min_notional": 0, "base": "", "quote": ""} for s in symbols
        ]
        self.put(0, "meta", {"format": "rtai.rec", "version": 1, "venue": venue, "symbols": instruments}, sym=None)

    def put(self, at, topic, data, sym=""):
        at = Decimal(str(round(at, 3) if isinstance(at, float) else at)) + self.start
        ts = format(at, "f")
        ts = ts.rstrip("0").rstrip(".") if "." in ts else ts
        whose = "" if sym is None else f'"sym":{json.dumps(sym or self.symbol)},'
        self.lines.append(f'{{"ts":{ts},"topic":"{topic}",{whose}"data":{json.dumps(tidy(data), separators=(",", ":"))}}}')

    def trade(self, at, price, qty, side, **more):
        self.put(at, "trade", {"price": price, "qty": qty, "side": side}, **more)

    def quote(self, at, bid, bid_qty, ask, ask_qty, u=None, **more):
        data = {"b": bid, "bq": bid_qty, "a": ask, "aq": ask_qty}
        self.put(at, "quote", data if u is None else data | {"u": u}, **more)

    def book(self, at, last, bids, asks, **more):
        self.put(at, "book", {"last": last, "bids": bids, "asks": asks}, **more)

    def depth(self, at, first, last, bids=(), asks=(), prev=None, **more):
        ids = {"first": first, "last": last} | ({} if prev is None else {"prev": prev})
        self.put(at, "depth", ids | {"bids": list(bids), "asks": list(asks)}, **more)

    def liq(self, at, side, price, qty, **more):
        self.put(at, "liq", {"side": side, "price": price, "qty": qty}, **more)

    def link(self, at, state, scope=None, sym=None):
        self.put(at, "link", {"state": state, "why": "test"} | ({} if scope is None else {"scope": scope}), sym=sym)

    # Random pieces.

    def qty(self, low=1, high=5_000):
        return self.random.randint(low, high) / 1_000

    def side(self, buying=0.5):
        return "buy" if self.random.random() < buying else "sell"


# ------------------------------------------------------------------------------------------------------------- the cases


@case(("", "1s", {}), ("bucket_volume_2", "1s", {"vpin.bucket_volume": "2"}))
def one_sided():
    """Buyers only: tfi 1 with no z, vpin 1, cvd only rising."""
    tape = Tape(1)
    price = 1_000
    for i in range(140):
        tape.quote(i + 0.1, (price - 1) / 10, tape.qty(), (price + 1) / 10, tape.qty())
        price += tape.random.randint(0, 2)
        for k in range(2):
            tape.trade(i + 0.3 + 0.2 * k, (price + k) / 10, tape.qty(1, 3_000), "buy")
    return tape


@case()
def constant_price():
    """The price never moves: kyle 0 without r2, vwap without width, rv 0; the quantities at the touch do move."""
    tape = Tape(2)
    for i in range(120):
        tape.quote(i + 0.05, 99.9, tape.qty(), 100.1, tape.qty())
        if i % 3 != 1:
            tape.trade(i + 0.2, 100, tape.qty(), tape.side())
            tape.trade(i + 0.7, 100, tape.qty(), tape.side())
    return tape


@case()
def constant_size():
    """The same net quantity every second: kyle has no slope until one second differs."""
    tape = Tape(3)
    for i in range(100):
        tape.trade(i + 0.5, 100 + tape.random.randint(-5, 5) / 10, 0.5, "buy")
        if i == 60:
            tape.trade(i + 0.6, 100, 0.25, "sell")
    return tape


@case(("", "1s", {}), ("every_500ms", "500ms", {}), ("every_5s", "5s", {}))
def burst():
    """Many events at one moment, between boundaries, exactly on one, and a nanosecond before one; quiet in between."""
    tape = Tape(4)
    for moment in ("0.25", "10", "19.999999999", "20", "20.000000001", "31.5", "45", "59.999999999", "60", "61", "95"):
        for _ in range(20):
            middle = 1_000 + tape.random.randint(-4, 4)
            tape.quote(moment, (middle - 1) / 10, tape.qty(), (middle + 1) / 10, tape.qty())
            tape.trade(moment, (middle + tape.random.choice((-1, 1))) / 10, tape.qty(), tape.side(0.6))
    tape.quote(110, 100, 1, 100.1, 1)
    return tape


@case(("", "1s", {}), ("every_500ms", "500ms", {}))
def edges():
    """Events exactly on boundaries, exactly 10 s, 60 s and 5 s apart, and a nanosecond either side. The first and the last
    event are on boundaries too: neither the first moment nor the last event is in a sample."""
    tape = Tape(5)
    tape.quote(0, 100, 1, 100.2, 2)
    tape.trade(0, 100.2, 1, "buy")
    tape.trade("0.000000001", 100, 2, "sell")
    tape.quote("4.999999999", 100.1, 1, 100.3, 1)
    tape.quote(5, 100.2, 3, 100.4, 1)
    tape.quote("5.000000001", 100.3, 1, 100.5, 4)
    tape.trade("9.999999999", 100.4, 0.5, "buy")
    tape.trade(10, 100.5, 0.25, "buy")
    tape.trade("10.000000001", 100.3, 0.125, "sell")
    tape.quote("14.999999999", 100.4, 1, 100.6, 1)
    tape.quote(15, 100.6, 1, 100.8, 2)
    tape.quote(20, 100.5, 2, 100.8, 2)
    tape.trade(20, 100.8, 1, "buy")
    tape.trade(60, 100.5, 3, "sell")
    tape.trade("69.999999999", 100.5, 1, "sell")
    tape.trade(70, 100.8, 1, "buy")
    tape.quote(75, 100.9, 1, 101, 1)
    tape.trade(131, 101, 1, "buy")
    tape.quote(131, 100.9, 5, 101.1, 5)
    tape.trade(140, 101.1, 7, "buy")
    return tape


@case(("", "1s", {}), ("bucket_volume_5", "1s", {"vpin.bucket_volume": "5"}), ("bucket_volume_0.1", "1s", {"vpin.bucket_volume": "0.1"}))
def buckets():
    """Volume buckets filled exactly, by one trade, by several, by one trade many times over, and split across. In the first
    60 s there are 10 in all, so V is 1; the trade at exactly 60 s is the first in a bucket. Parts of 0.1 sum exactly."""
    tape = Tape(6)
    for i in range(40):
        tape.trade(1.5 * i, 100, 0.25, tape.side())
    tape.trade(60, 100, 1, "buy")  # full at once
    tape.trade(60, 100, 0.5, "sell")
    tape.trade(61, 100, 0.5, "buy")  # full: balanced
    for i in range(10):
        tape.trade(62 + i / 10, 100, 0.1, "sell" if i < 3 else "buy")  # full by ten tenths
    tape.trade(64, 100, 3, "sell")  # three at once
    tape.trade(65, 100, 2.5, "buy")  # two and a half
    tape.trade(66, 100, 1.75, "sell")  # fills the half, then one and a quarter
    tape.trade(67, 100, 0.75, "buy")  # full exactly
    for i in range(60):
        tape.trade(68 + i, 100, tape.random.choice((0.1, 0.2, 0.3, 0.5, 0.7, 1, 1, 2, 5)), tape.side(0.6))
    tape.trade(130, 100, 220.5, "sell")  # far more than all 50
    tape.trade(131, 100, 0.00000001, "buy")
    for i in range(10):
        tape.trade(132 + i, 100, tape.qty(), tape.side(0.4))
    return tape


@case()
def bucket_ninths():
    """V is a tenth of a volume whose last place is the eighth: V needs a ninth."""
    tape = Tape(7)
    for i in range(30):
        tape.trade(2 * i, 100, (3 + 100_000 * (i % 3)) / 10**8, tape.side())
    tape.trade("59.999999999", 100, 0.00000007, "buy")
    for i in range(200):
        tape.trade(60 + i * 0.5, 100, tape.random.randint(1, 400_000) / 10**8, tape.side())
    return tape


@case(("", "1s", {}), ("every_5s", "5s", {}))
def midnight():
    """Trades up to, at and after 00:00 UTC: the sample at midnight still shows the day that ends; then cvd is 0 and vwap has
    no value until the first trade of the day. A trade exactly at midnight is the next case's."""
    tape = Tape(8, start=MIDNIGHT - 60)
    for i in range(60):
        tape.quote(i + 0.1, 99.9, tape.qty(), 100.1, tape.qty())
        tape.trade(i + 0.5, 100 + tape.random.randint(-9, 9) / 10, tape.qty(), tape.side(0.7))
    tape.trade("59.999999999", 101, 3, "buy")
    tape.quote(61.5, 100, 1, 100.2, 1)
    for i in range(40):
        tape.trade(66.25 + i, 102 + tape.random.randint(-9, 9) / 10, tape.qty(), tape.side(0.3))
    return tape


@case()
def midnight_exact():
    """A trade at exactly 00:00:00 is of the new day; the day before had none in its last minute."""
    tape = Tape(9, start=MIDNIGHT - 100)
    for i in range(40):
        tape.trade(i + 0.5, 100 + tape.random.randint(-9, 9) / 10, tape.qty(), tape.side(0.7))
    tape.trade(100, 105, 2, "sell")
    tape.trade(100, 106, 1, "buy")
    tape.quote(103, 1, 1, 2, 1)
    return tape


@case()
def liquidations():
    """None, then one, then both sides, a cascade, quiet; on a boundary and a nanosecond before one."""
    tape = Tape(10)
    tape.put(0.5, "mark", {"price": 100, "index": 100.1, "funding": 0.0001, "next": T0 + 3600})
    tape.liq(20, "sell", 100, 2)
    tape.liq("29.999999999", "sell", 99, 1.5)
    tape.liq(40.5, "buy", 101, 1)
    for i in range(40):
        tape.liq(60 + i * 0.25, "sell", 98 - i / 10, tape.qty())
    tape.liq(90.123, "buy", 99, 60)
    tape.liq(150, "buy", 99, 0.001)
    for _ in range(10):
        tape.liq(200, tape.side(), 100, tape.qty())
    tape.put(420, "mark", {"price": 100, "index": 100.1})
    return tape


@case()
def spot():
    """On spot there is no liquidation pressure at all; updates without `prev`."""
    tape = Tape(11, venue="binance-spot")
    walk_of_book(tape, 45, futures=False)
    return tape


def book_of(tape, middle, n):
    side = lambda sign: [[(middle + sign * (1 + k)) / 10, tape.qty()] for k in range(n)]
    return side(-1), side(1)


def walk_of_book(tape, length, futures, ids=1_000, start=0):
    """A snapshot, then about two updates a second of a wandering book, with trades; the ids as the venue chains them."""
    middle = 1_000
    bids, asks = book_of(tape, middle, 25)
    tape.book(start + 0.2, ids, bids, asks)
    book = {"bids": dict(map(tuple, bids)), "asks": dict(map(tuple, asks))}
    for i in range(2 * length):
        at = start + 0.4 + i * 0.5
        middle += tape.random.choice((-1, 0, 0, 1))
        bids, asks = {}, {}
        # What the middle has run over goes.
        bids.update({p: 0 for p in book["bids"] if p * 10 > middle - 0.5})
        asks.update({p: 0 for p in book["asks"] if p * 10 < middle + 0.5})
        for _ in range(4):
            k = min(int(tape.random.expovariate(0.4)), 24)
            bids[(middle - 1 - k) / 10] = tape.random.choice((0, tape.qty(), tape.qty()))
            k = min(int(tape.random.expovariate(0.4)), 24)
            asks[(middle + 1 + k) / 10] = tape.random.choice((0, tape.qty(), tape.qty()))
        for name, change in (("bids", bids), ("asks", asks)):
            for price, qty in change.items():
                if qty:
                    book[name][price] = qty
                else:
                    book[name].pop(price, None)
        first, last = ids + 1, ids + tape.random.randint(1, 9)
        tape.depth(at, first, last, map(list, bids.items()), map(list, asks.items()), ids if futures else None)
        ids = last
        if i % 3 == 0:
            tape.trade(at + 0.1, (middle + tape.random.choice((-1, 1))) / 10, tape.qty(), tape.side())
    return ids


@case()
def book_walk():
    """A book that wanders, a level at a time appearing and going, more than 20 deep."""
    tape = Tape(12)
    walk_of_book(tape, 100, futures=True)
    return tape


@case()
def book_thin():
    """Fewer than five levels, one side empty, ties of the largest quantity, an equal repeat of a snapshot, a newer snapshot
    while the book is in order, and one crossed."""
    tape = Tape(13)
    tape.book(0.5, 10, [[100, 1], [99.9, 3], [99.8, 3]], [[100.1, 2], [100.2, 2]])
    tape.depth(1.5, 11, 11, [[99.9, 2]], [[100.3, 4], [100.4, 4]], 10)
    tape.depth(2.5, 12, 12, [[100, 0], [99.9, 0], [99.8, 0]], [], 11)  # no bids left
    tape.depth(4.5, 13, 13, [[99.5, 1]], [], 12)
    tape.depth(5.5, 14, 14, [[99.6, 1], [99.4, 1], [99.3, 1], [99.2, 1], [99.1, 1]], [[100.1, 0]], 13)
    tape.depth(6.5, 15, 15, [], [[100.2, 0], [100.3, 0], [100.4, 0]], 14)  # no asks left
    tape.depth(7.5, 16, 16, [[99.6, 0]], [[99.9, 5], [100, 5]], 15)
    tape.book(8.5, 16, [[1, 1]], [[2, 1]])  # a repeat: passed over
    tape.book(9.5, 20, [[99.6, 2], [99.5, 2], [99.4, 0], [99.3, 7]], [[99.9, 1], [100, 6], [100, 8]])  # newer
    tape.depth(10.5, 18, 22, [[99.5, 9]], [[100, 1]], 17)
    tape.depth(11.5, 23, 23, [[99.6, 0]], [[99.9, 0]], 22)
    tape.book(12.5, 30, [[100, 1]], [[100, 1]])  # crossed: lost
    tape.depth(13.5, 31, 31, [[99, 1]], [], 30)  # of no use
    tape.book(16.5, 29, [[100, 1], [99, 2]], [[101, 3], [102, 1]])
    tape.depth(17.5, 30, 30, [[100, 2]], [[101, 1]], 29)
    tape.depth(18.5, 31, 31, [[101.5, 2]], [], 30)  # crossed by a change: lost
    tape.depth(19.5, 32, 32, [[101.5, 0]], [], 31)
    tape.book(25.5, 40, [[100, 1]], [[101, 3]])
    tape.depth(26.5, 39, 41, [[100, 4]], [[101, 1]], 38)
    tape.trade(35, 100, 1, "buy")
    return tape


@case()
def resync():
    """Futures: a gap in the chain, updates while lost, a new snapshot within the window; a `link` resync that keeps the top; link
    down of all, of books, of trades (which concerns neither book nor top), of another symbol."""
    tape = Tape(14, symbols=("AAAUSDT", "BBBUSDT"))
    ids = walk_of_book(tape, 15, futures=True)
    tape.depth(16, ids + 5, ids + 6, [[100, 1]], [], ids + 4)  # a gap
    tape.depth(16.5, ids + 7, ids + 8, [[100, 1]], [], ids + 6)
    tape.trade(17, 100, 1, "sell")
    ids = walk_of_book(tape, 12, futures=True, ids=ids + 100, start=18)
    tape.link(31, "resync", "book", sym="AAAUSDT")
    tape.quote(32, 100, 2, 100.1, 2, u=ids + 1)
    tape.quote(33, 100, 3, 100.1, 2, u=ids + 2)
    ids = walk_of_book(tape, 6, futures=True, ids=ids + 100, start=34)
    tape.link(41.5, "down", "trades")
    tape.link(42.5, "up", "trades")
    tape.link(43.5, "down", "book", sym="BBBUSDT")
    tape.quote(44, 100, 5, 100.2, 1, u=ids + 1)
    tape.link(45.5, "down")
    tape.trade(46, 100, 1, "buy")  # no mid known
    tape.link(47, "up")
    tape.quote(48, 101, 1, 101.1, 2, u=5)  # an id smaller than any: nothing is known that it could be older than
    tape.trade(48.5, 101.1, 1, "buy")
    tape.quote(49, 101, 2, 101.1, 1, u=6)
    ids = walk_of_book(tape, 6, futures=True, ids=ids + 100, start=50)
    tape.trade(57, 100, 1, "buy")  # 5 s later the books are down: it never has an outcome
    tape.link(61, "down", "book")
    tape.trade(62, 100, 2, "sell")
    tape.link(63, "up", "book")
    walk_of_book(tape, 20, futures=True, ids=ids + 50, start=67)
    return tape


@case()
def resync_spot():
    """Spot: overlapping and old updates, a gap, quotes older than the book, books older than the quotes, a quote without id."""
    tape = Tape(15, venue="binance-spot")
    ids = walk_of_book(tape, 10, futures=False)
    tape.depth(11, ids - 3, ids, [[100, 9]], [])  # old
    tape.depth(11.5, ids - 3, ids + 2, [[90, 9]], [[110, 1]])  # overlaps: applied
    tape.quote(12, 100, 1, 100.1, 1, u=ids + 1)  # older than the book's top
    tape.quote(12.2, 100, 1, 100.1, 1, u=ids + 2)  # the same age: passed over
    tape.quote(12.4, 100, 1, 100.1, 1, u=ids + 20)
    tape.depth(13, ids + 3, ids + 4, [[90, 8]], [[110, 2]])  # in the book, but the quote's top is newer
    tape.quote(14, 100, 2, 100.2, 2)  # without id: taken, and from now on anything is
    tape.quote(14.5, 100.1, 2, 100.2, 3, u=7)
    tape.depth(15, ids + 5, ids + 30, [[89, 8]], [[111, 2]])
    tape.depth(16, ids + 32, ids + 33, [[88, 8]], [])  # a gap
    tape.depth(17, ids + 31, ids + 34, [[87, 8]], [])  # too late
    tape.quote(17.5, 99, 1, 99.1, 1, u=ids + 40)
    tape.quote(18.5, 99, 3, 99.1, 1, u=ids + 41)
    walk_of_book(tape, 45, futures=False, ids=ids + 50, start=20)
    return tape


@case(symbols=("AAAUSDT", "BBBUSDT"))
def two_symbols():
    """Two symbols in one file: the second begins later, the first ends earlier and goes on being sampled to the end of the file."""
    tape = Tape(16, symbols=("AAAUSDT", "BBBUSDT"))
    for i in range(90):
        sym = "BBBUSDT" if i > 60 or (i > 15 and i % 2) else "AAAUSDT"
        tape.quote(i + 0.2, 100 - tape.random.randint(1, 5) / 10, tape.qty(), 100.1, tape.qty(), sym=sym)
        tape.trade(i + 0.4, 100 + tape.random.randint(-3, 3) / 10, tape.qty(), tape.side(), sym=sym)
        if i % 10 == 3:
            tape.liq(i + 0.5, tape.side(), 100, tape.qty(), sym=sym)
    return tape


@case()
def odd_lines():
    """Times that run backwards, trades of no price or quantity, numbers as texts, topics without meaning here."""
    tape = Tape(17)
    tape.put(0.5, "indi", {"name": "ofi", "v": 1})
    tape.put(0.7, "trade", {"price": "100.5", "qty": "0.25", "side": "buy"})
    tape.put(1.2, "quote", {"b": "100.4", "bq": "1", "a": "100.6", "aq": "3", "u": 5, "ex": T0 + 1})
    for i in range(60):
        tape.trade(2 + i, 100 + tape.random.randint(-5, 5) / 10, tape.qty(), tape.side())
        tape.quote(2.9 + i, 100.4, tape.qty(), 100.6 + (i % 4) / 10, tape.qty(), u=6 + i)
        if i % 7 == 2:
            tape.trade(1.1 + i, 99, 1, "sell")  # earlier than the one before: at that one's time
            tape.trade(2.95 + i, 0, 1, "buy")
            tape.trade(2.95 + i, 100, 0, "buy")
    tape.put(70, "user", {"do": "mark", "label": "x"}, sym=None)
    return tape


@case(symbols=("AB",))
def long_trades():
    """Longer than every window of trades: kyle's 300 pairs, 50 buckets, 300 samples; with spells of none."""
    tape = Tape(18, symbols=("AB",))
    at, price, mood = 0, 1_000, 0.5
    for i in range(620):
        at += tape.random.choice((200, 700, 1_000, 1_000, 1_400, 2_500))
        if i % 160 == 159:
            at += 75_000
        if i % 40 == 0:
            mood = tape.random.choice((0.2, 0.5, 0.8))
        side = tape.side(mood)
        qty = tape.qty(1, 900)
        price += round((1 if side == "buy" else -1) * qty * 3 + tape.random.gauss(0, 1))
        tape.trade(at / 1_000, price / 10, qty, side)
    return tape


@case(symbols=("AB",))
def long_quotes():
    """Longer than every window of quotes and liquidations: rv's 300 returns, 300 samples of all."""
    tape = Tape(19, symbols=("AB",))
    at, middle = 0, 10_000
    for i in range(520):
        at += tape.random.choice((300, 900, 1_000, 1_300, 2_000))
        middle += tape.random.choice((-2, -1, 0, 0, 1, 2))
        wide = tape.random.randint(1, 4)
        tape.quote(at / 1_000, (middle - wide) / 100, tape.qty(), (middle + wide) / 100, tape.qty())
        if i % 17 == 4:
            tape.liq(at / 1_000 + 0.1, tape.side(0.3), middle / 100, tape.qty())
        if i % 26 == 7:
            tape.trade(at / 1_000 + 0.2, (middle + wide) / 100, tape.qty(), "buy")
    return tape


# ------------------------------------------------------------------------------------------------------------------ main


def runs():
    """(recording, symbol, every, settings, expected), as cases/index.csv has them."""
    for name, (_, variants, symbols) in CASES.items():
        for suffix, every, settings in variants:
            for symbol in symbols:
                tag = "".join(f".{part}" for part in (suffix, symbol if len(symbols) > 1 else "") if part)
                yield f"{name}.jsonl", symbol, every, settings, f"{name}{tag}.expected.csv.gz"


def compute(recording, symbol, every, settings):
    return list(flow.samples(*flow.read(HERE / recording), symbol, flow.duration(every), settings))


def main():
    if "--check" in sys.argv:
        for recording, symbol, every, settings, expected in runs():
            stored = gzip.decompress((HERE / expected).read_bytes())
            assert flow.csv_text(compute(recording, symbol, every, settings)).encode() == stored, expected
        print("the same")
        return
    HERE.mkdir(exist_ok=True)
    for name, (make, _, _) in CASES.items():
        text = "".join(line + "\n" for line in make().lines)
        assert len(text) <= LIMIT, (name, len(text))
        (HERE / f"{name}.jsonl").write_text(text)
    with open(HERE / "index.csv", "w", newline="") as file:
        index = csv.writer(file, lineterminator="\n")
        index.writerow(["recording", "symbol", "every", "set", "expected"])
        for recording, symbol, every, settings, expected in runs():
            rows = compute(recording, symbol, every, settings)
            flow.to_csv(rows, HERE / expected)
            index.writerow([recording, symbol, every, " ".join(f"{k}={v}" for k, v in settings.items()), expected])
            values = {n: sum(row[n]["v"] is not None for _, row in rows) for n in flow.INDICATORS}
            print(f"{expected:48} {len(rows):4} samples  " + " ".join(f"{n}:{c}" for n, c in values.items() if c))


if __name__ == "__main__":
    main()
