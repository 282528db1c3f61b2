"""What every degradation speaks: float32 images [H, W, 3], RGB in 0..1, and one random generator."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.floating]
"""[H, W, 3], float32, sRGB-encoded, 0..1."""

Map = NDArray[np.floating]
"""[H, W], float32, one value a pixel."""

Random = np.random.Generator

Degrade = Callable[[Image, Map, Random], Image]
"""(clean image, depth in 0..1 with 1 far away, generator) -> degraded image of the same shape."""


class Degradation(NamedTuple):
    name: str
    """As in files and options: lower case, with hyphens."""
    apply: Degrade
    share: float
    """Of the training patches that suffer from this degradation alone; a run may ask for others."""
    pull: float = 0.26
    """Norm of the unweighted loss's gradient on batches of this degradation alone, as `experiments/gradients.py` prints
    it; a sample is weighted by its inverse (`losses.even_pull`). Until it is measured: that of clean patches."""
    title: str = ""
    """Shown to users; made from the name where it is empty."""

    @property
    def label(self) -> str:
        return self.title or self.name.replace("-", " ").capitalize()
