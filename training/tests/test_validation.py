"""What is looked at during training."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cpl.backbones.nafnet import PromptedNAFNet
from cpl.data import photo_files, read_rgb
from cpl.degradations import EXPERTS, degrade
from cpl.degradations.depth import depth
from cpl.validation import CROP, WHITE_NOISE, Validation


def test_white_noise_is_that_of_the_benchmarks_and_the_degradations_are_as_ever(clean_folder: Path) -> None:
    validation = Validation(clean_folder / "bsd32")
    assert list(validation.pairs) == [*EXPERTS, WHITE_NOISE]
    crops = [read_rgb(path)[:CROP, :CROP] for path in photo_files(clean_folder / "bsd32")]
    noise = np.random.RandomState(0)
    for crop, (noisy, clean) in zip(crops, validation.pairs[WHITE_NOISE], strict=True):
        expected = (crop + noise.normal(0, 25, crop.shape)).clip(0, 255).astype(np.uint8)
        np.testing.assert_array_equal((noisy * 255).round(), expected)
        np.testing.assert_array_equal((clean * 255).round(), crop)
    for name in EXPERTS:
        for number, (degraded, clean) in enumerate(validation.pairs[name]):
            random = np.random.default_rng([len(name), number])
            names = () if name == "clean" else (name,)
            np.testing.assert_array_equal(degraded, degrade(clean, depth(CROP, CROP, None, random), names, random))


def test_every_entry_is_measured_before_and_after(clean_folder: Path, network: PromptedNAFNet) -> None:
    validation = Validation(clean_folder / "bsd32")
    before, after = validation.degraded(), validation.restored(network, torch.device("cpu"))
    assert before.keys() == after.keys() == validation.pairs.keys()
    assert 19.5 < before[WHITE_NOISE] < 21.5  # 20.2 dB, and what clipping takes away


def test_a_folder_without_photos_is_named_before_training_begins(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "bsd32"):
        with pytest.raises(FileNotFoundError, match=f"validation needs photos in {folder}"):
            Validation(folder)
