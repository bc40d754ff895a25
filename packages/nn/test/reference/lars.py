"""Writes ../fixtures/lars.json: both variants of LARS, three updates, by NumPy in float64.

An independent reference for test/lars.test.ts, written from the formulae of the two sources that src/lars.ts names.
Run it with
    python3 -m venv venv && venv/bin/pip install numpy==2.4.6
    venv/bin/python lars.py
"""

import json
import pathlib

import numpy as np

MOMENTUM, DECAY, TRUST = 0.9, 0.1, 0.02
RATES = (0.5, 1.0, 0.25)
SIZES = {"kernel": 12, "flat": 4, "still": 4, "bias": 3, "gamma": 3}
EXCLUDED = ("bias", "gamma")


def deepmind(w, g, b, rate, excluded):
    if not excluded:
        g = g + DECAY * w
        weight, update = np.linalg.norm(w), np.linalg.norm(g)
        if weight > 0 and update > 0:
            g = g * (TRUST * weight / update)
    b = MOMENTUM * b + g
    return w - rate * b, b


def momentum2(w, g, b, rate, excluded):
    weight, gradient = np.linalg.norm(w), np.linalg.norm(g)
    local = 1.0
    if not excluded and weight * gradient > 1e-8:
        local = TRUST * weight / (gradient + DECAY * weight)
    b = MOMENTUM * b + rate * local * (g + DECAY * w)
    return w - b, b


def run(variant):
    rng = np.random.default_rng(7)
    draw = lambda: {name: rng.uniform(-1, 1, size).astype(np.float32).astype(np.float64) for name, size in SIZES.items()}
    params = draw()
    params["flat"][:] = 0  # a weight whose norm is 0
    first = {name: value.tolist() for name, value in params.items()}
    velocity = {name: np.zeros_like(value) for name, value in params.items()}
    steps = []
    for rate in RATES:
        grads = draw()
        grads["still"][:] = 0  # a gradient whose norm is 0
        moved = {
            name: variant(params[name], grads[name], velocity[name], rate, name in EXCLUDED) for name in SIZES
        }
        params = {name: w for name, (w, _) in moved.items()}
        velocity = {name: b for name, (_, b) in moved.items()}
        as_lists = lambda tree: {name: value.tolist() for name, value in tree.items()}
        steps.append(dict(rate=rate, grads=as_lists(grads), params=as_lists(params), velocity=as_lists(velocity)))
    return dict(params=first, steps=steps)


if __name__ == "__main__":
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "lars.json"
    options = dict(momentum=MOMENTUM, weightDecay=DECAY, trust=TRUST)
    cases = {variant.__name__: run(variant) for variant in (deepmind, momentum2)}
    path.write_text(json.dumps(dict(options=options, cases=cases)) + "\n")
    print(path, path.stat().st_size, "bytes")
