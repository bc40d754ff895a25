"""What torchattacks makes of a small classifier: writes ../fixtures/attacks.json.

Needs torch 2.13.0 (CPU) and torchattacks 3.5.1: `npm run robustness-parity -- --fixture` installs both and runs this.
"""

import json
import os
import sys

import torch
import torchattacks
from torch import nn
from torch.nn import functional as F

SIZE, CLASSES, COUNT = 6, 4, 24
STEPS = 20
QUERIES = 40
MEAN, STD = [0.4, 0.5, 0.6], [0.2, 0.25, 0.3]


class Small(nn.Module):
    """Pixels 0 to 1; standardised within, so that gradients pass through that."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8 * SIZE * SIZE, CLASSES)

    def forward(self, x):
        x = (x - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
        x = F.softplus(self.norm(self.conv(x)))
        # Height, width, channels: as an image lies in memory here.
        return self.fc(x.permute(0, 2, 3, 1).flatten(1))


def pictures(n, templates, generator):
    labels = torch.arange(n) % CLASSES
    x = templates[labels] + 0.12 * torch.randn(n, 3, SIZE, SIZE, generator=generator)
    return (x.clamp(0, 1) * 255).round() / 255, labels


def trained():
    generator = torch.Generator().manual_seed(1)
    torch.manual_seed(1)
    templates = 0.5 + 0.1 * torch.randn(CLASSES, 3, SIZE, SIZE, generator=generator)
    model = Small()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(60):
        x, y = pictures(64, templates, generator)
        optimiser.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimiser.step()
    model.eval()
    return model, pictures(4 * COUNT, templates, generator)


def rounded(tensor, digits=7):
    return [round(v, digits) for v in tensor.flatten().tolist()]


def hwc(images):
    return images.permute(0, 2, 3, 1)


def noise(norm, shape):
    """What APGD draws first after it has seeded the generator, divided as it does."""
    torch.random.manual_seed(0)
    if norm == "Linf":
        t = 2 * torch.rand(shape) - 1
        return t / t.reshape(t.shape[0], -1).abs().max(dim=1)[0].view(-1, 1, 1, 1)
    t = torch.randn(shape)
    return t / (t**2).sum(dim=(1, 2, 3), keepdim=True).sqrt()


class Recorded(torchattacks.Square):
    """Square, and what it draws: for the whole batch, but for signs within L2, which images that are fooled already lack."""

    def attack_single_run(self, x, y):
        self.count, self.least, self.start, self.draws, self.first = len(x), None, None, [], {"turned": [], "signs": []}
        return super().attack_single_run(x, y)

    def random_int(self, *bounds):
        t = super().random_int(*bounds)
        if not self.draws or "signs" in self.draws[-1]:
            self.draws.append({"corners": []})
        self.draws[-1]["corners"].append(int(t))
        return t

    def eta(self, s):
        t = super().eta(s)
        turned = int(s > 1 and t[0, -1] < 0)
        if self.least is None:
            self.first["turned"].append(turned)
        else:
            self.draws[-1]["turned"] = turned
        return t

    def random_choice(self, shape):
        t = super().random_choice(shape)
        if self.least is None:
            self.first["signs"] += t.flatten().int().tolist()
            if self.norm == "Linf":
                self.start = t
        else:
            signs = torch.zeros(self.count, self.orig_dim[0])
            signs[self.least > 0] = t.flatten(1) if self.norm == "L2" else t.flatten()
            self.draws[-1]["signs"] = signs.int().flatten().tolist()
        return t

    def normalize_delta(self, x):
        t = super().normalize_delta(x)
        self.start = t if self.start is None else self.start
        return t

    def margin_and_loss(self, x, y):
        margin, loss = super().margin_and_loss(x, y)
        if self.least is None:
            self.least = margin.clone()
        else:
            active = self.least > 0
            self.least[active] = torch.minimum(self.least[active], margin)
        return margin, loss


def squares():
    """Its poles, and where it begins within L2, on larger images than the classifier's."""
    attack = Recorded(lambda x: torch.stack([x.mean((1, 2, 3)) + 1, x.amax((1, 2, 3))], 1), norm="L2", eps=1.0, n_queries=0)
    attack.set_model_training_mode = lambda *_, **__: None
    attack.model_training = False
    x = torch.zeros(1, 2, 16, 16)
    attack.init_hyperparam(x)
    attack.device = torch.device("cpu")
    attack.attack_single_run(x, torch.zeros(1, dtype=torch.long))
    begins = {"size": 16, "channels": 2, **attack.first, "start": rounded(hwc(attack.start))}
    patterns = {}
    for side in (3, 5, 8):
        t = torchattacks.Square.eta(attack, side)
        patterns[side] = rounded(t.T if t[0, -1] < 0 else t)
    return {"poles": patterns, "begins": begins}


