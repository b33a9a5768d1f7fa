"""Threefry-2x32 with 20 rounds: the reference that the compiled generator has to match bit for bit.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

import numpy as np

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
_STEP_MIX = 0x9E3779B9
_MASK = 0xFFFFFFFF

# Blocks computed at a time; the two words of them stay in the first levels of cache.
_CHUNK = 1 << 14


def block(key: tuple[int, int], x0: np.ndarray, x1: np.ndarray) -> None:
    """Encrypts the counters (x0, x1) in place.

    Args:
        key: two words, each below 2^32.
        x0, x1: uint32 arrays of one shape.
    """
    keys = (key[0], key[1], _PARITY ^ key[0] ^ key[1])
    high = np.empty_like(x1)
    x0 += np.uint32(keys[0])
    x1 += np.uint32(keys[1])
    for group in range(5):
        for rotation in _ROTATIONS[group % 2]:
            x0 += x1
            np.left_shift(x1, np.uint32(rotation), out=high)
            x1 >>= np.uint32(32 - rotation)
            x1 |= high
            x1 ^= x0
        x0 += np.uint32(keys[(group + 1) % 3])
        x1 += np.uint32((keys[(group + 2) % 3] + group + 1) & _MASK)


def words(count: int, seed: tuple[int, int], step: int, stream: int) -> np.ndarray:
    """`count` random words; word `i` is word `i % 2` of block `(i // 2, stream)`.

    Args:
        count: how many, at most 2^32.
        seed: two 32-bit integers, of either sign.
        step: number of the training step, mixed into the key.
        stream: which random op of the program draws.

    Returns:
        uint32 `[count]`.
    """
    key = ((seed[0] ^ (step * _STEP_MIX)) & _MASK, (seed[1] + step) & _MASK)
    result = np.empty(((count + 1) // 2, 2), np.uint32)
    for start in range(0, len(result), _CHUNK):
        x0 = np.arange(start, min(start + _CHUNK, len(result)), dtype=np.uint32)
        x1 = np.full_like(x0, stream & _MASK)
        block(key, x0, x1)
        result[start : start + len(x0), 0] = x0
        result[start : start + len(x0), 1] = x1
    return result.reshape(-1)[:count]
