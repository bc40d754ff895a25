# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1"]
# ///
"""Small archives in the very formats of STL-10 (binary) and SVHN (format 2), and what torchvision makes of them.

Writes stl10_svhn.json beside this file: each archive in base64, and of each part the SHA-256 of its pixels, uint8
`[image, row, column, channel]`, and its labels. It is committed; the tests need no Python.

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install numpy==2.4.6 scipy==1.17.1
    /path/to/venv/bin/python packages/datasets/test/reference/stl10_svhn.py
"""

import base64
import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np
from scipy.io import savemat


def pictures(count, side, seed):
    """uint8 [image, row, column, channel]; slopes, which pack well, and a corner by which every place can be told."""
    image, row, column, channel = np.ogrid[:count, :side, :side, :3]
    values = (5 * (image + seed) + 3 * row + column + 60 * channel) % 256
    return values.astype(np.uint8)


def text(data):
    return base64.b64encode(data).decode()


def part(images, labels):
    return {"sha256": hashlib.sha256(images.tobytes()).hexdigest(), "labels": [int(label) for label in labels]}


def stl10():
    """As `loadFile` of torchvision/datasets/stl10.py reads it: reshape(-1, 3, 96, 96), then rows and columns changed."""
    counts = {"train": 6, "test": 4, "unlabeled": 5}
    images = {name: pictures(count, 96, 7 * i) for i, (name, count) in enumerate(counts.items())}
    labels = {"train": np.array([1, 10, 2, 3, 10, 9], np.uint8), "test": np.array([4, 5, 10, 1], np.uint8)}
    folds = [[0, 2], [5, 3], [1, 4]]
    files = {
        **{f"{name}_X.bin": np.transpose(values, (0, 3, 2, 1)).tobytes() for name, values in images.items()},
        **{f"{name}_y.bin": values.tobytes() for name, values in labels.items()},
        "class_names.txt": b"airplane\nbird\ncar\ncat\ndeer\ndog\nhorse\nmonkey\nship\ntruck\n",
        "fold_indices.txt": "".join(" ".join(map(str, fold)) + " \n" for fold in folds).encode(),
    }
    for name, values in images.items():
        read = np.frombuffer(files[f"{name}_X.bin"], np.uint8).reshape(-1, 3, 96, 96)
        assert (np.transpose(read, (0, 1, 3, 2)) == np.transpose(values, (0, 3, 1, 2))).all()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in sorted(files):
            info = tarfile.TarInfo(f"stl10_binary/{name}")
            info.size = len(files[name])
            tar.addfile(info, io.BytesIO(files[name]))
    archive = gzip.compress(out.getvalue(), mtime=0)
    everything = np.concatenate([images["train"], images["unlabeled"]])
    return {
        "archive": text(archive),
        "md5": hashlib.md5(archive).hexdigest(),
        "counts": counts,
        "folds": folds,
        "train": part(everything, [*(labels["train"] - 1.0), *[-1] * counts["unlabeled"]]),
        "labelled": part(images["train"], labels["train"] - 1.0),
        "test": part(images["test"], labels["test"] - 1.0),
    }


def svhn():
    """As torchvision/datasets/svhn.py reads it: `loadmat`, labels of 10 are 0, `X` transposed."""

    def mat(count, seed, labels, **options):
        images = pictures(count, 32, seed)
        x = np.asfortranarray(np.transpose(images, (1, 2, 3, 0)))
        out = io.BytesIO()
        savemat(out, {"X": x, "y": labels.reshape(-1, 1)}, format="5", **options)
        data = bytearray(out.getvalue())
        data[:116] = b"MATLAB 5.0 MAT-file".ljust(116)
        md5 = hashlib.md5(bytes(data)).hexdigest()
        return {"file": text(bytes(data)), "md5": md5, "count": count, **part(images, labels.astype(int) % 10)}

    labels = np.array([1, 10, 3, 9, 5], np.uint8)
    return {
        "train": mat(5, 1, labels, do_compression=True),
        "test": mat(3, 9, labels[:3]),
        "extra": mat(4, 20, labels[1:].astype(np.float64), do_compression=True),
    }


path = Path(__file__).with_name("stl10_svhn.json")
path.write_text(json.dumps({"stl10": stl10(), "svhn": svhn()}, indent=1) + "\n")
