"""A small encoder with heads, batch norm in parts of the batch, and what the references of BYOL and MoCo share."""

import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "nn" / "test" / "reference"))
from resnet import ResNet, fill, tensors  # noqa: E402, F401

from following import is_statistic  # noqa: E402


class PartedNorm(nn.Module):
    """In train mode each of `groups` parts by its own statistics; the running ones take the mean of theirs."""

    def __init__(self, channels, epsilon, decay, runningVariance, groups=1):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.epsilon, self.decay, self.unbiased, self.groups = epsilon, decay, runningVariance == "unbiased", groups

    def forward(self, x):
        if not self.training:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0, self.epsilon)
        parts = x.chunk(self.groups)
        with torch.no_grad():
            axes = [axis for axis in range(x.dim()) if axis != 1]
            mean = sum(part.mean(axes) for part in parts) / self.groups
            variance = sum(part.var(axes, unbiased=self.unbiased) for part in parts) / self.groups
            self.running_mean.lerp_(mean, 1 - self.decay)
            self.running_var.lerp_(variance, 1 - self.decay)
        return torch.cat([F.batch_norm(part, None, None, self.weight, self.bias, True, 0, self.epsilon) for part in parts])


class DualNorm(PartedNorm):
    """Two norms, of which images of either kind pass through their own (VITA-Group/Adversarial-Contrastive-Learning
    models/resnet_multi_bn.py: a list of norms, and the name of one of them beside the images)."""

    def __init__(self, channels, **options):
        super().__init__(channels, **options)
        self.adversarial = PartedNorm(channels, **options)
        self.on_adversarial = False

    def forward(self, x):
        return self.adversarial(x) if self.on_adversarial else super().forward(x)


def with_parted_norm(module, options, make=PartedNorm):
    for name, child in module.named_children():
        if isinstance(child, (nn.BatchNorm1d, nn.BatchNorm2d)):
            setattr(module, name, make(child.num_features, **options))
        else:
            with_parted_norm(child, options, make)
    return module


class Siamese(nn.Module):
    """Encoder and heads, by our names of modules."""

    def __init__(self, network, head_norm, dual=False):
        super().__init__()
        shape = {name: network[name] for name in ("block", "units", "width", "stem", "channels")}
        self.encoder = ResNet(**shape, classes=1)
        inputs = self.encoder.fc.in_features
        self.features, self.encoder.fc = inputs, nn.Identity()
        self.heads = [name for name in ("projector", "predictor") if name in network]
        for name in self.heads:
            head = network[name]
            first = nn.Linear(inputs, head["hidden"], bias=head["hiddenBias"])
            last = nn.Linear(head["hidden"], head["outputs"], bias=head["outputBias"])
            norm = [nn.BatchNorm1d(head["hidden"])] if head_norm else []
            self.add_module(name, nn.Sequential(first, *norm, nn.ReLU(), last))
            inputs = head["outputs"]
        with_parted_norm(self, network["batchNorm"], DualNorm if dual else PartedNorm)

    def forward(self, x, adversarial=False):
        """Features, and what each head makes of the one before. `adversarial`: by the norms of such images, where there are any."""
        for module in self.modules():
            if isinstance(module, DualNorm):
                module.on_adversarial = adversarial
        outputs = [self.encoder(x)[0]]
        for name in self.heads:
            outputs.append(getattr(self, name)(outputs[-1]))
        return outputs


def doubled(single, double):
    """A model with two sets of norms from one with one set; the second begins as the first does."""
    given, state = single.state_dict(), double.state_dict()
    double.load_state_dict({name: given[name.replace(".adversarial.", ".")] for name in state})
    return double


def statistics(model):
    return {name: value.clone() for name, value in model.named_buffers() if is_statistic(name)}


@torch.no_grad()
def restore(model, saved):
    for name, value in model.named_buffers():
        if name in saved:
            value.copy_(saved[name])


def spread(z):
    """Mean standard deviation of the directions."""
    return F.normalize(z, dim=1).std(0, unbiased=False).mean()


class Probe:
    """A linear layer by SGD with momentum, on features that it does not change."""

    def __init__(self, weight, bias, momentum):
        self.layer = nn.Linear(weight.shape[1], weight.shape[0]).double()
        with torch.no_grad():
            self.layer.weight.copy_(weight)
            self.layer.bias.copy_(bias)
        self.optimiser = torch.optim.SGD(self.layer.parameters(), lr=1.0, momentum=momentum)

    def step(self, features, labels, rate):
        logits = self.layer(features.detach())
        loss = F.cross_entropy(logits, labels)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.param_groups[0]["lr"] = rate
        self.optimiser.step()
        return {"probeLoss": float(loss.detach()), "probeAccuracy": float((logits.argmax(1) == labels).double().mean())}
