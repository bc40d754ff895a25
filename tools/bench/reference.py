"""PyTorch's side of the benchmark: the same shapes and the same optimiser, in one of PyTorch's ways (`setting.py`).

    python reference.py WORKLOAD '{"variant": "eager", "precision": "float32", "device": "cpu", "batch": 16}'

Protocol, one JSON object a line: reads {"steps": n}, runs n steps, answers {"ms": [...], "peakMb": x, "beyondMb": y};
ends with the input. Written for torch 2.13.0.
"""

import json
import sys
import time

import torch

import byol
import fixmatch
import smoothing
from memory import Memory
from setting import Setting


def peak(setting, **_):
    """Square matrix product, for the device's peak arithmetic."""
    dtype = torch.bfloat16 if setting.precision == "bfloat16" else torch.float32
    size = 8192 if setting.device.type == "cuda" else 2048
    a, b = (torch.randn(size, size).to(setting.device, dtype) for _ in range(2))
    return lambda: torch.mm(a, b)


WORKLOADS = {"peak": peak, **fixmatch.WORKLOADS, **byol.WORKLOADS, **smoothing.WORKLOADS}


def main():
    workload, asked = sys.argv[1], json.loads(sys.argv[2])
    setting = Setting(asked.pop("variant"), asked.pop("precision"), asked.pop("device"))
    torch.manual_seed(0)
    memory = Memory(setting.device)
    step = WORKLOADS[workload](setting, **asked)
    if setting.variant == "compile":
        # Compiled at its first call, which takes minutes.
        step()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        times = []
        memory.begin()
        for _ in range(json.loads(line)["steps"]):
            start = time.perf_counter()
            step()
            setting.synchronise()
            times.append((time.perf_counter() - start) * 1e3)
        print(json.dumps({"ms": times, **memory.answer()}), flush=True)


main()
