"""Writers of image files in kinds that Pillow reads and does not write, byte by byte: PNG, TIFF and GIF."""

import struct
import zlib

import numpy as np

# Where the seven passes of Adam7 start, and their steps: x, y, dx, dy.
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def packed(row, bits):
    """One row of samples, `bits` each, most significant first."""
    row = row.reshape(-1)
    if bits == 16:
        return row.astype(">u2").tobytes()
    if bits == 8:
        return row.astype(np.uint8).tobytes()
    places = np.arange(bits - 1, -1, -1)
    return np.packbits((row[:, None] >> places & 1).astype(np.uint8)).tobytes()


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(values, colour_type, bits, *, interlaced=False, before=(), sides=None):
    """`values` is `[height, width]` or `[height, width, channels]`; `before` are chunks; `sides` are told instead."""
    height, width = values.shape[:2]
    told_width, told_height = sides or (width, height)
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    parts = [values[y::dy, x::dx] for x, y, dx, dy in passes]
    rows = b"".join(b"\0" + packed(row, bits) for part in parts if part.size > 0 for row in part)
    header = struct.pack(">IIBBBBB", told_width, told_height, bits, colour_type, 0, 0, int(interlaced))
    chunks = [(b"IHDR", header), *before, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(name, data) for name, data in chunks)


def palette_chunk(palette):
    return (b"PLTE", np.asarray(palette, np.uint8).tobytes())


def tiff(
    values,
    photometric,
    *,
    bits=8,
    extra=(),
    planar=1,
    order="<",
    palette=None,
    rows_per_strip=None,
    deflate=False,
    sample_format=None,
    orientation=None,
    fill_order=None,
    tags=(),
):
    """`values` is `[height, width, channels]`; `tags` are further (tag, type, values)."""
    if values.ndim == 2:
        values = values[..., None]
    height, width, channels = values.shape

    def row_bytes(row):
        if values.dtype.kind == "f" or bits >= 16:
            return row.astype(values.dtype.newbyteorder(order)).tobytes()
        data = packed(row, bits)
        if fill_order == 2:
            data = bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)
        return data

    rows = rows_per_strip or height
    planes = [values] if planar == 1 else [values[..., c : c + 1] for c in range(channels)]
    strips = [
        b"".join(row_bytes(row) for row in plane[top : top + rows]) for plane in planes for top in range(0, height, rows)
    ]
    if deflate:
        strips = [zlib.compress(strip) for strip in strips]
    entries = [
        (256, 4, [width]),
        (257, 4, [height]),
        (258, 3, [bits] * channels),
        (259, 3, [8 if deflate else 1]),
        (262, 3, [photometric]),
        (277, 3, [channels]),
        (278, 4, [rows]),
        (284, 3, [planar]),
        *tags,
    ]
    if fill_order:
        entries.append((266, 3, [fill_order]))
    if orientation:
        entries.append((274, 3, [orientation]))
    if palette is not None:
        entries.append((320, 3, [int(v) * 257 for v in np.asarray(palette).T.reshape(-1)]))
    if extra:
        entries.append((338, 3, list(extra)))
    if sample_format:
        entries.append((339, 3, [sample_format] * channels))
    return tiff_file(entries, strips, order)


def tiff_file(entries, strips, order="<", places=(273, 279)):
    """One directory and its strips or tiles."""
    sizes = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I"}
    entries = sorted([*entries, (places[0], 4, [0] * len(strips)), (places[1], 4, [len(s) for s in strips])])
    after = 8 + 2 + 12 * len(entries) + 4
    values = {}
    for tag, kind, data in entries:
        if len(struct.pack(order + sizes[kind] * len(data), *data)) > 4:
            values[tag] = after
            after += len(data) * struct.calcsize(sizes[kind]) + (len(data) * struct.calcsize(sizes[kind])) % 2
    offsets = []
    for strip in strips:
        offsets.append(after)
        after += len(strip)
    directory = struct.pack(order + "H", len(entries))
    rest = b""
    for tag, kind, data in entries:
        data = offsets if tag == places[0] else data
        value = struct.pack(order + sizes[kind] * len(data), *data)
        count = len(data) // 2 if kind == 5 else len(data)
        if tag in values:
            rest += value + b"\0" * (len(value) % 2)
            value = struct.pack(order + "I", values[tag])
        directory += struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")
    start = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
    return start + directory + b"\0" * 4 + rest + b"".join(strips)


def gif(screen, frames, palette, *, background=0):
    """A GIF of uncompressed codes; a frame is (left, top, indices, transparent index or None)."""
    bits = max(2, (len(palette) - 1).bit_length())
    table = np.zeros((1 << bits, 3), np.uint8)
    table[: len(palette)] = palette
    out = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80 | (bits - 1), background, 0) + table.tobytes()
    for left, top, indices, transparent in frames:
        if transparent is not None:
            out += b"\x21\xf9\x04" + struct.pack("<BHB", 0x05, 0, transparent) + b"\0"
        height, width = indices.shape
        out += b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0) + bytes([bits])
        # A clear code before every few values keeps codes at bits + 1.
        clear, end = 1 << bits, (1 << bits) + 1
        codes = []
        for i, value in enumerate(indices.reshape(-1)):
            if i % ((1 << bits) - 2) == 0:
                codes.append(clear)
            codes.append(int(value))
        stream = "".join(f"{code:0{bits + 1}b}"[::-1] for code in [*codes, end])
        stream += "0" * (-len(stream) % 8)
        data = bytes(int(stream[i : i + 8][::-1], 2) for i in range(0, len(stream), 8))
        for i in range(0, len(data), 255):
            out += bytes([len(data[i : i + 255])]) + data[i : i + 255]
        out += b"\0"
    return out + b"\x3b"


def bmp(rows, bits, sides, *, palette=b"", header=40, compression=0, masks=(), top_down=False, colours=0, offset=None):
    """`rows` are packed, from the bottom (or the top) on, and padded here; or bytes of run lengths."""
    data = rows if isinstance(rows, bytes) else b"".join(row + bytes(-len(row) % 4) for row in rows)
    width, height = sides
    told = struct.pack(f"<{len(masks)}I", *masks)
    if header == 12:
        head = struct.pack("<IHHHH", header, width, height, 1, bits)
    else:
        rest = (1, bits, compression, len(data), 2835, 2835, colours, 0)
        head = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, *rest)
        head = (head + told).ljust(header, b"\0")
    begin = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<IHHI", begin + len(data), 0, 0, begin if offset is None else offset) + head + palette + data


def quads(palette):
    return b"".join(bytes([b, g, r, 0]) for r, g, b in np.asarray(palette).tolist())


def run_lengths(values):
    """Each pixel by itself, for a BMP of 8 bits."""
    return b"".join(b"".join(bytes([1, value]) for value in row) + b"\0\0" for row in values[::-1].tolist()) + b"\0\1"
