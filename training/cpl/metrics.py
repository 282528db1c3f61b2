"""Image quality, as the published tables measure it. Images are [H, W, 3] or [H, W], in 0..1."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Window = Literal["uniform-7", "uniform-11", "gaussian-11"]
"""What SSIM looks through: a square with equal weights and the sample covariance (scikit-image's default), or a
Gaussian of sigma 1.5 over 11 pixels (Wang et al. 2004, as in MATLAB and BasicSR)."""


def psnr(a: Array, b: Array) -> float:
    """Peak signal-to-noise ratio in dB over all channels, data range 1. Infinite for equal images."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else -10 * float(np.log10(error))


def luma(image: Array) -> Array:
    """Y of ITU-R BT.601 in its limited range, [H, W], 16/255..235/255: MATLAB's rgb2ycbcr, not rounded."""
    return (image.astype(np.float64) @ np.array([65.481, 128.553, 24.966]) + 16) / 255


def ssim(a: Array, b: Array, window: Window = "uniform-7") -> float:
    """Structural similarity, data range 1; mean over pixels whose window lies within the image, and channels.

    Source: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004.
    """
    side = int(window.rpartition("-")[2])
    reach = side // 2
    gaussian = window.startswith("gaussian")
    weights = cv2.getGaussianKernel(side, 1.5, cv2.CV_64F) if gaussian else np.full((side, 1), 1 / side)
    # The sample covariance divides by n - 1.
    correction = 1.0 if gaussian else side**2 / (side**2 - 1)

    def mean(x: Array) -> Array:
        smooth: Array = cv2.sepFilter2D(x, cv2.CV_64F, weights, weights).astype(np.float64, copy=False)
        return smooth[reach:-reach, reach:-reach]

    x, y = a.astype(np.float64), b.astype(np.float64)
    mean_x, mean_y = mean(x), mean(y)
    variance_x = correction * (mean(x * x) - mean_x**2)
    variance_y = correction * (mean(y * y) - mean_y**2)
    covariance = correction * (mean(x * y) - mean_x * mean_y)
    c1, c2 = 0.01**2, 0.03**2
    quality = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    quality /= (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    return float(quality.mean())
