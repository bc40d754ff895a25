"""Writes ../fixtures/moco-steps.json: four whole MoCo v2 steps by PyTorch in float64, for each kind of teacher.

An independent reference for test/step.test.ts, after facebookresearch/moco@87e36d39 moco/builder.py: queue with a
pointer, keys made from a shuffled batch, each part of a batch with batch norm of its own as on a device. Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python moco_steps.py
The network and the teacher are those of packages/teacher/test/reference/.
"""

import copy
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "teacher" / "test" / "reference"))
from ascent import ascend, starts  # noqa: E402
from keys import fold, permutation, update_key  # noqa: E402
from siamese import Probe, Siamese, doubled, fill, restore, spread, statistics, tensors  # noqa: E402
from following import follow  # noqa: E402

from wide_resnet import pack  # noqa: E402  of packages/nn, which siamese.py found

SIZE, BATCH, IMAGES, EPOCHS, STEPS = 8, 8, 16, 5, 4
STEPS_PER_EPOCH = IMAGES // BATCH
TOTAL = EPOCHS * STEPS_PER_EPOCH
CLASSES, PROBE_RATE, PROBE_MOMENTUM = 3, 0.1, 0.9
MASK_SEED = 21
QUEUE, TEMPERATURE = 3 * BATCH, 0.2
RATE, MOMENTUM, DECAY = 3.2, 0.9, 0.02  # the rate of a batch of 256
HEAD = dict(hidden=8, outputs=4)
NETWORK = dict(block="basic", units=[1, 1], width=3, stem="cifar-stride-2", channels=1, mean=[0.4], deviation=[0.3])
NORM = dict(epsilon=1e-5, decay=0.9, runningVariance="unbiased")

LINF = dict(norm="linf", epsilon=8 / 255, stepSize=4 / 255, steps=3)

CASES = [
    dict(name="tma", groups=2, shuffle=True, teacher=dict(kind="tma", momentum=0.7, buffers="own")),
    dict(name="se by layer, one batch norm", groups=1, shuffle=False, teacher=dict(kind="se", preserve=0.5, granularity="layer", buffers="copy")),
    dict(name="sts by channel", groups=4, shuffle=True, teacher=dict(kind="sts", momentum=0.6, preserve=0.5, granularity="channel", buffers="smooth")),
    dict(name="sts by tensor, not shuffled", groups=2, shuffle=False, teacher=dict(kind="sts", momentum=0.6, preserve=0.5, granularity="tensor", buffers="own")),
    dict(
        name="tma, adversarial", groups=2, shuffle=True, teacher=dict(kind="tma", momentum=0.7, buffers="own"),
        adversarial=LINF,
    ),
    dict(name="none", groups=2, shuffle=True, teacher=dict(kind="none")),
    dict(
        name="sts by channel, dual stream and norms", groups=2, shuffle=True,
        teacher=dict(kind="sts", momentum=0.7, preserve=0.5, granularity="channel", buffers="own"),
        adversarial={**LINF, "stream": "dual", "batchNorm": "dual"},
    ),
    dict(
        name="tma, dual stream", groups=2, shuffle=True, teacher=dict(kind="tma", momentum=0.7, buffers="smooth"),
        adversarial={**LINF, "stream": "dual"},
    ),
]  # fmt: skip


def network_of(groups):
    head = {**HEAD, "hiddenBias": True, "outputBias": True}
    return {**NETWORK, "projector": head, "batchNorm": {**NORM, "groups": groups}}


def model_of(groups, initial, dual):
    return doubled(initial, Siamese(network_of(groups), head_norm=False, dual=dual).double())


def adversarial(how, student, view, k, queue, key):
    """A view, moved by the student in eval mode to where it finds its key worst."""
    images = NETWORK["deviation"][0] * view + NETWORK["mean"][0]

    def loss_of(x):
        q = F.normalize(student((x - NETWORK["mean"][0]) / NETWORK["deviation"][0], adversarial=True)[1], dim=1)
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / TEMPERATURE
        return F.cross_entropy(logits, torch.zeros(BATCH, dtype=torch.long))

    student.eval()
    worse = ascend(images, starts(key, images), how, loss_of)
    student.train()
    return (worse - NETWORK["mean"][0]) / NETWORK["deviation"][0]


