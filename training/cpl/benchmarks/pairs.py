"""The image pairs of a benchmark, read or made."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cpl.benchmarks.kodak7 import degrade
from cpl.benchmarks.suites import Benchmark, Suite
from cpl.data import photo_files, read_rgb
from cpl.degradations.types import Image

MULTIPLE = 16


class Pair(NamedTuple):
    name: str
    degraded: Image
    clean: Image


def missing(suite: Suite, root: Path) -> list[Path]:
    """The folders that a suite needs and that are not there, each once, in order."""
    needed: dict[Path, None] = {}
    for benchmark in suite.benchmarks:
        folder = root / benchmark.folder
        if benchmark.sigma is None and not benchmark.degradations:
            needed.update({folder / benchmark.inputs: None, folder / benchmark.targets: None})
        else:
            needed[folder] = None
    return [folder for folder in needed if not folder.is_dir()]


def crop_to_multiple(image: Image) -> Image:
    """Cut the borders evenly until both sides are divisible by 16."""
    height, width, _ = image.shape
    cut_h, cut_w = height % MULTIPLE, width % MULTIPLE
    return image[cut_h // 2 : height - cut_h + cut_h // 2, cut_w // 2 : width - cut_w + cut_w // 2]


def pairs(benchmark: Benchmark, root: Path) -> Iterator[Pair]:
    """The image pairs of a benchmark, sorted by name. Raises FileNotFoundError naming what is missing.

    Noise is drawn with numpy's legacy generator, seeded once with 0 for a whole set; the noisy image is clipped and
    truncated to 8 bits.
    """
    for folder in missing(Suite((benchmark,)), root):
        raise FileNotFoundError(f"{benchmark.title} needs the folder {folder}")
    folder = root / benchmark.folder
    cut = crop_to_multiple if benchmark.protocol.crop else lambda image: image
    if benchmark.degradations:
        for path in photo_files(folder):
            photo = read_rgb(path)
            spoilt = degrade(photo, benchmark.degradations, path.stem)
            yield Pair(path.stem, cut(spoilt.astype(np.float32) / 255), cut(photo.astype(np.float32) / 255))
    elif benchmark.sigma is None:
        targets = {path.stem: path for path in photo_files(folder / benchmark.targets)}
        for path in photo_files(folder / benchmark.inputs):
            target = _target_of(path, targets, folder / benchmark.targets)
            degraded, clean = (cut(read_rgb(file).astype(np.float32) / 255) for file in (path, target))
            if degraded.shape != clean.shape:
                raise ValueError(f"{path} and {target} differ in size")
            yield Pair(path.stem, degraded, clean)
    else:
        noise = np.random.RandomState(0)
        for path in photo_files(folder):
            clean = cut(read_rgb(path).astype(np.float32))
            noisy = (clean + noise.normal(0, benchmark.sigma, clean.shape)).clip(0, 255).astype(np.uint8)
            yield Pair(path.stem, noisy.astype(np.float32) / 255, clean / 255)


def _target_of(path: Path, targets: dict[str, Path], folder: Path) -> Path:
    """The target bears the input's name; or norain- for rain- (Rain100L), _clean for _rain (RainDrop); or the name
    up to one of its underscores (SOTS, Outdoor-Rain: what follows tells how it was made). In any format."""
    parts = path.stem.split("_")
    shorter = ["_".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
    for stem in (path.stem, f"no{path.stem}", path.stem.replace("_rain", "_clean"), *shorter):
        if stem in targets:
            return targets[stem]
    raise FileNotFoundError(f"{folder} has no target for {path.name}")
