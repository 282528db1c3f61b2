"""Pieces of the pictures that show results."""

import cv2
import numpy as np


def labelled(image: np.ndarray, text: str) -> np.ndarray:
    """[H, W, 3] of 0..1 as 8 bit, with white words in its darkened corner."""
    pixels = (image.clip(0, 1) * 255 + 0.5).astype(np.uint8).copy()
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.48, 1)
    pixels[: height + 10, : width + 12] //= 3
    cv2.putText(pixels, text, (6, height + 4), cv2.FONT_HERSHEY_SIMPLEX, 0.48, (255, 255, 255), 1, cv2.LINE_AA)
    return pixels
