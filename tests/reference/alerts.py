#!/usr/bin/env python3
"""Reference firings of alerts: which expressions fire when on a recording.

    python3 alerts.py                     writes alerts.json.gz: recordings of `alert_streams.py`, and the firings of every case of `alert_cases.py`
    python3 alerts.py --check             computes the firings again from the stored recordings and compares
    python3 alerts.py --run PROGRAM       holds every case of the stored file against `PROGRAM alerts … --json`

No expression is read here: a case is a text and, by hand, what it means: the quantities it is about and a rule over their
values. Brute force: whatever looks back looks at everything since. Definitions and decisions: README.md.
"""

import gzip
import json
import math
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import flow

HERE = Path(__file__).parent
SECOND = flow.SECOND
MINUTE = 60 * SECOND


# ----------------------------------------------------------------------------------------- three-valued logic: None is not known


def compare(how):
    return lambda left, right: None if left is None or right is None else how(left, right)


gt = compare(lambda left, right: left > right)
lt = compare(lambda left, right: left < right)
ge = compare(lambda left, right: left >= right)
le = compare(lambda left, right: left <= right)
eq = compare(lambda left, right: left == right)


def both(*truths):
    if False in truths:
        return False
    return None if None in truths else True


def either(*truths):
    if True in truths:
        return True
    return None if None in truths else False


def no(truth):
    return None if truth is None else not truth


def calc(how):
    """A number of numbers: none where one of them is none or there is nothing to divide by."""

    def value(*operands):
        if None in operands:
            return None
        try:
            result = how(*operands)
        except ZeroDivisionError:
            return None
        return result if math.isfinite(result) else None

    return value


class Crosses:
    """Was not beyond at the check before, and is now. With `stays` (in an expression with `for`) it holds until it is not beyond."""

    def __init__(self, above, stays=False):
        self.above, self.stays, self.before, self.on = above, stays, None, False

    def __call__(self, left, right):
        beyond = gt(left, right) if self.above else lt(left, right)
        self.on = beyond is True and (self.before is False or (self.stays and self.on))
        self.before = beyond
        return None if beyond is None else self.on


class Moves:
    """Against every value that stood at some moment of [t - T, t]: the one at t - T, and all that came since."""

    def __init__(self, percent, within):
        self.percent, self.within, self.past, self.latest = percent, within, [], None

    def __call__(self, at, value):
        if not self.past or self.past[-1][1] != value:
            self.past.append((at, value))
        start = at - self.within
        while len(self.past) > 1 and self.past[0][0] < start and self.past[1][0] <= start:
            self.past.pop(0)  # over for good
        # One that was replaced at t - T stood until then, not then; one that came at t - T did, however short.
        ends = [came for came, _ in self.past[1:]] + [math.inf]
        stood = [v for (came, v), end in zip(self.past, ends) if (came >= start or end > start) and v is not None]
        if value is None:
            self.latest = None
            return None
        changes = [value / then - 1 for then in stood]
        self.latest = 100 * max(changes, key=abs)
        return abs(self.latest) >= self.percent - 1e-12


# --------------------------------------------------------------------------------------- quantities: fed with everything in order


class Quantity:
    """`feel` is told of every event and of every end of a second, and says whether a check is due. `value` is None where there is none."""

    value = None
    timers = ()

    def begin(self, venue, events):
        pass

    def on_event(self, index, event):
        return False

    def on_second(self, at):
        return False


def is_trade(event, symbol):
    _, topic, whose, data = event
    return topic == "trade" and whose == symbol and flow.units(data["price"]) > 0 and flow.units(data["qty"]) > 0


class Price(Quantity):
    """Of the last trade; in a file without trades of the symbol, the close of the last bar."""

    def __init__(self, name, symbol):
        self.name, self.symbol = name, symbol

    def on_event(self, index, event):
        data = event[3]
        if is_trade(event, self.symbol):
            self.value = flow.units(data["price"]) / flow.UNIT
            return True
        if event[1] == "bar" and event[2] == self.symbol:
            self.value = flow.units(data["c"]) / flow.UNIT
            return True
        return False


