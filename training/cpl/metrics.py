"""Image quality, as the published tables measure it."""

import numpy as np
from numpy.typing import NDArray


def psnr(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Peak signal-to-noise ratio in dB over all channels, data range 1. Infinite for equal images."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else -10 * float(np.log10(error))
