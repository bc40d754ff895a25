"""Tensors between the two sides: safetensors files, names divided into sections by slashes."""

import numpy as np
import torch
from safetensors.numpy import load_file, save_file


def read(path):
    return {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in load_file(path).items()}


def write(path, tensors):
    save_file({name: np.ascontiguousarray(t.detach().to(torch.float32).numpy()) for name, t in tensors.items()}, path)


def section(tensors, prefix):
    """The tensors of a section, without its name in front."""
    return {name[len(prefix) + 1 :]: t for name, t in tensors.items() if name.startswith(prefix + "/")}


def named(prefix, tensors):
    return {f"{prefix}/{name}": t for name, t in tensors.items()}
