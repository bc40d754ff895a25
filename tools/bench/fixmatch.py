"""FixMatch's networks and step, and a supervised step of the same network, in PyTorch."""

import torch
import torch.nn as nn
import torch.nn.functional as F


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
    """WRN-28-2, or another depth of the same width."""

    def __init__(self, depth=28, channels=3, stem_stride=1, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(channels, 16, 3, stem_stride, 1)
        units, width = [], 16
        for group, filters in enumerate([32, 64, 128]):
            for i in range((depth - 4) // 6):
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
    return torch.optim.SGD(groups, lr=0.03, momentum=0.9, nesterov=True, fused=True)


def normalise(x):
    return x.to(torch.float32) * (2 / 255) - 1


def supervised(setting, batch=64, **_):
    model = setting.network(WideResNet())
    optimiser = sgd(model)
    x, y = setting.images(batch, 3, 32), setting.labels(batch, 10)

    def loss_of(x, y):
        with setting.autocast():
            return F.cross_entropy(model(normalise(x)), y)

    loss_of = setting.compiled(loss_of)

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss_of(*setting.given(x, y)).backward()
        optimiser.step()

    return step


def fixmatch_of(network, channels=3, size=32, momentum=0.999):
    """The step of FixMatch with `batch` labelled images, and 7 unlabelled ones for each."""

    def fixmatch(setting, batch=16, **_):
        student, teacher = (setting.network(network()) for _ in range(2))
        teacher.eval().load_state_dict(student.state_dict())
        optimiser = sgd(student)
        labelled, y = setting.images(batch, channels, size), setting.labels(batch, 10)
        weak, strong = (setting.images(7 * batch, channels, size) for _ in range(2))
        pairs = list(zip(teacher.parameters(), student.parameters()))
        running = [(t, s) for t, s in zip(teacher.buffers(), student.buffers()) if t.dtype.is_floating_point]
        targets, sources = [t for t, _ in pairs + running], [s for _, s in pairs + running]

        def loss_of(labelled, weak, strong, y):
            with setting.autocast():
                with torch.no_grad():
                    confidence, pseudo = torch.softmax(teacher(normalise(weak)).float(), 1).max(1)
                    mask = (confidence >= 0.95).float()
                logits = student(normalise(torch.cat([labelled, strong]))).float()
                unsupervised = (F.cross_entropy(logits[batch:], pseudo, reduction="none") * mask).mean()
                return F.cross_entropy(logits[:batch], y) + unsupervised

        loss_of = setting.compiled(loss_of)

        def step():
            optimiser.zero_grad(set_to_none=True)
            loss_of(*setting.given(labelled, weak, strong, y)).backward()
            optimiser.step()
            with torch.no_grad():
                torch._foreach_lerp_(targets, sources, 1 - momentum)

        return step

    return fixmatch


WORKLOADS = {
    "supervised": supervised,
    "fixmatch": fixmatch_of(WideResNet),
    # experiments/quickstart.experiment.ts
    "quickstart": fixmatch_of(lambda: WideResNet(depth=10, channels=1, stem_stride=2), 1, 28, 0.94),
}
