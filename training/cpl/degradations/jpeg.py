"""JPEG compression, at any phase of its 8x8 grid."""

import cv2
import numpy as np

from cpl.degradations.types import Image, Map, Random

SAMPLINGS = (
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
)


def jpeg(image: Image, _depth: Map, random: Random) -> Image:
    return compress(image, int(random.integers(10, 61)), random)


def compress(image: Image, quality: int, random: Random) -> Image:
    """quality: 1..100 of libjpeg. The patch is cut from a larger photo, so its blocks start anywhere."""
    height, width, _ = image.shape
    top, left = random.integers(0, 16, 2).tolist()
    padded = cv2.copyMakeBorder(image, top, 0, left, 0, cv2.BORDER_REFLECT_101)
    pixels = (padded[..., ::-1].clip(0, 1) * 255 + 0.5).astype(np.uint8)
    sampling = int(random.choice(SAMPLINGS, p=[0.6, 0.1, 0.3]))
    _, data = cv2.imencode(
        ".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    )
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None  # it was encoded a line above
    return decoded[top : top + height, left : left + width, ::-1].astype(np.float32) / 255
