# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.4.6", "pillow==13.0.0"]
# ///
"""What Pillow makes of images, for the tests of packages/augment/src.

Writes augmentations.json (what was done to which image) and augmentations.bin.gz (the bytes of the images, then of
the results, one after the other) beside this file. They are committed; the tests need neither Python nor Pillow.

    python -m venv /path/to/venv && /path/to/venv/bin/pip install numpy==2.4.6 pillow==13.0.0
    /path/to/venv/bin/python packages/augment/test/reference/augmentations.py

The operations and their ranges are written anew from google-research/fixmatch@d4985a15
(third_party/auto_augment/augmentations.py, libml/augment.py) and TorchSSL/TorchSSL@f26e1d42
(datasets/augmentation/randaugment.py).
"""

import gzip
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

HERE = Path(__file__).parent
EMBEDDED = HERE.parent.parent / "data" / "fashion-mnist" / "t10k-images-idx3-ubyte.gz"

WITHOUT_LEVEL = ["auto-contrast", "equalize"]
WITH_LEVEL = ["solarize", "color", "contrast", "brightness", "sharpness", "posterize"]
WITH_SIGN = ["rotate", "shear-x", "shear-y", "translate-x", "translate-y"]
ALL = ["identity", *WITHOUT_LEVEL, *WITH_LEVEL, *WITH_SIGN]
GREY = 127


# Images


def photographs(*indices):
    """Test images of Fashion-MNIST: mode L, 28 x 28."""
    pixels = np.frombuffer(gzip.decompress(EMBEDDED.read_bytes()), np.uint8, offset=16).reshape(-1, 28, 28)
    return [Image.fromarray(pixels[i]) for i in indices]


def scene(width, height, seed):
    """A sky, a disc and a noisy ground in three channels: smooth parts, edges and noise."""
    noise = np.random.Generator(np.random.PCG64(seed))
    y, x = np.mgrid[0:height, 0:width]
    image = np.stack([40 + 5 * x, 200 - 6 * y, 60 + 3 * x + 2 * y], axis=-1)
    image[(x - width / 3) ** 2 + (y - height / 3) ** 2 < (height / 4) ** 2] = [230, 30, 90]
    ground = y > 2 * height // 3
    image[ground] = noise.integers(0, 256, (int(ground.sum()), 3))
    return Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))


def flat(mode, width, height, level):
    return Image.new(mode, (width, height), level)


# Operations


def transform(image, matrix):
    return image.transform(image.size, Image.Transform.AFFINE, matrix)


def geometric(image, op, value):
    if op == "rotate":
        return image.rotate(value)
    if op == "shear-x":
        return transform(image, (1, value, 0, 0, 1, 0))
    if op == "shear-y":
        return transform(image, (1, 0, 0, value, 1, 0))
    if op == "translate-x":
        return transform(image, (1, 0, value, 0, 1, 0))
    if op == "translate-y":
        return transform(image, (1, 0, 0, 0, 1, value))
    raise ValueError(op)


def through_rgb(image, function):
    """The official code turns RGBA into RGB and back around these operations."""
    if image.mode == "RGBA":
        return function(image.convert("RGB")).convert("RGBA")
    return function(image)


ENHANCERS = {
    "color": ImageEnhance.Color,
    "contrast": ImageEnhance.Contrast,
    "brightness": ImageEnhance.Brightness,
    "sharpness": ImageEnhance.Sharpness,
}


def perform(image, op, value):
    if op == "identity":
        return image
    if op == "auto-contrast":
        return through_rgb(image, ImageOps.autocontrast)
    if op == "equalize":
        return through_rgb(image, ImageOps.equalize)
    if op == "posterize":
        return through_rgb(image, lambda rgb: ImageOps.posterize(rgb, value))
    if op == "solarize":
        return through_rgb(image, lambda rgb: ImageOps.solarize(rgb, value))
    if op in ENHANCERS:
        if op == "color" and image.mode == "L":
            return image
        return ENHANCERS[op](image).enhance(value)
    return geometric(image, op, value)


