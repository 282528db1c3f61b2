"""Test sets and their protocols (PromptIR's and AdaIR's, which the published tables follow).

Images are cropped symmetrically to a multiple of 16; results are clipped to 0..1 and not rounded; PSNR is over RGB.
Noise is drawn with numpy's legacy generator, seeded once with 0 for a whole set, files sorted by name; the noisy
image is clipped and truncated to 8 bits.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cpl.data import photo_files, read_rgb
from cpl.degradations.types import Image

MULTIPLE = 16


class Pair(NamedTuple):
    name: str
    degraded: Image
    clean: Image


class Benchmark(NamedTuple):
    id: str
    title: str
    folder: str
    """Below the data root."""
    task: str
    """What is to be removed."""
    sigma: int | None = None
    """Noise added to clean images; None for folders with `input` and `target`, 0 for clean images as they are."""


BENCHMARKS = (
    Benchmark("cbsd68-s15", "CBSD68, noise 15", "cbsd68", "noise", 15),
    Benchmark("cbsd68-s25", "CBSD68, noise 25", "cbsd68", "noise", 25),
    Benchmark("cbsd68-s50", "CBSD68, noise 50", "cbsd68", "noise", 50),
    Benchmark("rain100h-30", "Rain100H, first 30", "pairs/rain100h-30", "rain"),
    Benchmark("rain100l-2", "Rain100L, 2 pairs", "pairs/rain100l-2", "rain"),
    Benchmark("sots-outdoor-2", "SOTS outdoor, 2 pairs", "pairs/sots-outdoor-2", "haze"),
    Benchmark("cc15", "CC15, real camera noise", "pairs/cc15", "noise"),
    Benchmark("levin32", "Levin 32, real camera shake", "pairs/levin32", "blur"),
    Benchmark("kodak-clean", "Kodak, clean in", "kodak24", "clean", 0),
)


def crop_to_multiple(image: Image) -> Image:
    """Cut the borders evenly until both sides are divisible by 16."""
    height, width, _ = image.shape
    cut_h, cut_w = height % MULTIPLE, width % MULTIPLE
    return image[cut_h // 2 : height - cut_h + cut_h // 2, cut_w // 2 : width - cut_w + cut_w // 2]


def pairs(benchmark: Benchmark, root: Path) -> Iterator[Pair]:
    """The image pairs of a benchmark, sorted by name. Raises FileNotFoundError naming the folder that is missing."""
    folder = root / benchmark.folder
    if not folder.is_dir():
        raise FileNotFoundError(f"{benchmark.title} needs the folder {folder}")
    if benchmark.sigma is None:
        for path in photo_files(folder / "input"):
            yield Pair(path.stem, _read(path), _read(_target_of(path, folder / "target")))
        return
    noise = np.random.RandomState(0)
    for path in photo_files(folder):
        clean = crop_to_multiple(read_rgb(path).astype(np.float32))
        noisy = (clean + noise.normal(0, benchmark.sigma, clean.shape)).clip(0, 255).astype(np.uint8)
        yield Pair(path.stem, noisy.astype(np.float32) / 255, clean / 255)


def _read(path: Path) -> Image:
    return crop_to_multiple(read_rgb(path).astype(np.float32) / 255)


def _target_of(path: Path, folder: Path) -> Path:
    """The target bears the input's name, or its part before the first underscore (SOTS), in any format."""
    for stem in (path.stem, path.stem.split("_")[0]):
        for candidate in photo_files(folder):
            if candidate.stem == stem:
                return candidate
    raise FileNotFoundError(f"{folder} has no target for {path.name}")
