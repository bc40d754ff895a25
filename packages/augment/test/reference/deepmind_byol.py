# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.4.6", "tensorflow-cpu==2.21.0"]
# ///
"""What DeepMind's BYOL makes of images, for the tests of packages/augment/src, computed by TensorFlow.

Writes deepmind.json (what was done to which image) and deepmind.bin.gz (the bytes of the images, then of the results,
one after the other) beside this file. They are committed; the tests need neither Python nor TensorFlow.

    python -m venv /path/to/venv && /path/to/venv/bin/pip install numpy==2.4.6 tensorflow-cpu==2.21.0
    /path/to/venv/bin/python packages/augment/test/reference/deepmind_byol.py

google-deepmind/deepmind-research@f5de0ede resizes with TensorFlow (byol/utils/dataset.py) and does the rest with
functions of its own in JAX that name TensorFlow's operations as their reference (byol/utils/augmentations.py). Here
TensorFlow's operations do all of it, in float32, which is one reference more than a copy of the code would be.
Each operation of the jitter is cut to [0, 1]; so is the end. Results are rounded to bytes.
"""

import gzip
import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

HERE = Path(__file__).parent


def scene(width, height, seed):
    """A sky, a disc and a noisy ground in three channels: smooth parts, edges and noise."""
    noise = np.random.Generator(np.random.PCG64(seed))
    y, x = np.mgrid[0:height, 0:width]
    image = np.stack([40 + 200 * x // width, 220 - 200 * y // height, 60 + 90 * x // width + 90 * y // height], axis=-1)
    image[(x - width / 3) ** 2 + (y - height / 3) ** 2 < (height / 4) ** 2] = [230, 30, 90]
    ground = y > 2 * height // 3
    image[ground] = noise.integers(0, 256, (int(ground.sum()), 3))
    return np.clip(image, 0, 255).astype(np.uint8)


# Operations, on float32 [height, width, channels] in [0, 1]


def unit(image):
    return tf.clip_by_value(image, 0.0, 1.0)


def crop_resize(pixels, t):
    window, to = t["from"], t["to"]
    crop = tf.image.crop_to_bounding_box(pixels, window["top"], window["left"], window["height"], window["width"])
    return unit(tf.image.resize(crop, [to["height"], to["width"]], t["interpolation"]) / 255.0)


def blur(image, sigma, radius):
    x = tf.range(-radius, radius + 1, dtype=tf.float32)
    taps = tf.exp(-(x**2) / (2.0 * sigma**2))
    taps = taps / tf.reduce_sum(taps)
    channels = image.shape[-1]
    along_rows = tf.tile(tf.reshape(taps, [1, -1, 1, 1]), [1, 1, channels, 1])
    along_columns = tf.tile(tf.reshape(taps, [-1, 1, 1, 1]), [1, 1, channels, 1])
    out = tf.nn.depthwise_conv2d(image[tf.newaxis], along_rows, [1, 1, 1, 1], "SAME")
    return tf.nn.depthwise_conv2d(out, along_columns, [1, 1, 1, 1], "SAME")[0]


def perform(image, t):
    op = t["op"]
    if op == "flip":
        return tf.image.flip_left_right(image)
    if op == "float-brightness":
        return unit(tf.image.adjust_brightness(image, t["by"]))
    if op == "float-contrast":
        return unit(tf.image.adjust_contrast(image, t["factor"]))
    if op == "float-saturation":
        return image if image.shape[-1] == 1 else unit(tf.image.adjust_saturation(image, t["factor"]))
    if op == "float-hue":
        return image if image.shape[-1] == 1 else unit(tf.image.adjust_hue(image, t["by"]))
    if op == "float-grayscale":
        if image.shape[-1] == 1:
            return image
        grey = tf.tensordot(image, tf.constant([0.2989, 0.5870, 0.1140]), axes=1)[..., tf.newaxis]
        return tf.tile(grey, [1, 1, 3])
    if op == "float-blur":
        return blur(image, t["sigma"], t["radius"])
    if op == "solarize":
        return tf.where(image < t["threshold"] / 255.0, image, 1.0 - image)
    raise ValueError(op)


def to_bytes(image):
    return np.floor(unit(image).numpy() * np.float32(255) + np.float32(0.5)).astype(np.uint8)


# Cases


def resize_to(height, width, interpolation, window):
    return {
        "op": "crop-resize",
        "from": dict(zip(("top", "left", "height", "width"), window)),
        "to": {"height": height, "width": width},
        "interpolation": interpolation,
        "style": "deepmind",
    }


def view(draw, image, size):
    """The transforms of one view, in DeepMind's order."""
    height, width = int(draw.integers(8, image.shape[0] + 1)), int(draw.integers(8, image.shape[1] + 1))
    top, left = int(draw.integers(0, image.shape[0] - height + 1)), int(draw.integers(0, image.shape[1] - width + 1))
    jitter = [
        {"op": "float-brightness", "by": float(draw.uniform(-0.4, 0.4))},
        {"op": "float-contrast", "factor": float(draw.uniform(0.6, 1.4))},
        {"op": "float-saturation", "factor": float(draw.uniform(0.8, 1.2))},
        {"op": "float-hue", "by": float(draw.uniform(-0.1, 0.1))},
    ]
    return [
        resize_to(size, size, "bicubic", (top, left, height, width)),
        *([{"op": "flip"}] if draw.random() < 0.5 else []),
        *(jitter[i] for i in draw.permutation(4)),
        *([{"op": "float-grayscale"}] if draw.random() < 0.3 else []),
        {"op": "float-blur", "sigma": float(draw.uniform(0.1, 2)), "radius": int(draw.integers(1, 12))},
        *([{"op": "solarize", "threshold": 127.5}] if draw.random() < 0.5 else []),
    ]


def crops():
    """`_decode_and_random_crop` with these random numbers: [area, aspect, column, row] in [0, 1)."""
    draw = np.random.Generator(np.random.PCG64(5))
    cases = []
    for height, width in ((375, 500), (500, 333), (32, 32), (40, 400), (400, 40), (300, 301)):
        for _ in range(6):
            numbers = [float(u) for u in draw.integers(0, 2**23, 4) / 2**23]
            area = tf.cast(height * width, tf.float32) * (0.08 + (1.0 - 0.08) * tf.constant(numbers[0]))
            low, high = tf.math.log(3 / 4), tf.math.log(4 / 3)
            aspect = tf.math.exp(low + (high - low) * tf.constant(numbers[1]))
            w = min(int(tf.round(tf.sqrt(area * aspect))), width)
            h = min(int(tf.round(tf.sqrt(area / aspect))), height)
            left, top = int((width - w + 1) * numbers[2]), int((height - h + 1) * numbers[3])
            cases.append({"image": [height, width], "numbers": numbers, "window": [top, left, h, w]})
    return cases


def central(image, size):
    """`_decode_and_center_crop`, then the resize."""
    height, width = image.shape[:2]
    side = int(tf.cast((224 / (224 + 32)) * tf.cast(tf.minimum(height, width), tf.float32), tf.int32))
    top, left = ((height - side) + 1) // 2, ((width - side) + 1) // 2
    return resize_to(size, size, "bicubic", (top, left, side, side))


def main():
    colour, wide, tiny = scene(64, 48, 1), scene(57, 31, 2), scene(5, 3, 4)
    grey = np.ascontiguousarray(scene(28, 30, 6)[:, :, :1])
    images = [colour, wide, grey, tiny]
    cases, results = [], []

    def apply(n, todo, **case):
        image = tf.constant(images[n])
        rest = todo
        if todo and todo[0]["op"] == "crop-resize":
            image, rest = crop_resize(image, todo[0]), todo[1:]
        else:
            image = tf.cast(image, tf.float32) / 255.0
        for transform in rest:
            image = perform(image, transform)
        result = to_bytes(image)
        cases.append({"image": n, "shape": list(result.shape[:2]), **(case or {"transforms": todo})})
        results.append(result.tobytes())

    for n, image in enumerate(images):
        height, width = image.shape[:2]
        for interpolation in ("bicubic", "bilinear"):
            for window in ((0, 0, height, width), (height // 4, width // 3, height // 2, width // 2), (0, 0, 1, 1)):
                for to in ((16, 16), (40, 23), (height, width)):
                    apply(n, [resize_to(*to, interpolation, window)])
        for size in (16, 28):
            step = {"op": "resized-center-crop", "size": size, "share": 0.875, "interpolation": "bicubic"}
            apply(n, [central(image, size)], steps=[step])
    for n in (0, 2):
        for by in (-0.4, -0.13, 0.0, 0.21, 0.4):
            apply(n, [{"op": "float-brightness", "by": by}])
            apply(n, [{"op": "float-hue", "by": by}])
        for factor in (0.0, 0.6, 0.8, 1.0, 1.2, 1.4, 3.0):
            apply(n, [{"op": "float-contrast", "factor": factor}])
            apply(n, [{"op": "float-saturation", "factor": factor}])
        for sigma, radius in ((0.1, 11), (0.5, 11), (1.0, 11), (2.0, 11), (2.0, 1), (1.5, 3), (2.0, 25)):
            apply(n, [{"op": "float-blur", "sigma": sigma, "radius": radius}])
        apply(n, [{"op": "float-grayscale"}])
        apply(n, [{"op": "float-brightness", "by": 0.0}, {"op": "solarize", "threshold": 127.5}])
    draw = np.random.Generator(np.random.PCG64(3))
    for n in (0, 1, 2):
        for _ in range(12):
            apply(n, view(draw, images[n], 24))

    described = [dict(zip(("height", "width", "channels"), image.shape)) for image in images]
    lines = ",\n".join(json.dumps(case) for case in cases)
    windows = ",\n".join(json.dumps(case) for case in crops())
    (HERE / "deepmind.json").write_text(
        f'{{"images": {json.dumps(described)}, "cases": [\n{lines}\n], "crops": [\n{windows}\n]}}\n'
    )
    everything = b"".join(image.tobytes() for image in images) + b"".join(results)
    (HERE / "deepmind.bin.gz").write_bytes(gzip.compress(everything, 9, mtime=0))


main()
