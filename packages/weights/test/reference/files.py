"""Writes the files of test/fixtures: what torch.save and numpy.savez write of small tensors, and what nobody should open.

Written with torch 2.13.0 (CPU) and numpy 2.3.4. From the package's folder: python test/reference/files.py
"""

import collections
import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent.parent / "fixtures"
torch.manual_seed(1)


def tensors(prefix):
    whole = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 7
    return {
        f"{prefix}conv1.weight": whole,
        f"{prefix}turned": whole.permute(2, 0, 1),
        f"{prefix}part": whole[1, :, 1:3],
        f"{prefix}half": torch.tensor([0.5, -2.0**-24, 65504, float("inf"), 1 / 3], dtype=torch.float16),
        f"{prefix}brain": torch.tensor([1 / 3, -3e38], dtype=torch.bfloat16),
        f"{prefix}double": torch.tensor([1 / 3], dtype=torch.float64),
        f"{prefix}scalar": torch.tensor(2.5),
        f"{prefix}empty": torch.zeros(0, 3),
        f"{prefix}parameter": torch.nn.Parameter(whole[0]),
        f"{prefix}num_batches_tracked": torch.tensor(7),
    }


def expected(state):
    return {n: {"shape": list(t.shape), "data": t.detach().float().flatten().tolist()} for n, t in state.items() if t.is_floating_point()}


def main():
    state = collections.OrderedDict(tensors("module.encoder_q."))
    layer = torch.nn.Linear(3, 2)
    optimiser = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
    layer(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    checkpoint = {"epoch": 3, "arch": "resnet50", "state_dict": state, "optimizer": optimiser.state_dict()}
    torch.save(checkpoint, HERE / "checkpoint.pth.tar")
    torch.save(checkpoint, HERE / "checkpoint-legacy.pth.tar", _use_new_zipfile_serialization=False)
    torch.save(torch.nn.BatchNorm2d(3).state_dict(), HERE / "batch-norm.pth")
    np.savez(HERE / "arrays.npz", **{"a.weight": np.arange(6, dtype=np.float64).reshape(2, 3), "b": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)), "steps": np.arange(2)})
    np.savez_compressed(HERE / "compressed.npz", zeros=np.zeros(5000, dtype=np.float32))
    values = expected(state)
    text = json.dumps(values).replace("Infinity", '"Infinity"')
    (HERE / "checkpoint.json").write_text(text + "\n")

    class Runs:
        def __reduce__(self):
            return os.system, ("touch -- ./spatial-ensemble-was-here",)

    class Built:
        def __reduce__(self):
            return eval, ("1 + 1",)

    for name, value in {"system": Runs(), "eval": {"state_dict": {"encoder_q.a": Built()}}, "module": {"state_dict": layer.cpu()}}.items():
        torch.save(value, HERE / f"malicious-{name}.pth")
    for protocol in (0, 1, 2, 4):
        (HERE / f"malicious-{protocol}.pkl").write_bytes(pickle.dumps(Runs(), protocol))
    with zipfile.ZipFile(HERE / "other.zip", "w") as other:
        other.writestr("readme.txt", "nothing")


main()
