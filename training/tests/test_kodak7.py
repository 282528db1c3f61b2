"""kodak-7 is the same everywhere: the bytes of made images, of Kodak photos, and under other processors and threads."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from cpl.benchmarks.kodak7 import (
    DEGRADATIONS,
    KODAK_7,
    KODAK_COMPOSITES,
    LUMA_STEPS,
    Draw,
    checksum,
    degrade,
    known_checksums,
    quantised,
)
from cpl.data import read_rgb
from cpl.metrics import psnr

TRAINING = Path(__file__).parent.parent
KODAK = TRAINING.parent.parent / "shared" / "data" / "test" / "kodak24"
ALL = (*KODAK_7, *KODAK_COMPOSITES)
MADE = "22070764fa59d4407db8ba4cfaf9820f462612881d6fa709b46219ac2fead2f1"
"""SHA-256 of the checksums of the made picture under all degradations, in order."""


def picture() -> np.ndarray:
    """[50, 83, 3] uint8, from integers alone: ramps, an edge and a texture; sides that 16 does not divide."""
    y, x = np.mgrid[0:50, 0:83]
    return np.stack([3 * x, 5 * y, (x * y + 90 * (x > 40)) % 256], 2).clip(0, 255).astype(np.uint8)


def digest() -> str:
    sums = "".join(checksum(degrade(picture(), names, "made")) for names in ALL)
    return hashlib.sha256(sums.encode()).hexdigest()


def test_a_made_picture_gives_the_known_bytes() -> None:
    assert digest() == MADE


@pytest.mark.parametrize("threads", ["1", "4"])
def test_threads_and_vector_units_change_nothing(threads: str) -> None:
    from numpy._core._multiarray_umath import __cpu_dispatch__ as targets

    environment = {
        **os.environ,
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        # numpy without any of its faster routines for this processor: the oldest machine it runs on.
        "NPY_DISABLE_CPU_FEATURES": " ".join(targets),
        "PYTHONPATH": f"{TRAINING}{os.pathsep}{TRAINING / 'tests'}",
        "PYTHONWARNINGS": "ignore",
    }
    run = subprocess.run(
        [sys.executable, "-c", "import test_kodak7; print(test_kodak7.digest())"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split()[-1] == MADE


def test_all_images_have_a_known_checksum() -> None:
    names = {f"{'+'.join(names)}/{photo:02}" for names in (*ALL, ("clean",)) for photo in range(1, 25)}
    assert known_checksums().keys() == names


@pytest.mark.skipif(not KODAK.is_dir(), reason=f"the Kodak photos are not at {KODAK}")
@pytest.mark.parametrize("name", ["04", "23"])
def test_kodak_photos_give_the_known_bytes(name: str) -> None:
    known, photo = known_checksums(), read_rgb(KODAK / f"{name}.png")
    assert checksum(photo) == known[f"clean/{name}"]
    for names in ALL:
        assert checksum(degrade(photo, names, name)) == known[f"{'+'.join(names)}/{name}"], names


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_each_degradation_spoils_but_does_not_destroy(name: str) -> None:
    y, x = np.mgrid[0:192, 0:256]
    scene = np.stack([x // 2 + 40, y // 2 + 60, (x + y) // 4 + 50], 2) + 30 * ((x // 16 + y // 16) % 2)[..., None]
    clean = scene.clip(0, 255).astype(np.uint8)
    values = [psnr(degrade(clean, (name,), str(number)) / 255.0, clean / 255.0) for number in range(5)]
    assert 7 < np.mean(values) < 42
    assert len(set(values)) >= 4  # strengths are drawn


def test_drawn_integers_are_those_of_pcg64() -> None:
    raw = np.random.PCG64(5).random_raw(4)
    assert Draw(5).below(1000, 4).tolist() == [(int(value) >> 32) * 1000 >> 32 for value in raw]
    normal = Draw(1).normal(100_000)
    assert abs(normal.mean()) < 3 and normal.std() == pytest.approx(256, rel=0.01)


def test_the_quantiser_does_to_a_picture_what_libjpeg_does() -> None:
    random = np.random.default_rng(0)
    grey = cv2.GaussianBlur(random.integers(0, 256, (64, 64)).astype(np.uint8), (0, 0), 2)
    grey = cv2.normalize(grey, None, 0, 255, cv2.NORM_MINMAX)
    ours = (quantised(grey.astype(np.int64) - 128, LUMA_STEPS, 20) + 128).clip(0, 255)
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 20])
    theirs = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    # libjpeg rounds ties the other way, so a coefficient may differ by a step here and there.
    assert np.mean(np.abs(ours - theirs) <= 1) > 0.97 and np.abs(ours - theirs).mean() < 0.1
