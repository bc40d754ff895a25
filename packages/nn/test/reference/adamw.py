"""Writes ../fixtures/adamw.json: updates of torch.optim.AdamW in float64.

Run it with
    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.4.6
    venv/bin/python adamw.py
"""

import json
import pathlib

import torch

OPTIONS = dict(beta1=0.9, beta2=0.999, epsilon=1e-8, weightDecay=0.1)
RATES = (1e-2, 2e-2, 5e-3, 1e-2, 0.0)
SHAPES = dict(kernel=(3, 4), gamma=(4,))
DECAYED = ("kernel",)


def main():
    torch.manual_seed(0)
    params = {name: torch.randn(shape, dtype=torch.float64) for name, shape in SHAPES.items()}
    first = {name: value.tolist() for name, value in params.items()}
    groups = [
        dict(params=[value], weight_decay=OPTIONS["weightDecay"] if name in DECAYED else 0.0)
        for name, value in params.items()
    ]
    betas = (OPTIONS["beta1"], OPTIONS["beta2"])
    optimiser = torch.optim.AdamW(groups, lr=1.0, betas=betas, eps=OPTIONS["epsilon"])
    steps = []
    for rate in RATES:
        grads = {name: torch.randn(shape, dtype=torch.float64) for name, shape in SHAPES.items()}
        for group in optimiser.param_groups:
            group["lr"] = rate
        for name, value in params.items():
            value.grad = grads[name]
        optimiser.step()
        state = optimiser.state
        steps.append(
            dict(
                rate=rate,
                grads={name: grad.tolist() for name, grad in grads.items()},
                params={name: value.tolist() for name, value in params.items()},
                first={name: state[value]["exp_avg"].tolist() for name, value in params.items()},
                second={name: state[value]["exp_avg_sq"].tolist() for name, value in params.items()},
            )
        )
    out = dict(options=OPTIONS, decayed=DECAYED, params=first, steps=steps)
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "adamw.json"
    path.write_text(json.dumps(out) + "\n")


main()
