"""Writes ../fixtures/fixmatch-steps.json: three whole FixMatch steps by PyTorch in float64, for each kind of teacher.

An independent reference for test/step.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python fixmatch_steps.py
The network is that of packages/nn/test/reference/wide_resnet.py. The masks are drawn as the library draws them (Philox,
keyed by step and unit), by packages/teacher/test/reference/keys.py.
"""

import copy
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
for package in ("nn", "teacher"):
    sys.path.insert(0, str(HERE.parents[2] / package / "test" / "reference"))
from ascent import ascend, starts  # noqa: E402
from keys import fold, uniforms, update_key  # noqa: E402
from wide_resnet import WideResNet, pack  # noqa: E402

NETWORK = dict(
    depth=4, width=0.25, groups=1, stemStride=2, channels=1, classes=4, convolutionBias=True, padding="same",
    batchNorm=dict(epsilon=1e-3, decay=0.9, runningVariance="unbiased"),
)
SIZE, LABELLED, RATIO, STEPS = 8, 4, 2, 3
RATE, MOMENTUM, DECAY = 0.1, 0.9, 5e-2
WEIGHT, THRESHOLD = 2.0, 0.75
MASK_SEED = 5

def our_name(torch_name):
    module, leaf = torch_name.rsplit(".", 1)
    norm = module.rsplit(".", 1)[-1].startswith("bn")
    ours = {"weight": "gamma" if norm else "kernel", "bias": "beta" if norm else "bias", "running_mean": "mean", "running_var": "variance"}
    return module, f"{module}.{ours[leaf]}"


def preserved(teacher, name, value, step):
    """1 where the teacher keeps its value, broadcast against the tensor; the output axis of PyTorch's tensors is 0."""
    p = teacher.get("preserve")
    if p is None:
        return torch.zeros(())
    module, ours = our_name(name)
    key = update_key(MASK_SEED, step)
    granularity = teacher["granularity"]
    unit = ours if granularity == "tensor" else module
    n = value.shape[0] if granularity == "channel" else 1
    kept = torch.tensor(uniforms(fold(key, unit), n) < np.float32(p), dtype=torch.float64)
    return kept.reshape(n, *[1] * (value.dim() - 1)) if granularity == "channel" else kept[0]


def is_buffer(name):
    return "running" in name


def clone(net):
    twin = WideResNet(net.case)
    twin.variables = {name: value.detach().clone().requires_grad_(value.requires_grad) for name, value in net.variables.items()}
    return twin


def adversarial(case, student, strong, labels, accepted, step):
    """Strong views, moved by the student in eval mode."""
    images = (strong + 1) / 2
    loss_of = lambda x: (accepted * F.cross_entropy(student(2 * x - 1, train=False), labels, reduction="none")).sum()
    return 2 * ascend(images, starts(update_key(MASK_SEED, step), images), case["adversarial"], loss_of) - 1


def run(case, images, labels, initial):
    teacher_spec, source = case["teacher"], case["from"]
    student, teacher = clone(initial), clone(initial)
    velocity = {name: torch.zeros_like(value) for name, value in student.variables.items() if not is_buffer(name)}
    metrics = []
    for step in range(STEPS):
        if teacher_spec["kind"] == "none":
            teacher = clone(student)
        x, weak, strong = (images[view][step] for view in ("labelled", "weak", "strong"))
        y, truth = labels["labelled"][step], labels["unlabelled"][step]
        if "adversarial" in case:
            with torch.no_grad():
                confidence, target = teacher(weak, train=False).softmax(1).max(1)
            strong = adversarial(case, student, strong, target, (confidence >= case["threshold"]).double(), step)
        inputs = {"teacher": [x, strong], "student": [x, weak, strong], "none": [x]}[source]
        logits = student(torch.cat(inputs), train=True)
        supervised = F.cross_entropy(logits[:LABELLED], y)
        loss, line = supervised, {"supervisedLoss": supervised}
        if source != "none":
            with torch.no_grad():
                guess = teacher(weak, train=False) if source == "teacher" else logits[LABELLED:-len(strong)]
                confidence, target = guess.softmax(1).max(1)
                margin = (confidence - case["threshold"]).abs().min()
                assert margin > 1e-3, f"a confidence too close to the threshold: {confidence}"
                accepted = (confidence >= case["threshold"]).double()
            unsupervised = (accepted * F.cross_entropy(logits[-len(strong):], target, reduction="none")).mean()
            loss = supervised + WEIGHT * unsupervised
            right = (target == truth).double()
            line |= {"unsupervisedLoss": unsupervised, "maskRate": accepted.mean(), "pseudoLabelAccuracy": right.mean()}
            line |= {"acceptedAccuracy": (accepted * right).sum() / accepted.sum().clamp(min=1)}
        names = list(velocity)
        gradients = torch.autograd.grad(loss, [student.variables[name] for name in names])
        with torch.no_grad():
            for name, gradient in zip(names, gradients):
                w = student.variables[name]
                g = gradient + DECAY * w if w.dim() > 1 else gradient
                velocity[name] = MOMENTUM * velocity[name] + g
                w -= RATE * (g + MOMENTUM * velocity[name])
            student.variables |= {name: value.clone() for name, value in student.new_statistics.items()}
            m = teacher_spec.get("momentum", 0.0)
            for name, value in teacher.variables.items():
                now = student.variables[name]
                if is_buffer(name):
                    keep = 0.0 if case["buffers"] == "copy" else m
                    value.copy_(keep * value + (1 - keep) * now)
                else:
                    kept = preserved(teacher_spec, name, value, step)
                    value.copy_(kept * value + (1 - kept) * (m * value + (1 - m) * now))
            apart = sum(((teacher.variables[name] - student.variables[name]) ** 2).sum() for name in names)
            size = sum((student.variables[name] ** 2).sum() for name in names)
            line |= {"loss": loss}
            if teacher_spec["kind"] != "none":
                p = teacher_spec.get("preserve", 0.0)
                line |= {"distance": (apart / size).sqrt(), "effectiveMomentum": torch.tensor(p + (1 - p) * m)}

        metrics.append({name: float(value.detach()) for name, value in line.items()})
    flat = lambda net: {name: pack(value.detach()) for name, value in net.variables.items()}
    return {**case, "metrics": metrics, "student": flat(student), "teacherVariables": flat(teacher)}


