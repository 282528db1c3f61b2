"""A random generator whose white noise comes from a ring of numbers drawn once.

Drawing 50,000 normal numbers takes longer than all else that a noisy patch of 128 pixels needs.
"""

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

RING = 1 << 22
"""Normal numbers that are kept, 16 MB; a patch of 256 pixels takes 5 % of them, from a place drawn anew."""


class RingGenerator(np.random.Generator):
    """numpy's generator, but for float32 normal numbers in bulk: a stretch of the ring, forwards or backwards."""

    def standard_normal(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        count = 0 if size is None else math.prod(np.atleast_1d(size).tolist())
        if dtype is not np.float32 or out is not None or not 64 <= count <= RING // 8:
            return super().standard_normal(size, dtype, out)
        start = int(self.integers(RING - count))
        stretch = ring()[start : start + count]
        return (stretch if self.random() < 0.5 else stretch[::-1]).reshape(size)


@cache
def ring() -> NDArray[np.float32]:
    """Read-only: whoever adds to what it was handed in place would change all noise after it."""
    numbers = np.random.default_rng(0).standard_normal(RING, dtype=np.float32)
    numbers.flags.writeable = False
    return numbers


def generator(*seed: int) -> RingGenerator:
    return RingGenerator(np.random.PCG64(list(seed)))
