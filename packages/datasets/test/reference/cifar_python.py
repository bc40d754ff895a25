# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6"]
# ///
"""Small archives in the formats of CIFAR-10's and CIFAR-100's `python` and `binary` versions, with the same images.

Batches were pickled by Python 2, whose strings are bytes. Python 3 cannot write those, so that they are written here by
instruction, as Python 2's `cPickle.dumps(batch, 2)` wrote them: torchvision reads them with `encoding="latin1"`, which is
tried. Writes cifar_python.json beside this file. It is committed; the tests need no Python.

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install numpy==2.4.6
    /path/to/venv/bin/python packages/datasets/test/reference/cifar_python.py
"""

import base64
import gzip
import hashlib
import io
import json
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np


def string(data):
    data = data.encode() if isinstance(data, str) else data
    short = len(data) < 256
    return (b"U" + bytes([len(data)]) if short else b"T" + struct.pack("<i", len(data))) + data


def number(value):
    return b"K" + bytes([value]) if value < 256 else b"M" + struct.pack("<H", value)


def integers(values):
    return b"](" + b"".join(map(number, values)) + b"e"


def array(values):
    """numpy.core.multiarray._reconstruct(numpy.ndarray, (0,), 'b') and its state."""
    rows, columns = values.shape
    kind = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    made = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    return made + b"(K\x01" + number(rows) + number(columns) + b"\x86" + kind + b"\x89" + string(values.tobytes()) + b"tb"


def batch(entries):
    items = b"".join(string(name) + content for name, content in entries.items())
    return b"\x80\x02}(" + items + b"u."


def archive(folder, files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    data = gzip.compress(out.getvalue(), mtime=0)
    return {"archive": base64.b64encode(data).decode(), "md5": hashlib.md5(data).hexdigest()}


def planes(count, seed):
    image, channel, place = np.ogrid[:count, :3, :1024]
    return ((11 * (image + seed) + 70 * channel + place // 32 + 2 * (place % 32)) % 256).astype(np.uint8).reshape(count, -1)


def names(count):
    return b"](" + b"".join(string(f"picture_s_{i:06}.png") for i in range(count)) + b"e"


def parts(files, labels):
    """Of each file its name in either archive, its pixels, its labels and superclasses."""
    python, binary = {}, {}
    for name, (pixels, fine, coarse) in files.items():
        entries = {"batch_label": string(f"{name}"), labels: integers(fine), "data": array(pixels)}
        if labels == "fine_labels":
            entries["coarse_labels"] = integers(coarse)
        python[name] = batch({**entries, "filenames": names(len(fine))})
        read = pickle.loads(python[name], encoding="latin1")
        assert (read["data"] == pixels).all() and read[labels] == fine, name
        heads = np.array([coarse, fine] if labels == "fine_labels" else [fine], np.uint8).T
        binary[f"{name}.bin"] = np.concatenate([heads, pixels], 1).tobytes()
    return python, binary


ten = {
    **{f"data_batch_{i}": (planes(3, i), [i, 9, 0], [0, 0, 0]) for i in range(1, 6)},
    "test_batch": (planes(2, 40), [3, 8], [0, 0]),
}
hundred = {"train": (planes(4, 1), [0, 99, 30, 7], [1, 2, 3, 4]), "test": (planes(3, 60), [5, 6, 98], [5, 6, 7])}
out = {}
for name, files, labels in [("cifar-10", ten, "labels"), ("cifar-100", hundred, "fine_labels")]:
    python, binary = parts(files, labels)
    out[name] = {"python": archive(f"{name}-python", python), "binary": archive(f"{name}-binary", binary)}
path = Path(__file__).with_name("cifar_python.json")
path.write_text(json.dumps(out, indent=1) + "\n")
