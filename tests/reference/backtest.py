#!/usr/bin/env python3
"""Reference backtests for tests/performance_reference.rs: python3 tests/reference/backtest.py [DATA]

Writes backtest.json beside itself. DATA is the folder of real klines; without it the real ones stay as they are. Made with backtesting.py 0.6.6, pandas 3.1.1, numpy 2.2.6, scipy 1.17.1. The columns are in README.md.

A moving-average cross: the fast mean crossing above the slow one buys for the whole equity at the next bar's open, crossing below
closes (and, with `short`, sells short as much). Fractions of 1e-8. Commission 0.0004 at both ends. What is open at the end stays open.

Synthetic bars are a recipe (n, step, start, seed, weekdays), calculated here and in the test in whole cents.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from backtesting.test import SMA
from scipy import stats as st

warnings.simplefilter("ignore")
HERE = Path(__file__).parent
MASK = 2**64 - 1
UNIT = 1e-8


class Noise:
    """SplitMix64 (Steele, Lea, Flood 2014)."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self, below):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % below


def bars(recipe):
    """Starts in seconds, and open, high, low, close in cents."""
    noise = Noise(recipe["seed"])
    rows, close, at = [], 6_000_000, recipe["start"]
    trend = 0
    while len(rows) < recipe["n"]:
        if not (recipe["weekdays"] and (at // 86_400 + 3) % 7 >= 5):
            if noise(40) == 0:
                trend = noise(801) - 400
            first = close + noise(201) - 100
            close = max(first + trend + noise(8_001) - 4_000, 100_000)
            high = max(first, close) + noise(1_500)
            low = min(first, close) - noise(1_500)
            rows.append((at, first, high, low, close))
        at += recipe["step"]
    return rows


def frame(rows):
    index = pd.DatetimeIndex(pd.to_datetime([row[0] for row in rows], unit="s"))
    data = pd.DataFrame(np.array([row[1:] for row in rows]) / 100.0, index=index, columns=["Open", "High", "Low", "Close"])
    data["Volume"] = 1.0
    return data


class Cross(Strategy):
    fast = 10
    slow = 30
    short = False

    def init(self):
        self.a = self.I(SMA, self.data.Close, self.fast)
        self.b = self.I(SMA, self.data.Close, self.slow)

    def next(self):
        # Means that meet without crossing can cross to the side that is held already: then nothing is done.
        if crossover(self.a, self.b) and not self.position.is_long:
            self.position.close()
            self.buy()
        elif crossover(self.b, self.a) and not self.position.is_short:
            self.position.close()
            if self.short:
                self.sell()


FIGURES = {
    "exposure_pct": "Exposure Time [%]",
    "final_equity": "Equity Final [$]",
    "peak_equity": "Equity Peak [$]",
    "fees": "Commissions [$]",
    "return_pct": "Return [%]",
    "buy_hold_pct": "Buy & Hold Return [%]",
    "annual_return_pct": "Return (Ann.) [%]",
    "volatility_pct": "Volatility (Ann.) [%]",
    "cagr_pct": "CAGR [%]",
    "sharpe": "Sharpe Ratio",
    "sortino": "Sortino Ratio",
    "calmar": "Calmar Ratio",
    "max_drawdown_pct": "Max. Drawdown [%]",
    "trades": "# Trades",
    "win_rate_pct": "Win Rate [%]",
    "best_pct": "Best Trade [%]",
    "worst_pct": "Worst Trade [%]",
    "average_pct": "Avg. Trade [%]",
    "profit_factor": "Profit Factor",
    "expectancy_pct": "Expectancy [%]",
    "sqn": "SQN",
}


def run(data, fast, slow, short, commission, cash, every):
    # So many times the cash makes its whole units our 1e-8 ones at the prices as they are; FractionalBacktest scales the prices,
    # whose means then round otherwise, so that ties of coarse ticks cross at other bars.
    test = Backtest(data, Cross, cash=cash / UNIT, commission=commission)
    found = test.run(fast=fast, slow=slow, short=short)
    number = lambda value: float(value) if np.isfinite(value) else None
    figures = {name: number(found[theirs]) for name, theirs in FIGURES.items() if theirs in found}
    for name, theirs in FIGURES.items():
        if theirs.endswith("[$]") and figures.get(name) is not None:
            figures[name] *= UNIT
    longest = found["Max. Drawdown Duration"]
    figures["max_drawdown_s"] = longest.total_seconds() if isinstance(longest, pd.Timedelta) else None
    equity = found["_equity_curve"]["Equity"].to_numpy() * UNIT
    broker = found["_strategy"]._broker
    left = [[round(t.size), t.entry_bar, round(t.entry_price * 100)] for t in broker.trades]
    rows = [
        [round(t.Size), t.EntryBar, t.ExitBar, round(t.EntryPrice * 100), round(t.ExitPrice * 100), t.PnL * UNIT]
        for t in found["_trades"].itertuples()
    ]
    return {
        "fast": fast, "slow": slow, "short": short, "commission": commission, "cash": cash,
        "figures": figures, "trades": rows[::every], "open": left,
        "equity": [[at, equity[at]] for at in [*range(0, len(equity), 499 * every), len(equity) - 1]],
    }


RECIPES = [
    # Quarters of an hour over six weeks; minutes over three days; days without weekends over three years; one day of minutes.
    ({"n": 4_000, "step": 900, "start": 1_704_067_200, "seed": 1, "weekdays": False}, [(10, 30, False), (10, 30, True), (5, 60, True)]),
    ({"n": 4_200, "step": 60, "start": 1_723_161_240, "seed": 2, "weekdays": False}, [(10, 30, False), (3, 8, True)]),
    ({"n": 780, "step": 86_400, "start": 1_609_718_400, "seed": 3, "weekdays": True}, [(5, 20, False), (10, 30, True)]),
    ({"n": 600, "step": 60, "start": 1_704_067_200, "seed": 4, "weekdays": False}, [(10, 30, False)]),
]


def deflated():
    """The deflated Sharpe ratio by its formulas, with scipy's distribution."""
    noise, cases = Noise(9), []
    for n, trials in [(60, 1), (250, 20), (1_000, 200), (40, 5)]:
        returns = np.array([(noise(2_001) - 980) / 1e5 + (0.02 if noise(50) == 0 else 0.0) for _ in range(n)])
        ratios = np.array([(noise(401) - 200) / 2e3 for _ in range(trials)])
        ratio = returns.mean() / returns.std(ddof=1)
        skew, kurtosis = st.skew(returns), st.kurtosis(returns, fisher=False)
        best = 0.0
        if trials > 1:
            gamma = np.euler_gamma
            best = ratios.std(ddof=1) * (
                (1 - gamma) * st.norm.ppf(1 - 1 / trials) + gamma * st.norm.ppf(1 - 1 / (trials * np.e)))
        width = np.sqrt(1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2)
        chance = lambda benchmark: st.norm.cdf((ratio - benchmark) * np.sqrt(n - 1) / width)
        cases.append({
            "returns": returns.tolist(), "ratios": ratios.tolist(), "sharpe": ratio, "skew": skew, "kurtosis": kurtosis,
            "best": best, "probabilistic": chance(0.0), "deflated": chance(best)})
    return cases


def real(folder):
    for name in ["2025_BTCUSDT_1m.csv.gz", "2025_ETHUSDT_1m.csv.gz"]:
        data = pd.read_csv(folder / "klines" / name, index_col="timestamp", parse_dates=True)
        data.columns = [column.capitalize() for column in data.columns]
        for short in [False, True]:
            yield {"file": name, "n": len(data), **run(data, 10, 30, short, 0.0004, 100_000, 20)}


def main():
    out = HERE / "backtest.json"
    before = json.loads(out.read_text()) if out.exists() else {}
    synthetic = []
    for recipe, ways in RECIPES:
        rows = bars(recipe)
        data = frame(rows)
        runs = [run(data, fast, slow, short, 0.0004, 100_000, 1) for fast, slow, short in ways]
        synthetic.append({"recipe": recipe, "last": list(rows[-1]), "runs": runs})
    found = list(real(Path(sys.argv[1]))) if len(sys.argv) > 1 else before.get("real", [])
    out.write_text(json.dumps({"synthetic": synthetic, "deflated": deflated(), "real": found}, default=float, separators=(",", ":")) + "\n")


main()
