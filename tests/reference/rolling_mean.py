#!/usr/bin/env python3
"""Rolling means as pandas rounds them: writes rolling_mean.csv.

Closes are on a coarse tick, with flat stretches, so that means are equal but for rounding; what has to agree is the last bit.
"""
import numpy as np
import pandas as pd

LENGTHS = [1, 2, 3, 5, 10, 30, 50]
rng = np.random.default_rng(7)
frames = []
for name, tick, base in [("coarse", 0.1, 100.0), ("usual", 0.01, 64_000.0), ("odd", 0.07, 3.0), ("small", 1e-5, 0.01)]:
    steps = rng.integers(-2, 3, 400) * (rng.random(400) < 0.5)
    steps[200:260] = 0  # longer than the longest window
    close = pd.Series(np.round(np.maximum(base + np.cumsum(steps) * tick, tick), 8))
    means = {f"mean{n}": close.rolling(n).mean() for n in LENGTHS}
    frames.append(pd.DataFrame({"series": name, "close": close, **means}))
pd.concat(frames).to_csv("rolling_mean.csv", index=False, float_format=lambda x: repr(float(x)), lineterminator="\n")
