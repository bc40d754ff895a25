"""Writes ../fixtures/linear-steps.json: steps of each protocol's classifier, and of the online probe, by PyTorch in
float64 on the same frozen features.

An independent reference for test/linear-step.test.ts and test/online-probe.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python linear_steps.py
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

FEATURES, CLASSES, BATCH, IMAGES, EPOCHS, STEPS = 6, 5, 32, 64, 5, 10
TEST = 6


def cosine(step):
    return 0.5 * (1 + math.cos(math.pi * step / STEPS))


def drops(step):
    """MoCo's: by epoch, here of 5 instead of 100, so after the third and the fourth."""
    epoch = step * BATCH // IMAGES
    return 0.1 ** sum(epoch >= milestone for milestone in (3, 4))


PROTOCOLS = {
    "sts": dict(base=0.2, schedule=cosine, nesterov=False, norm=True),
    "moco": dict(base=30.0, schedule=drops, nesterov=False, norm=False),
    "byol": dict(base=0.2, schedule=cosine, nesterov=True, norm=False),
    # The probe's own rate is given to every step.
    "probe": dict(base=0.1 * 256 / BATCH, schedule=lambda step: 1.0, nesterov=False, norm=False),
}


def numbers(tensor):
    return [float(x) for x in tensor.detach().reshape(-1)]


def run(batches, initial, test, base, schedule, nesterov, norm):
    linear = torch.nn.Linear(FEATURES, CLASSES).double()
    with torch.no_grad():
        linear.weight.copy_(initial.T)
        linear.bias.zero_()
    head = torch.nn.Sequential(linear, torch.nn.BatchNorm1d(CLASSES).double()) if norm else torch.nn.Sequential(linear)
    optimiser = torch.optim.SGD(head.parameters(), lr=1.0, momentum=0.9, nesterov=nesterov, weight_decay=0)
    rates, losses, accuracies = [], [], []
    for step, (features, labels) in enumerate(batches):
        rates.append(base * BATCH / 256 * schedule(step))
        for group in optimiser.param_groups:
            group["lr"] = rates[-1]
        logits = head(features)
        loss = F.cross_entropy(logits, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        accuracies.append((logits.argmax(1) == labels).double().mean().item())
    outcome = {
        "rates": rates,
        "losses": losses,
        "accuracies": accuracies,
        "kernel": numbers(linear.weight.T),
        "bias": numbers(linear.bias),
    }
    if norm:
        for ours, theirs in (("gamma", "weight"), ("beta", "bias"), ("mean", "running_mean"), ("variance", "running_var")):
            outcome[ours] = numbers(getattr(head[1], theirs))
    head.eval()
    outcome["logits"] = numbers(head(test))
    return outcome


def main():
    torch.manual_seed(5)
    # float32 values, so that both sides see the same features.
    draw = lambda *shape: torch.randn(*shape).double()
    batches = [(draw(BATCH, FEATURES).abs(), torch.randint(0, CLASSES, (BATCH,))) for _ in range(STEPS)]
    initial, test = (0.01 * draw(FEATURES, CLASSES)).float().double(), draw(TEST, FEATURES).abs()
    fixture = {
        "features": FEATURES,
        "classes": CLASSES,
        "batch": BATCH,
        "images": IMAGES,
        "epochs": EPOCHS,
        "initial": numbers(initial),
        "test": numbers(test),
        "batches": [{"features": numbers(x), "labels": labels.tolist()} for x, labels in batches],
        # The probe's weights start as zeros.
        "outcomes": {
            name: run(batches, initial if name != "probe" else 0 * initial, test, **protocol)
            for name, protocol in PROTOCOLS.items()
        },
    }
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "linear-steps.json"
    path.write_text(json.dumps(fixture) + "\n")
    for name, outcome in fixture["outcomes"].items():
        print(name, outcome["losses"], outcome["rates"])


main()
