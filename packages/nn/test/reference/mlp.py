"""Writes ../fixtures/mlp.json: projectors and predictors, forward and backward, by PyTorch in float64.

An independent reference for test/mlp.test.ts. Run it as resnet.py.
"""

import json
import pathlib

import numpy as np
import torch
from torch import nn

from resnet import fill, tensors
from wide_resnet import pack

CASES = {
    "BYOL, official: the last layer without bias": dict(batchNorm=True, hiddenBias=True, outputBias=False),
    "BYOL, lightly: the first layer without bias": dict(batchNorm=True, hiddenBias=False, outputBias=True),
    "MoCo v2: no batch norm": dict(batchNorm=False, hiddenBias=True, outputBias=True),
}


def compute(seed, options):
    rng = np.random.default_rng(seed)
    inputs, hidden, outputs = 5, 7, 3
    layers = [nn.Linear(inputs, hidden, bias=options["hiddenBias"])]
    if options["batchNorm"]:
        layers.append(nn.BatchNorm1d(hidden))
    layers += [nn.ReLU(), nn.Linear(hidden, outputs, bias=options["outputBias"])]
    model = nn.Sequential()
    model.add_module("projector", nn.Sequential(*layers))
    model.double()
    fill(model, rng)
    given = tensors(model)
    x = torch.tensor(rng.uniform(-1, 1, (6, inputs)).astype(np.float32), dtype=torch.float64, requires_grad=True)
    weights = torch.tensor(rng.uniform(-1, 1, (6, outputs)).astype(np.float32), dtype=torch.float64)
    model.eval()
    with torch.no_grad():
        evaluated = model(x)
    model.train()
    y = model(x)
    (y * weights).sum().backward()
    return {
        "options": dict(inputs=inputs, hidden=hidden, outputs=outputs, **options),
        "x": pack(x.detach()),
        "weights": pack(weights),
        "variables": given,
        "train": {
            "y": pack(y.detach()),
            "gradients": {name: pack(value.grad) for name, value in model.named_parameters()},
            "statistics": {name: value for name, value in tensors(model).items() if "running" in name},
        },
        "eval": {"y": pack(evaluated)},
    }


if __name__ == "__main__":
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "mlp.json"
    cases = {name: compute(seed, options) for seed, (name, options) in enumerate(CASES.items())}
    path.write_text(json.dumps(cases) + "\n")
    print(path, path.stat().st_size, "bytes")
