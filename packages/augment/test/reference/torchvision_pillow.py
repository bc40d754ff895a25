# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.4.6", "pillow==13.0.0", "torch==2.13.0", "torchvision==0.28.0"]
# ///
"""What torchvision makes of Pillow images, for the tests of packages/augment/src: the augmentations of momentum2 and MoCo.

Writes torchvision.json (what was done to which image) and torchvision.bin.gz (the bytes of the images, then of the
results, one after the other) beside this file. They are committed; the tests need neither Python nor torchvision.

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install numpy==2.4.6 pillow==13.0.0 torch==2.13.0 torchvision==0.28.0
    /path/to/venv/bin/python packages/augment/test/reference/torchvision_pillow.py

Every operation is torchvision's own function on a Pillow image; the blur is Pillow's, as facebookresearch/moco@87e36d39
(moco/loader.py) and tengteng95/Spatial_Ensemble@e94a54b0 (spatial_ensemble/data/transforms.py) have it.
"""

import gzip
import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps

# Beside a CPU build of torch the compiled half of torchvision is missing; nothing here needs it.
register_fake = torch.library.register_fake
torch.library.register_fake = lambda name, *args, **options: (
    (lambda function: function) if name.startswith("torchvision::") else register_fake(name, *args, **options)
)
from torchvision import transforms  # noqa: E402
from torchvision.transforms import functional as F  # noqa: E402

HERE = Path(__file__).parent
EMBEDDED = HERE.parent.parent / "data" / "fashion-mnist" / "t10k-images-idx3-ubyte.gz"
INTERPOLATION = {
    "bilinear": transforms.InterpolationMode.BILINEAR,
    "bicubic": transforms.InterpolationMode.BICUBIC,
}


# Images


def photograph(index):
    """A test image of Fashion-MNIST: mode L, 28 x 28."""
    pixels = np.frombuffer(gzip.decompress(EMBEDDED.read_bytes()), np.uint8, offset=16).reshape(-1, 28, 28)
    return Image.fromarray(pixels[index])


def scene(width, height, seed):
    """A sky, a disc and a noisy ground in three channels: smooth parts, edges and noise."""
    noise = np.random.Generator(np.random.PCG64(seed))
    y, x = np.mgrid[0:height, 0:width]
    image = np.stack([40 + 200 * x // width, 220 - 200 * y // height, 60 + 90 * x // width + 90 * y // height], axis=-1)
    image[(x - width / 3) ** 2 + (y - height / 3) ** 2 < (height / 4) ** 2] = [230, 30, 90]
    ground = y > 2 * height // 3
    image[ground] = noise.integers(0, 256, (int(ground.sum()), 3))
    return Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))


def colours():
    """Every colour whose channels are even, 2048 x 1024: too large to commit, so its results are as hashes."""
    i = np.arange(128**3)
    return Image.fromarray((np.stack([i >> 14, (i >> 7) & 127, i & 127], axis=-1) * 2).astype(np.uint8).reshape(1024, 2048, 3))


# Operations


def perform(image, t):
    op = t["op"]
    if op == "flip":
        return F.hflip(image)
    if op == "brightness":
        return F.adjust_brightness(image, t["factor"])
    if op == "contrast":
        return F.adjust_contrast(image, t["factor"])
    if op == "color":
        return F.adjust_saturation(image, t["factor"])
    if op == "hue":
        return F.adjust_hue(image, t["by"])
    if op == "grayscale":
        return F.rgb_to_grayscale(image, num_output_channels=len(image.mode))
    if op == "solarize":
        return ImageOps.solarize(image, t["threshold"])
    if op == "gaussian-blur":
        return image.filter(ImageFilter.GaussianBlur(radius=t["sigma"]))
    if op == "crop-resize":
        window, to = t["from"], t["to"]
        size = [to["height"], to["width"]]
        sides = (window["top"], window["left"], window["height"], window["width"])
        return F.resized_crop(image, *sides, size, INTERPOLATION[t["interpolation"]])
    raise ValueError(op)


def crop_resize(top, left, height, width, to, interpolation="bilinear"):
    return {
        "op": "crop-resize",
        "from": {"top": top, "left": left, "height": height, "width": width},
        "to": {"height": to[0], "width": to[1]},
        "interpolation": interpolation,
        "style": "torchvision",
    }


