# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "pillow==13.0.0", "imagecodecs==2026.3.6"]
# ///
"""Image files as people have them, and what torchvision makes of them, which is Pillow's `convert("RGB")`.

Writes decoding.json.gz beside this file: by kind and name each image file, and the sides and the SHA-256 of the RGB values
that Pillow gives, also turned as EXIF says where that differs, or `null` where Pillow refuses it; of PNG and BMP also the
SHA-256 of torchvision's `Resize(16)` and `CenterCrop(16)` of Pillow images. It is committed; the tests need neither Python nor Pillow.

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install numpy==2.4.6 pillow==13.0.0 imagecodecs==2026.3.6
    /path/to/venv/bin/python packages/datasets/test/reference/decoding_pillow.py
"""

import base64
import gzip
import hashlib
import io
import json
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps

from decoding_files import FILES


def pixels(data, load):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = np.array(load(io.BytesIO(data)).convert("RGB"))
    height, width, _ = values.shape
    return {"height": height, "width": width, "sha256": hashlib.sha256(values.tobytes()).hexdigest()}


def square(image, side=16):
    """torchvision.transforms.functional 0.28.0: `_compute_resized_output_size`, bilinear, and `center_crop`."""
    width, height = image.size
    sides = (side, int(side * height / width)) if width <= height else (int(side * width / height), side)
    left, top = (round((whole - side) / 2) for whole in sides)
    return image.convert("RGB").resize(sides, Image.Resampling.BILINEAR).crop((left, top, left + side, top + side))


def fixture(data, kind):
    file = {"file": base64.b64encode(data).decode()}
    try:
        plain = pixels(data, Image.open)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return {**file, "expected": None}, f"{type(error).__name__}: {error}"
    turned = pixels(data, lambda file: ImageOps.exif_transpose(Image.open(file)))
    more = {"turned": turned} if turned != plain else {}
    if kind in ("PNG", "BMP"):
        more["square"] = pixels(data, lambda file: square(Image.open(file)))["sha256"]
    return {**file, "expected": plain, **more}, "read"


assert not ImageFile.LOAD_TRUNCATED_IMAGES
fixtures = {}
for kind, files in FILES.items():
    for name, data in files.items():
        fixtures.setdefault(kind, {})[name], outcome = fixture(data, kind)
        print(f"{kind:6}{name:48}{outcome}")
path = Path(__file__).with_name("decoding.json.gz")
path.write_bytes(gzip.compress(json.dumps(fixtures).encode(), mtime=0))
