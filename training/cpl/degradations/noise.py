"""Sensor noise: white Gaussian, coloured and blotchy, or shot and read noise before the tone curve."""

import cv2
import numpy as np

from cpl.degradations.tone import to_encoded, to_light
from cpl.degradations.types import Image, Map, Random


def noise(image: Image, _depth: Map, random: Random) -> Image:
    style = random.random()
    if style < 0.55:
        return image + gaussian(image.shape, random.uniform(5, 55) / 255, random)
    if style < 0.75:
        return image + blotchy(image.shape, random.uniform(4, 35) / 255, random)
    return shot_and_read(image, full_well=float(np.exp(random.uniform(np.log(60), np.log(3000)))), random=random)


def gaussian(shape: tuple[int, ...], sigma: float, random: Random) -> Image:
    """White noise of one strength, as in the denoising benchmarks."""
    return random.standard_normal(shape, dtype=np.float32) * np.float32(sigma)


def blotchy(shape: tuple[int, ...], sigma: float, random: Random) -> Image:
    """What a camera's demosaicing and chroma filters leave: spatially correlated, chroma coarser than luma."""
    height, width, _ = shape
    luma = _correlated((height, width, 1), random.uniform(0.3, 1.0), random)
    chroma = _correlated((height, width, 3), random.uniform(0.5, 2.5), random)
    return np.float32(sigma) * (luma + np.float32(random.uniform(0, 1.2)) * chroma)


def shot_and_read(image: Image, full_well: float, random: Random) -> Image:
    """Poisson-Gaussian noise in linear light: variance light / full_well + read^2, then the tone curve."""
    light = to_light(image)
    read = random.uniform(0.5, 6) / full_well
    sigma = np.sqrt(light / full_well + read * read)
    grain = random.standard_normal(image.shape, dtype=np.float32)
    if random.random() < 0.5:
        grain = _correlated(image.shape, random.uniform(0.3, 0.9), random)
    return to_encoded(light + sigma * grain)


def _correlated(shape: tuple[int, ...], radius: float, random: Random) -> Image:
    white = random.standard_normal(shape, dtype=np.float32)
    soft = cv2.GaussianBlur(white, (0, 0), radius).reshape(shape)
    return (soft / soft.std()).astype(np.float32)
