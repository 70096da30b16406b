#!/usr/bin/env python3
"""Reference values of the order-flow indicators, from a recording.

    python3 flow.py RECORDING --symbol S [--every 1s] [--names a,b] [--set vpin.bucket_volume=5] [--csv FILE.csv.gz]

One JSON line per sample and indicator, or with --csv one row per sample. Brute force: each sample looks at all the events of
its window again. Prices, quantities and times are integers (1e-8 units, nanoseconds) up to the last division, so that sums,
bucket fills and comparisons are exact. Definitions and decisions: README.md.
"""

import argparse
import csv
import gzip
import io
import json
import math
import re
import sys
from bisect import bisect_left
from collections import deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

UNIT = 10**8  # of prices and quantities
SECOND = 10**9  # nanoseconds
DAY = 86_400 * SECOND
WINDOW, WARM = 300, 30  # samples of the z-score

# Name → extra keys, in the order they are printed.
INDICATORS = {
    "ofi": [],
    "mlofi": [],
    "tfi": [],
    "vpin": [],
    "kyle": ["r2"],
    "mpd": [],
    "qi": [],
    "tobi": [],
    "wall": ["bid_wall", "ask_wall", "bid_wall_price", "ask_wall_price"],
    "lpi": [],
    "lp_incentive": ["effective", "adverse"],
    "cvd": [],
    "vwap": ["upper1", "lower1", "upper2", "lower2"],
    "spread": [],
    "rv": [],
    "rate": [],
}


# ---------------------------------------------------------------------------------------------------------------- reading


def scaled(value, scale):
    """A JSON number or a text with one, times `scale`, exactly."""
    number = Decimal(value) * scale
    assert number == int(number), value
    return int(number)


def units(value):
    return scaled(value, UNIT)


def levels(pairs):
    return [(units(price), units(qty)) for price, qty in pairs]


def lines_of(path):
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return [line for line in data.decode("utf-8-sig").splitlines() if line.strip()]


INPUTS = {"meta", "trade", "quote", "book", "depth", "liq", "mark", "bar", "history", "link", "user"}


def read(path):
    """(venue, [(at, topic, symbol, data)]): inputs only, times never backwards."""
    from_name = re.match("[A-Z0-9]*", Path(path).name).group() or "UNKNOWN"
    venue, default, at, events = "", from_name, 0, []
    for line in lines_of(path):
        record = json.loads(line, parse_float=Decimal)
        topic, data = record["topic"], record["data"]
        if topic not in INPUTS or (topic == "bar" and data.get("derived")):
            continue
        at = max(at, scaled(record["ts"], SECOND))
        if topic == "meta":
            venue = venue or data.get("venue", "")
            symbols = [symbol["sym"] for symbol in data.get("symbols", [])]
            default = symbols[0] if len(symbols) == 1 else from_name
            symbol = None
        elif topic in ("link", "user"):
            symbol = record.get("sym")
        else:
            symbol = record.get("sym", default)
        events.append((at, topic, symbol, data))
    return venue, events


# ------------------------------------------------------------------------------------------------- what happened, in order


