"""What imagecorruptions makes of one picture, given the same random numbers: writes ../fixtures/corruptions.json.gz.

Its strengths are ImageNet-C's; with those of CIFAR-10-C (hendrycks/robustness@ca360085
ImageNet-C/create_c/make_cifar_c.py) in the place of its own it is held against the style `cifar`. Needs
imagecorruptions 1.1.2 without its own requirements, NumPy 2.3.4, SciPy, scikit-image, OpenCV and Pillow:
`npm run robustness-parity -- --fixture` installs them and runs this.
"""

import gzip
import inspect
import io
import json
import os
import re
import sys
import types

import cv2
import numpy as np
import scipy.ndimage
import scipy.stats
import skimage
from PIL import Image

# It was written for older libraries: what they called otherwise is put where it looks.
sys.modules["scipy.ndimage.interpolation"] = scipy.ndimage
resources = types.ModuleType("pkg_resources")
resources.resource_filename = lambda *_: ""
sys.modules["pkg_resources"] = resources
from imagecorruptions import corruptions  # noqa: E402
import skimage.filters  # noqa: E402
import skimage.util  # noqa: E402

NAMES = [
    "gaussian_noise", "shot_noise", "impulse_noise", "defocus_blur", "glass_blur", "motion_blur", "zoom_blur", "snow",
    "fog", "brightness", "contrast", "elastic_transform", "pixelate", "jpeg_compression", "speckle_noise",
    "gaussian_blur", "spatter", "saturate",
]  # fmt: skip
CIFAR = {
    "gaussian_noise": [0.04, 0.06, 0.08, 0.09, 0.10],
    "shot_noise": [500, 250, 100, 75, 50],
    "impulse_noise": [0.01, 0.02, 0.03, 0.05, 0.07],
    "speckle_noise": [0.06, 0.1, 0.12, 0.16, 0.2],
    "gaussian_blur": [0.4, 0.6, 0.7, 0.8, 1],
    "glass_blur": [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)],
    "defocus_blur": [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
    "motion_blur": [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)],
    "zoom_blur": [np.arange(1, top, 0.01) for top in (1.06, 1.11, 1.16, 1.21, 1.26)],
    "fog": [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)],
    "snow": [
        (0.1, 0.2, 1, 0.6, 8, 3, 0.95), (0.1, 0.2, 1, 0.5, 10, 4, 0.9), (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
        (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85), (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
    ],
    "spatter": [
        (0.62, 0.1, 0.7, 0.7, 0.5, 0), (0.65, 0.1, 0.8, 0.7, 0.5, 0), (0.65, 0.3, 1, 0.69, 0.5, 0),
        (0.65, 0.1, 0.7, 0.69, 0.6, 1), (0.65, 0.1, 0.5, 0.68, 0.6, 1),
    ],
    "contrast": [0.75, 0.5, 0.4, 0.3, 0.15],
    "brightness": [0.05, 0.1, 0.15, 0.2, 0.3],
    "saturate": [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)],
    "jpeg_compression": [80, 65, 58, 50, 40],
    "pixelate": [0.95, 0.9, 0.85, 0.75, 0.65],
    "elastic_transform": [(0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03)],
}  # fmt: skip


