"""Writes ../fixtures/vision-transformer.json: a tiny vision transformer, forward and backward, by PyTorch in float64.

An independent reference for test/vision-transformer.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python vision_transformer.py
The modules carry torchvision's names (torchvision/models/vision_transformer.py); attention and norms are PyTorch's own.
"""

import json
import pathlib

import numpy as np
import torch
from torch import nn

from wide_resnet import pack

SIZE, PATCH, DIM, HEADS, HIDDEN, BLOCKS = 8, 4, 6, 2, 10, 1
TOKENS = (SIZE // PATCH) ** 2 + 1


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1 = nn.LayerNorm(DIM, eps=1e-6)
        self.self_attention = nn.MultiheadAttention(DIM, HEADS, batch_first=True)
        self.ln_2 = nn.LayerNorm(DIM, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(DIM, HIDDEN), nn.GELU(), nn.Dropout(0), nn.Linear(HIDDEN, DIM))

    def forward(self, x):
        y = self.ln_1(x)
        x = x + self.self_attention(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.class_token = nn.Parameter(torch.empty(1, 1, DIM))
        self.conv_proj = nn.Conv2d(3, DIM, PATCH, PATCH)
        self.encoder = nn.Module()
        self.encoder.pos_embedding = nn.Parameter(torch.empty(1, TOKENS, DIM))
        self.encoder.layers = nn.Module()
        for i in range(BLOCKS):
            setattr(self.encoder.layers, f"encoder_layer_{i}", Block())
        self.encoder.ln = nn.LayerNorm(DIM, eps=1e-6)

    def forward(self, images):
        x = self.conv_proj(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], 1) + self.encoder.pos_embedding
        for block in self.encoder.layers.children():
            x = block(x)
        return self.encoder.ln(x)[:, 0]


def main():
    rng = np.random.default_rng(7)
    net = Transformer().double()
    with torch.no_grad():
        for name, value in sorted(net.named_parameters()):
            norm = ".ln" in name and name.endswith("weight")
            drawn = rng.normal(1 if norm else 0, 0.5, value.shape).astype(np.float32)
            value.copy_(torch.tensor(drawn, dtype=torch.float64))
    images = rng.uniform(-1, 1, (3, 3, SIZE, SIZE)).astype(np.float32)
    weights = rng.normal(0, 1, (3, DIM)).astype(np.float32)
    features = net(torch.tensor(images, dtype=torch.float64))
    (features * torch.tensor(weights, dtype=torch.float64)).sum().backward()
    out = dict(
        images=pack(images.transpose(0, 2, 3, 1)),
        weights=pack(weights),
        variables={name: pack(value.detach()) for name, value in net.named_parameters()},
        features=pack(features.detach()),
        gradients={name: pack(value.grad) for name, value in net.named_parameters()},
    )
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "vision-transformer.json"
    path.write_text(json.dumps(out) + "\n")


main()
