#!/usr/bin/env python3
"""Trains a model for `rtai-tui … --strategy hybrid --set model=FILE` on what `rtai-tui indicators` prints.

    rtai-tui indicators RECORDING --symbol BTCUSDT --bar 1m \
        --names "ofi,tfi,vpin,qi,sma(1),bbands(20),atr(14)" > samples.jsonl
    python3 train_onnx.py samples.jsonl -o model.onnx

The figures are those of docs/hybrid.md, worked out as the program works them out. The last part of the bars is not trained on but
judged by. Needs numpy, scikit-learn, skl2onnx; with onnxruntime the file is tried as well.
"""
import argparse
import json
import sys

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

FIGURES = ["ret_1", "ret_5", "ret_20", "band", "atr_pct", "ofi_z", "tfi", "tfi_z", "vpin", "vpin_z", "qi"]


def read(path):
    """Samples by moment: {ts: {name: sample}}, oldest first; only moments at which a bar closes."""
    moments = {}
    with open(path) as lines:
        for line in lines:
            sample = json.loads(line)
            moments.setdefault(sample["ts"], {})[sample["name"]] = sample
    # sma(1) is the close: it is there where a bar closed.
    return [(ts, by) for ts, by in sorted(moments.items()) if "sma" in by and "v" in by["sma"]]


def table(bars):
    """The figures of every bar, NaN where one is missing, and the closes."""
    closes = np.array([by["sma"]["v"] for _, by in bars])
    rows = np.full((len(bars), len(FIGURES)), np.nan)
    for i, (_, by) in enumerate(bars):
        if any(by.get(name, {}).get("v") is None for name in ("ofi", "tfi", "vpin", "qi", "bbands", "atr")) or i < 20:
            continue
        change = [100 * np.log(closes[i] / closes[i - n]) for n in (1, 5, 20)]
        middle, upper = by["bbands"]["v"], by["bbands"]["upper"]
        band = (closes[i] - middle) / (upper - middle) if upper > middle else 0.0
        # No z-score where all samples are alike: nothing about the newest is unusual.
        z = {name: by[name].get("z") or 0.0 for name in ("ofi", "tfi", "vpin")}
        rows[i] = [*change, band, 100 * by["atr"]["v"] / closes[i], z["ofi"], by["tfi"]["v"], z["tfi"], by["vpin"]["v"], z["vpin"],
                   by["qi"]["v"]]
    return rows, closes


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("samples")
    args.add_argument("-o", "--out", default="model.onnx")
    args.add_argument("--horizon", type=int, default=5, help="bars on that the label looks, as the strategy's `horizon`")
    args.add_argument("--test", type=float, default=0.3, help="part of the bars, the last, that is judged by")
    args = args.parse_args()

    rows, closes = table(read(args.samples))
    now, then = closes[: -args.horizon], closes[args.horizon :]
    rows = rows[: len(now)]
    use = ~np.isnan(rows).any(axis=1) & (now != then)
    rows, labels = rows[use], (then > now)[use].astype(int)
    cut = int(len(rows) * (1 - args.test))
    # Labels of the last bars before the cut look beyond it: those bars are left out.
    train, test = slice(0, max(cut - args.horizon, 0)), slice(cut, None)
    if len(set(labels[train])) < 2 or len(set(labels[test])) < 2:
        sys.exit(f"{len(rows)} bars with all figures are too few: both labels are needed before and after the cut")

    # Trained on standardised figures, and the scales put into the weights: the file is one linear classifier.
    mean, deviation = rows[train].mean(axis=0), rows[train].std(axis=0)
    deviation[deviation == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=1000).fit((rows[train] - mean) / deviation, labels[train])
    model.coef_ = model.coef_ / deviation
    model.intercept_ = model.intercept_ - model.coef_ @ mean

    shape = [("features", FloatTensorType([None, len(FIGURES)]))]
    made = to_onnx(model, initial_types=shape, options={id(model): {"zipmap": False}}).SerializeToString()
    with open(args.out, "wb") as out:
        out.write(made)

    wanted = model.predict_proba(rows[test])[:, 1]
    print(f"{cut - args.horizon} bars trained on, {len(wanted)} judged by; {labels[test].mean():.1%} of them went up")
    print(f"Brier {brier_score_loss(labels[test], wanted):.4f} (0.25 knows nothing), AUC {roc_auc_score(labels[test], wanted):.3f}")
    for name, weight in zip(FIGURES, model.coef_[0] * deviation):
        print(f"  {name:8} {weight:+.3f} a standard deviation")
    try:
        import onnxruntime
    except ImportError:
        return
    found = onnxruntime.InferenceSession(made).run(["probabilities"], {"features": rows[test].astype(np.float32)})[0][:, 1]
    print(f"{args.out}: onnxruntime's probabilities are off by {np.abs(found - wanted).max():.1e} at most")


if __name__ == "__main__":
    main()
