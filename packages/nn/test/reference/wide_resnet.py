"""Writes ../fixtures/wide-resnet.json: FixMatch's wide ResNet, forward and backward, by PyTorch in float64.

An independent reference for test/wide-resnet.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python wide_resnet.py
Everything is drawn from a seeded NumPy generator and rounded to float32, so the file is the same every time
(but for the last bits of PyTorch's sums).
"""

import base64
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

STEM = 16


def pack(values):
    array = np.ascontiguousarray(np.asarray(values, dtype=np.float32))
    return {"shape": list(array.shape), "float32": base64.b64encode(array.tobytes()).decode()}


def pad_same(x, size, stride):
    """TensorFlow's SAME: as little as keeps ceil(n / stride), the smaller half first."""
    sides = []
    for n in (x.shape[3], x.shape[2]):
        total = max((-(-n // stride) - 1) * stride + size - n, 0)
        sides += [total // 2, total - total // 2]
    return F.pad(x, sides)


class WideResNet:
    def __init__(self, case):
        self.case = case
        self.variables = {}
        self.rng = np.random.default_rng(case["seed"])
        self.new_statistics = {}

    def variable(self, name, shape, center, spread):
        if name not in self.variables:
            values = (center + spread * self.rng.uniform(-1, 1, shape)).astype(np.float32)
            self.variables[name] = torch.tensor(values, dtype=torch.float64)
            if "running" not in name:
                self.variables[name].requires_grad_()
        return self.variables[name]

    def conv(self, name, x, outputs, size, stride):
        inputs = x.shape[1]
        spread = (6 / (size * size * outputs)) ** 0.5
        weight = self.variable(name + ".weight", (outputs, inputs, size, size), 0, spread)
        bias = self.variable(name + ".bias", (outputs,), 0, 0.1) if self.case["convolutionBias"] else None
        if self.case["padding"] == "same":
            return F.conv2d(pad_same(x, size, stride), weight, bias, stride)
        return F.conv2d(x, weight, bias, stride, padding=(size - 1) // 2)

    def norm(self, name, x, train):
        c = x.shape[1]
        gamma = self.variable(name + ".weight", (c,), 1, 0.3)
        beta = self.variable(name + ".bias", (c,), 0, 0.3)
        mean = self.variable(name + ".running_mean", (c,), 0, 0.3).clone()
        var = self.variable(name + ".running_var", (c,), 1, 0.5).clone()
        options = self.case["batchNorm"]
        y = F.batch_norm(x, mean, var, gamma, beta, train, 1 - options["decay"], options["epsilon"])
        self.new_statistics[name + ".running_mean"] = mean
        self.new_statistics[name + ".running_var"] = var
        return F.leaky_relu(y, 0.1)

    def __call__(self, x, train):
        case = self.case
        units = ((case["depth"] - 1) // case["groups"] - 1) // 2
        x = self.conv("conv1", x, STEM, 3, case["stemStride"])
        for group in range(case["groups"]):
            outputs = int(STEM * case["width"] * 2**group)
            for unit in range(units):
                name = f"block{group + 1}.layer.{unit}"
                stride = 2 if group > 0 and unit == 0 else 1
                a = self.norm(name + ".bn1", x, train)
                if group == 0 and unit == 0:
                    x = a
                main = self.conv(name + ".conv1", a, outputs, 3, stride)
                main = self.conv(name + ".conv2", self.norm(name + ".bn2", main, train), outputs, 3, 1)
                if x.shape[1] != outputs:
                    x = self.conv(name + ".convShortcut", x, outputs, 1, stride)
                x = x + main
        features = self.norm("bn1", x, train).mean((2, 3))
        classes = case["classes"]
        weight = self.variable("fc.weight", (classes, features.shape[1]), 0, 0.5)
        return features @ weight.T + self.variable("fc.bias", (classes,), 0, 0.5)


CASES = {
    "same, with bias": dict(
        seed=1, depth=10, width=0.25, groups=3, stemStride=1, channels=3, classes=10, convolutionBias=True,
        padding="same", batchNorm=dict(epsilon=1e-3, decay=0.999, runningVariance="unbiased"), size=12,
    ),
    "symmetric, without bias": dict(
        seed=2, depth=10, width=0.25, groups=3, stemStride=2, channels=1, classes=5, convolutionBias=False,
        padding="symmetric", batchNorm=dict(epsilon=1e-5, decay=0.9, runningVariance="unbiased"), size=28,
    ),
    "identity shortcuts": dict(
        seed=3, depth=6, width=1, groups=1, stemStride=2, channels=1, classes=3, convolutionBias=False,
        padding="same", batchNorm=dict(epsilon=1e-3, decay=0.99, runningVariance="unbiased"), size=8,
    ),
}


def compute(case):
    rng = np.random.default_rng(100 + case["seed"])
    n = 4
    images = rng.uniform(-1, 1, (n, case["channels"], case["size"], case["size"])).astype(np.float32)
    labels = torch.tensor(rng.integers(0, case["classes"], n))
    net = WideResNet(case)
    x = torch.tensor(images, dtype=torch.float64)
    logits = net(x, train=True)
    statistics = {name: value.clone() for name, value in net.new_statistics.items()}
    losses = F.cross_entropy(logits, labels, reduction="none")
    losses.mean().backward()
    evaluated = net(x, train=False)
    return {
        "options": {key: value for key, value in case.items() if key not in ("seed", "size")},
        "images": pack(images.transpose(0, 2, 3, 1)),
        "labels": labels.tolist(),
        "variables": {name: pack(value.detach()) for name, value in net.variables.items()},
        "train": {
            "logits": pack(logits.detach()),
            "losses": pack(losses.detach()),
            "gradients": {name: pack(value.grad) for name, value in net.variables.items() if value.requires_grad},
            "statistics": {name: pack(value) for name, value in statistics.items()},
        },
        "eval": {"logits": pack(evaluated.detach())},
    }


if __name__ == "__main__":
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "wide-resnet.json"
    path.write_text(json.dumps({name: compute(case) for name, case in CASES.items()}, indent=1) + "\n")
    print(path, path.stat().st_size, "bytes")
