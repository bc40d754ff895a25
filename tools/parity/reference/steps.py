"""One training step of each method: forward, loss and gradients in a precision, from a state."""

import torch
import torch.nn.functional as F
from exchange import named, section
from networks import ResNetClassifier, Siamese, WideResNet
from updates import buffers, smooth, update


class Step:
    """What the steps share. `given` holds the tensors of our side, by section."""

    def __init__(self, config, given, dtype, channels_last=False):
        self.config, self.dtype = config, dtype
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        self.given = {n: t.to(dtype) if t.dtype.is_floating_point else t for n, t in given.items()}
        self.out = {}

    def images(self, name):
        """Bytes in NHWC to what the network sees."""
        share = self.given[f"batch/{name}"].permute(0, 3, 1, 2).to(self.dtype).contiguous(memory_format=self.format)
        network = self.config["network"]
        if "mean" not in network:
            return share * (2 / 255) - 1
        channels = lambda values: torch.tensor(values, dtype=self.dtype).view(1, -1, 1, 1)  # noqa: E731
        return (share / 255 - channels(network["mean"])) / channels(network["deviation"])

    def labels(self, stream="unlabelled"):
        return self.given[f"batch/{stream}/labels"].long()

    def load(self, model, variables):
        """A model in train mode that holds exactly the given variables."""
        model = model.to(self.dtype, memory_format=self.format).train()
        missing, unexpected = model.load_state_dict(variables, strict=False)
        missing = [name for name in missing if not name.endswith("num_batches_tracked")]
        assert not missing and not unexpected, f"names that do not map: {missing[:3]} {unexpected[:3]}"
        return model

    def variables(self, who):
        return section(self.given, f"state/{who}")

    def running(self, model):
        return {n: t for n, t in model.state_dict().items() if n.endswith(("running_mean", "running_var"))}

    def finish(self, loss, model, probe=None):
        """Gradients, and what becomes of the student's statistics."""
        loss.backward()
        self.out["loss/loss"] = loss
        self.out |= named("grad/student", {n: p.grad for n, p in model.named_parameters()})
        self.out |= named("forward/student", self.running(model))
        if probe is not None:
            self.out |= named("grad/probe", probe)

    def probe(self, features):
        """The gradient of the linear layer on features that it does not touch."""
        leaves = {n: t.clone().requires_grad_() for n, t in self.variables("probe").items()}
        logits = F.linear(features.detach(), leaves["probe.weight"], leaves["probe.bias"])
        loss = F.cross_entropy(logits, self.labels())
        self.out["loss/probe"] = loss
        return dict(zip(leaves, torch.autograd.grad(loss, leaves.values())))


def unit(x):
    return F.normalize(x, dim=1)


def follow(step, teacher, student):
    """The teacher's variables after it followed the student's."""
    spec = step.config["teacher"]
    momentum = 1 - step.config["scalars"]["momentumComplement"]
    stats = lambda v: {n: t for n, t in v.items() if n.endswith(("running_mean", "running_var"))}  # noqa: E731
    rest = {n: t for n, t in teacher.items() if n not in stats(teacher)}
    moved = smooth(spec["kind"], rest, student, section(step.given, "mask"), momentum)
    return {**moved, **buffers(spec["buffers"], spec["kind"], stats(teacher), stats(student), momentum)}


def supervised(step):
    kind = step.config["kind"]
    build = (lambda: WideResNet(step.config["network"])) if kind == "wrn" else (
        lambda: ResNetClassifier({k: v for k, v in step.config["network"].items() if k not in ("mean", "deviation")}, 10)
    )
    model = step.load(build(), step.variables("student"))
    x = step.images("labelled/images")
    with torch.no_grad():
        step.out["forward/eval/logits"] = model.eval()(x)["logits"]
    logits = model.train()(x)["logits"]
    step.out["forward/train/logits"] = logits
    step.finish(F.cross_entropy(logits, step.labels("labelled")), model)


