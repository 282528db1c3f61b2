"""Training samples as bytes: what a degraded photo is, 8 bits a channel, is also the cheapest to move.

Sample i of a run depends on the run's seed and i alone, on every machine that holds the same photos.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, IterableDataset

from cpl.data import degraded_and_clean
from cpl.degradations import draw, labels
from cpl.degradations.depth import smooth_noise
from cpl.degradations.types import Image, Random
from cpl.library import Library, Pixels, crop
from cpl.ring import generator
from cpl.shards import ShardedPatches

TONED = 0.3
"""Share of the patches whose tones and colours are bent, for there are few photos."""


DISTANT = {"haze", "rain", "snow"}
"""Degradations that grow with the distance."""


class Batch(NamedTuple):
    """Of one sample the same without B."""

    degraded: Tensor
    """[B, P, P, 3], uint8, RGB."""
    clean: Tensor
    """[B, P, P, 3], uint8, RGB."""
    label: Tensor
    """[B, len(EXPERTS)], shares of the kinds, sums to 1."""

    def to(self, device: torch.device) -> "Batch":
        return Batch(*(tensor.to(device, non_blocking=True) for tensor in self))


class BytePatches(Dataset[Batch]):
    """Samples made on the fly from a library of photos."""

    def __init__(self, library: Library, patch: int, seed: int) -> None:
        self.library, self.patch, self.seed = library, patch, seed

    def __getitem__(self, index: int) -> Batch:
        random = generator(self.seed, index)
        photo = self.library.draw(random)
        names = draw(random)
        while photo.hazy and {"haze", "snow"} & set(names):
            names = draw(random)
        pixels = turned(toned(crop(photo, self.patch, random), random), random)
        layers = scene(self.patch, random) if DISTANT & set(names) else None
        degraded, clean = degraded_and_clean(pixels.astype(np.float32) / 255, layers, names, random)
        return Batch(as_bytes(degraded), as_bytes(clean), torch.from_numpy(labels(names)))


class ShardedBytes(IterableDataset[Batch]):
    """Samples from WebDataset shards, as bytes."""

    def __init__(self, samples: ShardedPatches) -> None:
        self.samples = samples

    def __iter__(self) -> Iterator[Batch]:
        for degraded, clean, label in self.samples:
            first, second = (as_bytes(image.permute(1, 2, 0).numpy()) for image in (degraded, clean))
            yield Batch(first, second, label)


def as_bytes(image: Image) -> Tensor:
    """[H, W, 3] in 0..1 -> uint8, to the nearest."""
    return torch.from_numpy((image * 255 + np.float32(0.5)).astype(np.uint8))


def as_floats(pixels: Tensor) -> Tensor:
    """[B, H, W, 3] uint8 -> [B, 3, H, W] float32 in 0..1, which lies in memory as it came: channels last."""
    return pixels.permute(0, 3, 1, 2).float() / 255


def toned(pixels: Pixels, random: Random) -> Pixels:
    """Another tone curve and another balance of colours for some of the patches, by table."""
    if random.random() >= TONED:
        return pixels
    gamma, gains = np.exp(random.uniform(-0.35, 0.35)), random.uniform(0.9, 1.1, 3)
    table = (np.linspace(0, 1, 256)[:, None] ** gamma * gains * 255 + 0.5).clip(0, 255).astype(np.uint8)
    return cv2.LUT(pixels, table[None]).astype(np.uint8, copy=False)


def turned(pixels: Pixels, random: Random) -> Pixels:
    """Mirrored half the time; turned by quarters less often, for rain and haze know where the sky is."""
    if random.random() < 0.5:
        pixels = pixels[:, ::-1]
    return np.rot90(pixels, int(random.integers(1, 4))) if random.random() < 0.3 else pixels


def scene(side: int, random: Random) -> NDArray[np.uint8]:
    """A label map [side, side] that stands for things at different distances, with smooth outlines."""
    relief = smooth_noise(side, side, int(random.integers(2, 7)), random)
    return (relief * int(random.integers(2, 6))).astype(np.uint8)