class Given:
    """Random numbers that are told, in the place of NumPy's."""

    def tell(self, uniforms, normals):
        self.uniforms, self.normals = (np.asarray(a, np.float64) for a in (uniforms, normals))

    def take(self, name, size):
        n = int(np.prod(size)) if size is not None else 1
        taken, left = getattr(self, name)[:n], getattr(self, name)[n:]
        assert len(taken) == n, f"{n} {name} are taken"
        setattr(self, name, left)
        return taken.reshape(size) if size is not None else taken[0]

    def random(self, size=None):
        return self.take("uniforms", size)

    def uniform(self, low, high, size=None):
        return low + (high - low) * self.take("uniforms", size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return loc + scale * self.take("normals", size)

    def poisson(self, lam):
        return scipy.stats.poisson.ppf(self.take("uniforms", lam.shape), lam).clip(0)

    def randint(self, low, high, size=None):
        return np.floor((high - low) * self.take("uniforms", size)).astype(int) + low


GIVEN = Given()


class NumPy:
    """NumPy with random numbers that are told."""

    random = GIVEN
    float_ = np.float64

    def __getattr__(self, name):
        return getattr(np, name)


def gaussian(image, sigma, multichannel=False, **options):
    return skimage.filters.gaussian(image, sigma, channel_axis=-1 if multichannel else None, **options)


class Salt:
    """scikit-image with the told numbers, salt and pepper alike."""

    color = skimage.color

    class util:
        @staticmethod
        def random_noise(image, mode, amount):
            flipped = GIVEN.random(image.shape) <= amount
            salted = GIVEN.random(image.shape) <= 0.5
            out = image.copy()
            out[flipped & salted] = 1
            out[flipped & ~salted] = 0
            return out


corruptions.np, corruptions.gaussian, corruptions.sk = NumPy(), gaussian, Salt
IMAGENET = {name: getattr(corruptions, name) for name in NAMES}


def with_strengths(name):
    """The same function with CIFAR-10-C's numbers, and its second box filter."""
    source = inspect.getsource(IMAGENET[name])
    source, found = re.subn(r"c = \[.*?\]\s*\[\s*severity - 1\]", f"c = CIFAR['{name}'][severity - 1]", source, count=1, flags=re.S)
    assert found == 1, name
    space = dict(vars(corruptions), CIFAR=CIFAR)
    exec(source.replace("Image.NEAREST", "Image.BOX"), space)
    return space[name]


def elastic_of_cifar(image, severity):
    """In OpenCV's and SciPy's words: three corners move, then every pixel."""
    alpha, sigma, corners = np.array(CIFAR["elastic_transform"][severity - 1]) * 32
    image = np.array(image, dtype=np.float32) / 255.0
    middle, side = np.float32(image.shape[:2]) // 2, min(image.shape[:2]) // 3
    before = np.float32([middle + side, [middle[0] + side, middle[1] - side], middle - side])
    after = before + GIVEN.uniform(-corners, corners, before.shape).astype(np.float32)
    image = cv2.warpAffine(image, cv2.getAffineTransform(before, after), image.shape[1::-1], borderMode=cv2.BORDER_REFLECT_101)
    dx, dy = ((gaussian(GIVEN.uniform(-1, 1, image.shape[:2]), sigma, mode="reflect", truncate=3) * alpha).astype(np.float32) for _ in range(2))
    y, x = np.meshgrid(np.arange(image.shape[0]), np.arange(image.shape[1]), indexing="ij")
    out = [scipy.ndimage.map_coordinates(image[..., c], [y + dy, x + dx], order=1, mode="reflect") for c in range(3)]
    return np.clip(np.stack(out, 2), 0, 1) * 255


STYLES = {
    "imagenet": IMAGENET,
    "cifar": {name: elastic_of_cifar if name == "elastic_transform" else with_strengths(name) for name in NAMES},
}


def corrupted(image, name, severity, style, uniforms, normals):
    """Bytes of a picture, bytes [height, width, 3]."""
    GIVEN.tell(uniforms, normals)
    return np.uint8(STYLES[style][name](Image.fromarray(image), severity))


def picture(side=32):
    """Coloured waves, a disk with a sharp border, and black and white."""
    y, x = np.mgrid[0:side, 0:side] / side
    image = np.stack([0.5 + 0.4 * np.sin(7 * x + 3 * y), 0.5 + 0.4 * np.cos(5 * y - 2 * x), 0.3 + 0.5 * x * y], 2)
    image[(x - 0.4) ** 2 + (y - 0.6) ** 2 < 0.06] = [0.9, 0.2, 0.1]
    image[:3, :5], image[-4:, -6:] = 0, 1
    return (image * 255).round().astype(np.uint8)


def main():
    draw = np.random.default_rng(2)
    uniforms, normals = draw.random(6150).astype(np.float32).round(6), draw.standard_normal(3072).astype(np.float32).round(5)
    image = picture()
    found = {
        f"{style} {name.replace('_', '-')} {severity}": corrupted(image, name, severity, style, uniforms, normals).tobytes().hex()
        for style in STYLES
        for name in NAMES
        for severity in (1, 3, 5)
    }
    document = {
        "side": len(image), "image": image.tobytes().hex(), "corrupted": found,
        "uniforms": [round(float(v), 6) for v in uniforms], "normals": [round(float(v), 5) for v in normals],
    }  # fmt: skip
    path = os.path.join(os.path.dirname(__file__), "..", "fixtures", "corruptions.json.gz")
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(json.dumps(document, separators=(",", ":")).encode())
    print(len(found), "pictures", file=sys.stderr)


if __name__ == "__main__":
    main()