class Market:
    """What one symbol's events amount to, as lists in order of time. Every entry begins with its time."""

    def __init__(self, venue, events, symbol):
        self.spot = "spot" in venue
        self.last_event_at = events[-1][0]
        self.first_event_at = None
        self.trades = []  # (at, price, qty, sign, twice the mid just before or None)
        self.tops = []  # (at, (bid, bid qty, ask, ask qty) or None, spell): what the top became
        self.flows = []  # (at, e, spell): order flow at the touch. A link that goes down begins a new spell
        self.books = []  # (at, bids, asks, spell): the best 20 a side, None while out of sync
        self.level_flows = []  # (at, sum of e over levels 1 to 5, spell). A lost book begins a new spell
        self.liquidations = []  # (at, sign, notional)
        self.trade_gaps = []  # [from, to]: when the trades' connection was down; to is None while it is

        self.top = self.top_id = None
        self.spell = 0
        self.bids, self.asks = {}, {}
        self.synced, self.last_id, self.fresh = False, None, False
        self.book_spell = 0

        for at, topic, whose, data in events:
            if whose == symbol and topic != "user" and self.first_event_at is None:
                self.first_event_at = at
            if topic == "link" and whose in (None, symbol):
                self.on_link(at, data)
            elif whose != symbol:
                continue
            elif topic == "trade":
                self.on_trade(at, data)
            elif topic == "quote":
                top = tuple(units(data[key]) for key in ("b", "bq", "a", "aq"))
                self.on_top(at, top, data.get("u"))
            elif topic == "book":
                self.on_book(at, data)
            elif topic == "depth":
                self.on_depth(at, data)
            elif topic == "liq":
                price, qty = units(data["price"]), units(data["qty"])
                self.liquidations.append((at, 1 if data["side"] == "buy" else -1, price * qty / UNIT**2))

    def on_trade(self, at, data):
        price, qty = units(data["price"]), units(data["qty"])
        if price > 0 and qty > 0:
            mid2 = self.top[0] + self.top[2] if self.top else None
            self.trades.append((at, price, qty, 1 if data["side"] == "buy" else -1, mid2))

    def on_top(self, at, top, update_id):
        if self.top_id is not None and update_id is not None and int(update_id) <= self.top_id:
            return
        if self.top is not None:
            self.flows.append((at, flow(self.top[:2], top[:2], self.top[2:], top[2:]), self.spell))
        self.top, self.top_id = top, None if update_id is None else int(update_id)
        self.tops.append((at, top, self.spell))

    def on_link(self, at, data):
        scope = data.get("scope", "all")
        if scope in ("all", "trades"):
            down = bool(self.trade_gaps) and self.trade_gaps[-1][1] is None
            if data["state"] == "down" and not down:
                self.trade_gaps.append([at, None])
            elif data["state"] == "up" and down:
                self.trade_gaps[-1][1] = at
        if data["state"] == "up" or scope == "trades":
            return
        if self.synced:
            self.lose_book(at)
        if data["state"] == "down":
            self.spell += 1
            self.top = self.top_id = None
            self.tops.append((at, None, self.spell))

    def trades_down(self, t):
        """Whether the trades' connection was down just before t."""
        return any(since < t and (to is None or to >= t) for since, to in self.trade_gaps)

    # The book.

    def on_book(self, at, data):
        last = int(data["last"])
        if self.synced and last <= self.last_id:
            return  # a repeat of what is known
        self.bids = {price: qty for price, qty in levels(data["bids"]) if qty > 0}
        self.asks = {price: qty for price, qty in levels(data["asks"]) if qty > 0}
        self.last_id, self.fresh = last, True
        if self.is_crossed():
            self.lose_book(at)
        else:
            self.synced = True
            self.after_book(at)

    def on_depth(self, at, data):
        if not self.synced:
            return
        first, last, prev = int(data["first"]), int(data["last"]), data.get("prev")
        if prev is None:
            old = last <= self.last_id
            follows = first <= self.last_id + 1
        else:
            old = last < self.last_id if self.fresh else last <= self.last_id
            follows = (self.fresh and first <= self.last_id) or int(prev) == self.last_id
        if old:
            return
        if not follows:
            self.lose_book(at)
            return
        self.last_id, self.fresh = last, False
        for side, changes in ((self.bids, levels(data["bids"])), (self.asks, levels(data["asks"]))):
            for price, qty in changes:
                if qty > 0:
                    side[price] = qty
                else:
                    side.pop(price, None)
        if self.is_crossed():
            self.lose_book(at)
        else:
            self.after_book(at)

    def is_crossed(self):
        return bool(self.bids) and bool(self.asks) and max(self.bids) >= min(self.asks)

    def lose_book(self, at):
        self.synced = False
        self.book_spell += 1
        self.books.append((at, None, None, self.book_spell))

    def after_book(self, at):
        bids = sorted(self.bids.items(), reverse=True)[:20]
        asks = sorted(self.asks.items())[:20]
        if self.books and self.books[-1][1] is not None:
            _, bids0, asks0, _ = self.books[-1]
            both = list(zip(bids0, bids, asks0, asks))[:5]  # levels that were there on both sides, before and after
            self.level_flows.append((at, sum(flow(b0, b, a0, a) for b0, b, a0, a in both), self.book_spell))
        self.books.append((at, bids, asks, self.book_spell))
        if bids and asks:
            self.on_top(at, bids[0] + asks[0], self.last_id)


