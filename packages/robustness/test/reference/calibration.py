"""Calibration by NumPy and SciPy, in other words: writes ../fixtures/calibration.json. Run: python calibration.py"""

import json
import os

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

draw = np.random.default_rng(4)
n, classes, bins = 200, 5, 15
labels = draw.integers(0, classes, n)
logits = draw.normal(size=(n, classes)).astype(np.float32) * 2
logits[np.arange(n), labels] += 2
logits = (3 * logits).round(4)


def numbers(z):
    p = softmax(z, 1)
    confidence, right = p.max(1), p.argmax(1) == labels
    edges = np.linspace(0, 1, bins + 1)
    ece = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            ece += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return {
        "accuracy": right.mean(),
        "ece": ece,
        "nll": -log_softmax(z, 1)[np.arange(n), labels].mean(),
        "brier": ((p - np.eye(classes)[labels]) ** 2).sum(1).mean(),
    }


z = logits.astype(np.float64)
temperature = np.exp(
    minimize_scalar(lambda t: numbers(z / np.exp(t))["nll"], bracket=(-1, 1), options={"xtol": 1e-12}).x
)
with open(os.path.join(os.path.dirname(__file__), "..", "fixtures", "calibration.json"), "w") as file:
    json.dump(
        {
            "classes": classes,
            "labels": labels.tolist(),
            "logits": [round(float(v), 4) for v in logits.flatten()],
            "plain": numbers(z),
            "temperature": temperature,
            "tempered": numbers(z / temperature),
        },
        file,
    )
    file.write("\n")
