#!/usr/bin/env python3
"""Reference figures for tests/pairs_reference.rs: python3 tests/reference/pairs.py [DATA]

Writes pairs.json and pairs_course.csv.gz beside itself. With DATA, the folder of klines and daily closes, the figures of
real series are made anew, without it all others. Made with statsmodels 0.15.0, pandas 3.1.1, numpy 2.4.6, scipy 1.17.1. The
columns are in README.md.

A synthetic series is a recipe (kind, n, seed), calculated here and in the test by additions, products and quotients alone, which
give the same bits everywhere; `last` tells when they do not.
"""

import gzip
import io
import json
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.tsa.stattools import adfuller, coint

warnings.simplefilter("ignore")
HERE = Path(__file__).parent
MASK = 2**64 - 1


class Noise:
    """SplitMix64 (Steele, Lea, Flood 2014); a step of noise is the sum of four uniforms less 2."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53

    def __call__(self):
        return self.uniform() + self.uniform() + self.uniform() + self.uniform() - 2.0


def series(kind, n, seed):
    noise = Noise(seed)
    values, level, speed, push = [], 0.0, 0.0, 0.0
    for i in range(n):
        if kind == "white":
            level = noise()
        elif kind == "walk":
            level = level + noise()
        elif kind == "reverting":
            level = 0.9 * level + noise()
        elif kind == "slow":
            level = 0.99 * level + noise()
        elif kind == "drift":
            level = level + 0.3 + noise()
        elif kind == "heavy":
            level = 0.95 * level + noise() / (0.02 + abs(noise()))
        elif kind == "smooth":
            push = 0.98 * push + noise()
            speed = 0.98 * speed + push
            level = level + speed
        elif kind == "stale":
            level = level + noise()
        elif kind == "still":
            level = level + (1.0 if noise.uniform() < 0.02 else 0.0) - (1.0 if noise.uniform() < 0.02 else 0.0)
        elif kind == "far":
            speed = 0.95 * speed + noise()
            level = 100000.0 + 0.01 * speed
        else:
            raise ValueError(kind)
        values.append(float(np.floor(level)) if kind == "stale" else level)
    return np.array(values)


def pair(kind, n, seed):
    """y and x."""
    x = series("walk", n, seed)
    noise = Noise(seed + 1)
    if kind == "together":
        level, y = 0.0, []
        for value in x:
            level = 0.8 * level + noise()
            y.append(3.0 + 1.7 * value + level)
    elif kind == "apart":
        y = series("walk", n, seed + 1)
    elif kind == "outliers":
        y = [2.0 - 0.6 * value + (40.0 if noise.uniform() < 0.05 else 0.0) + noise() for value in x]
    elif kind == "tight":
        y = [1.0 + 2.0 * value + 0.05 * noise() for value in x]
    elif kind == "far":
        x = 100000.0 + 0.01 * x
        y = [5000.0 + 0.05 * value + 0.001 * noise() for value in x]
    elif kind == "prices":
        x = 3000.0 + 4.0 * x
        level, y = 0.0, []
        for value in x:
            level = 0.9 * level + noise()
            y.append(20.0 + 0.06 * value + 0.2 * level)
    else:
        raise ValueError(kind)
    return np.array(y), x


def exact_ols(y, x):
    """Without rounding: beta, alpha, r2."""
    y, x = [Fraction(v) for v in map(float, y)], [Fraction(v) for v in map(float, x)]
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    sxx = sum((v - mx) ** 2 for v in x)
    syy = sum((v - my) ** 2 for v in y)
    sxy = sum((a - mx) * (b - my) for a, b in zip(x, y))
    beta = sxy / sxx
    return float(beta), float(my - beta * mx), float(sxy**2 / (sxx * syy))


def adf(values):
    stat, p, lags, n, crit, _ = adfuller(values, autolag="AIC")
    return {"stat": stat, "p": p, "lags": int(lags), "n": int(n), "crit": list(crit.values())}


def half_life(s):
    slope = sm.OLS(np.diff(s), sm.add_constant(s[:-1])).fit().params[1]
    return -np.log(2) / slope if slope < 0 else None


def one(values, base=0.0):
    """Figures of one series; `base` is a round number that is taken away first, exactly, where only differences count."""
    less = values - base
    s = pd.Series(less)
    shaped = len(s) > 3
    return {
        "last": float(values[-1]),
        "adf": adf(less),
        "half_life": half_life(less),
        "mean": float(s.mean()) + base,
        "sd": float(s.std()),
        "min": float(values.min()),
        "max": float(values.max()),
        "skew": float(stats.skew(less, bias=False)) if shaped else None,
        "kurtosis": float(stats.kurtosis(less, bias=False)) if shaped else None,
        "z": float((less[-1] - s.mean()) / s.std()),
    }


def kalman(y, x, delta=1e-4, ve=1e-3):
    vw = delta / (1 - delta) * np.eye(2)
    theta, P = np.zeros(2), np.zeros((2, 2))
    out = []
    for b, a in zip(y, x):
        F = np.array([a, 1.0])
        R = P + vw
        e = b - F @ theta
        Q = F @ R @ F + ve
        K = R @ F / Q
        theta = theta + K * e
        P = R - np.outer(K, F @ R)
        out.append((theta[0], theta[1], e, np.sqrt(Q)))
    return np.array(out)


def two(y, x, base_y=0.0, base_x=0.0, exact=True):
    ly, lx = y - base_y, x - base_x
    fit = sm.OLS(ly, sm.add_constant(lx)).fit()
    beta, alpha, r2 = float(fit.params[1]), float(fit.params[0] + base_y - fit.params[1] * base_x), float(fit.rsquared)
    if exact:
        eb, ea, er = exact_ols(y, x)
        assert abs(eb - beta) <= 1e-9 * abs(eb), (eb, beta)
        beta, alpha, r2 = eb, ea, er
    robust = sm.RLM(ly, sm.add_constant(lx), M=sm.robust.norms.HuberT()).fit()
    stat, p, crit = coint(ly, lx)
    # coint does not say how many lags it took: the same test on the same residuals does.
    inner = adfuller(sm.OLS(ly, sm.add_constant(lx, prepend=False)).fit().resid, autolag="AIC", regression="n")
    assert abs(inner[0] - stat) <= 1e-9 * abs(stat) or not np.isfinite(stat)
    k = kalman(y, x)
    spots = sorted({i for i in (0, 1, 2, 5, 20, 100, 1000, 10_000, 25_000, len(y) - 1) if i < len(y)})
    spread = y - beta * x
    return {
        "last": [float(y[-1]), float(x[-1])],
        "ols": [beta, alpha, r2],
        "huber": [float(robust.params[1]), float(robust.params[0] + base_y - robust.params[1] * base_x)],
        "coint": {"stat": stat, "p": p, "crit": list(crit), "lags": int(inner[2]), "n": int(inner[3])} if np.isfinite(stat) else None,
        "corr": float(pd.Series(ly).corr(pd.Series(lx))),
        "kalman": [[i, *map(float, k[i])] for i in spots],
        "adf": adf(spread - spread[0]) if np.isfinite(stat) else None,
        "half_life": half_life(spread - spread[0]) if np.isfinite(stat) else None,
    }


def course(y, x, window=100, z=20):
    """What is known at each bar: see README.md."""
    ks = kalman(y, x)
    ry, rx = np.diff(np.log(y), prepend=np.nan), np.diff(np.log(x), prepend=np.nan)
    corr = pd.Series(ry).rolling(z).corr(pd.Series(rx))
    rows = []
    for t in range(len(y)):
        row = {"y": y[t], "x": x[t], "corr": corr[t]}
        if t >= window - 1:
            part = slice(t - window + 1, t + 1)
            beta, alpha, r2 = exact_ols(y[part], x[part]) if window <= 200 else (None,) * 3
            robust = sm.RLM(y[part], sm.add_constant(x[part] - x[t]), M=sm.robust.norms.HuberT()).fit().params
            for name, b, a in (("ols", beta, alpha), ("huber", robust[1], robust[0] - robust[1] * x[t])):
                s = pd.Series(y[t - z + 1 : t + 1] - b * x[t - z + 1 : t + 1])
                row |= {f"{name}_beta": b, f"{name}_alpha": a, f"{name}_spread": s.iloc[-1], f"{name}_z": (s.iloc[-1] - s.mean()) / s.std()}
            row["ols_r2"] = r2
        b, a, e, d = ks[t]
        row |= {"kalman_beta": b, "kalman_alpha": a, "kalman_spread": y[t] - b * x[t], "kalman_z": e / d}
        rows.append({key: float(value) for key, value in row.items()})
    return rows


def daily(data, name):
    """Both closes of the days that have both."""
    table = pd.read_csv(data / "daily" / name).dropna()
    return table.iloc[:, 1].to_numpy(float), table.iloc[:, 2].to_numpy(float)


def real(data):
    minutes = lambda name: pd.read_csv(data / "klines" / name)["close"].to_numpy(float)
    eth, btc = minutes("2025_ETHUSDT_1m.csv.gz"), minutes("2025_BTCUSDT_1m.csv.gz")
    sets = {
        "crypto": (eth, btc),
        "alts": (minutes("LINKUSDT-1m-2026-02.zip"), minutes("LTCUSDT-1m-2026-02.zip")),
        "shell": daily(data, "shell-rdp-close_USD.csv"),
        "bkd": daily(data, "BKD_ESC_2009_2011.csv"),
    }
    windows = {
        "crypto": [(0, 50_000), (0, 100), (777, 100), (12_345, 500), (20_000, 1_000), (31_000, 5_000), (49_900, 100)],
        "alts": [(0, 40_320), (5_000, 500), (39_820, 500)],
        "shell": [(0, len(sets["shell"][0])), (0, 250), (1_000, 500)],
        "bkd": [(0, len(sets["bkd"][0])), (100, 60)],
    }
    out = []
    for name, (y, x) in sets.items():
        for start, n in windows[name]:
            wy, wx = y[start : start + n], x[start : start + n]
            assert np.isfinite(wy).all() and np.isfinite(wx).all(), name
            figures = two(wy, wx, exact=n < 6_000)
            figures["y"] = one(wy, float(np.floor(wy[0])))
            out.append({"set": name, "start": start, "n": n, **figures})
            print(name, start, n, file=sys.stderr)
    spots = [99, 100, 119, 1_000, 2_499]
    rows = course(eth[:2_500], btc[:2_500])
    return {"windows": out, "course": [{"at": t, **rows[t]} for t in spots]}


def write(figures):
    text = json.dumps(figures, separators=(",", ":"), allow_nan=False)
    for first in ("kind", "set", "at"):
        text = text.replace('{"%s"' % first, '\n{"%s"' % first)
    (HERE / "pairs.json").write_text(text + "\n")


def main():
    target = HERE / "pairs.json"
    kept = json.loads(target.read_text()) if target.exists() else {}
    if len(sys.argv) > 1:
        write(kept | {"real": real(Path(sys.argv[1]))})
        return
    singles, pairs = [], []
    lengths = [5, 6, 7, 10, 15, 20, 21, 30, 50, 100, 250, 500, 1000, 2500, 5000]
    for k, kind in enumerate(["white", "walk", "reverting", "slow", "drift", "heavy", "smooth", "stale", "still", "far"]):
        for n in lengths:
            seed = 1000 * k + n
            values = series(kind, n, seed)
            if kind in ("stale", "still") and n < 50:
                continue
            singles.append({"kind": kind, "n": n, "seed": seed, **one(values, 100000.0 if kind == "far" else 0.0)})
    for k, kind in enumerate(["together", "apart", "outliers", "tight", "far", "prices"]):
        for n in [5, 7, 15, 19, 21, 22, 40, 60, 100, 101, 250, 500, 1000, 5000]:
            seed = 100_000 + 1000 * k + n
            y, x = pair(kind, n, seed)
            # Decimals away from where the digits are, by numbers that are exact.
            bases = {"far": (10_000.0, 100_000.0), "prices": (200.0, 3_000.0)}.get(kind, (0.0, 0.0))
            pairs.append({"kind": kind, "n": n, "seed": seed, **two(y, x, *bases)})
    for n in [50_000]:
        y, x = pair("prices", n, 42)
        pairs.append({"kind": "prices", "n": n, "seed": 42, **two(y, x, 200.0, 3_000.0, exact=False)})
    write(kept | {"series": singles, "pairs": pairs})

    y, x = pair("prices", 400, 4242)
    y, x = np.round(y, 2), np.round(x, 2)
    table = pd.DataFrame(course(y, x))
    buffer = io.StringIO()
    table.to_csv(buffer, index_label="bar")
    with gzip.GzipFile(HERE / "pairs_course.csv.gz", "wb", mtime=0) as file:
        file.write(buffer.getvalue().encode())


main()
