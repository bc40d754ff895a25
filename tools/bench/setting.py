"""How PyTorch's side runs: where, in which precision, and in which of the ways that PyTorch offers."""

import importlib

import torch

VARIANTS = ("eager", "channels_last", "compile")


class Setting:
    """
    `eager` keeps images as PyTorch does by itself, channels first; `channels_last` is eager too; `compile` is
    `torch.compile` of forward and loss, with its gradient, over channels_last.
    """

    def __init__(self, variant, precision, device):
        if variant not in VARIANTS:
            raise SystemExit(f"a variant is one of {', '.join(VARIANTS)}, got {variant}")
        self.variant, self.precision = variant, precision
        self.device = torch.device("cuda" if device == "gpu" else "cpu")
        if self.device.type == "cuda":
            # `float32` in full means the same on every device; PyTorch's own default for convolutions is TF32.
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
            torch.backends.cudnn.benchmark = True
        if variant == "compile":
            # Part of the library: what it takes is not a step's.
            importlib.import_module("torch._inductor.compile_fx")

    @property
    def layout(self):
        return torch.contiguous_format if self.variant == "eager" else torch.channels_last

    def network(self, module):
        return module.to(self.device).to(memory_format=self.layout)

    def images(self, count, channels, size):
        """Bytes as a loader gives them; see `given`."""
        made = torch.randint(0, 256, (count, channels, size, size), dtype=torch.uint8)
        return self.host(made.contiguous(memory_format=self.layout))

    def labels(self, count, classes):
        return self.host(torch.arange(count) % classes)

    def host(self, tensor):
        return tensor.pin_memory() if self.device.type == "cuda" else tensor

    def given(self, *tensors):
        """What a step is given lies on the host, on both sides, and is copied to the device at each step."""
        return tuple(tensor.to(self.device, non_blocking=True) for tensor in tensors)

    def autocast(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16")

    def compiled(self, function):
        return torch.compile(function) if self.variant == "compile" else function

    def synchronise(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()