def value_at_level(op, level, sign, size):
    """fm-code: what a level from 1 to 9 means. Translations are scaled to the side, 10 pixels of 32."""
    if op in ENHANCERS:
        return float(level) * 1.8 / 10 + 0.1
    if op == "posterize":
        return 4 - int(level * 4 / 10)
    if op == "solarize":
        return 256 - int(level * 256 / 10)
    if op == "rotate":
        return sign * int(level * 30 / 10)
    if op in ("shear-x", "shear-y"):
        return sign * (float(level) * 0.3 / 10)
    if op in ("translate-x", "translate-y"):
        side = size[0] if op == "translate-x" else size[1]
        return sign * int(level * (10 * side / 32) / 10)
    return None


def value_in_paper_range(op, u, size):
    """paper-range: the value at the share u of the range."""
    low, high = {
        "posterize": (4, 8),
        "rotate": (-30, 30),
        "solarize": (0, 256),
        **{name: (0.05, 0.95) for name in ENHANCERS},
        **{name: (-0.3, 0.3) for name in WITH_SIGN if name != "rotate"},
    }.get(op, (0, 1))
    value = low + float(high - low) * u
    if op == "posterize":
        return max(1, int(value))
    if op == "translate-x":
        return value * size[0]
    if op == "translate-y":
        return value * size[1]
    return value


def official_policy(image, policy):
    """The official code's way: RGBA throughout, and grey where the alpha channel is 0 at the end."""
    rgba = image.convert("RGBA")
    for op, level, sign in policy:
        rgba = perform(rgba, op, value_at_level(op, level, sign, image.size))
    pixels = np.array(rgba)
    pixels[pixels[:, :, 3] == 0, :3] = GREY
    rgb = pixels[:, :, :3]
    return Image.fromarray(np.ascontiguousarray(rgb if image.mode == "RGB" else rgb[:, :, 0]))


# Cases


def main():
    photo, other = photographs(1, 19)
    colour, odd = scene(24, 20, 1), scene(17, 19, 2)
    images = [photo, other, colour, odd, flat("L", 9, 7, 80), flat("RGB", 8, 9, (10, 200, 90)), flat("RGB", 2, 1, (9, 8, 7))]
    cases, results = [], []

    def record(image, result, **case):
        assert result.mode == image.mode and result.size == image.size
        cases.append({"image": images.index(image), **case})
        results.append(result.tobytes())

    levels = range(1, 10)
    singles = [(op, 1, 1) for op in ["identity", *WITHOUT_LEVEL]]
    singles += [(op, level, 1) for op in WITH_LEVEL for level in levels]
    singles += [(op, level, sign) for op in WITH_SIGN for level in levels for sign in (1, -1)]
    for image in (photo, colour):
        for op, level, sign in singles:
            record(image, perform(image, op, value_at_level(op, level, sign, image.size)), kind="level", steps=[[op, level, sign]])
    for image in images:
        if image not in (photo, colour):
            for op in ALL:
                record(image, perform(image, op, value_at_level(op, 6, -1, image.size)), kind="level", steps=[[op, 6, -1]])

    draw = np.random.Generator(np.random.PCG64(3))
    for image in (photo, odd):
        for first in ALL:
            for second in ALL:
                policy = [[op, int(draw.integers(1, 10)), int(draw.choice([-1, 1]))] for op in (first, second)]
                record(image, official_policy(image, policy), kind="policy", steps=policy)

    for image in (other, odd):
        for op in ALL:
            for u in [0.0, *(draw.integers(0, 2**23, 3) / 2**23)]:
                record(image, perform(image, op, value_in_paper_range(op, float(u), image.size)), kind="paper", steps=[[op, float(u)]])

    described = [{"height": image.height, "width": image.width, "channels": len(image.mode)} for image in images]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / "augmentations.json").write_text(f'{{"images": {json.dumps(described)}, "cases": [\n{lines}\n]}}\n')
    everything = b"".join(image.tobytes() for image in images) + b"".join(results)
    (HERE / "augmentations.bin.gz").write_bytes(gzip.compress(everything, 9, mtime=0))


main()
