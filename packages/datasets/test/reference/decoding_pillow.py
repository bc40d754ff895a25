# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.4.6", "pillow==13.0.0"]
# ///
"""Image files as ImageNet has them, and what torchvision makes of them, which is Pillow's `convert("RGB")`.

Writes decoding.json beside this file: each image file, and the RGB values that Pillow gives, or `null` where Pillow
refuses it. It is committed; the tests need neither Python nor Pillow.

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install numpy==2.4.6 pillow==13.0.0
    /path/to/venv/bin/python packages/datasets/test/reference/decoding_pillow.py
"""

import base64
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageFile

RANDOM = np.random.RandomState(1)
COLOURS = RANDOM.randint(0, 256, (3, 4, 3)).astype(np.uint8)
# Flat squares and slopes, so that a JPEG of them is small; sides that are no multiple of 8 or 16.
RGB = Image.fromarray(COLOURS).resize((37, 29), Image.Resampling.BICUBIC)


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png16(values, colour_type):
    """Pillow writes no 16-bit colours."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_alpha():
    values = np.array(RGB.convert("RGBA"))
    values[..., 3] = RANDOM.randint(0, 256, values.shape[:2])
    return Image.fromarray(values)


def damaged(jpeg, at):
    """Some bytes of the compressed data changed, none removed: a warning, not an error."""
    data = bytearray(jpeg)
    for i in range(at, at + 4):
        data[i] ^= 0x15
    return bytes(data)


def without_adobe(jpeg):
    """The marker says how CMYK is stored; most CMYK files have it."""
    at = jpeg.index(b"\xff\xee")
    return jpeg[:at] + jpeg[at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big") :]


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


jpeg = saved(RGB, "JPEG", quality=90)
cmyk = saved(RGB.convert("CMYK"), "JPEG", quality=95)
large = saved(RGB.resize((320, 240)), "JPEG", quality=90)
wide16 = RANDOM.randint(0, 65536, (5, 7, 4)).astype(np.uint16)
dark16 = RANDOM.randint(0, 400, (5, 7)).astype(np.uint16)
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
FILES = {
    "420.JPEG": jpeg,
    "444.JPEG": saved(RGB, "JPEG", quality=95, subsampling=0),
    "progressive.JPEG": saved(RGB, "JPEG", quality=80, progressive=True),
    "grey.JPEG": saved(RGB.convert("L"), "JPEG"),
    "cmyk.JPEG": cmyk,
    "cmyk without a marker.JPEG": without_adobe(cmyk),
    "with a profile.JPEG": saved(RGB, "JPEG", icc_profile=profile),
    "turned.JPEG": saved(RGB, "JPEG", exif=exif(6)),
    "more bytes after its end.JPEG": jpeg + b"and more" * 9,
    "damaged.JPEG": damaged(jpeg, len(jpeg) * 3 // 4),
    "a PNG called.JPEG": saved(RGB, "PNG"),
    "alpha.png": saved(with_alpha(), "PNG"),
    "grey and alpha.png": saved(with_alpha().convert("LA"), "PNG"),
    "palette.png": saved(RGB.quantize(8), "PNG"),
    "palette with transparency.png": saved(RGB.quantize(8), "PNG", transparency=3),
    "one bit.png": saved(RGB.convert("1"), "PNG"),
    "16-bit rgb.png": png16(wide16[..., :3], 2),
    "16-bit rgba.png": png16(wide16, 6),
    "16-bit grey.png": png16(dark16, 0),
    "16-bit grey and alpha.png": png16(wide16[..., :2], 4),
    "lossless.webp": saved(RGB, "WEBP", lossless=True),
    "plain.tif": saved(RGB, "TIFF"),
    "cut off.JPEG": large[: len(large) * 2 // 3],
    "cut off in its header.JPEG": jpeg[:100],
    "empty.JPEG": b"",
    "text.JPEG": b"no image at all\n" * 9,
}


def expected(data):
    try:
        values = np.array(Image.open(io.BytesIO(data)).convert("RGB"))
    except OSError:
        return None
    height, width, _ = values.shape
    return {"height": height, "width": width, "rgb": base64.b64encode(zlib.compress(values.tobytes(), 9)).decode()}


assert not ImageFile.LOAD_TRUNCATED_IMAGES
fixtures = {
    name: {"file": base64.b64encode(data).decode(), "expected": expected(data)} for name, data in FILES.items()
}
path = Path(__file__).with_name("decoding.json")
path.write_text(json.dumps(fixtures, indent=1) + "\n")
for name, fixture in fixtures.items():
    print(f"{name:32}", "refused" if fixture["expected"] is None else "read")
