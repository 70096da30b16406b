"""Small recordings for `alerts.py`: what each is about, its docstring. Fixed seeds; nothing depends on the clock."""

from cases import Tape

A, B, C = "AAAUSDT", "BBBUSDT", "CCCUSDT"
STREAMS = {}


def stream(make):
    STREAMS[make.__name__] = make
    return make


@stream
def walk():
    """Eight minutes of two symbols: trades, quotes around them, many at one moment, some on whole seconds and minutes."""
    tape = Tape(101, symbols=(A, B))
    at, prices = 0, {A: 10_000, B: 2_000}
    while at < 480_000:
        at += tape.random.choice((0, 0, 40, 150, 200, 700, 1_000, 2_300))
        if tape.random.random() < 0.05:
            at = (at // 1_000 + 1) * 1_000
        symbol = tape.random.choice((A, A, B))
        prices[symbol] += tape.random.choice((-6, -3, -1, 0, 0, 1, 3, 6))
        price = prices[symbol]
        if tape.random.random() < 0.45:
            wide = tape.random.randint(1, 8)
            tape.quote(at / 1_000, (price - wide) / 100, tape.qty(), (price + wide) / 100, tape.qty(), sym=symbol)
        else:
            tape.trade(at / 1_000, price / 100, tape.qty(), tape.side(), sym=symbol)
    for minute in (540, 600):
        tape.trade(minute, prices[A] / 100, 1, "buy")
    return tape


@stream
def edges():
    """Trades exactly 10 s, 60 s and a nanosecond more apart; at one moment; on minutes; a quiet minute."""
    tape = Tape(102, symbols=(A,))
    for at, price, side in (
        ("1", 100, "buy"), ("11", 101, "buy"), ("11", 100, "sell"), ("11", 101.5, "buy"), ("21", 101.5, "buy"),
        ("21.000000001", 101.5, "buy"), ("31", 102, "buy"), ("41.5", 99, "sell"), ("41.5", 102, "buy"), ("51.5", 99, "sell"),
        ("59.999999999", 102, "buy"), ("60", 98, "sell"), ("60", 103, "buy"), ("71", 103, "sell"), ("71.000000001", 99, "sell"),
        ("81", 101, "buy"), ("91", 103, "buy"), ("101", 103, "buy"), ("119.9", 100, "sell"), ("120", 104, "buy"), ("121", 101, "sell"),
        ("131", 101, "buy"), ("131.000000001", 99, "sell"), ("141.000000001", 103, "buy"), ("180", 103, "buy"), ("180.000000001", 99, "sell"),
        # Quiet until 305: two empty minutes.
        ("305", 105, "buy"), ("315", 105, "buy"), ("365", 104, "sell"), ("365", 99, "sell"), ("365.000000001", 105, "buy"),
        ("375.000000001", 99, "sell"), ("425.000000001", 105, "buy"), ("435", 105, "buy"), ("500", 98, "sell"), ("560", 106, "buy"),
    ):
        tape.trade(at, price, 1.25 if side == "buy" else 0.75, side)
    return tape


@stream
def links():
    """Connections lost and back: of all, of trades only, of the book only; quotes and trades in between."""
    tape = Tape(103, symbols=(A, B))
    price = 5_000
    down = {}
    marks = {50: ("down", None), 63: ("up", None), 120: ("down", "trades"), 200: ("up", "trades"), 240: ("down", "book"),
             247: ("up", "book"), 280: ("resync", "book"), 300: ("down", None), 420: ("up", None)}
    for second in range(1, 480):
        if second in marks:
            state, scope = marks[second]
            tape.link(second + 0.25, state, scope)
            down[scope] = state == "down"
        price += tape.random.choice((-4, -2, 0, 2, 4))
        if not down.get(None) and not down.get("book"):
            wide = tape.random.randint(1, 5)
            tape.quote(second + 0.3, (price - wide) / 100, tape.qty(), (price + wide) / 100, tape.qty())
        if not down.get(None) and not down.get("trades") and tape.random.random() < 0.6:
            tape.trade(second + 0.6, price / 100, tape.qty(), tape.side())
        if second % 9 == 4 and not down.get(None):
            tape.trade(second + 0.7, 50 + second % 5, 1, "sell", sym=B)
    return tape


@stream
def flows():
    """Six minutes of one-second moods: quotes and trades that lean one way and then the other, so that flow indicators swing."""
    tape = Tape(104, symbols=(A,))
    middle = 20_000
    for tenth in range(10, 4_000):
        mood = 0.85 if tenth // 300 % 2 else 0.2
        if tape.random.random() < 0.16:
            middle += 2 if tape.random.random() < mood else -2
            wide = tape.random.choice((1, 1, 2, 5, 12))
            heavy = 4_000 if tape.random.random() < mood else 400
            tape.quote(tenth / 10, (middle - wide) / 100, tape.qty(1, heavy), (middle + wide) / 100, tape.qty(1, 4_400 - heavy))
        if tape.random.random() < 0.16:
            tape.trade(tenth / 10 + 0.05, middle / 100, tape.qty(1, 2_000), tape.side(mood))
    return tape


@stream
def depths():
    """Tops from a book: changes with old and new ids, a level that goes, a break, a new snapshot; quotes with ids between."""
    tape = Tape(105, symbols=(A,))
    tape.book(1, 100, [[99.9, 1], [99.8, 2]], [[100.1, 1], [100.2, 2]])
    tape.depth(2, 101, 101, bids=[[100.0, 1]])
    tape.depth(3, 102, 102, asks=[[100.1, 0]])
    tape.depth(3, 103, 103, bids=[[99.8, 3]])
    tape.depth(4, 100, 101, bids=[[100.05, 1]])
    tape.quote(5, 100.1, 1, 100.2, 1, u=102)
    tape.quote(5.5, 100.1, 1, 100.2, 1, u=104)
    tape.depth(6, 104, 104, bids=[[100.1, 1]])
    tape.depth(7, 105, 105, bids=[[100.15, 2]])
    tape.depth(9, 108, 109, bids=[[100.0, 0]])
    tape.quote(10, 100.3, 1, 100.4, 1, u=110)
    tape.book(12, 120, [[99.0, 5]], [[99.5, 5]])
    tape.trade(12.5, 99.2, 1, "buy")
    last, middle = 120, 9_920
    for i in range(300):
        last += 1
        middle += tape.random.choice((-3, -1, 0, 1, 3))
        at = 13 + i * 0.37
        bids = [[(middle - k) / 100, tape.qty()] for k in range(1, 4)] + [[(middle + k) / 100, 0] for k in range(0, 8)]
        asks = [[(middle + k) / 100, tape.qty()] for k in range(1, 4)] + [[(middle - k) / 100, 0] for k in range(0, 8)]
        bids, asks = bids + [[99.0, 0]], [ask for ask in asks if ask[0] != 99.5] + [[99.5, 0]]
        if i % 3:
            tape.depth(at, last, last, bids=bids, asks=asks)
        else:
            tape.book(at, last, bids[:3], asks[:3])
        if i % 11 == 5:
            tape.trade(at, middle / 100, tape.qty(), tape.side())
    tape.link(125, "down")
    tape.link(130, "up")
    tape.quote(140, 98, 1, 99, 1)
    return tape


@stream
def seconds():
    """Two symbols that trade about every second, one with silences, for bars of seconds: studies and pairs."""
    tape = Tape(106, symbols=(A, B, C))
    x, off = 10_000, 0.0
    for second in range(1, 400):
        x += tape.random.choice((-5, -2, 0, 2, 5))
        off = 0.85 * off + tape.random.randint(-10, 10)
        tape.trade(second + 0.2, x / 100, tape.qty(), tape.side(), sym=B)
        tape.trade(second + 0.5, round(x / 2 + off) / 100 + 7, tape.qty(), tape.side(), sym=A)
        if second == 150:
            tape.link(second + 0.8, "down", sym=A)
        if second == 150 + 17:
            tape.link(second + 0.8, "up", sym=A)
        if second % 50 == 20:
            tape.trade(second, 3 + second // 50, 1, "buy", sym=C)
    # What would have come of A while it was down is left out.
    tape.lines = [line for line in tape.lines if not gone(line)]
    return tape


def gone(line):
    second = float(line[6:].split(",")[0]) - 1_722_945_600
    return '"AAAUSDT"' in line and '"trade"' in line and 150.7 < second < 168


@stream
def minutes():
    """Ready-made bars of a minute of two symbols, no trades; one with a gap."""
    tape = Tape(107, symbols=(A, B))
    x, off = 10_000, 0.0
    for minute in range(1, 401):
        start = 60 * (minute - 1)
        before, y_before = x, round(x / 2 + off) + 700
        x += tape.random.choice((-25, -9, 0, 9, 25))
        off = 0.85 * off + tape.random.randint(-20, 20)
        y = round(x / 2 + off) + 700
        for symbol, o, c in ((B, before, x), (A, y_before, y)):
            if symbol == A and 200 <= minute < 210:
                continue
            volume = tape.qty(100, 5_000)
            bar = {"tf": "1m", "o": o / 100, "h": (max(o, c) + 5) / 100, "l": (min(o, c) - 5) / 100, "c": c / 100, "v": volume, "n": 7, "bv": round(volume / 4, 3), "start": tape.start + start}
            tape.put(60 * minute, "bar", bar, sym=symbol)
    return tape


@stream
def ages():
    """Silences of exactly 2 s, 3 s, a nanosecond more, and many; quotes, trades, marks; of one symbol while the other talks."""
    tape = Tape(108, symbols=(A, B))
    for at in ("1", "3", "6", "9.000000001", "12.000000002", "20", "20.5", "26", "90", "100", "103.000000001", "170", "176.25", "300"):
        tape.trade(at, 100, 1, "buy")
        if at == "176.25":
            for late in ("178.3", "180.5", "230"):
                tape.trade(late, 0, 1, "buy")  # not a market trade, but a sign of life
        if at == "26":
            tape.quote("27", 99, 1, 100, 1)
            tape.quote("33.5", 99, 1, 100, 1)
            tape.put("40.5", "mark", {"price": 100.5, "index": 100.25, "funding": 0.0001, "next": tape.start + 3_600})
        if at == "90":
            for tenth in range(901, 990, 7):
                tape.quote(tenth / 10, 99, 1, 100, 1, sym=B)
    return tape
