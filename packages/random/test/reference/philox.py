"""Philox4x32-10 and what is drawn from it, in plain Python integers, written from the papers' formulae.

    python3 packages/random/test/reference/philox.py > packages/random/test/fixtures/philox.json

Uses the standard library alone, so that nothing of it can share a fault with the code under test.
"""

import json
import math
import struct
import sys

MASK = 0xFFFFFFFF


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k[0], q & MASK, (p >> 32) ^ c[3] ^ k[1], p & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def fold_counter(part):
    if isinstance(part, int):
        return [part & MASK, part >> 32, 0, int.from_bytes(b"numb", "big")]
    data = part.encode()
    tag = int.from_bytes(b"name", "big")
    state = [len(data), 0, 0, tag]
    padded = data + bytes(-len(data) % 8 if data else 8)
    for at in range(0, len(padded), 8):
        mixed = philox(state, struct.unpack("<2I", padded[at : at + 8]))
        state = [a ^ b for a, b in zip(state, mixed)]
    return state[:3] + [tag]


def fold(key, part):
    return philox(fold_counter(part), key)[:2]


def words(key, n):
    out = []
    for block in range((n + 3) // 4):
        out += philox([block, 0, 0, 0], key)
    return out[:n]


def unit(word):
    # The 23 low bits as the mantissa of a float in [1, 2), less 1.
    return struct.unpack("f", struct.pack("I", 0x3F800000 | (word & 0x7FFFFF)))[0] - 1.0


def normal(key, n):
    drawn, out = words(key, n + n % 2), []
    for a, b in zip(drawn[::2], drawn[1::2]):
        radius = math.sqrt(-2.0 * math.log(max(unit(a), 1e-7)))
        angle = float32(2.0 * math.pi * unit(b))
        out += [math.sin(angle) * radius, math.cos(angle) * radius]
    return out[:n]


def permutation(key, n):
    drawn = words(key, n)
    return sorted(range(n), key=lambda i: (drawn[i], i))


PATHS = [
    [0],
    [1],
    ["seed"],
    [2**53 - 1, "init"],
    [7, "mask", 123456, "block1.conv1/filter"],
    [7, "", 0, "exactly8", "exactly16bytes!!", "γ[3] of ресблок"],
    [2**32, 2**32 + 1, "7", 7],
]

keys = []
for path in PATHS:
    key = [0, 0]
    for part in path:
        key = fold(key, part)
    keys.append(
        {
            "path": path,
            "key": key,
            "words": words(key, 11),
            "uniform": [unit(w) for w in words(key, 11)],
            "bernoulli": [int(unit(w) < float32(0.3)) for w in words(key, 40)],
            "normal": normal(key, 11),
            "permutation": permutation(key, 37),
        }
    )

# 300 000 words have about ten pairs of equal ones, so here the rule for ties counts.
long_key = fold([0, 0], "long")
drawn = words(long_key, 300_000)
ties = len(drawn) - len(set(drawn))
checksum = 0
for place, index in enumerate(permutation(long_key, 300_000)):
    checksum = (checksum * 31 + index) & MASK

json.dump(
    {"keys": keys, "long": {"path": ["long"], "n": 300_000, "ties": ties, "checksum": checksum}},
    sys.stdout,
    indent=1,
    ensure_ascii=False,
)
print()
