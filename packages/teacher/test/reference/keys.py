"""Keyed draws from this file's own lines: Philox, folding, uniform numbers, permutations (packages/random/README.md).

The references of the methods import it; so their masks owe nothing to the library's.
"""

import struct

import numpy as np

WORD = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k[0], q & WORD, (p >> 32) ^ c[3] ^ k[1], p & WORD]
        k = [(k[0] + 0x9E3779B9) & WORD, (k[1] + 0xBB67AE85) & WORD]
    return c


def fold(key, part):
    if isinstance(part, int):
        return philox([part & WORD, part >> 32, 0, int.from_bytes(b"numb", "big")], key)[:2]
    data, tag = part.encode(), int.from_bytes(b"name", "big")
    state, padded = [len(data), 0, 0, tag], data + bytes(-len(data) % 8)
    for at in range(0, len(padded), 8):
        state = [a ^ b for a, b in zip(state, philox(state, struct.unpack("<2I", padded[at : at + 8])))]
    return philox(state[:3] + [tag], key)[:2]


def words(key, n):
    return np.array([word for block in range(-(-n // 4)) for word in philox([block, 0, 0, 0], key)][:n], dtype=np.uint32)


def uniforms(key, n):
    return (words(key, n) & 0x7FFFFF) * 2.0**-23


def permutation(key, n):
    return np.argsort(words(key, n), kind="stable")


def update_key(seed, step):
    """The key of everything that one update draws."""
    return fold(fold(fold([0, 0], seed), "step"), step)
