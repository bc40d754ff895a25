"""Reads event files with TensorBoard's own package, and prints as JSON what runs it names and what the last argument holds.

    python events.py LOGDIR RUN

Scalars as [step, value] by tag, histograms as [step, numbers in it], images as steps.
"""
import json
import sys

from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

logdir, name = sys.argv[1:]
# Zero: all of a tag's points, not a sample.
boards = EventMultiplexer(size_guidance={"scalars": 0, "images": 0, "histograms": 0})
boards.AddRunsFromDirectory(logdir)
boards.Reload()
run = boards.GetAccumulator(name)
tags = run.Tags()
print(
    json.dumps(
        {
            "runs": sorted(boards.Runs()),
            "scalars": {tag: [[point.step, point.value] for point in run.Scalars(tag)] for tag in tags["scalars"]},
            "histograms": {
                tag: [[point.step, point.histogram_value.num] for point in run.Histograms(tag)]
                for tag in tags["histograms"]
            },
            "images": {tag: [point.step for point in run.Images(tag)] for tag in tags["images"]},
        }
    )
)
