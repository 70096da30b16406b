#!/usr/bin/env python3
"""Reference values of the technical indicators.

    python3 technical.py            writes technical_bars.csv (the bars) and technical.csv.gz (the values)
    python3 technical.py --check    computes again from the committed bars and compares

The bars are synthetic, from a fixed seed. What TA-Lib has is TA-Lib's; supertrend, donchian and keltner, which it lacks,
are written out below, plainly. Definitions: README.md.
"""

import csv
import gzip
import io
import math
import sys
from pathlib import Path

import numpy as np
import talib

HERE = Path(__file__).parent
BARS = HERE / "technical_bars.csv"
VALUES = HERE / "technical.csv.gz"
COUNT = 3_000
TICK = 0.1
FIRST = 1_722_816_000  # 2024-08-05 00:00 UTC; one bar a minute


def make_bars():
    """A price walk of changing volatility, with trends, jumps, short still spells and bars without volume."""
    rng = np.random.default_rng(20240805)
    rows = []
    close = 60_000.0
    volatility, trend = 6e-4, 0.0
    still = 0
    for i in range(COUNT):
        if i % 250 == 0:
            volatility = float(rng.choice([1.5e-4, 4e-4, 1e-3, 2.5e-3]))
            trend = float(rng.normal(0, 0.15)) * volatility
        if still == 0 and rng.random() < 0.004:
            # Shorter than any window: a still spell that fills one leaves 0/0, where every library has its own answer.
            still = int(rng.integers(2, 9))
        if still > 0:
            still -= 1
            price = round(close / TICK) * TICK
            rows.append((price, price, price, price, 0.0))
            close = price
            continue
        gap = float(rng.normal(0, 6 * volatility)) if rng.random() < 0.01 else 0.0
        steps = rng.standard_t(4, 30) * volatility / math.sqrt(60) + trend / 30
        path = close * np.exp(gap + np.concatenate([[0.0], np.cumsum(steps)]))
        volume = float(rng.gamma(1.3, 12.0)) * (1 + 40 * abs(math.log(path[-1] / path[0])) / volatility / 10)
        price = [round(p / TICK) * TICK for p in path]
        rows.append((price[0], max(price), min(price), price[-1], volume))
        close = float(path[-1])
    with open(BARS, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["start", "open", "high", "low", "close", "volume"])
        for i, (o, h, l, c, v) in enumerate(rows):
            out.writerow([FIRST + 60 * i] + [f"{x:.1f}" for x in (o, h, l, c)] + [f"{v:.3f}"])


def read_bars():
    with open(BARS, newline="") as file:
        rows = list(csv.DictReader(file))
    starts = [int(row["start"]) for row in rows]
    return starts, {name: [float(row[name]) for row in rows] for name in ("open", "high", "low", "close", "volume")}


# --- What TA-Lib lacks, in plain Python. `None` where there is no value. ---


def ema(values, n):
    """Seeded with the mean of the first n."""
    out = [None] * len(values)
    if len(values) < n:
        return out
    out[n - 1] = sum(values[:n]) / n
    for i in range(n, len(values)):
        out[i] = out[i - 1] + (values[i] - out[i - 1]) * 2 / (n + 1)
    return out


def wilder_atr(high, low, close, n):
    """The first true range is that of the second bar; the first value is the mean of n true ranges."""
    true = [None] + [
        max(high[i] - low[i], abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1])) for i in range(1, len(close))
    ]
    out = [None] * len(close)
    if len(close) <= n:
        return out
    out[n] = sum(true[1 : n + 1]) / n
    for i in range(n + 1, len(close)):
        out[i] = (out[i - 1] * (n - 1) + true[i]) / n
    return out


def supertrend(high, low, close, n, multiple):
    """(line, direction): direction +1 up, -1 down; it begins down, at the first bar that has an ATR."""
    atr = wilder_atr(high, low, close, n)
    line, direction = [None] * len(close), [None] * len(close)
    upper = lower = None
    for i in range(n, len(close)):
        middle = (high[i] + low[i]) / 2
        new_upper, new_lower = middle + multiple * atr[i], middle - multiple * atr[i]
        if upper is None:
            upper, lower, way = new_upper, new_lower, -1
        else:
            # A band only comes nearer, unless the close before was beyond it.
            upper = new_upper if new_upper < upper or close[i - 1] > upper else upper
            lower = new_lower if new_lower > lower or close[i - 1] < lower else lower
            if way < 0 and close[i] > upper:
                way = 1
            elif way > 0 and close[i] < lower:
                way = -1
        line[i], direction[i] = (lower if way > 0 else upper), way
    return line, direction


