"""The other side of the check of robustness: torchattacks' attacks on a network of ours, imagecorruptions' pictures.

One JSON object a line, tensors as safetensors files. Written for torch 2.13.0 (CPU), torchattacks 3.5.1 and
imagecorruptions 1.1.2.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchattacks
from safetensors.numpy import load_file as load_arrays, save_file as save_arrays
from safetensors.torch import load_file, save_file
from torch.nn import functional as F

ROOT = Path(__file__).parents[3]
sys.path += [str(ROOT / "tools/parity/reference"), str(ROOT / "packages/robustness/test/reference")]
from networks import WideResNet  # noqa: E402

torch.set_num_threads(1)
MODEL = None


class Pixels(torch.nn.Module):
    """The network, of pixels from 0 to 1: FixMatch's scaling is within."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(2 * x - 1)["logits"]


def images(path):
    tensors = load_file(path)
    return (tensors["images"].float() / 255).permute(0, 3, 1, 2).contiguous(), tensors["labels"].long()


def train(job):
    """A network that tells clothes well enough to be fooled, and its weights."""
    global MODEL
    torch.manual_seed(3)
    x, y = images(job["images"])
    MODEL = Pixels(WideResNet(job["network"]))
    optimiser = torch.optim.SGD(MODEL.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    for _ in range(job["steps"]):
        chosen = torch.randint(len(x), (64,))
        optimiser.zero_grad()
        F.cross_entropy(MODEL(x[chosen]), y[chosen]).backward()
        optimiser.step()
    MODEL.eval()
    save_file({n: t.contiguous() for n, t in MODEL.network.state_dict().items()}, job["weights"])
    return {}


def classify(job):
    x, y = images(job["images"])
    with torch.no_grad():
        logits = MODEL(x)
    return {"right": (logits.argmax(1) == y).int().tolist()}


def noise(norm, shape):
    """What APGD draws after it has seeded its generator, divided as it does."""
    torch.random.manual_seed(0)
    if norm == "linf":
        t = 2 * torch.rand(shape) - 1
        return t / t.flatten(1).abs().max(dim=1)[0].view(-1, 1, 1, 1)
    t = torch.randn(shape)
    return t / (t**2).sum(dim=(1, 2, 3), keepdim=True).sqrt()


def built(job):
    name, norm, eps, steps = (job[key] for key in ("attack", "norm", "epsilon", "steps"))
    shared = dict(eps=eps, steps=steps)
    if name == "fgsm":
        return torchattacks.FGSM(MODEL, eps=eps)
    if name == "pgd":
        kind = torchattacks.PGD if norm == "linf" else torchattacks.PGDL2
        return kind(MODEL, **shared, alpha=eps / 4, random_start=job["random"])
    if name == "momentum":
        return torchattacks.MIFGSM(MODEL, **shared, alpha=eps / 4, decay=1.0)
    if name == "square":
        return torchattacks.Square(MODEL, norm="Linf" if norm == "linf" else "L2", eps=eps, n_queries=steps)
    return torchattacks.APGD(MODEL, norm="Linf" if norm == "linf" else "L2", **shared, loss=name.removeprefix("apgd-"))


def attack(job):
    """Which images, all of them right, an attack leaves right; APGD's start is handed over."""
    x, y = images(job["images"])
    torch.random.manual_seed(1)
    found = built(job)(x, y)
    with torch.no_grad():
        right = MODEL(found).argmax(1) == y
    if job["attack"].startswith("apgd"):
        save_file({"noise": noise(job["norm"], x.shape).permute(0, 2, 3, 1).contiguous()}, job["noise"])
    return {"right": right.int().tolist()}


def corrupt(job):
    """Pictures corrupted by the numbers that are told."""
    from corruptions import corrupted

    given = load_arrays(job["given"])
    out = {}
    for name in job["kinds"]:
        style, kind, severity = name.split(" ")
        numbers = [given.get(f"{name} {what}", np.zeros(0)) for what in ("uniforms", "normals")]
        picture = given["picture"].astype(np.uint8)
        found = corrupted(picture, kind.replace("-", "_"), int(severity), style, *numbers)
        # Some are views with other strides, which safetensors 0.8.0 writes as they lie.
        out[name] = np.ascontiguousarray(found, np.int32)
    save_arrays(out, job["out"])
    return {}


def main():
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps({"train": train, "classify": classify, "attack": attack, "corrupt": corrupt}[job["do"]](job)), flush=True)


main()
