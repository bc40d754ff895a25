"""Follows the numbers of a run while it is trained. Needs nothing but Python.

    python follow.py runs/fixmatch/0123456789ab
"""
import json
import sys
import time
from pathlib import Path


def lines_in(folder: Path) -> list[dict]:
    """The whole lines of a run's metrics.jsonl as it is now; one without its end is still being written."""
    try:
        text = (folder / "metrics.jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.split("\n")[:-1]]


def is_complete(folder: Path) -> bool:
    """Whether the run has taken all its steps, so that nothing more comes."""
    try:
        return json.loads((folder / "result.json").read_text(encoding="utf-8"))["status"] == "complete"
    except FileNotFoundError:
        return False


def follow(folder: Path, seconds: float = 2.0):
    """Gives each line once, until the run is complete.

    The file is opened by its path each time, since a checkpoint writes it anew in the place of the old one. A run that
    goes on from a checkpoint cuts off the lines behind it and writes them again: a line is known by its kind and step.
    """
    told = set()
    while True:
        complete = is_complete(folder)  # Before the lines, so that the last of them are not missed.
        for line in lines_in(folder):
            key = (line["kind"], line["step"])
            if key not in told:
                told.add(key)
                yield line
        if complete:
            return
        time.sleep(seconds)


def spec_of(folder: Path) -> dict:
    """What the run trains: method, spec, seeds, data, arithmetic, and its identity."""
    return json.loads((folder / "spec.json").read_text(encoding="utf-8"))


def named(line: dict) -> dict[str, float]:
    """A line's numbers under the names that its event files have in TensorBoard, such as train/loss."""
    return {f"{line['kind']}/{name}": value for name, value in line["values"].items()}


if __name__ == "__main__":
    for line in follow(Path(sys.argv[1]), *map(float, sys.argv[2:])):
        print(line["step"], json.dumps(named(line)), flush=True)
