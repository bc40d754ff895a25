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


def own(config, given, near):
    """
    The largest distance from float64 of PyTorch's kernels for float32: oneDNN's on contiguous and on channels_last
    tensors, and its native ones. One of them alone is one throw of the dice where a unit near 0 changes sides, which
    turns a whole gradient on or off.
    """
    exact = compute(config, given, torch.float64)
    found = [distances(near, exact), distances(compute(config, given, torch.float32, channels_last=True), exact)]
    with torch.backends.mkldnn.flags(enabled=False):
        found.append(distances(compute(config, given, torch.float32), exact))
    return {name: torch.stack([one[name] for one in found]).max() for name in exact}


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
