"""PyTorch's side of the check of weights: makes checkpoints, reads what we wrote, and gives logits.

One JSON object a line, the logits as safetensors files. Written for torch 2.13.0 (CPU), torchvision 0.28.0, timm 1.0.31.
"""

import json
import pickle
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).parents[2] / "parity" / "reference"))
from networks import WideResNet, resnet  # noqa: E402

import timm  # noqa: E402

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def pictures(path, mean=MEAN, std=STD):
    x = load_file(path)["pictures"].float() / 255
    return ((x - torch.tensor(mean)) / torch.tensor(std)).permute(0, 3, 1, 2).contiguous()


def logits(model, x):
    model.eval()
    with torch.no_grad():
        out = model(x)
    return out["logits"] if isinstance(out, dict) else out


def lively(model, x, seed=3):
    """Norms that are not 1 and 0, and running statistics of the pictures."""
    draw = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.data.copy_(0.5 + torch.rand(module.weight.shape, generator=draw))
            module.bias.data.copy_(0.2 * torch.randn(module.bias.shape, generator=draw))
            module.momentum = 1.0
    model.train()
    with torch.no_grad():
        model(x)
    return model


def built(kind, network):
    return WideResNet(network) if kind == "wide-resnet" else getattr(resnet, kind)()


def scaled(job):
    return pictures(job["pictures"], **({"mean": [0.5] * 3, "std": [0.5] * 3} if job["kind"] == "wide-resnet" else {}))


def make(job):
    """Checkpoints of a network with random weights, as torch.save, MoCo and NumPy write them, and its logits."""
    torch.manual_seed(5)
    folder, x = Path(job["folder"]), scaled(job)
    model = lively(built(job["kind"], job.get("network")), x)
    # The step below, for an optimiser's state in the checkpoint, changes the model's own tensors.
    state = {n: t.clone() for n, t in model.state_dict().items()}
    torch.save(state, folder / "plain.pth")
    torch.save({"state_dict": state, "epoch": 1}, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    save_file({n: t.contiguous() for n, t in state.items()}, folder / "plain.safetensors")
    np.savez(folder / "plain.npz", **{n: t.numpy() for n, t in state.items()})
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model.train()
    out = model(x[:2])
    (out["logits"] if isinstance(out, dict) else out).sum().backward()
    optimiser.step()
    moco = {f"module.encoder_{one}.{n}": t for one in "qk" for n, t in state.items() if not n.startswith("fc.")}
    moco |= {"module.queue": torch.randn(8, 32), "module.queue_ptr": torch.zeros(1, dtype=torch.long)}
    torch.save({"epoch": 200, "arch": job["kind"], "state_dict": moco, "optimizer": optimiser.state_dict()}, folder / "moco.pth.tar")
    again = built(job["kind"], job.get("network"))
    again.load_state_dict(torch.load(folder / "plain.pth"))
    again.eval()
    save_file({"logits": logits(again, x)}, folder / "logits.safetensors")
    return {}


def converted(state):
    """What MoCo's detection/convert-pretrain-to-detectron2.py makes of a checkpoint's state dict, in its words."""
    model = {}
    for name, value in state.items():
        if not name.startswith("module.encoder_q."):
            continue
        name = name.replace("module.encoder_q.", "")
        if "layer" not in name:
            name = "stem." + name
        for t in (1, 2, 3, 4):
            name = name.replace(f"layer{t}", f"res{t + 1}")
        for t in (1, 2, 3):
            name = name.replace(f"bn{t}", f"conv{t}.norm")
        name = name.replace("downsample.0", "shortcut").replace("downsample.1", "shortcut.norm")
        model[name] = value.numpy()
    return model


def read(job):
    """Logits by each ecosystem's own way in to what we wrote."""
    folder, x, out = Path(job["folder"]), scaled(job), {}
    if job["kind"] == "wide-resnet":
        model = built(job["kind"], job["network"])
        model.load_state_dict(load_file(folder / "pytorch.safetensors"), strict=True)
        out["pytorch"] = logits(model, x)
    else:
        model = built(job["kind"], None)
        model.load_state_dict(load_file(folder / "torchvision.safetensors"), strict=True)
        out["torchvision"] = logits(model, x)
        named = timm.create_model(f"local-dir:{folder / 'timm'}", pretrained=True)
        assert list(named.pretrained_cfg["mean"]) == MEAN, named.pretrained_cfg
        out["timm"] = logits(named, x)
        # MoCo's main_lincls.py: what begins with the query encoder's prefix, but not its head.
        state = torch.load(folder / "moco.pth.tar", map_location="cpu", weights_only=True)["state_dict"]
        linear = built(job["kind"], None)
        body = {n[len("module.encoder_q.") :]: t for n, t in state.items() if n.startswith("module.encoder_q") and not n.startswith("module.encoder_q.fc")}
        missing = linear.load_state_dict(body, strict=False)
        assert set(missing.missing_keys) - {"fc.weight", "fc.bias"} == set() and not missing.unexpected_keys, missing
        linear.fc.load_state_dict({n: load_file(folder / "torchvision.safetensors")[f"fc.{n}"] for n in ("weight", "bias")})
        out["moco"] = logits(linear, x)
        with open(folder / "detectron2.pkl", "rb") as file:
            pickled = pickle.load(file)
        theirs = converted(state)
        assert pickled["matching_heuristics"] is True and set(pickled["model"]) == set(theirs), set(pickled["model"]) ^ set(theirs)
        for name, value in theirs.items():
            ours = pickled["model"][name]
            assert ours.dtype == value.dtype and np.array_equal(ours, value), name
    save_file({n: t.contiguous() for n, t in out.items()}, folder / "theirs.safetensors")
    return {"read": list(out), "pickled": job["kind"] != "wide-resnet"}


def main():
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps({"make": make, "read": read}[job["do"]](job)), flush=True)


main()
