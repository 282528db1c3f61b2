"""Sensor noise: white Gaussian, coloured and blotchy, or shot and read noise, as it is or as a camera develops it."""

import cv2
import numpy as np

from cpl.degradations.jpeg import compress
from cpl.degradations.tone import to_encoded, to_light
from cpl.degradations.types import Image, Map, Random


def noise(image: Image, _depth: Map, random: Random) -> Image:
    style = random.random()
    if style < 0.58:
        return image + gaussian(image.shape, random.uniform(5, 55) / 255, random)
    if style < 0.66:
        return image + blotchy(image.shape, random.uniform(4, 35) / 255, random)
    if style < 0.78:
        return shot_and_read(image, full_well=float(np.exp(random.uniform(np.log(60), np.log(3000)))), random=random)
    return developed(image, full_well=float(np.exp(random.uniform(np.log(100), np.log(4000)))), random=random)


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


def developed(image: Image, full_well: float, random: Random) -> Image:
    """Shot and read noise of a Bayer sensor after demosaicing, white balance, the tone curve and a camera's JPEG.

    After Brooks et al., "Unprocessing Images for Learned Raw Denoising" (CVPR 2019). The clean photo goes the same way,
    and only the difference is added, so that nothing but noise is to be undone.
    """
    gains = np.array([random.uniform(1.2, 2.4), 1, random.uniform(1.2, 2.4)], np.float32)
    colours = to_light(image) / gains
    mosaic = colours[..., 1].copy()
    mosaic[::2, ::2], mosaic[1::2, 1::2] = colours[::2, ::2, 0], colours[1::2, 1::2, 2]
    read = random.uniform(0.5, 6) / full_well
    sigma = np.sqrt(mosaic / full_well + read * read)
    noisy = mosaic + sigma * random.standard_normal(mosaic.shape, dtype=np.float32)
    out = image + _develop(noisy, gains) - _develop(mosaic, gains)
    return out if random.random() < 0.3 else compress(out.clip(0, 1), int(random.integers(80, 99)), random)


def _develop(mosaic: Map, gains: Map) -> Image:
    """[H, W] of red, green, green, blue sites, linear -> [H, W, 3], encoded."""
    sites = (mosaic.clip(0, 1) * 65535 + 0.5).astype(np.uint16)
    return to_encoded(cv2.cvtColor(sites, cv2.COLOR_BayerRGGB2RGB).astype(np.float32) / 65535 * gains)


def _correlated(shape: tuple[int, ...], radius: float, random: Random) -> Image:
    white = random.standard_normal(shape, dtype=np.float32)
    soft = cv2.GaussianBlur(white, (0, 0), radius).reshape(shape)
    return (soft / soft.std()).astype(np.float32)