def flow(bid0, bid, ask0, ask):
    """e of Cont, Kukanov and Stoikov between two states of a level: (price, qty) before and after."""
    e = 0
    if bid[0] >= bid0[0]:
        e += bid[1]
    if bid[0] <= bid0[0]:
        e -= bid0[1]
    if ask[0] <= ask0[0]:
        e -= ask[1]
    if ask[0] >= ask0[0]:
        e += ask0[1]
    return e


def before(entries, t):
    """How many entries have `at < t`."""
    return bisect_left(entries, t, key=lambda entry: entry[0])


def within(entries, start, end):
    """The entries with `start <= at < end`."""
    return entries[before(entries, start) : before(entries, end)]


# --------------------------------------------------------------------------------------------------------- the indicators


def real(fraction):
    return None if fraction is None else float(fraction)


class Flow:
    """The sixteen raw values at a sample. Each method returns the value, or (value, extra values)."""

    def __init__(self, market, settings):
        self.market = market
        assert set(settings) <= {"vpin.bucket_volume"}, settings
        self.pressures = []  # B + S at the last 300 samples, for lpi
        self.buckets = self.make_buckets(settings.get("vpin.bucket_volume"))
        self.make_seconds()
        self.make_returns()

    # Top of book.

    def top_at(self, t):
        n = before(self.market.tops, t)
        return self.market.tops[n - 1][1] if n else None

    def mid2_at(self, t):
        """Twice the mid."""
        top = self.top_at(t)
        return top[0] + top[2] if top else None

    def ofi(self, t):
        if self.top_at(t) is None:
            return None
        spell = self.market.tops[before(self.market.tops, t) - 1][2]
        flows = within(self.market.flows, t - 10 * SECOND, t)
        return sum(e for _, e, s in flows if s == spell) / UNIT

    def mpd(self, t):
        top = self.top_at(t)
        if top is None or top[1] + top[3] == 0:
            return None
        bid, bid_qty, ask, ask_qty = top
        micro = Fraction(ask * bid_qty + bid * ask_qty, bid_qty + ask_qty)
        mid = Fraction(bid + ask, 2)
        return real((micro - mid) / mid * 10_000)

    def qi(self, t):
        top = self.top_at(t)
        if top is None or top[1] + top[3] == 0:
            return None
        return (top[1] - top[3]) / (top[1] + top[3])

    def spread(self, t):
        top = self.top_at(t)
        if top is None:
            return None
        return real(Fraction(top[2] - top[0], 1) / Fraction(top[0] + top[2], 2) * 10_000)

    def make_returns(self):
        """(second, log return of mid from the second before): only where both mids are known."""
        self.returns = []
        first = self.market.first_event_at // SECOND * SECOND
        before_mid = None
        for second in range(first, self.market.last_event_at + 1, SECOND):
            mid = self.mid2_at(second)
            if mid is not None and before_mid is not None:
                self.returns.append((second, math.log1p((mid - before_mid) / before_mid)))
            before_mid = mid

    def rv(self, t):
        if self.top_at(t) is None:
            return None
        known = [r for second, r in self.returns if second <= t][-300:]
        return None if len(known) < 2 else deviation(known) * math.sqrt(365 * 86_400)

    # Book.

    def book_at(self, t):
        n = before(self.market.books, t)
        return self.market.books[n - 1][1:] if n else (None, None, None)

    def mlofi(self, t):
        bids, _, spell = self.book_at(t)
        if bids is None:
            return None
        flows = within(self.market.level_flows, t - 10 * SECOND, t)
        return sum(e for _, e, s in flows if s == spell) / (5 * UNIT)

    def tobi(self, t):
        bids, asks, _ = self.book_at(t)
        if bids is None or not (bids or asks):
            return None
        bid_qty, ask_qty = sum(q for _, q in bids[:5]), sum(q for _, q in asks[:5])
        return (bid_qty - ask_qty) / (bid_qty + ask_qty)

    def wall(self, t):
        bids, asks, _ = self.book_at(t)
        if not bids or not asks:
            return None, None, None, None, None
        ratios, prices = [], []
        for side in (bids, asks):
            largest = max(q for _, q in side)
            ratios.append(Fraction(largest * len(side), sum(q for _, q in side)))
            prices.append(next(p for p, q in side if q == largest) / UNIT)  # the nearest on a tie
        return real(ratios[0] / ratios[1]), real(ratios[0]), real(ratios[1]), *prices

    # Trades.

    def tfi(self, t):
        trades = within(self.market.trades, t - 60 * SECOND, t)
        if not trades:
            return None
        return sum(sign * q for _, _, q, sign, _ in trades) / sum(q for _, _, q, _, _ in trades)

    def rate(self, t):
        if not before(self.market.trades, t):
            return None
        return len(within(self.market.trades, t - 10 * SECOND, t)) / 10

    def make_buckets(self, bucket_volume):
        """(at, |Vb - Vs| / V) of every full bucket. In units of 1e-9, of which a tenth of a volume is a whole number."""
        trades = self.market.trades
        if not trades:
            return []
        if bucket_volume is None:
            start = trades[0][0] + 60 * SECOND
            volume = sum(q for at, _, q, _, _ in trades if at < start)  # in 1e-8: a tenth of it in 1e-9
        else:
            start, volume = trades[0][0], scaled(bucket_volume, 10 * UNIT)
        buckets, bought, sold = [], 0, 0
        for at, _, qty, sign, _ in trades:
            if at < start:
                continue
            left = 10 * qty
            while left > 0:
                part = min(left, volume - bought - sold)
                left -= part
                if sign > 0:
                    bought += part
                else:
                    sold += part
                if bought + sold == volume:
                    buckets.append((at, Fraction(abs(bought - sold), volume)))
                    bought = sold = 0
        return buckets

    def vpin(self, t):
        full = self.buckets[: before(self.buckets, t)]
        return None if len(full) < 50 else real(sum(x for _, x in full[-50:]) / 50)

    def make_seconds(self):
        """(end of the second, change of last price, net qty) of every second with trades, from the second such on."""
        seconds = {}
        for at, price, qty, sign, _ in self.market.trades:
            end = at // SECOND * SECOND + SECOND
            net = seconds[end][1] if end in seconds else 0
            seconds[end] = (price, net + sign * qty)
        seconds = list(seconds.items())
        back = [to for _, to in self.market.trade_gaps if to is not None]
        self.pairs = [
            (end, p - p0, q)
            for (end0, (p0, _)), (end, (p, q)) in zip(seconds, seconds[1:])
            if not any(end0 <= to < end for to in back)  # no change across a gap
        ]

    def kyle(self, t):
        pairs = [(x, y) for end, y, x in self.pairs if end <= t][-300:]
        n = len(pairs)
        if n < 30:
            return None, None
        sx, sy = sum(x for x, _ in pairs), sum(y for _, y in pairs)
        xx = n * sum(x * x for x, _ in pairs) - sx * sx
        yy = n * sum(y * y for _, y in pairs) - sy * sy
        xy = n * sum(x * y for x, y in pairs) - sx * sy
        if xx == 0:
            return None, None
        return xy / xx, (None if yy == 0 else real(Fraction(xy * xy, xx * yy)))

    def lp_incentive(self, t):
        gains, effective = [], []
        for at, price, _, sign, mid2 in within(self.market.trades, t - 60 * SECOND, t - 5 * SECOND + 1):
            later2 = self.mid2_at(at + 5 * SECOND)
            if mid2 is None or later2 is None:
                continue
            gains.append(2 * sign * (2 * price - later2) / mid2 * 10_000)
            effective.append(2 * sign * (2 * price - mid2) / mid2 * 10_000)
        if not gains:
            return None, None, None
        value, paid = math.fsum(gains) / len(gains), math.fsum(effective) / len(gains)
        lost = math.fsum([*effective, *(-g for g in gains)]) / len(gains)
        return value, paid, lost

    def session(self, t):
        """The trades of the day that the moment just before t belongs to."""
        return within(self.market.trades, (t - 1) // DAY * DAY, t)

    def cvd(self, t):
        if not before(self.market.trades, t):
            return None
        return sum(sign * q for _, _, q, sign, _ in self.session(t)) / UNIT

    def vwap(self, t):
        trades = self.session(t)
        if not trades:
            return None, None, None, None, None
        q = sum(q for _, _, q, _, _ in trades)
        pq = sum(p * q for _, p, q, _, _ in trades)
        ppq = sum(p * p * q for _, p, q, _, _ in trades)
        mean = pq / q / UNIT
        sd = math.sqrt(real(Fraction(ppq * q - pq * pq, q * q))) / UNIT  # Σq(p − mean)²/Σq, exact up to the root
        return mean, mean + sd, mean - sd, mean + 2 * sd, mean - 2 * sd

    # Liquidations. To be called once per sample, in order.

    def lpi(self, t):
        if self.market.spot:
            return None
        past = [(0.5 ** ((t - at) / (60 * SECOND)), sign, x) for at, sign, x in self.market.liquidations if at < t]
        bought = math.fsum(w * x for w, sign, x in past if sign > 0)
        sold = math.fsum(w * x for w, sign, x in past if sign < 0)
        both = bought + sold
        self.pressures = [*self.pressures, both][-300:]
        if both == 0:
            return 0.0
        usual = math.fsum(self.pressures) / len(self.pressures)
        return (bought - sold) / both * (1 + min(1.0, both / (2 * usual)))


# ------------------------------------------------------------------------------------------------------------ the samples


# No value while trades do not come.
OF_TRADES = {"tfi", "vpin", "kyle", "lp_incentive", "cvd", "vwap", "rate"}


def deviation(values):
    """Sample standard deviation, n - 1; 0 where all are equal, however their mean rounds."""
    if min(values) == max(values):
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (len(values) - 1))