def donchian(high, low, n):
    """(upper, middle, lower) of the last n bars, the present one included."""
    upper = [max(high[i - n + 1 : i + 1]) if i >= n - 1 else None for i in range(len(high))]
    lower = [min(low[i - n + 1 : i + 1]) if i >= n - 1 else None for i in range(len(low))]
    middle = [None if u is None else (u + l) / 2 for u, l in zip(upper, lower)]
    return upper, middle, lower


def keltner(high, low, close, n, atr_n, multiple):
    """(upper, middle, lower): the EMA of the close, and the ATR around it."""
    middle, atr = ema(close, n), wilder_atr(high, low, close, atr_n)
    known = [m is not None and a is not None for m, a in zip(middle, atr)]
    upper = [m + multiple * a if k else None for m, a, k in zip(middle, atr, known)]
    lower = [m - multiple * a if k else None for m, a, k in zip(middle, atr, known)]
    return upper, [m if k else None for m, k in zip(middle, known)], lower


def compute(bars):
    o, h, l, c, v = (np.array(bars[name]) for name in ("open", "high", "low", "close", "volume"))
    columns = {}
    columns["sma"] = talib.SMA(c, 20)
    columns["ema"] = talib.EMA(c, 20)
    columns["wma"] = talib.WMA(c, 20)
    columns["bb_upper"], columns["bb_middle"], columns["bb_lower"] = talib.BBANDS(c, 20, 2.0, 2.0, 0)
    columns["rsi"] = talib.RSI(c, 14)
    columns["macd"], columns["macd_signal"], columns["macd_hist"] = talib.MACD(c, 12, 26, 9)
    columns["stoch_k"], columns["stoch_d"] = talib.STOCH(h, l, c, 14, 3, 0, 3, 0)
    columns["atr"] = talib.ATR(h, l, c, 14)
    columns["adx"] = talib.ADX(h, l, c, 14)
    columns["plus_di"] = talib.PLUS_DI(h, l, c, 14)
    columns["minus_di"] = talib.MINUS_DI(h, l, c, 14)
    columns["obv"] = talib.OBV(c, v)
    columns["roc"] = talib.ROC(c, 10)
    columns = {name: [None if math.isnan(x) else float(x) for x in values] for name, values in columns.items()}
    high, low, close = bars["high"], bars["low"], bars["close"]
    columns["supertrend"], columns["supertrend_dir"] = supertrend(high, low, close, 10, 3)
    columns["dc_upper"], columns["dc_middle"], columns["dc_lower"] = donchian(high, low, 20)
    columns["kc_upper"], columns["kc_middle"], columns["kc_lower"] = keltner(high, low, close, 20, 10, 2)
    return columns


def near(a, b, tolerance=1e-12):
    return a is b or (a is not None and b is not None and abs(a - b) <= tolerance * max(1.0, abs(a), abs(b)))


def check_plain(bars):
    """The plain EMA and ATR are TA-Lib's."""
    h, l, c = (bars[name] for name in ("high", "low", "close"))
    for ours, theirs in (
        (ema(c, 20), talib.EMA(np.array(c), 20)),
        (wilder_atr(h, l, c, 10), talib.ATR(np.array(h), np.array(l), np.array(c), 10)),
    ):
        for a, b in zip(ours, theirs):
            assert (a is None and math.isnan(b)) or abs(a - b) <= 1e-12 * abs(b), (a, b)


def main():
    if "--check" not in sys.argv:
        make_bars()
    starts, bars = read_bars()
    check_plain(bars)
    columns = compute(bars)
    if "--check" in sys.argv:
        with gzip.open(VALUES, "rt", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [int(row["start"]) for row in rows] == starts
        for name, values in columns.items():
            for row, value in zip(rows, values):
                stored = float(row[name]) if row[name] else None
                assert near(stored, value), (name, row["start"], stored, value)
        print(f"{len(rows)} bars, {len(columns)} columns: the same")
        return
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["start", *columns])
    for i, start in enumerate(starts):
        out.writerow([start] + ["" if values[i] is None else repr(values[i]) for values in columns.values()])
    VALUES.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    for name, values in columns.items():
        known = [x for x in values if x is not None]
        print(f"{name:15} first at {values.index(known[0]):3}  {min(known):.6g} … {max(known):.6g}")


if __name__ == "__main__":
    main()
