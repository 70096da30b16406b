"""Fills of resting orders in hftbacktest, to hold the queue models of `src/broker/queue.rs` against.

    python3 tests/reference/queue.py CAPTURE.gz     (pip install hftbacktest==2.4.4; a raw USD-M capture, see below)

CAPTURE holds raw Binance USD-M messages, one a line: `<local receive time, ns> <message as sent>`. Its first seconds become
`queue_market.txt.gz`: what both sides replay, so that they see the same market in the same order. Then orders of one lot are
placed at fixed times beside the best prices, and when each fills is written to `queue.json`, for the risk-averse model and for
`f(back) / (f(back) + f(front))` with f(x) = x^3.

`queue_market.txt.gz`, one event a line, times in nanoseconds since the line before, prices in ticks of 0.1, quantities in lots
of 0.001, levels within 40 USDT of the middle of the snapshot only:

    S 0 b 609999:12 ... a 610000:7 ...      the snapshot             D 1234 b 609999:10 a 610001:0   a change of it
    T 1234 s 609999 3                        a trade, and who took
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SECONDS = 75
WITHIN = 400  # ticks around the middle of the snapshot
EVERY = 1_500_000_000  # ns between orders
OFFSETS = (0, 1, 3, 8, 20)  # ticks behind the best price


def units(text, scale):
    return round(float(text) * scale)


def convert(capture):
    """The capture's first seconds as lines, beginning with the snapshot the diffs after it continue."""
    lines, last, waiting, update, middle = [], None, [], None, None
    begin = None

    def near(levels):
        kept = [(units(p, 10), units(q, 1000)) for p, q in levels]
        return [f"{p}:{q}" for p, q in kept if abs(p - middle) <= WITHIN]

    def put(at, kind, text):
        nonlocal last
        lines.append(f"{kind} {0 if last is None else at - last} {text}")
        last = at

    def diff(at, data):
        bids, asks = near(data["b"]), near(data["a"])
        if bids or asks:
            put(at, "D", f"b {' '.join(bids)} a {' '.join(asks)}")

    for line in gzip.open(capture, "rt"):
        at, text = line.split(" ", 1)
        at, message = int(at), json.loads(text)
        if "lastUpdateId" in message:
            update, begin = message["lastUpdateId"], at
            middle = (units(message["bids"][0][0], 10) + units(message["asks"][0][0], 10)) // 2
            put(at, "S", f"b {' '.join(near(message['bids']))} a {' '.join(near(message['asks']))}")
            for data in waiting:
                if data["u"] >= update:
                    diff(at, data)
            continue
        data = message["data"]
        if data["e"] == "depthUpdate":
            if update is None:
                waiting.append(data)
            elif data["u"] >= update:
                diff(at, data)
        elif data["e"] == "trade" and update is not None and data.get("X", "MARKET") == "MARKET":
            put(at, "T", f"{'s' if data['m'] else 'b'} {units(data['p'], 10)} {units(data['q'], 1000)}")
        if begin is not None and at - begin > SECONDS * 10**9:
            break
    return lines


def events(lines):
    """hftbacktest's array of the lines; received when they happened, so that both sides see the same order."""
    from hftbacktest import (BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, LOCAL_EVENT, SELL_EVENT, TRADE_EVENT)
    from hftbacktest.types import event_dtype

    rows, now = [], START
    both = EXCH_EVENT | LOCAL_EVENT
    for line in lines:
        kind, wait, rest = line.split(" ", 2)
        now += int(wait)
        if kind == "T":
            side, price, qty = rest.split()
            flag = SELL_EVENT if side == "s" else BUY_EVENT
            rows.append((both | TRADE_EVENT | flag, now, now, int(price) / 10, int(qty) / 1000, 0, 0, 0.0))
            continue
        bids, asks = rest[2:].split("a", 1)
        for text, flag in ((bids, BUY_EVENT), (asks, SELL_EVENT)):
            for level in text.split():
                price, qty = level.split(":")
                rows.append((both | DEPTH_EVENT | flag, now, now, int(price) / 10, int(qty) / 1000, 0, 0, 0.0))
    return np.array(rows, event_dtype)


START = 1_723_161_254 * 10**9


def backtest(array, model):
    """A backtest of the array; hftbacktest keeps a pointer into it, so that it has to live on."""
    from hftbacktest import BacktestAsset, HashMapMarketDepthBacktest

    asset = (BacktestAsset().data(array).linear_asset(1.0).constant_order_latency(0, 0)
             .partial_fill_exchange().trading_value_fee_model(0.0, 0.0).tick_size(0.1).lot_size(0.001))
    asset = asset.risk_adverse_queue_model() if model == "risk_averse" else asset.power_prob_queue_model(3.0)
    return HashMapMarketDepthBacktest([asset])


def functions():
    from hftbacktest import GTC, LIMIT
    from numba import njit

    @njit
    def best(hbt, start, at):
        hbt.elapse(at - start)
        depth = hbt.depth(0)
        return depth.best_bid_tick, depth.best_ask_tick

    @njit
    def fill(hbt, start, end, at, side, tick):
        """When an order fills; -1 for not at all, -2 for an error."""
        if hbt.elapse(at) != 0:
            return -2
        if side > 0:
            hbt.submit_buy_order(0, 1, tick * 0.1, 0.001, GTC, LIMIT, False)
        else:
            hbt.submit_sell_order(0, 1, tick * 0.1, 0.001, GTC, LIMIT, False)
        now = at
        while start + now + 10_000_000 < end:
            error = hbt.elapse(10_000_000)
            now += 10_000_000
            order = hbt.orders(0).get(1)
            if order is not None and order.status == 3:
                return order.exch_timestamp - start
            if error != 0:
                return -2
        return -1

    return best, fill


def orders(array):
    """Orders, each in a backtest of its own."""
    best, fill = functions()
    end = int(array[-1]["exch_ts"])
    # An odd number of nanoseconds: no event comes at the same moment.
    at, count, placed = 2_000_000_777, 0, []
    while START + at + 5_000_000_000 < end:
        copies = [array.copy() for _ in range(5)]
        hbt = backtest(copies[0], "power")
        bid, ask = best(hbt, 0, at)
        offset = OFFSETS[count % len(OFFSETS)]
        for i, (side, tick) in enumerate(((1, int(bid) - offset), (-1, int(ask) + offset))):
            order = {"at": at, "side": "buy" if side > 0 else "sell", "tick": tick}
            for j, model in enumerate(("risk_averse", "power")):
                one = backtest(copies[1 + 2 * i + j], model)
                when = int(fill(one, START, end, at, side, tick))
                # `elapse` failed before it filled: no value (none of the committed ones).
                order[model] = "error" if when == -2 else when if when >= 0 else None
            placed.append(order)
        at, count = at + EVERY, count + 1
    return placed


def main():
    lines = convert(sys.argv[1])
    text = "\n".join(lines) + "\n"
    with open(HERE / "queue_market.txt.gz", "wb") as out:
        out.write(gzip.compress(text.encode(), 9, mtime=0))
    placed = orders(events(lines))
    rows = ",\n".join("  " + json.dumps(order) for order in placed)
    (HERE / "queue.json").write_text("[\n" + rows + "\n]\n")
    done = [sum(isinstance(order[model], int) for order in placed) for model in ("risk_averse", "power")]
    print(len(lines), "events,", len(placed), "orders,", done, "filled")


if __name__ == "__main__":
    main()
