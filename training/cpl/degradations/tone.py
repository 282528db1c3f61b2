"""Between a file's encoding and light: the sRGB curve, IEC 61966-2-1, on float32 arrays in 0..1."""

import numpy as np

from cpl.degradations.types import Image


def to_light(encoded: Image) -> Image:
    """sRGB-encoded 0..1 -> linear light 0..1."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_encoded(light: Image) -> Image:
    """Linear light, clipped to 0..1 -> sRGB-encoded 0..1."""
    clipped = light.clip(0, 1)
    return np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * clipped ** (1 / 2.4) - 0.055).astype(np.float32)
