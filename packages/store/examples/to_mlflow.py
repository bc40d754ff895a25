"""Shows a run in MLflow while it is trained: pip install mlflow, then

    MLFLOW_TRACKING_URI=http://127.0.0.1:5000 python to_mlflow.py runs/fixmatch/0123456789ab sts-seed1

The name is yours to give. A second start makes a second run of MLflow's.
"""
import sys
from pathlib import Path

import mlflow
from follow import follow, named, spec_of


def leaves(tree, path=""):
    """The values of nested dictionaries and lists, by their paths: optimiser.learningRate."""
    if isinstance(tree, (dict, list)):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for name, value in items:
            yield from leaves(value, f"{path}.{name}" if path else str(name))
    else:
        yield path, tree


def show(folder: Path, name: str) -> None:
    about = spec_of(folder)
    mlflow.set_experiment("spatial-ensemble")
    with mlflow.start_run(run_name=name, tags={"identity": about["identity"], "method": about["run"]["method"]["name"]}):
        mlflow.log_params(dict(leaves(about["run"]["spec"])))
        for line in follow(folder):
            mlflow.log_metrics(named(line), step=line["step"])


if __name__ == "__main__":
    show(Path(sys.argv[1]), sys.argv[2])
