"""How a teacher follows its student, on PyTorch's tensors by PyTorch's names, in float64.

The references of BYOL and MoCo import it.
"""

import math

import numpy as np
import torch

from keys import fold, uniforms


def is_statistic(name):
    return name.endswith(("running_mean", "running_var"))


def is_unseen(name):
    """A statistic of adversarial images, which no teacher sees."""
    return ".adversarial." in name


def units(granularity, params):
    """By parameter: the unit that it belongs to, and how many numbers its draw has."""
    of = {}
    for name, value in params.items():
        module, leaf = name.rsplit(".", 1)
        norm = params[f"{module}.weight"].dim() == 1
        ours = {"weight": "gamma" if norm else "kernel", "bias": "beta" if norm else "bias"}[leaf]
        unit = f"{module}.{ours}" if granularity == "tensor" else module
        of[name] = (unit, value.shape[0] if granularity == "channel" else 1)
    return of


def masks(spec, params, key):
    """By parameter: 1 where the teacher keeps its value, broadcast against it; and the share of draws that keep."""
    p = spec.get("preserve")
    if p is None:
        return {name: torch.zeros(()) for name in params}, 0.0
    of = units(spec["granularity"], params)
    drawn = {unit: uniforms(fold(key, unit), n) < np.float32(p) for unit, n in of.values()}
    # PyTorch's output axis is 0.
    kept = {
        name: torch.tensor(drawn[unit], dtype=torch.float64).reshape(n, *[1] * (params[name].dim() - 1))
        for name, (unit, n) in of.items()
    }
    return kept, float(np.concatenate(list(drawn.values())).mean())


def momentum_at(spec, step, steps):
    """BYOL's cosine to 1 (deepmind-research@f5de0ede byol/utils/schedules.py), or a constant."""
    given = spec.get("momentum", 0.0)
    if isinstance(given, dict):
        return 1 - (1 - given["value"]) * (math.cos(math.pi * step / steps) + 1) / 2
    return given


@torch.no_grad()
def follow(spec, teacher, student, step, steps, key):
    """Changes the module `teacher` in place; `student` may have more. Gives the metrics of the update."""
    m, p = momentum_at(spec, step, steps), spec.get("preserve", 0.0)
    params, now = dict(teacher.named_parameters()), student.state_dict()
    kept, rate = masks(spec, params, key)
    for name, value in params.items():
        value.copy_(kept[name] * value + (1 - kept[name]) * (m * value + (1 - m) * now[name]))
    for name, value in teacher.named_buffers():
        if is_statistic(name) and (spec["buffers"] != "own" or is_unseen(name)):
            keep = 0.0 if spec["buffers"] == "copy" else m
            value.copy_(keep * value + (1 - keep) * now[name])
    apart = sum(((value - now[name]) ** 2).sum() for name, value in params.items())
    size = sum((now[name] ** 2).sum() for name in params)
    return {"preserveRate": rate, "effectiveMomentum": p + (1 - p) * m, "distance": float((apart / size).sqrt())}
