# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1"]
# ///
"""Files laid out as the `meta.mat` of ImageNet's development kit, with made-up classes, for the test of their reader.

Writes meta.mat.json beside this file: the files in base64. It is committed; the tests need neither Python nor SciPy.

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install numpy==2.4.6 scipy==1.17.1
    /path/to/venv/bin/python packages/datasets/test/reference/meta_mat.py
"""

import base64
import io
import json
from pathlib import Path

import numpy as np
from scipy.io import savemat

# The kit's fields in its order; the last is no class of the challenge, but one that holds others.
FIELDS = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children", "wordnet_height", "num_train_images"]
ROWS = [
    (1, "n02119789", "kit fox, Vulpes macrotis", "small grey fox", 0, [], 0, 1300),
    (2, "n01440764", "tench, Tinca tinca", "freshwater dace-like game fish", 0, [], 0, 1300),
    (3, "n01443537", "goldfish, Carassius auratus", "small golden or orange-red fishes", 0, [], 0, 1300),
    (1001, "n02512053", "fish", "any of various cold-blooded vertebrates", 2, [2, 3], 1, 0),
]


def synsets(number):
    """The structs, their numbers stored as a type: MATLAB stores those of small whole numbers as small as it can."""
    structs = np.empty((len(ROWS), 1), dtype=[(field, object) for field in FIELDS])
    for i, row in enumerate(ROWS):
        structs[i, 0] = tuple(value if isinstance(value, str) else np.array(value, dtype=number) for value in row)
    return structs


def saved(values, **options):
    out = io.BytesIO()
    savemat(out, values, **options)
    return base64.b64encode(out.getvalue()).decode()


files = {
    "compressed": saved({"synsets": synsets(np.uint16)}, do_compression=True),
    "plain": saved({"synsets": synsets(np.float64)}),
    "beside others": saved({"before": np.arange(5.0), "synsets": synsets(np.int64), "note": "text"}, do_compression=True),
    "without": saved({"numbers": np.arange(5.0)}),
}
Path(__file__).with_name("meta.mat.json").write_text(json.dumps(files, indent=1) + "\n")
