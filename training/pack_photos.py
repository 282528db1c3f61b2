"""Pack photos smaller, to travel to a borrowed GPU: a megapixel each, those with most texture first.

    python pack_photos.py --photos FREE --out packed --check CHECK

writes packed/*.avif, as many as fit, and a few of the photos that only judge into packed-validation. What fits is what
a machine takes in, less what of the repository travels anyway; --megabytes says otherwise. Neither folder is tracked.
"""

import argparse
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import PIL.Image

from cpl.data import photo_files, read_rgb
from cpl.library import Pixels, energy
from cpl.licences import LIST, not_free

PIXELS = 1_000_000
QUALITY = 80
TAKEN_IN = 62.0
"""MiB that travel to a borrowed machine, less a little."""
LARGEST = 40.0
"""MiB of photos at most."""
VALIDATION = 4
RECIPES = 40
"""Photos of dishes at most: they are a third of all and much alike."""


def packed(pixels: Pixels) -> Pixels:
    """Scaled down to PIXELS by area averaging, or as it is."""
    scale = (PIXELS / (pixels.shape[0] * pixels.shape[1])) ** 0.5
    if scale >= 1:
        return pixels
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype("uint8", copy=False)


def room(repository: Path) -> float:
    """MiB that are left for photos once all files of the repository that git does not ignore travel."""
    listing = subprocess.run(
        ["git", "ls-files", "-zco", "--exclude-standard"], cwd=repository, capture_output=True, text=True, check=True
    )
    files = [repository / name for name in listing.stdout.split("\0") if name]
    return min(LARGEST, TAKEN_IN - sum(file.stat().st_size for file in files if file.is_file()) / 2**20)


def pack(photos: Path, out: Path, megabytes: float, threads: int = 2) -> int:
    """Write what fits; returns how many. Raises ValueError for photos that are not on the list of free ones."""
    files = photo_files(photos)
    foreign = not_free(path.name for path in files)
    if foreign:
        raise ValueError(f"{len(foreign)} photos are not listed as free in {LIST.name}: {', '.join(foreign[:5])}")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    shutil.copy(LIST, out / "licences.tsv")

    def write(path: Path) -> tuple[float, Path]:
        pixels, target = packed(read_rgb(path)), out / f"{path.stem}.avif"
        # Pillow, for OpenCV halves the resolution of the colours.
        PIL.Image.fromarray(pixels).save(target, quality=QUALITY, subsampling="4:4:4", speed=7)
        return energy(pixels), target

    with ThreadPoolExecutor(threads) as pool:
        written = sorted(pool.map(write, files), reverse=True)
    kept, dishes, left = 0, 0, megabytes * 2**20 - (out / "licences.tsv").stat().st_size
    for _, target in written:
        dish, size = target.name.startswith("recipes-"), target.stat().st_size
        if size > left or (dish and dishes >= RECIPES):
            target.unlink()
            continue
        kept, dishes, left = kept + 1, dishes + dish, left - size
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder of photos that are free for any use")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "packed")
    parser.add_argument("--check", type=Path, help="folder of photos for validation, never for training")
    parser.add_argument("--megabytes", type=float, help="MiB for the photos")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    budget = arguments.megabytes or room(Path(__file__).parents[1])
    validation = photo_files(arguments.check) if arguments.check else []
    # Spread over the sources, with which the names begin.
    chosen = validation[len(validation) // (2 * VALIDATION) :: max(1, len(validation) // VALIDATION)][:VALIDATION]
    budget -= sum(path.stat().st_size for path in chosen) / 2**20
    count = pack(arguments.photos, arguments.out, budget, arguments.threads)
    beside = arguments.out.with_name(arguments.out.name + "-validation")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    for path in chosen:
        shutil.copyfile(path, beside / path.name)
    size = sum(file.stat().st_size for file in arguments.out.iterdir()) / 2**20
    print(f"{count} photos, {size:.1f} MiB, in {arguments.out}; {len(chosen)} beside them for validation")


if __name__ == "__main__":
    main()
