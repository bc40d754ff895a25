"""Writes ../fixtures/resnet.json: small residual networks, forward and backward, by PyTorch in float64.

An independent reference for test/resnet.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python resnet.py
The modules carry torchvision's names; torchvision's own class cannot be made narrow enough for a fixture.
Everything is drawn from a seeded NumPy generator and rounded to float32, so the file is the same every time
(but for the last bits of PyTorch's sums).
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from wide_resnet import pack

STEMS = {
    "imagenet": dict(kernel_size=7, stride=2, padding=3),
    "cifar": dict(kernel_size=3, stride=1, padding=1),
    "cifar-padding-2": dict(kernel_size=3, stride=1, padding=2),
    "cifar-stride-2": dict(kernel_size=3, stride=2, padding=1),
}


def shortcut(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inputs, inner, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, inner, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.downsample = shortcut(inputs, inner, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, inner, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, 4 * inner, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * inner)
        self.downsample = shortcut(inputs, 4 * inner, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(y)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, block, units, width, stem, channels, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, bias=False, **STEMS[stem])
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(3, 2, 1) if stem == "imagenet" else nn.Identity()
        self.stages = []
        make = {"basic": Basic, "bottleneck": Bottleneck}[block]
        inputs = width
        for stage, count in enumerate(units):
            blocks = []
            for unit in range(count):
                inner = width * 2**stage
                blocks.append(make(inputs, inner, 2 if stage > 0 and unit == 0 else 1))
                inputs = inner * make.expansion
            name = f"layer{stage + 1}"
            self.add_module(name, nn.Sequential(*blocks))
            self.stages.append(name)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        for name in self.stages:
            x = getattr(self, name)(x)
        features = x.mean((2, 3))
        return features, self.fc(features)


def fill(model, rng):
    """Every variable away from its initial value, so that none is left out unseen."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            if tensor.dim() > 1:
                center, spread = 0, (6 / tensor[0].numel()) ** 0.5
            elif name.endswith("running_var") or name.endswith("weight"):
                center, spread = 1, 0.3
            else:
                center, spread = 0, 0.3
            values = (center + spread * rng.uniform(-1, 1, tuple(tensor.shape))).astype(np.float32)
            tensor.copy_(torch.tensor(values))


def tensors(model):
    return {name: pack(value) for name, value in model.state_dict().items() if "num_batches" not in name}


def compute(seed, block, stem, size):
    rng = np.random.default_rng(seed)
    channels = 1 if stem == "cifar-stride-2" else 3
    options = dict(block=block, units=[1, 2], width=3 if block == "basic" else 2, stem=stem, channels=channels)
    classes = 4
    model = ResNet(**options, classes=classes).double()
    fill(model, rng)
    images = rng.uniform(-1, 1, (4, channels, size, size)).astype(np.float32)
    labels = torch.tensor(rng.integers(0, classes, 4))
    x = torch.tensor(images, dtype=torch.float64)
    given = tensors(model)
    model.eval()
    with torch.no_grad():
        evaluated = model(x)
    model.train()
    features, logits = model(x)
    F.cross_entropy(logits, labels).backward()
    return {
        "options": options,
        "classes": classes,
        "images": pack(images.transpose(0, 2, 3, 1)),
        "labels": labels.tolist(),
        "variables": given,
        "train": {
            "features": pack(features.detach()),
            "logits": pack(logits.detach()),
            "gradients": {name: pack(value.grad) for name, value in model.named_parameters()},
            "statistics": {name: value for name, value in tensors(model).items() if "running" in name},
        },
        "eval": {"features": pack(evaluated[0]), "logits": pack(evaluated[1])},
    }


# Even and odd sizes: a stride of 2 meets both.
SIZES = {"imagenet": 26, "cifar": 9, "cifar-padding-2": 8, "cifar-stride-2": 14}

if __name__ == "__main__":
    cases = {
        f"{block}, {stem}": compute(10 * b + s, block, stem, SIZES[stem])
        for b, block in enumerate(("basic", "bottleneck"))
        for s, stem in enumerate(STEMS)
    }
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "resnet.json"
    path.write_text(json.dumps(cases) + "\n")
    print(path, path.stat().st_size, "bytes")
