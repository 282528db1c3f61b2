"""Depth-like maps for patches: no real depth is at hand, so layers, a vertical gradient and smooth noise stand in."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cpl.degradations.types import Map, Random


def smooth_noise(height: int, width: int, cells: int, random: Random) -> Map:
    """Noise in 0..1 that varies over about `cells` cells of the longer side."""
    coarse = random.random((cells + 2, cells + 2), dtype=np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def depth(height: int, width: int, segments: NDArray[np.uint8] | None, random: Random) -> Map:
    """[H, W] in 0..1, 1 is far. segments: label map of the same size, one object a label, or None."""
    near, far = np.sort(random.random(2, dtype=np.float32))
    rows = np.linspace(far, near, height, dtype=np.float32)[:, None]
    field = np.repeat(rows, width, axis=1)
    if random.random() < 0.3:  # a level view: no gradient
        field[:] = random.random()
    if segments is not None:
        offsets = random.normal(0, random.uniform(0.05, 0.3), 256).astype(np.float32)
        # Outlines are drawn by hand and a pixel or two off; a soft border keeps haze from tracing them.
        field += cv2.GaussianBlur(offsets[segments], (0, 0), 1.5)
    field += random.uniform(0, 0.3) * (smooth_noise(height, width, int(random.integers(1, 4)), random) - 0.5)
    return field.clip(0, 1).astype(np.float32)
