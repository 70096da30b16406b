#!/usr/bin/env python3
"""Reference figures for tests/lab_reference.rs, by scipy, pandas and statsmodels: python3 tests/reference/lab.py > tests/reference/lab.json

Made with scipy 1.17.1, pandas 3.1.1, statsmodels 0.15.0, numpy's PCG64 with the seed below.
"""

import json

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats


def series(rng, n, memory, tick, step):
    """A signal with memory that says a little of the next second's return, and the mids."""
    noise = rng.standard_normal(n)
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = memory * x[t - 1] + noise[t]
    r = 2e-5 * x / x.std() + 1e-4 * rng.standard_normal(n)
    mid = 50_000 * np.exp(np.concatenate([[0], np.cumsum(r[:-1])]))
    if tick:
        mid = np.round(mid / tick) * tick
    if step:
        x = np.round(x / step) * step
    return pd.Series(x), pd.Series(np.round(mid, 6))


def forward(mid, m):
    """ln(mid[t+m]/mid[t]); none where any mid between them is missing."""
    r = np.log(mid.shift(-m) / mid)
    whole = mid.rolling(m + 1).count().shift(-m) == m + 1
    return r.where(whole)


def effective(ranks, n, m):
    """Bartlett: n / (1 + 2 sum (1 - k/m) rho(k)), ranks centred and 0 where missing; never more than n."""
    own = (ranks * ranks).sum()
    rho = [(ranks[k:] * ranks[:-k]).sum() / own for k in range(1, m)]
    factor = 1 + 2 * sum((1 - k / m) * r for k, r in enumerate(rho, 1))
    return n / max(1.0, factor)


def case(name, x, mid, m, centre):
    r = forward(mid, m)
    both = x.notna() & r.notna()
    n = int(both.sum())
    xs, rs = x[both], r[both]
    rho = stats.spearmanr(xs, rs).statistic
    assert abs(rho - xs.corr(rs, method="spearman")) < 1e-12
    ranks = np.zeros(len(x))
    ranks[both.to_numpy()] = stats.rankdata(xs) - (n + 1) / 2
    eff = effective(ranks, n, m)
    t = rho * np.sqrt((eff - 2) / (1 - rho**2))
    p = 2 * stats.t.sf(abs(t), eff - 2)

    group = np.full(len(x), -1)
    group[both.to_numpy()] = np.minimum(9, np.floor((ranks[both.to_numpy()] + n / 2) * 10 / n))
    if n % 10 == 0 and xs.is_unique:
        assert (group[both.to_numpy()] == pd.qcut(xs, 10, labels=False).to_numpy()).all()
    there = [g for g in range(10) if (group == g).any()]
    # Rows without a sample are 0 on both sides: they keep their place in time and add nothing.
    dummies = np.array([[1.0 if g == k else 0.0 for k in there] for g in group])
    y = r.where(both, 0.0).to_numpy()
    fit = sm.OLS(y, dummies).fit(cov_type="HAC", cov_kwds={"maxlags": m - 1, "kernel": "bartlett", "use_correction": False})
    deciles = [None] * 10
    for k, g in enumerate(there):
        inside = x[group == g]
        deciles[g] = dict(n=int((group == g).sum()), low=inside.min(), high=inside.max(), mean=fit.params[k], error=fit.bse[k])
    spread = None
    if 0 in there and 9 in there:
        contrast = np.zeros(len(there))
        contrast[there.index(9)], contrast[there.index(0)] = 1, -1
        test = fit.t_test(contrast)
        spread = dict(mean=float(np.squeeze(test.effect)), error=float(np.squeeze(test.sd)))

    middle = float(xs.median()) if centre == "median" else 0.0
    sign = both & (x != middle) & (r != 0)
    hit = (((x > middle) == (r > 0)) & sign).astype(float)
    h = sm.OLS(hit.to_numpy(), sign.astype(float).to_numpy()).fit(
        cov_type="HAC", cov_kwds={"maxlags": m - 1, "kernel": "bartlett", "use_correction": False}
    )
    return dict(
        name=name, overlap=m, centre=centre, n=n, ic=rho, effective_n=eff, t=t, p=p, deciles=deciles, spread=spread,
        median=middle, hits=dict(n=int(sign.sum()), mean=h.params[0], error=h.bse[0]),
    )


def main():
    rng = np.random.default_rng(20240808)
    sheets = []
    for name, n, memory, tick, step, gaps in [
        ("plain", 401, 0.3, 0, 0, False),
        ("slow", 330, 0.97, 0, 0, False),
        ("ties", 300, 0.6, 5.0, 1.0, False),
        ("gaps", 420, 0.8, 0, 0, True),
    ]:
        x, mid = series(rng, n, memory, tick, step)
        x = x.round(6)
        if gaps:
            mid[100:107] = np.nan
            mid[233:234] = np.nan
            x[:20] = np.nan
            x[rng.choice(n, 40, replace=False)] = np.nan
        centre = "median" if name in ("plain", "gaps") else "zero"
        cases = [case(f"{name} {m}", x, mid, m, centre) for m in (1, 5, 30)]
        none = lambda s: [None if np.isnan(v) else float(v) for v in s]
        sheets.append(dict(name=name, x=none(x), mids=none(mid), cases=cases))
    student = [
        dict(t=t, freedom=f, p=float(2 * stats.t.sf(t, f)))
        for t in (0.0, 0.3, 1.0, 1.96, 2.5, 4.0, 9.0, 40.0)
        for f in (0.7, 1.0, 2.5, 8.0, 30.0, 333.3, 3_500.0, 1e6)
    ]
    print(json.dumps(dict(sheets=sheets, student=student), allow_nan=False))


main()
