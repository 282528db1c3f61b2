"""Training photos from WebDataset shards, for sets that outgrow memory or a disk.

A shard is a tar file; files of one photo share a name and differ in their endings: `bsd322/100007.jpg`, and
`bsd322/100007.seg.png` where a segmentation exists. That is WebDataset's convention, so its tools read and write them
too. Shards are read from front to back, as streams: from a folder's `*.tar`, or from `shards.txt` there, whose lines
are addresses (`https://…`) or paths, relative ones from the folder that holds the list. A photo that cannot be read is
passed over with a warning.

Unlike samples from folders, those from shards cannot be asked for by number: a resumed run is not exact, it goes on
with a pass of its own through the shards.
"""

import io
import itertools
import tarfile
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import cv2
import numpy as np
import torch.utils.data
from numpy.typing import NDArray
from torch.utils.data import IterableDataset

from cpl.data import PHOTO_SUFFIXES, Photo, Sample, fit, make_sample, photo_files
from cpl.degradations import SHARES, Shares

POOL = 512
"""Photos of which the next patch is drawn; it mends the order of the shards."""
PATCHES = 8
"""Patches for each photo that is read, so that decoding does not hold up training."""
TIMEOUT = 60.0
"""Seconds without a byte after which an address counts as dead."""


def addresses(root: Path) -> list[str]:
    """The shards of a folder, in order; none where it holds no shards."""
    listing = root / "shards.txt"
    if listing.exists():
        lines = [line.strip() for line in listing.read_text().splitlines() if line.strip()]
        return [line if "://" in line else str(root / line) for line in lines]
    return [str(path) for path in sorted(root.glob("*.tar"))]


def photos_of(address: str) -> Iterator[Photo]:
    """The photos of one shard, each with its segmentation if it has one.

    Raises OSError, of which TimeoutError is one, and tarfile.ReadError where the shard itself cannot be read.
    """
    with _open(address) as opened, tarfile.open(fileobj=opened, mode="r|*") as tar:
        files = ((member.name, tar.extractfile(member)) for member in tar if member.isfile())
        named = ((name, file.read()) for name, file in files if file is not None)
        for stem, group in itertools.groupby(named, key=lambda entry: _stem(entry[0])):
            parts = {name.removeprefix(_stem(name)): data for name, data in group}
            pixels = next((data for ending, data in parts.items() if ending in PHOTO_SUFFIXES), None)
            if pixels is None:
                continue
            colour, labels = _decode(pixels, cv2.IMREAD_COLOR), _decode(parts.get(".seg.png"), cv2.IMREAD_GRAYSCALE)
            if colour is None:
                warnings.warn(f"{address}: {stem} is no photo that OpenCV can read", stacklevel=2)
                continue
            yield Photo(fit(np.ascontiguousarray(colour[..., ::-1])), labels)


def _open(address: str) -> IO[bytes]:
    stream: IO[bytes] = (
        urllib.request.urlopen(address, timeout=TIMEOUT) if "://" in address else open(address, "rb")  # noqa: SIM115
    )
    return stream


def _stem(name: str) -> str:
    """The name up to the first dot of its last part."""
    folder, slash, file = name.rpartition("/")
    return folder + slash + file.split(".")[0]


def _decode(data: bytes | None, flag: int) -> NDArray[np.uint8] | None:
    """None for what is no image; OpenCV itself raises on no bytes at all."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flag) if data else None
    return None if image is None else image.astype(np.uint8, copy=False)


class ShardedPatches(IterableDataset[Sample]):
    """Endless samples; every process of the group and every loader worker reads shards of its own.

    start: samples seen before, which gives a resumed run other patches. Raises ValueError where there are fewer
    shards than readers.
    """

    def __init__(
        self,
        shards: list[str],
        patch: int,
        seed: int,
        start: int,
        *,
        rank: int = 0,
        size: int = 1,
        shares: Shares = SHARES,
    ) -> None:
        self.shards, self.patch, self.seed, self.start = shards, patch, seed, start
        self.rank, self.size, self.shares = rank, size, shares

    def __iter__(self) -> Iterator[Sample]:
        worker = torch.utils.data.get_worker_info()
        own, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        reader, readers = self.rank * workers + own, self.size * workers
        if len(self.shards) < readers:
            raise ValueError(f"{readers} readers need at least as many shards; there are {len(self.shards)}")
        pool: list[Photo] = []
        for turn in itertools.count():
            order = np.random.default_rng([self.seed, self.start, turn]).permutation(len(self.shards))
            random = np.random.default_rng([self.seed, self.start, turn, reader])
            found = False
            for shard in order[reader::readers]:
                for photo in photos_of(self.shards[shard]):
                    if min(photo.pixels.shape[:2]) < self.patch:
                        continue
                    found = True
                    if len(pool) < POOL:
                        pool.append(photo)
                    else:
                        pool[random.integers(POOL)] = photo
                    for _ in range(PATCHES):
                        yield make_sample(pool[random.integers(len(pool))], self.patch, random, self.shares)
            if not found:
                raise ValueError(f"the shards of reader {reader} hold no photo of at least {self.patch} pixels a side")


def write(photos: Path, out: Path, per_shard: int = 256) -> int:
    """Pack a folder of photos, and `segments/<name>.png` below it, into shards; returns how many.

    Neighbours in a folder resemble each other, so photos are dealt to the shards like cards.
    """
    files = [path for path in photo_files(photos) if "segments" not in path.relative_to(photos).parts]
    count = max(1, -(-len(files) // per_shard))
    out.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        with tarfile.open(out / f"photos-{number:06}.tar", "w") as tar:
            for path in files[number::count]:
                name = path.relative_to(photos).with_suffix("").as_posix().replace(".", "_")
                _add(tar, name + path.suffix.lower(), path)
                segments = photos / "segments" / f"{path.stem}.png"
                if path.parent.name == "bsd322" and segments.exists():
                    _add(tar, name + ".seg.png", segments)
    return count


def _add(tar: tarfile.TarFile, name: str, path: Path) -> None:
    data = path.read_bytes()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))
