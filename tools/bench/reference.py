"""PyTorch's side of the benchmark: eager, channels_last, the same shapes and the same optimiser.

Protocol, one JSON object a line: reads {"steps": n}, runs n steps, answers {"ms": [...], "peakMb": x}; ends with the input.
Written for torch 2.13.0 (CPU).
"""

import json
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

import byol


class Unit(nn.Module):
    """Pre-activation residual unit of the official FixMatch network (google-research/fixmatch d4985a15, libml/models.py)."""

    def __init__(self, inputs, outputs, stride, activate_before):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs, eps=1e-3, momentum=1e-3)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1)
        self.norm2 = nn.BatchNorm2d(outputs, eps=1e-3, momentum=1e-3)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride) if inputs != outputs else None
        self.activate_before = activate_before

    def forward(self, x):
        a = F.leaky_relu(self.norm1(x), 0.1)
        base = a if self.activate_before else x
        main = self.conv2(F.leaky_relu(self.norm2(self.conv1(a)), 0.1))
        return (base if self.shortcut is None else self.shortcut(base)) + main


class WideResNet(nn.Module):
    """WRN-28-2."""

    def __init__(self, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1)
        units, width = [], 16
        for group, filters in enumerate([32, 64, 128]):
            for i in range(4):
                units.append(Unit(width, filters, 2 if group > 0 and i == 0 else 1, group == 0 and i == 0))
                width = filters
        self.units = nn.Sequential(*units)
        self.norm = nn.BatchNorm2d(width, eps=1e-3, momentum=1e-3)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        h = self.units(self.stem(x))
        return self.head(F.leaky_relu(self.norm(h), 0.1).mean((2, 3)))


def sgd(model):
    kernels = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": kernels, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.SGD(groups, lr=0.03, momentum=0.9, nesterov=True)


def images(n):
    return torch.randint(0, 256, (n, 3, 32, 32), dtype=torch.uint8).contiguous(memory_format=torch.channels_last)


def normalise(x):
    return x.to(torch.float32) * (2 / 255) - 1


def supervised(bf16):
    model = WideResNet().to(memory_format=torch.channels_last)
    optimiser = sgd(model)
    x, y = images(64), torch.arange(64) % 10

    def step():
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            loss = F.cross_entropy(model(normalise(x)), y)
        loss.backward()
        optimiser.step()

    return step


def fixmatch(bf16):
    student = WideResNet().to(memory_format=torch.channels_last)
    teacher = WideResNet().to(memory_format=torch.channels_last).eval()
    teacher.load_state_dict(student.state_dict())
    optimiser = sgd(student)
    labelled, weak, strong, y = images(16), images(7 * 16), images(7 * 16), torch.arange(16) % 10
    pairs = list(zip(teacher.parameters(), student.parameters()))
    running = [(t, s) for t, s in zip(teacher.buffers(), student.buffers()) if t.dtype.is_floating_point]
    targets, sources = [t for t, _ in pairs + running], [s for _, s in pairs + running]

    def step():
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            with torch.no_grad():
                confidence, pseudo = torch.softmax(teacher(normalise(weak)).float(), 1).max(1)
                mask = (confidence >= 0.95).float()
            logits = student(normalise(torch.cat([labelled, strong]))).float()
            loss = F.cross_entropy(logits[:16], y) + (F.cross_entropy(logits[16:], pseudo, reduction="none") * mask).mean()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(targets, sources, 0.001)

    return step


def resnet50_shapes():
    shapes, width = [(64, 3, 7, 7), (64,), (64,)], 64
    for blocks, w in [(3, 64), (4, 128), (6, 256), (3, 512)]:
        for i in range(blocks):
            shapes += [(w, width, 1, 1), (w,), (w,), (w, w, 3, 3), (w,), (w,), (4 * w, w, 1, 1), (4 * w,), (4 * w,)]
            if i == 0:
                shapes += [(4 * w, width, 1, 1), (4 * w,), (4 * w,)]
            width = 4 * w
    return shapes + [(1000, 2048), (1000,)]


def smoothing(_):
    """The in-place moving average that PyTorch offers, over ResNet-50's 161 tensors (25.6 M parameters)."""
    teacher = [torch.zeros(shape) for shape in resnet50_shapes()]
    student = [torch.ones(shape) for shape in resnet50_shapes()]

    def step():
        torch._foreach_lerp_(teacher, student, 0.01)

    return step


def peak(bf16):
    """Square matrix product, for the cores' peak arithmetic."""
    dtype = torch.bfloat16 if bf16 else torch.float32
    a, b = torch.randn(2048, 2048).to(dtype), torch.randn(2048, 2048).to(dtype)

    def step():
        torch.mm(a, b)

    return step


WORKLOADS = {"supervised": supervised, "fixmatch": fixmatch, "smoothing": smoothing, "peak": peak, **byol.WORKLOADS}


def main():
    workload, precision = sys.argv[1], sys.argv[2]
    torch.manual_seed(0)
    step = WORKLOADS[workload](precision == "bfloat16")
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(json.loads(line)["steps"]):
            start = time.perf_counter()
            step()
            times.append((time.perf_counter() - start) * 1e3)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": times, "peakMb": peak_mb}), flush=True)


main()