def run(case, images, labels, initial, probe_initial, queue_initial):
    spec = case["teacher"]
    how = case.get("adversarial", {})
    student = model_of(case["groups"], initial, how.get("batchNorm") == "dual")
    follows = spec["kind"] != "none"
    teacher = copy.deepcopy(student)
    probe = Probe(*probe_initial, PROBE_MOMENTUM)
    optimiser = torch.optim.SGD(student.parameters(), lr=1.0, momentum=MOMENTUM, weight_decay=DECAY)
    queue, pointer = queue_initial.clone(), 0
    metrics = []
    for step in range(STEPS):
        key, line = update_key(MASK_SEED, step), {}
        # MC computes the queries first, which changes nothing but the student's running statistics.
        with torch.no_grad():
            if follows:
                line |= follow(spec, teacher, student, step, TOTAL, key)
            else:
                teacher.load_state_dict(student.state_dict())
            before = statistics(teacher)
            order = torch.tensor(permutation(fold(key, "shuffle"), BATCH)) if case["shuffle"] else torch.arange(BATCH)
            shuffled = F.normalize(teacher(images["two"][step][order])[1], dim=1)
            k = shuffled[torch.argsort(order)]
            if follows and spec["buffers"] != "own":
                restore(teacher, before)
        one = images["one"][step]
        if "adversarial" in case:
            worse = adversarial(how, student, one, k, queue, key)
            if how.get("stream") != "dual":
                one = worse
        features, projected = student(one)

        def contrast(projected):
            q = F.normalize(projected, dim=1)
            logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / TEMPERATURE
            return logits, F.cross_entropy(logits, torch.zeros(BATCH, dtype=torch.long))

        logits, loss = contrast(projected)
        if how.get("stream") == "dual":
            # VITA-Group/Adversarial-Contrastive-Learning train_simCLR.py: (clean + adversarial) / 2.
            loss = (loss + contrast(student(worse, adversarial=True)[1])[1]) / 2
        margin = (logits[:, 0] - logits[:, 1:].max(1).values).abs().min()
        assert margin > 1e-4, f"a key too close to a negative to tell which is nearer: {margin}"
        line["contrastAccuracy"] = float((logits.argmax(1) == 0).double().mean())
        optimiser.zero_grad()
        loss.backward()
        factor = 0.5 * (1 + math.cos(math.pi * (step // STEPS_PER_EPOCH) / EPOCHS))
        optimiser.param_groups[0]["lr"] = RATE * BATCH / 256 * factor
        optimiser.step()
        queue[pointer : pointer + BATCH] = k
        pointer = (pointer + BATCH) % QUEUE
        line |= {"loss": float(loss.detach()), "spread": float(spread(projected.detach()))}
        line |= probe.step(features, labels[step], PROBE_RATE * factor)
        metrics.append(line)
    probed = {f"probe.{name}": pack(value.detach()) for name, value in probe.layer.named_parameters()}
    outputs = dict(student=tensors(student), probe=probed, queue=pack(by_age(queue, pointer)))
    return {**case, "metrics": metrics, **outputs, **({"teacherVariables": tensors(teacher)} if follows else {})}


def by_age(queue, pointer):
    """The batches of the queue, the youngest in front; the one at the pointer is the oldest."""
    batches = list(queue.split(BATCH))
    at = pointer // BATCH
    return torch.cat([batches[(at - 1 - age) % len(batches)] for age in range(len(batches))])


def main():
    rng = np.random.default_rng(4)
    bytes_ = {view: rng.integers(0, 256, (STEPS, BATCH, SIZE, SIZE), dtype=np.uint8) for view in ("one", "two")}
    # Two views of an image have something in common.
    bytes_["two"] = (0.7 * bytes_["one"] + 0.3 * bytes_["two"]).astype(np.uint8)
    scaled = lambda values: (torch.tensor(values, dtype=torch.float64)[:, :, None] / 255 - NETWORK["mean"][0]) / NETWORK["deviation"][0]
    labels = torch.tensor(rng.integers(0, CLASSES, (STEPS, BATCH)))
    initial = Siamese(network_of(1), head_norm=False).double()
    fill(initial, rng)
    draw = lambda *shape: torch.tensor(rng.uniform(-0.3, 0.3, shape).astype(np.float32))
    probe = (draw(CLASSES, initial.features), draw(CLASSES))
    queue = F.normalize(torch.tensor(rng.normal(size=(QUEUE, HEAD["outputs"]))), dim=1)
    images = {view: scaled(values) for view, values in bytes_.items()}
    cases = [run(case, images, labels, initial, probe, queue) for case in CASES]
    fixture = dict(
        size=SIZE, batch=BATCH, images=IMAGES, epochs=EPOCHS, maskSeed=MASK_SEED, temperature=TEMPERATURE,
        network={**NETWORK, "projector": HEAD},
        optimiser=dict(learningRate=RATE, momentum=MOMENTUM, weightDecay=DECAY),
        probe=dict(classes=CLASSES, learningRate=PROBE_RATE, momentum=PROBE_MOMENTUM),
        views={view: [part.reshape(-1).tolist() for part in values] for view, values in bytes_.items()},
        labels=labels.tolist(),
        initial=tensors(initial),
        initialProbe={"probe.weight": pack(probe[0]), "probe.bias": pack(probe[1])},
        initialQueue=pack(by_age(queue, 0)),
        cases=cases,
    )  # fmt: skip
    path = HERE.parent / "fixtures" / "moco-steps.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size, "bytes")
    for case in cases:
        print(case["name"], *({name: round(value, 3) for name, value in line.items()} for line in case["metrics"]), sep="\n  ")


if __name__ == "__main__":
    main()
