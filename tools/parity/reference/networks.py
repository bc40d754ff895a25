"""The networks, in PyTorch: torchvision's ResNets as they are, and FixMatch's wide ResNet."""

from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F

# Beside a CPU build of torch the compiled half of torchvision is missing; nothing here needs it.
register_fake = torch.library.register_fake
torch.library.register_fake = lambda name, *args, **options: (
    (lambda function: function) if name.startswith("torchvision::") else register_fake(name, *args, **options)
)
from torchvision.models import resnet  # noqa: E402


class BatchNorm(nn.BatchNorm2d):
    """PyTorch's batch norm; with Haiku's biased running variance, or in parts as on several devices, where asked for."""

    def __init__(self, channels, epsilon, decay, runningVariance="unbiased", groups=1):
        super().__init__(channels, eps=epsilon, momentum=1 - decay)
        self.biased, self.groups = runningVariance == "biased", groups

    def _check_input_dim(self, x):
        pass

    def forward(self, x):
        if not self.training or (self.groups == 1 and not self.biased):
            return super().forward(x)
        outputs, means, variances = [], [], []
        for part in x.chunk(self.groups):
            # With a momentum of 1 the buffers receive what the part has.
            mean, variance = torch.zeros_like(self.running_mean), torch.ones_like(self.running_var)
            outputs.append(F.batch_norm(part, mean, variance, self.weight, self.bias, True, 1.0, self.eps))
            n = part.numel() / part.shape[1]
            means.append(mean)
            variances.append(variance * (n - 1) / n if self.biased else variance)
        with torch.no_grad():
            self.running_mean.lerp_(torch.stack(means).mean(0), self.momentum)
            self.running_var.lerp_(torch.stack(variances).mean(0), self.momentum)
        return torch.cat(outputs)


def norms(options):
    return partial(BatchNorm, **options)


def trunk(block, units, width, stem, channels, zeroInitResidual, batchNorm):
    """torchvision's ResNet up to its average; only the stem is exchanged."""
    assert width == 64, "torchvision's stem has 64 channels"
    kind = resnet.BasicBlock if block == "basic" else resnet.Bottleneck
    model = resnet.ResNet(kind, units, zero_init_residual=zeroInitResidual, norm_layer=norms(batchNorm))
    features = model.fc.in_features
    model.fc = nn.Identity()
    if stem != "imagenet":
        stride, padding = (2 if stem == "cifar-stride-2" else 1), (2 if stem == "cifar-padding-2" else 1)
        model.conv1 = nn.Conv2d(channels, 64, 3, stride, padding, bias=False)
        model.maxpool = nn.Identity()
    return model, features


def head(inputs, hidden, outputs, hiddenBias, outputBias, batchNorm):
    """Linear, batch norm, ReLU, linear; without batch norm in MoCo's."""
    norm = [] if batchNorm is None else [norms(batchNorm)(hidden)]
    return nn.Sequential(
        nn.Linear(inputs, hidden, hiddenBias), *norm, nn.ReLU(), nn.Linear(hidden, outputs, outputBias)
    )


class Siamese(nn.Module):
    """Encoder, projector and, for BYOL's student, predictor."""

    def __init__(self, network, predicts=False, head_norm=True):
        super().__init__()
        options = {key: network[key] for key in ("block", "units", "width", "stem", "channels", "zeroInitResidual")}
        self.encoder, features = trunk(**options, batchNorm=network["batchNorm"])
        norm = network["batchNorm"] if head_norm else None
        biases = {} if head_norm else {"hiddenBias": True, "outputBias": True}
        self.projector = head(features, **network["projector"], **biases, batchNorm=norm)
        self.predictor = head(network["projector"]["outputs"], **network["predictor"], batchNorm=norm) if predicts else None

    def forward(self, x):
        features = self.encoder(x)
        projection = self.projector(features)
        out = {"features": features, "projection": projection}
        return out if self.predictor is None else {**out, "prediction": self.predictor(projection)}


class ResNetClassifier(nn.Module):
    def __init__(self, network, classes):
        super().__init__()
        model, features = trunk(**network)
        model.fc = nn.Linear(features, classes)
        self.model = model

    def forward(self, x):
        return {"logits": self.model(x)}

    def state_dict(self, *args, **options):
        return self.model.state_dict(*args, **options)

    def load_state_dict(self, *args, **options):
        return self.model.load_state_dict(*args, **options)

    def named_parameters(self, *args, **options):
        return self.model.named_parameters(*args, **options)


class Convolution(nn.Conv2d):
    """With TensorFlow's padding where asked for: the smaller half in front."""

    def __init__(self, inputs, outputs, size, stride, bias, padding):
        super().__init__(inputs, outputs, size, stride, size // 2 if padding == "symmetric" else 0, bias=bias)
        self.same = padding == "same"

    def forward(self, x):
        if self.same:
            pads = []
            for n, size, stride in zip(reversed(x.shape[2:]), reversed(self.kernel_size), reversed(self.stride)):
                missing = max((-(-n // stride) - 1) * stride + size - n, 0)
                pads += [missing // 2, missing - missing // 2]
            x = F.pad(x, pads)
        return super().forward(x)


class Unit(nn.Module):
    """Pre-activation residual unit of google-research/fixmatch@d4985a15 libml/models.py."""

    def __init__(self, inputs, outputs, stride, first, conv, norm):
        super().__init__()
        self.bn1, self.bn2 = norm(inputs), norm(outputs)
        self.conv1, self.conv2 = conv(inputs, outputs, 3, stride), conv(outputs, outputs, 3, 1)
        self.convShortcut = conv(inputs, outputs, 1, stride) if inputs != outputs else None
        self.first = first

    def forward(self, x):
        a = F.leaky_relu(self.bn1(x), 0.1)
        base = a if self.first else x
        main = self.conv2(F.leaky_relu(self.bn2(self.conv1(a)), 0.1))
        return main + (base if self.convShortcut is None else self.convShortcut(base))


class Group(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.layer = nn.Sequential(*units)

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, network):
        super().__init__()
        conv = partial(Convolution, bias=network["convolutionBias"], padding=network["padding"])
        norm = norms(network["batchNorm"])
        count = ((network["depth"] - 1) // network["groups"] - 1) // 2
        self.conv1 = conv(network["channels"], 16, 3, network["stemStride"])
        inputs, self.groups = 16, network["groups"]
        for group in range(self.groups):
            outputs, units = int(16 * network["width"] * 2**group), []
            for unit in range(count):
                stride = 2 if group > 0 and unit == 0 else 1
                units.append(Unit(inputs, outputs, stride, group == 0 and unit == 0, conv, norm))
                inputs = outputs
            setattr(self, f"block{group + 1}", Group(units))
        self.bn1 = norm(inputs)
        self.fc = nn.Linear(inputs, network["classes"])

    def forward(self, x):
        x = self.conv1(x)
        for group in range(self.groups):
            x = getattr(self, f"block{group + 1}")(x)
        return {"logits": self.fc(F.leaky_relu(self.bn1(x), 0.1).mean((2, 3)))}