class Mark(Quantity):
    """Of the last `mark` event: `price`, `index` or `funding`."""

    def __init__(self, name, symbol, field):
        self.name, self.symbol, self.field = name, symbol, field

    def on_event(self, index, event):
        if event[1] == "mark" and event[2] == self.symbol:
            given = event[3].get(self.field)
            self.value = None if given is None else float(given)
            return True
        return False


class Indexed(list):
    """A list that knows how far somebody has come in it."""

    at = None

    def __iter__(self):
        for self.at, item in enumerate(super().__iter__()):
            yield item


class Tops(flow.Market):
    """The tops of flow.py with the events they came by: {event: top}, None for one that is forgotten."""

    def __init__(self, venue, events, symbol):
        self.by_event, self.numbered = {}, Indexed(events)
        super().__init__(venue, self.numbered, symbol)

    def on_top(self, at, top, update_id):
        known = len(self.tops)
        super().on_top(at, top, update_id)
        if len(self.tops) > known:
            self.by_event[self.numbered.at] = top

    def on_link(self, at, data):
        known = len(self.tops)
        super().on_link(at, data)
        if len(self.tops) > known:
            self.by_event[self.numbered.at] = None


class Top(Quantity):
    FIELDS = {
        "bid": lambda top: top[0] / flow.UNIT,
        "bid_qty": lambda top: top[1] / flow.UNIT,
        "ask": lambda top: top[2] / flow.UNIT,
        "ask_qty": lambda top: top[3] / flow.UNIT,
        "mid": lambda top: (top[0] + top[2]) / (2 * flow.UNIT),
    }

    def __init__(self, name, symbol, field):
        self.name, self.symbol, self.of = name, symbol, self.FIELDS[field]

    def begin(self, venue, events):
        self.tops = Tops(venue, events, self.symbol).by_event

    def on_event(self, index, event):
        if index not in self.tops:
            return False
        top = self.tops[index]
        self.value = None if top is None else self.of(top)
        return True


class Sampled(Quantity):
    """An order-flow indicator, at its one-second samples."""

    def __init__(self, name, symbol, indicator, key="v", settings=None):
        self.name, self.symbol, self.indicator, self.key, self.settings = name, symbol, indicator, key, settings

    def begin(self, venue, events):
        rows = flow.samples(venue, events, self.symbol, settings=self.settings, names=[self.indicator])
        self.samples = {t: row[self.indicator][self.key] for t, row in rows}

    def on_second(self, at):
        if at not in self.samples:
            return False
        self.value = self.samples[at]
        return True


class Bars:
    """Bars of a timeframe (in seconds) as lists of trades a second. A second without trades repeats the last price while trades
    come at all; else it is a gap."""

    def __init__(self, symbol, seconds):
        self.symbol, self.length = symbol, seconds * SECOND
        self.second, self.running, self.closed = [], [], []  # running: the seconds of this interval so far
        self.last, self.up, self.ready_made = None, True, False

    def trade(self, event):
        data = event[3]
        if is_trade(event, self.symbol):
            price, qty = flow.units(data["price"]), flow.units(data["qty"])
            self.second.append((price, qty, qty if data["side"] == "buy" else 0))
            self.last = price
            return True
        return False

    def link(self, event):
        _, topic, whose, data = event
        if topic == "link" and whose in (None, self.symbol) and data.get("scope", "all") in ("all", "trades"):
            self.up = data["state"] != "down" and (self.up or data["state"] == "up")

    def bar(self, event):
        """A bar that comes ready-made, of this very timeframe."""
        at, topic, whose, data = event
        if topic == "bar" and whose == self.symbol:
            o, h, l, c, v, bv = (flow.units(data.get(key, 0)) for key in ("o", "h", "l", "c", "v", "bv"))
            self.closed.append((at - self.length, o, h, l, c, v, bv, int(data.get("n", 0))))
            self.ready_made = True
            return True
        return False

    def end_second(self, at):
        """Whether a bar has closed."""
        if not self.second and self.up and self.last is not None:
            self.second = [(self.last, 0, 0)]
        self.running += self.second
        self.second = []
        if at % self.length == 0 and self.running:
            self.closed.append((at - self.length, *self.of(self.running)))
            self.running = []
            return True
        return False

    @staticmethod
    def of(trades):
        """open, high, low, close, volume, bought, trades: of the trades, where there were any."""
        trades = [trade for trade in trades if trade[1]] or trades
        prices = [price for price, _, _ in trades]
        volume, bought = sum(qty for _, qty, _ in trades), sum(buys for _, _, buys in trades)
        return prices[0], max(prices), min(prices), prices[-1], volume, bought, sum(qty > 0 for _, qty, _ in trades)

    def back(self, bars):
        """The bar so many bars back; 0 is the running one, without trades yet the last close."""
        if bars > 0:
            return self.closed[-bars][1:] if len(self.closed) >= bars else None
        trades = self.running + self.second
        if trades:
            return self.of(trades)
        return None if self.last is None else (self.last,) * 4 + (0, 0, 0)


