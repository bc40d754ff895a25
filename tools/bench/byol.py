"""BYOL's step in PyTorch: momentum2's recipe with a moving average, torchvision's networks.

The recipe is that of packages/byol/src/recipes.ts. The classifier that DeepMind trains beside the encoder is part of
the step on both sides.
"""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F


class Basic(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or inputs != width:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        y = self.bn3(self.conv3(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


def trunk(block, units, imagenet):
    stem = (
        [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        if imagenet
        else [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    )
    layers, inputs = [], 64
    for stage, count in enumerate(units):
        for unit in range(count):
            width = 64 * 2**stage
            layers.append(block(inputs, width, 2 if stage > 0 and unit == 0 else 1))
            inputs = width * (4 if block is Bottleneck else 1)
    return nn.Sequential(*stem, *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()), inputs


def head(inputs, hidden, outputs):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, outputs))


def regression(p, z):
    return (F.normalize(p) - F.normalize(z)).square().sum(1).mean()


def byol_of(block, units, imagenet, usual_batch, usual_size):
    def byol(setting, batch=usual_batch, pixels=usual_size, **_):
        encoder, features = trunk(block, units, imagenet)
        encoder = setting.network(encoder)
        projector, predictor = (head(inputs, 4096, 256).to(setting.device) for inputs in (features, 256))
        target_encoder, target_projector = copy.deepcopy(encoder), copy.deepcopy(projector)
        probe = nn.Linear(features, 1000).to(setting.device)
        student = [*encoder.parameters(), *projector.parameters()]
        teacher = [*target_encoder.parameters(), *target_projector.parameters()]
        learnt = [*student, *predictor.parameters()]
        optimiser = torch.optim.SGD(learnt, lr=0.0125, momentum=0.9, weight_decay=1e-4, fused=True)
        probe_optimiser = torch.optim.SGD(probe.parameters(), lr=0.1, momentum=0.9, fused=True)
        one, two = (setting.images(batch, 3, pixels) for _ in range(2))
        labels = setting.labels(batch, 1000)
        mean = torch.tensor([0.485, 0.456, 0.406], device=setting.device).view(1, 3, 1, 1)
        deviation = torch.tensor([0.229, 0.224, 0.225], device=setting.device).view(1, 3, 1, 1)

        def loss_of(one, two, labels):
            x1, x2 = (((x.float() / 255) - mean) / deviation for x in (one, two))
            with setting.autocast():
                with torch.no_grad():
                    t1, t2 = target_projector(target_encoder(x1)), target_projector(target_encoder(x2))
                f1, f2 = encoder(x1), encoder(x2)
                p1, p2 = predictor(projector(f1)), predictor(projector(f2))
                read = probe(f1.detach())
            loss = regression(p1.float(), t2.float()) + regression(p2.float(), t1.float())
            return loss + F.cross_entropy(read.float(), labels)

        loss_of = setting.compiled(loss_of)

        def step():
            optimiser.zero_grad(set_to_none=True)
            probe_optimiser.zero_grad(set_to_none=True)
            loss_of(*setting.given(one, two, labels)).backward()
            optimiser.step()
            probe_optimiser.step()
            with torch.no_grad():
                torch._foreach_lerp_(teacher, student, 0.01)

        return step

    return byol


WORKLOADS = {
    "byol-resnet18": byol_of(Basic, [2, 2, 2, 2], False, 64, 32),
    "byol-resnet50": byol_of(Bottleneck, [3, 4, 6, 3], True, 8, 224),
}
