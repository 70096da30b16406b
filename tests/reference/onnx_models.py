#!/usr/bin/env python3
"""Small ONNX models and the probabilities onnxruntime gives: writes the folder onnx.

`logistic` and `trees` take the 11 figures of docs/hybrid.md; `seven_figures` and `three_classes` have shapes that must be refused.
"""
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(4)
SCALE = np.array([0.05, 0.1, 0.2, 1, 0.05, 1, 0.4, 1, 0.2, 1, 0.6])
x = (rng.normal(size=(2000, 11)) * SCALE).astype(np.float32)
y = (x[:, 3] - x[:, 6] + rng.normal(size=2000) > 0).astype(int)
rows = x[:120]


def write(name, model, figures, labels):
    model.fit(figures, labels)
    shape = [("features", FloatTensorType([None, figures.shape[1]]))]
    made = to_onnx(model, initial_types=shape, options={id(model): {"zipmap": False}}).SerializeToString()
    with open(f"onnx/{name}.onnx", "wb") as out:
        out.write(made)
    if figures.shape[1] != 11:
        return None
    run = onnxruntime.InferenceSession(made)
    found = run.run(["probabilities"], {"features": rows})[0]
    assert np.abs(found - model.predict_proba(rows)).max() < 1e-5
    return found[:, 1]


columns = [write("logistic", LogisticRegression(), x, y),
           write("trees", RandomForestClassifier(n_estimators=6, max_depth=3, random_state=1), x, y)]
write("seven_figures", LogisticRegression(), x[:, :7], y)
write("three_classes", LogisticRegression(), x, np.digitize(x[:, 3], [-0.5, 0.5]))
with open("onnx/probabilities.csv", "w") as out:
    out.write(",".join([f"x{i}" for i in range(11)] + ["logistic", "trees"]) + "\n")
    for i, row in enumerate(rows):
        out.write(",".join(repr(float(v)) for v in [*row, *(c[i] for c in columns)]) + "\n")