class Bar(Quantity):
    """A field of a bar, at every trade and at its closes; of one that is closed at closes only."""

    FIELDS = {
        "open": lambda o, h, l, c, v, b, n: o / flow.UNIT,
        "high": lambda o, h, l, c, v, b, n: h / flow.UNIT,
        "low": lambda o, h, l, c, v, b, n: l / flow.UNIT,
        "close": lambda o, h, l, c, v, b, n: c / flow.UNIT,
        "volume": lambda o, h, l, c, v, b, n: v / flow.UNIT,
        "buys": lambda o, h, l, c, v, b, n: b / flow.UNIT,
        "sells": lambda o, h, l, c, v, b, n: (v - b) / flow.UNIT,
        "delta": lambda o, h, l, c, v, b, n: (2 * b - v) / flow.UNIT,
        "trades": lambda o, h, l, c, v, b, n: n,
        "range": lambda o, h, l, c, v, b, n: (h - l) / flow.UNIT,
        "change": lambda o, h, l, c, v, b, n: c / o - 1,
    }

    def __init__(self, name, symbol, field, seconds, back=0):
        self.name, self.bars, self.of, self.back = name, Bars(symbol, seconds), self.FIELDS[field], back

    def look(self):
        bar = self.bars.back(self.back)
        self.value = None if bar is None else self.of(*bar)
        return True

    def on_event(self, index, event):
        self.bars.link(event)
        return self.bars.bar(event) and self.look() or self.bars.trade(event) and self.back == 0 and self.look()

    def on_second(self, at):
        return self.bars.end_second(at) and self.look()


class Study(Quantity):
    """A function of all closes (or bars) so far, at closes."""

    def __init__(self, name, symbol, seconds, study):
        self.name, self.bars, self.study = name, Bars(symbol, seconds), study

    def look(self):
        value = self.study(self.bars.closed)
        self.value = None if value is None or not math.isfinite(value) else float(value)
        return True

    def on_event(self, index, event):
        self.bars.link(event)
        self.bars.trade(event)
        return self.bars.bar(event) and self.look()

    def on_second(self, at):
        return self.bars.end_second(at) and self.look()


class Pair(Quantity):
    """A figure of two series of closes, at closes both have."""

    def __init__(self, name, y, x, seconds, figure):
        self.name, self.y, self.x, self.figure = name, Bars(y, seconds), Bars(x, seconds), figure

    def look(self):
        ys, xs = {bar[0]: bar[4] for bar in self.y.closed}, {bar[0]: bar[4] for bar in self.x.closed}
        common = sorted(ys.keys() & xs.keys())
        value = self.figure([ys[start] / flow.UNIT for start in common], [xs[start] / flow.UNIT for start in common])
        self.value = None if value is None or not math.isfinite(value) else float(value)
        return True

    def on_event(self, index, event):
        for bars in (self.y, self.x):
            bars.link(event)
            bars.trade(event)
        came = [bars.bar(event) for bars in (self.y, self.x)]
        return any(came) and self.y.closed and self.x.closed and self.y.closed[-1][0] == self.x.closed[-1][0] and self.look()

    def on_second(self, at):
        closed = [self.y.end_second(at), self.x.end_second(at)]
        return all(closed) and self.look()


