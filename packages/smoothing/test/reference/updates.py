"""A short run of updates by every kind and granularity, computed weight by weight in float64.

    python3 packages/smoothing/test/reference/updates.py > packages/smoothing/test/fixtures/updates.json

Needs NumPy. Follows the definitions, not the code under test: each weight asks for its own draw, momentum and preserve
probability. STS and the cosine: tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/models/m2_teacher.py:38-54; the
warm-up: CuriousAI/mean-teacher@546348ff pytorch/main.py.
"""

import json
import sys

import numpy as np

STEPS = 6
rng = np.random.default_rng(20211004)

# name: (shape, layout, kind, module, outAxis). A convolution with a bias, its batch norm, a dense layer.
METAS = {
    "conv.kernel": ((2, 2, 2, 3), "HWIO", "kernel", "conv", 3),
    "conv.bias": ((3,), "C", "bias", "conv", 0),
    "bn.gamma": ((3,), "C", "gamma", "bn", 0),
    "bn.beta": ((3,), "C", "beta", "bn", 0),
    "fc.kernel": ((3, 4), "IO", "kernel", "fc", 1),
}


def float32(x):
    return np.asarray(x, np.float32).astype(np.float64)


def cosine(value, k):
    return 1 - (1 - value) * (np.cos(np.pi * k / STEPS) + 1) / 2


def warm_up(value, k):
    return min(1 - 1 / (k + 1), value)


def momentum(k):
    return cosine(0.8, k)


def preserve(k):
    return warm_up(0.6, k)


def draw_of(granularity, name, index):
    """Which unit a weight belongs to, and which number of the unit's draw is its own."""
    _, _, _, module, out_axis = METAS[name]
    return {
        "tensor": (name, ()),
        "layer": (module, ()),
        "channel": (module, (index[out_axis],)),
        "neuron": (name, index),
        "network": ("network", ()),
    }[granularity]


def draw_shapes(granularity):
    shapes = {}
    for name, (shape, _, _, module, out_axis) in METAS.items():
        unit, _ = draw_of(granularity, name, (0,) * len(shape))
        shapes[unit] = {"channel": (shape[out_axis],), "neuron": shape}.get(granularity, ())
    return shapes


def tensors():
    return {name: float32(rng.normal(size=shape)) for name, (shape, *_) in METAS.items()}


def flat(tree):
    return {name: np.asarray(value).ravel().tolist() for name, value in tree.items()}


first = tensors()
students = [tensors() for _ in range(STEPS)]
draws = {
    granularity: [
        {unit: float32(rng.random(shape, dtype=np.float32)) for unit, shape in draw_shapes(granularity).items()}
        for _ in range(STEPS)
    ]
    for granularity in ("tensor", "layer", "channel", "neuron", "network")
}


def run(kind, granularity):
    teacher = {name: value.copy() for name, value in first.items()}
    units, weights, after = [], [], []
    for k in range(STEPS):
        m = 0.0 if kind == "se" else momentum(k)
        p = float(np.float32(preserve(k))) if kind in ("se", "sts") else 0.0
        kept_weights = total = 0
        kept_units = {}
        for name, value in teacher.items():
            for index in np.ndindex(*value.shape):
                unit, place = draw_of(granularity, name, index)
                kept = kind in ("se", "sts") and draws[granularity][k][unit][place] < p
                kept_units[unit, place] = kept
                kept_weights += kept
                total += 1
                if kept:
                    continue
                student = students[k][name][index]
                value[index] = student if kind == "none" else m * value[index] + (1 - m) * student
        units.append(sum(kept_units.values()) / len(kept_units))
        weights.append(kept_weights / total)
        after.append(flat(teacher))
    return {"kind": kind, "granularity": granularity, "teachers": after, "preserveRate": units, "preservedWeights": weights}


runs = [run("none", "tensor"), run("tma", "tensor")]
runs += [run(kind, granularity) for kind in ("se", "sts") for granularity in draws]

json.dump(
    {
        "steps": STEPS,
        "momentum": {"kind": "cosine", "value": 0.8, "values": [momentum(k) for k in range(STEPS)]},
        "preserve": {"kind": "warm-up", "value": 0.6, "values": [preserve(k) for k in range(STEPS)]},
        "metas": {
            name: dict(zip(("shape", "layout", "kind", "module", "outAxis"), meta)) for name, meta in METAS.items()
        },
        "first": flat(first),
        "students": [flat(student) for student in students],
        "draws": {granularity: [flat(step) for step in steps] for granularity, steps in draws.items()},
        "runs": runs,
    },
    sys.stdout,
)
print()
