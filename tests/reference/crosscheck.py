#!/usr/bin/env python3
"""A second opinion on the reference: python3 crosscheck.py RECORDING VALUES.csv.gz --symbol S

For recordings that stay connected all along and within a day, such as the captures: ofi, cvd, vwap, tfi, rate, kyle and rv by vectorised
pandas in floats, z of every indicator by pandas' own rolling window, and the book's best prices against the quotes of the same
updates.
"""

import argparse
import json

import numpy as np
import pandas as pd

import flow


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("recording")
    parser.add_argument("values")
    parser.add_argument("--symbol", required=True)
    args = parser.parse_args()
    # Doubles hold about 0.2 µs at these times, so nanoseconds are read from the text.
    lines = pd.Series(flow.lines_of(args.recording))
    at = lines.str.extract(r'"ts":(\d+)\.?(\d*)')
    at = at[0].astype("int64") * 10**9 + at[1].str.ljust(9, "0").astype("int64")
    lines = pd.DataFrame([json.loads(line) for line in lines]).assign(at=at.cummax())
    lines = lines[lines.sym == args.symbol]
    values = pd.read_csv(args.values)
    t = (values.ts * 1e9).round().astype("int64").to_numpy()

    def data(topic):
        part = lines[lines.topic == topic]
        return pd.DataFrame(part.data.tolist()).assign(at=part["at"].to_numpy())

    def upto(part, column):
        """The running sum just before each time."""
        sums = np.concatenate([[0.0], part[column].cumsum()])
        return lambda moments: sums[np.searchsorted(part["at"].to_numpy(), moments, "left")]

    # Trades of one day.
    trades = data("trade")
    trades["sq"] = trades.qty * np.where(trades.side == "buy", 1, -1)
    trades["one"] = 1
    trades["pq"] = trades.price * trades.qty
    show("cvd", upto(trades, "sq")(t), values["cvd"], values["cvd"].abs().max())
    vwap = upto(trades, "pq")(t) / upto(trades, "qty")(t)
    show("vwap", vwap, values["vwap"], 1)
    trades["spread_pq"] = trades.qty * (trades.price - trades.price.mean()) ** 2  # about a fixed point, then shifted
    variance = upto(trades, "spread_pq")(t) / upto(trades, "qty")(t) - (vwap - trades.price.mean()) ** 2
    show("vwap.sd", np.sqrt(variance.clip(0)), values["vwap.upper1"] - values["vwap"], 1)

    window = lambda column, length: upto(trades, column)(t) - upto(trades, column)(t - length * 10**9)
    show("tfi", window("sq", 60) / window("qty", 60), values["tfi"], 1)
    show("rate", window("one", 10) / 10, values["rate"], 1)
    by_second = trades.groupby(trades["at"] // 10**9).agg(price=("price", "last"), x=("sq", "sum"))
    by_second["y"] = by_second.price.diff()
    pairs = by_second.iloc[1:].rolling(300, min_periods=30)
    slope = (pairs.x.cov(by_second.y) / pairs.x.var()).reindex(t // 10**9 - 1).ffill()
    show("kyle", slope, values["kyle"], values["kyle"].max())

    # The top: quotes whose id is above every one before, of quotes and of the book (whose own tops repeat a quote's id or
    # come between: the reference's rule, applied here to a merged table of ids).
    market = flow.Market(*flow.read(args.recording), args.symbol)
    quotes = data("quote").assign(kind="quote")
    books = pd.DataFrame(
        [(when, *[x / flow.UNIT for x in bids[0] + asks[0]]) for when, bids, asks, _ in market.books if bids and asks],
        columns=["at", "b", "bq", "a", "aq"],
    )
    diffs = lines[lines.topic.isin(["book", "depth"])]
    ids = pd.Series([d["last"] for d in diffs.data])
    books["u"] = ids[len(ids) - len(books) :].to_numpy()
    order = pd.concat(
        [quotes.assign(line=lines.index[lines.topic == "quote"]), books.assign(line=diffs.index[len(ids) - len(books) :])]
    ).sort_values("line", kind="stable")
    top = order[order.u > order.u.cummax().shift(fill_value=-1)]
    was = top.shift()
    e = (top.b >= was.b) * top.bq - (top.b <= was.b) * was.bq - (top.a <= was.a) * top.aq + (top.a >= was.a) * was.aq
    top = top.assign(e=e.fillna(0.0))
    ofi = upto(top, "e")
    show("ofi", ofi(t) - ofi(t - 10 * 10**9), values["ofi"], values["ofi"].abs().max())

    at_seconds = np.searchsorted(top["at"].to_numpy(), t, "left") - 1
    returns = np.log((top.b + top.a) / 2).iloc[at_seconds].diff()
    show("rv", returns.rolling(300, min_periods=2).std() * np.sqrt(365 * 86400), values["rv"], 1)

    # An exchange sends a quote with every change of the best, so the last one up to a book's update has the book's best.
    quotes = quotes.drop_duplicates(["u"], keep="last").sort_values("u")
    place = np.searchsorted(quotes.u.to_numpy(), books.u.to_numpy(), "right") - 1
    same = (quotes[["b", "bq", "a", "aq"]].iloc[place].to_numpy() == books[["b", "bq", "a", "aq"]].to_numpy()).all(axis=1)
    assert same[place >= 0].all()
    print(f"books            {(place >= 0).sum()} with the best of the last quote up to their update")

    for name in flow.INDICATORS:
        x = values[name].dropna()
        if not len(x):
            continue
        rolling = x.rolling(300, min_periods=30)
        z = (x - rolling.mean()) / rolling.std()
        both = values[f"{name}.z"].loc[x.index].notna()
        show(f"{name} z", z[both], values[f"{name}.z"].loc[x.index][both], 1)


def show(what, ours, theirs, scale):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    known = ~np.isnan(theirs)
    assert (known == ~np.isnan(ours)).all(), f"{what}: values where the other has none"
    worst = np.abs(ours - theirs)[known].max(initial=0.0) / scale
    assert worst < 1e-6, f"{what}: differs by {worst}"
    print(f"{what:16} {known.sum():5} values, largest difference {worst:.2g}")


if __name__ == "__main__":
    main()