CASES = [
    dict(name="none", teacher=dict(kind="none"), buffers="smooth"),
    dict(name="tma", teacher=dict(kind="tma", momentum=0.7), buffers="smooth"),
    dict(name="tma, copied buffers", teacher=dict(kind="tma", momentum=0.7), buffers="copy"),
    dict(name="se by layer", teacher=dict(kind="se", preserve=0.6, granularity="layer"), buffers="smooth"),
    dict(name="sts by tensor", teacher=dict(kind="sts", momentum=0.5, preserve=0.5, granularity="tensor"), buffers="smooth"),
    dict(name="sts by channel", teacher=dict(kind="sts", momentum=0.5, preserve=0.5, granularity="channel"), buffers="smooth"),
    dict(name="original", teacher=dict(kind="tma", momentum=0.7), buffers="copy", **{"from": "student"}),
    dict(
        name="adversarial, linf", teacher=dict(kind="sts", momentum=0.5, preserve=0.5, granularity="channel"), buffers="copy",
        adversarial=dict(norm="linf", epsilon=8 / 255, stepSize=4 / 255, steps=3),
    ),
    dict(
        name="adversarial, l2", teacher=dict(kind="tma", momentum=0.7), buffers="copy",
        adversarial=dict(norm="l2", epsilon=0.5, stepSize=0.2, steps=4),
    ),
    dict(name="supervised", teacher=dict(kind="tma", momentum=0.7), buffers="smooth", **{"from": "none"}),
]


def main():
    rng = np.random.default_rng(11)
    counts = dict(labelled=LABELLED, weak=LABELLED * RATIO, strong=LABELLED * RATIO)
    bytes_ = {view: rng.integers(0, 256, (STEPS, n, SIZE, SIZE), dtype=np.uint8) for view, n in counts.items()}
    images = {view: torch.tensor(values, dtype=torch.float64)[:, :, None] * (2 / 255) - 1 for view, values in bytes_.items()}
    classes = NETWORK["classes"]
    labels = {stream: torch.tensor(rng.integers(0, classes, (STEPS, n))) for stream, n in dict(labelled=LABELLED, unlabelled=LABELLED * RATIO).items()}
    initial = WideResNet({**NETWORK, "seed": 42})
    with torch.no_grad():
        initial(images["labelled"][0], train=False)
        initial.variables["fc.weight"] *= 12
    cases = [run({"from": "teacher", "threshold": THRESHOLD, **case}, images, labels, initial) for case in CASES]
    fixture = {
        "network": NETWORK,
        "rate": RATE, "momentum": MOMENTUM, "weightDecay": DECAY, "weight": WEIGHT, "maskSeed": MASK_SEED,
        "steps": STEPS, "size": SIZE, "labelledBatch": LABELLED, "ratio": RATIO,
        "images": {view: [part.reshape(-1).tolist() for part in values] for view, values in bytes_.items()},
        "labels": {stream: values.tolist() for stream, values in labels.items()},
        "initial": {name: pack(value.detach()) for name, value in initial.variables.items()},
        "cases": cases,
    }
    path = HERE.parent / "fixtures" / "fixmatch-steps.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size, "bytes")
    for case in cases:
        print(case["name"], [round(line.get("maskRate", -1), 3) for line in case["metrics"]], [round(line["loss"], 3) for line in case["metrics"]])


if __name__ == "__main__":
    main()