def fixmatch(step):
    student = step.load(WideResNet(step.config["network"]), step.variables("student"))
    teacher = step.load(WideResNet(step.config["network"]), step.variables("teacher")).eval()
    with torch.no_grad():
        taught = teacher(step.images("unlabelled/weak"))["logits"]
        confidence, pseudo = taught.softmax(1).max(1)
        accepted = (confidence >= step.config["threshold"]).to(step.dtype)
    labelled = step.images("labelled/weak")
    logits = student(torch.cat([labelled, step.images("unlabelled/strong")]))["logits"]
    x, u = logits[: len(labelled)], logits[len(labelled) :]
    unsupervised = (accepted * F.cross_entropy(u, pseudo, reduction="none")).mean()
    supervised_loss = F.cross_entropy(x, step.labels("labelled"))
    step.out |= {"forward/teacher/logits": taught, "forward/train/logits": logits}
    step.out |= {"loss/supervised": supervised_loss, "loss/unsupervised": unsupervised}
    step.out["forward/maskRate"] = accepted.mean()
    step.finish(supervised_loss + step.config["weight"] * unsupervised, student)
    smoothed = buffers(
        step.config["teacher"]["buffers"], step.config["teacher"]["kind"], step.running(teacher),
        step.running(student), 1 - step.config["scalars"]["momentumComplement"],
    )  # fmt: skip
    step.out |= named("forward/teacher", smoothed)


def byol(step):
    network, before = step.config["network"], step.config["follows"] == "before-step"
    student_before, teacher_before = step.variables("student"), step.variables("teacher")
    early = follow(step, teacher_before, student_before) if before else teacher_before
    student = step.load(Siamese(network, predicts=True), student_before)
    teacher = step.load(Siamese(network), early)
    x1, x2 = step.images("unlabelled/one"), step.images("unlabelled/two")
    with torch.no_grad():
        z1, z2 = teacher(x1)["projection"], teacher(x2)["projection"]
    s1, s2 = student(x1), student(x2)
    apart = lambda p, z: (unit(p) - unit(z)).square().sum(1).mean()  # noqa: E731
    loss = apart(s1["prediction"], z2) + apart(s2["prediction"], z1)
    step.out |= named("forward/student/one", s1) | named("forward/student/two", s2)
    step.finish(loss, student, step.probe(s1["features"]))
    step.out |= named("forward/teacher", step.running(teacher))


def moco(step):
    build = lambda: Siamese(step.config["network"], head_norm=False)  # noqa: E731
    student = step.load(build(), step.variables("student"))
    teacher = step.load(build(), follow(step, step.variables("teacher"), step.variables("student")))
    order, temperature = step.given["order"].long(), step.config["temperature"]
    with torch.no_grad():
        shuffled = unit(teacher(step.images("unlabelled/two")[order])["projection"])
        keys = torch.empty_like(shuffled)
        keys[order] = shuffled
    made = student(step.images("unlabelled/one"))
    queries, queue = unit(made["projection"]), step.given["state/queue"]
    positive = (queries * keys).sum(1, keepdim=True)
    logits = torch.cat([positive, queries @ queue.T], 1) / temperature
    step.out |= {"forward/queries": queries, "forward/features": made["features"]}
    step.out["forward/queue"] = torch.cat([keys, queue])[: len(queue)]
    loss = F.cross_entropy(logits, torch.zeros(len(queries), dtype=torch.long))
    step.finish(loss, student, step.probe(made["features"]))
    step.out |= named("forward/teacher", step.running(teacher))


METHODS = {"supervised": supervised, "fixmatch": fixmatch, "byol": byol, "moco": moco}


def updates(step):
    """What the optimiser and the teacher make of our side's gradients and masks."""
    config = step.config
    given = section(step.given, "given/student")
    params = {name: t for name, t in step.variables("student").items() if name in given}
    rule = config["optimiser"]
    rate = config["scalars"]["learningRate"]
    moved, velocity = update(rule["kind"], rule["options"], params, given, step.variables("velocity"), rate)
    out = named("update/student", moved) | named("update/velocity", velocity)
    if "teacher" in config:
        after = {**step.variables("student"), **moved}
        student = step.variables("student") if config["follows"] == "before-step" else after
        followed = follow(step, step.variables("teacher"), student)
        names = {n for n in followed if not n.endswith(("running_mean", "running_var"))}
        out |= named("update/teacher", {n: followed[n] for n in names})
    probe = section(step.given, "given/probe")
    if probe:
        options = {"momentum": config["probeMomentum"], "nesterov": False, "weightDecay": 0.0, "decays": "everything"}
        rate = config["scalars"]["probeLearningRate"]
        moved, velocity = update("sgd", options, step.variables("probe"), probe, step.variables("probe-velocity"), rate)
        out |= named("update/probe", moved) | named("update/probe-velocity", velocity)
    return out
