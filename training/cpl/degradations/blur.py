"""Blur: camera shake along a random path, or defocus, in light or encoded values, then none or a little noise."""

import cv2
import numpy as np

from cpl.degradations.noise import gaussian
from cpl.degradations.tone import to_encoded, to_light
from cpl.degradations.types import Image, Map, Random


def blur(image: Image, _depth: Map, random: Random) -> Image:
    kernel = shake(random) if random.random() < 0.65 else defocus(random)
    # Benchmarks blur either light (GoPro averages frames) or encoded values (Levin): both are met.
    if random.random() < 0.5:
        out = to_encoded(cv2.filter2D(to_light(image), -1, kernel, borderType=cv2.BORDER_REFLECT_101))  # type: ignore[arg-type]
    else:
        out = cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REFLECT_101)  # type: ignore[assignment]
    # Frames averaged, or a long exposure by day, have next to no noise, and only then can blur be undone by much.
    return out if random.random() < 0.7 else out + gaussian(image.shape, random.uniform(0, 2.5) / 255, random)


def shake(random: Random) -> Map:
    """Kernel of a path with inertia: a point that drifts, turns and sometimes jerks while the shutter is open."""
    steps = 64
    velocity = random.normal(0, 1, 2)
    path = np.zeros((steps, 2))
    inertia = random.uniform(0.7, 0.98)
    for step in range(1, steps):
        velocity = inertia * velocity + random.normal(0, 0.35, 2)
        if random.random() < 0.02:
            velocity = -velocity * random.uniform(0.5, 1.5)
        path[step] = path[step - 1] + velocity
    extent = np.ptp(path, axis=0).max() + 1e-6
    reach = random.uniform(3, 23)
    path = (path - (path.max(0) + path.min(0)) / 2) * (reach / extent)
    size = (int(reach) + 4) | 1
    kernel = np.zeros((size, size), np.float32)
    # Four times finer than the steps, shared between the four neighbours, so that the path is smooth.
    fine = np.stack([np.interp(np.linspace(0, steps - 1, 4 * steps), np.arange(steps), path[:, i]) for i in (0, 1)], 1)
    fine += (size - 1) / 2
    corner = np.floor(fine).astype(int)
    fraction = fine - corner
    for dy in (0, 1):
        for dx in (0, 1):
            weight = np.abs(1 - dy - fraction[:, 0]) * np.abs(1 - dx - fraction[:, 1])
            np.add.at(kernel, (corner[:, 0] + dy, corner[:, 1] + dx), weight)
    return (kernel / kernel.sum()).astype(np.float32)


def defocus(random: Random) -> Map:
    """Kernel of a lens out of focus: a disc with a slightly soft rim."""
    radius = random.uniform(0.8, 5)
    size = (2 * int(np.ceil(radius)) + 3) | 1
    grid = np.arange(size) - size // 2
    distance = np.sqrt(grid[:, None] ** 2 + grid[None, :] ** 2)
    kernel = (radius + 0.5 - distance).clip(0, 1).astype(np.float32)
    return (kernel / kernel.sum()).astype(np.float32)
