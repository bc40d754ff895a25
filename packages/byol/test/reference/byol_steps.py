"""Writes ../fixtures/byol-steps.json: four whole BYOL steps by PyTorch in float64, for both recipes and each kind of teacher.

An independent reference for test/step.test.ts, after google-deepmind/deepmind-research@f5de0ede byol/ and
tengteng95/Spatial_Ensemble@e94a54b models/m2_teacher.py. Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python byol_steps.py
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
from keys import update_key  # noqa: E402
from siamese import Probe, Siamese, doubled, fill, restore, spread, statistics, tensors  # noqa: E402
from following import follow  # noqa: E402

from wide_resnet import pack  # noqa: E402  of packages/nn, which siamese.py found

SIZE, BATCH, IMAGES, EPOCHS, WARM_EPOCHS, STEPS = 8, 8, 16, 5, 1, 4
TOTAL, WARM = EPOCHS * IMAGES // BATCH, WARM_EPOCHS * IMAGES // BATCH
CLASSES, PROBE_RATE, PROBE_MOMENTUM = 3, 0.1, 0.9
MASK_SEED = 9
NETWORK = dict(block="basic", units=[1, 1], width=3, stem="cifar-stride-2", channels=1, mean=[0.4], deviation=[0.3])
HEAD = dict(hidden=8, outputs=4, hiddenBias=True)

# What the recipes differ in (packages/byol/src/recipes.ts has the sources); rates are those of a batch of 256.
RECIPES = dict(
    byol=dict(
        outputBias=False, variance="biased", follows="after-step", warmFrom=0.0,
        optimiser=dict(kind="lars", learningRate=3.2, momentum=0.9, weightDecay=0.02, trust=0.2),
    ),
    momentum2=dict(
        outputBias=True, variance="unbiased", follows="before-step", warmFrom=1e-6,
        optimiser=dict(kind="sgd", learningRate=1.6, momentum=0.9, weightDecay=0.02),
    ),
)  # fmt: skip

LINF = dict(norm="linf", epsilon=8 / 255, stepSize=4 / 255, steps=3)
L2 = dict(norm="l2", epsilon=0.5, stepSize=0.2, steps=3)
DUAL = dict(stream="dual", batchNorm="dual")
COSINE = dict(kind="cosine", value=0.6)
CASES = [
    dict(name="byol, tma", recipe="byol", teacher=dict(kind="tma", momentum=COSINE, buffers="own")),
    dict(name="byol, se by layer", recipe="byol", teacher=dict(kind="se", preserve=0.5, granularity="layer", buffers="copy")),
    dict(name="byol, sts by channel", recipe="byol", teacher=dict(kind="sts", momentum=COSINE, preserve=0.5, granularity="channel", buffers="smooth")),
    dict(name="byol, none", recipe="byol", teacher=dict(kind="none")),
    dict(name="momentum2, tma", recipe="momentum2", teacher=dict(kind="tma", momentum=0.7, buffers="smooth")),
    dict(name="momentum2, sts by tensor", recipe="momentum2", teacher=dict(kind="sts", momentum=COSINE, preserve=0.7, granularity="tensor", buffers="own")),
    dict(name="momentum2, none", recipe="momentum2", teacher=dict(kind="none")),
    dict(name="byol, tma, adversarial", recipe="byol", teacher=dict(kind="tma", momentum=COSINE, buffers="own"), adversarial=LINF),
    dict(name="momentum2, none, adversarial", recipe="momentum2", teacher=dict(kind="none"), adversarial=L2),
    dict(name="byol, tma, dual stream and norms", recipe="byol", teacher=dict(kind="tma", momentum=COSINE, buffers="own"), adversarial={**LINF, **DUAL}),
    dict(name="momentum2, sts by channel, dual stream and norms", recipe="momentum2", teacher=dict(kind="sts", momentum=0.6, preserve=0.5, granularity="channel", buffers="own"), adversarial={**L2, **DUAL}),
    dict(name="momentum2, none, dual stream", recipe="momentum2", teacher=dict(kind="none"), adversarial={**LINF, "stream": "dual"}),
]  # fmt: skip


def network_of(recipe):
    head = {**HEAD, "outputBias": recipe["outputBias"]}
    norm = dict(epsilon=1e-5, decay=0.9, runningVariance=recipe["variance"])
    return {**NETWORK, "projector": head, "predictor": head, "batchNorm": norm}


def rate_at(recipe, step):
    """Linear warm-up from a rate, then half a cosine to 0."""
    base, first = recipe["optimiser"]["learningRate"] * BATCH / 256, recipe["warmFrom"]
    if step < WARM:
        return base, first + (base - first) * step / WARM
    return base, base * 0.5 * (1 + math.cos(math.pi * (step - WARM) / (TOTAL - WARM)))


@torch.no_grad()
def optimise(rule, params, velocity, rate):
    for name, w in params.items():
        excluded = rule["kind"] == "lars" and w.dim() == 1
        g = w.grad if excluded else w.grad + rule["weightDecay"] * w
        if rule["kind"] == "lars" and not excluded:
            g = g * rule["trust"] * w.norm() / g.norm()
        velocity[name] = rule["momentum"] * velocity[name] + g
        w -= rate * velocity[name]


def adversarial(how, student, view, target, key, name):
    """A view, moved away from the target by the student in eval mode."""
    images = NETWORK["deviation"][0] * view + NETWORK["mean"][0]
    standardised = lambda x: (x - NETWORK["mean"][0]) / NETWORK["deviation"][0]
    loss_of = lambda x: (2 - 2 * F.cosine_similarity(student(standardised(x), adversarial=True)[-1], target)).mean()
    student.eval()
    worse = ascend(images, starts(key, images, name), how, loss_of)
    student.train()
    return standardised(worse)


def run(case, images, labels, initial, probe_initial):
    recipe, spec = RECIPES[case["recipe"]], case["teacher"]
    how = case.get("adversarial", {})
    student = copy.deepcopy(initial[case["recipe"]])
    if how.get("batchNorm") == "dual":
        student = doubled(student, Siamese(network_of(recipe), head_norm=True, dual=True).double())
    teacher = None
    if spec["kind"] != "none":
        teacher = copy.deepcopy(student)
        del teacher.predictor
        teacher.heads = ["projector"]
    probe = Probe(*probe_initial, PROBE_MOMENTUM)
    params = dict(student.named_parameters())
    velocity = {name: torch.zeros_like(value) for name, value in params.items()}
    first = {name: value.detach().clone() for name, value in params.items()}
    metrics = []
    for step in range(STEPS):
        key, line = update_key(MASK_SEED, step), {}
        if teacher and recipe["follows"] == "before-step":
            line |= follow(spec, teacher, student, step, TOTAL, key)
        one, two = images["one"][step], images["two"][step]
        if teacher:
            before = statistics(teacher)
            with torch.no_grad():
                z1, z2 = teacher(one)[-1], teacher(two)[-1]
            if spec["buffers"] != "own":
                restore(teacher, before)
        if "adversarial" in case:
            if teacher:
                t1, t2 = z1, z2
            else:
                before = statistics(student)
                with torch.no_grad():
                    t1, t2 = student(one)[1], student(two)[1]
                restore(student, before)
            worse = adversarial(how, student, one, t2, key, "one"), adversarial(how, student, two, t1, key, "two")
            if how.get("stream") != "dual":
                one, two = worse
        (features, p1, q1), (_, p2, q2) = student(one), student(two)
        if not teacher:
            # A student that teaches itself predicts what it makes of the views as they are.
            z1, z2 = (t1, t2) if "adversarial" in case else (p1.detach(), p2.detach())
        # The form of the official STS code: 4 − 2 Σ cos.
        loss_of = lambda q1, q2: (4 - 2 * (F.cosine_similarity(q1, z2) + F.cosine_similarity(q2, z1))).mean()
        loss = loss_of(q1, q2)
        if how.get("stream") == "dual":
            # ACL's train_simCLR.py: (clean + adversarial) / 2.
            loss = (loss + loss_of(*(student(view, adversarial=True)[-1] for view in worse))) / 2
        student.zero_grad()
        loss.backward()
        base, rate = rate_at(recipe, step)
        optimise(recipe["optimiser"], params, velocity, rate)
        line |= {"loss": float(loss.detach()), "spread": float(spread(p1.detach()))}
        line |= probe.step(features, labels[step], PROBE_RATE * rate / base)
        if teacher and recipe["follows"] == "after-step":
            line |= follow(spec, teacher, student, step, TOTAL, key)
        metrics.append(line)
    moved = {name: float((value.detach() - first[name]).norm() / first[name].norm()) for name, value in params.items()}
    # A bias before batch norm has no gradient.
    assert min(far for name, far in moved.items() if not name.endswith(".0.bias")) > 1e-3, moved
    probed = {f"probe.{name}": pack(value.detach()) for name, value in probe.layer.named_parameters()}
    outputs = dict(student=tensors(student), probe=probed, **({"teacherVariables": tensors(teacher)} if teacher else {}))
    return {**case, "metrics": metrics, **outputs}


def main():
    rng = np.random.default_rng(3)
    bytes_ = {view: rng.integers(0, 256, (STEPS, BATCH, SIZE, SIZE), dtype=np.uint8) for view in ("one", "two")}
    # Two views of an image have something in common.
    bytes_["two"] = (0.7 * bytes_["one"] + 0.3 * bytes_["two"]).astype(np.uint8)
    scaled = lambda values: (torch.tensor(values, dtype=torch.float64)[:, :, None] / 255 - NETWORK["mean"][0]) / NETWORK["deviation"][0]
    labels = torch.tensor(rng.integers(0, CLASSES, (STEPS, BATCH)))
    initial = {name: Siamese(network_of(recipe), head_norm=True).double() for name, recipe in RECIPES.items()}
    for model in initial.values():
        fill(model, rng)
    features = initial["byol"].features
    draw = lambda *shape: torch.tensor(rng.uniform(-0.3, 0.3, shape).astype(np.float32))
    probe = (draw(CLASSES, features), draw(CLASSES))
    images = {view: scaled(values) for view, values in bytes_.items()}
    cases = [run(case, images, labels, initial, probe) for case in CASES]
    fixture = dict(
        size=SIZE, batch=BATCH, images=IMAGES, epochs=EPOCHS, warmEpochs=WARM_EPOCHS, maskSeed=MASK_SEED,
        network={**NETWORK, "hidden": HEAD["hidden"], "outputs": HEAD["outputs"]},
        optimisers={name: recipe["optimiser"] for name, recipe in RECIPES.items()},
        probe=dict(classes=CLASSES, learningRate=PROBE_RATE, momentum=PROBE_MOMENTUM),
        views={view: [part.reshape(-1).tolist() for part in values] for view, values in bytes_.items()},
        labels=labels.tolist(),
        initial={name: tensors(model) for name, model in initial.items()},
        initialProbe={"probe.weight": pack(probe[0]), "probe.bias": pack(probe[1])},
        cases=cases,
    )  # fmt: skip
    path = HERE.parent / "fixtures" / "byol-steps.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size, "bytes")
    for case in cases:
        print(case["name"], *({name: round(value, 3) for name, value in line.items()} for line in case["metrics"]), sep="\n  ")


if __name__ == "__main__":
    main()