class Age(Quantity):
    """How long nothing has come from the exchange for a symbol. `limit`: the nanoseconds at which a comparison of it becomes another."""

    def __init__(self, name, symbol, limit):
        self.name, self.symbol, self.limit, self.last, self.all = name, symbol, limit, None, []

    def on_event(self, index, event):
        at, topic, whose, _ = event
        if whose != self.symbol or topic in ("link", "user", "meta", "history"):
            return False
        self.last, self.value, self.timers = at, 0.0, (at + self.limit,)
        self.all.append(at)
        return True

    def then(self, at):
        """At a moment between events, or before those of that very moment."""
        return (at - max(came for came in self.all if came < at)) / SECOND

    def on_time(self, at):
        self.value, self.timers = (at - self.last) / SECOND, ()
        return True


# ------------------------------------------------------------------------------------------------------- checks and their firings


def moments(events, quantities):
    """(at, those that felt something): ends of seconds and timers before events of the same moment."""
    second = events[0][0] // SECOND * SECOND + SECOND
    for index, event in enumerate(events):
        while True:
            timers = [timer for q in quantities for timer in q.timers]
            due = min([second, *timers])
            if due > event[0]:
                break
            felt = []
            if due == second:
                felt = [q for q in quantities if q.on_second(due)]
                second += SECOND
            felt += [q for q in quantities if due in q.timers and q.on_time(due)]
            yield due, felt
        yield event[0], [q for q in quantities if q.on_event(index, event)]


def checks(venue, events, symbol, quantities, rule):
    """(at, truth, values, price) of every check."""
    price = Price("", symbol)
    for quantity in quantities:
        quantity.begin(venue, events)
    for at, felt in moments(events, [price, *quantities]):
        if [quantity for quantity in felt if quantity is not price]:
            truth = rule(at, *(quantity.value for quantity in quantities))
            values = {quantity.name: quantity.value for quantity in quantities if quantity.value is not None}
            yield at, truth, values, price.value
        elif felt:
            yield at, "the price only", None, price.value


def firings(found, hold, rearm, end):
    """The life of an alert. `rearm`: once, always, auto, or a cooldown in nanoseconds."""
    fired, armed, been_false, last, since, values, price = [], True, False, None, None, {}, None

    def fire(at):
        nonlocal armed, been_false, last, since
        fired.append((at, dict(values), price))
        armed, been_false, last, since = rearm == "always", False, at, None

    for at, truth, values_now, price_now in [*found, (end, "the end", None, None)]:
        # What has held long enough fires at its moment, before what happens then.
        while since is not None and since + hold <= at:
            moment = since + hold
            fire(moment)
            if rearm == "always":
                since = moment  # it goes on being true
        if truth == "the end":
            break
        price = price_now
        if truth == "the price only":
            continue
        values = values_now
        if truth is not True:
            since = None
        if truth is False:
            been_false = True
        if not armed and rearm != "once":
            wait = MINUTE if rearm == "auto" else rearm
            armed = at >= last + wait and (been_false or rearm != "auto")
        if armed and truth is True:
            if hold is None:
                fire(at)
            elif since is None:
                since = at
    return fired


def compute(case, venue, events):
    quantities, rule, moves = case["make"]()
    found = []
    for at, truth, values, price in checks(venue, events, case["symbol"], quantities, rule):
        if values is not None:
            values |= {name: movement.latest for name, movement in moves.items() if movement.latest is not None}
        found.append((at, truth, values, price))
    fired = firings(found, case["hold"], case["rearm"], events[-1][0])
    for at, values, _ in fired if case["hold"] else ():
        # What grows by itself has grown since the check.
        values |= {quantity.name: quantity.then(at) for quantity in quantities if hasattr(quantity, "then")}
    return fired


