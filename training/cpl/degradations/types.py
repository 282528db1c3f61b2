"""What every degradation speaks: float32 images [H, W, 3], RGB in 0..1, and one random generator."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.floating]
"""[H, W, 3], float32, sRGB-encoded, 0..1."""

Map = NDArray[np.floating]
"""[H, W], float32, one value a pixel."""

Random = np.random.Generator

Degradation = Callable[[Image, Map, Random], Image]
"""(clean image, depth in 0..1 with 1 far away, generator) -> degraded image of the same shape."""
