"""Shows a run on Weights & Biases while it is trained: pip install wandb, then

    python to_wandb.py runs/fixmatch/0123456789ab sts-seed1

The name is yours to give; the run's identity is W&B's id, so that a second start goes on with the same one. With
WANDB_MODE=offline nothing leaves the machine, and `wandb sync` sends it later.
"""
import sys
from pathlib import Path

import wandb
from follow import follow, named, spec_of


def show(folder: Path, name: str) -> None:
    about = spec_of(folder)
    run = about["run"]
    shown = wandb.init(
        project="spatial-ensemble",
        name=name,
        id=about["identity"][:12],
        resume="allow",
        group=run["method"]["name"],
        config=run,
    )
    # A run that is gone on with tells its steps once more; W&B takes each once, in their order.
    known = shown.step if shown.resumed else -1
    for line in follow(folder):
        if line["step"] > known:
            shown.log(named(line), step=line["step"])
    shown.finish()


if __name__ == "__main__":
    show(Path(sys.argv[1]), sys.argv[2])