def standing(values):
    """(z, osc) of the last of these values."""
    if len(values) < WARM:
        return None, None
    sd = deviation(values)
    if sd == 0:
        return None, None
    z = (values[-1] - math.fsum(values) / len(values)) / sd
    return z, 100 * 0.5 * math.erfc(-z / math.sqrt(2))


def samples(venue, events, symbol, every=SECOND, settings=None, names=None):
    """Yields (t, {name: {"v", "z", "osc", extras}}) for every sample."""
    market = Market(venue, events, symbol)
    if market.first_event_at is None:
        return
    computed = Flow(market, settings or {})
    seen = {name: deque(maxlen=WINDOW) for name in INDICATORS}
    t = market.first_event_at // every * every + every
    while t <= market.last_event_at:
        row = {}
        for name in names or INDICATORS:
            result = getattr(computed, name)(t)
            value, *extras = result if isinstance(result, tuple) else (result,)
            if name in OF_TRADES and market.trades_down(t):
                value, extras = None, [None] * len(extras)
            z = osc = None
            if value is not None:
                seen[name].append(value)
                z, osc = standing(list(seen[name]))
            row[name] = {"v": value, "z": z, "osc": osc, **dict(zip(INDICATORS[name], extras, strict=True))}
            assert all(x is None or math.isfinite(x) for x in row[name].values()), (t, name, row[name])
        yield t, row
        t += every


