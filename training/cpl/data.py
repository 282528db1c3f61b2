"""Clean photos in memory, and training samples made from them that depend on nothing but a seed and an index."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from cpl.degradations import SHARES, Shares, degrade, draw, labels
from cpl.degradations.depth import depth
from cpl.degradations.tone import to_encoded, to_light
from cpl.degradations.types import Image, Random

# Loader processes are forked, and OpenCV's thread pool does not survive a fork: it hangs.
cv2.setNumThreads(0)

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".avif", ".webp"}
LARGEST = 2_000_000
"""Pixels of a photo kept in memory; larger ones are scaled down, which also hides their compression."""


DARK_SCENES = 0.05
"""Share of the patches whose clean photo is dark and has to stay so: night and shadow are no fault of a photo."""

SOFT_SCENES = 0.25
"""Share of the patches whose clean photo is soft and has to stay so, as a camera's photos are at 1:1: without them
routers took softness for blur, and real noise with it (a third of CC15).
"""


class Photo(NamedTuple):
    pixels: NDArray[np.uint8]
    """[H, W, 3], RGB."""
    segments: NDArray[np.uint8] | None
    """[H, W], one object a label, where a human segmentation exists."""


class Sample(NamedTuple):
    degraded: Tensor
    """[3, P, P], 0..1."""
    clean: Tensor
    """[3, P, P], 0..1."""
    label: Tensor
    """[len(EXPERTS)], shares of the degradations, sums to 1."""


def photo_files(folder: Path) -> list[Path]:
    """All photos below a folder, sorted by path, so that every machine sees the same order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """[H, W, 3] uint8 RGB. Raises ValueError for a file that is no image."""
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None and path.suffix.lower() == ".avif":
        return _read_with_pillow(path)
    if pixels is None:
        raise ValueError(f"{path} is not an image that OpenCV can read")
    return np.ascontiguousarray(pixels[..., ::-1]).astype(np.uint8, copy=False)


def _read_with_pillow(path: Path) -> NDArray[np.uint8]:
    """For AVIF where OpenCV was built without it."""
    try:
        with PIL.Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except PIL.UnidentifiedImageError as error:
        raise ValueError(f"neither OpenCV nor Pillow can read {path}") from error


def fit(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale a photo down to LARGEST pixels if it has more."""
    scale = (LARGEST / (pixels.shape[0] * pixels.shape[1])) ** 0.5
    if scale >= 1:
        return pixels
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)


def load_photos(root: Path, folders: tuple[str, ...] = ("bsd322", "imagenet587", "large")) -> list[Photo]:
    """Read the training folders below root; `segments/<name>.png` belongs to the photo of the same name.

    Raises FileNotFoundError if a folder is missing.
    """
    photos = []
    for folder in folders:
        if not (root / folder).is_dir():
            raise FileNotFoundError(f"training folder {root / folder} is missing")
        for path in photo_files(root / folder):
            pixels = fit(read_rgb(path))
            labels_file = root / "segments" / f"{path.stem}.png"
            segments = cv2.imread(str(labels_file), cv2.IMREAD_GRAYSCALE) if folder == "bsd322" else None
            photos.append(Photo(pixels, None if segments is None else segments.astype(np.uint8)))
    return photos


class DegradedPatches(Dataset[Sample]):
    """Sample i is the same on every machine and in every run with the same photos and seed."""

    def __init__(self, photos: list[Photo], patch: int, seed: int, shares: Shares = SHARES) -> None:
        self.photos = [photo for photo in photos if min(photo.pixels.shape[:2]) >= patch]
        self.patch = patch
        self.seed = seed
        self.shares = shares

    def __getitem__(self, index: int) -> Sample:
        random = np.random.default_rng([self.seed, index])
        return make_sample(self.photos[random.integers(len(self.photos))], self.patch, random, self.shares)


def make_sample(photo: Photo, patch: int, random: Random, shares: Shares = SHARES) -> Sample:
    """Cut a patch of the photo and degrade it. The photo's sides are at least `patch`. shares: see `draw`."""
    clean, segments = _crop(photo, patch, random)
    names = draw(random, shares)
    degraded, clean = degraded_and_clean(clean, segments, names, random)
    return Sample(_tensor(degraded), _tensor(clean), torch.from_numpy(labels(names)))


def degraded_and_clean(
    clean: Image, segments: NDArray[np.uint8] | None, names: tuple[str, ...], random: Random
) -> tuple[Image, Image]:
    """Degrade a patch [P, P, 3]; some of the clean ones are made dark or soft first, and have to stay so.

    segments: [P, P], one object a label, for the distances of a scene; None where they are not known.
    """
    if "low-light" not in names and random.random() < DARK_SCENES:
        clean = to_encoded(to_light(clean) * np.float32(2 ** -random.uniform(0.5, 2)))
    if "blur" not in names and random.random() < SOFT_SCENES:
        clean = cv2.GaussianBlur(clean, (0, 0), random.uniform(0.4, 1.2)).astype(np.float32)
    height, width, _ = clean.shape
    return degrade(clean, depth(height, width, segments, random), names, random), clean


def _crop(photo: Photo, patch: int, random: Random) -> tuple[Image, NDArray[np.uint8] | None]:
    height, width, _ = photo.pixels.shape
    # Half the patches are scaled down: sharper, free of the source's own compression, more in view.
    largest = min(height, width, 3 * patch)
    side = int(random.integers(patch, largest + 1)) if random.random() < 0.5 else patch
    top, left = int(random.integers(height - side + 1)), int(random.integers(width - side + 1))
    window = np.s_[top : top + side, left : left + side]
    size = (patch, patch)
    pixels = photo.pixels[window]
    if side != patch:
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    segments = photo.segments
    if segments is not None:
        segments = cv2.resize(segments[window], size, interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    if random.random() < 0.5:
        pixels = pixels[:, ::-1]
        segments = None if segments is None else segments[:, ::-1]
    # A photo taken with the camera on its side has rain that falls sideways. Turned content under upright rain, as
    # here, is the harder and more varied case.
    if random.random() < 0.3:
        turns = int(random.integers(1, 4))
        pixels = np.rot90(pixels, turns)
        segments = None if segments is None else np.rot90(segments, turns)
    return np.ascontiguousarray(pixels).astype(np.float32) / 255, segments


class Counting(Sampler[int]):
    """Indices from a start on, without end: a resumed run goes on where it stopped.

    Of several processes each begins with another start and takes every step-th.
    """

    def __init__(self, start: int, step: int = 1) -> None:
        self.start, self.step = start, step

    def __iter__(self) -> Iterator[int]:
        index = self.start
        while True:
            yield index
            index += self.step


def _tensor(image: Image) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
