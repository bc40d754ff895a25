"""Image files by kind and name, for decoding_pillow.py."""

import base64
import gzip
import io
import struct
import zlib

import imagecodecs
import numpy as np
from PIL import Image, ImageCms

from image_writers import bmp, gif, packed, palette_chunk, png, quads, run_lengths, tiff, tiff_file

RANDOM = np.random.RandomState(1)
# Flat squares and slopes, so that a JPEG of them is small; sides that are no multiple of 8 or 16.
RGB = Image.fromarray(RANDOM.randint(0, 256, (3, 4, 3)).astype(np.uint8)).resize((21, 19), Image.Resampling.BICUBIC)
PIXELS = np.array(RGB)
GREY = np.array(RGB.convert("L"))
CMYK = np.dstack([PIXELS, GREY // 2])
ALPHA = RANDOM.randint(0, 256, PIXELS.shape[:2]).astype(np.uint8)
RGBA = Image.fromarray(np.dstack([PIXELS, ALPHA]))
# Small ones for kinds that keep every value.
FEW = RANDOM.randint(0, 256, (5, 7, 6)).astype(np.uint8)
WIDE = RANDOM.randint(0, 65536, (5, 7, 4)).astype(np.uint16)
DARK = RANDOM.randint(0, 400, (5, 7)).astype(np.uint16)
PALETTE = RANDOM.randint(0, 256, (256, 3)).astype(np.uint8)
LEVELS = np.arange(256)
# Every value with every alpha.
PAIRS = np.dstack([*np.broadcast_arrays(LEVELS, LEVELS[::-1], LEVELS * 7 % 256, LEVELS[:, None])]).astype(np.uint8)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


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


def with_adobe(jpeg, transform):
    """An Adobe marker right after the start of the image, instead of the one that is there."""
    data = without_adobe(jpeg) if b"\xff\xee" in jpeg else jpeg
    return data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]) + data[2:]