# ------------------------------------------------------------------------------------------------------------------ the file


def rearm_text(rearm):
    return rearm if isinstance(rearm, str) else f"cooldown {rearm // SECOND}s"


def read_lines(name, lines):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.jsonl"
        path.write_text("".join(line + "\n" for line in lines))
        return flow.read(path)


def build():
    from alert_cases import CASES
    from alert_streams import STREAMS

    streams = {name: make().lines for name, make in STREAMS.items()}
    read = {name: read_lines(name, lines) for name, lines in streams.items()}
    cases = []
    for case in CASES:
        fired = compute(case, *read[case["stream"]])
        said = {key: case[key] for key in ("stream", "symbol", "expr")} | {"rearm": rearm_text(case["rearm"])}
        cases.append(said | {"firings": [[at, values, price] for at, values, price in fired]})
    return {"streams": streams, "cases": cases}


def run(program, stored):
    """Cases that the program sees otherwise."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in stored["streams"].items():
            (Path(folder) / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines))
        for case in stored["cases"]:
            command = [program, "alerts", f"{folder}/{case['stream']}.jsonl", "--symbol", case["symbol"]]
            command += ["--expr", case["expr"], "--rearm", case["rearm"], "--json"]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                wrong.append((case, done.stderr))
                continue
            found = [json.loads(line, parse_float=lambda text: text) for line in done.stdout.splitlines()]
            found = [line for line in found if "ts" in line]
            why = differs(case["firings"], found)
            if why:
                wrong.append((case, why))
    return wrong


def differs(wanted, found):
    for n, (at, values, price) in enumerate(wanted):
        if n >= len(found):
            return f"{len(found)} firings, should be {len(wanted)}; the first missing at {at} {values}"
        line = found[n]
        ts = int(Fraction(str(line["ts"])) * SECOND)
        if ts != at:
            return f"firing {n} at {ts} {line['values']}, should be at {at} {values}"
        named = {name: float(value) for name, value in line["values"].items()}
        if named.keys() != values.keys():
            return f"firing {n} at {at}: {named}, should be {values}"
        for name, value in values.items():
            if abs(named[name] - value) > 1e-9 * max(abs(value), abs(named[name])) + 1e-12:
                return f"firing {n} at {at}: {name} is {named[name]}, should be {value}"
        if (None if line["price"] is None else float(line["price"])) != price:
            return f"firing {n} at {at}: price {line['price']}, should be {price}"
    if len(found) > len(wanted):
        return f"{len(found)} firings, should be {len(wanted)}; the first too many: {found[len(wanted)]}"
    return None


def main():
    path = HERE / "alerts.json.gz"
    if "--run" in sys.argv:
        stored = json.loads(gzip.decompress(path.read_bytes()))
        wrong = run(sys.argv[sys.argv.index("--run") + 1], stored)
        for case, why in wrong:
            print(f"{case['stream']} {case['symbol']} {case['expr']!r} {case['rearm']}: {why}")
        print(f"{len(stored['cases']) - len(wrong)} of {len(stored['cases'])} agree")
        return 1 if wrong else 0
    built = json.loads(json.dumps(build()))
    if "--check" in sys.argv:
        stored = json.loads(gzip.decompress(path.read_bytes()))
        assert built == stored
        print("the same")
        return 0
    for case in built["cases"]:
        print(f"{len(case['firings']):5}  {case['stream']:10} {case['symbol']} {case['rearm']:14} {case['expr']}")
    path.write_bytes(gzip.compress(json.dumps(built, separators=(",", ":")).encode(), 9, mtime=0))
    print(f"{len(built['cases'])} cases, {sum(len(case['firings']) for case in built['cases'])} firings, {path.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
