#!/usr/bin/env python3
"""The crossing of two means as backtesting.py trades it: writes ma_cross.csv, a row a bar.

`entered` and `left` say at which bars' opens a trade begins and ends. Prices are on a coarse tick, so that means are often equal.
"""
import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from backtesting.test import SMA


class SmaCross(Strategy):
    fast, slow = 3, 8

    def init(self):
        self.one = self.I(SMA, self.data.Close, self.fast)
        self.other = self.I(SMA, self.data.Close, self.slow)

    def next(self):
        if crossover(self.one, self.other):
            self.buy()
        elif crossover(self.other, self.one):
            self.position.close()


rng = np.random.default_rng(11)
steps = rng.integers(-2, 3, 1500) * (rng.random(1500) < 0.6)
steps[700:720] = 0
close = np.round(100 + np.cumsum(steps) * 0.1, 8)
open_ = np.r_[close[0], close[:-1]]
bars = pd.DataFrame(
    {"Open": open_, "High": np.maximum(open_, close), "Low": np.minimum(open_, close), "Close": close, "Volume": 1.0},
    index=pd.date_range("2024-01-01", periods=len(close), freq="min"),
)
trades = Backtest(bars, SmaCross, cash=1e7, commission=0, finalize_trades=True).run()._trades
entered, left = set(trades.EntryBar), set(trades.ExitBar)
with open("ma_cross.csv", "w") as out:
    out.write("close,entered,left\n")
    for bar, price in enumerate(close):
        out.write(f"{float(price)!r},{int(bar in entered)},{int(bar in left)}\n")