def attacks(model):
    linf, l2 = dict(eps=18 / 255), dict(eps=0.5)
    yield "fgsm", "linf", linf, torchattacks.FGSM(model, **linf)
    yield "pgd", "linf", linf, torchattacks.PGD(model, **linf, alpha=4.5 / 255, steps=STEPS, random_start=False)
    yield "pgd", "l2", l2, torchattacks.PGDL2(model, **l2, alpha=0.125, steps=STEPS, random_start=False)
    yield "momentum", "linf", linf, torchattacks.MIFGSM(model, **linf, alpha=4.5 / 255, steps=STEPS, decay=1.0)
    for loss in ("ce", "dlr"):
        yield f"apgd-{loss}", "linf", linf, torchattacks.APGD(model, norm="Linf", **linf, steps=STEPS, loss=loss)
        yield f"apgd-{loss}", "l2", l2, torchattacks.APGD(model, norm="L2", **l2, steps=STEPS, loss=loss)
    linf, l2 = dict(eps=40 / 255), dict(eps=1.8)
    yield "square", "linf", linf, Recorded(model, norm="Linf", **linf, n_queries=QUERIES)
    yield "square", "l2", l2, Recorded(model, norm="L2", **l2, n_queries=QUERIES)


def main():
    torch.set_num_threads(1)
    model, (x, y) = trained()
    # APGD draws for the images that are right, which are therefore all of them.
    right = model(x).argmax(1) == y
    x, y = x[right][:COUNT], y[right][:COUNT]
    out = []
    for name, norm, epsilon, attack in attacks(model):
        found = attack(x, y)
        logits = model(found).detach()
        out.append({
            "attack": name, "norm": norm, "epsilon": epsilon["eps"],
            "right": (logits.argmax(1) == y).int().tolist(),
            "loss": rounded(F.cross_entropy(logits, y, reduction="none"), 5),
            "found": rounded(hwc(found[:4])),
            **({"start": rounded(hwc(attack.start.expand(x.shape))), "draws": attack.draws} if name == "square" else {}),
        })  # fmt: skip
    weights = {
        "kernel": rounded(model.conv.weight.permute(2, 3, 1, 0)), "bias": rounded(model.conv.bias),
        "gamma": rounded(model.norm.weight), "beta": rounded(model.norm.bias),
        "mean": rounded(model.norm.running_mean), "variance": rounded(model.norm.running_var),
        "dense": rounded(model.fc.weight.T), "denseBias": rounded(model.fc.bias),
    }  # fmt: skip
    document = {
        "size": SIZE, "classes": CLASSES, "steps": STEPS, "mean": MEAN, "deviation": STD, "epsilon": model.norm.eps,
        "weights": weights,
        "images": (hwc(x) * 255).round().int().flatten().tolist(),
        "labels": y.tolist(),
        "noise": {"linf": rounded(hwc(noise("Linf", x.shape))), "l2": rounded(hwc(noise("L2", x.shape)))},
        "attacks": out,
        "squares": squares(),
    }  # fmt: skip
    path = os.path.join(os.path.dirname(__file__), "..", "fixtures", "attacks.json")
    with open(path, "w") as file:
        json.dump(document, file, separators=(",", ":"))
        file.write("\n")
    for one in out:
        print(one["attack"], one["norm"], f"{100 * sum(one['right']) / len(y):.1f} % right", file=sys.stderr)


main()
