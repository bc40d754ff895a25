"""PyTorch's side of the parity check.

Protocol, one JSON object a line: reads {"config", "given", "made"}, the last two paths of safetensors files; computes
the step from the tensors in `given`, in float32 and in float64; writes into `made` what float32 gives, and under `own/`
how far PyTorch's float32 is from its float64; answers {"done": true}. Written for torch 2.13.0 (CPU).
"""

import json
import sys

import torch
from exchange import named, read, write
from steps import METHODS, Step, updates

# Throws of the rounding: at least, and at most.
THROWS, MOST_THROWS = 3, 40
# The bounds of gradients, as in bounds.ts.
MEANT, WITHIN = 1e-4, 3


def distances(near, exact):
    """‖a − b‖ / max(‖b‖, floor) by name; for gradients the floor is 1e-6 of all of a network's together."""
    floors = {}
    for name, b in exact.items():
        if name.startswith("grad/"):
            group = "/".join(name.split("/")[:2])
            floors[group] = floors.get(group, 0) + b.square().sum().item()
    out = {}
    for name, b in exact.items():
        floor = 1e-6 * floors.get("/".join(name.split("/")[:2]), 0) ** 0.5
        apart, size = (near[name].double() - b).norm().item(), max(b.norm().item(), floor)
        out[name] = torch.tensor(0.0 if apart == 0 else apart / size if size > 0 else float("inf"))
    return out


def compute(config, given, dtype, **options):
    step = Step(config, given, dtype, **options)
    METHODS[config["method"]](step)
    return {name: tensor.detach() for name, tensor in step.out.items()}


def rounded_otherwise(given, seed):
    """The state with each number moved to a neighbour in float32, or not, as if it had been rounded in another way."""
    draw = torch.Generator().manual_seed(seed)
    move = lambda t: t * (1 + (2 * torch.rand(t.shape, generator=draw, dtype=torch.float64) - 1) * 2**-23)  # noqa: E731
    return {n: move(t).float() if n.startswith("state/") else t for n, t in given.items()}


def own(config, given, near):
    """
    The largest distance of PyTorch's float32 from its float64, by name: as it is, and on channels_last tensors from
    states that are rounded otherwise. One throw alone says little where units are near 0: the gradient of one that
    changes sides is there or gone, in one arithmetic and not in the next. So there are more of them while one of our
    gradients is farther away than `WITHIN` times what was seen.
    """
    exact = compute(config, given, torch.float64)
    largest = distances(near, exact)
    ours = {n: given.get(n.replace("grad/", "given/"), near[n]) for n in exact}
    away = distances(ours, near)
    for seed in range(MOST_THROWS):
        beyond = [n for n, d in away.items() if n.startswith("grad/") and d > max(MEANT, WITHIN * largest[n])]
        if seed >= THROWS and not beyond:
            break
        thrown = compute(config, rounded_otherwise(given, seed), torch.float32, channels_last=True)
        for name, distance in distances(thrown, exact).items():
            largest[name] = torch.maximum(largest[name], distance)
    return largest


def main():
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        given = read(job["given"])
        near = compute(job["config"], given, torch.float32)
        moved = updates(Step(job["config"], given, torch.float32))
        write(job["made"], {**near, **moved, **named("own", own(job["config"], given, near))})
        print(json.dumps({"done": True}), flush=True)


main()