def zeroed(data):
    """Its second half, as a disk that was full leaves it."""
    return data[: len(data) // 2] + bytes(len(data) - len(data) // 2)


def flipped(data, after, at):
    """Some bits of one byte behind a mark."""
    out = bytearray(data)
    out[out.index(after) + at] ^= 0x15
    return bytes(out)


def small(values, bits):
    """As many grey levels as `bits` can tell."""
    return values >> (8 - bits)


JPEG = saved(RGB, "JPEG", quality=90)
LARGE = saved(RGB.resize((320, 240)), "JPEG", quality=90)
CMYK_JPEG = saved(Image.fromarray(CMYK, "CMYK"), "JPEG", quality=95)
PROGRESSIVE = saved(RGB, "JPEG", quality=80, progressive=True)
RESTART = saved(RGB, "JPEG", restart_marker_blocks=2)
# `cjpeg -arithmetic -quality 75` (libjpeg-turbo 2.1.5) of RGB.
ARITHMETIC = base64.b64decode("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/yQARCAATABUDASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwDSV4hk1I1VHj2p0XsLbw7Jf7//AI9tS6g9QJzlJy1KJbVixiB94fvtA6YmvFp62t2r184oxH1zCu/CbWdzLbWKg23sxLjj8LkCDorWt9Yc+RMKPzgfYD0foARpbHEg66P+hPpe7MDTLobneHvc4YnjEdtfo6/AEpSWrbYnSWtX+xXXavRw/9k=")


def sampled(subsampling):
    return imagecodecs.jpeg8_encode(PIXELS, 90, subsampling=subsampling)


jpeg = {
    "4:2:0": JPEG,
    "4:4:4": saved(RGB, "JPEG", quality=95, subsampling=0),
    "4:2:2": sampled("422"),
    "4:4:0": sampled("440"),
    "4:1:1": sampled("411"),
    "quality 5": saved(RGB, "JPEG", quality=5),
    "quality 100": saved(RGB, "JPEG", quality=100, subsampling=0),
    "one pixel": saved(RGB.resize((1, 1)), "JPEG"),
    "one row": saved(RGB.resize((21, 1)), "JPEG"),
    "progressive": PROGRESSIVE,
    "progressive, 4:4:4": saved(RGB, "JPEG", quality=95, subsampling=0, progressive=True),
    "progressive, grey": saved(RGB.convert("L"), "JPEG", progressive=True),
    "restart markers": RESTART,
    "restart markers, a row each": saved(RGB, "JPEG", restart_marker_rows=1),
    "restart markers, one damaged": RESTART.replace(b"\xff\xd2", b"\xff\xd5", 1),
    "restart markers, one missing": RESTART.replace(b"\xff\xd2", b"", 1),
    "arithmetic coding": ARITHMETIC,
    "grey": saved(RGB.convert("L"), "JPEG"),
    "grey, with a profile": saved(RGB.convert("L"), "JPEG", icc_profile=PROFILE),
    "RGB, marked by Adobe": saved(RGB, "JPEG", keep_rgb=True),
    "RGB, marked by Adobe alone": with_adobe(imagecodecs.jpeg8_encode(PIXELS, 90, colorspace="RGB", outcolorspace="RGB"), 0),
    "YCbCr, marked by Adobe": with_adobe(JPEG, 1),
    "YCbCr, marked wrongly by Adobe": with_adobe(JPEG, 7),
    "CMYK, marked by Adobe": CMYK_JPEG,
    "CMYK, without a marker": without_adobe(CMYK_JPEG),
    "CMYK, with a profile": saved(Image.fromarray(CMYK, "CMYK"), "JPEG", icc_profile=PROFILE),
    "CMYK, progressive": saved(Image.fromarray(CMYK, "CMYK"), "JPEG", progressive=True),
    "YCCK, marked by Adobe": with_adobe(CMYK_JPEG, 2),
    "with a profile": saved(RGB, "JPEG", icc_profile=PROFILE),
    "optimised tables": saved(RGB, "JPEG", optimize=True),
    **{f"EXIF orientation {n}": saved(RGB, "JPEG", exif=exif(n)) for n in range(1, 9)},
    "more bytes after its end": JPEG + b"and more" * 9,
    "several pictures (MPO)": saved(RGB, "MPO", save_all=True, append_images=[RGB.rotate(90)]),
    "damaged within": damaged(JPEG, len(JPEG) * 3 // 4),
    "12 bits": imagecodecs.jpeg8_encode(WIDE[..., :3] >> 4, 90, bitspersample=12),
    "lossless": imagecodecs.jpeg8_encode(PIXELS, lossless=True),
    "cut off": LARGE[: len(LARGE) * 2 // 3],
    "cut off, progressive": PROGRESSIVE[: len(PROGRESSIVE) * 2 // 3],
    "cut off in its header": JPEG[:100],
    "cut off before its end marker": JPEG[:-2],
    "cut off in its end marker": JPEG[:-1],
    "another end marker": JPEG[:-1] + b"\x4c",
    "a scan that ends early, with an end marker": LARGE[: len(LARGE) * 2 // 3] + b"\xff\xd9",
    "zeros from the middle on": zeroed(LARGE),
}

ONES = small(GREY, 1)
png_files = {
    "RGB": saved(RGB, "PNG"),
    "RGB, interlaced": png(PIXELS, 2, 8, interlaced=True),
    "RGB, with tRNS": png(PIXELS, 2, 8, before=[(b"tRNS", struct.pack(">3H", *PIXELS[3, 4]))]),
    "RGBA": saved(RGBA, "PNG"),
    "RGBA, interlaced": png(np.array(RGBA), 6, 8, interlaced=True),
    "grey": saved(RGB.convert("L"), "PNG"),
    "grey, interlaced": png(GREY, 0, 8, interlaced=True),
    "grey, with tRNS": png(GREY, 0, 8, before=[(b"tRNS", struct.pack(">H", GREY[3, 4]))]),
    "grey and alpha": saved(RGBA.convert("LA"), "PNG"),
    "grey and alpha, interlaced": png(np.dstack([GREY, ALPHA]), 4, 8, interlaced=True),
    **{f"grey of {bits} bits": png(small(GREY, bits), 0, bits) for bits in (1, 2, 4)},
    **{f"grey of {bits} bits, interlaced": png(small(GREY, bits), 0, bits, interlaced=True) for bits in (1, 2, 4)},
    **{
        f"grey of {bits} bits, with tRNS": png(small(GREY, bits), 0, bits, before=[(b"tRNS", b"\0\1")])
        for bits in (1, 2, 4)
    },
    **{
        f"palette of {bits} bits": png(small(GREY, bits), 3, bits, before=[palette_chunk(PALETTE[: 1 << bits])])
        for bits in (1, 2, 4, 8)
    },
    **{
        f"palette of {bits} bits, interlaced": png(
            small(GREY, bits), 3, bits, interlaced=True, before=[palette_chunk(PALETTE[: 1 << bits])]
        )
        for bits in (1, 2, 4, 8)
    },
    "palette, with tRNS": png(
        GREY, 3, 8, before=[palette_chunk(PALETTE), (b"tRNS", bytes(range(0, 256, 2)))]
    ),
    "palette, with one transparent": saved(RGB.quantize(8), "PNG", transparency=3),
    "palette that is too short": png(small(GREY, 4), 3, 4, before=[palette_chunk(PALETTE[:5])]),
    "16-bit RGB": png(WIDE[..., :3], 2, 16),
    "16-bit RGB, interlaced": png(WIDE[..., :3], 2, 16, interlaced=True),
    "16-bit RGB, with tRNS": png(WIDE[..., :3], 2, 16, before=[(b"tRNS", struct.pack(">3H", *WIDE[1, 1, :3]))]),
    "16-bit RGBA": png(WIDE, 6, 16),
    "16-bit grey": png(DARK, 0, 16),
    "16-bit grey, bright": png(WIDE[..., 0], 0, 16),
    "16-bit grey, interlaced": png(DARK, 0, 16, interlaced=True),
    "16-bit grey, with tRNS": png(DARK, 0, 16, before=[(b"tRNS", struct.pack(">H", DARK[1, 1]))]),
    "16-bit grey and alpha": png(WIDE[..., :2], 4, 16),
    "with gamma and chromaticities": png(
        PIXELS, 2, 8, before=[(b"gAMA", struct.pack(">I", 100000)), (b"cHRM", struct.pack(">8I", *range(10000, 90000, 10000)))]
    ),
    "with a profile": saved(RGB, "PNG", icc_profile=PROFILE),
    "with EXIF orientation": saved(RGB, "PNG", exif=exif(6)),
    "with a background": png(np.array(RGBA), 6, 8, before=[(b"bKGD", struct.pack(">3H", 9, 99, 199))]),
    "with significant bits": png(PIXELS, 2, 8, before=[(b"sBIT", b"\5\6\5")]),
    "animated": saved(RGB, "PNG", save_all=True, append_images=[RGB.rotate(90)]),
    "animated, behind a picture": saved(RGB, "PNG", save_all=True, default_image=True, append_images=[RGB.rotate(90)]),
    "more bytes after its end": saved(RGB, "PNG") + b"and more" * 9,
    "cut off": saved(RGB, "PNG")[:-300],
    "cut off before its end chunk": saved(RGB, "PNG")[:-12],
    "cut off in its header": saved(RGB, "PNG")[:30],
    "a wrong checksum of the data": flipped(saved(RGB, "PNG"), b"IDAT", 40),
    "more pixels than Pillow reads": png(GREY[:1, :1], 0, 1, sides=(13_378, 13_377)),
    "a wrong checksum of the palette": flipped(saved(RGB.quantize(8), "PNG"), b"PLTE", 7),
    "zeros from the middle on": zeroed(saved(RGB, "PNG")),
}

webp = {
    "lossy": saved(RGB, "WEBP", quality=80),
    "lossy, quality 5": saved(RGB, "WEBP", quality=5),
    "lossless": saved(RGB, "WEBP", lossless=True),
    "lossless, few colours": saved(RGB.quantize(8).convert("RGB"), "WEBP", lossless=True),
    "lossy, alpha": saved(RGBA, "WEBP", quality=80),
    "lossless, alpha": saved(RGBA, "WEBP", lossless=True),
    "lossless, alpha, exact": saved(RGBA, "WEBP", lossless=True, exact=True),
    "with a profile": saved(RGB, "WEBP", lossless=True, icc_profile=PROFILE),
    "with EXIF orientation": saved(RGB, "WEBP", lossless=True, exif=exif(6)),
    "animated": saved(RGB, "WEBP", save_all=True, lossless=True, append_images=[RGB.rotate(90)]),
    "animated, alpha": saved(RGBA, "WEBP", save_all=True, lossless=True, append_images=[RGBA.rotate(90)]),
    "animated, lossy, alpha": saved(RGBA, "WEBP", save_all=True, append_images=[RGBA.rotate(90)]),
    "cut off": saved(RGB, "WEBP", lossless=True)[:-200],
    "cut off, lossy": saved(RGB, "WEBP")[:-100],
    "zeros from the middle on": zeroed(saved(RGB, "WEBP", lossless=True)),
}

INDICES = small(GREY, 4)
gif_files = {
    "palette": saved(RGB.quantize(64), "GIF"),
    "grey": saved(RGB.convert("L"), "GIF"),
    "one bit": saved(RGB.convert("1"), "GIF"),
    "interlaced": saved(RGB.quantize(64), "GIF", interlace=True),
    "not interlaced": saved(RGB.quantize(64), "GIF", interlace=False),
    "animated": saved(RGB.quantize(64), "GIF", save_all=True, append_images=[RGB.rotate(90).quantize(64)]),
    "transparent": gif((21, 19), [(0, 0, INDICES, int(INDICES[9, 9]))], PALETTE[:16]),
    "a frame smaller than the screen": gif((21, 19), [(3, 2, INDICES[:12, :15], None)], PALETTE[:16]),
    "a frame smaller than the screen, with a background": gif(
        (37, 29), [(3, 2, INDICES[:12, :15], None)], PALETTE[:16], background=9
    ),
    "a transparent frame smaller than the screen": gif((21, 19), [(3, 2, INDICES[:12, :15], int(INDICES[9, 9]))], PALETTE[:16]),
    "a frame larger than the screen": gif((10, 10), [(0, 0, INDICES, None)], PALETTE[:16]),
    "cut off": gif((21, 19), [(0, 0, INDICES, None)], PALETTE[:16])[:-150],
    "a wrong code": flipped(gif((21, 19), [(0, 0, INDICES, None)], PALETTE[:16]), b"\x2c", 31),
    "a wrong length of a block": flipped(gif((21, 19), [(0, 0, INDICES, None)], PALETTE[:16]), b"\x2c", 11),
    "without frames": gif((21, 19), [], PALETTE[:16]),
}

RGBX = FEW[..., :4]
LZW = {"compression": "tiff_lzw"}
tiff_files = {
    "RGB": saved(RGB, "TIFF"),
    "RGB, big-endian": tiff(FEW[..., :3], 2, order=">"),
    "RGB, LZW": saved(RGB, "TIFF", **LZW),
    "RGB, LZW with a predictor": saved(RGB, "TIFF", compression="tiff_lzw", tiffinfo={317: 2}),
    "RGB, deflate": saved(RGB, "TIFF", compression="tiff_adobe_deflate"),
    "RGB, PackBits": saved(RGB, "TIFF", compression="packbits"),
    "RGB, several strips": tiff(FEW[..., :3], 2, rows_per_strip=2),
    "RGB, planes": tiff(FEW[..., :3], 2, planar=2),
    "RGB, planes, deflate": tiff(FEW[..., :3], 2, planar=2, deflate=True),
    "RGB, JPEG": saved(RGB, "TIFF", compression="jpeg"),
    "YCbCr, JPEG": saved(RGB.convert("YCbCr"), "TIFF", compression="jpeg"),
    "YCbCr": saved(RGB.convert("YCbCr"), "TIFF"),
    "YCbCr, LZW": saved(RGB.convert("YCbCr"), "TIFF", **LZW),
    "YCbCr, by hand": tiff(FEW[..., :3], 6, tags=[(530, 3, [1, 1])]),
    "RGB and unnamed bytes": tiff(RGBX, 2, extra=[0]),
    "RGB and alpha": tiff(RGBX, 2, extra=[2]),
    "RGB and associated alpha": tiff(RGBX, 2, extra=[1]),
    "RGB and associated alpha, deflate": tiff(RGBX, 2, extra=[1], deflate=True),
    "RGB and associated alpha, planes": tiff(RGBX, 2, extra=[1], planar=2),
    "RGB and a fourth channel that is not told of": tiff(RGBX, 2),
    "RGB, alpha and one more": tiff(FEW[..., :5], 2, extra=[2, 0]),
    "RGBA, LZW": saved(RGBA, "TIFF", **LZW),
    "grey": saved(RGB.convert("L"), "TIFF"),
    "grey, white is zero": tiff(FEW[..., :1], 0),
    "grey and alpha": saved(RGBA.convert("LA"), "TIFF"),
    "grey and associated alpha": tiff(FEW[..., :2], 1, extra=[1]),
    "grey and an unnamed byte": tiff(FEW[..., :2], 1, extra=[0]),
    "one bit": saved(RGB.convert("1"), "TIFF"),
    "one bit, group 4": saved(RGB.convert("1"), "TIFF", compression="group4"),
    "one bit, group 3": saved(RGB.convert("1"), "TIFF", compression="group3"),
    "one bit, white is zero": tiff(ONES, 0, bits=1),
    "one bit, lowest first": tiff(ONES, 1, bits=1, fill_order=2),
    **{f"grey of {bits} bits": tiff(small(FEW[..., 0], bits), 1, bits=bits) for bits in (2, 4)},
    **{f"grey of {bits} bits, white is zero": tiff(small(FEW[..., 0], bits), 0, bits=bits) for bits in (2, 4)},
    **{
        f"palette of {bits} bits": tiff(small(FEW[..., 0], bits), 3, bits=bits, palette=PALETTE[: 1 << bits])
        for bits in (1, 2, 4, 8)
    },
    "palette, by Pillow": saved(RGB.quantize(64), "TIFF"),
    "CMYK": saved(Image.fromarray(CMYK, "CMYK"), "TIFF"),
    "CMYK, LZW": saved(Image.fromarray(CMYK, "CMYK"), "TIFF", **LZW),
    "CMYK, planes": tiff(CMYK[:5, :7], 5, planar=2),
    "CMYK and one more": tiff(FEW[..., :5], 5, extra=[0]),
    "CMYK, JPEG": saved(Image.fromarray(CMYK, "CMYK"), "TIFF", compression="jpeg"),
    "16-bit CMYK": tiff(WIDE, 5, bits=16),
    "Lab": saved(Image.fromarray(PIXELS).convert("RGB"), "TIFF").replace(
        struct.pack("<HHIHH", 262, 3, 1, 2, 0), struct.pack("<HHIHH", 262, 3, 1, 8, 0)
    ),
    "16-bit grey": tiff(DARK, 1, bits=16),
    "16-bit grey, bright": tiff(WIDE[..., 0], 1, bits=16),
    "16-bit grey, big-endian": tiff(DARK, 1, bits=16, order=">"),
    "16-bit grey, white is zero": tiff(DARK, 0, bits=16),
    "16-bit grey, signed": tiff(DARK, 1, bits=16, sample_format=2),
    "16-bit RGB": tiff(WIDE[..., :3], 2, bits=16),
    "16-bit RGB, big-endian": tiff(WIDE[..., :3], 2, bits=16, order=">"),
    "16-bit RGB and associated alpha": tiff(WIDE, 2, bits=16, extra=[1]),
    "32-bit grey": tiff(DARK.astype(np.uint32), 1, bits=32),
    "floats": tiff((DARK / 400).astype(np.float32), 1, bits=32, sample_format=3),
    "with a profile": saved(RGB, "TIFF", icc_profile=PROFILE),
    **{f"orientation {n}": tiff(FEW[..., :3], 2, orientation=n) for n in range(1, 9)},
    "orientation 6, LZW": saved(RGB, "TIFF", compression="tiff_lzw", tiffinfo={274: 6}),
    "orientation 6, YCbCr, JPEG": saved(RGB.convert("YCbCr"), "TIFF", compression="jpeg", tiffinfo={274: 6}),
    "orientation 6, palette": tiff(FEW[..., 0], 3, palette=PALETTE, orientation=6),
    "orientation 6, CMYK": tiff(FEW[..., :4], 5, orientation=6),
    "orientation 6, 16-bit grey": tiff(DARK, 1, bits=16, orientation=6),
    "several pages": saved(RGB, "TIFF", save_all=True, append_images=[RGB.rotate(90)]),
    "RGB, lowest bit first": tiff(FEW[..., :3], 2, fill_order=2),
    "RGB and associated alpha, all pairs": tiff(PAIRS, 2, extra=[1], deflate=True),
    "RGB and alpha, planes": tiff(RGBX, 2, extra=[2], planar=2),
    "RGB and unnamed bytes, planes": tiff(RGBX, 2, extra=[0], planar=2),
    "RGBA, JPEG": saved(RGBA, "TIFF", compression="jpeg"),
    "RGB of 4 bits": tiff(small(FEW[..., :3], 4), 2, bits=4),
    "RGB, Zstandard": saved(RGB, "TIFF", compression="zstd"),
    "RGB, LZMA": saved(RGB, "TIFF", compression="lzma"),
    "RGB, a strip beyond the end": tiff(FEW[..., :3], 2, rows_per_strip=2)[:-10],
    "RGB, deflate, damaged": flipped(tiff(FEW[..., :3], 2, deflate=True), b"\x78\x9c", 40),
    "RGB, LZW, damaged": flipped(saved(RGB, "TIFF", **LZW), b"\x80", 60),
    "grey, JPEG": saved(RGB.convert("L"), "TIFF", compression="jpeg"),
    "grey, signed": tiff(FEW[..., 0], 1, sample_format=2),
    "grey, white is zero, deflate": tiff(FEW[..., 0], 0, deflate=True),
    "grey and a second channel that is not told of": tiff(FEW[..., :2], 1),
    "grey and alpha, planes": tiff(FEW[..., :2], 1, extra=[2], planar=2),
    "grey and alpha, white is zero": tiff(FEW[..., :2], 0, extra=[2]),
    "one bit, modified Huffman": saved(RGB.convert("1"), "TIFF", compression="tiff_ccitt"),
    "one bit, white is zero, lowest first": tiff(ONES, 0, bits=1, fill_order=2),
    "grey of 4 bits, lowest first": tiff(small(FEW[..., 0], 4), 1, bits=4, fill_order=2),
    "palette and alpha": tiff(FEW[..., :2], 3, extra=[2], palette=PALETTE),
    "palette and unnamed bytes": tiff(FEW[..., :2], 3, extra=[0], palette=PALETTE),
    "palette of 4 bits, lowest first": tiff(small(FEW[..., 0], 4), 3, bits=4, fill_order=2, palette=PALETTE[:16]),
    "palette of 8-bit levels": tiff(FEW[..., 0], 3, tags=[(320, 3, PALETTE.T.reshape(-1).tolist())]),
    "CMYK, deflate, big-endian": tiff(RGBX, 5, deflate=True, order=">"),
    "16-bit grey, deflate, big-endian": tiff(DARK, 1, bits=16, deflate=True, order=">"),
    "16-bit grey, lowest bit first": tiff(DARK, 1, bits=16, fill_order=2),
    "16-bit RGB and alpha": tiff(WIDE, 2, bits=16, extra=[2]),
    "16-bit RGB and unnamed numbers": tiff(WIDE, 2, bits=16, extra=[0]),
    "16-bit RGB, planes": tiff(WIDE[..., :3], 2, bits=16, planar=2),
    "16-bit RGB, deflate, big-endian": tiff(WIDE[..., :3], 2, bits=16, deflate=True, order=">"),
    "a raw file of a camera (DNG)": tiff(FEW[..., :3], 2, tags=[(50706, 1, [1, 4, 0, 0])]),
    "large (BigTIFF)": saved(RGB, "TIFF", big_tiff=True),
    "cut off": saved(RGB, "TIFF")[:-400],
    "cut off, LZW": saved(RGB, "TIFF", **LZW)[:-200],
    "cut off in its header": saved(RGB, "TIFF")[:60],
}
tiles = np.zeros((32, 32, 3), np.uint8)
tiles[:19, :21] = PIXELS
tiff_files["RGB, tiles"] = tiff_file(
    [(256, 4, [21]), (257, 4, [19]), (258, 3, [8] * 3), (259, 3, [1]), (262, 3, [2]), (277, 3, [3]), (322, 4, [16]), (323, 4, [16])],
    [tiles[y : y + 16, x : x + 16].tobytes() for y in (0, 16) for x in (0, 16)],
    places=(324, 325),
)

SIDES = (21, 19)
BGR = [row[:, ::-1].tobytes() for row in PIXELS[::-1]]
BGRX = [row.tobytes() for row in np.dstack([PIXELS[..., ::-1], ALPHA])[::-1]]
RGBX_ROWS = [row.tobytes() for row in np.dstack([PIXELS, ALPHA])[::-1]]
XBGR = [row.tobytes() for row in np.dstack([ALPHA, PIXELS[..., ::-1]])[::-1]]
SHORTS = [row.astype("<u2").tobytes() for row in RANDOM.randint(0, 65536, PIXELS.shape[:2])]
BYTES = (0xFF0000, 0xFF00, 0xFF)


def indexed(bits):
    return [packed(row, bits) for row in small(GREY, bits)[::-1]]


bmp_files = {
    "RGB": saved(RGB, "BMP"),
    "grey": saved(RGB.convert("L"), "BMP"),
    "one bit": saved(RGB.convert("1"), "BMP"),
    "palette": saved(RGB.quantize(64), "BMP"),
    "RGBA": saved(RGBA, "BMP"),
    "one pixel": saved(RGB.resize((1, 1)), "BMP"),
    "from the top down": bmp(BGR[::-1], 24, SIDES, top_down=True),
    **{f"palette of {bits} bits": bmp(indexed(bits), bits, SIDES, palette=quads(PALETTE[: 1 << bits])) for bits in (1, 4, 8)},
    "palette that is told of": bmp(indexed(4), 4, SIDES, palette=quads(PALETTE[:16]), colours=16),
    "palette that is too short": bmp(indexed(8), 8, SIDES, palette=quads(PALETTE[:90]), colours=90),
    "palette, left out of account": bmp(indexed(8), 8, SIDES, palette=quads(PALETTE), offset=54),
    "OS/2": bmp(BGR, 24, SIDES, header=12),
    "OS/2, palette": bmp(indexed(8), 8, SIDES, header=12, palette=PALETTE[:, ::-1].tobytes()),
    "OS/2, version 2": bmp(BGR, 24, SIDES, header=64),
    "version 4": bmp(BGR, 24, SIDES, header=108),
    "version 5": bmp(BGR, 24, SIDES, header=124),
    "16 bits": bmp(SHORTS, 16, SIDES),
    "16 bits, 5, 6, 5": bmp(SHORTS, 16, SIDES, compression=3, masks=(0xF800, 0x7E0, 0x1F)),
    "16 bits, 5, 5, 5": bmp(SHORTS, 16, SIDES, compression=3, masks=(0x7C00, 0x3E0, 0x1F)),
    "16 bits, 4, 4, 4": bmp(SHORTS, 16, SIDES, compression=3, masks=(0xF00, 0xF0, 0xF)),
    "24 bits with masks": bmp(BGR, 24, SIDES, compression=3, masks=BYTES),
    "32 bits": bmp(BGRX, 32, SIDES),
    "32 bits with masks": bmp(BGRX, 32, SIDES, compression=3, masks=BYTES),
    "32 bits, alpha first": bmp(XBGR, 32, SIDES, compression=3, masks=(0xFF000000, 0xFF0000, 0xFF00)),
    "32 bits, version 4, alpha": bmp(BGRX, 32, SIDES, header=108, compression=3, masks=(*BYTES, 0xFF000000)),
    "32 bits, version 5, alpha": bmp(BGRX, 32, SIDES, header=124, compression=3, masks=(*BYTES, 0xFF000000)),
    "32 bits, red first, alpha": bmp(
        RGBX_ROWS, 32, SIDES, header=56, compression=3, masks=(0xFF, 0xFF00, 0xFF0000, 0xFF000000)
    ),
    "32 bits, red first": bmp(RGBX_ROWS, 32, SIDES, compression=3, masks=(0xFF, 0xFF00, 0xFF0000)),
    "32 bits, 10 of each": bmp(BGRX, 32, SIDES, compression=3, masks=(0x3FF00000, 0xFFC00, 0x3FF)),
    "run lengths": bmp(run_lengths(GREY), 8, SIDES, palette=quads(PALETTE), compression=1),
    "2 bits": bmp(indexed(2), 2, SIDES, palette=quads(PALETTE[:4])),
    "a JPEG in it": bmp(JPEG, 0, SIDES, compression=4),
    "more bytes after its end": bmp(BGR, 24, SIDES) + b"and more",
    "pixels from an unknown place": bmp(BGR, 24, SIDES, offset=0),
    "pixels beyond its end": bmp(BGR, 24, SIDES, offset=90_000),
    "without the last padding": bmp(BGR, 24, SIDES)[:-1],
    "without the last byte": bmp(BGR, 24, SIDES)[:-2],
    "cut off": bmp(BGR, 24, SIDES)[:-100],
    "cut off in its header": bmp(BGR, 24, SIDES)[:40],
    "cut off in its palette": bmp(indexed(8), 8, SIDES, palette=quads(PALETTE))[:99],
    "more pixels than Pillow reads": bmp(BGR, 24, (13_378, 13_377)),
    "no pixels": bmp(BGR, 24, (0, 19)),
    "zeros from the middle on": zeroed(bmp(BGR, 24, SIDES)),
}

other = {
    "PPM": saved(RGB, "PPM"),
    "PGM": saved(RGB.convert("L"), "PPM"),
    "AVIF": saved(RGB, "AVIF"),
    "JPEG 2000": saved(RGB, "JPEG2000"),
    "JPEG 2000, bare": saved(RGB, "JPEG2000", no_jp2=True),
    "ICO": saved(RGB, "ICO"),
    "ICNS": b"icns\0\0\0\x08",
    "PCX": saved(RGB, "PCX"),
    "TGA": saved(RGB, "TGA"),
    "SGI": saved(RGB, "SGI"),
    "DDS": saved(RGB, "DDS"),
    "QOI": saved(RGB, "QOI"),
    "PDF": saved(RGB, "PDF"),
    "EPS": saved(RGB, "EPS"),
    "JPEG XL": imagecodecs.jpegxl_encode(PIXELS),
    "OpenEXR": b"\x76\x2f\x31\x01\x02\x00\x00\x00channels\0",
    "HEIF": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40),
    "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    "SVG, without a declaration": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    "SVG, packed": gzip.compress(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', mtime=0),
    "Radiance": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\1\1\1\1",
    "FITS": b"SIMPLE  =                    T".ljust(2880),
    "Photoshop": b"8BPS\0\1" + bytes(40),
    "raw of a camera": b"FUJIFILMCCD-RAW 0201" + bytes(40),
    "text": b"no image at all\n" * 9,
    "a web page": b"<!DOCTYPE html><html><body>404</body></html>",
    "empty": b"",
    "zeros": bytes(500),
    "NumPy": b"\x93NUMPY\1\0" + bytes(40),
}

FILES = {"JPEG": jpeg, "PNG": png_files, "WebP": webp, "GIF": gif_files, "TIFF": tiff_files, "BMP": bmp_files, "other": other}
