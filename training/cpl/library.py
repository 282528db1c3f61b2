"""Photos in memory at several scales, and crops of them that teach something.

Photos differ a hundredfold in size and most of them are sky, wall or blur, so what is drawn is a pixel, not a file, and
of three crops one of the two busier ones.
"""

import csv
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from cpl.data import PHOTO_SUFFIXES, read_rgb
from cpl.degradations.types import Random

Pixels = NDArray[np.uint8]
"""[H, W, 3], RGB."""

LARGEST_SCALE = 14.0
"""Crops are taken at 1:1 to 1:14, evenly over its logarithm: at 1:1 photos of many megapixels are smooth."""
SMALLEST_LEVEL = 64
"""Pixels of the shorter side of the coarsest scale that is kept."""
CANDIDATES = 3
CAPS = {"recipes-": 0.1}
"""Largest share of the draws for files that begin so: a third of the free photos are dishes of food."""
HAZY = ("haze", "smoke", "snow")
"""What the note of a photo says that is no target for haze or snow."""


class Photo(NamedTuple):
    levels: tuple[Pixels, ...]
    """The photo at 1:1, 1:2, 1:4, … by area averaging."""
    hazy: bool = False
    """Whether haze or snow is in the scene."""


class Library:
    """Photos, each drawn as often as it has pixels; groups of CAPS no more often than said there."""

    def __init__(self, photos: Sequence[Photo], names: Sequence[str]) -> None:
        if not photos:
            raise ValueError("a library needs at least one photo")
        self.photos, self.names = photos, list(names)
        self.bounds = np.cumsum(shares([photo.levels[0].shape[:2] for photo in photos], names))

    def draw(self, random: Random) -> Photo:
        return self.photos[min(int(np.searchsorted(self.bounds, random.random())), len(self.photos) - 1)]


def shares(sizes: Iterable[tuple[int, ...]], names: Sequence[str]) -> NDArray[np.float64]:
    """How often each photo is drawn, sums to 1. sizes: [(height, width)]."""
    weights = np.array([height * width for height, width in sizes], np.float64)
    for prefix, cap in CAPS.items():
        group = np.array([name.startswith(prefix) for name in names])
        others = weights[~group].sum()
        if others and weights[group].sum() > cap / (1 - cap) * others:
            weights[group] *= cap / (1 - cap) * others / weights[group].sum()
    return weights / weights.sum()


def load_library(folder: Path, smallest: int, threads: int = 4) -> Library:
    """All photos below a folder whose shorter side is at least `smallest` pixels; notes from `licences.tsv` there.

    Raises FileNotFoundError where there are none.
    """
    notes = read_notes(folder / "licences.tsv")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)
    # OpenCV decodes without Python's lock.
    with ThreadPoolExecutor(threads) as pool:
        levels = list(pool.map(lambda path: scales(read_rgb(path)), files))
    kept = [(path, found) for path, found in zip(files, levels, strict=True) if min(found[0].shape[:2]) >= smallest]
    if not kept:
        raise FileNotFoundError(f"{folder} holds no photo of at least {smallest} pixels a side")
    photos = [Photo(found, any(word in notes.get(path.name, "") for word in HAZY)) for path, found in kept]
    return Library(photos, [path.name for path, _ in kept])


def read_notes(table: Path) -> dict[str, str]:
    """File name -> note, of a table of licences; empty where there is no table."""
    if not table.exists():
        return {}
    with table.open(newline="", encoding="utf-8") as file:
        return {row["file"]: row["note"] or "" for row in csv.DictReader(file, delimiter="\t")}


def scales(pixels: Pixels) -> tuple[Pixels, ...]:
    """The photo and its halves, down to SMALLEST_LEVEL."""
    levels = [pixels]
    while min(levels[-1].shape[:2]) >= 2 * SMALLEST_LEVEL:
        height, width = (side // 2 for side in levels[-1].shape[:2])
        even = levels[-1][: 2 * height, : 2 * width]
        levels.append(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False))
    return tuple(levels)


def crop(photo: Photo, patch: int, random: Random) -> Pixels:
    """A patch [patch, patch, 3] of the photo at a scale drawn anew; the photo's sides are at least `patch`."""
    largest = min(LARGEST_SCALE, min(photo.levels[0].shape[:2]) / patch)
    scale = float(np.exp(random.uniform(0, np.log(largest)))) if largest > 1 else 1.0
    level = min(int(np.log2(scale)), len(photo.levels) - 1)
    pixels = photo.levels[level]
    side = min(round(patch * scale / 2**level), *pixels.shape[:2])
    places = [
        (int(random.integers(pixels.shape[0] - side + 1)), int(random.integers(pixels.shape[1] - side + 1)))
        for _ in range(CANDIDATES)
    ]
    windows = [pixels[top : top + side, left : left + side] for top, left in places]
    window = sorted(windows, key=energy)[int(random.integers(1, CANDIDATES))]
    if side == patch:
        return window
    shrinks = side > patch
    return cv2.resize(window, (patch, patch), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR).astype(
        np.uint8, copy=False
    )


def energy(window: Pixels) -> float:
    """Mean absolute difference of neighbours in green, looked at in 32x32 places."""
    step = max(1, window.shape[0] // 32)
    green = window[..., 1]
    here = green[:-1:step, :-1:step].astype(np.int16)
    return float((np.abs(here - green[:-1:step, 1::step]) + np.abs(here - green[1::step, :-1:step])).mean())