def view(draw, image, size, saturation, blur_first):
    """The transforms of one view: momentum2's order (blur before grayscale, flip late), or MoCo's."""
    height, width = int(draw.integers(size // 2, image.height + 1)), int(draw.integers(size // 2, image.width + 1))
    top, left = int(draw.integers(0, image.height - height + 1)), int(draw.integers(0, image.width - width + 1))
    jitter = [
        {"op": "brightness", "factor": float(draw.uniform(0.6, 1.4))},
        {"op": "contrast", "factor": float(draw.uniform(0.6, 1.4))},
        {"op": "color", "factor": float(draw.uniform(1 - saturation, 1 + saturation))},
        {"op": "hue", "by": float(draw.uniform(-0.1, 0.1))},
    ]
    blur = {"op": "gaussian-blur", "sigma": float(draw.uniform(0.1, 2))}
    grey = [{"op": "grayscale"}] if draw.random() < 0.3 else []
    flip = [{"op": "flip"}] if draw.random() < 0.5 else []
    solarize = [{"op": "solarize", "threshold": 128}] if blur_first and draw.random() < 0.5 else []
    shuffled = [jitter[i] for i in draw.permutation(4)]
    rest = [*shuffled, blur, *grey, *flip, *solarize] if blur_first else [*shuffled, *grey, blur, *flip]
    return [crop_resize(top, left, height, width, (size, size)), *rest]


def crops():
    """Where `RandomResizedCrop` puts its window when its random numbers are these."""
    draw = np.random.Generator(np.random.PCG64(5))
    numbers = iter(())
    torch.Tensor.uniform_ = lambda self, low, high: self.fill_(float(low) + (float(high) - float(low)) * next(numbers))
    torch.randint = lambda low, high, size: torch.tensor([low + int((high - low) * next(numbers))])
    cases = []
    for height, width in ((375, 500), (500, 333), (32, 32), (40, 400), (400, 40), (300, 301)):
        for scale in ((0.08, 1.0), (0.2, 1.0), (0.9, 1.0)):
            for _ in range(4):
                given = [float(u) for u in draw.integers(0, 2**23, 40) / 2**23]
                numbers = iter(given)
                image = Image.new("RGB", (width, height))
                top, left, h, w = transforms.RandomResizedCrop.get_params(image, list(scale), [3 / 4, 4 / 3])
                used = 40 - len(list(numbers))
                cases.append(
                    {"image": [height, width], "scale": scale, "numbers": given[:used], "window": [top, left, h, w]}
                )
    return cases


# Cases


def main():
    colour, wide, grey, tiny = scene(64, 48, 1), scene(57, 31, 2), photograph(19), scene(5, 3, 4)
    images = [colour, wide, grey, tiny]
    cases, results = [], []

    def record(image, result, **case):
        assert result.mode == image.mode
        cases.append({"image": images.index(image), "shape": [result.height, result.width], **case})
        results.append(result.tobytes())

    def apply(image, todo):
        result = image
        for transform in todo:
            result = perform(result, transform)
        record(image, result, transforms=todo)

    for image, interpolation in itertools.product(images, INTERPOLATION):
        whole = (0, 0, image.height, image.width)
        part = (image.height // 4, image.width // 3, image.height // 2, image.width // 2)
        for window in (whole, part):
            for to in ((16, 16), (40, 23), (image.height, image.width), (9, 50)):
                apply(image, [crop_resize(*window, to, interpolation)])
    apply(colour, [crop_resize(10, 20, 1, 1, (8, 8))])
    apply(colour, [crop_resize(0, 0, 48, 64, (1, 1))])
    for image, sigma in itertools.product((colour, grey, tiny), (0.1, 0.5, 1, 1.3, 1.5, 2, 3.7, 9)):
        apply(image, [{"op": "gaussian-blur", "sigma": sigma}])
    for image in (colour, grey):
        for factor in (0.0, 0.3, 0.6, 1.0, 1.37, 1.8):
            for op in ("brightness", "contrast", "color"):
                apply(image, [{"op": op, "factor": factor}])
        for by in (-0.5, -0.1, -0.003, 0.0, 0.004, 0.0777, 0.1, 0.25, 0.5):
            apply(image, [{"op": "hue", "by": by}])
        for threshold in (0, 1, 128, 255, 256):
            apply(image, [{"op": "solarize", "threshold": threshold}])
        apply(image, [{"op": "grayscale"}])
        apply(image, [{"op": "flip"}])
    draw = np.random.Generator(np.random.PCG64(3))
    for image in (colour, wide, grey):
        for _ in range(8):
            apply(image, view(draw, image, 24, 0.2, blur_first=True))
            apply(image, view(draw, image, 24, 0.4, blur_first=False))

    for image, interpolation in itertools.product(images, INTERPOLATION):
        for size, crop in ((32, 28), (16, 16), (20, 27)):
            resized = F.resize(image, size, INTERPOLATION[interpolation])
            steps = [{"op": "resize", "size": size, "interpolation": interpolation}, {"op": "center-crop", "size": crop}]
            record(image, F.center_crop(resized, crop), steps=steps)

    every = colours()
    every_colour = []
    for transform in (
        *({"op": "hue", "by": by} for by in (0.0, 0.1, -0.1, 0.37)),
        *({"op": "color", "factor": factor} for factor in (0.6, 1.4)),
        {"op": "grayscale"},
    ):
        pixels = perform(every, transform).tobytes()
        every_colour.append({"transform": transform, "sha256": hashlib.sha256(pixels).hexdigest()})

    described = [{"height": image.height, "width": image.width, "channels": len(image.mode)} for image in images]
    lines = ",\n".join(json.dumps(case) for case in cases)
    hashes = ",\n".join(json.dumps(case) for case in every_colour)
    windows = ",\n".join(json.dumps(case) for case in crops())
    (HERE / "torchvision.json").write_text(
        f'{{"images": {json.dumps(described)}, "cases": [\n{lines}\n], "everyColour": [\n{hashes}\n], "crops": [\n{windows}\n]}}\n'
    )
    everything = b"".join(image.tobytes() for image in images) + b"".join(results)
    (HERE / "torchvision.bin.gz").write_bytes(gzip.compress(everything, 9, mtime=0))


main()