def seconds(t):
    """Nanoseconds as a number of seconds."""
    whole, part = divmod(t, SECOND)
    return f"{whole}.{part:09}".rstrip("0").rstrip(".")


def csv_text(rows):
    """One row per sample. Columns: ts, then per indicator `name`, `name.z`, `name.extra`…; empty where there is no value."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    header = ["ts"]
    for name, extras in INDICATORS.items():
        header += [name, f"{name}.z", *(f"{name}.{extra}" for extra in extras)]
    out.writerow(header)
    for t, row in rows:
        cells = [seconds(t)]
        for name, extras in INDICATORS.items():
            cells += ["" if row[name][key] is None else repr(row[name][key]) for key in ("v", "z", *extras)]
        out.writerow(cells)
    return text.getvalue()


def to_csv(rows, path):
    Path(path).write_bytes(gzip.compress(csv_text(rows).encode(), 9, mtime=0))


def duration(text):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", text).groups()
    return int(number) * {"ms": 10**6, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND}[unit]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording")
    parser.add_argument("--symbol", required=True)
    parser.add_argument("--every", type=duration, default=SECOND)
    parser.add_argument("--names", type=lambda text: text.split(","))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--csv", metavar="FILE.csv.gz")
    args = parser.parse_args()
    settings = dict(pair.split("=", 1) for pair in args.set)
    rows = samples(*read(args.recording), args.symbol, args.every, settings, args.names)
    if args.csv:
        to_csv(rows, args.csv)
        return
    for t, row in rows:
        for name, values in row.items():
            said = ", ".join(f'"{key}": {json.dumps(value)}' for key, value in values.items())
            print(f'{{"ts": {seconds(t)}, "sym": {json.dumps(args.symbol)}, "name": "{name}", {said}}}')


if __name__ == "__main__":
    sys.exit(main())
