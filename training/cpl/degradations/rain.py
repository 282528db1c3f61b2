"""Rain: one to four layers of streaks, added or screened, under a veil that thickens with depth.

Half of it is as deraining benchmarks have it, B + sum of S (Yang et al., "Deep Joint Rain Detection and Removal from a
Single Image", CVPR 2017): streaks alike in all channels leave the differences of colours whole, which tells them from
texture. While all rain was tinted the network could not learn to use that.
"""

import cv2
import numpy as np

from cpl.degradations.types import Image, Map, Random


def rain(image: Image, depth: Map, random: Random) -> Image:
    height, width, _ = image.shape
    heavy = random.random() < 0.5
    layers = int(random.integers(1, 5)) if heavy else int(random.integers(1, 3))
    strength = random.uniform(0.5, 1.0) / layers**0.5 if heavy else random.uniform(0.2, 0.8)
    slant = random.normal(0, 18)
    spread = random.uniform(0, 25) if heavy else random.uniform(0, 4)
    grey = random.random() < 0.5
    white = np.ones(3, np.float32)
    tint = white if grey else np.array([random.uniform(0.88, 1), random.uniform(0.92, 1), 1], np.float32)

    out = image
    # Mist gathers where much rain falls. A veil over light rain as well taught the network to darken and tint whatever
    # a few streaks fell on: by 6 of 255 in a photo that had none.
    if not grey and random.random() < (0.5 if heavy else 0.1):
        out = veil(out, depth, random.uniform(0.05, 0.45), tint * random.uniform(0.5, 0.95))
    screened = not grey and random.random() < 0.5
    for _ in range(layers):
        angle = float(np.clip(slant + random.normal(0, spread), -65, 65))
        light = np.float32(strength) * streaks(height, width, angle, random, heavy=heavy)[..., None] * tint
        out = 1 - (1 - out) * (1 - light) if screened else out + light
        out = out.clip(0, 1)
    return out.astype(np.float32)


def streaks(height: int, width: int, angle: float, random: Random, *, heavy: bool) -> Map:
    """One layer of streaks in 0..1; angle in degrees from the vertical."""
    if random.random() < (0.3 if heavy else 0.5):
        return _drawn(height, width, angle, random)
    # Heavy rain falls as a curtain: most of a photo is behind some streak, and sparse layers did not teach that.
    return _smeared(height, width, angle, random, densities=(0.008, 0.08) if heavy else (0.002, 0.03))


def veil(image: Image, depth: Map, amount: float, colour: Image | float) -> Image:
    """Mix towards a colour, more with depth: distant rain and snow gather to mist."""
    cover = (np.float32(amount) * (0.3 + 0.7 * depth))[..., None]
    return image * (1 - cover) + cover * np.float32(colour)


def _drawn(height: int, width: int, angle: float, random: Random) -> Map:
    """Streaks as lines of varied length and brightness: near drops, well apart."""
    canvas = np.zeros((height, width), np.uint8)
    length = float(np.exp(random.uniform(np.log(6), np.log(90))))
    # A few more than the density asks for: a patch without any streak would be a clean one that is called rain.
    count = 4 + int(height * width / (length * random.uniform(15, 150)))
    thickness = int(random.choice([1, 1, 1, 2, 3]))
    xs = random.uniform(-length, width + length, count)
    ys = random.uniform(-length, height + length, count)
    lengths = length * random.uniform(0.5, 1.5, count)
    angles = np.deg2rad(angle + random.normal(0, 1.5, count))
    brightness = random.uniform(60, 255, count)
    # Coordinates in 1/16 pixel, so that streaks do not snap to the grid.
    ends = np.stack([xs, ys, xs + lengths * np.sin(angles), ys + lengths * np.cos(angles)], 1) * 16
    for (x0, y0, x1, y1), value in zip(ends.astype(int).tolist(), brightness.tolist(), strict=True):
        cv2.line(canvas, (x0, y0), (x1, y1), value, thickness, cv2.LINE_AA, 4)
    layer = canvas.astype(np.float32) / 255
    return cv2.GaussianBlur(layer, (0, 0), random.uniform(0.3, 1.2)) if random.random() < 0.7 else layer  # type: ignore[return-value]


def _smeared(height: int, width: int, angle: float, random: Random, *, densities: tuple[float, float]) -> Map:
    """Streaks as noise smeared along one direction, of between so many and so many drops a pixel: rain further off."""
    seeds = random.random((height, width), dtype=np.float32)
    density = float(np.exp(random.uniform(*np.log(densities))))
    drops = np.where(seeds > 1 - density, (seeds - (1 - density)) / density, 0).astype(np.float32)
    if random.random() < 0.4:
        drops = cv2.GaussianBlur(drops, (0, 0), random.uniform(0.5, 1.2))  # type: ignore[assignment]
    layer = cv2.filter2D(drops, -1, line_kernel(random.uniform(7, 90), angle), borderType=cv2.BORDER_REFLECT)
    peak = np.quantile(layer, 0.995) + 1e-6
    return (layer * (random.uniform(0.4, 1.2) / peak)).clip(0, 1).astype(np.float32)


def line_kernel(length: float, angle: float) -> Map:
    """Normalised kernel of a straight smear; length in pixels, angle in degrees from the vertical."""
    size = int(length) | 1
    kernel = np.zeros((size, size), np.uint8)
    centre, half = (size - 1) / 2, (length - 1) / 2
    dx, dy = half * np.sin(np.deg2rad(angle)), half * np.cos(np.deg2rad(angle))
    ends = np.array([centre - dx, centre - dy, centre + dx, centre + dy]) * 16
    x0, y0, x1, y1 = ends.astype(int).tolist()
    cv2.line(kernel, (x0, y0), (x1, y1), 255, 1, cv2.LINE_AA, 4)
    weights = kernel.astype(np.float32)
    return weights / weights.sum()
