from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from cpl.benchmarks import BENCHMARKS, Benchmark, crop_to_multiple, pairs
from cpl.metrics import psnr


def test_psnr_agrees_with_scikit_image() -> None:
    random = np.random.default_rng(0)
    for _ in range(5):
        a, b = random.random((2, 40, 50, 3), dtype=np.float32)
        assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b, data_range=1), abs=1e-6)
    assert psnr(a, a) == float("inf")


def test_images_are_cropped_evenly_to_multiples_of_16() -> None:
    image = np.arange(37 * 50 * 3, dtype=np.float32).reshape(37, 50, 3)
    cropped = crop_to_multiple(image)
    assert cropped.shape == (32, 48, 3)
    np.testing.assert_array_equal(cropped, image[2:34, 1:49])


def test_noise_is_seeded_once_and_truncated(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    grey = np.full((32, 32, 3), 128, np.uint8)
    for name in ("b", "a"):
        cv2.imwrite(str(tmp_path / "set" / f"{name}.png"), grey)
    found = list(pairs(Benchmark("x", "x", "set", "noise", 25), tmp_path))
    assert [pair.name for pair in found] == ["a", "b"]
    random = np.random.RandomState(0)
    for pair in found:
        expected = (128 + random.normal(0, 25, (32, 32, 3))).clip(0, 255).astype(np.uint8)
        np.testing.assert_allclose(pair.degraded * 255, expected, atol=1e-3)


def test_inputs_find_their_targets(tmp_path: Path) -> None:
    for folder in ("input", "target"):
        (tmp_path / "set" / folder).mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "set" / "input" / "0001_0.8_0.2.png"), np.zeros((16, 16, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "set" / "target" / "0001.png"), np.full((16, 16, 3), 255, np.uint8))
    (pair,) = pairs(Benchmark("x", "x", "set", "haze"), tmp_path)
    assert pair.degraded.max() == 0 and pair.clean.min() == 1


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="cbsd68"):
        next(pairs(BENCHMARKS[0], tmp_path))
