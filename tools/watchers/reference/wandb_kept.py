"""Reads what Weights & Biases kept offline of a run, and prints [step, value] by name as JSON.

    python wandb_kept.py FOLDER

The package has no reader of its own files: it is LevelDB's log format, of W&B's protocol buffers behind seven bytes of
its own.
"""
import json
import struct
import sys
from pathlib import Path

from wandb.proto.wandb_internal_pb2 import Record

BLOCK, HEADER = 32768, 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def records(data: bytes):
    """The records of a log: each in one piece or several, none of which crosses a block's end."""
    at, begun = HEADER, b""
    while at + HEADER <= len(data):
        left = BLOCK - at % BLOCK
        if left < HEADER:
            at += left
            continue
        _, length, kind = struct.unpack_from("<IHB", data, at)
        begun += data[at + HEADER : at + HEADER + length]
        at += HEADER + length
        if kind in (FULL, LAST):
            yield begun
            begun = b""


kept: dict[str, list] = {}
for path in sorted(Path(sys.argv[1]).glob("wandb/offline-run-*/*.wandb")):
    for data in records(path.read_bytes()):
        record = Record.FromString(data)
        for item in record.history.item:
            name = item.key or ".".join(item.nested_key)
            if not name.startswith("_"):
                kept.setdefault(name, []).append([record.history.step.num, json.loads(item.value_json)])
print(json.dumps(kept))
