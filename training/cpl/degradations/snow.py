"""Snow: sharp small flakes, falling streaks and soft flakes close to the lens, under a light veil."""

import cv2
import numpy as np

from cpl.degradations.rain import line_kernel, veil
from cpl.degradations.types import Image, Map, Random


def snow(image: Image, depth: Map, random: Random) -> Image:
    height, width, _ = image.shape
    out = veil(image, depth, random.uniform(0.05, 0.5), random.uniform(0.7, 0.95)) if random.random() < 0.5 else image
    angle = random.normal(0, 25)
    density = random.uniform(0.3, 1.5)
    sizes = [(0.4, 1.2, 1 / 250), (1.0, 2.5, 1 / 900), (2.5, 6.0, 1 / 6000)]
    for smallest, largest, share in sizes:
        if random.random() < 0.25:
            continue
        count = random.poisson(height * width * share * density)
        cover = flakes(height, width, count, smallest=smallest, largest=largest, angle=angle, random=random)[..., None]
        colour = np.float32(random.uniform(0.85, 1))
        out = out * (1 - cover) + cover * colour
    return out.clip(0, 1).astype(np.float32)


def flakes(
    height: int, width: int, count: int, *, smallest: float, largest: float, angle: float, random: Random
) -> Map:
    """Opacity in 0..1 of one layer of flakes with radii in pixels; the larger, the softer."""
    canvas = np.zeros((height, width), np.uint8)
    xs = random.uniform(-largest, width + largest, count) * 16
    ys = random.uniform(-largest, height + largest, count) * 16
    radii = random.uniform(smallest, largest, count)
    axes = np.maximum(np.stack([radii, radii * random.uniform(0.5, 1, count)], 1) * 16, 8)
    turns = random.uniform(0, 180, count)
    opacity = random.uniform(90, 255, count)
    for x, y, (a, b), turn, value in zip(
        xs.astype(int).tolist(),
        ys.astype(int).tolist(),
        axes.astype(int).tolist(),
        turns.tolist(),
        opacity.tolist(),
        strict=True,
    ):
        cv2.ellipse(canvas, (x, y), (a, b), turn, 0, 360, value, -1, cv2.LINE_AA, 4)
    layer: Map = canvas.astype(np.float32) / 255
    if random.random() < 0.4:
        layer = cv2.filter2D(layer, -1, line_kernel(random.uniform(2, 3 * largest + 3), angle))  # type: ignore[assignment]
    return cv2.GaussianBlur(layer, (0, 0), random.uniform(0.2, 0.35 * largest + 0.3))  # type: ignore[return-value]
